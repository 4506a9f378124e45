"""Where a form stands on a returned sheet: by its labels, wherever they have moved to.

In: a grid and a form. Out: a `Placement` for every copy of the form on the sheet, none when it is another form. Labels
at their own places are the fast way; otherwise the sheet is parted where several copies stand (`blocks`) and each
copy's rows and columns are aligned with the drawing (`align`).
"""

from __future__ import annotations

from dataclasses import replace

from toolkit.forms.model import Form
from toolkit.reading.align import Placement, align
from toolkit.reading.blocks import Hits, parts_of
from toolkit.reading.plan import Plan, plan_of
from toolkit.sources.grid import CellValue, Grid

# Below this share of the form's different labels a sheet is not looked at any further.
_WORTH_A_LOOK = 0.4


def locate(grid: Grid, form: Form) -> list[tuple[Grid, Placement]]:
    """Return the part of `grid` that each copy of `form` takes up, and where the form stands in it."""
    plan = plan_of(form)
    if not plan.drawn:
        return []
    if _stands_as_drawn(grid, plan) and not _comes_again(grid, plan):
        return [(grid, Placement(plan))]
    hits = _hits(grid, plan)
    if len({key for _, key in hits}) < _WORTH_A_LOOK * len(plan.counts):
        return []
    if len({column for (_, column), _ in hits}) < _WORTH_A_LOOK * len({column for (_, column), _, _ in plan.drawn}):
        return []
    found = []
    for area, own in parts_of(hits, plan, grid.cells):
        part = grid if area is None else _cut(grid, area)
        placement = align(part, plan, own)
        if placement is not None:
            found.append((part, placement))
    return found


def _stands_as_drawn(grid: Grid, plan: Plan) -> bool:
    cells = grid.cells
    for position, text, key in plan.drawn:
        value = cells.get(position)
        if value != text and plan.key(value) != key:
            return False
    return True


def _comes_again(grid: Grid, plan: Plan) -> bool:
    """Whether the form's first labels stand a second time beside their places."""
    beginnings, firsts = plan.beginnings, plan.firsts
    seen = 0
    for position, value in grid.cells.items():
        if value.__class__ is str and value[:1] in beginnings:
            key = plan.key(value)
            seen += key is not None and firsts.get(key, position) != position
    return bool(firsts) and seen >= min(2, len(firsts))


def _hits(grid: Grid, plan: Plan) -> Hits:
    """The cells whose text is a label of the form, by its key (an alias counts as the label it stands for)."""
    hits = []
    for position, value in grid.cells.items():
        key = plan.key(value)
        if key is not None:
            key = key if key in plan.counts else plan.aliases.get(key)
            if key is not None:
                hits.append((position, key))
    return sorted(hits)


def _cut(grid: Grid, area: tuple[int, int, int, int]) -> Grid:
    """The cells and merges of `grid` inside an area; they keep their addresses."""
    top, left, bottom, right = area
    cells: dict[tuple[int, int], CellValue] = {
        (row, column): value for (row, column), value in grid.cells.items() if top <= row <= bottom and left <= column <= right
    }
    merges = tuple(merge for merge in grid.merges if top <= merge[0] <= bottom and left <= merge[1] <= right)
    return replace(grid, cells=cells, merges=merges)
