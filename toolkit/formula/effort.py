"""What one evaluation may cost: steps are counted where a value can grow, so that no formula and no unit's text holds up a run.

A step is a cell looked at or sixteen characters of text made. `Formula.evaluate` works through `within_limit`; outside it
nothing is counted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from toolkit.values.errors import ErrorValue

Argument = TypeVar("Argument")

# Ten times what the largest batch asks of one rule; about a second.
MOST_STEPS = 3_000_000

# Texts up to this length are not worth counting.
SHORT = 255

TOO_MUCH = ErrorValue("计算量超过上限")


class _Account(threading.local):
    left: int | None = None


class _Spent(Exception):
    """The steps of this evaluation are used up."""


_account = _Account()


def spend(steps: int) -> None:
    """Count `steps` of the running evaluation, and end it when that was too many."""
    if _account.left is not None:
        _account.left -= steps
        if _account.left < 0:
            raise _Spent


def made(text: str) -> str:
    """Return `text`, counted as made by the running evaluation."""
    if len(text) > SHORT:
        spend(len(text) >> 4)
    return text


def within_limit(calculate: Callable[[Argument], object], argument: Argument) -> object:
    """Return what `calculate` gives, TOO_MUCH where it takes more than MOST_STEPS or goes too deep."""
    before = _account.left
    _account.left = MOST_STEPS
    try:
        return calculate(argument)
    except (_Spent, RecursionError):
        return TOO_MUCH
    finally:
        _account.left = before
