"""What a rule is judged on: each declaration, each of its rows, each unit, the batch; and what names stand for in each.

Comes in: the declarations of a run, all on one form. Goes out: `Case`s, which `check` judges and `explain` explains.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from toolkit.checking.causes import Stopped
from toolkit.checking.environment import Environment, group_environment, prefixed
from toolkit.forms.live import BATCH, UNIT
from toolkit.forms.model import Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.rules import APPROVED, CONTROL, CompiledRule
from toolkit.forms.surroundings import word_columns
from toolkit.formula import Formula
from toolkit.reading.computed import environment_of
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.values.errors import ErrorValue
from toolkit.values.text import label_key
from toolkit.values.words import OF_BATCH, OF_FORM, OF_ROW, OF_UNIT

UnitKey = tuple[str, int | None]

# What becomes of a rule in one place.
PASSED, FAILED, PASSED_OVER, NOT_CALCULATED = "通过", "不通过", "不适用", "算不出来"


@dataclass(frozen=True, slots=True)
class Case:
    """What one evaluation is about: where a finding would point, and what the names mean.

    `members` are the unit's declarations where it is about the unit; `stopped` takes down the rules that bad cells stop.
    """

    environment: Mapping[str, object]
    declaration: Declaration | None = None
    row: Row | None = None
    file: str = ""
    unit: str | None = None
    members: tuple[Declaration, ...] = ()
    stopped: Stopped = field(default_factory=Stopped)

    def entry(self, name: str) -> Entry | None:
        """Return what a name stands for here where that is one cell: of the row, or of the declaration."""
        if self.row is not None and name in self.row.entries:
            return self.row.entries[name]
        return self.declaration.entries.get(name) if self.declaration else None


def verdict(rule: CompiledRule, environment: Mapping[str, object]) -> tuple[str, Formula, object]:
    """Return what becomes of a rule, the formula that decides it (its 前提 with 缺值, or its condition), and what that comes to."""
    if rule.applies is not None:
        applies = rule.applies.evaluate(environment)
        if applies is not True:
            return PASSED_OVER if applies is False else NOT_CALCULATED, rule.applies, applies
    result = rule.condition.evaluate(environment)
    if isinstance(result, ErrorValue) or not isinstance(result, (bool, int, float)):
        return NOT_CALCULATED, rule.condition, result
    return PASSED if result else FAILED, rule.condition, result


class Views:
    """What the names of rules stand for in each declaration, row, unit, and in the batch."""

    def __init__(
        self,
        declarations: Sequence[Declaration],
        form: Form,
        rules: Sequence[CompiledRule],
        roster: Roster | None,
        stopped: Stopped | None = None,
    ) -> None:
        self._all, self._roster, self._form, self._stopped = declarations, roster, form, stopped or Stopped()
        self._lists: Environment = {**word_columns(form)}
        self._shared: list[Environment] = [dict(self._lists) for _ in declarations]
        self._read = [environment_of(each, form, shared) for each, shared in zip(declarations, self._shared, strict=True)]
        self._members: dict[UnitKey, list[int]] = {}
        for index, declaration in enumerate(declarations):
            self._members.setdefault(unit_key(declaration), []).append(index)
        names = frozenset(name for rule in rules for name in rule.unit_names)
        self._units = {key: group_environment([self._read[i][0] for i in m], names) for key, m in self._members.items()}
        everything = (environment for environment, _ in self._read)
        self._batch = group_environment(list(everything), frozenset(name for rule in rules for name in rule.batch_names))
        self._lists.update(prefixed(BATCH, self._batch))

    def declarations(self) -> Iterator[tuple[Case, dict[str, list[Case]]]]:
        """Yield each declaration, and its rows by table."""
        for declaration, shared, (environment, rows) in zip(self._all, self._shared, self._read, strict=True):
            shared.update(prefixed(UNIT, self._units[unit_key(declaration)]), **prefixed(BATCH, self._batch))
            shared[APPROVED] = _approved(declaration, self._roster, self._form)
            whole = Case(environment, declaration, stopped=self._stopped)
            cases = {}
            for table in self._form.tables:
                pairs = zip(rows[table.name], declaration.rows_of(table), strict=True)
                cases[table.name] = [Case(names, declaration, row, stopped=self._stopped) for names, row in pairs]
            yield whole, cases

    def units(self) -> Iterator[Case]:
        for key, members in self._members.items():
            first = self._all[members[0]]
            known = self._roster.find(first.unit) if self._roster else None
            control: Environment = {CONTROL: _number(known.control if known else None, self._form)}
            names = {**control, **self._lists, **prefixed(UNIT, self._units[key]), **self._units[key]}
            own = tuple(self._all[index] for index in members)
            yield Case(names, file=first.file, unit=first.unit, members=own, stopped=self._stopped)

    def batch(self) -> Iterator[Case]:
        if self._all:
            yield Case({**self._lists, **self._batch}, file=self._all[0].file, stopped=self._stopped)

    def of(self, rule: CompiledRule) -> Iterator[Case]:
        """Yield what one rule is judged on, in the order of the files."""
        if rule.rule.scope == OF_UNIT:
            yield from self.units()
        elif rule.rule.scope == OF_BATCH:
            yield from self.batch()
        for whole, rows in self.declarations() if rule.rule.scope in (OF_FORM, OF_ROW) else ():
            yield from [whole] if rule.rule.scope == OF_FORM else rows.get(rule.rule.table, ())


def unit_key(declaration: Declaration) -> UnitKey:
    """Return what makes declarations belong to one unit: its name, whatever its width and spaces, and the year."""
    return label_key(declaration.unit or ""), declaration.year


def _approved(declaration: Declaration, roster: Roster | None, form: Form) -> float | None:
    project = roster.project(declaration.unit, declaration.project, declaration.code) if roster else None
    return _number(project.approved if project else None, form)


def _number(amount: Decimal | None, form: Form) -> float | None:
    """An amount of the roster, which is in 元, as the form's rules reckon."""
    return None if amount is None else float(amount / form.money.size)
