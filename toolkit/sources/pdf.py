"""PDF documents with text as a flow grid: tables cell by cell, the text between them line by line, page after page.

Scans have no text and are named as such. pdfplumber does the reading; it is written for sound files and falls over others
in many ways, all of which mean that the file is damaged. `alive` is called after each page, for long documents.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.psparser import PSException
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import LOCKED
from toolkit.package.parts import DAMAGED, RESEND, unsafe_error
from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.sources.text import PAGE_BREAK
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

# Two edges of a drawn table this near, in points, are one.
_TOLERANCE = 3

# How much of a page's height headers and footers take, above and below.
_MARGIN = 0.08


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a page: its distance from the top, its pieces, and whether it stands in the margin."""

    top: float
    pieces: list[str]
    in_margin: bool = False

    @property
    def key(self) -> str:
        """The text without what changes from page to page."""
        return re.sub(r"[0-9]+", "#", " ".join(self.pieces))


def read_pdf(data: bytes, display: str, passwords: Sequence[str] = (), alive: Callable[[], None] = lambda: None) -> tuple[Grid, ...]:
    """Return the document's text. Raises SourceError for a scan, a damaged or too long document, a wrong password."""
    pages: list[list[_Line]] = []
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
    cells = _cells(pages)
    if all(value == PAGE_BREAK for value in cells.values()):
        raise SourceError(SCAN, f"{display}：盖章扫描件，没有可读的文字", SCAN_CURE)
    return (Grid(None, cells, flow=True),)


def _cells(pages: Sequence[Sequence[_Line]]) -> dict[Position, CellValue]:
    """The pieces of all pages, a row per line, headers and footers that run through the document left out."""
    running = Counter(key for page in pages for key in {line.key for line in page if line.in_margin})
    cells: dict[Position, CellValue] = {}
    row = 1
    for number, page in enumerate(pages):
        if number:
            cells[row, 1] = PAGE_BREAK
            row += 1
        for line in page:
            if not (line.in_margin and running[line.key] > max(1, len(pages) // 2)):
                cells.update({(row, n): piece for n, piece in enumerate(line.pieces, start=1) if piece})
                row += 1
    return cells


def _opened(data: bytes, passwords: Sequence[str]) -> pdfplumber.pdf.PDF:
    """Return the document, opened with the first password that fits, no password first."""
    for password in ("", *passwords[:-1]):
        try:
            return pdfplumber.open(io.BytesIO(data), password=password)
        except PdfminerException as error:
            if not (error.args and isinstance(error.args[0], PDFPasswordIncorrect)) or not passwords:
                raise
    return pdfplumber.open(io.BytesIO(data), password=passwords[-1])


def _lines(page: Page) -> Iterator[_Line]:
    """The lines of a page, each with its distance from the top: rows of tables, and the text outside them."""
    tables = page.find_tables({"snap_tolerance": _TOLERANCE, "join_tolerance": _TOLERANCE})
    boxes = [table.bbox for table in tables]
    for table in tables:
        for row, texts in zip(table.rows, table.extract(), strict=True):
            yield _Line(row.bbox[1], [clean_text(text) if text else "" for text in texts])
    words = [word for word in page.extract_words() if not any(_inside(word, box) for box in boxes)]
    line: list[dict[str, Any]] = []
    for word in sorted(words, key=lambda word: (round(word["bottom"]), word["x0"])):
        if line and abs(word["bottom"] - line[-1]["bottom"]) > _TOLERANCE:
            yield _text_line(line, page)
            line = []
        line.append(word)
    if line:
        yield _text_line(line, page)


def _text_line(words: list[dict[str, Any]], page: Page) -> _Line:
    top, bottom = words[0]["top"], words[0]["bottom"]
    return _Line(top, _pieces(words), bottom < page.height * _MARGIN or top > page.height * (1 - _MARGIN))


def _inside(word: dict[str, Any], box: tuple[float, float, float, float]) -> bool:
    x, y = (word["x0"] + word["x1"]) / 2, (word["top"] + word["bottom"]) / 2
    return bool(box[0] <= x <= box[2] and box[1] <= y <= box[3])


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
