"""Words of a level that stand above the rows they are for, not beside them: over a whole table, in its heading, or on a line across it.

In: a row table without a column for that level. Out: an `Over` for each word, from which row on it holds, and the rows that are left when
lines across are taken out. Called by `layout` and `bands`, read by `rows`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.header import Header, repeats
from toolkit.reading.arranged.table import Table
from toolkit.reading.plan import Plan, text_key
from toolkit.reading.shapes.joined_levels import words_joined


@dataclass(frozen=True, slots=True)
class Over:
    """A word of the level `name` in `cell`; it holds for the rows from `first` on, up to the next one's."""

    name: str
    cell: Cell
    first: int


def level_of(cell: Cell, plan: Plan) -> str | None:
    """Return the name of the level that a cell's text is a word of."""
    if not plan.is_level(cell.value):
        return _joined_level(cell, plan)
    return plan.level_of(text_key(cell.text))


def _joined_level(cell: Cell, plan: Plan) -> str | None:
    """The level of which a cell names two words together."""
    if not isinstance(cell.value, str):
        return None
    levels = (spec for spec in plan.columns if spec.column.name in plan.levels)
    return next((spec.column.name for spec in levels if len(words_joined(cell.value, spec)) > 1), None)


def words_over(cells: Cells, header: Header, table: Table, plan: Plan) -> tuple[tuple[Over, ...], Table]:
    """Return the words above rows of a table that has no column for their level, and the table without the lines that hold only such a word."""
    missing = {place.name for place in table.places if place.index is None and place.name in plan.levels}
    found = list(_words(cells, header, table, plan, missing)) if missing else []
    lines = {each.cell.row for each in found if each.cell.row > header.bottom and each.cell.column >= header.first_column}
    return tuple(found), replace(table, rows=[row for row in table.rows if row not in lines]) if lines else table


def _words(cells: Cells, header: Header, table: Table, plan: Plan, missing: set[str]) -> Iterator[Over]:
    left = header.first_column  # a word left of it stands beside the rows that it is for
    for row in range(header.top, table.below):
        line = cells.by_row.get(row, ())
        within = row <= header.bottom
        alone = within or len(line) == 1 or repeats(cells, header, plan, row)
        for cell in line:
            name = level_of(cell, plan) if alone or cell.column < left else None
            if name in missing and name is not None:
                yield Over(name, cell, header.bottom + 1 if within else row)
