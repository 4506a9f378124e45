"""A form's rules made ready to run: conditions and messages compiled once, and which group columns they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.forms.model import Form, Rule
from toolkit.forms.rules import APPROVED, BATCH, CONTROL, UNIT, names_in_scope
from toolkit.formula import Formula, Message, compile_formula, render_message
from toolkit.values.words import OF_BATCH, OF_UNIT, SWITCHED_OFF


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its condition and texts compiled; `unit_names` and `batch_names` are the group columns it reads.

    `roster_names` are the figures of the roster that its condition reads.
    """

    rule: Rule
    condition: Formula
    message: Message
    suggestion: Message
    unit_names: frozenset[str]
    batch_names: frozenset[str]
    roster_names: frozenset[str]


def compile_rules(form: Form) -> tuple[CompiledRule, ...]:
    """Return the form's rules that are in force (启用, 试行), in the form's order."""
    return tuple(_compile(rule, form) for rule in form.rules if rule.state != SWITCHED_OFF)


def _compile(rule: Rule, form: Form) -> CompiledRule:
    known = names_in_scope(rule.scope, form.by_name, form.table.names if form.table else ())
    condition = compile_formula(rule.condition, known, form.lists)
    message = render_message(rule.message, known, form.lists)
    suggestion = render_message(rule.suggestion, known, form.lists)
    names = condition.names | message.names | suggestion.names
    unit, batch = _after(UNIT, names), _after(BATCH, names)
    if rule.scope == OF_UNIT:
        unit |= names & set(form.by_name)
    elif rule.scope == OF_BATCH:
        batch |= names & set(form.by_name)
    roster = (condition.names & {APPROVED, CONTROL}) - set(form.by_name)
    return CompiledRule(rule, condition, message, suggestion, frozenset(unit), frozenset(batch), roster)


def _after(prefix: str, names: frozenset[str]) -> set[str]:
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}
