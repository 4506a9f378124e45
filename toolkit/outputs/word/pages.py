"""Where the pages of a summary end, estimated: heights of rows from widths, sizes and texts → where an indicator table parts.

Word has no label that repeats on a new page, and every program breaks pages a little elsewhere. So a table that does
not fit is parted here, on the safe side, and the part is made to start a new page. `measure` takes the measures
from the template once; `word` asks for the breaks of each project. Lengths are in twips (1/20 pt), texts in ems.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from toolkit.outputs.fit import ems
from toolkit.outputs.word.pieces import PAGE_NUMBER

# Room left at a page's end for what fonts, borders and rounding add; a part has at least so many rows.
_SPARE, _FEWEST = 240, 2

# A group of up to so many rows moves to the next page whole.
_GROUP = 3


# The level labels of a table's rows.
Labels: TypeAlias = "tuple[tuple[str, ...], ...]"


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A paragraph with slots: its names, the ems of its constant text and of a line, the twips of a line and around it."""

    names: tuple[str, ...]
    constant: float
    room: float
    line: int
    around: int

    def height(self, values: Mapping[str, str]) -> int:
        """Return the height of the paragraph with these values."""
        text = "".join([values[name] for name in self.names])
        pieces = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return sum([self.line * _lines(ems(piece) + self.constant, self.room) + self.around for piece in pieces])


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell, or a paragraph outside tables: its paragraphs with slots, and the height of all else in it."""

    texts: tuple[Text, ...]
    constant: int

    def height(self, values: Mapping[str, str]) -> int:
        return sum([text.height(values) for text in self.texts], self.constant)


@dataclass(frozen=True, slots=True, eq=False)
class RowMeasure:
    """A table row (or a paragraph): its cells, and its height while every text stays on one line.

    `short` has each name with the ems up to which it stays on one. The row is left out while all of `unless` are blank.
    """

    least: int
    cells: tuple[Cell, ...]
    short: tuple[tuple[str, float], ...]
    unless: tuple[str, ...] = ()

    def height(self, values: Mapping[str, str]) -> int:
        """Return the height of the row with these values."""
        if self.unless and not any(values[name].strip() for name in self.unless):
            return 0
        for name, room in self.short:
            if len(values[name]) > room or "\n" in values[name]:
                return max([self.least, *[cell.height(values) for cell in self.cells]])
        return self.least


@dataclass(frozen=True, slots=True, eq=False)
class TableMeasure:
    """An indicator table: its prototype row, the header rows that repeat, and the cells of the levels that are merged.

    `row` measures what differs by row; `fixed` tells that some of it is the same in each row (a field of the project).
    """

    row: RowMeasure
    header: int
    levels: tuple[Cell | None, ...]
    fixed: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """The heights of a page, of what stands before the projects, of the contents list, and of a project's parts in document order."""

    page: int
    head: tuple[RowMeasure, ...]
    contents: tuple[RowMeasure, ...]
    block: tuple[RowMeasure | TableMeasure, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The pages of a project: for each indicator table the rows that start a page (0-based), and how many pages in all.

    `tall` has for each table the rows that are taller than a page.
    """

    breaks: tuple[tuple[int, ...], ...]
    tall: tuple[frozenset[int], ...]
    pages: int


def plan_pages(
    layout: Layout,
    values: Mapping[str, str],
    rows: Sequence[Mapping[str, str]],
    labels: Labels,
    start: int = 0,
    further: Mapping[int, tuple[Sequence[Mapping[str, str]], Labels]] = MappingProxyType({}),
) -> Plan:
    """Return the pages of a project that begins `start` twips below the top of a page.

    `labels` are the level labels of `rows`; `further` are rows and labels of prototype rows, by number, that are of another table.
    """
    usual = rows, labels
    place, pages = start, 1
    breaks: list[tuple[int, ...]] = []
    tall: list[frozenset[int]] = []
    for part in layout.block:
        if isinstance(part, TableMeasure):
            rows, labels = further.get(len(breaks), usual)
            heights = _heights(part, values, rows, labels)
            room = layout.page - part.header - _SPARE
            if place + sum(heights) <= layout.page - _SPARE:
                found: tuple[int, ...] = ()
                place += sum(heights)
            else:
                found, used, more = _parts(heights, room, layout.page - _SPARE - place, labels)
                pages += more
                place = part.header + used
            breaks.append(found)
            tall.append(frozenset([index for index, height in enumerate(heights) if height > room]))
        else:
            place += part.height(values)
            pages += place // (layout.page + 1)
            place = place % layout.page if place > layout.page else place
    return Plan(tuple(breaks), tuple(tall), pages)


def head_height(layout: Layout, values: Mapping[str, str]) -> int:
    """Return the height of what stands before the projects."""
    return sum([part.height(values) for part in layout.head])


def contents_pages(layout: Layout, outside: Mapping[str, str], entries: Iterable[Mapping[str, str]]) -> int:
    """Return how many pages the contents list takes with what stands before it; `outside` fills all but the entries."""
    fixed = [part for part in layout.contents if PAGE_NUMBER not in _names(part)]
    entry = [part for part in layout.contents if PAGE_NUMBER in _names(part)]
    height = head_height(layout, outside) + sum([part.height(outside) for part in fixed])
    height += sum(part.height({**values, PAGE_NUMBER: "0"}) for values in entries for part in entry)
    return -(-height // layout.page)


def _names(part: RowMeasure) -> set[str]:
    return {name for cell in part.cells for text in cell.texts for name in text.names}


def _lines(width: float, room: float) -> int:
    """Return the lines that a text of so many ems takes; words and punctuation that do not part cost an em a line."""
    return 1 if width <= room else 1 + int(width / max(room - 1, 1))


def _heights(table: TableMeasure, values: Mapping[str, str], rows: Sequence[Mapping[str, str]], labels: Labels) -> Sequence[int]:
    least = _label_heights(table, labels)
    if table.fixed:
        rows = [{**values, **row} for row in rows]
    for name, room in table.row.short:
        texts = [row[name] for row in rows]
        if max(map(len, texts)) > room or "\n" in "".join(texts):
            return [max(table.row.height(row), label) for row, label in zip(rows, least, strict=True)]
    return least


@lru_cache(maxsize=1024)
def _label_heights(table: TableMeasure, labels: Labels) -> tuple[int, ...]:
    """Return for each row the least height, with the label of a group of one row; merged labels have room enough."""
    found = []
    for index, here in enumerate(labels):
        needed = table.row.least
        for number, cell in enumerate(table.levels):
            group = here[: number + 1]
            shared = any(0 <= n < len(labels) and labels[n][: number + 1] == group for n in (index - 1, index + 1))
            if cell is not None and not shared:
                needed = max(needed, cell.height(dict.fromkeys(cell.texts[0].names, here[number])))
        found.append(needed)
    return tuple(found)


def _parts(heights: Sequence[int], room: int, first: int, labels: Labels) -> tuple[tuple[int, ...], int, int]:
    """Return the rows that start a page, the height used on the last page, and how many pages were added."""
    breaks: list[int] = []
    used, left, start, pages = 0, first, 0, 0
    if sum(heights[:_FEWEST]) > first:
        # The header goes to the next page with the first rows by itself: no label is parted.
        left, pages = room, 1
    for index, height in enumerate(heights):
        after_tall = index > start and heights[index - 1] > room
        if after_tall or (used + height > left and index > start):
            start = index if after_tall else _cut(labels, start, index)
            breaks.append(start)
            used, left, pages = sum(heights[start:index]), room, pages + 1
        used += height
        if used > left:
            pages, used, left = pages + used // room, used % room, room
    return tuple(breaks), used, pages


def _cut(labels: Labels, start: int, index: int) -> int:
    """Return the row at which to part before row `index`: where a short group begins, else not beside its end."""
    top = end = index
    if any(labels[index]):
        while top > start and labels[top - 1] == labels[index]:
            top -= 1
        while end + 1 < len(labels) and labels[end + 1] == labels[index]:
            end += 1
    if start < top and (end - top < _GROUP or index - top < _FEWEST):
        return top
    return index - 1 if top < index == end and start < index - 1 else index
