"""Rules of level 核实: the unit corrects what they find, or explains it in 自检; everything that follows from an explanation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from tests import office
from tests.command import Run
from tests.forms import invented, three_tables
from tests.forms.explainable import OF_FORM, OF_ROW, REASON, declaration, returned, template
from tests.oracle.selfcheck import verdicts
from tests.shipped import entry
from toolkit.forms import Form, lint_form, load_form
from toolkit.reading.explanations import with_explanations
from toolkit.reading.model import Declaration, Value
from toolkit.resources import templates_dir
from toolkit.sources.grid import Grid
from toolkit.values.explained import explained_formula, is_explanation

ASKS = "确有原因不必改的，请在“自检”表这一行的“说明”栏写明原因。"


@pytest.fixture
def form(tmp_path: Path) -> Form:
    invented.word(tmp_path / "课题任务书.docx")
    return load_form(template(tmp_path / "课题任务书.xlsx"))


def explained(found: Any, *keys: str) -> list[tuple[Any, ...]]:
    """Of the findings of these rules: `keys`, in their order."""
    return [tuple(each.get(key) for key in keys) for each in found["findings"] if each["rule"] in (OF_FORM, OF_ROW)]


def test_only_what_stands_on_the_sheet_can_be_explained(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(template(tmp_path / "表.xlsx"))
    rules = book["审核规则"]
    rules.cell(1, 8, "仅批量审核")
    rules.cell(2, 8, "是")
    rules.append(["单位-经费", "核实", "单位", "SUM(经费)>0", "没有经费。", "请核对。", "经费"])
    rules.append(["试行-经费", "核实", "表", "经费>0", "没有经费。", "请核对。", "经费"])
    rules.cell(1, 9, "状态")
    rules.cell(rules.max_row, 9, "试行")
    book.save(tmp_path / "表.xlsx")
    form, mistakes = lint_form(tmp_path / "表.xlsx")
    found = [(each.cell, each.text) for each in mistakes if "核实" in each.text]
    assert found == [(cell, "“核实”的规则要在自检里有“说明”栏，这条规则自检里没有") for cell in ("B2", "B6")]
    rules.delete_rows(6)
    rules.cell(2, 8).value = None
    book.save(tmp_path / "表.xlsx")
    levels = {rule.id: (rule.level, rule.severity, rule.verify) for rule in load_form(tmp_path / "表.xlsx").rules}
    assert {levels[rule] for rule in (OF_FORM, OF_ROW)} == {("核实", "error", True)}
    assert levels["试行-经费"] == ("警告", "warning", False)


def test_the_template_is_told_with_its_level(form: Form, run: Run) -> None:
    assert f"{OF_FORM}  核实，表，启用" in run("form", "show", form.path).out


@pytest.mark.parametrize("kind", ["xlsx", pytest.param("xls", marks=pytest.mark.office), pytest.param("ods", marks=pytest.mark.office)])
def test_an_explanation_makes_it_a_warning_of_that_sheet(form: Form, run: Run, tmp_path: Path, kind: str) -> None:
    one = declaration(form, {OF_FORM: REASON, OF_ROW: "同上。"})
    path = returned(tmp_path / "甲.xlsx", form, one, declaration(form, {OF_FORM: " "}))
    path = path if kind == "xlsx" else office.convert_all([path], kind, tmp_path / kind)[0]
    done = run("check", path, "--form", form.path, "--json")
    assert done.code == 3
    found = Counter(explained(done.json, "sheet", "rule", "severity", "explanation", "suggestion"))
    assert found == {
        ("项目1", OF_FORM, "warning", REASON, "原因成立的不必改；不成立的请改正。"): 1,
        ("项目1", OF_ROW, "error", None, f"请填正数。“说明”栏写的“同上。”没有说出原因，请写清楚。{ASKS}"): 2,
        ("项目2", OF_FORM, "error", None, f"请核对。{ASKS}"): 1,
        ("项目2", OF_ROW, "error", None, f"请填正数。{ASKS}"): 2,
    }
    (message,) = (each["message"] for each in done.json["findings"] if each["severity"] == "warning")
    assert message.startswith(f"单位已说明（{REASON}）：任务合计 1,234,567.89，经费 5.00。")


def test_without_the_list_it_stays_an_error_that_asks_for_no_words(form: Form, run: Run, tmp_path: Path) -> None:
    path = returned(tmp_path / "甲.xlsx", form, declaration(form, {OF_FORM: REASON}))
    book = openpyxl.load_workbook(path)
    del book["自检"]
    book.save(path)
    found = run("check", path, "--form", form.path, "--json").json
    assert set(explained(found, "rule", "severity", "suggestion")) == {(OF_FORM, "error", "请核对。"), (OF_ROW, "error", "请填正数。")}


def test_a_workbook_that_nobody_calculated_keeps_its_explanations(form: Form, run: Run, tmp_path: Path) -> None:
    """A script filled it in: the list's formulas have no results."""
    path = returned(tmp_path / "甲.xlsx", form, declaration(form), declaration(form, wrong=False))
    book = openpyxl.load_workbook(path)
    book["自检"]["I5"], book["自检"]["I6"] = REASON, REASON
    book.save(path)
    done = run("check", path, "--form", form.path, "--json")
    assert (done.code, set(explained(done.json, "severity", "explanation"))) == (0, {("warning", REASON)})


def test_what_is_explained_goes_through_the_year(form: Form, run: Run, tmp_path: Path) -> None:
    both = {OF_FORM: REASON, OF_ROW: "扣分项按办法记为负数"}
    returned(tmp_path / "回收" / "甲.xlsx", form, declaration(form, both))
    common = ("--form", form.path)
    first = run("check", "回收", *common, "--ledger", "台账.db", "-o", "审核")
    again = run("check", "回收", *common, "--ledger", "台账.db", "--json")
    assert (first.code, again.code, again.json["summary"]["warnings"]) == (0, 0, 3)
    assert f"[警告] 智慧养老示范 › 项目1 › B5：单位已说明（{REASON}）：任务合计" in first.out
    assert set(explained(again.json, "rule", "explanation")) == set(both.items())
    sheet = openpyxl.load_workbook(tmp_path / "审核" / "审核报告.xlsx")["问题清单"]
    assert [row[0] for row in sheet.iter_rows(min_row=2, max_row=4, values_only=True)] == ["警告"] * 3
    assert "扣分项按办法记为负数" in (tmp_path / "审核" / "审核报告.html").read_text(encoding="utf-8")
    merged = run("merge", "回收", *common, "-o", "汇总")
    assert merged.code == 0
    assert "已说明 青溪区第一小学 › 智慧养老示范：任务合计 1,234,567.89，经费 5.00。" in merged.out
    listed = openpyxl.load_workbook(tmp_path / "汇总" / "总表.xlsx")["已说明清单"]
    rows = [row[3:6] for row in listed.iter_rows(min_row=4, values_only=True) if row[0]]
    assert [(row[0], row[2]) for row in rows] == [(OF_FORM, REASON), *[(OF_ROW, both[OF_ROW])] * 2]
    assert all("说明" not in row[1] for row in rows)
    assert [each["rule"] for each in run("merge", "回收", *common, "-o", "又", "--json").json["explained"]] == [row[0] for row in rows]
    assert run("import", "回收", *common, "-o", "规范").code == 0
    assert set(explained(run("check", "规范", *common, "--json").json, "rule", "explanation")) == set(both.items())


def test_an_unexplained_one_is_sent_back_with_the_request(form: Form, run: Run, tmp_path: Path) -> None:
    returned(tmp_path / "回收" / "甲.xlsx", form, declaration(form))
    assert run("merge", "回收", "--form", form.path, "-o", "汇总").code == 3
    assert run("annotate", "回收", "--form", form.path, "-o", "退改").code in (0, 3)
    (notice,) = (tmp_path / "退改").rglob("*.docx")
    cells = [cell.text for table in Document(str(notice)).tables for row in table.rows for cell in row.cells]
    assert any(ASKS in text for text in cells)

    # The marked copy keeps the list: what is written there counts when it comes back.
    (marked,) = (tmp_path / "退改").rglob("*.xlsx")
    book = openpyxl.load_workbook(marked)
    sheet = book["自检"]
    assert not sheet["I5"].protection.locked and sheet["H5"].protection.locked and sheet["I7"].protection.locked
    sheet["I5"], sheet["I6"] = REASON, "扣分项按办法记为负数"
    book.save(tmp_path / "回收" / "甲（改）.xlsx")
    done = run("check", "回收", "--form", form.path, "--json")
    assert done.code == 0
    assert {file for file, _ in explained(done.json, "file", "severity")} == {"回收/甲（改）.xlsx"}


def test_a_line_is_known_by_its_sheet_else_by_its_project(form: Form) -> None:
    """A program that renames a sheet may leave its old name in the list."""
    texts = (
        ("工作表", "课题名称", "编号", "级别", "结果", "说明"),
        ("项目1", "智慧养老示范", OF_FORM, "核实", "✘", REASON),
        ("项目2", "另一课题", OF_FORM, "核实", "✘", "另一课题的原因"),
        ("项目2", "另一课题", "必填-经费", "错误", "✘", "不在核实之列"),
    )
    grid = Grid("自检", {(row, column): text for row, line in enumerate(texts, 4) for column, text in enumerate(line, 1)})
    first, other = declaration(form), replace(invented.declaration(form, {"课题": "另一课题"}), sheet="养老")
    said = [each.explanations for each in with_explanations([first, other], [grid])]
    assert said == [{OF_FORM: REASON}, {OF_FORM: "另一课题的原因"}]
    twins = [replace(first, sheet=sheet) for sheet in ("甲", "乙")]
    assert [each.explanations for each in with_explanations(twins, [grid])] == [{}, {}]


def test_each_row_of_a_grid_and_each_table_has_its_own_explanation(run: Run, tmp_path: Path) -> None:
    """Of the shipped self-evaluation, two rows of whose grid break one rule; of a form with three row tables, a rule of the last."""
    path = tmp_path / "自评表.xlsx"
    book = openpyxl.load_workbook(templates_dir() / "项目支出绩效自评表.xlsx")
    rules = book["审核规则"]
    (row,) = (row for row in rules.iter_rows() if row[0].value == "资金-超预算")
    row[1].value = "核实"
    book.save(path)
    spent = load_form(path)
    values: dict[str, Value] = {"年度": 2025, "项目名称": "修路", "实施单位": "甲局"}
    values |= {f"资金.{row}.{column}": n for row in ("年度资金总额", "其他资金") for column, n in (("全年预算数", 10), ("全年执行数", 11))}
    made = Declaration("甲.xlsx", "项目1", spent.name, {f.name: entry(values.get(f.name)) for f in spent.fields}, roles=spent.roles)
    made = replace(made, explanations={"资金-超预算·其他资金": "捐赠款年底到账，未调预算"})
    done = run("check", returned(tmp_path / "甲.xlsx", spent, made), "--form", path, "--json")
    found = {each["field"]: (each["severity"], each.get("explanation")) for each in done.json["findings"] if each["rule"] == "资金-超预算"}
    assert found == {
        "资金.年度资金总额.全年执行数": ("error", None),
        "资金.其他资金.全年执行数": ("warning", "捐赠款年底到账，未调预算"),
    }
    form = load_form(three_tables.template(tmp_path / "三表.xlsx"))
    lines = (("离心机", "研制", 2, Decimal("9999999.00"), date(2026, 5, 1)),)
    one = replace(three_tables.declaration(form, devices=lines), explanations={"设备-单价": "进口设备由捐赠方付款"})
    done = run("check", returned(tmp_path / "乙.xlsx", form, one), "--form", form.path, "--json")
    assert [(each["cell"], each["severity"]) for each in done.json["findings"] if each["rule"] == "设备-单价"] == [("E25", "warning")]


def test_a_name_that_means_no_cells_costs_the_explanations_alone(form: Form, run: Run, tmp_path: Path) -> None:
    path = returned(tmp_path / "甲.xlsx", form, declaration(form, {OF_FORM: REASON}))
    book = openpyxl.load_workbook(path)
    book["自检"].defined_names["_jx说明"].attr_text = "自检!$A$4:$I$99999999"
    book.save(path)
    assert set(explained(run("check", path, "--form", form.path, "--json").json, "severity")) == {("error",)}


def test_of_two_alike_the_explained_one_counts(form: Form, run: Run, tmp_path: Path) -> None:
    returned(tmp_path / "回收" / "甲.xlsx", form, declaration(form))
    returned(tmp_path / "回收" / "乙.xlsx", form, declaration(form, {OF_FORM: REASON, OF_ROW: "扣分项按办法记为负数"}))
    done = run("check", "回收", "--form", form.path, "--json")
    assert done.code == 0
    told = [each for each in done.json["findings"] if each["rule"] == "文件-多份报送"]
    assert [(each["file"], each["severity"]) for each in told] == [("回收/甲.xlsx", "hint")]
    assert told[0]["message"].startswith("同一单位另有内容相同、写明了原因的一份“回收/乙.xlsx”，以那一份为准")


def test_a_decision_outlives_the_explanation(form: Form, run: Run, tmp_path: Path) -> None:
    """What a reviewer kept before the unit explained is known again: the key is that of the problem."""
    path = returned(tmp_path / "甲.xlsx", form, declaration(form))
    assert run("check", path, "--form", form.path, "-o", "审核").code == 3
    report = tmp_path / "审核" / "审核报告.xlsx"
    book = openpyxl.load_workbook(report)
    sheet = book["问题清单"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, heads["处理意见"]).value, sheet.cell(row, heads["理由"]).value = "保留", "已与单位核对"
    book.save(report)
    returned(path, form, declaration(form, {OF_FORM: REASON}))
    done = run("check", path, "--form", form.path, "--decisions", report, "--json")
    assert (done.code, {severity for (severity,) in explained(done.json, "severity")}) == (0, {"hint"})


def test_what_was_explained_is_neither_set_right_nor_open(form: Form, run: Run, tmp_path: Path) -> None:
    returned(tmp_path / "回收" / "甲.xlsx", form, declaration(form))
    common = ("check", "回收", "--form", form.path, "--ledger", "台账.db")
    assert run(*common).code == 3
    returned(tmp_path / "回收" / "甲.xlsx", form, declaration(form, {OF_FORM: REASON}))
    assert "与上一版比，已改 0 处，仍未改 2 处，新增 0 处。" in run(*common).out


TEXTS = (
    *("", " ", "无", "同上", "同上。", "—", "————", "……", "略", "不适用", "没有", "情况属实", "xxxxxx", "20261231", "1.无；2.无", "无\n无"),
    *(
        "上级年底追加",
        "因疫情",
        "因疫情停工",
        "原因：同上",
        "无资金到位",
        "没有收到上级拨款",
        "见附件第3页",
        "见附件说明",
        "a b c d",
        "ABC",
        "ｘｘ说明了",
    ),
    *("预算调减12.5万元", "资金\n未到位", "“原因”", "　　上级　统筹　", "=1+1", "情况属实，没有问题"),
)


@pytest.mark.office
def test_the_sheet_takes_for_an_explanation_what_the_engine_does(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row, text in enumerate((*TEXTS, 2026, None), 1):
        sheet.cell(row, 1).value = text
        sheet.cell(row, 1).data_type = "s" if isinstance(text, str) else "n"
        sheet.cell(row, 2).value = openpyxl.worksheet.formula.ArrayFormula(f"B{row}", f"={explained_formula(f'$A{row}')}")
    book.save(tmp_path / "文.xlsx")
    (path,) = office.convert_all([tmp_path / "文.xlsx"], "xlsx", tmp_path / "算")
    shown = openpyxl.load_workbook(path, data_only=True).active
    assert shown is not None
    found = {shown.cell(row, 1).value: shown.cell(row, 2).value for row in range(1, len(TEXTS) + 3)}
    assert found == {value: is_explanation(value) for value in found}
    assert sum(found.values()) > 10


@pytest.mark.office
def test_the_list_changes_when_something_is_explained(form: Form, run: Run, tmp_path: Path) -> None:
    """Filled in after the workbook was made; LibreOffice recalculates."""
    path = returned(tmp_path / "甲.xlsx", form, declaration(form), declaration(form, wrong=False))
    book = openpyxl.load_workbook(path)
    sheet = book["自检"]
    assert [(row[2], row[8]) for row in sheet.iter_rows(min_row=5, max_row=8, values_only=True)] == [
        *((rule, None) for rule in (OF_FORM, OF_ROW) * 2)
    ]
    sheet["I5"], sheet["I6"], sheet["I7"] = REASON, "无", REASON
    book.save(path)
    (path,) = office.convert_all([path], "xlsx", tmp_path / "算")
    shown = openpyxl.load_workbook(path, data_only=True)
    lines = [row[:9] for row in shown["自检"].iter_rows(min_row=5, max_row=8, values_only=True)]
    assert [(line[0], line[2], line[3], line[4]) for line in lines] == [
        ("项目1", OF_FORM, "核实", "已说明"),
        ("项目1", OF_ROW, "核实", "✘"),
        ("项目2", OF_FORM, "核实", "✔"),
        ("项目2", OF_ROW, "核实", "✔"),
    ]
    assert lines[0][5] == "任务合计 1,234,567.89，经费 5.00。" and lines[0][6] is None
    assert lines[1][6] == "请填正数。“说明”没有说出原因：除套话、数字外至少写 4 个字。"
    assert shown["自检"]["A1"].value == "✘ 还有 1 项未通过"
    said = [[cell.value for row in shown[name].iter_rows(max_row=2, min_col=9, max_col=9) for cell in row] for name in ("项目1", "项目2")]
    assert said[0] == ["！ 有 2 项须核实", "其中错误 0、警告 0、提示 0、核实 2。点此说明"]
    assert [text or "" for text in said[1]] == ["✔ 全部通过", ""]
    assert set(verdicts(path).values()) <= {"✔", "✘", "已说明", "不适用"}
    done = run("check", path, "--form", form.path, "--json")
    assert set(explained(done.json, "rule", "severity", "explanation")) == {(OF_FORM, "warning", REASON), (OF_ROW, "error", None)}
