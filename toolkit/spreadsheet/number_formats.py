"""Number formats: which one each cell style of a workbook has, and where it changes what a number means.

A styles part comes in; format codes go out, those that a workbook uses by number without writing them down as Chinese
Excel shows them (ECMA-376 part 1, 18.8.30, with its table for zh-CN). Everything that reads cells asks for their meaning:
a date, a length of time, a percentage; the rest of a format (colours, thousands, decimals) changes only the looks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import unescape

from lxml import etree

from toolkit.spreadsheet.markup import MAIN_NS, is_searchable

GENERAL = "General"

DATE, ELAPSED, PERCENT, IN_WAN, PLAIN = "date", "elapsed", "percent", "万元", "plain"

BUILTIN: Mapping[str, str] = {
    "0": "General",
    "1": "0",
    "2": "0.00",
    "3": "#,##0",
    "4": "#,##0.00",
    "5": '"¥"#,##0;"¥"-#,##0',
    "6": '"¥"#,##0;[Red]"¥"-#,##0',
    "7": '"¥"#,##0.00;"¥"-#,##0.00',
    "8": '"¥"#,##0.00;[Red]"¥"-#,##0.00',
    "9": "0%",
    "10": "0.00%",
    "11": "0.00E+00",
    "12": "# ?/?",
    "13": "# ??/??",
    "14": "yyyy/m/d",
    "15": "d-mmm-yy",
    "16": "d-mmm",
    "17": "mmm-yy",
    "18": "h:mm AM/PM",
    "19": "h:mm:ss AM/PM",
    "20": "h:mm",
    "21": "h:mm:ss",
    "22": "yyyy/m/d h:mm",
    "27": 'yyyy"年"m"月"',
    "28": 'm"月"d"日"',
    "29": 'm"月"d"日"',
    "30": "m-d-yy",
    "31": 'yyyy"年"m"月"d"日"',
    "32": 'h"时"mm"分"',
    "33": 'h"时"mm"分"ss"秒"',
    "34": '上午/下午h"时"mm"分"',
    "35": '上午/下午h"时"mm"分"ss"秒"',
    "36": 'yyyy"年"m"月"',
    "37": "#,##0 ;(#,##0)",
    "38": "#,##0 ;[Red](#,##0)",
    "39": "#,##0.00;(#,##0.00)",
    "40": "#,##0.00;[Red](#,##0.00)",
    "41": '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
    "42": '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    "43": '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    "44": '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    "45": "mm:ss",
    "46": "[h]:mm:ss",
    "47": "mm:ss.0",
    "48": "##0.0E+0",
    "49": "@",
    "50": 'yyyy"年"m"月"',
    "51": 'm"月"d"日"',
    "52": 'yyyy"年"m"月"',
    "53": 'm"月"d"日"',
    "54": 'm"月"d"日"',
    "55": '上午/下午h"时"mm"分"',
    "56": '上午/下午h"时"mm"分"ss"秒"',
    "57": 'yyyy"年"m"月"',
    "58": 'm"月"d"日"',
}

# What is shown as it stands, the padding and fill characters, and the colour, currency and condition in brackets.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|hh?\]|m+\]|s+\])[^][]*\]', re.IGNORECASE)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]|上午/下午|AM/PM|A/P", re.IGNORECASE)

# A number as stored with 万元 behind it; one that is scaled (a comma at its end, a point put in by hand) is in 元 all the same.
_WAN = re.compile(r'(?:\[[^\]]*\])*[#0,]*[#0](?:\.[0#?]*)?(?:[ _]|\\ )*(?:"\s*万元?\s*"|\\?万\\?元?)(?:[ _]|\\ )*')

_DAY = re.compile(r"[yd]", re.IGNORECASE)

_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_FORMAT_ID, _FORMAT_CODE = re.compile(rb'\snumFmtId="([0-9]+)"'), re.compile(rb'\sformatCode="([^"]*)"')
_STYLE = re.compile(rb'<xf\b[^<>]*?\snumFmtId="([0-9]+)"')


@lru_cache(maxsize=4096)
def meaning(code: str) -> str:
    """Return DATE, ELAPSED, PERCENT, IN_WAN or PLAIN for a format code; the part for positive numbers decides.

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


def shows_day(code: str) -> bool:
    """Return whether a number in this format reads as a day, not as a time of the day alone."""
    return _DAY.search(_LITERAL.sub("", code)) is not None


def searched_formats(xml: bytes) -> tuple[str, ...] | None:
    """Return the format code of each cell style by searching a styles part, None where it is written in an unusual way."""
    styles = _between(xml, b"<cellXfs", b"</cellXfs>")
    numbers = _STYLE.findall(styles)
    if not numbers or len(numbers) != styles.count(b"<xf") or not is_searchable(xml):
        return None
    own = {}
    for element in _FORMAT.findall(_between(xml, b"<numFmts", b"</numFmts>")):
        number, code = _FORMAT_ID.search(element), _FORMAT_CODE.search(element)
        if number is None or code is None:
            return None
        own[number[1].decode()] = unescape(code[1].decode("utf-8", "replace"))
    return tuple(_code(number.decode(), own) for number in numbers)


def parsed_formats(root: etree._Element) -> tuple[str, ...]:
    """Return what `searched_formats` does, from a parsed styles part."""
    formats = root.iterfind(f"{{{MAIN_NS}}}numFmts/{{{MAIN_NS}}}numFmt")
    own = {e.get("numFmtId", ""): e.get("formatCode", "") for e in formats}
    return tuple(_code(e.get("numFmtId", "0"), own) for e in root.iterfind(f"{{{MAIN_NS}}}cellXfs/{{{MAIN_NS}}}xf"))


def _code(number: str, own: Mapping[str, str]) -> str:
    return own.get(number) or BUILTIN.get(number, GENERAL)


def _between(xml: bytes, start: bytes, end: bytes) -> bytes:
    first = xml.find(start)
    return xml[first : max(xml.find(end, first), first)] if first >= 0 else b""
