"""The self-check's formulas for the sheets of one form: which cell holds what, made once for all sheets that are alike.

Live rules come in, a `Plan` goes out. Its formulas name cells of their own sheet and of 代码表 only, so that a copy of the
sheet checks itself; what checks say is written in the list alone. A formula of the rows is written once and shared by all of them
where it can be entered plainly. `selfcheck_sheet` puts the formulas into sheets, `selfcheck_list` points to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.forms.book import LISTS_SHEET
from toolkit.forms.computed import computed_fields
from toolkit.forms.live import ALL, RAW, is_mirrored
from toolkit.forms.model import IndicatorTable
from toolkit.outputs.filled.selfcheck_check import LiveCheck
from toolkit.outputs.filled.selfcheck_lookups import LOOK_UP, LookUp
from toolkit.outputs.filled.selfcheck_mirror import Drawn, stretch_between
from toolkit.outputs.filled.selfcheck_rules import LiveRules
from toolkit.outputs.filled.selfcheck_values import rows_on_sheet
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.values.words import NOT_APPLICABLE, RANK, SEVERITY_WORDS, Severity

# The first columns of the hidden block, by number. Its rows: totals, what the columns are, a check or a number in each row below.
FIRST = 2
CHECKS, CELLS, TEXTS, NUMBERS, HELPERS = range(5)
HEADS = ("通过", "原样", "文字", "数", "公式")

# What keeps a sheet from being checked.
OLD_FILE = "✘ 请把文件另存为 .xlsx：存成 .xls 时检查公式会被截断"
CUT_OFF = "✘ 本表已离开原来的工作簿，检查不全，请在原工作簿里填写"

# Where the row number goes in a formula that is written once per indicator row: a character that no text has.
ROW = "\U0010fffd"

# Where the sheet stands in the formula of a name: another such character. Names begin with what Excel takes for no cell.
OWNER = "\U0010fffc"
NAME = "_jx"


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it is entered; in one of a row `ROW` stands for the number of the row."""

    text: str
    array: bool = False


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A hidden column with a formula in each row of the table; `name` is what it holds."""

    name: str
    formula: Formula


@dataclass(frozen=True, slots=True)
class Block:
    """The hidden columns of a row table: `parts` are what the checks of a row need first, from `start` on, `chunks` the row checks in
    groups, from `chunks_start` on. `look_ups` are formulas of names, after the `named` ones of other tables; `pieces` those of the names
    that the chunks put together, after the look-ups of all tables."""

    table: IndicatorTable
    rows: Sequence[int]
    start: int
    named: int
    chunks_start: int = 0
    parts: tuple[RowColumn, ...] = ()
    chunks: tuple[tuple[tuple[LiveCheck, ...], Formula], ...] = ()
    look_ups: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()

    def own(self, part: str) -> str:
        """Return the name of a part that each table has: FILLED, and LOOKED_UP with its number."""
        return part if self.table.first else part + self.table.name

    @property
    def chunks_area(self) -> str:
        """The cells of the row checks."""
        return self.area(self.chunks_start, self.chunks_start + len(self.chunks) - 1)

    def area(self, first: int, last: int) -> str:
        """Return the cells of these columns in all rows."""
        return a1.range_name((self.rows[0], first, self.rows[-1], last), absolute=True)


@dataclass(frozen=True, eq=False)
class Plan:
    """All that is put into a sheet of one form with so many rows added, the marks in `column`; equal to itself alone.

    `conditions` say of each check, in the order of `ordered`, whether it passes. `blocks` are those of the row tables, the first one's first.
    `texts` and `numbers` are the mirror cells of single fields, with `ROW` for their own row.
    """

    rules: LiveRules
    insertion: RowInsertion | None
    column: int
    conditions: tuple[Formula, ...] = ()
    blocks: tuple[Block, ...] = ()
    texts: tuple[Formula, ...] = ()
    numbers: tuple[Formula, ...] = ()

    def names(self, sheet: str) -> dict[str, str]:
        """Return the names of a sheet that hold the look-ups and the checks of a row, with their formulas as from row 1."""
        owner = a1.quote_sheet(sheet) + "!"
        texts = [text for block in self.blocks for text in block.look_ups] + [text for block in self.blocks for text in block.pieces]
        return {f"{NAME}{number}": text.replace(OWNER, owner).replace(ROW, "1") for number, text in enumerate(texts, 1)}

    def block_of(self, table: str) -> Block:
        return next(block for block in self.blocks if block.table.name == table)

    @property
    def block(self) -> int:
        """The first hidden column; the marks stand in the one before it."""
        return self.column + 1

    @cached_property
    def top(self) -> int:
        """The first row of the hidden block, below the form: no row of it that is deleted takes a check along."""
        last = a1.parse_area(self.rules.form.print_area.split(",")[0])[2]
        return (last if self.insertion is None else self.insertion.row(last)) + 2

    @property
    def row_start(self) -> int:
        """The first of the hidden columns with a cell for each row of a table: the parts of all, then the chunks."""
        return self.block + len(HEADS)

    @property
    def ordered(self) -> tuple[LiveCheck, ...]:
        """The checks as they stand in the block."""
        return self.rules.ordered

    @cached_property
    def _places(self) -> dict[str, int]:
        return {check.key: self.top + FIRST + place for place, check in enumerate(self.ordered)}

    @cached_property
    def _part_columns(self) -> dict[str, int]:
        return {part.name: place for block in self.blocks for place, part in enumerate(block.parts, block.start)}

    @cached_property
    def _blocks(self) -> dict[str, Block]:
        """The block of each name that stands for a cell of a row: columns, helpers, parts."""
        helpers = [helper.name for helper in self.rules.form.row_helpers]
        return {
            name: block
            for block in self.blocks
            for name in (*block.table.names, *(part.name for part in block.parts), *(helpers if block.table.first else ()))
        }

    @cached_property
    def _look_ups(self) -> dict[str, tuple[Block, LookUp]]:
        return {each.name: (block, each) for block in self.blocks for each in self.rules.look_ups[block.table.name].by_text.values()}

    @cached_property
    def bound(self) -> frozenset[tuple[int, int]]:
        """Row and column of every cell that holds an entry of the form."""
        form = self.rules.form
        table = {(row, c.index) for each in form.tables for row in rows_on_sheet(each, self.insertion) for c in each.columns}
        return frozenset(table | {self.place(field.name) for field in form.fields})

    def place(self, name: str) -> tuple[int, int]:
        """Return row and column of a field's cell, of a column's first."""
        row, column = a1.parse_cell(self.rules.form.by_name[name].cell)
        return (row if self.insertion is None else self.insertion.row(row)), column

    @cached_property
    def anchor(self) -> str:
        """The letters of the last hidden column, in which nothing stands."""
        ends = [max(block.start + len(block.parts), block.chunks_start + len(block.chunks)) for block in self.blocks]
        return a1.column_letters(max(ends, default=self.row_start))

    @cached_property
    def _computed_cells(self) -> frozenset[tuple[int, int]]:
        places = {name: self.place(name) for name in computed_fields(self.rules.form)}
        columns = {name: rows_on_sheet(table, self.insertion) for table in self.rules.form.tables for name in table.names}
        return frozenset((row, column) for name, (top, column) in places.items() for row in columns.get(name, (top,)))

    def drawn(self, name: str, row: str = "", owner: str = "") -> str:
        """Return a field's cell as drawn (of a column the one in the `row` of the formula), found by its place."""
        at, letters = row or f"${self.place(name)[0]}", a1.column_letters(self.place(name)[1])
        return f"{owner}${letters}{at}" if self.place(name) in self._computed_cells else self._column(name, owner).cell(at)

    def _column(self, name: str, owner: str) -> Drawn:
        (top, column), table = self.place(name), self.rules.form.table_of.get(name)
        last = rows_on_sheet(table, self.insertion)[-1] if table else top
        stretch = stretch_between(self._computed_cells, column, (top, last), self.top - 1)
        alone = all(each != column for _, each in self._computed_cells)
        return Drawn(owner, a1.column_letters(column), a1.column_letters(self.block), stretch, alone)

    def single(self, kind: int, number: int) -> str:
        """Return the absolute address of entry `number` of one of the block's columns."""
        return a1.cell_name(self.top + FIRST + number, self.block + kind, absolute=True)

    def singles(self) -> a1.Area:
        """Return the cells of the block's columns that hold single cells, their texts, numbers and helpers."""
        rules = self.rules
        longest = max(map(len, (rules.inputs(), rules.helpers.single)))
        return self.top + FIRST, self.block + CELLS, self.top + FIRST + max(longest, 1) - 1, self.block + HELPERS

    def verdict(self, check: LiveCheck) -> str:
        """Return the absolute address of the cell that says whether a check passes."""
        return a1.cell_name(self._places[check.key], self.block, absolute=True)

    def total(self, severity: Severity | None = None) -> str:
        """Return the absolute address of a total."""
        return a1.cell_name(self.top, self.block + (0 if severity is None else 1 + RANK[severity]), absolute=True)

    @property
    def state(self) -> str:
        """Return the absolute address of the cell that says why the sheet cannot be checked as it should, "" where it can."""
        return a1.cell_name(self.top, self.block + len(HEADS) - 1, absolute=True)

    def state_formula(self) -> Formula:
        """Return the formula of `state`: .xls cuts formulas off, and a copy in another workbook has lost the lists of this one.

        CELL gives the workbook of a cell on another sheet in Excel and WPS, an error where that is closed; elsewhere it names none.
        """
        lists = f'CELL("address",{a1.quote_sheet(LISTS_SHEET)}!$A$1)'
        start = f'1+(LEFT({lists},1)="\'")'
        here = f'ISERROR(FIND(MID({lists},{start},FIND("]",{lists})),CELL("filename",$A$1)))'
        cut = f'OR(ISERROR({lists}),AND(ISNUMBER(FIND("]",{lists})),LEN(CELL("filename",$A$1))>0,{here}))'
        return Formula(f'IF({in_old_file(self.anchor)},"{OLD_FILE}",IF({cut},"{CUT_OFF}",""))')

    def totals(self) -> Iterator[Formula]:
        """Yield the formulas of the totals: of all that does not pass, then of each level; an error, or a cell gone, does not pass."""
        for severity in (None, *SEVERITY_WORDS):
            yield Formula(self._failing([check for check in self.ordered if severity in (None, check.severity)]))

    def to_verify(self) -> str:
        """Return the formula of how many checks that may be explained do not pass; "" where there are none such."""
        checks = [check for check in self.ordered if check.verify]
        return self._failing(checks) if checks else ""

    def _failing(self, checks: Sequence[LiveCheck]) -> str:
        places = [self._places[check.key] for check in checks]
        area = a1.range_name((min(places), self.block, max(places), self.block), absolute=True) if places else ""
        return f'{len(places)}-COUNTIF({area},TRUE)-COUNTIF({area},"{NOT_APPLICABLE}")' if places else "0"

    def in_row(self, table: str, row: str | None, owner: str = "") -> Callable[[str], str]:
        """Return what gives the cells of names in a formula of a table's rows ("": of the declaration): its own those of `row`."""
        own, inlined = self.rules.own_names(table), self.rules.inlined

        def address(name: str) -> str:
            if name in inlined and name in own:
                return f"({self.rules.formula(inlined[name].formula, address, table)[0]})"
            inside = name.removeprefix(RAW) in own or name.startswith((_OF_ROW, LOOK_UP))
            return self.address(name, row if inside else None, owner)

        return address

    def address(self, name: str, row: str | None, owner: str = "") -> str:
        """Return the cells of a name on the sheet (`owner` names it): a row's own for `row` (a formula of its number), else all."""
        plain = name.removeprefix(RAW).removeprefix(ALL)
        if name in self._look_ups:
            of, look_up = self._look_ups[name]
            return look_up.read(self.address(of.own(f"{LOOKED_UP}{look_up.group}"), row, owner))
        block = self._blocks.get(plain)
        if block is None:
            return self._single_address(name, owner)
        whole = row is None or name.removeprefix(RAW).startswith(ALL)
        column = None if name.startswith(RAW) and is_mirrored(self.rules.form.known.get(plain)) else self._part_columns.get(plain)
        if column is None:
            if row == ROW and not whole:
                return self.drawn(plain, row, owner)
            if whole and not owner and self.place(plain) not in self._computed_cells:
                return self._column(plain, owner).cells(block.rows[-1], block.area(block.start, block.start))
            column = a1.parse_cell(self.rules.form.by_name[plain].cell)[1]
        if whole:
            return owner + block.area(column, column)
        letters = a1.column_letters(column)
        return f"{owner}${letters}{row}" if row == ROW else f"INDEX({owner}${letters}:${letters},{row})"

    def _single_address(self, name: str, owner: str) -> str:
        plain, rules = name.removeprefix(RAW).removeprefix(ALL), self.rules
        kinds = (NUMBERS, name, rules.mirrored()), (HELPERS, name, rules.helpers.single), (CELLS, plain, rules.inputs())
        for kind, wanted, found in kinds:
            names = [each.name for each in found]
            if wanted in names:
                return owner + self.single(kind, names.index(wanted))
        return self.drawn(plain, owner=owner)

    def chunk_area(self, check: LiveCheck) -> str:
        """Return the cells in which a row check leaves its token."""
        block = self.block_of(check.table)
        place = next(number for number, (checks, _) in enumerate(block.chunks, block.chunks_start) if check in checks)
        return block.area(place, place)


# What the parts of a row that are no names of the form are called.
_OF_ROW = "\x01"
FILLED, TEXT_OF, APPLIES, LOOKED_UP = (f"{_OF_ROW}{each}" for each in "填文前查")


def in_old_file(column: str) -> str:
    """Return the formula of whether the workbook was saved as .xls, whose sheets have 65,536 rows; `column` holds nothing."""
    return f"ROWS(${column}:${column})<=65536"
