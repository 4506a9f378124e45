"""Dates: every way of writing a day gives that day; a missing part is never guessed."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.values.dates import DateError, from_serial, parse_date, parse_year, to_serial
from toolkit.values.errors import ERROR_VALUES

DAYS = st.dates(date(1900, 3, 1), date(2199, 12, 31))
NEW_YEAR = date(2024, 1, 1)


@pytest.mark.parametrize(
    "cell",
    [NEW_YEAR, datetime(2024, 1, 1, 18, 30), 45292, 45292.0, 45292.99, 20240101, 20240101.0, "45292", "2024-01-01",
     "2024/1/1", "2024.1.1", "2024.01.01", "2024年1月1日", "2024年1月1号", "2024年01月01日", "2024 年 1 月 1 日",
     "20240101", "２０２４－０１－０１", "2024-01-01 00:00:00", "2024/1/1 0:00", "2024-01-01T00:00:00",
     "2024-01-01T08:30:00.000Z", "2024-01-01T08:30:00+08:00", "2024年1月1日 8时30分", "'2024-01-01", "2024- 01 -01",
     "2024–01–01", "2024、1、1", "2024.1.1。", "\u200b2024-1-1_x000D_\n"],
)  # fmt: skip
def test_parse_date(cell: object) -> None:
    assert parse_date(cell) == NEW_YEAR


@pytest.mark.parametrize("blank", [None, "", " \n", "\u3000"])
def test_blank_is_none(blank: str | None) -> None:
    assert parse_date(blank) is None
    assert parse_year(blank) is None


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("2024.07", "“2024.07”缺少日。请写完整的年月日，如 2024-01-01。"),
        (2024.07, "“2024.07”缺少日。请写完整的年月日，如 2024-01-01。"),
        ("2024年7月", "“2024年7月”缺少日。请写完整的年月日，如 2024-01-01。"),
        ("2024-7", "“2024-7”缺少日。请写完整的年月日，如 2024-01-01。"),
        ("202407", "“202407”缺少日。请写完整的年月日，如 2024-01-01。"),
        (202407, "“202407”缺少日。请写完整的年月日，如 2024-01-01。"),
        (2024, "“2024”缺少月和日。请写完整的年月日，如 2024-01-01。"),
        (datetime(1905, 7, 16), "“2024”缺少月和日。请写完整的年月日，如 2024-01-01。"),
        (date(1905, 7, 18), "“2026”缺少月和日。请写完整的年月日，如 2024-01-01。"),
        ("2024年", "“2024年”缺少月和日。请写完整的年月日，如 2024-01-01。"),
        ("2024-02-30", "“2024-02-30”这一天不存在。请核对后写成如 2024-01-01 的日期。"),
        ("2023年2月29日", "“2023年2月29日”这一天不存在。请核对后写成如 2024-01-01 的日期。"),
        ("20241301", "“20241301”这一天不存在。请核对后写成如 2024-01-01 的日期。"),
        ("24-1-1", "“24-1-1”的年份不完整，或年不在最前。请按年、月、日的顺序写，年份四位，如 2024-01-01。"),
        ("1/2/2024", "“1/2/2024”的年份不完整，或年不在最前。请按年、月、日的顺序写，年份四位，如 2024-01-01。"),
        ("2024-01-01至2024-12-31", "“2024-01-01至2024-12-31”里不止一个日期。请只写一个，如 2024-01-01。"),
        ("2024年底", "“2024年底”不是日期。请写成如 2024-01-01 的日期。"),
        ("-", "“-”不是日期。请写成如 2024-01-01 的日期。"),
        (True, "“TRUE”不是日期。请写成如 2024-01-01 的日期。"),
        (1, "“1”表示 1900-01-01，不像是项目的日期。请核对后写成如 2024-01-01 的日期。"),
        ("1024-01-01", "“1024-01-01”表示 1024-01-01，不像是项目的日期。请核对后写成如 2024-01-01 的日期。"),
        (date(2200, 1, 1), "“2200-01-01”表示 2200-01-01，不像是项目的日期。请核对后写成如 2024-01-01 的日期。"),
        (date(1899, 12, 31), "“1899-12-31”表示 1899-12-31，不像是项目的日期。请核对后写成如 2024-01-01 的日期。"),
        (-5, "数字 -5 不是 Excel 的日期。请写成如 2024-01-01 的日期。"),
        (float("nan"), "数字 nan 不是 Excel 的日期。请写成如 2024-01-01 的日期。"),
        (ERROR_VALUES["#VALUE!"], "这里显示 #VALUE!，公式算不出结果，不是日期。请直接填日期，如 2024-01-01。"),
    ],
)
def test_what_is_not_a_date_is_refused_with_advice(cell: object, message: str) -> None:
    with pytest.raises(DateError) as refused:
        parse_date(cell)
    assert str(refused.value) == message


@given(DAYS)
def test_every_spelling_reads_back(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    for spelling in (
        day.isoformat(),
        f"{year}/{month}/{number}",
        f"{year}.{month}.{number}",
        f"{year}年{month}月{number}日",
        f"{year} 年 {month:02} 月 {number:02} 号",
        f"{year}{month:02}{number:02}",
        f"{day.isoformat()} 00:00:00",
        f"{day.isoformat()}T23:59:59",
        day.isoformat().translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    ):
        assert parse_date(spelling) == day


ONES = ["", *"一二三四五六七八九"]
NUMBERS = [*ONES, *("十" + one for one in ONES), *("二十" + one for one in ONES), "三十", "三十一"]


@given(DAYS)
def test_days_in_chinese_numerals(day: date) -> None:
    for digits in ("〇一二三四五六七八九", "○一二三四五六七八九", "零一二三四五六七八九"):
        year = "".join(digits[int(digit)] for digit in str(day.year))
        assert parse_date(f"{year}年{NUMBERS[day.month]}月{NUMBERS[day.day]}日") == day
    assert parse_date(f"{day.year}年{'元' if day.month == 1 else NUMBERS[day.month]}月{day.day}号") == day


@pytest.mark.parametrize(
    "written",
    [
        "二〇二六年十三月一日",
        "二〇二六年二月三十日",
        "二〇二六年一月三十二日",
        "二〇二六年一月",
        "一月一日",
        "二〇二六年初",
        "二六年一月一日",
    ],
)
def test_what_is_no_day_in_chinese_numerals_is_refused(written: str) -> None:
    with pytest.raises(DateError):
        parse_date(written)


@given(st.dates(date(1906, 1, 1), date(2199, 12, 31)), st.floats(0, 0.999), st.booleans())
def test_serials_read_back(day: date, time: float, date1904: bool) -> None:
    serial = to_serial(day, date1904=date1904)
    assert from_serial(serial + time, date1904) == day
    if not 1900 <= serial < 2200:
        assert parse_date(serial, date1904=date1904) == day
        assert parse_date(float(serial), date1904=date1904) == day


def test_serials_are_excels() -> None:
    known = {
        date(1900, 1, 1): 1,
        date(1900, 2, 28): 59,
        date(1900, 3, 1): 61,
        NEW_YEAR: 45292,
        date(9999, 12, 31): 2958465,
    }
    assert {day: to_serial(day) for day in known} == known
    assert {day: from_serial(serial) for day, serial in known.items()} == {day: day for day in known}
    assert to_serial(date(1904, 1, 1), date1904=True) == 0
    assert parse_date(45292 - 1462, date1904=True) == NEW_YEAR


@pytest.mark.parametrize("serial", [0, -1, 60, 60.5, 2958466, float("inf")])
def test_serials_that_are_no_day(serial: float) -> None:
    with pytest.raises(DateError):
        from_serial(serial)


@pytest.mark.parametrize(("day", "date1904"), [(date(1899, 12, 31), False), (date(1903, 12, 31), True)])
def test_days_before_excel(day: date, date1904: bool) -> None:
    with pytest.raises(DateError):
        to_serial(day, date1904=date1904)


@pytest.mark.parametrize(
    "cell",
    [
        2024,
        2024.0,
        "2024",
        "2024.0",
        "（2024年度）",
        "(2024年度)",
        "2024 年 度",
        "２０２４年度",
        "2024年",
        "（\n2024\n年度）",
        "二〇二四年度",
        "（2024）年度",
        "填报年度：2024",
        "预算年度：2024年",
        "2024财政年度",
        "（2024预算年度）",
    ],
)
def test_parse_year(cell: object) -> None:
    assert parse_year(cell) == 2024


@pytest.mark.parametrize("unfilled", ["（年度）", "(    年度)", "（____年度）", "年度"])
def test_a_year_never_filled_in_is_blank(unfilled: str) -> None:
    assert parse_year(unfilled) is None


@pytest.mark.parametrize("cell", [24, 2024.5, 45292, "24年度", "2024-2025年度", "2024年度预算", "本年", float("nan"), NEW_YEAR])
def test_what_is_not_a_year_is_refused(cell: object) -> None:
    with pytest.raises(DateError) as refused:
        parse_year(cell)
    assert str(refused.value) == f"“{cell}”不是年度。请写四位数的年份，如 2024。"


def test_a_logical_value_is_shown_as_excel_shows_it() -> None:
    with pytest.raises(DateError) as refused:
        parse_year(True)
    assert (refused.value.text, str(refused.value)) == ("TRUE", "“TRUE”不是年度。请写四位数的年份，如 2024。")


@pytest.mark.parametrize("year", [1900, 2199])
def test_first_and_last_year(year: int) -> None:
    assert [parse_year(year), parse_year(float(year)), parse_date(date(year, 12, 31))] == [year, year, date(year, 12, 31)]


def test_a_serial_as_text_follows_the_workbooks_system() -> None:
    assert parse_date("45292", date1904=True) == date(2028, 1, 2)


def test_an_error_value_keeps_its_code() -> None:
    with pytest.raises(DateError) as refused:
        parse_date(ERROR_VALUES["#VALUE!"])
    assert refused.value.text == "#VALUE!"
