"""Text that Excel takes for a date or a time when it is calculated with → its serial number (`values.serials`).

Called by the date functions and by the coercion of text to numbers.
"""

from __future__ import annotations

import re

from toolkit.values.serials import days_in_month, serial

_DATE = re.compile(
    r"(?P<y>\d{4}|\d{2})(?:-(?P<m1>\d{1,2})(?:-(?P<d1>\d{1,2}))?|/(?P<m2>\d{1,2})(?:/(?P<d2>\d{1,2}))?"
    r"|年(?P<m3>\d{1,2})月(?:(?P<d3>\d{1,2})日)?)"
)
_TIME = re.compile(r"(?P<h>\d{1,4}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2}(?:\.\d+)?))?|(?P<h2>\d{1,2})时(?P<m2>\d{1,2})分")


def parse_date_text(text: str) -> float | None:
    """Return the serial (with the time as a fraction) that Excel reads from `text` in zh-CN, or None.

    Read are 2024-1-2, 2024/1/2, 2024年1月2日, each also without the day (the 1st), optionally followed by a time, and a
    time alone. A date without a year would depend on today and is not read.

    >>> [parse_date_text(text) for text in ("2024年1月2日", "2024-1", "12:00", "2024.1.2")]
    [45293, 45292, 0.5, None]
    """
    match = _DATE.match(text)
    if match is None:
        return _parse_time(text)
    rest = text[match.end() :]
    day_number = _day(match)
    if day_number is None or not rest:
        return day_number
    if not rest[0].isspace():
        return None
    fraction = _parse_time(rest.strip())
    return None if fraction is None or fraction >= 1 else day_number + fraction


def _day(match: re.Match[str]) -> int | None:
    year, month = int(match["y"]), int(match["m1"] or match["m2"] or match["m3"])
    day = int(match["d1"] or match["d2"] or match["d3"] or 1)
    if len(match["y"]) == 2:
        year += 2000 if year < 30 else 1900
    if year < 1900 or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return serial(year, month, day)


def _parse_time(text: str) -> float | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes = int(match["h"] or match["h2"]), int(match["m"] or match["m2"])
    seconds = float(match["s"] or 0)
    if minutes > 59 or seconds >= 60 or hours > 9999:
        return None
    return (hours * 3600 + minutes * 60 + seconds) / 86400
