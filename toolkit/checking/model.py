"""Findings: problems as data. The fields are those of the contract in DESIGN, in its order."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from toolkit.values.words import Family, Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `cell` is A1 or A1:B2; `sheet` and `cell` are None for findings about a unit or the batch.

    `row` is the number of the indicator row it is about (`Row.row`), None for all else; the contract's record has no such
    key, and two findings that differ in nothing else are equal. `explanation` is what the unit wrote why it may stay so, where the rule
    lets it explain.
    """

    rule: str
    severity: Severity
    family: Family
    file: str
    unit: str | None
    project: str | None
    sheet: str | None
    cell: str | None
    field: str | None
    value: str | None
    expected: str | None
    message: str
    suggestion: str
    row: int | None = dataclasses.field(default=None, compare=False)
    explanation: str | None = None

    def record(self) -> dict[str, str | None]:
        """Return the finding as the contract has it: its keys in their order, without `row`; `explanation` where there is one."""
        left_out = {"row"} if self.explanation else {"row", "explanation"}
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name not in left_out}


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A rule that was not judged, in the place where it was not: neither a finding nor a pass."""

    rule: str
    file: str
    unit: str | None
    project: str | None
    sheet: str | None

    def record(self) -> dict[str, str | None]:
        return dataclasses.asdict(self)
