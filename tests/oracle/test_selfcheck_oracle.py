"""The live self-check against its two judges: LibreOffice recalculates the workbook, `jixiao check` reads it.

Cells are changed after the checks were written, as a unit changes them, so that every stored result is out of date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from tests import office
from tests.oracle.selfcheck import failing_rules
from tests.oracle.selfcheck_mutations import Case, Cells, Place, cases
from tests.rules.kit import COLUMNS, declaration, tells_of
from tests.rules.mutations import CASES
from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.forms import Form
from toolkit.forms.rules import compile_rules
from toolkit.forms.tables import Rule
from toolkit.outputs.filled.workbook import FilledBook
from toolkit.package.opc import open_package
from toolkit.reading.model import BLANK, OK, Declaration, Entry
from toolkit.reading.sheet import read_sheet
from toolkit.sources.open import open_source
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.words import DECLARATION

# `make judges` takes all of them.
RANDOM_ONES, EVERY = 6, 10

# Of so many cases one has what we would store compared, formula by formula.
STORED = 4

# Of more than 245 files on one command line soffice converts 245 and exits 0 (measured).
BATCH = 130

# A text in 数值 that checking takes for the number it looks like; in Excel it stays a text.
NUMERAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")


@dataclass(frozen=True)
class Judged:
    """One case: its workbook as the unit leaves it, LibreOffice's recalculation of it, and, of some, what we would store."""

    case: Case
    edited: Path
    recalculated: Path
    stored: Path | None


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[Judged]:
    folder = tmp_path_factory.mktemp("selfcheck")
    (folder / "stored").mkdir()
    made = list(cases(RANDOM_ONES, EVERY))
    edited = [folder / f"{number:03}.xlsx" for number in range(len(made))]
    stored = [folder / "stored" / path.name for path in edited]
    for case, path in zip(made, edited, strict=True):
        path.write_bytes(workbook(case, checked_first=True))
    for case, other in list(zip(made, stored, strict=True))[::STORED]:
        other.write_bytes(workbook(case, checked_first=False))
    recalculated = []
    for start in range(0, len(edited), BATCH):
        batch = edited[start : start + BATCH]
        recalculated += office.convert_all(batch, "xlsx", folder / "recalculated", timeout=1800)
    whether = (other if other.exists() else None for other in stored)
    return [Judged(*each) for each in zip(made, edited, recalculated, whether, strict=True)]


def workbook(case: Case, *, checked_first: bool) -> bytes:
    """Return the clean workbook with checks, its cells changed afterwards as by hand; or one whose checks know them."""
    book = FilledBook(shipped_form(), [declaration(case.draft)])
    if checked_first:
        book.add_self_checks()
    final: Cells = {(name, row): None for row in range(len(case.draft.rows)) for name in COLUMNS}
    final.update(case.cells)
    for place, value in final.items():
        book.projects[0].patch.put(*position(place), CellContent(value))
    if not checked_first:
        book.add_self_checks()
    return book.to_bytes()


def position(place: Place) -> tuple[int, int]:
    name, step = (place, 0) if isinstance(place, str) else place
    row, column = a1.parse_cell(shipped_form().by_name[name].cell)
    return row + step, column


@pytest.mark.office
def test_the_list_fails_what_check_finds(judged: list[Judged]) -> None:
    """Where reading took every cell as it stands, the same rules; else at least those that read no cell it changed."""
    form = shipped_form()
    rules = {rule.rule.id: rule for rule in compile_rules(form)}
    wrong = []
    as_they_are = 0
    for one in judged:
        read = [d for grid in open_source(one.edited, "甲").grids if (d := read_sheet(grid, form, "甲")) is not None]
        assert [declared.sheet for declared in read] == ["项目1"]
        found = {
            finding.rule
            for finding in check_declarations(read, form)
            if finding.family == DECLARATION and not (finding.rule in rules and rules[finding.rule].rule.batch_only)
        }
        failing = failing_rules(one.recalculated)
        changed = changed_by_reading(one.case, read[0])
        as_they_are += not changed

        # A rule that a bad cell stops is told in that cell's finding.
        found |= {rule for rule in (failing - found) & set(rules) if is_told(rules[rule].rule, read, form)}
        names = {rule: rules[rule].names for rule in found & set(rules)}
        excused = {rule for rule, read_ in names.items() if {name.rpartition(".")[2] for name in read_} & changed}
        if (failing != found) if not changed else not failing >= found - excused:
            wrong.append((one.case.name, changed, "自检 only", failing - found, "check only", found - failing))
    assert wrong == [], "\n".join(map(str, wrong))
    assert as_they_are >= 35, "too few workbooks that reading took as they are"


def is_told(rule: Rule, read: list[Declaration], form: Form) -> bool:
    """Whether a check with that rule alone says that it failed, or could not be calculated."""
    return any(tells_of(finding, rule.id) for finding in check_declarations(read, replace(form, rules=(rule,))))


@pytest.mark.office
def test_the_breaks_of_every_live_rule_fail_on_the_list(judged: list[Judged]) -> None:
    live = {rule.rule.id for rule in compile_rules(shipped_form()) if not rule.rule.batch_only}
    missed = {j.case.name for j in judged if j.case.name in live and j.case.name not in failing_rules(j.recalculated)}
    assert missed == set()
    assert len({j.case.name for j in judged} & live) * (EVERY + 1) > len({rule for rule in live if rule in CASES})


@pytest.mark.office
def test_nothing_fails_on_the_clean_ones(judged: list[Judged]) -> None:
    clean = [one for one in judged if one.case.name.startswith("clean ")]
    assert len(clean) >= 20
    assert {one.case.name: failing_rules(one.recalculated) for one in clean if failing_rules(one.recalculated)} == {}


@pytest.mark.office
def test_stored_results_are_those_of_a_recalculation(judged: list[Judged]) -> None:
    wrong = []
    compared = 0
    kept = [(one, one.stored) for one in judged if one.stored is not None]
    for one, stored in kept:
        for place, ours, theirs in stored_and_recalculated(stored, one.recalculated):
            compared += 1
            if ours != theirs:
                wrong.append((one.case.name, place, ours, theirs))
    assert wrong == [], "\n".join(map(str, wrong))
    assert compared > 1000 * len(kept) > 1000 * len(judged) / (STORED + 1)


def stored_and_recalculated(stored: Path, recalculated: Path) -> Iterator[tuple[str, object, object]]:
    """Yield every formula's place with the two results; a blank text and none are the same."""
    with open_package(stored, stored.name) as ours, open_package(recalculated, recalculated.name) as theirs:
        book, other = read_workbook(ours), read_workbook(theirs)
        for name in ("项目1", "自检"):
            sheet, twin = book.sheet(name), other.sheet(name)
            assert sheet is not None and twin is not None
            for place, cell in book.cells(sheet).items():
                if cell.formula is not None:
                    found = other.cells(twin).get(place)
                    value = found.value if found is not None else None
                    yield f"{sheet.name}!{a1.cell_name(*place)}", cell.value or None, value or None


def changed_by_reading(case: Case, read: Declaration) -> set[str]:
    """Return the fields whose cells reading took for something else than what stands in them, whether logged or not."""
    changed = {repair.field for repair in read.repairs}
    for place, value in case.cells.items():
        name, step = (place, None) if isinstance(place, str) else place
        row = position(place)[0]
        entries = read.entries if step is None else next((r.entries for r in read.rows if r.row == row), {})
        entry = entries.get(name)
        if entry is not None and is_changed(name, value, entry):
            changed.add(name)
    return changed


def is_changed(name: str, value: object, entry: Entry) -> bool:
    """Return whether a text became another text or a number, or a number a date that it is not in Excel."""
    if entry.state not in (OK, BLANK):
        return False
    if isinstance(value, str):
        return entry.value != value or (name == "数值" and NUMERAL.fullmatch(value) is not None)
    return isinstance(value, int) and isinstance(entry.value, date)
