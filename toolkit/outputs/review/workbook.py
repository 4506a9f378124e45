"""审核报告.xlsx: 概览, 问题清单, 规则统计 and 修复记录, for the clerk to work through.

Comes in: a `Review`. Goes out: the workbook's bytes. Everything out of returned files is written as text, whatever it
looks like. 问题清单, the sheet that is read back, is made by `list`. Called by `workflow.report`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.outputs.fit import list_height
from toolkit.outputs.review.cells import Looks, cell_link, open_sheet
from toolkit.outputs.review.list import write_earlier, write_list
from toolkit.outputs.review.model import (
    ABSENT,
    BY_RULE,
    CHANGED,
    EARLIER,
    ISSUES,
    OTHERS,
    OUTDATED,
    OVERVIEW,
    QUESTIONS,
    REPAIRS,
    UNREAD,
    AbsentUnit,
    Group,
    Review,
    file_names,
)
from toolkit.outputs.review.questions import write_questions
from toolkit.outputs.sheets import fitting, workbook_bytes, write_across
from toolkit.spreadsheet.properties import REVIEW
from toolkit.values.words import DEPARTMENT_ROLE, OFFICE_ROLE, SEVERITY_WORDS

_TITLE_ROWS = 4
_OVERVIEW = (
    *(("单位", 40), ("结论", 10), ("项目数", 8), ("错误", 8), ("警告", 8), ("提示", 8), ("已说明", 8), ("自动修复", 9)),
    *(("问题清单", 10), ("报送文件", 44)),
)
_BY_RULE = (("编号", 18), ("级别", 8), ("问题数", 9), ("其中已说明", 11), ("涉及单位数", 11), ("依据", 70))
_ABSENT = (("单位", 40), (DEPARTMENT_ROLE, 30), (OFFICE_ROLE, 18), ("联系人", 26), ("说明", 44))
_OTHERS = (("文件", 60), ("是什么", 14), ("单位", 34), ("说明", 60))
_OUTDATED = (("文件", 60), ("单位", 34), ("为什么", 50))
_UNREAD = (("单位", 30), ("项目", 30), ("文件", 36), ("工作表", 10), ("位置", 9), ("内容", 70))
_REPAIRS = (
    *(("单位", 24), ("项目", 26), ("文件", 26), ("工作表", 10), ("单元格", 8), ("字段", 14), ("原文", 24)),
    *(("读取为", 24), ("说明", 46), ("编号", 16)),
)


def review_workbook(review: Review) -> bytes:
    """Return 审核报告.xlsx."""

    def fill(book: Any) -> None:
        looks = Looks(book)
        overview = book.add_worksheet(OVERVIEW)
        first_rows = write_list(book.add_worksheet(ISSUES), looks, review)
        if review.questions:
            write_questions(book.add_worksheet(QUESTIONS), looks, review)
        _overview(overview, looks, review, first_rows)
        if review.absent is not None:
            _absent(book.add_worksheet(ABSENT), looks, review.absent)
        _by_rule(book.add_worksheet(BY_RULE), looks, review)
        _repairs(book.add_worksheet(REPAIRS), looks, review)
        if review.unread:
            _plain(
                book.add_worksheet(UNREAD), looks, [(u.unit, u.project, u.file, u.sheet, u.cell, u.text) for u in review.unread], _UNREAD
            )
        if review.outdated:
            _plain(book.add_worksheet(OUTDATED), looks, [(o.file, o.unit, o.reason) for o in review.outdated], _OUTDATED)
        if review.others:
            _plain(book.add_worksheet(OTHERS), looks, [(o.file, o.what, o.unit, o.reason) for o in review.others], _OTHERS)
        if review.earlier:
            write_earlier(book.add_worksheet(EARLIER), looks, review)
        overview.activate()

    return workbook_bytes(REVIEW, fill)


def _overview(sheet: Any, looks: Looks, review: Review, first_rows: Mapping[int, int]) -> None:
    """The leader's page: the verdict first, then a line per unit; `first_rows` are the units' places in 问题清单."""
    last = len(_OVERVIEW) - 1
    write_across(sheet, 0, (0, last), review.first_line, looks.verdict[review.verdict])
    write_across(sheet, 1, (0, last), f"{review.title}　审核时间：{review.made}", looks.note)
    write_across(sheet, 2, (0, last), _how(review), looks.note)
    sheet.set_row(0, 30)
    sheet.set_row(2, 32)
    head = _TITLE_ROWS - 1
    open_sheet(sheet, looks, _OVERVIEW, head)
    sheet.set_row(head, 22)
    names = file_names(review)
    for index, group in enumerate(review.groups):
        link = cell_link(group.files[0], None, None, review.folder) if len(group.files) == 1 else None
        files = [names[file] for file in group.files]
        _group(sheet, looks, head + 1 + index, group, (first_rows.get(index), "\n".join(files), link))
    bottom = head + len(review.groups)
    sheet.autofilter(head, 0, max(bottom, head + 1), last)
    _total(sheet, looks, review, bottom + 1)
    for row, note in enumerate(review.notes, start=bottom + 3):
        text = f"上次的意见：{note}"
        write_across(sheet, row, (0, last), text, looks.note)
        sheet.set_row(row, list_height([(text, 150)]))


def _how(review: Review) -> str:
    if not review.items:
        return "没有发现问题。"
    asked = f"几份同样的疑问列在“{QUESTIONS}”，答一次即可。" if review.questions else ""
    return (
        f"“{ISSUES}”逐条列出问题，点单元格地址可打开原文件。确认无须修改的，在“处理意见”选“保留”并写明理由；要另提意见的写在“人工意见”。"
        f"{asked}填好保存后，用 jixiao check 加 --decisions 指定本文件重新审核即可采用。"
    )


def _group(sheet: Any, looks: Looks, row: int, group: Group, where: tuple[int | None, str, str | None]) -> None:
    """Write a unit's line; `where` its findings begin in 问题清单, how its files are called, and the way to the only one."""
    first, files, link = where
    name = f"{group.name}\n{CHANGED}{group.changes}" if group.changes else group.name
    looks.write(sheet, row, 0, name)
    sheet.write_string(row, 1, group.status, looks.status.get(group.status, looks.other_status))
    counts = group.counts
    figures = (group.projects, counts.errors, counts.warnings, counts.hints, counts.kept, counts.repairs)
    for column, number in enumerate(figures, start=2):
        sheet.write_number(row, column, number, looks.bad_number if column == 3 and number else looks.number)
    if first is None:
        sheet.write_blank(row, 8, None, looks.centre)
    else:
        sheet.write_url(row, 8, f"internal:'{ISSUES}'!A{first + 1}", looks.link, f"查看 {counts.findings} 条")
    text = fitting(files)
    if link:
        sheet.write_url(row, 9, link, looks.link_left, text)
    else:
        looks.write(sheet, row, 9, text)
    sheet.set_row(row, list_height([(name, 40), (text, 44)]))


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
        looks.write_row(sheet, row, (unit.name, unit.department, unit.office, unit.contact, unit.note), _ABSENT)
    if not units:
        sheet.merge_range(1, 0, 1, len(_ABSENT) - 1, "名单中的单位都已报送。", looks.centre)
    sheet.autofilter(0, 0, max(len(units), 1), len(_ABSENT) - 1)


def _plain(sheet: Any, looks: Looks, lines: Sequence[Sequence[str]], columns: Sequence[tuple[str, int]]) -> None:
    open_sheet(sheet, looks, columns, 0)
    for row, line in enumerate(lines, start=1):
        looks.write_row(sheet, row, line, columns)
    sheet.autofilter(0, 0, max(len(lines), 1), len(columns) - 1)


def _repairs(sheet: Any, looks: Looks, review: Review) -> None:
    """What reading set right by itself; nobody has to do anything about it."""
    open_sheet(sheet, looks, _REPAIRS, 0)
    for row, finding in enumerate(review.repairs, start=1):
        before, after = finding.value or "（空）", finding.expected or "（空）"
        values: Sequence[str | None] = (
            *(finding.unit, finding.project, finding.file, finding.sheet, finding.cell, finding.field),
            *(before, after, finding.message, finding.rule),
        )
        looks.write_row(sheet, row, values, _REPAIRS)
    sheet.autofilter(0, 0, max(len(review.repairs), 1), len(_REPAIRS) - 1)
