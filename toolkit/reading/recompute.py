"""A plain sum whose result was never saved → its amount: SUM, + and - over cells of the same sheet that can be read.

In: the formula's text and a way to look at the sheet's cells. Out: the amount, or None for anything that is not
plainly a sum, or that rests on a cell which cannot be read; nothing is guessed. Called by `entries` for amounts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from toolkit.sources.grid import CellValue, Uncached
from toolkit.spreadsheet.a1 import parse_area
from toolkit.values.amounts import AmountError, parse_amount
from toolkit.values.errors import ErrorValue

Look = Callable[[int, int], CellValue | None]

# Sums that rest on sums that rest on sums …; and the most cells one of them may add up.
_DEEPEST, _MOST_CELLS = 8, 2000

_CELL = r"\$?[A-Z]{1,3}\$?[0-9]{1,7}"
_TERM = re.compile(rf"(?P<sign>[+-]*)(?:SUM\((?P<arguments>[^()]*)\)|(?P<cell>{_CELL})|(?P<number>[0-9]+(?:\.[0-9]+)?))(?=[+-]|$)")
_ARGUMENT = re.compile(rf"(?P<area>{_CELL}(?::{_CELL})?)|(?P<number>-?[0-9]+(?:\.[0-9]+)?)")


class _Unreadable(ValueError):
    """Something in the formula is no plain sum, or no amount."""


def recomputed(formula: str, look: Look) -> Decimal | None:
    """Return what a plain sum of amounts comes to, None where it is none or a cell in it cannot be read.

    >>> cells = {(1, 1): 100.0, (2, 1): "1，000元", (1, 2): 0.5, (9, 9): "约一百"}
    >>> recomputed("SUM(A1:A2)-B1+5", lambda *place: cells.get(place))
    Decimal('1104.5')
    >>> [recomputed(text, lambda *place: cells.get(place)) for text in ("A1*2", "A1+I9", "另表!A1")]
    [None, None, None]
    """
    try:
        return _sum(formula, look, 0)
    except _Unreadable:
        return None


def _sum(formula: str, look: Look, depth: int) -> Decimal:
    text = re.sub(r"\s+", "", formula).upper()
    if depth > _DEEPEST or not text:
        raise _Unreadable
    total, position = Decimal(0), 0
    while position < len(text):
        term = _TERM.match(text, position)
        if term is None or (position and not term["sign"]):
            raise _Unreadable
        amount = sum(_amounts(term, look, depth), Decimal(0))
        total += -amount if term["sign"].count("-") % 2 else amount
        position = term.end()
    return total


def _amounts(term: re.Match[str], look: Look, depth: int) -> Iterator[Decimal]:
    if term["number"]:
        yield Decimal(term["number"])
    elif term["cell"]:
        yield from _area(term["cell"], look, depth)
    else:
        for argument in term["arguments"].split(","):
            found = _ARGUMENT.fullmatch(argument)
            if found is None:
                raise _Unreadable
            if found["number"]:
                yield Decimal(found["number"])
            else:
                yield from _area(found["area"], look, depth)


def _area(text: str, look: Look, depth: int) -> Iterator[Decimal]:
    try:
        top, left, bottom, right = parse_area(text)
    except ValueError as error:
        raise _Unreadable from error
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
        raise _Unreadable
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            yield _amount(look(row, column), look, depth)


def _amount(value: CellValue | None, look: Look, depth: int) -> Decimal:
    """What one operand comes to; a blank is 0, as Excel has it."""
    if isinstance(value, Uncached):
        return _sum(value.formula, look, depth + 1)
    if isinstance(value, ErrorValue):
        raise _Unreadable
    try:
        return parse_amount(value) or Decimal(0)
    except AmountError as error:
        raise _Unreadable from error
