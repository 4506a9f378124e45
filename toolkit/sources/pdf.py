"""PDF documents with text as a grid: tables cell by cell with their spans, the text between them line by line, page after page.

Scans have no text and are named as such. pdfplumber does the reading; it is written for sound files and falls over others
in many ways, all of which mean that the file is damaged. `alive` is called after each page, for long documents.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from toolkit.sources.pdf_pages import TOLERANCE, Line, Piece, column_of, edges_of, grid_of, joint
from toolkit.values.text import clean_text

# What pdfplumber and pdfminer raise on damaged files, as found by trying thousands of them.
_BREAKS = (
    PSException, PdfminerException, MalformedPDFException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    ArithmeticError, RecursionError, NotImplementedError, EOFError, struct.error, zlib.error, OSError,
)  # fmt: skip

# Words of one line that stand further apart than this, in widths of a character, are different pieces.
_GAP = 1.6

# A line with less room than so many characters after it was broken for want of it.
_ROOM = 1.9

# A cell higher than this, in points, may be cut by a page break, and its text be printed as far beyond.
_TALL, _SHORT = 16, 12

_Box = tuple[float, float, float, float]

# How much of a page's height headers and footers take, above and below.
_MARGIN = 0.08


def read_pdf(data: bytes, display: str, passwords: Sequence[str] = (), alive: Callable[[], None] = lambda: None) -> tuple[Grid, ...]:
    """Return the document's text. Raises SourceError for a scan, a damaged or too long document, a wrong password."""
    pages: list[list[Line]] = []
    try:
        with _opened(data, passwords) as document:
            if len(document.pages) > limits.PAGES.most:
                raise unsafe_error(display, limits.PAGES.exceeded(len(document.pages)))
            for page in document.pages:
                pages.append(sorted(_lines(page, len(document.pages)), key=lambda line: line.top))
                page.close()
                alive()
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
    return (grid_of(pages),)


def _opened(data: bytes, passwords: Sequence[str]) -> pdfplumber.pdf.PDF:
    """Return the document, opened with the first password that fits, no password first."""
    for password in ("", *passwords[:-1]):
        try:
            return pdfplumber.open(io.BytesIO(data), password=password)
        except PdfminerException as error:
            if not (error.args and isinstance(error.args[0], PDFPasswordIncorrect)) or not passwords:
                raise
    return pdfplumber.open(io.BytesIO(data), password=passwords[-1])


def _lines(page: Page, count: int) -> Iterator[Line]:
    """The lines of a page, each with its distance from the top: rows of tables, and the text outside them."""
    settings = {"snap_tolerance": TOLERANCE, "join_tolerance": TOLERANCE, "explicit_horizontal_lines": _ends(page)}
    tables = page.find_tables(settings)
    boxes = [table.bbox for table in tables]

    # Two tables side by side are one that an unruled column parts.
    cells = [box for table in tables for box in table.cells]
    inside, loose = _sorted_chars(page, cells, boxes, count)
    yield from _table_lines(cells, inside)
    words = extract_words(loose) if loose else []
    line: list[dict[str, Any]] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"]), word["x0"])):
        if line and abs(word["bottom"] - line[-1]["bottom"]) > TOLERANCE:
            yield _text_line(line, page)
            line = []
        line.append(word)
    if line:
        yield _text_line(line, page)


def _ends(page: Page) -> list[float]:
    """Where the upright lines of a page begin and end: a cell that a page break cuts has no line across there."""
    upright = [edge for edge in page.edges if edge["orientation"] == "v" and edge["height"] > TOLERANCE]
    return [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)] if upright else []


def _sorted_chars(
    page: Page, cells: Sequence[_Box], tables: Sequence[_Box], count: int
) -> tuple[dict[int, list[dict[str, Any]]], list[dict[str, Any]]]:
    """The characters of each cell, and those of none. What a page break pushed over a tall cell's end still belongs to it."""
    inside: dict[int, list[dict[str, Any]]] = {}
    loose: list[dict[str, Any]] = []
    for char in page.chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        if not any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in tables):
            loose.append(char)
            continue
        number = next((n for n, box in enumerate(cells) if box[0] <= x < box[2] and box[1] <= y < box[3]), None)
        if number is not None:
            inside.setdefault(number, []).append(char)
    if not cells:
        return inside, loose
    top, bottom = min(box[1] for box in cells), max(box[3] for box in cells)
    open_cells = [
        n
        for n, box in enumerate(cells)
        if n not in inside and box[3] - box[1] > _TALL and (box[1] - top < TOLERANCE or bottom - box[3] < TOLERANCE)
    ]
    words = extract_words(loose, return_chars=True) if loose and open_cells else []
    moved: set[int] = set()
    headed = any(word["bottom"] < top - _TALL and word["top"] > page.height * _MARGIN for word in words)
    for word in words:
        above = page.page_number > 1 and not headed and top - _TALL < word["bottom"] and word["top"] < top
        near = above or (page.page_number < count and bottom < word["bottom"] and word["top"] < bottom + _TALL)
        held = (n for n in open_cells if cells[n][0] - 1 <= word["x0"] and word["x1"] <= cells[n][2] + 1)
        owner = next(held, None) if near and len(word["text"]) <= _SHORT else None
        if owner is not None:
            inside.setdefault(owner, []).extend(word["chars"])
            moved.update(map(id, word["chars"]))
    return inside, [char for char in loose if id(char) not in moved]


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


def _cell_text(chars: Sequence[dict[str, Any]], right: float) -> tuple[str, bool]:
    """What stands in a cell, and whether its last line is full: a line broken for want of room goes on, others keep their end."""
    lines: list[list[dict[str, Any]]] = []
    for word in extract_words(list(chars)) if chars else ():
        if lines and abs(word["bottom"] - lines[-1][-1]["bottom"]) <= TOLERANCE:
            lines[-1].append(word)
        else:
            lines.append([word])
    text, full = "", False
    for line in lines:
        written = clean_text(" ".join(word["text"] for word in line))
        if text and written:
            text += joint(text, written) if full else "\n"
        text += written
        full = right - line[-1]["x1"] < _ROOM * (line[-1]["bottom"] - line[-1]["top"])
    return text, full


def _text_line(words: list[dict[str, Any]], page: Page) -> Line:
    top, bottom = words[0]["top"], words[0]["bottom"]
    return Line(
        top, tuple(Piece(0.0, 0.0, 1, text) for text in _pieces(words)), bottom < page.height * _MARGIN or top > page.height * (1 - _MARGIN)
    )


def _pieces(words: list[dict[str, Any]]) -> list[str]:
    pieces: list[str] = []
    end = 0.0
    for word in sorted(words, key=lambda word: word["x0"]):
        near = pieces and word["x0"] - end < _GAP * (word["bottom"] - word["top"])
        if near:
            pieces[-1] += " " + word["text"]
        else:
            pieces.append(word["text"])
        end = word["x1"]
    return [clean_text(piece) for piece in pieces]
