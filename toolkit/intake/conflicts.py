"""Two returns of one unit that contradict each other, as data: `returns` finds them, `merge` and `status` act on them."""

from __future__ import annotations

from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True)
class Conflict:
    """The files of one unit, year and form that hold the same project with different content, in order of arrival.

    `key` is that of the unit's group (`units.UnitGroup.key`). `undecided` are pairs, the earlier file first, between which
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
