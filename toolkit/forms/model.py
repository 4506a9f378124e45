"""A form as data: fields, indicator table, labels, code lists and rules, as drawn in a template workbook.

`forms.template` makes a `Form` from a workbook; reading, checking and outputs take it from there. Nothing here knows of
files or of any particular form. Addresses are A1 strings; rows and columns are 1-based as Excel prints them.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from toolkit.forms.grids.model import Grid
from toolkit.forms.tables import ROWS, RowLimit, Rule
from toolkit.formula.functions.textformat import format_value
from toolkit.values.aliases import aliases
from toolkit.values.amounts import YUAN, Money
from toolkit.values.dates import to_serial
from toolkit.values.grammar import USUAL_TARGET, TargetColumns
from toolkit.values.pickled import by_fields
from toolkit.values.symbols import SYMBOLS
from toolkit.values.words import NUMBER, SWITCHED_OFF, TARGET, USUAL_SET, Role

Made = TypeVar("Made")

TEXT, LONG_TEXT, AMOUNT, DATE, CODE, INTEGER, DECIMAL = "文本", "长文本", "金额", "日期", "代码", "整数", "小数"
NUMERIC = frozenset((AMOUNT, DATE, INTEGER, DECIMAL))
FIELD_TYPES = (TEXT, LONG_TEXT, AMOUNT, DATE, CODE, INTEGER, DECIMAL, TARGET)

# A list named `@一级指标` is the list whose header is that field's value in the same row.
DEPENDENT_LIST = "@"

# How many of a form a unit sends: one for each project, or one in all.
PER_PROJECT, PER_UNIT = "项目", "单位"


@by_fields
@dataclass(frozen=True, slots=True)
class Field:
    """One thing a unit fills in: `name` is its 字段名, `label` what is printed beside it.

    `code_list` is a header of 代码表, or `@` and a field name; `max_length` counts characters, None for no limit.
    `cell` is the top-left cell of its area, `area` the whole of it (`D5:G12` where cells are merged, else the cell); both are ""
    for a helper: a field that is computed by its `formula` and has no cell. `required_if` is a formula: required where TRUE. `role`
    is what the engine itself takes it for, None for most. `table` is the row table it is said to belong to, `level` whether it
    groups the rows (None where 字段 does not say); a `prefilled` one is filled in the template. `money` is
    in what an amount is printed; its value is in 元 all the same. Only amounts have another than 元. `part` is which part of a target
    a column holds where 字段 says so, `shown` its 显示格式. `grid` is the grid that it is a cell of, `carry` what becomes of last year's value; a `percent` is printed under （%）.
    """

    name: str
    label: str
    type: str
    required: bool = False
    code_list: str | None = None
    max_length: int | None = None
    from_issuer: bool = False
    note: str = ""
    cell: str = ""
    area: str = ""
    role: Role | None = None
    table: str = ""
    level: bool | None = None
    prefilled: bool = False
    money: Money = YUAN
    formula: str = ""
    required_if: str = ""
    part: str = ""
    shown: str = ""
    grid: str = ""
    carry: str = ""
    percent: bool = False

    @property
    def is_quantity(self) -> bool:
        """Whether it is the number of a target: a text that counts as the number it is."""
        return (self.part or self.name) == NUMBER and self.type == TEXT

    def formatted(self, value: Decimal | int | date) -> str:
        """Return a value as its cell shows it by 显示格式.

        >>> Field("占比", "占比", DECIMAL, shown="0.0%").formatted(Decimal("0.256"))
        '25.6%'
        """
        number = to_serial(value) if isinstance(value, date) else float(self.face(value) if isinstance(value, Decimal) else value)
        return str(format_value(number, self.shown))

    def face(self, amount: Decimal) -> Decimal:
        """Return an amount of 元 as this field's cells have it, in the form's unit.

        >>> Field("甲", "甲", AMOUNT, money=Money("万元", 10_000, 2)).face(Decimal("1234567.89"))
        Decimal('123.456789')
        """
        return amount if self.money.size == 1 else amount / self.money.size


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the indicator table; `index` is the 1-based column of the sheet."""

    field: Field
    index: int

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True)
class IndicatorTable:
    """The repeating rows of a form: its columns from left to right, its first and last row (1-based, inclusive), its name.

    `declared` are the targets that 字段 makes of columns, `symbols` the operators of a target in one cell. `first` says that it is the form's first one; `printed` are the texts of the prefilled columns by row.
    """

    columns: tuple[Column, ...]
    first_row: int
    last_row: int
    name: str = ROWS
    first: bool = True
    printed: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    declared: tuple[TargetColumns, ...] = ()
    symbols: tuple[str, ...] = SYMBOLS

    @cached_property
    def prefilled(self) -> tuple[str, ...]:
        """The columns whose cells the template fills; a row counts only where another one is filled."""
        return tuple(column.name for column in self.columns if column.field.prefilled)

    @cached_property
    def size(self) -> int:
        return self.last_row - self.first_row + 1

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def targets(self) -> tuple[TargetColumns, ...]:
        """The targets that columns of a row make together: as 字段 says, else that of the columns called so."""
        return self.declared or ((USUAL_TARGET,) if set(USUAL_TARGET.names) <= set(self.names) else ())

    @cached_property
    def whole_targets(self) -> tuple[str, ...]:
        """The columns whose cells hold a whole target."""
        return tuple(column.name for column in self.columns if column.field.type == TARGET)

    @cached_property
    def naming(self) -> str:
        """The column that names the rows: the first with texts that does not group them and is not filled in the template."""
        levels = self.levels
        own = sorted((c for c in self.columns if c.name not in levels), key=lambda c: (c.field.type in NUMERIC, c.field.prefilled))
        return own[0].name if own else self.names[-1]

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Names of the columns that group the rows, as 字段 says.

        Where it does not: each has a code list and stands left of the first column without, numbers (序号) apart.
        """
        if any(column.field.level is not None for column in self.columns):
            return tuple(column.name for column in self.columns if column.field.level)
        names: list[str] = []
        for column in self.columns:
            if column.field.code_list:
                names.append(column.name)
            elif column.field.type not in NUMERIC:
                break
        return tuple(names)


@dataclass(frozen=True, slots=True)
class Label:
    """A constant text of the printed form, by which a returned sheet is recognised."""

    text: str
    cell: str
    row: int
    column: int


@dataclass(frozen=True)
class Form:
    """A whole form. `fields` are the single fields in reading order; `table` is None for a form without rows.

    `money` is what its amounts are printed in, `sheets` whether a unit sends one of it or one a project, `file_name` how the
    Word file is called ("": as usual), with `{字段名}` in it; `more_tables` are the row tables besides `table`. Of its `rules` those
    of `rule_sets` are run. `helpers` are computed fields without a cell, `row_helpers` those of each row of `table`.
    """

    name: str
    version: str
    path: Path
    sheet: str
    title: str
    print_area: str
    fields: tuple[Field, ...]
    table: IndicatorTable | None
    labels: tuple[Label, ...]
    lists: Mapping[str, tuple[str, ...]]
    rules: tuple[Rule, ...] = ()
    instructions: tuple[str, ...] = field(default=())
    money: Money = YUAN
    sheets: str = PER_PROJECT
    limits: tuple[RowLimit, ...] = ()
    file_name: str = ""
    more_tables: tuple[IndicatorTable, ...] = ()
    rule_sets: tuple[str, ...] = (USUAL_SET,)
    helpers: tuple[Field, ...] = ()
    row_helpers: tuple[Field, ...] = ()
    grids: tuple[Grid, ...] = ()

    # What was worked out of the form beforehand (`once`), pickled.
    prepared: dict[str, bytes] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, what: str, make: Callable[[], Made]) -> Made:
        """Return what `make` makes of this form; where that is kept with it under the name `what`, as it was kept."""
        kept = self.prepared.get(what)
        return pickle.loads(kept) if kept is not None else make()

    def of_scopes(self, scopes: Container[str]) -> Form:
        """Return the form with its rules of some scopes alone; what was worked out of it stays with it."""
        form = replace(self, rules=tuple(rule for rule in self.rules if rule.scope in scopes))
        form.prepared.update(self.prepared)
        return form

    def __hash__(self) -> int:
        # The lists cannot be hashed; a name, a version and a place tell forms apart well enough.
        return hash((self.name, self.version, self.path))

    def __eq__(self, other: object) -> bool:
        # Two read from one file meet in every cache: their fields are gone through once, not each time.
        return self is other or isinstance(other, Form) and hash(self) == hash(other) and self._content == other._content

    @cached_property
    def _content(self) -> bytes:
        return sha256(repr(self).encode("utf-8", "surrogatepass")).digest()

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Every field, single ones and columns, by 字段名."""
        return {f.name: f for f in (*self.fields, *(column.field for table in self.tables for column in table.columns))}

    @property
    def tables(self) -> tuple[IndicatorTable, ...]:
        """All row tables, `table` first."""
        return (self.table, *self.more_tables) if self.table else ()

    def table_named(self, name: str) -> IndicatorTable | None:
        """Return the row table of that name; the first one for the name of none."""
        return next((table for table in self.tables if table.name == name), self.table)

    @cached_property
    def views(self) -> tuple[Form, ...]:
        """The form once more for each further row table, with that one as `table`: reading looks for one table at a time."""
        tables = self.tables
        return tuple(replace(self, table=each, more_tables=tuple(t for t in tables if t is not each)) for each in tables[1:])

    @cached_property
    def table_of(self) -> Mapping[str, IndicatorTable]:
        """The row table of each of its columns, by 字段名."""
        return {name: table for table in self.tables for name in table.names}

    @cached_property
    def known(self) -> Mapping[str, Field]:
        """Everything a formula can name."""
        return {**self.by_name, **{f.name: f for f in (*self.helpers, *self.row_helpers)}}

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """What a formula can name of a row of the first table: its columns and helpers."""
        return (*(self.table.names if self.table else ()), *(f.name for f in self.row_helpers))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What stands for a whole column outside its row: the columns of all row tables, and the helpers of rows."""
        return (*self.table_of, *(f.name for f in self.row_helpers))

    @property
    def rules_in_force(self) -> tuple[Rule, ...]:
        """The rules that are run: 启用 or 试行, and of a set that is asked for."""
        return tuple(r for r in self.rules if r.state != SWITCHED_OFF and not set(r.sets).isdisjoint(self.rule_sets))

    @cached_property
    def roles(self) -> Mapping[Role, str]:
        """The 字段名 of the field that has each role; a role that no field has is not in it."""
        return {f.role: f.name for f in self.fields if f.role}

    def role(self, role: Role) -> Field | None:
        """Return the field that has `role`; None where the form has none."""
        return self.by_name.get(self.roles.get(role, ""))

    def aliases(self, kind: str) -> Mapping[str, str]:
        return aliases(self.lists, kind)
