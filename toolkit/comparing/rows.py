"""The indicators of one project on both sides → `RowPair`s.

An indicator is known again by its levels and name; by its name under another level (moved); by a name much like it under the
same level (renamed). Where rows stand does not matter. Called by `projects`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.comparing.entries import content_of, likeness, same, same_target
from toolkit.comparing.matching import Matching
from toolkit.comparing.model import ADDED, CHANGED, DROPPED, MOVED, RENAMED, SAME, Change, RowPair
from toolkit.forms import Form
from toolkit.forms.model import Field, IndicatorTable
from toolkit.reading.model import Declaration, Row
from toolkit.values.text import label_key

# A name so much like another is that name changed; less will do where all the rest of the row is the same.
_ALIKE, _ALIKE_IN_PLACE = 0.6, 0.4

# Under another level more is asked for.
_ALIKE_ELSEWHERE, _ALIKE_ELSEWHERE_IN_PLACE = 0.75, 0.5


@dataclass(frozen=True)
class RowColumns:
    """The columns two indicator tables share: those that group the rows, the one that names them, the others."""

    levels: tuple[Field, ...]
    name: Field
    values: tuple[Field, ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        return (*self.levels, self.name, *self.values)


@dataclass(frozen=True)
class _Known:
    """A row with what it is known by."""

    row: Row
    levels: tuple[str, ...]
    name: str
    values: tuple[str, ...]


def compare_tables(old: Declaration, new: Declaration, before: Form, after: Form) -> tuple[RowPair, ...]:
    """Return the rows of every table that both forms have, the later form's order; tables are known by the column that names the rows."""
    found: list[RowPair] = []
    earlier = {table.naming: table for table in before.tables}
    for table in after.tables:
        if (known := earlier.get(table.naming)) is not None:
            rows = compare_rows(old.rows_of(known), new.rows_of(table), shared_columns(known, table))
            found += (replace(pair, table=table.name) for pair in rows)
    return tuple(found)


def shared_columns(before: IndicatorTable, after: IndicatorTable) -> RowColumns:
    """Return the columns both tables have, as the later one has them."""
    name = after.naming
    fields = {column.name: column.field for column in after.columns if column.name in before.names}
    levels = tuple(field for field in fields.values() if field.name in after.levels and field.name != name)
    values = tuple(field for field in fields.values() if field.name != name and field not in levels)
    return RowColumns(levels, fields[name], values)


def compare_rows(before: Sequence[Row], after: Sequence[Row], columns: RowColumns) -> tuple[RowPair, ...]:
    """Return every indicator of either side once: the later side's in their order, then what was dropped."""
    matching = Matching([_known(row, columns) for row in before], [_known(row, columns) for row in after])
    matching.by_key(SAME, lambda known: (known.levels, known.name), _same_values)
    matching.by_key(MOVED, lambda known: known.name or None, _same_values)
    matching.by_likeness(RENAMED, lambda a, b: _renamed(a, b) if a.levels == b.levels else 0.0)
    matching.by_likeness(MOVED, lambda a, b: _renamed(a, b, _ALIKE_ELSEWHERE, _ALIKE_ELSEWHERE_IN_PLACE))
    old = {j: i for i, j, _, _ in matching.pairs}
    pairs = [
        _pair(matching.left[old[j]], known, columns) if j in old else RowPair(ADDED, None, known.row)
        for j, known in enumerate(matching.right)
    ]
    return (*pairs, *(RowPair(DROPPED, matching.left[i].row, None) for i in matching.free_left))


def _known(row: Row, columns: RowColumns) -> _Known:
    return _Known(
        row,
        tuple(label_key(content_of(row[field.name])) for field in columns.levels),
        label_key(content_of(row[columns.name.name])),
        tuple(content_of(row[field.name]) for field in columns.values),
    )


def _same_values(before: _Known, after: _Known) -> float:
    """The share of the other columns that say the same."""
    equal = [left == right for left, right in zip(before.values, after.values, strict=True)]
    return sum(equal) / len(equal) if equal else 0.0


def _renamed(before: _Known, after: _Known, enough: float = _ALIKE, in_place: float = _ALIKE_IN_PLACE) -> float:
    """How likely the row is the other one renamed, 0 for not likely."""
    alike = likeness(before.name, after.name)
    unchanged = any(before.values) and before.values == after.values
    return alike + 0.25 * unchanged if alike >= (in_place if unchanged else enough) else 0.0


def _pair(before: _Known, after: _Known, columns: RowColumns) -> RowPair:
    changes = []
    for field in columns.fields:
        left, right = before.row[field.name], after.row[field.name]
        alike = same_target if field in columns.values else same
        if not alike(field, left, right):
            changes.append(Change(field, left, right))
    if before.levels != after.levels:
        state = MOVED
    elif before.name != after.name:
        state = RENAMED
    else:
        state = CHANGED if changes else SAME
    return RowPair(state, before.row, after.row, tuple(changes))
