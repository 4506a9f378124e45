"""`jixiao diff`: exactly the changes made are found, whatever the form, and nothing where nothing was changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.beside import REAL, needs_shared
from tests.command import Run
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, Line
from tests.rules.kit import declaration as drafted
from tests.shipped import ROOT, at, declaration, entry, shipped_form, with_usual_roles
from toolkit.comparing.compare import compare
from toolkit.comparing.model import Comparison, Side
from toolkit.forms import Form
from toolkit.forms.model import AMOUNT, CODE, LONG_TEXT, TEXT, Column, Field, IndicatorTable
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.intake.batch import read_batch
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Row, Value

pytestmark = pytest.mark.slow

PUBLISHED = [
    pytest.param(ROOT / "examples" / "已公布文档", id="examples"),
    pytest.param(REAL, id="real", marks=needs_shared),
]

Told = tuple[object, ...]


def put(declaration: Declaration, **changes: Value) -> Declaration:
    return replace(declaration, entries={**declaration.entries, **{n: entry(v) for n, v in changes.items()}})


def put_row(declaration: Declaration, number: int, **changes: Value) -> Declaration:
    rows = list(declaration.rows)
    rows[number] = Row(rows[number].row, {**rows[number].entries, **{n: entry(v) for n, v in changes.items()}})
    return replace(declaration, rows=tuple(rows))


def next_year(declaration: Declaration) -> Declaration:
    """The same project a year later, as the template would be sent out again."""
    dates = {n: declaration.value(n) for n in ("计划开始日期", "计划完成日期")}
    moved = {n: d.replace(year=d.year + 1) for n, d in dates.items() if isinstance(d, date)}
    return put(declaration, 年度=(declaration.year or 0) + 1, **moved)


def told(result: Comparison) -> list[Told]:
    """Every change that was found, as short as it can be told."""
    found: list[Told] = []
    for unit in result.units:
        for project in unit.projects:
            if project.state != "same":
                old, new = (side.project if side else None for side in (project.before, project.after))
                found.append((project.state, old, new))
            for change in project.real_changes:
                found.append((project.name, change.field.name, change.before.value, change.after.value))
            for row in project.changed_rows:
                cells = {change.field.name: (change.before.value, change.after.value) for change in row.changes}
                found.append(
                    (project.name, row.state, cells or tuple(side["三级指标"].value if side else None for side in (row.before, row.after)))
                )
    return found


def compared(before: Sequence[Declaration], after: Sequence[Declaration], roster: Roster | None = None) -> Comparison:
    forms = {shipped_form().name: shipped_form()}
    return compare(Side("去年", tuple(before), forms), Side("今年", tuple(after), forms), roster)


def facts(side: Mapping[str, str | None] | None) -> str | None:
    return side["project"] if side else None


def summary(done: Mapping[str, Any]) -> list[Told]:
    """What the JSON of a comparison tells, field by field."""
    found: list[Told] = []
    for unit in done["units"]:
        for project in unit["projects"]:
            found.append((project["state"], facts(project["before"]), facts(project["after"]), project["matched"]))
            found += [("字段", f["field"], f["before"], f["after"], f["difference"]) for f in project["fields"]]
            for row in project["indicators"]:
                sides = [side["三级指标"] if side else None for side in (row["before"], row["after"])]
                found.append((row["state"], *sides, [(f["field"], f["before"], f["after"]) for f in row["fields"]]))
    return found


@pytest.mark.parametrize("documents", PUBLISHED)
def test_the_changes_of_a_year_are_found_and_nothing_else(run: Run, documents: Path) -> None:
    run("import", documents, "-o", "去年")
    form = shipped_form()
    units: dict[str, list[Declaration]] = {}
    for each in read_batch(["去年"], [form]).declarations:
        units.setdefault(each.unit or "", []).append(next_year(each))
    (first, projects), (second, others) = sorted(units.items(), key=lambda unit: -len(unit[1]))
    names = [project.project for project in projects]
    row = projects[1].rows[-2]
    level1, level2 = row["一级指标"].value, row["二级指标"].value
    elsewhere = ("成本指标", "社会成本指标") if level2 != "社会成本指标" else ("产出指标", "数量指标")
    amount = projects[2].value("当年财政拨款")
    assert isinstance(amount, Decimal)
    new = drafted(DRAFTS[0].put(实施单位=first, 年度=projects[0].year))

    projects[0] = put(projects[0], 项目名称=f"{names[0]}（二期）")
    projects[1] = put_row(projects[1], -2, 一级指标=elsewhere[0], 二级指标=elsewhere[1])
    projects[2] = put(projects[2], 当年财政拨款=amount + Decimal("10000.5"))
    Path("今年").mkdir()
    Path("今年/甲.xlsx").write_bytes(fill_workbook(form, [*reversed(projects[:-1]), new]))

    # The other unit works on its copy of last year's workbook.
    book = openpyxl.load_workbook(f"去年/{second}.xlsx")
    for number, sheet in enumerate((book[name] for name in book.sheetnames if name.startswith("项目")), start=1):
        sheet[at("年度")] = others[0].year
        for cell in (at("计划开始日期"), at("计划完成日期")):
            if sheet[cell].value:
                sheet[cell] = sheet[cell].value.replace(year=sheet[cell].value.year + 1)
        if number == 1:
            sheet[at("数值", 2)], old_value = "12345.6", sheet[at("数值", 2)].value
            sheet[at("三级指标")], old_name = f"{sheet[at('三级指标')].value}（全年）", sheet[at("三级指标")].value
    book.save("今年/乙.xlsx")

    done = run("diff", "去年", "今年", "--json")
    assert (done.code, done.err) == (0, "")
    assert sorted(map(str, summary(done.json))) == sorted(
        map(
            str,
            [
                ("renamed", names[0], f"{names[0]}（二期）", "likeness"),
                ("字段", "项目名称", names[0], f"{names[0]}（二期）", None),
                ("changed", names[1], names[1], "name"),
                ("moved", *[row["三级指标"].value] * 2, moved_levels((level1, level2), elsewhere)),
                ("changed", names[2], names[2], "name"),
                ("字段", "当年财政拨款", f"{amount:.2f}", f"{amount + Decimal('10000.5'):.2f}", "10000.50"),
                ("dropped", names[-1], None, None),
                ("added", None, "教学楼屋面维修改造工程", None),
                ("changed", *[others[0].project] * 2, "name"),
                ("renamed", old_name, f"{old_name}（全年）", [("三级指标", old_name, f"{old_name}（全年）")]),
                ("changed", *[others[0].rows[1]["三级指标"].value] * 2, [("数值", str(old_value), "12345.6")]),
            ],
        )
    )
    assert done.json["summary"] | {"routine": 0} == {
        "units": 2,
        **{"added": 1, "dropped": 1, "renamed": 1, "changed": 3, "same": len(names) + len(others) - 5},
        "routine": 0,
    }
    assert {tuple(unit["years"]["after"]) for unit in done.json["units"]} == {(projects[0].year,)}


def moved_levels(before: tuple[Value, Value], after: tuple[str, str]) -> list[Told]:
    levels = zip(("一级指标", "二级指标"), before, after, strict=True)
    return [(name, old, new) for name, old, new in levels if old != new]


@pytest.mark.parametrize("documents", PUBLISHED)
def test_a_document_and_its_workbooks_are_the_same(run: Run, documents: Path) -> None:
    run("import", documents, "-o", "填报")
    done = run("diff", documents, "填报", "--json")
    assert (done.code, summary(done.json), done.json["notes"]) == (0, [], [])


def test_order_of_files_sheets_and_rows_is_no_difference() -> None:
    projects = [drafted(draft.put(实施单位="甲"), file=f"{n}.xlsx") for n, draft in enumerate(DRAFTS[:6])]
    shuffled = [replace(each, rows=each.rows[::-1], file="全.xlsx") for each in reversed(projects)]
    assert told(compared(projects, shuffled)) == []


SAME_WAYS: Sequence[tuple[str, Value, Value]] = (
    ("实施单位", "青溪区卫健委（本级）", "青溪区 卫健委(本级)"),
    ("项目名称", "设备维保（一期）", "设备维保(一期) "),
    ("年度总体目标", "第一，完成改造。\n第二，通过验收。", "第一，完成改造。第二，通过验收。"),
    ("当年财政拨款", Decimal("1000"), Decimal("1000.00")),
    ("主管部门", "青溪区教育局（本部）", "青溪区教育局(本部)"),
)


@pytest.mark.parametrize(("field", "before", "after"), SAME_WAYS, ids=[field for field, _, _ in SAME_WAYS])
def test_another_way_of_writing_is_no_difference(field: str, before: Value, after: Value) -> None:
    assert told(compared([declaration({field: before})], [declaration({field: after})])) == []


@pytest.mark.parametrize(("before", "after"), [("90", "90.00"), ("1000", "1,000"), ("12.50", "12.5")])
def test_numbers_of_indicators_are_compared_by_value(before: str, after: str) -> None:
    row = ("产出指标", "数量指标", "面积", "≥", before, "平方米")
    assert told(compared([declaration(rows=[row])], [declaration(rows=[(*row[:4], after, row[5])])])) == []


def test_blank_and_zero_differ_and_so_does_what_is_no_amount() -> None:
    found = compared([declaration({"上年结转资金": None})], [declaration({"上年结转资金": Decimal(0)})])
    assert told(found)[1:] == [("校园食堂改造", "上年结转资金", None, Decimal(0))]
    (change,) = found.units[0].projects[0].changes
    assert (change.difference, change.percent) == (None, None)


def test_units_meet_by_the_aliases_of_the_roster() -> None:
    before, after = [declaration({"实施单位": "青溪区卫生局"})], [declaration({"实施单位": "青溪区卫健委（本级）"})]
    roster = Roster(Path("名单.xlsx"), (RosterUnit("青溪区卫健委(本级)", aliases=("青溪区 卫生局",)),))
    found = compared(before, after, roster)
    assert told(found) == []
    assert [(unit.before, unit.after) for unit in found.units] == [("青溪区卫生局", "青溪区卫健委（本级）")]


def test_units_that_may_be_one_are_named_and_not_joined() -> None:
    before, after = [declaration({"实施单位": "青溪区公立医院管理中心"})], [declaration({"实施单位": "青溪区公立医院和社区管理中心"})]
    found = compared(before, after)
    assert [told[0] for told in told(found)] == ["added", "dropped"]
    assert found.notes == (
        "“青溪区公立医院管理中心”只在原来有，“青溪区公立医院和社区管理中心”只在现在有，名称相近。"
        "如果是同一个单位，请在名单的“别名”里写上，再用 --roster 对比。",
    )


def test_a_return_sent_twice_is_said() -> None:
    once = declaration()
    found = compared([once], [once, replace(once, file="再报.xlsx")])
    assert [told[0] for told in told(found)] == ["added"]
    assert found.notes == ("青溪区第一小学：现有不止一张“校园食堂改造”的申报表（再报.xlsx），可能是重复报送，请核对只保留一份。",)


def test_two_projects_of_one_name_are_told_apart_by_content() -> None:
    other = drafted(DRAFTS[3].put(项目名称="校园食堂改造", 实施单位="青溪区第一小学", 年度=2025))
    found = compared([declaration(), other], [other, put(declaration(), 当年财政拨款=Decimal(5))])
    assert told(found)[1:] == [("校园食堂改造", "当年财政拨款", Decimal("1000000.00"), Decimal(5))]


def test_a_new_project_beside_a_dropped_one_is_not_a_renamed_one() -> None:
    before, after = (drafted(DRAFTS[n].put(实施单位="甲中心")) for n in (0, 16))
    assert [each[:3] for each in told(compared([before], [after]))] == [
        ("added", None, "社区健身苑点器材更新"),
        ("dropped", "教学楼屋面维修改造工程", None),
    ]


def test_a_project_with_another_name_and_the_same_content_was_renamed() -> None:
    found = compared([declaration()], [declaration({"项目名称": "学生餐厅提质工程"})])
    assert told(found)[0] == ("renamed", "校园食堂改造", "学生餐厅提质工程")
    assert found.units[0].projects[0].likeness == pytest.approx(0.6, abs=0.01)


def test_a_year_that_differs_from_the_others_is_told() -> None:
    drafts = [drafted(draft) for draft in DRAFTS[:5]]
    later = [next_year(each) for each in drafts]
    later[4] = put(later[4], 年度=2052)
    found = compared(drafts, later)
    assert told(found)[1:] == [
        (drafts[4].project, "年度", 2024, 2052),
        (drafts[4].project, "计划开始日期", date(2023, 9, 1), date(2024, 9, 1)),
        (drafts[4].project, "计划完成日期", date(2026, 8, 31), date(2027, 8, 31)),
    ]
    assert (found.years, found.routine) == ((2024, 2025), 8)


def other_form(name: str, *, code: bool = False, extra: Sequence[Field] = (), measure: str = "目标值") -> Form:
    """A form nobody has drawn: other names, a code where asked for, one level of indicators with a weight."""
    columns = (
        Field("类别", "类别", CODE, code_list="类别"),
        Field("指标内容", "指标内容", TEXT),
        Field(measure, measure, TEXT),
        Field("权重", "权重", AMOUNT),
    )
    fields = (
        Field("实施单位", "单位", TEXT),
        Field("项目名称", "任务", TEXT),
        *([Field("事项编码", "事项编码", CODE)] if code else []),
        Field("经费", "经费", AMOUNT),
        Field("说明文字", "说明", LONG_TEXT),
        *extra,
    )
    table = IndicatorTable(tuple(Column(each, n) for n, each in enumerate(columns, 1)), 10, 40)
    return with_usual_roles(Form(name, "1", Path(f"{name}.xlsx"), "表", name, "A1:G40", fields, table, (), {"类别": ("甲", "乙")}))


def filled(form: Form, values: Mapping[str, Value], rows: Sequence[Sequence[Value]] = ()) -> Declaration:
    names = form.table.names if form.table else ()
    made = tuple(Row(10 + n, {name: entry(value) for name, value in zip(names, row, strict=True)}) for n, row in enumerate(rows))
    return Declaration("甲.xlsx", "表", form.name, {f.name: entry(values.get(f.name)) for f in form.fields}, made, roles=form.roles)


def sides(before: tuple[Form, Sequence[Declaration]], after: tuple[Form, Sequence[Declaration]]) -> Comparison:
    made = [Side(title, tuple(each), {form.name: form}) for title, (form, each) in (("原", before), ("现", after))]
    return compare(made[0], made[1])


def test_projects_of_another_form_meet_by_their_code() -> None:
    form = other_form("任务书", code=True)
    one: dict[str, Value] = {"实施单位": "甲", "项目名称": "道路养护", "事项编码": "A01", "经费": Decimal(100)}
    two: dict[str, Value] = {"实施单位": "甲", "项目名称": "桥梁检测", "事项编码": "A02", "经费": Decimal(200)}
    rows = [("甲", "养护里程", "≥50公里", Decimal(30)), ("乙", "群众满意度", "≥90%", Decimal(10))]
    changed = [("甲", "群众满意度", "≥90.00(%)", Decimal(10)), ("甲", "养护里程", "≥60公里", Decimal(40))]
    found = sides(
        (form, [filled(form, one, rows), filled(form, two)]),
        (form, [filled(form, {**two, "项目名称": "全新的名字"}), filled(form, {**one, "经费": Decimal(150)}, changed)]),
    )
    pairs = found.units[0].projects
    assert [(p.state, p.old_name, p.name, p.matched) for p in pairs] == [
        ("renamed", "桥梁检测", "全新的名字", "code"),
        ("changed", None, "道路养护", "code"),
    ]
    (change,) = pairs[1].changes
    assert (change.field.name, change.difference, change.percent) == ("经费", Decimal(50), Decimal(50))
    moved, revalued = pairs[1].changed_rows
    assert (moved.state, [c.field.name for c in moved.changes]) == ("moved", ["类别"])
    assert (revalued.state, [c.field.name for c in revalued.changes]) == ("changed", ["目标值", "权重"])


def test_a_units_code_does_not_make_different_projects_one() -> None:
    form = other_form("任务书", code=True)
    one = filled(form, {"实施单位": "甲", "项目名称": "道路养护", "事项编码": "330106", "说明文字": "养护全区道路。"})
    two = filled(form, {"实施单位": "甲", "项目名称": "课桌采购", "事项编码": "330106", "说明文字": "购置新课桌椅。"})
    assert [p.state for p in sides((form, [one]), (form, [two])).units[0].projects] == ["added", "dropped"]


def test_two_versions_of_a_form_are_compared_by_their_common_fields() -> None:
    old = other_form("任务书2023", extra=[Field("联系人", "联系人", TEXT)])
    new = other_form("任务书2024", extra=[Field("负责人", "负责人", TEXT)], measure="年度值")
    values: dict[str, Value] = {"实施单位": "甲", "项目名称": "道路养护", "经费": Decimal(100), "联系人": "张", "负责人": "李"}
    found = sides(
        (old, [filled(old, values, [("甲", "养护里程", "50", Decimal(30))])]),
        (new, [filled(new, {**values, "经费": None}, [("甲", "养护里程", "60", Decimal(30))])]),
    )
    (project,) = found.units[0].projects
    assert ([c.field.name for c in project.changes], project.changed_rows) == (["经费"], ())
    (pair,) = found.forms
    assert (pair.before, pair.only_before, pair.after, pair.only_after) == (
        *("任务书2023", ("联系人", "目标值")),
        *("任务书2024", ("负责人", "年度值")),
    )


def test_a_form_without_projects_is_compared_unit_by_unit() -> None:
    drawn = other_form("整体支出")
    form = replace(drawn, fields=tuple(f for f in drawn.fields if f.name != "项目名称"), table=None)
    before = [filled(form, {"实施单位": unit, "经费": Decimal(100), "说明文字": "全年运转。"}) for unit in "甲乙"]
    after = [filled(form, {"实施单位": unit, "经费": Decimal(120), "说明文字": "另起一段话。"}) for unit in "乙甲"]
    found = sides((form, before), (form, after))
    assert [[(c.field.name) for c in p.changes] for unit in found.units for p in unit.projects] == [["经费", "说明文字"]] * 2


# Each edit of a draft: what is done to it, and what must be told of it (the project's name, the old and the new content).
Edit = tuple[str, Callable[[Draft], Draft], Callable[[Draft], list[Told]]]


def field_edit(field: str, value: Callable[[Draft], Value]) -> Edit:
    def expected(draft: Draft) -> list[Told]:
        return [(draft.head["项目名称"], field, draft.head[field], value(draft))]

    return field, lambda draft: draft.put(**{field: value(draft)}), expected


def row_edit(name: str, state: str, number: int, cells: Callable[[Line], Mapping[str, str]]) -> Edit:
    def expected(draft: Draft) -> list[Told]:
        new = cells(draft.rows[number])
        return [(draft.head["项目名称"], state, {n: (draft.rows[number][n], v) for n, v in new.items()})]

    return name, lambda draft: draft.row(number, **cells(draft.rows[number])), expected


EDITS: Sequence[Edit] = (
    field_edit("当年财政拨款", lambda d: Decimal("1234567.89")),
    field_edit("项目类别", lambda d: "特定目标类" if d.head["项目类别"] != "特定目标类" else "其他运转类"),
    field_edit("年度总体目标", lambda d: f"{d.head['年度总体目标']}年底前通过第三方评估。"),
    field_edit("计划完成日期", lambda d: date(2029, 6, 30)),
    row_edit("数值", "changed", 0, lambda row: {"数值": "7654321"}),
    row_edit("符号", "changed", 1, lambda row: {"符号": ">"}),
    row_edit("计量单位", "changed", 2, lambda row: {"计量单位": "批"}),
    row_edit("指标更名", "renamed", 3, lambda row: {"三级指标": f"{row['三级指标']}（全年）"}),
    row_edit("指标移动", "moved", 4, lambda row: {"一级指标": "成本指标", "二级指标": "社会成本指标"}),
    (
        "指标取消",
        lambda draft: replace(draft, rows=draft.rows[:5] + draft.rows[6:]),
        lambda draft: [(draft.head["项目名称"], "dropped", (draft.rows[5]["三级指标"], None))],
    ),
    (
        "指标新增",
        lambda draft: draft.add("社会成本指标 ＺＹ独有指标 ≤ 3 起"),
        lambda draft: [(draft.head["项目名称"], "added", (None, "ＺＹ独有指标"))],
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_random_edits_are_found_exactly_and_backwards_too(data: st.DataObject) -> None:
    drafts = [draft.put(实施单位="汇总单位") for draft in DRAFTS[:8]]
    edited = list(drafts)
    expected: list[Told] = []
    for index, draft in enumerate(drafts):
        chosen = data.draw(st.lists(st.sampled_from(EDITS), max_size=4, unique_by=lambda edit: edit[0]))
        expected += [("changed", draft.head["项目名称"], draft.head["项目名称"])] * bool(chosen)
        for _, change, tell in sorted(chosen, key=lambda edit: edit[0] == "指标取消"):
            expected += tell(draft)
            edited[index] = change(edited[index])
    gone = data.draw(st.sets(st.integers(0, 7), max_size=2))
    names = [draft.head["项目名称"] for draft in drafts]
    expected = [e for e in expected if not {names[n] for n in gone} & set(map(str, e[:2]))]
    expected += [("dropped", names[n], None) for n in gone]
    before = [drafted(draft) for draft in drafts]
    after = data.draw(st.permutations([drafted(draft) for n, draft in enumerate(edited) if n not in gone]))
    found = told(compared(before, after))
    assert sorted(map(str, found)) == sorted(map(str, expected))
    assert sorted(map(str, map(turned, told(compared(after, before))))) == sorted(map(str, found))
    assert told(compared(after, after)) == []


TURNED = {"added": "dropped", "dropped": "added"}


def turned(each: Told) -> Told:
    """What is told of the comparison the other way round."""
    if len(each) == 4:
        return each[0], each[1], each[3], each[2]
    first, second, third = each
    if isinstance(third, (dict, tuple)):
        cells = {n: pair[::-1] for n, pair in third.items()} if isinstance(third, dict) else third[::-1]
        return first, TURNED.get(str(second), second), cells
    return TURNED.get(str(first), first), third, second
