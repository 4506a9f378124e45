"""The look of 总表.xlsx: formats, how a sheet is opened and set up for print, how a value and an amount are written.

Called by the modules that make the sheets. Texts are always texts, amounts are written in 元 in the detail; `Money` turns a
formula over the detail, and its result, into the unit the summaries are shown in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, INTEGER, Field, Form
from toolkit.outputs.fit import needed_height
from toolkit.outputs.review.cells import fitting
from toolkit.values.amounts import round_half_up

# 0-based rows: the title, what is shown under it, the headings, the first row of data.
TITLE, INFO, HEAD, FIRST = 0, 1, 2, 3

A3, A4 = 8, 9

# So many digits across an A4 page can still be read in print.
_FITS_A4 = 160

# Font size in points, and a Chinese character's width in digits of that size.
_SIZE, _FULL = 10, 1.9
_LEAST_HEIGHT = 18.0

_FORMULA_LIKE = ("=", "+", "-", "@")
_WAN = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Money:
    """The unit of the summaries: 元 to the cent, or 万元 exact to six decimals and shown with two."""

    wan: bool = False

    @property
    def name(self) -> str:
        return "万元" if self.wan else "元"

    def formula(self, expression: str) -> str:
        """Return a formula of an expression over amounts in 元; rounded, as binary fractions do not add up to the cent."""
        return f"=ROUND(({expression})/10000,6)" if self.wan else f"=ROUND({expression},2)"

    def again(self, expression: str) -> str:
        """Return a formula of an expression over amounts that are in this unit already."""
        return f"=ROUND({expression},{6 if self.wan else 2})"

    def result(self, amount: Decimal) -> Decimal:
        """Return what `formula` comes to for an amount in 元."""
        return round_half_up(amount / _WAN, 6) if self.wan else round_half_up(amount, 2)


class Formats:
    """The cell formats of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        base = {"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter"}
        cell = {**base, "border": 1, "border_color": "#8C8C8C"}
        strong = {**cell, "bold": True, "bg_color": "#F2F2F2"}
        amount = {"num_format": "#,##0.00", "align": "right"}
        self.title = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
        self.info = book.add_format({**base, "align": "left"})
        self.unit = book.add_format({**base, "align": "right"})
        self.block = book.add_format({**base, "font_name": "黑体", "font_size": 11})
        self.note = book.add_format({**base, "font_size": 9, "font_color": "#595959"})
        self.head = book.add_format({**cell, "bold": True, "bg_color": "#D9E2F3", "align": "center", "text_wrap": True})
        self.text = book.add_format({**cell, "text_wrap": True})
        self.quoted = book.add_format({**cell, "text_wrap": True, "quote_prefix": True})
        self.centre = book.add_format({**cell, "align": "center", "text_wrap": True})
        self.bad = book.add_format({**cell, "align": "center", "bold": True, "font_color": "#C00000"})
        self.money = book.add_format({**cell, **amount})
        self.decimal = book.add_format({**cell, "num_format": "#,##0.00####"})
        self.date = book.add_format({**cell, "num_format": "yyyy-mm-dd", "align": "center"})
        self.number = book.add_format({**cell, "num_format": "0", "align": "center"})
        self.share = book.add_format({**cell, "num_format": "0.00%", "align": "right"})
        self.total = book.add_format({**strong, "align": "center"})
        self.total_number = book.add_format({**strong, "num_format": "0", "align": "center"})
        self.total_money = book.add_format({**strong, **amount})
        self.total_share = book.add_format({**strong, "num_format": "0.00%", "align": "right"})


def open_sheet(book: Any, formats: Formats, name: str, title: str, widths: Sequence[float], *, info: str, unit: str = "") -> Any:
    """Add a sheet with its title, the line under it (`info` left, the unit of its amounts right) and print set-up."""
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(A3 if sum(widths) > _FITS_A4 else A4)
    sheet.set_default_row(_LEAST_HEIGHT)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页&R&A")
    sheet.hide_gridlines(2)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = len(widths) - 1
    _across(sheet, TITLE, 0, last, title, formats.title)
    sheet.set_row(TITLE, 30)
    half = max(last - 2, 0)
    _across(sheet, INFO, 0, half, info, formats.info)
    if unit and last > half:
        _across(sheet, INFO, half + 1, last, f"单位：{unit}", formats.unit)
    sheet.set_row(INFO, 18)
    return sheet


def _across(sheet: Any, row: int, first: int, last: int, text: str, cell_format: Any) -> None:
    if last > first:
        sheet.merge_range(row, first, row, last, text, cell_format)
    else:
        sheet.write_string(row, first, text, cell_format)


def head_row(sheet: Any, formats: Formats, row: int, heads: Sequence[str], widths: Sequence[float]) -> None:
    """Write headings, in a row as high as they need."""
    for column, head in enumerate(heads):
        sheet.write_string(row, column, fitting(head), formats.head)
    sheet.set_row(row, max(22.0, row_height(zip(heads, widths, strict=False))))


def as_list(sheet: Any, columns: int, rows: int, *, frozen: int) -> None:
    """Make the sheet a list below its headings: filter, frozen panes, headings on every printed page."""
    sheet.repeat_rows(TITLE, HEAD)
    sheet.freeze_panes(FIRST, frozen)
    sheet.autofilter(HEAD, 0, HEAD + max(rows, 1), columns - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{FIRST + max(rows, 1)}"})


def write_text(sheet: Any, row: int, column: int, text: str, formats: Formats, cell_format: Any = None) -> None:
    """Write a text as text; what Excel would take for a formula when somebody edits the cell gets its quote mark."""
    shown = fitting(text)
    if not shown:
        sheet.write_blank(row, column, None, cell_format or formats.text)
    elif cell_format is None and shown.startswith(_FORMULA_LIKE):
        sheet.write_string(row, column, shown, formats.quoted)
    else:
        sheet.write_string(row, column, shown, cell_format or formats.text)


def write_value(sheet: Any, row: int, column: int, value: object, field: Field, formats: Formats) -> None:
    """Write a field's value by its type: amounts and dates as such, all else as text."""
    if isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), formats.money if field.type == AMOUNT else formats.decimal)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.date)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats.number)
    else:
        write_text(sheet, row, column, "" if value is None else str(value), formats)


def row_height(cells: Iterable[tuple[object, float]]) -> float:
    """Return the height in points at which every text of a row shows whole in its column."""
    texts = ((fitting("" if value is None else str(value)), width) for value, width in cells)
    return max(_LEAST_HEIGHT, *(needed_height(text, width, _SIZE, _FULL) for text, width in texts))


def heading(form: Form, field: Field) -> str:
    """Return the label without 其中, or the field's own name where two fields are printed alike (其他资金 left and right)."""
    twins = [f for f in form.fields if f.label == field.label]
    return field.label.removeprefix("其中：").removeprefix("其中:") if len(twins) == 1 else field.name


def field_width(field: Field) -> float:
    """Return the width of a field's column, in digits."""
    return {AMOUNT: 16, DECIMAL: 12, DATE: 12, INTEGER: 8, CODE: 16}.get(field.type, 24)
