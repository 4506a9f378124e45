"""How wide a text is and how much room it needs, so that nothing is cut off when a sheet or a page is shown or printed.

Texts with the width and font they are shown in come in, row heights in points go out. Estimates on the safe side: no program
here can measure the reader's fonts. A Chinese character is two digits wide, or one em. Called by all outputs.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from toolkit.spreadsheet.a1 import Area
from toolkit.spreadsheet.geometry import MOST_HEIGHT

# Chinese fonts are drawn 1.2 to 1.3 times their size high; 仿宋 in WPS a little more.
_LINE = 1.35
_PADDING = 4.0

# A single line may use the whole row: 11 points in the standard height of 13.5 to 15.
_ONE_LINE = 1.2

# A cell keeps some pixels free at both sides, about one digit; full lines leave a gap where a mark may not begin one.
_MARGIN = 1.0
_USABLE = 0.97

# Points a line of 10-point text takes in a list, so many lines a row shows at most (the rest is read in the cell), the least height.
_LIST_LINE, _MOST_LINES, _LEAST = 13.5, 10, 20.0

# The least height of a row of a table, its font in points, a Chinese character's width in digits of that size.
LEAST_HEIGHT, _SIZE, _FULL = 18.0, 10, 1.9

# Latin letters and digits are about half as wide as Chinese characters.
_NARROW = 0.45

# Width of what is not full width, in full-width characters: letters and digits, and thin marks.
_HALF, _THIN = 0.55, 0.4
_PIECE = re.compile(r"[!-~\u00a1-\u024f]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Placed:
    """A text in the area that shows it: `size` of its font in points, `full` width of a Chinese character in digits."""

    area: Area
    text: str
    size: float
    full: float


def row_heights(texts: Iterable[Placed], width: Callable[[int], float], height: Callable[[int], float]) -> dict[int, float]:
    """Return the new height in points of each 1-based row that must grow, 409 at most.

    `width` gives a column's width in digits of the standard font, `height` a row's height now. A text over several
    rows gets what it lacks in equal parts from all of them.
    """
    heights: dict[int, float] = {}

    def now(row: int) -> float:
        return heights.get(row) or height(row)

    for placed in sorted(texts, key=lambda one: one.area[2] - one.area[0]):
        top, left, bottom, right = placed.area
        room = sum(width(column) for column in range(left, right + 1))
        present = sum(now(row) for row in range(top, bottom + 1))
        lacking = needed_height(placed.text, room, placed.size, placed.full) - present
        rows = [row for row in range(top, bottom + 1) if now(row) > 0]
        while lacking > 0.01 and rows:
            share = lacking / len(rows)
            for row in rows:
                new = min(_step(now(row) + share), MOST_HEIGHT)
                lacking -= new - now(row)
                heights[row] = new
            rows = [row for row in rows if heights[row] < MOST_HEIGHT]
    return heights


@lru_cache(maxsize=4096)
def needed_height(text: str, width: float, size: float, full: float) -> float:
    """Return the height in points that `text` needs when it breaks into lines of `width` digits.

    >>> needed_height("绩效", 20, 11, 2.0) == needed_height("一行", 20, 11, 2.0)
    True
    >>> needed_height("绩" * 40, 20, 11, 2.0) > 4 * 11
    True
    """
    lines = line_count(text, width, full)
    return lines * size * _LINE + _PADDING if lines > 1 else size * _ONE_LINE


def line_count(text: str, width: float, full: float) -> int:
    """Return how many lines `text` takes: Chinese breaks anywhere, a Latin word or a number only where it must.

    >>> line_count("甲乙丙\\n丁", 20, 2.0)
    2
    """
    room = max((width - _MARGIN) * _USABLE / full, 1.0)
    return sum(_paragraph(line, room) for line in text.split("\n"))


def _paragraph(text: str, room: float) -> int:
    lines, used = 1, 0.0
    for piece in _PIECE.findall(text):
        need = _units(piece)
        if used + need <= room:
            used += need
        elif need <= room:
            lines, used = lines + 1, need
        else:
            more = math.ceil((used + need) / room) - 1
            lines, used = lines + more, used + need - more * room
    return lines


def _units(piece: str) -> float:
    return _unit(piece) if len(piece) == 1 else sum(map(_unit, piece))


@lru_cache(maxsize=8192)
def _unit(character: str) -> float:
    """Return a character's width in full-width ones; what Chinese fonts may draw full width counts as full."""
    if unicodedata.combining(character):
        return 0.0
    if character in ".,:;'!|il ()":
        return _THIN
    return 1.0 if unicodedata.east_asian_width(character) in "WFA" else _HALF


def table_height(texts: Iterable[tuple[str, float]]) -> float:
    """Return the height in points at which every text of a row of 10-point text shows whole, in columns of the given widths."""
    return max(LEAST_HEIGHT, *(needed_height(text, width, _SIZE, _FULL) for text, width in texts))


def list_height(texts: Iterable[tuple[str, float]]) -> float:
    """Return the height in points of a row of a long list that holds wrapped `texts` in columns of the given widths (in digits)."""
    lines = 1
    for text, width in texts:
        usable = max(width - 2, 2)
        lines = max(lines, sum(max(1, math.ceil(text_width(line) / usable)) for line in text[:2_000].split("\n")))
    return max(_LEAST, min(lines, _MOST_LINES) * _LIST_LINE + 5)


def text_width(text: str) -> int:
    """Return the width of `text` in digits.

    >>> text_width("绩效A1")
    6
    """
    return len(text) if text.isascii() else sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def ems(text: str) -> float:
    """Return the width of `text` in ems, quickly: control and combining characters count like others."""
    return len(text) - _NARROW * len(text.encode("ascii", "ignore"))


def _step(points: float) -> float:
    """Return a height that a screen can show, rounded up to whole pixels of 0.75 points."""
    return math.ceil(points / 0.75) * 0.75
