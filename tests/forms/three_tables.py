"""The invented form with a third row table, and rules about the rows of each: premises, blanks, list words, columns of other tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from tests.forms import invented
from tests.shipped import entry
from toolkit.forms import Form
from toolkit.reading.model import Declaration, Row, Value

NAME = "课题任务与设备"

# 字段名, 显示名, 类型, 必填, 列表, the first and last letter.
DEVICES = (
    ("设备名称", "设备名称", "文本", "是", None, "A", "B"),
    ("用途", "用途", "代码", None, "用途", "C", "C"),
    ("台数", "台数", "整数", "是", None, "D", "D"),
    ("单价", "单价", "金额", None, None, "E", "F"),
    ("购置日期", "购置日期", "日期", None, None, "G", "H"),
)
ROWS = (25, 29)
RULES = (
    ("设备-台数", "错误", "行:设备", "台数>0", "“{设备名称}”的台数是 {台数}。", "请填正数。", "台数", None, None),
    ("设备-用词", "警告", "行:设备", "NOT(含任一(设备名称,列表.空泛词))", "“{设备名称}”说不清是什么。", "请写明。", "设备名称", None, None),
    ("设备-单价", "核实", "行:设备", "单价<经费", "单价 {单价} 不小于经费 {经费}。", "请核对。", "单价", None, "任一空跳过"),
    ("设备-日期", "错误", "行:设备", "购置日期>=开题日期", "{购置日期} 早于开题 {开题日期}。", "请核对。", "购置日期", '用途="研制"', None),
    ("设备-同名", "提示", "行:设备", "SUMPRODUCT(--(全部.设备名称=设备名称))=1", "“{设备名称}”写了两次。", "请合并。", "设备名称", None, None),
    ("任务-设备", "警告", "行:任务", "OR(任务经费>=SUM(全部.单价)/10,任务财政=0)", "经费 {任务经费}，设备 {SUM(全部.单价)}。", "请核对。", "任务经费", None, None),
    ("分值-设备", "提示", "行:考核", "分值<=10*SUM(全部.台数)", "分值 {分值}，设备 {SUM(全部.台数)} 台。", "请核对。", "分值", None, None),
)  # fmt: skip


def template(path: Path) -> Path:
    book = openpyxl.load_workbook(invented.template(path))
    sheet = book["任务书"]
    formats = {"金额": "#,##0.00", "整数": "0", "日期": "yyyy-mm-dd"}
    for name, label, kind, _, _, left, right in DEVICES:
        sheet[f"{left}{ROWS[0] - 1}"] = label
        for row in range(ROWS[0] - 1, ROWS[1] + 1):
            if left != right:
                sheet.merge_cells(f"{left}{row}:{right}{row}")
        for row in range(ROWS[0], ROWS[1] + 1):
            cell = sheet[f"{left}{row}"]
            cell.number_format, cell.protection = formats.get(kind, "General"), Protection(locked=False)
        book.defined_names[name] = DefinedName(name, attr_text=f"任务书!${left}${ROWS[0]}:${right}${ROWS[1]}")
    sheet.print_area = f"A1:H{ROWS[1]}"
    for name, label, kind, needed, listed, _, _ in DEVICES:
        book["字段"].append([name, label, kind, needed, listed, None, None, "设备"])
    rules = book["审核规则"]
    rules.cell(1, 8).value, rules.cell(1, 9).value = "前提", "缺值"
    for rule in RULES:
        rules.append(rule)
    for column, words in ((2, ("用途", "研制", "检测", "办公")), (3, ("空泛词", "若干", "其他", "相关"))):
        for row, word in enumerate(words, 1):
            book["代码表"].cell(row, column).value = word
    choice = DataValidation(type="list", formula1="代码表!$B$2:$B$4", allow_blank=True)
    choice.add(f"C{ROWS[0]}:C{ROWS[1]}")
    sheet.add_data_validation(choice)
    profile = {row[0].value: row[1] for row in book["表样"].iter_rows()}
    profile["名称"].value, profile["行数"].value = NAME, "任务 1..5、考核 2..8、设备 0..5"
    book.save(path)
    return path


LINES: Sequence[tuple[Value, ...]] = (
    ("离心机", "研制", 2, Decimal("120000.00"), date(2026, 5, 1)),
    ("显微镜", "检测", 8, Decimal("80000.00"), None),
)


def declaration(
    form: Form, changes: Mapping[str, Value] | None = None, devices: Sequence[Sequence[Value]] = LINES, **tables: Sequence[Sequence[Value]]
) -> Declaration:
    made = invented.declaration(replace(form, more_tables=form.more_tables[:1]), changes, **tables)
    table = next(table for table in form.tables if table.name == "设备")
    rows = tuple(Row(n, dict(zip(table.names, map(entry, line), strict=True))) for n, line in enumerate(devices, 1))
    return replace(made, more_rows={**made.more_rows, table.name: rows})
