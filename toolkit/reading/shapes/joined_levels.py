"""Two levels in one cell: `产出指标-数量指标`, `产出指标/数量指标`, `效益指标：社会效益指标`, one under the other.

In: what stands in a column. Out: whether it holds two levels, or the last one and a name (`数量指标：养护里程`), and the words of each. Only words of the form's lists part a cell, and only a
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

# What joins two words of one level.
_AND = re.compile("[及和与、/／]")

# A word of a level before a name.
_HEADED = re.compile(r"([^:：\-—–/／\s]{2,14})\s{0,4}[:：\-—–/／]\s{0,4}(\S.{0,199})", re.DOTALL)
_LONGEST_NAME = 200

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


def words_joined(text: str, spec: TableColumn) -> tuple[str, ...]:
    """Return the words of one level that a text names together (`效益及满意度指标`); nothing where it names one, or anything else."""
    if len(text) > _LONGEST or not _AND.search(text):
        return ()
    words = {**spec.words, **spec.aliases}
    keys = [unnumbered(text_key(piece), words) for piece in _AND.split(squeeze(text))]
    return tuple(dict.fromkeys(words[key] for key in keys)) if all(key in words for key in keys) else ()


def pairs_of(plan: Plan, found: Collection[str]) -> Iterator[tuple[TableColumn, TableColumn]]:
    """The levels next to each other of which one or both have no column of their own."""
    specs = {spec.column.name: spec for spec in plan.columns}
    for upper, lower in pairwise(plan.levels):
        if upper not in found or lower not in found:
            yield specs[upper], specs[lower]


def holds_both(texts: Sequence[str], upper: TableColumn, lower: TableColumn) -> bool:
    """Return whether all that stands in a column are words of both levels."""
    return bool(texts) and all(parted(text, upper, lower) is not None for text in texts)


def headed_name(text: str, level: TableColumn) -> tuple[str, str] | None:
    """Return the word of a level and the name that a text holds one after the other: `数量指标：管护梯田面积`; None where it is not just these."""
    found = _HEADED.fullmatch(text.strip()) if len(text) <= _LONGEST_NAME else None
    return (found[1], found[2]) if found is not None and _is_word(found[1], level) else None


def level_before_names(plan: Plan, found: Mapping[str, int | None], name: str, texts: Sequence[str]) -> str | None:
    """Return the last level, where it has no column and all texts of the names' column, more than one, begin with a word of it."""
    level = next((spec for spec in plan.columns if plan.levels and spec.column.name == plan.levels[-1]), None)
    if level is None or level.column.name in found or name not in found or len(texts) < 2:
        return None
    return level.column.name if all(headed_name(text, level) is not None for text in texts) else None


def with_levels_parted(values: Sequence[CellValue | None], specs: Sequence[TableColumn], indices: Sequence[int]) -> list[CellValue | None]:
    """Return a row's values with the text that stands for two levels in one column given to each its part."""
    made = list(values)
    at: Mapping[int, list[int]] = {index: [n for n, each in enumerate(indices) if each == index] for index in set(indices)}
    for positions in at.values():
        if len(positions) > 1 and specs[positions[0]].words and isinstance(text := values[positions[0]], str):
            upper, lower = (specs[place] for place in positions[:2])
            words = parted(text, upper, lower) if lower.words else headed_name(text, upper)
            for place, word in zip(positions, words or (), strict=False):
                made[place] = word
    return made
