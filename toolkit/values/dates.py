"""Dates and years: whatever a cell holds → `date` or a year, and Excel's serial numbers both ways.

In: cell values (dates, serial numbers, text, None, error values). Out: dates, or DateError with a Chinese message for
the person who wrote the cell; a month without a day is an error and never guessed. None is a blank cell. Called by
`reading` for every date field and the form's year, by `formula` for Excel's date functions.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date, datetime

from toolkit.values.errors import ErrorValue
from toolkit.values.serials import FALSE_LEAP_DAY, MAX_SERIAL, OFFSET_1904, civil, serial
from toolkit.values.text import clean_text, half_width, squeeze

_FIRST_DATE = date(1900, 3, 1)
FIRST_YEAR, LAST_YEAR = 1900, 2199

_DASH = r"[-/.、–—−_]"
_TIME = r"(?:(?:T|\s+)\d{1,2}[:时]\d{1,2}(?:[:分](?:\d{1,2}(?:\.\d+)?)?秒?)?\s*(?:Z|[-+]\d{2}:?\d{2})?)?"
_WRITTEN = re.compile(rf"(\d{{4}})\s*{_DASH}\s*(\d{{1,2}})\s*{_DASH}\s*(\d{{1,2}})(?:\s*[日号])?{_TIME}", re.IGNORECASE)
_CHINESE = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]?(?:\d{1,2}[:时]\d{1,2}(?:[:分](?:\d{1,2})?秒?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_ONLY = re.compile(rf"\d{{4}}(?:{_DASH}|年)\d{{1,2}}月?份?|(?:19|20|21)\d\d(?:0[1-9]|1[0-2])")
_YEAR_ONLY = re.compile(r"(?:19|20|21)\d\d年?度?")
_SHORT_YEAR = re.compile(rf"\d{{2}}(?:{_DASH}|年)\d{{1,2}}(?:{_DASH}|月)\d{{1,2}}[日号]?|\d{{1,2}}{_DASH}\d{{1,2}}{_DASH}\d{{4}}")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")

_DIGITS = "〇○零一二三四五六七八九"
_CHINESE_DIGITS = str.maketrans(_DIGITS, "000123456789")
_CHINESE_YEAR = re.compile(rf"[一二][{_DIGITS}]{{3}}(?=年)")
_IN_CHINESE = re.compile(
    "(?:十[一二三四五六七八九]?|[一二三四五六七八九元])(?=月)|(?:[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?=[日号])"
)

# A year in a text; one of two that a span has is not the form's.
_TO, _OF, _MAY_SAY = "[-–—~至到]", r"((?:19|20|21)\d\d)", re.compile(r"[\d年]")
_YEARS_SAID = (
    re.compile(rf"(?<!\d)(?<!{_TO}){_OF}年度|年度:{_OF}(?!\d|{_TO})"),
    re.compile(rf"(?<!\d)(?<!{_TO}){_OF}年(?!\d{{1,2}}月|{_TO}{{1,2}}\d)"),
)
_YEAR = re.compile(r"\(?(?:[^\d()]{0,4}年度:)?\(?((?:19|20|21)\d\d)(?:\.0+)?\)?(?:年度?|(?:财政|预算)年度|财年)?\)?")
_NO_YEAR = re.compile(r"\(?_*年?度?\)?")


class DateError(ValueError):
    """The cell holds something that is not a date (or year); `text` is what was found, the message what to write."""

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


def parse_date(value: object, *, date1904: bool = False) -> date | None:
    """Return `value` as a date, or None for a blank cell. The time of day is dropped.

    Numbers are Excel serials (of the 1904 system when `date1904`), or a date typed as the number 20240101.

    Raises DateError, with the text as found, for a missing day or month, a day that does not exist, a year of two
    digits, several dates, words, and anything outside 1900-03-01 to 2199-12-31.

    >>> parse_date("2024年1月1号"), parse_date("2024.1.1"), parse_date("２０２４－０１－０１"), parse_date("20240101")
    (datetime.date(2024, 1, 1), datetime.date(2024, 1, 1), datetime.date(2024, 1, 1), datetime.date(2024, 1, 1))
    >>> parse_date(45292), parse_date(43830, date1904=True), parse_date("2024-01-01T00:00:00"), parse_date("")
    (datetime.date(2024, 1, 1), datetime.date(2024, 1, 1), datetime.date(2024, 1, 1), None)
    >>> parse_date("2024年7月")
    Traceback (most recent call last):
    toolkit.values.dates.DateError: “2024年7月”缺少日。请写完整的年月日，如 2024-01-01。
    >>> parse_date("2024-02-30")
    Traceback (most recent call last):
    toolkit.values.dates.DateError: “2024-02-30”这一天不存在。请核对后写成如 2024-01-01 的日期。
    """
    if value is None:
        return None
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value

        # A year typed into a cell that shows dates: Excel makes a day of 1905 of it.
        year = serial(day.year, day.month, day.day)
        return _parse_number(year, date1904=False) if FIRST_YEAR <= year <= LAST_YEAR else _plausible(day, str(value))
    if isinstance(value, str):
        return _parse_text(value, date1904)
    if isinstance(value, ErrorValue):
        raise DateError(value.code, f"这里显示 {value.code}，公式算不出结果，不是日期。请直接填日期，如 2024-01-01。")
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise DateError(_shown(value), f"“{_shown(value)}”不是日期。请写成如 2024-01-01 的日期。")
    return _parse_number(value, date1904)


def to_serial(day: date, *, date1904: bool = False) -> int:
    """Return Excel's serial number of a date. Raises DateError for dates before the system's first day.

    >>> to_serial(date(2024, 1, 1)), to_serial(date(1900, 1, 1)), to_serial(date(2024, 1, 1), date1904=True)
    (45292, 1, 43830)
    """
    number = serial(day.year, day.month, day.day) - (OFFSET_1904 if date1904 else 0)
    if number < 0 or (number == 0 and not date1904):
        raise DateError(str(day), f"{day} 早于 Excel 能表示的第一天。")
    return number


def from_serial(number: float, date1904: bool = False) -> date:
    """Return the date of an Excel serial number, its time of day dropped.

    Raises DateError for what Excel cannot show as a date, and for serial 60, its 29 February 1900.

    >>> from_serial(45292.75), from_serial(1), from_serial(0, date1904=True)
    (datetime.date(2024, 1, 1), datetime.date(1900, 1, 1), datetime.date(1904, 1, 1))
    """
    if math.isfinite(number):
        days = math.floor(number) + (OFFSET_1904 if date1904 else 0)
        if 1 <= days <= MAX_SERIAL and days != FALSE_LEAP_DAY and number >= 0:
            return date(*civil(days))
    raise DateError(str(number), f"数字 {number} 不是 Excel 的日期。请写成如 2024-01-01 的日期。")


def later(day: date, years: int) -> date | None:
    """Return the same day so many years later, 29 February as the 28th where there is none; None beyond what a form's dates can be.

    >>> later(date(2024, 2, 29), 1), later(date(2024, 2, 29), 4), later(date(2026, 12, 31), 1), later(date(2199, 1, 1), 1)
    (datetime.date(2025, 2, 28), datetime.date(2028, 2, 29), datetime.date(2027, 12, 31), None)
    """
    if not FIRST_YEAR < day.year + years <= LAST_YEAR:
        return None
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def chinese_years(text: str) -> str:
    """Return `text` with the years in Chinese numerals in digits.

    >>> chinese_years("二〇二四年项目支出绩效目标申报表")
    '2024年项目支出绩效目标申报表'
    """
    return _CHINESE_YEAR.sub(lambda found: found[0].translate(_CHINESE_DIGITS), text)


def year_said(texts: Iterable[str]) -> tuple[int, str] | None:
    """Return the number of the first text that says which year a form is for, and that year; None where none says one.

    A year with 年度 anywhere goes before one without; a text that names several says nothing, nor does a span of years, nor a month.

    >>> year_said(["2025年12月编报", "2026年项目支出绩效目标申报表"]), year_said(["2026-2028年项目"]), year_said(["二〇二六年预算表"])
    ((1, '2026'), None, (0, '2026'))
    >>> year_said(["2025年度决算、2026年度预算附表"]), year_said(["县级项目（2025年报送）", "预算年度：2026"])
    (None, (1, '2026'))
    """
    written = [(number, chinese_years(squeeze(half_width(text)))) for number, text in enumerate(texts) if _MAY_SAY.search(text)]
    for pattern in _YEARS_SAID:
        for number, text in written:
            found = {next(filter(None, each.groups())) for each in pattern.finditer(text)}
            if len(found) == 1:
                return number, found.pop()
    return None


def date_in_digits(text: str) -> str:
    """Return a date in Chinese numerals (二〇二四年十二月三十一日, 2024年元月1日) in digits, any other text as it is."""
    if "年" not in text or text.isascii():
        return text
    return _IN_CHINESE.sub(lambda found: str(_small(found[0])), chinese_years(text))


def parse_year(value: object) -> int | None:
    """Return the year of a form, written as 2024, 2024.0, "2024", "（2024年度）", "预算年度：2024" or "二〇二四年度"; None for a blank.

    A label whose year was never filled in, "（  年度）", counts as blank. Raises DateError for anything else.

    >>> parse_year(2024.0), parse_year("（2024年度）"), parse_year("２０２４ 年 度"), parse_year("（　　年度）")
    (2024, 2024, 2024, None)
    """
    if value is None:
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value == value and FIRST_YEAR <= value <= LAST_YEAR and value == int(value):
            return int(value)
    elif isinstance(value, str):
        written = squeeze(half_width(clean_text(value))).translate(_CHINESE_DIGITS)
        if _NO_YEAR.fullmatch(written):
            return None
        if year := _YEAR.fullmatch(written):
            return int(year[1])
    raise DateError(_shown(value), f"“{_shown(value)}”不是年度。请写四位数的年份，如 2024。")


def is_year(value: object) -> bool:
    """Return whether a value says the year of a form; a blank one says none.

    >>> is_year("（2026年度）"), is_year(""), is_year("公园养护")
    (True, False, False)
    """
    try:
        return parse_year(value) is not None
    except DateError:
        return False


def _shown(value: object) -> str:
    """Return a value as Excel shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def _parse_number(number: int | float, date1904: bool) -> date:
    shown = _shown(number)

    # 2024.07 typed into Excel is the number 2024.07, not a day in 1905.
    if FIRST_YEAR <= number < LAST_YEAR + 1:
        missing = "月和日" if number == int(number) else "日"
        raise DateError(shown, f"“{shown}”缺少{missing}。请写完整的年月日，如 2024-01-01。")
    if _COMPACT.fullmatch(shown) or _MONTH_ONLY.fullmatch(shown):
        return _read_text(shown, shown)
    return _plausible(from_serial(number, date1904), shown)


def _parse_text(text: str, date1904: bool) -> date | None:
    cleaned = clean_text(text)
    if not cleaned:
        return None
    written = half_width(cleaned).rstrip("。.,;、 ")
    if _SERIAL.fullmatch(written):
        return _plausible(from_serial(float(written), date1904), cleaned)
    return _read_text(written, cleaned)


def _read_text(written: str, found: str) -> date:
    squeezed = date_in_digits(squeeze(written))
    parts = _WRITTEN.fullmatch(written) or _CHINESE.fullmatch(squeezed) or _COMPACT.fullmatch(squeezed)
    if parts is None:
        raise DateError(found, _explain(squeezed, found))
    try:
        day = date(int(parts[1]), int(parts[2]), int(parts[3]))
    except ValueError:
        raise DateError(found, f"“{found}”这一天不存在。请核对后写成如 2024-01-01 的日期。") from None
    return _plausible(day, found)


def _small(written: str) -> int:
    """Return a numeral from 一 to 三十九; 元 is the first month."""
    tens, ten, ones = written.rpartition("十")
    digit = int(ones.translate(_CHINESE_DIGITS)) if ones and ones != "元" else int(ones == "元")
    return digit + (10 * int(tens.translate(_CHINESE_DIGITS) or 1) if ten else 0)


def _explain(squeezed: str, found: str) -> str:
    if _MONTH_ONLY.fullmatch(squeezed):
        return f"“{found}”缺少日。请写完整的年月日，如 2024-01-01。"
    if _YEAR_ONLY.fullmatch(squeezed):
        return f"“{found}”缺少月和日。请写完整的年月日，如 2024-01-01。"
    if _SHORT_YEAR.fullmatch(squeezed):
        return f"“{found}”的年份不完整，或年不在最前。请按年、月、日的顺序写，年份四位，如 2024-01-01。"
    if len(re.findall(r"\d{4}(?:[-/.年]|\d{4})", squeezed)) > 1:
        return f"“{found}”里不止一个日期。请只写一个，如 2024-01-01。"
    return f"“{found}”不是日期。请写成如 2024-01-01 的日期。"


def _plausible(day: date, found: str) -> date:
    if day >= _FIRST_DATE and day.year <= LAST_YEAR:
        return day
    raise DateError(found, f"“{found}”表示 {day}，不像是项目的日期。请核对后写成如 2024-01-01 的日期。")
