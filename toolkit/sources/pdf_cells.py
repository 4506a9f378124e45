"""The cells of a table printed without lines: told by how texts stand over, under and beside each other, or not at all.

In: the words of each page of a document that has no lines drawn. Out: its rows with their cells, as a ruled table would have them; None where
rows and columns cannot be told for certain. Lines of one cell are nearer to each other than two rows are; a cell beside several rows, or across
several columns, is one that reaches over texts that stand apart. Called by `pdf`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from toolkit.sources.pdf_breaks import Line, Piece, text_of

Word = Mapping[str, Any]

# Widths of a character: words nearer than that are one text; single characters spread over a cell are too.
_NEAR, _SPREAD = 0.8, 2.2

# Heights of a character: lines nearer than that may be of one cell, those further apart say nothing of rows; rows are so many times further apart.
_TIGHT, _FAR, _APART = 1.8, 4.0, 1.2

# What two texts share, in points, to be over or beside each other.
_TOUCH = 1.5

# Twice as far, in points, may a text stand from the middle of its cell, for its column may be wider than what is in it.
_NEARLY = 12.0

# So many rows with so many texts make a table; with more texts than that no document is tried.
_FEWEST_ROWS, _FEWEST_TEXTS, _MOST_TEXTS = 4, 3, 6000

# What parts two pages, in points.
_PAGE = 100_000.0


@dataclass(eq=False)
class _Text:
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
    beside: list[_Text] = field(default_factory=list)

    def is_beside(self, other: _Text) -> bool:
        return min(self.bottom, other.bottom) - max(self.top, other.top) > _TOUCH

    def is_over(self, other: _Text) -> bool:
        return min(self.right, other.right) - max(self.left, other.left) > _TOUCH


def is_table(pages: Sequence[Sequence[Word]]) -> bool:
    """Return whether many lines have several texts."""
    return sum(len(_pieces(line)) >= _FEWEST_TEXTS for words in pages for line in _lines(words)) >= _FEWEST_ROWS


def rows_of(pages: Sequence[Sequence[Word]]) -> list[list[Line]] | None:
    """Return the rows of each page; None where they and their columns cannot be told for certain."""
    pieces: list[_Text] = []
    for number, words in enumerate(pages):
        for line in _lines(words):
            for piece in _pieces(line):
                piece.page, piece.top, piece.bottom = number, piece.top + number * _PAGE, piece.bottom + number * _PAGE
                piece.last = piece.left, piece.right, piece.top
                pieces.append(piece)
    if not pieces or len(pieces) > _MOST_TEXTS:
        return None
    size = median(piece.bottom - piece.top for piece in pieces)
    texts = _texts(pieces, size)
    rows = _into_rows(texts) if texts is not None else None
    columns = _into_columns(texts, rows) if texts is not None and rows is not None else None
    if texts is None or rows is None or columns is None:
        return None
    return _printed(texts, rows, columns, len(pages))


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in sorted(words, key=lambda word: (float(word["bottom"]), float(word["x0"]))):
        if line and abs(word["bottom"] - line[0]["bottom"]) > _TOUCH:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _pieces(line: Sequence[Word]) -> list[_Text]:
    """The texts of one line: words near each other, and characters spread evenly."""
    made: list[_Text] = []
    for word in sorted(line, key=lambda word: float(word["x0"])):
        left, right, top, bottom = (float(word[key]) for key in ("x0", "x1", "top", "bottom"))
        if made:
            before = made[-1]
            spread = _is_single(word) and all(_is_single(each) for each in before.lines[0])
            if left - before.right < (_SPREAD if spread else _NEAR) * (bottom - top):
                before.lines[0].append(word)
                before.right, before.top, before.bottom = right, min(before.top, top), max(before.bottom, bottom)
                continue
        made.append(_Text(left, right, top, bottom, [[word]]))
    return made


def _is_single(word: Word) -> bool:
    return len(word["text"]) == 1 and "一" <= word["text"] <= "鿿"


def _texts(pieces: Sequence[_Text], size: float) -> list[_Text] | None:
    """The texts of the cells: lines put together that are nearer than rows are; None where that does not show."""
    above = [_above(pieces[:n], piece) for n, piece in enumerate(pieces)]
    steps = sorted(piece.top - upper.top for piece, upper in zip(pieces, above, strict=True) if upper is not None)
    steps = [step for step in steps if step < _FAR * size]
    jumps = [(b / a, (a + b) / 2) for a, b in zip(steps, steps[1:], strict=False) if size <= a <= _TIGHT * size]
    jump, limit = max(jumps, default=(_APART, 0.0))
    if jump < _APART:
        return None
    made: list[_Text] = []
    owner: dict[int, _Text] = {}
    for piece, upper in zip(pieces, above, strict=True):
        text = owner.get(id(upper)) if upper is not None and piece.top - upper.top < limit else None
        if text is None:
            text = piece
            made.append(text)
        else:
            if sum(_is_near(piece, other, limit) for other in made) != 1:
                return None  # one goes on two texts, or two go on one
            text.left, text.right = min(text.left, piece.left), max(text.right, piece.right)
            text.bottom, text.last = piece.bottom, piece.last
            text.lines += piece.lines
        owner[id(piece)] = text
    return made


def _above(before: Sequence[_Text], piece: _Text) -> _Text | None:
    """The lowest of the pieces over a piece."""
    over = (each for each in before if each.page == piece.page and each.is_over(piece) and each.top < piece.top - _TOUCH)
    return max(over, key=lambda each: each.top, default=None)


def _is_near(piece: _Text, text: _Text, limit: float) -> bool:
    left, right, top = text.last
    return 0 < piece.top - top < limit and min(piece.right, right) - max(piece.left, left) > _TOUCH


def _into_rows(texts: Sequence[_Text]) -> list[list[_Text]] | None:
    """Number the rows of each text, and return the texts that begin and end in each; None where they cannot be told."""
    for text in texts:
        text.beside = [other for other in texts if other is not text and text.is_beside(other)]
    tall = {id(text) for text in texts if any(a.is_over(b) and a.bottom < b.top for a in text.beside for b in text.beside)}
    rows: list[list[_Text]] = []
    for text in sorted((text for text in texts if id(text) not in tall), key=lambda text: text.top):
        if rows and any(text.is_beside(other) for other in rows[-1]):
            rows[-1].append(text)
        else:
            rows.append([text])
    if sum(len(row) >= _FEWEST_TEXTS for row in rows) < _FEWEST_ROWS:
        return None
    for number, row in enumerate(rows):
        if max(text.top for text in row) - min(text.top for text in row) > 2 * _TOUCH:
            return None  # what stands in the middle of its cell does not show which rows that is beside
        if any(one is not other and one.is_over(other) for one in row for other in row):
            return None
        for text in row:
            text.rows = number, number
    for text in (text for text in texts if id(text) in tall):
        beside = [number for number, row in enumerate(rows) if any(text.is_beside(other) for other in row)]
        if len(text.lines) == 1 or abs(text.top - min(other.top for other in rows[beside[0]])) > 2 * _TOUCH:
            return None
        text.rows = beside[0], beside[-1]
    return rows


def _into_columns(texts: Sequence[_Text], rows: Sequence[Sequence[_Text]]) -> list[list[float]] | None:
    """Number the columns of each text, and return the edges of each column; None where they cannot be told."""
    lines = [[text for text in texts if text.rows[0] <= number <= text.rows[1]] for number in range(len(rows))]
    edges: list[list[float]] = []
    for text in sorted(texts, key=lambda text: text.left):
        if any(sum(text.is_over(other) for other in line if other is not text) > 1 for line in lines):
            continue
        if edges and text.left < edges[-1][1] - _TOUCH:
            edges[-1][1] = max(edges[-1][1], text.right)
        else:
            edges.append([text.left, text.right])
    for text in texts:
        own = [n for n, (left, right) in enumerate(edges) if min(right, text.right) - max(left, text.left) > _TOUCH]
        if not own:
            return None
        text.columns = own[0], own[-1]
    for line in lines:
        taken = [n for text in line for n in range(text.columns[0], text.columns[1] + 1)]
        if len({*taken}) < len(taken):
            return None
    _fill_blanks(lines, edges)
    return edges


def _fill_blanks(lines: Sequence[Sequence[_Text]], edges: Sequence[Sequence[float]]) -> None:
    """Give the blanks of a row above that of most texts, the headings of the table, and of one over other headings, to the texts beside them."""
    most = max(len(line) for line in lines)
    heading = next(n for n, line in enumerate(lines) if len(line) == most)
    _fill_down(lines, heading)
    middle = _is_in_middle(lines[heading:])
    for number, line in enumerate(lines):
        ordered = sorted(line, key=lambda text: text.columns)
        first = 0
        ends = [*(text.columns[0] for text in ordered), len(edges)]
        under = [text.columns for text in lines[number + 1]] if number + 1 < len(lines) else []
        for n, text in enumerate(ordered):
            last = ends[n + 1] - 1
            grouped = len(under) > 1 and all(first <= left and right <= last for left, right in under)
            if number < heading or grouped:
                text.columns = _widest(text, first, last, edges) if middle else (text.columns[0], last)
            first = text.columns[1] + 1


def _fill_down(lines: Sequence[Sequence[_Text]], heading: int) -> None:
    """Let the first texts of a row under the headings reach down over the blanks before the first text of the rows that follow."""
    above: dict[int, _Text] = {}
    for number in range(heading + 1, len(lines)):
        here = {text.columns[0]: text for text in lines[number]}
        first = min(here)
        for column in range(first):
            text = above.get(column)
            if text is None or text.rows[1] != number - 1 or text.columns != (column, column):
                break
            text.rows = text.rows[0], number
            here[column] = text
        above = here


def _widest(text: _Text, first: int, last: int, edges: Sequence[Sequence[float]]) -> tuple[int, int]:
    """The most columns between two that a text stands in the middle of."""
    spans = [(a, b) for a in range(first, text.columns[0] + 1) for b in range(text.columns[1], last + 1)]
    return min(
        spans, key=lambda span: (max(_NEARLY, abs(edges[span[0]][0] + edges[span[1]][1] - text.left - text.right)), span[0] - span[1])
    )


def _is_in_middle(lines: Sequence[Sequence[_Text]]) -> bool:
    """Whether texts stand in the middle of their columns, and not where these begin."""
    columns: dict[tuple[int, int], list[_Text]] = {}
    for text in {id(text): text for line in lines for text in line}.values():
        columns.setdefault(text.columns, []).append(text)
    pairs = [(one, other) for own in columns.values() for one, other in zip(own, own[1:], strict=False)]
    begun = sum(abs(one.left - other.left) for one, other in pairs)
    return sum(abs(one.left + one.right - other.left - other.right) for one, other in pairs) / 2 < begun


def _printed(texts: Sequence[_Text], rows: Sequence[Sequence[_Text]], edges: Sequence[Sequence[float]], pages: int) -> list[list[Line]]:
    """The rows of each page with their cells, each from where its column begins to where the next one does."""
    starts = [(a[1] + b[0]) / 2 for a, b in zip(edges, edges[1:], strict=False)]
    starts = [edges[0][0], *starts, edges[-1][1] + 1]
    made: list[list[Line]] = [[] for _ in range(pages)]
    for number, row in enumerate(rows):
        line = sorted((text for text in texts if text.rows[0] == number), key=lambda text: text.left)
        pieces = []
        for text in line:
            left, right = edges[text.columns[0]][0], edges[text.columns[1]][1]
            said = text_of(text.lines, left, right)
            down = text.rows[1] - text.rows[0] + 1
            pieces.append(Piece(starts[text.columns[0]], starts[text.columns[1] + 1], down, *said))
        if pieces:
            page = row[0].page
            made[page].append(Line(row[0].top - page * _PAGE, tuple(pieces), ruled=True))
    return made
