"""Amounts with a row for each period: 年度 | 资金总额 | 财政拨款 over 2025年 | 600 | 560, 2026年 | 800 | 740, 合计; or for each task.

In: the cells and labels of one form. Out: which amounts of the form stand there, those of its year and those of all years together; the labels
without those that head such columns, and the cells that are no other label's value. Called by `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind, Meaning
from toolkit.reading.plan import Plan, Position, text_key
from toolkit.reading.shapes.periods import year_above
from toolkit.reading.shapes.totals import SUMS
from toolkit.values.text import half_width, squeeze
from toolkit.values.words import YEAR_ROLE

_YEAR = re.compile(r"((?:19|20|21)\d\d)年?度?(?:预算|安排|申请|计划)?")
_PART = re.compile("第?[一二三四1-4]季度?|(?:[1-9]|1[0-2])月份?|上半年|下半年|[1-9]-(?:[1-9]|1[0-2])月")
_AMOUNT = re.compile(r"[0-9][0-9,]{0,19}(?:\.[0-9]{1,6})?[万亿]?元?")
_PART_SUMS = frozenset(("小计",))
_WHOLE_YEAR = frozenset(("全年", "全年合计", "年度合计"))

# So many periods under each other, not counting their sum.
_ENOUGH = 2


@dataclass(frozen=True)
class Periods:
    """What stands in such rows: each field with its label and its cell; the labels that are left; cells of no other label, told or not."""

    picked: dict[str, tuple[Hit, Cell]]
    hits: Sequence[Hit]
    cells: frozenset[Position] = frozenset()
    aside: frozenset[Position] = frozenset()


def period_rows(cells: Cells, hits: Sequence[Hit], plan: Plan) -> Periods:
    """Return what the amounts in rows of periods are; all labels as they are where there are none."""
    heads: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.inside is None and plan.amounts.keys() & set(hit.names(Kind.FIELD)):
            heads.setdefault(hit.cell.row, []).append(hit)
    for top, line in sorted(heads.items()):
        first = min(hit.cell.column for hit in line)
        filled = [column for column in range(first - 1, 0, -1) if cells.at(top + 1, column) is not None]
        column, rows = next(((each, rows) for each in filled if (rows := dict(_rows(cells, top + 1, each)))), (0, {}))
        periods = [said for said in rows.values() if said not in SUMS | _WHOLE_YEAR]
        year = [found[1] for said in periods if (found := _YEAR.fullmatch(said))]
        if len(periods) >= _ENOUGH or year and year == [year_above(cells, top - 1)]:
            return _read(cells, hits, plan, top, line, column, rows)
        items = _items(cells, hits, top, line)
        if len(items) >= _ENOUGH:
            inside = frozenset(cell.place for row in (top, *items) for cell in cells.by_row.get(row, ()))
            return Periods({}, [hit for hit in hits if hit.cell.place not in inside], inside, inside)
    return Periods({}, hits)


def _rows(cells: Cells, row: int, column: int) -> Iterator[tuple[int, str]]:
    """The rows from one on that begin with a period or with their sum, each with what it says."""
    while (cell := cells.at(row, column)) is not None and cell.row == row and cell.column == column:
        said = squeeze(half_width(cell.text)).removesuffix(".0")
        if not (_YEAR.fullmatch(said) or _PART.fullmatch(said) or said in SUMS or said in _WHOLE_YEAR):
            return
        yield row, said
        row = cell.last_row + 1


def _items(cells: Cells, hits: Sequence[Hit], top: int, line: Sequence[Hit]) -> list[int]:
    """The rows under labels of amounts that each begin with a name that is no label and hold amounts under them: tasks, places, purchases."""
    labels = {hit.cell.place for hit in hits}
    heads = [hit.cell for hit in line]
    found: list[int] = []
    if any((after := cells.after(head)) is not None and after.place not in labels and _is_amount(after) for head in heads):
        return found  # each has its own amount beside it
    row = top + 1
    while own := cells.by_row.get(row, ()):
        amounts = [cell for cell in own if any(cell.column == head.column for head in heads) and _is_amount(cell)]
        names = [cell for cell in own if cell.column < heads[0].column and isinstance(cell.value, str) and not _is_amount(cell)]
        if not amounts or not names or any(cell.place in labels for cell in own):
            break
        found.append(row)
        row += 1
    return found


def _is_amount(cell: Cell) -> bool:
    return isinstance(cell.value, float) or isinstance(cell.value, str) and _AMOUNT.fullmatch(squeeze(cell.value)) is not None


def _read(cells: Cells, hits: Sequence[Hit], plan: Plan, top: int, line: Sequence[Hit], column: int, rows: dict[int, str]) -> Periods:
    inside = frozenset(cell.place for row in (top, *rows) for cell in cells.by_row.get(row, ()) if cell.column >= column)
    rest = [hit for hit in hits if hit.cell.place not in inside]
    taken = {name for hit in rest for name in hit.names(Kind.FIELD)}
    picked: dict[str, tuple[Hit, Cell]] = {}
    year = year_above(cells, top - 1)
    years = any(map(_YEAR.fullmatch, rows.values()))
    for row, said in rows.items():
        found = _YEAR.fullmatch(said)
        yearly = found is not None and found[1] == year or not years and said in SUMS | _WHOLE_YEAR
        whole = years and said in SUMS
        if yearly or whole:
            picked |= {name: each for name, each in _sum_of(cells, plan, (row, column, line), yearly=yearly) if name not in taken}
        for hit in line if yearly or whole else ():
            value = cells.at(row, hit.cell.column)
            for name in _fields(hit, plan, yearly=yearly):
                if value is not None and value.row == row and name not in taken:
                    picked[name] = Hit(hit.cell, (Meaning(Kind.FIELD, (name,), hit.cell.text, printed=False),)), value
    told = bool(picked) or all(taken & set(hit.names(Kind.FIELD)) for hit in line)
    return Periods(picked, rest, inside, inside if told else frozenset())


def _sum_of(cells: Cells, plan: Plan, at: tuple[int, int, Sequence[Hit]], *, yearly: bool) -> Iterator[tuple[str, tuple[Hit, Cell]]]:
    """The amount under 合计 or 小计 left of the labels, as the total that is drawn on top of the year's amounts, or of the whole project's."""
    row, column, line = at
    before = [cell for cell in cells.by_row.get(line[0].cell.row, ()) if column < cell.column < line[0].cell.column]
    sums = [cell for cell in before if text_key(cell.text) in SUMS | _PART_SUMS]
    of_year = {spot.column for spot in plan.amounts.values() if YEAR_ROLE in spot.field.name}
    spots = [spot for spot in plan.amounts.values() if (spot.column in of_year) == yearly]
    value = cells.at(row, sums[0].column) if len(sums) == 1 else None
    if value is not None and value.row == row and spots:
        top = min(spots, key=lambda spot: spot.row).field.name
        yield top, (Hit(sums[0], (Meaning(Kind.FIELD, (top,), sums[0].text, printed=False),)), value)


def _fields(hit: Hit, plan: Plan, *, yearly: bool) -> Iterator[str]:
    """The fields drawn in the row of a label's amount that are the year's, or the whole project's."""
    spots = plan.amounts.values()
    of_year = {spot.column for spot in spots if YEAR_ROLE in spot.field.name}
    rows = {spot.row for spot in spots if spot.field.name in hit.names(Kind.FIELD)}
    if len(of_year) == 1 and len(rows) == 1:
        yield from (spot.field.name for spot in spots if spot.row in rows and (spot.column in of_year) == yearly)
