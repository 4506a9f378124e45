"""The command line, driven in-process in a folder of its own, for the tests of jobs as well."""

from __future__ import annotations

from tests.apps.test_cli import run

__all__ = ["run"]
