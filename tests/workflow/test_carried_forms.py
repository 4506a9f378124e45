"""What of one form stands in another: fields by name, role and label, targets in columns and in one cell, further row tables, one form a unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

from tests.command import Run
from tests.shipped import ROWS, declaration, entry, shipped_form
from tests.workflow.roster_samples import SCHOOL, write_roster
from toolkit.comparing.carried import carry
from toolkit.errors import FormError
from toolkit.forms import Form, load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Row, Value
from toolkit.reading.sheet import read_sheets
from toolkit.resources import templates_dir
from toolkit.sources.open import open_source

# A bureau's own form, once a unit, in 万元: 字段名, 显示名, 类型, 角色, 沿用, 所属表; where it stands.
FIELDS = (
    ("填表单位", "填表单位", "文本", "单位", None, None, "B2"),
    ("所属年", "年度", "整数", "年度", None, None, "D2"),
    ("联络员", "联络员", "文本", None, "是", None, "B3"),
    ("启动日", "启动日期", "日期", None, "是", None, "D3"),
    ("总盘子", "预算总额", "金额", None, "参考", None, "B4"),
    ("人数", "在编人数", "整数", None, None, None, "D4"),
    ("事名", "工作名称", "文本", None, "是", "工作", "A7:A12"),
    ("事钱", "工作经费", "金额", None, "参考", "工作", "B7:B12"),
    ("完成日", "完成日期", "日期", None, "是", "工作", "C7:C12"),
    ("看点", "指标内容", "文本", None, "是", "看点表", "A15:A20"),
    ("要求", "要求", "指标值", None, "是", "看点表", "B15:B20"),
    ("结果", "结果", "文本", None, None, "看点表", "C15:C20"),
)
HEADS = {6: ("工作名称", "工作经费", "完成日期"), 14: ("指标内容", "要求", "结果")}


def bureau_form(path: Path, **carries: str | None) -> Form:
    """The form; `carries` says otherwise for some fields."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "申报表"
    sheet["A1"] = "部门工作安排表"
    sheet.print_area = "A1:D20"
    for row, heads in HEADS.items():
        for column, text in enumerate(heads, 1):
            sheet.cell(row, column).value = text
    listed = book.create_sheet("字段")
    listed.append(["字段名", "显示名", "类型", "角色", "沿用", "所属表"])
    for name, label, kind, role, carried, table, place in FIELDS:
        first, _, last = place.partition(":")
        area = f"${first[0]}${first[1:]}" + (f":${last[0]}${last[1:]}" if last else "")
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!{area}")
        if table is None:
            sheet[f"{chr(ord(first[0]) - 1)}{first[1:]}"] = label
        listed.append([name, label, kind, role, carries.get(name, carried), table])
    profile = book.create_sheet("表样")
    for line in (("项目", "内容"), ("名称", "部门工作安排表"), ("金额单位", "万元"), ("一张一份", "单位")):
        profile.append(line)
    words = book.create_sheet("代码表")
    for column, (head, *texts) in enumerate((("符号", "≥", "≤", "=", "定性"), ("沿用别名", "年度总体目标"), ("沿用标准名", "联络员")), 1):
        for row, text in enumerate((head, *texts), 1):
            words.cell(row, column).value = text
    book.save(path)
    return load_form(path)


def filled(form: Form, values: Mapping[str, Value], works: Sequence[Sequence[Value]], views: Sequence[Sequence[Value]]) -> Declaration:
    def rows(number: int, given: Sequence[Sequence[Value]]) -> tuple[Row, ...]:
        table = form.tables[number]
        return tuple(
            Row(table.first_row + n, {name: entry(value) for name, value in zip(table.names, row, strict=True)})
            for n, row in enumerate(given)
        )

    entries = {field.name: entry(values.get(field.name)) for field in form.fields}
    return Declaration(
        "甲.xlsx", "项目1", form.name, entries, rows(0, works), roles=form.roles, more_rows={form.tables[1].name: rows(1, views)}
    )


VALUES: Mapping[str, Value] = {
    "填表单位": SCHOOL, "所属年": 2024, "联络员": "王老师", "启动日": date(2024, 2, 29), "总盘子": Decimal("1234500"), "人数": 86,
}  # fmt: skip
WORKS = (("食堂改造", Decimal("1200000"), date(2024, 8, 31)), ("校车更新", Decimal("34500"), None))
VIEWS = (("食堂改造面积", "≥400平方米", "410平方米"),)


def test_a_form_once_a_unit_with_two_row_tables(run: Run, tmp_path: Path) -> None:
    form = bureau_form(tmp_path / "部门工作安排表.xlsx")
    (tmp_path / "去年").mkdir()
    Path("去年/一小.xlsx").write_bytes(fill_workbook(form, [filled(form, VALUES, WORKS, VIEWS)]))
    write_roster(Path("名单.xlsx"), [{"单位": SCHOOL}, {"单位": "青溪区图书馆"}])
    done = run("issue", "名单.xlsx", "--form", form.path, "--from", "去年", "--year", 2025, "--blank", 2, "-o", "下发", "--json")
    assert done.code == 0, done.err
    assert [(each["matched"], each["reason"]) for each in done.json["carried"]["projects"]] == [
        ("unit", None), (None, "来源里没有这个单位的。"),
    ]  # fmt: skip
    path = Path(f"下发/{SCHOOL}.xlsx")
    found, second = (
        each for grid in open_source(path, path.name).grids if "项目" in (grid.name or "") for each in read_sheets(grid, form, path.name)
    )
    empty = {"总盘子": None, "人数": None}
    assert {name: each.value for name, each in found.entries.items()} == {**VALUES, **empty, "所属年": 2025, "启动日": date(2025, 2, 28)}
    works = [tuple(row[name].value for name in ("事名", "事钱", "完成日")) for row in found.rows]
    assert works == [("食堂改造", None, date(2025, 8, 31)), ("校车更新", None, None)]
    views = [tuple(row[name].value for name in ("看点", "要求", "结果")) for row in found.rows_of(form.tables[1])]
    assert views == [("食堂改造面积", "≥400平方米", None)]
    assert (second.value("联络员"), second.rows) == (None, ())
    said = openpyxl.load_workbook(path)["项目1"]
    texts = {cell.coordinate: cell.comment.text.split("\n")[1] for row in said.iter_rows() for cell in row if cell.comment}
    assert texts == {"B4": "123.45 万元", "B7": "120.00 万元", "B8": "3.45 万元"}
    assert run("check", path, "--form", form.path, "--json").json["files"][0]["status"] == "not_filled"


SHARED = load_form(templates_dir() / "项目支出绩效目标表.xlsx")


def test_a_target_in_three_columns_becomes_one_in_a_cell_and_back() -> None:
    """From the declaration in 元 to the one in 万元, whose fields have other names, and back."""
    there = carry(declaration(), shipped_form(), SHARED, 0)
    assert [row["年度指标值"].value for row in there.rows] == [
        "≤3000.00(元/平方米)", "=400.00(平方米)", "=100.00(%)", "=100.00(%)", "≥1350.00(人)", "≥90.50(%)",
    ]  # fmt: skip
    assert {name: each.value for name, each in there.entries.items()} == {
        "主管部门": "青溪区教育局", "起始日期": date(2025, 1, 1), "终止日期": date(2025, 12, 31), "年度目标": declaration().value("年度总体目标"),
    }  # fmt: skip
    assert {each.field for each in there.lines if each.fate == "left"} == {"项目性质", "项目类别", "上年结转资金"}
    moved = Declaration("乙.xlsx", None, SHARED.name, {**there.entries, "年度": entry(2025)}, there.rows, roles=SHARED.roles)
    back = carry(moved, SHARED, shipped_form(), 1)
    table = shipped_form().table
    assert table is not None
    assert [tuple(row[name].value for name in table.names) for row in back.rows] == [tuple(row) for row in ROWS]
    assert (back.entries["计划开始日期"].value, back.entries["年度总体目标"].value) == (
        date(2026, 1, 1),
        declaration().value("年度总体目标"),
    )


def test_another_form_needs_no_list_where_names_and_labels_tell(tmp_path: Path) -> None:
    form = bureau_form(tmp_path / "部门工作安排表.xlsx")
    made = carry(declaration(), shipped_form(), form, 1)
    assert {name: each.value for name, each in made.entries.items()} == {"联络员": declaration().value("年度总体目标")}
    assert {each.field for each in made.lines if each.fate == "left"} > {"项目性质", "年度资金申请总额"}


MISTAKES: Mapping[str, tuple[dict[str, str | None], str]] = {
    "认不出是哪一行": ({"事名": None}, "认得出是哪一行的“事名”却不沿用"),
    "只写了参考": ({"看点": None, "要求": "参考"}, "认得出是哪一行的“看点”却不沿用"),
    "别的词": ({"联络员": "否"}, "“否”不是“是”或“参考”"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_lint_holds_the_columns_of_a_table_together(case: str, tmp_path: Path, run: Run) -> None:
    carries, words = MISTAKES[case]
    with pytest.raises(FormError, match=words):
        bureau_form(tmp_path / "坏.xlsx", **carries)
    done = run("form", "lint", tmp_path / "坏.xlsx")
    assert done.code == 2 and words in done.out
