"""How Excel turns one kind of value into another: to a number, a text, a logical value; and how it compares two values.

Used by the operators and by every function. All functions here take scalars; a conversion that fails returns the error
value, it never raises. None is a blank cell: 0, "" or FALSE, whatever is wanted.
"""

from __future__ import annotations

import re

from toolkit.formula.effort import spend
from toolkit.values.errors import NUM, VALUE, ErrorValue
from toolkit.values.serials import parse_date_text

Number = float | int

NUMBERS = frozenset({int, float})
LARGEST = 1.7976931348623157e308

# What a cell can hold.
MAX_TEXT = 32767

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d+(?:,\d{3})+(?:\.\d*)?)", re.ASCII)

# Excel reads no number from a longer text.
_LONGEST_NUMBER = 255


def checked(number: Number) -> Number | ErrorValue:
    """Return `number`, or #NUM! when it is beyond what Excel can hold."""
    return number if -LARGEST <= number <= LARGEST else NUM


def parse_number(text: str) -> Number | None:
    """Return the number Excel (zh-CN) reads from a text, or None: signs, thousands, %, ¥, brackets, dates and times.

    >>> [parse_number(text) for text in (" 1,000.5 ", "50%", "(3)", "2024-1-2", "3个")]
    [1000.5, 0.5, -3, 45293, None]
    """
    stripped = text.strip(" \u00a0\t\n\r")
    if len(stripped) > _LONGEST_NUMBER:
        return None
    if _PLAIN.fullmatch(stripped):
        number = _signed(stripped)
        return number if abs(number) <= LARGEST else None
    number_or_none = _decorated(stripped)
    return parse_date_text(stripped) if number_or_none is None else number_or_none


def _signed(text: str) -> Number:
    if text[0] in "+-":
        number = number_literal(text[1:])
        return -number if text[0] == "-" else number
    return number_literal(text)


def _decorated(text: str) -> Number | None:
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        inner = _undecorated(text[1:-1])
        return None if inner is None or text[1] in "+-" else -inner
    return _undecorated(text)


def _undecorated(text: str) -> Number | None:
    percent = text.endswith("%")
    body = text[:-1].rstrip() if percent else text
    if body[:1] in ("¥", "￥", "$"):
        body = body[1:].lstrip()
    elif body[:2] in ("-¥", "-￥", "-$"):
        body = "-" + body[2:].lstrip()
    grouped = _GROUPED.fullmatch(body)
    if grouped:
        body = grouped["sign"] + grouped["digits"].replace(",", "")
    if not _PLAIN.fullmatch(body):
        return None
    number = _signed(body)
    if abs(number) > LARGEST:
        return None
    return number / 100 if percent else number


def to_number(value: object) -> Number | ErrorValue:
    """Return `value` as a number for arithmetic; text that is none is #VALUE!."""
    kind = type(value)
    if kind is float or kind is int:
        return value  # type: ignore[return-value]
    if value is None:
        return 0
    if kind is bool:
        return int(value)  # type: ignore[call-overload, no-any-return]
    if isinstance(value, str):
        number = parse_number(value)
        return VALUE if number is None else number
    return value if isinstance(value, ErrorValue) else VALUE


def to_integer(value: object) -> int | ErrorValue:
    """Return `value` as a number without its fraction (towards zero), for counts and positions."""
    number = to_number(value)
    return number if isinstance(number, ErrorValue) else int(number)


def to_text(value: object) -> str | ErrorValue:
    """Return `value` as Excel joins it to a text.

    >>> to_text(1.50), to_text(True), to_text(None), to_text(1e20)
    ('1.5', 'TRUE', '', '1E+20')
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True or value is False:
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return general(value)
    return value if isinstance(value, ErrorValue) else VALUE


def to_logical(value: object) -> bool | ErrorValue:
    """Return `value` as a condition; of texts only TRUE and FALSE are one."""
    if value is True or value is False:
        return value
    if value is None:
        return False
    if isinstance(value, (int, float)):
        return value != 0
    if isinstance(value, str):
        word = value.upper()
        return word == "TRUE" if word in ("TRUE", "FALSE") else VALUE
    return value if isinstance(value, ErrorValue) else VALUE


def general(number: Number) -> str:
    """Return a number in the format General, with up to 15 significant digits.

    >>> general(0.1 + 0.2), general(1234567), general(1.25e-7), general(-0.0)
    ('0.3', '1234567', '1.25E-07', '0')
    """
    if number == 0:
        return "0"
    if -1e15 < number < 1e15 and number == int(number):
        return str(int(number))
    text = f"{number:.15g}"
    if "e" not in text:
        return text
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}"


def close(a: Number, b: Number) -> bool:
    """Return whether two different numbers are equal to Excel, which compares 15 significant digits."""
    gap = a - b
    if gap < 0:
        gap = -gap
    return gap <= 1e-14 * (a if a > 0 else -a) and f"{a:.15g}" == f"{b:.15g}"


def compare(a: object, b: object) -> int | ErrorValue:
    """Return -1, 0 or 1 as Excel orders two scalars: numbers < texts < FALSE < TRUE; blank is 0, "" or FALSE.

    Text is compared as `text_order` has it.
    """
    if isinstance(a, ErrorValue):
        return a
    if isinstance(b, ErrorValue):
        return b
    if a is None:
        a = _blank_like(b)
    if b is None:
        b = _blank_like(a)
    rank_a, rank_b = _rank(a), _rank(b)
    if rank_a != rank_b:
        return -1 if rank_a < rank_b else 1
    if isinstance(a, str) and isinstance(b, str):
        return text_order(a, b)
    assert isinstance(a, (int, float)) and isinstance(b, (int, float))
    if a == b or close(a, b):
        return 0
    return -1 if a < b else 1


def text_order(a: str, b: str) -> int:
    """Return -1, 0 or 1: without regard to case, Chinese after Latin and by pinyin, as the Chinese Excel sorts.

    The order of the GB code is by pinyin for the 3,755 common characters.
    """
    a, b = a.lower(), b.lower()
    if a == b:
        return 0
    spend(len(a) + len(b) >> 5)
    return -1 if a.encode("gb18030", "replace") < b.encode("gb18030", "replace") else 1


def _blank_like(other: object) -> object:
    if isinstance(other, str):
        return ""
    return False if isinstance(other, bool) else 0


def _rank(value: object) -> int:
    if isinstance(value, str):
        return 1
    return 2 if isinstance(value, bool) else 0


def number_literal(digits: str) -> float | int:
    """Return the number that Excel reads from `digits`: digits after the 15th significant one become 0.

    >>> number_literal("123456789012345678"), number_literal("2.50"), number_literal("100")
    (1.23456789012345e+17, 2.5, 100)
    """
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        return int(digits)
    mantissa, _, exponent = digits.upper().partition("E")
    kept: list[str] = []
    significant = 0
    for char in mantissa:
        if char.isdigit() and (significant or char != "0"):
            significant += 1
        kept.append("0" if char.isdigit() and significant > 15 else char)
    return float("".join(kept) + ("E" + exponent if exponent else ""))
