"""A county's form with three targets a row: last year's in three columns, this year's in three under one heading, the aim in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
from docx import Document
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.shipped import entry
from toolkit.forms import Form
from toolkit.reading.model import Declaration, Row, Value

NAME = "县级绩效表"
SINGLES = (
    ("事项", "事项名称", "文本", "项目", "B2:D2"),
    ("填表单位", "填表单位", "文本", "单位", "F2:I2"),
    ("所属年", "年度", "整数", "年度", "B3:D3"),
)

# 字段名, 显示名, 类型, 列表, 指标值, 显示格式; the column.
COLUMNS = (
    ("维度", "维度", "代码", "维度", None, None, "A"),
    ("指标", "指标内容", "文本", None, None, None, "B"),
    ("去年符", "符号", "代码", "符号", "上年实际值.符号", None, "C"),
    ("去年数", "数值", "文本", None, "上年实际值.数值", None, "D"),
    ("去年位", "单位", "文本", None, "上年实际值.计量单位", None, "E"),
    ("今年符", "符号", "代码", "符号", "本年目标值.符号", None, "F"),
    ("今年数", "数值", "文本", None, "本年目标值.数值", None, "G"),
    ("今年位", "单位", "文本", None, "本年目标值.计量单位", None, "H"),
    ("远期值", "远期值", "指标值", None, None, None, "I"),
    ("占比", "占比", "小数", None, None, "0.0%", "J"),
)
FIRST, LAST = 6, 17
SYMBOLS = ("≥", ">", "=", "<", "≤", "定性")
RULES = (
    ("目标-不低于上年", "错误", "行", "OR(NOT(ISNUMBER(本年目标值.数值*1)),本年目标值.数值>=上年实际值.数值)", "本年 {本年目标值.数值} 低于上年 {上年实际值.数值}。", "请核对。", "本年目标值.数值"),
    ("目标-远期单位", "错误", "行", 'OR(远期值.计量单位="",远期值.计量单位=今年位)', "远期单位“{远期值.计量单位}”与本年不同。", "请统一单位。", "远期值"),
    ("目标-远期方向", "警告", "行", 'OR(远期值.符号="定性",远期值.符号="",远期值.符号=今年符)', "远期用 {远期值.符号}，本年用 {今年符}。", "请核对。", "远期值"),
    ("目标-远期合计", "提示", "表", "SUM(全部.远期值.数值)<1000", "远期合计 {SUM(全部.远期值.数值)}。", "请核对。", "远期值"),
)  # fmt: skip


def template(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "绩效表"
    sheet["A1"] = "县级项目绩效目标表"
    for at, text in (
        ("A2", "事项名称"),
        ("E2", "填表单位"),
        ("A3", "年度"),
        ("A4", "维度"),
        ("B4", "指标内容"),
        ("C4", "上年实际值"),
        ("F4", "本年目标值"),
        ("I4", "远期值"),
        ("J4", "占比"),
    ):
        sheet[at] = text
    for number, text in enumerate(("符号", "数值", "单位") * 2):
        sheet.cell(5, 3 + number).value = text
    for area in ("A1:J1", *(area for *_, area in SINGLES), "A4:A5", "B4:B5", "C4:E4", "F4:H4", "I4:I5", "J4:J5"):
        sheet.merge_cells(area)
    for name, *_, area in SINGLES:
        _name(book, name, area)
        for row in sheet[area]:
            for cell in row:
                cell.protection = Protection(locked=False)
    for name, _, kind, *_, shown, letter in COLUMNS:
        _name(book, name, f"{letter}{FIRST}:{letter}{LAST}")
        for row in range(FIRST, LAST + 1):
            cell = sheet[f"{letter}{row}"]
            cell.protection = Protection(locked=False)
            cell.number_format = shown or ("0.00" if kind == "小数" else "@" if kind in ("文本", "指标值") else "General")
    for letter, source in (("A", "A"), ("C", "B"), ("F", "B")):
        choice = DataValidation(type="list", formula1=f"代码表!${source}$2:${source}${4 if source == 'A' else 7}", allow_blank=True)
        choice.add(f"{letter}{FIRST}:{letter}{LAST}")
        sheet.add_data_validation(choice)
    sheet["B3"].number_format = "0"
    sheet.protection.sheet = True
    sheet.print_area = f"A1:J{LAST}"
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    fields = book.create_sheet("字段")
    fields.append(["字段名", "显示名", "类型", "必填", "列表", "角色", "层级", "指标值", "显示格式"])
    for name, label, kind, role, _ in SINGLES:
        fields.append([name, label, kind, "是", None, role])
    for name, label, kind, listed, part, shown, _ in COLUMNS:
        fields.append([name, label, kind, None, listed, None, "是" if name == "维度" else None, part, shown])
    rules = book.create_sheet("审核规则")
    rules.append(["编号", "级别", "范围", "条件", "提示", "建议", "定位"])
    for rule in RULES:
        rules.append(rule)
    lists = book.create_sheet("代码表")
    for column, words in enumerate((("维度", "产出", "效益", "满意度"), ("符号", *SYMBOLS)), 1):
        for row, word in enumerate(words, 1):
            lists.cell(row, column, word)
    said = book.create_sheet("表样")
    for line in (("项目", "内容"), ("名称", NAME), ("版本", "1")):
        said.append(line)
    book.save(path)
    return path


def _name(book: openpyxl.Workbook, name: str, area: str) -> None:
    absolute = ":".join(f"${cell[0]}${cell[1:]}" for cell in area.split(":"))
    book.defined_names[name] = DefinedName(name, attr_text=f"绩效表!{absolute}")


def word(path: Path) -> Path:
    document = Document()
    document.add_paragraph("{{#项目}}")
    document.add_paragraph("县级项目绩效目标表")
    head = document.add_table(rows=0, cols=2)
    for name, label, *_ in SINGLES:
        cells = head.add_row().cells
        cells[0].text, cells[1].text = label, f"{{{{{name}}}}}"
    rows = document.add_table(rows=2, cols=6)
    for number, (label, slot) in enumerate(
        (
            ("维度", "维度"),
            ("指标内容", "指标"),
            ("上年实际值", "上年实际值"),
            ("本年目标值", "本年目标值"),
            ("远期值", "远期值"),
            ("占比", "占比"),
        )
    ):
        rows.rows[0].cells[number].text, rows.rows[1].cells[number].text = label, f"{{{{{slot}}}}}"
    document.add_paragraph("{{/项目}}")
    document.save(str(path))
    return path


LINES: Sequence[tuple[Value, ...]] = (
    ("产出", "体检人数", "=", "1200", "人", "≥", "1300", "人", "≥1500人", None),
    ("产出", "报告出具天数", "≤", "7", "天", "≤", "7", "天", "≤5.50（天）", None),
    ("效益", "重点人群覆盖率", "=", "88.5", "%", "≥", "90", "%", "≥95%", "0.256"),
    ("满意度", "群众满意程度", "定性", "较好", None, "定性", "好", None, "很好", None),
)  # fmt: skip


def declaration(form: Form, lines: Sequence[Sequence[Value]] = LINES, **changes: Value) -> Declaration:
    from decimal import Decimal

    values: dict[str, Value] = {"事项": "健康体检", "填表单位": "甲县卫生健康局", "所属年": 2026, **changes}
    assert form.table is not None
    rows = []
    for number, line in enumerate(lines, 1):
        typed = [Decimal(str(v)) if f == "占比" and v is not None else v for f, v in zip(form.table.names, line, strict=True)]
        rows.append(Row(number, dict(zip(form.table.names, map(entry, typed), strict=True))))
    return Declaration(
        "甲.xlsx", "项目1", form.name, {f.name: entry(values.get(f.name)) for f in form.fields}, tuple(rows), roles=form.roles
    )
