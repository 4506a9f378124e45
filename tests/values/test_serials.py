"""Excel's calendar against the real one, day by day where they agree, and the texts that Excel takes for days and times."""

from __future__ import annotations

import calendar
from datetime import date, datetime, timedelta

import pytest

from toolkit.values.serials import MAX_SERIAL, civil, days_in_month, iso_moment, moment, parse_date_text, serial, weekday

FIRST = date(1900, 3, 1)


def test_every_day_agrees_with_the_real_calendar_after_the_false_leap_day() -> None:
    for number in range(61, 61 + 366 * 200):
        day = FIRST + timedelta(days=number - 61)
        assert civil(number) == (day.year, day.month, day.day)
        assert serial(day.year, day.month, day.day) == number
        assert weekday(number) == (day.weekday() + 1) % 7
        assert moment(number) == datetime(day.year, day.month, day.day)


def test_the_first_sixty_days_are_excels_own() -> None:
    assert [civil(number) for number in (0, 1, 31, 32, 59, 60, 61)] == [
        (1900, 1, 0), (1900, 1, 1), (1900, 1, 31), (1900, 2, 1), (1900, 2, 28), (1900, 2, 29), (1900, 3, 1),
    ]  # fmt: skip
    assert [moment(number).date() for number in (1, 59, 60, 61)] == [
        date(1900, 1, 1), date(1900, 2, 28), date(1900, 2, 28), date(1900, 3, 1),
    ]  # fmt: skip
    assert [weekday(number) for number in (1, 7, 8)] == [0, 6, 0]
    assert civil(MAX_SERIAL) == (9999, 12, 31)


def test_days_in_month() -> None:
    for year in range(1901, 2200):
        assert [days_in_month(year, month) for month in range(1, 13)] == [calendar.monthrange(year, month)[1] for month in range(1, 13)]
    assert days_in_month(1900, 2) == 29


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2024-12-31", serial(2024, 12, 31)),
        ("2024-12-32", None),
        ("2024-13-1", None),
        ("2024-0-1", None),
        ("2024-1-0", None),
        ("1899-12-31", None),
        ("1900-1-1", 1),
        ("29-1-1", serial(2029, 1, 1)),
        ("30-1-1", serial(1930, 1, 1)),
        ("2024-1-2 18:00", serial(2024, 1, 2) + 0.75),
        ("2024-1-2   6:00", serial(2024, 1, 2) + 0.25),
        ("2024-1-2\t23:59:59", serial(2024, 1, 2) + 86399 / 86400),
        ("2024-1-2 24:00", None),
        ("2024-1-2 25:00", None),
        ("2024-1-218:00", None),
        ("2024-1-2x", None),
        ("2024-1-2 早上", None),
        ("24:00", 1),
        ("9999:59:59", (9999 * 3600 + 59 * 60 + 59) / 86400),
        ("1:60", None),
        ("1:59", 119 / 1440),
        ("0:0:59.5", 59.5 / 86400),
        ("0:0:60", None),
        ("8时30分", 510 / 1440),
        ("8时60分", None),
    ],
)
def test_parse_date_text(text: str, number: float | None) -> None:
    assert parse_date_text(text) == number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-01-01T08:30:00.123456Z", datetime(2024, 1, 1, 8, 30, 0, 123456)),
        ("2024-01-01T08:30:00.1234567890", datetime(2024, 1, 1, 8, 30, 0, 123456)),
        ("2024-01-01T00:00:00", date(2024, 1, 1)),
    ],
)
def test_iso_moment(text: str, found: date) -> None:
    assert iso_moment(text) == found
