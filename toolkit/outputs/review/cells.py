"""Cells of 审核报告.xlsx: formats, texts that fit, heights of rows, links to a cell of a returned file.

Called by `review` and `review_list`. Texts are always texts: `Looks.write` never makes a formula or a number of one, and
what Excel would take for a formula when somebody edits the cell gets its quote mark.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from toolkit.outputs.review.model import NEEDS_CHANGES, PASSED, UNREADABLE, source_path
from toolkit.spreadsheet.a1 import quote_sheet
from toolkit.spreadsheet.written import clean
from toolkit.values.words import ERROR, HINT, WARNING

# Excel holds at most this many characters of a cell, counted in UTF-16 (an emoji is two).
MOST_TEXT = 32_767
_CUT = "……（过长，未全部列出）"

# Of a link to a file, and of the place in it.
_MOST_LINK = 2_000

_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_CELL = {**_FONT, "border": 1, "border_color": "#BFBFBF"}
_INK = {ERROR: "#C00000", WARNING: "#B45F06", HINT: "#1F5C99"}
_FILL = {ERROR: "#FBE5E5", WARNING: "#FDF2DC", HINT: "#E6F0FA"}
_GREEN, _GREEN_FILL, _GREY = "#2E7D32", "#E6F4E7", "#7F7F7F"

# Points a line of 10-point text takes, and so many lines a row shows at most: the rest is read in the cell itself.
_LINE, _MOST_LINES, _LEAST = 13.5, 10, 20.0

_QUOTED = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


class Looks:
    """The formats of the workbook, made once, and the one way a text is written."""

    def __init__(self, book: Any) -> None:
        def add(**more: object) -> Any:
            return book.add_format({**_CELL, **more})

        head = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "align": "center", "text_wrap": True}
        self.head = add(**head)
        self.own_head = add(**{**head, "bg_color": "#7F6000"})
        self.text = add(text_wrap=True)
        self.centre = add(align="center", text_wrap=True)
        self.own = add(text_wrap=True, bg_color="#FFFBE6")
        self.hidden = add(font_color=_GREY)
        self.number = add(num_format="0;-0;–;@", align="center")
        self.bad_number = add(num_format="0", align="center", bold=True, font_color=_INK[ERROR])
        self.total = add(num_format="0", align="center", bold=True, bg_color="#F2F2F2")
        link = {"font_color": "#0563C1", "underline": 1}
        self.link = add(**link, align="center")
        self.link_left = add(**link, text_wrap=True)
        self.severity = {s: add(align="center", font_color=_INK[s], bg_color=_FILL[s], bold=s == ERROR) for s in _INK}
        self.kept = add(align="center", font_color=_GREY, bg_color="#F2F2F2", text_wrap=True)
        bad = {"font_color": _INK[ERROR], "bg_color": _FILL[ERROR]}
        good = {"font_color": _GREEN, "bg_color": _GREEN_FILL}
        self.status = {PASSED: add(**good, align="center"), NEEDS_CHANGES: add(**bad, align="center", bold=True)}
        self.other_status = add(align="center", bold=True, font_color=_INK[WARNING], bg_color=_FILL[WARNING])
        big = {**_FONT, "font_size": 14, "bold": True, "font_name": "黑体", "text_wrap": True}
        self.verdict = {
            PASSED: book.add_format({**big, **good}),
            NEEDS_CHANGES: book.add_format({**big, **bad}),
            UNREADABLE: book.add_format({**big, "font_color": _INK[WARNING], "bg_color": _FILL[WARNING]}),
        }
        self.note = book.add_format({**_FONT, "font_color": "#595959", "text_wrap": True})
        self.quoted = {
            id(self.text): add(text_wrap=True, quote_prefix=True),
            id(self.own): add(text_wrap=True, bg_color="#FFFBE6", quote_prefix=True),
        }

    def write(self, sheet: Any, row: int, column: int, text: str | None, look: Any = None) -> None:
        """Write `text` as text (0-based place), or a blank cell for none."""
        look = look or self.text
        shown = fitting(text or "")
        if not shown:
            sheet.write_blank(row, column, None, look)
            return
        if shown.startswith(_QUOTED):
            look = self.quoted.get(id(look), look)
        sheet.write_string(row, column, shown, look)


def open_sheet(sheet: Any, looks: Looks, columns: Sequence[tuple[str, int]], head: int, *, frozen: int = 1) -> None:
    """Give a sheet its headings in the 0-based row `head`, widths, frozen panes (`frozen` columns) and print set-up."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&C第 &P 页 共 &N 页&R&A")
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, frozen)
    sheet.hide_gridlines(2)
    for column, (name, width) in enumerate(columns):
        sheet.set_column(column, column, width)
        sheet.write_string(head, column, name, looks.head)


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


def height(texts: Iterable[tuple[str, float]]) -> float:
    """Return the height in points of a row that holds wrapped `texts` in columns of the given widths (in digits)."""
    lines = 1
    for text, width in texts:
        usable = max(width - 2, 2)
        lines = max(lines, sum(max(1, math.ceil(_width(line) / usable)) for line in text[:2_000].split("\n")))
    return max(_LEAST, min(lines, _MOST_LINES) * _LINE + 5)


def _width(text: str) -> float:
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def cell_link(file: str, sheet: str | None, cell: str | None, folder: str) -> str | None:
    """Return XlsxWriter's link from a workbook in `folder` to a cell of a returned file, None when it would be too long.

    >>> cell_link("/r/回收/甲 #1.xlsx", "项目 1", "E7", "/r/结果")
    "external:../回收/甲%20%231.xlsx#'项目 1'!E7"
    """
    path = source_path(file, folder)

    # A backslash that is left is part of a name, not of the way there.
    for char in '%# "<>[]^`{}\\':
        path = path.replace(char, f"%{ord(char):02X}")
    inside = "!/" not in file and sheet is not None and file.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods", ".et"))
    anchor = f"#{quote_sheet(sheet)}!{cell or 'A1'}" if inside and sheet is not None else ""
    return None if len(path) + len(anchor) > _MOST_LINK else clean(f"external:{path}{anchor}")
