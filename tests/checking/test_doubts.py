"""What reading doubted, as findings; a unit's name against the others of its file and against the file's own name; a wrong year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.shipped import at, declaration, shipped_form
from toolkit.checking.check import check_declarations
from toolkit.checking.doubts import doubt_findings, year_findings
from toolkit.checking.model import Finding
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.reading.model import UNFILLED, Declaration, Doubt

SCHOOL = "青溪区第一小学"
OF_SHEET = Doubt("格式-批注", "warning", "年度总体目标", "B21", "待批复", "B21 有批注。", "请看批注。", unread=(("B21", "待批复"),))
OF_FILE = Doubt("文件-旧版表样", "error", None, None, None, "是旧版表样。", "请用新表样。")


def one(project: str, unit: str | None = SCHOOL, file: str = "回收/甲.xlsx", doubts: Sequence[Doubt] = ()) -> Declaration:
    """A declaration whose single fields stand where the form has them."""
    made = declaration({"项目名称": project, "实施单位": unit}, file=file)
    cells = {name: entry._replace(cell=at(name)) for name, entry in made.entries.items()}
    return replace(made, entries=cells, sheet=f"{project}表", doubts=tuple(doubts))


def found(*declarations: Declaration, roster: Roster | None = None) -> list[Finding]:
    return check_declarations(declarations, replace(shipped_form(), rules=()), roster=roster)


def test_a_doubt_is_told_in_its_sheet_and_one_about_the_file_once() -> None:
    both = [OF_FILE, OF_SHEET]
    other = replace(OF_FILE, message="不是这一年的表样。")
    findings = found(one("一", doubts=both), one("二", doubts=[*both, other]), one("三", file="回收/乙.xlsx", doubts=both))

    def of_file(file: str, doubt: Doubt = OF_FILE) -> Finding:
        return Finding(doubt.rule, "error", "file", file, SCHOOL, None, None, None, None, None, None, doubt.message, "请用新表样。")

    def of_sheet(file: str, project: str) -> Finding:
        return Finding(
            "格式-批注", "warning", "declaration", file, SCHOOL, project, f"{project}表", "B21", "年度总体目标", "待批复", None,
            "B21 有批注。", "请看批注。",
        )  # fmt: skip

    assert findings == [
        of_file("回收/甲.xlsx"),
        of_sheet("回收/甲.xlsx", "一"),
        of_sheet("回收/甲.xlsx", "二"),
        of_file("回收/甲.xlsx", other),
        of_file("回收/乙.xlsx"),
        of_sheet("回收/乙.xlsx", "三"),
    ]


def test_of_a_sheet_that_was_not_filled_in_nothing_else_is_said() -> None:
    empty = Doubt(UNFILLED, "warning", None, None, None, "没有填。", "请填。")
    form = replace(shipped_form(), rules=tuple(rule for rule in shipped_form().rules if rule.id.startswith("必填-")))
    blank = replace(declaration({"年度": None, "项目性质": None}, rows=()), doubts=(OF_SHEET, empty))
    assert [each.rule for each in check_declarations([blank], form)] == ["格式-批注", UNFILLED]
    filled = replace(blank, doubts=(OF_SHEET,))
    both = [each.rule for each in check_declarations([blank, filled], form)]
    assert both[:3] == ["格式-批注", UNFILLED, "格式-批注"]
    assert {"必填-年度", "必填-项目性质"} <= set(both[3:])


def test_a_unit_spelt_in_two_ways_in_one_file() -> None:
    other = "青溪第一小学校"
    [told] = found(one("一", other), one("二"), one("三"), one("四", "青溪区 第一小学"), one("五", other, "回收/乙.xlsx"), one("六", None))
    assert told == Finding(
        "单位-名称不一", "warning", "declaration", "回收/甲.xlsx", other, "一", "一表", at("实施单位"), "实施单位", other, None,
        f"实施单位“{other}”与同一文件其他项目的“{SCHOOL}”不一致，像是同一单位的两种写法。",
        f"请统一写单位全称；确是两个单位请分开报送。（对照：{SCHOOL}）",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "told"),
    [((), True), ((SCHOOL,), True), (("青溪区第二小学",), True), ((SCHOOL, "青溪区第二小学"), False)],
)
def test_two_units_of_the_roster_are_not_two_spellings(listed: Sequence[str], told: bool) -> None:
    roster = Roster(Path("名单.xlsx"), tuple(RosterUnit(name) for name in listed))
    findings = found(one("一", "青溪区第二小学"), one("二"), one("三"), roster=roster)
    assert [each.rule for each in findings] == ["单位-名称不一"] * told


def test_names_that_are_little_alike_are_two_units() -> None:
    assert found(one("一", "青溪区疾病预防控制中心"), one("二"), one("三")) == []


def test_a_files_name_that_says_another_unit() -> None:
    file = "回收/03-青溪区第二小学2025年度绩效目标申报表（修改稿）.xlsx"
    [told] = found(one("一", "青溪区教研室", file), one("二", SCHOOL, file), one("三", SCHOOL, file))
    assert told == Finding(
        "单位-文件名不符", "warning", "declaration", file, SCHOOL, "二", "二表", at("实施单位"), "实施单位", SCHOOL, None,
        f"文件名里的“青溪区第二小学”与表中实施单位“{SCHOOL}”不一致。",
        "请确认文件没有放错、单位没有填错。（对照：青溪区第二小学）",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("file", "claimed"),
    [
        ("青溪区第二小学.xlsx", "青溪区第二小学"),
        ("012 实验中学2025年度绩效目标申报表（终稿）.xlsx", "实验中学"),
        ("张三报送老干部局.xlsx", "老干部局"),
        ("青溪区第二小学财政拨款申报表-上报.xlsx", "青溪区第二小学"),
        ("项目材料 天山卫生院 副本.xlsx", "天山卫生院"),
        ("盖章版扫描件_城关镇政府_第2稿.pdf", "城关镇政府"),
        ("民政局.xlsx", "民政局"),
        ("甲.xlsx", None),
        ("某局.xlsx", None),  # too short to name a body
        ("青溪一小.xlsx", None),  # short for the unit's own name
        ("青溪区第一小学东校区幼儿园.xlsx", None),  # longer than it
        ("第一小学2025年度申报表.xlsx", None),
        ("青溪区教育局-第二小学.xlsx", None),  # the department's name is in it
        ("绩效目标申报表汇总表.xlsx", None),
        ("张三李四.xlsx", None),
        ("局里要的材料.xlsx", None),
    ],
)
def test_what_a_files_name_says(file: str, claimed: str | None) -> None:
    wanted = [f"文件名里的“{claimed}”与表中实施单位“{SCHOOL}”不一致。"] if claimed else []
    assert [each.message for each in found(one("一", file=f"青溪区第三小学/{file}"))] == wanted


def test_a_files_name_may_use_what_the_unit_calls_itself_and_what_the_roster_calls_it() -> None:
    unit = RosterUnit(SCHOOL, aliases=("实验学校",))
    roster = Roster(Path("名单.xlsx"), (unit,))
    file = "实验学校申报表.xlsx"
    assert [each.rule for each in found(one("一", file=file))] == ["单位-文件名不符"]
    assert found(one("一", file=file), roster=roster) == []
    issued = replace(one("一", "实验学校", file), known_as=SCHOOL)
    assert found(issued) == []
    assert found(one("一", None, file)) == []


def test_a_year_other_than_the_seasons() -> None:
    wrong, right = one("一"), declaration({"年度": 2026})
    assert year_findings([right, wrong, declaration({"年度": None})], 2026) == [
        Finding(
            "年度-不符", "error", "declaration", "回收/甲.xlsx", SCHOOL, "一", "一表", at("年度"), "年度", "2025", "2026",
            "年度是 2025，这次申报的是 2026 年度。", "请用 2026 年度下发的表样填报后重新报送；只是年度填错的，请改正。",
        )
    ]  # fmt: skip


def test_each_declaration_has_its_own_doubts() -> None:
    several = [one("一", doubts=[OF_SHEET]), one("二"), one("三", doubts=[OF_SHEET, OF_FILE])]
    assert [[each.rule for each in some] for some in doubt_findings(several)] == [["格式-批注"], [], ["格式-批注", "文件-旧版表样"]]
