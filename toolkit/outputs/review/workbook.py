"""审核报告.xlsx: 概览, 问题清单, 规则统计 and 修复记录, for the clerk to work through.

Comes in: a `Review`. Goes out: the workbook's bytes. Everything out of returned files is written as text, whatever it
looks like. 问题清单, the sheet that is read back, is made by `review_list`. Called by `workflow.report`.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.outputs.properties import REVIEW, stamp
from toolkit.outputs.review.cells import Looks, cell_link, fitting, height, open_sheet
from toolkit.outputs.review.earlier import write_earlier
from toolkit.outputs.review.list import write_list
from toolkit.outputs.review.model import (
    ABSENT,
    BY_RULE,
    EARLIER,
    ISSUES,
    OVERVIEW,
    REPAIRS,
    AbsentUnit,
    Group,
    Review,
)
from toolkit.values.words import SEVERITY_WORDS

_TITLE_ROWS = 4
_OVERVIEW = (
    *(("单位", 40), ("结论", 10), ("项目数", 8), ("错误", 8), ("警告", 8), ("提示", 8), ("已说明", 8), ("自动修复", 9)),
    *(("问题清单", 10), ("报送文件", 44)),
)
_BY_RULE = (("编号", 18), ("级别", 8), ("问题数", 9), ("其中已说明", 11), ("涉及单位数", 11), ("依据", 70))
_ABSENT = (("单位", 40), ("主管部门", 30), ("归口科室", 18), ("联系人", 26), ("说明", 44))
_REPAIRS = (
    *(("单位", 24), ("项目", 26), ("文件", 26), ("工作表", 10), ("单元格", 8), ("字段", 14), ("原文", 24)),
    *(("读取为", 24), ("说明", 46), ("编号", 16)),
)


def review_workbook(review: Review) -> bytes:
    """Return 审核报告.xlsx."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        stamp(book, REVIEW)
        looks = Looks(book)
        overview = book.add_worksheet(OVERVIEW)
        first_rows = write_list(book.add_worksheet(ISSUES), looks, review)
        _overview(overview, looks, review, first_rows)
        if review.absent is not None:
            _absent(book.add_worksheet(ABSENT), looks, review.absent)
        _by_rule(book.add_worksheet(BY_RULE), looks, review)
        _repairs(book.add_worksheet(REPAIRS), looks, review)
        if review.earlier:
            write_earlier(book.add_worksheet(EARLIER), looks, review)
        overview.activate()
    return buffer.getvalue()


def _overview(sheet: Any, looks: Looks, review: Review, first_rows: Mapping[int, int]) -> None:
    """The leader's page: the verdict first, then a line per unit; `first_rows` are the units' places in 问题清单."""
    last = len(_OVERVIEW) - 1
    sheet.merge_range(0, 0, 0, last, "", looks.verdict[review.verdict])
    sheet.write_string(0, 0, fitting(review.first_line), looks.verdict[review.verdict])
    sheet.merge_range(1, 0, 1, last, "", looks.note)
    sheet.write_string(1, 0, fitting(f"{review.title}　审核时间：{review.made}"), looks.note)
    sheet.merge_range(2, 0, 2, last, "", looks.note)
    sheet.write_string(2, 0, _how(review), looks.note)
    sheet.set_row(0, 30)
    sheet.set_row(2, 32)
    head = _TITLE_ROWS - 1
    open_sheet(sheet, looks, _OVERVIEW, head)
    sheet.set_row(head, 22)
    for index, group in enumerate(review.groups):
        _group(sheet, looks, review, head + 1 + index, group, first_rows.get(index))
    bottom = head + len(review.groups)
    sheet.autofilter(head, 0, max(bottom, head + 1), last)
    _total(sheet, looks, review, bottom + 1)
    for offset, note in enumerate(review.notes):
        sheet.merge_range(bottom + 3 + offset, 0, bottom + 3 + offset, last, "", looks.note)
        text = f"上次的意见：{note}"
        sheet.write_string(bottom + 3 + offset, 0, fitting(text), looks.note)
        sheet.set_row(bottom + 3 + offset, height([(text, 150)]))


def _how(review: Review) -> str:
    if not review.items:
        return "没有发现问题。"
    return (
        f"“{ISSUES}”逐条列出问题，点单元格地址可打开原文件。确认无须修改的，在“处理意见”选“保留”并写明理由；要另提意见的写在“人工意见”。"
        "填好保存后，用 jixiao check 加 --decisions 指定本文件重新审核即可采用。"
    )


def _group(sheet: Any, looks: Looks, review: Review, row: int, group: Group, first: int | None) -> None:
    looks.write(sheet, row, 0, group.name)
    sheet.write_string(row, 1, group.status, looks.status.get(group.status, looks.other_status))
    counts = group.counts
    figures = (group.projects, counts.errors, counts.warnings, counts.hints, counts.kept, counts.repairs)
    for column, number in enumerate(figures, start=2):
        sheet.write_number(row, column, number, looks.bad_number if column == 3 and number else looks.number)
    if first is None:
        sheet.write_blank(row, 8, None, looks.centre)
    else:
        sheet.write_url(row, 8, f"internal:'{ISSUES}'!A{first + 1}", looks.link, f"查看 {counts.findings} 条")
    link = cell_link(group.files[0], None, None, review.folder) if len(group.files) == 1 else None
    text = fitting("\n".join(group.files))
    if link:
        sheet.write_url(row, 9, link, looks.link_left, text)
    else:
        looks.write(sheet, row, 9, text)
    sheet.set_row(row, height([(group.name, 40), (text, 44)]))


def _total(sheet: Any, looks: Looks, review: Review, row: int) -> None:
    counts = review.counts
    sheet.write_string(row, 0, "合计", looks.total)
    sheet.write_blank(row, 1, None, looks.total)
    figures = (review.projects, counts.errors, counts.warnings, counts.hints, counts.kept, counts.repairs)
    for column, number in enumerate(figures, start=2):
        sheet.write_number(row, column, number, looks.total)
    sheet.write_blank(row, 8, None, looks.total)
    sheet.write_string(row, 9, f"{review.files} 个文件", looks.total)


def _by_rule(sheet: Any, looks: Looks, review: Review) -> None:
    open_sheet(sheet, looks, _BY_RULE, 0)
    for row, line in enumerate(review.rules, start=1):
        looks.write(sheet, row, 0, line.rule)
        sheet.write_string(row, 1, SEVERITY_WORDS[line.severity], looks.severity[line.severity])
        for column, number in enumerate((line.findings, line.kept, line.units), start=2):
            sheet.write_number(row, column, number, looks.number)
        looks.write(sheet, row, 5, line.basis)
    sheet.autofilter(0, 0, max(len(review.rules), 1), len(_BY_RULE) - 1)


def _absent(sheet: Any, looks: Looks, units: Sequence[AbsentUnit]) -> None:
    """Whom to chase; a line that says so where nobody is missing."""
    open_sheet(sheet, looks, _ABSENT, 0)
    for row, unit in enumerate(units, start=1):
        values = (unit.name, unit.department, unit.office, unit.contact, unit.note)
        for column, value in enumerate(values):
            looks.write(sheet, row, column, value)
        sheet.set_row(row, height([(value, width) for value, (_, width) in zip(values, _ABSENT, strict=True)]))
    if not units:
        sheet.merge_range(1, 0, 1, len(_ABSENT) - 1, "名单中的单位都已报送。", looks.centre)
    sheet.autofilter(0, 0, max(len(units), 1), len(_ABSENT) - 1)


def _repairs(sheet: Any, looks: Looks, review: Review) -> None:
    """What reading set right by itself; nobody has to do anything about it."""
    open_sheet(sheet, looks, _REPAIRS, 0)
    for row, finding in enumerate(review.repairs, start=1):
        before, after = finding.value or "（空）", finding.expected or "（空）"
        values: Sequence[str | None] = (
            *(finding.unit, finding.project, finding.file, finding.sheet, finding.cell, finding.field),
            *(before, after, finding.message, finding.rule),
        )
        for column, value in enumerate(values):
            looks.write(sheet, row, column, value)
        tall = height([(value or "", width) for value, (_, width) in zip(values, _REPAIRS, strict=True)])
        sheet.set_row(row, tall)
    sheet.autofilter(0, 0, max(len(review.repairs), 1), len(_REPAIRS) - 1)
