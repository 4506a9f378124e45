"""`form new`: templates proposed from printed forms, held against where their fields really are; then a year's work with them."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.command import Run
from tests.proposing.printed_forms import FORMS, Expected, draw
from tests.shipped import ROOT
from tests.validator import needs_validator, validate
from toolkit.forms import Form, load_form
from toolkit.forms.book import sheet_names
from toolkit.forms.roster import is_roster
from toolkit.resources import templates_dir
from toolkit.sources.open import open_source
from toolkit.spreadsheet.a1 import cell_name, parse_area, parse_cell
from toolkit.values.text import label_key
from toolkit.values.words import ROLES, YEAR_ROLE

ROSTER = ROOT / "examples" / "名单.xlsx"
SHIPPED = [path for path in sorted(templates_dir().glob("*.xlsx")) if not is_roster(sheet_names(path))]
LINT = "没有发现错误。"

Types = dict[tuple[int, int], str]


def types(form: Form) -> Types:
    """The type of each field by its cell; a column's by its first."""
    return {parse_cell(field.cell): field.type for field in form.by_name.values() if field.cell}


def share(found: Types, expected: Types) -> float:
    """How many of the fields are bound to the right cell with the right type."""
    return sum(found.get(place) == kind for place, kind in expected.items()) / len(expected)


def stripped(path: Path, target: Path, *, bare: bool) -> Types:
    """Write a shipped template as a printed form, without names and declaration sheets; return where its fields are.

    With `bare` also without drop-downs, number formats and locks, as a scan typed anew would be; the line of the year says so in words.
    """
    form = load_form(path)
    book = openpyxl.load_workbook(path)
    sheet = book[form.sheet]
    for name in [name for name in book.sheetnames if name != form.sheet and (bare or name in ("字段", "审核规则", "表样"))]:
        del book[name]
    book.defined_names.clear()
    if bare:
        sheet.data_validations.dataValidation = []
        sheet.protection.sheet = False
        for row in sheet.iter_rows():
            for cell in row:
                cell.number_format = "General"
        sheet[form.by_name[form.roles[YEAR_ROLE]].cell] = "（　　　　年度）"
    book.save(target)
    return types(form)


@pytest.mark.parametrize("bare", [False, True], ids=["格式、下拉齐全", "只有文字和框线"])
@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_layout_without_names_is_bound_again(path: Path, bare: bool, run: Run, tmp_path: Path) -> None:
    expected = stripped(path, tmp_path / "空白表.xlsx", bare=bare)
    assert run("form", "new", "新表", "--from", "空白表.xlsx").code == 0
    assert run("form", "lint", "templates/新表.xlsx").out == f"新表.xlsx：{LINT}\n"
    proposed, shipped = load_form(tmp_path / "templates" / "新表.xlsx"), load_form(path)
    assert share(types(proposed), expected) >= 0.95
    assert types(proposed).keys() - expected.keys() == set()
    assert {role: proposed.by_name[name].cell for role, name in proposed.roles.items()} == {
        role: shipped.by_name[name].cell for role, name in shipped.roles.items()
    }
    assert (proposed.title, proposed.money, proposed.sheets) == (shipped.title, shipped.money, shipped.sheets)
    assert [(t.first_row, t.last_row, t.levels) for t in proposed.tables] == [(t.first_row, t.last_row, t.levels) for t in shipped.tables]


def of_lines(form: Form, expected: Expected) -> int:
    """How many of the fields in lines of text stand right of their label, with the right type."""
    labels = {label_key(label.text): label for label in form.labels}
    found = 0
    for text, kind in expected.lines.items():
        label = labels.get(label_key(text))
        beside = [f for f in form.fields if label and f.cell == cell_name(label.row, label.column + 1)]
        found += [field.type for field in beside] == [kind]
    return found


@pytest.mark.parametrize("suffix", [".xlsx", ".docx"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_of_another_office_is_bound(name: str, suffix: str, run: Run, tmp_path: Path) -> None:
    path, expected = draw(tmp_path, name, suffix)
    assert run("form", "new", "新表", "--from", path).code == 0
    assert run("form", "lint", "templates/新表.xlsx").out == f"新表.xlsx：{LINT}\n"
    form = load_form(tmp_path / "templates" / "新表.xlsx")
    bound = types(form)
    right = sum(bound.get(place) == kind for place, kind in expected.places.items()) + of_lines(form, expected)
    assert right / expected.count >= 0.85
    assert len(bound) <= expected.count + 2


def test_what_is_guessed_says_so(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "甲省-申报表.xlsx")
    made = run("form", "new", "新表", "--from", path, "--json").json
    confirm = {each["name"]: each["confirm"] for each in made["fields"]}
    assert confirm["年度预算总额"] == "类型按“总额”猜是金额"
    assert confirm["项目属性"] == "列表按表上印的选项"
    assert confirm["一级指标"] == "请定：列表按已填的内容猜，可能不全；印好的列，按预填"
    assert confirm["填报单位"] == "类型按“单位”猜是文本；角色按“填报单位”猜是“单位”"
    sheet = openpyxl.load_workbook(tmp_path / "templates" / "新表.xlsx")["字段"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    written = {row[0].value: row[heads["待确认"] - 1].value for row in sheet.iter_rows(min_row=2)}
    assert written == confirm
    coloured = {row[0].value: row[0].fill.fgColor.rgb for row in sheet.iter_rows(min_row=2) if row[0].fill.fill_type}
    assert coloured == {name: "FFF4B084" if "请定" in why else "FFFCE4D6" for name, why in confirm.items() if why}
    told = run("form", "lint", "templates/新表.xlsx").err
    assert f"还有 {len(coloured)} 处待确认" in told


def test_everything_else_of_the_sheet_says_what_it_is(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "甲省-申报表.xlsx")
    run("form", "new", "新表", "--from", path)
    form = load_form(tmp_path / "templates" / "新表.xlsx")
    assert (form.name, form.title, form.money.unit, form.money.places) == ("新表", "省级项目支出绩效目标申报表", "万元", 6)
    assert form.lists["项目属性"] == ("新增项目", "延续项目")
    assert (form.lists["一级指标"], form.lists["产出指标"]) == (("产出指标", "效益指标"), ("数量指标", "质量指标"))
    assert form.by_name["二级指标"].code_list == "@一级指标"
    assert form.table is not None and (form.table.levels, form.table.prefilled) == (("一级指标", "二级指标"),) * 2
    assert {role: name for role, name in form.roles.items() if role in ROLES} == {
        "年度": "年度",
        "单位": "填报单位",
        "项目": "项目名称",
        "项目代码": "项目编码",
        "主管部门": "预算主管部门",
    }
    other, _ = draw(tmp_path, "丙省-整体支出.xlsx")
    run("form", "new", "整体", "--from", other)
    whole = load_form(tmp_path / "templates" / "整体.xlsx")
    assert (whole.sheets, [table.name for table in whole.tables]) == ("单位", ["绩效指标", "年度主要任务"])


def fill(path: Path, target: Path, form: Form) -> None:
    """Fill every open cell of an issued workbook as its field wants it, three rows of each row table."""
    book = openpyxl.load_workbook(path)
    values = {"金额": 1234.56, "日期": date(2026, 3, 1), "整数": 3, "小数": 9.5, "指标值": "≥90%"}
    for sheet in [each for each in book if each.sheet_state == "visible" and re.match("项目|申报表|Sheet", each.title)]:
        for field in form.by_name.values():
            top, left, bottom, _ = parse_area(field.area)
            for row in range(top, min(top + 3, bottom + 1) if field.name in form.table_of else top + 1):
                cell = sheet.cell(row, left)
                if isinstance(cell, openpyxl.cell.MergedCell) or cell.value is not None:
                    continue
                source = field.code_list or ""
                parent = form.by_name.get(source.removeprefix("@")) if source.startswith("@") else None
                words = form.lists.get(str(sheet.cell(row, parse_area(parent.area)[1]).value) if parent else source, ())
                cell.value = values.get(field.type, words[0] if words else f"{field.label}之{row - top + 1}")
    book.save(target)


@pytest.mark.parametrize("name", FORMS)
def test_a_year_with_a_proposed_form(name: str, run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, name)
    run("form", "new", "新表", "--from", path)
    form = load_form(tmp_path / "templates" / "新表.xlsx")
    year = ("--year", "2026") if YEAR_ROLE in form.roles else ()
    assert run("issue", ROSTER, "-o", "下发", *year, "-q").code == 0
    issued = sorted((tmp_path / "下发").glob("*.xlsx"))[0]
    (tmp_path / "回收").mkdir()
    fill(issued, tmp_path / "回收" / issued.name, form)
    checked = run("check", "回收", "--form", "新表", "--json")
    assert (checked.code, [f for f in checked.json["findings"] if f["severity"] != "hint"]) == (0, [])
    records = run("export", "回收", "--form", "新表", "--json").json
    single = [field for field in form.fields if not field.grid and not field.role and field.type == "金额"]
    size = form.money.size
    assert {record[field.name] for record in records for field in single} <= {f"{1234.56 * size:.2f}"}
    assert all(len(record[table.name]) == 3 for record in records for table in form.tables)
    assert run("merge", "回收", "--form", "新表", "-o", "汇总").code == 0
    (summary,) = (tmp_path / "汇总").glob("*.docx")
    document = Document(str(summary))
    text = "\n".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    text += "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "{{" not in text
    texts = [f"{field.label}之1" for field in form.fields if field.type in ("文本", "长文本") and not field.role]
    assert [each for each in texts if each not in text] == []
    assert "1,234.56" in text


def test_a_return_that_is_filled_in_without_merges_or_borders(run: Run, tmp_path: Path) -> None:
    source = ROOT / "examples" / "申报季" / "回收" / "文化馆（自己的版面）.xlsx"
    made = run("form", "new", "新表", "--from", source)
    assert (made.code, "标题里印着年度" in made.out) == (0, True)
    assert run("form", "lint", "templates/新表.xlsx").out == f"新表.xlsx：{LINT}\n"
    form = load_form(tmp_path / "templates" / "新表.xlsx")
    assert {field.name: (field.cell, field.type) for field in form.by_name.values()} == {
        "填报单位": ("B2", "文本"),
        "项目名称": ("B3", "文本"),
        "项目类别": ("E3", "代码"),
        "项目性质": ("H3", "代码"),
        "主管部门": ("B4", "文本"),
        "实施单位": ("E4", "文本"),
        "计划开始日期": ("B5", "日期"),
        "计划完成日期": ("E5", "日期"),
        "年度资金申请总额": ("B6", "金额"),
        "当年财政拨款": ("D6", "金额"),
        "上年结转资金": ("F6", "金额"),
        "年度其他资金": ("H6", "金额"),
        "年度总体目标": ("B7", "长文本"),
        "填报人": ("B16", "文本"),
        "联系电话": ("E16", "文本"),
        "序号": ("A9", "整数"),
        "一级指标": ("B9", "代码"),
        "二级指标": ("C9", "代码"),
        "三级指标": ("D9", "文本"),
        "符号": ("E9", "代码"),
        "数值": ("F9", "文本"),
        "计量单位": ("G9", "文本"),
        "备注": ("H9", "文本"),
    }
    assert (form.money.unit, form.table and form.table.prefilled) == ("万元", ("序号",))


def test_a_workbook_that_we_issued_gives_its_form_again(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "甲省-申报表.xlsx")
    run("form", "new", "新表", "--from", path)
    run("issue", ROSTER, "-o", "下发", "--year", "2026", "-q")
    issued = sorted((tmp_path / "下发").glob("*.xlsx"))[0]
    assert run("form", "new", "再来", "--from", issued).code == 0
    assert run("form", "lint", "templates/再来.xlsx").out == f"再来.xlsx：{LINT}\n"
    first, again = (load_form(tmp_path / "templates" / f"{name}.xlsx") for name in ("新表", "再来"))
    assert (types(again), again.roles, again.print_area) == (types(first), first.roles, first.print_area)
    book = openpyxl.load_workbook(tmp_path / "templates" / "再来.xlsx")
    assert [(each.name, each.value) for each in book.custom_doc_props.props] == [("jixiao.kind", "表样")]


def test_rows_are_added_like_the_last_one(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "丙省-整体支出.xlsx")
    run("form", "new", "短", "--from", path)
    assert run("form", "new", "长", "--from", path, "--rows", "20").code == 0
    assert run("form", "lint", "templates/长.xlsx").out == f"长.xlsx：{LINT}\n"
    short, long = (load_form(tmp_path / "templates" / f"{name}.xlsx") for name in ("短", "长"))
    assert [(table.name, table.size) for table in short.tables] == [("绩效指标", 6), ("年度主要任务", 5)]
    assert [(table.name, table.size) for table in long.tables] == [("绩效指标", 20), ("年度主要任务", 20)]
    assert [field.name for field in long.by_name.values()] == [field.name for field in short.by_name.values()]
    assert parse_cell(long.by_name["年度总体目标"].cell)[0] == parse_cell(short.by_name["年度总体目标"].cell)[0] + 15
    sheet = openpyxl.load_workbook(tmp_path / "templates" / "长.xlsx")[long.sheet]
    upright = {str(merge) for merge in sheet.merged_cells.ranges if merge.min_col == merge.max_col == 1}
    assert upright == {"A6:A28", "A31:A51"}


@pytest.mark.parametrize("path", sorted(templates_dir().glob("项目*.docx")), ids=lambda path: path.stem)
def test_a_word_template_of_ours_is_a_printed_form_with_one_row(path: Path, run: Run, tmp_path: Path) -> None:
    assert run("form", "new", "新表", "--from", path, "--rows", "10").code == 0
    assert run("form", "lint", "templates/新表.xlsx").out == f"新表.xlsx：{LINT}\n"
    proposed, own = load_form(tmp_path / "templates" / "新表.xlsx"), load_form(path.with_suffix(".xlsx"))
    assert proposed.table is not None and own.table is not None
    assert proposed.table.size == 10
    assert [label_key(column.field.label) for column in proposed.table.columns] == [label_key(c.field.label) for c in own.table.columns]
    texts = {str(value) for grid in open_source(path, path.name).grids for value in grid.cells.values()}
    assert {label_key(text) for text in texts if "{{" not in text} <= {label_key(label.text) for label in proposed.labels} | {"—"}
    kinds = [sorted(field.type for field in form.fields if not field.role) for form in (proposed, own)]
    assert kinds[0] == kinds[1]


def test_a_template_that_is_there_already_and_a_file_without_a_form_are_refused(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "乙市-自评表.docx")
    assert run("form", "new", "新表", "--from", path).code == 0
    again = run("form", "new", "新表", "--from", path)
    assert (again.code, "新表.xlsx" in again.err) == (5, True)
    assert run("form", "new", "新表", "--from", path, "--force").code == 0
    book = openpyxl.Workbook()
    book.save("空.xlsx")
    assert run("form", "new", "空表", "--from", "空.xlsx").code in (2, 4)
    assert run("form", "new", "空表", "--from", "没有.xlsx").code == 4
    assert run("form", "new", "a/b", "--from", path).code == 2
    assert not (tmp_path / "templates" / "空表.xlsx").exists()


def test_the_sheet_that_is_named_is_taken(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "甲省-申报表.xlsx")
    book = openpyxl.load_workbook(path)
    book.create_sheet("填表说明").append(["一、请如实填写。"])
    book.save(path)
    assert run("form", "new", "新表", "--from", path, "--sheet", "没有").code == 2
    assert run("form", "new", "新表", "--from", path, "--sheet", "Sheet").code == 0
    assert load_form(tmp_path / "templates" / "新表.xlsx").instructions == ("一、请如实填写。",)


def test_both_files_say_what_they_are_in_json(run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, "戊区-监控表.docx")
    made = json.loads(run("form", "new", "新表", "--from", path, "--json").out)
    assert (made["workbook"], made["word"], made["money"]) == ("templates/新表.xlsx", "templates/新表.docx", "元")
    assert made["notes"] == ["没有认出“年度”是哪一格，请在“字段”表的角色一栏写上"]


# Every workbook of openpyxl has its fonts' children in this order, and opens.
OPENPYXL = "/xl/styles.xml /x:styleSheet[1]/x:fonts[1]/x:font[1]: "


@needs_validator
@pytest.mark.parametrize("name", ["甲省-申报表.xlsx", "乙市-自评表.docx", "丙省-整体支出.xlsx"])
def test_office_has_nothing_against_either_file(name: str, run: Run, tmp_path: Path) -> None:
    path, _ = draw(tmp_path, name)
    run("form", "new", "新表", "--from", path, "--rows", "12")
    found = [error for suffix in (".xlsx", ".docx") for error in validate(tmp_path / "templates" / f"新表{suffix}")]
    assert [error for error in found if not error.startswith(OPENPYXL)] == []
