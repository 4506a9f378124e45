"""The self-check after ordinary work: cells cut and dragged, rows sorted, inserted and deleted, sheets deleted and renamed.

What Excel does to references when a cell is cut is done to the file (LibreOffice moves otherwise); the rest LibreOffice does as Excel.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests import office
from tests.excel.uno_host import Office
from tests.oracle.selfcheck import failing_rules, texts, verdicts
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, declaration
from tests.shipped import at, line, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.opc import open_package
from toolkit.spreadsheet import a1
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
        parts = {name: package.read(name).decode("utf-8", "surrogateescape") for name in package.namelist()}
    first = next(
        name for name in parts if re.search(r"<f[ >]", parts[name]) and "HYPERLINK(&quot;#自检" in parts[name].replace('"', "&quot;")
    )
    for name, tag in ((first, "f"), ("xl/workbook.xml", "definedName")):
        pieces = re.split(rf"(<{tag}(?: [^>]*)?>)", parts[name])
        for place in range(2, len(pieces), 2):
            formula, end, rest = pieces[place].partition("</")
            for source, target in moves:
                formula = _moved(formula, source, target)
            pieces[place] = formula + end + rest
        parts[name] = "".join(pieces)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text.encode("utf-8", "surrogateescape"))


def _moved(formula: str, source: str, target: str) -> str:
    """A formula after a cell was cut: what named it follows it, what named the cell under it is gone; areas stay."""

    def reference(cell: str) -> str:
        letters, row = re.fullmatch("([A-Z]+)([0-9]+)", cell).groups()  # type: ignore[union-attr]
        return rf"(?<![\w$:])\$?{letters}\$?{row}(?![\w:(])"

    return re.sub(reference(source), target, re.sub(reference(target), "#REF!", formula))


def checked(path: Path) -> set[str]:
    """The rules that `check` finds broken, of those that the sheet checks."""
    live = verdicts(path).keys()
    return {each["rule"] for each in check_returns(Request([str(path)], [shipped_form()])).as_json()["findings"]} & live  # type: ignore[attr-defined]


def test_cutting_moves_references_as_excel_does() -> None:
    assert _moved("$E$4+SUM($E$4:$E$9)+E5+INDEX($E:$E,4)", "E4", "E5") == "E5+SUM($E$4:$E$9)+#REF!+INDEX($E:$E,4)"


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


@pytest.mark.uno
def test_a_row_put_in_has_no_check_and_is_not_passed(libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0])
    libreoffice.ask("open", str(path))
    assert libreoffice.ask("unlock", "项目1") == "locked"
    libreoffice.ask("insert_row", "项目1", line(3))
    libreoffice.ask("put", "项目1", at("三级指标", 3), "XX")
    assert failing_rules(saved(libreoffice, tmp_path)) == {EVERY_ROW}


@pytest.mark.uno
def test_a_row_taken_out_leaves_the_checks_of_the_others(libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0].row(3, 计量单位=None))
    libreoffice.ask("open", str(path))
    libreoffice.ask("unlock", "项目1")
    libreoffice.ask("delete_row", "项目1", line(2))
    edited = saved(libreoffice, tmp_path)
    assert failing_rules(edited) == checked(edited) >= {"指标-单位"}


@pytest.mark.uno
def test_a_check_that_was_wiped_out_is_not_passed(libreoffice: Office, tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0])
    with open_package(path, path.name) as package:
        book = read_workbook(package)
        cells = book.cells(next(sheet for sheet in book.sheets if sheet.name == "项目1"))
    last = max(column for (row, column), cell in cells.items() if row == line(2) and cell.formula)
    libreoffice.ask("open", str(path))
    libreoffice.ask("unlock", "项目1")
    libreoffice.ask("clear", "项目1", a1.cell_name(line(2), last))
    assert failing_rules(saved(libreoffice, tmp_path)) == {EVERY_ROW}


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
