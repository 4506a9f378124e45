"""What several judges say of one value of ours: agreed, outvoted, explained, or against us.

A judge that cannot calculate a formula has no vote. Two judges with the same other value are right unless
`differences` says what Excel does; so is a judge whom nobody contradicts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from tests.formula.oracle import LOGICAL, Case, as_numbers, same, shown
from tests.formula.oracle_differences import DIFFERENCES, Difference
from tests.judges.differences import MORE_DIFFERENCES
from tests.judges.programs import Missing
from toolkit.values.errors import VALUE, ErrorValue

DAY_ZERO = datetime(1899, 12, 30)
ALL_DIFFERENCES = (*DIFFERENCES, *MORE_DIFFERENCES)


@dataclass
class Tally:
    """Counts of cells per judge and function, and what is left to explain."""

    formulas: int = 0
    cells: int = 0
    agreed: Counter[str] = field(default_factory=Counter)
    otherwise: Counter[tuple[str, str]] = field(default_factory=Counter)
    missing: Counter[tuple[str, str]] = field(default_factory=Counter)
    explained: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)


def tally_case(case: Case, found: Mapping[str, Sequence[Sequence[object]]], tally: Tally) -> None:
    """Count one formula; `found` are the cells of its result per judge."""
    name = case.formula.partition("(")[0] if "(" in case.formula else "运算符"
    tally.formulas += 1
    votes = {judge: cells for judge, cells in found.items() if not _not_lifted(case, cells)}
    tally.missing.update((judge, f"{name}（数组）") for judge in found if judge not in votes)
    for i, line in enumerate(case.expected):
        for j, expected in enumerate(line):
            numbers = case.numeric[min(i, len(case.numeric) - 1)][min(j, len(case.numeric[0]) - 1)]
            values = {judge: cells[i][j] for judge, cells in votes.items()}
            _vote(case.formula, (expected, numbers), values, name, tally)


def tally_value(formula: str, expected: object, values: Mapping[str, object], name: str, tally: Tally) -> None:
    """Count one result under `name`; `formula` is what it is called where it stays unexplained."""
    tally.formulas += 1
    _vote(formula, (expected, expected), values, name, tally)


def _vote(formula: str, expected: tuple[object, object], found: Mapping[str, object], name: str, tally: Tally) -> None:
    tally.cells += 1
    tally.missing.update((judge, name) for judge, value in found.items() if isinstance(value, Missing))
    values = {judge: _plain(value) for judge, value in found.items() if not isinstance(value, Missing)}
    against = {judge: value for judge, value in values.items() if not _agrees(formula, *expected, value)}
    tally.agreed.update(values.keys() - against.keys())
    tally.otherwise.update((judge, name) for judge in against)
    alike = Counter(shown(value) for value in against.values())
    if not against or (len(against) < len(values) and max(alike.values()) < 2):
        return
    reason = next((d.reason for value in against.values() for d in ALL_DIFFERENCES if _explains(d, formula, expected[0], value)), None)
    if reason is not None:
        tally.explained[reason] += 1
    else:
        said = "，".join(f"{judge} {shown(value)!r}" for judge, value in against.items())
        tally.unexplained.append(f"{formula}：本程序 {shown(expected[0])!r}，{said}")


def _explains(difference: Difference, formula: str, expected: object, value: object) -> bool:
    return difference.explains(formula, shown(expected), shown(value))


def _not_lifted(case: Case, cells: Sequence[Sequence[object]]) -> bool:
    """Whether a program took a formula with several results for one with a single one: empty cells, or #VALUE! in all."""
    pairs = [(ours, theirs) for line, other in zip(case.expected, cells, strict=True) for ours, theirs in zip(line, other, strict=True)]
    if len(pairs) == 1:
        return False
    empty = any(theirs is None and ours not in (None, "") for ours, theirs in pairs)
    return empty or (all(theirs == VALUE for _, theirs in pairs) and any(shown(ours) != VALUE.code for ours, _ in pairs))


def _agrees(formula: str, expected: object, numbers: object, found: object) -> bool:
    value = found.code if isinstance(found, ErrorValue) else found
    if isinstance(expected, bool) and value in (0, 1):
        value = bool(value)
    return same(expected, value) or bool(LOGICAL.search(formula) and same(as_numbers(numbers), value))


def _plain(value: object) -> object:
    """A date as its number in Excel's calendar."""
    if isinstance(value, datetime):
        return (value - DAY_ZERO).total_seconds() / 86400
    return (datetime(value.year, value.month, value.day) - DAY_ZERO).days if isinstance(value, date) else value
