"""A form with two row tables through the whole year: issued, filled, checked, annotated, merged, exported, compared, read back."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from tests.command import Run
from tests.forms import invented
from tests.rules.small import listed
from tests.workflow.roster_samples import write_roster
from toolkit.forms import Form, lint_form, load_form
from toolkit.forms.computed import formula_mistakes
from toolkit.forms.tables import TableRow
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.spreadsheet.sheet_patch import CellContent

pytestmark = pytest.mark.slow


@pytest.fixture(params=["元", "万元"])
def form(tmp_path: Path, request: pytest.FixtureRequest) -> Form:
    """The form with its amounts in 元, and in 万元 to the last cent."""
    profile = {"元": {}, "万元": {"金额单位": "万元", "金额小数位": 6}}[request.param]
    invented.word(tmp_path / "课题任务书.docx")
    return load_form(invented.template(tmp_path / "课题任务书.xlsx", profile))


def filled(folder: Path, form: Form, **given: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "甲.xlsx"
    path.write_bytes(fill_workbook(form, [invented.declaration(form, **given)]))
    return path


MONEY_LINES = {
    "元": [["需求调研", "234,567.89", "100,000.00", "张三"], ["平台建设", "1,000,000.00", "900,000.00", ""]],
    "万元": [["需求调研", "23.456789", "10.000000", "张三"], ["平台建设", "100.000000", "90.000000", ""]],
}

RECORD = {
    **{"sheet": "项目1", "表样": "课题任务书", "年度": 2026, "课题": "智慧养老示范", "承办机构": "青溪区第一小学", "课题编号": "KT-007"},
    **{"申报年份": 2026, "经费": "1234567.89", "财政投入": "1000000.00", "开题日期": "2026-03-01", "进度": "0.255"},
    "预期成果": "形成可推广的服务流程。",
    "考核": [
        {"方面": "论文", "考核内容": "核心期刊论文", "分值": "40.00", "说明文字": "两篇"},
        {"方面": "专利", "考核内容": "发明专利", "分值": "30.50", "说明文字": None},
        {"方面": "转化", "考核内容": "成果转化", "分值": "29.50", "说明文字": "一项"},
    ],
    "任务": [
        {"任务内容": "需求调研", "任务经费": "234567.89", "任务财政": "100000.00", "负责人": "张三"},
        {"任务内容": "平台建设", "任务经费": "1000000.00", "任务财政": "900000.00", "负责人": None},
    ],
}


def exported(run: Run, path: Path, form: Form) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = run("export", path, "--form", form.path, "--json").json
    return [{name: value for name, value in record.items() if name != "file"} for record in records]


def test_tables_levels_and_prefilled_columns_are_as_declared(form: Form) -> None:
    marks, tasks = form.tables
    assert (marks.name, marks.levels, marks.naming, marks.prefilled) == ("考核", ("方面",), "考核内容", ("方面",))
    assert (tasks.name, tasks.levels, tasks.naming, tasks.first_row, tasks.last_row) == ("任务", (), "任务内容", 9, 13)
    assert [limit.table for limit in form.limits] == ["任务", "考核"]


def test_what_is_filled_comes_back_and_passes(tmp_path: Path, form: Form, run: Run) -> None:
    path = filled(tmp_path / "回收", form)
    assert exported(run, path, form) == [RECORD]
    checked = run("check", path, "--form", form.path, "--json").json
    assert (checked["findings"], checked["files"][0]["status"]) == ([], "passed")


def test_unused_prefilled_rows_count_nothing(tmp_path: Path, form: Form, run: Run) -> None:
    """A blank issued form has every aspect printed and no row; a row with a mark of its own is one."""
    names = write_roster(tmp_path / "名单.xlsx", [{"单位": "青溪区第一小学"}], [{"单位": "青溪区第一小学", "项目名称": "智慧养老示范"}])
    assert run("issue", names, "--form", form.path, "--year", "2026", "-o", tmp_path / "下发").code == 0
    assert run("check", tmp_path / "下发", "--form", form.path, "--json").json["files"][0]["status"] == "not_filled"


def test_rearranged_sheets_read_the_same(tmp_path: Path, form: Form, run: Run) -> None:
    """Rows put in above, a strange column heading, the tables kept: read by their labels, everything at its place."""
    path = filled(tmp_path / "回收", form)
    book = openpyxl.load_workbook(path)
    sheet = book["项目1"]
    for area in [str(area) for area in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(area)
    sheet.protection.sheet = False
    moved = openpyxl.Workbook()
    target = moved.active
    assert target is not None
    target.title = "项目1"
    for row in sheet.iter_rows(max_col=8, max_row=23):
        for cell in row:
            if cell.value is not None:
                target.cell(cell.row + 2, cell.column + 1).value = cell.value
                target.cell(cell.row + 2, cell.column + 1).number_format = cell.number_format
    moved.save(path)
    assert exported(run, path, form) == [RECORD]
    found = run("check", path, "--form", form.path, "--json").json["findings"]
    assert [f["rule"] for f in found if f["family"] == "declaration"] == []


MISTAKES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "第二张行表里的一行": (
        {"tasks": (("需求调研", Decimal("234567.89"), Decimal("300000"), None), invented.TASK_LINES[1])},
        [("任务-财政", "F9")],
    ),
    "合计": ({"changes": {"经费": Decimal("1234567.88")}}, [("任务-合计", "B5")]),
    "第一张行表里的一行": (
        {"marks": (*invented.MARK_LINES, ("人才", "培养博士", Decimal("-1"), None))},
        [("分值-为正", "E19"), ("分值-合计", "E15")],
    ),
    "缺必填": ({"tasks": ((None, Decimal("1234567.89"), None, None),)}, [("必填-任务内容", "A9"), ("行数-任务", "A9")]),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_each_mistake_is_found_at_its_cell(case: str, tmp_path: Path, form: Form, run: Run) -> None:
    given, expected = MISTAKES[case]
    path = filled(tmp_path / "回收", form, **given)
    found = run("check", path, "--form", form.path, "--json").json["findings"]
    assert sorted((f["rule"], f["cell"]) for f in found) == sorted(expected)
    assert run("annotate", path, "--form", form.path, "-o", tmp_path / "退改").code == 3
    marked = openpyxl.load_workbook(next((tmp_path / "退改").glob("*.xlsx")))["项目1"]
    assert all(marked[cell].comment is not None for _, cell in expected)


def test_every_table_is_printed_listed_and_compared(tmp_path: Path, form: Form, run: Run) -> None:
    path = filled(tmp_path / "回收", form)
    assert run("merge", path, "--form", form.path, "-o", tmp_path / "汇总").code == 0
    document = Document(str(tmp_path / "汇总" / "青溪区第一小学2026年度项目绩效目标汇总表.docx"))
    lines = [[cell.text for cell in row.cells] for row in document.tables[1].rows]
    assert lines == [
        ["任务内容", "任务经费", "财政", "负责人"],
        *MONEY_LINES[form.money.unit],
        ["方面", "考核内容", "分值", "说明"],
        ["论文", "核心期刊论文", "40", "两篇"],
        ["专利", "发明专利", "30.5", ""],
        ["转化", "成果转化", "29.5", "一项"],
    ]
    overview = openpyxl.load_workbook(tmp_path / "汇总" / "总表.xlsx", data_only=True)
    assert {"项目明细", "指标明细", "任务明细"} <= set(overview.sheetnames)
    assert run("export", path, "--form", form.path, "-o", tmp_path / "数据.xlsx").code == 0
    sheet = openpyxl.load_workbook(tmp_path / "数据.xlsx")["任务"]
    assert [row[4:6] for row in sheet.iter_rows(min_row=2, values_only=True)] == [("需求调研", 234567.89), ("平台建设", 1000000)]
    (read,) = exported(run, tmp_path / "汇总" / "青溪区第一小学2026年度项目绩效目标汇总表.docx", form)
    assert {**read, "sheet": "项目1"} == RECORD

    tasks = (("需求调研", Decimal("234567.89"), Decimal("100000"), "李四"), ("试点", Decimal("1000000.00"), None, None))
    later = filled(tmp_path / "今年", form, tasks=tasks)
    compared = run("diff", path, later, "--form", form.path, "--json").json
    rows = compared["units"][0]["projects"][0]["indicators"]
    assert [(row["state"], (row["after"] or row["before"])["任务内容"]) for row in rows] == [
        ("changed", "需求调研"),
        ("added", "试点"),
        ("dropped", "平台建设"),
    ]


def test_a_table_that_is_too_short_gets_rows(tmp_path: Path, form: Form, run: Run) -> None:
    tasks = tuple((f"任务{n}", Decimal(100 + n), None, None) for n in range(8))
    path = filled(tmp_path / "回收", form, tasks=tasks)
    (record,) = exported(run, path, form)
    assert [row["任务内容"] for row in record["任务"]] == [f"任务{n}" for n in range(8)]
    assert record["考核"] == RECORD["考核"]


def test_a_rule_about_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = invented.template(tmp_path / "课题任务书.xlsx")
    book = openpyxl.load_workbook(path)
    book["审核规则"]["C3"] = "行:步骤"
    book.save(path)
    assert [(m.cell, m.text) for m in lint_form(path)[1]] == [("C3", "没有行表“步骤”")]


UNITS = {"元": (1, 2), "千元": (1_000, 5), "万元": (10_000, 6), "亿元": (100_000_000, 6)}


@pytest.mark.parametrize("unit", UNITS)
def test_amounts_are_in_the_forms_unit_in_cells_and_rules_and_in_yuan_in_data(unit: str, tmp_path: Path, run: Run) -> None:
    size, places = UNITS[unit]
    form = load_form(invented.template(tmp_path / "课题任务书.xlsx", {"金额单位": unit, "金额小数位": places}))
    last = Decimal(size).scaleb(-places)
    for amount in (last, 12345 * last, Decimal(10) ** 12):
        path = filled(tmp_path / "回收", form, changes={"经费": amount, "财政投入": None}, tasks=(("甲", amount, None, None),))
        cell = openpyxl.load_workbook(path)["项目1"]["B5"].value
        assert Decimal(str(cell)) * size == amount
        (record,) = exported(run, path, form)
        assert (Decimal(str(record["经费"])), Decimal(record["任务"][0]["任务经费"])) == (amount, amount)
        assert run("check", path, "--form", form.path, "--json").json["findings"] == []


def test_more_decimals_than_the_form_has_are_told_and_kept(tmp_path: Path, run: Run) -> None:
    form = load_form(invented.template(tmp_path / "课题任务书.xlsx", {"金额单位": "万元"}))
    path = filled(tmp_path / "回收", form, changes={"经费": Decimal("1234567.89")}, tasks=(("甲", Decimal("1230000"), None, None),))
    found = {f["rule"]: f for f in run("check", path, "--form", form.path, "--json").json["findings"]}
    assert found["格式-小数位"]["message"] == "经费总额 123.456789 万元的小数超过 2 位，已按原数读取。"
    assert found["任务-合计"]["value"] == "1234567.89"
    assert exported(run, path, form)[0]["经费"] == "1234567.89"


def test_a_unit_that_is_printed_is_converted_and_warned(tmp_path: Path, run: Run) -> None:
    """A form in 万元 that came back with 单位：元 on it, and a cell that says 元 itself."""
    form = load_form(invented.template(tmp_path / "课题任务书.xlsx", {"金额单位": "万元", "金额小数位": 6}))
    path = filled(tmp_path / "回收", form, changes={"经费": Decimal("1234567.89")})
    book = openpyxl.load_workbook(path)
    sheet = book["项目1"]
    sheet["B5"], sheet["F5"], sheet["D9"] = 1234567.89, "1000000元", "234567.89元"
    sheet["A2"] = "金额单位：元"
    book.save(path)
    (record,) = exported(run, path, form)
    assert (record["经费"], record["财政投入"]) == ("1234567.89", "1000000.00")
    assert record["任务"][0]["任务经费"] == "234567.89"
    found = run("check", path, "--form", form.path, "--json").json["findings"]
    assert "金额-万元" in {f["rule"] for f in found}


def test_a_tidied_amount_stays_in_the_forms_unit(tmp_path: Path, run: Run) -> None:
    form = load_form(invented.template(tmp_path / "课题任务书.xlsx", {"金额单位": "万元", "金额小数位": 6}))
    path = filled(tmp_path / "回收", form)
    book = openpyxl.load_workbook(path)
    book["项目1"]["B5"] = "123.456789"
    book.save(path)
    assert run("tidy", path, "--form", form.path, "-o", tmp_path / "整理").code == 0
    assert openpyxl.load_workbook(tmp_path / "整理" / "甲.xlsx")["项目1"]["B5"].value == 123.456789
    assert exported(run, tmp_path / "整理" / "甲.xlsx", form) == [RECORD]


TOO_MUCH = (("调研", Decimal("100000"), Decimal("200000"), None), ("平台", Decimal("100000"), Decimal("200000"), None))


def test_rows_of_a_further_table_are_decided_one_by_one(tmp_path: Path, run: Run) -> None:
    """Two tasks with the same figures are two problems; what is decided on one of them is known again by its task, wherever it stands."""
    form = load_form(invented.template(tmp_path / "课题任务书.xlsx"))
    path = filled(tmp_path / "回收", form, changes={"经费": Decimal("200000")}, tasks=TOO_MUCH)
    assert run("check", path, "--form", form.path, "-o", "审核").code == 3
    report = tmp_path / "审核" / "审核报告.xlsx"
    book = openpyxl.load_workbook(report)
    sheet = book["问题清单"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    (row,) = (r for r in range(2, sheet.max_row + 1) if sheet.cell(r, heads["单元格"]).value == "F10")
    sheet.cell(row, heads["处理意见"]).value, sheet.cell(row, heads["理由"]).value = "保留", "已与单位核对"
    book.save(report)
    filled(tmp_path / "回收", form, changes={"经费": Decimal("200000")}, tasks=TOO_MUCH[::-1])
    found = run("check", path, "--form", form.path, "--decisions", report, "--json").json["findings"]
    assert {each["cell"]: each["severity"] for each in found if each["rule"] == "任务-财政"} == {"F9": "hint", "F10": "error"}


# What is typed as 经费 of the first task, in the second table, and what the live list fails: the sum of the tasks, the rule of that row.
TYPED: list[tuple[object, set[str]]] = [
    ("={0}", set()),
    ("{0:,}{1}", set()),
    ("约{0}", {"格式-金额", "任务-合计", "任务-财政"}),
    ("=1/0", {"格式-错误值", "任务-合计", "任务-财政"}),
    (None, {"任务-合计", "任务-财政", "必填-任务经费"}),
]


@pytest.mark.office
def test_the_live_list_reads_numbers_of_every_table(tmp_path: Path, form: Form) -> None:
    amount = form.by_name["任务经费"].face(Decimal("234567.89"))
    paths = []
    for number, (typed, _) in enumerate(TYPED):
        book = FilledBook(form, [invented.declaration(form)])
        book.add_self_checks()
        text = typed.format(amount, form.money.unit) if isinstance(typed, str) else None
        formula = text[1:] if text is not None and text.startswith("=") else None
        book.projects[0].patch.put(9, 4, CellContent(None if formula else text, formula))
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(book.to_bytes())
    found = listed(form, paths, tmp_path / "recalculated")
    assert [{rule for rule, mark in one.items() if mark == "✘"} for one in found] == [rules for _, rules in TYPED]


def test_a_column_of_a_further_table_is_not_computed(form: Form) -> None:
    row = TableRow("字段", 2, {"字段名": "任务经费"}, {"字段名": 1, "公式": 2})
    fields = {**form.by_name, "任务经费": replace(form.by_name["任务经费"], formula="任务财政")}
    (mistake,) = formula_mistakes([row], fields, form.tables[0].names, form.tables[1:], form.lists)
    assert str(mistake) == "字段 › B2：“任务经费”不在第一张行表里，不能由公式算出。请改为填报的列，用规则核对。"
