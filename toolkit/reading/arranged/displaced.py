"""Rows of the table that stand beside their headings: a conversion to Word or PDF pushed them sideways, tall cells beside them ended.

In: a form laid out on a ruled page. Out: the page with those rows back under the headings, and which rows they are. Only rows that
show a word of the tree where none belongs, and whose every cell finds a column when all of them are moved alike, are taken for
such. Called by `sheet`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.reading.arranged.cells import Cell
from toolkit.reading.model import Repair
from toolkit.reading.placement import Placement
from toolkit.sources.grid import Grid

# A row with fewer cells may be anything.
_FEWEST = 3


def straightened(grid: Grid, placement: Placement) -> tuple[Grid, tuple[int, ...]]:
    """Return the page with displaced rows under their headings again, and their numbers; the page itself where there are none."""
    cells, header, plan = placement.cells, placement.header, placement.plan
    if cells is None or header is None or not grid.ruled:
        return grid, ()
    spans = (*header.columns.values(), *header.wholes.values())
    columns = {column for first, last in spans for column in range(first, last + 1)}
    level = next((header.columns[name][0] for name in plan.levels if name in header.columns), None)
    if level is None:
        return grid, ()
    moves: dict[int, int] = {}
    offset = 0
    for row, line in sorted(cells.by_row.items()):
        if row <= header.bottom:
            continue
        titled = next((cell for cell in line if plan.is_level(cell.value)), None)
        if titled is not None:
            beside = titled.column < min(columns) or titled.column > max(columns)
            offset = level - titled.column if beside else 0
        if offset and _fits(line, offset, columns):
            moves[row] = offset
    if not moves:
        return grid, ()
    moved = {(row, column + moves.get(row, 0)): value for (row, column), value in grid.cells.items() if column + moves.get(row, 0) > 0}
    merges = tuple((top, left + moves.get(top, 0), bottom, right + moves.get(top, 0)) for top, left, bottom, right in grid.merges)
    return replace(grid, cells=moved, merges=tuple(area for area in merges if area[1] > 0)), tuple(moves)


def _fits(line: Sequence[Cell], offset: int, columns: set[int]) -> bool:
    return len(line) >= _FEWEST and all(cell.column + offset in columns and cell.last_row == cell.row for cell in line)


def displaced_repair(rows: Sequence[int]) -> Repair:
    """Return the repair that tells which rows were put back."""
    told = "、".join(map(str, rows[:_FEWEST])) + (f" 等 {len(rows)}" if len(rows) > _FEWEST else "")
    message = f"第 {told} 行整行错开了标题的列，已按标题的列读取。"
    return Repair("修复-错列", "", None, f"错开 {len(rows)} 行", "与标题对齐", message)
