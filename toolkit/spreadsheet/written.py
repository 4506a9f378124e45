"""What a value is in the markup of a cell: its type and its text, with nothing in it that XML or Excel would refuse.

Called by whatever writes cells, and for every other text that goes into a part.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

from toolkit.values.errors import ErrorValue

CellValue = str | Decimal | int | float | bool | date | ErrorValue | None

MOST_CHARACTERS = 32_767
_CUT = "……（超过单元格上限 32,767 字，以下略）"

# Everything that XML 1.0 does not allow; Excel cannot open a file that holds one of them.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def clean(text: str) -> str:
    """Return `text` without the characters XML forbids, line ends as Excel keeps them (a line feed).

    >>> clean("甲\\x00\\r\\n乙\\ufffe")
    '甲\\n乙'
    """
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def written(value: CellValue, date1904: bool = False) -> tuple[str, str | None]:
    """Return the cell type and the text of `v` for a value; text None for an empty cell.

    Amounts keep their digits; a date that Excel cannot count becomes its ISO text.

    >>> written(Decimal("23729980.10")), written(date(2024, 1, 1)), written("=1+1")
    (('n', '23729980.1'), ('n', '45292'), ('inlineStr', '=1+1'))
    """
    if value is None or value == "":
        return "n", None
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, ErrorValue):
        return "e", value.code
    if isinstance(value, date):
        serial = _serial(value, date1904)
        return ("inlineStr", value.isoformat()) if serial is None else ("n", str(serial))
    if isinstance(value, (Decimal, int, float)):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            return "inlineStr", str(value)
        text = f"{number:f}"
        return "n", (text.rstrip("0").rstrip(".") if "." in text else text)
    text = clean(value)
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - len(_CUT)] + _CUT
    return "inlineStr", _ESCAPED.sub("_x005F_", text) or None


def _serial(day: date, date1904: bool) -> int | None:
    """Return the serial number of a day, or None before what Excel counts right (1900-03-01, or 1904-01-01)."""
    if isinstance(day, datetime):
        day = day.date()
    serial = (day - date(1904, 1, 1)).days if date1904 else (day - date(1899, 12, 30)).days
    return serial if serial >= (0 if date1904 else 61) else None
