"""The Excel functions, run through LibreOffice on workbooks of many kinds: every finding marked and visited, everything put back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.excel import workbooks
from tests.excel.uno_host import Office, UnoHost
from tests.shipped import at, shipped_form
from toolkit.apps.excel.run import run_action
from toolkit.workflow.check import check_returns
from toolkit.workflow.forms import load_forms
from toolkit.workflow.live import cells_of
from toolkit.workflow.request import Request

pytestmark = pytest.mark.slow

COLORS = {"error": "#FFB0A0", "warning": "#FFD060", "hint": "#C0E0F0"}
WORDS = {"error": "错误", "warning": "警告", "hint": "提示"}
OURS = ["审核意见", "jixiao_marks"]

Record = Mapping[str, Any]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return workbooks.make(tmp_path_factory.mktemp("工作簿"))


@contextmanager
def opened(running: Office, path: Path) -> Iterator[UnoHost]:
    running.ask("open", str(path))
    try:
        yield UnoHost(running)
    finally:
        running.ask("close")


def findings(path: Path, sheets: Sequence[str] = ()) -> list[Record]:
    """What `check` says of the file, in the order to visit: by sheet, severity and place."""

    def order(each: Record) -> tuple[object, ...]:
        place = re.match(r"([A-Z]+)([0-9]+)", each["cell"] or "A0")
        assert place is not None
        sheet = sheets.index(each["sheet"]) if each["sheet"] in sheets else len(sheets)
        return sheet, list(COLORS).index(each["severity"]), int(place[2]), len(place[1]), place[1]

    return sorted(checked(path), key=order)


@cache
def checked(path: Path) -> list[Record]:
    result = check_returns(Request([str(path)], [shipped_form()])).as_json()
    return [each for each in result["findings"] if each["family"] != "repair"]  # type: ignore[attr-defined]


def first(host: UnoHost, each: Record) -> tuple[str, str]:
    """The first cell of the merged area in which a finding begins."""
    return each["sheet"], host.area(each["sheet"], each["cell"].split(":")[0]).split(":")[0]


def painted(looks: Sequence[Sequence[str]]) -> int:
    """How many cells have a mark's colour; those that are merged into another are cells too."""
    marks = {str(int(color[1:], 16)) for color in COLORS.values()}
    areas = [area for place, color, *_ in looks if color in marks for area in place.split(";")]
    return sum(len(cells_of(area.rpartition(".")[2])) for area in areas)


def by_cell(host: UnoHost, found: Sequence[Record]) -> dict[tuple[str, str], list[Record]]:
    cells: dict[tuple[str, str], list[Record]] = {}
    for each in found:
        if each["cell"]:
            cells.setdefault(first(host, each), []).append(each)
    return cells


def note(found: Sequence[Record]) -> str:
    """The note on a cell, as a marked copy has it."""
    lines = []
    for number, each in enumerate(found, start=1):
        lead = f"{number}. " if len(found) > 1 else ""
        lines += [f"{lead}{WORDS[each['severity']]}：{each['message']}", f"建议：{each['suggestion']}"]
    return "\n".join(["【审核意见】", *lines])


@pytest.mark.parametrize("number", range(workbooks.COUNT))
def test_marks_and_takes_away(libreoffice: Office, books: list[Path], number: int) -> None:
    path = books[number]
    with opened(libreoffice, path) as host:
        found = findings(path, host.sheets())
        expected = by_cell(host, found)
        before = libreoffice.ask("snapshot")
        own = {place: host.note(*place) for place in expected}
        run_action("audit_workbook", host)
        if not found:
            assert host.told[-1].endswith("没有问题。")
            assert libreoffice.ask("snapshot") == before
            return

        marked = libreoffice.ask("snapshot")
        assert {name: marked[name]["formulas"] for name in before} == {name: each["formulas"] for name, each in before.items()}
        assert {name: marked[name]["protected"] for name in before} == {n: each["protected"] for n, each in before.items()}
        assert sum(painted(marked[name]["looks"]) for name in before) == len(expected)
        for place, mine in expected.items():
            gravest = min((each["severity"] for each in mine), key=list(COLORS).index)
            assert host.fill(*place) == COLORS[gravest]
            assert host.note(*place) == (f"{own[place]}\n\n" if own[place] else "") + note(mine)

        rows = host.read("审核意见")[3:]
        assert [(row[1], row[3], row[4], row[7], row[8]) for row in rows] == [
            (WORDS[f["severity"]], f["sheet"] or "", f["cell"] or "", f["message"], f["suggestion"]) for f in found
        ]
        assert [host.fill("审核意见", f"B{row}") for row in range(4, 4 + len(found))] == [COLORS[f["severity"]] for f in found]

        placed = [[*first(host, each)] for each in found if each["cell"]]
        visited = [libreoffice.ask("selected")]
        for _ in placed:
            run_action("next_finding", host)
            visited.append(libreoffice.ask("selected"))
        assert visited == [*placed, placed[0]]

        run_action("clear_marks", host)
        assert host.told[-1] == f"已清除 {len(expected)} 处标记，填充色和批注恢复原样。"
        assert libreoffice.ask("snapshot") == before


def test_there_are_mistakes_and_clean_ones(books: list[Path]) -> None:
    numbers = [len(checked(path)) for path in books]
    assert len(numbers) >= 20 and 0 in numbers and sum(number > 0 for number in numbers) >= 18


def test_unsaved_changes_count_and_old_marks_go(libreoffice: Office, books: list[Path]) -> None:
    with opened(libreoffice, books[0]) as host:
        before = libreoffice.ask("snapshot")
        run_action("audit_workbook", host)
        assert host.told[-1].endswith("没有问题。")
        libreoffice.ask("put", "项目1", at("年度资金申请总额"), 1.0)
        for _ in range(2):
            run_action("audit_workbook", host)
            assert host.sheets()[0] == "审核意见" and host.sheets().count("审核意见") == 1
            assert host.fill("项目1", at("年度资金申请总额")) == COLORS["error"]
            assert (host.note("项目1", at("年度资金申请总额")) or "").count("【审核意见】") == 1
        libreoffice.ask("put", "项目1", at("年度资金申请总额"), 860000.0)
        run_action("audit_workbook", host)
        assert host.told[-1].endswith("没有问题。")
        assert libreoffice.ask("snapshot") == before


def test_marks_follow_their_cells(libreoffice: Office, books: list[Path]) -> None:
    """Rows inserted above, a fill chosen since, an answer below the note, a row deleted: all of that is the user's and stays."""
    with opened(libreoffice, books[1]) as host:
        fill = host.fill("项目1", at("年度资金申请总额"))
        run_action("audit_workbook", host)
        assert host.fill("项目1", at("年度资金申请总额")) == COLORS["error"]
        libreoffice.ask("unlock", "项目1")
        libreoffice.ask("insert_row", "项目1", 2)
        host.add_note("项目1", at("当年财政拨款"), "\n已改正")
        run_action("clear_marks", host)
        assert host.fill("项目1", at("当年财政拨款")) == fill
        assert host.note("项目1", at("当年财政拨款")) == "财务科：金额已与批复核对，\n见附件 2。\n已改正"

        run_action("audit_workbook", host)
        libreoffice.ask("unlock", "项目1")
        host.paint("项目1", at("当年财政拨款"), "#00FF00")
        run_action("clear_marks", host)
        assert host.fill("项目1", at("当年财政拨款")) == "#00FF00"

        run_action("audit_workbook", host)
        libreoffice.ask("unlock", "项目1")
        libreoffice.ask("delete_row", "项目1", 8)
        run_action("clear_marks", host)
        assert not set(OURS) & set(host.sheets())
        assert all(host.fill("项目1", f"E{row}") not in COLORS.values() for row in range(1, 30))


def test_a_sheet_with_a_password_is_listed_only(libreoffice: Office, books: list[Path]) -> None:
    with opened(libreoffice, books[1]) as host:
        libreoffice.ask("unlock", "项目1")
        libreoffice.ask("lock", "项目1", "口令")
        before = libreoffice.ask("snapshot")
        run_action("audit_workbook", host)
        assert "工作表“项目1”设有保护密码，没有标色；问题见“审核意见”表。" in host.told[-1]
        assert libreoffice.ask("selected") == ["项目1", at("年度资金申请总额")]
        assert libreoffice.ask("snapshot")["项目1"] == before["项目1"]
        run_action("clear_marks", host)
        assert libreoffice.ask("snapshot") == before


def test_the_finding_at_the_selected_cell_is_explained(libreoffice: Office, books: list[Path]) -> None:
    """The first finding of an audit is selected, and explained from a copy that has the marks in it."""
    with opened(libreoffice, books[1]) as host:
        run_action("audit_workbook", host)
        run_action("explain_finding", host)
        assert host.told[-1].startswith("【错误】年度资金申请总额 123.45 元")
        assert f"年度资金申请总额 = 123.45（{at('年度资金申请总额')}）" in host.told[-1]
        host.select("项目1", at("项目名称"))
        run_action("explain_finding", host)
        assert host.told[-1].startswith(f"项目1 {at('项目名称')}：这一格没有审核意见。")


def test_a_workbook_saved_with_marks_reads_as_without(libreoffice: Office, books: list[Path], tmp_path: Path) -> None:
    saved = tmp_path / books[1].name
    with opened(libreoffice, books[1]) as host:
        run_action("audit_workbook", host)
        host.save_copy(saved)

    def told(path: Path) -> list[tuple[str, str, str, str]]:
        return [(each["rule"], each["sheet"], each["cell"], each["message"]) for each in findings(path)]

    assert told(saved) == told(books[1])
    with opened(libreoffice, saved) as host:
        run_action("clear_marks", host)
        assert not set(OURS) & set(host.sheets())
        assert host.note("项目1", at("年度资金申请总额")) == "财务科：金额已与批复核对，\n见附件 2。"


def test_what_is_not_our_form(libreoffice: Office, tmp_path: Path) -> None:
    path = tmp_path / "自评表.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    book.save(path)
    said = check_returns(Request([str(path)], load_forms(None))).as_json()["findings"][0]  # type: ignore[index]
    with opened(libreoffice, path) as host:
        before = libreoffice.ask("snapshot")
        for action in ("audit_workbook", "next_finding", "clear_marks"):
            run_action(action, host)
        assert host.told == [
            f"自评表.xlsx：{said['message']}{said['suggestion']}",
            "这个工作簿里还没有审核意见。请先点“审核当前工作簿”。",
            "这个工作簿里没有审核标记。",
        ]
        assert libreoffice.ask("snapshot") == before
