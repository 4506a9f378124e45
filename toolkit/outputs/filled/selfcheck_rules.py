"""The checks a filled workbook carries: the form's live rules, and what reading itself finds wrong with a cell.

A form comes in, `LiveRules` go out, compiled once per form. `selfcheck_plan` writes them as formulas,
`selfcheck_values` calculates what to store with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import filterfalse

from toolkit.forms.computed import Helpers, computed_fields, helpers_of
from toolkit.forms.live import ALL, NUMERIC, RAW, in_cells, is_mirrored, needs_array, runs_live
from toolkit.forms.model import AMOUNT, DATE, Field, Form, IndicatorTable
from toolkit.forms.rules import CompiledRule, compile_rules, name_kinds
from toolkit.formula import LIST_PREFIX, Formula, FormulaError, Message, compile_formula, render_message, to_excel
from toolkit.formula.compiler import assemble
from toolkit.formula.nodes import Call, Name, Node
from toolkit.outputs.filled.selfcheck_lookups import LookUps, find_look_ups, list_areas, taken_out, text_of
from toolkit.spreadsheet import a1
from toolkit.values.amounts import YUAN
from toolkit.values.words import ERROR, OF_ROW, SEVERITY_WORDS, VERIFY, Severity

# Excel's limit on a formula's length, less what is put round a message; and the longest way a message names a cell.
MAX_MESSAGE = 7900
_LONGEST_ADDRESS = "INDEX('项目1234567'!$AA$1000:$AA$1999,$AB$1000-1000)"


_CURES = {AMOUNT: "请只填数字，单位为元，如 960000.00。", DATE: "请按 2024-01-01 的格式填写到日。"}

Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """A check of the live workbook; `by_row` where it judges each indicator row.

    `target` is the field that a failing check points to. Where `applies` is there and FALSE the check is not judged. `verify`: what
    it finds is corrected or explained.
    """

    id: str
    severity: Severity
    condition: Formula
    message: Message
    suggestion: Message
    target: str | None
    by_row: bool = False
    applies: Formula | None = None
    part: str = ""
    verify: bool = False

    @property
    def known_as(self) -> str:
        """What an explanation of it is kept under, as `Rule.known_as`."""
        return f"{self.id}·{self.part}" if self.part else self.id

    @property
    def level(self) -> str:
        return VERIFY if self.verify else SEVERITY_WORDS[self.severity]

    @property
    def key(self) -> str:
        """What tells it from all others: its 编号, and whose it is of several that one rule about a grid stands for."""
        return f"{self.id}{self.part}"


@dataclass(frozen=True, eq=False)
class LiveRules:
    """All that self-checks need of a form; `left_out` are the rules in force that run in `jixiao check` alone, `idle` their lists.

    Made once per form, and equal to itself alone.
    """

    form: Form
    checks: tuple[LiveCheck, ...]
    helpers: Helpers
    left_out: tuple[str, ...]
    lists: Mapping[str, str]
    idle: frozenset[str]

    @cached_property
    def idle_columns(self) -> frozenset[int]:
        """The columns of 代码表 that nothing in an issued workbook reads."""
        return frozenset(a1.parse_range(area)[2] for name, area in self.lists.items() if LIST_PREFIX + name in self.idle)

    @cached_property
    def kind(self) -> Callable[[str], str | None]:
        """Tells what a name in a message is (金额, 日期 …)."""
        return name_kinds(self.form)

    @cached_property
    def mirrored(self) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
        """The single fields, and the columns, whose numbers stand in mirror cells."""
        columns = [column.field for column in self.form.table.columns] if self.form.table else []
        return tuple(filter(is_mirrored, self.form.fields)), tuple(filter(is_mirrored, columns))

    @cached_property
    def copied(self) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
        """The single fields, and the columns, whose cells are copied as they are."""
        columns = [column.field for column in self.form.table.columns] if self.form.table else []
        return tuple(filterfalse(is_mirrored, self.form.fields)), tuple(filterfalse(is_mirrored, columns))

    @cached_property
    def further(self) -> tuple[tuple[IndicatorTable, tuple[Field, ...]], ...]:
        """The further row tables, each with its columns whose numbers stand in mirror cells."""
        return tuple((table, tuple(c.field for c in table.columns if is_mirrored(c.field))) for table in self.form.tables[1:])

    @cached_property
    def premises(self) -> tuple[LiveCheck, ...]:
        """The row checks that say of each row whether it is judged."""
        return tuple(check for check in self.checks if check.by_row and check.applies is not None)

    def several(self, by_row: bool) -> Callable[[str], bool]:
        """Tells the names that stand for a whole column."""
        columns = frozenset(self.form.columns).difference(self.form.row_names if by_row else ())

        def several(name: str) -> bool:
            plain = name.removeprefix(RAW)
            return name.startswith(("列表.", ALL)) or plain.startswith(ALL) or plain in columns

        return several

    @cached_property
    def look_ups(self) -> LookUps:
        """What the formulas of a row ask of lists."""
        table = self.form.table
        cells = {name: each.formula for name, each in computed_fields(self.form).items() if table is not None and name in table.names}
        own = {helper.name: helper.formula for helper in self.helpers.of_row}
        checks = [formula for check in self.checks if check.by_row for formula in (check.condition, check.applies) if formula is not None]
        return find_look_ups(checks, own | cells, self.several(True))

    @cached_property
    def _computed(self) -> Mapping[str, str]:
        """The helpers of the declaration by what they are computed from."""
        return {text_of(tree): each.name for each in self.helpers.single if isinstance(tree := each.formula.tree, Call)}

    def _helper(self, call: Call) -> Name | None:
        """Return the name of the helper that is a call's value."""
        name = self._computed.get(text_of(call))
        return None if name is None else Name(name, call.position)

    def tree(self, formula: Formula, by_row: bool) -> Node:
        """Return a formula's tree as it is written into a sheet."""
        return self.shape(self.look_ups.tree(formula.tree) if by_row else formula.tree, by_row)

    def shape(self, tree: Node, by_row: bool) -> Node:
        return in_cells(tree, self.form.known, self.several(by_row))

    def formula(self, formula: Formula, address: Address, by_row: bool) -> tuple[str, bool]:
        """Return a formula as Excel text, and whether it has to be entered as an array formula."""
        return self.written(self.tree(formula, by_row), address, by_row)

    def written(self, tree: Node, address: Address, by_row: bool) -> tuple[str, bool]:
        """Return a tree as Excel text, and whether it has to be entered as an array formula."""
        text = to_excel(assemble("", tree), address=address, list_address=self.lists.__getitem__)
        return text, needs_array(tree, self.several(by_row))

    def text(self, message: Message, address: Address, by_row: bool, code: str) -> tuple[str, bool]:
        """Return a message as Excel text, and whether it has to be entered as an array formula; `code` as for `to_excel_text`."""
        several = self.several(by_row)
        array = any(needs_array(taken_out(part.tree, several, self._helper), several) for part in message.formulas)
        shown = message.to_excel_text(
            self.kind,
            address=address,
            list_address=self.lists.__getitem__,
            shape=lambda tree: self.shape(taken_out(tree, several, self._helper), by_row),
            code=code,
        )
        return shown, array


def live_rules(form: Form) -> LiveRules:
    """Return the live checks of `form`, compiled when it is first seen. Raises FormError for an unreadable template."""
    return _compiled(form, form.path.stat().st_mtime_ns if form.lists else 0)


@lru_cache(maxsize=4)
def _compiled(form: Form, stamp: int) -> LiveRules:
    """Return the live checks; `stamp` is the age of the template, which says where the words of the lists stand."""
    compiled = compile_rules(form)
    found = [(each.rule, _check(each, form)) for each in compiled]
    checks = [*_cell_checks(form), *(check for _, check in found if check is not None)]
    if any(check.by_row for check in checks):
        checks.insert(0, _every_row())
    left_out = tuple(rule.id for rule, check in found if check is None)
    lists = list_areas(form.path, stamp) if form.lists else {}
    read = {name for check in checks for part in _parts(check) for name in part.names}
    read |= {name for computed in computed_fields(form).values() for name in computed.formula.names}
    helpers = helpers_of(form).needed(read)
    used = read | {name for helper in (*helpers.single, *helpers.of_row) for name in helper.formula.names}
    rules = LiveRules(form, tuple(checks), helpers, left_out, lists, _read_lists(form, compiled) - used)
    return replace(rules, checks=tuple(_shortened(rules, check) for check in rules.checks))


def _read_lists(form: Form, compiled: Sequence[CompiledRule]) -> frozenset[str]:
    """Return the lists (`列表.…`) that rules and helpers read and no drop-down offers."""
    helpers = helpers_of(form)
    formulas = [each.formula for each in (*helpers.single, *helpers.of_row)] + [each.condition for each in compiled]
    offered = {field.code_list or "" for field in form.known.values()}
    offered |= {word for name in offered for word in form.lists.get(name, ())}
    return frozenset(
        name
        for formula in formulas
        for name in formula.names
        if name.startswith(LIST_PREFIX) and name.removeprefix(LIST_PREFIX) not in offered
    )


def _parts(check: LiveCheck) -> Iterator[Formula | Message]:
    yield from (check.condition, check.message, check.suggestion)
    if check.applies is not None:
        yield check.applies


def _shortened(rules: LiveRules, check: LiveCheck) -> LiveCheck:
    """Return a check whose texts have … in place of their figures where Excel could not hold or say them."""

    def short(message: Message) -> Message:
        try:
            if len(rules.text(message, lambda name: _LONGEST_ADDRESS, check.by_row, "")[0]) <= MAX_MESSAGE:
                return message
        except FormulaError:
            pass
        return replace(message, parts=tuple("…" if isinstance(part, Formula) else part for part in message.parts))

    return replace(check, message=short(check.message), suggestion=short(check.suggestion))


def _check(compiled: CompiledRule, form: Form) -> LiveCheck | None:
    rule, condition, message, suggestion = compiled.rule, compiled.condition, compiled.message, compiled.suggestion
    names = compiled.names | message.names | suggestion.names
    further = rule.scope == OF_ROW and form.table is not None and rule.table != form.table.name
    if further or not runs_live(rule.scope, rule.batch_only, rule.state, names):
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
        by_row=rule.scope == OF_ROW,
        applies=compiled.applies,
        part=rule.part,
        verify=rule.verify,
    )


# The check that all rows have their checks; false only where a formula is gone, which is no matter of what was filled in.
EVERY_ROW = "自检-每行"


def _every_row() -> LiveCheck:
    message = render_message("有的行没有检查：表里插入过行，或者右边隐藏列里的公式被删过。", ())
    cure = render_message("请撤销插入的行，在原有的空行里填写；行不够的，请向下发单位要行数更多的表。", ())
    return LiveCheck(EVERY_ROW, ERROR, compile_formula("TRUE", ()), message, cure, None)


def _cell_checks(form: Form) -> Iterator[LiveCheck]:
    """Yield the checks that `checking.cells` makes of single cells: errors, texts where a number or a date belongs."""
    columns = tuple(column.field for table in form.tables for column in table.columns)
    names = {f.name: f.name for f in form.fields} | {f.name: ALL + f.name for f in columns}
    fields = (*form.fields, *columns)
    known = {*names.values(), *(RAW + name for name in names.values())}

    def check(id_: str, found: Sequence[Field], tests: Sequence[str], text: str, cure: str) -> LiveCheck:
        shown = "".join(f'{{IF({test},"{_label(f)} ","")}}' for f, test in zip(found, tests, strict=True))
        condition = compile_formula(f"NOT(OR({','.join(tests)}))", known)
        message, suggestion = render_message(shown + text, known), render_message(cure, known)
        return LiveCheck(id_, ERROR, condition, message, suggestion, found[0].name)

    if fields:
        tests = [f"ISERROR({RAW}{f.name})" if f in form.fields else f"ISERROR(SUM({RAW}{names[f.name]}))" for f in fields]
        yield check("格式-错误值", fields, tests, "是错误值，不能作为填报内容。", "请改正公式，或直接填写结果。")
    groups: dict[str, list[Field]] = {}
    for field in fields:
        if field.type in NUMERIC:
            groups.setdefault(field.type if field.type in (AMOUNT, DATE) else "数字", []).append(field)
    for kind, found in groups.items():
        tests = [
            f"AND(ISERROR({f.name}),NOT(ISERROR({RAW}{f.name})))"
            if f in form.fields
            else f"SUMPRODUCT(ISERROR({names[f.name]})*(1-ISERROR({RAW}{names[f.name]})))>0"
            for f in found
        ]
        cure = _CURES.get(kind, "请只填数字。") if form.money == YUAN or kind != AMOUNT else f"请只填数字，单位为{form.money.unit}。"
        yield check(f"格式-{kind}", found, tests, f"不是可以识别的{kind}。", cure)


def _label(field: Field) -> str:
    return field.label.replace('"', '""').replace("{", "（").replace("}", "）")
