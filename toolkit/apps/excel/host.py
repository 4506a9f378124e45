"""What the Excel functions need of the program that shows the workbook: a small protocol, and nothing else of Excel.

`xlwings_host` implements it over xlwings; the tests implement it over LibreOffice, so that the same functions run in both.
Addresses are A1, sheets go by name. A fill is a text: `""` for none, `#RRGGBB` for a plain one, anything else is the program's
own way to give a fill back as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol


class Dialogs(Protocol):
    """What the user is told and asked."""

    def tell(self, message: str) -> None:
        """Show a message."""

    def confirm(self, question: str) -> bool:
        """Ask a question that is answered with yes or no."""

    def choose(self, title: str, *, folder: bool) -> Path | None:
        """Let the user choose a folder, or a file; None where nothing was chosen."""

    def show(self, path: Path) -> None:
        """Open a workbook that was made."""


class Host(Dialogs, Protocol):
    """The workbook in front, as it is open now."""

    def name(self) -> str:
        """Return the workbook's file name; one never saved has a name without suffix."""

    def save_copy(self, path: Path) -> None:
        """Save the workbook as it is now to `path`; the open workbook stays what and where it is."""

    def sheets(self) -> list[str]:
        """Return the names of all sheets in order."""

    def add_sheet(self, name: str, *, hidden: bool) -> None:
        """Add a sheet: in front, or at the end so hidden that the user cannot show it. Raises UsageError if it may not be."""

    def remove_sheet(self, name: str) -> None:
        """Remove a sheet without asking."""

    def read(self, sheet: str, *, formulas: bool = False) -> list[list[str]]:
        """Return the texts from A1 to the last cell used, "" for a blank; `formulas` as they are, not what they give."""

    def write(self, sheet: str, rows: Sequence[Sequence[str]], *, at: str = "A1") -> None:
        """Type texts into a sheet from the cell `at` on: `=…` is a formula, a leading `'` makes a text of anything."""

    def dress(self, sheet: str, widths: Sequence[float], heading: int, fills: Mapping[str, str]) -> None:
        """Make a list of a sheet: column widths in digits, the heading row bold, texts wrapped from there on, fills by cell."""

    def area(self, sheet: str, cell: str) -> str:
        """Return the merged area that a cell is in, the cell itself where it is in none."""

    def fill(self, sheet: str, cell: str) -> str | None:
        """Return the fill of a cell; None for one that could not be given back, which is left as it is."""

    def paint(self, sheet: str, cell: str, fill: str) -> None:
        """Give a cell a fill."""

    def note(self, sheet: str, cell: str) -> str | None:
        """Return the text of a cell's note, lines parted by LF; None where it has none."""

    def add_note(self, sheet: str, cell: str, text: str) -> bool:
        """Put a text at the end of a cell's note, made where there is none; False where a cell cannot have a note."""

    def cut_note(self, sheet: str, cell: str, start: int, length: int) -> None:
        """Take so many characters (`start` from 0) out of a note, the rest stays as it looks; a note left blank goes."""

    def unlocked(self, sheet: str) -> AbstractContextManager[bool]:
        """Lift a sheet's protection for a while and put it back as it was; False where it has a password."""

    def select(self, sheet: str, cell: str) -> bool:
        """Bring a cell to the front; False where its sheet is hidden."""

    def selected(self) -> tuple[str, str]:
        """Return the sheet in front and its selected cell, the first of several."""
