"""The roster: what it may look like, every mistake with its place and cure, and how names find their unit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.shipped import ROOT
from toolkit.errors import RosterError
from toolkit.forms.book import read_book
from toolkit.forms.contradictions import contradictions
from toolkit.forms.roster import PROJECT_HEADINGS, UNIT_HEADINGS, Roster, RosterProject, RosterUnit, is_roster, lint_roster, load_roster
from toolkit.workflow.forms import form_paths, lint_workbook

Table = Sequence[Sequence[object]]

UNITS: Table = [
    ["备注", "控制数（元）", "单位", "别名", "密码", "主管部门", "联系人", "归口科室"],
    ["不读", 1_224_000.5, "青溪区第一小学", "一小、青溪一小；第一小学", 123456, "青溪区教育局", "王老师", "教科文科"],
    [None, "500，000元", "青溪区人民医院（本部）", None, "abc", None, None, "社保科"],
    ["小计", 1, "合计", None, None, None, None, None],
]
PROJECTS: Table = [
    ["顺序", "是否公开", "批复金额", "项目代码", "项目名称", "单位"],
    [2, "否", 1_200_000, "P-01", "食堂改造", "青溪区第一小学"],
    [None, None, "24，000.50", None, "校车更新", "一小"],
    [None, None, None, None, None, None],
    [1, "是", None, "P-02", "信息系统", "青溪区人民医院(本部)"],
]


def workbook(path: Path, units: Table, projects: Table | None = None, name: str = "单位") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in units:
        sheet.append(row)
    if projects is not None:
        second = book.create_sheet("项目")
        for row in projects:
            second.append(row)
    book.save(path)
    return path


def edited(path: Path, change: Callable[[Workbook], None]) -> Path:
    workbook(path, UNITS, PROJECTS)
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def test_columns_in_any_order_amounts_as_written_totals_passed_over(tmp_path: Path) -> None:
    path = workbook(tmp_path / "名单.xlsx", UNITS, PROJECTS)
    school = RosterUnit(
        "青溪区第一小学", "青溪区教育局", "教科文科", Decimal("1224000.5"), "123456", ("一小", "青溪一小", "第一小学"), "王老师", "C2"
    )
    hospital = RosterUnit("青溪区人民医院（本部）", "", "社保科", Decimal("500000"), "abc", (), "", "C3")
    assert load_roster(path) == Roster(
        path,
        (school, hospital),
        (
            RosterProject(school.name, "食堂改造", "P-01", Decimal("1200000"), False, 2, "E2"),
            RosterProject(school.name, "校车更新", "", Decimal("24000.50"), True, None, "E3"),
            RosterProject(hospital.name, "信息系统", "P-02", None, True, 1, "E5"),
        ),
    )


@pytest.mark.parametrize("name", ["单位", "Sheet1"])
@pytest.mark.parametrize("title", [[], [["2026 年绩效目标报送单位"], []]])
def test_a_single_column_of_units_is_a_roster(tmp_path: Path, name: str, title: Table) -> None:
    path = workbook(tmp_path / "表.xlsx", [*title, ["单位"], ["甲中心"], ["乙中心"]], [] if name == "单位" else None, name)
    roster = load_roster(path)
    assert [(unit.name, unit.control, unit.aliases) for unit in roster.units] == [("甲中心", None, ()), ("乙中心", None, ())]
    assert roster.projects == ()


def test_a_unit_in_a_cell_merged_over_its_projects(tmp_path: Path) -> None:
    path = workbook(tmp_path / "名单.xlsx", [["单位"], ["甲"], ["乙"]], [["单位", "项目名称"], ["甲", "一"], [None, "二"], ["乙", "三"]])
    book = openpyxl.load_workbook(path)
    book["项目"].merge_cells("A2:A3")
    book.save(path)
    assert [(p.unit, p.name) for p in load_roster(path).projects] == [("甲", "一"), ("甲", "二"), ("乙", "三")]


@pytest.mark.parametrize(
    "name",
    [
        "青溪区人民医院（本部）",
        "青溪区人民医院(本部)",
        " 青溪区 人民医院　（本部）",
        "青溪区人民医院【本部】",
        "青溪区人民医院本部",
        "青溪区医院",
        "ＱＸ医院",
        "qx 医院",
    ],
)
def test_a_unit_is_found_by_any_spelling_of_its_names(name: str) -> None:
    unit = RosterUnit("青溪区人民医院（本部）", aliases=("青溪区医院", "QX医院"))
    roster = Roster(Path("名单.xlsx"), (RosterUnit("青溪区人民医院（北院）"), unit))
    assert roster.find(name) is unit


def test_unknown_names_and_blanks_are_nobody() -> None:
    roster = Roster(Path("名单.xlsx"), (RosterUnit("青溪区人民医院"),))
    assert [roster.find(name) for name in ("青溪区人民医院分院", "", None)] == [None, None, None]
    assert roster.projects_of("没有的单位") == ()


def test_a_project_is_found_by_code_then_name() -> None:
    first, second = RosterProject("甲", "食堂（改造）", "P1"), RosterProject("甲", "校车", "")
    roster = Roster(Path("名单.xlsx"), (RosterUnit("甲"), RosterUnit("乙")), (first, second))
    assert roster.project("甲", "食堂 改造", None) is first
    assert roster.project("甲", "改了名", "p 1") is first
    assert roster.project("甲", "食堂改造", "写错的代码") is first
    assert roster.project("甲", "校车", "P9") is second
    assert roster.project("甲", "图书馆", "") is None and roster.project("乙", "校车", None) is None


def put(sheet: str, cell: str, value: object) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        (put("单位", "C3", "青溪区 第一小学"), "单位 › C3：单位“青溪区 第一小学”与 C2“青溪区第一小学”重复。请删除一行，或写成能区分的全称。"),
        (put("单位", "D3", "一小"), "单位 › C3：单位“青溪区人民医院（本部）”的别名“一小”也是 C2“青溪区第一小学”的名称或别名。一个名称只能指一个单位，请只留在一处。"),
        (put("单位", "D2", "青溪区人民医院本部"), "单位 › C2：单位“青溪区第一小学”的别名“青溪区人民医院本部”也是 C3“青溪区人民医院（本部）”的名称或别名。一个名称只能指一个单位，请只留在一处。"),
        (put("单位", "C3", None), "单位 › C3：这一行没有单位名称。请填写单位全称，或清空这一行。"),
        (put("单位", "B2", "一百万左右"), "单位 › B2：控制数“一百万左右”不是数字。请填数字，如 960000.00；没有这笔钱请填 0，不涉及请留空。"),
        (put("单位", "B2", "386万"), "单位 › B2：控制数“386万”不是以元为单位的数字。请换算成元，只填数字；是 3,860,000.00 元的请填 3860000.00。"),
        (put("项目", "C2", "120 万元"), "项目 › C2：批复金额“120 万元”不是以元为单位的数字。请换算成元，只填数字；是 1,200,000.00 元的请填 1200000.00。"),
        (put("单位", "B2", "=1+2"), "单位 › B2：控制数是公式，文件里没有保存计算结果。请在 Excel 或 WPS 中打开名单，算出结果后保存。"),
        (put("单位", "B1", "控制数（万元）"), "单位 › B1：“控制数（万元）”不是以元为单位。请把金额换算成元，表头改为“控制数”。"),
        (put("项目", "F3", "青溪区图书馆"), "项目 › F3：“单位”表里没有“青溪区图书馆”。请改成“单位”表里的名称或别名，或在该表补上这个单位。"),
        (put("项目", "F3", None), "项目 › F3：这一行没有单位名称。请填写单位，与“单位”表一致。"),
        (put("项目", "E3", None), "项目 › E3：这一行没有项目名称。请填写项目名称，或清空这一行。"),
        (put("项目", "E3", "食堂 改造"), "项目 › E3：“青溪区第一小学”的项目名称“食堂 改造”与 E2 的项目重复。请删除一行；确是两个项目请写成能区分的名称或代码。"),
        (put("项目", "D3", "p-01"), "项目 › E3：“青溪区第一小学”的项目代码“p-01”与 E2 的项目重复。请删除一行；确是两个项目请写成能区分的名称或代码。"),
        (put("项目", "B2", "不"), "项目 › B2：是否公开“不”看不懂。请填“是”或“否”，空白按“是”。"),
        (put("项目", "A2", "第一"), "项目 › A2：顺序“第一”不是整数。请填 1、2、3 这样的整数，不排顺序的留空。"),
        (put("项目", "A2", 1.5), "项目 › A2：顺序“1.5”不是整数。请填 1、2、3 这样的整数，不排顺序的留空。"),
        (put("项目", "E1", "名字"), "项目 › A1：表头缺少“项目名称”列。请在第 1 行补上“项目名称”列。"),
        (put("单位", "C1", "单位名"), "单位 › A1：表头缺少“单位”列。请在第 1 行补上“单位”列。"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_its_place_and_cure(tmp_path: Path, change: Callable[[Workbook], None], mistake: str) -> None:
    path = edited(tmp_path / "名单.xlsx", change)
    with pytest.raises(RosterError) as caught:
        load_roster(path)
    assert caught.value.mistakes[0] == mistake
    assert str(caught.value).startswith(f"名单有误：名单.xlsx › {mistake}")
    assert [str(each) for each in lint_workbook(path)] == list(caught.value.mistakes)


def test_two_projects_of_one_name_with_codes_of_their_own_are_two(tmp_path: Path) -> None:
    rows: Table = [["单位", "项目名称", "项目代码"], ["甲", "设备购置", "1"], ["甲", "设备购置", "2"], ["乙", "设备购置", None]]
    roster = load_roster(workbook(tmp_path / "名单.xlsx", [["单位"], ["甲"], ["乙"]], rows))
    assert [project.code for project in roster.projects_of("甲")] == ["1", "2"]
    assert roster.project("甲", "设备购置", "2") is roster.projects[1]


def test_what_is_no_workbook_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    (tmp_path / "表.txt").write_text("单位\n甲", encoding="utf-8")
    for name, said in (("没有.xlsx", "找不到名单文件"), ("坏.xlsx", "名单读不出来"), ("表.txt", "名单读不出来")):
        with pytest.raises(RosterError, match=said) as caught:
            load_roster(tmp_path / name)
        assert "\n" not in str(caught.value) and caught.value.mistakes == ()
    other = workbook(tmp_path / "别的.xlsx", [["姓名", "电话"], ["张三", "1"]], name="Sheet1")
    with pytest.raises(RosterError, match="单位：缺少工作表“单位”"):
        load_roster(other)


def test_shipped_roster_is_drawn_and_empty_and_the_example_is_sound() -> None:
    blank = read_book(ROOT / "templates" / "名单.xlsx")
    assert is_roster(blank.sheets) and "填写说明" in blank.sheets and blank.properties["jixiao.kind"] == "名单"
    roster, mistakes = lint_roster(blank)
    assert (roster.units, roster.projects, mistakes) == ((), (), ())
    drawn = {name: {cell.value for cell in openpyxl.load_workbook(ROOT / "templates" / "名单.xlsx")[name][1]} for name in ("单位", "项目")}
    assert (set(UNIT_HEADINGS) - drawn["单位"], set(PROJECT_HEADINGS) - drawn["项目"]) == (set(), set())
    with pytest.raises(RosterError, match="名单里没有单位"):
        load_roster(ROOT / "templates" / "名单.xlsx")
    example = load_roster(ROOT / "examples" / "名单.xlsx")
    assert [(u.name, len(example.projects_of(u))) for u in example.units] == [
        ("青溪区公共卫生管理中心", 10), ("青溪区梧桐路街道社区服务中心", 4), ("青溪区疾病预防控制中心", 1),
    ]  # fmt: skip


def test_a_roster_beside_the_templates_is_no_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "templates").mkdir()
    workbook(tmp_path / "templates" / "2026名单.xlsx", UNITS, PROJECTS)
    assert not [name for name in form_paths() if "名单" in name]


def test_what_cannot_be_true_at_once_is_told(tmp_path: Path) -> None:
    units: Table = [
        ["单位", "主管部门", "控制数", "别名"],
        ["甲中学", "云岭市教育局", 100, None],
        ["市教育局（本级）", "云岭市教育局", 300, "市教育局"],
        ["乙小学", "市教育局", 90, None],
        ["丙小学", "云岭市 教育局", 500, None],
        ["丁医院", None, 500, None],
    ]
    projects: Table = [
        ["单位", "项目名称", "项目代码", "批复金额"],
        ["甲中学", "食堂", "A1", 60],
        ["甲中学", "校车", "A2", 40.01],
        ["市教育局（本级）", "培训", "B1", 300],
        ["乙小学", "食堂", "A1", 89],
        ["丙小学", "操场", "C1", 400],
        ["丙小学", "校门", "C2", None],
        ["丁医院", "设备", "D1", -1],
    ]
    path = workbook(tmp_path / "名单.xlsx", units, projects, "各单位")
    figures = "请核对控制数和批复金额，有没有漏列的项目；不核对的留空。"
    same = "像是同一个部门。请写成一样的全称，否则会分成两个部门统计。"
    told = [
        "项目 › B8：项目“设备”的批复金额 -1.00 元小于 0。请核对批复金额。",
        "各单位 › A2：单位“甲中学”的控制数 100.00 元，2 个项目的批复金额合计 100.01 元，比控制数多 0.01 元，怎么填都对不上。" + figures,
        "各单位 › A4：单位“乙小学”的控制数 90.00 元，1 个项目的批复金额合计 89.00 元，比控制数少 1.00 元，只报这些项目对不上。" + figures,
        "各单位 › A6：单位“丁医院”的控制数 500.00 元，1 个项目的批复金额合计 -1.00 元，比控制数少 501.00 元，只报这些项目对不上。"
        + figures,
        "各单位 › A4：单位“乙小学”的主管部门“市教育局”与 A3“市教育局（本级）”的“云岭市教育局”" + same,
        "各单位 › A5：单位“丙小学”的主管部门“云岭市 教育局”与 A2“甲中学”的“云岭市教育局”" + same,
        "项目 › B5：项目“食堂”（A1）在“甲中学”（B2）和“乙小学”名下各有一次。一个项目只归一个单位，请删除一行；确是两个项目请写不同的代码。",
    ]
    assert [str(each) for each in contradictions(load_roster(path))] == told


@pytest.mark.parametrize(
    ("lines", "office"),
    [
        ([["2026年度申报单位名单"], ["报送截止日期：2026-03-20　联系人：王科员　联系电话：0000-00000001"]], ("2026年3月20日", "王科员", "0000-00000001")),
        ([["截止时间", "3月下旬"], ["电话", "0000-1", "联系人", "李会计"]], ("3月下旬", "李会计", "0000-1")),
        ([["2026年度申报单位名单"]], ("", "", "")),
    ],
)  # fmt: skip
def test_above_the_headings_stand_the_deadline_and_whom_to_ask(tmp_path: Path, lines: Table, office: tuple[str, str, str]) -> None:
    roster = load_roster(workbook(tmp_path / "名单.xlsx", [*lines, ["单位", "联系人"], ["甲", "甲的会计"]]))
    assert (roster.office.deadline, roster.office.contact, roster.office.telephone) == office
    assert [unit.contact for unit in roster.units] == ["甲的会计"]
