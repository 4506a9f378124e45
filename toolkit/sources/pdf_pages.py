"""The lines of a PDF's pages made one sheet: rows and cells that a page break cut in two are put together again.

In: the lines of each page, with their cells and where these begin and end. Out: the cells by row and column, and their spans. A
table keeps its columns over pages, as they are counted by the vertical edges of all its parts. A row is one with the row that
begins the next page where one of them lacks what nearly every row of the table has, or where a long text runs on; a tall cell is
one with the cell under it on the next page where only one of them says something. Called by `pdf`.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.sources.text import PAGE_BREAK
from toolkit.spreadsheet.a1 import Area

# Two edges of a drawn table this near, in points, are one.
TOLERANCE = 3

# A text of so many characters may be cut by a page break; shorter ones only together with their row.
_LONG, _VERY_LONG = 24, 40

# What is left of a short word, in characters.
_SCRAP = 2
_PROSE = re.compile("[，。；;：:、]")
_UPRIGHT = re.compile(r".(?:\n.)*")
_NUMBER = re.compile(r"[≥≤<>=＞＜＝]?\s*[0-9０-９][0-9０-９,.]*\s*(?:[(（].*[)）]|[%％])?")

# A column says something in every row where it does so in this share of at least so many.
_ALWAYS, _ENOUGH_ROWS = 0.8, 4

# So many rows above a page break show what a row of their kind says.
_NEAR = 10

_LATIN = re.compile(r"[A-Za-z0-9]")

# What is not parted at the end of a line: a word, a number, a sign with what may not begin a line.
_UNBROKEN = re.compile(r"[（《〈“‘【]*(?:[!-~≥≤]+|.)[，。；：！？、）》〉”’％]*")

# What a cell keeps free at its edges, in characters.
_PADDING = 0.9


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell or a piece of a line: its edges in points, how many lines of the table it takes up, its text.

    `room` is how many characters more its last line could hold: little in one that a page break cuts.
    """

    left: float
    right: float
    down: int
    text: str
    room: float = math.inf


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its distance from the top, its pieces; whether it stands in the margin, is a table's, or is beside one."""

    top: float
    pieces: tuple[Piece, ...]
    in_margin: bool = False
    ruled: bool = False
    beside: bool = False

    @property
    def key(self) -> str:
        """The text without what changes from page to page."""
        return re.sub(r"[0-9]+", "#", " ".join(piece.text for piece in self.pieces))


Placed = dict[int, Piece]


def grid_of(pages: Sequence[Sequence[Line]]) -> Grid:
    """Return the cells of all pages, a row per line, headers and footers that run through the document left out."""
    running = Counter(key for page in pages for key in {line.key for line in page if line.in_margin})
    kept = [[line for line in page if not (line.in_margin and running[line.key] > max(1, len(pages) // 2))] for page in pages]
    lines = [line for page in kept for line in page if line.ruled]
    edges = edges_of([piece.left for line in lines for piece in line.pieces])
    _, always = _filled(lines, edges)
    cells: dict[Position, CellValue] = {}
    open_cells: dict[int, tuple[int, int, int, float]] = {}
    merges: dict[Position, Area] = {}
    row, seen, last_told = 1, set[str](), ""
    before: tuple[int, Placed] | None = None
    for number, page in enumerate(kept):
        first = number > 0
        if number:
            cells[row, 1] = PAGE_BREAK
            row += 1
        for line in page:
            if line.beside:
                cells.update({(max(1, row - 1), len(edges) + n): piece.text for n, piece in enumerate(line.pieces, start=1)})
                continue
            if not line.ruled:
                cells.update({(row, n): piece.text for n, piece in enumerate(line.pieces, start=1) if piece.text})
                before, first, row = None, False, row + 1
                continue
            placed = {column_of(edges, piece.left): piece for piece in line.pieces}
            told = " ".join(piece.text for piece in line.pieces)
            repeated = first and told in seen and told != last_told and sum(bool(piece.text) for piece in line.pieces) > 2
            seen.add(told)
            last_told = told if not first else last_told
            if first and not repeated and before is not None:
                first = False
                expected = [_expected(before[1], placed, kept[number - 1], each, edges) for each in (always, frozenset[tuple[int, int]]())]
                if _is_rest(before[1], placed, *expected):
                    _continue_row(before[0], placed, cells)
                    continue
                spans = {column: max(column, column_of(edges, piece.right) - 1) for column, piece in placed.items()}
                placed = _continue_tall(placed, spans, row, open_cells, merges, cells)
            for column, piece in placed.items():
                last = max(column, column_of(edges, piece.right) - 1)
                if piece.text:
                    cells[row, column] = piece.text
                if piece.down > 1 or last > column:
                    merges[row, column] = (row, column, row + piece.down - 1, last)
                open_cells[column] = (row, row + piece.down - 1, last, piece.room)
            before = row, placed
            row += 1
    return Grid(None, cells, tuple(merges.values()), flow=True, ruled=bool(edges))


def edges_of(places: Sequence[float]) -> list[float]:
    """Return the edges of columns or rows, those that are nearly the same taken for one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > TOLERANCE:
            found.append(place)
    return found


def column_of(edges: Sequence[float], place: float) -> int:
    """Return the number of the column that begins at, or nearest before, a place."""
    return bisect_right(edges, place + TOLERANCE)


def _filled(lines: Sequence[Line], edges: Sequence[float]) -> tuple[Counter[tuple[int, int]], frozenset[tuple[int, int]]]:
    """How many rows have a cell of their own in each column, by its edges, and the columns that say something in nearly all."""
    there: Counter[tuple[int, int]] = Counter()
    filled: Counter[tuple[int, int]] = Counter()
    for line in lines:
        if len(line.pieces) < 2:
            continue
        for piece in line.pieces:
            if piece.down == 1:
                span = column_of(edges, piece.left), column_of(edges, piece.right)
                there[span] += 1
                filled[span] += bool(piece.text)
    return there, frozenset(span for span, count in there.items() if count >= _ENOUGH_ROWS and filled[span] >= _ALWAYS * count)


def goes_on(room: float, text: str) -> bool:
    """Whether a text goes on on the next line because it had no room on the one before.

    >>> goes_on(1.2, "指标"), goes_on(1.2, "2024.11"), goes_on(4.0, "2024.11"), goes_on(4.0, "指标")
    (True, True, True, False)
    """
    first = _UNBROKEN.match(text)
    return first is not None and room < _PADDING + sum(0.5 if char.isascii() else 1.0 for char in first[0])


def _is_rest(before: Placed, after: Placed, expected: frozenset[int], near: frozenset[int]) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before.

    `expected` says something in every row, `near` in every row of a table just above.
    """
    said = {column for column, piece in after.items() if piece.text}
    alike = {column for column in before.keys() & after.keys() if abs(before[column].right - after[column].right) <= TOLERANCE}
    if not said:
        return before.keys() == after.keys() == alike and all(piece.down == 1 for piece in after.values())
    if not said <= alike:
        return False
    texts = {column: before[column].text for column in said if before[column].text}
    if any(_are_numbers(text, after[column].text, before[column].room) for column, text in texts.items()):
        return False
    prose = [column for column, text in texts.items() if len(text) >= _LONG and _PROSE.search(text)]
    if prose and all(_same(text, after[column].text) for column, text in texts.items()):
        return True
    amounts = sum(bool(_NUMBER.match(after[column].text)) for column in said.difference(prose))
    if amounts > 1:
        return False
    cut = [
        goes_on(before[column].room, after[column].text)
        for column, text in texts.items()
        if column not in prose and not _UPRIGHT.fullmatch(text)
    ]
    if prose and all(cut) and not (cut and all(texts[column].endswith("。") for column in prose)):
        return True
    unsaid = {column for column in near if before[column].text and not after[column].text}
    again = any(_same(text, after[column].text) for column, text in texts.items())
    if unsaid and not (prose or amounts or again) and 3 * len(unsaid) >= len(near) and cut and all(cut):
        return True
    lacking = {column for column in expected if bool(after[column].text) != bool(before[column].text)}
    if len(lacking) > 1 and 3 * len(lacking) >= len(expected) and (not cut or 2 * sum(cut) > len(cut)):
        return True
    return _is_torn(texts, after) or (len(cut) > 1 and all(cut) and max(len(after[column].text) for column in said) <= _SCRAP)


def _are_numbers(text: str, below: str, room: float) -> bool:
    """Whether two texts are numbers of their own, and not the digits of one that had no room."""
    digits = max(len(text), len(below)) <= _SCRAP and goes_on(room, below)
    return not digits and all(_NUMBER.fullmatch(each) for each in (text, below))


def _is_torn(texts: Mapping[int, str], after: Placed) -> bool:
    """Whether a bracket that a cell opens is closed in the cell of the next page."""
    return any(_open(text) == 1 and _open(after[column].text) == -1 for column, text in texts.items())


def _open(text: str) -> int:
    return sum(text.count(each) for each in "(（《“") - sum(text.count(each) for each in ")）》”")


def _expected(
    before: Placed, after: Placed, page: Sequence[Line], always: frozenset[tuple[int, int]], edges: Sequence[float]
) -> frozenset[int]:
    """The columns of two rows that say something in every row: in those just above, else in all of the document."""
    spans = {(c, column_of(edges, before[c].right)) for c in before.keys() & after.keys()}
    there, above = _filled([line for line in page if line.ruled][-_NEAR:], edges)
    return frozenset(span[0] for span in spans if span in (above if there[span] >= _ENOUGH_ROWS else always))


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _continue_row(row: int, placed: Placed, cells: dict[Position, CellValue]) -> None:
    for column, piece in placed.items():
        known = str(cells.get((row, column), ""))
        if piece.text and not _same(known, piece.text):
            cells[row, column] = known + (joint(known, piece.text) if known else "") + piece.text


def _continue_tall(
    placed: Placed,
    spans: Mapping[int, int],
    row: int,
    open_cells: Mapping[int, tuple[int, int, int, float]],
    merges: dict[Position, Area],
    cells: dict[Position, CellValue],
) -> Placed:
    """Make tall cells that reached the end of the page before one with those under them that go on."""
    left: Placed = {}
    twice = False
    for column, piece in sorted(placed.items(), key=lambda each: -len(each[1].text)):
        above = open_cells.get(column)
        if above is None or above[1] < row - 2:
            left[column] = piece
            continue
        text = str(cells.get((above[0], column), ""))
        fits, long = above[2] == spans[column], len(text) >= _LONG
        tall = above[1] > above[0] or piece.down > 1
        same = fits and bool(text) and _same(text, piece.text) and (tall or long or twice)
        twice = twice or (same and long)
        cut = fits and len(text) >= _VERY_LONG and len(piece.text) > 0 and goes_on(above[3], piece.text)
        if not same and (not (tall or cut) or (bool(text) == bool(piece.text) and not cut)):
            left[column] = piece
            continue
        if piece.text and not same:
            cells[above[0], column] = text + (joint(text, piece.text) if text else "") + piece.text
        merges[above[0], column] = (above[0], column, row + piece.down - 1, above[2])
    return left


def joint(before: str, after: str) -> str:
    """Return what stands between two pieces of one text: a blank between Latin words.

    >>> joint("电子", "票据"), joint("HIS", "system")
    ('', ' ')
    """
    return " " if _LATIN.match(before[-1]) and _LATIN.match(after[0]) and not before[-1].isdigit() else ""
