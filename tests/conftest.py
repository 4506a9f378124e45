"""What all tests share: the command line driven in-process, and no skips for want of a program in CI."""

from __future__ import annotations

from tests.apps.test_cli import run
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport", "run"]
