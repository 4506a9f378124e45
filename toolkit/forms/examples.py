"""正例 and 反例 of rules: small cases a clerk wrote beside a rule, tried out when the template is linted.

In: a form and the rows of its 审核规则. Out: a mistake for each example that is not judged as it says. One example a line:
`三级指标=设备完好率；符号=≤；数值=95`; a column is `全部.三级指标={"甲","乙"}`, a blank `符号=`; what is not named is blank.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from toolkit.forms.book import Mistake
from toolkit.forms.computed import Names, helpers_of
from toolkit.forms.live import ALL, BATCH, UNIT
from toolkit.forms.model import Form
from toolkit.forms.rules import APPROVED, CONTROL, CompiledRule, compile_rules, names_in_scope
from toolkit.forms.surroundings import word_columns
from toolkit.forms.tables import Rule, TableRow
from toolkit.values.dates import to_serial
from toolkit.values.errors import ErrorValue
from toolkit.values.text import did_you_mean
from toolkit.values.words import IN_FORCE, NOT_APPLICABLE, OF_BATCH, OF_ROW, OF_UNIT, USUAL_SET

Environment = dict[str, object]

_PAIR = re.compile(r'\s*([^=；;{}"\s]+)\s*=(\s*\{[^{}]*\}\s*|\s*"(?:[^"]|"")*"\s*|[^；;]*)(?:[；;]|$)')
_ITEM = re.compile(r'(\s*"(?:[^"]|"")*"\s*|[^",，]*)(?:[,，]|$)')
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")

_CURE = "请改正例子、条件或列表中的一处"


def example_mistakes(form: Form, rows: Sequence[TableRow]) -> Iterator[Mistake]:
    """Yield what is wrong with the examples of the form's rules, in the order of the sheet; rules out of force are tried too."""
    by_row = {row.row: row for row in rows}
    compiled: dict[int, CompiledRule] = {}
    for each in compile_rules(replace(form, rules=tuple(map(_in_use, form.rules)))):
        compiled.setdefault(each.rule.row, each)
    for number, each in compiled.items():
        for heading, text, wanted in (("正例", each.rule.holds, True), ("反例", each.rule.breaks, False)):
            for line in text.splitlines():
                fault = _fault(each, form, line, wanted) if line.strip() else None
                if fault and number in by_row:
                    yield by_row[number].mistake(heading, f"{heading}“{line.strip()}”{fault}", _CURE)


def _in_use(rule: Rule) -> Rule:
    return replace(rule, state=IN_FORCE, sets=(USUAL_SET,))


def _fault(rule: CompiledRule, form: Form, line: str, wanted: bool) -> str | None:
    given = read_example(line)
    if given is None:
        return "读不懂，应写成“名称=值；名称={…}”"
    known = names_in_scope(rule.rule.scope, form.known, form.columns)
    for name in given:
        if name not in known:
            return f"里的“{name}”不是这条规则能用的名称{did_you_mean(name, known)}"
    names = _environment(rule.rule, form, given)
    applies = rule.applies is None or rule.applies.evaluate(names)
    found = rule.condition.evaluate(names) if applies is True else applies
    if isinstance(found, ErrorValue) or not isinstance(found, (bool, int, float)):
        return f"算不出来，结果是 {found}"
    if applies is False:
        return f"的结果是“{NOT_APPLICABLE}”"
    return None if bool(found) is wanted else f"没有{'通过' if wanted else '被查出'}"


def read_example(line: str) -> Mapping[str, object] | None:
    """Return what an example says of each name, a list for `{…}`; None for what is not written so.

    >>> read_example('符号=≤；数值=95；全部.三级指标={"甲",""}；计划开始日期=2024-01-01')
    {'符号': '≤', '数值': 95.0, '全部.三级指标': ['甲', None], '计划开始日期': 45292.0}
    """
    found: Environment = {}
    at, text = 0, line.strip()
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None:
            return None
        value = pair[2].strip()
        found[pair[1]] = _items(value[1:-1]) if value.startswith("{") else _value(value)
        at = pair.end()
    return found


def _items(text: str) -> list[object]:
    items, at = [], 0
    while at <= len(text):
        item = _ITEM.match(text, at)
        if item is None:
            break
        items.append(_value(item[1].strip()))
        if item.end() == at or (item.end() == len(text) and text[-1:] not in ",，"):
            break
        at = item.end()
    return items


def _value(text: str) -> object:
    if text.startswith('"'):
        return text[1:-1].replace('""', '"') or None
    if text.upper() in ("TRUE", "FALSE"):
        return text.upper() == "TRUE"
    if _DAY.fullmatch(text):
        return float(to_serial(date.fromisoformat(text)))
    try:
        return float(text)
    except ValueError:
        return text or None


def _environment(rule: Rule, form: Form, given: Mapping[str, object]) -> Mapping[str, object]:
    """Return what each name stands for: columns as long as the drawn table, a row's own cells first in them.

    A helper is what the example says of it, else worked out from the rest.
    """
    names: Environment = {**word_columns(form)}
    names |= {CONTROL: None, APPROVED: None}
    own_table = form.table_named(rule.table) if rule.scope == OF_ROW else None
    for name in form.by_name:
        table = form.table_of.get(name)
        of_row = own_table is not None and table in (None, own_table)
        own = given.get(name, None if of_row else given.get(ALL + name))
        many = own if isinstance(own, list) else [own]
        column = given.get(ALL + name, many)
        padded = [*column, *[None] * ((table.size if table else 0) - len(column))] if isinstance(column, list) else [column]
        grouped = rule.scope in (OF_UNIT, OF_BATCH) or (table is not None and not of_row)
        names[name] = (padded if table else many) if grouped else own
        if table:
            names[ALL + name] = padded
        for prefix in (UNIT, BATCH):
            names[prefix + name] = given.get(prefix + name, many)
    names |= {name: value for name, value in given.items() if name not in form.by_name and not name.startswith((ALL, UNIT, BATCH))}
    columns, length = (form.table.names, form.table.size) if form.table else ((), 0)
    first = own_table is not None and own_table.first
    rows = [{name: _at(names[name], 0) for name in columns}]
    if not first:
        filled = max((len(_filled(names[ALL + name])) for name in columns), default=0)
        rows = [{name: _at(names[ALL + name], n) for name in columns} for n in range(filled)]
    outer, inner = helpers_of(form).names(names, rows, length, {})
    return Names({**rows[0], **given}, {}, inner[0]) if first else outer


def _at(cells: object, number: int) -> object:
    return cells[number] if isinstance(cells, list) else cells


def _filled(cells: object) -> list[object]:
    many = list(cells) if isinstance(cells, list) else [cells]
    while many and many[-1] is None:
        many.pop()
    return many
