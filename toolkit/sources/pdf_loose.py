"""A table printed without lines: its columns told by where texts begin, lines that go on under a full cell put together with it.

In: the words of each line of a page that has no lines drawn. Out: the pieces of each line with their edges; and, for all pages, the columns
that these begin in. Only a page with many lines of several pieces is such a table; prose keeps its lines. Called by `pdf` and `pdf_pages`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from toolkit.sources.pdf_breaks import TOLERANCE, Line, Piece, edges_of, goes_on, joint

# So many lines with so many pieces make a table, and so many pieces that begin at one place a column.
_FEWEST_LINES, _FEWEST_PIECES, _FEWEST_STARTS = 5, 3, 3

# Words nearer than that, in widths of a character, are one piece, unless a column begins between them.
_GAP = 1.6

_Words = Sequence[Mapping[str, Any]]


def pieces_of(lines: Sequence[_Words]) -> list[list[Piece]]:
    """Return the pieces of each line of words: parted at wide gaps and, in a table, where a column begins."""
    plain = [pieces_in(words) for words in lines]
    if sum(len(pieces) >= _FEWEST_PIECES for pieces in plain) < _FEWEST_LINES:
        return plain
    starts = Counter(round(piece.left) for pieces in plain if len(pieces) > 1 for piece in pieces)
    columns = [place for place, count in starts.items() if count + starts[place - 1] + starts[place + 1] >= _FEWEST_STARTS]
    return [pieces_in(words, columns) for words in lines]


def pieces_in(words: _Words, columns: Sequence[float] = ()) -> list[Piece]:
    """Return the pieces of one line of words: parted at wide gaps and where a column begins."""
    pieces: list[Piece] = []
    for word in sorted(words, key=lambda word: float(word["x0"])):
        left, right, size = float(word["x0"]), float(word["x1"]), float(word["bottom"] - word["top"])
        begins = any(abs(left - column) < 1.5 for column in columns)
        if pieces and left - pieces[-1].right < _GAP * size and not begins:
            before = pieces[-1]
            pieces[-1] = replace(before, right=right, text=f"{before.text} {word['text']}")
        else:
            pieces.append(Piece(left, right, 1, str(word["text"])))
    return pieces


def folded(lines: Sequence[Line]) -> list[Line]:
    """Return a page's lines, each with what of the next ones goes on with its pieces: nothing else stands in these, and each had no room."""
    if sum(len(line.pieces) >= _FEWEST_PIECES for line in lines) < _FEWEST_LINES:
        return list(lines)
    made: list[Line] = []
    last: tuple[Piece, ...] = ()
    ends = _ends(lines)
    for line in lines:
        above = made[-1] if made else None
        owners = _owners(above, last, line, ends) if above is not None else None
        if above is None or owners is None:
            made.append(line)
            last = line.pieces
            continue
        texts = dict(zip(owners, line.pieces, strict=True))
        pieces = [
            replace(piece, text=piece.text + joint(piece.text, texts[n].text) + texts[n].text) if n in texts else piece
            for n, piece in enumerate(above.pieces)
        ]
        made[-1] = replace(above, pieces=tuple(pieces))
        last = tuple(texts.get(n, piece) for n, piece in enumerate(above.pieces))
    return made


def _ends(lines: Sequence[Line]) -> dict[int, float]:
    """How far to the right a text may reach that begins at each place: as near to what stands right of it as any text of the page comes to another."""
    pairs = [(one, other) for line in lines if not line.in_margin for one, other in zip(line.pieces, line.pieces[1:], strict=False)]
    gap = min((other.left - one.right for one, other in pairs), default=0.0)
    rights = [piece.right for line in lines for piece in line.pieces[-1:]]
    found: dict[int, float] = {}
    for line in lines:
        for piece in line.pieces[-1:]:
            found.setdefault(round(piece.left), max(rights))
    for one, other in pairs:
        found[round(one.left)] = min(found.get(round(one.left), other.left - gap), other.left - gap)
    return found


def _owners(above: Line, last: Sequence[Piece], line: Line, ends: Mapping[int, float]) -> list[int] | None:
    """The number of the piece of the line above that each piece goes on with; None where one does not."""
    if len(line.pieces) >= len(above.pieces) or line.in_margin != above.in_margin:
        return None
    found = []
    for piece in line.pieces:
        number = next((n for n, upper in enumerate(last) if abs(upper.left - piece.left) < TOLERANCE / 2), None)
        if number is None:
            return None
        upper = last[number]
        end = min((ends[place] for drift in (-1, 0, 1) if (place := round(upper.left) + drift) in ends), default=upper.right)
        width = (upper.right - upper.left) / max(1.0, sum(0.5 if char.isascii() else 1.0 for char in upper.text))
        numbers = upper.text[-1:].isdigit() and piece.text[:1].isdigit()
        if numbers or piece.right > end + TOLERANCE or not goes_on((end - upper.right) / max(1.0, width), piece.text):
            return None
        found.append(number)
    return found if len({*found}) == len(found) < len(above.pieces) else None


def columns_of(pages: Sequence[Sequence[Line]]) -> list[float]:
    """Return where the columns of a table without lines begin; none where no page has one."""
    lines = [line for page in pages for line in page]
    if any(line.ruled for line in lines) or sum(len(line.pieces) >= _FEWEST_PIECES for line in lines) < _FEWEST_LINES:
        return []
    return edges_of([piece.left for line in lines if len(line.pieces) > 1 for piece in line.pieces])
