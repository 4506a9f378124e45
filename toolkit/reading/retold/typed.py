"""A text whose lines are parted by tabs or pipes as the rows of a sheet are, an empty piece where a cell is blank → read by its columns.

In: a flow grid whose cells have no lines around them. Out: what it declares, read as a sheet; nothing where it does not make sense so: then
it is read as flowing text. It makes sense where every line under the headings is an indicator with words of the tree, a name and a target.
Called by `read`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from toolkit.forms.model import Form
from toolkit.reading.model import OK, Declaration, Row
from toolkit.reading.plan import Plan, plan_of
from toolkit.reading.sheet import read_sheets
from toolkit.sources.grid import Grid
from toolkit.sources.text import PAGE_BREAK
from toolkit.spreadsheet.a1 import parse_cell

_NUMBER = re.compile(r"[0-9][0-9,，.]{0,20}(?:[百千]?万|[千亿])?元?")

# So many lines with so many pieces make a table.
_FEWEST_LINES, _FEWEST_PIECES = 3, 4


def read_typed(grid: Grid, form: Form, file: str) -> list[Declaration]:
    """Return what a typed table declares; nothing where its lines are no rows of one."""
    lines: dict[int, int] = {}
    for row, _ in grid.cells:
        lines[row] = lines.get(row, 0) + 1
    wide = sum(count >= _FEWEST_PIECES for count in lines.values())
    if form.table is None or wide < _FEWEST_LINES or PAGE_BREAK in grid.cells.values():
        return []
    plan = plan_of(form)

    # Only of cells that have lines around them is an indicator a column ever put into a row.
    for view in (grid, replace(grid, ruled=True)):
        found = read_sheets(view, form, file)
        if found and all(
            each.rows and all(_is_sound(row, grid, plan) for row in each.rows) and not _lost(each) and not _crowded(each, grid, plan)
            for each in found
        ):
            return found
    return []


def _lost(declaration: Declaration) -> bool:
    """Whether something below the first row of the table was not understood that is no remark of one cell alone, or a number anywhere."""
    if any(_NUMBER.fullmatch(text.strip()) for doubt in declaration.doubts for _, text in doubt.unread):
        return True
    first = min(row.row for row in declaration.rows)
    rows = [parse_cell(cell)[0] for doubt in declaration.doubts for cell, _ in doubt.unread]
    return any(count > 1 for row, count in Counter(rows).items() if row >= first)


def _crowded(declaration: Declaration, grid: Grid, plan: Plan) -> bool:
    """Whether a number that nothing heads follows an amount: either could be the amount, or both one number."""
    places = [parse_cell(cell) for name in plan.amounts if (cell := declaration.entries[name].cell) is not None]
    after = [(row, column + 1) for row, column in places]
    return any(_NUMBER.fullmatch(str(grid.cells.get(place, ""))) and (place[0] - 1, place[1]) not in grid.cells for place in after)


def _is_sound(row: Row, grid: Grid, plan: Plan) -> bool:
    """Whether a row has a name, a target, and words of the tree that belong together."""
    table = plan.form.table
    assert table is not None
    texts = {name: str(entry.value) for name, entry in row.entries.items() if entry.state == OK}
    numbers = {target.number for target in table.targets}
    parts = {name for target in table.targets for name in target.names} - numbers
    asked = {spec.column.name for spec in plan.columns} - parts
    if not asked <= texts.keys():
        return False
    own = [parse_cell(row.entries[name].cell or "A1") in grid.cells for name in plan.levels]
    words = [texts[name] for name in plan.levels]
    standard = {word for spec in plan.columns if spec.column.name in plan.levels for word in spec.standards}
    if words and (words[0] not in standard or any(char.isdigit() for word in words for char in word)):
        return False
    fitting = all(upper in plan.parents.get(lower, (upper,)) for upper, lower in zip(words, words[1:], strict=False))
    return fitting or all(own) and set(words) <= standard
