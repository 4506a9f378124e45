"""IF and its family, AND OR XOR NOT, and the IS… functions. The conditional ones get their branches as callables.

A branch is calculated when it is chosen; only a condition that is an array makes all branches be calculated and mixed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from toolkit.formula.arrays import ARRAYS, broadcast, cells, each
from toolkit.formula.coerce import compare, to_integer, to_logical
from toolkit.formula.functions.lifting import lift, lift_test
from toolkit.values.errors import NA, VALUE, ErrorValue

Branch = Callable[[], object]


def true() -> bool:
    return True


def false() -> bool:
    return False


def if_(condition: object, then: Branch, otherwise: Branch = false) -> object:
    if condition is True:
        return then()
    if condition is False:
        return otherwise()
    if type(condition) in ARRAYS:
        return broadcast(_pick, (condition, then(), otherwise()))
    holds = to_logical(condition)
    if isinstance(holds, ErrorValue):
        return holds
    return then() if holds else otherwise()


def _pick(condition: object, then: object, otherwise: object) -> object:
    holds = to_logical(condition)
    if isinstance(holds, ErrorValue):
        return holds
    return then if holds else otherwise


def iferror(value: object, otherwise: Branch) -> object:
    if type(value) is ErrorValue:
        return otherwise()
    if type(value) in ARRAYS and any(type(item) is ErrorValue for item in cells(value)):
        return broadcast(lambda item, other: other if type(item) is ErrorValue else item, (value, otherwise()))
    return value


def ifna(value: object, otherwise: Branch) -> object:
    if type(value) in ARRAYS and NA in cells(value):
        return broadcast(lambda item, other: other if item == NA else item, (value, otherwise()))
    return otherwise() if value == NA else value


def choose(index: object, *branches: Branch) -> object:
    if type(index) in ARRAYS:
        values = [branch() for branch in branches]
        if not any(type(value) in ARRAYS for value in values):
            return each(lambda item: _choose_value(item, *values), index)
        return broadcast(_choose_value, (index, *values))
    number = to_integer(index)
    if isinstance(number, ErrorValue):
        return number
    return branches[number - 1]() if 1 <= number <= len(branches) else VALUE


def _choose_value(index: object, *values: object) -> object:
    number = to_integer(index)
    if isinstance(number, ErrorValue):
        return number
    return values[number - 1] if 1 <= number <= len(values) else VALUE


def ifs(*branches: Branch) -> object:
    """IFS(condition1, value1, …): #N/A when no condition holds."""
    return _first(((condition, value) for condition, value in zip(branches[::2], branches[1::2], strict=True)), lambda: NA)


def switch(value: object, *branches: Branch) -> object:
    """SWITCH(value, match1, result1, …, [default]): #N/A when nothing matches; a match that is an error never does."""
    if isinstance(value, ErrorValue):
        return value
    count = len(branches) // 2 * 2
    default = branches[-1] if len(branches) > count else lambda: NA
    pairs = zip(branches[:count:2], branches[1:count:2], strict=True)
    return _first(((partial(_matches, value, case), result) for case, result in pairs), default)


def _matches(value: object, case: Branch) -> object:
    return _same(value, case())


def _first(pairs: Iterable[tuple[Branch, Branch]], otherwise: Branch) -> object:
    """Return the value of the first condition that holds; conditions that are arrays are mixed with what comes after them."""
    mixed: list[tuple[object, object]] = []
    result: object = None
    for condition, value in pairs:
        holds = condition()
        if type(holds) in ARRAYS:
            mixed.append((holds, value()))
            continue
        holds = to_logical(holds)
        if isinstance(holds, ErrorValue) or holds:
            result = value() if holds is True else holds
            break
    else:
        result = otherwise()
    for condition_array, chosen in reversed(mixed):
        result = broadcast(_pick, (condition_array, chosen, result))
    return result


def _same(a: object, b: object) -> object:
    if type(a) in ARRAYS or type(b) in ARRAYS:
        return broadcast(_same, (a, b))
    order = compare(a, b)
    return order == 0 if not isinstance(a, ErrorValue) else a


def _conditions(arguments: Sequence[object], direct: Sequence[bool]) -> list[bool] | ErrorValue:
    """Return the logical values that AND and OR see; #VALUE! when there are none."""
    found: list[bool] = []
    for value, is_value in zip(arguments, direct, strict=True):
        if value is True or value is False:
            found.append(value)
        elif type(value) in ARRAYS or not is_value:
            for item in cells(value):
                if type(item) is ErrorValue:
                    return item
                if isinstance(item, (bool, int, float)):
                    found.append(item != 0)
        else:
            holds = to_logical(value)
            if isinstance(holds, ErrorValue):
                return holds
            found.append(holds)
    return found or VALUE


def and_(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _conditions(arguments, direct)
    return found if isinstance(found, ErrorValue) else all(found)


def or_(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _conditions(arguments, direct)
    return found if isinstance(found, ErrorValue) else any(found)


def xor(arguments: Sequence[object], direct: Sequence[bool]) -> object:
    found = _conditions(arguments, direct)
    return found if isinstance(found, ErrorValue) else sum(found) % 2 == 1


def _n(value: object) -> object:
    if isinstance(value, bool):
        return int(value)
    return value if isinstance(value, (int, float, ErrorValue)) else 0


def _t(value: object) -> object:
    return value if isinstance(value, (str, ErrorValue)) else ""


not_ = lift("b", lambda holds: not holds)
isnumber = lift_test(lambda value: type(value) is float or type(value) is int)
istext = lift_test(lambda value: type(value) is str)
isblank = lift_test(lambda value: value is None)
iserror = lift_test(lambda value: type(value) is ErrorValue)
isna = lift_test(lambda value: value == NA)
n = lift_test(_n)
t = lift_test(_t)
