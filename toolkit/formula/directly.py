"""What directly written formulas call (see `direct`): conversions and operators over plain values.

A plain value is a number, a text, a logical value or a blank: no error, no column. Whatever is not, or would become an error, raises
`NotPlain`; then the formula is calculated in the full way, which gives the error that belongs there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import repeat
from math import floor, fsum

from toolkit.formula.coerce import LARGEST, MAX_TEXT, NUMBERS, Number, to_number, to_text
from toolkit.formula.functions import dates, maths, texts
from toolkit.formula.operators import NOISE
from toolkit.values.errors import ErrorValue

PLAIN = frozenset({str, float, int, bool, type(None)})


class NotPlain(Exception):
    """Something is no plain value."""


def need_plain(value: object) -> object:
    if type(value) not in PLAIN:
        raise NotPlain
    return value


def need_text(value: object) -> str:
    """Return a plain value as a text."""
    if type(value) is str:
        return value
    text = to_text(need_plain(value))
    assert isinstance(text, str)
    return text


def need_number(value: object) -> Number:
    """Return a plain value as a number; a text that is none is not plain."""
    if type(value) in NUMBERS:
        return value  # type: ignore[return-value]
    number = to_number(need_plain(value))
    if isinstance(number, ErrorValue):
        raise NotPlain
    return number


def need_truth(value: object) -> bool:
    if value is True or value is False:
        return value
    raise NotPlain


def as_truth(value: object) -> bool:
    """Return a logical value, or whether a number is not 0, as a condition."""
    if value is True or value is False:
        return value
    if type(value) in NUMBERS:
        return value != 0
    raise NotPlain


def as_number(value: object) -> Number | None:
    """Return a plain value times 1, None where that is an error."""
    number = to_number(value)
    return None if isinstance(number, ErrorValue) else number


def joined(*texts: str) -> str:
    text = "".join(texts)
    if len(text) > MAX_TEXT:
        raise NotPlain
    return text


def any_within(words: Iterable[str], text: str) -> bool:
    return any(map(text.__contains__, words))


def count_within(words: Iterable[str], text: str) -> float:
    """Return how many of `words` stand in `text`, as SUMPRODUCT has it."""
    return float(sum(map(text.__contains__, words)))


def among(words: frozenset[str], value: object) -> bool:
    """Return whether a plain value is one of `words`, which are in small letters, whatever its case; a blank is the empty one."""
    return value.lower() in words if type(value) is str else value is None and "" in words


def in_capitals(text: str) -> str:
    return _fitting(text.upper())


def in_small_letters(text: str) -> str:
    return _fitting(text.lower())


def _fitting(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise NotPlain
    return text


def _narrow(text: str) -> str:
    """Return a text in which each character is one UTF-16 unit."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    raise NotPlain


def place(word: str, text: str, start: Number = 1) -> int:
    """Return where `word` begins in `text`, from 1, at `start` or behind it."""
    begin = int(start)
    found = _narrow(text).find(word, begin - 1) + 1 if 1 <= begin <= max(len(text), 1) else 0
    if found:
        return found
    raise NotPlain


def first_place(words: Iterable[str], text: str, start: Number) -> int:
    """Return where the first of `words` begins; all are to be found."""
    begin = int(start)
    if 1 <= begin <= max(len(text), 1) and (found := min(map(_narrow(text).find, words, repeat(begin - 1)))) >= 0:
        return found + 1
    raise NotPlain


def middle(text: str, start: Number, count: Number) -> str:
    """Return `count` UTF-16 units of `text` from `start` on."""
    begin, many = int(start), int(count)
    if begin < 1 or many < 0:
        raise NotPlain
    return _narrow(text)[begin - 1 : begin - 1 + many]


def sign_between(a: object, b: object) -> int | None:
    """Return the sign of a difference of plain values, None where it is an error."""
    first, second = as_number(a), as_number(b)
    if first is None or second is None or not -LARGEST <= first - second <= LARGEST:
        return None
    return (first > second) - (first < second)


def left_of(text: str, count: Number) -> str:
    """Return the first `count` UTF-16 units of `text`."""
    many = int(count)
    if many < 0:
        raise NotPlain
    return left(text, many)


def right_of(text: str, count: Number) -> str:
    """Return the last `count` UTF-16 units of `text`."""
    many = int(count)
    if many < 0:
        raise NotPlain
    return right(text, many)


def length(text: str) -> int:
    """Return how many UTF-16 units `text` has, as Excel counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) >> 1


def left(text: str, count: int) -> str:
    """Return the first `count` UTF-16 units of `text`."""
    found = text[:count]
    return found if found.isascii() or max(found) <= "\uffff" else str(texts.left(text, count))


def right(text: str, count: int) -> str:
    """Return the last `count` UTF-16 units of `text`."""
    found = text[-count:] if count else ""
    return found if found.isascii() or max(found) <= "\uffff" else str(texts.right(text, count))


def mid(text: str, start: int, count: int) -> str:
    """Return `count` UTF-16 units of `text` from `start` on, which is no less than 1."""
    if text.isascii() or max(text) <= "\uffff":
        return text[start - 1 : start - 1 + count]
    return str(texts.mid(text, start, count))


def replaced(text: str, old: str, new: str) -> str:
    found = text.replace(old, new)
    if len(found) > MAX_TEXT:
        raise NotPlain
    return found


def largest(*values: object) -> object:
    """Return the largest of the numbers among cells, 0 where there is none."""
    return max([value for value in values if type(value) in NUMBERS], default=0)  # type: ignore[type-var]


def smallest(*values: object) -> object:
    return min([value for value in values if type(value) in NUMBERS], default=0)  # type: ignore[type-var]


def total(*values: object) -> float:
    """Return the sum of the numbers among cells."""
    try:
        result = fsum([value for value in values if type(value) in NUMBERS])  # type: ignore[misc]
    except OverflowError as error:
        raise NotPlain from error
    if -LARGEST <= result <= LARGEST:
        return result
    raise NotPlain


def add(a: Number, b: Number) -> Number:
    result = a + b
    if -LARGEST <= result <= LARGEST:
        return result
    raise NotPlain


def subtract(a: Number, b: Number) -> Number:
    result = a - b
    if -LARGEST <= result <= LARGEST:
        return result
    raise NotPlain


def multiply(a: Number, b: Number) -> Number:
    result = a * b
    if -LARGEST <= result <= LARGEST:
        return result
    raise NotPlain


def add_denoised(a: Number, b: Number) -> Number:
    result = add(a, b)
    return 0 if type(result) is float and type(a) is float and abs(result) <= abs(a) * NOISE else result


def subtract_denoised(a: Number, b: Number) -> Number:
    result = a - b
    if -LARGEST <= result <= LARGEST:
        return 0 if type(result) is float and type(a) is float and abs(result) <= abs(a) * NOISE else result
    raise NotPlain


def _of_numbers(function: Callable[..., object]) -> Callable[..., object]:
    def call(*numbers: Number) -> object:
        found = function(*numbers)
        if type(found) is ErrorValue:
            raise NotPlain
        return found

    return call


# Functions of numbers that give a number.
OF_NUMBERS: dict[str, Callable[..., object]] = {
    "ABS": abs,
    "INT": floor,
    "MOD": _of_numbers(maths.modulo),
    **{name: _of_numbers(partial(dates.part_of_day, index)) for index, name in enumerate(("YEAR", "MONTH", "DAY"))},
}

CALLED: dict[str, Callable[..., object]] = {
    **{f"n_{name}": function for name, function in OF_NUMBERS.items()},
    "need_plain": need_plain,
    "need_text": need_text,
    "need_number": need_number,
    "need_truth": need_truth,
    "as_truth": as_truth,
    "as_number": as_number,
    "joined": joined,
    "among": among,
    "trimmed": texts.trimmed,
    "in_capitals": in_capitals,
    "in_small_letters": in_small_letters,
    "any_within": any_within,
    "count_within": count_within,
    "place": place,
    "first_place": first_place,
    "middle": middle,
    "sign_between": sign_between,
    "left_of": left_of,
    "right_of": right_of,
    "length": length,
    "left": left,
    "right": right,
    "mid": mid,
    "replaced": replaced,
    "largest": largest,
    "smallest": smallest,
    "total": total,
    "n_+": add,
    "n_-": subtract,
    "n_*": multiply,
    "nd_+": add_denoised,
    "nd_-": subtract_denoised,
}
