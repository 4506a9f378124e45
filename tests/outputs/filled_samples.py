"""Forms and declarations for the tests of filled workbooks: the shipped form, and two others made here.

`small_form` has another layout with everything a sheet can carry (drawing, note, shape link, formulas, print set-up);
`plain_form` has no table and other sheet names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from tests.shipped import with_usual_roles
from toolkit.forms.model import AMOUNT, CODE, DATE, INTEGER, LONG_TEXT, TEXT, Column, Field, Form, IndicatorTable
from toolkit.reading.model import BLANK_ENTRY, Declaration, Entry, Row, State, Value

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db00000"
    "000049454e44ae426082"
)


def entry(value: Value) -> Entry:
    return BLANK_ENTRY if value is None else Entry(value, str(value), None)


def found(text: str, state: State) -> Entry:
    """An entry that holds no value of its field's type."""
    return Entry(None, text, "B2", state)


def declaration(values: Mapping[str, Value | Entry], rows: Sequence[Mapping[str, Value]] = ()) -> Declaration:
    entries = {name: value if isinstance(value, Entry) else entry(value) for name, value in values.items()}
    table = tuple(Row(n, {name: entry(value) for name, value in row.items()}) for n, row in enumerate(rows, 1))
    return Declaration("甲.txt", None, "表", entries, table)


def indicators(count: int) -> list[dict[str, Value]]:
    return [
        {"一级指标": "产出指标", "三级指标": f"指标{n}", "符号": "≥", "数值": "90.00", "计量单位": "百分数"} for n in range(1, count + 1)
    ]


def small_form(folder: Path, *, rows: int = 3) -> Form:
    """A form whose sheet 申报 表 has a table of `rows` rows from row 6 on, a total below, and much furniture."""
    path = folder / f"小表{rows}.xlsx"
    picture = folder / "点.png"
    picture.write_bytes(PIXEL)
    last = 5 + rows
    book = xlsxwriter.Workbook(path)
    sheet, lists, rules, fields, notes = (book.add_worksheet(name) for name in ("申报 表", "代码表", "审核规则", "字段", "填报说明"))
    wrap, date_format = book.add_format({"text_wrap": True, "border": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    text, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "bottom": 5})
    sheet.set_column("A:A", 12)
    sheet.set_column("B:B", 20)
    sheet.write("A1", "标题", bold)
    sheet.write("A2", "项目名称")
    sheet.write_blank("B2", None, wrap)
    sheet.write("C2", "金额")
    sheet.write("A3", "开始")
    sheet.write_blank("B3", None, date_format)
    sheet.write("A4", "目标")
    sheet.merge_range("B4:D4", "", wrap)
    sheet.set_row(3, 30)
    sheet.write_row("A5", ["绩效", "一级指标", "三级指标", "符号", "数值", "计量单位", "两倍"])
    if rows > 1:
        sheet.merge_range(5, 0, last - 1, 0, "绩效指标", wrap)
    else:
        sheet.write("A6", "绩效指标", wrap)
    for row in range(6, last + 1):
        sheet.write_blank(f"B{row}", None, bold if row == last else wrap)
        sheet.write_blank(f"C{row}", None, wrap)
        sheet.write_blank(f"F{row}", None, text)
        sheet.write_formula(f"G{row}", f"=N(E{row})*2", None, 0)
        sheet.write(f"H{row}", "分")
    sheet.write(f"A{last + 1}", "合计")
    sheet.write_formula(f"E{last + 1}", f"=SUM(E6:E{last})", None, 0)
    sheet.write(f"A{last + 2}", "编号")
    sheet.data_validation(5, 1, last - 1, 1, {"validate": "list", "source": "=代码表!$A$2:$A$5"})
    sheet.data_validation(5, 2, 5, 2, {"validate": "custom", "value": "='申报 表'!$B$2<>\"\""})
    sheet.conditional_format(5, 1, last - 1, 2, {"type": "formula", "criteria": '=$B6="产出指标"', "format": bold})
    sheet.conditional_format("B2", {"type": "blanks", "format": bold})
    sheet.protect("", {"insert_rows": False, "format_columns": True})
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.3, 0.4, 0.5, 0.6)
    sheet.set_footer("&C第 &P 页")
    sheet.print_area(0, 0, last + 1, 7)
    sheet.repeat_rows(4)
    sheet.set_h_pagebreaks([last])
    sheet.freeze_panes(5, 0)
    sheet.write_comment(f"A{last + 2}", "批注")
    sheet.insert_image(f"C{last + 3}", str(picture))
    sheet.write_url(f"B{last + 2}", f"internal:'申报 表'!A{last + 1}", string="到合计")
    sheet.write_url(f"C{last + 2}", "https://example.com/", string="网站")
    lists.write_column("A1", ["一级指标", "产出指标", "效益指标", "只在代码表"])
    lists.autofilter("A1:A4")
    rules.write_column("A1", ["编号", "只在审核规则"])
    rules.autofilter("A1:A2")
    fields.write("A1", "只在字段")
    notes.write("A1", "说明")
    notes.write_formula("A2", "='申报 表'!B2", None, "")
    notes.write_formula("A3", '="项目名称："&项目名称', None, "")
    notes.print_area("A1:B3")
    names = {"项目名称": "$B$2", "金额": "$D$2", "开始日期": "$B$3", "目标": "$B$4:$D$4", "编号": f"$D${last + 2}"}
    letters = {"一级指标": "B", "三级指标": "C", "符号": "D", "数值": "E", "计量单位": "F"}
    names |= {name: f"${letter}$6" + (f":${letter}${last}" if rows > 1 else "") for name, letter in letters.items()}
    for name, cells in names.items():
        book.define_name(name, f"='申报 表'!{cells}")
    book.define_name("一级列表", "=代码表!$A$2:$A$5")
    book.define_name("规则列表", "=审核规则!$A$2:$A$5")
    book.define_name("金额两倍", "=金额*2")
    book.define_name("代码表!本表", "=代码表!$A$1")
    book.set_custom_property("jixiao.kind", "表样")
    book.set_custom_property("来源", "甲")
    book.close()
    columns = tuple(Column(Field(name, name, TEXT), ord(letter) - 64) for name, letter in letters.items())
    single = (
        Field("项目名称", "项目名称", TEXT, cell="B2", area="B2"),
        Field("金额", "金额", AMOUNT, cell="D2", area="D2"),
        Field("开始日期", "开始", DATE, cell="B3", area="B3"),
        Field("目标", "目标", LONG_TEXT, cell="B4", area="B4:D4"),
        Field("编号", "编号", CODE, cell=f"D{last + 2}", area=f"D{last + 2}"),
    )
    table = IndicatorTable(columns, 6, last)
    return with_usual_roles(Form("小表", "2.1", path, "申报 表", "标题", f"A1:H{last + 2}", single, table, (), {}))


def plain_form(folder: Path) -> Form:
    """A form without a table, alone in its workbook, whose author calls another sheet 项目1."""
    path = folder / "自评.xlsx"
    book = xlsxwriter.Workbook(path, {"date_1904": True})
    sheet = book.add_worksheet("自评表")
    sheet.write("A1", "得分")
    sheet.write("A2", "日期")
    sheet.write_blank("B2", None, book.add_format({"num_format": "yyyy-mm-dd"}))
    book.add_worksheet("项目1").write("A1", "参考")
    book.define_name("得分", "=自评表!$B$1")
    book.define_name("日期", "=自评表!$B$2")
    book.close()
    fields = (Field("得分", "得分", INTEGER, cell="B1", area="B1"), Field("日期", "日期", DATE, cell="B2", area="B2"))
    return Form("自评表", "1", path, "自评表", "得分", "A1:B2", fields, None, (), {})


SAMPLE: dict[str, Value | Entry] = {
    "项目名称": "=1+1",
    "金额": Decimal("23729980.10"),
    "开始日期": date(2024, 1, 31),
    "目标": "  第一段\r\n第二段\x0b_x0041_ ",
    "编号": None,
}
