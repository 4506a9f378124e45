"""The checks a filled workbook carries: the form's live rules, and what reading itself finds wrong with a cell.

A form comes in, `LiveRules` go out, compiled once per form. `selfcheck_plan` writes them as formulas,
`selfcheck_values` calculates what to store with them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import filterfalse

from toolkit.forms.computed import Helper, Helpers, computed_fields, helpers_of
from toolkit.forms.live import ALL, RAW, in_cells, is_mirrored, needs_array, runs_live
from toolkit.forms.model import Field, Form, IndicatorTable
from toolkit.forms.rules import CompiledRule, compile_rules, name_kinds
from toolkit.forms.surroundings import surroundings
from toolkit.formula import LIST_PREFIX, Formula, FormulaError, Message, to_excel
from toolkit.formula.compiler import assemble
from toolkit.formula.nodes import Call, Name, Node
from toolkit.outputs.filled.selfcheck_check import LiveCheck, cell_checks, every_row, pattern, quoted
from toolkit.outputs.filled.selfcheck_inlined import written_where_read
from toolkit.outputs.filled.selfcheck_lookups import WORDS, LookUps, drawn_columns, find_look_ups, in_names, list_areas, taken_out, text_of
from toolkit.spreadsheet import a1
from toolkit.values.aliases import alias_lists
from toolkit.values.words import OF_ROW, RANK

# Excel's limit on a formula's length, less what is put round a message; and the longest way a message names a cell.
MAX_MESSAGE = 7900
_LONGEST_ADDRESS = "INDEX('项目1234567'!$AA$1000:$AA$1999,$AB$1000-1000)"

# The name that holds what finds the tokens of row checks, and the room in it.
PATTERNS, _MOST_PATTERNS = f"{WORDS}0", 7000

Address = Callable[[str], str]


@dataclass(frozen=True, eq=False)
class LiveRules:
    """All that self-checks need of a form; `left_out` are the rules in force that run in `jixiao check` alone.

    `lists` are the lists as formulas name them, `words` the names of the workbook that hold some of them, `idle_columns` the columns
    of 代码表 that nothing in an issued workbook reads. Made once per form, and equal to itself alone.
    """

    form: Form
    checks: tuple[LiveCheck, ...]
    helpers: Helpers
    left_out: tuple[str, ...]
    lists: Mapping[str, str]
    words: Mapping[str, str]
    idle_columns: frozenset[int]

    @cached_property
    def kind(self) -> Callable[[str], str | None]:
        """Tells what a name in a message is (金额, 日期 …)."""
        return name_kinds(self.form)

    def mirrored(self, table: IndicatorTable | None = None) -> tuple[Field, ...]:
        """The single fields, or the columns of a table, whose numbers stand in mirror cells."""
        return tuple(filter(is_mirrored, _fields(self.form, table)))

    def copied(self, table: IndicatorTable | None = None) -> tuple[Field, ...]:
        """The single fields, or the columns of a table, whose cells are copied as they are."""
        return tuple(filterfalse(is_mirrored, _fields(self.form, table)))

    def inputs(self) -> tuple[Field, ...]:
        """The single fields, whose cells are all copied as they are: first those that have mirror cells."""
        return (*self.mirrored(), *self.copied())

    def of_rows(self, table: IndicatorTable) -> tuple[LiveCheck, ...]:
        """The checks of a table's rows."""
        return tuple(check for check in self.checks if check.table == table.name)

    def premises(self, table: IndicatorTable) -> tuple[LiveCheck, ...]:
        """The checks of a table's rows that say of each row whether it is judged."""
        return tuple(check for check in self.of_rows(table) if check.applies is not None)

    def own_names(self, table: str) -> frozenset[str]:
        """What stands for a cell of the row itself in the formulas of a table's rows; nothing in those of the declaration ("")."""
        found = self.form.table_named(table) if table else None
        return frozenset(() if found is None else self.form.row_names if found.first else found.names)

    def several(self, table: str) -> Callable[[str], bool]:
        """Tells the names that stand for a whole column in the formulas of a table's rows, or ("") of the declaration."""
        columns = frozenset(self.form.columns) - self.own_names(table)

        def several(name: str) -> bool:
            plain = name.removeprefix(RAW)
            return name.startswith(("列表.", ALL)) or plain.startswith(ALL) or plain in columns

        return several

    @cached_property
    def look_ups(self) -> Mapping[str, LookUps]:
        """What the formulas of the rows ask of lists, by table."""
        return {table.name: self._look_ups(table) for table in self.form.tables}

    def _look_ups(self, table: IndicatorTable) -> LookUps:
        cells = {name: each.formula for name, each in computed_fields(self.form).items() if name in table.names}
        own = {helper.name: helper.formula for helper in self.helpers.of_row} if table.first else {}
        checks = [formula for check in self.of_rows(table) for formula in (check.condition, check.applies) if formula is not None]
        known = surroundings(self.form, table.name)
        return find_look_ups(checks, own | cells, self.several(table.name), known, "" if table.first else table.name)

    @cached_property
    def inlined(self) -> Mapping[str, Helper]:
        """The helpers of a row whose formulas stand where they are read, instead of in cells."""
        first = self.form.table
        if first is None:
            return {}
        own = self.own_names(first.name)
        computed = {name: each.formula for name, each in computed_fields(self.form).items()}
        rows = [each for check in self.of_rows(first) for each in (check.condition, check.applies) if each is not None]
        rows += [formula for name, formula in computed.items() if name in own]
        others = [formula for name, formula in computed.items() if name not in own]
        others += [helper.formula for helper in self.helpers.single]
        for check in self.checks:
            others += [each for part in _parts(check) if check.table != first.name or isinstance(part, Message) for each in _in(part)]
        names = [name for formula in others for name in formula.names]
        names += [name.removeprefix(ALL) for each in (*rows, *(h.formula for h in self.helpers.of_row)) for name in each.names - own]
        elsewhere = frozenset(name.removeprefix(ALL) for name in names)
        known = surroundings(self.form, first.name)
        return written_where_read(self.helpers.of_row, rows, elsewhere, self.look_ups[first.name], known)

    @cached_property
    def listed(self) -> tuple[LiveCheck, ...]:
        """The checks as they are listed: the gravest first; what may be explained after other errors."""
        return tuple(sorted(self.checks, key=lambda check: (RANK[check.severity], check.verify)))

    @cached_property
    def ordered(self) -> tuple[LiveCheck, ...]:
        """The checks as they stand on a sheet: each level is one area, in it those of a table's rows stand together, for these are alike."""
        return tuple(sorted(self.listed, key=lambda check: (RANK[check.severity], check.verify, check.table, check.applies is not None)))

    @cached_property
    def patterns(self) -> str:
        """The array of what finds each row check's token, in the order of the checks, for a name to hold; "" where that is too much for one."""
        found = "{" + ";".join(quoted(pattern(check)) if check.by_row else '""' for check in self.ordered) + "}"
        return found if any(check.by_row for check in self.checks) and len(found) <= _MOST_PATTERNS else ""

    @property
    def named(self) -> Mapping[str, str]:
        """The names of the workbook with their formulas: words of lists, and what finds tokens."""
        return {**self.words, PATTERNS: self.patterns} if self.patterns else self.words

    @property
    def in_columns(self) -> tuple[Helper, ...]:
        """The helpers of a row that stand in cells."""
        return tuple(helper for helper in self.helpers.of_row if helper.name not in self.inlined)

    @cached_property
    def _computed(self) -> Mapping[str, str]:
        """The helpers of the declaration by what they are computed from."""
        return {text_of(tree): each.name for each in self.helpers.single if isinstance(tree := each.formula.tree, Call)}

    def _helper(self, call: Call) -> Name | None:
        """Return the name of the helper that is a call's value."""
        name = self._computed.get(text_of(call))
        return None if name is None else Name(name, call.position)

    def tree(self, formula: Formula, table: str) -> Node:
        """Return a formula's tree as it is written into a sheet: a formula of a table's rows, or ("") of the declaration."""
        return self.shape(self.look_ups[table].tree(formula.tree) if table else formula.tree, table)

    def shape(self, tree: Node, table: str) -> Node:
        return in_cells(tree, self.form.known, self.several(table))

    def formula(self, formula: Formula, address: Address, table: str) -> tuple[str, bool]:
        """Return a formula as Excel text, and whether it has to be entered as an array formula."""
        return self.written(self.tree(formula, table), address, table)

    def written(self, tree: Node, address: Address, table: str) -> tuple[str, bool]:
        """Return a tree as Excel text, and whether it has to be entered as an array formula."""
        text = to_excel(assemble("", tree), address=address, list_address=self.lists.__getitem__)
        return text, needs_array(tree, self.several(table))

    def text(self, message: Message, address: Address, table: str, code: str) -> tuple[str, bool]:
        """Return a message as Excel text, and whether it has to be entered as an array formula; `code` as for `to_excel_text`."""
        several = self.several(table)
        array = any(needs_array(taken_out(part.tree, several, self._helper), several) for part in message.formulas)
        shown = message.to_excel_text(
            self.kind,
            address=address,
            list_address=self.lists.__getitem__,
            shape=lambda tree: self.shape(taken_out(tree, several, self._helper), table),
            code=code,
        )
        return shown, array


def _fields(form: Form, table: IndicatorTable | None) -> list[Field]:
    return list(form.fields) if table is None else [column.field for column in table.columns]


def live_rules(form: Form) -> LiveRules:
    """Return the live checks of `form`, compiled when it is first seen. Raises FormError for an unreadable template."""
    return _compiled(form, form.path.stat().st_mtime_ns if form.lists else 0)


@lru_cache(maxsize=4)
def _compiled(form: Form, stamp: int) -> LiveRules:
    """Return the live checks; `stamp` is the age of the template, which says where the words of the lists stand."""
    compiled = compile_rules(form)
    found = [(each.rule, _check(each, form)) for each in compiled]
    checks = [*cell_checks(form), *(check for _, check in found if check is not None)]
    if any(check.by_row for check in checks):
        checks.insert(0, every_row())
    left_out = tuple(rule.id for rule, check in found if check is None)
    lists = list_areas(form.path, stamp) if form.lists else {}
    read = {name for check in checks for part in _parts(check) for name in part.names}
    read |= {name for computed in computed_fields(form).values() for name in computed.formula.names}
    helpers = helpers_of(form).needed(read)
    used = read | {name for helper in (*helpers.single, *helpers.of_row) for name in helper.formula.names}
    drawn = drawn_columns(form.path, stamp) if lists else frozenset()
    only_read = {name for name in _read_lists(form, compiled) if _column(lists.get(name.removeprefix(LIST_PREFIX))) not in drawn}
    rules = _with_words(LiveRules(form, tuple(checks), helpers, left_out, lists, {}, frozenset()), only_read, used)
    return replace(rules, checks=tuple(_shortened(rules, check) for check in rules.checks))


def _column(area: str | None) -> int:
    return a1.parse_range(area)[2] if area else 0


def _with_words(rules: LiveRules, only_read: Collection[str], used: Collection[str]) -> LiveRules:
    """Return the rules with lists that are `only_read`, by rules and reading alone, in names where they can be, and out of 代码表."""
    plain = [name.removeprefix(LIST_PREFIX) for name in only_read if name in used]
    names, words = in_names([*_formulas(rules)], {name: rules.form.lists[name] for name in sorted(plain) if name in rules.lists})
    idle = {name for name in rules.lists if LIST_PREFIX + name in only_read and (name in names or LIST_PREFIX + name not in used)}
    columns = frozenset(_column(rules.lists[name]) for name in idle)
    return replace(rules, lists={**rules.lists, **names}, words=words, idle_columns=columns)


def _formulas(rules: LiveRules) -> Iterator[tuple[Formula, Callable[[str], bool]]]:
    """Yield all formulas of the checks, with what stands for several cells in them."""
    first = rules.form.table.name if rules.form.table else ""
    for check in rules.checks:
        for part in _parts(check):
            yield from ((each, rules.several(check.table)) for each in _in(part))
    for name, helper in computed_fields(rules.form).items():
        yield helper.formula, rules.several(first if rules.form.table and name in rules.form.table.names else "")
    yield from ((helper.formula, rules.several("")) for helper in rules.helpers.single)
    yield from ((helper.formula, rules.several(first)) for helper in rules.helpers.of_row)


def _read_lists(form: Form, compiled: Sequence[CompiledRule]) -> frozenset[str]:
    """Return the lists (`列表.…`) that rules, helpers and reading ask for and no drop-down offers."""
    helpers = helpers_of(form)
    formulas = [each.formula for each in (*helpers.single, *helpers.of_row)] + [each.condition for each in compiled]
    offered = {field.code_list or "" for field in form.known.values()}
    offered |= {word for name in offered for word in form.lists.get(name, ())}
    read = {name.removeprefix(LIST_PREFIX) for formula in formulas for name in formula.names if name.startswith(LIST_PREFIX)}
    return frozenset(LIST_PREFIX + name for name in (read | alias_lists(form.lists)) - offered)


def _parts(check: LiveCheck) -> Iterator[Formula | Message]:
    yield from (check.condition, check.message, check.suggestion)
    if check.applies is not None:
        yield check.applies


def _in(part: Formula | Message) -> Sequence[Formula]:
    return part.formulas if isinstance(part, Message) else (part,)


def _shortened(rules: LiveRules, check: LiveCheck) -> LiveCheck:
    """Return a check whose texts have … in place of their figures where Excel could not hold or say them."""

    def short(message: Message) -> Message:
        try:
            if len(rules.text(message, lambda name: _LONGEST_ADDRESS, check.table, "")[0]) <= MAX_MESSAGE:
                return message
        except FormulaError:
            pass
        return replace(message, parts=tuple("…" if isinstance(part, Formula) else part for part in message.parts))

    return replace(check, message=short(check.message), suggestion=short(check.suggestion))


def _check(compiled: CompiledRule, form: Form) -> LiveCheck | None:
    rule, condition, message, suggestion = compiled.rule, compiled.condition, compiled.message, compiled.suggestion
    names = compiled.names | message.names | suggestion.names
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
        table=rule.table if rule.scope == OF_ROW else "",
        applies=compiled.applies,
        part=rule.part,
        verify=rule.verify,
    )
