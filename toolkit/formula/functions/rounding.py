"""Rounding as Excel does it: half away from zero, on the 15 significant decimal digits, not on the binary number.

ROUND(2.675,2) is 2.68 though the nearest binary number lies below; Python's `round` gives 2.67.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from math import floor, isfinite

from toolkit.formula.arrays import ARRAYS, broadcast
from toolkit.formula.coerce import Number, checked, to_integer, to_number
from toolkit.formula.functions.lifting import ExcelFunction, lift
from toolkit.values.errors import DIV0, NUM, ErrorValue

_POWERS = tuple(10.0**digits for digits in range(16))
_SAFE = 2.0**48


def _decimal(number: Number) -> Decimal:
    return Decimal(number) if type(number) is int else Decimal(f"{number:.15g}")


def _quantized(number: Number, digits: int, rounding: str) -> Number:
    if digits > 20 or number == 0:
        return number
    if digits < -308:
        return 0
    value = _decimal(number)
    exponent = Decimal(1).scaleb(-digits)
    shifted = (value / exponent).to_integral_value(rounding) if abs(value) < 1e25 else value / exponent
    return float(shifted * exponent)


def round_half_up(number: Number, digits: int = 0) -> Number:
    """Return `number` rounded half away from zero to `digits` decimals (negative: tens, hundreds …).

    >>> round_half_up(2.675, 2), round_half_up(-2.5), round_half_up(1234, -2)
    (2.68, -3.0, 1200.0)
    """
    if 0 <= digits < 16:
        scale = _POWERS[digits]
        scaled = number * scale
        if -_SAFE < scaled < _SAFE:
            below = floor(scaled)
            fraction = scaled - below
            if fraction < 0.499 or fraction > 0.501:
                return (below + (fraction > 0.5)) / scale
    return _quantized(number, digits, ROUND_HALF_UP)


def round_(number: object, digits: object) -> object:
    if type(number) is float and type(digits) is int:
        return checked(round_half_up(number, digits))
    if type(number) in ARRAYS or type(digits) in ARRAYS:
        return broadcast(round_, (number, digits))
    value = to_number(number)
    if isinstance(value, ErrorValue):
        return value
    places = to_integer(digits)
    return places if isinstance(places, ErrorValue) else checked(round_half_up(value, places))


roundup: ExcelFunction = lift("ni", lambda number, digits: checked(_quantized(number, digits, ROUND_UP)))
rounddown: ExcelFunction = lift("ni", lambda number, digits: checked(_quantized(number, digits, ROUND_DOWN)))
trunc: ExcelFunction = lift("ni", lambda number, digits=0: checked(_quantized(number, digits, ROUND_DOWN)))


def _multiple(number: Number, step: Number, rounding: str) -> Number | ErrorValue:
    unit = _decimal(abs(step))
    return checked(float((_decimal(number) / unit).to_integral_value(rounding) * unit))


def _ceiling(number: Number, step: Number) -> Number | ErrorValue:
    """CEILING of Excel 2010: away from zero when both are negative; a negative step for a positive number is #NUM!."""
    if number == 0 or step == 0:
        return 0
    if number > 0 > step:
        return NUM
    return _multiple(number, step, ROUND_FLOOR if step < 0 else ROUND_CEILING)


def _floor(number: Number, step: Number) -> Number | ErrorValue:
    if number == 0:
        return 0
    if step == 0:
        return DIV0
    if number > 0 > step:
        return NUM
    return _multiple(number, step, ROUND_CEILING if step < 0 else ROUND_FLOOR)


ceiling: ExcelFunction = lift("nn", _ceiling)
floor_: ExcelFunction = lift("nn", _floor)


def _agrees(a: Number, b: Number, terms: Number, places: Number = 2) -> bool | ErrorValue:
    try:
        allowed = terms * 0.5 / 10.0**places
    except OverflowError:
        return NUM
    except ZeroDivisionError:
        return DIV0
    if not isfinite(allowed):
        return NUM
    return abs(round_half_up(a - b, int(places + 2))) <= round_half_up(allowed, int(places + 2))


# 相符(a,b,n[,d]): whether rounding n terms to d decimals (2) can explain that two sums differ.
agrees: ExcelFunction = lift("nnnn", _agrees)
