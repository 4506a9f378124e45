"""What belongs to one unit: its declarations of a year gathered, and its returns that contradict each other, as data.

Comes in: declarations as read. Goes out: groups, one workbook and one Word report for each (`merge`, `import`). Conflicts are found
by `returns`; `merge` and `status` act on them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from toolkit.checking.cases import UnitKey, unit_key
from toolkit.reading.model import Declaration

Pair = tuple[str, str]


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


@dataclass(frozen=True)
class Conflict:
    """The files of one unit, year and form that hold the same project with different content, in order of arrival.

    `key` is that of the unit's `UnitGroup`. `undecided` are pairs, the earlier file first, between which
    nobody chose; `left` names each file that does not count, with the one that counts instead.
    """

    key: tuple[str, tuple[str, int | None]]
    unit: str
    files: tuple[str, ...]
    undecided: tuple[Pair, ...] = ()
    left: tuple[Pair, ...] = ()

    @property
    def rivals(self) -> tuple[str, ...]:
        """The files between which nobody chose, in order of arrival."""
        found = {file for pair in self.undecided for file in pair}
        return tuple(file for file in self.files if file in found)
