"""Where a sheet prints its unit of money: beside an amount's label, in a heading, in a note, in a number format.

In: a grid and where the form stands in it. Out: what `money.in_yuan` makes of the amounts. Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.table import Log
from toolkit.reading.entries import FRACTION
from toolkit.reading.model import Entry
from toolkit.reading.money import SAYS_UNIT, Printed, in_yuan, unit_alone, unit_in, unit_noted
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Position
from toolkit.reading.shapes.totals import SUMS
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import cell_name, parse_cell
from toolkit.spreadsheet.cells import Formatted
from toolkit.values.text import squeeze

_LARGE = ("万", "千元", "亿")

# What parts the unit from what stands before it in one cell.
_GAP = re.compile(r"[\s\u3000]{1,60}(?=[(（]?(?:金额|货币|计量)?单位[:：])")

# No longer is a line, or a remark, that says the unit of all amounts.
_LONGEST_LINE, _LONGEST_NOTE = 40, 600

# What a text says that may print the unit of all amounts in brackets, as the title of a form may.
_HEADS = ("资金", "金额", "单位")

# So many rows under an amount its sum may stand.
_DEEPEST = 8
_BRACKETS = re.compile("[（(][^（）()]*[）)]$")

# Labels whose value is the unit of all amounts.
_OF_MONEY = ("金额单位", "货币单位", "资金单位", "计价单位", "金额计量单位")


def yuan(grid: Grid, placement: Placement, entries: Mapping[str, Entry], log: Log) -> tuple[dict[str, Entry], tuple[Printed, ...]]:
    """Return the amounts of single fields that had to be converted, and the units that the sheet says of all; warnings go into the log."""
    plan = placement.plan
    other = plan.form.money.size > 1
    if not other and (any(mark in text for _, text, _ in plan.drawn for mark in _LARGE) or not _mentions_large(grid)):
        return {}, ()
    general = tuple(_general(grid, placement))
    changed, said = in_yuan(entries, plan.form, _of_labels(placement), general, _formatted(grid, placement, entries))
    log.repairs = [repair for repair in log.repairs if repair.rule != FRACTION or repair.field not in changed]
    log.doubts.extend(said)
    return changed, general


def _mentions_large(grid: Grid) -> bool:
    texts = "\n".join([value for value in grid.cells.values() if isinstance(value, str)])
    return any(mark in texts for mark in _LARGE)


def _formatted(grid: Grid, placement: Placement, entries: Mapping[str, Entry]) -> list[str]:
    """The amounts whose number format prints the unit behind the number that is stored."""
    amounts = [spot.field.name for spot in placement.plan.spots if spot.field.type == AMOUNT]
    places = {name: entries[name].cell for name in amounts}
    return [name for name, cell in places.items() if cell is not None and isinstance(grid.cells.get(parse_cell(cell)), Formatted)]


def _of_labels(placement: Placement) -> dict[str, Printed]:
    """Units in the labels of amounts, and for those that print none the one of the label they stand beside or under."""
    labels = {name: cell for name, cell in (placement.labels or {}).items() if name in (placement.spots or {})}
    amounts = {spot.field.name for spot in placement.plan.spots if spot.field.type == AMOUNT}
    of_amounts = {hit.cell.place for hit in placement.hits if amounts & set(hit.names(Kind.FIELD))}
    found: dict[str, Printed] = {}
    for name, label in labels.items():
        told = _told(placement, name, label, of_amounts if name in amounts else None)
        size, cell = next((each for each in told if each[0] is not None), (None, label))
        if size is not None:
            found[name] = Printed(size, cell.text, cell_name(*cell.place))
    return found


def _told(placement: Placement, name: str, label: Cell, of_amounts: Collection[Position] | None) -> Iterator[tuple[int | None, Cell]]:
    """What may say the unit of a field, the nearest first: its label; of an amount, where the labels `of_amounts` are known, the texts around."""
    yield unit_in(label.text, label=True, bare=True), label
    if of_amounts is not None and placement.cells is not None:
        yield from ((unit_alone(near.text), near) for near in _behind(placement, name, label))
        yield from ((unit_in(near.text, label=True) or unit_alone(near.text), near) for near in _before(placement.cells, label, of_amounts))
        yield from ((unit_in(each.text, label=True), each) for each in _sums_under(placement.cells, label))
        yield from ((unit_in(head.text, label=True), head) for head in _heads(placement.cells, (placement.found or {}).get(name)))


def _behind(placement: Placement, name: str, label: Cell) -> Iterator[Cell]:
    """The texts right behind an amount's label and right behind the amount, where a unit may have a cell of its own."""
    value, cells = (placement.found or {}).get(name), placement.cells
    if cells is not None and value is not None and value.row == label.row:
        near = (cells.after(label), cells.after(value))
        yield from (each for each in near if each is not None and isinstance(each.value, str) and each.place != value.place)


def _before(cells: Cells, label: Cell, of_amounts: Collection[Position]) -> Iterator[Cell]:
    """The texts left of a label, the nearest first, and those over it up to the first that is no label of an amount."""
    left = [cell for column in range(label.column - 1, 0, -1) if (cell := cells.at(label.row, column)) is not None]
    yield from (cell for cell in dict.fromkeys(left) if isinstance(cell.value, str))
    over = [cell for cell in cells.by_row.get(label.row - 1, ()) if cell.column <= label.column]
    if over and over[-1].last_column < label.column and unit_in(over[-1].text, label=True) is not None:
        yield over[-1]  # a heading that was not merged reaches to the next one
    row = label.row - 1
    while (cell := cells.at(row, label.column)) is not None and (cell.place in of_amounts or unit_in(cell.text, label=True) is not None):
        yield cell
        row = cell.row - 1


def _sums_under(cells: Cells, label: Cell) -> Iterator[Cell]:
    """The name of the sum at the foot of the amounts that a label is among: 合计（万元）."""
    row = label.last_row + 1
    while (cell := cells.at(row, label.column)) is not None and cell.column == label.column and row <= label.last_row + _DEEPEST:
        after = cells.after(cell)
        if after is None or not str(after.value)[:1].isdigit():
            return
        if _BRACKETS.sub("", squeeze(cell.text)) in SUMS:
            yield cell
        row = cell.last_row + 1


def _heads(cells: Cells, value: Cell | None) -> Iterator[Cell]:
    """The text over a column of numbers that an amount stands in: 金额（万元）."""
    row = value.row - 1 if value is not None else 0
    while value is not None and (cell := cells.at(row, value.column)) is not None and cell.column == value.column:
        if isinstance(cell.value, str):
            yield cell
            return
        row = cell.row - 1


def _at_end(text: str) -> int | None:
    """The unit that a line says behind other texts: 填报单位：……    单位：万元, or a title and its unit in one cell."""
    if "单位" not in text:
        return None
    *before, last = _GAP.split(text.strip())
    return unit_in(last, label=False) if before else None


def _general(grid: Grid, placement: Placement) -> Iterator[Printed]:
    """Units in headings over amounts, and in lines of their own."""
    drawn = {position: text for position, text, _ in placement.plan.drawn} if placement.exact else {}
    if placement.exact:
        for position, text in drawn.items():
            size = unit_in(text, label=True)
            if size is not None:
                yield Printed(size, text, cell_name(*position))
        for position, value in grid.cells.items():
            if position not in drawn and isinstance(value, str) and (size := unit_in(str(value), label=False)) is not None:
                yield Printed(size, str(value), cell_name(*position))
        return
    cells = placement.cells
    assert cells is not None
    groups = {hit.cell.place for hit in placement.hits if Kind.FIELD not in hit.kinds()}
    fields = {hit.cell.place for hit in placement.hits if Kind.FIELD in hit.kinds()}
    values = {cell.place for cell in (placement.found or {}).values() if cell is not None}
    header, table = placement.header, placement.table
    first = min((hit.cell.row for hit in placement.hits if Kind.FIELD in hit.kinds()), default=0)
    for cell in cells:
        if not isinstance(cell.value, str) or not ("单位" in cell.value or SAYS_UNIT.search(cell.value)):
            continue
        if (size := _at_end(cell.text)) is not None:
            yield Printed(size, cell.text, cell_name(*cell.place))
        if size is not None or cell.place in fields or cell.place in values:
            continue
        if (noted := unit_noted(cell.text) if len(cell.value) <= _LONGEST_NOTE else None) is not None:
            yield Printed(noted, cell.text, cell_name(*cell.place))
            continue
        if len(cell.value) > _LONGEST_LINE:
            continue
        inside = header is not None and table is not None and header.holds(cell, table.below)
        group, written = cell.place in groups, squeeze(cell.text)
        heads = group or cell.row < first or any(word in written for word in _HEADS)
        after = cells.after(cell) if written.rstrip(":：") in _OF_MONEY else None
        if after is not None and (size := unit_alone(after.text)) is not None:
            yield Printed(size, f"{written.rstrip(':：')}：{after.text}", cell_name(*after.place))
            continue
        size = unit_in(written, label=not inside and heads, bare=group)
        if size is not None:
            yield Printed(size, cell.text, cell_name(*cell.place))
