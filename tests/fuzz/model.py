"""What an entry point of the fuzzer is, and what it can find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


class Trouble(AssertionError):
    """A case went through without an exception, and what came out is wrong all the same."""


@dataclass(frozen=True)
class Entry:
    """`make` draws a case from a random source, `run` feeds it to the toolkit; `name` is what the command line calls it.

    `whole` feeds it to the commands that a user types, which takes far longer: it is done to every so many cases.
    `share` says how many cases it gets where another gets one: many of what is quick, few of what is slow.
    Whatever these raise is a finding; the errors that the toolkit promises they take themselves.
    """

    name: str
    make: Callable[[Random], object]
    run: Callable[[object], None]
    whole: Callable[[object], None] | None = None
    share: float = 1
