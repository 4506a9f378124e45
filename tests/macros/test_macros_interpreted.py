"""The macros that need no Python, run by pyOpenVBA's interpreter, which keeps to Excel's own rules: what LibreOffice cannot show.

Pressed like buttons, by their callbacks: the new workbook of an export, and the messages the user gets.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from macros.build import TEXT_SHEET, read_sources, with_modules

interpreter = pytest.importorskip("pyopenvba.apps.excel", reason="需要 pyOpenVBA：pip install pyOpenVBA")

FINDINGS = [
    ["指标-单位", "错误", "甲项目", "项目1", "G23", "计量单位", "", "没有计量单位。", "请填写。"],
    ["列表-项目性质", "错误", "甲项目", "项目1", "E3", "项目性质", "", "=1+1", "请重选。"],
    ["批次-重复", "警告", "甲项目", "已删去的表", "E3", "项目性质", "", "重复。", "请核对。"],
]


def application(folder: Path, findings: list[list[str]]) -> Any:
    """Return the interpreter with a marked copy open that has these findings, none: no list at all."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "项目1"
    texts = book.create_sheet(TEXT_SHEET)
    sources = read_sources()
    for row in sources.texts:
        texts.append(list(row))
    if findings:
        sheet = book.create_sheet("审核意见")
        sheet.append(["审核意见"])
        sheet.append([f"共 {len(findings)} 处"])
        sheet.append(["编号", "级别", "项目", "工作表", "单元格", "字段", "填报内容", "问题", "建议"])
        for finding in findings:
            sheet.append(finding)
            sheet.cell(sheet.max_row, 8).data_type = "s"
    stream = BytesIO()
    book.save(stream)
    path = folder / "甲.xlsm"
    path.write_bytes(with_modules(stream.getvalue(), sources.modules))
    return interpreter.ExcelApplication.open(str(path))


def press(app: Any, callback: str) -> str:
    """Press a button and return what the user is told."""
    app.add_module(f"Public Sub Press{callback}()\n    {callback} Nothing\nEnd Sub\n", name=f"Press{len(app.dialogs)}")
    app.run(f"Press{callback}")
    _, message, title, _ = app.dialogs[-1]
    assert title == "绩效工具"
    return str(message)


def test_the_export_is_a_new_workbook_of_texts(tmp_path: Path) -> None:
    app = application(tmp_path, FINDINGS)
    assert press(app, "OnExportFindings") == "已把 3 处问题写入新工作簿。请另存到需要的位置。"
    assert app.evaluate("ActiveWorkbook.Name") != "甲.xlsm"
    rows = [[app.evaluate(f"ActiveSheet.Cells({row}, {column}).Value") for column in range(1, 9)] for row in range(1, 5)]
    assert rows == [
        ["工作表", "单元格", "级别", "编号", "项目", "问题", "建议", "来源"],
        ["项目1", "G23", "错误", "指标-单位", "甲项目", "没有计量单位。", "请填写。", "审核意见"],
        ["项目1", "E3", "错误", "列表-项目性质", "甲项目", "=1+1", "请重选。", "审核意见"],
        ["已删去的表", "E3", "警告", "批次-重复", "甲项目", "重复。", "请核对。", "审核意见"],
    ]
    assert app.evaluate("ActiveSheet.UsedRange.Rows.Count") == 4
    assert app.evaluate("ActiveSheet.Cells(3, 6).HasFormula") is False


def test_the_next_finding_is_selected_and_explained_one_without_a_sheet_only_explained(tmp_path: Path) -> None:
    app = application(tmp_path, FINDINGS)
    told = "第 1 处，共 3 处：错误\n工作表 项目1，单元格 G23\n没有计量单位。\n请填写。"
    assert press(app, "OnClearMarks") == "已清除上一次审核的结果清单。没有在工作簿里做过标记。"
    app.run("NextFinding")
    assert (app.dialogs[-1][1], app.evaluate("ActiveCell.Address")) == (told, "$G$23")
    app.run("NextFinding")
    app.run("NextFinding")
    assert app.dialogs[-1][1] == "第 3 处，共 3 处：警告\n工作表 已删去的表，单元格 E3\n重复。\n请核对。"
    assert (app.evaluate("ActiveSheet.Name"), app.evaluate("ActiveCell.Address")) == ("项目1", "$E$3")
    app.run("NextFinding")
    assert (app.dialogs[-1][1], app.evaluate("ActiveCell.Address")) == (told, "$G$23")


@pytest.mark.parametrize("callback", ["OnNextFinding", "OnExportFindings"])
def test_a_workbook_without_lists_is_told_so(tmp_path: Path, callback: str) -> None:
    app = application(tmp_path, [])
    assert press(app, callback) == "没有找到问题。工作簿里没有“自检”或“审核意见”表的，请先点“审核当前工作簿”。"


def test_a_list_that_cannot_be_read_is_told_with_the_programs_words(tmp_path: Path) -> None:
    app = application(tmp_path, [[*FINDINGS[0][:4], "不是地址", *FINDINGS[0][5:]]])
    assert press(app, "OnNextFinding").startswith("没有完成。Excel 报告：")


def test_an_open_xlwings_is_asked(tmp_path: Path) -> None:
    """The interpreter does not run macros of another workbook: it says which one was asked for, and the user is told."""
    app = application(tmp_path, FINDINGS)
    openpyxl.Workbook().save(tmp_path / "empty.xlsx")
    (tmp_path / "empty.xlsx").rename(tmp_path / "xlwings.xlam")
    app.open_workbook(str(tmp_path / "xlwings.xlam"))

    # It takes the name before the dot for a module's, and stops where there is none.
    app.add_module("Public Sub Unused()\nEnd Sub\n", name="xlwings")
    for callback in ("OnAuditWorkbook", "OnRemind", "OnIssueFrom", "OnLintForm", "OnNextFinding", "OnExplainFinding", "OnClearMarks"):
        said = press(app, callback)
        assert said.startswith("没有完成。Excel 报告：") and said.endswith("xlwings.xlam!RunPython"), callback
