"""Small changes to a drawing whose effect on reading is known: a label gone or renamed, pairs or rows exchanged.

In: a drawing. Out: the changed drawing; what it declares stays, but for the field whose label is gone.
"""

from __future__ import annotations

from dataclasses import replace

from tests.drawings.declarations import DATE_FIELDS, TEXT_FIELDS
from tests.drawings.funding import PERIOD_ROWS
from tests.drawings.model import Cell, Drawing, Sheet
from tests.drawings.style import STRANGE_COLUMNS

HEAD_FIELDS = (*TEXT_FIELDS, *DATE_FIELDS)


def labels_of(drawing: Drawing, name: str) -> list[tuple[Sheet, Cell]]:
    """Return the label cells of a field."""
    return [(sheet, cell) for sheet, cell in drawing.cells() if cell.role == "label" and cell.field == name]


def fields_of(drawing: Drawing, name: str) -> tuple[str, ...]:
    """Return the fields that the label of `name` tells: two where amounts of two periods share a row, the year where it holds it."""
    shared = {annual: (whole, annual) for _, whole, annual in PERIOD_ROWS if whole}
    found = shared.get(name, (name,)) if drawing.traits.get("资金") == "分期" else (name,)
    return (*found, "年度") if name == "年度总体目标" and drawing.traits.get("年度") == "目标标题" else found


def relabelled(drawing: Drawing, name: str, text: str | None) -> Drawing:
    """Return the drawing with the labels of a field saying something else, or nothing (None)."""
    found = labels_of(drawing, name)
    return drawing.changed({(sheet.name, cell.name): replace(cell, value=text) for sheet, cell in found})


def exchanged(drawing: Drawing, one: str, other: str) -> Drawing:
    """Return the drawing with two fields of the head in each other's place, label and value."""
    changes = {}
    for sheet, cell in drawing.cells():
        if cell.field in (one, other) and cell.line is None and cell.role in ("label", "value"):
            wanted = other if cell.field == one else one
            twin = next(
                each for each in sheet.cells if (each.field, each.role, each.project, each.line) == (wanted, cell.role, cell.project, None)
            )
            look = {"value": twin.value, "field": twin.field, "format": twin.format, "align": twin.align}
            changes[sheet.name, cell.name] = replace(cell, **look)  # type: ignore[arg-type]
    return drawing.changed(changes)


def exchangeable(drawing: Drawing) -> list[tuple[str, str]]:
    """Return pairs of fields of the head that are drawn once in every form."""

    def printed(name: str) -> bool:
        return len(labels_of(drawing, name)) == len(drawing.contents)

    names = [name for name in HEAD_FIELDS if printed(name)]
    return [(one, other) for index, one in enumerate(names) for other in names[index + 1 :]]


def exchanged_rows(drawing: Drawing) -> Drawing:
    """Return the drawing with the first two rows of the head exchanged, where both are one row high."""
    return replace(drawing, sheets=tuple(_exchanged_rows(sheet) for sheet in drawing.sheets))


def _exchanged_rows(sheet: Sheet) -> Sheet:
    """Exchange the two first neighbouring rows that hold nothing but pairs of the head, a row high each."""
    rows: dict[int, list[Cell]] = {}
    for cell in sheet.cells:
        for row in range(cell.row, cell.row + cell.rows):
            rows.setdefault(row, []).append(cell)

    def pairs(row: int) -> bool:
        cells = rows.get(row, [])
        fields = {cell.field for cell in cells if cell.role == "label"} & set(HEAD_FIELDS)
        beside = sum(cell.role == "label" for cell in cells) == sum(cell.role == "value" for cell in cells)
        return bool(fields) and beside and all(cell.rows == 1 for cell in cells)

    first = next((row for row in sorted(rows) if pairs(row) and pairs(row + 1)), None)
    if first is None:
        return sheet
    moved = {first: first + 1, first + 1: first}
    return replace(sheet, cells=tuple(replace(cell, row=moved.get(cell.row, cell.row)) for cell in sheet.cells))


def exchanged_columns(drawing: Drawing) -> Drawing:
    """Return the drawing with two columns of its row tables in each other's place, one of them of another office."""
    return replace(drawing, sheets=tuple(_exchanged_columns(sheet) for sheet in drawing.sheets))


def _exchanged_columns(sheet: Sheet) -> Sheet:
    """Exchange a strange column with another one as many grid columns wide; levels stay, and so do parts of a heading."""
    heads = {
        cell.field: cell
        for cell in sheet.cells
        if cell.field and (cell.role == "header" or (cell.field in STRANGE_COLUMNS and cell.line is None))
    }
    parts = ("符号", "数值", "计量单位") if "指标值" in heads and "符号" in heads else ()
    movable = [name for name in heads if name not in ("一级指标", "二级指标", "指标值" if parts else "", *parts)]
    pair = next(
        (
            (one, other)
            for one in movable
            for other in movable
            if one in STRANGE_COLUMNS and one != other and heads[one].columns == heads[other].columns
        ),
        None,
    )
    if pair is None:
        return sheet
    places = {pair[0]: heads[pair[1]].column, pair[1]: heads[pair[0]].column}

    moved = (replace(cell, column=places.get(str(cell.field), cell.column)) for cell in sheet.cells)
    return replace(sheet, cells=tuple(sorted(moved, key=lambda cell: (cell.row, cell.column))))
