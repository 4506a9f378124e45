"""Every shipped form's live self-check on workbooks that units changed in all ways: LibreOffice recalculates, `jixiao check` reads.

Where reading took a cell for something else than what stands in it (`5万元`, blanks in a word), 自检 may ask that it be written otherwise:
rules about that field are not compared. Both judge the workbook as LibreOffice leaves it: what was computed follows what was typed.

The suite takes some of each form; `make selfchecks` takes 200.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import office
from tests.oracle.mutated import Cells, Mutations
from tests.oracle.selfcheck import failing_rules, verdicts
from tests.oracle.test_selfcheck_tables import found_by_check, is_told
from tests.roundtrips.generate import made_up
from tests.roundtrips.test_roundtrips import FORMS
from toolkit.checking.check import not_applicable
from toolkit.forms import Form, load_form
from toolkit.forms.rules import compile_rules
from toolkit.intake.batch import read_batch
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import OK, Declaration
from toolkit.resources import examples_dir, templates_dir
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.spreadsheet.workbook import read_workbook

pytestmark = [pytest.mark.office, pytest.mark.slow]

MADE = int(os.environ.get("JIXIAO_SELFCHECKS", "8"))
FIRST = int(os.environ.get("JIXIAO_SELFCHECKS_FROM", "0"))

# Of more than 245 files on one command line soffice converts 245 and exits 0 (measured).
BATCH = 100


def clean_ones(form: Form) -> list[Declaration]:
    """The examples of the form: on these a single mistake is the only one."""
    batch = read_batch([str(path) for path in sorted(examples_dir().rglob("*.xlsx")) if "名单" not in path.name], [form])
    return [each for each in batch.declarations if each.form == form.name]


def changed(form: Form, filled: Declaration, seed: int) -> tuple[bytes, Cells]:
    """Return the workbook with cells changed by hand after its checks were put in, and these cells."""
    with open_package(fill_workbook(form, [filled]), "甲") as package:
        book = read_workbook(package)
        sheet = book.sheet("项目1")
        assert sheet is not None
        stored = {place: cell.value for place, cell in book.cells(sheet).items() if cell.formula is None}
    counts = {table.name: max(1, len(filled.rows_of(table))) for table in form.tables}
    cells = Mutations(form, stored, counts, seed).several()
    made = FilledBook(form, [filled])
    made.add_self_checks()
    patch = made.projects[0].patch
    for place, typed in cells.items():
        formula, value = typed if isinstance(typed, tuple) else (None, typed)
        patch.put(*place, CellContent(value, formula, patch.style(*place), array=False))
    return made.to_bytes(), cells


def read_otherwise(read: list[Declaration], cells: Cells) -> set[str]:
    """The fields whose cells reading took for something else than what stands in them, logged or, of blanks around a word, not."""
    entries = [pair for each in read for pair in each.entries.items()]
    entries += [pair for each in read for rows in (each.rows, *each.more_rows.values()) for row in rows for pair in row.entries.items()]
    typed = {a1.cell_name(*place): value for place, value in cells.items() if isinstance(value, str)}
    taken = {name for name, entry in entries if entry.state == OK and typed.get(entry.cell or "", entry.value) != entry.value}
    return {name.rpartition(".")[2] for name in taken | {repair.field for each in read for repair in each.repairs}}


@pytest.mark.parametrize("name", FORMS)
def test_the_list_fails_what_check_finds(name: str, tmp_path: Path) -> None:
    form = load_form(templates_dir() / f"{name}.xlsx")
    clean = clean_ones(form)
    assert clean
    edited: list[Path] = []
    typed: list[Cells] = []
    for seed in range(FIRST, FIRST + MADE):
        data, cells = changed(form, made_up(form, seed) if seed % 3 == 0 else clean[seed % len(clean)], seed)
        edited.append(tmp_path / f"{seed:04}.xlsx")
        edited[-1].write_bytes(data)
        typed.append(cells)
    recalculated = [
        path
        for start in range(0, len(edited), BATCH)
        for path in office.convert_all(edited[start : start + BATCH], "xlsx", tmp_path / "recalculated", timeout=1800)
    ]
    compiled = compile_rules(form)
    names = {rule.rule.id: {each.rpartition(".")[2] for each in rule.names} for rule in compiled}
    wrong: list[tuple[object, ...]] = []
    as_they_are = 0
    for shown, cells in zip(recalculated, typed, strict=True):
        read, found = found_by_check(shown, form)
        repaired = read_otherwise(read, cells)
        failing = set(failing_rules(shown))
        found |= {rule for rule in (failing - found) & set(names) if is_told(rule, read, form)}
        excused = {rule for rule in names if names[rule] & repaired}
        if repaired:
            found |= {rule for rule in failing if rule.startswith("格式-")}
        passed_over = {each.rule for each in not_applicable(read, form)} & set(names)
        marked = {rule for rule, mark in verdicts(shown).items() if mark == "不适用"}
        as_they_are += not repaired
        alone = (failing - found - excused, found - failing - excused, (passed_over ^ marked) - excused)
        if any(alone):
            wrong.append((shown.stem, cells, *zip(("自检 only", "check only", "passed over by one"), alone, strict=True)))
    print(f"{name}：{len(edited)} 份，{as_they_are} 份没有修复，{len(wrong)} 份不同")
    assert wrong == [], "\n".join(map(str, wrong))
    assert as_they_are > len(edited) / 4
