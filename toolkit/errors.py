"""What can go wrong outside the data itself, one exception per cause, and the exit codes they end in (`apps.cli`).

A message is one complete Chinese line: file → place → what was found → what to do. Mistakes in what a unit filled in
are never exceptions: they are findings.
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What a command ends with (contract)."""

    PASSED = 0
    BUG = 1
    USAGE = 2
    ERRORS = 3
    UNREADABLE = 4
    OUTPUT = 5

    @classmethod
    def of(cls, *, usage: bool = False, output: bool = False, unreadable: bool = False, errors: bool = False) -> ExitCode:
        """Return the code of a run in which these were met; of several the gravest: 1, 2, 5, 4, 3.

        >>> ExitCode.of(unreadable=True, errors=True), ExitCode.of()
        (<ExitCode.UNREADABLE: 4>, <ExitCode.PASSED: 0>)
        """
        met = ((usage, cls.USAGE), (output, cls.OUTPUT), (unreadable, cls.UNREADABLE), (errors, cls.ERRORS))
        return next((code for found, code in met if found), cls.PASSED)


class JixiaoError(Exception):
    """Base of the errors a user can cause and cure; `str()` is the line the user reads, `code` what the run ends with."""

    code: ClassVar[ExitCode] = ExitCode.USAGE


class UsageError(JixiaoError):
    """A path that is not there, a folder without returns, an option that cannot be met."""


class FormError(JixiaoError):
    """The template workbook is broken; `mistakes` are its lines, each with sheet, cell and cure."""

    def __init__(self, message: str, mistakes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes


class RosterError(JixiaoError):
    """The roster is broken; `mistakes` are its lines, each with sheet, cell and cure."""

    def __init__(self, message: str, mistakes: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes


class SourceError(JixiaoError):
    """A file that cannot be read. `rule` is the file finding's 编号, `suggestion` the cure."""

    code = ExitCode.UNREADABLE

    def __init__(self, rule: str, message: str, suggestion: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.suggestion = suggestion


class OutputError(JixiaoError):
    """An output that cannot be written: it exists already, is locked, or the disk is full or read-only."""

    code = ExitCode.OUTPUT
