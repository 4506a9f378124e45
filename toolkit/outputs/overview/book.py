"""The look of 总表.xlsx: formats, how a sheet is opened and set up for print, how a value and an amount are written.

Called by the modules that make the sheets. Texts are always texts; numbers stand right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, INTEGER, Field
from toolkit.outputs.fit import LEAST_HEIGHT, table_height
from toolkit.outputs.overview.sums import FIRST, Detail
from toolkit.outputs.sheets import A3, A4, DAY, FONT, MONEY, fitting, set_print, write_across, write_text

# 0-based rows: the title, what is shown under it, the headings; data begins in FIRST.
TITLE, INFO, HEAD = 0, 1, 2

# So many digits across an A4 page can still be read in print.
_FITS_A4 = 160


# So many decimals a number is shown with, so many digits a cell of Excel keeps.
_DECIMALS, _DIGITS = 6, 15


class Formats:
    """The cell formats of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        base = FONT
        self._book, self._own = book, dict[str, Any]()
        cell = {**base, "border": 1, "border_color": "#8C8C8C"}
        strong = {**cell, "bold": True, "bg_color": "#F2F2F2"}
        amount = {"num_format": MONEY, "align": "right"}
        self.title = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center", "valign": "vcenter"})
        self.info = book.add_format({**base, "align": "left"})
        self.unit = book.add_format({**base, "align": "right"})
        self.block = book.add_format({**base, "font_name": "黑体", "font_size": 11})
        self.note = book.add_format({**base, "font_size": 9, "font_color": "#595959"})
        head = {**cell, "bold": True, "bg_color": "#D9E2F3", "align": "center", "text_wrap": True}
        self.head = book.add_format(head)
        self.above, self.below = book.add_format({**head, "bottom": 0}), book.add_format({**head, "top": 0})
        self.text = book.add_format({**cell, "text_wrap": True})
        self.quoted = book.add_format({**cell, "text_wrap": True, "quote_prefix": True})
        self.centre = book.add_format({**cell, "align": "center", "text_wrap": True})
        self.bad = book.add_format({**cell, "align": "center", "bold": True, "font_color": "#C00000"})
        self.money = book.add_format({**cell, **amount})
        self.adjusted = book.add_format({**cell, **amount, "bg_color": "#FFF2CC"})
        self.decimal = book.add_format({**cell, "num_format": "#,##0.00####", "align": "right"})
        self.date = book.add_format({**cell, "num_format": DAY, "align": "center"})
        self.order = book.add_format({**cell, "num_format": "0", "align": "center"})
        self.number = book.add_format({**cell, "num_format": "0", "align": "right"})
        self.bad_number = book.add_format({**cell, "num_format": "0", "align": "right", "bold": True, "font_color": "#C00000"})
        self.exact = [book.add_format({**cell, "num_format": f"0.{'0' * n}".rstrip("."), "align": "right"}) for n in range(_DECIMALS + 1)]
        self.share = book.add_format({**cell, "num_format": "0.00%", "align": "right"})
        self.total = book.add_format({**strong, "align": "center"})
        self.total_number = book.add_format({**strong, "num_format": "0", "align": "right"})
        self.total_money = book.add_format({**strong, **amount})
        self.total_share = book.add_format({**strong, "num_format": "0.00%", "align": "right"})

    def own(self, code: str) -> Any:
        """Return the format of numbers that are shown by a field's 显示格式."""
        if code not in self._own:
            look = {**FONT, "border": 1, "border_color": "#8C8C8C", "num_format": code, "align": "right"}
            self._own[code] = self._book.add_format(look)
        return self._own[code]


@dataclass(frozen=True, slots=True)
class Book:
    """What the sheets of one 总表.xlsx share: XlsxWriter's workbook, its formats, and the detail they show and add up."""

    file: Any
    formats: Formats
    detail: Detail


@dataclass(frozen=True, slots=True)
class Page:
    """A sheet being written: XlsxWriter's, the widths of its columns, and what `Book` holds."""

    file: Any
    sheet: Any
    formats: Formats
    detail: Detail
    widths: Sequence[float]

    def text(self, row: int, column: int, text: str, look: Any = None) -> None:
        """Write a text as text; what Excel would take for a formula when somebody edits the cell gets its quote mark."""
        write_text(self.sheet, row, column, text, (look, look) if look else (self.formats.text, self.formats.quoted))

    def value(self, row: int, column: int, value: object, kind: str, shown: str = "") -> None:
        """Write a value of a field of this type: amounts, numbers and dates as such (in the format `shown`), all else as text."""
        if shown and kind != AMOUNT and isinstance(value, (Decimal, int)):
            self.sheet.write_number(row, column, float(value), self.formats.own(shown))
        elif isinstance(value, Decimal):
            self.sheet.write_number(row, column, float(value), self.formats.money if kind == AMOUNT else self.formats.decimal)
        elif isinstance(value, date):
            self.sheet.write_datetime(row, column, value, self.formats.date)
        elif isinstance(value, int):
            self.sheet.write_number(row, column, value, self.formats.number)
        else:
            self.text(row, column, "" if value is None else str(value))

    def exact(self, row: int, column: int, number: Decimal) -> None:
        """Write a number with the decimals it has; as text where a cell could not hold all its digits."""
        decimals = max(-int(number.as_tuple().exponent), 0)
        if decimals > _DECIMALS or len(number.as_tuple().digits) > _DIGITS:
            self.text(row, column, f"{number:f}")
        else:
            self.sheet.write_number(row, column, float(number), self.formats.exact[decimals])

    def amount(self, row: int, column: int, formula: str, result: Decimal, look: Any = None) -> None:
        """Write a formula that comes to an amount, and the amount beside it."""
        self.sheet.write_formula(row, column, formula, look or self.formats.money, float(result))


def open_sheet(book: Book, name: str, title: str, widths: Sequence[float], *, info: str, unit: str = "") -> Page:
    """Add a sheet with its title, the line under it (`info` left, the unit of its amounts right) and print set-up."""
    formats, sheet = book.formats, book.file.add_worksheet(name)
    set_print(sheet, top=0.8, paper=A3 if sum(widths) > _FITS_A4 else A4)
    sheet.set_default_row(LEAST_HEIGHT)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = len(widths) - 1
    write_across(sheet, TITLE, (0, last), title, formats.title)
    sheet.set_row(TITLE, 30)
    half = max(last - 2, 0)
    write_across(sheet, INFO, (0, half), info, formats.info)
    if unit and last > half:
        write_across(sheet, INFO, (half + 1, last), f"单位：{unit}", formats.unit)
    sheet.set_row(INFO, 18)
    return Page(book.file, sheet, formats, book.detail, widths)


def head_row(page: Page, row: int, heads: Sequence[str]) -> None:
    """Write headings, in a row as high as they need."""
    for column, head in enumerate(heads):
        page.sheet.write_string(row, column, fitting(head), page.formats.head)
    page.sheet.set_row(row, max(22.0, row_height(zip(heads, page.widths, strict=False))))


def group_heads(page: Page, heads: Sequence[str], names: Sequence[str]) -> None:
    """Write headings above the first line of the list; `names` are the fields of the last columns, some under group headings."""
    detail, row = page.detail, page.detail.first - 1
    head_row(page, row, heads)
    left = len(heads) - len(names)
    for column in range(len(heads)) if row > HEAD else ():
        page.sheet.write_blank(HEAD, column, None, page.formats.above)
        page.sheet.write_string(row, column, fitting(heads[column]), page.formats.below)
    for first, last, text in detail.groupings(names) if row > HEAD else ():
        write_across(page.sheet, HEAD, (left + first, left + last), text, page.formats.head)
        for column in range(left + first, left + last + 1):
            page.sheet.write_string(row, column, fitting(heads[column]), page.formats.head)


def as_list(page: Page, rows: int, *, frozen: int, first: int = FIRST) -> None:
    """Make the sheet a list from its `first` line on: filter, frozen panes, headings on every printed page."""
    sheet, columns = page.sheet, len(page.widths)
    sheet.repeat_rows(TITLE, first - 1)
    sheet.freeze_panes(first, frozen)
    sheet.autofilter(first - 1, 0, first - 1 + max(rows, 1), columns - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{first + max(rows, 1)}"})


def row_height(cells: Iterable[tuple[object, float]]) -> float:
    """Return the height in points at which every text of a row shows whole in its column."""
    return table_height((fitting("" if value is None else str(value)), width) for value, width in cells)


def field_width(field: Field) -> float:
    """Return the width of a field's column, in digits."""
    return {AMOUNT: 16, DECIMAL: 12, DATE: 12, INTEGER: 8, CODE: 16}.get(field.type, 24)
