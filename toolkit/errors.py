"""What can go wrong outside the data itself, one exception per cause; `apps.cli` turns each into an exit code.

A message is one complete Chinese line: file → place → what was found → what to do. Mistakes in what a unit filled in
are never exceptions: they are findings.
"""

from __future__ import annotations


class JixiaoError(Exception):
    """Base of the errors a user can cause and cure; `str()` is the line the user reads."""


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

    def __init__(self, rule: str, message: str, suggestion: str) -> None:
        super().__init__(message)
        self.rule = rule
        self.suggestion = suggestion


class OutputError(JixiaoError):
    """An output that cannot be written: it exists already, is locked, or the disk is full or read-only."""
