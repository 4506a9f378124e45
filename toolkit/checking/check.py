"""Declarations + form → findings: every rule in its scope over a whole batch.

Comes in: the declarations of a run, all on one form, in the order of their files. Goes out: findings in that order, those
about units and the batch last. Never touches a file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from toolkit.checking.cases import FAILED, NOT_CALCULATED, Case, Views, verdict
from toolkit.checking.causes import Stopped, bad_entries, causes
from toolkit.checking.cells import cell_findings
from toolkit.checking.doubts import doubt_findings
from toolkit.checking.judging import judge_of
from toolkit.checking.model import Finding, NotApplicable
from toolkit.checking.slips import slip_findings
from toolkit.checking.sums import sum_shown
from toolkit.forms.model import Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.rules import CompiledRule, compile_rules, name_kinds
from toolkit.forms.tables import Rule
from toolkit.formula import MOST_STEPS, TOO_MUCH
from toolkit.reading.model import BLANK, UNFILLED, Declaration, Entry
from toolkit.reading.shown import plain_text
from toolkit.values.errors import ErrorValue
from toolkit.values.explained import is_explanation
from toolkit.values.words import DECLARATION, HINT, OF_BATCH, OF_FORM, OF_ROW, OF_UNIT, REPAIR

# What is asked of a unit that cannot or need not correct what a rule of level 核实 finds.
EXPLAIN = "确有原因不必改的，请在“自检”表这一行的“说明”栏写明原因。"

# What an advice says a word from a list is to be changed to.
_CHANGED_TO = re.compile(r"改为([^，；。]*)")


def check_declarations(declarations: Sequence[Declaration], form: Form, *, roster: Roster | None = None) -> list[Finding]:
    """Return every finding about `declarations`, repairs included.

    `roster` gives rules the unit's 控制数 and the project's 批复金额, blank where it says nothing; without one, rules
    that read them are not run.
    """
    rules = tuple(rule for rule in compile_rules(form) if roster is not None or not rule.roster_names)
    findings: list[Finding] = []
    stopped = Stopped()
    views = Views(declarations, form, rules, roster, stopped)
    for (case, rows), doubts in zip(views.declarations(), doubt_findings(declarations, roster), strict=True):
        declaration = case.declaration
        assert declaration is not None
        if _is_unfilled(declaration):
            findings += doubts
            continue
        bad = list(cell_findings(declaration, form))
        stopped.tell(declaration, bad, len(findings))
        findings += bad
        findings += slip_findings(declaration, form)
        findings += doubts
        findings += _failures(judge_of(form, OF_FORM, "", roster is not None)(case.environment), case, form)
        for table, cases in rows.items():
            judge = judge_of(form, OF_ROW, table, roster is not None)
            for row in cases:
                findings += _failures(judge(row.environment), row, form)
        findings += (_repair(declaration, number) for number in range(len(declaration.repairs)))
    for case in views.units():
        findings += _failures((rule for rule in rules if rule.rule.scope == OF_UNIT), case, form)
    for case in views.batch():
        findings += _failures((rule for rule in rules if rule.rule.scope == OF_BATCH), case, form)
    stopped.say(findings)
    return findings


def not_applicable(declarations: Sequence[Declaration], form: Form, *, roster: Roster | None = None) -> list[NotApplicable]:
    """Return which rules are not judged because of their 前提 or 缺值; a row rule where no row of a declaration lets it be."""
    rules = [rule for rule in compile_rules(form) if rule.applies and (roster is not None or not rule.roster_names)]
    if not rules:
        return []
    views, found = Views(declarations, form, rules, roster), []
    of_form = [rule for rule in rules if rule.rule.scope == OF_FORM]
    of_row = [rule for rule in rules if rule.rule.scope == OF_ROW]
    for case, rows in views.declarations():
        if case.declaration is not None and _is_unfilled(case.declaration):
            continue
        found += [(case, rule) for rule in of_form if not _judged(rule, case)]
        found += [(case, rule) for rule in of_row if not any(_judged(rule, row) for row in rows.get(rule.rule.table, ()))]
    for scope, cases in ((OF_UNIT, views.units()), (OF_BATCH, views.batch())):
        found += [(case, rule) for case in cases for rule in rules if rule.rule.scope == scope and not _judged(rule, case)]
    return [_passed_over(rule, case) for case, rule in found]


def _is_unfilled(declaration: Declaration) -> bool:
    return any(doubt.rule == UNFILLED for doubt in declaration.doubts)


def _judged(rule: CompiledRule, case: Case) -> bool:
    return rule.applies is None or rule.applies.evaluate(case.environment) is not False


def _passed_over(rule: CompiledRule, case: Case) -> NotApplicable:
    of = case.declaration
    if of is None:
        return NotApplicable(rule.rule.id, case.file, case.unit, None, None)
    return NotApplicable(rule.rule.id, of.file, of.unit, of.project, of.sheet)


def _failures(rules: Iterable[CompiledRule], case: Case, form: Form) -> Iterator[Finding]:
    for rule in rules:
        found, _, result = verdict(rule, case.environment)
        if found == FAILED:
            yield _failed(rule, case, form)
        elif found == NOT_CALCULATED:
            if any(case.environment[name] is None for name in rule.roster_names):
                continue  # nothing to hold the wrong cell against
            concerned = (case.declaration,) if case.declaration else case.members
            if not case.stopped.stop(rule, causes(rule, concerned, case.row)):
                yield _not_calculated(rule, case, form, result)


def _failed(rule: CompiledRule, case: Case, form: Form) -> Finding:
    kind = name_kinds(form)
    message = rule.message.evaluate(case.environment, kind)
    message += sum_shown(rule, case, form, beside=message)
    suggestion = rule.suggestion.evaluate(case.environment, kind)
    found = _finding(rule, case, form, f"（试行）{message}" if rule.rule.trial else message, suggestion)
    return _explained(found, rule.rule, case.declaration) if rule.rule.verify and case.declaration else found


def _explained(finding: Finding, rule: Rule, declaration: Declaration) -> Finding:
    """A finding of a rule that lets the unit explain: a warning where it did; where there is room for it, how to."""
    said = declaration.explanations.get(rule.known_as)
    if said is None:
        return finding
    shown = " ".join(said.split())
    if not is_explanation(said):
        hollow = f"“说明”栏写的“{shown}”没有说出原因，请写清楚。" if shown else ""
        return replace(finding, suggestion=f"{finding.suggestion}{hollow}{EXPLAIN}")
    return finding.explained(shown, "原因成立的不必改；不成立的请改正。")


def _not_calculated(rule: CompiledRule, case: Case, form: Form, result: object) -> Finding:
    bad = bad_entries(rule, case.declaration, case.row) if case.declaration else ()
    culprits = [f"{entry.cell or '缺行'} {name}“{entry.text or '（缺失）'}”" for name, entry, _ in bad]
    if culprits:
        cause = f"{'、'.join(culprits)}不能参加计算"
    elif result == TOO_MUCH:
        cause = f"一次计算超过 {MOST_STEPS:,} 步"
    else:
        cause = f"计算结果是 {result}" if isinstance(result, ErrorValue) else f"条件的结果“{result}”不是真或假"
    message = f"规则无法计算：“{rule.rule.id}”（{cause}）。"
    return _finding(rule, case, form, message, "请先改正这些单元格，再重新审核。" if culprits else "请检查该规则的条件公式。")


def _finding(rule: CompiledRule, case: Case, form: Form, message: str, suggestion: str) -> Finding:
    field, entry = _place(rule, case, form)
    declaration = case.declaration
    return Finding(
        rule=rule.rule.id,
        severity=rule.rule.severity,
        family=DECLARATION,
        file=declaration.file if declaration else case.file,
        unit=declaration.unit if declaration else case.unit,
        project=declaration.project if declaration else None,
        sheet=declaration.sheet if declaration else None,
        cell=entry.cell if entry else None,
        field=field,
        value=plain_text(entry) or None if entry else None,
        expected=_expected(form, field, case, plain_text(entry) if entry else "", suggestion),
        message=message,
        suggestion=suggestion or f"请核对{field or '相关内容'}。",
        row=case.row.row if case.row else None,
    )


def _place(rule: CompiledRule, case: Case, form: Form) -> tuple[str | None, Entry | None]:
    """The field a finding points to: the first of 定位, else the first field the condition names."""
    text = rule.rule.condition
    named = sorted((n for n in rule.condition.names if n in form.by_name), key=text.find)
    field = next(iter(rule.rule.targets or named), None)
    if field is None or case.declaration is None:
        return field, None
    entry = case.entry(field)
    if entry is None and field in form.table_of:
        return field, Entry(None, "", _table_cell(field, case.declaration, form), BLANK)
    return field, entry


def _table_cell(name: str, declaration: Declaration, form: Form) -> str | None:
    """Where a finding about a whole column points: its first cell that is filled, else its first cell as drawn."""
    rows = declaration.rows_of(form.table_of[name])
    if rows:
        return rows[0][name].cell
    return form.by_name[name].cell if declaration.sheet is not None else None


def _expected(form: Form, name: str | None, case: Case, value: str, suggestion: str) -> str | None:
    """The words a field with a plain list may hold; of those, where it holds one, what it is to be changed to. None for everything else."""
    field = form.by_name.get(name or "")
    if field is None or not field.code_list or case.declaration is None:
        return None
    words = [word for word in form.lists.get(field.code_list, ()) if word]
    if value in words:
        advised = _CHANGED_TO.search(suggestion)
        words = [word for word in words if word != value and advised and word in advised[1]]
    return "、".join(words) or None


def _repair(declaration: Declaration, number: int) -> Finding:
    repair = declaration.repairs[number]
    return Finding(
        rule=repair.rule,
        severity=HINT,
        family=REPAIR,
        file=declaration.file,
        unit=declaration.unit,
        project=declaration.project,
        sheet=declaration.sheet,
        cell=repair.cell,
        field=repair.field,
        value=repair.before or None,
        expected=repair.after or None,
        message=repair.message,
        suggestion="已自动处理，无需修改。",
    )
