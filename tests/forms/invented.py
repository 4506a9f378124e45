"""A form of no office, drawn with openpyxl as a clerk would: two row tables, one of them prefilled, and roles under other names.

`template` writes its workbook (and `word` the Word template that belongs to it), `declaration` makes up what a unit filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from docx import Document
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.shipped import entry
from toolkit.forms import Form
from toolkit.reading.model import Declaration, Row, Value

NAME = "课题任务书"
HEADS = ("字段名", "显示名", "类型", "必填", "列表", "最大长度", "角色", "所属表", "层级", "预填")

# 字段名, 显示名, 类型, 必填, 列表, 最大长度, 角色, 所属表, 层级, 预填; the label's cell, the field's area.
SINGLES = (
    ("课题", "课题名称", "文本", "是", None, 60, "项目", "A3", "B3:D3"),
    ("承办机构", "承办机构", "文本", "是", None, None, "单位", "E3", "F3:H3"),
    ("课题编号", "课题编号", "代码", None, None, None, "项目代码", "A4", "B4:D4"),
    ("申报年份", "申报年份", "整数", "是", None, None, "年度", "E4", "F4:H4"),
    ("经费", "经费总额", "金额", "是", None, None, None, "A5", "B5:D5"),
    ("财政投入", "其中：财政投入", "金额", None, None, None, None, "E5", "F5:H5"),
    ("开题日期", "开题日期", "日期", None, None, None, None, "A6", "B6:D6"),
    ("进度", "完成进度", "小数", None, None, None, None, "E6", "F6:H6"),
    ("预期成果", "预期成果", "长文本", None, None, 500, None, "A7", "B7:H7"),
)
TASKS = (
    ("任务内容", "任务内容", "文本", "是", None, None, "任务", None, None, "A", "C"),
    ("任务经费", "任务经费", "金额", "是", None, None, "任务", None, None, "D", "E"),
    ("任务财政", "财政", "金额", None, None, None, "任务", None, None, "F", "F"),
    ("负责人", "负责人", "文本", None, None, None, "任务", None, None, "G", "H"),
)
MARKS = (
    ("方面", "方面", "代码", None, "方面", None, "考核", "是", "是", "A", "A"),
    ("考核内容", "考核内容", "文本", "是", None, None, "考核", None, None, "B", "D"),
    ("分值", "分值", "小数", "是", None, None, "考核", None, None, "E", "E"),
    ("说明文字", "说明", "文本", None, None, None, "考核", None, None, "F", "H"),
)
TASK_ROWS, MARK_ROWS = (9, 13), (15, 22)
ASPECTS = ("论文", "论文", "专利", "专利", "人才", "人才", "转化", "转化")
RULES = (
    ("任务-合计", "错误", "表", "ROUND(SUM(全部.任务经费)-经费,6)=0", "任务合计 {SUM(全部.任务经费)}，经费 {经费}。", "请核对。", "经费"),
    ("任务-财政", "错误", "行:任务", "N(任务财政)<=任务经费", "财政 {任务财政} 大于任务经费 {任务经费}。", "请核对。", "任务财政"),
    ("分值-合计", "错误", "表", "SUM(分值)=100", "分值合计 {SUM(分值)}，应为 100。", "请核对。", "分值"),
    ("分值-为正", "错误", "行:考核", "分值>0", "第 {分值} 分。", "请填正数。", "分值"),
)


def template(path: Path, profile: Mapping[str, object] | None = None) -> Path:
    """Write the template workbook; `profile` is what the sheet 表样 says besides the name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "任务书"
    sheet["A1"] = "科研课题任务书"
    sheet.merge_cells("A1:H1")
    for name, label, _, _, _, _, _, at, area in SINGLES:
        sheet[at] = label
        sheet.merge_cells(area)
        _name(book, name, area)
    for columns, rows in ((TASKS, TASK_ROWS), (MARKS, MARK_ROWS)):
        for name, label, *_, left, right in columns:
            sheet[f"{left}{rows[0] - 1}"] = label
            for row in range(rows[0] - 1, rows[1] + 1):
                if left != right:
                    sheet.merge_cells(f"{left}{row}:{right}{row}")
            _name(book, name, f"{left}{rows[0]}:{right}{rows[1]}")
    for row, aspect in enumerate(ASPECTS, MARK_ROWS[0]):
        sheet[f"A{row}"] = aspect
    sheet["A23"] = "填表说明：本表一式两份。"
    _dress(book)
    fields = book.create_sheet("字段")
    fields.append(HEADS)
    for *said, _, _ in SINGLES:
        fields.append(said)
    for columns in (MARKS, TASKS):
        for name, label, kind, needed, listed, length, table, level, filled, _, _ in columns:
            fields.append([name, label, kind, needed, listed, length, None, table, level, filled])
    rules = book.create_sheet("审核规则")
    rules.append(["编号", "级别", "范围", "条件", "提示", "建议", "定位"])
    for rule in RULES:
        rules.append(rule)
    lists = book.create_sheet("代码表")
    for row, word in enumerate(("方面", *dict.fromkeys(ASPECTS)), 1):
        lists.cell(row, 1, word)
    said = book.create_sheet("表样")
    for line in (("项目", "内容"), ("名称", NAME), ("版本", "1"), ("行数", "任务 1..5、考核 2..8"), *(profile or {}).items()):
        said.append(line)
    book.save(path)
    return path


def _name(book: openpyxl.Workbook, name: str, area: str) -> None:
    first, _, last = area.partition(":")
    absolute = ":".join(f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGH')}" for cell in (first, last))
    book.defined_names[name] = DefinedName(name, attr_text=f"任务书!{absolute}")


def _dress(book: openpyxl.Workbook) -> None:
    """Formats, locks, the drop-down and the page, as `form lint` asks for them."""
    sheet = book["任务书"]
    formats = {"金额": "#,##0.00", "小数": "0.00", "整数": "0", "日期": "yyyy-mm-dd"}
    areas = [(kind, area) for _, _, kind, *_, area in SINGLES]
    for columns, (first, last) in ((TASKS, TASK_ROWS), (MARKS, MARK_ROWS)):
        areas += [(kind, f"{left}{first}:{left}{last}") for _, _, kind, *_, left, _ in columns]
    for kind, area in areas:
        for row in sheet[area]:
            for cell in row:
                cell.number_format = formats.get(kind, "General")
                cell.protection = Protection(locked=False)
    aspects = DataValidation(type="list", formula1="代码表!$A$2:$A$5", allow_blank=True)
    aspects.add(f"A{MARK_ROWS[0]}:A{MARK_ROWS[1]}")
    sheet.add_data_validation(aspects)
    sheet.protection.sheet = True
    sheet.print_area = "A1:H23"
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def word(path: Path) -> Path:
    """Write the Word template: a table of fields, one with a prototype row of each row table."""
    document = Document()
    document.add_paragraph("{{#项目}}")
    document.add_paragraph("科研课题任务书")
    head = document.add_table(rows=0, cols=2)
    for name, label, *_ in SINGLES:
        cells = head.add_row().cells
        cells[0].text, cells[1].text = label, f"{{{{{name}}}}}"
    rows = document.add_table(rows=0, cols=4)
    for columns in (TASKS, MARKS):
        heads, cells = rows.add_row().cells, rows.add_row().cells
        for number, (name, label, *_) in enumerate(columns):
            heads[number].text, cells[number].text = label, f"{{{{{name}}}}}"
    document.add_paragraph("{{/项目}}")
    document.save(str(path))
    return path


HEAD: Mapping[str, Value] = {
    "课题": "智慧养老示范",
    "承办机构": "青溪区第一小学",
    "课题编号": "KT-007",
    "申报年份": 2026,
    "经费": Decimal("1234567.89"),
    "财政投入": Decimal("1000000.00"),
    "开题日期": date(2026, 3, 1),
    "进度": Decimal("0.255"),
    "预期成果": "形成可推广的服务流程。",
}
TASK_LINES: Sequence[tuple[Value, ...]] = (
    ("需求调研", Decimal("234567.89"), Decimal("100000.00"), "张三"),
    ("平台建设", Decimal("1000000.00"), Decimal("900000.00"), None),
)
MARK_LINES: Sequence[tuple[Value, ...]] = (
    ("论文", "核心期刊论文", Decimal("40"), "两篇"),
    ("专利", "发明专利", Decimal("30.5"), None),
    ("转化", "成果转化", Decimal("29.5"), "一项"),
)


def declaration(
    form: Form,
    changes: Mapping[str, Value] | None = None,
    tasks: Sequence[Sequence[Value]] = TASK_LINES,
    marks: Sequence[Sequence[Value]] = MARK_LINES,
) -> Declaration:
    values = {**HEAD, **(changes or {})}
    lines = {"任务": tasks, "考核": marks}
    rows = {
        table.name: tuple(Row(n, dict(zip(table.names, map(entry, line), strict=True))) for n, line in enumerate(lines[table.name], 1))
        for table in form.tables
    }
    first, *more = form.tables
    entries = {field.name: entry(values.get(field.name)) for field in form.fields}
    further = {table.name: rows[table.name] for table in more}
    return Declaration("甲.xlsx", "项目1", form.name, entries, rows[first.name], roles=form.roles, more_rows=further)
