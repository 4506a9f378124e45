"""The macros that need no Python, run by LibreOffice in an issued workbook and a marked copy: cells and the selection tell.

A module of the test's own (`PROBE`) calls the Subs that take arguments and writes down what they give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from macros.build import TEXT_SHEET, read_sources, with_modules
from tests.excel.uno_host import Office
from tests.rules.clean import DRAFTS
from tests.rules.kit import declaration
from tests.shipped import at, line, shipped_form
from toolkit.apps.excel_command import excel
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import Outlet
from toolkit.workflow.live import told_lines, write_results

pytest.importorskip("pyopenvba", reason="需要 pyOpenVBA：pip install pyOpenVBA")

NOTES, EXPORT, RESULTS = "记录", "导出", "results.txt"
PROBE = """Attribute VB_Name = "Probe"
Option Explicit

Private Sub Note(ByVal row As Long, ByVal text As String)
    ThisWorkbook.Worksheets(ChrW(35760) & ChrW(24405)).Cells(row, 1).Value = text
End Sub

Public Sub Refresh()
    RefreshSelfCheck
    Note 1, ActiveSheet.Name
End Sub

Public Sub Export()
    Dim list() As String, count As Long
    count = FindingsOf(ActiveWorkbook, list)
    WriteFindings ThisWorkbook.Worksheets(ChrW(23548) & ChrW(20986)), list, count
    Note 2, CStr(count)
End Sub

Public Sub Results()
    Dim list() As String, count As Long, status As String, message As String, madeFile As String
    count = ReadResults("RESULTS", list, status, message, madeFile)
    KeepReported ActiveWorkbook, list, count
    Note 3, CStr(count) & "|" & status & "|" & message & "|" & madeFile
    Note 4, list(F_SHEET, count) & "|" & list(F_CELL, count) & "|" & list(F_LEVEL, count) & "|" & _
        list(F_MESSAGE, count) & "|" & list(F_ADVICE, count)
End Sub

Public Sub Forget()
    ForgetReported
    Note 5, FilledText("finding.head", "1", "2", "x")
End Sub
"""


@dataclass
class Macros:
    """A workbook with the macros, open in LibreOffice."""

    office: Office
    results: Path

    def run(self, name: str) -> None:
        self.office.ask("run_macro", name)

    def note(self, row: int) -> str:
        rows: list[list[str]] = self.office.ask("read", NOTES, False)
        return rows[row - 1][0] if len(rows) >= row else ""

    def exported(self) -> list[list[str]]:
        self.run("Probe.Export")
        rows: list[list[str]] = self.office.ask("read", EXPORT, False)
        return rows

    def next_place(self) -> list[str]:
        self.run("JxSelfCheck.NextFinding")
        place: list[str] = self.office.ask("selected")
        return place


def with_review(book: openpyxl.Workbook) -> None:
    """Add a list as a marked copy has it: a finding that the self-check says too, one put right since, one of its own."""
    sheet = book.create_sheet("审核意见2")
    sheet.append(["审核意见"])
    sheet.append(["青溪区实验小学：共 3 处"])
    sheet.append(["编号", "级别", "项目", "工作表", "单元格", "字段", "填报内容", "问题", "建议"])
    sheet.append(["指标-单位", "错误", "甲项目", "项目1", at("计量单位", 2), "计量单位", "", "没有计量单位。", "请填写。"])
    sheet.append(["列表-项目性质", "错误", "甲项目", "项目1", at("项目性质"), "项目性质", "", "不在可选范围内。", "请重选。"])
    sheet.append(["人工-意见", "提示", "乙项目", "项目1", at("项目名称"), "项目名称", "", "=1+1", "请核对。"])
    sheet["H6"].data_type = "s"


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a unit of measure missing, a marked copy's list, the macros; results go beside it."""
    folder = tmp_path_factory.mktemp("macros")
    filled = fill_workbook(shipped_form(), [declaration(DRAFTS[0].row(1, 计量单位=None))])
    book = openpyxl.load_workbook(BytesIO(filled))
    sources = read_sources()
    texts = book.create_sheet(TEXT_SHEET)
    for row in sources.texts:
        texts.append(list(row))
    with_review(book)
    book.create_sheet(NOTES)
    book.create_sheet(EXPORT)
    stream = BytesIO()
    book.save(stream)
    probe = PROBE.replace("RESULTS", str(folder / RESULTS))
    path = folder / "甲.xlsm"
    path.write_bytes(with_modules(stream.getvalue(), {**sources.modules, "Probe": probe}))
    return path


@pytest.fixture
def macros(workbook: Path, libreoffice: Office) -> Iterator[Macros]:
    libreoffice.ask("open_with_macros", str(workbook))
    yield Macros(libreoffice, workbook.with_name(RESULTS))
    libreoffice.ask("close")


def failing(macros: Macros) -> list[str]:
    rows = macros.office.ask("read", "自检", False)
    return [row[2] for row in rows[4:] if row[4] == "✘"]


def test_refreshing_recalculates_and_shows_the_self_check(macros: Macros) -> None:
    macros.run("Probe.Refresh")
    assert failing(macros) == ["指标-单位"]
    macros.office.ask("put", "项目1", at("计量单位", 2), "天")
    assert failing(macros) == ["指标-单位"]
    macros.run("Probe.Refresh")
    assert (failing(macros), macros.note(1), macros.office.ask("selected")[0]) == ([], "自检", "自检")


def test_findings_of_both_lists_are_exported_once_as_texts(macros: Macros) -> None:
    head, *rows = macros.exported()
    assert head == ["工作表", "单元格", "级别", "编号", "项目", "问题", "建议", "来源"]
    assert rows == [
        [
            *("项目1", at("计量单位", 2), "错误", "指标-单位", "教学楼屋面维修改造工程"),
            f"第 {line(2)} 行：三级指标“施工期间停课天数”的数值 0 没有计量单位。",
            "请选择或填写计量单位，如 %、个、次、人。",
            "自检",
        ],
        ["项目1", at("项目名称"), "提示", "人工-意见", "乙项目", "=1+1", "请核对。", "审核意见2"],
    ]
    assert macros.note(2) == "2"


def test_next_goes_round_and_to_what_took_the_place_of_one_put_right(macros: Macros) -> None:
    assert [macros.next_place() for _ in range(3)] == [
        ["项目1", at("计量单位", 2)],
        ["项目1", at("项目名称")],
        ["项目1", at("计量单位", 2)],
    ]
    macros.office.ask("put", "项目1", at("计量单位", 2), "天")
    macros.run("JxSelfCheck.RefreshSelfCheck")
    assert macros.next_place() == ["项目1", at("项目名称")]


def test_the_findings_of_the_program_come_before_those_of_the_workbook(macros: Macros) -> None:
    findings = [
        ("项目1", "E7", "错误", "分项合计\t相差 10.00 元。", "请核对。"),
        ("项目1", "B6", "警告", "日期“𠮷”不对。", "请改正。"),
    ]
    write_results(
        macros.results, Outlet(force=True), ("", "", "needs_changes", "甲.xlsx：1 个项目，错误 1 处，警告 1 处。", "1 1 0"), findings
    )
    macros.run("Probe.Results")
    assert macros.note(3) == "2|needs_changes|甲.xlsx：1 个项目，错误 1 处，警告 1 处。|"
    assert macros.note(4) == "项目1|B6|警告|日期“𠮷”不对。|请改正。"
    assert [macros.next_place() for _ in range(3)] == [["项目1", "E7"], ["项目1", "B6"], ["项目1", "E7"]]
    macros.run("Probe.Forget")
    assert macros.note(5) == "第 1 处，共 2 处：x"
    assert [row[:2] for row in macros.exported()[1:]] == [["项目1", at("计量单位", 2)], ["项目1", at("项目名称")]]


def test_an_audit_by_the_command_is_read(macros: Macros, workbook: Path) -> None:
    arguments = ["audit_workbook", "--workbook", str(workbook), "--results", str(macros.results)]
    assert excel.main(arguments, standalone_mode=False) == 3
    macros.run("Probe.Results")
    assert macros.note(3) == "1|needs_changes|甲.xlsm：1 个项目，错误 1 处。|"
    assert (macros.next_place(), macros.note(4)) == (
        ["项目1", at("计量单位", 2)],
        f"项目1|{at('计量单位', 2)}|错误|三级指标“施工期间停课天数”的数值 0 没有计量单位。|请选择或填写计量单位，如 %、个、次、人。",
    )


def test_files_made_by_a_job_are_told(macros: Macros) -> None:
    write_results(
        macros.results,
        Outlet(force=True),
        ("", "", "done", "已生成 1 个文件。", "0 0 0"),
        [("", "", "file", "已生成 总表", "/汇总/总表.xlsx"), ("项目1", at("项目名称"), "", "", "")],
    )
    macros.run("Probe.Results")
    assert macros.note(3) == "1|done|已生成 1 个文件。|/汇总/总表.xlsx"


def test_a_message_of_several_lines_is_read_as_such(macros: Macros) -> None:
    told = ["2026 年度，表样：绩效目标申报表", "还没有审核过。", "下一步："]
    files = [("", "", "file", "已生成 总表", "/汇总/总表.xlsx")]
    write_results(macros.results, Outlet(force=True), ("", "", "done", "\n".join(told), "0 0 0"), [*told_lines(told), *files])
    macros.run("Probe.Results")
    assert macros.note(3) == "\n".join([f"0|done|{told[0]}", told[1], f"{told[2]}|/汇总/总表.xlsx"])
