"""The cells of a table printed without lines: told by how texts stand over, under and beside each other, or not at all.

In: the words of each page of a document that has no lines drawn. Out: its rows with their cells, as a ruled table would have them; None where
rows and columns cannot be told for certain. Lines of one cell are nearer to each other than two rows are; a cell beside several rows, or across
several columns, is one that reaches over texts that stand apart. Called by `pdf`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from statistics import median

from toolkit.sources.pdf_breaks import Line, Piece, text_of
from toolkit.sources.pdf_columns import TOUCH, Text, Word, alignment, into_columns

# Widths of a character: words nearer than that are one text; single characters spread over a cell are too.
_NEAR, _SPREAD = 0.8, 2.2

# Heights of a character: lines nearer than that may be of one cell, those further apart say nothing of rows; rows are so many times further apart.
_TIGHT, _FAR, _APART = 1.8, 4.0, 1.2

# No two rows are nearer than that share of how far two are at least whose texts stand over each other.
_CLOSE = 0.8

# So many rows with so many texts make a table; with more texts than that no document is tried.
_FEWEST_ROWS, _FEWEST_TEXTS, _MOST_TEXTS = 4, 3, 4000

# No text of a form stands beside more, and no page has more.
_MOST_BESIDE, _MOST_OF_PAGE = 100, 1000

# Texts that begin where others do, of all that are typed with tabs.
_TYPED = 0.8

# What parts two pages, in points.
_PAGE = 100_000.0


def rows_of(pages: Sequence[Sequence[Word]]) -> list[list[Line]] | None:
    """Return the rows of each page; None where they and their columns cannot be told for certain.

    Nothing where there is no table, few lines having several texts, or where each line, too far from the next to go on there, is a row,
    and only the columns cannot be told.
    """
    lines = [(number, _pieces(line)) for number, words in enumerate(pages) for line in _lines(words)]
    if sum(len(line) >= _FEWEST_TEXTS for _, line in lines) < _FEWEST_ROWS:
        return []
    for number, line in lines:
        for piece in line:
            piece.page, piece.top, piece.bottom = number, piece.top + number * _PAGE, piece.bottom + number * _PAGE
            piece.last = piece.left, piece.right, piece.top
    pieces = [piece for _, line in lines for piece in line]
    if len(pieces) > _MOST_TEXTS or max(Counter(piece.page for piece in pieces).values()) > _MOST_OF_PAGE:
        return None
    size = median(piece.bottom - piece.top for piece in pieces)
    texts = _texts(pieces, size)
    rows = _into_rows(texts) if texts is not None else None
    columns = into_columns(texts, rows) if texts is not None and rows is not None else None
    if texts is None or rows is None or columns is None:
        return [] if rows and texts == pieces and _is_typed(rows, size) else None
    return _printed(texts, rows, columns, len(pages))


def _is_typed(rows: Sequence[Sequence[Text]], size: float) -> bool:
    """Whether no line is near enough to the next to go on there, and texts begin at the stops of a typewriter."""
    steps = [below[0].top - above[0].top for above, below in zip(rows, rows[1:], strict=False) if above[0].page == below[0].page]
    begun = Counter(round(text.left / TOUCH) for row in rows for text in row)
    alike = sum(count for count in begun.values() if count > 1)
    return min(steps, default=0.0) > _TIGHT * size and alike > _TYPED * sum(begun.values())


def _lines(words: Sequence[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in sorted(words, key=lambda word: (float(word["bottom"]), float(word["x0"]))):
        if line and abs(word["bottom"] - line[0]["bottom"]) > TOUCH:
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _pieces(line: Sequence[Word]) -> list[Text]:
    """The texts of one line: words near each other, and characters spread evenly."""
    made: list[Text] = []
    spread = False  # whether the last one is of single characters alone
    for word in sorted(line, key=lambda word: float(word["x0"])):
        left, right, top, bottom = (float(word[key]) for key in ("x0", "x1", "top", "bottom"))
        if made:
            before = made[-1]
            if left - before.right < (_SPREAD if spread and _is_single(word) else _NEAR) * (bottom - top):
                spread = spread and _is_single(word)
                before.lines[0].append(word)
                before.right, before.top, before.bottom = right, min(before.top, top), max(before.bottom, bottom)
                continue
        spread = _is_single(word)
        made.append(Text(left, right, top, bottom, [[word]]))
    return made


def _is_single(word: Word) -> bool:
    return len(word["text"]) == 1 and "一" <= word["text"] <= "鿿"


def _texts(pieces: Sequence[Text], size: float) -> list[Text] | None:
    """The texts of the cells: lines put together that are nearer than rows are; None where that does not show."""
    above = [_above(before, piece) for before, piece in _each_page(pieces)]
    steps = sorted(piece.top - upper.top for piece, upper in zip(pieces, above, strict=True) if upper is not None)
    steps = [step for step in steps if step < _FAR * size]
    jumps = [(b / a, (a + b) / 2) for a, b in zip(steps, steps[1:], strict=False) if size <= a <= _TIGHT * size]
    jump, limit = max(jumps, default=(_APART, 0.0))
    if jump < _APART:
        if _may_go_on(pieces, above):
            return None
        limit = 0.0
    made: list[Text] = []
    first = 0  # of the page
    owner: dict[int, Text] = {}
    for piece, upper in zip(pieces, above, strict=True):
        first = len(made) if made and made[-1].page != piece.page else first
        text = owner.get(id(upper)) if upper is not None and piece.top - upper.top < limit else None
        if text is None:
            text = piece
            made.append(text)
        else:
            if sum(_is_near(piece, other, limit) for other in made[first:]) != 1:
                return None  # one goes on two texts, or two go on one
            text.left, text.right = min(text.left, piece.left), max(text.right, piece.right)
            text.bottom, text.last = piece.bottom, piece.last
            text.lines += piece.lines
        owner[id(piece)] = text
    return made


def _may_go_on(pieces: Sequence[Text], above: Sequence[Text | None]) -> bool:
    """Whether, where lines are as far apart as rows, some line may be the rest of the one over it: as wide as any, with a shorter line under it or over it."""
    widest: dict[int, float] = {}
    upper = dict(zip(map(id, pieces), above, strict=True))
    chains: dict[int, int] = {}
    for piece in pieces:
        over = upper[id(piece)]
        chains[id(piece)] = chains[id(over)] if over is not None else len(chains)
        widest[chains[id(piece)]] = max(widest.get(chains[id(piece)], 0.0), piece.right - piece.left)
    lines: dict[float, list[Text]] = {}
    for piece in pieces:
        lines.setdefault(round(piece.bottom), []).append(piece)

    def is_full(piece: Text) -> bool:
        return piece.right - piece.left + 2 * (piece.bottom - piece.top) > widest[chains[id(piece)]]

    ordered = list(lines.values())
    for line, under in zip(ordered, ordered[1:], strict=False):
        few, many = (under, line) if len(under) < len(line) else (line, under)
        if len(few) == len(many):
            continue
        pairs = [(piece, [other for other in many if other.is_over(piece)]) for piece in few]
        if all(len(others) == 1 and is_full(others[0] if few is under else piece) for piece, others in pairs):
            return True
    return False


def _each_page(pieces: Sequence[Text]) -> Iterator[tuple[list[Text], Text]]:
    """Yield each piece with those before it on its page."""
    before: list[Text] = []
    for piece in pieces:
        before = before if before and before[-1].page == piece.page else []
        yield before, piece
        before.append(piece)


def _above(before: Sequence[Text], piece: Text) -> Text | None:
    """The lowest of the pieces over a piece."""
    over = (each for each in before if each.is_over(piece) and each.top < piece.top - TOUCH)
    return max(over, key=lambda each: each.top, default=None)


def _is_near(piece: Text, text: Text, limit: float) -> bool:
    left, right, top = text.last
    return 0 < piece.top - top < limit and min(piece.right, right) - max(piece.left, left) > TOUCH


def _into_rows(texts: Sequence[Text]) -> list[list[Text]] | None:
    """Number the rows of each text, and return the texts that begin and end in each; None where they cannot be told."""
    ordered = sorted(texts, key=lambda text: text.top)
    for number, text in enumerate(ordered):
        for other in islice(ordered, number + 1, None):
            if other.top >= text.bottom:
                break
            if text.is_beside(other):
                text.beside.append(other)
                other.beside.append(text)
        if len(text.beside) > _MOST_BESIDE:
            return None
    tall = {id(text) for text in texts if _is_tall(text)}
    rows: list[list[Text]] = []
    for text in (text for text in ordered if id(text) not in tall):
        if rows and any(text.is_beside(other) for other in rows[-1]):
            rows[-1].append(text)
        else:
            rows.append([text])
    if sum(len(row) >= _FEWEST_TEXTS for row in rows) < _FEWEST_ROWS:
        return None
    tops = [min(text.top for text in row) for row in rows]
    steps = [
        b - a for a, b, over, under in zip(tops, tops[1:], rows, rows[1:], strict=False) if any(x.is_over(y) for x in over for y in under)
    ]
    if any(b - a < _CLOSE * min(steps, default=0.0) for a, b in zip(tops, tops[1:], strict=False)):
        return None  # what stands between two rows is beside both
    for number, row in enumerate(rows):
        if alignment(row) is None:
            return None
        if any(one is not other and one.is_over(other) for one in row for other in row):
            return None
        for text in row:
            text.rows = number, number
    for text in (text for text in texts if id(text) in tall):
        beside = sorted({other.rows[0] for other in text.beside if id(other) not in tall})
        if len(text.lines) == 1 or abs(text.top - min(other.top for other in rows[beside[0]])) > 2 * TOUCH:
            return None
        text.rows = beside[0], beside[-1]
    return rows


def _is_tall(text: Text) -> bool:
    """Whether texts that stand over each other are beside a text."""
    if max((each.top for each in text.beside), default=0.0) <= min((each.bottom for each in text.beside), default=0.0):
        return False
    return any(a.is_over(b) and a.bottom < b.top for a in text.beside for b in text.beside)


def _printed(texts: Sequence[Text], rows: Sequence[Sequence[Text]], edges: Sequence[Sequence[float]], pages: int) -> list[list[Line]]:
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
