"""Issuing from a roster and reading what comes back: pre-filled workbooks, whose they are, and names that differ."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.beside import CASES, needs_shared
from tests.command import Run
from tests.shipped import TEMPLATE, at, declaration, shipped_form
from tests.validator import needs_validator, validate
from tests.workflow.roster_samples import HOSPITAL, SCHOOL, Line, card_template, write_roster
from toolkit.errors import OutputError, UsageError
from toolkit.forms import Form, load_form
from toolkit.forms.roster import Roster, load_roster
from toolkit.intake.batch import read_batch
from toolkit.intake.units import by_unit
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import Value
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.words import NEEDS_CHANGES, NOT_FILLED
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.issue import Issue, IssuedBook, issue_workbooks
from toolkit.workflow.request import Request

pytestmark = pytest.mark.slow

OFFICIAL = shipped_form()


@pytest.fixture
def roster(tmp_path: Path) -> Roster:
    units: list[Line] = [
        {"单位": SCHOOL, "主管部门": "青溪区教育局", "归口科室": "教科文科", "控制数": 1_200_000, "别名": "青溪一小"},
        {"单位": HOSPITAL, "主管部门": "青溪区卫健委", "联系人": "周主任"},
        {"单位": "青溪区图书馆"},
    ]
    projects: list[Line] = [
        {"单位": SCHOOL, "项目名称": "校车更新", "顺序": 2},
        {"单位": SCHOOL, "项目名称": "校园食堂改造", "项目代码": "P-01", "批复金额": 1_200_000, "顺序": 1},
        {"单位": HOSPITAL, "项目名称": "信息系统", "批复金额": 500_000},
    ]
    return load_roster(write_roster(tmp_path / "名单.xlsx", units, projects))


def cells(path: Path, form: Form, *names: str) -> list[list[object]]:
    """What stands in the fields `names` of each project's sheet."""
    book = openpyxl.load_workbook(path)
    sheets = [sheet for sheet in book.worksheets if sheet.title.startswith("项目")]
    return [[sheet[form.by_name[name].cell].value for name in names] for sheet in sheets]


def properties(path: Path) -> Mapping[str, str]:
    with open_package(path, path.name) as package:
        return read_workbook(package).properties


def returned(path: Path, *changes: Mapping[str, Value], stamp: Mapping[str, str] | None = None) -> Path:
    """A return with a project for each of `changes`, written by hand or, with `stamp`, in an issued workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(OFFICIAL, [declaration(each) for each in changes], stamp))
    return path


def check(*paths: Path, roster: Roster | None = None, form: Form = OFFICIAL) -> CheckResult:
    return check_returns(Request([str(path) for path in paths], [form], roster))


def named(result: CheckResult) -> list[tuple[str, str | None]]:
    """The findings and repairs about names, with their cells."""
    return [(f.rule, f.cell) for f in result.findings if f.rule.startswith(("单位-", "项目-", "修复-"))]


def test_a_workbook_for_each_unit_with_what_the_roster_knows(tmp_path: Path, roster: Roster) -> None:
    out = tmp_path / "下发"
    issued = issue_workbooks(roster, OFFICIAL, out, Issue(2026, blank=1))
    assert issued == (
        IssuedBook(out / f"{SCHOOL}.xlsx", SCHOOL, 2, 1),
        IssuedBook(out / f"{HOSPITAL}.xlsx", HOSPITAL, 1, 1),
        IssuedBook(out / "青溪区图书馆.xlsx", "青溪区图书馆", 0, 1),
    )
    assert sorted(path.name for path in out.iterdir()) == sorted(each.path.name for each in issued)
    names = ("年度", "项目名称", "主管部门", "实施单位", "年度资金申请总额")
    head = ["青溪区教育局", SCHOOL, None]
    assert cells(issued[0].path, OFFICIAL, *names) == [
        [2026, "校园食堂改造", *head], [2026, "校车更新", *head], [2026, None, *head],
    ]  # fmt: skip
    assert cells(issued[2].path, OFFICIAL, *names) == [[2026, None, None, "青溪区图书馆", None]]
    said = properties(issued[0].path)
    assert (said["jixiao.kind"], said["jixiao.form"], said["jixiao.version"], said["jixiao.unit"]) == (
        "填报", OFFICIAL.name, OFFICIAL.version, SCHOOL,
    )  # fmt: skip
    assert "自检" in openpyxl.load_workbook(issued[0].path).sheetnames


def test_folders_by_department_and_names_that_files_may_have(tmp_path: Path) -> None:
    units = [
        {"单位": 'A/B:"C"?', "主管部门": "甲|局"}, {"单位": "a／b：＂c＂？（二）", "主管部门": "甲|局"},
        {"单位": "con", "主管部门": "甲|局"}, {"单位": "丁" * 150}, {"单位": "丁" * 151},
    ]  # fmt: skip
    roster = load_roster(write_roster(tmp_path / "名单.xlsx", units))
    issued = issue_workbooks(roster, OFFICIAL, tmp_path / "下发", Issue(by="主管部门"))
    long = "丁" * 78
    assert [str(each.path.relative_to(tmp_path / "下发")) for each in issued] == [
        "甲｜局/A／B：＂C＂？.xlsx", "甲｜局/a／b：＂c＂？（二）.xlsx", "甲｜局/_con.xlsx",
        f"（未写主管部门）/{long}.xlsx", f"（未写主管部门）/{long}（2）.xlsx",
    ]  # fmt: skip
    assert [properties(each.path)["jixiao.unit"] for each in issued] == [unit.name for unit in roster.units]


def test_nothing_is_overwritten_unasked_and_nothing_is_begun_then(tmp_path: Path, roster: Roster) -> None:
    out = tmp_path / "下发"
    out.mkdir()
    (out / "青溪区图书馆.xlsx").write_bytes(b"mine")
    with pytest.raises(OutputError, match="图书馆.xlsx：文件已存在"):
        issue_workbooks(roster, OFFICIAL, out)
    assert [(path.name, path.read_bytes()) for path in out.iterdir()] == [("青溪区图书馆.xlsx", b"mine")]
    assert len(issue_workbooks(roster, OFFICIAL, out, force=True)) == 3


def test_issued_and_returned_untouched_is_not_filled(tmp_path: Path, roster: Roster) -> None:
    out = tmp_path / "下发"
    issue_workbooks(roster, OFFICIAL, out, Issue(2026, blank=2))
    for known in (roster, None):
        files = check(out, roster=known).files
        assert {(file.status, file.unit) for file in files} == {(NOT_FILLED, unit.name) for unit in roster.units}


def test_a_project_left_untouched_among_others_is_asked_for(tmp_path: Path, roster: Roster) -> None:
    path = issue_workbooks(roster, OFFICIAL, tmp_path / "下发", Issue(2025, blank=1))[0].path
    book = openpyxl.load_workbook(path)
    book["项目1"][OFFICIAL.by_name["年度总体目标"].cell] = "完成食堂改造，按期通过验收，保障师生就餐。"
    book.save(path)
    result = check(path, roster=roster)
    assert [d.project for d in result.batch.declarations] == ["校园食堂改造", "校车更新"]
    asked = [(f.rule, f.severity) for f in result.findings if f.project == "校车更新"]
    assert asked == [("项目-未填报", "error")]


@pytest.mark.parametrize(
    "written",
    ["青溪区 人民医院（本部）", "青溪区人民医院(本部)", "青溪区人民医院【本部】", "青溪区人民医院本部", "青溪区人民医院（ 本部 ）"],
)
def test_other_spellings_meet_in_silence(tmp_path: Path, roster: Roster, written: str) -> None:
    first = returned(tmp_path / "收" / "a.xlsx", {"实施单位": written, "项目名称": "信息系统", **half()})
    second = returned(tmp_path / "收" / "b.xlsx", {"实施单位": HOSPITAL, "项目名称": "新增项目"})
    result = check(first, second, roster=roster)
    assert [group.name for group in by_unit(result.batch.declarations)] == [HOSPITAL]
    assert {f.unit for f in result.findings} == {HOSPITAL} and result.files[0].unit == HOSPITAL
    assert named(result) == [("项目-不在名单", at("项目名称"))]
    assert result.batch.declarations[0].value("实施单位") == written


def half() -> dict[str, Value]:
    amounts = {"年度资金申请总额": "500000", "当年财政拨款": "500000", "上年结转资金": "0", "年度其他资金": "0"}
    return {name: Decimal(amount) for name, amount in amounts.items()}


def test_an_alias_is_a_repair_and_the_roster_names_the_unit(tmp_path: Path, roster: Roster) -> None:
    path = returned(tmp_path / "交.xlsx", {"实施单位": "青溪一小"})
    result = check(path, roster=roster)
    repairs = [(f.rule, f.value, f.expected, f.cell) for f in result.findings if f.family == "repair"]
    assert repairs == [("修复-单位名称", "青溪一小", SCHOOL, at("实施单位"))]
    assert [(f.rule, f.severity, f.expected) for f in result.findings if f.family == "declaration"] == [("项目-未报", "error", "校车更新")]
    assert [group.name for group in by_unit(result.batch.declarations)] == [SCHOOL]
    assert result.batch.declarations[0].value("实施单位") == "青溪一小"
    assert result.files[0].status == NEEDS_CHANGES


def test_unknown_units_and_projects_are_told_and_kept(tmp_path: Path, roster: Roster) -> None:
    more = {"实施单位": SCHOOL, "项目名称": "图书购置"}
    path = returned(tmp_path / "交.xlsx", {"实施单位": "青溪区第一小学堂"}, {"实施单位": SCHOOL, "项目名称": "校车更换"}, more)
    result = check(path, roster=roster)
    told = {f.rule: (f.severity, f.sheet, f.cell, f.message, f.suggestion) for f in result.findings}
    assert told["单位-不在名单"] == (
        "warning", "项目1", at("实施单位"), "名单里没有实施单位“青溪区第一小学堂”，按原文审核和汇总。",
        f"名单里相近的是“{SCHOOL}”：写错的请改为单位全称；单位改过名的，把这个名称填进名单的“别名”；新单位请补进名单。",
    )  # fmt: skip
    assert told["项目-不在名单"] == (
        "warning", "项目3", at("项目名称"), f"名单里“{SCHOOL}”没有项目“图书购置”。",
        "请核对项目名称；确是新增的项目，请补进名单的“项目”表。",
    )  # fmt: skip
    assert [group.name for group in by_unit(result.batch.declarations)] == ["青溪区第一小学堂", SCHOOL]

    # A project that was renamed is one finding: it stands where the new name is.
    missing = [(f.severity, f.sheet, f.cell, f.value, f.expected, f.message) for f in result.findings if f.rule == "项目-未报"]
    renamed = "名单中的项目“校车更新”没有报送；报来的“校车更换”名单里没有，像是同一个项目改了名称。"
    assert missing == [
        ("error", "项目2", at("项目名称"), "校车更换", "校车更新", renamed),
        ("error", None, None, None, "校园食堂改造", "名单中的项目“校园食堂改造”（P-01）没有报送。"),
    ]
    assert [f.project for f in result.findings if f.rule.startswith("项目-")] == ["校车更换", "图书购置", "校园食堂改造"]


def test_figures_of_the_roster_are_held_against_what_came(tmp_path: Path, roster: Roster) -> None:
    more = {"年度资金申请总额": Decimal("1200001"), "当年财政拨款": Decimal("1000001")}
    path = returned(tmp_path / "交.xlsx", more)
    messages = {f.rule: f.message for f in check(path, roster=roster).findings if f.severity == "error"}
    assert messages == {
        "项目-未报": "名单中的项目“校车更新”没有报送。",
        "资金-批复金额": "年度资金申请总额 1,200,001.00 元，批复金额 1,200,000.00 元，相差 1.00 元。",
        "资金-F6": "本单位各项目年度资金申请总额合计 1,200,001.00 元，控制数 1,200,000.00 元，相差 1.00 元。",
    }
    assert not check(path).findings


def test_the_stamp_tells_whose_return_it_is(tmp_path: Path, roster: Roster) -> None:
    stamp = {"jixiao.unit": HOSPITAL}
    blank = returned(tmp_path / "1.xlsx", {"实施单位": None}, stamp=stamp)
    assert [(d.unit, d.value("实施单位")) for d in check(blank).batch.declarations] == [(HOSPITAL, None)]
    assert {f.rule for f in check(blank).findings} == {"必填-实施单位"}
    another = returned(tmp_path / "2.xlsx", {}, stamp=stamp)
    for known in (None, roster):
        (finding,) = [f for f in check(another, roster=known).findings if f.rule == "单位-下发不符"]
        assert (finding.severity, finding.unit, finding.cell) == ("warning", SCHOOL, at("实施单位"))
        assert finding.message == f"这份工作簿是下发给“{HOSPITAL}”的，表中实施单位写的是“{SCHOOL}”。"
    renamed = returned(tmp_path / "3.xlsx", {"实施单位": "青溪一小"}, stamp={"jixiao.unit": SCHOOL})
    assert not [f for f in check(renamed, roster=roster).findings if f.rule == "单位-下发不符"]


def test_passwords_of_the_roster_open_its_units_files(tmp_path: Path) -> None:
    msoffcrypto = pytest.importorskip("msoffcrypto.format.ooxml")
    units = [{"单位": f"单位{number}", "密码": f"pw{number}"} for number in range(4)] + [{"单位": SCHOOL, "密码": "开门"}]
    roster = load_roster(write_roster(tmp_path / "名单.xlsx", units))
    plain = returned(tmp_path / "明.xlsx", {})
    folder = tmp_path / "收"
    folder.mkdir()
    with plain.open("rb") as source, (folder / f"{SCHOOL}.xlsx").open("wb") as target:
        msoffcrypto.OOXMLFile(source).encrypt("开门", target)
    assert [file.status for file in read_batch([str(folder)], [OFFICIAL]).files] == ["unreadable"]
    assert [file.unit for file in read_batch([str(folder)], [OFFICIAL], roster=roster).files] == [SCHOOL]


def test_a_roster_in_the_folder_is_no_return(tmp_path: Path, roster: Roster) -> None:
    returned(tmp_path / "甲.xlsx", {})
    assert [Path(file.file).name for file in check(tmp_path, roster=roster).files] == ["甲.xlsx"]


def test_another_form_is_issued_read_and_checked_the_same_way(tmp_path: Path, roster: Roster) -> None:
    form = load_form(card_template(tmp_path / "登记卡.xlsx"))
    path = issue_workbooks(roster, form, tmp_path / "下发")[0].path
    names = ("项目代码", "项目名称", "实施单位", "归口科室", "联系人", "投资额")
    assert cells(path, form, *names) == [
        ["P-01", "校园食堂改造", SCHOOL, "教科文科", None, None], [None, "校车更新", SCHOOL, "教科文科", None, None],
    ]  # fmt: skip
    assert [file.status for file in check(tmp_path / "下发", roster=roster, form=form).files] == [NOT_FILLED] * 3
    book = openpyxl.load_workbook(path)
    for sheet, amount in (("项目1", 1_200_000.01), ("项目2", 5)):
        book[sheet][form.by_name["投资额"].cell] = amount
    book.save(path)
    messages = [(f.rule, f.message) for f in check(path, roster=roster, form=form).findings]
    assert messages == [
        ("投资-批复", "投资额 1,200,000.01 元，批复 1,200,000.00 元。"),
        ("投资-批复", "投资额 5.00 元，批复 （空） 元。"),
        (
            "投资-合计",
            "合计 1,200,005.01 元，控制数 1,200,000.00 元。"
            "“校园食堂改造” 1,200,000.01 ＋ “校车更新” 5.00 应不大于 控制数 1,200,000.00，相差 5.01。",
        ),
    ]
    assert check(path, form=form).findings == ()
    with pytest.raises(UsageError, match="登记卡”没有“年度”字段"):
        issue_workbooks(roster, form, tmp_path / "再发", Issue(2026))


@needs_validator
@pytest.mark.office
def test_thirty_units_open_in_office_and_are_valid(tmp_path: Path) -> None:
    units = [{"单位": f"青溪区第{number}中心", "主管部门": "青溪区民政局"} for number in range(1, 31)]
    projects = [{"单位": unit["单位"], "项目名称": f"{unit['单位']}项目{k}"} for unit in units[::2] for k in (1, 2)]
    roster = load_roster(write_roster(tmp_path / "名单.xlsx", units, projects))
    issued = issue_workbooks(roster, OFFICIAL, tmp_path / "下发", Issue(2026))
    assert [(each.projects, each.blank) for each in issued] == [(2, 0), (0, 1)] * 15
    sample = [issued[0].path, issued[1].path, issued[29].path]
    assert [validate(path) for path in sample[:2]] == [validate(TEMPLATE)] * 2
    for before, after in zip(sample, office.convert_all(sample, "xlsx", tmp_path / "存"), strict=True):
        unit = before.stem
        saved = read_batch([str(after)], [OFFICIAL]).files[0]
        assert (saved.status, saved.unit) == (NOT_FILLED, unit)
        assert {row[0] for row in cells(after, OFFICIAL, "实施单位")} == {unit}


def test_a_file_named_after_a_unit_is_its_own_where_nothing_else_tells(tmp_path: Path, roster: Roster) -> None:
    unnamed = returned(tmp_path / "收" / "青溪一小.xlsx", {"实施单位": None})
    broken = tmp_path / "收" / f"关于{HOSPITAL}的申报表.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    files = {Path(file.file).name: file.unit for file in check(tmp_path / "收", roster=roster).files}
    assert files == {unnamed.name: SCHOOL, broken.name: HOSPITAL}
    assert [file.unit for file in check(tmp_path / "收").files] == [None, None]


def test_a_roster_that_contradicts_itself_is_said_before_anything_is_issued(tmp_path: Path, run: Run) -> None:
    units: list[Line] = [{"单位": SCHOOL, "控制数": 100}, {"单位": HOSPITAL}]
    projects: list[Line] = [{"单位": SCHOOL, "项目名称": "校车更新", "批复金额": 100.01}, {"单位": HOSPITAL, "项目名称": "信息系统"}]
    done = run("issue", write_roster(tmp_path / "名单.xlsx", units, projects), "-o", tmp_path / "下发")
    assert done.code == 2 and not (tmp_path / "下发").exists()
    assert "名单前后矛盾，没有下发：名单.xlsx › 单位 › A2：单位“青溪区第一小学”的控制数 100.00 元" in done.err
    units[0] = {"单位": SCHOOL, "控制数": 101}
    less = write_roster(tmp_path / "少.xlsx", units, projects)
    done = run("issue", less, "-o", tmp_path / "下发")
    assert done.code == 0 and len(list((tmp_path / "下发").iterdir())) == 2
    assert "提醒：少.xlsx › 单位 › A2：单位“青溪区第一小学”的控制数 101.00 元" in done.err
    assert run("form", "lint", less).code == 2


@needs_shared
def test_the_roster_of_a_season_whose_control_no_return_met(tmp_path: Path, run: Run) -> None:
    path = CASES / "16控制数不等于批复合计" / "名单.xlsx"
    done = run("form", "lint", path)
    assert done.code == 2 and done.out.count("\n") == 2
    assert done.out.startswith(
        "名单.xlsx › 单位 › A3：单位“云岭市第一中学”的控制数 9,990,000.00 元，2 个项目的批复金额合计 3,860,000.00 元，"
    )
    done = run("issue", path, "-o", tmp_path / "下发", "-q")
    assert done.code == 0 and done.err.count("提醒：") == 1 and "比控制数少 6,130,000.00 元" in done.err


@pytest.mark.parametrize(("blank", "tabs"), [(0, "“项目1”"), (2, "“项目1”至“项目3”")])
def test_instructions_speak_of_the_sheets_and_the_year_of_the_workbook(tmp_path: Path, blank: int, tabs: str) -> None:
    roster = load_roster(write_roster(tmp_path / "名单.xlsx", [{"单位": SCHOOL}], [{"单位": SCHOOL, "项目名称": "校车更新"}]))
    (issued,) = issue_workbooks(roster, OFFICIAL, tmp_path / "下发", Issue(2031, None, blank))
    before, after = (
        [str(cell.value) for row in openpyxl.load_workbook(path)["填报说明"].iter_rows() for cell in row if cell.value]
        for path in (TEMPLATE, issued.path)
    )
    year = next(re.search(r"（(20\d\d)年度）", text) for text in before if "年度）" in text)
    assert year is not None and any(f"“{OFFICIAL.sheet}”" in text for text in before)
    named = [text.replace(f"标签“{OFFICIAL.sheet}”", "标签“项目1”").replace(f"“{OFFICIAL.sheet}”", tabs) for text in before]
    assert after == [text.replace(year[1], "2031") for text in named]
    assert any(text.startswith(f"{tabs}工作表一张报一个项目。") for text in after)
