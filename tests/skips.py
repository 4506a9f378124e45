"""In CI a test may not skip for want of a program: `.ci/run` installs them all, so such a skip is a failure there."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TypeVar

import pytest

# How the reason of a skip begins when a program (LibreOffice, make …) is absent.
WANTS_A_PROGRAM = ("需要", "LibreOffice")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skip of one test: by mark, fixture or call."""
    return judged((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skip of a whole module."""
    return judged((yield))


def judged(report: Report) -> Report:
    """Return `report`, made a failure when it is a skip that CI does not accept."""
    if os.environ.get("CI") == "true" and report.skipped and isinstance(report.longrepr, tuple):
        path, line, message = report.longrepr
        reason = message.removeprefix("Skipped: ")
        if reason.startswith(WANTS_A_PROGRAM):
            report.outcome = "failed"
            report.longrepr = f"{path}:{line}: CI 里不许跳过：{reason}"
    return report
