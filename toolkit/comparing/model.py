"""What two collections of declarations differ in, as data: units, their projects, fields and indicators, pair by pair.

`comparing.compare` makes a `Comparison`; the outputs print it. `before` is the side named first, `after` the other; None where
that side has no such thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from toolkit.forms import Form
from toolkit.forms.model import Field
from toolkit.forms.tables import ROWS
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.values.amounts import round_half_up

ADDED, DROPPED, RENAMED, MOVED, CHANGED, SAME = "added", "dropped", "renamed", "moved", "changed", "same"
STATES: Mapping[str, str] = {
    ADDED: "新增",
    DROPPED: "取消",
    RENAMED: "更名",
    MOVED: "移动",
    CHANGED: "变动",
    SAME: "未变",
}

# What a project can be; only an indicator can be moved.
PROJECT_STATES = (ADDED, DROPPED, RENAMED, CHANGED, SAME)

# How two projects were found to be the same one.
BY_CODE, BY_NAME, BY_LIKENESS = "code", "name", "likeness"

Years = tuple[int | None, int | None]


@dataclass(frozen=True)
class Side:
    """One side of a comparison: what it is called, its declarations, and the forms they are on, by name."""

    title: str
    declarations: tuple[Declaration, ...]
    forms: Mapping[str, Form]


@dataclass(frozen=True, slots=True)
class Change:
    """One field whose content differs. `routine` says that it only moved on with the year, as dates do."""

    field: Field
    before: Entry
    after: Entry
    routine: bool = False

    @property
    def difference(self) -> Decimal | None:
        """How much more the later amount or number is; None unless both are numbers."""
        before, after = self.before.value, self.after.value
        return after - before if isinstance(before, Decimal) and isinstance(after, Decimal) else None

    @property
    def percent(self) -> Decimal | None:
        """The difference in per cent of the earlier amount, two decimals; None where that is nothing or 0."""
        difference, before = self.difference, self.before.value
        return percent(before, difference) if isinstance(before, Decimal) and difference is not None else None


@dataclass(frozen=True, slots=True)
class RowPair:
    """A row of a table on both sides, or on one; `changes` are its cells that differ, level and name among them."""

    state: str
    before: Row | None
    after: Row | None
    changes: tuple[Change, ...] = ()
    table: str = ROWS


@dataclass(frozen=True, slots=True)
class ProjectPair:
    """A project on both sides, or on one. `likeness` (0 to 1) is set where the projects were matched by it."""

    state: str
    before: Declaration | None
    after: Declaration | None
    matched: str | None = None
    likeness: float | None = None
    changes: tuple[Change, ...] = ()
    rows: tuple[RowPair, ...] = ()

    @property
    def name(self) -> str:
        """The project's name, the later one; never empty."""
        shown = self.after or self.before
        return (shown.project if shown else None) or "（未填项目名称）"

    @property
    def old_name(self) -> str | None:
        """The name it had before, where it was renamed."""
        return (self.before.project or "（未填项目名称）") if self.state == RENAMED and self.before else None

    @property
    def real_changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if not change.routine)

    @property
    def changed_rows(self) -> tuple[RowPair, ...]:
        return tuple(row for row in self.rows if row.state != SAME)


@dataclass(frozen=True, slots=True)
class UnitPair:
    """A unit on both sides, or on one, with its projects; the names are as each side writes them, None where absent."""

    before: str | None
    after: str | None
    projects: tuple[ProjectPair, ...]

    @property
    def name(self) -> str:
        return self.after or self.before or ""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many projects are in each of PROJECT_STATES."""
        found = Counter(project.state for project in self.projects)
        return {state: found[state] for state in PROJECT_STATES}

    def total(self, field: str | None, *, later: bool) -> Decimal:
        """Return the sum of an amount over the unit's projects on one side; blanks and what is no amount count nothing."""
        sides = (project.after if later else project.before for project in self.projects)
        values = (side.value(field) for side in sides if side is not None and field is not None)
        return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))

    def years(self, *, later: bool) -> tuple[int, ...]:
        sides = (project.after if later else project.before for project in self.projects)
        return tuple(sorted({side.year for side in sides if side is not None and side.year is not None}))


@dataclass(frozen=True, slots=True)
class FormPair:
    """Two forms that were compared though they differ: names of the fields that only one of them has."""

    before: str
    after: str
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything two sides differ in. `amount` is the field whose sums are compared; `notes` are for the reader."""

    before: Side
    after: Side
    units: tuple[UnitPair, ...]
    years: Years | None = None
    amount: Field | None = None
    forms: tuple[FormPair, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        return {state: sum(unit.counts[state] for unit in self.units) for state in PROJECT_STATES}

    @property
    def routine(self) -> int:
        """How many dates only moved on with the year."""
        return sum(change.routine for unit in self.units for project in unit.projects for change in project.changes)


def percent(before: Decimal, difference: Decimal) -> Decimal | None:
    """Return `difference` in per cent of `before`, two decimals; None where `before` is 0.

    >>> percent(Decimal("300"), Decimal("-100")), percent(Decimal("0"), Decimal("5"))
    (Decimal('-33.33'), None)
    """
    return round_half_up(difference * 100 / abs(before), 2) if before else None
