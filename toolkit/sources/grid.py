"""A sheet as a grid of cells, whatever file it came from: the one shape that reading understands.

Each module of `sources` makes grids; `reading` turns them into declarations. Rows and columns are 1-based as in Excel. In
a text document a row is a line and a column a piece of that line.

`cells` holds what was cheap to read. A fast reader cannot tell a blank from an error cell or from a formula that was
never calculated: ask `Grid.at` for a cell of the form, which looks again, more slowly, where `cells` has nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from toolkit.values.errors import ErrorValue
from toolkit.values.text import is_blank


@dataclass(frozen=True, slots=True)
class Uncached:
    """A formula whose result was never saved; `formula` is its text without the leading `=`."""

    formula: str


# What our own workbooks carry beside the form; on none of these sheets is anything declared.
OWN_SHEETS = frozenset(("自检", "填报说明", "代码表", "字段", "审核规则", "表样", "审核意见"))

CellValue = str | float | int | bool | date | datetime | ErrorValue | Uncached
Position = tuple[int, int]


def is_blank_value(value: CellValue | None) -> bool:
    """Return whether there is nothing to see in a cell that holds `value`."""
    return value is None or (isinstance(value, str) and is_blank(value))


@dataclass(frozen=True, slots=True)
class RawLook:
    """What the file itself says of one cell that looked blank or may be computed.

    `value` is an `ErrorValue` or `Uncached` where the cell only seemed blank, else None. `formula` is the text behind a
    computed cell without `=` ("" where the file kind does not give it, as .xls), None for a constant.
    """

    value: ErrorValue | Uncached | None = None
    formula: str | None = None


NOTHING = RawLook()


@dataclass(frozen=True, slots=True)
class Issued:
    """What an issued workbook says of itself: for which unit it was made, and which fields were filled in for it.

    `unit_fields` say the same on every sheet, `project_fields` name the project; `begun` are digits of what sheets with last year's values held.
    """

    unit: str
    unit_fields: tuple[str, ...] = ()
    project_fields: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """The cells of one sheet that hold something, by (row, column); a cell that is not there is blank (but see `at`).

    `merges` are (first row, first column, last row, last column). `flow` says that the order of the pieces, not their
    place, carries the meaning (text). `ruled`: the cells were drawn with lines (a table of Word or PDF), so a blank place is a
    cell too, and what stands beside a label is its value. `percents` are the cells shown with a percent sign: 0.95
    there is read by people as 95%. `date1904`: a bare number meant as a date counts from 1904-01-01. `doubtful`: the file
    kind cannot tell an error from a blank (said in findings about blank cells). `comments` are by cell, `shapes` the texts
    of text boxes, `pictures` how many there are. `origin` is what a marked copy was made from. `form`, `version` and `issued`
    are what the workbook says of its template and its issue; `names` the defined names that lead to cells of the sheet, None where the
    file kind has none; `tables` the areas of a text document's tables. `guessed`: a table printed without lines whose cells could not be told for certain.
    """

    name: str | None
    cells: Mapping[Position, CellValue]
    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden: bool = False
    flow: bool = False
    ruled: bool = False
    percents: frozenset[Position] = frozenset()
    date1904: bool = False
    doubtful: bool = False
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered: bool = False
    comments: Mapping[Position, str] = field(default_factory=dict)
    shapes: tuple[str, ...] = ()
    pictures: int = 0
    form: str | None = None
    version: str | None = None
    issued: Issued | None = None
    origin: tuple[str, ...] = ()
    names: frozenset[str] | None = None
    tables: tuple[tuple[int, int, int, int], ...] = ()
    guessed: bool = False
    raw: Callable[[Position], RawLook | None] | None = field(default=None, compare=False, repr=False)

    def at(self, row: int, column: int) -> CellValue | None:
        """Return the value at a cell of the form: None only where it is truly blank.

        >>> Grid("表", {(1, 1): "甲"}, raw={(2, 1): RawLook(Uncached("A1"), "A1")}.get).at(2, 1)
        Uncached(formula='A1')
        """
        value = self.cells.get((row, column))
        return self.look(row, column).value if value is None else value

    def formula(self, row: int, column: int) -> str | None:
        """Return the formula of a computed cell, without `=`; None for a constant and for a blank."""
        return self.look(row, column).formula

    def look(self, row: int, column: int) -> RawLook:
        """Return what the file says of one cell; `NOTHING` for a blank and for a constant."""
        return (self.raw((row, column)) or NOTHING) if self.raw is not None else NOTHING


@dataclass
class GridDraft:
    """A sheet on the way to its grid, for readers that go through a file cell by cell; `bottom` and `right` are its far corner."""

    cells: dict[Position, CellValue] = field(default_factory=dict)
    looks: dict[Position, RawLook] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    percents: set[Position] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    comments: dict[Position, str] = field(default_factory=dict)
    filtered: bool = False
    bottom: int = 0
    right: int = 0

    def grid(self, name: str, *, hidden: bool, date1904: bool) -> Grid:
        """Return all that was gathered as a grid."""
        return Grid(
            name,
            self.cells,
            tuple(self.merges),
            hidden=hidden,
            percents=frozenset(self.percents),
            date1904=date1904,
            hidden_rows=frozenset(self.hidden_rows),
            hidden_columns=frozenset(self.hidden_columns),
            filtered=self.filtered,
            comments=self.comments,
            raw=self.looks.get,
        )
