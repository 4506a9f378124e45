"""A form of no office with two grids, drawn with openpyxl as a clerk would: money by source and stage, with marks for some rows only,
and heads of two storeys.

`template` writes its workbook (and `word` the Word template that belongs to it), `declaration` makes up what a unit filled in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
from docx import Document
from openpyxl.styles import Border, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties

from tests.shipped import entry
from toolkit.forms import Form
from toolkit.reading.model import Declaration, Value

NAME, SHEET = "经费执行表", "执行表"
HEADS = ("字段名", "显示名", "类型", "必填", "列表", "最大长度", "角色", "公式", "方格行", "方格列", "说明")
SINGLES = (
    ("课题", "课题名称", "文本", "是", "项目", "A3", "B3:D3"),
    ("承办机构", "承办机构", "文本", "是", "单位", "E3", "F3:H3"),
    ("年份", "执行年份", "整数", "是", "年度", "A4", "B4:D4"),
    ("结论", "自评结论", "长文本", None, None, "A16", "B16:H16"),
)
ROWS, COLUMNS = ("总额", "本级", "转移支付"), ("年初数", "调整数", "支出数", "支出率", "得分")
ROW_TEXTS = ("经费总额", "其中：本级安排", "上级转移支付")
COLUMN_TEXTS = ("年初预算（元）", "调整后预算", "实际支出", "支出率（%）", "得分")

# 字段名, 类型, 必填, 公式, 说明: what refines the grid 经费.
REFINED = (
    ("经费.*.支出率", "小数", None, 'IF(N(调整数)=0,"",ROUND(支出数/调整数*100,2))', None),
    ("经费.总额.*", None, "是", None, "各来源之和"),
    ("经费.*.得分", "无", None, None, None),
    ("经费.总额.得分", "小数", "是", None, None),
    ("经费.总额.支出率", "小数", "否", None, None),
)
PEOPLE_ROWS, PEOPLE_COLUMNS = ("高级", "中级"), ("男", "女", "合计")
RULES = (
    ("支出-不超", "错误", "方格行:经费", "N(支出数)<=N(调整数)", "支出 {支出数} 大于预算 {调整数}。", "支出数", "支出数=5；调整数=6", "支出数=7；调整数=6"),
    ("来源-合计", "错误", "方格列:经费(年初数、调整数、支出数)", "ROUND(总额-N(本级)-N(转移支付),2)=0", "总额 {总额}。", "总额", "总额=3；本级=1；转移支付=2", "总额=3；本级=1"),
    ("得分-比例", "错误", "方格行:经费", "ABS(得分-MIN(支出率,100)/10)<0.01", "得分 {得分}，支出率 {支出率}。", "得分", "得分=9；支出率=90", "得分=9；支出率=50"),
    ("人数-整", "警告", "表", "人员.高级.合计>=人员.中级.合计", "高级 {人员.高级.合计} 人。", "人员.高级.合计", "", ""),
)  # fmt: skip


def template(path: Path, profile: Mapping[str, object] | None = None, rules: Sequence[Sequence[str]] = RULES) -> Path:
    """Write the template workbook; `profile` is what the sheet 表样 says besides the name."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet["A1"] = "课题经费执行情况表"
    sheet.merge_cells("A1:H1")
    for name, label, _, _, _, at, area in SINGLES:
        sheet[at] = label
        sheet.merge_cells(area)
        _name(book, name, area)
    sheet["A6"] = "经费情况"
    sheet.merge_cells("A6:A9")
    for column, text in enumerate(COLUMN_TEXTS, 4):
        sheet.cell(6, column, text.replace("元", str((profile or {}).get("金额单位", "元"))))
    for row, text in enumerate(ROW_TEXTS, 7):
        sheet.cell(row, 2, text)
        sheet.merge_cells(f"B{row}:C{row}")
    sheet["H8"], sheet["H9"] = "—", "—"
    _name(book, "经费", "D7:H9")
    sheet["A11"], sheet["D11"] = "参加人员", "人数"
    sheet.merge_cells("A11:C12")
    sheet.merge_cells("D11:H11")
    for area, text in (("D12:E12", "男"), ("F12:G12", "女"), ("H12:H12", "合计")):
        sheet[area.partition(":")[0]] = text
    for row, text in ((13, "高级职称"), (14, "中级职称")):
        sheet.cell(row, 1, text)
        sheet.merge_cells(f"A{row}:C{row}")
    for row in (12, 13, 14):
        for area in (f"D{row}:E{row}", f"F{row}:G{row}"):
            sheet.merge_cells(area)
    _name(book, "人员", "D13:H14")
    _dress(book)
    fields = book.create_sheet("字段")
    fields.append(HEADS)
    for name, label, kind, required, role, _, _ in SINGLES:
        fields.append((name, label, kind, required, None, None, role))
    fields.append(("经费", None, "方格", None, None, None, None, None, "、".join(ROWS), "、".join(COLUMNS)))
    for refined, type_, needed, formula, note in REFINED:
        fields.append((refined, None, type_, needed, None, None, None, formula, None, None, note))
    fields.append(("人员", None, "方格", None, None, None, None, None, "、".join(PEOPLE_ROWS), "、".join(PEOPLE_COLUMNS)))
    fields.append(("人员.*.*", None, "整数"))
    fields.append(("人员.*.合计", "人数合计", None, None, None, None, None, "N(男)+N(女)"))
    sheet = book.create_sheet("审核规则")
    sheet.append(["编号", "级别", "范围", "条件", "提示", "定位", "正例", "反例"])
    for rule in rules:
        sheet.append(rule)
    said = book.create_sheet("表样")
    for line in (("项目", "内容"), ("名称", NAME), ("版本", "1"), *(profile or {}).items()):
        said.append(line)
    book.save(path)
    return path


def _name(book: openpyxl.Workbook, name: str, area: str) -> None:
    first, _, last = area.partition(":")
    absolute = ":".join(f"${cell.rstrip('0123456789')}${cell.lstrip('ABCDEFGH')}" for cell in (first, last))
    book.defined_names[name] = DefinedName(name, attr_text=f"{SHEET}!{absolute}")


def _dress(book: openpyxl.Workbook) -> None:
    """Formats, locks and the page, as `form lint` asks for them."""
    sheet = book[SHEET]
    for area, code in (
        ("B4:D4", "0"),
        ("D7:F9", "#,##0.00"),
        ("G7:H9", "0.00"),
        ("D13:H14", "0"),
        ("B3:D3", "General"),
        ("F3:H3", "General"),
    ):
        for row in sheet[area]:
            for cell in row:
                cell.number_format = code
                cell.protection = Protection(locked=False)
    thin = Side(style="thin")
    for row in sheet["A3:H16"]:
        for cell in row:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for letter in "ABCDEFGH":
        sheet.column_dimensions[letter].width = 16
    sheet["B16"].protection = Protection(locked=False)
    sheet.protection.sheet = True
    sheet.print_area = "A1:H16"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def word(path: Path, style: str = "Table Grid") -> Path:
    """Write the Word template: the single fields, then the grids as tables."""
    document = Document()
    document.add_paragraph("{{#项目}}")
    document.add_paragraph("课题经费执行情况表")
    head = document.add_table(rows=0, cols=2, style=style)
    for name, label, *_ in SINGLES:
        cells = head.add_row().cells
        cells[0].text, cells[1].text = label, f"{{{{{name}}}}}"
    money = document.add_table(rows=0, cols=6, style=style)
    for cell, text in zip(money.add_row().cells, ("", *COLUMN_TEXTS), strict=True):
        cell.text = text
    for part, text in zip(ROWS, ROW_TEXTS, strict=True):
        cells = money.add_row().cells
        cells[0].text = text
        for cell, column in zip(cells[1:], COLUMNS, strict=True):
            cell.text = "—" if column == "得分" and part != "总额" else f"{{{{经费.{part}.{column}}}}}"
    people = document.add_table(rows=0, cols=4, style=style)
    for cell, text in zip(people.add_row().cells, ("参加人员", *PEOPLE_COLUMNS), strict=True):
        cell.text = text
    for part in PEOPLE_ROWS:
        cells = people.add_row().cells
        cells[0].text = f"{part}职称"
        for cell, column in zip(cells[1:], PEOPLE_COLUMNS, strict=True):
            cell.text = f"{{{{人员.{part}.{column}}}}}"
    document.add_paragraph("{{/项目}}")
    document.save(str(path))
    return path


VALUES: Mapping[str, Value] = {
    "课题": "智慧养老示范",
    "承办机构": "青溪区第一小学",
    "年份": 2026,
    "结论": "经费使用合规，完成全部研究任务。",
    "经费.总额.年初数": Decimal("1234567.89"),
    "经费.总额.调整数": Decimal("1000000"),
    "经费.总额.支出数": Decimal("955000.5"),
    "经费.总额.支出率": Decimal("95.5"),
    "经费.总额.得分": Decimal("9.55"),
    "经费.本级.年初数": Decimal("1234567.89"),
    "经费.本级.调整数": Decimal("900000"),
    "经费.本级.支出数": Decimal("855000.5"),
    "经费.本级.支出率": Decimal("95"),
    "经费.转移支付.调整数": Decimal("100000"),
    "经费.转移支付.支出数": Decimal("100000"),
    "经费.转移支付.支出率": Decimal("100"),
    "人员.高级.男": 3,
    "人员.高级.女": 4,
    "人员.高级.合计": 7,
    "人员.中级.男": 2,
    "人员.中级.合计": 2,
}


def declaration(form: Form, changes: Mapping[str, Value] | None = None) -> Declaration:
    values = {**VALUES, **(changes or {})}
    entries = {field.name: entry(values.get(field.name)) for field in form.fields}
    return Declaration("甲.xlsx", "项目1", form.name, entries, roles=form.roles)
