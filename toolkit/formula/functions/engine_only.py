"""What Excel cannot say and rules need: 相似度 and 含敏感信息 (figures and dates in texts: `mentioned`). Only in rules marked 仅批量审核."""

from __future__ import annotations

import re
from functools import lru_cache

from toolkit.formula.arrays import ARRAYS
from toolkit.formula.coerce import to_text
from toolkit.formula.effort import spend
from toolkit.formula.functions.columns import SHORTEST, Kept
from toolkit.formula.functions.lifting import lift
from toolkit.values.errors import ErrorValue

_SPACE = re.compile(r"\s+")
_ID_CARD = re.compile(r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")
_SAID_ID_CARD = re.compile(
    r"身份证号码?[：:\s]*[1-9][0-9]{5}[ -]?(?:19|20)[0-9]{2}[ -]?(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -]?[0-9]{3}[0-9Xx]"
)
_SPACED_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]([ \-－—·])[0-9]{4}\1[0-9]{4}(?![0-9])")
_BANK_CARD = re.compile(r"(?<![0-9])(?:[3-6][0-9]{3}|9558)(?: ?[0-9]{4}){3}(?: ?[0-9]{1,3})?(?![0-9])")
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"


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
    if not left or not right:
        return 0.0
    return 2 * len(left & right) / (len(left) + len(right))


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
        answers = [2 * (mask & other).bit_count() / (size + count) if size and count else 0.0 for other, count in self._known.values()]
        return [cell if isinstance(cell, ErrorValue) else answers[cell] for cell in self._cells]


_compared = Kept(_Compared, 2)


def similarity(a: object, b: object) -> object:
    """相似度; a long column and one text are compared at once."""
    for column, other in ((a, b), (b, a)):
        if type(column) is list and len(column) >= SHORTEST and type(other) not in ARRAYS:
            text = to_text(other)
            if isinstance(text, str):
                spend(len(column))
                return _compared(column).with_text(text)
    return _each_similarity(a, b)


def _is_id_card(number: str) -> bool:
    """GB 11643: the last of 18 characters is the check digit, weights modulo 11."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_CHECK[total % 11] == number[17].upper()


def _is_bank_card(number: str) -> bool:
    """ISO/IEC 7812: 16 to 19 digits, Luhn sum divisible by 10."""
    digits = [int(char) for char in reversed(number) if char != " "]
    if not 16 <= len(digits) <= 19:
        return False
    return sum(digit if index % 2 == 0 else sum(divmod(2 * digit, 10)) for index, digit in enumerate(digits)) % 10 == 0


def _holds_personal_data(text: str) -> bool:
    """Return whether `text` holds a mobile number (also 139-1234-5678), an ID number or a bank card number.

    An ID number needs its check digit, or 身份证号 before it.
    """
    return (
        _MOBILE.search(text) is not None
        or _SPACED_MOBILE.search(text) is not None
        or _SAID_ID_CARD.search(text) is not None
        or any(_is_id_card(match.group()) for match in _ID_CARD.finditer(text))
        or any(_is_bank_card(match.group()) for match in _BANK_CARD.finditer(text))
    )


_each_similarity = lift("tt", _similarity)
holds_personal_data = lift("t", _holds_personal_data)
