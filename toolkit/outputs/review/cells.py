"""The look of 审核报告.xlsx and 对比.xlsx: formats, how a sheet is opened, links to a cell of a returned file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.outputs.fit import list_height
from toolkit.outputs.review.model import NEEDS_CHANGES, PASSED, UNREADABLE, source_path
from toolkit.outputs.sheets import FONT, set_heads, set_print, write_text
from toolkit.spreadsheet.a1 import quote_sheet
from toolkit.spreadsheet.written import clean
from toolkit.values.words import ERROR, HINT, WARNING

# Of a link to a file, and of the place in it.
_MOST_LINK = 2_000

_CELL = {**FONT, "border": 1, "border_color": "#BFBFBF"}
_INK = {ERROR: "#C00000", WARNING: "#B45F06", HINT: "#1F5C99"}
_FILL = {ERROR: "#FBE5E5", WARNING: "#FDF2DC", HINT: "#E6F0FA"}
_GREEN, _GREEN_FILL, _GREY = "#2E7D32", "#E6F4E7", "#7F7F7F"


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
        big = {**FONT, "font_size": 14, "bold": True, "font_name": "黑体", "text_wrap": True}
        self.verdict = {
            PASSED: book.add_format({**big, **good}),
            NEEDS_CHANGES: book.add_format({**big, **bad}),
            UNREADABLE: book.add_format({**big, "font_color": _INK[WARNING], "bg_color": _FILL[WARNING]}),
        }
        self.note = book.add_format({**FONT, "font_color": "#595959", "text_wrap": True})
        self.quoted = {
            id(self.text): add(text_wrap=True, quote_prefix=True),
            id(self.own): add(text_wrap=True, bg_color="#FFFBE6", quote_prefix=True),
        }

    def write(self, sheet: Any, row: int, column: int, text: str | None, look: Any = None) -> None:
        """Write `text` as text (0-based place), or a blank cell for none."""
        look = look or self.text
        write_text(sheet, row, column, text or "", (look, self.quoted.get(id(look), look)))

    def write_row(self, sheet: Any, row: int, texts: Sequence[str | None], columns: Sequence[tuple[str, float]]) -> None:
        """Write a row of texts under the headings of `columns`, as high as they need."""
        for column, text in enumerate(texts):
            self.write(sheet, row, column, text)
        sheet.set_row(row, list_height([(text or "", width) for text, (_, width) in zip(texts, columns, strict=True)]))


def open_sheet(sheet: Any, looks: Looks, columns: Sequence[tuple[str, int]], head: int, *, frozen: int = 1) -> None:
    """Give a sheet its headings in the 0-based row `head`, widths, frozen panes (`frozen` columns) and print set-up."""
    set_print(sheet, top=0.5)
    sheet.repeat_rows(head)
    sheet.freeze_panes(head + 1, frozen)
    sheet.hide_gridlines(2)
    set_heads(sheet, head, columns, looks.head)


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
