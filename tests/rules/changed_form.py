"""The shipped form as a clerk changes it in Excel: a rule typed below the last one, a word in a list."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl import Workbook

from tests.shipped import TEMPLATE
from toolkit.forms import Form, load_form

NEW_RULE = {
    "编号": "本区-单笔上限",
    "级别": "警告",
    "范围": "表",
    "条件": "=OR(年度资金申请总额<=60000000,含任一(项目名称,列表.重大项目词))",
    "提示": "年度资金申请总额 {年度资金申请总额} 元，超过单个项目上限 60,000,000.00 元，多 {年度资金申请总额-60000000} 元。",
    "建议": "请附区政府批准文件。",
    "定位": "年度资金申请总额",
    "依据": "本区预算编制通知",
}


def edited(folder: Path, *changes: Callable[[Workbook], None]) -> Form:
    """The shipped form after changes made in a copy of its workbook."""
    book = openpyxl.load_workbook(TEMPLATE)
    for change in changes:
        change(book)
    path = folder / TEMPLATE.name
    book.save(path)
    return load_form(path)


def rule_cells(**cells: str) -> Callable[[Workbook], None]:
    """A row typed below the last rule; with `编号` of a rule that is there, cells of its row changed."""

    def change(book: Workbook) -> None:
        sheet = book["审核规则"]
        headings = {cell.value: cell.column for cell in sheet[1]}
        numbers = {row[0].value: row[0].row for row in sheet.iter_rows(min_row=2, max_col=1)}
        row = numbers.get(cells["编号"], sheet.max_row + 1)
        for heading, text in cells.items():
            sheet.cell(row, headings[heading]).value = text
            sheet.cell(row, headings[heading]).data_type = "s"

    return change


def word(column: str, text: str) -> Callable[[Workbook], None]:
    """A word typed below the last one of a list; a list that is not there gets the next free column."""

    def change(book: Workbook) -> None:
        sheet = book["代码表"]
        columns = {cell.value: cell.column for cell in sheet[1] if cell.value}
        number = columns.get(column, sheet.max_column + 1)
        sheet.cell(1, number).value = column
        filled = [row for row in range(1, sheet.max_row + 1) if sheet.cell(row, number).value]
        sheet.cell(filled[-1] + 1, number).value = text

    return change
