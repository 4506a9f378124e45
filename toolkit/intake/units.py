"""Declarations gathered by implementing unit and year: one workbook, one Word report for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from toolkit.checking.check import UnitKey, unit_key
from toolkit.reading.model import Declaration


@dataclass(frozen=True)
class UnitGroup:
    """The declarations of one unit and year on one form, in the order they were read; `name` is never empty."""

    key: tuple[str, UnitKey]
    form: str
    name: str
    year: int | None
    declarations: tuple[Declaration, ...]

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(declaration.file for declaration in self.declarations))


def by_unit(declarations: Iterable[Declaration]) -> list[UnitGroup]:
    """Return the declarations by form, unit and year; one that names no unit goes by its file's name."""
    groups: dict[tuple[str, UnitKey], list[Declaration]] = {}
    for declaration in declarations:
        key = unit_key(declaration)
        if not key[0]:
            key = (f"\0{declaration.file}", key[1])
        groups.setdefault((declaration.form, key), []).append(declaration)
    return [UnitGroup(key, members[0].form, _name(members), members[0].year, tuple(members)) for key, members in groups.items()]


def _name(members: list[Declaration]) -> str:
    """The unit's name as most of its declarations write it."""
    names = Counter(declaration.unit for declaration in members if declaration.unit)
    return names.most_common(1)[0][0] if names else PurePath(members[0].file).stem
