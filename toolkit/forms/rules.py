"""The rows of 审核规则 as rules, each looked at closely before it is ever run.

Comes in: the rows, the form's fields, columns and lists. Goes out: `Rule`s; every mistake with its cell, and with the place
inside the formula. `compile_rules` makes those of a form ready to run, for whoever runs them (checking) or writes them (filled workbooks).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from toolkit.forms.book import Mistake
from toolkit.forms.computed import helpers_of, wide_names
from toolkit.forms.grids.rows import PART, SPREAD
from toolkit.forms.layout import NO, YES
from toolkit.forms.live import ALL, BATCH, MAX_FORMULA, UNIT, live_faults, runs_live
from toolkit.forms.model import AMOUNT, Field, Form, IndicatorTable
from toolkit.forms.tables import ROWS, Rule, TableRow
from toolkit.forms.wording import misspelt
from toolkit.formula import LIST_PREFIX, Formula, FormulaError, Message, compile_formula, hopeless_part, render_message, to_excel
from toolkit.values.pickled import by_fields
from toolkit.values.text import did_you_mean
from toolkit.values.words import (
    AS_ZERO,
    BLANK_POLICIES,
    ERROR,
    IN_FORCE,
    LEVELS,
    OF_BATCH,
    OF_FORM,
    OF_ROW,
    OF_UNIT,
    ON_TRIAL,
    RULE_STATES,
    SCOPES,
    SEVERITY_OF,
    SKIP_ALL,
    SWITCHED_OFF,
    USUAL_SET,
    VERIFY,
    WARNING,
)

Word = TypeVar("Word", bound=str)


# What the roster says of a unit and of a project, in 元; a field of the form of the same name comes first.
CONTROL, APPROVED = "控制数", "批复金额"

_SEPARATORS = str.maketrans("，,;；\n 　", "、" * 7)


@by_fields
@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its condition and texts compiled; `unit_names` and `batch_names` are the group columns it reads.

    `applies` says whether it is judged at all, None for always. `roster_names` are the figures of the roster that its condition reads;
    `names` what decides on it: what both read, helpers replaced by what they read.
    """

    rule: Rule
    applies: Formula | None
    condition: Formula
    message: Message
    suggestion: Message
    unit_names: frozenset[str]
    batch_names: frozenset[str]
    roster_names: frozenset[str]
    names: frozenset[str]


def read_rules(
    rows: Iterable[TableRow],
    fields: Mapping[str, Field],
    tables: Sequence[IndicatorTable],
    lists: Mapping[str, tuple[str, ...]],
    mistakes: list[Mistake],
    helpers: Sequence[str] = (),
) -> tuple[Rule, ...]:
    """Return the rules in the order of the sheet; a rule with a mistake is left out and named. `helpers` are those of rows."""
    rules: list[Rule] = []
    columns = (*(name for table in tables for name in table.names), *helpers)
    seen: dict[str, int] = {}
    wrong: set[int] = set()
    for row in rows:
        if row.row in wrong:
            continue
        before = len(mistakes)
        rule = _rule(row, tables, mistakes)
        if seen.setdefault(rule.id, row.row) != row.row:
            mistakes.append(row.mistake("编号", f"编号“{rule.id}”重复", "请改成不同的编号"))
        names = _check_formulas(row, rule, fields, columns, wide_names(rule, tables, helpers), lists, mistakes)
        if APPROVED in names - set(fields):
            # The sheet that a unit fills does not know the roster.
            rule = replace(rule, batch_only=True)
        if rule.verify and rule.state != SWITCHED_OFF and not runs_live(rule.scope, rule.batch_only, rule.state, names):
            cure = f"请把范围改为“{OF_FORM}”或“{OF_ROW}”并去掉“仅批量审核”，或把级别改为“错误”“警告”"
            mistakes.append(row.mistake("级别", f"“{VERIFY}”的规则要在自检里有“说明”栏，这条规则自检里没有", cure))
        for target in rule.targets:
            if target not in fields:
                near = did_you_mean(target, fields)
                mistakes.append(row.mistake("定位", f"“{target}”不是字段{near}", "请填写“字段”表里的字段名，多个用顿号隔开"))
        if len(mistakes) == before:
            rules.append(rule)
        else:
            wrong.add(row.row)
    return tuple(rules)


def _rule(row: TableRow, tables: Sequence[IndicatorTable], mistakes: list[Mistake]) -> Rule:
    for heading in ("编号", "条件", "提示"):
        if not row.get(heading):
            mistakes.append(row.mistake(heading, f"缺少“{heading}”", f"请填写{heading}，或删除该行"))
    level = _one_of(row, "级别", LEVELS, mistakes)
    severity = SEVERITY_OF.get(level, ERROR)
    said, _, table = row.get("范围").replace("：", ":").partition(":")
    scope = _one_of(replace(row, values={**row.values, "范围": said.strip()}), "范围", SCOPES, mistakes)
    names = [each.name for each in tables]
    if table and (scope != OF_ROW or table.strip() not in names):
        cure = f"请改为：{'、'.join(f'{OF_ROW}:{name}' for name in names)}" if names else "请改为“表”"
        mistakes.append(row.mistake("范围", f"没有行表“{table.strip()}”", cure))
    state = _one_of(row, "状态", RULE_STATES, mistakes, IN_FORCE)
    batch_only = _one_of(row, "仅批量审核", (YES, NO), mistakes, NO) == YES
    return Rule(
        id=row.get("编号"),
        severity=WARNING if state == ON_TRIAL and severity == ERROR else severity,
        scope=scope,
        condition=row.get("条件"),
        message=row.get("提示"),
        suggestion=row.get("建议"),
        targets=_parts(row.get("定位")),
        basis=row.get("依据"),
        state=state,
        batch_only=batch_only or scope == OF_BATCH,
        row=row.row,
        table=table.strip() or next(iter(names), ROWS),
        premise=row.get("前提"),
        blanks=_one_of(row, "缺值", BLANK_POLICIES, mistakes, AS_ZERO),
        sets=_parts(row.get("规则集")) or (USUAL_SET,),
        holds=row.get("正例"),
        breaks=row.get("反例"),
        spread=row.get(SPREAD),
        part=row.get(PART),
        verify=level == VERIFY and state != ON_TRIAL,
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.translate(_SEPARATORS).split("、") if part)


def _one_of(row: TableRow, heading: str, allowed: Sequence[Word], mistakes: list[Mistake], usual: str = "") -> Word:
    """Return which of the words the cell says, `usual` for a blank; the first where it says none of them, which is a mistake."""
    said = row.get(heading) or usual
    for word in allowed:
        if word == said:
            return word
    mistakes.append(row.mistake(heading, f"未知的{heading}“{said}”", f"请改为：{'、'.join(allowed)}"))
    return allowed[0]


def names_in_scope(scope: str, fields: Iterable[str], columns: Iterable[str]) -> frozenset[str]:
    """Return which names a rule of `scope` may use (the table of scopes in DESIGN)."""
    own, in_rows = set(fields), set(columns)
    names = own | {f"{prefix}{name}" for prefix in (UNIT, BATCH) for name in own} | {ALL + name for name in in_rows}
    names |= {CONTROL} if scope == OF_UNIT else {APPROVED} if scope == OF_FORM else set()
    return frozenset(names)


@lru_cache(maxsize=16)
def compile_rules(form: Form) -> tuple[CompiledRule, ...]:
    """Return the form's rules that are in force, in the form's order; compiled once for a form."""
    made = form.once("rules", lambda: _compiled(form))
    return tuple(made[rule] for rule in form.rules_in_force)


def _compiled(form: Form) -> dict[Rule, CompiledRule]:
    known = {scope: names_in_scope(scope, form.known, form.columns) for scope in SCOPES}
    return {rule: _compile(rule, form, known[rule.scope]) for rule in form.rules_in_force}


def _compile(rule: Rule, form: Form, known: frozenset[str]) -> CompiledRule:
    condition = compile_formula(rule.condition, known, form.lists)
    text = _applies(rule, condition.names, wide_names(rule, form.tables, [f.name for f in form.row_helpers]))
    applies = compile_formula(text, known, form.lists) if text else None
    message = render_message(rule.message, known, form.lists, form.money.places)
    suggestion = render_message(rule.suggestion, known, form.lists, form.money.places)
    read = condition.names | applies.names if applies else condition.names
    names = read | message.names | suggestion.names
    known_names = names & set(form.known)
    unit = _after(UNIT, names) | (known_names if rule.scope == OF_UNIT else set())
    batch = _after(BATCH, names) | (known_names if rule.scope == OF_BATCH else set())
    roster = (read & {APPROVED, CONTROL}) - set(form.by_name)
    decisive = helpers_of(form).expanded(read)
    return CompiledRule(rule, applies, condition, message, suggestion, frozenset(unit), frozenset(batch), roster, decisive)


def _applies(rule: Rule, names: Iterable[str], wide: frozenset[str]) -> str:
    """Return the formula that is TRUE where the rule is judged: its 前提, and what its 缺值 asks of the fields it reads."""
    tests = [f"AND({rule.premise.removeprefix('=')})"] if rule.premise else []
    read = [name for name in sorted(names) if not name.startswith(LIST_PREFIX)]
    if rule.blanks != AS_ZERO and read:
        filled = ",".join(_filled(name, rule.scope, wide) for name in read)
        tests.append(f"{'OR' if rule.blanks == SKIP_ALL else 'AND'}({filled})")
    return tests[0] if len(tests) == 1 else f"AND({','.join(tests)})" if tests else ""


def _filled(name: str, scope: str, wide: frozenset[str]) -> str:
    """Return a test that a cell, or one of several, holds anything."""
    several = (
        name.startswith((ALL, UNIT, BATCH))
        or (scope in (OF_FORM, OF_ROW) and name in wide)
        or (scope in (OF_UNIT, OF_BATCH) and name not in (CONTROL, APPROVED))
    )
    return f"SUMPRODUCT(--(LEN({name})>0))>0" if several else f"LEN({name})>0"


def _after(prefix: str, names: frozenset[str]) -> set[str]:
    return {name.removeprefix(prefix) for name in names if name.startswith(prefix)}


def name_kinds(form: Form) -> Callable[[str], str | None]:
    """Return what a name in a message is (金额, 日期 …), which decides how its value is printed."""

    def kind(name: str) -> str | None:
        field = form.known.get(name.removeprefix(ALL).removeprefix(UNIT).removeprefix(BATCH))
        if field is None:
            return AMOUNT if name in (CONTROL, APPROVED) else None
        return field.type

    return kind


def _check_formulas(
    row: TableRow,
    rule: Rule,
    fields: Mapping[str, Field],
    columns: Sequence[str],
    wide: frozenset[str],
    lists: Mapping[str, tuple[str, ...]],
    mistakes: list[Mistake],
) -> frozenset[str]:
    """Look at the rule's formulas and return the names they read."""
    names: frozenset[str] = frozenset()
    if rule.scope == OF_ROW and not columns:
        mistakes.append(row.mistake("范围", "本表样没有指标表，不能用范围“行”", "请改为“表”"))
    known = names_in_scope(rule.scope, fields, columns)
    for heading, text in (("条件", rule.condition), ("前提", rule.premise), ("提示", rule.message), ("建议", rule.suggestion)):
        if not text:
            continue
        try:
            formula = heading in ("条件", "前提")
            compiled = compile_formula(text, known, lists) if formula else render_message(text, known, lists)
        except FormulaError as error:
            mistakes.append(row.mistake(heading, str(error), "请改正后再用 jixiao form lint 检查"))
            continue
        names |= compiled.names
        if isinstance(compiled, Formula):
            for text in misspelt(compiled, fields, lists):
                mistakes.append(row.mistake(heading, text, "请改成列表里的词，或把它加进代码表"))
            _check_limits(row, heading, rule, compiled, mistakes)
            of_roster = APPROVED in compiled.names - set(fields)
            if not of_roster and runs_live(rule.scope, rule.batch_only, rule.state, compiled.names):
                mistakes += [row.mistake(heading, *fault) for fault in live_faults(compiled, fields, wide)]
    return names


def _check_limits(row: TableRow, heading: str, rule: Rule, formula: Formula, mistakes: list[Mistake]) -> None:
    if len(formula.text) > MAX_FORMULA:
        text = f"公式长 {len(formula.text):,} 个字符，超过 Excel 的上限 {MAX_FORMULA:,}"
        mistakes.append(row.mistake(heading, text, "请拆成几条规则"))
    if hopeless := hopeless_part(formula):
        part = to_excel(replace(formula, tree=hopeless[0]), address=str, list_address=str)
        mistakes.append(row.mistake(heading, f"“{part}”总是算出 {hopeless[1]}", "请改写这一部分"))
    beyond = sorted(formula.modern | formula.engine_only)
    if beyond and not rule.batch_only:
        cure = "请改用 Excel 2010 已有的函数，或把“仅批量审核”填“是”"
        mistakes.append(row.mistake(heading, f"函数 {'、'.join(beyond)} 在 Excel 2010 里没有", cure))
