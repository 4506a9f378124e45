"""A grid's cells with their spans, to be walked in two dimensions: what stands at, right of and under a place.

In: a grid, or the part of it that one form takes up. Out: `Cells`. A merged area is one cell, with the value that stands in
it wherever that is; an area in which several values stand is no merge for reading, as each of them must be accounted for.
Blank merged areas are kept as well: they are places for values. Called by all who read by labels.
"""

from __future__ import annotations

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple, TypeVar

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


Merged = TypeVar("Merged")
Spans = dict[int, list[tuple[int, int, Merged]]]


class Cells:
    """The cells of one sheet, or of one form on it, that hold something, and the merged areas that hold nothing."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.left_out, self.left_out_ends = range(0), sys.maxsize  # the rows that `without_rows` leaves out, and up to which column
        values = grid.cells
        single = {position for position, value in values.items() if not is_blank_value(value)}
        columns: dict[int, list[int]] = {}
        for row, column in sorted(single):
            columns.setdefault(row, []).append(column)
        budget = _MOST_COVERED
        filled: list[Cell] = []
        blank: list[Area] = []
        for top, left, bottom, right in grid.merges:
            bottom, right = min(bottom, top + _TALLEST), min(right, left + _WIDEST)
            size = (bottom - top + 1) * (right - left + 1)
            if size > budget or size < 2:
                continue
            budget -= size
            inside = [
                (row, column)
                for row in range(top, bottom + 1)
                if row in columns
                for column in _within(columns[row], left, right)
                if (row, column) in single
            ]
            if not inside:
                blank.append((top, left, bottom, right))
            elif len(inside) == 1:
                filled.append(Cell(top, left, bottom, right, values[inside[0]], inside[0]))
                single.remove(inside[0])
        self._blanks = _by_row((area, area) for area in blank)
        self._spans = _by_row((cell[:4], cell) for cell in filled)
        self._at = {(row, column): Cell(row, column, row, column, values[row, column], (row, column)) for row, column in single}

        # An area that others cover whole is none.
        standing = {id(cell): cell for line in self._spans.values() for _, _, cell in line}
        made = [*standing.values(), *self._at.values()]
        self._at.update({(row, left): cell for row, line in self._spans.items() for left, _, cell in line})
        self.by_row: dict[int, list[Cell]] = {}
        for cell in sorted(made, key=itemgetter(0, 1)):
            self.by_row.setdefault(cell[0], []).append(cell)
        self._measure(made)

    def _measure(self, cells: Collection[Cell]) -> None:
        self.last_row = max(map(itemgetter(2), cells), default=0)
        self.last_column = max(map(itemgetter(3), cells), default=0)
        self.columns = set(map(itemgetter(1), cells))

    @cached_property
    def edge(self) -> int:
        """The last column that merged areas of some rows reach: what stands beyond is in the margin; no edge without them."""
        rows: dict[int, set[int]] = {}
        for cell in self:
            if cell.last_column > cell.column:
                rows.setdefault(cell.last_column, set()).add(cell.row)
        for line in self._blanks.values():
            for _, _, area in line:
                if area[3] > area[1]:
                    rows.setdefault(area[3], set()).add(area[0])
        return max((column for column, lines in rows.items() if len(lines) > 2), default=0)

    def __iter__(self) -> Iterator[Cell]:
        return (cell for row in self.by_row.values() for cell in row)

    def of_rows(self, first: int, last: int) -> Cells | None:
        """The cells of some of the rows, as `Cells(part_of(grid, …))` has them; None where a merged area reaches beyond these."""
        lines = self._lines
        if lines.are_joined(first) or lines.are_joined(last + 1):
            return None
        rows = range(first, min(last, lines.last) + 1)
        rest = copy(self)
        for worked_out in ("edge", "_lines"):
            rest.__dict__.pop(worked_out, None)
        rest.grid = replace(self.grid, cells=lines.cells(rows), merges=lines.merges(rows))
        rest._spans = {row: self._spans[row] for row in rows if row in self._spans}
        rest._blanks = {row: self._blanks[row] for row in rows if row in self._blanks}
        rest.by_row = {row: self.by_row[row] for row in rows if row in self.by_row}
        rest._at = {cell[:2]: cell for cell in rest}
        rest._at.update({(row, left): cell for row, line in rest._spans.items() for left, _, cell in line})
        rest._measure([*rest])
        return rest

    @cached_property
    def _lines(self) -> _Lines:
        return _Lines(self.grid)

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
        return self._at.get((row, column)) or _over(self._spans, row, column)

    def after(self, cell: Cell) -> Cell | None:
        """The next cell to the right in a cell's first row."""
        line = self.by_row.get(cell.row, ())
        return next((other for other in line if other.column > cell.last_column), self.at(cell.row, cell.last_column + 1))

    def blank_at(self, row: int, column: int) -> Area | None:
        """The merged area without content that covers a place."""
        return _over(self._blanks, row, column)

    def is_place(self, row: int, column: int) -> bool:
        """Whether a blank place is known to be a cell of its own: ruled, or merged."""
        return self.grid.ruled or self.blank_at(row, column) is not None


def _within(line: Sequence[int], first: int, last: int) -> Sequence[int]:
    """Those of some columns, from the left, that are between two."""
    return line[bisect_left(line, first) : bisect_right(line, last)]


def _by_row(areas: Iterable[tuple[Area, Merged]]) -> Spans[Merged]:
    """What covers each row: first and last column, from the left, none over another. Where areas lie over others the last one counts."""
    lines: Spans[Merged] = {}
    over: set[int] = set()
    given = list(areas)
    for (top, left, bottom, right), merged in sorted(given, key=_left):
        for row in range(top, bottom + 1):
            line = lines.get(row)
            if line is None:
                lines[row] = [(left, right, merged)]
                continue
            if line[-1][1] >= left:
                over.add(row)
            line.append((left, right, merged))
    covered: dict[int, dict[int, Merged]] = {row: {} for row in over}
    for (top, left, bottom, right), merged in given if over else ():
        for row in over.intersection(range(top, bottom + 1)):
            covered[row].update(dict.fromkeys(range(left, right + 1), merged))
    return lines | {row: [(column, column, merged) for column, merged in sorted(each.items())] for row, each in covered.items()}


def _left(each: tuple[Area, object]) -> int:
    return each[0][1]


def _over(lines: Spans[Merged], row: int, column: int) -> Merged | None:
    """What covers a place."""
    line = lines.get(row)
    if line is None:
        return None
    before = bisect_right(line, (column, sys.maxsize))
    return line[before - 1][2] if before and line[before - 1][1] >= column else None


class _Lines:
    """What each row of a grid holds, to part it: values, and the merged areas that begin there."""

    def __init__(self, grid: Grid) -> None:
        self._values: dict[int, dict[Position, CellValue]] = {}
        for place, value in grid.cells.items():
            self._values.setdefault(place[0], {})[place] = value
        self._merges: dict[int, list[tuple[int, Area]]] = {}
        for number, merge in enumerate(grid.merges):
            self._merges.setdefault(merge[0], []).append((number, merge))
        self.last = max((*self._values, *(merge[2] for merge in grid.merges)), default=0)

        # The lowest row that an area reaches that begins in one of the rows so far.
        self._tops = sorted(self._merges)
        self._reached = list(accumulate((max(merge[2] for _, merge in self._merges[top]) for top in self._tops), max))

    def are_joined(self, row: int) -> bool:
        """Whether a merged area covers both a row and the one above it."""
        before = bisect_left(self._tops, row)
        return before > 0 and self._reached[before - 1] >= row

    def cells(self, rows: range) -> dict[Position, CellValue]:
        return {place: value for row in rows for place, value in self._values.get(row, {}).items()}

    def merges(self, rows: range) -> tuple[Area, ...]:
        return tuple(merge for _, merge in sorted(each for row in rows for each in self._merges.get(row, ())))


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
