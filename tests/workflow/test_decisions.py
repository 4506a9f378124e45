"""A reviewer's decisions: written into 审核报告.xlsx, read back, held while the content stays, dead when it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest

from tests.shipped import ROWS, at, declaration, shipped_form
from toolkit.checking.model import Finding
from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import Outlet
from toolkit.reading.model import Value
from toolkit.season.decisions import read_decisions
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.report import write_report
from toolkit.workflow.request import Request

pytestmark = pytest.mark.slow

Rows = Sequence[Sequence[str | None]]

WRONG_SUM: Mapping[str, Value] = {"年度资金申请总额": Decimal("1210000.00")}
NO_UNIT: Rows = [(*row[:5], None) if row[2] == "改造食堂面积" else row for row in ROWS]
TWO_WITHOUT: Rows = [(*row[:5], None) if row[1] in ("数量指标", "社会效益指标") else row for row in ROWS]
HEAD = 1

# The shipped form with these rules alone, so that a rule added to it adds no finding here.
RULES = ("资金-F1", "指标-单位")


@lru_cache(maxsize=1)
def form() -> Form:
    return replace(shipped_form(), rules=tuple(rule for rule in shipped_form().rules if rule.id in RULES))


@pytest.fixture(autouse=True)
def _in_own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def put(name: str, *changes: Mapping[str, Value], rows: Rows = ROWS) -> None:
    """Write a return, a project for each of `changes`."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [declaration({"项目名称": f"项目{n}", **each}, rows) for n, each in enumerate(changes, start=1)]
    path.write_bytes(fill_workbook(shipped_form(), made))


def check(*, decisions: str | None = None, report: str | None = None) -> CheckResult:
    """Check 回收 with the decisions of an earlier report, and write a new one where `report` names its folder."""
    decided = read_decisions(Path(decisions) / "审核报告.xlsx") if decisions else None
    result = check_returns(Request(["回收"], [form()], decisions=decided))
    if report:
        write_report(result, Path(report), Outlet(force=True), made=datetime(2025, 3, 1, 9, 30))
    return result


def table(report: str) -> list[dict[str, str | None]]:
    """The rows of a report's 问题清单 by heading."""
    sheet = openpyxl.load_workbook(Path(report) / "审核报告.xlsx")["问题清单"]
    heads, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def write(report: str, rule: str, *, number: int = 0, **cells: str | None) -> None:
    """Write into the `number`-th row of `rule` as a reviewer would, and save."""
    path = Path(report) / "审核报告.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    heads = [cell.value for cell in sheet[HEAD]]
    found = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, heads.index("编号") + 1).value == rule]
    for name, text in cells.items():
        sheet.cell(found[number], heads.index(name) + 1).value = text
    book.save(path)


def add(report: str, **cells: str) -> None:
    """Add a row of the reviewer's own below the list."""
    path = Path(report) / "审核报告.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    heads = [cell.value for cell in sheet[HEAD]]
    row = sheet.max_row + 1
    for name, text in cells.items():
        sheet.cell(row, heads.index(name) + 1).value = text
    book.save(path)


def of(result: CheckResult, rule: str) -> list[Finding]:
    return [finding for finding in result.findings if finding.rule == rule]


def status(result: CheckResult) -> dict[str, str]:
    return {file.file: file.status for file in result.files}


def test_a_kept_finding_no_longer_blocks_and_says_why() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    before = check(report="一审")
    assert [f.severity for f in of(before, "资金-F1")] == ["error"] and before.has_errors
    write("一审", "资金-F1", 处理意见="保留", 理由="已与财政局\n核对")
    after = check(decisions="一审", report="二审")
    kept = of(after, "资金-F1")[0]
    assert kept.severity == "hint"
    assert kept.message == f"已说明（原为错误；理由：已与财政局 核对）：{of(before, '资金-F1')[0].message}"
    assert (status(after), after.has_errors, after.notes) == ({"回收/甲.xlsx": "passed"}, False, ())
    assert (before.summary()["errors"], after.summary()["errors"]) == (1, 0)
    assert after.summary()["hints"] == before.summary()["hints"] + 1
    assert {name: getattr(kept, name) for name in ("cell", "value", "unit", "project", "field", "sheet")} == {
        name: getattr(of(before, "资金-F1")[0], name) for name in ("cell", "value", "unit", "project", "field", "sheet")
    }


def test_decisions_carry_over_and_survive_a_re_check() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check(report="一审")
    write("一审", "资金-F1", 处理意见="保留", 理由="已核对")
    check(decisions="一审", report="二审")
    row = next(row for row in table("二审") if row["编号"] == "资金-F1")
    assert (row["级别"], row["处理意见"], row["理由"]) == ("错误\n已说明", "保留", "已核对")
    third = check(decisions="二审", report="三审")
    assert not third.has_errors
    assert table("三审") == table("二审")


@pytest.mark.parametrize("name", ["回收/甲.xlsx", "回收/改名后.xlsx"])
def test_a_re_return_of_the_same_value_keeps_the_decision(name: str) -> None:
    put("回收/甲.xlsx", {}, WRONG_SUM, rows=NO_UNIT)
    check(report="一审")
    for number in (0, 1):
        write("一审", "指标-单位", number=number, 处理意见="保留", 理由="按面积")
    Path("回收/甲.xlsx").unlink()

    # The project has moved to another sheet, and the indicator to another row.
    put(name, {"项目名称": "项目2", **WRONG_SUM}, {"项目名称": "项目1"}, rows=[ROWS[4], *NO_UNIT[:4], *NO_UNIT[4:]])
    after = check(decisions="一审")
    kept = of(after, "指标-单位")
    assert [f.severity for f in kept] == ["hint", "hint"]
    assert {f.cell for f in kept} == {at("计量单位", 3)}
    assert after.notes == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"年度资金申请总额": Decimal("1220000.00")},
        {**WRONG_SUM, "当年财政拨款": Decimal("1000001.00")},
        {**WRONG_SUM, "上年结转资金": None},
    ],
)
def test_a_changed_value_ends_the_decision(changes: Mapping[str, Value]) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check(report="一审")
    write("一审", "资金-F1", 处理意见="保留", 理由="已核对")
    put("回收/甲.xlsx", changes)
    after = check(decisions="一审", report="二审")
    assert [f.severity for f in of(after, "资金-F1")] == ["error"] and after.has_errors
    row = next(row for row in table("二审") if row["编号"] == "资金-F1")
    assert (row["处理意见"], row["理由"]) == (None, None)
    where = "青溪区第一小学 › 项目1 › 年度资金申请总额"
    assert after.notes == (f"问题清单 第 2 行（{where}）：填报内容已变化，原来的意见“保留”不再适用，请重新审核。",)
    overview = openpyxl.load_workbook("二审/审核报告.xlsx")["概览"]
    assert f"上次的意见：{after.notes[0]}" in [cell.value for cell in overview["A"]]


def test_a_decision_is_about_one_indicator_of_one_project_of_one_unit() -> None:
    put("回收/甲.xlsx", {}, {}, rows=TWO_WITHOUT)
    put("回收/乙.xlsx", {"实施单位": "青溪区第二小学"}, rows=TWO_WITHOUT)
    check(report="一审")
    first = next(row for row in table("一审") if row["编号"] == "指标-单位" and row["项目"] == "项目2")
    write(
        "一审", "指标-单位", number=[r["项目"] for r in table("一审") if r["编号"] == "指标-单位"].index("项目2"), 处理意见="保留", 理由="x"
    )
    after = check(decisions="一审")
    kept = [f for f in of(after, "指标-单位") if f.severity == "hint"]
    assert [(f.unit, f.project, f.cell) for f in kept] == [(first["单位"], "项目2", first["单元格"])]
    assert len(of(after, "指标-单位")) == 6


def test_keeping_needs_a_reason() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check(report="一审")
    write("一审", "资金-F1", 处理意见="保留", 理由="　 ")
    after = check(decisions="一审", report="二审")
    assert after.has_errors
    where = "青溪区第一小学 › 项目1 › 年度资金申请总额"
    assert after.notes == (f"问题清单 第 2 行（{where}）：“保留”没有写理由，没有采用。请在“理由”列写明后重新审核。",)
    row = next(row for row in table("二审") if row["编号"] == "资金-F1")
    assert (row["级别"], row["处理意见"], row["理由"]) == ("错误", "保留", None)


def test_an_unknown_decision_is_named_and_not_used() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check(report="一审")
    write("一审", "资金-F1", 处理意见="同意", 理由="已核对")
    after = check(decisions="一审")
    assert after.has_errors
    assert len(after.notes) == 1 and "处理意见“同意”不认识" in after.notes[0]


def test_a_returned_finding_stays_and_is_remembered() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check(report="一审")
    write("一审", "资金-F1", 处理意见="退回", 理由="请改")
    after = check(decisions="一审", report="二审")
    assert [f.severity for f in of(after, "资金-F1")] == ["error"]
    assert next(row for row in table("二审") if row["编号"] == "资金-F1")["处理意见"] == "退回"


@pytest.mark.parametrize(("action", "severity"), [("退回", "error"), (None, "warning")])
def test_a_remark_beside_a_finding_goes_to_the_unit(action: str | None, severity: str) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    original = of(check(report="一审"), "资金-F1")[0]
    write("一审", "资金-F1", 处理意见=action, 人工意见="请附批复文件")
    after = check(decisions="一审", report="二审")
    said = of(after, "人工-意见")
    assert [(f.severity, f.family, f.message) for f in said] == [(severity, "declaration", "审核意见：请附批复文件。")]
    assert [(f.file, f.sheet, f.cell, f.field, f.value) for f in said] == [
        (original.file, original.sheet, original.cell, original.field, original.value)
    ]
    assert all(f.suggestion for f in said)

    # In the next round it is neither doubled nor lost, and ends with the value it was made on.
    again = check(decisions="二审", report="三审")
    assert len(of(again, "人工-意见")) == 1
    assert table("三审") == table("二审")
    put("回收/甲.xlsx", {**WRONG_SUM, "当年财政拨款": Decimal("900000.00")})
    assert of(check(decisions="三审"), "人工-意见") == []


def test_a_remark_in_a_row_of_its_own() -> None:
    put("回收/甲.xlsx", {}, {})
    assert check(report="一审").findings == ()
    add("一审", 单位="青溪区第一小学", 项目="项目2", 字段="年度总体目标", 处理意见="退回", 人工意见="目标没有写明效益")
    after = check(decisions="一审", report="二审")
    assert [(f.rule, f.severity, f.project, f.sheet, f.field) for f in after.findings] == [
        ("人工-意见", "error", "项目2", "项目2", "年度总体目标")
    ]
    assert after.findings[0].cell == shipped_form().by_name["年度总体目标"].cell
    assert status(after) == {"回收/甲.xlsx": "needs_changes"}
    row = table("二审")[0]
    assert (row["编号"], row["处理意见"], row["人工意见"]) == ("人工-意见", "退回", "目标没有写明效益")

    again = check(decisions="二审", report="三审")
    assert again.findings == after.findings and table("三审") == table("二审")
    put("回收/甲.xlsx", {}, {"年度总体目标": "改造完成后全校一千三百名师生就餐条件改善，食品安全事故为零，满意度达到九成以上。"})
    last = check(decisions="三审")
    assert last.findings == () and not last.has_errors
    assert len(last.notes) == 1 and "填报内容已变化" in last.notes[0]


def test_a_remark_finds_its_indicator_and_follows_it() -> None:
    put("回收/甲.xlsx", {})
    check(report="一审")
    add("一审", 单位="青溪区第一小学", 项目="项目1", 字段="数值", 填报内容="受益师生人数", 人工意见="口径不明")
    after = check(decisions="一审", report="二审")
    assert [(f.cell, f.field, f.value, f.severity) for f in after.findings] == [(at("数值", 5), "数值", "1350", "warning")]
    put("回收/甲.xlsx", {}, rows=[ROWS[4], *ROWS[:4], ROWS[5]])
    moved = check(decisions="二审")
    assert [(f.cell, f.value) for f in moved.findings] == [(at("数值"), "1350")]
    put("回收/甲.xlsx", {}, rows=[*ROWS[:4], (*ROWS[4][:4], "1400", "人"), ROWS[5]])
    assert check(decisions="二审").findings == ()


def test_a_remark_about_a_unit_or_a_project() -> None:
    put("回收/甲.xlsx", {}, {})
    check(report="一审")
    add("一审", 单位="青溪区第一小学", 人工意见="请补报名单")
    add("一审", 项目="项目2", 人工意见="与去年重复")
    after = check(decisions="一审", report="二审")
    places = [(f.unit, f.project, f.sheet, f.cell, f.message) for f in after.findings]
    name_cell = shipped_form().by_name["项目名称"].cell
    assert places == [
        ("青溪区第一小学", "项目2", "项目2", name_cell, "审核意见：与去年重复。"),
        ("青溪区第一小学", None, None, None, "审核意见：请补报名单。"),
    ]
    assert not after.has_errors
    assert check(decisions="二审").findings == after.findings


def test_a_remark_without_a_place_is_named() -> None:
    put("回收/甲.xlsx", {})
    check(report="一审")
    add("一审", 单位="没有的单位", 项目="项目1", 人工意见="甲")
    add("一审", 单位="青溪区第一小学", 项目="项目1", 字段="没有的字段", 人工意见="乙")
    add("一审", 人工意见="丙")
    add("一审", 单位="青溪区第一小学", 项目="项目1", 处理意见="退回")
    after = check(decisions="一审")
    assert after.findings == ()
    assert [note.partition("：")[0] for note in after.notes] == [
        "问题清单 第 5 行（青溪区第一小学 › 项目1）",
        "问题清单 第 2 行（没有的单位 › 项目1）",
        "问题清单 第 3 行（青溪区第一小学 › 项目1 › 没有的字段）",
        "问题清单 第 4 行",
        "有 1 条原来的意见，所属单位或项目不在这次审核的文件里；新的审核报告（check -o）把它们留在“以往意见”表，以后审核时照样采用。",
    ]
    assert all(note.endswith("。") for note in after.notes)


def test_a_file_that_cannot_be_read_cannot_be_kept() -> None:
    put("回收/甲.xlsx", {})
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    before = check(report="一审")
    rule = next(f.rule for f in before.findings if f.family == "file")
    write("一审", rule, 处理意见="保留", 理由="算了")
    after = check(decisions="一审")
    assert after.findings == before.findings and after.unreadable == 1
    assert len(after.notes) == 1 and "不能保留" in after.notes[0]


def test_what_was_set_right_is_counted_once() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check(report="一审")
    write("一审", "资金-F1", 处理意见="保留", 理由="已核对")
    put("回收/甲.xlsx", {})
    after = check(decisions="一审")
    assert after.findings == ()
    assert after.notes == ("有 1 条原来的意见没有对应的问题，看来已经改正。",)


def test_decisions_on_units_outside_the_run_are_kept_for_later() -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    second: Mapping[str, Value] = {"实施单位": "青溪区第二小学"}
    put("回收/乙.xlsx", {**WRONG_SUM, **second}, second)
    check(report="审核")
    units = [row["单位"] for row in table("审核") if row["编号"] == "资金-F1"]
    for number, unit in enumerate(units):
        write("审核", "资金-F1", number=number, 处理意见="保留", 理由=f"{unit}已核对", 人工意见="@财务 请附批复")
    add("审核", 单位="青溪区第二小学", 项目="项目2", 字段="年度总体目标", 处理意见="退回", 人工意见="没有写效益")
    whole = check(decisions="审核", report="审核")
    assert [f.severity for f in of(whole, "资金-F1")] == ["hint", "hint"]

    # Two rounds without the second school, each overwriting the report, and none of its decisions lost.
    Path("回收/乙.xlsx").rename("乙.xlsx")
    for _ in range(2):
        partly = check(decisions="审核", report="审核")
        assert partly.notes == (
            "有 2 条原来的意见，所属单位或项目不在这次审核的文件里；新的审核报告（check -o）把它们留在“以往意见”表，以后审核时照样采用。",
        )
        book = openpyxl.load_workbook("审核/审核报告.xlsx")
        assert [sheet.title for sheet in book] == ["概览", "问题清单", "规则统计", "修复记录", "以往意见"]
        heads, *rows = book["以往意见"].iter_rows(values_only=True)
        kept = [dict(zip(heads, row, strict=True)) for row in rows]
        assert [(r["单位"], r["编号"], r["处理意见"], r["理由"], r["人工意见"]) for r in kept] == [
            ("青溪区第二小学", "资金-F1", "保留", "青溪区第二小学已核对", "@财务 请附批复"),
            ("青溪区第二小学", "人工-意见", "退回", None, "没有写效益"),
        ]
        assert all(cell.data_type != "f" for row in book["以往意见"].iter_rows() for cell in row)
        assert "相差" in str(kept[0]["问题"])

    # It comes again: under another name, unchanged in one place and changed in none.
    Path("乙.xlsx").rename("回收/第二小学.xlsx")
    again = check(decisions="审核", report="审核")
    assert again.notes == ()
    assert sorted((f.rule, f.severity, str(f.unit)) for f in again.findings) == sorted(
        (f.rule, f.severity, str(f.unit)) for f in whole.findings
    )
    assert "以往意见" not in openpyxl.load_workbook("审核/审核报告.xlsx").sheetnames

    # And changed: what was decided does not hold any more.
    Path("回收/第二小学.xlsx").unlink()
    check(decisions="审核", report="审核")
    put("回收/乙.xlsx", {**WRONG_SUM, **second, "当年财政拨款": Decimal("1000001.00")}, second)
    changed = check(decisions="审核")
    assert {str(f.unit): f.severity for f in of(changed, "资金-F1")} == {"青溪区第一小学": "hint", "青溪区第二小学": "error"}
    assert changed.notes == (
        "以往意见 第 2 行（青溪区第二小学 › 项目1 › 年度资金申请总额）：填报内容已变化，原来的意见“保留”不再适用，请重新审核。",
    )


def test_sorted_and_filtered_lists_are_read_all_the_same() -> None:
    put("回收/甲.xlsx", WRONG_SUM, rows=NO_UNIT)
    check(report="一审")
    write("一审", "指标-单位", 处理意见="保留", 理由="按面积")
    path = Path("一审/审核报告.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for number, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column).value = value
        sheet.row_dimensions[number].hidden = True
    sheet.insert_rows(1)
    sheet["A1"] = "三月审核"
    book.move_sheet("问题清单", 1)
    book.save(path)
    after = check(decisions="一审")
    assert [f.severity for f in of(after, "指标-单位")] == ["hint"]
    assert [f.severity for f in of(after, "资金-F1")] == ["error"]


def test_a_file_that_is_no_report_is_refused() -> None:
    put("回收/甲.xlsx", {})
    Path("坏.xlsx").write_bytes(b"x")
    for name, words in (("回收/甲.xlsx", "不是审核报告"), ("没有.xlsx", "找不到"), ("坏.xlsx", "坏.xlsx")):
        with pytest.raises(UsageError, match=words):
            read_decisions(Path(name))
