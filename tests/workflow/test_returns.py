"""Several returns of one unit: alike, they count once; different, somebody has to choose; different projects belong together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.shipped import ROWS, declaration, shipped_form
from tests.workflow.ledger_jobs import form
from toolkit.errors import UsageError
from toolkit.intake.returns import Choice
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value
from toolkit.season.ledger import open_ledger
from toolkit.season.run import Season
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.request import Request

OTHER_SUM: Mapping[str, Value] = {"项目资金总额": Decimal("2000000"), "财政资金": Decimal("2000000")}


@pytest.fixture(autouse=True)
def _in_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, *changes: Mapping[str, Value], at: int = 0, rows: object = ROWS) -> None:
    """Write a return of one unit; `at` is its time in hours."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(shipped_form(), [declaration(each, rows) for each in changes]))  # type: ignore[arg-type]
    os.utime(path, (1_700_000_000 + 3600 * at,) * 2)


def check(latest: bool = False, *use: str) -> CheckResult:
    return check_returns(Request(["回收"], [form()], choice=Choice(latest, use)))


def projects(result: CheckResult) -> list[tuple[str, str | None]]:
    return [(d.file, d.project) for d in result.batch.declarations]


def said(result: CheckResult) -> list[tuple[str, str, str]]:
    return [(f.file, f.rule, f.severity) for f in result.findings if f.family == "file"]


def test_different_projects_in_several_workbooks_belong_together() -> None:
    put("回收/一.xlsx", {"项目名称": "项目一"})
    put("回收/二.xlsx", {"项目名称": "项目二"})
    result = check()
    assert projects(result) == [("回收/一.xlsx", "项目一"), ("回收/二.xlsx", "项目二")]
    assert (said(result), result.batch.conflicts) == ([], ())


def test_the_same_twice_is_taken_once() -> None:
    put("回收/一.xlsx", {"项目名称": "项目一"}, {"项目名称": "项目二"})
    shutil.copy("回收/一.xlsx", "回收/二.xlsx")
    put("回收/三.xlsx", {"项目名称": "项目 二"}, {"项目名称": "项目三"}, at=1)
    os.utime("回收/二.xlsx", (1_700_000_001,) * 2)
    result = check()
    assert projects(result) == [("回收/一.xlsx", "项目一"), ("回收/一.xlsx", "项目二"), ("回收/三.xlsx", "项目三")]
    assert said(result) == [("回收/三.xlsx", "文件-重复报送", "hint"), ("回收/二.xlsx", "文件-重复报送", "hint")]
    assert [file.unit for file in result.files] == ["青溪区第一小学"] * 3
    assert not result.has_errors


def test_different_content_of_one_project_is_told_with_the_difference() -> None:
    put("回收/一.xlsx", {})
    put("回收/二.xlsx", OTHER_SUM, at=1, rows=ROWS[:-1])
    result = check()
    (finding,) = [f for f in result.findings if f.rule == "文件-多份报送"]
    assert (finding.file, finding.severity, finding.family, finding.unit) == (
        "回收/二.xlsx", "warning", "file", "青溪区第一小学",
    )  # fmt: skip
    assert "“回收/一.xlsx”" in finding.message
    assert "校园食堂改造 › 项目资金总额 （空） → 2000000.00" in finding.message and "指标有 1 行不同" in finding.message
    assert "--latest" in finding.suggestion and "--use" in finding.suggestion
    (conflict,) = result.batch.conflicts
    assert (conflict.unit, conflict.rivals) == ("青溪区第一小学", ("回收/一.xlsx", "回收/二.xlsx"))

    # Each return is looked at by itself: the unit did not write one project twice.
    assert "重复-项目" not in {f.rule for f in result.findings}
    assert {d.file for d in result.batch.declarations} == {"回收/一.xlsx", "回收/二.xlsx"}


def test_errors_of_every_return_are_found() -> None:
    wrong: Mapping[str, Value] = {"年度资金申请总额": Decimal("1")}
    put("回收/一.xlsx", wrong)
    put("回收/二.xlsx", {**wrong, **OTHER_SUM}, at=1)
    put("回收/三.xlsx", {**wrong, "项目类别": "其他运转类"}, at=2)
    found = [f.file for f in check().findings if f.rule == "资金-F1"]
    assert sorted(found) == ["回收/一.xlsx", "回收/三.xlsx", "回收/二.xlsx"]


def test_the_latest_is_taken_as_a_whole() -> None:
    put("回收/旧.xlsx", {"项目名称": "项目一"}, {"项目名称": "项目二"}, at=2)
    put("回收/新.xlsx", {"项目名称": "项目一", **OTHER_SUM}, at=3)
    put("回收/另.xlsx", {"项目名称": "项目九"}, at=1)
    result = check(True)
    assert projects(result) == [("回收/另.xlsx", "项目九"), ("回收/新.xlsx", "项目一")]
    (finding,) = [f for f in result.findings if f.rule == "文件-多份报送"]
    assert (finding.file, finding.severity) == ("回收/旧.xlsx", "warning") and "项目二" in finding.message
    assert result.batch.conflicts[0].left == (("回收/旧.xlsx", "回收/新.xlsx"),)


def test_the_clerk_names_the_one_that_counts() -> None:
    put("回收/旧.xlsx", {}, at=1)
    put("回收/新.xlsx", OTHER_SUM, at=2)
    assert projects(check(False, "回收/旧.xlsx")) == [("回收/旧.xlsx", "校园食堂改造")]
    assert projects(check(True, str(Path("回收/旧.xlsx").resolve()))) == [("回收/旧.xlsx", "校园食堂改造")]
    both = check(False, "回收/旧.xlsx", "回收/新.xlsx")
    assert both.batch.conflicts[0].rivals == ("回收/旧.xlsx", "回收/新.xlsx")
    with pytest.raises(UsageError, match="没有.xlsx：--use 指定的文件不在这次读取的文件里"):
        check(False, "没有.xlsx")


def test_the_ledger_knows_better_than_the_clock() -> None:
    put("回收/先到.xlsx", {}, at=9)
    with open_ledger(Path("台账.sqlite")) as ledger:
        check_returns(Request(["回收"], [form()]), season=Season(ledger))
        put("回收/后到.xlsx", OTHER_SUM, at=1)
        by_ledger = check_returns(Request(["回收"], [form()], choice=Choice(latest=True)), season=Season(ledger))
    assert projects(by_ledger) == [("回收/后到.xlsx", "校园食堂改造")]
    assert projects(check(True)) == [("回收/先到.xlsx", "校园食堂改造")]


def test_units_and_years_do_not_mix() -> None:
    put("回收/一.xlsx", {})
    put("回收/二.xlsx", {"实施单位": "青溪区第二小学"})
    put("回收/三.xlsx", {"年度": 2026})
    result = check()
    assert (len(projects(result)), result.batch.conflicts) == (3, ())
