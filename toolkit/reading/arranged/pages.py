"""Words of the form that a page break cut in two, made whole: only the form knows that 时效 and 指标 are one.

In: a printed document as a grid, its page breaks marked. Out: the same without the marks, and with each label and each word of the
levels whose parts stand at the end of one page and at the beginning of the next in one cell. Called by `read`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace

from toolkit.forms.model import TEXT
from toolkit.reading.arranged.labels import Kind, meanings_of
from toolkit.reading.plan import Plan, Position, text_key
from toolkit.reading.targets import NAMES
from toolkit.sources.grid import CellValue, Grid
from toolkit.sources.text import PAGE_BREAK
from toolkit.spreadsheet.a1 import Area
from toolkit.values.dates import is_year

# A heading at the side, a character a line, with a unit behind it.
_UPRIGHT = re.compile(r"[一-鿿](?:\n[一-鿿])*(?:\n?[（(][^（）()]{1,6}[)）])?")

# The cells above and below a page break, and what they say.
Pair = tuple[Position, Position, str, str]


def without_breaks(grid: Grid, plan: Plan) -> Grid:
    """Return a grid of ruled tables without page breaks, what follows one right under what stands before it."""
    breaks = sorted(row for (row, _), value in grid.cells.items() if value == PAGE_BREAK)
    if not breaks:
        return grid
    cells = {place: value for place, value in grid.cells.items() if value != PAGE_BREAK}
    areas = {(top, left): (top, left, bottom, right) for top, left, bottom, right in grid.merges}
    by_end: dict[Position, list[Area]] = {}
    for area in areas.values():
        by_end.setdefault((area[2], area[1]), []).append(area)
    heads = [place for place, value in cells.items() if _heads(value, plan)]
    gone = set(breaks)
    for row in breaks:
        name = max((place for place in heads if place[0] < row), default=(0, 0))[1]
        had = any(place[0] == row + 1 for place in cells)
        _join(row, name, cells, areas, by_end, plan)
        if not any(place[0] == row + 1 for place in cells) and (had or _is_left_over(row + 1, cells, areas, plan)):
            gone.add(row + 1)
    left_out = sorted(gone)

    def moved(row: int) -> int:
        return row - bisect_left(left_out, row)

    return replace(
        grid,
        cells={(moved(row), column): value for (row, column), value in cells.items()},
        merges=tuple(
            (moved(top), left, moved(bottom + 1) - 1, right)
            for top, left, bottom, right in areas.values()
            if not gone.issuperset(range(top, bottom + 1))
        ),
    )


def _is_left_over(row: int, cells: Mapping[Position, CellValue], areas: Mapping[Position, Area], plan: Plan) -> bool:
    """Whether a blank row that begins a page is what is left of the labels above the break: the row under it is drawn alike, and holds values."""
    below = [value for place, value in cells.items() if place[0] == row + 1]
    same = _drawn(areas, row) == _drawn(areas, row + 1)
    return same and not any(isinstance(value, str) and _is_word(value, plan) for value in below)


def _drawn(areas: Mapping[Position, Area], row: int) -> set[tuple[int, int]]:
    """The columns of the cells over several columns that are drawn in one row."""
    return {(left, right) for top, left, bottom, right in areas.values() if top == row == bottom}


def _join(
    row: int, name: int, cells: dict[Position, CellValue], areas: dict[Position, Area], by_end: dict[Position, list[Area]], plan: Plan
) -> None:
    """Join what a page break in `row` parted: all of a row where it parts a label of it, or leaves nothing in the column `name`;
    the values of pairs where pieces of them are all that the next row says."""
    begun = [place for place in cells if place[0] == row + 1]
    if all(_goes_on(each, row - 1, cells, plan) for each in begun):
        for each in begun:
            _put_together((row - 1, each[1]), each, cells, areas, by_end)
        return
    pairs: list[Pair] = []
    for below in sorted(begun):
        ending = by_end.get((row - 1, below[1]), [])
        above = ending[0][:2] if ending else (row - 1, below[1])
        first, second = cells.get(above), cells[below]
        if isinstance(first, str) and isinstance(second, str):
            pairs.append((above, below, first, second))
    same = [text_key(first) == text_key(second) for _, _, first, second in pairs]
    labels_of = [alike and _is_field(pair[2], plan) for alike, pair in zip(same, pairs, strict=True)]
    twice = [pair for n, pair in enumerate(pairs) if same[n] and (_is_word(pair[2], plan) or n > 0 and labels_of[n - 1])]
    if len(twice) > 1:
        # Cells over two rows of a heading, or of a pair, which a spreadsheet program prints whole on both pages.
        for above, below, _, _ in twice:
            cells[below] = ""
            _put_together(above, below, cells, areas, by_end)
        pairs = [pair for pair in pairs if pair not in twice]
    words = [pair for pair in pairs if _is_parted(pair[2], pair[3], plan)]
    side = [pair for pair in pairs if pair[0][1] == 1 and _is_upright(pair[2], pair[3]) and pair not in words]
    for above, below, _, _ in side:
        _put_together(above, below, cells, areas, by_end)
    pairs = [pair for pair in pairs if pair not in side]
    if all(_is_word(first, plan) and _is_word(second, plan) for _, _, first, second in words):
        return
    of_row = [plan.key(first + second) for above, below, first, second in words if _is_of_row(above, below, row, areas)]
    nameless = (row - 1, name) in cells and (row + 1, name) not in cells
    whole = any(_is_word(pair[2], plan) and pair not in words for pair in pairs)
    labels = any(key not in plan.level_words for key in of_row) and not whole
    others = {place[1] for place in begun} - {below[1] for _, below, _, _ in words}
    only_name = others == {name} and len({column for above, column in cells if above == row - 1} - others) > len(words)
    in_row = bool(of_row) and (labels or nameless or only_name)
    for pair in pairs if in_row else words:
        if pair in words or not (_is_word(pair[2], plan) and _is_word(pair[3], plan)):
            _put_together(pair[0], pair[1], cells, areas, by_end)


def _put_together(
    above: Position, below: Position, cells: dict[Position, CellValue], areas: dict[Position, Area], by_end: dict[Position, list[Area]]
) -> None:
    cells[above] = f"{cells[above]}{cells.pop(below)}"
    last = areas.pop(below, (*below, *below))
    areas[above] = (*above, last[2], max(last[3], areas.get(above, last)[3]))
    by_end.setdefault((last[2], below[1]), []).insert(0, areas[above])


def _is_field(text: str, plan: Plan) -> bool:
    """Whether a text is a field's label."""
    key = plan.key(text)
    return key is not None and any(meaning.kind == Kind.FIELD for meaning in meanings_of(key, plan.vocabulary)[0])


def _goes_on(below: Position, row: int, cells: Mapping[Position, CellValue], plan: Plan) -> bool:
    """Whether a text goes on with the value over it, which has its label beside it: a name, not an amount or a goal."""
    first, second = cells.get((row, below[1])), cells[below]
    before = max((place for place in cells if place[0] == row and place[1] < below[1]), default=None)
    if before is None or not isinstance(first, str) or not isinstance(second, str) or _is_word(first, plan) or _is_word(second, plan):
        return False
    key = plan.key(cells[before])
    names = {name for meaning in (meanings_of(key, plan.vocabulary)[0] if key else ()) for name in meaning.names}
    return any(spot.field.name in names and spot.field.type == TEXT for spot in plan.spots)


def _is_upright(first: str, second: str) -> bool:
    """Whether two texts are a heading at the side, a character a line: one of them is a single character, and no heading by itself."""
    return min(len(first), len(second)) == 1 and all(_UPRIGHT.fullmatch(each) for each in (first, second))


def _is_of_row(above: Position, below: Position, row: int, areas: Mapping[Position, Area]) -> bool:
    """Whether what is parted is of one row, and not at the side of many."""
    return above[0] == row - 1 and (areas[below][2] if below in areas else below[0]) == row + 1


def _heads(value: CellValue, plan: Plan) -> bool:
    """Whether a cell is the heading of the column with the indicators' names."""
    key = plan.key(value) if isinstance(value, str) else None
    names = {spec.column.name for spec in plan.columns if not spec.words and spec.column.name not in NAMES}
    meanings = meanings_of(key, plan.vocabulary)[0] if key is not None else ()
    return any(names & set(meaning.names) and meaning.kind == Kind.COLUMN for meaning in meanings)


def _is_parted(first: str, second: str, plan: Plan) -> bool:
    """Whether two texts are one word of the form: 主管部门 goes on with what stands in brackets, and not with a department's name."""
    if _is_listed(first + second, plan) and not _is_listed(first, plan):
        return True
    head = re.split("[:：]", second, maxsplit=1)
    if len(head) == 2 and _is_word(first + head[0], plan) and not _is_word(first, plan):
        return True
    key = plan.key(first + second)

    # A year in brackets is the line under a title, which begins a form.
    bracketed = second.lstrip().startswith(("（", "(")) and not is_year(second)
    as_printed = key in plan.level_words or key in plan.vocabulary or bracketed
    return _is_word(first + second, plan) and (as_printed or not _is_word(first, plan))


def _is_listed(text: str, plan: Plan) -> bool:
    """Whether a text, or what follows its label in one cell, is a word of some field's list."""
    keys = {text_key(text), text_key(re.split("[:：]", text, maxsplit=1)[-1])}
    return any(keys & spot.words.keys() for spot in plan.spots)


def _is_word(text: str, plan: Plan) -> bool:
    key = plan.key(text)
    return key is not None and (plan.is_level(text) or bool(meanings_of(key, plan.vocabulary)[0]))
