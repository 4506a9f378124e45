"""The live self-check of forms with two and three row tables, before the same judges: LibreOffice recalculates, `jixiao check` reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests import office
from tests.forms import invented, three_tables
from tests.oracle.selfcheck import failing_rules, texts, verdicts
from tests.rules.kit import tells_of
from toolkit.checking.check import check_declarations, not_applicable
from toolkit.forms import Form, load_form
from toolkit.forms.model import DATE
from toolkit.forms.rules import compile_rules
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import Declaration
from toolkit.reading.sheet import read_sheet
from toolkit.sources.open import open_source
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.spreadsheet.written import CellValue
from toolkit.values.errors import ErrorValue
from toolkit.values.words import DECLARATION

pytestmark = pytest.mark.office

Make = Callable[..., Declaration]
FORMS: Mapping[str, tuple[Callable[[Path], Path], Make]] = {
    "两张行表": (invented.template, invented.declaration),
    "三张行表": (three_tables.template, three_tables.declaration),
}
MADE = 30

# What is typed into the cells of a row, by the type of the column; of a formula also what it comes to.
BLANK, NAUGHT = ('IF(1,"",0)', ""), ("1/0", ErrorValue("#DIV/0!"))
Typed = CellValue | tuple[str, CellValue]
TYPED: Mapping[str, tuple[Typed, ...]] = {
    "文本": (None, "若干材料", "平台", BLANK, "离心机", "显微镜"),
    "代码": (None, "研制", "检测", "没有这一项", "论文"),
    "金额": (None, 0, -5, 130000, 90000.5, "1，200.50", "120,000元", "约三万", NAUGHT, ("2*45000", 90000), 99999999),
    "整数": (None, 0, 3, 2.5, -1, "４", "三台"),
    "小数": (None, 0, 12.5, -3, "7.5", "半"),
    "日期": (None, 46082, 46300, 20260401, "2026-02-01", "2026年6月1日", "明年"),
}
Cells = Mapping[tuple[int, int], Typed]


def workbook(form: Form, filled: Declaration, cells: Cells, *, checked_first: bool) -> bytes:
    """Return the workbook with its cells changed after the checks were put in, as by hand; or before."""
    book = FilledBook(form, [filled])
    patch = book.projects[0].patch
    if checked_first:
        book.add_self_checks()
    for place, typed in cells.items():
        formula, value = typed if isinstance(typed, tuple) else (None, typed)
        patch.put(*place, CellContent(value, formula, patch.style(*place), array=False))
    if not checked_first:
        book.add_self_checks()
    return book.to_bytes()


def changes(form: Form, seed: int, filled: Declaration) -> Cells:
    """Return what a unit types into some cells of some rows of every table.

    A row with nothing but a date or an error value in it is no row to reading: a signature's date, a cell without content.
    """
    rng = random.Random(seed)
    found: dict[tuple[int, int], Typed] = {}
    for table in form.tables:
        end = table.first_row + len(filled.rows_of(table))
        for _ in range(rng.randint(0, 3)):
            column = rng.choice(table.columns)
            row = rng.randint(table.first_row, min(table.last_row, end + 1))
            typed = rng.choice(TYPED[column.field.type])
            if row < end or (typed != NAUGHT and column.field.type != DATE):
                found[row, column.index] = typed
    return found


def found_by_check(path: Path, form: Form) -> tuple[list[Declaration], set[str]]:
    read = [each for grid in open_source(path, "甲").grids if (each := read_sheet(grid, form, "甲")) is not None]
    live = {rule.rule.id for rule in compile_rules(form) if not rule.rule.batch_only}
    cells = {"格式-错误值", "格式-金额", "格式-日期", "格式-数字"}
    found = {each.rule for each in check_declarations(read, form) if each.family == DECLARATION}
    return read, found & (live | cells)


def is_told(rule: str, read: list[Declaration], form: Form) -> bool:
    """Whether a check with that rule alone says that it failed, or could not be calculated."""
    alone = replace(form, rules=tuple(each for each in form.rules if each.id == rule))
    return any(tells_of(finding, rule) for finding in check_declarations(read, alone))


@pytest.mark.parametrize("which", FORMS)
def test_the_list_fails_what_check_finds_in_the_rows_of_every_table(which: str, tmp_path: Path) -> None:
    template, declaration = FORMS[which]
    form = load_form(template(tmp_path / "表.xlsx"))
    filled = declaration(form)
    (tmp_path / "stored").mkdir()
    edited: list[Path] = []
    stored: list[Path] = []
    for seed in range(MADE):
        cells = changes(form, seed, filled)
        for folder, first, made in ((tmp_path, True, edited), (tmp_path / "stored", False, stored)):
            made.append(folder / f"{seed:03}.xlsx")
            made[-1].write_bytes(workbook(form, filled, cells, checked_first=first))
    recalculated = office.convert_all(edited, "xlsx", tmp_path / "recalculated", timeout=900)
    rules = {rule.rule.id for rule in compile_rules(form)}
    wrong: list[tuple[object, ...]] = []
    failed: set[str] = set()
    for seed, (path, shown, ours) in enumerate(zip(edited, recalculated, stored, strict=True)):
        read, found = found_by_check(path, form)
        changed = {name for each in read for repair in each.repairs for name in (repair.field,)}
        failing = set(failing_rules(shown))
        found |= {rule for rule in (failing - found) & rules if is_told(rule, read, form)}
        names = {each.rule.id: each.names for each in compile_rules(form)}
        excused = {rule for rule in found & rules if {name.rpartition(".")[2] for name in names[rule]} & changed}
        passed_over = {each.rule for each in not_applicable(read, form)}
        marked = {rule for rule, mark in verdicts(shown).items() if mark == "不适用"}
        if failing - found or found - failing - excused or passed_over & rules != marked:
            wrong.append((seed, changes(form, seed, filled), failing - found, found - failing, passed_over ^ marked))
        wrong += [(seed, *each) for each in differing(ours, shown, read[0], form)]
        failed |= failing
    assert wrong == [], "\n".join(map(str, wrong))
    of_rows = {rule.id for rule in form.rules_in_force if rule.scope == "行"}
    assert len(failed & of_rows) > len(of_rows) / 2, f"too few of the row rules ever failed: {sorted(of_rows - failed)}"


def differing(ours: Path, theirs: Path, read: Declaration, form: Form) -> Iterator[tuple[str, object, object]]:
    """Yield each of our formulas whose stored result is not that of a recalculation; beside rows without content nothing is stored."""
    filled = {row.row for rows in (read.rows, *read.more_rows.values()) for row in rows}
    blank = {row for table in form.tables for row in range(table.first_row, table.last_row + 1)} - filled
    with open_package(ours, ours.name) as one, open_package(theirs, theirs.name) as other:
        book, twin = read_workbook(one), read_workbook(other)
        for name, first in (("项目1", 9), ("自检", 1)):
            sheet, there = book.sheet(name), twin.sheet(name)
            assert sheet is not None and there is not None
            shown = twin.cells(there)
            for (row, column), cell in book.cells(sheet).items():
                value = shown[row, column].value if (row, column) in shown else None
                passed_over = first > 1 and (row in blank or column < first)
                if cell.formula is not None and not passed_over and as_text(cell.value) != as_text(value):
                    yield f"{name}!{a1.cell_name(row, column)}", cell.value, value


def as_text(value: object) -> str:
    """A number and its text are the same to whoever takes digits out of it, a truth and its number; a blank, nothing and 0 are."""
    text = f"{float(value):.15g}" if isinstance(value, (bool, float)) else str(value or "")
    return "" if text == "0" else text


def test_every_row_has_its_checks_and_its_mark(tmp_path: Path) -> None:
    """A check of a further table that was deleted is missed; the mark stands beside the row."""
    form = load_form(three_tables.template(tmp_path / "表.xlsx"))
    lines = (("离心机", "办公", 2, None, None), ("若干设备", "检测", 0, None, None))
    filled = three_tables.declaration(form, devices=lines)
    sheet = FilledBook(form, [filled])
    sheet.add_self_checks()
    whole = tmp_path / "全.xlsx"
    whole.write_bytes(sheet.to_bytes())
    with open_package(whole, "全") as package:
        cells = texts(read_workbook(package), "项目1")
    marks = {row: text for (row, column), text in cells.items() if column == 9 and row > 2}
    assert {row: marks.get(row) for row in range(24, 30)} == {**dict.fromkeys(range(24, 30)), 26: "✘设备-台数、！设备-用词"}
    last = max(
        column for row, column in cells if row == 26 and isinstance(cells[row, column], str) and "设备-台数" in str(cells[row, column])
    )
    sheet.projects[0].patch.put(26, last, CellContent(None))
    cut = tmp_path / "缺.xlsx"
    cut.write_bytes(sheet.to_bytes())
    shown = office.convert_all([whole, cut], "xlsx", tmp_path / "算")
    assert ["自检-每行" in failing_rules(path) for path in shown] == [False, True]


def test_sheets_with_more_rows_than_others_are_told_apart(tmp_path: Path) -> None:
    """One project has more tasks than are drawn: its rows have their checks, and each line of the list leads to its own sheet's cell."""
    form = load_form(three_tables.template(tmp_path / "表.xlsx"))
    tasks = [(f"任务{number}", Decimal(1000 * number), Decimal(500 if number < 7 else 99999), None) for number in range(1, 9)]
    path = tmp_path / "甲.xlsx"
    path.write_bytes(fill_workbook(form, [three_tables.declaration(form, tasks=tasks), three_tables.declaration(form)]))
    (shown,) = office.convert_all([path], "xlsx", tmp_path / "算")
    read, found = found_by_check(path, form)
    assert found == {"任务-财政", "任务-设备", "行数-任务", "任务-合计"}
    assert [each for each in differing(path, shown, read[0], form) if each[0].startswith("自检")] == []
    with open_package(shown, "算") as package:
        book = read_workbook(package)
        listed, marks = texts(book, "自检"), texts(book, "项目1")
    assert [marks.get((row, 9)) for row in (14, 15, 16)] == ["！任务-设备", *["✘任务-财政、！任务-设备"] * 2]
    ours = [
        (listed[row, 1], listed[row, 3], listed[row, 8]) for row, column in listed if column == 8 and listed.get((row, 3)) == "行数-考核"
    ]
    assert ours == [("项目1", "行数-考核", "B18"), ("项目2", "行数-考核", "B15")]
