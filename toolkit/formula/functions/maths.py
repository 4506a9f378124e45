"""The arithmetic functions and the plain statistics: SUM, SUMPRODUCT, COUNT, AVERAGE, MAX, LARGE, MOD and so on.

Functions that take any number of references get `arguments` and `direct` (see `lifting.numbers_in`).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, fsum, prod, sqrt

from toolkit.formula.arrays import ARRAYS, broadcast, cells, flat, shape
from toolkit.formula.coerce import Number, checked, parse_number, to_number
from toolkit.formula.functions.lifting import lift, numbers_in
from toolkit.formula.operators import raise_power
from toolkit.values.errors import DIV0, NUM, VALUE, ErrorValue


def _total(numbers: list[Number]) -> Number | ErrorValue:
    try:
        return checked(fsum(numbers))
    except OverflowError:
        return NUM


def _numbers(arguments: Sequence[object], direct: Sequence[bool]) -> list[Number] | ErrorValue:
    found: list[Number] = []
    for number in numbers_in(arguments, direct):
        if type(number) is ErrorValue:
            return number
        found.append(number)  # type: ignore[arg-type]
    return found


def sum_(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _numbers(arguments, direct)
    return found if isinstance(found, ErrorValue) else _total(found)


def average(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _numbers(arguments, direct)
    if isinstance(found, ErrorValue):
        return found
    total = _total(found)
    if isinstance(total, ErrorValue) or not found:
        return total if found else DIV0
    return total / len(found)


def max_(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _numbers(arguments, direct)
    return found if isinstance(found, ErrorValue) else max(found, default=0)


def min_(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _numbers(arguments, direct)
    return found if isinstance(found, ErrorValue) else min(found, default=0)


def count(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    """Numbers in references and arrays; as direct values also logical values and texts that are numbers."""
    total = 0
    for value, is_value in zip(arguments, direct, strict=True):
        if type(value) in ARRAYS or not is_value:
            total += sum(type(item) is float or type(item) is int for item in cells(value))
        elif isinstance(value, str):
            total += parse_number(value) is not None
        else:
            total += not isinstance(value, ErrorValue)
    return total


def counta(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    return sum(
        item is not None or is_value and type(value) not in ARRAYS
        for value, is_value in zip(arguments, direct, strict=True)
        for item in cells(value)
    )


def countblank(area: object) -> object:
    return sum(item is None or item == "" for item in cells(area))


def sumproduct(*arrays: object) -> object:
    """Products added up; arrays of different shapes are #VALUE!, what is no number in them counts as 0."""
    columns: list[list[Number]] = []
    for array in arrays:
        column: list[Number] = []
        for item in cells(array):
            if type(item) is ErrorValue:
                return item
            column.append(item if type(item) is float or type(item) is int else 0)
        columns.append(column)
    if len({shape(array) for array in arrays}) > 1:
        return VALUE
    if len(columns) == 1:
        return _total(columns[0])
    products = [prod(row) for row in zip(*columns, strict=True)]
    return NUM if any(isinstance(checked(product), ErrorValue) for product in products) else _total(products)


def _ranked(largest: bool, numbers: list[object], rank: object) -> object:
    if type(rank) in ARRAYS:
        return broadcast(lambda item: _ranked(largest, numbers, item), (rank,))
    found = _numbers([numbers], [False])
    if isinstance(found, ErrorValue):
        return found
    place = to_number(rank)
    if isinstance(place, ErrorValue):
        return place
    index = int(place)
    return sorted(found, reverse=largest)[index - 1] if 1 <= index <= len(found) else NUM


def large(numbers: object, rank: object) -> object:
    return _ranked(True, flat(numbers), rank)


def small(numbers: object, rank: object) -> object:
    return _ranked(False, flat(numbers), rank)


def modulo(number: Number, divisor: Number) -> Number | ErrorValue:
    """MOD, of numbers."""
    if divisor == 0:
        return DIV0
    quotient = number / divisor
    return NUM if abs(quotient) > 2**40 * 1125900 else number - divisor * floor(quotient)


abs_ = lift("n", abs)
int_ = lift("n", floor)
sign = lift("n", lambda number: (number > 0) - (number < 0))
sqrt_ = lift("n", lambda number: sqrt(number) if number >= 0 else NUM)
power = lift("nn", raise_power)
mod = lift("nn", modulo)
