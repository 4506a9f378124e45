"""Findings: problems as data. The fields are those of the contract in DESIGN, in its order."""

from __future__ import annotations

from dataclasses import dataclass

ERROR, WARNING, HINT = "error", "warning", "hint"
FILE, DECLARATION, REPAIR = "file", "declaration", "repair"


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem. `cell` is A1 or A1:B2; `sheet` and `cell` are None for findings about a unit or the batch."""

    rule: str
    severity: str
    family: str
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
