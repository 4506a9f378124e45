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

    Whatever `run` raises is a finding; the errors that the toolkit promises it takes itself.
    """

    name: str
    make: Callable[[Random], object]
    run: Callable[[object], None]
