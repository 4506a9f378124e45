"""Makes an Excel function of a Python function of scalars: arguments converted, errors passed on, arrays spread.

Called by the function modules. `lift("tn", f)` is a function of a text and a number; the leftmost error wins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from toolkit.formula.arrays import ARRAYS, broadcast, cells, each
from toolkit.formula.coerce import Number, to_integer, to_logical, to_number, to_text
from toolkit.formula.effort import made
from toolkit.values.errors import ErrorValue

ExcelFunction = Callable[..., object]


def _as_is(value: object) -> object:
    return value


_CONVERSIONS: dict[str, Callable[[object], object]] = {
    "t": to_text,
    "n": to_number,
    "i": to_integer,
    "b": to_logical,
    "v": _as_is,
}


def lift(kinds: str, function: Callable[..., object]) -> ExcelFunction:
    """Return `function` as an Excel function; `kinds` names each argument's type.

    t text, n number, i number without its fraction, b logical, v any value (an error still wins). Arguments left off at
    the end are left to the defaults of `function`.
    """
    conversions = tuple(_CONVERSIONS[kind] for kind in kinds)
    if len(conversions) == 1:
        return _lift_one(conversions[0], function)

    def call(*arguments: object) -> object:
        for value in arguments:
            if type(value) in ARRAYS:
                return broadcast(call, arguments)
        ready: list[object] = []
        for value, convert in zip(arguments, conversions, strict=False):
            value = convert(value)
            if type(value) is ErrorValue:
                return value
            ready.append(value)
        result = function(*ready)
        return made(result) if type(result) is str else result

    return call


def _lift_one(convert: Callable[[object], object], function: Callable[..., object]) -> ExcelFunction:
    def call(value: object) -> object:
        if type(value) in ARRAYS:
            return each(call, value)
        value = convert(value)
        return value if type(value) is ErrorValue else function(value)

    return call


def lift_test(test: Callable[[object], object]) -> ExcelFunction:
    """Return a function of any one value, errors included, spread over arrays (the IS… functions)."""

    def call(value: object) -> object:
        return each(call, value) if type(value) in ARRAYS else test(value)

    return call


def numbers_in(arguments: Sequence[object], direct: Sequence[bool]) -> Iterator[Number | ErrorValue]:
    """Yield the numbers that SUM and its like see; an error value is yielded too, and ends it.

    `direct[i]` says that argument i is a value (`SUM("3")`: converted, #VALUE! if it cannot be), not a reference; in
    references and arrays texts, logical values and blanks are passed over.
    """
    for value, is_value in zip(arguments, direct, strict=True):
        if type(value) in ARRAYS or not is_value:
            for item in cells(value):
                if type(item) is float or type(item) is int or type(item) is ErrorValue:
                    yield item
        else:
            yield to_number(value)
