"""The words of an indicator table → its labels and rows: the reading that costs least.

In: the words between a table's header and its end, labels of the form taken out. Out: `Heading`s (words of the tree) and
`Record`s (the words of each cell of a row) in reading order. Every way to part the words into headings, names and
values has a cost, which says how much damage it would take to print that table as this text; the cheapest is found by
dynamic programming. Used by `reading.flow`; `flow_levels` says which heading each record belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from toolkit.forms.model import NUMBER, SYMBOL, TEXT, UNIT, Form, IndicatorTable
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow_labels import Level, Lexicon, key_of
from toolkit.reading.flow_words import Gap, Word, joined, split_at
from toolkit.reading.model import OK
from toolkit.values import Target, half_width, join_target, parse_target

# Costs. About 1 is a liberty every document takes, 5 damage, 10 what is nearly impossible.
ORPHAN, LONE_NUMBER, BLANK_CELL, BLANK_BEFORE_TEXT = 15.0, 2.5, 8.0, 14.0
ROW_AFTER_SPACE, ROW_AFTER_CELL, HEADING_AFTER_SPACE, HEADING_AFTER_CELL = 6.0, 4.0, 8.0, 3.0
ALIAS, ALIAS_BEFORE_VALUE = 0.6, 3.0
NAME_GAPS = {Gap.WRAP: 0.2, Gap.SPACE: 0.7, Gap.CELL: 8.0, Gap.BLANK: 6.0, Gap.PAGE: 6.0}
TEXT_GAPS = {Gap.WRAP: 0.2, Gap.SPACE: 1.6, Gap.CELL: 6.0, Gap.BLANK: 7.0, Gap.PAGE: 7.0}
QUANTITY_GAPS = {Gap.WRAP: 0.1, Gap.SPACE: 0.1, Gap.CELL: 0.6, Gap.LINE: 1.5, Gap.BLANK: 2.5, Gap.PAGE: 3.0}
HEADING_GAPS = {Gap.WRAP: 0.1, Gap.SPACE: 0.1, Gap.CELL: 0.5, Gap.LINE: 0.3, Gap.BLANK: 0.4, Gap.PAGE: 3.0}
NEXT_CELL = {Gap.WRAP: 0.5, Gap.SPACE: 0.8, Gap.CELL: 0.0, Gap.LINE: 1.0, Gap.BLANK: 1.5, Gap.PAGE: 2.0}
FULL_LINE, SHORT_LINE, BEFORE_ROW, SURE_WRAP = 2.0, 4.5, 5.0, 1.0
TAIL_AFTER_END, TAIL_ON_NEXT_LINE, SWALLOWED, BROKEN_ROW, WRAPPED_WORD = 10.0, 4.0, 6.0, 4.0, 3.0

_MOST_WORDS = 9
_QUANTITIES = frozenset("≥>=<≤")
_STARTS_AS_QUANTITY = re.compile(r"[≥≧⩾>=＞＝<＜≤≦⩽$]")
_STARTS_LATER = re.compile(r"[)）,，、。；;%％]|[(（][^()（）]*[)）]$")
_CONTINUES = re.compile(r".*[(（,，、及和与的/]$", re.DOTALL)
_LATIN = re.compile(r"[A-Za-z]")
_NO_NAME = re.compile(r"[\d\s.,%/()（）\-—*]+")


@dataclass(frozen=True, slots=True)
class Heading:
    """A word of the tree as it stands: what it may mean, and its words."""

    levels: tuple[Level, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The words of each cell of a row, in the order of `slots`; empty for a blank."""

    cells: tuple[tuple[Word, ...], ...]

    @property
    def first(self) -> Word:
        return next(word for cell in self.cells for word in cell)


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a row as text shows it: one column, or the three of a target."""

    names: tuple[str, ...]
    is_target: bool


def slots_of(table: IndicatorTable) -> tuple[Slot, ...]:
    """Return what a row consists of right of the levels."""
    slots: list[Slot] = []
    for column in table.columns[len(table.levels) :]:
        if not (table.has_target and column.name in (SYMBOL, NUMBER, UNIT)):
            slots.append(Slot((column.name,), False))
        elif not any(slot.is_target for slot in slots):
            slots.append(Slot((SYMBOL, NUMBER, UNIT), True))
    return tuple(slots)


def read_target(words: Sequence[Word]) -> Target:
    """Return the target that words say, in one piece or as symbol | number | unit in pieces of their own."""
    texts = _piece_texts(words)
    if _is_symbol(texts):
        return join_target(texts[0], texts[1], "".join(texts[2:]) or None)
    return _target("".join(texts) if len(texts) > 1 else joined(words))


def _piece_texts(words: Sequence[Word]) -> list[str]:
    return [joined(piece) for piece in split_at(words, Gap.CELL)]


def _is_symbol(texts: Sequence[str]) -> bool:
    """Whether the first of several pieces is an operator (or 定性) in a cell of its own."""
    return len(texts) > 1 and join_target(texts[0], None, None).number is None


@lru_cache(maxsize=4096)
def _target(text: str) -> Target:
    return parse_target(text)


# Where a reading stands: after a heading, after a row (or at the start), or before the cell of that number.
_AFTER_HEADING, _AFTER_ROW = -2, -1
_State = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Step:
    cost: float
    back: _State | None
    kind: str
    levels: tuple[Level, ...] = ()


def read_table(words: Sequence[Word], form: Form, lexicon: Lexicon) -> list[Heading | Record]:
    """Return headings and records in reading order; words that fit nowhere are left out."""
    if form.table is None or not words:
        return []
    reader = _Reader(list(words), form, lexicon, slots_of(form.table))
    return reader.read()


class _Reader:
    """One table being read: the cheapest way to every state, from the first word to the last."""

    def __init__(self, words: list[Word], form: Form, lexicon: Lexicon, slots: tuple[Slot, ...]) -> None:
        self.words, self.form, self.lexicon, self.slots = words, form, lexicon, slots
        self.vague = frozenset(key_of(word) for word in form.lists.get("空泛词", ()))
        self.options = [frozenset(map(key_of, form.lists.get(self._list(slot) or "", ()))) for slot in slots]
        lengths: dict[int, int] = {}
        pieces: dict[int, int] = {}
        for word in words:
            lengths[word.line] = lengths.get(word.line, 0) + len(word.text)
            pieces[word.line] = pieces.get(word.line, 0) + (word.gap >= Gap.CELL)
        self.lengths, self.pieces, self.widest = lengths, pieces, max(lengths.values())
        self.heads = frozenset(index for index in range(len(words)) if self._is_head(index))
        self.best: dict[_State, _Step] = {(0, _AFTER_ROW): _Step(0.0, None, "")}

    def _is_head(self, index: int) -> bool:
        """Whether a word begins a piece and a heading as the form prints it."""
        found = self.lexicon.levels_at(self.words, index) if self.words[index].gap >= Gap.CELL else []
        return any(level.printed for _, levels in found for level in levels)

    def _list(self, slot: Slot) -> str | None:
        return None if slot.is_target else self.form.by_name[slot.names[0]].code_list

    def read(self) -> list[Heading | Record]:
        count = len(self.words)
        for index in range(count + 1):
            for number in (*range(len(self.slots)), _AFTER_ROW, _AFTER_HEADING):
                state = (index, number)
                if state in self.best:
                    for target, cost, kind, levels in self._steps(state):
                        self._offer(state, target, cost, kind, levels)
        last = min(
            ((count, number) for number in (_AFTER_ROW, _AFTER_HEADING) if (count, number) in self.best),
            key=lambda state: self.best[state].cost,
        )
        return self._items(last)

    def _offer(self, state: _State, target: _State, cost: float, kind: str, levels: tuple[Level, ...]) -> None:
        total = self.best[state].cost + cost
        if target not in self.best or total < self.best[target].cost:
            self.best[target] = _Step(total, state, kind, levels)

    def _steps(self, state: _State) -> Iterator[tuple[_State, float, str, tuple[Level, ...]]]:
        index, number = state
        if number >= 0:
            yield from ((target, cost, kind, ()) for target, cost, kind in self._cells(index, number))
        elif index < len(self.words):
            yield (index + 1, number), self._orphan_cost(index), "orphan", ()
            if self.slots:
                start = self._row_start(index, number)
                yield from ((target, start + cost, kind, ()) for target, cost, kind in self._cells(index, 0))
            for end, levels in self.lexicon.levels_at(self.words, index):
                cost = self._heading_cost(index, end, number, levels)
                yield (end, _AFTER_HEADING), cost, "heading", levels

    def _row_start(self, index: int, number: int) -> float:
        gap = self.words[index].gap
        if number == _AFTER_HEADING or gap >= Gap.LINE:
            return 0.0
        return ROW_AFTER_CELL if gap == Gap.CELL else ROW_AFTER_SPACE

    def _cells(self, index: int, number: int) -> Iterator[tuple[_State, float, str]]:
        after = number + 1 if number + 1 < len(self.slots) else _AFTER_ROW
        if number > 0:
            same_line = index < len(self.words) and self.words[index].gap < Gap.LINE
            yield (index, after), BLANK_BEFORE_TEXT if same_line else BLANK_CELL, "cell"
        arrival = NEXT_CELL[self.words[index].gap] if number > 0 and index < len(self.words) else 0.0
        for end in range(index + 1, min(len(self.words), index + _MOST_WORDS) + 1):
            cost = self._name_cost(index, end) if number == 0 else self._value_cost(index, end, number)
            yield (end, after), arrival + cost, "cell"

    def _orphan_cost(self, index: int) -> float:
        word = self.words[index]
        alone = word.gap >= Gap.LINE and (index + 1 == len(self.words) or self.words[index + 1].gap >= Gap.LINE)
        return LONE_NUMBER if alone and word.text.isdigit() else ORPHAN

    def _heading_cost(self, start: int, end: int, number: int, levels: tuple[Level, ...]) -> float:
        gap = self.words[start].gap
        cost = 0.0 if any(level.printed for level in levels) else ALIAS
        beside = cost and end < len(self.words) and self.words[end].gap < Gap.LINE
        if beside and (end + 1 == len(self.words) or self.words[end + 1].gap >= Gap.LINE):
            cost += ALIAS_BEFORE_VALUE
        if number == _AFTER_ROW and gap < Gap.LINE:
            cost += HEADING_AFTER_CELL if gap == Gap.CELL else HEADING_AFTER_SPACE
        return cost + sum(HEADING_GAPS[word.gap] for word in self.words[start + 1 : end])

    def _wrap_cost(self, index: int) -> float:
        """The cost of a text running on from the line before `index`: low where that line was full."""
        before, word = self.words[index - 1], self.words[index]
        cost = FULL_LINE if self.lengths[before.line] >= 0.8 * self.widest else SHORT_LINE
        if _CONTINUES.match(before.text) or _STARTS_LATER.match(word.text):
            cost = SURE_WRAP
        return cost + (BEFORE_ROW if self.pieces[word.line] > 1 else 0.0)

    def _gaps_cost(self, start: int, end: int, costs: dict[Gap, float]) -> float:
        cost = 0.0
        for index in range(start + 1, end):
            gap = self.words[index].gap
            cost += costs[gap] if gap in costs else self._wrap_cost(index)
            cost += SWALLOWED if index in self.heads else 0.0
        return cost

    def _name_cost(self, start: int, end: int) -> float:
        first = self.form.by_name[self.slots[0].names[0]]
        words = self.words[start:end]
        text = joined(words)
        if first.type != TEXT and not self.slots[0].is_target:
            return self._gaps_cost(start, end, TEXT_GAPS) + (0.0 if cell_entry(text, first, None).state == OK else 6.0)
        cost = self._gaps_cost(start, end, NAME_GAPS) + 0.1 * max(0, len(text) - 60)
        if _target(text).symbol in _QUANTITIES or _STARTS_AS_QUANTITY.match(text):
            cost += 12
        elif _NO_NAME.fullmatch(text):
            cost += 10
        if levels := self.lexicon.levels.get(key_of(text)):
            cost += 4 if any(level.printed for level in levels) else 1
        elif len(words) > 1:
            cost += self._swallowed_cost(start, end)
        if _STARTS_LATER.match(text):
            cost += 3
        if end < len(self.words) and self.words[end].gap >= Gap.LINE and _has_space(words):
            cost += BROKEN_ROW
        return cost + self._row_inside_cost(start, end) + (3 if _unbalanced(text) else 0) + (2 if len(text) == 1 else 0)

    def _swallowed_cost(self, start: int, end: int) -> float:
        """The cost of a name that begins with a heading, or with the target of the row before."""
        for last, levels in self.lexicon.levels_at(self.words, start):
            if last < end and any(level.printed for level in levels):
                return SWALLOWED
        alone = _target(self.words[start].text)
        numeric = alone.symbol is None and alone.number is not None
        return SWALLOWED if numeric and self.words[start + 1].gap >= Gap.CELL else 0.0

    def _row_inside_cost(self, start: int, end: int) -> float:
        """The cost of a name in which a whole row `name value` is followed by the next line."""
        for index in range(start + 1, end - 1):
            word, before = self.words[index], self.words[index - 1]
            if word.gap == Gap.SPACE and self.words[index + 1].gap >= Gap.LINE:
                return 0.0 if _LATIN.match(before.text[-1]) or _LATIN.match(word.text) else BROKEN_ROW
        return 0.0

    def _value_cost(self, start: int, end: int, number: int) -> float:
        slot, words = self.slots[number], self.words[start:end]
        text = joined(words)
        if slot.is_target:
            return self._target_cost(start, end, words, text)
        cost = self._gaps_cost(start, end, TEXT_GAPS)
        if self.options[number]:
            return cost + (0.0 if key_of(text) in self.options[number] else 3.0)
        field = self.form.by_name[slot.names[0]]
        if field.type == TEXT:
            return cost + self._text_cost(text)
        return cost + (0.0 if cell_entry(text, field, None).state == OK else 6.0)

    def _target_cost(self, start: int, end: int, words: Sequence[Word], text: str) -> float:
        target = read_target(words)
        if target.symbol in (*_QUANTITIES, None) and (target.number or "")[-1:].isdigit():
            plain = 0.0 if target.symbol else 0.9
            return plain + self._gaps_cost(start, end, QUANTITY_GAPS) + self._tail_cost(words)
        pieces = _piece_texts(words)
        if _is_symbol(pieces) and len(pieces) == 2:
            return QUANTITY_GAPS[Gap.CELL] + self._text_cost(pieces[1])
        cost = self._gaps_cost(start, end, TEXT_GAPS) + self._text_cost(text)
        if any(key_of(before.text) in self.vague and word.gap >= Gap.LINE for before, word in pairwise(words)):
            cost += WRAPPED_WORD
        if any(_target(word.text).symbol in _QUANTITIES for word in words[1:]):
            cost += SWALLOWED
        return cost + (BROKEN_ROW if words[0].gap >= Gap.LINE and _has_space(words) else 0.0)

    def _tail_cost(self, words: Sequence[Word]) -> float:
        """The cost of taking the last words for a unit: high where the target was complete before them."""
        cost = 0.0
        for index in range(1, len(words)):
            bracket = words[index].text[0] in "（("
            if words[index - 1].text[-1] in ")）%％" and not bracket:
                cost += TAIL_AFTER_END
            elif words[index].gap >= Gap.LINE and not bracket:
                cost += TAIL_ON_NEXT_LINE
        return cost

    def _text_cost(self, text: str) -> float:
        cost = 1.0 if key_of(text) in self.vague else 2.0 + 0.1 * max(0, len(text) - 15)
        if _STARTS_AS_QUANTITY.match(half_width(text)):
            cost += 1.0 if any(char.isdigit() for char in text) else 4.0
        if levels := self.lexicon.levels.get(key_of(text)):
            cost += 8 if any(level.printed for level in levels) else 2
        return cost + (5 if _unbalanced(text) else 0) + (4 if _STARTS_LATER.match(text) else 0)

    def _items(self, state: _State) -> list[Heading | Record]:
        items: list[Heading | Record] = []
        cells: list[tuple[Word, ...]] = []
        while (step := self.best[state]).back is not None:
            words = tuple(self.words[step.back[0] : state[0]])
            if step.kind == "heading":
                items.append(Heading(step.levels, words))
            elif step.kind == "cell":
                cells.insert(0, words)
                if step.back[1] < 0:
                    items.append(Record(tuple(cells)))
                    cells = []
            state = step.back
        return items[::-1]


def _has_space(words: Sequence[Word]) -> bool:
    return any(word.gap == Gap.SPACE for word in words[1:])


def _unbalanced(text: str) -> bool:
    written = half_width(text)
    return written.count("(") != written.count(")")
