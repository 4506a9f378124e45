"""The list functions 含任一 等于任一 开头任一 结尾任一 最后位置 as the engine runs them; `render` has the plain Excel.

A text is compared with every word of a list (`列表.正向词`). Upper and lower case differ, nothing is a wildcard, and a
blank word never matches. An error value in the text or in the list is the result. An array of texts gives an array.
"""

from __future__ import annotations

from collections.abc import Callable

from toolkit.formula.arrays import ARRAYS, cells, each
from toolkit.formula.coerce import to_text
from toolkit.formula.effort import spend
from toolkit.formula.functions.lifting import ExcelFunction
from toolkit.values.errors import ErrorValue

# What the lists of a form hold; whatever else a formula makes a list of is turned into texts first.
_PLAIN = frozenset((str, type(None)))


def _over_words(calculate: Callable[[str, list[str]], object]) -> ExcelFunction:
    def call(text: object, words: object) -> object:
        found = _words(words)
        return found if isinstance(found, ErrorValue) else spread(text, found)

    def spread(text: object, words: list[str]) -> object:
        spend(len(words))
        if type(text) is str:
            return calculate(text, words)
        if type(text) in ARRAYS:
            return each(lambda item: spread(item, words), text)
        converted = to_text(text)
        return converted if isinstance(converted, ErrorValue) else calculate(converted, words)

    return call


def _words(value: object) -> list[str] | ErrorValue:
    """Return the words of a list without its blanks."""
    if type(value) is list and _PLAIN.issuperset(map(type, value)):
        return list(filter(None, value))
    words: list[str] = []
    for item in cells(value):
        if type(item) is str:
            words.append(item)
        elif item is not None:
            word = to_text(item)
            if isinstance(word, ErrorValue):
                return word
            words.append(word)
    return [word for word in words if word] if "" in words else words


def _contains_any(text: str, words: list[str]) -> bool:
    return any(map(text.__contains__, words))


def _starts_with_any(text: str, words: list[str]) -> bool:
    return text.startswith(tuple(words))


def _ends_with_any(text: str, words: list[str]) -> bool:
    return text.endswith(tuple(words))


def _equals_any(text: str, words: list[str]) -> bool:
    return text in words


def _last_end(text: str, words: list[str]) -> int:
    """Return the largest end position (from 1) of a word in `text`, 0 if there is none.

    The occurrences of one word are counted from the left without overlap, as SUBSTITUTE does, so that the expansion
    gives the same number: "XX" last ends at 2 in "XXX".
    """
    best = 0
    for word in words:
        if word in text:
            occurrences, start = text.count(word), -len(word)
            for _ in range(occurrences):
                start = text.find(word, start + len(word))
            best = max(best, start + len(word))
    return best


contains_any = _over_words(_contains_any)
starts_with_any = _over_words(_starts_with_any)
ends_with_any = _over_words(_ends_with_any)
equals_any = _over_words(_equals_any)
last_end = _over_words(_last_end)
