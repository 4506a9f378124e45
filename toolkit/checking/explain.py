"""A verdict to be followed by hand: the condition, what each name stands for and where, what each part of it comes to.

Comes in: a rule's 编号 and the declarations of a run, all on one form. Goes out: an `Explanation` for each place the rule is judged in.
Never touches a file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from toolkit.checking.cases import FAILED, NOT_CALCULATED, Case, Views, verdict
from toolkit.checking.sums import sum_shown
from toolkit.forms.computed import helpers_of
from toolkit.forms.live import ALL, BATCH, UNIT
from toolkit.forms.model import Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.rules import CompiledRule, compile_rules, name_kinds
from toolkit.formula import LIST_PREFIX, Formula
from toolkit.formula.arrays import ARRAYS, cells
from toolkit.formula.message import format_code, shown
from toolkit.formula.parts import Part, parts_of
from toolkit.reading.model import BLANK, OK, Declaration
from toolkit.values.words import SEVERITY_WORDS, Severity

Place = tuple[str, str, "str | None", "str | None", "str | None", "int | None"]

# So many cells of a column are shown.
_MOST_CELLS = 12


@dataclass(frozen=True, slots=True)
class Used:
    """A name a condition reads: its value as text, the cell it stands in ("" for none), and the formula of a helper with its parts."""

    name: str
    value: str
    cell: str
    formula: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a condition, as written, with what it comes to; `level` from 0, `words` those of a list that matched."""

    level: int
    text: str
    value: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a rule comes to its verdict in one place; `sheet`, `row` are None where it is about a unit or the batch."""

    rule: str
    severity: Severity
    scope: str
    verdict: str
    file: str
    unit: str | None
    project: str | None
    sheet: str | None
    row: int | None
    condition: str
    premise: str
    sum: str
    names: tuple[Used, ...]
    steps: tuple[Step, ...]

    @property
    def place(self) -> Place:
        """Where it is, as a finding of the rule has it."""
        return self.rule, self.file, self.unit, self.project, self.sheet, self.row

    @property
    def fails(self) -> bool:
        """Whether there is a finding here."""
        return self.verdict in (FAILED, NOT_CALCULATED)

    @property
    def headline(self) -> str:
        """Where it is, and the verdict."""
        row = f"第 {self.row} 行" if self.row else ""
        place = " › ".join(part for part in (self.file, self.sheet or self.unit, self.project, row) if part)
        return f"{place}：{self.verdict}（{self.rule}，{SEVERITY_WORDS[self.severity]}，按{self.scope}）"

    def lines(self) -> Iterator[str]:
        """Yield it for people, from the condition on."""
        if self.premise:
            yield f"前提  {self.premise}"
        yield f"条件  {self.condition}"
        if self.sum:
            yield f"算式  {self.sum}"
        for used in self.names:
            cell = f"（{used.cell}）" if used.cell else ""
            formula = f"，由 {used.formula} 算出" if used.formula else ""
            yield f"取值  {used.name} = {used.value}{cell}{formula}{_listed(used.words)}"
        for step in self.steps:
            yield f"计算  {'　' * step.level}{step.text} = {step.value}{_listed(step.words)}"


def _listed(words: tuple[str, ...]) -> str:
    return f"，列表里有：{'、'.join(words)}" if words else ""


def explain(
    rules: Collection[str],
    declarations: Sequence[Declaration],
    form: Form,
    *,
    roster: Roster | None = None,
    places: Collection[Place] | None = None,
) -> Iterator[Explanation]:
    """Yield how each of the rules (by 编号, those in force) comes to its verdict in every place, or in these `places` alone.

    A rule that reads the roster is not judged without one.
    """
    chosen = [each for each in compile_rules(form) if each.rule.id in rules and (roster is not None or not each.roster_names)]
    views = Views(declarations, form, chosen, roster)
    for rule in chosen:
        for case in views.of(rule):
            if places is None or _place(rule, case) in places:
                yield _explained(rule, case, form)


def _place(rule: CompiledRule, case: Case) -> Place:
    """Where a rule is judged, as its finding has it."""
    of, row = case.declaration, case.row.row if case.row else None
    return (rule.rule.id, of.file, of.unit, of.project, of.sheet, row) if of else (rule.rule.id, case.file, case.unit, None, None, row)


def _explained(rule: CompiledRule, case: Case, form: Form) -> Explanation:
    found, decisive, _ = verdict(rule, case.environment)
    part = parts_of(decisive, case.environment)
    id_, file, unit, project, sheet, row = _place(rule, case)
    return Explanation(
        rule=id_,
        severity=rule.rule.severity,
        scope=rule.rule.scope,
        verdict=found,
        file=file,
        unit=unit,
        project=project,
        sheet=sheet,
        row=row,
        condition=rule.rule.condition,
        premise=rule.rule.premise,
        sum=sum_shown(rule, case, form) if found == FAILED else "",
        names=tuple(_used(decisive, case, form)),
        steps=tuple(Step(level, each.text, _text(each.value), each.words) for level, each in part.walk()),
    )


def _used(formula: Formula, case: Case, form: Form) -> Iterator[Used]:
    """The names a formula reads, in its order; what helpers read behind them."""
    kinds = name_kinds(form)

    def code(name: str) -> str | None:
        return format_code(kinds(name), form.money.places)

    helpers = {helper.name: helper for helper in (*helpers_of(form).single, *helpers_of(form).of_row)}
    waiting, seen = _in_order(formula), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name.startswith(LIST_PREFIX):
            continue
        seen.add(name)
        value = case.environment[name]
        helper = helpers.get(name.removeprefix(ALL))
        entry = case.entry(name)
        if helper is not None:
            words = _words(parts_of(helper.formula, case.environment)) if type(value) not in ARRAYS else ()
            yield Used(name, _text(value, code(name)), "", helper.field.formula, words)
            waiting += _in_order(helper.formula)
        elif entry is not None and entry.state not in (OK, BLANK):
            yield Used(name, f"“{entry.text}”（{shown(value, None)}）", entry.cell or "")
        else:
            yield Used(name, _text(value, code(name)), entry.cell or "" if entry else _cells(name, case, form))


def _in_order(formula: Formula) -> list[str]:
    return sorted(formula.names, key=lambda name: (formula.text.find(name), name))


def _words(part: Part) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for _, each in part.walk() for word in each.words))


def _cells(name: str, case: Case, form: Form) -> str:
    """Where a whole column stands."""
    column = name.removeprefix(ALL)
    if case.declaration is None or column not in form.table_of or name.startswith((UNIT, BATCH)):
        return ""
    rows = case.declaration.rows_of(form.table_of[column])
    found = [row[column].cell for row in rows if row[column].cell]
    return f"{found[0]}:{found[-1]}" if len(found) > 1 else next(iter(found), None) or ""


def _text(value: object, code: str | None = None) -> str:
    """A value as a person reads it: texts in quotation marks, a column as its cells without the blanks."""
    if type(value) not in ARRAYS:
        return f"“{value}”" if isinstance(value, str) else shown(value, code)
    filled = [each for each in cells(value) if each is not None and each != ""]
    listed = "、".join(_text(each, code) for each in filled[:_MOST_CELLS])
    more = f" …… 共 {len(filled)} 个" if len(filled) > _MOST_CELLS else ""
    return f"{{{listed}{more}}}"
