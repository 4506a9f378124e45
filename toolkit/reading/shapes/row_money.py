"""Amounts in the rows of a form's tables where the sheet prints another unit of money than the form's.

In: rows as read and where each table stands. Out: the rows with their amounts in 元 and a warning a unit and table. A column's own
heading tells before what stands over it, and that before what the sheet says of all amounts; a value that says its own unit was read
by it. Called by `sheet`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.table import Log
from toolkit.reading.entries import DECIMALS, FRACTION
from toolkit.reading.model import OK, Entry, Row
from toolkit.reading.money import SAYS_UNIT, Printed, converted, unit_in
from toolkit.reading.placement import Placement
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.amounts import parse_amount, round_half_up

# So many lines a heading has: what stands over its columns may be over others too, and print the unit of all.
_STOREYS = 3


def rows_in_yuan(rows: Sequence[Row], placement: Placement, general: Iterable[Printed], log: Log) -> tuple[Row, ...]:
    """Return a table's rows with the amounts that had to be converted; `general` are the units that the sheet says of all amounts."""
    form = placement.plan.form
    table = form.table
    amounts = [column.field.name for column in table.columns if column.field.type == AMOUNT] if table is not None and rows else []
    if table is None or not amounts:
        return tuple(rows)
    said = list(general)
    everywhere = said[0] if len({printed.size for printed in said}) == 1 else None
    units = {name: next(_over(placement, name), everywhere) for name in amounts}
    made: list[Row] = []
    before: dict[Printed, dict[str, Entry]] = {}
    after: dict[str, Entry] = {}
    mended = set()
    for row in rows:
        changed = {}
        for name, printed in units.items():
            entry = row.entries[name]
            if printed is not None and printed.size != form.money.size and _is_bare(entry):
                exact = parse_amount(entry.text) or entry.value
                assert isinstance(exact, Decimal)
                changed[name] = entry._replace(value=round_half_up(exact * printed.size, DECIMALS))
                mended.add(entry.cell)
                before.setdefault(printed, {}).setdefault(name, entry)
                after.setdefault(name, changed[name])
        made.append(replace(row, entries={**row.entries, **changed}) if changed else row)
    log.repairs = [repair for repair in log.repairs if repair.rule != FRACTION or repair.cell not in mended]
    log.doubts.extend(converted(form, each, after, list(each), printed.text, printed.cell) for printed, each in before.items())
    return tuple(made)


def _is_bare(entry: Entry) -> bool:
    return entry.state == OK and isinstance(entry.value, Decimal) and not SAYS_UNIT.search(entry.text)


def _over(placement: Placement, name: str) -> Iterator[Printed]:
    """The units that a column's heading and what stands over it print, the nearest first."""
    cell, cells = placement.header.labels.get(name) if placement.header is not None else None, placement.cells
    for _ in range(_STOREYS):
        if cell is None or cells is None or not isinstance(cell.value, str):
            return
        size = unit_in(cell.text, label=True, bare=True)
        if size is not None:
            yield Printed(size, cell.text, cell_name(*cell.place))
        cell = cells.at(cell.row - 1, cell.column)
