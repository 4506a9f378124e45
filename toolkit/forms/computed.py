"""Computed fields (字段 › 公式): those with a cell and those without, which are helpers that rules use by name.

Comes in: the fields of a template with their formulas, or a form. Goes out: which helper belongs to each row, every mistake, and
`Names`, which work a helper out once, when something asks for it. A helper is of a row when it reads one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.forms.book import Mistake
from toolkit.forms.live import ALL
from toolkit.forms.model import Field, Form, IndicatorTable
from toolkit.forms.surroundings import is_made_text, surroundings
from toolkit.forms.tables import Rule, TableRow
from toolkit.formula import LIST_PREFIX, Formula, FormulaError, compile_formula, top_left
from toolkit.formula.coerce import to_text
from toolkit.formula.draft import Packed
from toolkit.formula.nodes import Name, walk
from toolkit.formula.parser import parse
from toolkit.formula.quick import Surroundings, Within, within
from toolkit.values.words import OF_ROW

Worked = Callable[[Mapping[str, object]], object]

_SUM = re.compile(rf"SUM\({re.escape(ALL)}([\w.]+)\)")


def summed_column(formula: str) -> str | None:
    """Return the one column that a formula sums; None where it sums none, or several.

    >>> summed_column('IF(COUNT(全部.总额)=0,"",SUM(全部.总额))'), summed_column("SUM(全部.甲)+SUM(全部.乙)")
    ('总额', None)
    """
    found = set(_SUM.findall(formula))
    return found.pop() if len(found) == 1 else None


class Names(dict[str, object]):
    """What names stand for; what is not there is worked out by its formula, or is what it is in `outer`. Use it with []."""

    __slots__ = ("_formulas", "_outer")

    def __init__(
        self,
        values: Mapping[str, object],
        formulas: Mapping[str, Worked],
        outer: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(values)
        self._formulas, self._outer = formulas, outer

    def __missing__(self, name: str) -> object:
        formula = self._formulas.get(name)
        if formula is not None:
            value = formula(self)
        elif self._outer is not None:
            value = self._outer[name]
        else:
            raise KeyError(name)
        self[name] = value
        return value


@dataclass(frozen=True, slots=True)
class Helper:
    """A computed field, usually without a cell. `as_text`: its result may be a blank cell, and is made a text."""

    field: Field
    formula: Formula
    as_text: bool
    evaluate: Worked

    def __reduce__(self) -> tuple[object, ...]:
        kept = self.evaluate.kept() if isinstance(self.evaluate, Within) else None
        return _helper_again, (self.field, self.formula, self.as_text, kept)

    @property
    def name(self) -> str:
        return self.field.name

    def value(self, names: Mapping[str, object]) -> object:
        """Return what a cell with its formula would hold, never a blank."""
        value = top_left(self.evaluate(names))
        return to_text(value) if self.as_text else 0 if value is None else value


def _helper_again(field: Field, formula: Formula, as_text: bool, kept: tuple[Packed, bool] | None) -> Helper:
    def in_full(names: Mapping[str, object]) -> object:
        return formula.evaluate(names)

    return Helper(field, formula, as_text, in_full if kept is None else Within.again(kept, in_full))


@dataclass(frozen=True, slots=True)
class Helpers:
    """The helpers of a form, each after those it uses; and how their values are worked out."""

    single: tuple[Helper, ...]
    of_row: tuple[Helper, ...]

    def expanded(self, names: frozenset[str]) -> frozenset[str]:
        """Return `names` with what helpers read in place of the helpers."""
        found = set(names)
        for helper in reversed((*self.single, *self.of_row)):
            whole = ALL + helper.name in found
            if whole or helper.name in found:
                found = (found - {helper.name, ALL + helper.name}) | helper.formula.names
            if whole:
                found |= {ALL + name for name in helper.formula.names if not name.startswith((ALL, LIST_PREFIX))}
        return frozenset(found)

    def needed(self, names: Iterable[str]) -> Helpers:
        """Return the helpers that `names` ask for, by themselves or through other helpers."""
        found = set(names)
        for helper in reversed((*self.single, *self.of_row)):
            if {helper.name, ALL + helper.name} & found:
                found |= helper.formula.names
        single, of_row = (tuple(h for h in each if {h.name, ALL + h.name} & found) for each in (self.single, self.of_row))
        return Helpers(single, of_row)

    def names(
        self, values: Mapping[str, object], rows: Sequence[Mapping[str, object]], length: int, shared: Mapping[str, object]
    ) -> tuple[Names, list[Names]]:
        """Return the names of a declaration over those `shared`, and those of each row; a helper's column is filled up to `length`."""
        inner: list[Names] = []
        formulas: dict[str, Worked] = {helper.name: helper.value for helper in self.single}
        for helper in self.of_row:
            column = _column(helper.name, inner, length)
            formulas |= {helper.name: column, ALL + helper.name: column}
        outer = Names(values, formulas, shared)
        own = {helper.name: helper.value for helper in self.of_row}
        single = {name: value for name, value in values.items() if type(value) is not list}
        inner.extend(Names({**single, **row}, own, outer) for row in rows)
        return outer, inner


def _column(name: str, rows: list[Names], length: int) -> Worked:
    return lambda _: [*(row[name] for row in rows), *[""] * (length - len(rows))]


@lru_cache(maxsize=16)
def helpers_of(form: Form) -> Helpers:
    """Return the form's helpers, compiled once for a form."""
    return form.once("helpers", lambda: _helpers(form))


def _helpers(form: Form) -> Helpers:
    known = frozenset(form.known) | {ALL + name for name in form.columns}
    outside = surroundings(form)
    single = tuple(_made(f, known, form.lists, outside) for f in form.helpers)
    inside = surroundings(form, form.table.name) if form.table else outside
    return Helpers(single, tuple(_made(f, known, form.lists, inside) for f in form.row_helpers))


@lru_cache(maxsize=16)
def computed_fields(form: Form) -> Mapping[str, Helper]:
    """Return the computed fields that have a cell, each after those it uses."""
    return form.once("computed fields", lambda: _computed_fields(form))


def _computed_fields(form: Form) -> Mapping[str, Helper]:
    known = frozenset(form.known) | {ALL + name for name in form.columns}
    computed = {name: field.formula for name, field in form.known.items() if field.formula}
    order = [name for name in _ordered({name: _read(text) for name, text in computed.items()}) if name in form.by_name]
    return {name: _made(form.by_name[name], known, form.lists) for name in order}


def _made(field: Field, known: frozenset[str], lists: Mapping[str, tuple[str, ...]], surroundings: Surroundings | None = None) -> Helper:
    formula = compile_formula(field.formula, known, lists)
    evaluate = within(formula.tree, formula.evaluate, surroundings) if surroundings else formula.evaluate
    return Helper(field, formula, is_made_text(field, formula.tree), evaluate)


def sort_helpers(helpers: Sequence[Field], columns: Sequence[str]) -> tuple[tuple[Field, ...], tuple[Field, ...]]:
    """Return the helpers of the declaration and those of each row, each after those it uses."""
    reads = {field.name: _read(field.formula) for field in helpers}
    of_row: set[str] = set()
    while more := {n for n, names in reads.items() if n not in of_row and names & (of_row | set(columns))}:
        of_row |= more
    ordered = [field for name in _ordered(reads) for field in helpers if field.name == name]
    return tuple(f for f in ordered if f.name not in of_row), tuple(f for f in ordered if f.name in of_row)


def wide_names(rule: Rule, tables: Sequence[IndicatorTable], helpers: Sequence[str]) -> frozenset[str]:
    """Return which columns (`helpers` are those of the first table's rows) a rule of a declaration reads whole: not those of its row."""
    own = [rule.table] if rule.scope == OF_ROW else []
    names = {name for table in tables if table.name not in own for name in table.names}
    return frozenset(names if any(table.first and table.name in own for table in tables) else names | set(helpers))


def formula_mistakes(
    rows: Sequence[TableRow],
    fields: Mapping[str, Field],
    columns: Sequence[str],
    further: Sequence[IndicatorTable],
    lists: Mapping[str, tuple[str, ...]],
) -> Iterator[Mistake]:
    """Yield what is wrong with the formulas of 字段: mistakes in spelling, unknown names, circles.

    `columns` are those of the first row table, row helpers among them; in the `further` ones nothing is computed.
    """
    singles = frozenset(fields) - frozenset(columns)
    others = {name for table in further for name in table.names}
    all_columns = {ALL + name for name in (*columns, *others)}
    computed = {name: field.formula for name, field in fields.items() if field.formula}
    circles = _circles({name: {n.removeprefix(ALL) for n in _read(text)} & set(computed) for name, text in computed.items()})
    for row in rows:
        field = fields.get(row.get("字段名"))
        if field is None:
            continue
        own = frozenset(columns) if field.name in columns else frozenset()
        for heading, text in (("公式", field.formula), ("必填", field.required_if)):
            try:
                if text:
                    compile_formula(text, singles | own | all_columns, lists)
            except FormulaError as error:
                yield row.mistake(heading, str(error), "请改正后再用 jixiao form lint 检查")
        if field.formula and (field.name in others or field.table in [table.name for table in further]):
            yield row.mistake("公式", f"“{field.name}”不在第一张行表里，不能由公式算出", "请改为填报的列，用规则核对")
        if field.name in circles:
            yield row.mistake("公式", f"“{field.name}”的公式绕回到它自己（{' → '.join(circles[field.name])}）", "请改正其中一个公式")


def _read(formula: str) -> set[str]:
    try:
        return {node.text for node in walk(parse(formula)) if isinstance(node, Name)}
    except FormulaError:
        return set()


def _ordered(reads: Mapping[str, set[str]]) -> list[str]:
    done: list[str] = []

    def visit(name: str, path: tuple[str, ...]) -> None:
        if name in done or name in path or name not in reads:
            return
        for other in sorted(reads[name]):
            visit(other.removeprefix(ALL), (*path, name))
        done.append(name)

    for name in reads:
        visit(name, ())
    return done


def _circles(reads: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
    """Return for each name that needs itself the way back to it."""
    found: dict[str, tuple[str, ...]] = {}
    for start in reads:
        seen = {start}
        waiting: list[tuple[str, ...]] = [(start,)]
        while waiting:
            path = waiting.pop(0)
            for other in sorted(reads[path[-1]]):
                if other == start:
                    found.setdefault(start, (*path, start))
                elif other not in seen:
                    seen.add(other)
                    waiting.append((*path, other))
    return found
