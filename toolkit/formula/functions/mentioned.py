"""Figures, dates and doubled words in running text, for rules marked 仅批量审核: 写明的数, 目标数相符, 日期不存在, 日期在期间, 有叠字.

A figure is Arabic or Chinese digits with its unit behind it; a date has a year and may lack month and day. Called by
`signatures`; everything is worked out from the text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.formula.functions.lifting import lift
from toolkit.values.dates import date_in_digits
from toolkit.values.serials import days_in_month, serial

_DIGITS = "〇零一二三四五六七八九"
_VALUES = {**{digit: max(place - 1, 0) for place, digit in enumerate(_DIGITS)}, "两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10_000, "亿": 100_000_000}
_FIGURE = re.compile(r"(?<![\d.])(\d+(?:,\d{3})*(?:\.\d+)?|[一二三四五六七八九两十百千]+)\s*(万|亿)?余?\s*")
_PEOPLE = frozenset(("人", "名", "位"))
_DATE = re.compile(r"(?<!\d)(20\d{2})(?:年|[-/.](?=\d))(?:度)?(?:(\d{1,2})(?:月|[-/.](?=\d)|(?!\d))(?:(\d{1,2})(?!\d))?)?")
_DAY = re.compile(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]")
_TWICE = re.compile(r"([^\W\d_每]{2,3})\1")
_LEAP_YEAR = 2024
_NEAR = 14
_PERCENT = ("%", "％", "百分数", "百分比")
_TIMES = ("秒", "分钟", "小时", "天", "日", "工作日", "个工作日", "周", "月", "个月", "季度", "年")


def _chinese(text: str) -> int:
    """Return what Chinese digits below 10,000 say.

    >>> _chinese("二百"), _chinese("十二"), _chinese("两")
    (200, 12, 2)
    """
    total = digit = 0
    for char in text:
        if char in _STEPS:
            total += (digit or 1) * _STEPS[char]
            digit = 0
        else:
            digit = _VALUES[char]
    return total + digit


def _figures(text: str, unit: str) -> Iterator[tuple[int, float]]:
    """Yield where a figure of this unit begins in the text and how much it is; of people, 名 and 位 are 人."""
    scale, wanted = _scaled(unit)
    if not wanted or (wanted not in text and not (wanted in _PEOPLE and _PEOPLE.intersection(text))):
        return
    for match in _FIGURE.finditer(text):
        end = match.end()
        same = text.startswith(wanted, end) or (wanted in _PEOPLE and text[end : end + 1] in _PEOPLE)
        if not same or (wanted + "次" != unit and text.startswith("次", end + len(wanted)) and not wanted.endswith("次")):
            continue
        number = match.group(1)
        value = float(number.replace(",", "")) if number[0].isdigit() else float(_chinese(number))
        yield match.start(), round(value * _SCALES.get(match.group(2) or "", 1) / scale, 6)


def _scaled(unit: str) -> tuple[int, str]:
    for mark, scale in _SCALES.items():
        if unit.startswith(mark) and len(unit) > 1:
            return scale, unit[1:]
    return 1, unit


def _written(text: str, unit: str) -> object:
    """Return the first figure of this unit from two on in `text`, "" where there is none.

    >>> _written("非遗进校园（3所）", "所"), _written("排查排污口二百余个", "个"), _written("惠及群众1.2万人", "人")
    (3.0, 200.0, 12000.0)
    """
    return next((value for _, value in _figures(text, unit) if value * _scaled(unit)[0] >= 2), "")


def _agrees(goal: str, name: str, value: float, unit: str) -> bool:
    """Return whether the goal says the same figure as an indicator, or none about it.

    About it is a figure of the same unit that stands close behind words of the indicator's name, of a percentage also behind the
    name's last word, of a time behind its last two, in a sentence that tells of the same thing (合格率 of something else is another figure); one equal figure is enough.

    >>> _agrees("补建路灯210盏，消除盲区。", "补建路灯", 180, "盏"), _agrees("补建路灯180盏。", "补建路灯", 180, "盏")
    (False, True)
    """
    near = [(re.split("[。；！\n]", goal[:place])[-1], figure) for place, figure in _figures(goal, unit)]
    last = name[-2:] if unit in _PERCENT else name[-4:] if unit in _TIMES else ""
    about = [figure for sentence, figure in near if _tells_of(name, last, sentence)]
    return not about or any(abs(figure - value) < 1e-6 for figure in about)


def _tells_of(name: str, last: str, sentence: str) -> bool:
    """Return whether what a sentence says last is about the indicator: words of its name close by, and of what it is measured on."""
    words = re.split("[，、]", sentence)[-1][-_NEAR:]
    if last not in words or not _share(_pairs(name), words):
        return False
    end = next((length for length in range(len(name), 0, -1) if name[-length:] in words), 0)
    thing = _pairs(name[: len(name) - end])
    return not thing or _share(thing, sentence)


def _pairs(name: str) -> set[str]:
    return {name[place : place + 2] for place in range(len(name) - 1)}


def _share(pairs: set[str], words: str) -> bool:
    """Return whether at least half of the name's pairs of characters stand in `words`."""
    found = sum(pair in words for pair in pairs)
    return found > 0 and 2 * found >= len(pairs)


def _dates(text: str) -> Iterator[tuple[int, int | None, int | None]]:
    """Yield year, month and day of each date in `text`; what is not said is None."""
    for match in _DATE.finditer(date_in_digits(text)):
        year, month, day = match.groups()
        yield int(year), int(month) if month else None, int(day) if day else None


def _impossible(text: str) -> bool:
    """Return whether a date in `text` is on no calendar; a day without a year may be in any.

    >>> _impossible("2026年9月31日前"), _impossible("2026-02-28"), _impossible("2026年13月1日")
    (True, False, True)
    """
    days = (_exists(_LEAP_YEAR, int(month), int(day)) for month, day in _DAY.findall(text))
    return not all(days) or any(not _exists(*each) for each in _dates(text))


def _exists(year: int, month: int | None, day: int | None) -> bool:
    if month is None:
        return True
    return 1 <= month <= 12 and (day is None or 1 <= day <= days_in_month(year, month))


def _within(text: str, start: float, end: float, need_month: bool = False) -> bool:
    """Return whether every date in `text` can be within a period, given as Excel's days; `need_month` passes over bare years."""
    for year, month, day in _dates(text):
        if not _exists(year, month, day) or (need_month and month is None):
            continue
        last = serial(year, month or 12, day or days_in_month(year, month or 12))
        if last < start or serial(year, month or 1, day or 1) > end:
            return False
    return True


def _doubled(text: str) -> bool:
    """Return whether a word of two or three characters stands twice in a row; digits are none, nor what is counted by (每站每年).

    >>> _doubled("准确准确率"), _doubled("点点滴滴"), _doubled("12345热线1212"), _doubled("台站每站每年运维费")
    (True, False, False, False)
    """
    return _TWICE.search(text) is not None


written_figure = lift("tt", _written)
figures_agree = lift("ttnt", _agrees)
has_impossible_date = lift("t", _impossible)
dates_within = lift("tnnb", _within)
has_doubled_word = lift("t", _doubled)
