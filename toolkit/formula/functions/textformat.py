"""The number formats of TEXT(): digits, thousands, per cent, dates in ISO and Chinese, sections, General and @.

Called by TEXT and by the messages. A format that Excel would refuse gives #VALUE!.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from toolkit.formula.coerce import LARGEST, Number, general, parse_number
from toolkit.formula.functions.rounding import round_half_up
from toolkit.values.errors import VALUE, ErrorValue
from toolkit.values.serials import MAX_SERIAL, civil, weekday

_PART = re.compile(
    r'"[^"]*"?|\\.|_.|\*.|\[[^][]*\]|general|am/pm|a/p|aaaa?|y+|m+|d+|h+|s+(?:\.0+)?|e[+-]0+|[0#?.,]+|@|.',
    re.IGNORECASE | re.DOTALL,
)
_DATE_PART = re.compile(r"[ymdhs]|aaa|a(?:m/pm|/p)", re.IGNORECASE)

# A longer format is none to Excel.
_LONGEST_CODE = 255
_WEEKDAYS = "日一二三四五六"
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


def format_value(value: object, code: str) -> str | ErrorValue:
    """Return `value` as TEXT(value, code) shows it; a blank is 0, a text that is no number goes through `@`.

    >>> format_value(1234.5, "#,##0.00"), format_value(45292, "yyyy年m月d日"), format_value(0.256, "0%")
    ('1,234.50', '2024年1月1日', '26%')
    """
    if len(code) > _LONGEST_CODE:
        return VALUE
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        number = parse_number(value)
        if number is None:
            return _text_section(value, code)
        value = number
    if value is None:
        value = 0
    assert isinstance(value, (int, float))
    return _number_section(value, code)


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[tuple[str, ...], ...]:
    """Return the parts of each section of a format code, split at `;`."""
    sections: list[list[str]] = [[]]
    for part in _PART.findall(code):
        if part == ";":
            sections.append([])
        else:
            sections[-1].append(part)
    return tuple(tuple(section) for section in sections)


def _literal(part: str) -> str:
    if part.startswith('"'):
        return part.strip('"')
    if part.startswith("\\"):
        return part[1:]
    if part.startswith("_"):
        return " "
    return "" if part.startswith(("*", "[")) else part


def _text_section(text: str, code: str) -> str:
    sections = _sections(code)
    chosen = sections[3] if len(sections) > 3 else sections[0] if any("@" in part for part in sections[0]) else None
    if chosen is None:
        return text
    return "".join(text if part == "@" else _literal(part) for part in chosen)


def _number_section(number: Number, code: str) -> str | ErrorValue:
    if code == "":
        return ""
    sections = _sections(code)
    sign = "-" if number < 0 else ""
    parts = sections[0]
    if len(sections) > 1 and number < 0:
        parts, sign = sections[1], ""
    elif len(sections) > 2 and number == 0:
        parts = sections[2]
    kinds = {part.lower() for part in parts}
    if any(map(_DATE_PART.match, kinds)):
        return VALUE if number < 0 else _format_date(number, parts)
    if "general" in kinds or "@" in kinds:
        shown = general(abs(number))
        return sign + "".join(shown if part.lower() in ("general", "@") else _literal(part) for part in parts)
    return _format_digits(abs(number), parts, sign)


def _is_digits(part: str) -> bool:
    return part[0] in "0#?.,"


def _format_digits(number: Number, parts: tuple[str, ...], sign: str) -> str | ErrorValue:
    pattern = "".join(part for part in parts if _is_digits(part))
    if not any(char in "0#?" for char in pattern):
        return sign + "".join(_literal(part) for part in parts)
    scale = 2 * parts.count("%")
    whole, _, decimals = pattern.partition(".")
    digits_only = whole.rstrip(",")
    thousands = "," in digits_only
    scale -= 3 * (len(whole) - len(digits_only) + len(decimals) - len(decimals.rstrip(",")))
    places = "".join(char for char in decimals if char in "0#?")
    exponent = next((part for part in parts if re.fullmatch(r"e[+-]0+", part, re.IGNORECASE)), None)
    if exponent is not None:
        return sign + _scientific(number, places, exponent)
    value = Decimal(general(number)).scaleb(scale) if number else Decimal(0)
    if value > Decimal(LARGEST):
        return VALUE
    shown = f"{Decimal(str(round_half_up(float(value), len(places)))):.{len(places)}f}"
    integer, _, fraction = shown.partition(".")
    if not any(char != "0" and char != "." for char in shown):
        sign = ""
    return sign + _placed(parts, _integer_digits(integer, digits_only, thousands), _trimmed(fraction, places), pattern)


def _integer_digits(integer: str, pattern: str, thousands: bool) -> str:
    integer = integer.lstrip("0")
    integer = integer.zfill(pattern.count("0")) if pattern.count("0") else integer
    integer = integer.rjust(sum(pattern.count(mark) for mark in "0?")) if "?" in pattern else integer
    if not thousands:
        return integer
    digits = integer.lstrip()
    first = len(digits) % 3
    groups = [digits[:first], *(digits[start : start + 3] for start in range(first, len(digits), 3))]
    return " " * (len(integer) - len(digits)) + ",".join(filter(None, groups))


def _trimmed(fraction: str, places: str) -> str:
    """Return the decimals without the zeros that stand at a `#` (a `?` leaves a blank)."""
    kept = list(fraction)
    for index in range(len(places) - 1, -1, -1):
        if kept[index] != "0" or places[index] == "0":
            break
        kept[index] = " " if places[index] == "?" else ""
    return "".join(kept)


def _placed(parts: tuple[str, ...], integer: str, fraction: str, pattern: str) -> str:
    """Return the digits at the first run of placeholders, literals around them."""
    pieces: list[str] = []
    placed = False
    for part in parts:
        if not _is_digits(part):
            pieces.append(_literal(part))
        elif not placed:
            placed = True
            pieces.append(integer + ("." + fraction if "." in pattern else ""))
    return "".join(pieces)


def _scientific(number: Number, places: str, exponent: str) -> str:
    mantissa, _, power = f"{number:.{len(places)}e}".partition("e")
    value = int(power)
    mark = "-" if value < 0 else "+" if exponent[1] == "+" else ""
    return f"{mantissa}E{mark}{str(abs(value)).zfill(len(exponent) - 2)}"


def _format_date(number: Number, parts: tuple[str, ...]) -> str | ErrorValue:
    if number >= MAX_SERIAL + 1:
        return VALUE
    seconds = round(number * 86400)
    day, clock = divmod(seconds, 86400)
    if day > MAX_SERIAL:
        return VALUE
    year, month, month_day = civil(day)
    hour, minute, second = clock // 3600, clock // 60 % 60, clock % 60
    lowered = [part.lower() for part in parts]
    half_day = any(part in ("am/pm", "a/p") for part in lowered)
    pieces: list[str] = []
    for index, part in enumerate(lowered):
        if part[0] == "m" and _is_minute(lowered, index):
            pieces.append(str(minute).zfill(len(part)))
        elif part in ("am/pm", "a/p"):
            pieces.append(("AM" if hour < 12 else "PM")[: len(part) // 2])
        elif part[0] == "h":
            pieces.append(str((hour % 12 or 12) if half_day else hour).zfill(len(part)))
        elif part[0] == "s":
            pieces.append(str(second).zfill(len(part.partition(".")[0])))
        elif part in ("[h]", "[hh]"):
            pieces.append(str(seconds // 3600).zfill(len(part) - 2))
        elif _DATE_PART.match(part):
            pieces.append(_date_part(part, year, month, month_day, weekday(day)))
        else:
            pieces.append(_literal(parts[index]))
    return "".join(pieces)


def _is_minute(parts: list[str], index: int) -> bool:
    """Return whether the m at `index` follows an hour or precedes seconds."""
    before = next((part for part in reversed(parts[:index]) if part[0] in "ymdhsa["), "")
    after = next((part for part in parts[index + 1 :] if part[0] in "ymdhsa"), "")
    return len(parts[index]) < 3 and (before.startswith(("h", "[h")) or after.startswith("s"))


def _date_part(part: str, year: int, month: int, day: int, day_of_week: int) -> str:
    letter, width = part[0], len(part)
    if letter == "a":
        return ("星期" if width == 4 else "周") + _WEEKDAYS[day_of_week]
    if letter == "y":
        return f"{year % 100:02d}" if width < 3 else f"{year:04d}"
    if width < 3:
        return str(month if letter == "m" else day).zfill(width)
    name = _MONTHS[month - 1] if letter == "m" else _DAYS[day_of_week]
    if width == 5 and letter == "m":
        return name[0]
    return name if width > 3 else name[:3]
