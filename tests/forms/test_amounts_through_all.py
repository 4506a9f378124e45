"""Amounts of every size in every unit: from one unit of the last printed decimal to a million million 元, on forms made up from a number.

Exact through sheet, rules, recalculated 自检, Word, 总表 and back, where they are multiples of the last decimal; said where they are not.
A column adds up to no more than that either: two numbers that differ by less than 2^-48 of them are one to LibreOffice's subtraction.
The suite takes one form for each unit; JIXIAO_AMOUNTS=20 takes more.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.command import Run
from tests.forms.any_form import AnyForm, Given, Single, any_form, filled, rearranged, shown, write
from tests.forms.test_any_form import declared, exported, record, sent, told
from tests.oracle.selfcheck import failing_rules
from toolkit.forms import Form, load_form
from toolkit.outputs.filled.workbook import FilledBook
from toolkit.reading.model import Value
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.sheet_patch import CellContent

pytestmark = pytest.mark.slow

MONEY = [("元", 0), ("元", 2), ("千元", 2), ("千元", 5), ("万元", 2), ("万元", 4), ("万元", 6), ("亿元", 2), ("亿元", 6)]
SEEDS = range(900, 900 + int(os.environ.get("JIXIAO_AMOUNTS", "1")))
MOST = Decimal(10) ** 12


def sized(made: AnyForm, seed: int) -> Given:
    """Return what a unit declares, with amounts from the least to the most that may be, nothing wrong with them."""
    chance = random.Random(f"sized {seed}")
    most = int(MOST / made.step)

    def amount() -> Decimal:
        bounds = (1, 9, 10, most, most - 1, most // 2 + 1, most // 3, 123_456_789_012_345 % most)
        count = chance.choice((*bounds, chance.randrange(1, most), int(most ** chance.random())))
        return (made.step * max(1, count)).quantize(Decimal("0.01"))

    given = filled(made, seed)
    values: dict[str, Value] = dict(given.values)
    first, second, *more = [each.name for each in made.of("金额") if each.formula is None]
    values |= {name: amount() for name in (first, second, *more)}
    for grid in made.grids:
        for row in grid.rows if grid.kind == "金额" else ():
            for column, value in zip(grid.columns, sorted((amount(), amount()), reverse=True), strict=True):
                values[f"{grid.name}.{row}.{column}"] = value
    rows = {}
    for table in made.tables:
        most_, part = (table.columns.index(column) for column in table.of("金额")[:2])
        lines = [list(line) for line in given.rows[table.name]]
        left = MOST
        for number, line in enumerate(lines, 1):
            lesser, whole = sorted((amount(), amount()))
            whole = min(whole, left - made.step * (len(lines) - number))
            line[most_], line[part] = whole, min(lesser, whole)
            left -= whole
        rows[table.name] = tuple(map(tuple, lines))
    of_two, of_rows = totals_of(made)
    at = made.tables[0].columns.index(made.tables[0].of("金额")[0])
    values[of_two.name] = _sum(values[first], values[second])
    values[of_rows.name] = _sum(*(line[at] for line in rows[made.tables[0].name]))
    return Given(values, rows)


def totals_of(made: AnyForm) -> list[Single]:
    return [each for each in made.singles if each.formula]


def _sum(*values: Value) -> Decimal:
    return sum((each for each in values if isinstance(each, Decimal)), Decimal(0))


@dataclass(frozen=True)
class Slip:
    """A cell that says one unit of the last decimal too much, and the rule that must tell it."""

    cell: str
    value: Decimal
    rule: str


def slips(made: AnyForm, given: Given) -> Iterator[Slip]:
    for total in totals_of(made):
        yield Slip(a1.cell_name(total.area[0], total.area[1]), _sum(given.values[total.name]) + made.step, f"计算-{total.name}")
    for table in made.tables:
        most, part = table.of("金额")[:2]
        line = given.rows[table.name][-1]
        row = table.first + len(given.rows[table.name]) - 1
        yield Slip(a1.cell_name(row, part.left), _sum(line[table.columns.index(most)]) + made.step, f"{table.name}-不超")
    for grid in made.grids:
        if grid.kind == "金额":
            one, other = grid.columns
            cell = grid.cell(grid.rows[0], other)
            yield Slip(cell, _sum(given.values[f"{grid.name}.{grid.rows[0]}.{one}"]) + made.step, f"{grid.name}-不超")


def typed(made: AnyForm, form: Form, given: Given, path: Path, cells: Mapping[str, Decimal]) -> Path:
    """Write the workbook with amounts typed over after its checks were put in, formulas too."""
    book = FilledBook(form, [declared(form, given)])
    book.add_self_checks()
    patch = book.projects[0].patch
    for cell, value in cells.items():
        place = a1.parse_cell(cell)
        number = shown(value, "金额", made)
        assert isinstance(number, Decimal)
        patch.put(*place, CellContent(float(number), None, patch.style(*place), array=False))
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_bytes(book.to_bytes())
    return path


def numbers(path: Path) -> set[Decimal]:
    """Every number of a workbook as Excel shows it, of its 15 digits; of a formula what was stored."""
    sheets = openpyxl.load_workbook(path, data_only=True)
    cells = [cell for sheet in sheets for row in sheet.values for cell in row if isinstance(cell, (int, float))]
    return {Decimal(f"{cell:.15g}") for cell in cells if not isinstance(cell, bool)}


@pytest.mark.parametrize(("unit", "places"), MONEY)
def test_amounts_are_exact_wherever_they_go(unit: str, places: int, tmp_path: Path, run: Run) -> None:
    for seed in SEEDS:
        folder = tmp_path / str(seed)
        folder.mkdir()
        made = any_form(seed, (unit, places))
        form = load_form(write(made, folder))
        given = sized(made, seed)
        right = record(made, given)
        returned = sent(form, given, folder / "回收" / "甲.xlsx")
        other = folder / "别的画法.xlsx"
        rearranged(made, given, other, seed)
        for path in (returned, other):
            assert (seed, exported(run, path, made, form), told(run, path, form)) == (seed, [right], [])
        assert run("merge", returned, "--form", form.path, "-o", folder / "汇总").code == 0
        (printed,) = (folder / "汇总").glob("*.docx")
        assert (seed, exported(run, printed, made, form)) == (seed, [right])
        assert run("import", printed, "--form", form.path, "-o", folder / "填报").code == 0
        (back,) = (folder / "填报").glob("青溪*.xlsx")
        assert (seed, exported(run, back, made, form)) == (seed, [right])
        amounts = {_sum(given.values[each.name]) for each in made.of("金额")}
        assert (seed, amounts - numbers(folder / "汇总" / "总表.xlsx")) == (seed, set())


@pytest.mark.office
@pytest.mark.parametrize(("unit", "places"), MONEY)
def test_one_unit_of_the_last_decimal_too_much_is_told_by_check_and_by_the_live_list(
    unit: str, places: int, tmp_path: Path, run: Run
) -> None:
    paths: list[Path] = []
    wanted: list[tuple[Form, set[str]]] = []
    for seed in SEEDS:
        made = any_form(seed, (unit, places))
        (tmp_path / f"表样{seed}").mkdir()
        form = load_form(write(made, tmp_path / f"表样{seed}"))
        given = sized(made, seed)
        for number, slip in enumerate((None, *slips(made, given))):
            paths.append(typed(made, form, given, tmp_path / f"{seed}-{number}.xlsx", {slip.cell: slip.value} if slip else {}))
            wanted.append((form, {slip.rule} if slip else set()))
    wrong = _apart(office.convert_all(paths, "xlsx", tmp_path / "算", timeout=1800), wanted, run)
    assert wrong == []


def _apart(recalculated: Sequence[Path], wanted: Sequence[tuple[Form, set[str]]], run: Run) -> list[tuple[object, ...]]:
    """The workbooks of which `check` or 自检 says anything else than is wanted."""
    found: list[tuple[object, ...]] = []
    for path, (form, rules) in zip(recalculated, wanted, strict=True):
        checked, listed = {rule for rule, _ in told(run, path, form)}, set(failing_rules(path))
        if not checked == listed == rules:
            found.append((path.stem, "check", checked, "自检", listed, "wanted", rules))
    return found


@pytest.mark.parametrize(("unit", "places"), [each for each in MONEY if each not in (("元", 2), ("千元", 5), ("万元", 6))])
def test_a_part_of_the_last_decimal_is_read_as_it_is_and_told(unit: str, places: int, tmp_path: Path, run: Run) -> None:
    """Of forms whose last decimal is the 分 no part can be: there it is rounded, and logged (test_messy_mended)."""
    for seed in SEEDS:
        made = any_form(seed, (unit, places))
        form = load_form(write(made, tmp_path))
        given = sized(made, seed)
        table = made.tables[0]
        part = table.of("金额")[1]
        value = Decimal(5) * made.step / 10
        cell = a1.cell_name(table.first, part.left)
        rows = [list(line) for line in given.rows[table.name]]
        rows[0][table.columns.index(part)] = value  # the lesser of the two, which is not added up
        changed = Given(given.values, {**given.rows, table.name: tuple(map(tuple, rows))})
        path = typed(made, form, given, tmp_path / "甲.xlsx", {cell: value})
        assert exported(run, path, made, form) == [record(made, changed)]
        assert told(run, path, form) == [("格式-小数位", cell)]
