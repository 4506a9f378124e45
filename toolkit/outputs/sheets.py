"""Workbooks of results as XlsxWriter makes them: what 审核报告, 催报名单, 总表, 对比 and the export share.

Texts are always texts here: nothing out of a returned file becomes a formula, a number or a link, and what Excel would take for a
formula when somebody edits the cell gets its quote mark. Places are 0-based, widths are in digits of the standard font.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from toolkit.outputs.fit import table_height
from toolkit.spreadsheet.properties import KIND
from toolkit.spreadsheet.written import clean

if TYPE_CHECKING:
    import xlsxwriter

# Excel holds at most this many characters of a cell, counted in UTF-16 (an emoji is two).
MOST_TEXT = 32_767
_CUT = "……（过长，未全部列出）"

# The standard font of a list, its number formats, and paper as Excel numbers it.
FONT: Mapping[str, object] = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
MONEY, DAY = "#,##0.00", "yyyy-mm-dd"
A3, A4 = 8, 9

_TITLE = 28.0

_FOOTER = "&C第 &P 页 共 &N 页&R&A"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LIKE_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def workbook_bytes(kind: str, fill: Callable[[Any], None]) -> bytes:
    """Return the workbook that `fill` fills; it says of itself that it is of this kind."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, _OPTIONS) as book:
        stamp(book, kind)
        fill(book)
    return buffer.getvalue()


# A plain list: its name, its headings with their widths, its lines.
PlainList = tuple[str, Sequence[tuple[str, float]], Sequence[Sequence[str]]]


def log_bytes(kind: str, sheets: Sequence[PlainList], above: Mapping[str, Sequence[str]] = MappingProxyType({})) -> bytes:
    """Return a workbook of plain lists; every text stays a text.

    `above` has what stands over the headings of a list, its title first: then it is made to be printed, each row as high as its texts need.
    """

    def fill(book: Any) -> None:
        font = {**FONT, "valign": "top", "border": 1, "text_wrap": True}
        text = book.add_format(font)
        quoted = book.add_format({**font, "quote_prefix": True})
        head = book.add_format({**font, "bold": True, "bg_color": "#D9E2F3", "align": "center"})
        title = book.add_format({**FONT, "bold": True, "font_size": 16, "align": "center"})
        said = book.add_format({**FONT, "text_wrap": True})
        for name, columns, lines in sheets:
            sheet = book.add_worksheet(name)
            set_print(sheet, top=0.6)
            first = len(above.get(name, ()))
            for row, line in enumerate(above.get(name, ())):
                write_across(sheet, row, (0, len(columns) - 1), line, said if row else title)
                sheet.set_row(row, table_height([(line, sum(width for _, width in columns)), ("", 1)]) if row else _TITLE)
            sheet.repeat_rows(first)
            sheet.freeze_panes(first + 1, 0)
            set_heads(sheet, first, columns, head)
            for row, cells in enumerate(lines, start=first + 1):
                for column, value in enumerate(cells):
                    write_text(sheet, row, column, value, (text, quoted))
                if above:
                    sheet.set_row(row, table_height(zip(cells, (width for _, width in columns), strict=True)))
            sheet.autofilter(first, 0, first + max(len(lines), 1), len(columns) - 1)

    return workbook_bytes(kind, fill)


def set_print(sheet: Any, *, top: float, paper: int = A4, footer: str = _FOOTER) -> None:
    """Set a sheet up for print: landscape, as wide as the page, pages numbered; `top` is the margin in inches."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=top, bottom=0.6)
    sheet.set_footer(footer)


def set_heads(sheet: Any, row: int, columns: Sequence[tuple[str, float]], look: Any) -> None:
    """Give the columns their headings and widths."""
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, fitting(name), look)


def write_across(sheet: Any, row: int, area: tuple[int, int], text: str, look: Any) -> None:
    """Write a line over the columns of `area`, the first and the last."""
    if area[1] > area[0]:
        sheet.merge_range(row, area[0], row, area[1], "", look)
    sheet.write_string(row, area[0], fitting(text), look)


def write_text(sheet: Any, row: int, column: int, text: str, looks: tuple[Any, Any]) -> None:
    """Write `text` as text, or a blank cell for none; `looks` are the format, and the same with Excel's quote mark."""
    shown = fitting(text)
    if shown:
        sheet.write_string(row, column, shown, looks[1] if shown.startswith(_LIKE_FORMULA) else looks[0])
    else:
        sheet.write_blank(row, column, None, looks[0])


def write_figure(sheet: Any, row: int, column: int, number: Decimal | float | None, look: Any, blank: Any = None) -> None:
    """Write a number, or a blank cell for none, in the format `blank` where that is another."""
    if number is None:
        sheet.write_blank(row, column, None, blank or look)
    else:
        sheet.write_number(row, column, float(number), look)


def fitting(text: str) -> str:
    """Return `text` as a cell can hold it: no characters that XML forbids, at most 32,767 characters.

    >>> fitting("甲\\x00乙"), len(fitting("字" * 40_000))
    ('甲乙', 32767)
    """
    text = clean(text)
    if len(text) * 2 <= MOST_TEXT or _utf16(text) <= MOST_TEXT:
        return text
    room = (MOST_TEXT - _utf16(_CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + _CUT


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def stamp(book: xlsxwriter.Workbook, kind: str) -> None:
    """Say in a workbook being made by XlsxWriter of what kind it is."""
    book.set_custom_property(KIND, kind)
