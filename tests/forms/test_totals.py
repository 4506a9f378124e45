"""Totals in one row under a table of tasks, with one label for all: read by the columns they sum, however the form is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties

from tests.command import Run
from toolkit.forms import lint_form
from toolkit.forms.roles import missing_roles

SINGLES = (
    ("年份", "年份", "整数", "年度", None, "A2", "B2"),
    ("填报机构", "填报机构", "文本", "单位", None, "A3", "B3"),
    ("经办", "经办人", "文本", None, None, "C3", "D3"),
    ("合计甲", "金额合计", "金额", None, 'IF(COUNT(全部.拨款)=0,"",SUM(全部.拨款))', "A8", "B8"),
    ("合计乙", "自筹合计", "金额", None, 'IF(COUNT(全部.自筹)=0,"",SUM(全部.自筹))', None, "C8"),
)
WORK = (("事项", "事项", "文本", "是", "A"), ("拨款", "财政拨款", "金额", "是", "B"), ("自筹", "单位自筹", "金额", None, "C"))
MARKS = (("考核点", "考核点", "文本", "是", "A"), ("标准", "达标标准", "文本", "是", "B"), ("权数", "权数", "小数", None, "C"))


def template(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "事项表"
    sheet["A1"] = "机构年度事项表"
    fields = book.create_sheet("字段")
    fields.append(["字段名", "显示名", "类型", "必填", "角色", "所属表", "公式"])
    areas = []
    for name, label, kind, role, formula, at, area in SINGLES:
        if at:
            sheet[at] = label
        fields.append([name, label, kind, None, role, None, formula])
        areas.append((name, area, area, kind))
    for table, columns, first, last in (("考核", MARKS, 11, 14), ("事项表", WORK, 5, 7)):
        for name, label, kind, needed, letter in columns:
            sheet[f"{letter}{first - 1}"] = label
            fields.append([name, label, kind, needed, None, table, None])
            areas.append((name, f"{letter}{first}", f"{letter}{last}", kind))
    for name, first_cell, last_cell, kind in areas:
        absolute = ":".join(f"${cell[0]}${cell[1:]}" for cell in dict.fromkeys((first_cell, last_cell)))
        book.defined_names[name] = DefinedName(name, attr_text=f"事项表!{absolute}")
        for row in sheet[f"{first_cell}:{last_cell}"]:
            for cell in row:
                cell.protection = Protection(locked=False)
                cell.number_format = {"金额": "#,##0.00", "小数": "0.00", "整数": "0"}.get(kind, "General")
    said = book.create_sheet("表样")
    for line in (("项目", "内容"), ("名称", "机构年度事项表"), ("版本", "1"), ("一张一份", "单位"), ("金额单位", "万元")):
        said.append(line)
    sheet.protection.sheet = True
    sheet.print_area = "A1:D14"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    book.save(path)
    return path


LINES: Sequence[Sequence[Sequence[object]]] = (
    (("年份", 2026), ("填报机构", "青溪区图书馆")),
    (("编号", "事项", "单位自筹", "财政拨款"), (1, "采购图书", 2.5, 30), (2, "阅读推广", 0, 12.5), ("合计", None, 2.5, 42.5)),
    (("考核点", "达标标准"), ("新增图书", "8000 册"), ("活动场次", "60 场")),
)


def as_sheet(path: Path, lines: Sequence[Sequence[Sequence[object]]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["机构年度事项表（万元）"])
    for line in (line for part in lines for line in part):
        sheet.append(list(line))
    book.save(path)
    return path


def as_word(path: Path, lines: Sequence[Sequence[Sequence[object]]]) -> Path:
    document = Document()
    document.add_paragraph("机构年度事项表（万元）")
    for part in lines:
        table = document.add_table(rows=0, cols=max(map(len, part)), style="Table Grid")
        for line in part:
            for cell, value in zip(table.add_row().cells, line, strict=False):
                cell.text = "" if value is None else str(value)
    document.save(str(path))
    return path


def aliases(path: Path, words: Mapping[str, str]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("代码表")
    sheet.append(["标签别名", "标签标准名"])
    for word, standard in words.items():
        sheet.append([word, standard])
    book.save(path)


@pytest.mark.parametrize("draw", [as_sheet, as_word])
def test_totals_of_another_offices_drawing(draw: Any, tmp_path: Path, run: Run) -> None:
    """One label in other words, columns in another order, no 经办人 and no 权数: nobody has to ask for what nobody has to fill in."""
    form = template(tmp_path / "机构年度事项表.xlsx")
    aliases(form, {"合计": "金额合计"})
    path = draw(tmp_path / f"甲.{'xlsx' if draw is as_sheet else 'docx'}", LINES)
    (record,) = run("export", path, "--form", form, "--json").json
    assert (record["填报机构"], record["年度"], record["合计甲"], record["合计乙"]) == ("青溪区图书馆", 2026, "425000.00", "25000.00")
    assert record["事项表"] == [
        {"事项": "采购图书", "拨款": "300000.00", "自筹": "25000.00"},
        {"事项": "阅读推广", "拨款": "125000.00", "自筹": "0.00"},
    ]
    assert record["考核"] == [
        {"考核点": "新增图书", "标准": "8000 册", "权数": None},
        {"考核点": "活动场次", "标准": "60 场", "权数": None},
    ]
    told = run("check", path, "--form", form, "--json").json
    assert [(f["rule"], f["field"]) for f in told["findings"] if f["family"] == "declaration"] == [("格式-缺项", "经办")]

    wrong = [LINES[0], [*LINES[1][:-1], ("合计", None, 3.5, 42.5)], LINES[2]]
    told = run("check", draw(path, wrong), "--form", form, "--json").json
    assert [(f["rule"], f["field"], f["value"]) for f in told["findings"] if f["severity"] == "error"] == [
        ("计算-合计乙", "合计乙", "35000.00")
    ]


def test_a_form_that_a_unit_sends_once_needs_no_project(tmp_path: Path) -> None:
    form, mistakes = lint_form(template(tmp_path / "机构年度事项表.xlsx"))
    assert form is not None
    assert mistakes == ()
    assert [line.partition("：")[0] for line in missing_roles(form)] == ["没有字段的角色是“主管部门”", "没有字段的角色是“归口科室”"]
