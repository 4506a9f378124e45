"""Findings: problems as data. The fields are those of the contract in DESIGN, in its order."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from toolkit.values.pickled import by_fields
from toolkit.values.words import EXPLAINED, WARNING, Family, Severity


@by_fields
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

    def explained(self, text: str, suggestion: str) -> Finding:
        """Return the finding as the warning that it is since the unit explained it."""
        message = f"{_lead(text)}{self.message}"
        return dataclasses.replace(self, severity=WARNING, message=message, suggestion=suggestion, explanation=text)

    @property
    def problem(self) -> str:
        """The message without what the unit explained."""
        return self.message.removeprefix(_lead(self.explanation)) if self.explanation else self.message

    def record(self) -> dict[str, str | None]:
        """Return the finding as the contract has it: its keys in their order, without `row`; `explanation` where there is one."""
        left_out = {"row"} if self.explanation else {"row", "explanation"}
        return {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name not in left_out}


def _lead(explanation: str) -> str:
    return f"单位{EXPLAINED}（{explanation}）："


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
