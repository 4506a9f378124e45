"""What a row of a text consists of besides its levels: a cell for each column, one for the columns that make a target.

Comes in: the form's row table and what the text's headings name. Goes out: `Slot`s, in the order of the drawing. Used by `table`.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from toolkit.forms.model import IndicatorTable


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a row as text shows it: one column (it may hold a whole target), or the three of a target."""

    names: tuple[str, ...]
    is_target: bool


def slots_of(table: IndicatorTable) -> tuple[Slot, ...]:
    """Return what a row consists of besides its levels."""
    slots: list[Slot] = []
    for column in table.columns:
        if column.name in table.levels:
            continue
        target = next((target.names for target in table.targets if column.name in target.names), None)
        slot = Slot(target or (column.name,), target is not None or column.name in table.whole_targets)
        if slot not in slots:
            slots.append(slot)
    return tuple(slots)


def arrangements(table: IndicatorTable, told: Set[str]) -> tuple[tuple[Slot, ...], ...]:
    """Return what a row may consist of in a text whose heading names the columns `told`: those or all; all or the least, without heading.

    A text of another year, or another office, has no words for a column that the form has besides name and target; taken for a blank
    in every row, that column would cost more than rows do.
    """
    slots = slots_of(table)
    needed = [slot for slot in slots if slot.is_target or table.naming in slot.names]
    named = [slot for slot in slots if slot in needed or not told.isdisjoint(slot.names)]
    return tuple(dict.fromkeys(map(tuple, (named, slots) if table.naming in told else (slots, needed))))
