"""`issue --from`: last year's documents, drawn as other offices draw and written by any program, carried over into this year's workbooks."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests import office
from tests.command import Run, hashes, put
from tests.drawings.declarations import FUNDS, Content, contents
from tests.drawings.files import write
from tests.drawings.fixed import FIXED
from tests.drawings.score import COLUMNS
from tests.shipped import ROOT, ROWS, at, declaration, line, shipped_form
from tests.validator import needs_validator, validate
from tests.workflow.roster_samples import HOSPITAL, SCHOOL, Line, write_roster
from toolkit.forms import Form, load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Row, Value
from toolkit.reading.sheet import read_sheets
from toolkit.resources import templates_dir
from toolkit.sources.open import open_source

pytestmark = pytest.mark.slow

# What stands in this year's form of last year's, and what is only shown beside it.
CARRIED = ("项目性质", "项目类别", "主管部门", "计划开始日期", "计划完成日期", "项目总目标", "年度总体目标")
LATER = 2
SELF_EVALUATION = templates_dir() / "项目支出绩效自评表.xlsx"


def sheets(path: Path, form: Form) -> list[Declaration]:
    """What the sheets of an issued workbook say, though the unit has done nothing yet."""
    return [
        each
        for grid in open_source(path, path.name).grids
        if (grid.name or "").startswith("项目")
        for each in read_sheets(grid, form, path.name)
    ]


def said(found: Declaration) -> dict[str, Value]:
    return {name: entry.value for name, entry in found.entries.items()}


def cells(found: Declaration) -> list[tuple[Value, ...]]:
    return [tuple(row[name].value for name in COLUMNS) for row in found.rows]


def notes(path: Path, sheet: str = "项目1") -> dict[str, str]:
    found = openpyxl.load_workbook(path)[sheet]
    return {cell.coordinate: cell.comment.text for row in found.iter_rows() for cell in row if cell.comment}


def roster_of(given: Sequence[Content], path: str = "名单.xlsx") -> Path:
    unit = given[0].head["实施单位"]
    return write_roster(Path(path), [{"单位": unit}], [{"单位": unit, "项目名称": each.head["项目名称"]} for each in given])


def moved(value: Value) -> Value:
    if not isinstance(value, date):
        return value
    return value.replace(year=value.year + LATER, day=28 if (value.month, value.day) == (2, 29) else value.day)


def expected(each: Content) -> dict[str, Value]:
    """This year's declaration: what is carried, dates moved on, the rest blank."""
    year = each.head["年度"]
    assert isinstance(year, int)
    carried = {name: moved(each.head.get(name)) for name in CARRIED}
    blank = dict.fromkeys(field.name for field in shipped_form().fields)
    return {**blank, **carried, "年度": year + LATER, "项目名称": each.head["项目名称"], "实施单位": each.head["实施单位"]}


# How an office draws it, and with which program; those that LibreOffice makes are tried where there is one.
SOURCES = (
    ("官方版式", "openpyxl合并"),
    ("湖南", "openpyxl不合并"),
    ("自带表样", "XlsxWriter"),
    ("湖北", "docx题在表外"),
    ("陕西", "docx题在表内"),
    ("内蒙古", "HTML存为xls"),
)
OFFICE = (("官方版式", "xlsx转PDF"), ("云南", "LibreOffice另存ods"), ("四川", "docx另存odt"))


@pytest.mark.parametrize(("kind", "writer"), [*SOURCES, *(pytest.param(*each, marks=pytest.mark.office) for each in OFFICE)])
def test_what_is_carried_is_exact_from_every_kind_of_source(kind: str, writer: str, tmp_path: Path, run: Run) -> None:
    drawing = FIXED[kind](contents(11, 2))
    write([replace(drawing, name="公布")], writer, tmp_path / "去年")
    year = drawing.contents[0].head["年度"]
    assert isinstance(year, int)
    before = hashes("去年")
    done = run("issue", roster_of(drawing.contents), "--from", "去年", "--year", year + LATER, "-o", "下发", "--json")
    assert (done.code, hashes("去年")) == (0, before), done.err
    record = done.json["carried"]
    assert [(each["matched"], each["reason"]) for each in record["projects"]] == [("name", None)] * 2
    (path,) = (Path(each["file"]) for each in done.json["written"])
    for found, content, told in zip(sheets(path, shipped_form()), drawing.contents, record["projects"], strict=True):
        assert said(found) == {name: None if name in drawing.omitted else value for name, value in expected(content).items()}
        assert cells(found) == [row.cells for row in content.rows]
        noted = [each["text"] for each in told["values"] if each["became"] == "noted"]
        amounts = [f"{amount:.2f}" for name in FUNDS if (amount := content.head.get(name)) is not None and name not in drawing.omitted]
        assert sorted(noted) == sorted(amounts)
    assert run("check", path, "--json").json["files"][0]["status"] == "not_filled"


def season(*projects: Line, units: Sequence[Line] = ()) -> Path:
    own = [{"单位": SCHOOL, "主管部门": "青溪区教育局"}, *units]
    return write_roster(Path("名单.xlsx"), own, [{"单位": SCHOOL, **project} for project in projects])


def carried(run: Run, *more: object, code: int = 0) -> Any:
    done = run("issue", "名单.xlsx", "--from", "去年", "--year", 2026, "-o", "下发", "--force", "--json", *more)
    assert done.code == code, done.err
    return done.json["carried"]


def reasons(record: Any) -> dict[str, str | None]:
    return {each["project"]: each["reason"] for each in record["projects"]}


def test_every_project_and_every_value_is_told(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校园食堂改造"}, {"项目名称": "图书购置"})
    put("去年/别家.xlsx", {"项目名称": "门诊楼维修", "实施单位": "青溪区中医院"})
    season({"项目名称": "校园食堂改造"}, {"项目名称": "校车更新"}, units=[{"单位": HOSPITAL}])
    done = run("issue", "名单.xlsx", "--from", "去年", "--year", 2026, "-o", "下发")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"已生成 下发/{SCHOOL}.xlsx：{SCHOOL}，2 个项目，沿用 1 个。",
        f"已生成 下发/{HOSPITAL}.xlsx：{HOSPITAL}，0 个项目，沿用 0 个，另有空白表 1 张。",
        "沿用 1 个项目：沿用 9 处、顺延 2 处、参考 4 处。",
        "没有来源的项目 1 处：",
        f"  {SCHOOL} › 校车更新：来源里没有这个项目。",
        "来源里没有用上的 2 处：",
        f"  {SCHOOL} › 图书购置（去年/一小.xlsx）：名单里没有这个项目。",
        "  青溪区中医院 › 门诊楼维修（去年/别家.xlsx）：名单里没有这个单位。",
        "已生成 下发/沿用记录.xlsx",
        "共 2 个单位、2 个项目，表样“绩效目标申报表”，存放在 下发。",
    ]
    book = openpyxl.load_workbook("下发/沿用记录.xlsx")
    assert {sheet.title: sheet.max_row - 1 for sheet in book} == {"各项目": 2, "逐项": 15, "没有来源的": 1, "没有用上的": 2, "需要核对": 0}
    lines = [row[2:7] for row in list(book["逐项"].values)[1:]]
    assert lines[0] == ("沿用", "项目性质", at("项目性质"), "其他一次性项目", "其他一次性项目")
    assert ("顺延", "计划完成日期", at("计划完成日期"), "2025-12-31", "2026-12-31") in lines
    assert ("参考", "年度资金申请总额", at("年度资金申请总额"), "1200000.00", None) in lines
    assert ("沿用", "绩效指标第 1 行", f"B{line()}", " ".join(map(str, ROWS[0])), " ".join(map(str, ROWS[0]))) in lines
    (first, second) = sheets(Path(f"下发/{SCHOOL}.xlsx"), shipped_form())
    assert said(second) == {
        **dict.fromkeys(said(second)),
        "年度": 2026,
        "项目名称": "校车更新",
        "主管部门": "青溪区教育局",
        "实施单位": SCHOOL,
    }
    assert second.rows == () and cells(first) == [tuple(row) for row in ROWS]
    assert notes(Path(f"下发/{SCHOOL}.xlsx"))[at("上年结转资金")] == "【参考】2025年度\n150,000.50 元\n（供参考，不算填报内容）"


def test_a_renamed_project_is_named_and_taken_where_the_roster_says_so(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校园食堂改造"})
    season({"项目名称": "校园食堂改造工程"})
    record = carried(run)
    assert reasons(record) == {
        "校园食堂改造工程": "来源里没有这个项目。名称相近的有“校园食堂改造”，没有当作同一个；是同一个的，请在名单的“曾用名”写上它。"
    }
    assert [each["reason"] for each in record["unlisted"]] == ["名单里没有这个项目。名单上名称相近的有“校园食堂改造工程”。"]
    season({"项目名称": "校园食堂改造工程", "曾用名": "食堂维修、校园食堂改造"})
    record = carried(run)
    assert [(each["matched"], each["from"]["project"]) for each in record["projects"]] == [("former", "校园食堂改造")]
    (found,) = sheets(Path(f"下发/{SCHOOL}.xlsx"), shipped_form())
    assert (found.project, len(found.rows)) == ("校园食堂改造工程", len(ROWS))


def test_a_former_name_takes_nothing_from_whoever_has_it_now(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车更新"}, {"项目名称": "图书购置"})
    season({"项目名称": "校车租赁", "曾用名": "校车更新"}, {"项目名称": "校车更新"})
    record = carried(run)
    assert [(each["project"], each["matched"]) for each in record["projects"]] == [("校车租赁", None), ("校车更新", "name")]
    season({"项目名称": "校车租赁", "曾用名": "校车更新"}, {"项目名称": "校车维修", "曾用名": "校车更新、图书购置"})
    shared = "名单上不止一个项目叫（或曾叫）“校车更新”，分不清来源是哪一个的。请写上项目代码。"
    assert reasons(carried(run)) == {"校车租赁": shared, "校车维修": shared}


def coded_template(path: Path) -> Path:
    """The shipped form whose 项目类别 is the project's code."""
    book = openpyxl.load_workbook(templates_dir() / "绩效目标申报表.xlsx")
    sheet = book["字段"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    row = next(cell.row for cell in sheet["A"] if cell.value == "项目类别")
    for heading, text in (("角色", "项目代码"), ("类型", "文本"), ("列表", None), ("沿用", None)):
        sheet.cell(row, heads[heading]).value = text
    del book["审核规则"]
    drawn = book["申报表"]
    drawn.data_validations.dataValidation = [
        each for each in drawn.data_validations.dataValidation if at("项目类别") not in str(each.sqref).split()
    ]
    book.save(path)
    return path


def test_two_projects_of_one_name_are_told_apart_by_code_or_not_at_all(run: Run) -> None:
    twins = [{"项目名称": "维修费", "年度总体目标": goal} for goal in ("修缮教学楼屋面，消除渗漏。", "更换操场塑胶跑道面层。")]
    put("去年/一小.xlsx", *twins)
    season({"项目名称": "维修费", "项目代码": "P1"}, {"项目名称": "维修费", "项目代码": "P2"})
    assert set(reasons(carried(run)).values()) == {"名单上不止一个项目叫（或曾叫）“维修费”，分不清来源是哪一个的。请写上项目代码。"}
    season({"项目名称": "维修费"})
    assert reasons(carried(run)) == {"维修费": "来源里有 2 份（去年/一小.xlsx），分不清以哪一份为准，没有沿用。"}
    form = load_form(coded_template(Path("带代码.xlsx")))
    coded = [
        replace(declaration({**twin, "项目类别": code}), form=form.name, roles=form.roles)
        for twin, code in zip(twins, ("P2", "P1"), strict=True)
    ]
    Path("去年/一小.xlsx").write_bytes(fill_workbook(form, coded))
    season({"项目名称": "维修费", "项目代码": "P1"}, {"项目名称": "维修费", "项目代码": "P2"})
    record = carried(run, "--form", "带代码.xlsx")
    assert [(each["matched"], each["reason"]) for each in record["projects"]] == [("code", None)] * 2
    found = sheets(Path(f"下发/{SCHOOL}.xlsx"), form)
    assert [(each.code, each.value("年度总体目标")) for each in found] == [
        (code, twin["年度总体目标"]) for twin, code in zip(twins[::-1], ("P1", "P2"), strict=True)
    ]


def test_the_last_year_not_after_this_one_counts(run: Run) -> None:
    goals = {year: f"{year} 年起逐年更新校车，保证接送安全、准点，家长满意。" for year in (2023, 2025, 2027)}
    for year, goal in goals.items():
        put(f"去年/{year}.xlsx", {"项目名称": "校车更新", "年度": year, "年度总体目标": goal})
    season({"项目名称": "校车更新"})
    record = carried(run)
    (project,) = record["projects"]
    assert project["from"]["年度"] == 2025
    assert {each["年度"]: each["reason"] for each in record["unlisted"]} == {
        2023: "有更近的（2025 年度），没有用这一份。", 2027: "是 2027 年度的，晚于 2026 年度。",
    }  # fmt: skip
    assert [each["message"] for each in project["remarks"]] == ["年度总体目标：写着 2025 年，文字没有改，请核对。"]


def test_a_return_sent_twice_waits_for_a_word(run: Run) -> None:
    put("去年/初稿.xlsx", {"项目名称": "校车更新"})
    put("去年/定稿.xlsx", {"项目名称": "校车更新", "年度总体目标": "更换两辆到期校车，开学前上牌投入使用，接送全程有人照管。"})
    season({"项目名称": "校车更新"})
    assert reasons(carried(run)) == {"校车更新": "来源里有 2 份（去年/初稿.xlsx、去年/定稿.xlsx），分不清以哪一份为准，没有沿用。"}
    assert carried(run, "--use", "去年/定稿.xlsx")["projects"][0]["from"]["file"] == "去年/定稿.xlsx"


def test_mistakes_of_last_year_are_carried_and_named(run: Run) -> None:
    wrong = [*ROWS[:-1], (*ROWS[-1][:3], "≤", "90.5", "%")]
    put("去年/一小.xlsx", {"项目名称": "校车更新", "年度资金申请总额": Decimal(5), "计划开始日期": date(2024, 2, 29)}, rows=wrong)
    season({"项目名称": "校车更新"})
    (project,) = carried(run)["projects"]
    (found,) = sheets(Path(f"下发/{SCHOOL}.xlsx"), shipped_form())
    assert cells(found)[-1] == tuple(wrong[-1]) and found.value("计划开始日期") == date(2025, 2, 28)
    rules = [each["message"].partition("（")[2].partition("）")[0] for each in project["remarks"] if each["severity"] == "error"]
    checked = run("check", "去年", "--json").json["findings"]
    assert sorted(rules) == sorted(each["rule"] for each in checked if each["severity"] == "error") and rules
    listed = list(openpyxl.load_workbook("下发/沿用记录.xlsx")["需要核对"].values)[1:]
    assert [row[5] for row in listed] == [each["message"] for each in project["remarks"]]


def test_money_in_ten_thousands_is_converted_and_named(run: Run, tmp_path: Path) -> None:
    """As an office prints it that gives its money in 万元."""
    book = openpyxl.Workbook()
    for row in (
        ("项目支出绩效目标申报表（2025年度）",),
        ("项目名称", "校车更新", None, "项目类别", "特定目标类", "项目性质", "其他一次性项目"),
        ("主管部门", "青溪区教育局", None, "实施单位", SCHOOL),
        ("计划开始日期", "2025-01-01", None, "计划完成日期", "2025-12-31"),
        ("年度资金申请总额（万元）", 38.6, "当年财政拨款（万元）", 38.6, "上年结转资金（万元）", 0, "年度其他资金（万元）", 0),
        ("年度总体目标", "更换两辆到期校车，开学前上牌投入使用，接送全程有人照管。"),
        ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位"),
        *ROWS,
    ):
        book.active.append(row)
    (tmp_path / "去年").mkdir()
    book.save("去年/别处画的.xlsx")
    season({"项目名称": "校车更新"})
    (project,) = carried(run)["projects"]
    assert notes(Path(f"下发/{SCHOOL}.xlsx"))[at("年度资金申请总额")] == "【参考】2025年度\n386,000.00 元\n（供参考，不算填报内容）"
    assert [each["message"] for each in project["remarks"] if "金额-万元" in each["message"]] != []


def test_a_published_text_is_carried_over(run: Run) -> None:
    source = ROOT / "examples" / "已公布文档"
    done = run("issue", ROOT / "examples" / "名单.xlsx", "--from", source, "--year", 2027, "-o", "下发", "--json")
    record = done.json["carried"]
    assert done.code == 0 and sum(each["from"] is not None for each in record["projects"]) == 12
    exported = {(each["实施单位"], each["项目名称"]): each for each in run("export", source, "--json").json}
    for book in done.json["written"]:
        for found in sheets(Path(book["file"]), shipped_form()):
            last = exported.get((found.unit or "", found.project or ""))
            if found.rows and last:
                assert cells(found) == [tuple(row[name] for name in COLUMNS) for row in last["绩效指标"]]
                start = date.fromisoformat(last["计划开始日期"])
                assert (found.value("计划开始日期"), found.value("年度")) == (start.replace(year=start.year + 3), 2027)


def test_without_a_year_in_the_source_dates_are_left_open(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车更新", "年度": None})
    season({"项目名称": "校车更新"})
    (project,) = carried(run)["projects"]
    (found,) = sheets(Path(f"下发/{SCHOOL}.xlsx"), shipped_form())
    assert (found.value("计划开始日期"), found.value("项目性质")) == (None, "其他一次性项目")
    assert [(each["field"], each["became"]) for each in project["values"] if "日期" in each["field"]] == [
        ("计划开始日期", "unfit"), ("计划完成日期", "unfit"),
    ]  # fmt: skip
    assert notes(Path(f"下发/{SCHOOL}.xlsx"))[at("计划开始日期")] == "【参考】来源没有写年度\n2025-01-01\n（供参考，不算填报内容）"


def test_what_the_unit_begins_is_a_return_and_our_notes_are_no_remarks(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车更新"}, {"项目名称": "图书购置"})
    season({"项目名称": "校车更新"}, {"项目名称": "图书购置"})
    carried(run)
    path = Path(f"下发/{SCHOOL}.xlsx")
    (untouched,) = run("check", path, "--json").json["findings"]
    assert (untouched["rule"], untouched["message"]) == ("文件-未填报", "表里只有下发时沿用的内容，还没有填报。")
    book = openpyxl.load_workbook(path)
    for name, value in (("年度资金申请总额", 100), ("当年财政拨款", 100)):
        book["项目1"][at(name)] = value
    mine = book["项目1"][at("年度其他资金")]
    mine.comment = Comment(f"{mine.comment.text}\n没有其他资金", "王老师")
    book.save(path)
    found = run("check", path, "--json").json
    assert [each["rule"] for each in found["findings"] if each["severity"] == "error"] == ["项目-未填报"]
    assert [each["value"] for each in found["findings"] if each["rule"] == "格式-批注"] == ["没有其他资金"]


SIX = (*ROWS, *[("产出指标", "数量指标", f"第{n}项服务次数", "≥", str(n), "次") for n in range(70)])


@needs_validator
@pytest.mark.office
def test_issued_workbooks_are_sound_and_survive_another_program(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车更新"}, rows=SIX)
    season({"项目名称": "校车更新"})
    carried(run)
    path = Path(f"下发/{SCHOOL}.xlsx")
    (saved,) = office.convert_all([path], "xlsx", Path("存"))
    assert validate(path) == validate(templates_dir() / "绩效目标申报表.xlsx")
    for each in (path, saved):
        (found,) = sheets(each, shipped_form())
        assert cells(found) == [tuple(row) for row in SIX]
        assert [each["severity"] for each in run("check", each, "--json").json["findings"]] == ["error"]
    assert run("check", saved, "--json").json["files"][0]["status"] == "not_filled"


def self_evaluation(run: Run, *more: object) -> Any:
    done = run(
        "issue", "名单.xlsx", "--form", SELF_EVALUATION.stem, "--from", "批复", "--year", 2025, "-o", "自评", "--json", "--force", *more
    )
    return done.json if done.code == 0 else done.err


def test_a_self_evaluation_begins_with_what_was_approved(run: Run) -> None:
    put("批复/一小.xlsx", {"项目名称": "校车更新", "项目总目标": "三年内更换全部到期校车。"})
    season({"项目名称": "校车更新"})
    assert (
        self_evaluation(run)
        == "错误：批复：没有“项目支出绩效自评表”可以沿用。里面是“绩效目标申报表”：要从它沿用，请加 --old-form 绩效目标申报表。\n"
    )
    (project,) = self_evaluation(run, "--old-form", "绩效目标申报表")["carried"]["projects"]
    form = load_form(SELF_EVALUATION)
    (found,) = sheets(Path(f"自评/{SCHOOL}.xlsx"), form)
    approved = declaration()
    money = {"年度资金总额": "年度资金申请总额", "当年财政拨款": "当年财政拨款", "上年结转资金": "上年结转资金", "其他资金": "年度其他资金"}
    assert {name: value for name, value in said(found).items() if value is not None and not form.by_name[name].formula} == {
        "年度": 2025, "项目名称": "校车更新", "主管部门": "青溪区教育局", "实施单位": SCHOOL, "预期目标": approved.value("年度总体目标"),
        **{f"资金.{row}.年初预算数": approved.value(name) for row, name in money.items()},
    }  # fmt: skip
    targets = ["≤3000.00(元/平方米)", "=400.00(平方米)", "=100.00(%)", "=100.00(%)", "≥1350.00(人)", "≥90.50(%)"]
    kept = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "得分")
    assert [tuple(row[name].value for name in kept) for row in found.rows] == [
        (*row[:3], target, None, None) for row, target in zip(ROWS, targets, strict=True)
    ]
    assert [each["field"] for each in project["values"] if each["became"] == "left"] == [
        "项目性质", "项目类别", "计划开始日期", "计划完成日期", "项目总目标",
    ]  # fmt: skip


def evaluated(path: Path, form: Form, changes: Mapping[str, Value], rows: Mapping[int, Mapping[str, Value] | None]) -> None:
    """The self-evaluation with other values, `rows` from 1; None leaves a row out."""
    (found,) = sheets(path, form)
    entries = {**found.entries, **{name: found[name]._replace(value=value, state="ok") for name, value in changes.items()}}
    kept = []
    for number, row in enumerate(found.rows, 1):
        if (own := rows.get(number, {})) is not None:
            kept.append(Row(row.row, {**row.entries, **{name: row[name]._replace(value=value, state="ok") for name, value in own.items()}}))
    path.write_bytes(fill_workbook(form, [replace(found, entries=entries, rows=tuple(kept))]))


def test_targets_changed_since_they_were_approved_are_found(run: Run) -> None:
    put("批复/一小.xlsx", {"项目名称": "校车更新"})
    season({"项目名称": "校车更新"})
    self_evaluation(run, "--old-form", "绩效目标申报表")
    form, path = load_form(SELF_EVALUATION), Path(f"自评/{SCHOOL}.xlsx")
    evaluated(path, form, {"实际完成情况": "两辆校车已更换。"}, {})

    def found(*more: object) -> list[tuple[str | None, str, str | None, str | None]]:
        made = run("check", "自评", "--against", "批复", "--json", *more).json["findings"]
        return [(each["field"], each["severity"], each["value"], each["expected"]) for each in made if each["rule"] == "批复-不符"]

    assert found() == []
    changes: Mapping[str, Value] = {"资金.当年财政拨款.年初预算数": Decimal(900000), "预期目标": "更换两辆校车。"}
    rows: Mapping[int, Mapping[str, Value] | None] = {
        1: {"年度指标值": "≤3000元/平方米"}, 2: {"年度指标值": "≥300平方米"}, 4: None, 6: {"三级指标": "家长对接送的评价"},
    }  # fmt: skip
    evaluated(path, form, changes, rows)
    assert sorted(found(), key=str) == [
        ("三级指标", "error", "家长对接送的评价", None),
        ("三级指标", "error", None, "就餐师生满意度"),
        ("三级指标", "error", None, "工程按期完成率"),
        ("年度指标值", "error", "≥300平方米", "=400.00(平方米)"),
        ("资金.当年财政拨款.年初预算数", "error", "900000.00", "1000000.00"),
        ("预期目标", "warning", "更换两辆校车。", declaration().value("年度总体目标")),
    ]
    opinions = run("annotate", "自评", "--against", "批复", "-o", "退改")
    assert opinions.code == 3 and "批复-不符" in str(list(openpyxl.load_workbook(f"退改/{SCHOOL}.xlsx")["审核意见"].values))
    put("批复/再发一份.xlsx", {"项目名称": "校车更新"})
    assert len(found()) == 6
    put("批复/一小.xlsx", {"项目名称": "别的项目"})
    Path("批复/再发一份.xlsx").unlink()
    made = run("check", "自评", "--against", "批复", "--json").json["findings"]
    assert [each["severity"] for each in made if each["rule"] == "批复-没有"] == ["warning"]


WRONG_USE: Mapping[str, tuple[tuple[object, ...], str]] = {
    "没有 --from": (("--old-form", "绩效目标申报表", "--year", 2026), "要和 --from 一起用"),
    "没有这个文件": (("--from", "没有", "--year", 2026), "没有"),
    "不知道今年": (("--from", "去年"), "要知道今年是哪一年"),
    "没有写沿用": (("--from", "去年", "--year", 2026, "--form", "不沿用.xlsx"), "没有可以沿用的内容"),
    "写进来源": (("--from", "去年", "--year", 2026, "-o", "去年/下发"), "在输入文件夹 去年 里面"),
}


@pytest.mark.parametrize("case", WRONG_USE)
def test_wrong_use_is_refused_before_anything_is_written(case: str, run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车更新"})
    season({"项目名称": "校车更新"})
    book = openpyxl.load_workbook(templates_dir() / "绩效目标申报表.xlsx")
    book["字段"].delete_cols(next(cell.column for cell in book["字段"][1] if cell.value == "沿用"))
    book.save("不沿用.xlsx")
    before = sorted(path.name for path in Path().rglob("*"))
    arguments, words = WRONG_USE[case]
    done = run("issue", "名单.xlsx", "-o", "下发", *arguments)
    assert (done.code, done.out) == (2, "") and words in done.err
    assert sorted(path.name for path in Path().rglob("*")) == before


def test_a_file_that_cannot_be_read_costs_itself_alone(run: Run) -> None:
    put("收/一小.xlsx", {"项目名称": "校车更新"})
    Path("去年/各校").mkdir(parents=True)
    shutil.make_archive("去年/各校/一批", "zip", "收")
    Path("去年/坏.xlsx").write_bytes(b"PK\x03\x04")
    season({"项目名称": "校车更新"})
    record = carried(run, code=4)
    assert [each["from"]["file"] for each in record["projects"]] == ["去年/各校/一批.zip!/一小.xlsx"]


def test_what_we_published_ourselves_is_a_source(run: Run) -> None:
    put("去年收/一小.xlsx", {"项目名称": "校车更新"})
    assert run("merge", "去年收", "-o", "去年").code == 0
    season({"项目名称": "校车更新"})
    (project,) = carried(run)["projects"]
    assert Path(project["from"]["file"]).suffix == ".docx"
    (found,) = sheets(Path(f"下发/{SCHOOL}.xlsx"), shipped_form())
    assert cells(found) == [tuple(row) for row in ROWS]


def test_a_season_with_last_year_beside_it_proposes_to_carry_over(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车"})
    season({"项目名称": "校车更新", "曾用名": "校车"})
    assert "校车更新  曾用名 校车" in run("form", "show", "名单.xlsx").out
    run("season", "--start", "--year", 2026)
    (step,) = run("season", "--json").json["next"]
    assert step == {
        "why": "还没有收到报送：把带着去年内容的表发给各单位",
        "command": "jixiao issue 名单.xlsx --from 去年 --year 2026 -o 下发",
    }
    done = run(*step["command"].split()[1:])
    assert (done.code, "沿用 1 个项目" in done.out) == (0, True)


def test_what_the_roster_says_stands_and_the_difference_is_told(run: Run) -> None:
    put("去年/一小.xlsx", {"项目名称": "校车更新", "主管部门": "青溪区教体局"})
    season({"项目名称": "校车更新"})
    (project,) = carried(run)["projects"]
    (found,) = sheets(Path(f"下发/{SCHOOL}.xlsx"), shipped_form())
    assert found.value("主管部门") == "青溪区教育局"
    assert [(each["field"], each["text"], each["now"]) for each in project["values"] if each["became"] == "given"] == [
        ("主管部门", "青溪区教体局", "青溪区教育局"),
    ]  # fmt: skip
