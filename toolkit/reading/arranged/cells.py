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
        values = grid.cells
        single = {position: None for position, value in values.items() if not is_blank_value(value)}
        columns: dict[int, list[int]] = {}
        for row, column in single:
            columns.setdefault(row, []).append(column)
        self._spans: dict[int, list[tuple[int, int, Cell]]] = {}
        self._blanks: dict[int, list[tuple[int, int, Area]]] = {}
        budget, crossed = _MOST_COVERED, False
        made: list[Cell] = []
        for top, left, bottom, right in grid.merges:
            bottom, right = min(bottom, top + _TALLEST), min(right, left + _WIDEST)
            size = (bottom - top + 1) * (right - left + 1)
            if size > budget or size < 2:
                continue
            budget -= size
            rows = range(top, bottom + 1)
            inside = [(r, c) for r in rows for c in columns.get(r, ()) if left <= c <= right and (r, c) in single]
            if len(inside) > 1:
                continue
            if not inside:
                for row in rows:
                    self._blanks.setdefault(row, []).insert(0, (left, right, (top, left, bottom, right)))
                continue
            cell = Cell(top, left, bottom, right, values[inside[0]], inside[0])
            del single[inside[0]]
            made.append(cell)
            for row in rows:
                line = self._spans.setdefault(row, [])
                crossed = crossed or any(first <= right and left <= last for first, last, _ in line)
                line.insert(0, (left, right, cell))
        self._at = {(row, column): Cell(row, column, row, column, values[row, column], (row, column)) for row, column in single}
        made.extend(self._at.values())
        if not crossed:
            self._at.update({(cell[0], cell[1]): cell for line in self._spans.values() for _, _, cell in line})
        else:
            # Where areas lie over others, the last one counts; one that is covered whole is none.
            seen = {id(self.at(r, c)) for r, line in self._spans.items() for left, right, _ in line for c in range(left, right + 1)}
            made = [cell for cell in made if id(cell) in seen or cell.place in self._at]
        self.by_row: dict[int, list[Cell]] = {}
        for cell in sorted(made, key=itemgetter(0, 1)):
            self.by_row.setdefault(cell[0], []).append(cell)
        self.last_row = max(map(itemgetter(2), made), default=0)
        self.last_column = max(map(itemgetter(3), made), default=0)
        self.columns = set(map(itemgetter(1), made))

    @cached_property
    def edge(self) -> int:
        """The last column that merged areas of some rows reach: what stands beyond is in the margin; no edge without them."""
        rows: dict[int, set[int]] = {}
        for cell in self:
            if cell.last_column > cell.column:
                rows.setdefault(cell.last_column, set()).add(cell.row)
        for line in self._blanks.values():
            for left, right, area in line:
                if right > left:
                    rows.setdefault(area[3], set()).add(area[0])
        return max((column for column, lines in rows.items() if len(lines) > 2), default=0)

    def __iter__(self) -> Iterator[Cell]:
        return (cell for row in self.by_row.values() for cell in row)

    def without_rows(self, first: int, last: int, ends: int = sys.maxsize) -> Cells:
        """The same without the cells that begin in some rows, left of column `ends` (the row table's)."""
        rest = copy(self)
        rest.edge = self.edge
        rest._at = {position: cell for position, cell in self._at.items() if not (first <= cell[0] <= last and cell[1] < ends)}
        rest._spans = {
            row: [each for each in line if not (first <= each[2].row <= last and each[2].column < ends)]
            for row, line in self._spans.items()
        }
        rest._blanks = {
            row: [(max(left, ends), right, area) for left, right, area in line if right >= ends] if first <= row <= last else line
            for row, line in self._blanks.items()
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
        rest._spans = {
            row: [each for each in line if each[2].row < top or first <= each[2].column <= last] for row, line in self._spans.items()
        }
        rest._blanks = {
            row: [each for each in line if each[2][0] < top or first <= each[2][1] <= last] for row, line in self._blanks.items()
        }
        lines = ((row, [cell for cell in line if row < top or first <= cell.column <= last]) for row, line in self.by_row.items())
        rest.by_row = {row: line for row, line in lines if line}
        return rest

    def at(self, row: int, column: int) -> Cell | None:
        """The cell that covers a place; None where nothing stands."""
        cell = self._at.get((row, column))
        if cell is not None:
            return cell
        for left, right, cell in self._spans.get(row, ()):
            if left <= column <= right:
                return cell
        return None

    def after(self, cell: Cell) -> Cell | None:
        """The next cell to the right in a cell's first row."""
        line = self.by_row.get(cell.row, ())
        return next((other for other in line if other.column > cell.last_column), self.at(cell.row, cell.last_column + 1))

    def blank_at(self, row: int, column: int) -> Area | None:
        """The merged area without content that covers a place."""
        for left, right, area in self._blanks.get(row, ()):
            if left <= column <= right:
                return area
        return None

    def is_place(self, row: int, column: int) -> bool:
        """Whether a blank place is known to be a cell of its own: ruled, or merged."""
        return self.grid.ruled or self.blank_at(row, column) is not None


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
