"""The words of an indicator table → its headings and rows: the reading that costs least.

In: the words between a table's header and its end, labels of the form taken out. Out, in reading order: `Heading`s
(words of the tree), `Record`s (the words of each cell of a row) and `Leftover`s. Every way to part the words has a
cost (`costs`); the cheapest is found by dynamic programming. Used by `reading.flow`; `levels` says which
heading each record belongs to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from toolkit.forms.model import Form
from toolkit.reading.flow.costs import Costs
from toolkit.reading.flow.labels import Level, Lexicon
from toolkit.reading.flow.slots import Slot, arrangements
from toolkit.reading.flow.words import Gap, Word

# A name or a value is at most that many words, on that many lines.
_MOST_WORDS, _MOST_LINES = 9, 5


@dataclass(frozen=True, slots=True)
class Heading:
    """A word of the tree as it stands: what it may mean, and its words."""

    levels: tuple[Level, ...]
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """The words of each cell of a row, in the order of the slots; empty for a blank."""

    cells: tuple[tuple[Word, ...], ...]

    @property
    def first(self) -> Word:
        return next(word for cell in self.cells for word in cell)


@dataclass(frozen=True, slots=True)
class Leftover:
    """A word that fits nowhere."""

    word: Word


Item = Heading | Record | Leftover

# How far a reading got, and where it stands: after a heading, after a row (or at the start), before a numbered cell.
_AFTER_HEADING, _AFTER_ROW = -2, -1
_State = tuple[int, int]


# A word of the tree, a word that is left over, or a cell of a row.
_Role = tuple[Level, ...] | Literal["leftover", "cell"]


@dataclass(frozen=True, slots=True)
class _Step:
    """The cheapest way to a state: its whole cost, the state before, and what the words between them are."""

    cost: float
    back: _State | None
    role: _Role = "cell"


_Move = tuple[_State, float, _Role]


def read_table(words: Sequence[Word], form: Form, lexicon: Lexicon, told: Set[str] = frozenset()) -> tuple[list[Item], tuple[Slot, ...]]:
    """Return headings, records and leftovers in reading order, and what the rows consist of in this text.

    `told` are the columns that its headings name.
    """
    if form.table is None or not words:
        return [], ()
    read = [(*_cheapest(words, form, lexicon, slots), slots) for slots in arrangements(form.table, told)]
    _, items, slots = min(read, key=lambda each: each[0])
    return items, slots


def _cheapest(words: Sequence[Word], form: Form, lexicon: Lexicon, slots: Sequence[Slot]) -> tuple[float, list[Item]]:
    costs = Costs(words, form, lexicon, slots)
    best: dict[_State, _Step] = {(0, _AFTER_ROW): _Step(0.0, None)}
    for index in range(len(words) + 1):
        for number in (*range(1, len(slots)), _AFTER_ROW, _AFTER_HEADING):
            state = (index, number)
            if state not in best:
                continue
            for target, cost, role in _moves(state, costs, words, lexicon, len(slots)):
                total = best[state].cost + cost
                if target not in best or total < best[target].cost:
                    best[target] = _Step(total, state, role)
    ends = [(len(words), number) for number in (_AFTER_ROW, _AFTER_HEADING)]
    end = min((end for end in ends if end in best), key=lambda end: best[end].cost)
    return best[end].cost, _items(end, best, words)


def _moves(state: _State, costs: Costs, words: Sequence[Word], lexicon: Lexicon, slots: int) -> Iterator[_Move]:
    index, number = state
    if number > 0:
        yield from _cells(index, number, costs, len(words), slots)
    elif index < len(words):
        after_row = number == _AFTER_ROW
        yield (index + 1, number), costs.orphan(index), "leftover"
        if slots:
            start = costs.row_start(index, after_row)
            for target, cost, role in _cells(index, 0, costs, len(words), slots):
                yield target, start + cost, role
        for end, levels in lexicon.levels_at(words, index):
            yield (end, _AFTER_HEADING), costs.heading(index, end, levels, after_row), levels


def _cells(index: int, number: int, costs: Costs, count: int, slots: int) -> Iterator[_Move]:
    """Yield every length of the cell of that number; only the first cell of a row is never blank."""
    after = number + 1 if number + 1 < slots else _AFTER_ROW
    if number > 0:
        yield (index, after), costs.blank(index), "cell"
    arrival = costs.next_cell(index) if number > 0 and index < count else 0.0
    lines = 1
    for end in range(index + 1, min(count, index + _MOST_WORDS) + 1):
        lines += end > index + 1 and costs.words[end - 1].gap >= Gap.LINE
        if lines > _MOST_LINES:
            return
        yield (end, after), arrival + costs.cell(index, end, number), "cell"


def _items(state: _State, best: dict[_State, _Step], words: Sequence[Word]) -> list[Item]:
    items: list[Item] = []
    cells: list[tuple[Word, ...]] = []
    while (step := best[state]).back is not None:
        part = tuple(words[step.back[0] : state[0]])
        if isinstance(step.role, tuple):
            items.append(Heading(step.role, part))
        elif step.role == "leftover":
            items.append(Leftover(part[0]))
        else:
            cells.insert(0, part)
            if step.back[1] < 0:
                items.append(Record(tuple(cells)))
                cells = []
        state = step.back
    return items[::-1]
