"""Targets with the score of the indicator behind them in one cell: `≥400家（20分）`, `≥98%，10分`.

In: the rows of a table and the places of its targets. Out: the rows with the targets alone, where every target of a column has a score; a score is
no part of a target. Called by `rows` for another office's form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.reading.arranged.table import Values
from toolkit.values.text import half_width

_SCORED = re.compile(
    r"(.{1,80}?)\s{0,4}(?:[(\[【](?:分值|权重|得分|满分)?[:：]?\d{1,3}(?:\.\d)?分[)\]】]|[,;，；]\s{0,3}(?:分值|权重|满分)?[:：]?\d{1,3}(?:\.\d)?分)",
    re.DOTALL,
)
_FEWEST = 2


def without_scores(rows: Sequence[tuple[int, Values]], places: Sequence[int]) -> list[tuple[int, Values]]:
    """Return the rows with each target without the score behind it."""
    made = [(row, list(values)) for row, values in rows]
    for place in places:
        texts = [(values, value) for _, values in made if (value := values[place]) is not None and str(value).strip()]
        found = [(values, _SCORED.fullmatch(half_width(value).strip()) if isinstance(value, str) else None) for values, value in texts]
        if len(found) >= _FEWEST and all(each is not None for _, each in found):
            for values, each in found:
                assert each is not None
                values[place] = each[1]
    return made
