"""Excel's operators over scalars and arrays; the compiled formulas call these.

Each takes the fast way out for two numbers (or two texts) and falls back on conversion and element-wise evaluation.
"""

from __future__ import annotations

from collections.abc import Callable

from toolkit.formula.arrays import ARRAYS, broadcast, each
from toolkit.formula.coerce import LARGEST, MAX_TEXT, NUMBERS, Number, checked, close, compare, to_number, to_text
from toolkit.formula.effort import SHORT, made
from toolkit.values.errors import DIV0, NUM, VALUE, ErrorValue

Operator = Callable[[object, object], object]

# A difference this small beside its operands is rounding noise of binary fractions: 0.1+0.2-0.3.
NOISE = 2.0**-48


def _arithmetic(calculate: Callable[[Number, Number], Number | ErrorValue]) -> Operator:
    def operate(a: object, b: object) -> object:
        if type(a) in ARRAYS or type(b) in ARRAYS:
            return broadcast(operate, (a, b))
        left = to_number(a)
        if isinstance(left, ErrorValue):
            return left
        right = to_number(b)
        return right if isinstance(right, ErrorValue) else calculate(left, right)

    return operate


def _divide(a: Number, b: Number) -> Number | ErrorValue:
    if b == 0:
        return DIV0
    return checked(a / b)


def raise_power(a: Number, b: Number) -> Number | ErrorValue:
    """Return a to the power of b: #NUM! for 0^0 and for an even root of a negative number."""
    if a == 0 and b <= 0:
        return NUM if b == 0 else DIV0
    try:
        result = float(a) ** b
    except OverflowError:
        return NUM
    return NUM if isinstance(result, complex) else checked(result)


_add_slow = _arithmetic(lambda a, b: checked(a + b))
_subtract_slow = _arithmetic(lambda a, b: checked(a - b))
_multiply_slow = _arithmetic(lambda a, b: checked(a * b))
_divide_slow = _arithmetic(_divide)
power = _arithmetic(raise_power)


def add(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        result = a + b  # type: ignore[operator]
        return result if -LARGEST <= result <= LARGEST else NUM
    return _add_slow(a, b)


def subtract(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        result = a - b  # type: ignore[operator]
        return result if -LARGEST <= result <= LARGEST else NUM
    return _subtract_slow(a, b)


def _denoised(result: object, a: object) -> object:
    if type(result) is float and type(a) is float and abs(result) <= abs(a) * NOISE:
        return 0
    return broadcast(_denoised, (result, a)) if type(result) in ARRAYS else result


def add_denoised(a: object, b: object) -> object:
    """Return a + b, 0 where only the noise of binary fractions is left."""
    return _denoised(add(a, b), a)


def subtract_denoised(a: object, b: object) -> object:
    """Return a - b, 0 where only the noise of binary fractions is left."""
    return _denoised(subtract(a, b), a)


def multiply(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        result = a * b  # type: ignore[operator]
        return result if -LARGEST <= result <= LARGEST else NUM
    return _multiply_slow(a, b)


def divide(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS and b:
        result = a / b  # type: ignore[operator]
        return result if -LARGEST <= result <= LARGEST else NUM
    return _divide_slow(a, b)


def negate(a: object) -> object:
    if type(a) in NUMBERS:
        return -a  # type: ignore[operator]
    if type(a) in ARRAYS:
        return each(negate, a)
    number = to_number(a)
    return number if isinstance(number, ErrorValue) else -number


def percent(a: object) -> object:
    return divide(a, 100)


def limited(text: str) -> str | ErrorValue:
    """Return `text`, #VALUE! when it is longer than a cell can hold."""
    if len(text) <= SHORT:
        return text
    return VALUE if len(text) > MAX_TEXT else made(text)


def concat(*parts: object) -> object:
    texts: list[str] = []
    for part in parts:
        if type(part) in ARRAYS:
            return broadcast(concat, parts)
        text = to_text(part)
        if isinstance(text, ErrorValue):
            return text
        texts.append(text)
    return limited("".join(texts))


def _comparison(holds: Callable[[int], bool]) -> Operator:
    def operate(a: object, b: object) -> object:
        if type(a) in ARRAYS or type(b) in ARRAYS:
            return broadcast(operate, (a, b))
        order = compare(a, b)
        return order if isinstance(order, ErrorValue) else holds(order)

    return operate


_equal_slow = _comparison(lambda order: order == 0)
_unequal_slow = _comparison(lambda order: order != 0)
_less_slow = _comparison(lambda order: order < 0)
_greater_slow = _comparison(lambda order: order > 0)
_at_most_slow = _comparison(lambda order: order <= 0)
_at_least_slow = _comparison(lambda order: order >= 0)


def equal(a: object, b: object) -> object:
    kind = type(a)
    if kind is type(b) and kind is str:
        return a == b or a.lower() == b.lower()  # type: ignore[attr-defined]
    if kind in NUMBERS and type(b) in NUMBERS:
        return a == b or close(a, b)  # type: ignore[arg-type]
    if a is None and type(b) is str:
        return b == ""
    return _equal_slow(a, b)


def unequal(a: object, b: object) -> object:
    kind = type(a)
    if kind is type(b) and kind is str:
        return a != b and a.lower() != b.lower()  # type: ignore[attr-defined]
    if kind in NUMBERS and type(b) in NUMBERS:
        return not (a == b or close(a, b))  # type: ignore[arg-type]
    return _unequal_slow(a, b)


def less(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return a < b and not close(a, b)  # type: ignore[operator, arg-type]
    return _less_slow(a, b)


def greater(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return a > b and not close(a, b)  # type: ignore[operator, arg-type]
    return _greater_slow(a, b)


def at_most(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return a <= b or close(a, b)  # type: ignore[operator, arg-type]
    return _at_most_slow(a, b)


def at_least(a: object, b: object) -> object:
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return a >= b or close(a, b)  # type: ignore[operator, arg-type]
    return _at_least_slow(a, b)


BINARY: dict[str, Operator] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "^": power,
    "=": equal,
    "<>": unequal,
    "<": less,
    ">": greater,
    "<=": at_most,
    ">=": at_least,
}


def run_chain(operators: tuple[Operator, ...], operands: tuple[object, ...]) -> object:
    """Return `operands` joined from left to right; for chains too long to nest."""
    result = operands[0]
    for operate, operand in zip(operators, operands[1:], strict=True):
        result = operate(result, operand)
    return result
