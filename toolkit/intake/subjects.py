"""What a finding is about: the declaration, the indicator row and the rule behind it; and the key by which it is known again.

Comes in: a batch that was read, and its findings. Goes out: `Subject`s and keys. Called by `decisions` (to find a
reviewer's decision again after a new return) and by `report` (to show a finding in its context).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import PurePath

from toolkit.checking.model import Finding
from toolkit.comparing.entries import content_of
from toolkit.forms import Form
from toolkit.forms.live import ALL, BATCH, UNIT
from toolkit.forms.model import IndicatorTable
from toolkit.forms.rules import CompiledRule, compile_rules
from toolkit.intake.model import Batch
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.values.text import label_key, squeeze
from toolkit.values.words import FILE

# Prefix of messages of rules on trial: that a rule leaves its trial changes no decision.
_TRIAL = "（试行）"
_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about; each None where it concerns none. `rule` is None for findings no template rule made."""

    form: Form | None = None
    declaration: Declaration | None = None
    row: Row | None = None
    rule: CompiledRule | None = None

    @property
    def table(self) -> IndicatorTable | None:
        """The row table of its row."""
        return table_of(self.form, self.row)

    def reads(self) -> tuple[str, ...]:
        """Return the single fields the rule looks at, in the form's order; in a row's rule its columns too."""
        if self.rule is None or self.form is None:
            return ()
        names = self.rule.names
        fields = [field.name for field in self.form.fields if field.name in names]
        columns = self.table.names if self.table else ()
        return (*fields, *(name for name in columns if name in names))

    def entry(self, name: str) -> Entry | None:
        """Return what stands in field `name`, of the row where it is one of its columns."""
        if self.row is not None and name in self.row.entries:
            return self.row.entries[name]
        return self.declaration.entries.get(name) if self.declaration else None

    def compares(self) -> bool:
        """Whether the rule looks beyond the declaration's own cells: at a whole column, the unit or the batch."""
        if self.rule is None or self.declaration is None:
            return True
        wide = set(self.form.table_of if self.form else ()).difference(self.table.names if self.table else ())
        names = self.rule.names
        return any(name.startswith((ALL, UNIT, BATCH)) for name in names) or not names.isdisjoint(wide)


@dataclass(frozen=True, slots=True)
class Key:
    """`place` says which rule, unit, project, indicator and field; `value` what was filled in there."""

    place: str
    value: str

    def __str__(self) -> str:
        return f"{self.place}-{self.value}"


class Subjects:
    """The declarations of a batch, ready to be found from findings."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self._rules: dict[tuple[str, str], list[CompiledRule]] = {}
        for name, form in batch.forms.items():
            for rule in compile_rules(form):
                self._rules.setdefault((name, rule.rule.id), []).append(rule)
        self._by_place: dict[tuple[str, str | None, str | None], list[Declaration]] = {}
        for declaration in batch.declarations:
            place = (declaration.file, declaration.sheet, declaration.project)
            self._by_place.setdefault(place, []).append(declaration)

    def of(self, finding: Finding) -> Subject:
        """Return what `finding` is about."""
        declarations = self._by_place.get((finding.file, finding.sheet, finding.project), ())
        if finding.family == FILE or (finding.sheet is None and finding.project is None):
            declarations = ()
        if finding.row is not None:
            for declaration in declarations:
                found = [row for rows in (declaration.rows, *declaration.more_rows.values()) for row in rows if row.row == finding.row]
                row = next((row for row in found if finding.field in row.entries), next(iter(found), None))
                if row is not None:
                    return self._subject(finding, declaration, row)
        return self._subject(finding, declarations[0] if declarations else None, None)

    def _subject(self, finding: Finding, declaration: Declaration | None, row: Row | None) -> Subject:
        if declaration is not None:
            form = self.batch.forms[declaration.form]
            return Subject(form, declaration, row, self._rule(form, finding))
        for form in self.batch.forms.values():
            rule = self._rule(form, finding)
            if rule is not None:
                return Subject(form, None, None, rule)
        return Subject()

    def _rule(self, form: Form, finding: Finding) -> CompiledRule | None:
        """The rule that found it; of several that one about a grid stands for, that of the finding's row or column."""
        rules = self._rules.get((form.name, finding.rule), [])
        return next((rule for rule in rules if finding.field in rule.rule.targets), next(iter(rules), None))

    def key(self, finding: Finding) -> Key:
        """Return the finding's key: the same for the same rule, unit, project, indicator, field and content.

        File, sheet and cell have no part in it, because a new return may move rows. The content is the finding's value
        and every single field and cell of the row that its rule looks at; for a rule over a column, the unit or the
        batch also its message, which carries the figures.
        """
        subject = self.of(finding)
        indicator = identity(subject.form, subject.row)
        unit = finding.unit if finding.family != FILE else PurePath(finding.file).name
        place = _digest(finding.rule, label_key(unit or ""), label_key(finding.project or ""), finding.field, *indicator)
        content = [squeeze(finding.value or "")]
        content += [f"{name}={content_of(subject.entry(name))}" for name in subject.reads() if subject.entry(name)]
        if subject.compares():
            content.append(squeeze(finding.problem.removeprefix(_TRIAL)))
        return Key(place, _digest(*content))


def table_of(form: Form | None, row: Row | None) -> IndicatorTable | None:
    """Return the row table that a row is of."""
    return next((form.table_of[name] for name in row.entries if name in form.table_of), None) if form and row else None


def identity(form: Form | None, row: Row | None) -> tuple[str, ...]:
    """Return what names an indicator within its project: its innermost level and the first column after the levels."""
    table = table_of(form, row)
    if table is None or row is None:
        return ()
    levels = table.levels
    names = table.names[max(len(levels) - 1, 0) : len(levels) + 1]
    return tuple(content_of(row[name]) for name in names)


def _digest(*parts: str | None) -> str:
    text = json.dumps(parts, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_DIGITS]
