"""Rules that follow from 字段 alone: 必填, 列表 and 最大长度 are checked without anyone writing a formula.

Each is an ordinary `Rule` with an Excel formula, so it runs everywhere a written rule runs. A rule of the same 编号 in
审核规则 takes its place: that is how a clerk rewords one or changes its 级别.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from toolkit.forms.model import CODE, DEPENDENT_LIST, LONG_TEXT, TEXT, Field, IndicatorTable, Rule
from toolkit.values.words import ERROR, IN_FORCE, OF_FORM, OF_ROW, Scope

_TEXTS = (TEXT, LONG_TEXT, CODE)
_BASIS = "字段表"

# To so many decimals a computed cell must be what its formula gives.
_PLACES = 6


def derived_rules(
    fields: Iterable[Field],
    table: IndicatorTable | None,
    lists: Mapping[str, tuple[str, ...]],
    taken: frozenset[str],
) -> tuple[Rule, ...]:
    """Return the rules 字段 implies, single fields first, less those whose 编号 is in `taken`."""
    rules = [rule for field in fields for rule in _rules(field, OF_FORM, lists)]
    if table:
        rules += [rule for column in table.columns for rule in _rules(column.field, OF_ROW, lists)]
    return tuple(rule for rule in rules if rule.id not in taken)


def _rules(field: Field, scope: Scope, lists: Mapping[str, tuple[str, ...]]) -> Iterator[Rule]:
    name, label = field.name, field.label
    text = field.type in _TEXTS
    if field.required or field.required_if:
        condition = f"LEN(TRIM({name}))>0" if text else f"NOT(ISBLANK({name}))"
        rule = _rule(f"必填-{name}", scope, condition, f"{label}未填写。", f"请填写{label}。", name)
        yield replace(rule, premise=field.required_if)
    if field.formula:
        yield _computed(field, scope, text)
    if field.code_list:
        yield _rule(
            f"列表-{name}",
            scope,
            f'OR({name}="",{_in_list(name, field.code_list, lists)})',
            f"{label}“{{{name}}}”不在可选项中。",
            "请从下拉列表中选择，不要自行填写。",
            name,
        )
    if field.max_length:
        yield _rule(
            f"长度-{name}",
            scope,
            f"LEN({name})<={field.max_length}",
            f"{label}有 {{LEN({name})}} 个字，超过 {field.max_length} 个字。",
            f"请精简到 {field.max_length} 个字以内。",
            name,
        )


def _computed(field: Field, scope: Scope, text: bool) -> Rule:
    """The rule that a computed cell holds what its formula gives; nothing, where it gives nothing."""
    name, formula = field.name, field.formula.removeprefix("=")
    same = f'EXACT({name}&"",({formula})&"")' if text else f"IF(LEN({formula})=0,LEN({name})=0,ABS(ROUND({name}-({formula}),{_PLACES}))=0)"
    message = f"{field.label}应为 {{{formula}}}，表中是 {{{name}}}。"
    return _rule(f"计算-{name}", scope, same, message, "该格由公式算出，请恢复公式，或核对算它的各格。", name)


def _in_list(name: str, source: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """The test that a text is in its list; where the list depends on another field, one branch for each of its words."""
    if not source.startswith(DEPENDENT_LIST):
        return f"等于任一({name},列表.{source})"
    parent = source.removeprefix(DEPENDENT_LIST)
    words = [word for word in lists.get(parent, ()) if word in lists]
    branches = [f'AND({parent}="{word}",等于任一({name},列表.{word}))' for word in words]
    return f"OR({','.join(branches)})" if branches else "FALSE"


def _rule(id_: str, scope: Scope, condition: str, message: str, suggestion: str, target: str) -> Rule:
    return Rule(id_, ERROR, scope, condition, message, suggestion, (target,), _BASIS, IN_FORCE, False, 0)
