"""All rules of a scope looked at in one go: nearly all pass, and only those that do not are calculated in full.

Comes in: a form. Goes out: for a declaration or a row the rules that do not plainly pass, in the form's order. Called by `check`.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import product

from toolkit.forms.computed import computed_fields, helpers_of
from toolkit.forms.model import Form
from toolkit.forms.rules import CompiledRule, compile_rules
from toolkit.forms.surroundings import surroundings
from toolkit.formula.judge import Judge
from toolkit.values.words import OF_FORM, OF_ROW, Scope

Judging = Callable[[Mapping[str, object]], Iterator[CompiledRule]]


@lru_cache(maxsize=64)
def judge_of(form: Form, scope: Scope, table: str, with_roster: bool) -> Judging:
    """Return what gives the rules of a scope, those of rows for the row table of that name, that are to be calculated in full."""
    rules = _of_scope(form, scope, table, with_roster)
    if scope not in (OF_FORM, OF_ROW):
        return lambda _: iter(rules)
    look = form.once(_kept_as(rules, table), lambda: _judge(form, rules, scope, table))
    return lambda names: (rules[index] for index in look(names))


def prepare(form: Form) -> None:
    """Work out what checking asks of a form, to be kept with it (`Form.once`)."""
    made: dict[str, object] = {
        "rules": {each.rule: each for each in compile_rules(form)},
        "helpers": helpers_of(form),
        "computed fields": computed_fields(form),
    }
    asked: list[tuple[Scope, str]] = [(OF_FORM, ""), *((OF_ROW, table.name) for table in form.tables)]
    for (scope, table), with_roster in product(asked, (False, True)):
        rules = _of_scope(form, scope, table, with_roster)
        made[_kept_as(rules, table)] = _judge(form, rules, scope, table)
    form.prepared.update({what: pickle.dumps(each, protocol=pickle.HIGHEST_PROTOCOL) for what, each in made.items()})


def _of_scope(form: Form, scope: Scope, table: str, with_roster: bool) -> list[CompiledRule]:
    of_scope = [rule for rule in compile_rules(form) if rule.rule.scope == scope and (with_roster or not rule.roster_names)]
    return [rule for rule in of_scope if scope != OF_ROW or rule.rule.table == table]


def _judge(form: Form, rules: list[CompiledRule], scope: Scope, table: str) -> Judge:
    known = surroundings(form, table if scope == OF_ROW else None)
    return Judge([(rule.applies.tree if rule.applies else None, rule.condition.tree) for rule in rules], known)


def _kept_as(rules: list[CompiledRule], table: str) -> str:
    return "、".join((f"judge of {table}", *(rule.rule.id for rule in rules)))
