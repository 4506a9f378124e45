"""What a page break of a PDF cuts in two: whether the first row of a page is the rest of the last one before it.

In: the cells of both rows, what other rows of the table say. Out: yes or no, and how the two pieces of a text are put together. A row
is the rest of one where it lacks what nearly every row of the table has, or where a long text or a bracket runs on; what stands whole in
another row of the same column is no piece. Called by `pdf_pages`, and by `pdf` for the lines of a cell.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from toolkit.values.text import clean_text

# Two edges of a drawn table this near, in points, are one.
TOLERANCE = 3

# So far the edges of one column may drift through a document.
_DRIFT = 3 * TOLERANCE

# A text of so many characters may be cut by a page break; shorter ones only together with their row.
LONG, VERY_LONG = 24, 40

# What is left of a short word, in characters; what is longer is no heading.
_SCRAP, _LONGEST_HEADING = 2, 12
_PROSE = re.compile("[，。；;：:、]")
_ENDED = re.compile("[。；;！]$")
_LABELLED = re.compile("[一-鿿]{2,10}[:：]")
_UPRIGHT = re.compile(r".(?:\n.)*")
_SIGNS = ("≥", "≤", "<", ">", "=", "＞", "＜", "＝")
_SIGN = re.compile(r"[≥≤<>=＞＜＝]")
_NUMBER = re.compile(r"[≥≤<>=＞＜＝]?\s*[0-9０-９][0-9０-９,.]*\s*(?:[(（].*[)）]|[%％])?")

# What a number ends with where its other digits are on the next page, and those.
_BEGUN = re.compile(r".*[0-9０-９./年月-]", re.DOTALL)
_DIGITS = re.compile(r"[0-9０-９,.]{1,6}(?:日|%|％|[(（][^（）()]*[)）])?")

# A column says something in every row where it does so in this share of at least so many.
_ALWAYS, _ENOUGH_ROWS = 0.8, 4

# So many rows above a page break show what a row of their kind says.
_NEAR = 10

_LATIN = re.compile(r"[A-Za-z0-9]")

# What is not parted at the end of a line: a word, a number, a sign with what may not begin a line.
_UNBROKEN = re.compile(r"[（《〈“‘【(]*(?:[!-~≥≤]+|.)[，。；：！？、）》〉”’％]*")
_BRACKETED = re.compile(r"[（(][^（）()]{1,12}[)）]")

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


def edges_of(places: Sequence[float]) -> list[float]:
    """Return the edges of columns or rows, those that are nearly the same taken for one: a table's drift a little from page to page."""
    found: list[float] = []
    before = -math.inf
    for place in sorted(places):
        if place - before > TOLERANCE or place - found[-1] > _DRIFT:
            found.append(place)
        before = place
    return found


def column_of(edges: Sequence[float], place: float) -> int:
    """Return the number of the column that begins at, or nearest before, a place."""
    return bisect_right(edges, place + TOLERANCE)


def filled_columns(lines: Sequence[Line], edges: Sequence[float]) -> tuple[Counter[tuple[int, int]], frozenset[tuple[int, int]]]:
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


class Elsewhere(NamedTuple):
    """What stands in rows that no page break touches, by columns: whole texts, none of which is a piece of one, and the last lines of such."""

    whole: frozenset[tuple[int, str]]
    ends: frozenset[tuple[int, str]]


def texts_elsewhere(pages: Sequence[Sequence[Line]], edges: Sequence[float]) -> Elsewhere:
    """Return what stands in the rows that neither begin nor end a page."""
    rows = [line for page in pages for line in [line for line in page if line.ruled][1:-1]]
    whole = frozenset((column_of(edges, piece.left), piece.text) for line in rows for piece in line.pieces if piece.text)
    return Elsewhere(whole, frozenset((column, text.rpartition("\n")[2]) for column, text in whole if "\n" in text))


def is_rest(before: Placed, after: Placed, expected: frozenset[int], near: frozenset[int], elsewhere: Elsewhere) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before.

    `expected` says something in every row, `near` in every row of a table just above; of a text that is as others end, what it goes on
    with had no room.
    """
    said = {column for column, piece in after.items() if piece.text}
    alike = {column for column in before.keys() & after.keys() if abs(before[column].right - after[column].right) <= TOLERANCE}
    if not said:
        return before.keys() == after.keys() == alike and all(piece.down == 1 for piece in after.values())
    if not said <= alike:
        return False
    texts = {column: before[column].text for column in said if before[column].text}
    if texts.keys() == said and all(_is_number_cut(before[column], after[column].text) for column in said):
        return True
    if any(_are_numbers(before[column], after[column].text) for column in texts):
        return False
    prose = [column for column, text in texts.items() if _is_prose(before[column], after[column].text)]
    bracketed = {column for column in said if _BRACKETED.fullmatch(after[column].text)}
    if prose and len(prose) == len(texts) and all(_is_heading_under(before[column], after[column].text) for column in prose):
        return False
    if prose and all(is_same(text, after[column].text) for column, text in texts.items()):
        return True
    amounts = sum(bool(_NUMBER.match(after[column].text)) for column in said.difference(prose))
    if amounts > 1:
        return False
    if bracketed and texts.keys() == said and all(goes_on(before[column].room, after[column].text) for column in said - bracketed):
        return True
    cut = [
        (goes_on(before[column].room, after[column].text) or column in bracketed or (column, after[column].text) in elsewhere.ends)
        and not {(column, text), (column, after[column].text)} & elsewhere.whole
        for column, text in texts.items()
        if column not in prose and not _UPRIGHT.fullmatch(text)
    ]
    if prose and all(cut) and not (cut and all(texts[column].endswith("。") for column in prose)):
        return True
    again = any(is_same(text, after[column].text) for column, text in texts.items())
    if _is_torn(texts, after) or (len(cut) > 1 and all(cut) and 2 * sum(len(after[column].text) <= _SCRAP for column in said) > len(said)):
        return True
    if cut and all(cut) and not amounts and before.keys() == alike and sum(bool(piece.text) for piece in before.values()) > len(said) + 2:
        return True
    return _lacks(before, after, cut, expected, near, not (prose or amounts or again))


def _lacks(before: Placed, after: Placed, cut: Sequence[bool], expected: frozenset[int], near: frozenset[int], only_words: bool) -> bool:
    """Whether a row says too little to be one of its own; `cut` are its texts: whether they had no room on the page before."""
    unsaid = {column for column in near if before[column].text and not after[column].text}
    lacking = {column for column in expected if bool(after[column].text) != bool(before[column].text)}
    if unsaid and cut and all(cut) and (len(cut) > 2 or (only_words and 3 * len(unsaid) >= len(near))):
        return True
    if len(lacking) > 1 and 3 * len(lacking) >= len(expected) and (not cut or 2 * sum(cut) > len(cut)):
        return True
    return any(cut) and len(lacking) > 2 and 2 * len(lacking) > len(expected)


def _is_number_cut(above: Piece, below: str) -> bool:
    """Whether a number, or a date, had no room for all of its digits."""
    return bool(_BEGUN.fullmatch(above.text) and _DIGITS.fullmatch(below)) and above.room < _PADDING < len(above.text)


def _are_numbers(above: Piece, below: str) -> bool:
    """Whether two texts are numbers of their own, and not the digits, or the last decimals, of one that had no room."""
    short = max(len(above.text), len(below)) <= _SCRAP and goes_on(above.room, below)
    decimals = _is_number_cut(above, below) and "." in above.text and len(below) <= _SCRAP and below.isdecimal()
    return not (short or decimals) and all(_NUMBER.fullmatch(each) for each in (above.text, below))


def _is_prose(above: Piece, text: str) -> bool:
    """Whether a text is a long one, if only together with what its last line had no room for."""
    if not _PROSE.search(above.text):
        return False
    return len(above.text) >= LONG or (
        len(above.text) + len(text) >= LONG
        and _PROSE.search(text) is not None
        and not _ENDED.search(above.text)
        and goes_on(above.room, text)
    )


def _is_heading_under(above: Piece, text: str) -> bool:
    """Whether a text that ended with its sentence is followed by a heading, a few words that end no sentence, or by a label and its value."""
    if not goes_on(above.room, text) and _LABELLED.match(text):
        return True
    return above.text.endswith(("。", "！")) and len(text) <= _LONGEST_HEADING and not text.endswith(("。", "！", "；", ";"))


def _is_torn(texts: Mapping[int, str], after: Placed) -> bool:
    """Whether a bracket that a cell opens is closed in the cell of the next page, or a sign has its number there."""
    return any(
        (_open(text) == 1 and _open(after[column].text) == -1) or (_SIGN.fullmatch(text) and _NUMBER.match(after[column].text))
        for column, text in texts.items()
        if not after[column].text.startswith(_SIGNS)
    )


def _open(text: str) -> int:
    return sum(text.count(each) for each in "(（《“") - sum(text.count(each) for each in ")）》”")


def expected_columns(
    before: Placed, after: Placed, page: Sequence[Line], always: frozenset[tuple[int, int]], edges: Sequence[float]
) -> frozenset[int]:
    """The columns of two rows that say something in every row: in those just above, else in all of the document."""
    spans = {(c, column_of(edges, before[c].right)) for c in before.keys() & after.keys()}
    there, above = filled_columns([line for line in page if line.ruled][-_NEAR:], edges)
    return frozenset(span[0] for span in spans if span in (above if there[span] >= _ENOUGH_ROWS else always))


def is_same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def together(text: str, room: float, more: str) -> str:
    """A text and what goes on with it on the next page: in a line of its own where a long one had room for more."""
    ended = len(text) >= LONG and not goes_on(room, more) and _ENDED.search(text) is not None
    return text + ("\n" if ended else joint(text, more) if text else "") + more


def text_of(lines: Sequence[Sequence[Mapping[str, Any]]], left: float | None, right: float) -> tuple[str, float]:
    """Return what a cell's lines of words say, and how many characters more the last one could hold.

    A line broken for want of room goes on, others keep their end. `left` is the cell's edge where a line may stand in its middle.
    """
    text, room = "", math.inf
    for line in lines:
        written = clean_text(" ".join(word["text"] for word in line))
        if text and written:
            text += joint(text, written) if goes_on(room, written) else "\n"
        text += written
        free = right - line[-1]["x1"] + (line[0]["x0"] - left if left is not None else 0.0)
        room = free / max(1.0, line[-1]["bottom"] - line[-1]["top"])
    return text, room


def joint(before: str, after: str) -> str:
    """Return what stands between two pieces of one text: a blank between Latin words.

    >>> joint("电子", "票据"), joint("HIS", "system")
    ('', ' ')
    """
    return " " if _LATIN.match(before[-1]) and _LATIN.match(after[0]) and not before[-1].isdigit() else ""
