"""Excel's calendar: serial numbers of days and moments, for both date systems; the one place that knows where they begin.

In the 1900 system 1 is 1900-01-01 and 60 the 29 February 1900 that never was, kept for formulas; in the 1904 system 0 is
1904-01-01. Called by `dates`, which says what is wrong in words, by `spreadsheet` and `sources`, and by `formula`, for which
it also reads the texts that Excel takes for days and times when they are calculated with.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

# 9999-12-31.
MAX_SERIAL = 2958465

# The 1904 system begins so many days later.
OFFSET_1904 = 1462

FALSE_LEAP_DAY = 60
_EPOCH = datetime(1899, 12, 30)
_BEFORE_EPOCH = _EPOCH.toordinal()

_DATE = re.compile(
    r"(?P<y>\d{4}|\d{2})(?:-(?P<m1>\d{1,2})(?:-(?P<d1>\d{1,2}))?|/(?P<m2>\d{1,2})(?:/(?P<d2>\d{1,2}))?"
    r"|年(?P<m3>\d{1,2})月(?:(?P<d3>\d{1,2})日)?)"
)
_TIME = re.compile(r"(?P<h>\d{1,4}):(?P<m>\d{1,2})(?::(?P<s>\d{1,2}(?:\.\d+)?))?|(?P<h2>\d{1,2})时(?P<m2>\d{1,2})分")


def days_in_month(year: int, month: int) -> int:
    """Return the number of days, with Excel's 29 for February 1900."""
    if month == 2:
        return 29 if year == 1900 or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def serial(year: int, month: int, day: int) -> int:
    """Return the serial of a day of Excel's calendar, in the 1900 system; less than 1 before 1900.

    >>> serial(1900, 2, 29), serial(1900, 3, 1), serial(2024, 1, 1)
    (60, 61, 45292)
    """
    if (year, month, day) == (1900, 2, 29):
        return FALSE_LEAP_DAY
    number = date(year, month, day).toordinal() - _BEFORE_EPOCH
    return number if number > FALSE_LEAP_DAY else number - 1


@lru_cache(maxsize=1024)
def civil(number: int) -> tuple[int, int, int]:
    """Return year, month, day of a serial from 0 to MAX_SERIAL; 0 is 1900-01-00, as Excel shows it."""
    if number == 0:
        return 1900, 1, 0
    if number == FALSE_LEAP_DAY:
        return 1900, 2, 29
    day = date.fromordinal(number + _BEFORE_EPOCH + (number < FALSE_LEAP_DAY))
    return day.year, day.month, day.day


def weekday(number: int) -> int:
    """Return 0 for Sunday to 6 for Saturday, as Excel counts it (before 1900-03-01 one off the real calendar)."""
    return (number + 6) % 7


def moment(number: float, *, date1904: bool = False) -> datetime:
    """Return the moment of a serial from 0 to MAX_SERIAL, to the millisecond; the days up to the false leap day one later.

    >>> moment(45292.5), moment(1), moment(43830, date1904=True)
    (datetime.datetime(2024, 1, 1, 12, 0), datetime.datetime(1900, 1, 1, 0, 0), datetime.datetime(2024, 1, 1, 0, 0))
    """
    if date1904:
        return _EPOCH + timedelta(days=OFFSET_1904, milliseconds=round(number * 86_400_000))
    return _EPOCH + timedelta(milliseconds=round((number + 1 if number < FALSE_LEAP_DAY else number) * 86_400_000))


def iso_moment(text: str) -> date | datetime:
    """Return the day, or the moment, that files write the ISO way; finer than a microsecond is cut. Raises ValueError.

    >>> iso_moment("2024-01-01"), iso_moment("2024-01-01T08:30:00.000000000")
    (datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1, 8, 30))
    """
    return day_of(datetime.fromisoformat(text.removesuffix("Z")[:26]))


def day_of(found: datetime) -> date | datetime:
    """Return a moment at midnight as the day alone, any other as it is."""
    return found.date() if found.time() == datetime.min.time() else found


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
