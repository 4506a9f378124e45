"""PDF documents with text as a grid: tables cell by cell with their spans, the text between them line by line, page after page.

Scans have no text and are named as such. pdfplumber does the reading; it is written for sound files and falls over others
in many ways, all of which mean that the file is damaged. `alive` is called after each page, for long documents.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psparser import PSException
from pdfplumber.page import Page
from pdfplumber.utils import extract_words
from pdfplumber.utils.exceptions import PdfminerException

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import LOCKED
from toolkit.package.parts import DAMAGED, RESEND, unsafe_error
from toolkit.sources.grid import Grid
from toolkit.sources.pdf_pages import TOLERANCE, Line, Piece, column_of, edges_of, grid_of, joint
from toolkit.values.text import clean_text

SCAN = "文件-扫描件"
SCAN_CURE = "请报送可编辑的申报表（.xlsx）；盖章扫描件可与它放在一起，作为附件"

# What pdfplumber and pdfminer raise on damaged files, as found by trying thousands of them.
_BREAKS = (
    PSException, PdfminerException, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError,
    ArithmeticError, RecursionError, NotImplementedError, EOFError, struct.error, zlib.error, OSError,
)  # fmt: skip

# Words of one line that stand further apart than this, in widths of a character, are different pieces.
_GAP = 1.6

# A line with less room than so many characters after it was broken for want of it.
_ROOM = 1.9

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
                pages.append(sorted(_lines(page), key=lambda line: line.top))
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


def _opened(data: bytes, passwords: Sequence[str]) -> pdfplumber.PDF:
    """Return the document, opened with the first password that fits, no password first."""
    for password in ("", *passwords[:-1]):
        try:
            return pdfplumber.open(io.BytesIO(data), password=password)
        except PdfminerException as error:
            if not (error.args and isinstance(error.args[0], PDFPasswordIncorrect)) or not passwords:
                raise
    return pdfplumber.open(io.BytesIO(data), password=passwords[-1])


def _lines(page: Page) -> Iterator[Line]:
    """The lines of a page, each with its distance from the top: rows of tables, and the text outside them."""
    tables = page.find_tables({"snap_tolerance": TOLERANCE, "join_tolerance": TOLERANCE})
    boxes = [table.bbox for table in tables]
    for table in tables:
        yield from _table_lines(table.cells, page.chars)
    words = [word for word in page.extract_words() if not any(_inside(word, box) for box in boxes)]
    line: list[dict] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"]), word["x0"])):
        if line and abs(word["bottom"] - line[-1]["bottom"]) > TOLERANCE:
            yield _text_line(line, page)
            line = []
        line.append(word)
    if line:
        yield _text_line(line, page)


def _table_lines(boxes: Sequence[tuple[float, float, float, float]], chars: Sequence[dict]) -> Iterator[Line]:
    """The rows of a ruled table: each cell in the row of its upper edge, reaching down over as many as it takes up."""
    tops = edges_of([box[1] for box in boxes])
    inside: dict[int, list[dict]] = {}
    for char in chars:
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        number = next((n for n, box in enumerate(boxes) if box[0] <= x < box[2] and box[1] <= y < box[3]), None)
        if number is not None:
            inside.setdefault(number, []).append(char)
    rows: dict[int, list[Piece]] = {}
    for number, (left, top, right, bottom) in enumerate(boxes):
        first = column_of(tops, top)
        down = max(1, column_of(tops, bottom - 2 * TOLERANCE) - first + 1)
        rows.setdefault(first, []).append(Piece(left, right, down, _cell_text(inside.get(number, ()), right)))
    for first, pieces in sorted(rows.items()):
        yield Line(tops[first - 1], tuple(sorted(pieces, key=lambda piece: piece.left)), ruled=True)


def _cell_text(chars: Sequence[dict], right: float) -> str:
    """What stands in a cell: a line that was broken for want of room goes on, one that ended before keeps its end."""
    lines: list[list[dict]] = []
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
    return text


def _text_line(words: list[dict], page: Page) -> Line:
    top, bottom = words[0]["top"], words[0]["bottom"]
    return Line(
        top, tuple(Piece(0.0, 0.0, 1, text) for text in _pieces(words)), bottom < page.height * _MARGIN or top > page.height * (1 - _MARGIN)
    )


def _inside(word: dict, box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _pieces(words: list[dict]) -> list[str]:
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
