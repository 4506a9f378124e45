"""What was read out of returned files: declarations with their entries, the repairs made on the way, and the doubts.

Readers make these, checking evaluates them, outputs print them. Every entry keeps the text as found and its cell, so that
a finding can point into the very workbook it came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, Literal, NamedTuple

from toolkit.forms.model import IndicatorTable
from toolkit.values.pickled import by_fields
from toolkit.values.words import CODE_ROLE, PROJECT_ROLE, UNIT_ROLE, YEAR_ROLE, Role, Severity

Value = str | Decimal | date | int | None

# What stood in the cell: nothing; the label itself is gone; a text where another type belongs; an error value;
# a formula that was never calculated; or something that reads as the field's type.
State = Literal["blank", "missing", "text", "error", "uncached", "ok"]
BLANK: Final = "blank"
MISSING: Final = "missing"
NOT_OF_TYPE: Final = "text"
ERROR: Final = "error"
UNCACHED: Final = "uncached"
OK: Final = "ok"


class Entry(NamedTuple):
    """What one field holds: `value` is None unless `state` is ok; `text` is the cell as found ("" for a blank).

    `formula` is the formula behind an error value, without `=`: without it nobody can tell what went wrong. A tuple, for
    there are hundreds in a workbook and a frozen dataclass takes thrice as long to make.
    """

    value: Value
    text: str
    cell: str | None
    state: State = OK
    formula: str | None = None


BLANK_ENTRY = Entry(None, "", None, BLANK)
MISSING_ENTRY = Entry(None, "", None, MISSING)


@by_fields
@dataclass(frozen=True, slots=True)
class Row:
    """One row of the indicator table; `row` is its 1-based row in the sheet it came from (line number in a text)."""

    row: int
    entries: Mapping[str, Entry]

    def __getitem__(self, name: str) -> Entry:
        return self.entries.get(name, MISSING_ENTRY)


@by_fields
@dataclass(frozen=True, slots=True)
class Repair:
    """Something reading set right without asking: never blamed on the unit. `rule` is `修复-…`.

    `safe` says that putting `value` into `cell` (None empties it) mends the workbook itself; otherwise the repair is
    only a way of reading, such as finding a column that has moved. `part` is which part of a target it is about.
    """

    rule: str
    field: str
    cell: str | None
    before: str
    after: str
    message: str
    value: Value = None
    safe: bool = False
    part: str = ""


@by_fields
@dataclass(frozen=True, slots=True)
class Doubt:
    """Something a person should look at, that no rule can see because the values alone do not show it.

    `severity` is error, warning or hint. A `rule` that begins with 文件- is about the whole file and told once for it;
    `cell` is None where no single cell is meant; `unread` are all cells, or lines, that were not understood, each with what it says.
    """

    rule: str
    severity: Severity
    field: str | None
    cell: str | None
    value: str | None
    message: str
    suggestion: str
    unread: tuple[tuple[str, str], ...] = ()


# The doubts about cells that nobody understood, a workbook on another version of the form, and comments, text boxes and pictures,
# whose content is not read.
UNREAD: Final = "格式-未读懂"
OLD_VERSION: Final = "文件-旧版表样"
NOTE: Final = "格式-批注"
TEXT_BOX: Final = "格式-文本框"
PICTURE: Final = "格式-图片"

# The doubt about a sheet that names its project and on which nothing was filled in: nothing else is said of it.
UNFILLED: Final = "项目-未填报"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One project's form as read. `sheet` is None where the source has none (a text file).

    `known_code` is the project's code by the roster where the form has no room for one. `known_as` is the unit's name as the issuer
    has it (roster, issued workbook); the entries stay as written. `roles` are the form's: which field is the unit, the project, the
    year. `rows` are those of the form's first row table, `more_rows` those of the others. `explanations` are
    what the unit wrote beside its rules of level 核实 (`Rule.known_as`), "" where it could and did not.
    """

    file: str
    sheet: str | None
    form: str
    entries: Mapping[str, Entry]
    rows: Sequence[Row] = ()
    repairs: tuple[Repair, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    known_as: str | None = None
    roles: Mapping[Role, str] = field(default_factory=dict)
    known_code: str | None = None
    more_rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Entry:
        return self.entries.get(name, MISSING_ENTRY)

    def rows_of(self, table: IndicatorTable) -> Sequence[Row]:
        """Return the rows of one of the form's row tables."""
        return self.rows if table.first else self.more_rows.get(table.name, ())

    def value(self, name: str) -> Value:
        return self[name].value

    def said(self, role: Role) -> str | None:
        """Return what the field of that role says; None where it is blank or the form has none."""
        value = self.value(self.roles.get(role, ""))
        return None if value is None else str(value)

    @property
    def unread(self) -> tuple[tuple[str, str], ...]:
        """The cells, or lines, of the form that nobody understood, each with what it says."""
        return tuple(each for doubt in self.doubts for each in doubt.unread)

    @property
    def unit(self) -> str | None:
        """Whose declaration it is: the name the issuer has for the unit, else the one that stands in the form."""
        return self.known_as or self.written_unit

    @property
    def written_unit(self) -> str | None:
        return self.said(UNIT_ROLE)

    @property
    def project(self) -> str | None:
        return self.said(PROJECT_ROLE)

    @property
    def code(self) -> str | None:
        """The project's code, as written, else as the roster has it."""
        return self.said(CODE_ROLE) or self.known_code

    @property
    def year(self) -> int | None:
        value = self.value(self.roles.get(YEAR_ROLE, ""))
        return value if isinstance(value, int) else None
