"""What all tests share: the command line driven in-process, one LibreOffice, and no skips for want of a program in CI."""

from __future__ import annotations

from tests.apps.test_cli import run
from tests.excel.uno_host import libreoffice
from tests.skips import pytest_make_collect_report, pytest_runtest_makereport

__all__ = ["libreoffice", "pytest_make_collect_report", "pytest_runtest_makereport", "run"]
