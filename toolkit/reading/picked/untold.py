"""What stands beside names that the form does not know and may be its own: amounts of money, a goal.

In: a form whose cells are accounted for, and what was read of its fields. Out: what is to be told as not understood, each with its name:
合计 | 86 and 自筹 | 6 on a sheet none of whose labels is the form's total. What comes to a total that was read, alone or with the parts that
were, is a detail of it, and says nothing new; a text under a goal's name is told where no goal was read. Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from toolkit.forms.model import LONG_TEXT
from toolkit.reading.arranged.account import Fate
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import looks_like_label
from toolkit.reading.arranged.prices import OF_OFFICES, is_office
from toolkit.reading.entries import shown
from toolkit.reading.model import BLANK, MISSING, OK, Entry
from toolkit.reading.money import unit_alone, unit_in
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan, Position, text_key
from toolkit.reading.shapes.totals import SUMS
from toolkit.values.text import half_width, squeeze

# What names an amount of money; what names a rate, a price, another time.
_MONEY = re.compile(
    "资金|经费|拨款|预算(?!年度|单位|部门|编[码号]|科目|代码|级次)|金额|总额|合计|总计|自筹|基金|投资|贷款|专户|专项债|收入|财政(?!局|厅|部|年度)"
)
_NO_MONEY = re.compile(
    "单价|比例|占比|比重|率|增减|差额|单位[:：]?$|文号|编码|代码|日期|时间|人数|标准|上一?年(?!结)|[前去往历后次下]年|以[前后]年|季度|\\d月|半年"
)

_AMOUNT = re.compile(r"([0-9][0-9,]{0,20}(?:\.[0-9]{1,8})?)(?:[万亿千百]{0,2}元|[万亿])?")
_PAIR = re.compile(r"([^:：]{2,24})[:：]\s{0,4}([0-9][^:：]{0,30})")

# So far above an amount its heading may stand; longer is no name of an amount.
_HIGHEST, _LONGEST = 12, 24

# So many values side by side, each under its label, are a row of a list.
_SIDE_BY_SIDE = 3

# A text of so many characters beside a goal's name is one.
_SENTENCE = 8
_NUMBERED = re.compile(r"([^:：\d\n]{2,8})[0-9一二三四五六七八九十]{0,2}[:：]")

# What became of cells that were passed over without a word.
_PASSED_OVER = frozenset((Fate.STRANGE, Fate.HEADING, Fate.NOTE))


class _Amount(NamedTuple):
    """An amount that nobody reads: what it is called ("" where that says nothing), its text, and the number in its own unit."""

    name: str
    text: str
    figure: Decimal


def untold(placement: Placement, fates: Mapping[Position, Fate], entries: Mapping[str, Entry]) -> dict[Position, str]:
    """Return what nobody reads and may be the form's, by place, each as it is to be quoted."""
    assert placement.cells is not None
    free = [cell for place, fate in fates.items() if fate in _PASSED_OVER and (cell := placement.cells.at(*place)) is not None]
    return (
        _amounts(placement, placement.cells, free, fates, entries)
        | _goals(placement.plan, placement.cells, free, entries)
        | _second_lines(placement, placement.cells, {cell.place for cell in free})
    )


def _second_lines(placement: Placement, cells: Cells, free: Collection[Position]) -> dict[Position, str]:
    """What stands in a second row of values under labels side by side, as in a list with a row for each project: the first row was read."""
    labels, named_fields = placement.labels or {}, placement.plan.named
    rows: dict[int, list[Cell]] = {}
    offices: set[Position] = set()
    for name, cell in (placement.found or {}).items():
        label = labels.get(name)
        if cell is not None and label is not None and label.last_row + 1 == cell.row and label.column == cell.column:
            rows.setdefault(cell.row, []).append(cell)
            if name in named_fields and named_fields[name].field.role in OF_OFFICES:
                offices.add((cell.last_row + 1, cell.column))
    found: dict[Position, str] = {}
    for line in rows.values():
        under = [(each, cells.at(each.last_row + 1, each.column)) for each in line]
        below = [cell for each, cell in under if cell is not None and (cell.column, cell.last_column) == (each.column, each.last_column)]
        below = [cell for cell in below if cell.place in free]
        named = sum(isinstance(cell.value, str) and not _figure(cell.text) for cell in below)
        is_row = len(below) == len(line) and not any(looks_like_label(cell.text) for cell in below)

        # Under an office's name stands another one in a list; else these are the labels of further pairs.
        told = [is_office(cell.text) for cell in below if cell.place in offices]
        is_row = is_row and (any(told) or not told)
        if is_row and len(below) >= _SIDE_BY_SIDE and named > 1:
            found.update((cell.place, shown(cell.value)) for cell in below)
    return found


def _goals(plan: Plan, cells: Cells, free: Sequence[Cell], entries: Mapping[str, Entry]) -> dict[Position, str]:
    """The sentences beside or under a name like those of the form's goals, where none of these was read."""
    goals = {spot.field.name: text_key(spot.label.text) for spot in plan.spots if spot.field.type == LONG_TEXT and spot.label is not None}
    if not goals or any(entries[name].state not in (MISSING, BLANK) for name in goals):
        return {}
    ends = {key[-2:] for key in goals.values()}
    found = {}
    for cell in free:
        if len(cell.text) < _SENTENCE:
            continue
        near = cells.at(cell.row, cell.column - 1), cells.at(cell.row - 1, cell.column)
        names = [each.text for each in near if each is not None and text_key(each.text)[-2:] in ends]
        numbered = _NUMBERED.match(cell.text.strip())
        if names:
            found[cell.place] = f"{squeeze(names[0])} {shown(cell.value)}"
        elif numbered is not None and text_key(numbered[1])[-2:] in ends:
            found[cell.place] = shown(cell.value)
    return found


def _amounts(
    placement: Placement, cells: Cells, free: Sequence[Cell], fates: Mapping[Position, Fate], entries: Mapping[str, Entry]
) -> dict[Position, str]:
    """The amounts that nobody reads and that may be the form's."""
    if not placement.plan.amounts:
        return {}
    found = dict(_outside_tables(placement, cells, free, fates))
    named = {place: each for place, each in found.items() if each.name and _is_of_money(each.name)}
    if not named:
        return {}
    told = _details(placement, entries, {place: each.figure for place, each in found.items()})
    return {place: f"{squeeze(each.name)} {each.text}" for place, each in named.items() if place not in told}


def _outside_tables(
    placement: Placement, cells: Cells, free: Sequence[Cell], fates: Mapping[Position, Fate]
) -> Iterator[tuple[Position, _Amount]]:
    """The amounts of cells outside the row tables."""
    sums = {each.table.below for each in placement.tables if each.table is not None and _is_sum(cells, each.table.below)}
    for cell in free:
        if cell.row in sums or _in_table(placement, cell):
            continue
        pair = _PAIR.fullmatch(cell.text.strip()) if isinstance(cell.value, str) else None
        figure = _figure(pair[2] if pair is not None else cell.text)
        if figure:
            name, text = (pair[1], pair[2].strip()) if pair is not None else (_name(cells, cell, fates), shown(cell.value))
            yield cell.place, _Amount(name, text, figure)


def _is_sum(cells: Cells, row: int) -> bool:
    """Whether a row is the sum of the columns over it."""
    line = cells.by_row.get(row, ())
    return any(squeeze(cell.text) in SUMS for cell in line[:1])


def _in_table(placement: Placement, cell: Cell) -> bool:
    return any(
        each.header is not None and each.table is not None and each.header.holds(cell, each.table.below) for each in placement.tables
    )


def _details(placement: Placement, entries: Mapping[str, Entry], figures: Mapping[Position, Decimal]) -> set[Position]:
    """The amounts that come to a total of the form's, all of them, those of a row or of a column, alone or with the parts that were read."""
    found: set[Position] = set()
    columns: dict[int, list[tuple[int, str]]] = {}
    for name, spot in placement.plan.amounts.items():
        columns.setdefault(spot.column, []).append((spot.row, name))
    lines: dict[tuple[int, int], list[Position]] = {}
    for place in figures:
        for axis in (0, 1):
            lines.setdefault((axis, place[axis]), []).append(place)
    groups = [list(figures), *lines.values(), *([place] for place in figures)]
    for each in columns.values():
        amounts = [_read(placement, entries, name) for _, name in sorted(each)]
        total, own = amounts[0], sum(amounts[1:], Decimal(0))
        if total and own == total:
            return set(figures)
        for group in groups if total else ():
            if sum(figures[place] for place in group) in (total, total - own):
                found.update(group)
    return found


def _read(placement: Placement, entries: Mapping[str, Entry], name: str) -> Decimal:
    """What was read of an amount, as it is written on the sheet; 0 where nothing was."""
    entry, cell = entries.get(name), (placement.found or {}).get(name)
    if entry is None or entry.state != OK or entry.value is None:
        return Decimal(0)
    return _figure((placement.inside or {}).get(name) or (cell.text if cell is not None else ""))


def _figure(text: str) -> Decimal:
    """The amount that a text is, in its own unit; 0 for any other text."""
    found = _AMOUNT.fullmatch(squeeze(half_width(text)))
    return Decimal(found[1].replace(",", "")) if found is not None else Decimal(0)


def _is_of_money(name: str) -> bool:
    told = squeeze(name)
    if len(told) > _LONGEST or _NO_MONEY.search(told):
        return False
    return _MONEY.search(told) is not None or unit_in(told, label=True) is not None


def _name(cells: Cells, cell: Cell, fates: Mapping[Position, Fate]) -> str:
    """What an amount is called that is not read: what heads its column, else the nearest text before it in its row; nothing where that is a field's label."""
    over = _over(cells, cell)
    if _NO_MONEY.search(squeeze(over)):
        return ""
    for before in reversed([each for each in cells.by_row.get(cell.row, ()) if each.column < cell.column]):
        if isinstance(before.value, str) and not _figure(before.text) and unit_alone(before.text) is None:
            if fates.get(before.place) == Fate.LABEL:
                return ""
            return over if over and (_is_of_money(over) or not _is_of_money(before.text)) else before.text
    return over


def _over(cells: Cells, cell: Cell) -> str:
    """The first text over an amount in its own column."""
    for row in range(cell.row - 1, max(0, cell.row - _HIGHEST), -1):
        above = cells.at(row, cell.column)
        if above is None or above.column != cell.column:
            return ""
        if isinstance(above.value, str) and not _figure(above.text):
            return above.text
    return ""
