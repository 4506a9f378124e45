"""Words of the form that a page break cut in two, made whole: only the form knows that 时效 and 指标 are one.

In: a printed document as a grid, its page breaks marked. Out: the same without the marks, and with each label and each word of the
levels whose parts stand at the end of one page and at the beginning of the next in one cell. Called by `read`.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.reading.plan import Plan, Position
from toolkit.sources.grid import CellValue, Grid
from toolkit.sources.text import PAGE_BREAK
from toolkit.spreadsheet.a1 import Area


def without_breaks(grid: Grid, plan: Plan) -> Grid:
    """Return a grid of ruled tables without page breaks."""
    breaks = sorted(row for (row, _), value in grid.cells.items() if value == PAGE_BREAK)
    if not breaks:
        return grid
    cells = {place: value for place, value in grid.cells.items() if value != PAGE_BREAK}
    areas = {(top, left): (top, left, bottom, right) for top, left, bottom, right in grid.merges}
    by_end: dict[Position, list[Area]] = {}
    for area in areas.values():
        by_end.setdefault((area[2], area[1]), []).append(area)
    for row in breaks:
        _join(row, cells, areas, by_end, plan)
    return replace(grid, cells=cells, merges=tuple(areas.values()))


def _join(row: int, cells: dict[Position, CellValue], areas: dict[Position, Area], by_end: dict[Position, list[Area]], plan: Plan) -> None:
    """Join what a page break in `row` parted."""
    for below in [place for place in cells if place[0] == row + 1]:
        column = below[1]
        ending = by_end.get((row - 1, column), [])
        above = ending[0][:2] if ending else (row - 1, column)
        first, second = cells.get(above), cells[below]
        if not isinstance(first, str) or not isinstance(second, str):
            continue
        if not _is_word(first + second, plan) or (_is_word(first, plan) and _is_word(second, plan)):
            continue
        cells[above] = first + second
        del cells[below]
        last = areas.pop(below, (*below, *below))
        areas[above] = (*above, last[2], max(last[3], areas.get(above, last)[3]))
        by_end.setdefault((last[2], column), []).insert(0, areas[above])


def _is_word(text: str, plan: Plan) -> bool:
    key = plan.key(text)
    return key is not None and (key in plan.level_words or key in plan.vocabulary)
