"""Columns looked up, not searched: which cells of a column equal a value, worked out once for all who ask.

A column is never changed in place (see `arrays`), so what is prepared for one is kept by its identity, for the last few asked
about. With it a rule that compares each declaration with all of them takes as many steps as there are declarations, not their square.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from toolkit.formula.coerce import NUMBERS, Number, close, parse_number
from toolkit.formula.effort import spend
from toolkit.formula.operators import equal
from toolkit.values.errors import ErrorValue

Made = TypeVar("Made")

# Shorter columns are searched faster than prepared.
SHORTEST = 8


class Kept(Generic[Made]):
    """What `make` makes of one or several columns, kept for the `most` asked about last. The columns are kept with it: an id stays theirs."""

    def __init__(self, make: Callable[..., Made], most: int) -> None:
        self._make, self._most = make, most
        self._kept: dict[tuple[int, ...], tuple[tuple[object, ...], Made]] = {}

    def __call__(self, *columns: object) -> Made:
        key = tuple(map(id, columns))
        found = self._kept.pop(key, None)
        if found is None:
            found = columns, self._make(*columns)
            if len(self._kept) >= self._most:
                self._kept.pop(next(iter(self._kept)), None)
        self._kept[key] = found
        return found[1]

    def __reduce__(self) -> tuple[type[Kept[Made]], tuple[Callable[..., Made], int]]:
        return Kept, (self._make, self._most)


class Index:
    """The places (from 0) of a column's cells by what they hold; equal is what `=` calls so."""

    def __init__(self, column: list[object]) -> None:
        spend(len(column))
        self._column = column
        self.texts: dict[str, list[int]] = {}
        self.blanks: list[int] = []
        self.truths: dict[bool, list[int]] = {True: [], False: []}
        self.error: ErrorValue | None = None
        numbers: list[tuple[Number, int]] = []
        for place, cell in enumerate(column):
            if type(cell) is str:
                self.texts.setdefault(cell.lower(), []).append(place)
            elif cell is None:
                self.blanks.append(place)
            elif type(cell) in NUMBERS:
                numbers.append((cell, place))  # type: ignore[arg-type]
            elif type(cell) is bool:
                self.truths[cell].append(place)
            elif self.error is None:
                self.error = cell if isinstance(cell, ErrorValue) else None
        self._numbers = numbers

    @cached_property
    def _by_number(self) -> dict[str, list[tuple[Number, int]]]:
        return _by_digits(self._numbers)

    @cached_property
    def _by_reading(self) -> dict[str, list[tuple[Number, int]]]:
        """The numbers, and the texts that are read as one."""
        spend(len(self._column))
        read = ((parse_number(cell), place) for place, cell in enumerate(self._column) if type(cell) is str)
        found = [*self._numbers, *((number, place) for number, place in read if number is not None)]
        return _by_digits(sorted(found, key=lambda pair: pair[1]))

    def number(self, number: Number, *, read: bool = False) -> list[int]:
        """The places of the numbers equal to one; with `read` also of texts that are such a number."""
        alike = (self._by_reading if read else self._by_number).get(_digits(number), ())
        return [place for value, place in alike if value == number or close(value, number)]

    def equal(self, value: object) -> list[int] | None:
        """The places of the cells for which `cell = value` holds; None for what is no scalar."""
        if type(value) is str:
            found = self.texts.get(value.lower(), [])
            return found if value else sorted([*found, *self.blanks])
        if type(value) in NUMBERS:
            places = self.number(value)  # type: ignore[arg-type]
            return sorted([*places, *self.blanks]) if value == 0 else places
        if type(value) is bool:
            return self.truths[True] if value else sorted([*self.truths[False], *self.blanks])
        if value is None:
            return sorted([*self.blanks, *self.texts.get("", ()), *self.number(0), *self.truths[False]])
        return None


def _digits(number: Number) -> str:
    """The 15 significant digits that Excel compares."""
    return f"{number:.15g}" if number else "0"


def _by_digits(numbers: Iterable[tuple[Number, int]]) -> dict[str, list[tuple[Number, int]]]:
    found: dict[str, list[tuple[Number, int]]] = {}
    for number, place in numbers:
        found.setdefault(_digits(number), []).append((number, place))
    return found


index_of = Kept(Index, 32)


def count_equal(pairs: Sequence[tuple[object, object]], otherwise: Callable[[], object]) -> object:
    """Return SUMPRODUCT((a=b)*(c=d)*…) where each pair is a column and a scalar; what `otherwise` gives where it is not so.

    The comparison that fewest cells meet is looked up, the others are looked at where it holds.
    """
    columns = [(b, a) if type(b) is list else (a, b) for a, b in pairs]
    first, wanted = columns[0]
    if type(first) is not list or len(first) < SHORTEST:
        return otherwise()
    if any(type(column) is not list or len(column) != len(first) for column, _ in columns):
        return otherwise()
    looked_up: list[list[int]] = []
    for column, value in columns:
        index = index_of(column)
        places = index.equal(value) if index.error is None else None
        if places is None:
            return otherwise()
        looked_up.append(places)
    found = min(looked_up, key=len)
    if len(columns) > 1:
        spend(len(found))
        found = [place for place in found if all(equal(column[place], value) for column, value in columns)]  # type: ignore[index]
    return float(len(found))


def answers_kept(most: int) -> Kept[dict[object, object]]:
    """Return a place for what was found out of the columns asked about last, by question."""
    return Kept(_no_answers, most)


def _no_answers(*_: object) -> dict[object, object]:
    return {}


def once(kept: Kept[dict[object, object]], columns: tuple[object, ...], calculate: Callable[[], object]) -> object:
    """Return what `calculate` gives, which hangs on these columns alone: calculated once for them."""
    if not all(type(column) is list for column in columns):
        return calculate()
    answers = kept(*columns)
    if not answers:
        answers[None] = calculate()
    return answers[None]
