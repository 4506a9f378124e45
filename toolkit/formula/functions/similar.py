"""相似度: how like two texts are, one with a whole column, and how many of a column are like one. Only in rules marked 仅批量审核."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from toolkit.formula.arrays import ARRAYS
from toolkit.formula.coerce import NUMBERS, to_text
from toolkit.formula.effort import spend
from toolkit.formula.functions.columns import SHORTEST, Kept
from toolkit.formula.functions.lifting import lift
from toolkit.formula.operators import greater
from toolkit.values.errors import ErrorValue

_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=1024)
def _bigrams(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters of `text` without white space; one character stands for itself."""
    packed = _SPACE.sub("", text)
    return frozenset(map("".join, zip(packed, packed[1:], strict=False))) or frozenset(packed)


def _similarity(a: str, b: str) -> float:
    """Return the Dice coefficient of the character pairs: 0 nothing in common, 1 the same; a blank is like nothing.

    White space does not count. Two texts that differ in a number only come out near 1.
    """
    left, right = _bigrams(a), _bigrams(b)
    return _dice(len(left & right), len(left), len(right))


def _dice(common: int, left: int, right: int) -> float:
    return 2 * common / (left + right) if left and right else 0.0


class _Compared:
    """The texts of a column made ready to be compared with many: the pairs of each as bits of one number."""

    def __init__(self, column: list[object]) -> None:
        self._bits: dict[str, int] = {}
        self._known: dict[str, tuple[int, int]] = {}
        self._cells: list[int | ErrorValue] = []
        places: dict[str, int] = {}
        for cell in column:
            text = to_text(cell)
            if not isinstance(text, ErrorValue) and text not in self._known:
                pairs = _bigrams(text)
                self._known[text] = sum(1 << self._bits.setdefault(pair, len(self._bits)) for pair in pairs), len(pairs)
            self._cells.append(text if isinstance(text, ErrorValue) else places.setdefault(text, len(places)))

    def with_text(self, text: str) -> list[object]:
        """Return what `_similarity` gives for `text` and each cell."""
        found = self._known.get(text)
        if found is None:
            pairs = _bigrams(text)
            found = sum(1 << self._bits[pair] for pair in pairs if pair in self._bits), len(pairs)
        mask, size = found
        answers = [_dice((mask & other).bit_count(), size, count) for other, count in self._known.values()]
        return [cell if isinstance(cell, ErrorValue) else answers[cell] for cell in self._cells]


_compared = Kept(_Compared, 2)


class _Alike:
    """The texts of a column by the pairs in them, so that those like a text are found among the few that share a rare pair with it.

    A text of s pairs is like one of n where more than a share of (n + s) / 2 are common to both. Going from its rarest pair on, n - i
    are left at the i-th: a text that first meets it there has so many in common at most, so it need not be looked at where it is
    too long for that. Texts that are alike but for a name or a number have all but the first few pairs in common, and thus are not
    even met where they are not alike enough.
    """

    def __init__(self, column: list[object]) -> None:
        spend(len(column))
        self._times: Counter[frozenset[str]] = Counter()
        self.error = False
        for cell in column:
            text = to_text(cell)
            self.error = self.error or isinstance(text, ErrorValue)
            self._times[_bigrams(str(text))] += 1
        self._texts = sorted(self._times, key=len)
        self._sizes = [len(pairs) for pairs in self._texts]
        self._holding: dict[str, list[int]] = {}
        for place, pairs in enumerate(self._texts):
            for pair in pairs:
                self._holding.setdefault(pair, []).append(place)
        by_rarity = sorted(self._holding, key=lambda pair: (len(self._holding[pair]), pair))
        self._rank = {pair: rank for rank, pair in enumerate(by_rarity)}

    def count(self, text: str, share: float, enough: float) -> float:
        """Return how many cells are like `text` by more than `share` (over 0); where they are more than `enough`, any number above it."""
        pairs = _bigrams(text)
        size, found = len(pairs), 0
        shortest = max(int(share * size / (2 - share)) - 1, 1)
        while shortest < size and not greater(_dice(shortest, size, shortest), share):
            shortest += 1
        first = bisect_left(self._sizes, shortest)
        looked_at: set[int] = set()
        for passed, pair in enumerate(sorted(pairs, key=lambda pair: self._rank.get(pair, -1))):
            common = size - passed
            longest = int(2 * common / share) - size + 1
            while longest >= shortest and not greater(_dice(common, size, longest), share):
                longest -= 1
            if longest < shortest:
                break
            holding = self._holding.get(pair, [])
            for place in holding[bisect_left(holding, first) : bisect_left(holding, bisect_right(self._sizes, longest))]:
                if place in looked_at:
                    continue
                looked_at.add(place)
                spend(1)
                other = self._texts[place]
                if greater(_dice(len(pairs & other), size, len(other)), share):
                    found += self._times[other]
                    if found > enough:
                        return float(found)
        return float(found)


_alike = Kept(_Alike, 2)


def compared_with_alike(
    compare: Callable[[object, object], object], number: object, sides: tuple[object, object, object], otherwise: Callable[[], object]
) -> object:
    """Return what `compare` gives for a number and SUMPRODUCT(--(相似度(a,b)>share)), `sides` being a, b and share.

    That is decided once there are more than the number, and no more are looked for. Where none of the two is a long column, or
    not all is as it should be, what `otherwise` gives.
    """
    (column, text), share = sides[:2] if type(sides[0]) is list else sides[1::-1], sides[2]
    whole = type(number) in NUMBERS and number == int(number)  # type: ignore[call-overload]
    if not whole or type(column) is not list or len(column) < SHORTEST or type(text) in ARRAYS:
        return otherwise()
    read, alike = to_text(text), _alike(column)
    if alike.error or isinstance(read, ErrorValue):
        return otherwise()
    return compare(number, alike.count(read, share, number))  # type: ignore[arg-type]


def similarity(a: object, b: object) -> object:
    """相似度; a long column and one text are compared at once."""
    for column, other in ((a, b), (b, a)):
        if type(column) is list and len(column) >= SHORTEST and type(other) not in ARRAYS:
            text = to_text(other)
            if isinstance(text, str):
                spend(len(column))
                return _compared(column).with_text(text)
    return _each_similarity(a, b)


_each_similarity = lift("tt", _similarity)
