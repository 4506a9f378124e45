"""What units do to a workbook as a whole: a second form on the sheet, hidden sheets, another form, notes and pictures."""

from __future__ import annotations

import io
from copy import copy

import openpyxl
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill

from tests.reading.messy import insert_rows
from tests.shipped import at, line, row_of
from tests.sources.messy_files import PIXEL

# The last row of what is filled in.
LAST = line(6)


def _second_on_the_sheet(book: openpyxl.Workbook) -> None:
    """The same form once more under the first."""
    sheet = book.worksheets[0]
    for row in list(sheet.iter_rows(max_row=LAST, max_col=7)):
        for cell in row:
            if cell.value is not None:
                sheet.cell(cell.row + 35, cell.column).value = cell.value
    sheet.cell(row_of("项目名称") + 35, 2).value = "校车更新"
    for area in list(sheet.merged_cells.ranges):
        if area.max_row <= LAST:
            area = copy(area)
            area.shift(row_shift=35)
            sheet.merge_cells(area.coord)


def _hidden(book: openpyxl.Workbook) -> None:
    other = book.copy_worksheet(book.worksheets[0])
    other[at("项目名称")], other.sheet_state = "旧项目", "hidden"


def _wrong_form(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    for row in sheet.iter_rows():
        for cell in row:
            cell.value = None
    for number, texts in enumerate(
        (("部门整体支出绩效自评表",), ("单位", "预算数", "执行数", "执行率"), ("云岭市档案馆", 100, 90, 0.9)), 1
    ):
        for column, value in enumerate(texts, 1):
            sheet.cell(number, column).value = value


def _emptied(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    for cell in (
        at("项目名称"),
        at("实施单位"),
        at("当年财政拨款"),
        at("上年结转资金"),
        at("年度其他资金"),
        at("年度总体目标"),
        at("年度总体目标", right=1),
        at("计划开始日期"),
        at("计划完成日期"),
    ):
        if type(sheet[cell]).__name__ == "Cell":
            sheet[cell] = None


def _faulty(book: openpyxl.Workbook) -> None:
    """Mistakes for the rules, and rows moved by hand."""
    sheet = book.worksheets[0]
    sheet[at("当年财政拨款")], sheet[at("计划完成日期")], sheet[at("数值", 2)] = 1, "2025-13-45", "#REF!"
    insert_rows(sheet, line(4), 3)


def _decorated(book: openpyxl.Workbook) -> None:
    """What must survive marking: notes, a picture, a link, a format by condition, and a wrong total."""
    sheet = book.worksheets[0]
    sheet[at("年度资金申请总额")].comment, sheet[at("三级指标")].comment = Comment("请财务核对", "王敏"), Comment("口径见附件", "李强")
    sheet.add_image(Image(io.BytesIO(PIXEL)), "I3")
    sheet[at("项目名称")].hyperlink = "https://example.org/项目"
    sheet.conditional_formatting.add(
        f"{at('年度资金申请总额')}:{at('年度其他资金')}",
        CellIsRule(operator="lessThan", formula=["0"], fill=PatternFill("solid", "FFC7CE")),
    )
    sheet[at("当年财政拨款")] = 900000


WHOLE_BOOKS = {
    "批注图片链接": _decorated,
    "一张表两份": _second_on_the_sheet,
    "有隐藏的表": _hidden,
    "别的表": _wrong_form,
    "清空了大半": _emptied,
    "多处有误又插了行": _faulty,
}
