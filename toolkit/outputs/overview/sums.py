"""Sums over 项目明细, twice: as the formula that a reader can trace, and as the result that is cached beside it.

Comes in: the form and its declarations. Goes out: `Detail`, which knows the columns of 项目明细, its groups in order, their
sums (pandas, over exact decimals) and the formulas for them. Called by the sheets that add up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.forms.model import AMOUNT, CODE, DEPENDENT_LIST, INTEGER, LONG_TEXT, TEXT, Field, Form
from toolkit.outputs.overview.identities import Identity, identities
from toolkit.outputs.records import has_roster_code
from toolkit.outputs.sheets import fitting
from toolkit.reading.model import Declaration
from toolkit.spreadsheet.a1 import column_letters
from toolkit.values.amounts import round_half_up
from toolkit.values.text import label_key
from toolkit.values.words import CODE_ROLE, PROJECT_ROLE, UNIT_ROLE

if TYPE_CHECKING:
    import pandas

DETAIL = "项目明细"

# The 0-based row of the first line of a list; a row further down where there are group headings (`Detail.first`).
FIRST = 3

PUBLIC = "是否公开"

# Fields of these types with a list divide the projects into kinds.
_LISTED = (TEXT, CODE, INTEGER)

# How a group is called whose cells are blank.
UNFILLED = "（未填写）"

# A text that a criterion of SUMIFS can only mean literally: no wildcard, no comparison, nothing like a number or a date.
_LITERAL = re.compile(r"(?![〇零一二三四五六七八九十百千廿卅两正负周]|星期|上午|下午|公元|民国)[\u4e00-\u9fff][^*?~]{0,254}")


_WAN = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Money:
    """The unit of the summaries: 元 to the cent, or 万元 exact to six decimals and shown with two."""

    wan: bool = False

    @property
    def name(self) -> str:
        return "万元" if self.wan else "元"

    def formula(self, expression: str) -> str:
        """Return a formula of an expression over amounts in 元; rounded, as binary fractions do not add up to the cent."""
        return f"=ROUND(({expression})/10000,6)" if self.wan else f"=ROUND({expression},2)"

    def again(self, expression: str) -> str:
        """Return a formula of an expression over amounts that are in this unit already."""
        return f"=ROUND({expression},{6 if self.wan else 2})"

    def result(self, amount: Decimal) -> Decimal:
        """Return what `formula` comes to for an amount in 元."""
        return round_half_up(amount / _WAN, 6) if self.wan else round_half_up(amount, 2)


@dataclass(frozen=True)
class Condition:
    """A column of 项目明细 equals a group's name: the range, the cell that holds the name, and the name itself."""

    range: str
    cell: str
    name: str
    literal: bool


class Detail:
    """项目明细 as the summaries see it, and the unit they show.

    `public` says of each declaration whether it is published, None without a roster.
    """

    def __init__(self, form: Form, declarations: Sequence[Declaration], public: Sequence[bool] | None, money: Money) -> None:
        self.form, self.money = form, money
        self.declarations = declarations
        self.public = public
        self.lists = [f for f in form.fields if f.type in _LISTED and (f.code_list or "@")[0] != DEPENDENT_LIST]
        self.unit = form.role(UNIT_ROLE)
        self.identities: tuple[Identity, ...] = identities(form)
        self.amounts = _side_by_side([f for f in form.fields if f.type == AMOUNT], self.identities)
        self._units = _spelling(declarations)
        self._places = {field.name: number for number, field in enumerate(self.columns, start=2) if field}
        self._frame: pandas.DataFrame | None = None
        self._literal: dict[str, Counter[str]] = {}

    @property
    def columns(self) -> list[Field | None]:
        """The columns of 项目明细 after 序号: who and what first, then 是否公开 (None) where it is known, then the form's order,
        each sum with its parts behind it.

        Long texts stay in the Word report.
        """
        first = [f for role in (UNIT_ROLE, PROJECT_ROLE) if (f := self.form.role(role))]
        amounts = iter(self.amounts)
        others = [next(amounts) if f.type == AMOUNT else f for f in self.form.fields if f.type != LONG_TEXT and f not in first]
        if has_roster_code(self.form) and any(declaration.code for declaration in self.declarations):
            first.append(Field(CODE_ROLE, CODE_ROLE, CODE, role=CODE_ROLE))
        return [*first, *([] if self.public is None else [None]), *others]

    @property
    def first(self) -> int:
        """The 0-based row of the first line of 项目明细 and 按单位: below the headings, and the group headings where there are any."""
        return FIRST + bool(self.groupings([field.name for field in self.amounts]))

    def groupings(self, names: Sequence[str]) -> list[tuple[int, int, str]]:
        """Return the group headings over columns of these fields: the first and the last column of each, by their places in `names`.

        A sum and the parts it is made of are a group where they stand side by side.
        """
        found = []
        for each in self.identities:
            places = [names.index(name) for name in (each.total, *each.parts) if name in names]
            if len(places) == len(each.parts) + 1 == max(places) - min(places) + 1:
                found.append((min(places), max(places), f"{self.heading(each.total)}及其构成"))
        taken: set[int] = set()
        kept = []
        for first, last, text in found:
            if taken.isdisjoint(range(first, last + 1)):
                kept.append((first, last, text))
                taken.update(range(first, last + 1))
        return kept

    @property
    def main(self) -> Field | None:
        """The amount that stands for a project: the first that must be filled in, else the first sum, else the first."""
        sums = [self.form.by_name[each.total] for each in self.identities]
        return next(iter([*(f for f in self.amounts if f.required), *sums, *self.amounts]), None)

    def heading(self, name: str) -> str:
        """Return how a field is headed in every sheet."""
        field = self.form.by_name.get(name)
        return _heading(self.form, field) if field else name

    def text(self, declaration: Declaration, name: str) -> str:
        """Return a text as 项目明细 shows it; one unit is spelt one way."""
        of_unit = self.unit is not None and name == self.unit.name
        of_roster = name == CODE_ROLE and has_roster_code(self.form)
        value = declaration.unit if of_unit else declaration.code if of_roster else declaration.value(name)
        text = "" if value is None else str(value)
        return fitting(self._units.get(label_key(text), text) if of_unit else text)

    def blanks(self) -> str:
        """Return which totals leave out how many projects that have nothing there, "" where none does."""
        counts = {f.name: sum(d.value(f.name) is None for d in self.declarations) for f in self.amounts}
        some = [f"{self.heading(name)} {count} 个" for name, count in counts.items() if 0 < count < len(self.declarations)]
        return f"合计不含空白：{'、'.join(some)}" if some else ""

    def groups(self, name: str) -> list[str]:
        """Return the groups of a column: the words of its list in their order, then others as they come; "" for blank last."""
        found = dict.fromkeys(self.text(declaration, name) for declaration in self.declarations)
        words = self.form.lists.get(self.form.by_name[name].code_list or "", ())
        ordered = [word for word in words if word in found] + [text for text in found if text and text not in words]
        return ordered + ([""] if "" in found else [])

    def range(self, name: str) -> str:
        """Return the absolute address of a column's data."""
        letters = column_letters(self._places[name])
        return f"{DETAIL}!${letters}${self.first + 1}:${letters}${self.first + max(len(self.declarations), 1)}"

    def condition(self, name: str, group: str, cell: str) -> Condition:
        """Return the condition that column `name` is `group`, which stands in `cell`."""
        if name not in self._literal:
            self._literal[name] = Counter(text.casefold() for text in self.groups(name))
        literal = bool(_LITERAL.fullmatch(group)) and self._literal[name][group.casefold()] == 1
        return Condition(self.range(name), cell, group, literal)

    def sum(self, amount: str, *conditions: Condition) -> str:
        """Return the expression that adds up an amount where all conditions hold."""
        values = self.range(amount)
        if not conditions:
            return f"SUM({values})"
        if all(each.literal for each in conditions):
            return f"SUMIFS({values},{_pairs(conditions)})"
        return f"SUMPRODUCT(1*{_tests(conditions)},{values})"

    def count(self, *conditions: Condition) -> str:
        """Return the formula that counts the projects where all conditions hold."""
        if all(each.literal for each in conditions):
            return f"=COUNTIFS({_pairs(conditions)})"
        return f"=SUMPRODUCT(1*{_tests(conditions)})"

    def totals(self, *names: str) -> Mapping[tuple[str, ...], Mapping[str, Decimal]]:
        """Return the sums of every amount by groups, `项目数` of each under ""; () is the key of all together."""
        amounts = [field.name for field in self.amounts]
        frame = self._rows()
        if not names:
            return {(): {"": Decimal(len(frame)), **{a: sum(frame[f"金额.{a}"], Decimal(0)) for a in amounts}}}
        grouped = frame.groupby([f"组.{name}" for name in names], sort=False)
        sums = grouped.agg({"": "sum", **{f"金额.{amount}": "sum" for amount in amounts}})
        return {
            key if isinstance(key, tuple) else (key,): dict(zip(("", *amounts), values, strict=True))
            for key, *values in sums.itertuples(name=None)
        }

    def _rows(self) -> pandas.DataFrame:
        """Return a row per project: its groups, and its amounts as decimals with a blank as 0."""
        if self._frame is None:
            import pandas

            groups = [f.name for f in (*self.lists, *([self.unit] if self.unit else []))]
            columns: dict[str, object] = {"": pandas.Series([Decimal(1)] * len(self.declarations), dtype=object)}
            for name in groups:
                texts = [self.text(declaration, name) for declaration in self.declarations]
                columns[f"组.{name}"] = pandas.Series(texts, dtype=object)
            for field in self.amounts:
                values = [_amount(declaration, field.name) for declaration in self.declarations]
                columns[f"金额.{field.name}"] = pandas.Series(values, dtype=object)
            self._frame = pandas.DataFrame(columns)
        return self._frame


def _side_by_side(amounts: Sequence[Field], sums: Sequence[Identity]) -> list[Field]:
    """The amounts in their order, but each sum followed by the parts it is made of."""
    parts = {each.total: each.parts for each in sums}
    part_of = {part: each.total for each in sums for part in each.parts}
    by_name = {field.name: field for field in amounts}
    order: dict[str, None] = {}
    for field in amounts:
        if part_of.get(field.name) not in by_name:
            order.update(dict.fromkeys((field.name, *parts.get(field.name, ()))))
    return [by_name[name] for name in dict.fromkeys((*order, *by_name))]


def _amount(declaration: Declaration, name: str) -> Decimal:
    """Return an amount as a summand: a blank, missing or unreadable one adds nothing."""
    value = declaration.value(name)
    return value if isinstance(value, Decimal) else Decimal(0)


def _pairs(conditions: Sequence[Condition]) -> str:
    return ",".join(f"{each.range},{each.cell}" for each in conditions)


def _tests(conditions: Sequence[Condition]) -> str:
    """Tests that take no character for a wildcard, tell cases apart and have no limit of length."""
    tests = (f"EXACT({c.range},{c.cell})" if c.name else f"(LEN({c.range})=0)" for c in conditions)
    return "*".join(tests)


def _spelling(declarations: Sequence[Declaration]) -> dict[str, str]:
    """The spelling most used for each unit, whatever its width and spaces."""
    names = Counter(declaration.unit for declaration in declarations if declaration.unit)
    spelling: dict[str, str] = {}
    for name, _ in names.most_common():
        spelling.setdefault(label_key(name), name)
    return spelling


def _heading(form: Form, field: Field) -> str:
    """Return the label without 其中, or the field's own name where two fields are printed alike (其他资金 left and right)."""
    twins = [f for f in form.fields if f.label == field.label]
    return field.label.removeprefix("其中：").removeprefix("其中:") if len(twins) == 1 else field.name
