"""Two levels in one cell: `产出指标-数量指标`, `产出指标/数量指标`, `效益指标：社会效益指标`, one under the other.

In: what stands in a column. Out: whether it holds two levels, and the words of each. Only words of the form's lists part a cell, and only a
column all of whose texts say both is one. Called by `table`, which gives both levels that column, and by `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from toolkit.reading.plan import Plan, TableColumn, text_key, unnumbered
from toolkit.sources.grid import CellValue
from toolkit.values.text import squeeze

# What stands between two words of the levels; a blank or a bracket as well.
_BETWEEN = re.compile(r"[-—–－―─/／\\|｜:：>→、,，.．·\s(（]+")

# A word of a level, with blanks and number, is no longer.
_LONGEST = 40


def parted(text: str, upper: TableColumn, lower: TableColumn) -> tuple[str, str] | None:
    """Return the words of two levels that a text holds one after the other; None where it is not just these."""
    if len(text) > 2 * _LONGEST:
        return None
    for between in _BETWEEN.finditer(text):
        first, second = text[: between.start()].strip(), text[between.end() :].strip()
        if between[0].strip().endswith(("(", "（")):
            second = second.removesuffix(")").removesuffix("）").strip()
        if _is_word(first, upper) and _is_word(second, lower):
            return first, second
    bare = squeeze(text)
    cuts = (n for n in range(1, len(bare)) if _is_word(bare[:n], upper) and _is_word(bare[n:], lower))
    cut = next(cuts, None)
    return (bare[:cut], bare[cut:]) if cut is not None else None


def _is_word(text: str, spec: TableColumn) -> bool:
    words = {*spec.words, *spec.aliases}
    return bool(text) and unnumbered(text_key(text), words) in words


def pairs_of(plan: Plan, found: Collection[str]) -> Iterator[tuple[TableColumn, TableColumn]]:
    """The levels next to each other of which one or both have no column of their own."""
    specs = {spec.column.name: spec for spec in plan.columns}
    for upper, lower in pairwise(plan.levels):
        if upper not in found or lower not in found:
            yield specs[upper], specs[lower]


def holds_both(texts: Sequence[str], upper: TableColumn, lower: TableColumn) -> bool:
    """Return whether all that stands in a column are words of both levels."""
    return bool(texts) and all(parted(text, upper, lower) is not None for text in texts)


def with_levels_parted(values: Sequence[CellValue | None], specs: Sequence[TableColumn], indices: Sequence[int]) -> list[CellValue | None]:
    """Return a row's values with the text that stands for two levels in one column given to each its part."""
    made = list(values)
    at: Mapping[int, list[int]] = {index: [n for n, each in enumerate(indices) if each == index] for index in set(indices)}
    for positions in at.values():
        if len(positions) == 2 and isinstance(text := values[positions[0]], str):
            words = parted(text, specs[positions[0]], specs[positions[1]])
            for place, word in zip(positions, words or (), strict=False):
                made[place] = word
    return made
