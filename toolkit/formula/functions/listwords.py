"""The list functions 含任一 等于任一 开头任一 结尾任一 最后位置 as the engine runs them; `render` has the plain Excel.

A text is compared with every word of a list (`列表.正向词`). Upper and lower case differ, nothing is a wildcard, and a
blank word never matches. An error value in the text or in the list is the result. An array of texts gives an array.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from toolkit.formula.arrays import ARRAYS, cells, each
from toolkit.formula.coerce import to_text
from toolkit.formula.effort import spend
from toolkit.formula.functions.columns import Kept
from toolkit.formula.functions.lifting import ExcelFunction
from toolkit.values.errors import ErrorValue


class Words:
    """The words of a list made ready, so that a text is looked at once for all of them: they are found by their first or last character."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = tuple(filter(None, words))

    @cached_property
    def whole(self) -> frozenset[str]:
        return frozenset(self._words)

    @cached_property
    def _by_first(self) -> dict[str, tuple[str, ...]]:
        return _by_character(self._words, 0)

    @cached_property
    def _by_last(self) -> dict[str, tuple[str, ...]]:
        return _by_character(self._words, -1)

    @cached_property
    def _firsts(self) -> frozenset[str]:
        return frozenset(self._by_first)

    def equal(self, text: str) -> bool:
        return text in self.whole

    def begin(self, text: str) -> bool:
        """Return whether `text` begins with a word."""
        words = self._by_first.get(text[:1])
        return words is not None and text.startswith(words)

    def end(self, text: str) -> bool:
        """Return whether `text` ends with a word."""
        words = self._by_last.get(text[-1:])
        return words is not None and text.endswith(words)

    def within(self, text: str) -> bool:
        """Return whether `text` contains a word."""
        firsts = self._firsts
        if firsts.isdisjoint(text):
            return False
        by_first = self._by_first
        for first in firsts.intersection(text):
            for word in by_first[first]:
                if word in text:
                    return True
        return False

    def last_end(self, text: str) -> int:
        """Return the largest end position (from 1) of a word in `text`, 0 if there is none.

        The occurrences of one word are counted from the left without overlap, as SUBSTITUTE does, so that the expansion
        gives the same number: "XX" last ends at 2 in "XXX".
        """
        firsts, best = self._firsts, 0
        if firsts.isdisjoint(text):
            return 0
        for first in firsts.intersection(text):
            for word in self._by_first[first]:
                if word in text:
                    occurrences, start = text.count(word), -len(word)
                    for _ in range(occurrences):
                        start = text.find(word, start + len(word))
                    best = max(best, start + len(word))
        return best


def _by_character(words: Iterable[str], place: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in words:
        found.setdefault(word[place], []).append(word)
    return {character: tuple(same) for character, same in found.items()}


def _prepared(value: object) -> Words | ErrorValue:
    """Return the words of a list, made ready; an error value in it is the result."""
    words: list[str] = []
    for item in cells(value):
        word = item if type(item) is str else to_text(item)
        if isinstance(word, ErrorValue):
            return word
        words.append(word)
    return Words(words)


# As many as a form has lists.
words_of = Kept(_prepared, 128)


def _over_words(calculate: Callable[[Words, str], object]) -> ExcelFunction:
    def call(text: object, words: object) -> object:
        found = words_of(words) if type(words) is list else _prepared(words)
        return found if isinstance(found, ErrorValue) else spread(text, found)

    def spread(text: object, words: Words) -> object:
        if type(text) is str:
            spend((len(text) >> 4) + 1)
            return calculate(words, text)
        if type(text) in ARRAYS:
            return each(lambda item: spread(item, words), text)
        converted = to_text(text)
        return converted if isinstance(converted, ErrorValue) else calculate(words, converted)

    return call


contains_any = _over_words(Words.within)
starts_with_any = _over_words(Words.begin)
ends_with_any = _over_words(Words.end)
equals_any = _over_words(Words.equal)
last_end = _over_words(Words.last_end)
