"""Amounts in the rows of a form's tables where the sheet prints another unit of money than the form's.

In: rows as read and where each table stands. Out: the rows with their amounts in 元 and a warning a unit and table. A column's own
heading tells before what stands over it, and that before what the sheet says of all amounts; a value that says its own unit was read
by it. Called by `sheet`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.table import Log
from toolkit.reading.entries import FRACTION
from toolkit.reading.model import Entry, Row
from toolkit.reading.money import Printed, converted, entry_in_yuan, of_all, unit_in
from toolkit.reading.placement import Placement
from toolkit.spreadsheet.a1 import cell_name

# So many lines a heading has: what stands over its columns may be over others too, and print the unit of all.
_STOREYS = 3


def rows_in_yuan(rows: Sequence[Row], placement: Placement, general: Sequence[Printed], log: Log) -> tuple[Row, ...]:
    """Return a table's rows with the amounts that had to be converted; `general` are the units that the sheet says of all amounts."""
    form = placement.plan.form
    table = form.table
    amounts = [column.field.name for column in table.columns if column.field.type == AMOUNT] if table is not None and rows else []
    if table is None or not amounts:
        return tuple(rows)
    everywhere = of_all(general)
    units = {name: next(_over(placement, name), everywhere) for name in amounts}
    made: list[Row] = []
    before: dict[Printed, dict[str, Entry]] = {}
    after: dict[str, Entry] = {}
    mended = set()
    for row in rows:
        changed = {}
        for name, printed in units.items():
            entry = row.entries[name]
            found = entry_in_yuan(entry, printed, form)
            if printed is not None and found is not None:
                changed[name] = found
                mended.add(entry.cell)
                before.setdefault(printed, {}).setdefault(name, entry)
                after.setdefault(name, found)
        made.append(replace(row, entries={**row.entries, **changed}) if changed else row)
    log.repairs = [repair for repair in log.repairs if repair.rule != FRACTION or repair.cell not in mended]
    log.doubts.extend(converted(form, each, after, list(each), printed.text, printed.cell) for printed, each in before.items())
    return tuple(made)


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
