"""A text document as words in reading order, each with what parts it from the word before.

In: a flow grid (a row per line, a piece per column). Out: `Word`s without page numbers; and the ways of putting words
together again. Used by the other `flow` modules of reading.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from toolkit.reading.model import Repair
from toolkit.sources.grid import Grid
from toolkit.sources.text import PAGE_BREAK
from toolkit.spreadsheet.a1 import cell_name


class Gap(IntEnum):
    """What stands between a word and the one before; the stronger, the less they belong together."""

    WRAP = 0  # a line break inside a table cell
    SPACE = 1
    CELL = 2
    LINE = 3
    BLANK = 4
    PAGE = 5


@dataclass(frozen=True, slots=True)
class Word:
    """Text without blanks at its line and piece (1-based), and the gap before it."""

    text: str
    line: int
    column: int
    gap: Gap

    @property
    def cell(self) -> str:
        return cell_name(self.line, self.column)


# Words that belong to nothing; `document` tells them as not understood.
LEFT_OVER = "修复-多余文字"

# As many blank lines in a row are the foot of a page.
_PAGE_GAP = 3

_PAGE_NUMBER = re.compile(
    r"[-–—－·•]+\s*\d{1,4}\s*[-–—－·•]+"
    r"|(?=.*页)(?:第\s*\d{1,4}\s*页)?\s*[,，/／、]?\s*(?:共\s*\d{1,4}\s*页)?"
    r"|page\s*\d+(?:\s*of\s*\d+)?",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(r"\d{1,3}(?:\s*[/／]\s*\d{1,3})?")

_SENTENCE_END = "。！？；;!?：:"
_ENUMERATION = re.compile(r"[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])(?:[、．.）)]|(?<=[①-⑳]))(?!\d)")
_LATIN = re.compile(r"[A-Za-z0-9]")

_Line = tuple[int, list[tuple[int, str]]]


def words_of(grid: Grid) -> list[Word]:
    """Return the grid's words in reading order; a page number on a line of its own is no word."""
    words: list[Word] = []
    page = False
    last = 0
    lines = _lines(grid)
    for number, (row, pieces) in enumerate(lines):
        if pieces[0][1] == PAGE_BREAK:
            page = True
            continue
        if _is_page_number(pieces, lines, number):
            continue
        gap = Gap.PAGE if page or row - last > _PAGE_GAP else Gap.BLANK if row - last > 1 else Gap.LINE
        page, last = False, row
        for column, piece in pieces:
            for inside, part in enumerate(piece.split("\n")):
                for text in part.split():
                    words.append(Word(text, row, column, gap))
                    gap = Gap.SPACE
                gap = Gap.WRAP if inside < piece.count("\n") else Gap.CELL
    return words


def _lines(grid: Grid) -> list[_Line]:
    """Lines with text, and page breaks as lines of their own."""
    lines: list[_Line] = []
    for (row, column), value in sorted(grid.cells.items()):
        text = str(value)
        alone = text == PAGE_BREAK
        if not alone and not text.strip():
            continue
        if alone or not lines or lines[-1][0] != row or lines[-1][1][0][1] == PAGE_BREAK:
            lines.append((row, []))
        lines[-1][1].append((column, text if alone else text.strip()))
    return lines


def _is_page_number(pieces: list[tuple[int, str]], lines: list[_Line], number: int) -> bool:
    text = " ".join(piece for _, piece in pieces)
    if _PAGE_NUMBER.fullmatch(text):
        return True
    beside = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
    at_page_end = any(other[0][1] == PAGE_BREAK for _, other in beside)
    return at_page_end and _BARE_NUMBER.fullmatch(text) is not None


def joined(words: Sequence[Word]) -> str:
    """Return a short text: single blanks stay, hard line breaks vanish except between Latin words."""
    text = ""
    for word in words:
        text += _between(text, word) + word.text if text else word.text
    return text


def _between(text: str, word: Word) -> str:
    if word.gap in (Gap.SPACE, Gap.CELL):
        return " "
    latin = _LATIN.match(text[-1]) and _LATIN.match(word.text)
    return " " if latin else ""


def prose(words: Sequence[Word]) -> str:
    """Return a long text: as `joined`, but an enumeration keeps its own line where a sentence ended before it."""
    text = ""
    for word in words:
        if text and word.gap >= Gap.LINE and text[-1] in _SENTENCE_END and is_enumeration(word.text):
            text += "\n" + word.text
        else:
            text += _between(text, word) + word.text if text else word.text
    return text


def ends_sentence(text: str) -> bool:
    return text.rstrip('”’」』）)"')[-1:] in tuple("。！？!?")


def is_enumeration(text: str) -> bool:
    """Return whether a text begins as a member of a list does.

    >>> [is_enumeration(text) for text in ("1、完成", "（二）建立", "3.提高", "2.5公里", "一是")]
    [True, True, True, False, False]
    """
    return _ENUMERATION.match(text) is not None


def goes_on_counting(text: str) -> bool:
    """Return whether a text begins as a later member of a list than the first.

    >>> [goes_on_counting(text) for text in ("1、完成", "（二）建立", "3.提高", "建设")]
    [False, True, True, False]
    """
    return is_enumeration(text) and text.lstrip("（(")[:1] not in "1一①" or text[:2].isdigit()


def lines_of(words: Sequence[Word]) -> list[list[Word]]:
    """Return the words line by line."""
    return split_at(words, Gap.LINE)


def split_at(words: Sequence[Word], gap: Gap, last: Gap = Gap.PAGE) -> list[list[Word]]:
    """Return the words parted wherever the gap before a word is from `gap` to `last`."""
    parts: list[list[Word]] = []
    for word in words:
        if not parts or gap <= word.gap <= last:
            parts.append([])
        parts[-1].append(word)
    return parts


def with_gap(word: Word, gap: Gap) -> Word:
    """Return `word` with at least that gap before it."""
    return word if word.gap >= gap else replace(word, gap=gap)


def left_out(words: Sequence[Word]) -> Repair:
    """Return the note that these words, on one line, belong to no label and are no data."""
    text = joined(words)
    message = f"第 {words[0].line} 行：“{text}”不属于任何项目内容"
    return Repair(LEFT_OVER, "", words[0].cell, text, "", message)
