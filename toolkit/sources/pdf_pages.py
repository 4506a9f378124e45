"""The lines of a PDF's pages made one sheet: rows and cells that a page break cut in two are put together again.

In: the lines of each page, with their cells and where these begin and end. Out: the cells by row and column, and their spans. A
table keeps its columns over pages, as they are counted by the vertical edges of all its parts. A row is one with the row that
begins the next page where one of them lacks what nearly every row of the table has, or where a long text runs on; a tall cell is
one with the cell under it on the next page where only one of them says something. Called by `pdf`.
"""

from __future__ import annotations

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
_LONG = 40

# A column says something in every row where it does so in this share of at least so many.
_ALWAYS, _ENOUGH_ROWS = 0.8, 4

_LATIN = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell or a piece of a line: its edges in points, how many lines of the table it takes up, its text.

    `full` says that its last line has no room for more, as one that a page break cuts.
    """

    left: float
    right: float
    down: int
    text: str
    full: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its distance from the top, its pieces, whether it stands in the margin, whether it is a table's."""

    top: float
    pieces: tuple[Piece, ...]
    in_margin: bool = False
    ruled: bool = False

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
    always = _always(lines, edges)
    cells: dict[Position, CellValue] = {}
    open_cells: dict[int, tuple[int, int, int, bool]] = {}
    merges: dict[Position, Area] = {}
    row, seen = 1, set[str]()
    before: tuple[int, Placed] | None = None
    for number, page in enumerate(kept):
        first = number > 0
        if number:
            cells[row, 1] = PAGE_BREAK
            row += 1
        for line in page:
            if not line.ruled:
                cells.update({(row, n): piece.text for n, piece in enumerate(line.pieces, start=1) if piece.text})
                before, first, row = None, False, row + 1
                continue
            placed = {column_of(edges, piece.left): piece for piece in line.pieces}
            repeated = first and line.key in seen and sum(bool(piece.text) for piece in line.pieces) > 2
            seen.add(line.key)
            if first and not repeated and before is not None:
                first = False
                if _goes_on(before[1], placed, always):
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
                open_cells[column] = (row, row + piece.down - 1, last, piece.full)
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


def _always(lines: Sequence[Line], edges: Sequence[float]) -> frozenset[int]:
    """The columns that say something in nearly every row that has a cell of its own there."""
    there: Counter[int] = Counter()
    filled: Counter[int] = Counter()
    for line in lines:
        if len(line.pieces) < 2:
            continue
        for piece in line.pieces:
            if piece.down == 1:
                column = column_of(edges, piece.left)
                there[column] += 1
                filled[column] += bool(piece.text)
    return frozenset(column for column, count in there.items() if count >= _ENOUGH_ROWS and filled[column] >= _ALWAYS * count)


def _goes_on(before: Placed, after: Placed, always: frozenset[int]) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before."""
    said = {column for column, piece in after.items() if piece.text}
    if not said or not all(column in before and abs(before[column].right - after[column].right) <= TOLERANCE for column in said):
        return False
    texts = {column: before[column].text for column in said}
    if any(len(text) >= _LONG for text in texts.values()) and all(not text or len(text) >= _LONG for text in texts.values()):
        return True
    expected = {column for column in always if column in before and column in after}
    lacking = {column for column in expected if not after[column].text} | {column for column in expected if not before[column].text}
    if any(piece.text and not piece.full for column, piece in before.items() if column in said):
        return False
    both = {column for column in expected if after[column].text and before[column].text}
    return bool(lacking) and len(expected) > 1 and (len(both) < 2 or len(lacking) >= len(both))


def _continue_row(row: int, placed: Placed, cells: dict[Position, CellValue]) -> None:
    for column, piece in placed.items():
        if piece.text:
            known = str(cells.get((row, column), ""))
            cells[row, column] = known + (joint(known, piece.text) if known else "") + piece.text


def _continue_tall(
    placed: Placed,
    spans: Mapping[int, int],
    row: int,
    open_cells: Mapping[int, tuple[int, int, int, bool]],
    merges: dict[Position, Area],
    cells: dict[Position, CellValue],
) -> Placed:
    """Make tall cells that reached the end of the page before one with those under them that go on."""
    left: Placed = {}
    for column, piece in placed.items():
        above = open_cells.get(column)
        text = str(cells.get((above[0], column), "")) if above is not None else ""
        tall = above is not None and (above[1] > above[0] or piece.down > 1)
        cut = above is not None and above[3] and above[2] == spans[column] and len(text) >= _LONG and len(piece.text) > 0
        if above is None or above[1] < row - 2 or not (tall or cut) or (bool(text) == bool(piece.text) and not cut):
            left[column] = piece
            continue
        if piece.text:
            cells[above[0], column] = text + (joint(text, piece.text) if text else "") + piece.text
        merges[above[0], column] = (above[0], column, row + piece.down - 1, above[2])
    return left


def joint(before: str, after: str) -> str:
    """Return what stands between two pieces of one text: a blank between Latin words.

    >>> joint("电子", "票据"), joint("HIS", "system")
    ('', ' ')
    """
    return " " if _LATIN.match(before[-1]) and _LATIN.match(after[0]) and not before[-1].isdigit() else ""
