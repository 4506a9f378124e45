"""Rules that cannot be calculated, told where the cause is: a bad cell makes one finding, and what depends on it is said in it.

Comes in: findings about cells, and rules that met a cell without a value of its type. Goes out: the same findings, each with the rules
that it stopped. A rule whose cause no finding names keeps one of its own, so that none passes unseen. Called by `check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from toolkit.checking.model import Finding
from toolkit.forms.live import ALL, BATCH, UNIT
from toolkit.forms.rules import CompiledRule
from toolkit.reading.model import BLANK, MISSING, OK, Declaration, Entry, Row
from toolkit.values.words import RANK

# So many rules are named one by one.
_MOST_NAMED = 5

Place = tuple[int, str, int | None]


@dataclass(frozen=True)
class Stopped:
    """The findings about bad cells by declaration, field and row (None for a single field), and the rules that each stopped."""

    told: dict[Place, int] = field(default_factory=dict)
    rules: dict[Place, dict[str, CompiledRule]] = field(default_factory=dict)

    def tell(self, declaration: Declaration, findings: Sequence[Finding], first: int) -> None:
        """Take note of a declaration's findings about cells, which stand from index `first` on among all."""
        for index, finding in enumerate(findings, start=first):
            self.told[id(declaration), finding.field or "", finding.row] = index

    def stop(self, rule: CompiledRule, causes: Sequence[Place]) -> bool:
        """Note that the rule was stopped by these cells; False where no finding tells of any of them."""
        known = [cause for cause in causes if cause in self.told]
        for cause in known:
            self.rules.setdefault(cause, {}).setdefault(rule.rule.id, rule)
        return bool(known)

    def say(self, findings: list[Finding]) -> None:
        """Say in the findings about cells which rules could not be calculated; none is milder than what it stopped."""
        for cause, rules in self.rules.items():
            index = self.told[cause]
            named = "、".join(list(rules)[:_MOST_NAMED])
            more = f"等 {len(rules)} 条" if len(rules) > _MOST_NAMED else ""
            message = f"{findings[index].message}受它影响，规则无法计算：{named}{more}，改正后再审核。"
            severity = min((findings[index].severity, *(rule.rule.severity for rule in rules.values())), key=RANK.__getitem__)
            findings[index] = replace(findings[index], message=message, severity=severity)


def bad_entries(rule: CompiledRule, declaration: Declaration, row: Row | None = None) -> Iterator[tuple[str, Entry, int | None]]:
    """Yield what a rule reads of a declaration that holds no value of its type and is not blank: name, entry, row."""
    for read in sorted(rule.names):
        name = read.removeprefix(ALL).removeprefix(UNIT).removeprefix(BATCH)
        if row is not None and name in row.entries and (read == name or ALL + name not in rule.names):
            found: list[tuple[Entry, int | None]] = [(row.entries[name], row.row)]
        elif name in declaration.entries:
            found = [(declaration.entries[name], None)]
        else:
            found = [(each.entries[name], each.row) for each in _rows_with(name, declaration)]
        yield from ((name, entry, number) for entry, number in found if entry.state not in (OK, BLANK))


def causes(rule: CompiledRule, declarations: Sequence[Declaration], row: Row | None = None) -> list[Place]:
    """Return the places of the cells that stop a rule; a column that is gone is told of in the first row."""
    found: dict[Place, None] = {}
    for declaration in declarations:
        for name, entry, number in bad_entries(rule, declaration, row):
            gone = entry.state == MISSING and number is not None
            found[id(declaration), name, _rows_with(name, declaration)[0].row if gone else number] = None
    return list(found)


def _rows_with(name: str, declaration: Declaration) -> list[Row]:
    """The rows of the table that has such a column."""
    return [row for rows in (declaration.rows, *declaration.more_rows.values()) for row in rows if name in row.entries]
