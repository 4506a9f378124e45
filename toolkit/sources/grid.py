"""A sheet as a grid of cells, whatever file it came from: the one shape that reading understands.

Each module of `sources` makes grids; `reading` turns them into declarations. Rows and columns are 1-based as in Excel. In
a text document a row is a line and a column a piece of that line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from toolkit.values.errors import ErrorValue


@dataclass(frozen=True, slots=True)
class Uncached:
    """A formula whose result was never saved; `formula` is its text without the leading `=`."""

    formula: str


CellValue = str | float | int | bool | date | datetime | ErrorValue | Uncached


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet that hold something, by (row, column); a cell that is not there is blank.

    `merges` are (first row, first column, last row, last column). `formulas` are the texts behind computed cells, without
    `=`. `flow` says that the order of the pieces, not their place, carries the meaning (text taken out of Word or PDF).
    """

    name: str | None
    cells: Mapping[tuple[int, int], CellValue]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    formulas: Mapping[tuple[int, int], str] = field(default_factory=dict)
    flow: bool = False
