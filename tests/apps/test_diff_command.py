"""`jixiao diff` as it is used: what the screen says, 对比.xlsx, the JSON's structure, exit codes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run, blank_template, hashes, other_form
from tests.office import convert
from tests.shipped import ROWS, TEMPLATE, declaration, shipped_form
from tests.validator import needs_validator, validate
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import Value
from toolkit.spreadsheet.properties import custom_properties

pytestmark = pytest.mark.slow

GOAL = "完成食堂操作间和就餐区改造，更换老旧灶具，暑假结束前通过验收，供全校 1200 名师生就餐。"
NEW_GOAL = "完成食堂操作间和就餐区改造，更换老旧灶具，寒假结束前通过验收，供全校 1280 名师生就餐。"
OLD_ROWS = [("效益指标", "社会效益指标", "受益师生人数", "≥", "1350", "人"), *ROWS[:4], ROWS[5]]
NEW_ROWS = [
    *(("效益指标", "可持续影响指标", "受益师生人数", "≥", "1350", "人"), ROWS[0], (*ROWS[1][:4], "450", ROWS[1][5])),
    *(ROWS[2], ("产出指标", "时效指标", "工程按期完工率", "=", "100", "%"), ("效益指标", "经济效益指标", "=1+1", "≤", "5", "万元")),
]
WELL = {"项目名称": "=1+1", "年度总体目标": "打一口机井，解决操场绿化用水，九月底前完成抽水试验并交付使用。"}


def put(name: str | Path, *changes: Mapping[str, Value], rows: Sequence[Sequence[str | None]] = ROWS) -> None:
    """Write a filled workbook, one project for each of `changes`, all with the same indicators."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    projects = [declaration({"项目名称": f"项目{n}", **each}, rows) for n, each in enumerate(changes, start=1)]
    path.write_bytes(fill_workbook(shipped_form(), projects))


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with 去年 and 今年, one change of every kind between them."""
    folder = tmp_path_factory.mktemp("两年")
    put(folder / "去年/甲.xlsx", {"项目名称": "食堂改造", "年度总体目标": GOAL}, {"项目名称": "围墙维修"}, rows=OLD_ROWS)
    put(folder / "去年/乙.xlsx", {"实施单位": "青溪区第二小学"})
    sums = {"当年财政拨款": Decimal("1100000"), "年度资金申请总额": Decimal("1300000")}
    put(folder / "今年/甲.xlsx", {"项目名称": "食堂改造", "年度总体目标": NEW_GOAL, **sums}, WELL, rows=NEW_ROWS)
    put(folder / "今年/乙.xlsx", {"实施单位": "青溪区第二小学 ", "项目名称": "项目1（二期）"})
    return folder


@pytest.fixture
def two_years(run: Run, years: Path) -> Run:
    """去年 and 今年 in the current folder."""
    shutil.copytree(years, ".", dirs_exist_ok=True)
    return run


SCREEN = """\
青溪区第二小学：新增 0，取消 0，更名 1，变动 0，未变 0；年度资金申请总额 1,200,000.00 → 1,200,000.00
  [更名] 项目1 → 项目1（二期）（相似 87%）
青溪区第一小学：新增 1，取消 1，更名 0，变动 1，未变 0；年度资金申请总额 2,400,000.00 → 2,500,000.00（+100,000.00，+4.17%）
  [变动] 食堂改造
      年度资金申请总额：1,200,000.00 → 1,300,000.00（+100,000.00，+8.33%）
      当年财政拨款：1,000,000.00 → 1,100,000.00（+100,000.00，+10.00%）
      年度总体目标：…改造，更换老旧灶具，〔删：暑〕〔增：寒〕假结束前通过验收，供全校〔删：1200〕〔增：1280〕名师生就餐。
      指标移动：受益师生人数：效益指标／社会效益指标 → 效益指标／可持续影响指标
      指标变动：产出指标／数量指标／改造食堂面积：=400.00(平方米) → =450.00(平方米)
      指标更名：产出指标／时效指标：工程按期完成率 → 工程按期完工率
      指标新增：效益指标／经济效益指标／=1+1 ≤5.00(万元)
      指标取消：满意度指标／服务对象满意度指标／就餐师生满意度 ≥90.50(%)
  [新增] =1+1
  [取消] 围墙维修
共 2 个单位，项目新增 1，取消 1，更名 1，变动 1，未变 0。
"""


def test_the_screen_tells_every_change(two_years: Run) -> None:
    before = hashes(".")
    done = two_years("diff", "去年", "今年")
    assert (done.code, done.err) == (0, "")
    assert done.out == SCREEN
    assert hashes(".") == before


def test_quiet_leaves_the_units_and_the_sum(two_years: Run) -> None:
    done = two_years("diff", "去年", "今年", "-q")
    lines = SCREEN.splitlines()
    assert done.out.splitlines() == [lines[0], lines[2], lines[-1]]


def test_all_lists_what_did_not_change(two_years: Run) -> None:
    done = two_years("diff", "去年/乙.xlsx", "去年/乙.xlsx", "--all")
    assert done.out.splitlines() == [
        "青溪区第二小学：新增 0，取消 0，更名 0，变动 0，未变 1；年度资金申请总额 1,200,000.00 → 1,200,000.00",
        "  [未变] 项目1",
        "      指标未变：成本指标／经济成本指标／单位面积改造成本 ≤3000.00(元/平方米)",
        "      指标未变：产出指标／数量指标／改造食堂面积 =400.00(平方米)",
        "      指标未变：产出指标／质量指标／工程验收合格率 =100.00(%)",
        "      指标未变：产出指标／时效指标／工程按期完成率 =100.00(%)",
        "      指标未变：效益指标／社会效益指标／受益师生人数 ≥1350.00(人)",
        "      指标未变：满意度指标／服务对象满意度指标／就餐师生满意度 ≥90.50(%)",
        "共 1 个单位，项目新增 0，取消 0，更名 0，变动 0，未变 1。",
    ]


def test_json_has_its_structure(two_years: Run) -> None:
    done = two_years("diff", "去年", "今年", "--json").json
    assert list(done) == ["before", "after", "summary", "forms", "notes", "units", "files"]
    assert done["before"] == {"title": "去年", "files": 2, "declarations": 3}
    counts = {"added": 1, "dropped": 1, "renamed": 1, "changed": 1, "same": 0}
    assert done["summary"] == {"units": 2, **counts, "routine": 0}
    unit = done["units"][1]
    assert list(unit) == ["state", "before", "after", "years", "counts", "amount", "projects"]
    sums = {"before": "2400000.00", "after": "2500000.00", "difference": "100000.00"}
    assert unit["amount"] == {"field": "年度资金申请总额", **sums}
    project = unit["projects"][0]
    assert list(project) == ["state", "before", "after", "matched", "likeness", "fields", "indicators"]
    assert project["before"] == {
        "project": "食堂改造",
        "file": "去年/甲.xlsx",
        "sheet": "项目1",
        "表样": "绩效目标申报表",
        "年度": 2025,
    }
    assert project["fields"][0] == {
        "field": "年度资金申请总额",
        "before": "1200000.00",
        "after": "1300000.00",
        "difference": "100000.00",
        "percent": "8.33",
        "routine": False,
    }
    parts = project["fields"][2]["parts"]
    assert "".join(part["text"] for part in parts if part["kind"] != "removed") == NEW_GOAL
    assert [part["text"] for part in parts if part["kind"] == "removed"] == ["暑", "1200 "]
    assert [each["state"] for each in project["indicators"]] == ["moved", "changed", "renamed", "added", "dropped"]
    assert project["indicators"][1]["after"]["指标值"] == "=450.00(平方米)"
    assert [(each["side"], each["file"], each["status"]) for each in done["files"]] == [
        ("before", "去年/乙.xlsx", "passed"),
        ("before", "去年/甲.xlsx", "passed"),
        ("after", "今年/乙.xlsx", "passed"),
        ("after", "今年/甲.xlsx", "passed"),
    ]


def cells(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[tuple[object, ...]]:
    return [row for row in sheet.iter_rows(values_only=True) if any(value is not None for value in row)]


def test_workbook_shows_units_projects_fields_and_indicators(two_years: Run) -> None:
    done = two_years("diff", "去年", "今年", "-o", "对比.xlsx")
    assert (done.code, done.out.splitlines()[-1]) == (0, "已生成 对比.xlsx")
    with open_package(Path("对比.xlsx"), "对比.xlsx") as package:
        assert custom_properties(package)["jixiao.kind"] == "对比"
    book = openpyxl.load_workbook("对比.xlsx", data_only=True)
    assert book.sheetnames == ["概览", "项目对照", "字段变动", "指标变动"]
    assert cells(book["概览"])[4:] == [
        ("青溪区第二小学", None, 1, 1, 0, 0, 1, 0, 0, 1200000, 1200000, 0, 0),
        ("青溪区第一小学", None, 2, 2, 1, 1, 0, 1, 0, 2400000, 2500000, 100000, pytest.approx(0.0417)),
        ("合计", None, 3, 3, 1, 1, 1, 1, 0, 3600000, 3700000, 100000, pytest.approx(0.0278)),
    ]
    assert [row[:5] for row in cells(book["项目对照"])] == [
        ("单位", "状态", "原项目名称", "现项目名称", "对应依据"),
        ("青溪区第二小学", "更名", "项目1", "项目1（二期）", "相似 87%"),
        ("青溪区第一小学", "变动", "食堂改造", "食堂改造", "名称相同"),
        ("青溪区第一小学", "新增", None, "=1+1", None),
        ("青溪区第一小学", "取消", "围墙维修", None, None),
    ]
    assert [row[1:7] for row in cells(book["字段变动"])[1:4]] == [
        ("项目1（二期）", "项目名称", "项目1", "项目1（二期）", None, None),
        ("食堂改造", "年度资金申请总额", "1,200,000.00", "1,300,000.00", 100000, pytest.approx(0.0833)),
        ("食堂改造", "当年财政拨款", "1,000,000.00", "1,100,000.00", 100000, pytest.approx(0.1)),
    ]
    assert [(row[2], row[6], row[9]) for row in cells(book["指标变动"])[1:]] == [
        ("移动", "受益师生人数", "二级指标：社会效益指标 → 可持续影响指标"),
        ("变动", "改造食堂面积", "数值：400 → 450"),
        ("更名", "工程按期完工率", "三级指标：工程按期完成率 → 工程按期完工率"),
        ("新增", "=1+1", None),
        ("取消", None, None),
    ]
    dropped = book["项目对照"]["C5"]
    assert (dropped.value, dropped.font.strike, dropped.fill.fgColor.rgb) == ("围墙维修", True, "FFFBE5E5")
    assert book["项目对照"]["D4"].data_type == "s"
    assert all(sheet.freeze_panes and sheet.auto_filter.ref and sheet.print_title_rows for sheet in book)


@pytest.mark.office
def test_formulas_of_the_overview_recalculate_to_the_same(two_years: Run, tmp_path: Path) -> None:
    two_years("diff", "去年", "今年", "-o", "对比.xlsx")
    cached = cells(openpyxl.load_workbook("对比.xlsx", data_only=True)["概览"])
    made = convert("对比.xlsx", "xlsx", tmp_path / "重算")
    recalculated = cells(openpyxl.load_workbook(made, data_only=True)["概览"])
    assert [[pytest.approx(v, abs=1e-4) if isinstance(v, float) else v for v in row] for row in cached] == [
        list(row) for row in recalculated
    ]
    formulas = [cell.value for cell in openpyxl.load_workbook("对比.xlsx")["概览"][5]]
    assert all(isinstance(value, str) and value.startswith("=") for value in formulas[2:])


@needs_validator
def test_workbook_is_one_that_office_opens(two_years: Run) -> None:
    two_years("diff", "去年", "今年", "-o", "对比.xlsx", "--all")
    assert validate(Path("对比.xlsx")) == []


def test_its_own_workbook_is_no_return(two_years: Run) -> None:
    two_years("diff", "去年", "今年", "-o", "对比.xlsx")
    shutil.move("对比.xlsx", "今年/对比.xlsx")
    assert two_years("diff", "去年", "今年").out == SCREEN


def test_one_unreadable_file_costs_itself_alone(two_years: Run) -> None:
    Path("今年/坏.xlsx").write_bytes(b"PK\x03\x04")
    done = two_years("diff", "去年", "今年")
    assert (done.code, done.out) == (4, SCREEN)
    assert done.err.startswith("今年/坏.xlsx：")


MISTAKES: Sequence[tuple[list[str], str]] = (
    (["去年"], "错误：要对比的两边没有写全。"),
    (["去年", "今年", "--unit", "甲"], "错误：--rounds、--unit、--versions 要和 --ledger 一起用。"),
    (["去年", "前年"], "错误：前年：找不到这个文件或文件夹。请核对路径。"),
    (["去年", "空表"], "错误：空表：没有填报内容可以对比（表样不符 1 个、未填报 1 个）。请核对路径。"),
    (["去年", "今年", "-o", "对比.docx"], "错误：对比.docx：对比结果是一个 Excel 工作簿，请写成 .xlsx 文件，例如 -o 对比.xlsx。"),
    (["去年", "今年", "-o", "今年/对比.xlsx"], "错误：今年：输出位置在输入文件夹 今年 里面。"),
    (["去年", "今年", "--roster", "没有.xlsx"], "错误：没有.xlsx：找不到名单文件。"),
)


def test_wrong_use_is_one_line_and_exit_2(two_years: Run) -> None:
    blank_template("空表/甲.xlsx")
    other_form("空表/乙.xlsx")
    for arguments, line in MISTAKES:
        done = two_years("diff", *arguments)
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[-1].startswith(line)


def test_an_existing_workbook_is_refused_without_force(two_years: Run) -> None:
    Path("对比.xlsx").write_text("别人的")
    done = two_years("diff", "去年", "今年", "-o", "对比.xlsx")
    assert (done.code, done.out, Path("对比.xlsx").read_text()) == (5, "", "别人的")
    assert two_years("diff", "去年", "今年", "-o", "对比.xlsx", "--force", "-q").code == 0
    assert openpyxl.load_workbook("对比.xlsx").sheetnames[0] == "概览"


def test_last_years_form_may_be_another_one(two_years: Run) -> None:
    book = openpyxl.load_workbook(TEMPLATE)
    fields = book["字段"]
    row = next(row for row in fields.iter_rows() if row[0].value == "项目类别")
    fields.delete_rows(row[0].row)
    del book.defined_names["项目类别"]
    rules = book["审核规则"]
    for cell in [cell for cell in rules["A"] if cell.value]:
        if any("项目类别" in str(other.value) for other in rules[cell.row]):
            rules.delete_rows(cell.row)
    book.save("旧表样.xlsx")
    done = two_years("diff", "去年", "今年", "--old-form", "旧表样.xlsx")
    assert done.err == ""
    lines = done.out.splitlines()
    assert (
        lines[-2]
        == "表样不同：绩效目标申报表（旧表样.xlsx） → 绩效目标申报表（绩效目标申报表.xlsx），只对比两边都有的字段。只有现表样有：项目类别。"
    )
    assert [*lines[:-2], lines[-1]] == SCREEN.splitlines()


@pytest.fixture
def two_rounds(run: Run) -> Run:
    """A ledger that knows two rounds; in the second the first school sent two versions, and one more workbook."""
    put("回收/甲.xlsx", {"项目名称": "食堂改造"})
    put("回收/乙.xlsx", {"实施单位": "青溪区第二小学"})
    run("check", "回收", "-o", "结果", "--round", "一上")
    put("回收/甲.xlsx", {"项目名称": "食堂改造", "当年财政拨款": Decimal("900000")})
    run("check", "回收", "-o", "结果", "--round", "二上", "--force")
    put("回收/甲.xlsx", {"项目名称": "食堂改造", "当年财政拨款": Decimal("800000")})
    put("回收/甲2.xlsx", {"项目名称": "围墙维修", "年度总体目标": "围墙加固三百米，消除倒塌隐患，暑假内完工。"})
    run("check", "回收", "-o", "结果", "--round", "二上", "--force")
    return run


def test_two_rounds_of_the_ledger(two_rounds: Run) -> None:
    done = two_rounds("diff", "--ledger", "结果/台账.sqlite", "--rounds", "一上", "二上")
    assert (done.code, done.err) == (0, "")
    assert [line for line in done.out.splitlines() if line.startswith(("  ", "共"))] == [
        "  [变动] 食堂改造",
        "      当年财政拨款：1,000,000.00 → 800,000.00（-200,000.00，-20.00%）",
        "  [新增] 围墙维修",
        "共 2 个单位，项目新增 1，取消 0，更名 0，变动 1，未变 1。",
    ]
    only = two_rounds("diff", "--ledger", "结果/台账.sqlite", "--rounds", "一上", "二上", "--unit", "青溪区 第二小学", "--json")
    assert only.json["summary"] | {"units": 1} == only.json["summary"]
    assert (only.json["before"]["title"], only.json["summary"]["same"], only.json["files"]) == ("一上", 1, [])


def test_two_versions_of_one_units_return(two_rounds: Run) -> None:
    done = two_rounds("diff", "--ledger", "结果/台账.sqlite", "--unit", "青溪区第一小学", "--versions", 1, 2, "-o", "对比.xlsx")
    assert done.code == 0
    assert done.out.splitlines()[1:3] == [
        "  [变动] 食堂改造",
        "      当年财政拨款：900,000.00 → 800,000.00（-100,000.00，-11.11%）",
    ]

    # The workbook that came last holds another project: no version of the others.
    last = two_rounds("diff", "--ledger", "结果/台账.sqlite", "--unit", "青溪区第一小学")
    assert last.out == done.out.replace("已生成 对比.xlsx\n", "")


LEDGER_MISTAKES: Sequence[tuple[list[object], str]] = (
    (["--rounds", "一上", "三上"], "错误：结果/台账.sqlite：台账里没有轮次“三上”（已有：一上、二上）。"),
    (["--unit", "某单位"], "错误：结果/台账.sqlite：台账里没有“某单位”的报送。"),
    (["--unit", "青溪区第一小学", "--versions", 1, 9], "错误：台账里没有“青溪区第一小学”的第 9 版（共 2 版）。"),
    (
        ["--unit", "青溪区第二小学"],
        "错误：“青溪区第二小学”在轮次“二上”里只有 1 个版本，没有可以对比的。与别的轮次比，请写 --rounds 一上 二上。",
    ),
    ([], "错误：没有写对比台账里的什么。"),
    (["回收", "回收"], "错误：回收：写了 --ledger 就不再读文件。"),
    (["--rounds", "一上", "二上", "--versions", 1, 2], "错误：--versions 要和 --unit 一起用"),
)


def test_what_the_ledger_does_not_have(two_rounds: Run) -> None:
    for arguments, line in LEDGER_MISTAKES:
        done = two_rounds("diff", "--ledger", "结果/台账.sqlite", *arguments)
        assert (done.code, done.out, done.err[: len(line)]) == (2, "", line)
