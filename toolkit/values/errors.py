"""Excel's error values as data: `#REF!` in a cell is something a cell can hold, not an exception of ours.

Used by the formula engine (an error travels through a calculation), by the sources (an error cell is not a blank)
and by checking (a rule that ends in an error could not be calculated).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """One of Excel's error values; `code` is the text as Excel shows it, such as `#DIV/0!`."""

    code: str

    def __str__(self) -> str:
        return self.code


NULL = ErrorValue("#NULL!")
DIV0 = ErrorValue("#DIV/0!")
VALUE = ErrorValue("#VALUE!")
REF = ErrorValue("#REF!")
NAME = ErrorValue("#NAME?")
NUM = ErrorValue("#NUM!")
NA = ErrorValue("#N/A")

ERROR_VALUES: dict[str, ErrorValue] = {error.code: error for error in (NULL, DIV0, VALUE, REF, NAME, NUM, NA)}
