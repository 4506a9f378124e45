"""Labels that name the year instead of saying 年度: `2026年目标`, beside `2025年目标` that was left from the year before.

In: the cells and labels of one form. Out: the labels of its long texts that name the form's own year. Called by `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.forms.model import LONG_TEXT
from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.hits import Hit, known
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan
from toolkit.reading.shapes.periods import year_above
from toolkit.values.words import YEAR_ROLE

_NAMED = re.compile(r"((?:19|20|21)\d\d)年(?:度)?([^:]{2,10})")

# What it costs to read the year's number as 年度.
_LIBERTY = 0.1


def with_year_labels(cells: Cells, hits: Sequence[Hit], plan: Plan) -> list[Hit]:
    """Return the labels with those of long texts and amounts that name the form's year, where no other label is that text's."""
    taken = {hit.cell.place for hit in hits}
    named = {name for hit in hits for name in hit.names(Kind.FIELD)}
    long = {spot.field.name for spot in plan.spots if spot.field.type == LONG_TEXT} | plan.amounts.keys()
    made = list(hits)
    unnamed = long - named
    year = year_above(cells, min((hit.cell.row for hit in hits if Kind.FIELD in hit.kinds()), default=0)) if unnamed else None
    if year is None:
        return made
    for cell in cells:
        key = plan.key(cell.value) if isinstance(cell.value, str) and "年" in cell.value and cell.place not in taken else None
        found = _NAMED.fullmatch(key) if key is not None else None
        if found is None or found[1] != year:
            continue
        meanings = tuple(m for m in known(plan, f"{YEAR_ROLE}{found[2]}")[0] if m.kind == Kind.FIELD and set(m.names) <= unnamed)
        if meanings:
            made.append(Hit(cell, meanings, _LIBERTY))
    return sorted(made, key=lambda hit: (hit.cell.row, hit.cell.column))
