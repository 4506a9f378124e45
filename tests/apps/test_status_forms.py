"""`status` form by form: which forms a unit owes by when, what is missing of them, what came late; several forms are not versions of one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run, put
from tests.shipped import entry
from tests.workflow.roster_samples import write_roster
from toolkit.forms import load_form
from toolkit.forms.roster import load_roster
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value
from toolkit.reading.sheet import read_sheets
from toolkit.resources import examples_dir, templates_dir
from toolkit.sources.open import open_source

pytestmark = pytest.mark.slow

PLAN, EVALUATION, GOALS, WHOLE = "绩效目标申报表", "项目支出绩效自评表", "项目支出绩效目标表", "部门整体支出绩效目标表"
EXAMPLES = {EVALUATION: "自评表", GOALS: GOALS, WHOLE: WHOLE}
BUREAU, SCHOOL, LIBRARY, CLINIC, FARM = "青溪区城市管理局", "青溪区第一小学", "青溪区图书馆", "青溪区人民医院", "青溪区农场"


def sent(unit: str, form: str, place: str, **changes: Value) -> Path:
    """Put the example of a form into a folder as another unit's return."""
    path = Path(place)
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == PLAN:
        return put(place, {"实施单位": unit, **changes})
    drawn = load_form(templates_dir() / f"{form}.xlsx")
    (example,) = (examples_dir() / EXAMPLES[form]).glob("*.xlsx")
    (found,) = [d for grid in open_source(example, example.name).grids for d in read_sheets(grid, drawn, example.name)]
    values = {drawn.roles["单位"]: unit, **changes}
    entries = {**found.entries, **{name: entry(value) for name, value in values.items()}}
    path.write_bytes(fill_workbook(drawn, [replace(found, entries=entries)]))
    return path


def broken_template() -> Path:
    """A template whose fields are nowhere on its sheet, in ./templates."""
    Path("templates").mkdir()
    book = openpyxl.load_workbook(templates_dir() / f"{WHOLE}.xlsx")
    book["表样"]["B2"] = "专项资金表"
    for name in list(book.defined_names):
        del book.defined_names[name]
    path = Path("templates/专项资金表.xlsx")
    book.save(path)
    return path


UNITS: Sequence[dict[str, object]] = (
    {"单位": BUREAU, "应报表样": f"{PLAN}、{EVALUATION}，{GOALS};{WHOLE}", "截止日期": date(2099, 3, 20)},
    {"单位": SCHOOL, "应报表样": f"财政项目支出绩效目标申报表、{EVALUATION}", "联系人": "王老师", "联系电话": "0571-86010001"},
    {"单位": LIBRARY, "应报表样": WHOLE, "截止日期": "2020-01-02"},
    {"单位": CLINIC, "截止日期": 43832},
    {"单位": FARM, "应报表样": f"{WHOLE}、专项资金表"},
)


def season() -> Path:
    """Four forms in one folder, one of the school's two, none of the library's, a broken template that the farm owes as well."""
    for number, form in enumerate((PLAN, EVALUATION, GOALS, WHOLE)):
        sent(BUREAU, form, f"回收/{number}.xlsx")
    sent(SCHOOL, PLAN, "回收/一小.xlsx")
    sent(CLINIC, EVALUATION, "回收/医院.xlsx")
    sent(FARM, WHOLE, "回收/农场.xlsx")
    broken_template()
    return write_roster(Path("名单.xlsx"), UNITS)


def test_each_units_missing_form_is_named(run: Run) -> None:
    names = season()
    done = run("status", "回收", "--roster", names, "--json")
    units = {unit["unit"]: unit for unit in done.json["units"]}
    assert {name: (unit["status"], unit["missing_forms"], unit["late"]) for name, unit in units.items()} == {
        BUREAU: ("已报", [], []),
        SCHOOL: ("需修改", [EVALUATION], []),
        LIBRARY: ("未报", [WHOLE], []),
        CLINIC: ("已报", [], [EVALUATION]),
        FARM: ("需修改", ["专项资金表"], []),
    }
    assert {name: (unit["reason"], unit["versions"], len(unit["files"])) for name, unit in units.items()} == {
        BUREAU: ("", 1, 4),
        SCHOOL: (f"没有报 1 种表：{EVALUATION}。", 1, 1),
        LIBRARY: (f"没有收到报送，应报：{WHOLE}。截止日期 2020-01-02 已过。", 0, 0),
        CLINIC: (f"迟报：{EVALUATION}（截止日期 2020-01-02）。", 1, 1),
        FARM: ("没有报 1 种表：专项资金表。", 1, 1),
    }
    assert all(file["current"] for unit in units.values() for file in unit["files"])
    assert (done.json["unknown_forms"], done.json["others"], done.json["unassigned"]) == (["专项资金表"], [], [])
    assert (units[SCHOOL]["contact"], units[BUREAU]["deadline"]) == ("王老师　0571-86010001", "2099-03-20")

    shown = run("status", "回收", "--roster", names)
    assert "表样“专项资金表”有误，没有用它" in shown.err
    assert "名单“应报表样”里的“专项资金表”没有可用的表样" in shown.err
    forms = {record["file"]: record["表样"] for record in run("export", "回收", "--json").json}
    assert [forms[f"回收/{number}.xlsx"] for number in range(4)] == [PLAN, EVALUATION, GOALS, WHOLE]


def test_the_missing_form_is_in_the_list_and_the_message(run: Run) -> None:
    names = season()
    assert run("status", "回收", "--roster", names, "-o", "待发/催报名单.xlsx", "--send", "文件夹").code == 3
    calls = openpyxl.load_workbook("待发/催报名单.xlsx")["催报名单"]
    rows = {row[2]: row for row in calls.iter_rows(min_row=4, values_only=True)}
    assert set(rows) == {SCHOOL, LIBRARY, FARM}
    assert rows[SCHOOL][3:6] == ("需修改", f"没有报 1 种表：{EVALUATION}。", "王老师　0571-86010001")
    text = Path(f"待发/{LIBRARY}/催报正文.txt").read_text("utf-8-sig")
    assert f"应报：{WHOLE}" in text and "截止日期：2020年1月2日" in text


def test_forms_of_one_project_in_two_folders_are_both_in_force(run: Run) -> None:
    """A later file of the same project on the same form takes the place of the first, one on another form does not."""
    names = write_roster(Path("名单.xlsx"), [{"单位": SCHOOL, "应报表样": f"{PLAN}、{EVALUATION}、{WHOLE}"}])
    project = {"项目名称": "食堂改造"}
    sent(SCHOOL, PLAN, "三月/申报.xlsx", **project)
    sent(SCHOOL, WHOLE, "三月/整体.xlsx", 填表人="甲")
    run("check", "三月", "--ledger", "台账.sqlite")
    sent(SCHOOL, EVALUATION, "四月/自评.xlsx", **project)
    sent(SCHOOL, WHOLE, "四月/整体改.xlsx", 填表人="乙")
    run("check", "四月", "--ledger", "台账.sqlite")
    (unit,) = run("status", "--roster", names, "--json").json["units"]
    assert (unit["status"], unit["missing_forms"]) == ("已报", [])
    assert {file["file"]: file["current"] for file in unit["files"]} == {
        "三月/申报.xlsx": True,
        "三月/整体.xlsx": False,
        "四月/自评.xlsx": True,
        "四月/整体改.xlsx": True,
    }


def test_two_different_returns_of_a_form_that_is_sent_once_contradict_each_other(run: Run) -> None:
    """Were it only in a row of the second table."""
    names = write_roster(Path("名单.xlsx"), [{"单位": BUREAU}])
    first = sent(BUREAU, WHOLE, "回收/甲.xlsx")
    book = openpyxl.load_workbook(first)
    drawn = load_form(templates_dir() / f"{WHOLE}.xlsx")
    book["项目1"][drawn.by_name["主要内容"].cell] = "人员经费、机关公用经费"
    book.save("回收/乙.xlsx")
    (unit,) = run("status", "回收", "--roster", names, "--json").json["units"]
    assert (unit["status"], unit["reason"].partition("：")[0]) == ("重复报送", "有几份不同的报送")
    shutil.copy(first, "回收/乙.xlsx")
    (unit,) = run("status", "回收", "--roster", names, "--json").json["units"]
    assert (unit["status"], unit["reason"].partition("，")[0]) == ("重复报送", "同样内容报送了 2 份")


def test_issued_to_those_who_owe_it(run: Run) -> None:
    names = write_roster(Path("名单.xlsx"), UNITS[1:3])
    done = run("issue", names, "--form", WHOLE, "--year", "2026", "-o", "整体")
    assert (done.code, done.out.splitlines()[-1]) == (0, "名单“应报表样”里没有这张表的 1 个单位没有下发。")
    assert [path.stem for path in Path("整体").iterdir()] == [LIBRARY]
    assert run("issue", names, "--year", "2026", "-o", "申报").code == 0
    issued = openpyxl.load_workbook(f"申报/{SCHOOL}.xlsx")
    assert [path.stem for path in Path("申报").iterdir()] == [SCHOOL] and "项目1" in issued.sheetnames
    refused = run("issue", names, "--form", GOALS, "-o", "目标")
    assert (refused.code, "没有单位应报" in refused.err) == (2, True)


def test_the_telephone_is_filled_in_where_the_form_asks_for_it(run: Run) -> None:
    names = write_roster(Path("名单.xlsx"), [{"单位": LIBRARY, "联系人": "陈馆长", "联系电话": "0571-86010002"}])
    run("issue", names, "--form", WHOLE, "-o", "下发")
    sheet = openpyxl.load_workbook(f"下发/{LIBRARY}.xlsx")["项目1"]
    drawn = load_form(templates_dir() / f"{WHOLE}.xlsx")
    assert [sheet[drawn.by_name[name].cell].value for name in ("填表人", "填表人电话")] == ["陈馆长", "0571-86010002"]


def test_what_the_columns_say(tmp_path: Path, run: Run) -> None:
    roster = load_roster(write_roster(tmp_path / "名单.xlsx", UNITS))
    assert [(unit.forms, unit.deadline) for unit in roster.units[:4]] == [
        ((PLAN, EVALUATION, GOALS, WHOLE), date(2099, 3, 20)),
        (("财政项目支出绩效目标申报表", EVALUATION), None),
        ((WHOLE,), date(2020, 1, 2)),
        ((), date(2020, 1, 2)),
    ]
    wrong = write_roster(tmp_path / "错.xlsx", [{"单位": SCHOOL, "截止日期": "下周五", "控制数": Decimal(5)}])
    done = run("form", "lint", wrong)
    assert (done.code, "截止日期" in done.out, "J2" in done.out) == (2, True, True)
