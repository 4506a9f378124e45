"""One declaration put into a copy of the form's sheet: rows added where the table is short, values, row heights.

`filled` calls it for each project with a copy of the form sheet's XML; the values go where the form's fields and
columns are, whatever form it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lxml import etree

from toolkit.errors import FormError
from toolkit.forms.model import Field, Form, IndicatorTable
from toolkit.outputs.fit import Placed, line_count, row_heights
from toolkit.reading.model import OK, Declaration, Entry, Row
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion, insert_rows
from toolkit.spreadsheet.sheet_patch import CellContent, SheetPatch
from toolkit.spreadsheet.styles import Stylesheet
from toolkit.spreadsheet.written import CellValue, clean
from toolkit.values.text import label_key

_TEXT_FORMAT = "@"

# A number as a person types it, that Excel keeps digit by digit: no leading zeros, 15 digits at most.
_TYPED_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Looks:
    """What cell styles mean in this workbook: `sheet` for fonts and wrapping, `formats` the number format codes."""

    sheet: Stylesheet
    formats: tuple[str, ...]


def rows_to_add(form: Form, declaration: Declaration | None) -> RowInsertion | None:
    """Return the rows that a table of the form lacks for a declaration, or None.

    They go before the last row of the table (so that its lower border stays last) as copies of the row above; below it
    where the table has one row only. Raises FormError where two tables are too short.
    """
    found = [(table, _needed(table, declaration.rows_of(table))) for table in form.tables] if declaration else []
    short = [(table, count) for table, count in found if count > 0]
    if not short:
        return None
    if len(short) > 1:
        named = "、".join(f"“{table.name}”只画了 {table.size} 行" for table, _ in short)
        raise FormError(f"表样“{form.name}”的{named}，放不下这份申报表。请在表样里多画几行。")
    ((table, count),) = short
    after = max(table.first_row, table.last_row - 1)
    return RowInsertion(form.sheet, after, count, grow=after == table.last_row)


def fill_sheet(
    root: etree._Element,
    form: Form,
    declaration: Declaration | None,
    insertion: RowInsertion | None,
    looks: Looks,
    date1904: bool,
) -> SheetPatch:
    """Return the sheet with the declaration's entries in their cells; `root` is used up. None fills nothing.

    Computed fields get their formulas with the self-check. Blank entries leave the cell as drawn. What could not be read as the
    field's type stands there as found.
    """
    if insertion is not None:
        insert_rows(root, insertion)
    patch = SheetPatch(root, date1904=date1904)
    if declaration is None:
        return patch
    merged = {area[:2]: area for area in patch.merges}
    placed: list[Placed] = []
    for row, column, value in _contents(form, declaration, insertion, patch, looks):
        style = patch.style(row, column)
        area = merged.get((row, column), (row, column, row, column))
        new_style = None
        if isinstance(value, str) and not looks.sheet.shrinks(style):
            text = clean(value)
            if not looks.sheet.wraps(style) and _overflows(text, area, patch, looks, style):
                new_style = looks.sheet.wrapped(style)
            placed.append(Placed(area, text, looks.sheet.font_size(style), looks.sheet.full_width(style)))
        patch.put(row, column, CellContent(value, style=new_style))
    for row, points in row_heights(placed, patch.width, patch.height).items():
        patch.set_height(row, points)
    return patch


def _contents(
    form: Form, declaration: Declaration, insertion: RowInsertion | None, patch: SheetPatch, looks: Looks
) -> Iterator[tuple[int, int, CellValue]]:
    """Yield row, column and value of every cell that gets one."""
    for field in form.fields:
        value = _shown(declaration[field.name], field)
        if value is not None and field.cell and not field.formula:
            row, column = a1.parse_cell(field.cell)
            yield (row if insertion is None else insertion.row(row)), column, value
    for table in form.tables:
        yield from _row_contents(table, declaration.rows_of(table), insertion, patch, looks)


def _needed(table: IndicatorTable, rows: Sequence[Row]) -> int:
    """How many rows more than it has a table would need."""
    return max((place for place, _ in _placed(table, rows)), default=0) - table.last_row


def _placed(table: IndicatorTable, rows: Sequence[Row]) -> Iterator[tuple[int, Row]]:
    """Yield each row with the row of the drawing it goes to: that whose prefilled texts it has, else the next one."""
    free = {number: tuple(map(label_key, texts)) for number, texts in table.printed.items()}
    number = table.first_row
    for row in rows:
        said = tuple(label_key(str(row[name].value or "")) for name in table.prefilled)
        own = next((place for place, texts in free.items() if texts == said), None) if table.prefilled else number
        if own is None:
            own = next((place for place, texts in free.items() if not any(texts)), table.last_row + 1 + number - table.first_row)
        free.pop(own, None)
        number += 1
        yield own, row


def _row_contents(
    table: IndicatorTable, rows: Sequence[Row], insertion: RowInsertion | None, patch: SheetPatch, looks: Looks
) -> Iterator[tuple[int, int, CellValue]]:
    first = table.first_row if insertion is None else insertion.row(table.first_row)
    for drawn, entries in _placed(table, rows):
        number = drawn - table.first_row + first
        for table_column in table.columns:
            value = _shown(entries[table_column.name], table_column.field)
            if value is None or table_column.field.formula:
                continue
            if table_column.field.is_quantity and isinstance(value, str):
                style = patch.style(number, table_column.index)
                value = value if _is_text(looks, style) else _typed(value)
            yield number, table_column.index, value


def _shown(entry: Entry, field: Field) -> CellValue:
    """Return what to write for an entry: its value (an amount in the form's unit), else the text as found, None for a blank."""
    value = entry.value if entry.state == OK else entry.text
    if isinstance(value, Decimal):
        return field.face(value)
    return None if value == "" else value


def _typed(text: str) -> CellValue:
    """Return a number where Excel would make one of `text` and lose no digit of it, else the text."""
    digits = sum(character.isdigit() for character in text)
    return Decimal(text) if _TYPED_NUMBER.fullmatch(text) and digits <= _MOST_DIGITS else text


def _is_text(looks: Looks, style: int) -> bool:
    return style < len(looks.formats) and looks.formats[style] == _TEXT_FORMAT


def _overflows(text: str, area: a1.Area, patch: SheetPatch, looks: Looks, style: int) -> bool:
    width = sum(patch.width(column) for column in range(area[1], area[3] + 1))
    return line_count(text, width, looks.sheet.full_width(style)) > 1
