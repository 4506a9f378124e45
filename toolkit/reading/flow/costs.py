"""What each way of reading the words of an indicator table costs: how much damage would print that table as this text.

In: the words between a table's header and its end, the form. Out: a number for every candidate heading, name, value
and blank, which `table` adds up. About 1 is a liberty that every document takes, 5 is damage, 10 nearly
impossible. The figures were set by hand and tried on the damage generator of the tests, which covers every kind
that DOMAIN lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from toolkit.forms.model import LONG_TEXT, TEXT, Form
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow.labels import Level, Lexicon, key_of
from toolkit.reading.flow.slots import Slot
from toolkit.reading.flow.words import Gap, Word, joined, split_at
from toolkit.reading.model import OK
from toolkit.values.targets import Target, join_target, parse_target
from toolkit.values.text import half_width

# Words that stay without a place, and cells that stay without words.
ORPHAN, LONE_NUMBER, BLANK_CELL, BLANK_BEFORE_TEXT = 15.0, 2.5, 8.0, 14.0

# Rows and headings that begin in the middle of a line.
ROW_AFTER_SPACE, ROW_AFTER_CELL, HEADING_AFTER_SPACE, HEADING_AFTER_CELL = 6.0, 4.0, 8.0, 3.0
ALIAS, ALIAS_BEFORE_VALUE = 0.6, 3.0

# Words of one cell with that gap between them; a plain line end is judged by `_wrap`.
NAME_GAPS = {Gap.WRAP: 0.2, Gap.SPACE: 0.7, Gap.CELL: 8.0, Gap.BLANK: 6.0, Gap.PAGE: 6.0}
TEXT_GAPS = {Gap.WRAP: 0.2, Gap.SPACE: 1.6, Gap.CELL: 6.0, Gap.BLANK: 7.0, Gap.PAGE: 7.0}
QUANTITY_GAPS = {Gap.WRAP: 0.1, Gap.SPACE: 0.1, Gap.CELL: 0.6, Gap.LINE: 1.5, Gap.BLANK: 2.5, Gap.PAGE: 3.0}
HEADING_GAPS = {Gap.WRAP: 0.1, Gap.SPACE: 0.1, Gap.CELL: 0.5, Gap.LINE: 0.3, Gap.BLANK: 0.4, Gap.PAGE: 3.0}
NEXT_CELL = {Gap.WRAP: 0.5, Gap.SPACE: 0.8, Gap.CELL: 0.0, Gap.LINE: 1.0, Gap.BLANK: 1.5, Gap.PAGE: 2.0}

# A text that runs on over a line end: after a full line, a short one, into a line that is a row itself, for certain.
FULL_LINE, SHORT_LINE, BEFORE_ROW, SURE_WRAP = 2.0, 4.5, 5.0, 1.0
WRAPPED_TEXT, WRAPPED_WORD, BROKEN_ROW = 1.0, 4.0, 4.0

# Cells that take in what is somebody else's: a heading, a value, the next name.
SWALLOWED, TAIL_AFTER_END, TAIL_ON_NEXT_LINE = 6.0, 10.0, 4.0

# What a text looks like, where a name, a text value or a value of a type belongs.
QUANTITY_AS_NAME, DIGITS_AS_NAME, VAGUE_AS_NAME, TAIL_AS_NAME = 12.0, 10.0, 3.0, 3.0
WORD_AS_NAME, REPEATED_AS_NAME, ALIAS_AS_NAME, ALIAS_IN_NAME = 8.0, 3.0, 1.0, 1.0
ONE_CHARACTER, TWO_CHARACTERS, LONG_NAME, LONG_VALUE = 2.0, 0.6, 60, 15
NO_SYMBOL, VAGUE_VALUE, TEXT_VALUE, MIXED_VALUE, SYMBOL_ALONE = 0.9, 1.0, 2.0, 1.0, 4.0
WORD_AS_VALUE, ALIAS_AS_VALUE, TAIL_AS_VALUE, UNBALANCED_NAME, UNBALANCED_VALUE = 8.0, 2.0, 4.0, 3.0, 5.0
NOT_OF_TYPE, NOT_IN_LIST = 6.0, 3.0

# Texts that say nothing, as a form's 代码表 lists them.
VAGUE_LIST = "空泛词"

_QUANTITIES = frozenset("≥>=<≤")
_STARTS_AS_QUANTITY = re.compile(r"[≥≧⩾>=＞＝<＜≤≦⩽$]")
_STARTS_LATER = re.compile(r"[)）,，、。；;%％]|[(（][^()（）]*[)）]$")
_BRACKETED = re.compile(r"[(（].*[)）]")
_CONTINUES = re.compile(r".*[(（,，、及和与的/]$", re.DOTALL)
_LATIN = re.compile(r"[A-Za-z]")
_NO_NAME = re.compile(r"[\d\s.,%/()（）\-—*]+")


def read_target(words: Sequence[Word]) -> Target:
    """Return the target that words say, in one piece or as symbol | number | unit in pieces of their own."""
    texts = piece_texts(words)
    if is_symbol(texts):
        return join_target(texts[0], texts[1], "".join(texts[2:]) or None)
    return target_of("".join(texts) if len(texts) > 1 else joined(words))


def piece_texts(words: Sequence[Word]) -> list[str]:
    return [joined(piece) for piece in split_at(words, Gap.CELL)]


def is_symbol(texts: Sequence[str]) -> bool:
    """Whether the first of several pieces is an operator (or 定性) in a cell of its own."""
    return len(texts) > 1 and _is_operator(texts[0])


@lru_cache(maxsize=4096)
def _is_operator(text: str) -> bool:
    return join_target(text, None, None).number is None


@lru_cache(maxsize=4096)
def target_of(text: str) -> Target:
    return parse_target(text)


class Costs:
    """The costs of one table's words; places are indexes of `words`, cells are numbered as `slots`."""

    def __init__(self, words: Sequence[Word], form: Form, lexicon: Lexicon, slots: Sequence[Slot]) -> None:
        self.words, self.lexicon, self.slots = words, lexicon, slots
        self.naming = next((number for number, slot in enumerate(slots) if form.table and form.table.naming in slot.names), 0)
        self.fields = [None if slot.is_target else form.by_name[slot.names[0]] for slot in slots]
        self.vague = frozenset(key_of(word) for word in form.lists.get(VAGUE_LIST, ()))
        lists = [form.lists.get(field.code_list or "", ()) if field else () for field in self.fields]
        self.options = [frozenset(map(key_of, options)) for options in lists]
        lengths: dict[int, int] = {}
        pieces: dict[int, int] = {}
        for word in words:
            lengths[word.line] = lengths.get(word.line, 0) + len(word.text)
            pieces[word.line] = pieces.get(word.line, 0) + (word.gap >= Gap.CELL)
        self.lengths, self.pieces, self.widest = lengths, pieces, max(lengths.values(), default=0)
        self.heads = frozenset(index for index in range(len(words)) if self._is_head(index))

    def _is_head(self, index: int) -> bool:
        """Whether a word begins a piece and a heading as the form prints it."""
        found = self.lexicon.levels_at(self.words, index) if self.words[index].gap >= Gap.CELL else []
        return any(_printed(levels) for _, levels in found)

    def _line_ends(self, index: int) -> bool:
        return index == len(self.words) or self.words[index].gap >= Gap.LINE

    def orphan(self, index: int) -> float:
        """A word that is left out; a number alone on its line is a page's."""
        alone = self._line_ends(index) and self._line_ends(index + 1)
        return LONE_NUMBER if alone and self.words[index].text.isdigit() else ORPHAN

    def heading(self, start: int, end: int, levels: Sequence[Level], after_row: bool) -> float:
        cost = sum(HEADING_GAPS[word.gap] for word in self.words[start + 1 : end])
        if not _printed(levels):
            before_value = not self._line_ends(end) and self._line_ends(end + 1)
            cost += ALIAS + (ALIAS_BEFORE_VALUE if before_value else 0.0)
        gap = self.words[start].gap
        if after_row and gap < Gap.LINE:
            cost += HEADING_AFTER_CELL if gap == Gap.CELL else HEADING_AFTER_SPACE
        return cost

    def row_start(self, index: int, after_row: bool) -> float:
        gap = self.words[index].gap
        if not after_row or gap >= Gap.LINE:
            return 0.0
        return ROW_AFTER_CELL if gap == Gap.CELL else ROW_AFTER_SPACE

    def blank(self, index: int) -> float:
        """A cell of a row without words before the word at `index`."""
        return BLANK_CELL if self._line_ends(index) else BLANK_BEFORE_TEXT

    def next_cell(self, index: int) -> float:
        return NEXT_CELL[self.words[index].gap]

    def cell(self, start: int, end: int, number: int) -> float:
        """The words from `start` to `end` as the cell of that number."""
        field = self.fields[number]
        words = self.words[start:end]
        if field is None:
            return self._target(start, end, words)
        text = joined(words)
        if self.options[number]:
            return self._gaps(start, end, TEXT_GAPS) + (0.0 if key_of(text) in self.options[number] else NOT_IN_LIST)
        if field.type not in (TEXT, LONG_TEXT):
            fits = cell_entry(text, field, None).state == OK
            return self._gaps(start, end, TEXT_GAPS) + (0.0 if fits else NOT_OF_TYPE)
        if number == self.naming:
            return self._name(start, end, words, text)
        return self._gaps(start, end, TEXT_GAPS) + self._text(text)

    def _gaps(self, start: int, end: int, costs: Mapping[Gap, float]) -> float:
        cost = 0.0
        for index in range(start + 1, end):
            gap = self.words[index].gap
            cost += costs[gap] if gap in costs else self._wrap(index)
            cost += SWALLOWED if index in self.heads else 0.0
        return cost

    def _wrap(self, index: int) -> float:
        """A text running on from the line before `index`."""
        before, word = self.words[index - 1], self.words[index]
        cost = FULL_LINE if self.lengths[before.line] >= 0.8 * self.widest else SHORT_LINE
        if _CONTINUES.match(before.text) or _STARTS_LATER.match(word.text):
            cost = SURE_WRAP
        return cost + (BEFORE_ROW if self.pieces[word.line] > 1 else 0.0)

    def _name(self, start: int, end: int, words: Sequence[Word], text: str) -> float:
        cost = self._gaps(start, end, NAME_GAPS) + 0.1 * max(0, len(text) - LONG_NAME)
        if target_of(text).symbol in _QUANTITIES or any(_STARTS_AS_QUANTITY.match(word.text) for word in words):
            cost += QUANTITY_AS_NAME
        elif _NO_NAME.fullmatch(text):
            cost += DIGITS_AS_NAME
        if levels := self.lexicon.levels.get(key_of(text)):
            repeated = start > 0 and self.words[start - 1].text == text
            cost += ALIAS_AS_NAME if not _printed(levels) else REPEATED_AS_NAME if repeated else WORD_AS_NAME
        if self._line_ends(end) and any(word.gap == Gap.SPACE for word in words[1:]) and end < len(self.words):
            cost += BROKEN_ROW
        cost += VAGUE_AS_NAME if key_of(text) in self.vague else 0.0
        cost += TAIL_AS_NAME if _STARTS_LATER.match(text) else 0.0
        cost += UNBALANCED_NAME if _unbalanced(text) else 0.0
        cost += {1: ONE_CHARACTER, 2: TWO_CHARACTERS}.get(len(text), 0.0)
        return cost + (self._swallowed(start, end) + self._row_inside(start, end) if len(words) > 1 else 0.0)

    def _swallowed(self, start: int, end: int) -> float:
        """A name that begins with headings, or with the target of the row before."""
        headings = [(last, levels) for last, levels in self.lexicon.levels_at(self.words, start) if last <= end]
        if headings:
            last, levels = headings[-1]
            rest = self._swallowed(last, end) if last < end else 0.0
            return rest + (SWALLOWED if _printed(levels) else ALIAS_IN_NAME)
        first = self.words[start].text
        numeric = _is_quantity(first) or (len(first) > 2 and _NO_NAME.fullmatch(first) is not None)
        return SWALLOWED if numeric and end > start + 1 and self.words[start + 1].gap >= Gap.CELL else 0.0

    def _row_inside(self, start: int, end: int) -> float:
        """A name in which a row `name value` runs on into the next line; blanks around Latin words are no sign."""
        for index in range(start + 1, end - 1):
            word, before = self.words[index], self.words[index - 1]
            if word.gap == Gap.SPACE and self.words[index + 1].gap >= Gap.LINE:
                return 0.0 if _LATIN.match(before.text[-1]) or _LATIN.match(word.text) else BROKEN_ROW
        return 0.0

    def _target(self, start: int, end: int, words: Sequence[Word]) -> float:
        target = read_target(words)
        if target.symbol in (*_QUANTITIES, None) and (target.number or "")[-1:].isdigit():
            plain = _STARTS_AS_QUANTITY.match(words[0].text) is not None
            return self._gaps(start, end, QUANTITY_GAPS) + _tail(words) + (0.0 if plain else NO_SYMBOL)
        pieces = piece_texts(words)
        if len(pieces) == 2 and is_symbol(pieces):
            return QUANTITY_GAPS[Gap.CELL] + self._text(pieces[1])
        cost = self._gaps(start, end, TEXT_GAPS) + self._text(joined(words))
        for before, word in pairwise(words):
            if word.gap >= Gap.LINE:
                whole = key_of(before.text) in self.vague or _is_quantity(before.text)
                cost += WRAPPED_WORD if whole else WRAPPED_TEXT
        if any(target_of(word.text).symbol in _QUANTITIES for word in words[1:]):
            cost += SWALLOWED
        return cost + (BROKEN_ROW if _has_space_after_line(words) else 0.0)

    def _text(self, text: str) -> float:
        cost = VAGUE_VALUE if key_of(text) in self.vague else TEXT_VALUE + 0.1 * max(0, len(text) - LONG_VALUE)
        if _STARTS_AS_QUANTITY.match(half_width(text)):
            cost += MIXED_VALUE if any(char.isdigit() for char in text) else SYMBOL_ALONE
        if levels := self.lexicon.levels.get(key_of(text)):
            cost += WORD_AS_VALUE if _printed(levels) else ALIAS_AS_VALUE
        cost += TAIL_AS_VALUE if _STARTS_LATER.match(text) else 0.0
        return cost + (UNBALANCED_VALUE if _unbalanced(text) else 0.0)


def _tail(words: Sequence[Word]) -> float:
    """The last words taken for a unit: high where the target was complete before them."""
    cost = 0.0
    for before, word in pairwise(words):
        if before.text[-1] in ")）%％" and not _BRACKETED.fullmatch(word.text):
            cost += TAIL_AFTER_END
        elif word.gap >= Gap.LINE and word.text[0] not in "（(":
            cost += TAIL_ON_NEXT_LINE
    return cost


def _printed(levels: Sequence[Level]) -> bool:
    return any(level.printed for level in levels)


def _is_quantity(text: str) -> bool:
    """Whether a text is a number with its unit, with an operator or without; words (7岁以下) are no operator."""
    target = target_of(text)
    if target.symbol in _QUANTITIES:
        return _STARTS_AS_QUANTITY.match(text) is not None
    return target.symbol is None and target.number is not None


def _has_space_after_line(words: Sequence[Word]) -> bool:
    broken = [index for index, word in enumerate(words) if word.gap >= Gap.LINE]
    return bool(broken) and any(word.gap == Gap.SPACE for word in words[broken[0] + 1 :])


def _unbalanced(text: str) -> bool:
    return text.count("(") + text.count("（") != text.count(")") + text.count("）")
