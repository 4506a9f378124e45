"""A form as data: fields, indicator table, labels, code lists and rules, as drawn in a template workbook.

`forms.template` makes a `Form` from a workbook; reading, checking and outputs take it from there. Nothing here knows of
files or of any particular form. Addresses are A1 strings; rows and columns are 1-based as Excel prints them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from toolkit.values.words import (
    AS_ZERO,
    NUMBER,
    ON_TRIAL,
    SWITCHED_OFF,
    SYMBOL,
    UNIT,
    USUAL_SET,
    BlankPolicy,
    Role,
    RuleState,
    Scope,
    Severity,
)

TEXT, LONG_TEXT, AMOUNT, DATE, CODE, INTEGER, DECIMAL = "文本", "长文本", "金额", "日期", "代码", "整数", "小数"
FIELD_TYPES = (TEXT, LONG_TEXT, AMOUNT, DATE, CODE, INTEGER, DECIMAL)

# A list named `@一级指标` is the list whose header is that field's value in the same row.
DEPENDENT_LIST = "@"

# The heading of the declaration's rows in an exported record.
ROWS = "绩效指标"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing a unit fills in: `name` is its 字段名, `label` what is printed beside it.

    `code_list` is a header of 代码表, or `@` and a field name; `max_length` counts characters, None for no limit.
    `cell` is the top-left cell of its area, `area` the whole of it (`D5:G12` where cells are merged, else the cell); both are ""
    for a helper: a field that is computed by its `formula` and has no cell. `required_if` is a formula: required where TRUE. `role`
    is what the engine itself takes it for, None for most.
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
    formula: str = ""
    required_if: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the indicator table; `index` is the 1-based column of the sheet."""

    field: Field
    index: int

    @property
    def name(self) -> str:
        return self.field.name


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """The repeating rows of a form: its columns from left to right, its first and last row (1-based, inclusive)."""

    columns: tuple[Column, ...]
    first_row: int
    last_row: int

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def has_target(self) -> bool:
        """Whether the rows have the three columns that make a 指标值."""
        return {SYMBOL, NUMBER, UNIT} <= set(self.names)

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the columns that group the rows: each has a code list and stands left of the first column without."""
        names: list[str] = []
        for column in self.columns:
            if not column.field.code_list:
                break
            names.append(column.name)
        return tuple(names)


@dataclass(frozen=True, slots=True)
class Label:
    """A constant text of the printed form, by which a returned sheet is recognised."""

    text: str
    cell: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Rule:
    """A check as finance staff wrote it; `row` is its row in 审核规则. `severity` is already capped where 试行.

    It is judged only where `premise` (a formula, "" for always) holds and `blanks` does not pass over it.
    `holds` and `breaks` are its 正例 and 反例.
    """

    id: str
    severity: Severity
    scope: Scope
    condition: str
    message: str
    suggestion: str
    targets: tuple[str, ...]
    basis: str
    state: RuleState
    batch_only: bool
    row: int
    premise: str = ""
    blanks: BlankPolicy = AS_ZERO
    sets: tuple[str, ...] = (USUAL_SET,)
    holds: str = ""
    breaks: str = ""

    @property
    def trial(self) -> bool:
        return self.state == ON_TRIAL


@dataclass(frozen=True)
class Form:
    """A whole form. `fields` are the single fields in reading order; `table` is None for a form without rows.

    Of its `rules` those of `rule_sets` are run. `helpers` are computed fields without a cell, `row_helpers` those of each row.
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
    rule_sets: tuple[str, ...] = (USUAL_SET,)
    helpers: tuple[Field, ...] = ()
    row_helpers: tuple[Field, ...] = ()

    def __hash__(self) -> int:
        """The lists cannot be hashed; a name, a version and a place tell forms apart well enough."""
        return hash((self.name, self.version, self.path))

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """Every field, single ones and columns, by 字段名."""
        columns = self.table.columns if self.table else ()
        return {f.name: f for f in (*self.fields, *(column.field for column in columns))}

    @cached_property
    def known(self) -> Mapping[str, Field]:
        """Everything a formula can name: fields, columns, helpers."""
        return {**self.by_name, **{f.name: f for f in (*self.helpers, *self.row_helpers)}}

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """What a formula can name of a row: its columns and helpers."""
        return (*(self.table.names if self.table else ()), *(f.name for f in self.row_helpers))

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

    def alias(self, kind: str, text: str) -> str:
        """`text`, or what the list pair `<kind>别名` / `<kind>标准名` says it stands for."""
        return self.aliases(kind).get(text, text)

    def aliases(self, kind: str) -> Mapping[str, str]:
        """Aliases of 代码表 as written: see `aliases`."""
        return aliases(self.lists, kind)


def aliases(lists: Mapping[str, tuple[str, ...]], kind: str) -> Mapping[str, str]:
    """Return what each word of the list `<kind>别名` stands for: the word beside it in the list `<kind>标准名`."""
    return dict(zip(lists.get(f"{kind}别名", ()), lists.get(f"{kind}标准名", ()), strict=False))
