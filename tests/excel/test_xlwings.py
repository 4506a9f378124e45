"""The adapter over xlwings, end to end as VBA calls it, with a fake of what it asks of Excel."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.excel.fake_xlwings import App, Book, installed
from tests.rules.clean import DRAFTS
from tests.rules.kit import write_workbooks
from tests.shipped import ROOT, at
from toolkit.apps import excel
from toolkit.errors import UsageError

THEMED = {"Pattern": 1, "Color": 0xEED7BD, "ThemeColor": 5, "TintAndShade": 0.6, "PatternColorIndex": -4105}
STRIPED = {"Pattern": 14, "Color": 0x00FFFF, "PatternColorIndex": 3, "PatternColor": 0x0000FF}


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One with mistakes in E3, E7 and G24."""
    draft = DRAFTS[0].put(年度资金申请总额=1, 项目性质="常年性项目").row(2, 计量单位=None)
    return write_workbooks([draft], tmp_path_factory.mktemp("工作簿"))[0]


def state(book: Book) -> dict[str, object]:
    """All that marking could change."""
    return {
        sheet.name: (
            sheet.api.Visible,
            sheet.api.ProtectContents,
            dict(vars(sheet.api.Protection)),
            {
                place: (dict(cell.Interior.kept), cell.Comment.text if cell.Comment else None)
                for place, cell in sheet.cells.items()
                if cell.Interior.Pattern != -4142 or cell.Comment
            },
            [list(row) for row in sheet.own.iter_rows(values_only=True)],
        )
        for sheet in book.sheets
    }


def fill(book: Book, cell: str) -> Mapping[str, object]:
    return {name: value for name, value in book.sheets["项目1"].range(cell).api.Interior.kept.items() if name in ("Pattern", "Color")}


def test_audit_visit_clear(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(workbook)
    app = App(book)
    installed(monkeypatch, app)
    sheet = book.sheets["项目1"]
    sheet.api.Protection.AllowFormattingColumns = True
    sheet.range(at("项目性质")).api.Interior.kept = dict(THEMED)
    sheet.range(at("计量单位", 3)).api.Interior.kept = dict(STRIPED)
    sheet.api.ProtectContents = False
    sheet.range(at("年度资金申请总额")).api.AddComment("财务科：已核对")
    sheet.api.ProtectContents = True
    before = state(book)

    excel.main("audit_workbook")
    assert app.told[-1].startswith(f"{workbook.name}：1 个项目，错误 3 处，警告 1 处。\n第 1 处，共 4 处：错误 项目1 {at('项目性质')}\n")
    assert [each.name for each in book.sheets if each.name not in before] == ["审核意见", "jixiao_marks"]
    assert [book.sheets[name].api.Visible for name in ("审核意见", "jixiao_marks")] == [-1, 2]
    assert book.selected == ("项目1", at("项目性质"))
    assert [fill(book, cell) for cell in (at("项目性质"), at("年度资金申请总额"), at("计量单位", 3))] == [
        {"Pattern": 1, "Color": 0xA0B0FF}
    ] * 3
    assert sheet.range(at("年度资金申请总额")).api.Comment.text.startswith(
        "财务科：已核对\n\n【审核意见】\n1. 错误：年度资金申请总额 1.00 元"
    )
    assert sheet.range(at("计量单位", 3)).api.Comment.text.startswith("【审核意见】\n错误：")
    assert sheet.api.ProtectContents
    assert sheet.api.Protection.AllowFormattingColumns

    excel.main("next_finding")
    assert book.selected == ("项目1", at("年度资金申请总额"))

    excel.main("clear_marks")
    assert app.told[-1] == "已清除 3 处标记，填充色和批注恢复原样。"
    assert state(book) == before


def test_what_cannot_be_marked_is_left(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(workbook)
    installed(monkeypatch, App(book))
    sheet = book.sheets["项目1"]
    sheet.range(at("项目性质")).api.Interior.kept = {"Pattern": 4000, "Color": 0xFFFFFF}
    sheet.range(at("年度资金申请总额")).api.CommentThreaded = object()
    before = state(book)
    excel.main("audit_workbook")
    assert sheet.range(at("项目性质")).api.Interior.kept == {"Pattern": 4000, "Color": 0xFFFFFF}
    assert sheet.range(at("项目性质")).api.Comment.text.startswith("【审核意见】")
    assert (fill(book, at("年度资金申请总额")), sheet.range(at("年度资金申请总额")).api.Comment) == (
        {"Pattern": 1, "Color": 0xA0B0FF},
        None,
    )
    excel.main("clear_marks")
    assert state(book) == before


def test_passwords_and_protected_structure(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(workbook, locked="项目1")
    app = App(book)
    installed(monkeypatch, app)
    before = state(book)
    excel.main("audit_workbook")
    assert "工作表“项目1”设有保护密码，没有标色；问题见“审核意见”表。" in app.told[-1]
    excel.main("clear_marks")
    assert state(book) == before

    book = Book(workbook, structure=True)
    app = App(book)
    installed(monkeypatch, app)
    before = state(book)
    excel.main("audit_workbook")
    assert app.told == ["工作簿的结构设有保护，不能添加“审核意见”表。请先在“审阅”里撤销“保护工作簿”，再审核一次。"]
    assert state(book) == before


def test_marks_stay_where_a_password_was_set_since(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(workbook)
    app = App(book)
    installed(monkeypatch, app)
    before = state(book)
    excel.main("audit_workbook")
    sheet = book.sheets["项目1"]
    sheet.api.password = "口令"
    excel.main("clear_marks")
    assert app.told[-1] == "工作表“项目1”设有保护密码，不能清除上面的审核标记。请先在“审阅”里撤销工作表保护，再试一次。"
    sheet.api.password = ""
    excel.main("clear_marks")
    assert state(book) == before


def test_a_hidden_sheet_is_said_to_be_hidden(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(workbook)
    app = App(book)
    installed(monkeypatch, app)
    book.sheets["项目1"].api.Visible = 0
    excel.main("audit_workbook")
    assert app.told[-1].endswith("工作表“项目1”是隐藏的，请先取消隐藏。")
    assert book.selected is None


def test_folder_is_chosen_and_the_report_shown(workbook: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    returns = tmp_path / "回收"
    returns.mkdir()
    (returns / workbook.name).write_bytes(workbook.read_bytes())
    app = App(Book(workbook), picked=returns)
    installed(monkeypatch, app)
    report = tmp_path / "回收-审核结果" / "审核报告.xlsx"
    for asked in ([], [f"{report.parent} 里已有上一次的结果，要换成新的吗？上一份报告里填写的处理意见会一并采用。"]):
        excel.main("audit_folder")
        assert (app.asked, app.picker[-1], app.opened[-1]) == (asked, 4, str(report))
    assert app.told[-1].startswith("共 1 个文件、1 个项目：通过 0，需修改 1；错误 3，警告 1，")

    app.picked, app.told = None, []
    excel.main("import_last_year")
    assert (app.picker[-1], app.told) == (3, [])


def test_two_folders_are_chosen_one_after_the_other(workbook: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("今年", "去年"):
        (tmp_path / name).mkdir()
        (tmp_path / name / workbook.name).write_bytes(workbook.read_bytes())
    app = App(Book(workbook), picked=[tmp_path / "今年", tmp_path / "去年"])
    installed(monkeypatch, app)
    excel.main("compare_years")
    assert (app.picker, app.opened) == ([4, 4], [str(tmp_path / "今年-对比" / "对比.xlsx")])
    assert app.told[-1].endswith(f"逐项对比在 {tmp_path / '今年-对比' / '对比.xlsx'}。")


def test_the_selected_cell_is_explained(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Book(workbook)
    app = App(book)
    installed(monkeypatch, app)
    excel.main("explain_finding")
    assert app.told == ["没有选中单元格。请先选中一个有问题的单元格，再点这个按钮。"]
    book.selected = ("项目1", at("项目性质"))
    excel.main("explain_finding")
    assert app.told[-1].startswith("【错误】项目性质“常年性项目”不在可选范围内。")


def test_no_workbook_and_no_such_action(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, App(None))
    with pytest.raises(UsageError, match="没有打开的工作簿"):
        excel.main("audit_workbook")
    installed(monkeypatch, App(Book(workbook)))
    with pytest.raises(UsageError, match="没有名为 audit 的功能"):
        excel.main("audit")


def test_start_up_does_not_import_xlwings() -> None:
    code = "import toolkit.apps.excel.run, toolkit.apps.excel.xlwings_host, toolkit.apps.excel_command, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"xlwings", "pywintypes", "openpyxl", "pandas"} & set(done.stdout.split())
