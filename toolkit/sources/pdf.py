"""PDF documents with text as a grid: tables cell by cell with their spans, the text between them line by line, page after page.

Scans have no text and are named as such. pdfplumber does the reading; it is written for sound files and falls over others
in many ways, all of which mean that the file is damaged. `alive` is called after each page, for long documents.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psparser import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import MalformedPDFException, PdfminerException
from pdfplumber.utils.text import extract_words

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import LOCKED
from toolkit.package.parts import DAMAGED, RESEND, unsafe_error
from toolkit.sources.grid import Grid
from toolkit.sources.page import SCAN, SCAN_CURE
from toolkit.sources.pdf_breaks import TOLERANCE, Line, Piece, column_of, edges_of, text_of
from toolkit.sources.pdf_cells import rows_of
from toolkit.sources.pdf_loose import folded, pieces_in, pieces_of
from toolkit.sources.pdf_pages import grid_of
from toolkit.values.text import clean_text

# What pdfplumber and pdfminer raise on damaged files, as found by trying thousands of them.
_BREAKS = (
    PSException, PdfminerException, MalformedPDFException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    ArithmeticError, RecursionError, NotImplementedError, EOFError, struct.error, zlib.error, OSError,
)  # fmt: skip


_Box = tuple[float, float, float, float]
_Chars = list[dict[str, Any]]

# On a page with more cells than that none is looked for inside another.
_MOST_NESTED = 1500

# How much of a page's height headers and footers take, above and below.
_MARGIN = 0.08


def read_pdf(data: bytes, display: str, passwords: Sequence[str] = (), alive: Callable[[], None] = lambda: None) -> tuple[Grid, ...]:
    """Return the document's text. Raises SourceError for a scan, a damaged or too long document, a wrong password."""
    pages: list[list[Line]] = []
    before: _Page | None = None
    unruled: list[list[dict[str, Any]]] = []  # the words of the pages without cells
    try:
        with _opened(data, passwords) as document:
            if len(document.pages) > limits.PAGES.most:
                raise unsafe_error(display, limits.PAGES.exceeded(len(document.pages)))
            for page in document.pages:
                here = _page(page)
                if before is not None:
                    _share(before, here)
                    pages.append(_lines(before))
                before = here
                unruled += [] if here.cells else [here.words]
                page.close()
                alive()
            pages += [_lines(before)] if before is not None else []
    except SourceError:
        raise
    except _BREAKS as error:
        cause = error.args[0] if isinstance(error, PdfminerException) and error.args else error
        if isinstance(cause, PDFPasswordIncorrect):
            cure = "请去掉打开密码后重新报送，或用 --password 给出密码"
            raise SourceError(LOCKED, f"{display}：文件设有打开密码", cure) from error
        raise SourceError(DAMAGED, f"{display}：PDF 已损坏或不完整，读不出来", RESEND) from error
    if not any(piece.text for page in pages for line in page for piece in line.pieces):
        raise SourceError(SCAN, f"{display}：盖章扫描件，没有可读的文字", SCAN_CURE)
    told = rows_of(unruled) if len(unruled) == len(pages) else []
    return (grid_of(told) if told else replace(grid_of(pages), guessed=told is None),)


def _opened(data: bytes, passwords: Sequence[str]) -> pdfplumber.pdf.PDF:
    """Return the document, opened with the first password that fits, no password first."""
    for password in ("", *passwords[:-1]):
        try:
            return pdfplumber.open(io.BytesIO(data), password=password)
        except PdfminerException as error:
            if not (error.args and isinstance(error.args[0], PDFPasswordIncorrect)) or not passwords:
                raise
    return pdfplumber.open(io.BytesIO(data), password=passwords[-1])


@dataclass(frozen=True)
class _Page:
    """A page: its cells, the characters in each of them, and those in none."""

    cells: Sequence[_Box]
    inside: dict[int, _Chars]
    loose: _Chars
    height: float

    @cached_property
    def words(self) -> list[dict[str, Any]]:
        """The words in no cell; not to be asked for before `_share`, where the page has cells."""
        return extract_words(self.loose) if self.loose else []

    @property
    def top(self) -> float:
        return min(box[1] for box in self.cells)

    @property
    def bottom(self) -> float:
        return max(box[3] for box in self.cells)


def _page(page: Page) -> _Page:
    """The characters of a page by the cells they stand in."""
    settings = {"snap_tolerance": TOLERANCE, "join_tolerance": TOLERANCE, "explicit_horizontal_lines": _ends(page)}
    found = page.debug_tablefinder(settings)
    boxes = [table.bbox for table in found.tables]

    # A cell alone is no table to pdfplumber, but beside a column without rules it is one; a frame round a page is none.
    tabled = {box for table in found.tables for box in table.cells}
    alone = [box for box in found.cells if box not in tabled and not any(_overlap(box, other) for other in found.cells if other != box)]
    cells = [*(box for table in found.tables for box in table.cells), *alone]
    cells, strips = _around_tables(cells)
    inside: dict[int, _Chars] = {}
    loose: _Chars = []
    for char in page.chars:
        x, y = (char["x0"] + char["x1"]) / 2, _middle(char)
        if not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in (*boxes, *alone)):
            loose.append(char)
            continue
        number = next((n for n, box in enumerate(cells) if box[0] <= x < box[2] and box[1] <= y < box[3]), None)
        if number is not None:
            inside.setdefault(number, []).append(char)
        elif strips:
            loose.append(char)
    kept = [n for n in range(len(cells)) if n not in strips or n in inside]
    return _Page([cells[n] for n in kept], {at: inside[n] for at, n in enumerate(kept) if n in inside}, loose, page.height)


def _around_tables(cells: Sequence[_Box]) -> tuple[list[_Box], frozenset[int]]:
    """The cells of a page, those that hold a table of their own cut to what lies above and under it; and the numbers of these strips."""
    made: list[_Box] = []
    strips: set[int] = set()
    for box in cells:
        inner = [other for other in cells if _holds(box, other)] if len(cells) <= _MOST_NESTED else []
        if len(inner) < 2:
            made.append(box)
            continue
        strips |= {len(made), len(made) + 1}
        made.append((box[0], box[1], box[2], min(other[1] for other in inner)))
        made.append((box[0], max(other[3] for other in inner), box[2], box[3]))
    return made, frozenset(strips)


def _holds(box: _Box, other: _Box) -> bool:
    """Whether a cell stands inside another."""
    return box != other and box[0] <= other[0] and box[1] <= other[1] and other[2] <= box[2] and other[3] <= box[3]


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] - 1 and other[0] < one[2] - 1 and one[1] < other[3] - 1 and other[1] < one[3] - 1


def _share(before: _Page, after: _Page) -> None:
    """Give the cells that a page break cuts all of their text.

    A spreadsheet program prints such a cell on both pages, each time the whole of it, and hides what lies beyond the page's rows.
    The same characters as far above the first row of one page as below it on the other are of the cell they would be in.
    """
    if not before.cells or not after.cells:
        return
    shift = before.bottom - after.top
    lower = [n for n, box in enumerate(before.cells) if before.bottom - box[3] < TOLERANCE]
    upper = [n for n, box in enumerate(after.cells) if box[1] - after.top < TOLERANCE]
    there = _printed(before, -shift), _printed(after, shift)
    below = [char for char in before.loose if _middle(char) > before.bottom]
    above = [char for char in after.loose if _middle(char) < after.top]
    for page, chars, held, other in ((before, below, lower, there[1]), (after, above, upper, there[0])):
        given = set()
        for word in extract_words(chars, return_chars=True) if chars else ():
            if not all(_is_among(char, other) for char in word["chars"]):
                continue
            for char in word["chars"]:
                x = (char["x0"] + char["x1"]) / 2
                owner = next((n for n in held if page.cells[n][0] <= x <= page.cells[n][2]), None)
                if owner is not None:
                    page.inside.setdefault(owner, []).append(char)
                    given.add(id(char))
        page.loose[:] = [char for char in page.loose if id(char) not in given]


def _middle(char: Mapping[str, Any]) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _printed(page: _Page, down: float) -> dict[str, list[tuple[float, float]]]:
    """Where each character of a page stands, so far further down."""
    found: dict[str, list[tuple[float, float]]] = {}
    for char in (*page.loose, *(char for chars in page.inside.values() for char in chars)):
        found.setdefault(char["text"], []).append((char["x0"], char["top"] + down))
    return found


def _is_among(char: dict[str, Any], there: Mapping[str, Sequence[tuple[float, float]]]) -> bool:
    near = TOLERANCE + 1
    return any(abs(x - char["x0"]) < near and abs(y - char["top"]) < near for x, y in there.get(char["text"], ()))


def _lines(page: _Page) -> list[Line]:
    """The lines of a page from its top: rows of tables, and the text outside them."""
    return sorted((*_table_lines(page.cells, page.inside), *_text_lines(page)), key=lambda line: line.top)


def _text_lines(page: _Page) -> Sequence[Line]:
    lines: list[list[dict[str, Any]]] = []
    for word in sorted(page.words, key=lambda word: (round(word["bottom"]), word["x0"])):
        if not lines or abs(word["bottom"] - lines[-1][-1]["bottom"]) > TOLERANCE:
            lines.append([])
        lines[-1].append(word)
    if page.cells:  # where texts around a table begin is no column
        return [_text_line(line, page, [Piece(0.0, 0.0, 1, piece.text) for piece in pieces_in(line)]) for line in lines]
    return folded([_text_line(line, page, pieces) for line, pieces in zip(lines, pieces_of(lines), strict=True)])


def _ends(page: Page) -> list[float]:
    """Where the upright lines of a page begin and end: a cell that a page break cuts has no line across there."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["height"] > TOLERANCE]
    return [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)] if upright else []


def _table_lines(boxes: Sequence[_Box], inside: Mapping[int, list[dict[str, Any]]]) -> Iterator[Line]:
    """The rows of a ruled table: each cell in the row of its upper edge, reaching down over as many as it takes up."""
    tops = edges_of([box[1] for box in boxes])
    rows: dict[int, list[Piece]] = {}
    for number, (left, top, right, bottom) in enumerate(boxes):
        first = column_of(tops, top)
        down = max(1, column_of(tops, bottom - 2 * TOLERANCE) - first + 1)
        rows.setdefault(first, []).append(Piece(left, right, down, *_cell_text(inside.get(number, ()), right)))
    for first, pieces in sorted(rows.items()):
        yield Line(tops[first - 1], tuple(sorted(pieces, key=lambda piece: piece.left)), ruled=True)


def _cell_text(chars: Sequence[dict[str, Any]], right: float) -> tuple[str, float]:
    """What stands in a cell, and how many characters more its last line could hold."""
    lines: list[list[dict[str, Any]]] = []
    for word in extract_words(list(chars)) if chars else ():
        if lines and abs(word["bottom"] - lines[-1][-1]["bottom"]) <= TOLERANCE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return text_of(lines, None, right)


def _text_line(words: list[dict[str, Any]], page: _Page, pieces: Sequence[Piece]) -> Line:
    top, bottom, height = words[0]["top"], words[0]["bottom"], page.height
    in_margin = bottom < height * _MARGIN or top > height * (1 - _MARGIN)
    beside = any(box[1] <= top < box[3] for box in page.cells) and words[0]["x0"] >= max(box[2] for box in page.cells) - TOLERANCE
    return Line(top, tuple(replace(piece, text=clean_text(piece.text)) for piece in pieces), in_margin, beside=beside)
