"""Amounts written out in Chinese numerals: 壹佰贰拾万元整 → Decimal.

In: a text in half width without blanks. Out: the amount in 元, None for any other text. Only what is written as a cheque is, place after
place down to 分, counts: a numeral in prose is none. Called by `amounts`.
"""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_ALIKE = str.maketrans("〇○壹贰叁肆伍陆柒捌玖弌弍弎两拾佰仟萬億圆圓正", "零零一二三四五六七八九一二三二十百千万亿元元整")

_D = "[一二三四五六七八九]"
_SECTION = rf"(?:({_D})千)?零?(?:({_D})百)?零?(?:({_D})?(十))?零?({_D})?"
_WRITTEN = re.compile(rf"(?:人民币:?)?(?:{_SECTION}(亿))?零?(?:{_SECTION}(万))?零?{_SECTION}(元)(?:({_D})角)?零?(?:({_D})分)?整?")


def chinese_amount(text: str) -> Decimal | None:
    """Return the amount that a text in Chinese numerals says.

    >>> [chinese_amount(text) for text in ("壹佰贰拾万元整", "人民币叁拾万零伍佰元整", "一千二百万元", "拾万元", "柒元伍角")]
    [Decimal('1200000'), Decimal('300500'), Decimal('12000000'), Decimal('100000'), Decimal('7.5')]
    >>> [chinese_amount(text) for text in ("万元", "元", "一百万", "百元", "壹佰万元以内", "一二三元")]
    [None, None, None, None, None, None]
    """
    found = _WRITTEN.fullmatch(text.translate(_ALIKE))
    if found is None:
        return None
    parts = found.groups()
    sections = [(parts[0:5], parts[5]), (parts[6:11], parts[11]), (parts[12:17], "元")]
    if any(unit and unit != "元" and not any(section) for section, unit in sections) or not any(any(section) for section, _ in sections):
        return None
    total = Decimal(0)
    for (section, _), size in zip(sections, (100_000_000, 10_000, 1), strict=True):
        total += size * _section(section)
    cents = Decimal(10 * _digit(parts[18]) + _digit(parts[19])) / 100
    return (total + cents).normalize() if cents else total


def _section(parts: tuple[str | None, ...]) -> int:
    """The number of four places; a ten without a digit is one ten."""
    thousands, hundreds, tens, ten, ones = parts
    return 1000 * _digit(thousands) + 100 * _digit(hundreds) + 10 * ((_digit(tens) or 1) if ten else 0) + _digit(ones)


def _digit(written: str | None) -> int:
    return _DIGITS[written] if written else 0
