"""A grid of a form as drawn: its printed headings, and which field each of its cells is.

A cell is an ordinary single field called `资金.年度资金总额.全年执行数`; the grid only says where it is printed between which headings.
Reading finds the cells by these. Addresses are 1-based rows and columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# The type of the row of 字段 that declares a grid, and that of a cell which the grid does not have.
GRID, NO_CELL = "方格", "无"

# What is printed where a grid has no cell.
CROSSED = "—"

_CROSSED = re.compile(r"[-—–－―─/／×]+")

Index = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Heading:
    """What is printed left of a row of a grid, or above a column: the part's name, the text, the text's cell, the row or column itself."""

    part: str
    text: str
    row: int
    column: int
    first: int
    last: int


@dataclass(frozen=True)
class Grid:
    """A grid: its area (top, left, bottom, right), its headings in the drawing's order, the field of each cell it has by (row, column) from 0."""

    name: str
    area: tuple[int, int, int, int]
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    cells: Mapping[Index, str]

    @property
    def headings(self) -> tuple[Heading, ...]:
        return (*self.rows, *self.columns)

    def closed(self) -> Iterator[tuple[int, int]]:
        """Yield the places of the area at which the grid has no cell."""
        for i, across in enumerate(self.rows):
            for j, down in enumerate(self.columns):
                if (i, j) not in self.cells:
                    yield from ((row, c) for row in range(across.first, across.last + 1) for c in range(down.first, down.last + 1))


def is_crossed(text: str) -> bool:
    """Return whether a text says that nothing belongs there.

    >>> [is_crossed(text) for text in ("—", " -- ", "/", "-1", "无")]
    [True, True, True, False, False]
    """
    return _CROSSED.fullmatch(text.strip()) is not None
