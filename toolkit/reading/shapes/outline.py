"""Indicators as an outline: `1.产出指标`, under it `1.1数量指标`, under that `1.1.1新建公厕数量`, all in one column beside the targets.

In: the cells and labels of one form whose row table has no heading of the usual kind. Out: the heading of the outline, so that its words of
the levels are read as those above their rows (`over`). Called by `layout` and `rows`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.header import Header
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan, text_key, unnumbered
from toolkit.reading.shapes.over import Over, level_of
from toolkit.values.words import TARGET

# So many words of the levels alone in their rows make an outline.
_ENOUGH = 3


def outline_header(cells: Cells, hits: Sequence[Hit], plan: Plan) -> Header | None:
    """Return the heading over an outline: a heading of targets, and left of it one over words of two levels, each alone in its row."""
    plain = (spec.column for spec in plan.columns if not spec.words and spec.column.field.type != TARGET)
    name = next((column.name for column in plain if column.name not in plan.levels), None)
    whole = {spec.column.name for spec in plan.columns if spec.column.field.type == TARGET}
    for hit in hits:
        if name is None or Kind.WHOLE not in hit.kinds() and not whole & set(hit.names(Kind.COLUMN)):
            continue
        row = hit.cell.row
        line = cells.by_row.get(row, ())
        for head in (cell for cell in line if cell.column < hit.cell.column):
            below = (other[0] for at, other in sorted(cells.by_row.items()) if at > hit.cell.last_row and len(other) == 1)
            levels = [level_of(cell, plan) for cell in below if head.column <= cell.column <= head.last_column]
            if len(set(levels) - {None}) > 1 and sum(each is not None for each in levels) >= _ENOUGH:
                own = head.column, max(head.last_column, min(cell.column for cell in line if cell.column > head.column) - 1)
                strange = tuple(cell for cell in line if cell not in (head, hit.cell))
                span = hit.cell.column, hit.cell.last_column
                wholes = {target: span for target in hit.names(Kind.WHOLE)[:1]}
                columns = {name: own} | {each: span for each in hit.names(Kind.COLUMN)[:1] if not wholes}
                labels = {name: head, **{each: hit.cell for each in (*wholes, *columns) if each != name}}
                return Header(row, max(head.last_row, hit.cell.last_row), columns, wholes, labels, strange, tuple(line))
    return None


def is_numbered(over: Iterable[Over], plan: Plan) -> bool:
    """Return whether the words above rows are numbered, so that a number before a name is the form's as well."""
    keys = [text_key(each.cell.text) for each in over]
    return bool(keys) and all(unnumbered(key, plan.level_words) != key for key in keys)
