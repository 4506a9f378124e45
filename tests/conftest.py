"""What all tests share: the command line driven in-process, one LibreOffice, and no skips for want of a program in CI."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import settings

from tests import office
from tests.command import run
from tests.excel.uno_host import libreoffice
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["libreoffice", "pytest_collection_modifyitems", "pytest_make_collect_report", "pytest_runtest_makereport", "run"]

# Compiled modules and read templates are kept here and in what tests start; without them every command begins from nothing.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# How long an example takes says nothing where several tests share two cores.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives LibreOffice through `uno` as such, and skip what needs a LibreOffice that is not there."""
    wanted = [(name, has) for name, has in (("office", office.soffice() is not None), ("uno", office.has_uno()))]
    for item in items:
        if "libreoffice" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.uno)
        if item.get_closest_marker("uno"):
            item.add_marker(pytest.mark.office)
        for name, has in wanted:
            if not has and item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=office.MISSING[name]))
