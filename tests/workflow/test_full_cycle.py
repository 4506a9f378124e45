"""A whole season through the command line alone: thirty units, some with mistakes, some late, one that never answers.

LibreOffice is the hand of some of the units, openpyxl that of the others.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import Done, Run
from tests.oracle.copy_sheet import Job, edited_all
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, declaration
from tests.shipped import at, shipped_form
from tests.workflow.roster_samples import write_roster
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.spreadsheet.a1 import cell_name

pytestmark = [pytest.mark.uno, pytest.mark.slow]

LEDGER = "审核结果/台账.sqlite"

Cells = dict[str, str | float]

# What the issuer has filled in already.
ISSUED = ("年度", "项目名称", "主管部门", "实施单位")

# One unit a draft, and six more of which something else is to be told.
TWICE, ALIAS, BLANK, BROKEN, LATE, SILENT = (
    "青溪区第二实验小学",
    "青溪区卫生健康委员会（本级）",
    "空表单位",
    "坏文件单位",
    "迟报单位",
    "不报单位",
)
MORE = {
    name: draft.put(
        实施单位=name, 项目名称=f"{draft.head['项目名称']}（{name[:2]}片）", 年度总体目标=f"{name}：{draft.head['年度总体目标']}"
    )
    for name, draft in zip((TWICE, ALIAS, BLANK, BROKEN, LATE, SILENT), DRAFTS, strict=False)
}
SEASON: Mapping[str, Draft] = {str(draft.head["实施单位"]): draft for draft in DRAFTS} | MORE
UNITS = tuple(SEASON)

# What goes wrong at home: cell, what is written there, and the rules that find it.
MISTAKES: Mapping[str, tuple[str, str | float | None, set[str]]] = {
    UNITS[0]: (at("年度资金申请总额"), 870000.0, {"资金-F1"}),
    UNITS[3]: (at("当年财政拨款"), "一百一十八万", {"格式-金额"}),
    UNITS[6]: (at("年度总体目标"), None, {"必填-年度总体目标"}),
    UNITS[9]: (at("计量单位", 2), None, {"指标-单位"}),
    UNITS[12]: (at("符号", 9), "≤", {"指标-方向-正"}),
}

# Units that fill in with LibreOffice; the second of them saves as .ods.
BY_OFFICE = (UNITS[1], UNITS[2], UNITS[12], UNITS[20], TWICE)
AS_ODS = UNITS[2]


def content(draft: Draft) -> Cells:
    """What a unit types into its issued sheet, cell by cell."""
    form = shipped_form()
    assert form.table is not None
    cells: Cells = {}
    for field in form.fields:
        value = draft.head.get(field.name)
        if field.name not in ISSUED and value is not None:
            cells[field.cell] = typed(value)
    for number, line in enumerate(draft.rows, form.table.first_row):
        for column in form.table.columns:
            value = line[column.name]
            if value is not None:
                cells[cell_name(number, column.index)] = typed(value)
    return cells


def typed(value: object) -> str | float:
    """A value as somebody types it: a number where Excel would make one of it."""
    if isinstance(value, date):
        return float((value - date(1899, 12, 30)).days)
    if isinstance(value, Decimal):
        return float(value)
    text = str(value)
    return float(text) if text.replace(".", "", 1).isdigit() else text


def fill(source: Path, target: Path, cells: Mapping[str, str | float | None]) -> None:
    book = openpyxl.load_workbook(source)
    for address, value in cells.items():
        book["项目1"][address] = value
    book.save(target)


def fill_in(unit: str) -> Cells:
    """The content of a unit's return in the first round, with its mistake."""
    cells = content(SEASON[unit])
    if unit in MISTAKES:
        address, value, _ = MISTAKES[unit]
        if value is None:
            del cells[address]
        else:
            cells[address] = value
    return cells


def first_round() -> None:
    """下发 → 一上: what each unit makes of its workbook, and how it comes back."""
    back = Path("一上")
    back.mkdir()
    jobs = []
    for number, unit in enumerate(UNITS):
        source, target = Path(f"下发/{unit}.xlsx"), back / f"{unit}.xlsx"
        if unit in BY_OFFICE:
            saved = target.with_suffix(".ods") if unit == AS_ODS else target
            jobs.append(Job(source, saved, {"项目1": fill_in(unit)}))
        elif unit == ALIAS:
            # Not the issued workbook, and the unit's old name.
            old = MORE[ALIAS].put(实施单位="青溪区 卫生局")
            target.write_bytes(fill_workbook(shipped_form(), [declaration(old)]))
        elif unit == BLANK:
            shutil.copy(source, target)
        elif unit == BROKEN:
            target.write_bytes(source.read_bytes()[:5_000])
        elif unit not in (LATE, SILENT):
            fill(source, back / f"报送{number}.xlsx" if number % 4 == 0 else target, fill_in(unit))
    edited_all(jobs)
    fill(back / f"{TWICE}.xlsx", back / f"{TWICE}（更正）.xlsx", {at("数值", 2): 321})


def second_round() -> None:
    """退改 → 二上: the marked copies corrected, what was missing sent, everything else as it was."""
    shutil.copytree("一上", "二上")
    jobs = []
    for unit, (address, _, _) in MISTAKES.items():
        marked = next(path for path in Path("退改").rglob("*.xlsx") if path.name == returned(unit).name)
        good = content(SEASON[unit])[address]
        place = Path("二上") / returned(unit).name
        if unit in BY_OFFICE:
            jobs.append(Job(marked, place, {"项目1": {address: good}}))
        else:
            fill(marked, place, {address: good})
    edited_all(jobs)
    for unit in (BLANK, BROKEN, LATE):
        fill(Path(f"下发/{unit}.xlsx"), Path(f"二上/{unit}.xlsx"), content(SEASON[unit]))


def returned(unit: str) -> Path:
    number = UNITS.index(unit)
    named = Path(f"一上/{unit}.xlsx")
    return named if unit in BY_OFFICE or number % 4 else Path(f"一上/报送{number}.xlsx")


def errors(done: Done) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for finding in done.json["findings"]:
        if finding["severity"] == "error":
            found.setdefault(finding["unit"] or finding["file"], set()).add(finding["rule"])
    return found


def not_in(done: Done) -> dict[str, str]:
    """The units that have not reported, or not as they should, and why."""
    return {unit["unit"]: unit["status"] for unit in done.json["units"] if unit["status"] != "已报"}


def test_a_season_of_thirty_units(run: Run) -> None:
    lines = [
        {"单位": name, "主管部门": str(draft.head["主管部门"]), "别名": "青溪区卫生局" if name == ALIAS else None}
        for name, draft in SEASON.items()
    ]
    projects = [{"单位": name, "项目名称": str(draft.head["项目名称"])} for name, draft in SEASON.items()]
    write_roster(Path("名单.xlsx"), lines, projects)
    assert run("issue", "名单.xlsx", "-o", "下发", "--year", 2024, "-q").code == 0
    assert sorted(path.stem for path in Path("下发").iterdir()) == sorted(UNITS)

    first_round()
    done = run("check", "一上", "--roster", "名单.xlsx", "-o", "审核结果", "--round", "一上", "--json")
    assert done.code == 4
    assert errors(done) == {
        **{unit: rules for unit, (_, _, rules) in MISTAKES.items()},
        f"一上/{BROKEN}.xlsx": {"文件-损坏"},
        f"一上/{BLANK}.xlsx": {"文件-未填报"},
    }
    assert {file["unit"] for file in done.json["files"] if file["status"] == "passed"} == set(UNITS) - {
        *MISTAKES,
        *(BLANK, BROKEN, LATE, SILENT),
    }
    rules = [(f["rule"], f["unit"]) for f in done.json["findings"] if f["rule"].startswith(("修复-单位", "文件-多份"))]
    assert sorted(rules) == [("修复-单位名称", ALIAS), ("文件-多份报送", TWICE)]

    done = run("annotate", "一上", "--roster", "名单.xlsx", "-o", "退改", "--json")
    assert (done.code, {each["unit"] for each in done.json["marked"]}) == (4, set(MISTAKES))
    assert {each["unit"] for each in done.json["notices"]} == set(MISTAKES)

    done = run("status", "--ledger", LEDGER, "--roster", "名单.xlsx", "-o", "催报名单.xlsx", "--json")
    assert done.code == 4
    assert not_in(done) == {
        **dict.fromkeys(MISTAKES, "需修改"),
        **{TWICE: "重复报送", BLANK: "未填报", BROKEN: "无法读取", LATE: "未报", SILENT: "未报"},
    }
    assert openpyxl.load_workbook("催报名单.xlsx").sheetnames

    second_round()
    done = run("check", "二上", "--roster", "名单.xlsx", "-o", "审核结果", "--round", "二上", "--force", "--json")
    assert (done.code, errors(done)) == (0, {})
    assert done.json["summary"]["files"] == len(UNITS)
    done = run("status", "--ledger", LEDGER, "--roster", "名单.xlsx", "--json")
    assert (done.code, not_in(done)) == (3, {TWICE: "重复报送", SILENT: "未报"})

    done = run("merge", "二上", "--roster", "名单.xlsx", "-o", "汇总", "--latest", "--json")
    assert (done.code, done.json["left_out"]) == (0, [])
    assert {path.name for path in Path("汇总").iterdir()} == {
        "总表.xlsx",
        *(f"{unit}2024年度项目绩效目标汇总表.docx" for unit in UNITS if unit != SILENT),
    }

    done = run("diff", "--ledger", LEDGER, "--rounds", "一上", "二上", "--roster", "名单.xlsx", "-o", "对比.xlsx")
    assert (done.code, done.err) == (0, "")
    assert sorted(line for line in done.out.splitlines() if line.startswith(" ")) == sorted(CHANGES)
    assert done.out.splitlines()[-2:] == ["共 29 个单位，项目新增 3，取消 0，更名 0，变动 5，未变 21。", "已生成 对比.xlsx"]
    before, after = (Path(folder) / returned(UNITS[12]).name for folder in ("一上", "二上"))
    done = run("diff", before, after)
    assert [line for line in done.out.splitlines() if line.startswith(" ")] == [
        "  [变动] 老旧小区综合改造",
        "      指标变动：满意度指标／服务对象满意度指标／改造小区居民满意度：≤90.00(%) → ≥90.00(%)",
    ]


# What the two rounds differ in: the five corrections, and the three units that came later.
CHANGES = (
    "  [变动] 教学楼屋面维修改造工程",
    "      年度资金申请总额：870,000.00 → 860,000.00（-10,000.00，-1.15%）",
    "  [变动] 空气自动监测站运行维护",
    "      当年财政拨款：一百一十八万 → 1,180,000.00",
    "  [变动] 城区河道保洁养护",
    "      年度总体目标：（空） → 对城区 26 条河道实施日常保洁、绿化养护和设施巡查，水面无漂浮物，岸坡整洁，重点断面水质稳定达到Ⅳ类。",
    "  [变动] 交通信号设施维护",
    "      指标变动：产出指标／数量指标／维护信号灯路口：=312.00 → =312.00(处)",
    "  [变动] 老旧小区综合改造",
    "      指标变动：满意度指标／服务对象满意度指标／改造小区居民满意度：≤90.00(%) → ≥90.00(%)",
    "  [新增] 全民阅读推广活动（空表片）",
    "  [新增] 空气自动监测站运行维护（坏文片）",
    "  [新增] 高标准农田建设项目（迟报片）",
)
