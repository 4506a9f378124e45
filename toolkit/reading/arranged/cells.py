"""A grid's cells with their spans, to be walked in two dimensions: what stands at, right of and under a place.

In: a grid, or the part of it that one form takes up. Out: `Cells`. A merged area is one cell, with the value that stands in
it wherever that is; an area in which several values stand is no merge for reading, as each of them must be accounted for.
Blank merged areas are kept as well: they are places for values. Called by all who read by labels.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from toolkit.reading.plan import Position
from toolkit.sources.grid import CellValue, Grid, is_blank_value

Area = tuple[int, int, int, int]

# So many positions of merged areas are remembered; what lies beyond is as good as unmerged (hostile files).
_MOST_COVERED = 400_000

# What no text of a form is long enough to be worth: areas over so many rows or columns are cut.
_TALLEST, _WIDEST = 2000, 300


class Cell(NamedTuple):
    """One printed cell: its area (1-based, inclusive) and the value in it; `place` is where the value itself stands."""

    row: int
    column: int
    last_row: int
    last_column: int
    value: CellValue
    place: Position

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else str(self.value)

    @property
    def recovered(self) -> bool:
        """Whether the value stands elsewhere in a merged area than in its first cell."""
        return self.place != (self.row, self.column)


class Cells:
    """The cells of one sheet, or of one form on it, that hold something, and the merged areas that hold nothing."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.left_out, self.left_out_ends = range(0), sys.maxsize  # the rows that `without_rows` leaves out, and up to which column
        self._blank: dict[Position, Area] = {}
        self._at: dict[Position, Cell] = {}
        values = grid.cells
        single = {position: None for position, value in values.items() if not is_blank_value(value)}
        budget = _MOST_COVERED
        made: list[Cell] = []
        for top, left, bottom, right in grid.merges:
            bottom, right = min(bottom, top + _TALLEST), min(right, left + _WIDEST)
            size = (bottom - top + 1) * (right - left + 1)
            if size > budget or size < 2:
                continue
            budget -= size
            covered = [(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)]
            inside = list(filter(single.__contains__, covered))
            if len(inside) > 1:
                continue
            area = top, left, bottom, right
            if not inside:
                self._blank.update(dict.fromkeys(covered, area))
                continue
            cell = Cell(*area, values[inside[0]], inside[0])
            del single[inside[0]]
            self._at.update(dict.fromkeys(covered, cell))
            made.append(cell)
        for position in single:
            row, column = position
            self._at[position] = cell = Cell(row, column, row, column, values[position], position)
            made.append(cell)
        standing = set(map(id, self._at.values()))
        self.by_row: dict[int, list[Cell]] = {}
        for cell in sorted([each for each in made if id(each) in standing], key=itemgetter(0, 1)):
            self.by_row.setdefault(cell.row, []).append(cell)
        self.last_row = max((cell.last_row for cell in self), default=0)
        self.last_column = max((cell.last_column for cell in self), default=0)
        self.columns = {cell.column for cell in self}

    @cached_property
    def edge(self) -> int:
        """The last column that merged areas of some rows reach: what stands beyond is in the margin; no edge without them."""
        rows: dict[int, set[int]] = {}
        for cell in self:
            if cell.last_column > cell.column:
                rows.setdefault(cell.last_column, set()).add(cell.row)
        for area in self._blank.values():
            if area[3] > area[1]:
                rows.setdefault(area[3], set()).add(area[0])
        return max((column for column, lines in rows.items() if len(lines) > 2), default=0)

    def __iter__(self) -> Iterator[Cell]:
        return (cell for row in self.by_row.values() for cell in row)

    def without_rows(self, first: int, last: int, ends: int = sys.maxsize) -> Cells:
        """The same without the cells that begin in some rows, left of column `ends` (the row table's)."""
        rest = copy(self)
        rest.edge = self.edge
        rest._at = {position: cell for position, cell in self._at.items() if not (first <= cell[0] <= last and cell[1] < ends)}
        rest._blank = {
            position: area for position, area in self._blank.items() if not (first <= position[0] <= last and position[1] < ends)
        }
        lines = (
            (row, [each for each in line if each.column >= ends] if first <= row <= last else line) for row, line in self.by_row.items()
        )
        rest.by_row = {row: line for row, line in lines if line}
        rest.left_out, rest.left_out_ends = range(first, last + 1), ends
        return rest

    def within(self, top: int, first: int, last: int) -> Cells:
        """The same without the cells that begin from row `top` on outside some columns (another table's beside it)."""
        rest = copy(self)
        rest.edge = self.edge
        rest._at = {position: cell for position, cell in self._at.items() if cell.row < top or first <= cell.column <= last}
        rest._blank = {position: area for position, area in self._blank.items() if area[0] < top or first <= area[1] <= last}
        lines = ((row, [cell for cell in line if row < top or first <= cell.column <= last]) for row, line in self.by_row.items())
        rest.by_row = {row: line for row, line in lines if line}
        return rest

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that covers a place; None where nothing stands."""
        return self._at.get((row, column))

    def after(self, cell: Cell) -> Cell | None:
        """The next cell to the right in a cell's first row."""
        line = self.by_row.get(cell.row, ())
        return next((other for other in line if other.column > cell.last_column), self.at(cell.row, cell.last_column + 1))

    def blank_at(self, row: int, column: int) -> Area | None:
        """The merged area without content that covers a place."""
        return self._blank.get((row, column))

    def is_place(self, row: int, column: int) -> bool:
        """Whether a blank place is known to be a cell of its own: ruled, or merged."""
        return self.grid.ruled or (row, column) in self._blank


_last: list[tuple[Grid, Cells]] = []


def cells_of(grid: Grid) -> Cells:
    """Return `Cells(grid)`; those of the grid asked for last are remembered, as several look at it one after the other."""
    for known, cells in _last:
        if known is grid:
            return cells
    cells = Cells(grid)
    _last[:] = [(grid, cells)]
    return cells


def part_of(grid: Grid, area: Area) -> Grid:
    """Return the cells and merges of `grid` inside an area; they keep their addresses."""
    top, left, bottom, right = area
    cells: Mapping[Position, CellValue] = {
        (row, column): value for (row, column), value in grid.cells.items() if top <= row <= bottom and left <= column <= right
    }
    merges = tuple(merge for merge in grid.merges if top <= merge[0] <= bottom and left <= merge[1] <= right)
    return replace(grid, cells=cells, merges=merges)
