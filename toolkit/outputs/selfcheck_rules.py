"""The checks a filled workbook carries: the form's live rules, and what reading itself finds wrong with a cell.

A form comes in, `LiveRules` go out, compiled once per form. `selfcheck_sheet` writes them as formulas, `selfcheck_values`
calculates what to cache for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from toolkit.forms.book import LISTS_SHEET, read_book
from toolkit.forms.live import ALL, NUMERIC, live_condition, runs_live, unreadable
from toolkit.forms.model import AMOUNT, DATE, SEVERITIES, Field, Form, Rule
from toolkit.forms.rules import names_in_scope
from toolkit.formula import LIST_PREFIX, Formula, FormulaError, Message, compile_formula, render_message
from toolkit.package import a1

SEVERITY_NAMES: Mapping[str, str] = {code: name for name, code in SEVERITIES.items()}

# Excel's limit on a formula's length, less what is put round a message.
MAX_MESSAGE = 8000

# By how many words a list of 代码表 may grow in the issued workbook and still be seen whole.
_MORE_WORDS = 20

_CURES = {AMOUNT: "请只填数字，单位为元，如 960000.00。", DATE: "请按 2024-01-01 的格式填写到日。"}

Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """A check of the live workbook; `by_row` where it judges each indicator row.

    `own_row` says that the condition reads nothing outside that row but lists; `target` is the field that a failing check
    points to; `raw` that the condition takes wrong cells as they are.
    """

    id: str
    severity: str
    condition: Formula
    message: Message
    suggestion: Message
    target: str | None
    by_row: bool = False
    own_row: bool = False
    raw: bool = False


@dataclass(frozen=True)
class LiveRules:
    """All that self-checks need of a form; `left_out` are the rules in force that run in `jixiao check` alone."""

    form: Form
    checks: tuple[LiveCheck, ...]
    left_out: tuple[str, ...]
    lists: Mapping[str, str]

    def kind(self, name: str) -> str | None:
        """Return the type of the field behind a name, None where there is none."""
        field = self.form.by_name.get(name.removeprefix(ALL))
        return field.type if field else None

    def condition(self, check: LiveCheck, address: Address) -> str:
        """Return a check's condition as Excel text."""
        fields = {} if check.raw else self.form.by_name
        return live_condition(check.condition, fields, address, self.lists.__getitem__)

    def text(self, message: Message, address: Address) -> str:
        """Return a message as Excel text, with … in place of its figures where Excel cannot hold or say it."""
        try:
            shown = message.to_excel_text(self.kind, address=address, list_address=self.lists.__getitem__)
        except FormulaError:
            shown = ""
        return shown if shown and len(shown) < MAX_MESSAGE else _quoted(fallback(message))


def fallback(message: Message) -> Message:
    """Return a message with … in place of its figures."""
    return replace(message, parts=tuple("…" if isinstance(part, Formula) else part for part in message.parts))


def _quoted(message: Message) -> str:
    return message.to_excel_text(lambda name: None, address=str, list_address=str)


_kept: list[LiveRules] = []


def live_rules(form: Form) -> LiveRules:
    """Return the live checks of `form`, compiled when it is first seen. Raises FormError for an unreadable template."""
    found = next((rules for rules in _kept if rules.form is form), None)
    if found is None:
        found = _compile(form)
        _kept.insert(0, found)
        del _kept[4:]
    return found


def _compile(form: Form) -> LiveRules:
    rules = [(rule, _check(rule, form)) for rule in form.rules if rule.state != "停用"]
    checks = [*_cell_checks(form), *(check for _, check in rules if check is not None)]
    left_out = tuple(rule.id for rule, check in rules if check is None)
    lists = _list_areas(form.path, form.path.stat().st_mtime_ns) if form.lists else {}
    return LiveRules(form, tuple(checks), left_out, lists)


def _check(rule: Rule, form: Form) -> LiveCheck | None:
    columns = form.table.names if form.table else ()
    known = names_in_scope(rule.scope, form.by_name, columns)
    condition = compile_formula(rule.condition, known, form.lists)
    message = render_message(rule.message, known, form.lists)
    suggestion = render_message(rule.suggestion, known, form.lists)
    names = condition.names | message.names | suggestion.names
    if not runs_live(rule.scope, rule.batch_only, rule.state, names):
        return None
    if rule.trial:
        message = replace(message, parts=("（试行）", *message.parts))
    named = sorted((name for name in condition.names if name in form.by_name), key=rule.condition.find)
    return LiveCheck(
        id=rule.id,
        severity=rule.severity,
        condition=condition,
        message=message,
        suggestion=suggestion,
        target=next(iter((*rule.targets, *named)), None),
        by_row=rule.scope == "行",
        own_row=all(name.startswith(LIST_PREFIX) or name in columns for name in condition.names),
    )


def _cell_checks(form: Form) -> Iterator[LiveCheck]:
    """Yield the checks that `checking.cells` makes of single cells: errors, and texts where a number or a date belongs."""
    columns = tuple(column.field for column in form.table.columns) if form.table else ()
    names = {f.name: f.name for f in form.fields} | {f.name: ALL + f.name for f in columns}
    fields = (*form.fields, *columns)
    known = names_in_scope("表", form.by_name, [f.name for f in columns])

    def check(id_: str, found: Sequence[Field], tests: Sequence[str], text: str, cure: str) -> LiveCheck:
        shown = "".join(f'{{IF({test},"{_label(f)} ","")}}' for f, test in zip(found, tests, strict=True))
        condition = compile_formula(f"NOT(OR({','.join(tests)}))", known)
        message, suggestion = render_message(shown + text, known), render_message(cure, known)
        return LiveCheck(id_, "error", condition, message, suggestion, found[0].name, raw=True)

    if fields:
        tests = [f"SUMPRODUCT(--ISERROR({names[f.name]}))>0" for f in fields]
        yield check("格式-错误值", fields, tests, "是错误值，不能作为填报内容。", "请改正公式，或直接填写结果。")
    groups: dict[str, list[Field]] = {}
    for field in fields:
        if field.type in NUMERIC:
            groups.setdefault(field.type if field.type in (AMOUNT, DATE) else "数字", []).append(field)
    for kind, found in groups.items():
        tests = [_wrong(names[f.name], f, form) for f in found]
        yield check(f"格式-{kind}", found, tests, f"不是可以识别的{kind}。", _CURES.get(kind, "请只填数字。"))


def _wrong(name: str, field: Field, form: Form) -> str:
    """Return a test that a cell, or one of a column, is neither blank nor an error nor of its field's type."""
    test = unreadable({name}, form.by_name)
    return f"IF(ISERROR({name}),FALSE,{test})" if name == field.name else f"IFERROR({test},FALSE)"


def _label(field: Field) -> str:
    return field.label.replace('"', '""').replace("{", "（").replace("}", "）")


@lru_cache(maxsize=4)
def _list_areas(path: Path, stamp: int) -> Mapping[str, str]:
    """Return the cells of each list of 代码表 as a formula on another sheet names them."""
    cells = read_book(path).sheets[LISTS_SHEET].cells
    last: dict[int, int] = {}
    for row, column in cells:
        last[column] = max(row, last.get(column, 1))
    sheet = a1.quote_sheet(LISTS_SHEET)
    areas = {}
    for (row, column), head in cells.items():
        if row == 1:
            area = a1.range_name((2, column, last[column] + _MORE_WORDS, column), absolute=True)
            areas[head] = f"{sheet}!{area}"
    return areas
