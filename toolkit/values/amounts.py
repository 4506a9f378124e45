"""Amounts of money: whatever a cell holds → Decimal in 元, and back to print.

In: cell values (numbers, text, None, error values). Out: exact decimals, or AmountError with a Chinese message for the
person who wrote the cell. None is a blank cell and never 0; a dash or 无 is neither. Called by `reading` for every
amount, by `checking` and `outputs` to print them, by `formula` for rounding as Excel does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from toolkit.values.errors import ERROR_VALUES, ErrorValue
from toolkit.values.numerals import chinese_amount
from toolkit.values.text import clean_text, close_gaps, half_width, number_form, squeeze

# Wide enough that nothing is ever rounded by accident; the default context keeps 28 digits only.
_EXACT = Context(prec=2000)

_SCALES = {"": 0, "千": 3, "万": 4, "百万": 6, "千万": 7, "亿": 8}

# The units in which a form may print its amounts, and how many 元 each is.
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_NOTHING = re.compile(r"[-—–−_/\\*×….·]+|无|暂无|没有|空|N/?A|NIL|NONE", re.IGNORECASE)

_BRACKETED = re.compile(r"\((?P<inside>[^()]+)\)")
_SIGN_AND_MARK = re.compile(r"(?P<sign1>[-+−])?(?:人民币|RMB|CNY)?:?¥?(?P<sign2>[-+−])?", re.IGNORECASE)
_UNIT = re.compile(r"(?P<scale>千|百万|千万|万|亿)?(?:元|圆|RMB|CNY|人民币)?(?:整|正)?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d*)?[eE][-+]?\d{1,3}")


@dataclass(frozen=True, slots=True)
class Money:
    """In what a form prints its amounts: the unit, how many 元 that is, the decimals."""

    unit: str
    size: int
    places: int


YUAN = Money("元", 1, 2)


class AmountError(ValueError):
    """The cell holds something that is not an amount; `text` is what was found, the message says what to write."""

    def __init__(self, text: str, message: str) -> None:
        super().__init__(message)
        self.text = text


def parse_amount(value: object) -> Decimal | None:
    """Return `value` as an amount in 元, or None for a blank cell.

    Excel stores numbers as binary floats and shows 15 digits; going through 15 digits gives back what the user sees.

    Raises AmountError, with the text as found, when it is not one number: words, dashes, two numbers, separators in odd
    places (`1,00,0`, `12,34`), error values, TRUE.

    >>> parse_amount("1，000.20"), parse_amount("1 000 000"), parse_amount("960, 000. 00"), parse_amount("￥ ３００元")
    (Decimal('1000.20'), Decimal('1000000'), Decimal('960000.00'), Decimal('300'))
    >>> parse_amount("（1,000.00）"), parse_amount("-5"), parse_amount("50万元"), parse_amount("1.5亿元整")
    (Decimal('-1000.00'), Decimal('-5'), Decimal('500000'), Decimal('150000000'))
    >>> parse_amount("壹佰贰拾万元整"), parse_amount("人民币 叁拾万零伍佰元整")
    (Decimal('1200000'), Decimal('300500'))
    >>> parse_amount(960000.0), parse_amount(0.1 + 0.2), parse_amount("1E+06"), parse_amount(" "), parse_amount(None)
    (Decimal('960000'), Decimal('0.3'), Decimal('1000000'), None, None)
    >>> parse_amount("—")
    Traceback (most recent call last):
    toolkit.values.amounts.AmountError: “—”不是金额，也不等于 0 或没填。没有这笔钱请填 0，不涉及请留空。
    >>> parse_amount("12,34")
    Traceback (most recent call last):
    toolkit.values.amounts.AmountError: “12,34”中逗号的位置不对，看不出是多少。请只填数字，如 960000.00。
    """
    if value is None:
        return None
    if isinstance(value, str):
        return _parse_text(value)
    if isinstance(value, ErrorValue):
        raise _error_cell(value.code)
    if isinstance(value, bool):
        text = str(value).upper()
        raise AmountError(text, f"这里是逻辑值 {text}，不是金额。请填数字，如 960000.00。")
    if isinstance(value, (int, float, Decimal)):
        return decimal_of(value)
    raise AmountError(str(value), f"“{value}”不是金额。请填数字，如 960000.00，并把单元格格式设为数值。")


def decimal_of(number: int | float | Decimal) -> Decimal:
    """Return a number exactly as Excel would show it in full: 15 significant digits of a float, never an exponent.

    Raises AmountError for NaN and infinity.

    >>> decimal_of(1e16), decimal_of(2.675), decimal_of(472700.00000000006), decimal_of(-0.0)
    (Decimal('10000000000000000'), Decimal('2.675'), Decimal('472700'), Decimal('0'))
    """
    value = Decimal(f"{number:.15g}") if isinstance(number, float) else Decimal(number)
    if not value.is_finite():
        raise AmountError(str(number), f"“{number}”不是一个数。请填数字，如 960000.00。")
    return _plain(value)


def as_percent(number: float) -> str:
    """Return a number as a cell shows it whose format is a percentage, with all its digits. Raises AmountError as `decimal_of`.

    >>> as_percent(0.935), as_percent(1.0), as_percent(0.07)
    ('93.5%', '100%', '7%')
    """
    return f"{(decimal_of(number) * 100).normalize():f}%"


def format_amount(value: Decimal) -> str:
    """Return an amount as printed: thousands separators, two decimals, all of them when it has fractions of a cent.

    >>> format_amount(Decimal("960000")), format_amount(Decimal("-1234.5")), format_amount(Decimal("1234.5678"))
    ('960,000.00', '-1,234.50', '1,234.5678')
    """
    return _two_decimals(f"{value if value else value.copy_abs():,f}")


def plain_amount(value: Decimal) -> str:
    """Return an amount as data: no separators, at least two decimals, never an exponent.

    >>> plain_amount(Decimal("960000")), plain_amount(Decimal("1E+6")), plain_amount(Decimal("0.125"))
    ('960000.00', '1000000.00', '0.125')
    """
    return _two_decimals(f"{_plain(value):f}")


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Return `value` rounded as Excel's ROUND does, halves away from zero; negative `places` round to tens, hundreds …

    >>> round_half_up(Decimal("2.675"), 2), round_half_up(Decimal("-2.5"), 0), round_half_up(Decimal("1250"), -2)
    (Decimal('2.68'), Decimal('-3'), Decimal('1300'))
    """
    return _plain(value.quantize(Decimal((0, (1,), -places)), ROUND_HALF_UP, _EXACT))


def _plain(value: Decimal) -> Decimal:
    if value.is_zero():
        value = value.copy_abs()
    exponent = value.as_tuple().exponent
    return Decimal(f"{value:f}") if isinstance(exponent, int) and exponent > 0 else value


def _two_decimals(text: str) -> str:
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def _parse_text(text: str) -> Decimal | None:
    cleaned = clean_text(text)
    if not cleaned:
        return None
    if cleaned.upper() in ERROR_VALUES:
        raise _error_cell(cleaned.upper())
    if _NOTHING.fullmatch(squeeze(half_width(cleaned))):
        raise AmountError(text, f"“{cleaned}”不是金额，也不等于 0 或没填。没有这笔钱请填 0，不涉及请留空。")
    written = close_gaps(number_form(cleaned))
    if written is None:
        raise AmountError(text, f"“{cleaned}”像是两个数。请只填一个数字，如 960000.00。")
    amount = _read_number(written)
    if amount is None:
        amount = chinese_amount(written)
    if amount is None:
        raise AmountError(text, _explain(cleaned, written))
    return amount


def _read_number(written: str) -> Decimal | None:
    start = _SIGN_AND_MARK.match(written)
    assert start is not None
    signs = [sign for sign in (start["sign1"], start["sign2"]) if sign]
    rest = written[start.end() :]

    unit_after = ""
    if bracketed := re.match(_BRACKETED, rest):
        inner = _SIGN_AND_MARK.match(bracketed["inside"])
        assert inner is not None
        if inner["sign1"] or inner["sign2"]:
            return None
        signs.append("-")
        unit_after = rest[bracketed.end() :]
        rest = bracketed["inside"][inner.end() :]
    number = _SCIENTIFIC.match(rest) or _NUMBER.match(rest)
    if number is None or len(signs) > 1:
        return None
    unit = _UNIT.fullmatch(rest[number.end() :] + unit_after)
    if unit is None:
        return None
    amount = _EXACT.scaleb(Decimal(number[0].replace(",", "")), _SCALES[unit["scale"] or ""])
    return _plain(amount if signs in ([], ["+"]) else amount.copy_negate())


def _explain(cleaned: str, written: str) -> str:
    if not re.search(r"\d", written):
        return f"“{cleaned}”不是数字。请填数字，如 960000.00；没有这笔钱请填 0，不涉及请留空。"
    if re.fullmatch(r"[-(¥]*[\d,.]+[)元]*", written) and "," in written:
        return f"“{cleaned}”中逗号的位置不对，看不出是多少。请只填数字，如 960000.00。"
    if re.fullmatch(r"[-(¥]*[\d.]+[)元]*", written) and written.count(".") > 1:
        return f"“{cleaned}”中有多个小数点，看不出是多少。请只填数字，如 960000.00。"
    return f"“{cleaned}”不是单独一个数字。请只填数字，如 960000.00，说明文字请另写。"


def _error_cell(code: str) -> AmountError:
    return AmountError(code, f"这里显示 {code}，公式算不出结果，不是金额。请改正公式，或直接填数字。")
