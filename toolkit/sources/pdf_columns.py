"""The columns of a table printed without lines: what each text stands over, also one that reaches over several columns.

In: the texts of a table and its rows, as `pdf_cells` finds them. Out: the edges of each column; None where they cannot be told for certain. A text
over two that stand apart in one row reaches over their columns; blanks beside a heading over several others, or beside a label, are its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Word = Mapping[str, Any]

# What two texts share, in points, to be over or beside each other.
TOUCH = 1.5

# Twice as far, in points, may a heading stand from the middle of its columns.
_OFF = 24.0

# A row with fewer texts is none of the table's.
_FEWEST_TEXTS = 3

# No form has more.
_MOST_COLUMNS = 100


@dataclass(eq=False)
class Text:
    """The text of one cell: its edges, its words by lines; `rows` and `columns` are the first and the last it takes up."""

    left: float
    right: float
    top: float
    bottom: float
    lines: list[list[Word]]
    last: tuple[float, float, float] = (0.0, 0.0, 0.0)
    rows: tuple[int, int] = (0, 0)
    columns: tuple[int, int] = (0, 0)
    page: int = 0
    beside: list[Text] = field(default_factory=list)

    def is_beside(self, other: Text) -> bool:
        return min(self.bottom, other.bottom) - max(self.top, other.top) > TOUCH

    def is_over(self, other: Text) -> bool:
        return min(self.right, other.right) - max(self.left, other.left) > TOUCH


def into_columns(texts: Sequence[Text], rows: Sequence[Sequence[Text]]) -> list[list[float]] | None:
    """Number the columns of each text, and return the edges of each column; None where they cannot be told."""
    lines = _by_row(texts, len(rows))
    spans = [(sorted(text.left for text in line), sorted(text.right for text in line)) for line in lines]
    edges: list[list[float]] = []
    for text in sorted(texts, key=lambda text: text.left):
        if any(_under(text, lefts, rights) - (text.rows[0] <= n <= text.rows[1]) > 1 for n, (lefts, rights) in enumerate(spans)):
            continue
        if edges and text.left < edges[-1][1] - TOUCH:
            edges[-1][1] = max(edges[-1][1], text.right)
        else:
            edges.append([text.left, text.right])
    if len(edges) > _MOST_COLUMNS:
        return None
    for text in texts:
        own = [n for n, (left, right) in enumerate(edges) if min(right, text.right) - max(left, text.left) > TOUCH]
        if not own:
            return None
        text.columns = own[0], own[-1]
    for line in lines:
        if _share_columns(line):
            return None
    if not _fill_down(lines) and not _stand_above(rows):
        return None  # what stands in the middle of its cell does not show which rows that is beside
    lines = _by_row(texts, len(rows))
    return edges if _fill_blanks(lines, edges) and not any(_share_columns(line) for line in lines) else None


def _by_row(texts: Sequence[Text], count: int) -> list[list[Text]]:
    """The texts that each row has, or that reach into it."""
    lines: list[list[Text]] = [[] for _ in range(count)]
    for text in texts:
        for number in range(text.rows[0], text.rows[1] + 1):
            lines[number].append(text)
    return lines


def _under(text: Text, lefts: Sequence[float], rights: Sequence[float]) -> int:
    """How many of a row's texts, whose edges are given in order, a text is over, itself among them where it is of the row."""
    return bisect_left(lefts, text.right - TOUCH) - bisect_right(rights, text.left + TOUCH)


def _share_columns(line: Sequence[Text]) -> bool:
    taken = [n for text in line for n in range(text.columns[0], text.columns[1] + 1)]
    return len({*taken}) < len(taken)


def _fill_blanks(lines: Sequence[Sequence[Text]], edges: Sequence[Sequence[float]]) -> bool:
    """Give the blanks of a row that is none of the table's, and of one over other headings, to the texts beside them.

    Returns whether it shows which columns each text stands over.
    """
    heading = _heading(lines)
    middle = _is_in_middle(lines[heading:])
    grouped: set[int] = set()
    for number, line in enumerate(lines):
        ordered = sorted(line, key=lambda text: text.columns)
        under = [text.columns for text in lines[number + 1]] if number + 1 < len(lines) else []
        for text, (first, end) in zip(ordered, _runs(ordered, len(edges)), strict=True):
            first = first if middle else text.columns[0]
            if len(under) > 1 and len(line) >= _FEWEST_TEXTS and all(first <= left and right < end for left, right in under):
                text.columns = first, end - 1
                grouped.add(number + 1)
        if number in grouped or len(line) >= _FEWEST_TEXTS and (number >= heading or len(line) + 2 > len(lines[heading])):
            continue
        for n, text in enumerate(ordered):
            first, end = _runs(ordered, len(edges))[n]
            last = end - 1
            if middle and n + 1 < len(ordered):
                after = ordered[n + 1]
                last = min(
                    range(text.columns[1], max(end, text.columns[1] + 1)),
                    key=lambda at: _off(text, first, at, edges) + _off(after, at + 1, after.columns[1], edges),
                )
            text.columns = first if middle else text.columns[0], last
        if middle and number + 1 == heading and len(line) > 1 and any(_off(text, *text.columns, edges) > _OFF for text in line):
            return False
    return True


def _runs(ordered: Sequence[Text], count: int) -> list[tuple[int, int]]:
    """The columns from behind the text left of each text of a row to the one right of it."""
    starts = [0, *(text.columns[1] + 1 for text in ordered)]
    return list(zip(starts, [*(text.columns[0] for text in ordered[1:]), count], strict=False))


def _off(text: Text, first: int, last: int, edges: Sequence[Sequence[float]]) -> float:
    """How far a text stands from the middle of some columns, each of which ends halfway to the next."""
    left, right = _bound(edges, first), _bound(edges, last + 1)
    return abs(left + right - text.left - text.right)


def _bound(edges: Sequence[Sequence[float]], number: int) -> float:
    """Where a column begins; the first and the last end as far on either side of what is in them."""
    if 0 < number < len(edges):
        return (edges[number - 1][1] + edges[number][0]) / 2
    column = edges[0] if number == 0 else edges[-1]
    return sum(column) - _bound(edges, 1 if number == 0 else number - 1) if len(edges) > 1 else column[bool(number)]


def _heading(lines: Sequence[Sequence[Text]]) -> int:
    """The first row with most texts."""
    return max(range(len(lines)), key=lambda number: (len(lines[number]), -number))


def _fill_down(lines: Sequence[Sequence[Text]]) -> bool:
    """Let the first texts of a row under the headings reach down over the blanks before the first text of the rows that follow.

    Returns whether there were none.
    """
    above: dict[int, Text] = {}
    alone = True
    for number in range(_heading(lines) + 1, len(lines)):
        here = {text.columns[0]: text for text in lines[number]}
        for column in range(min(here)):
            text = above.get(column)
            if text is None or text.rows[1] != number - 1 or text.columns != (column, column):
                break
            text.rows = text.rows[0], number
            here[column] = text
            alone = False
        above = here
    return alone


def _is_in_middle(lines: Sequence[Sequence[Text]]) -> bool:
    """Whether texts stand in the middle of their columns, and not where these begin."""
    columns: dict[tuple[int, int], list[Text]] = {}
    for text in {id(text): text for line in lines for text in line}.values():
        columns.setdefault(text.columns, []).append(text)
    pairs = [(one, other) for own in columns.values() for one, other in zip(own, own[1:], strict=False)]
    begun = sum(abs(one.left - other.left) for one, other in pairs)
    return sum(abs(one.left + one.right - other.left - other.right) for one, other in pairs) / 2 < begun


def alignment(row: Sequence[Text]) -> int | None:
    """Where the texts of a row stand in their cells: 0 above, 1 in the middle, 2 below; None where at different places."""
    heights = [(text.top, (text.top + text.bottom) / 2, text.bottom) for text in row]
    return next((n for n in range(3) if max(each[n] for each in heights) - min(each[n] for each in heights) < 2 * TOUCH), None)


def _stand_above(rows: Sequence[Sequence[Text]]) -> bool:
    """Whether short texts beside long ones stand at the top of their cells: what is beside several rows then stands in the first of them."""
    uneven = [row for row in rows if len({len(text.lines) for text in row}) > 1]
    return bool(uneven) and all(alignment(row) == 0 for row in uneven)
