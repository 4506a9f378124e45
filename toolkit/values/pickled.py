"""Records that go between processes by the thousand: pickled by their fields, not by looking their fields up each time."""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TypeVar

Record = TypeVar("Record")


def by_fields(record: type[Record]) -> type[Record]:
    """Have a frozen dataclass with slots, of two fields or more, pickled as a call of itself: several times as fast as Python's own way."""
    read = attrgetter(*(field.name for field in dataclasses.fields(record)))  # type: ignore[arg-type]

    def reduced(self: Record) -> tuple[type[Record], tuple[object, ...]]:
        return record, read(self)

    record.__reduce__ = reduced  # type: ignore[method-assign, assignment]
    return record
