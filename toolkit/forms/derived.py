"""Rules that follow from 字段 alone: 必填, 列表 and 最大长度 are checked without anyone writing a formula.

Each is an ordinary `Rule` with an Excel formula, so it runs everywhere a written rule runs. A rule of the same 编号 in
审核规则 takes its place: that is how a clerk rewords one or changes its 级别.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.forms.model import AMOUNT, CODE, DEPENDENT_LIST, LONG_TEXT, TEXT, Field, IndicatorTable
from toolkit.forms.tables import RowLimit, Rule
from toolkit.values.amounts import YUAN
from toolkit.values.grammar import well_written
from toolkit.values.words import ERROR, IN_FORCE, OF_FORM, OF_ROW, SYMBOL, TARGET, WARNING, Scope

_TEXTS = (TEXT, LONG_TEXT, CODE, TARGET)
_BASIS = "字段表"

# The list of this name after another's has words that are right in a return though no drop-down offers them.
ALSO_TAKEN = "另认"

# To so many decimals a computed cell must be what its formula gives; an amount to the 分: of a million million 元 a binary number keeps no more.
_PLACES = 6


def derived_rules(
    fields: Iterable[Field],
    tables: Sequence[IndicatorTable],
    lists: Mapping[str, tuple[str, ...]],
    taken: frozenset[str],
    limits: Iterable[RowLimit] = (),
) -> tuple[Rule, ...]:
    """Return the rules 字段 implies, single fields first, less those whose 编号 is in `taken`."""
    rules = [rule for field in fields for rule in _rules(field, OF_FORM, lists)]
    for table in tables:
        scoped = (rule for column in table.columns for rule in _rules(column.field, OF_ROW, lists, table.first))
        rules += [replace(rule, table=table.name) for rule in scoped]
        rules += [_of_rows(limit, table) for limit in limits if limit.table == table.name]
    return tuple(rule for rule in rules if rule.id not in taken)


def _rules(field: Field, scope: Scope, lists: Mapping[str, tuple[str, ...]], written: bool = True) -> Iterator[Rule]:
    """Yield the rules of a field; `written` says that formulas reach the parts of a target in its cell."""
    name, label = field.name, field.label
    text = field.type in _TEXTS
    if field.required or field.required_if:
        condition = f"LEN(TRIM({name}))>0" if text else f"NOT(ISBLANK({name}))"
        rule = _rule(f"必填-{name}", scope, condition, f"{label}未填写。", f"请填写{label}。", name)
        yield replace(rule, premise=field.required_if)
    if field.type == TARGET and SYMBOL in lists and written:
        message = f"{label}“{{{name}}}”不能按“符号、数字、计量单位”读出来，只当作文字。"
        cure = f"请改写：以 {'、'.join(word for word in lists[SYMBOL] if len(word) == 1)} 之一开头，接着是一个数字，再是计量单位，如 ≥90%。"
        yield replace(_rule(f"写法-{name}", scope, well_written(name), message, cure, name), severity=WARNING)
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


def _of_rows(limit: RowLimit, table: IndicatorTable) -> Rule:
    """The rule that so many rows are filled, counted by the column that names a row."""
    count, allowed = (
        f"SUMPRODUCT(1*(LEN({table.naming})>0))",
        f"不少于 {limit.least} 行" + (f"、不超过 {limit.most} 行" if limit.most is not None else ""),
    )
    condition = f"{count}>={limit.least}"
    if limit.most is not None:
        condition = f"AND({condition},{count}<={limit.most})"
    message = f"{limit.table}填了 {{{count}}} 行，应{allowed}。"
    return _rule(f"行数-{limit.table}", OF_FORM, condition, message, f"请把{limit.table}填到{allowed}。", table.naming)


def _computed(field: Field, scope: Scope, text: bool) -> Rule:
    """The rule that a computed cell holds what its formula gives; nothing, where it gives nothing."""
    name, formula = field.name, field.formula.removeprefix("=")
    places = YUAN.places + len(str(field.money.size)) - 1 if field.type == AMOUNT else _PLACES
    same = f'EXACT({name}&"",({formula})&"")' if text else f"IF(LEN({formula})=0,LEN({name})=0,ABS(ROUND({name}-({formula}),{places}))=0)"
    message = f"{field.label}应为 {{{formula}}}，表中是 {{{name}}}。"
    return _rule(f"计算-{name}", scope, same, message, "该格由公式算出，请恢复公式，或核对算它的各格。", name)


def _in_list(name: str, source: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """The test that a text is in its list; where the list depends on another field, one branch for each of its words."""
    if not source.startswith(DEPENDENT_LIST):
        return _in_one(name, source, lists)
    parent = source.removeprefix(DEPENDENT_LIST)
    words = [word for word in lists.get(parent, ()) if word in lists]
    branches = [f'AND({parent}="{word}",{_in_one(name, word, lists)})' for word in words]
    return f"OR({','.join(branches)})" if branches else "FALSE"


def _in_one(name: str, source: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """The test that a text is in one list, or in that of the words that are taken as well but not offered (older trees)."""
    test = f"等于任一({name},列表.{source})"
    return f"OR({test},等于任一({name},列表.{source}{ALSO_TAKEN}))" if f"{source}{ALSO_TAKEN}" in lists else test


def _rule(id_: str, scope: Scope, condition: str, message: str, suggestion: str, target: str) -> Rule:
    return Rule(id_, ERROR, scope, condition, message, suggestion, (target,), _BASIS, IN_FORCE, False, 0)
