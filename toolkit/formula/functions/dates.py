"""The date functions, over Excel's serial numbers (see `values.serials`); a date outside 1900 to 9999 is #NUM!."""

from __future__ import annotations

from math import floor

from toolkit.formula.coerce import Number
from toolkit.formula.functions.lifting import lift
from toolkit.values.errors import NUM, VALUE, ErrorValue
from toolkit.values.serials import MAX_SERIAL, civil, days_in_month, parse_date_text, serial
from toolkit.values.serials import weekday as day_of_week


def _date(year: int, month: int, day: int) -> int | ErrorValue:
    """DATE: years below 1900 are counted from 1900; months and days may run over in both directions."""
    if not 0 <= year <= 9999:
        return NUM
    years, month_index = divmod(month - 1, 12)
    year += years + (1900 if year < 1900 else 0)
    if not 1899 <= year <= 9999:
        return NUM
    first = serial(year, month_index + 1, 1)
    number = first + day - 1
    return number if 0 <= number <= MAX_SERIAL else NUM


def _day_number(number: Number) -> int | ErrorValue:
    return floor(number) if 0 <= number < MAX_SERIAL + 1 else NUM


def part_of_day(index: int, number: Number) -> int | ErrorValue:
    """The year (0), month (1) or day (2) of a day."""
    day = _day_number(number)
    return day if isinstance(day, ErrorValue) else civil(day)[index]


def _shifted(number: Number, months: int) -> tuple[int, int, int] | ErrorValue:
    """Return year, month and the old day of the month, `months` later; #NUM! outside the calendar."""
    start = _day_number(number)
    if isinstance(start, ErrorValue):
        return start
    year, month, day = civil(start)
    years, month_index = divmod(month - 1 + months, 12)
    return (year + years, month_index + 1, day) if 1900 <= year + years <= 9999 else NUM


def _edate(number: Number, months: int) -> int | ErrorValue:
    target = _shifted(number, months)
    if isinstance(target, ErrorValue):
        return target
    year, month, day = target
    return serial(year, month, 1) - 1 + min(day, days_in_month(year, month))


def _eomonth(number: Number, months: int) -> int | ErrorValue:
    target = _shifted(number, months)
    if isinstance(target, ErrorValue):
        return target
    year, month, _ = target
    return serial(year, month, days_in_month(year, month))


def _datevalue(text: str) -> int | ErrorValue:
    number = parse_date_text(text.strip())
    return VALUE if number is None else floor(number)


def _weekday(number: Number, kind: int = 1) -> int | ErrorValue:
    """WEEKDAY; kind 1: Sunday is 1, kind 2: Monday is 1, kind 3: Monday is 0, kinds 11 to 17: Monday … Sunday is 1."""
    day = _day_number(number)
    if isinstance(day, ErrorValue):
        return day
    sunday_first = day_of_week(day)
    if kind == 3:
        return (sunday_first - 1) % 7
    first = {1: 0, 2: 1}.get(kind, kind - 10 if 11 <= kind <= 17 else None)
    return NUM if first is None else (sunday_first - first) % 7 + 1


date = lift("iii", _date)
year = lift("n", lambda number: part_of_day(0, number))
month = lift("n", lambda number: part_of_day(1, number))
day = lift("n", lambda number: part_of_day(2, number))
edate = lift("ni", _edate)
eomonth = lift("ni", _eomonth)
datevalue = lift("t", _datevalue)
weekday = lift("ni", _weekday)
