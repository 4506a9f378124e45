"""The self-check after ordinary work: cells cut and dragged, rows sorted, inserted and deleted, sheets deleted and renamed.

What Excel does to references when a cell is cut is done to the file (LibreOffice moves otherwise); the rest LibreOffice does as Excel.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from tests import office
from tests.excel.uno_host import Office
from tests.oracle.selfcheck import failing_rules, texts, verdicts
from tests.oracle.test_selfcheck_shipped import clean_ones
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, declaration
from tests.shipped import at, line, shipped_form
from toolkit.forms import Form, load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import BLANK_ENTRY
from toolkit.resources import templates_dir
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.row_insertion import spell_out_shared
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.workflow.check import check_returns
from toolkit.workflow.request import Request

pytestmark = [pytest.mark.office, pytest.mark.slow]

EVERY_ROW = "自检-每行"


def written(folder: Path, *drafts: Draft) -> Path:
    path = folder / "甲.xlsx"
    path.write_bytes(fill_workbook(shipped_form(), [declaration(d, sheet=f"项目{n}") for n, d in enumerate(drafts, 1)]))
    return path


def saved(libreoffice: Office, folder: Path) -> Path:
    """What is open now, recalculated."""
    path = folder / "改后.xlsx"
    libreoffice.ask("recalculate")
    libreoffice.ask("save_copy", str(path))
    libreoffice.ask("close")
    return path


def cut(path: Path, *moves: tuple[str, str]) -> None:
    """Do to every formula of 项目1 what Excel does when the first cell of a pair is cut and pasted onto the second."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    first = next(name for name, part in parts.items() if name.startswith("xl/worksheets/") and "#自检!A1".encode() in part)
    for name, tag in ((first, "f"), ("xl/workbook.xml", "definedName")):
        root = etree.fromstring(parts[name])
        if name == first:
            spell_out_shared(root)
        for formula in root.iter(f"{{{MAIN_NS}}}{tag}"):
            for source, target in moves:
                formula.text = _moved(formula.text, source, target) if formula.text else None
        parts[name] = etree.tostring(root)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)


def _moved(formula: str, source: str, target: str) -> str:
    """A formula after a cell was cut: what named it follows it, what named the cell under it is gone; areas stay, but the edge of one of a
    column goes along with a cell of it that is put elsewhere in it."""
    (letters, row), (there, below) = (re.fullmatch("([A-Z]+)([0-9]+)", cell).groups() for cell in (source, target))  # type: ignore[union-attr]

    def reference(letters: str, row: str) -> str:
        return rf"(?<![\w$:])\$?{letters}\$?{row}(?![\w:(])"

    if letters == there:
        formula = re.sub(rf"(?<![\w$:])\$?{letters}\$?{row}:(?=\$?{letters}\$?[0-9])", f"${letters}${below}:", formula)
    return re.sub(reference(letters, row), target, re.sub(reference(there, below), "#REF!", formula))


def checked(path: Path, form: Form | None = None) -> set[str]:
    """The rules that `check` finds broken, of those that the sheet checks."""
    live = verdicts(path).keys()
    return {each["rule"] for each in check_returns(Request([str(path)], [form or shipped_form()])).as_json()["findings"]} & live  # type: ignore[attr-defined]


def test_cutting_moves_references_as_excel_does() -> None:
    assert _moved("$E$4+SUM($E$4:$E$9)+E5+INDEX($E:$E,4)", "E4", "E5") == "E5+SUM($E$5:$E$9)+#REF!+INDEX($E:$E,4)"
    assert _moved("SUM($E$4:$E$9)", "E4", "F4") == "SUM($E$4:$E$9)"


def test_a_cell_cut_and_put_on_another_takes_no_check_along(tmp_path: Path) -> None:
    draft = DRAFTS[0]
    clean = written(tmp_path, draft)
    moves = [(at("计量单位", 2), at("计量单位", 3)), (at("当年财政拨款"), at("上年结转资金")), (at("项目名称"), at("年度总体目标"))]
    changed = draft.row(1, 计量单位=None).row(2, 计量单位=draft.rows[1]["计量单位"])
    changed = changed.put(当年财政拨款=None, 上年结转资金=draft.head["当年财政拨款"], 项目名称=None, 年度总体目标=draft.head["项目名称"])
    edited = tmp_path / "剪切.xlsx"
    edited.write_bytes(fill_workbook(shipped_form(), [declaration(changed)]))
    cut(edited, *moves)
    found = failing_rules(office.convert(edited, "xlsx", tmp_path / "重算"))
    assert failing_rules(office.convert(clean, "xlsx", tmp_path / "原样")) == frozenset()
    assert found == checked(edited)
    assert {"指标-单位", "必填-项目名称"} <= found


def test_cells_of_a_column_with_something_computed_are_cut_too(tmp_path: Path) -> None:
    """分值 and 得分 of 自评表 stand in columns with computed cells; the first of a column of numbers is cut as any other."""
    form = load_form(templates_dir() / "项目支出绩效自评表.xlsx")
    (clean,) = clean_ones(form)
    points, score = (a1.parse_cell(form.by_name[name].cell) for name in ("分值", "得分"))
    path = tmp_path / "自评.xlsx"
    path.write_bytes(fill_workbook(form, [clean]))
    assert failing_rules(office.convert(path, "xlsx", tmp_path / "原样")) == frozenset()
    rows = [replace(row, entries={**row.entries}) for row in clean.rows]
    rows[0].entries["得分"], rows[1].entries["得分"] = BLANK_ENTRY, rows[0].entries["得分"]  # type: ignore[index]
    path.write_bytes(fill_workbook(form, [replace(clean, rows=tuple(rows))]))
    moves = [(a1.cell_name(row, column), a1.cell_name(row + 1, column)) for row, column in (points, score)]
    cut(path, *moves)
    found = failing_rules(office.convert(path, "xlsx", tmp_path / "重算"))
    assert found == checked(path, form) >= {"必填-得分"}
    assert not {rule for rule in found if rule.startswith("格式-")}, "every row reads its own cell"


@pytest.mark.uno
@pytest.mark.parametrize("place", [1, 3, 61], ids=["above the first", "between", "below the last"])
def test_a_row_put_in_has_no_check_and_is_not_passed(place: int, libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0])
    libreoffice.ask("open", str(path))
    assert libreoffice.ask("unlock", "项目1") == "locked"
    libreoffice.ask("insert_row", "项目1", line(place))
    libreoffice.ask("put", "项目1", at("三级指标", place), "XX")
    assert failing_rules(saved(libreoffice, tmp_path)) == {EVERY_ROW}


@pytest.mark.uno
@pytest.mark.parametrize("place", [1, 2, 60])
def test_a_row_taken_out_leaves_the_checks_of_the_others(place: int, libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0].row(3, 计量单位=None))
    libreoffice.ask("open", str(path))
    libreoffice.ask("unlock", "项目1")
    libreoffice.ask("delete_row", "项目1", line(place))
    edited = saved(libreoffice, tmp_path)
    assert failing_rules(edited) == checked(edited) >= {"指标-单位"}


@pytest.mark.uno
def test_a_check_that_was_wiped_out_is_not_passed(libreoffice: Office, tmp_path: Path) -> None:
    """Also what a check reads: whether its row is filled in, a number, a look-up, each of the single cells below the form."""
    path = written(tmp_path, DRAFTS[0])
    with open_package(path, path.name) as package:
        book = read_workbook(package)
        cells = book.cells(next(sheet for sheet in book.sheets if sheet.name == "项目1"))
    hidden = {place for place, cell in cells.items() if cell.formula and place[1] > a1.parse_cell(at("计量单位"))[1] + 1}
    below = sorted(place for place in hidden if place[0] > line(60) and place[1] > min(column for _, column in hidden))
    of_row = sorted(place for place in hidden if place[0] == line(2))
    passed = []
    for place in (*of_row, *below[4::9]):
        libreoffice.ask("open", str(path))
        libreoffice.ask("unlock", "项目1")
        libreoffice.ask("clear", "项目1", a1.cell_name(*place))
        passed += [place] if EVERY_ROW not in failing_rules(saved(libreoffice, tmp_path)) else []
    assert len(of_row) > 10 and len(below) > 30
    assert passed == []


@pytest.mark.uno
@pytest.mark.parametrize("text", ["\n", "　", " \n　"], ids=["line end", "wide blank", "several"])
def test_a_cell_that_only_looks_filled_in_is_not(text: str, libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0])
    libreoffice.ask("open", str(path))
    libreoffice.ask("put", "项目1", at("三级指标", 2), text)
    libreoffice.ask("put", "项目1", shipped_form().by_name["项目名称"].cell, text)
    edited = saved(libreoffice, tmp_path)
    assert failing_rules(edited) == checked(edited) >= {"必填-三级指标", "必填-项目名称"}


@pytest.mark.uno
def test_a_line_that_was_wiped_out_and_hidden_columns_that_are_gone_are_not_passed(libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0], DRAFTS[1])
    totals = []
    for orders in ((), (("clear", "自检", "P7"),), (("clear", "自检", "E7"),), (("delete_columns", "项目1", 9, 60),)):
        libreoffice.ask("open", str(path))
        libreoffice.ask("unlock", "项目1")
        libreoffice.ask("unlock", "自检")
        for order in orders:
            libreoffice.ask(*order)
        edited = saved(libreoffice, tmp_path)
        with open_package(edited, edited.name) as package:
            totals.append(str(texts(read_workbook(package), "自检")[1, 1]))
    lines = len(verdicts(path))
    assert totals == ["✔ 全部通过", "✘ 还有 1 项未通过", "✘ 还有 1 项未通过", f"✘ 还有 {lines} 项未通过"]


@pytest.mark.uno
@pytest.mark.parametrize("column", [1, 4, 7])
def test_a_column_put_in_moves_what_the_checks_read(column: int, libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0].row(1, 计量单位=None))
    libreoffice.ask("open", str(path))
    libreoffice.ask("unlock", "项目1")
    libreoffice.ask("insert_column", "项目1", column)
    assert failing_rules(saved(libreoffice, tmp_path)) == {"指标-单位"}


@pytest.mark.uno
def test_sorted_rows_are_checked_where_they_are_now(libreoffice: Office, tmp_path: Path) -> None:
    draft = DRAFTS[0].row(1, 计量单位=None)
    path = written(tmp_path, draft)
    libreoffice.ask("open", str(path))
    for number, row in enumerate((draft.rows[1], draft.rows[0]), 1):
        for name, value in row.items():
            if value is None:
                libreoffice.ask("clear", "项目1", at(name, number))
            else:
                libreoffice.ask("put", "项目1", at(name, number), str(value))
    edited = saved(libreoffice, tmp_path)
    assert failing_rules(edited) == checked(edited) >= {"指标-单位"}


@pytest.mark.uno
def test_sheets_deleted_and_renamed_are_seen_as_such(libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0].row(1, 计量单位=None), DRAFTS[1].put(项目名称=None), DRAFTS[2])
    libreoffice.ask("open", str(path))
    libreoffice.ask("remove_sheet", "项目1")
    libreoffice.ask("rename_sheet", "项目2", "改过的名字")
    edited = saved(libreoffice, tmp_path)
    with open_package(edited, edited.name) as package:
        listing = texts(read_workbook(package), "自检")
    marks = {str(listing[row, 1]): set() for row, column in listing if column == 1 and row > 4}  # type: ignore[var-annotated]
    for row in (row for row, column in listing if column == 5 and row > 4):
        marks[str(listing[row, 1])].add(listing[row, 5])
    assert marks["项目1"] == {"已删除"}
    assert "✘" in marks["项目2"] and "已删除" not in marks["项目2"] | marks["项目3"]
    assert str(listing[1, 1]).startswith("✘ 还有 ")
