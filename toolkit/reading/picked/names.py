"""Rows of flowing text whose name is none: the label of an amount (年度资金总额), a heading (指标值), a target (≥99%); or two indicators in one.

In: what was read of a text. Out: the same without such rows, each told as not understood. Called by `read`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from toolkit.reading.arranged.hits import known
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.model import OK, Declaration, Row
from toolkit.reading.plan import Plan, text_key
from toolkit.reading.remarks import unread_doubt
from toolkit.reading.shapes.named_targets import parted

_HEADINGS = frozenset((Kind.COLUMN, Kind.WHOLE))
_TOLD = re.compile("[:：].")
_SIGN = re.compile("[≥≤＞＜=＝≧≦<>]")


def without_false_names(declaration: Declaration, plan: Plan) -> Declaration:
    """Return the declaration without the rows whose names are no indicators'."""
    table = plan.form.table
    parts = {name for target in (table.targets if table else ()) for name in target.names}
    names = [spec.column.name for spec in plan.columns if not spec.words and spec.column.name not in {*plan.levels, *parts}]
    false = [row for row in declaration.rows if names and _is_false(row, names[0], plan)]
    if table is None or not table.targets or not false:
        return declaration
    entries = [entry for row in false for name, entry in row.entries.items() if name not in plan.levels and entry.state == OK]
    told = list(dict.fromkeys((entry.cell, entry.text) for entry in entries if entry.cell is not None and entry.text))
    kept = tuple(row for row in declaration.rows if all(row is not each for each in false))
    return replace(declaration, rows=kept, doubts=(*declaration.doubts, *unread_doubt(told)))


def _is_false(row: Row, name: str, plan: Plan) -> bool:
    entry = row.entries[name]
    if entry.state != OK or not isinstance(entry.value, str):
        return False
    others = [each.text for key, each in row.entries.items() if key != name and each.state == OK]
    if (parted(entry.value) is not None or _TOLD.search(entry.value)) and any(parted(text) is not None for text in others):
        return True  # two indicators side by side
    meant = known(plan, text_key(entry.value))[0]
    amount = any(name in plan.amounts for meaning in meant if meaning.kind == Kind.FIELD for name in meaning.names)
    return amount or any(meaning.kind in _HEADINGS for meaning in meant) or _SIGN.match(entry.value.strip()) is not None
