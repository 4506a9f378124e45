"""Words of the form that a page break cut in two, made whole: only the form knows that 时效 and 指标 are one.

In: a printed document as a grid, its page breaks marked. Out: the same without the marks, and with each label and each word of the
levels whose parts stand at the end of one page and at the beginning of the next in one cell. Called by `read`.
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.reading.arranged.labels import meanings_of
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
    """Join what a page break in `row` parted; where it parts a label, it parts all of the label's row."""
    pairs: list[tuple[Position, Position, str, str]] = []
    for below in sorted(place for place in cells if place[0] == row + 1):
        ending = by_end.get((row - 1, below[1]), [])
        above = ending[0][:2] if ending else (row - 1, below[1])
        first, second = cells.get(above), cells[below]
        if isinstance(first, str) and isinstance(second, str):
            pairs.append((above, below, first, second))
    words = [pair for pair in pairs if _is_word(pair[2] + pair[3], plan) and not (_is_word(pair[2], plan) and _is_word(pair[3], plan))]
    in_row = any(above[0] == row - 1 and plan.key(first + second) not in plan.level_words for above, _, first, second in words)
    for above, below, first, second in pairs if in_row else words:
        cells[above] = first + second
        del cells[below]
        last = areas.pop(below, (*below, *below))
        areas[above] = (*above, last[2], max(last[3], areas.get(above, last)[3]))
        by_end.setdefault((last[2], below[1]), []).insert(0, areas[above])


def _is_word(text: str, plan: Plan) -> bool:
    key = plan.key(text)
    return key is not None and (key in plan.level_words or bool(meanings_of(key, plan.vocabulary)[0]))
