"""The fast way: a sheet on which nothing has moved is read from the places the drawing has.

In: a grid and the form's plan. Out: whether every label stands where the template has it, and nothing stands where the template
has nothing; and what is to be said of the merged areas of such a sheet. Nearly all returns are of this kind. Called by `sheet`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from toolkit.forms.grids.model import is_crossed
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.arranged.table import Log
from toolkit.reading.entries import shown
from toolkit.reading.model import BLANK, Doubt, Entry
from toolkit.reading.plan import Plan, Position, Spot
from toolkit.sources.grid import CellValue, Grid, is_blank_value
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.text import clean_text
from toolkit.values.words import WARNING


def is_unchanged(grid: Grid, plan: Plan) -> bool:
    """Return whether the sheet is as drawn: each label in its place, once, and nothing beside labels and fields."""
    cells = grid.cells
    for position, text, key in plan.drawn:
        value = cells.get(position)
        if value != text and plan.key(value) != key:
            return False
    for position in cells.keys() - plan.known:
        if position[1] <= plan.last_column and position[0] < plan.first_row and not is_blank_value(cells[position]):
            return False
    shut = [cells[place] for place in plan.closed & cells.keys()]
    if any(not (is_blank_value(value) or isinstance(value, str) and is_crossed(value)) for value in shut):
        return False
    return not _comes_again(grid, plan)


def unread_cells(grid: Grid, plan: Plan, used: Collection[Position]) -> list[tuple[str, str]]:
    """Return the cells beside and below the rows of the tables, whose cells are `used`, that are no part of the form: each with its text."""
    left = [
        (row, column)
        for (row, column), value in grid.cells.items()
        if row >= plan.first_row and column <= plan.last_column and (row, column) not in used and not is_blank_value(value)
    ]
    left = [place for place in left if place not in plan.known and plan.key(grid.cells[place]) not in plan.vocabulary]
    lines = {row for row, _ in left}
    signed = {row for (row, _), value in grid.cells.items() if row in lines and is_note(value)} if lines else set()
    return [(cell_name(*place), shown(grid.cells[place])) for place in sorted(left) if place[0] not in signed]


def _comes_again(grid: Grid, plan: Plan) -> bool:
    """Whether the form's first labels stand a second time beside their places."""
    beginnings, firsts = plan.beginnings, plan.firsts
    seen = 0
    for position, value in grid.cells.items():
        if value.__class__ is str and value[:1] in beginnings:
            key = plan.key(value)
            seen += key is not None and firsts.get(key, position) != position
    return bool(firsts) and seen >= min(2, len(firsts))


def recovered(grid: Grid, spot: Spot, value: CellValue | None, log: Log) -> tuple[Position, CellValue | None]:
    """Look for a field's value in the rest of its area (merge) where its own cell is blank: (where, what)."""
    position = spot.row, spot.column
    down, across = spot.last_row - spot.row, spot.last_column - spot.column
    if not down and not across:
        return position, value
    places = ((spot.row + i, spot.column + j) for i in range(down + 1) for j in range(across + 1))
    found = [place for place in places if place in grid.cells and not is_blank_value(grid.cells[place])]
    if len(found) != 1:
        return position, value
    kept, field = grid.cells[found[0]], spot.field
    cell, right = cell_name(*found[0]), cell_name(*position)
    message = f"{field.label}“{str(kept)[:40]}”没有填在 {right}，而在同一区域的 {cell}，已按内容读取。"
    cure = f"请把内容填在 {right}（合并单元格的左上角）。"
    log.doubts.append(Doubt("格式-合并单元格", WARNING, field.name, cell, str(kept), message, cure))
    return found[0], kept


def corner_doubts(grid: Grid, plan: Plan, entries: Mapping[str, Entry]) -> Iterator[Doubt]:
    """Doubt what stands in a field's area beside the field's own cell, covered by the merge and not read."""
    for position in sorted(plan.inner.keys() & grid.cells.keys()):
        value, spot = grid.cells[position], plan.inner[position]
        if is_blank_value(value):
            continue
        entry = entries[spot.field.name]
        cell = cell_name(*position)
        if entry.state == BLANK or entry.cell == cell or clean_text(str(value)) == clean_text(entry.text):
            continue
        message = f"{spot.field.label}的区域里 {cell} 还有内容“{str(value)[:40]}”，没有读取。"
        cure = f"请核对这些内容是否属于{spot.field.label}；属于的请并入 {entry.cell}。"
        yield Doubt("格式-合并单元格", WARNING, spot.field.name, cell, str(value), message, cure)
