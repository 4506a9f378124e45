"""Target values of indicators: `≥90.00(%)` ⇄ symbol, number, unit.

In: the one string of a printed table (`parse_target`), or the three cells of a workbook (`join_target`), in any
spelling and with extraction damage. Out: a `Target`, whose `text` prints it in the published form; what is not one
number with a unit is 定性, with the text as found. Called by `reading`; `checking` and `outputs` use what it holds.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from toolkit.values.amounts import decimal_of, plain_amount
from toolkit.values.symbols import SYMBOLS, split_symbol, starts_doubtfully, symbol_of, undo_markup
from toolkit.values.text import clean_text, close_gaps, half_width, number_form, squeeze, unwrap
from toolkit.values.units import inside_brackets, looks_like_unit, may_be_unit, repair_unit

__all__ = ["SYMBOLS", "Target", "doubtful_symbol", "join_target", "number_value", "parse_target"]

QUALITATIVE = "定性"

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_NUMBER = re.compile(rf"[-+−]?(?:{_DIGITS})(?:[eE][-+]\d{{1,2}})?(?![\d.,])")
_CANONICAL = re.compile(r"-?\d+(?:\.\d+)?")
_POINT_TOO_MANY = re.compile(r"\d\.\d+\. *$")
_PERCENT_WORD = re.compile(rf"百分之({_DIGITS})")

# Without an operator these are dates rather than quantities: 2024年, 3月, 2024.07, 20241231.
_DATE_LIKE = re.compile(r"(?:19|20|21)\d\d年度?|(?:0?[1-9]|1[0-2])月份?|(?:19|20)\d\d\.(?:0[1-9]|1[0-2])|(?:19|20)\d\d[01]\d[0-3]\d")

_PERCENTS = frozenset({"%", "百分数", "百分比"})
_SCALES = frozenset({"百", "千", "万", "十万", "百万", "千万", "亿"})
_NO_UNIT = frozenset({"/", "-", "—", "——", "无"})


@dataclass(frozen=True, slots=True)
class Target:
    """A target value: one of `SYMBOLS`, what was typed for one, or None; the number (or the text, when 定性), the unit; None where blank.

    `number` is canonical (no separators, no idle zeros) when it is a number, and the text as found otherwise.
    """

    symbol: str | None
    number: str | None
    unit: str | None

    @property
    def text(self) -> str | None:
        """The 指标值 as published: symbol, number with two decimals (more if given), unit in brackets; None when blank.

        >>> Target("≥", "90", "%").text, Target(None, "985", "米").text, Target("定性", "及时", None).text
        ('≥90.00(%)', '985.00(米)', '及时')
        """
        if self.symbol == QUALITATIVE:
            return "".join(part for part in (self.number, self.unit) if part) or None
        number = self.number or ""
        if _CANONICAL.fullmatch(number):
            number = plain_amount(Decimal(number))
        return (self.symbol or "") + number + (f"({self.unit})" if self.unit else "") or None


def number_value(target: Target) -> Decimal | None:
    """Return the number of a target, or None when it is blank, text or 定性.

    >>> number_value(Target("≥", "90", "%")), number_value(Target("定性", "及时", None))
    (Decimal('90'), None)
    """
    if target.symbol == QUALITATIVE or target.number is None or not _CANONICAL.fullmatch(target.number):
        return None
    return Decimal(target.number)


def parse_target(text: str) -> Target:
    """Return the target that one string says; blank text gives a target of three Nones.

    Text, ranges, dates and several values in one are 定性 with the text as found, hard line breaks mended.

    >>> parse_target("≤ 24.00 (小时)"), parse_target("$= 0.00$ (次)")
    (Target(symbol='≤', number='24', unit='小时'), Target(symbol='=', number='0', unit='次'))
    >>> parse_target("=10.00(10家社区卫生中心(含站点)/每日)").unit, parse_target("985米")
    ('10家社区卫生中心(含站点)/每日', Target(symbol=None, number='985', unit='米'))
    >>> parse_target("不低于９０％"), parse_target("7天内")
    (Target(symbol='≥', number='90', unit='%'), Target(symbol='≤', number='7', unit='天'))
    >>> parse_target("12月底前完成"), parse_target("≥90%；≤5天")
    (Target(symbol='定性', number='12月底前完成', unit=None), Target(symbol='定性', number='≥90%；≤5天', unit=None))
    """
    found = undo_markup(clean_text(text))
    if not found:
        return Target(None, None, None)
    return _read_quantity(found) or Target(QUALITATIVE, unwrap(found), None)


def doubtful_symbol(text: str) -> bool:
    """Return whether a target's operator had to be guessed from a quotation mark: 》90% for ≥90%.

    >>> doubtful_symbol("》90%"), doubtful_symbol("≥90%"), doubtful_symbol("《数据安全法》")
    (True, False, False)
    """
    written = squeeze(number_form(undo_markup(clean_text(text))))
    return starts_doubtfully(written) and (symbol_of(written) is not None or _read_quantity(written) is not None)


def join_target(symbol: str | None, number: str | int | float | Decimal | date | None, unit: str | int | float | None) -> Target:
    """Return the target that three cells say (符号, 数值, 计量单位), each None when blank.

    A number cell that holds more than a number is taken apart where the other cells leave room for it; where they
    contradict it, it stays as found, for a check to report, and so does what is no symbol beside a number (约, √). Text
    without a symbol is 定性, and 定性 text has no unit.
    A percent format is the caller's business: 0.95 is 0.95 here.

    >>> join_target(">=", 90.0, "％"), join_target(None, "≥90%", None)
    (Target(symbol='≥', number='90', unit='%'), Target(symbol='≥', number='90', unit='%'))
    >>> join_target("不超过", "1，000", "万元"), join_target(None, "不断提高", None)
    (Target(symbol='≤', number='1000', unit='万元'), Target(symbol='定性', number='不断提高', unit=None))
    >>> join_target("≥", "及时", None), join_target("≥", "≤5", "天")
    (Target(symbol='≥', number='及时', unit=None), Target(symbol='≥', number='≤5', unit='天'))
    >>> join_target("√", 360, "台次"), join_target("≥", "95.5.", "%").number
    (Target(symbol='√', number='360', unit='台次'), '95.5.')
    """
    symbol_text = undo_markup(clean_text(symbol or ""))
    number_text = _cell_text(number)
    unit_text = repair_unit(_cell_text(unit))
    sign = symbol_of(squeeze(half_width(symbol_text)))
    if symbol_text and sign is None:
        said = parse_target(f"{symbol_text}{number_text}{unit_text or ''}")
        beside = _plain_number(number_text) if said.symbol == QUALITATIVE else None
        return said if beside is None else Target(unwrap(symbol_text), beside, unit_text)
    if sign == QUALITATIVE:
        return _join_qualitative(number_text, unit_text)
    if not number_text:
        return Target(sign, None, unit_text)

    digits = None if isinstance(number, str) and not (sign or unit_text) else _plain_number(number_text)
    if digits is not None:
        return Target(sign, digits, unit_text)
    alone = parse_target(number_text)
    if sign and alone.symbol == QUALITATIVE:
        whole = _read_quantity(f"{sign}{number_text}")
        alone = whole if whole is not None and whole.symbol == sign else alone
    if alone.symbol == QUALITATIVE:
        return Target(sign or QUALITATIVE, alone.number, unit_text if sign else None)
    joined = _join_units(alone.unit, unit_text)
    if (sign and alone.symbol not in (None, sign)) or (alone.unit and joined is None):
        return Target(sign, unwrap(number_text), unit_text)
    return Target(sign or alone.symbol, alone.number, joined)


def _join_qualitative(number_text: str, unit: str | None) -> Target:
    digits = _plain_number(number_text)
    if digits is not None:
        return Target(QUALITATIVE, digits, unit if unit not in _NO_UNIT else None)
    return Target(QUALITATIVE, unwrap(number_text) or None, None)


def _join_units(in_number: str | None, in_cell: str | None) -> str | None:
    """Return the unit that the number cell and the unit cell agree on, or None when they do not.

    Where one says more than the other (3万份 in 份, 6场/年 in 场), they agree on that.
    """
    if in_number is None or in_cell is None or in_number == in_cell:
        return in_cell or in_number
    if in_number in _SCALES:
        return in_number + in_cell
    if in_number.removesuffix(in_cell) in _SCALES:
        return in_number
    for longer, shorter in ((in_number, in_cell), (in_cell, in_number)):
        if longer.startswith(f"{shorter}/"):
            return longer
    return in_cell if {in_number, in_cell} <= _PERCENTS else None


def _cell_text(value: str | int | float | Decimal | date | None) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, str):
        return undo_markup(clean_text(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, (bool, date)) or (isinstance(value, float) and math.isinf(value)):
        return str(value).upper()
    return f"{decimal_of(value):f}"


def _read_quantity(found: str) -> Target | None:
    """Return the target of a text that is one number, with or without operator and unit; None for any other."""
    written = number_form(found)
    if _POINT_TOO_MANY.search(written):
        return None
    written = written.rstrip("。；;，,、. \n")
    squeezed = squeeze(written)
    parts = split_symbol(squeezed)
    if parts is None:
        return None
    symbol, value = parts
    operator_first = not squeezed.startswith(value)
    if not operator_first and (close_gaps(written) is None or _DATE_LIKE.fullmatch(value)):
        return None

    value = _PERCENT_WORD.sub(r"\1%", value)
    number = _NUMBER.match(value)
    if number is None:
        return None
    rest = value[number.end() :]
    unit = inside_brackets(rest)
    if unit is None:
        if rest and not (looks_like_unit(rest) or (operator_first and may_be_unit(rest))):
            return None
        unit = rest
    return Target(symbol, _canonical(number[0]), unit or None)


def _plain_number(text: str) -> str | None:
    """Return the canonical number when the text is a number and nothing else."""
    written = close_gaps(number_form(text))
    return _canonical(written) if written is not None and _NUMBER.fullmatch(written) else None


def _canonical(digits: str) -> str:
    number = decimal_of(Decimal(digits.replace(",", "").replace("−", "-")))
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
