"""The live self-check in filled workbooks: where it stands, what is stored, that its formulas are what Excel takes.

What the formulas give in a spreadsheet program is asserted in tests/oracle.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from tests.outputs.filled_samples import declaration as plain_declaration
from tests.outputs.filled_samples import plain_form
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, Raw, declaration
from tests.rules.mutations import CASES
from tests.shipped import at, shipped_form
from tests.shipped import line as row_at
from toolkit.checking.check import check_declarations
from toolkit.forms.live import function_depth
from toolkit.forms.model import Form
from toolkit.forms.tables import Rule
from toolkit.formula.render import BETWEEN
from toolkit.outputs.filled.selfcheck import read_cells
from toolkit.outputs.filled.selfcheck_formulas import make_plan
from toolkit.outputs.filled.selfcheck_rules import live_rules
from toolkit.outputs.filled.selfcheck_values import calculate
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.sheet import read_sheet
from toolkit.sources.xlsx import read_xlsx
from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.cells import RawCell
from toolkit.spreadsheet.workbook import VISIBLE, WorkbookParts, read_workbook
from toolkit.values.words import DECLARATION, USUAL_SET

pytestmark = pytest.mark.slow

MARK, BLOCK = 8, 9


def parts(data: bytes) -> WorkbookParts:
    return read_workbook(open_package(data, "甲.xlsx"))


def cells(book: WorkbookParts, sheet: str) -> Mapping[tuple[int, int], RawCell]:
    found = book.sheet(sheet)
    assert found is not None
    return book.cells(found)


def broken() -> Draft:
    return DRAFTS[0].put(当年财政拨款=Raw("约八十万", "text")).row(1, 计量单位=None).row(2, 二级指标="无此指标")


def listed(book: WorkbookParts) -> list[dict[str, object]]:
    """Return the lines of 自检 by heading."""
    found = {place: cell.value for place, cell in cells(book, "自检").items()}
    head = next(row for (row, _), value in found.items() if value == "编号")
    titles = {column: str(value) for (row, column), value in found.items() if row == head}
    last = max(row for row, column in found if column == 3)
    return [{title: found.get((row, column)) for column, title in titles.items()} for row in range(head + 1, last + 1)]


def failing(book: WorkbookParts) -> dict[str, str]:
    return {str(line["编号"]): str(line["提示"]) for line in listed(book) if line["结果"] != "✔"}


@pytest.fixture(scope="module")
def book() -> WorkbookParts:
    return parts(fill_workbook(shipped_form(), [declaration(broken()), declaration(DRAFTS[1], sheet="项目2")]))


def test_each_failing_check_says_what_is_wrong_and_where(book: WorkbookParts) -> None:
    lines = {(line["工作表"], line["编号"]): line for line in listed(book) if line["结果"] == "✘"}
    assert {sheet for sheet, _ in lines} == {"项目1"}
    wrong = lines["项目1", "格式-金额"]
    assert wrong["提示"] == "其中：当年财政拨款 不是可以识别的金额。"
    assert wrong["建议"] == "请只填数字，单位为元，如 960000.00。"
    assert str(lines["项目1", "资金-F1"]["提示"]).startswith("规则无法计算：")
    unit = lines["项目1", "指标-单位"]
    assert str(unit["提示"]).startswith(f"第 {row_at(2)} 行：三级指标“")
    assert (unit["级别"], unit["位置"], unit["项目名称"]) == ("错误", at("计量单位", 2), "教学楼屋面维修改造工程")


def test_every_live_rule_is_listed_for_every_project(book: WorkbookParts) -> None:
    form = shipped_form()
    live = [rule.id for rule in form.rules if not rule.batch_only]
    for sheet in ("项目1", "项目2"):
        ids = [str(line["编号"]) for line in listed(book) if line["工作表"] == sheet]
        assert sorted(ids) == sorted(["自检-每行", "格式-错误值", "格式-数字", "格式-日期", "格式-金额", *live])
    left_out = sum(rule.batch_only and USUAL_SET in rule.sets for rule in form.rules)
    assert f"共检查 2 张申报表、{len(listed(book))} 项；另有 {left_out} 项规则" in str(cells(book, "自检")[2, 1].value)


def test_the_list_reads_the_sheets_checks_by_address(book: WorkbookParts) -> None:
    found, read = cells(book, "自检"), set()
    for row in range(5, 5 + len(listed(book))):
        formula = found[row, 16].formula or ""
        match = re.fullmatch(r'IF\(\$W\$\d+,IFERROR\(IF\((项目[12])!\$([A-Z]+)\$(\d+),"✔","✘"\),"✘！"\),"已删除"\)', formula)
        assert match is not None, formula
        place = int(match[3]), a1.column_number(match[2])
        assert place[1] == BLOCK
        assert (found[row, 16].value == "✔") == (cells(book, match[1])[place].value is True)
        read.add((match[1], place))
    assert len(read) == len(listed(book))


def test_what_is_not_passed_comes_first_by_project_then_level(book: WorkbookParts) -> None:
    lines = listed(book)
    order = [(line["结果"] != "✘", str(line["工作表"]), ("错误", "警告", "提示").index(str(line["级别"]))) for line in lines]
    assert order == sorted(order)
    assert lines[0]["结果"] == "✘" and lines[-1]["结果"] == "✔"


def test_headlines_count_what_fails(book: WorkbookParts) -> None:
    lines = [line for line in listed(book) if line["结果"] == "✘"]
    counts = {level: sum(line["级别"] == level for line in lines) for level in ("错误", "警告", "提示")}
    first = cells(book, "项目1")
    assert first[1, MARK].value == f"✘ 还有 {len(lines)} 项未通过"
    assert first[2, MARK].value == f"其中错误 {counts['错误']}、警告 {counts['警告']}、提示 {counts['提示']}。点此查看"
    assert (first[1, MARK].formula or "").startswith('HYPERLINK("#自检!A1",')
    second = cells(book, "项目2")
    assert (second[1, MARK].value, second[2, MARK].value) == ("✔ 全部通过", "")
    assert cells(book, "自检")[1, 1].value == f"✘ 还有 {len(lines)} 项未通过"


def test_a_mark_stands_beside_each_failing_row(book: WorkbookParts) -> None:
    form = shipped_form()
    assert form.table is not None
    marks = {row: cells(book, "项目1")[row, MARK].value for row in range(form.table.first_row, form.table.last_row + 1)}
    assert {row for row, mark in marks.items() if mark} == {row_at(2), row_at(3)}
    assert marks[row_at(2)] == "✘指标-单位"
    assert "✘列表-二级指标" in str(marks[row_at(3)])


def test_live_formulas_are_such_as_excel_2010_takes(book: WorkbookParts) -> None:
    raw = list(formulas(fill_workbook(shipped_form(), [declaration(broken())])))
    assert len(raw) > 1000
    for sheet, place, kind, ref, text in raw:
        row, column = a1.parse_cell(place)
        if sheet == "自检" and kind is not None:
            assert re.fullmatch(f"{place}:V[0-9]+", ref or ""), (
                "the lines are put in order by one array formula, whose first cell alone is there"
            )
        else:
            assert kind is None or (column >= BLOCK and ref == place), place
        assert len(text) <= 8192 and "_xlfn" not in text
        assert all(len(literal) <= 257 for literal in re.findall(r'"(?:[^"]|"")*"', text))
        assert function_depth(text) <= 64
        assert references.sheets_in(text) <= ({"代码表"} if sheet == "项目1" else {"项目1"})
        if place != a1.cell_name(1, BLOCK):
            assert kind == "array" or not re.fullmatch("_jx[0-9]+", text), "a look-up is an array formula for those who take it as entered"
        bare = re.sub("_jxl?[0-9]+", "$A$1", text)
        assert references.map_names(bare, str.upper) == bare or "TRUE" in bare.upper(), "no other defined names"


def test_the_formulas_of_the_rows_stand_once_and_four_projects_stay_small() -> None:
    data = fill_workbook(shipped_form(), [declaration(draft, sheet=f"项目{n}") for n, draft in enumerate(DRAFTS[:4], 1)])
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = next(text for name in package.namelist() if (text := package.read(name).decode("utf-8", "replace")).find("_jx1</f>") > 0)
    row = sheet[sheet.index(f'<row r="{row_at(40)}"') : sheet.index(f'<row r="{row_at(41)}"')]
    texts = re.findall(r"<f[^>]*>([^<]+)</f>", row)
    assert texts and all(re.fullmatch("_jx[0-9]+", text) for text in texts)
    assert 10 < row.count('t="shared"') < 19, "helpers that are short, or read once, have no cells; the texts of the checks are names"
    assert len(data) < 135_000


def test_what_only_rules_ask_for_stands_in_names_and_no_cells_are_walked_for_it() -> None:
    form = shipped_form()
    data = fill_workbook(form, [declaration(broken())])
    loaded = openpyxl.load_workbook(io.BytesIO(data))
    held = [name.value for key, name in loaded.defined_names.items() if key.startswith("_jxl")]
    words = {tuple(re.findall('"((?:[^"]|"")*)"', text)) for text in held if text.startswith("{")}
    words |= {tuple("".join(re.findall('"([^"]*)"', text)).strip(BETWEEN).split(BETWEEN)) for text in held if not text.startswith("{")}
    left = {cell.value for cell in loaded["代码表"][1] if cell.value}
    assert {form.lists["正向词"], form.lists["反向词"], form.lists["处置尾"]} <= words
    assert not {"正向词", "反向词", "处置尾", "标签别名", "标签标准名", "沿用别名"} & left, "reading has the template's own"
    assert {"计量单位", "一级指标", "产出指标", "符号"} <= left
    sheet = loaded["代码表"]
    longest = max(len([word for word in form.lists[name] if word]) for name in left)
    assert sheet.max_row == longest + 1 and not set(sheet.column_dimensions) - {cell.column_letter for cell in sheet[1]}
    strings = zipfile.ZipFile(io.BytesIO(data)).read("xl/sharedStrings.xml").decode()
    assert not any(f">{word}<" in strings for word in form.lists["处置尾"] if len(word) > 2)

    own = {key: name.value for key, name in loaded["项目1"].defined_names.items()}
    found = [re.sub("^_jx[0-9]+$", lambda name: own[name[0]], text) for sheet, *_, text in formulas(data) if sheet == "项目1"]
    areas = [a1.parse_area(area) for text in found for area in re.findall(r"\$[A-Z]+\$[0-9]+:\$[A-Z]+\$[0-9]+", text)]
    assert 10_000 < sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in areas) < 75_000


def formulas(data: bytes) -> Iterator[tuple[str, str, str | None, str | None, str]]:
    """Yield sheet, cell, kind, area and text of every formula of the project and its list, and of the names that stand for some."""
    loaded = openpyxl.load_workbook(io.BytesIO(data))
    for name, defined in (*loaded["项目1"].defined_names.items(), *loaded.defined_names.items()):
        if name.startswith("_jx"):
            yield "项目1", a1.cell_name(1, BLOCK), None, None, defined.value.replace("项目1!", "")
    for name in ("项目1", "自检"):
        for line in loaded[name].iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    array = not isinstance(cell.value, str)
                    text = cell.value.text if array else cell.value
                    yield name, cell.coordinate, "array" if array else None, cell.value.ref if array else None, text[1:]


def test_checks_are_hidden_and_locked_and_not_printed() -> None:
    form = shipped_form()
    loaded = openpyxl.load_workbook(io.BytesIO(fill_workbook(form, [declaration(broken())])))
    sheet = loaded["项目1"]
    last = max(column for (_, column) in cells(parts(fill_workbook(form, [declaration(broken())])), "项目1"))
    widths = {}
    for dimension in sheet.column_dimensions.values():
        for column in range(dimension.min, dimension.max + 1):
            widths[column] = dimension.hidden
    assert [widths[column] for column in range(1, last + 1)] == [False] * MARK + [True] * (last - MARK)
    assert all(sheet.cell(row, column).protection.locked for row in range(1, 120) for column in range(MARK, last + 1))
    assert sheet.protection.sheet and not sheet.protection.formatColumns and not sheet.protection.formatRows
    assert a1.parse_area(sheet.print_area.rpartition("!")[2].replace("$", ""))[3] == MARK - 1
    assert loaded["自检"].protection.sheet and not loaded["自检"].protection.autoFilter
    assert loaded["自检"].auto_filter.ref == f"A4:H{loaded['自检'].max_row}"
    assert loaded["自检"].freeze_panes == "A5"
    assert loaded["自检"].print_title_rows == "$4:$4"


def test_what_the_template_draws_is_not_touched() -> None:
    form = shipped_form()
    checked = openpyxl.load_workbook(io.BytesIO(fill_workbook(form, [])))["项目1"]
    drawn = openpyxl.load_workbook(form.path)[form.sheet]
    for row in drawn.iter_rows():
        for cell in row:
            twin = checked[cell.coordinate]
            assert (twin.value, twin.number_format) == (cell.value, cell.number_format)
            assert copy(twin.font) == copy(cell.font) and copy(twin.fill) == copy(cell.fill)
    assert [str(area.sqref) for area in checked.conditional_formatting][: len(drawn.conditional_formatting)] == [
        str(area.sqref) for area in drawn.conditional_formatting
    ]


def test_a_blank_form_says_what_is_to_be_filled_in() -> None:
    found = failing(parts(fill_workbook(shipped_form(), [])))
    required = {f"必填-{f.name}" for f in shipped_form().fields if f.required}
    assert required <= set(found)
    assert "指标-至少一行" in found
    assert not any(id_.startswith("格式-") for id_ in found)


def test_stored_results_are_those_of_the_check() -> None:
    """For every clean draft and every break of every rule that a unit can type."""
    form = shipped_form()
    batch_only = {rule.id for rule in form.rules if rule.batch_only}
    declared = [declaration(draft, f"{number}.xlsx") for number, draft in enumerate(drafts())]
    found: dict[str, set[str]] = {one.file: set() for one in declared}
    for finding in check_declarations(declared, form):
        if finding.family == DECLARATION and finding.rule not in batch_only:
            found[finding.file].add(finding.rule)
    rules = live_rules(form)
    plan = make_plan(rules, None, MARK)
    wrong = {}
    for one in declared:
        sheet = FilledBook(form, [one]).projects[0].patch.root
        results = calculate(rules, read_cells(sheet, plan.bound, list), None)
        stored = {id_ for id_, r in results.checks.items() if r.failed}
        if stored != found[one.file]:
            wrong[one.file] = stored ^ found[one.file]
    assert wrong == {}
    assert len(declared) > 200


def drafts() -> Iterator[Draft]:
    yield from DRAFTS
    for case in CASES.values():
        for change in case.breaks:
            changed = next(made for draft in DRAFTS if (made := change(draft)) is not None).draft
            contents = (*changed.head.values(), *(content for line in changed.rows for content in line.values()))
            if all(content.state == "text" for content in contents if isinstance(content, Raw)):
                yield changed


def test_a_row_beyond_those_drawn_is_checked_too() -> None:
    draft = replace(DRAFTS[0], rows=DRAFTS[0].rows[:1] * 64 + DRAFTS[0].rows)
    last = len(draft.rows) - 1
    found = parts(fill_workbook(shipped_form(), [declaration(draft.row(last, 计量单位=None))]))
    assert shipped_form().table is not None
    row = shipped_form().table.first_row + last  # type: ignore[union-attr]
    assert row > row_at(60)
    assert failing(found)["指标-单位"].startswith(f"第 {row} 行：")
    assert "✘指标-单位" in str(cells(found, "项目1")[row, MARK].value)


def test_trial_rules_say_so_and_batch_rules_are_left_out() -> None:
    trial = Rule(
        "试-1",
        "warning",
        "表",
        "年度资金申请总额<0",
        "金额 {年度资金申请总额} 元。",
        "请核对 {年度} 年数。",
        ("年度资金申请总额",),
        "",
        "试行",
        False,
        99,
    )
    off = replace(trial, id="停-1", state="停用")
    batch = replace(trial, id="批-1", batch_only=True)
    form = replace(shipped_form(), rules=(trial, off, batch))
    found = listed(parts(fill_workbook(form, [declaration(DRAFTS[0])])))
    assert [line["编号"] for line in found] == ["试-1", "格式-错误值", "格式-数字", "格式-日期", "格式-金额"]
    amount = DRAFTS[0].head["年度资金申请总额"]
    assert found[0]["提示"] == f"（试行）金额 {amount:,.2f} 元。"
    assert found[0]["建议"] == "请核对 2024 年数。"


def test_what_may_give_a_long_text_stands_in_no_name() -> None:
    """A name is calculated as an array formula, in which Excel's IF gives 255 characters."""
    long = 'LEN(IF(一级指标="产出指标",三级指标,计量单位))<300'
    rules = [
        Rule(f"行-{n}", "error", "行", text, "太长。", "", ("三级指标",), "", "启用", False, n)
        for n, text in enumerate((long, "LEN(三级指标)<300"))
    ]
    plan = make_plan(live_rules(replace(shipped_form(), rules=tuple(rules))), None, MARK)
    (first, in_cell), (second, by_name) = plan.blocks[0].chunks
    assert ([check.id for check in first], [check.id for check in second]) == (["行-0"], ["行-1"])
    assert "LEN(IF(" in in_cell.text and not re.search("_jx[0-9]", in_cell.text)
    assert re.search(r",_jx[0-9]+,", by_name.text)
    assert not any("LEN(IF(" in text for text in plan.names("项目1").values())


def test_texts_with_quotes_braces_and_great_length_are_carried() -> None:
    quoted = Rule(
        '引"号', "error", "表", "FALSE", '写作“"”或 {{}}：' + "很长" * 200, '请改 "此" 处。' * 60, ("项目名称",), "", "启用", False, 9
    )
    figures = replace(quoted, id="长-1", message="{" + "&".join(["项目名称"] * 900) + "}完", suggestion="")
    form = replace(shipped_form(), rules=(quoted, figures))
    found = {str(line["编号"]): line for line in listed(parts(fill_workbook(form, [declaration(DRAFTS[0])])))}
    assert found['引"号']["提示"] == '写作“"”或 {}：' + "很长" * 200
    assert found['引"号']["建议"] == '请改 "此" 处。' * 60
    assert found["长-1"]["提示"] == "…完"


def test_a_form_without_rules_gets_no_checks() -> None:
    form = replace(shipped_form(), rules=())
    assert fill_workbook(form, [declaration(DRAFTS[0])]) == FilledBook(form, [declaration(DRAFTS[0])]).to_bytes()


def test_a_form_without_a_table_checks_itself(tmp_path: Path) -> None:
    rule = Rule("得分-1", "error", "表", "得分<=100", "得分 {得分} 超过 100。", "请核对。", ("得分",), "", "启用", False, 2)
    form: Form = replace(plain_form(tmp_path), rules=(rule,))
    found = parts(fill_workbook(form, [plain_declaration({"得分": 101}), plain_declaration({"得分": 99})]))
    assert failing(found) == {"得分-1": "得分 101 超过 100。"}
    assert [sheet.name for sheet in found.sheets if sheet.state == VISIBLE][:3] == ["项目2", "项目3", "自检"]


def test_reading_back_is_not_disturbed() -> None:
    form = shipped_form()
    for declared in (declaration(broken()), declaration(DRAFTS[3])):
        read = []
        for data in (fill_workbook(form, [declared]), FilledBook(form, [declared]).to_bytes()):
            grids, kind = read_xlsx(data, "甲")
            assert kind == "填报"
            read.append([one for grid in grids if (one := read_sheet(grid, form, "甲")) is not None])
        assert read[0] == read[1] and len(read[0]) == 1


def test_other_readers_see_the_stored_results() -> None:
    data = fill_workbook(shipped_form(), [declaration(broken())])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("自检").to_python()
    assert str(rows[0][0]).startswith("✘ 还有 ")
    values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)["项目1"]
    assert str(values.cell(1, MARK).value).startswith("✘ 还有 ")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b'fullCalcOnLoad="1"' in archive.read("xl/workbook.xml")
