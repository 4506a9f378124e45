"""All rules of a scope looked at in one go: nearly all pass, and only those that do not are calculated in full.

Comes in: a form. Goes out: for a declaration or a row the rules that do not plainly pass, in the form's order. Called by `check`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from toolkit.forms.model import Form
from toolkit.forms.rules import CompiledRule, compile_rules
from toolkit.forms.surroundings import surroundings
from toolkit.formula.judge import judge
from toolkit.values.words import OF_FORM, OF_ROW, Scope

Judge = Callable[[Mapping[str, object]], Iterator[CompiledRule]]


@lru_cache(maxsize=64)
def judge_of(form: Form, scope: Scope, table: str, with_roster: bool) -> Judge:
    """Return what gives the rules of a scope, those of rows for the row table of that name, that are to be calculated in full."""
    of_scope = [rule for rule in compile_rules(form) if rule.rule.scope == scope and (with_roster or not rule.roster_names)]
    rules = [rule for rule in of_scope if scope != OF_ROW or rule.rule.table == table]
    if scope not in (OF_FORM, OF_ROW):
        return lambda _: iter(rules)
    known = surroundings(form, table if scope == OF_ROW else None)
    look = judge([(rule.applies.tree if rule.applies else None, rule.condition.tree) for rule in rules], known)
    return lambda names: (rules[index] for index in look(names))
