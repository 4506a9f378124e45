"""The text functions. Positions and lengths count UTF-16 units, as Excel does: a character beyond U+FFFF counts 2."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from toolkit.formula.arrays import ARRAYS, cells, top_left
from toolkit.formula.coerce import MAX_TEXT, Number, parse_number, to_text
from toolkit.formula.effort import spend
from toolkit.formula.functions.criteria import MAX_CRITERION, has_wildcard, wildcard
from toolkit.formula.functions.lifting import lift
from toolkit.formula.functions.textformat import format_value
from toolkit.formula.operators import limited
from toolkit.values.errors import VALUE, ErrorValue

_CONTROL = dict.fromkeys(range(32))


def _units(text: str) -> str:
    """Return `text` with one character per UTF-16 unit; the same text when nothing is beyond U+FFFF."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    spend(len(text))
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(chr(int.from_bytes(data[i : i + 2], "little")) for i in range(0, len(data), 2))


def _joined(units: str) -> str:
    """Return what `_units` took apart; half of a cut pair becomes U+FFFD."""
    if units.isascii() or not any("\ud800" <= char <= "\udfff" for char in units):
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _length(text: str) -> int:
    return len(_units(text))


def _left(text: str, count: int = 1) -> str | ErrorValue:
    return VALUE if count < 0 else _joined(_units(text)[:count])


def _right(text: str, count: int = 1) -> str | ErrorValue:
    if count < 0:
        return VALUE
    return _joined(_units(text)[-count:]) if count else ""


def _mid(text: str, start: int, count: int) -> str | ErrorValue:
    return VALUE if start < 1 or count < 0 else _joined(_units(text)[start - 1 : start - 1 + count])


def _find(wanted: str, text: str, start: int = 1) -> int | ErrorValue:
    units = _units(text)
    if not 1 <= start <= max(len(units), 1):
        return VALUE
    return units.find(_units(wanted), start - 1) + 1 or VALUE


def _search(wanted: str, text: str, start: int = 1) -> int | ErrorValue:
    if not has_wildcard(wanted):
        return _find(wanted.lower(), text.lower(), start)
    units = _units(text)
    if not 1 <= start <= max(len(units), 1):
        return VALUE
    found = wildcard(_units(wanted)).search(units, start - 1) if len(wanted) <= MAX_CRITERION else None
    return VALUE if found is None else found + 1


def _substitute(text: str, old: str, new: str, which: object = None) -> str | ErrorValue:
    if which is None:
        return limited(text.replace(old, new)) if old else text
    assert isinstance(which, (int, float))
    if which < 1:
        return VALUE
    if not old:
        return text
    start = -len(old)
    for _ in range(int(which)):
        start = text.find(old, start + len(old))
        if start < 0:
            return text
    return limited(text[:start] + new + text[start + len(old) :])


def _replace(text: str, start: int, count: int, new: str) -> str | ErrorValue:
    if start < 1 or count < 0:
        return VALUE
    units = _units(text)
    return limited(_joined(units[: start - 1] + _units(new) + units[start - 1 + count :]))


def _rept(text: str, count: int) -> str | ErrorValue:
    if count < 0 or count * len(text) > MAX_TEXT:
        return VALUE
    return text * count if text else ""


def _value(value: object) -> Number | ErrorValue:
    if isinstance(value, bool):
        return VALUE
    if isinstance(value, (int, float)) or value is None:
        return value or 0
    number = parse_number(value) if isinstance(value, str) else None
    return VALUE if number is None else number


def _char(code: int) -> str | ErrorValue:
    """CHAR in the Chinese code page: ASCII, or the two bytes of a GBK character."""
    if 1 <= code < 128:
        return chr(code)
    if not 0x8140 <= code <= 0xFEFE:
        return VALUE
    text = code.to_bytes(2, "big").decode("gbk", "replace")
    return VALUE if "\ufffd" in text else text


def _code(text: str) -> int | ErrorValue:
    """CODE in the Chinese code page; a character outside it is a question mark, as Excel has it."""
    return int.from_bytes(text[0].encode("gbk", "replace"), "big") if text else VALUE


def trimmed(text: str) -> str:
    """Return `text` without blanks at its ends, and with one of several between words."""
    return " ".join([part for part in text.split(" ") if part])


def _text_lift(function: Callable[[str], object]) -> Callable[..., object]:
    return lift("t", function)


length = _text_lift(_length)
upper = _text_lift(lambda text: limited(text.upper()))
lower = _text_lift(lambda text: limited(text.lower()))
trim = _text_lift(trimmed)
clean = _text_lift(lambda text: text.translate(_CONTROL))
code = _text_lift(_code)
char = lift("i", _char)
left = lift("ti", _left)
right = lift("ti", _right)
mid = lift("tii", _mid)
find = lift("tti", _find)
search = lift("tti", _search)
substitute = lift("tttn", _substitute)
replace = lift("tiit", _replace)
rept = lift("ti", _rept)
exact = lift("tt", lambda a, b: a == b)
value_ = lift("v", _value)
text_ = lift("vt", format_value)


def join_all(*arguments: object) -> object:
    """CONCAT: every cell of every argument, joined."""
    pieces: list[str] = []
    for argument in arguments:
        for item in cells(argument):
            text = to_text(item)
            if isinstance(text, ErrorValue):
                return text
            pieces.append(text)
    return limited("".join(pieces))


def textjoin(delimiter: object, skip_empty: object, *arguments: object) -> object:
    """TEXTJOIN; several delimiters are used in turn."""
    between = _texts([delimiter]) or [""]
    skip = top_left(skip_empty)
    found = _texts(arguments)
    if isinstance(between, ErrorValue) or isinstance(found, ErrorValue) or isinstance(skip, ErrorValue):
        return next(item for item in (between, skip, found) if isinstance(item, ErrorValue))
    if isinstance(skip, str) and skip.upper() not in ("TRUE", "FALSE"):
        return VALUE
    if skip is True or (isinstance(skip, (int, float)) and skip) or (isinstance(skip, str) and skip.upper() == "TRUE"):
        found = [text for text in found if text]
    pieces = [text if index == 0 else between[(index - 1) % len(between)] + text for index, text in enumerate(found)]
    return limited("".join(pieces))


def _texts(arguments: Sequence[object]) -> list[str] | ErrorValue:
    texts: list[str] = []
    for argument in arguments:
        items = list(cells(argument)) if type(argument) in ARRAYS else [argument]
        for item in items:
            text = to_text(item)
            if isinstance(text, ErrorValue):
                return text
            texts.append(text)
    return texts
