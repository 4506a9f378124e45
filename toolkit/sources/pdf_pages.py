"""The lines of a PDF's pages made one sheet: rows and cells that a page break cut in two are put together again.

In: the lines of each page, with their cells and where these begin and end. Out: the cells by row and column, and their spans. A
table keeps its columns over pages, as they are counted by the vertical edges of all its parts. A row is one with the row that
begins the next page where one of them lacks what nearly every row of the table has, or where a long text runs on; a tall cell is
one with the cell under it on the next page where only one of them says something. Called by `pdf`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.sources.pdf_breaks import (
    LONG,
    VERY_LONG,
    Line,
    Placed,
    column_of,
    edges_of,
    expected_columns,
    filled_columns,
    goes_on,
    is_rest,
    is_same,
    texts_elsewhere,
    together,
)  # fmt: skip
from toolkit.sources.pdf_loose import columns_of
from toolkit.sources.text import PAGE_BREAK
from toolkit.spreadsheet.a1 import Area


def grid_of(pages: Sequence[Sequence[Line]]) -> Grid:
    """Return the cells of all pages, a row per line, headers and footers that run through the document left out."""
    running = Counter(key for page in pages for key in {line.key for line in page if line.in_margin})
    kept = [[line for line in page if not (line.in_margin and running[line.key] > max(1, len(pages) // 2))] for page in pages]
    lines = [line for page in kept for line in page if line.ruled]
    edges = edges_of([piece.left for line in lines for piece in line.pieces] + [line.pieces[-1].right for line in lines])
    loose = columns_of(kept)
    _, always = filled_columns(lines, edges)
    elsewhere = texts_elsewhere(kept, edges)
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
                columns = _columns(line, loose)
                cells.update({(row, n): piece.text for n, piece in zip(columns, line.pieces, strict=True) if piece.text})
                before, first, row = None, False, row + 1
                continue
            placed = {column_of(edges, piece.left): piece for piece in line.pieces}
            told = " ".join(piece.text for piece in line.pieces)
            repeated = first and told in seen and told != last_told and sum(bool(piece.text) for piece in line.pieces) > 2
            seen.add(told)
            last_told = told if not first else last_told
            if first and not repeated and before is not None:
                first = False
                expected = [
                    expected_columns(before[1], placed, kept[number - 1], each, edges) for each in (always, frozenset[tuple[int, int]]())
                ]
                spans = {column: max(column, column_of(edges, piece.right) - 1) for column, piece in placed.items()}
                tall = {column: piece for column, piece in placed.items() if column not in before[1] and _is_open(column, row, open_cells)}
                of_row = {column: piece for column, piece in placed.items() if column not in tall}
                of_row = of_row if any(piece.text for piece in of_row.values()) else placed
                if is_rest(before[1], of_row, expected[0], expected[1], elsewhere):
                    _continue_row(before[0], before[1], of_row, cells)
                    _continue_beside(tall, row, open_cells, merges, cells)
                    continue
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


def _columns(line: Line, loose: Sequence[float]) -> Sequence[int]:
    """The columns of a line's pieces: where they begin in a table without lines, else one after the other."""
    found = [max(1, column_of(loose, piece.left)) for piece in line.pieces]
    return found if loose and len({*found}) == len(found) else range(1, len(line.pieces) + 1)


def _continue_row(row: int, above: Placed, placed: Placed, cells: dict[Position, CellValue]) -> None:
    for column, piece in placed.items():
        _add(cells, (row, column), above[column].room if column in above else 0.0, piece.text)


def _add(cells: dict[Position, CellValue], place: Position, room: float, text: str) -> None:
    """Put a text behind what a cell holds, unless it is printed there once more."""
    known = str(cells.get(place, ""))
    if text and not is_same(known, text):
        cells[place] = together(known, room, text)


def _is_open(column: int, row: int, open_cells: Mapping[int, tuple[int, int, int, float]]) -> bool:
    """Whether a cell of a page reaches its last row; `row` would be the first one of the next page."""
    return column in open_cells and open_cells[column][1] >= row - 2


def _continue_beside(
    tall: Placed,
    row: int,
    open_cells: Mapping[int, tuple[int, int, int, float]],
    merges: dict[Position, Area],
    cells: dict[Position, CellValue],
) -> None:
    """Make the cells beside a row that a page break cut one with those on the next page."""
    for column, piece in tall.items():
        top, bottom, last, room = open_cells[column]
        _add(cells, (top, column), room, piece.text)
        if piece.down > 1:
            merges[top, column] = (top, column, max(bottom, row + piece.down - 2), last)


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
        if not _is_open(column, row, open_cells):
            left[column] = piece
            continue
        above = open_cells[column]
        text = str(cells.get((above[0], column), ""))
        fits, long = above[2] == spans[column], len(text) >= LONG
        tall = above[1] > above[0] or piece.down > 1
        same = fits and bool(text) and is_same(text, piece.text) and (tall or long or twice)
        twice = twice or (same and long)
        cut = fits and len(text) >= VERY_LONG and len(piece.text) > 0 and goes_on(above[3], piece.text)
        if not same and (not (tall or cut) or (bool(text) == bool(piece.text) and not cut)):
            left[column] = piece
            continue
        if piece.text and not same:
            cells[above[0], column] = together(text, above[3], piece.text)
        merges[above[0], column] = (above[0], column, row + piece.down - 1, above[2])
    return left
