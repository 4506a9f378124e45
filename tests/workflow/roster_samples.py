"""Rosters and a second form for the tests of issuing and of checking against a roster, written as a person would in Excel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from toolkit.forms.roster import PROJECT_HEADINGS, UNIT_HEADINGS

Line = Mapping[str, object]

SCHOOL, HOSPITAL = "青溪区第一小学", "青溪区人民医院（本部）"

# The form of another office: no year, no indicators, its unit's name is not marked as the issuer's.
CARD_FIELDS = (
    ("项目代码", "代码", "代码", "B2", ""),
    ("项目名称", "系统名称", "文本", "B3", ""),
    ("实施单位", "建设单位", "文本", "B4", ""),
    ("归口科室", "业务科室", "文本", "B5", "是"),
    ("联系人", "联系人", "文本", "B6", ""),
    ("投资额", "投资额（元）", "金额", "B7", ""),
    ("建设内容", "建设内容", "长文本", "B8", ""),
)
CARD_RULES = (
    ("投资-批复", "错误", "表", "投资额<=批复金额", "投资额 {投资额} 元，批复 {批复金额} 元。", "请核对。"),
    ("投资-合计", "错误", "单位", "SUM(投资额)<=控制数", "合计 {SUM(投资额)} 元，控制数 {控制数} 元。", "请核对。"),
)


def write_roster(path: Path, units: Sequence[Line], projects: Sequence[Line] = ()) -> Path:
    """Write a roster with all columns; a line that lacks one has a blank there."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "单位"
    for title, headings, lines in (("单位", UNIT_HEADINGS, units), ("项目", PROJECT_HEADINGS, projects)):
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        sheet.append(headings)
        for line in lines:
            sheet.append([line.get(heading) for heading in headings])
    book.save(path)
    return path


def card_template(path: Path) -> Path:
    """Write the template workbook of the second form."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "申报表"
    sheet["A1"] = "信息化项目登记卡"
    sheet.print_area = "A1:B8"
    fields = book.create_sheet("字段")
    fields.append(["字段名", "显示名", "类型", "必填", "由下发方填"])
    for name, label, kind, cell, ours in CARD_FIELDS:
        sheet[f"A{cell[1:]}"] = label
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!$B${cell[1:]}")
        fields.append([name, label, kind, "否", ours])
    rules = book.create_sheet("审核规则")
    rules.append(["编号", "级别", "范围", "条件", "提示", "建议"])
    for rule in CARD_RULES:
        rules.append(rule)
    book.save(path)
    return path
