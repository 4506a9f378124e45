"""催报名单.xlsx: whom to remind and why, all units with what they sent, and the counts by 主管部门 as live formulas.

Comes in: `Reminders`, put together by `workflow.reminders`. Goes out: the workbook's bytes, ready to print.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.outputs.fit import needed_height
from toolkit.outputs.properties import stamp
from toolkit.spreadsheet.a1 import column_letters
from toolkit.values.words import NEEDS_CHANGES, NOT_FILLED, NOT_SENT, SENT_TWICE, STATUS_WORDS, UNREADABLE

KIND = "催报名单"
CALLS, ALL_UNITS, STRAYS = "催报名单", "全部单位", "不知归属的文件"

# Font size in points, and a Chinese character's width in digits of that size.
_SIZE, _FULL = 10, 1.9

# The colour of a status that needs somebody to act; 已报 stays white.
_COLOURS = {
    NOT_SENT: "#F8CBAD",
    STATUS_WORDS[NEEDS_CHANGES]: "#FFE699",
    SENT_TWICE: "#DDEBF7",
    STATUS_WORDS[UNREADABLE]: "#F8CBAD",
    STATUS_WORDS[NOT_FILLED]: "#F8CBAD",
}

_CALL_HEADS = (
    ("序号", 6), ("", 20), ("单位", 28), ("状态", 10), ("原因", 46), ("联系人", 20), ("最近报送", 17), ("备注", 16),
)  # fmt: skip
_UNIT_HEADS = (
    ("序号", 6), ("", 20), ("单位", 28), ("状态", 10), ("版本数", 8), ("最近报送", 17), ("错误", 7), ("警告", 7), ("电子", 7),
    ("盖章件", 8), ("联系人", 18), ("文件", 32), ("说明", 40),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit as 全部单位 shows it; `pending` puts it into 催报名单 too. `last` is `2025-03-01 09:30`, "" for never."""

    group: str
    unit: str
    status: str
    reason: str
    contact: str
    last: str
    versions: int
    errors: int
    warnings: int
    electronic: bool
    scanned: bool
    files: str
    pending: bool


@dataclass(frozen=True, slots=True)
class Reminders:
    """The whole workbook: `by` is what `group` means (主管部门), `statuses` all words a status can be, `strays` file and reason."""

    title: str
    made: str
    by: str
    statuses: Sequence[str]
    lines: Sequence[UnitLine]
    strays: Sequence[tuple[str, str, str]] = ()


def reminders_workbook(data: Reminders) -> bytes:
    """Return 催报名单.xlsx: 催报名单, 全部单位, 按主管部门, and the files of which nobody knows whose they are."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        stamp(book, KIND)
        looks = _Looks(book)
        _calls(book, looks, data)
        _all_units(book, looks, data)
        _groups(book, looks, data)
        if data.strays:
            _strays(book, looks, data)
    return buffer.getvalue()


class _Looks:
    """The cell formats of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        font = {"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter"}
        cell = {**font, "border": 1, "text_wrap": True}
        self.title = book.add_format({**font, "font_name": "黑体", "font_size": 16, "align": "center"})
        self.note = book.add_format({**font, "align": "right"})
        self.head = book.add_format({**cell, "bold": True, "bg_color": "#D9E2F3", "align": "center"})
        self.text = book.add_format(cell)
        self.middle = book.add_format({**cell, "align": "center"})
        self.total = book.add_format({**cell, "bold": True, "bg_color": "#F2F2F2", "align": "center"})
        self.status = {word: book.add_format({**cell, "align": "center", "bg_color": colour}) for word, colour in _COLOURS.items()}


def _calls(book: Any, looks: _Looks, data: Reminders) -> None:
    heads = [(head or data.by, width) for head, width in _CALL_HEADS]
    pending = [line for line in data.lines if line.pending]
    sheet = _sheet(book, looks, CALLS, f"{data.title}催报名单", data.made, heads)
    for number, line in enumerate(pending, start=1):
        values = (number, line.group, line.unit, line.status, line.reason, line.contact, line.last, "")
        _row(sheet, looks, 2 + number, values, heads)
    if not pending:
        sheet.merge_range(3, 0, 3, len(heads) - 1, "全部单位都已报送并通过审核，没有需要催报的单位。", looks.middle)
    sheet.autofilter(2, 0, 2 + max(len(pending), 1), len(heads) - 1)


def _all_units(book: Any, looks: _Looks, data: Reminders) -> None:
    heads = [(head or data.by, width) for head, width in _UNIT_HEADS]
    sheet = _sheet(book, looks, ALL_UNITS, f"{data.title}报送情况", data.made, heads)
    for number, line in enumerate(data.lines, start=1):
        marks = ("有" if line.electronic else "无", "有" if line.scanned else "无")
        counts = (line.errors, line.warnings)
        values = (
            number, line.group, line.unit, line.status, line.versions, line.last, *counts, *marks, line.contact, line.files,
            line.reason,
        )  # fmt: skip
        _row(sheet, looks, 2 + number, values, heads)
    sheet.autofilter(2, 0, 2 + max(len(data.lines), 1), len(heads) - 1)


def _groups(book: Any, looks: _Looks, data: Reminders) -> None:
    """How many units of each status there are by group: formulas over 全部单位, so that a change there counts."""
    heads = [(data.by, 28), ("应报单位", 10), *((status, 10) for status in data.statuses)]
    sheet = _sheet(book, looks, f"按{data.by}", f"{data.title}报送情况汇总", data.made, heads)
    groups = list(dict.fromkeys(line.group for line in data.lines))
    last = 3 + max(len(data.lines), 1)
    of_group = f"{ALL_UNITS}!$B$4:$B${last}"
    of_status = f"{ALL_UNITS}!$D$4:$D${last}"
    for row, group in enumerate(groups, start=3):
        mine = [line for line in data.lines if line.group == group]
        sheet.write_string(row, 0, group, looks.text)

        # Not COUNTIF: a name may hold what it takes for a wildcard or a comparison.
        match = f"SUMPRODUCT(({of_group}=$A{row + 1})"
        sheet.write_formula(row, 1, f"={match}*1)", looks.middle, len(mine))
        for column, status in enumerate(data.statuses, start=2):
            formula = f"={match}*({of_status}={column_letters(column + 1)}$3))"
            sheet.write_formula(row, column, formula, looks.middle, sum(line.status == status for line in mine))
    bottom = 3 + len(groups)
    sheet.write_string(bottom, 0, "合计", looks.total)
    counts = [len(data.lines), *(sum(line.status == status for line in data.lines) for status in data.statuses)]
    for column, count in enumerate(counts, start=1):
        letters = column_letters(column + 1)
        sheet.write_formula(bottom, column, f"=SUM({letters}4:{letters}{max(bottom, 4)})", looks.total, count)


def _strays(book: Any, looks: _Looks, data: Reminders) -> None:
    heads = [("序号", 6), ("文件", 60), ("状态", 12), ("原因", 60)]
    sheet = _sheet(book, looks, STRAYS, f"{data.title}不知归属的文件", data.made, heads)
    for number, stray in enumerate(data.strays, start=1):
        _row(sheet, looks, 2 + number, (number, *stray), heads)


def _sheet(book: Any, looks: _Looks, name: str, title: str, made: str, heads: Sequence[tuple[str, int]]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.set_footer('&C&"宋体"&9第 &P 页 共 &N 页')
    sheet.repeat_rows(0, 2)
    sheet.freeze_panes(3, 0)
    sheet.set_row(0, 30)
    sheet.set_row(2, 20)
    sheet.merge_range(0, 0, 0, len(heads) - 1, title, looks.title)
    sheet.merge_range(1, 0, 1, len(heads) - 1, f"制表时间：{made}", looks.note)
    for column, (head, width) in enumerate(heads):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, head, looks.head)
    return sheet


def _row(sheet: Any, looks: _Looks, row: int, values: Sequence[object], heads: Sequence[tuple[str, int]]) -> None:
    heights = [needed_height(str(value), width, _SIZE, _FULL) for value, (_, width) in zip(values, heads, strict=True)]
    sheet.set_row(row, max(18.0, *heights))
    for column, (value, (head, _)) in enumerate(zip(values, heads, strict=True)):
        if isinstance(value, int):
            sheet.write_number(row, column, value, looks.middle)
        elif head == "状态":
            sheet.write_string(row, column, str(value), looks.status.get(str(value), looks.middle))
        else:
            short = head in ("最近报送", "电子", "盖章件")
            sheet.write_string(row, column, str(value), looks.middle if short else looks.text)
