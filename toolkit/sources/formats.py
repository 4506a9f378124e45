"""Number formats where they change what a number means: a date, a length of time, a percentage.

A format code as a workbook has it comes in. Every spreadsheet module of `sources` asks; the rest of a format (colours,
thousands, decimals) changes only the looks.
"""

from __future__ import annotations

import re
from functools import lru_cache

DATE, ELAPSED, PERCENT, IN_WAN, PLAIN = "date", "elapsed", "percent", "万元", "plain"

# What is shown as it stands, the padding and fill characters, and the colour, currency and condition in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|hh?\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]|上午/下午|AM/PM|A/P", re.IGNORECASE)

# A number as stored with 万元 behind it; one that is scaled (a comma at its end, a point put in by hand) is in 元 all the same.
_WAN = re.compile(r'(?:\[[^\]]*\])*[#0,]*[#0](?:\.[0#?]*)?(?:[ _]|\\ )*(?:"\s*万元?\s*"|\\?万\\?元?)(?:[ _]|\\ )*')


@lru_cache(maxsize=4096)
def meaning(code: str) -> str:
    """Return DATE, ELAPSED, PERCENT or PLAIN for a format code; the part for positive numbers decides.

    >>> [meaning(code) for code in ('yyyy"年"m"月"', "[h]:mm", "0.00%", '0"day"', "[Red]#,##0", "General", "0.00E+00")]
    ['date', 'elapsed', 'percent', 'plain', 'plain', 'plain', 'plain']
    >>> [meaning(code) for code in ('#,##0.00"万元"', '0!.0000"万元"', '0!.0,"万"')]
    ['万元', 'plain', 'plain']
    """
    if _WAN.fullmatch(code.partition(";")[0]):
        return IN_WAN
    first = _LITERAL.sub("", code).partition(";")[0]
    if first.strip().lower() in ("general", "g/通用格式", "g/general", "@", ""):
        return PLAIN
    if _ELAPSED.search(first):
        return ELAPSED
    if _DATE.search(first):
        return DATE
    return PERCENT if "%" in first else PLAIN
