"""The self-check's formulas for the sheets of one form: which cell holds what, made once for all sheets that are alike.

Live rules come in, a `Plan` goes out. Its formulas name cells of their own sheet and of 代码表 only, so that a copy of the
sheet checks itself; what checks say is written in the list alone. A formula of the rows is written once and shared by all of them
where it can be entered plainly. `selfcheck_sheet` puts the formulas into sheets, `selfcheck_list` points to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from toolkit.forms.live import ALL, RAW
from toolkit.forms.model import IndicatorTable
from toolkit.outputs.filled.selfcheck_mirror import number_formula, text_formula
from toolkit.outputs.filled.selfcheck_rules import LiveCheck, LiveRules
from toolkit.outputs.filled.selfcheck_values import Verdict, rows_on_sheet, table_rows
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.written import clean
from toolkit.values.errors import ErrorValue
from toolkit.values.words import ERROR, HINT, NOT_APPLICABLE, RANK, SEVERITY_WORDS, WARNING, Severity

# Rows of the hidden block: totals, what the columns are, a check or a number in each row below. Its first columns, by number.
TOTALS, HEADINGS, FIRST = 1, 2, 3
CHECKS, TEXTS, NUMBERS, HELPERS = range(4)
HEADS = ("通过", "文字", "数", "公式")

# What stands before a rule's 编号 beside an indicator row.
_MARKS = {ERROR: "✘", WARNING: "！", HINT: "？"}

# Where the row number goes in a formula that is written once per indicator row: a character that no text has.
ROW = "\U0010fffd"

# Room for row checks in one cell: what an .xls can hold.
_CHUNK = 1000


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


@dataclass(frozen=True, eq=False)
class Plan:
    """All that is put into a sheet of one form with so many rows added, the marks in `column`; equal to itself alone.

    `conditions` say of each check, in the order of `ordered`, whether it passes. `parts` are what the checks of a row need first,
    `chunks` the row checks in groups.
    """

    rules: LiveRules
    insertion: RowInsertion | None
    column: int
    conditions: tuple[Formula, ...] = ()
    parts: tuple[RowColumn, ...] = ()
    chunks: tuple[tuple[tuple[LiveCheck, ...], Formula], ...] = ()

    @property
    def block(self) -> int:
        """The first hidden column; the marks stand in the one before it."""
        return self.column + 1

    @property
    def row_start(self) -> int:
        """The first of the hidden columns with a cell for each row: the parts, then the chunks; after those of `further`."""
        return self.block + len(HEADS) + sum(len(columns) for _, columns in self.further)

    @cached_property
    def further(self) -> tuple[tuple[IndicatorTable, dict[str, int]], ...]:
        """The further row tables, each with the hidden columns of the texts and numbers of its mirrored ones."""
        found, column = [], self.block + len(HEADS)
        for table, fields in self.rules.further:
            names = [name for field in fields for name in (TEXT_OF + field.name, field.name)]
            found.append((table, dict(zip(names, range(column, column + len(names)), strict=True))))
            column += len(names)
        return tuple(found)

    @cached_property
    def rows(self) -> Sequence[int]:
        return table_rows(self.rules.form, self.insertion)

    @cached_property
    def ordered(self) -> tuple[LiveCheck, ...]:
        """The checks as they stand in the block: the gravest first, so that each level is one area."""
        return tuple(sorted(self.rules.checks, key=lambda check: RANK[check.severity]))

    @cached_property
    def _places(self) -> dict[str, int]:
        return {check.key: FIRST + place for place, check in enumerate(self.ordered)}

    @cached_property
    def _part_columns(self) -> dict[str, int]:
        return {part.name: place for place, part in enumerate(self.parts, self.row_start)}

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

    def input(self, name: str) -> str:
        """Return the absolute address of a field's cell."""
        return a1.cell_name(*self.place(name), absolute=True)

    def single(self, kind: int, number: int) -> str:
        """Return the absolute address of entry `number` of one of the block's columns."""
        return a1.cell_name(FIRST + number, self.block + kind, absolute=True)

    def verdict(self, check: LiveCheck) -> str:
        """Return the absolute address of the cell that says whether a check passes."""
        return a1.cell_name(self._places[check.key], self.block, absolute=True)

    def total(self, severity: Severity | None = None) -> str:
        """Return the absolute address of a total."""
        return a1.cell_name(TOTALS, self.block + (0 if severity is None else 1 + RANK[severity]), absolute=True)

    def totals(self) -> Iterator[Formula]:
        """Yield the formulas of the totals: of all that does not pass, then of each level; an error, or a cell gone, does not pass."""
        for severity in (None, *SEVERITY_WORDS):
            places = [self._places[check.key] for check in self.ordered if severity in (None, check.severity)]
            area = a1.range_name((min(places), self.block, max(places), self.block), absolute=True) if places else ""
            yield Formula(f'ROWS({area})-COUNTIF({area},TRUE)-COUNTIF({area},"{NOT_APPLICABLE}")' if places else "0")

    def address(self, name: str, row: str | None, owner: str = "") -> str:
        """Return the cells of a name on the sheet (`owner` names it): a row's own for `row` (a formula of its number), else all."""
        form, plain = self.rules.form, name.removeprefix(RAW).removeprefix(ALL)
        if plain not in form.row_names and not name.startswith(_OF_ROW):
            return owner + self._single_address(name)
        column = self._part_columns.get(plain) if not name.startswith(RAW) or plain not in form.by_name else None
        if column is None:
            column = a1.parse_cell(form.by_name[plain].cell)[1]
        area = a1.range_name((self.rows[0], column, self.rows[-1], column), absolute=True)
        if row is None or name.removeprefix(RAW).startswith(ALL):
            return owner + area
        letters = a1.column_letters(column)
        return f"${letters}{row}" if row == ROW else f"INDEX({owner}${letters}:${letters},{row})"

    def _single_address(self, name: str) -> str:
        plain = name.removeprefix(RAW).removeprefix(ALL)
        for table, columns in self.further:
            if plain in table.names:
                rows, drawn = rows_on_sheet(table, self.insertion), a1.parse_cell(self.rules.form.by_name[plain].cell)[1]
                column = drawn if name.startswith(RAW) else columns.get(plain, drawn)
                return a1.range_name((rows[0], column, rows[-1], column), absolute=True)
        for kind, names in ((NUMBERS, [f.name for f in self.rules.mirrored[0]]), (HELPERS, [h.name for h in self.rules.helpers.single])):
            if name in names:
                return self.single(kind, names.index(name))
        return self.input(name.removeprefix(RAW))

    def chunk_area(self, check: LiveCheck) -> str:
        """Return the cells in which a row check leaves its token."""
        place = next(number for number, (checks, _) in enumerate(self.chunks) if check in checks)
        column = self.row_start + len(self.parts) + place
        return a1.range_name((self.rows[0], column, self.rows[-1], column), absolute=True)


# What the parts of a row that are no names of the form are called.
_OF_ROW = "\x01"
FILLED, TEXT_OF, _APPLIES = f"{_OF_ROW}填", f"{_OF_ROW}文", f"{_OF_ROW}前"


@lru_cache(maxsize=8)
def make_plan(rules: LiveRules, insertion: RowInsertion | None, column: int) -> Plan:
    """Return the formulas for sheets with `insertion`, their marks in `column`; made once for all that are alike."""
    plan = Plan(rules, insertion, column)
    if any(check.by_row for check in rules.checks) or rules.helpers.of_row or rules.mirrored[1]:
        names = (FILLED, *_part_names(rules))
        plan = replace(plan, parts=tuple(RowColumn(name, Formula("")) for name in names))
        plan = replace(plan, parts=tuple(_parts(plan)))
        plan = replace(plan, chunks=tuple(_chunks(plan)))
    return replace(plan, conditions=tuple(_condition(plan, check) for check in plan.ordered))


def _part_names(rules: LiveRules) -> Iterator[str]:
    for field in rules.mirrored[1]:
        yield from (TEXT_OF + field.name, field.name)
    yield from (helper.name for helper in rules.helpers.of_row)
    yield from (_APPLIES + check.id for check in rules.premises)


def _condition(plan: Plan, check: LiveCheck) -> Formula:
    rules = plan.rules
    if check.by_row:
        area, mark = plan.chunk_area(check), quoted(token(check, False))
        text = f'SUMPRODUCT(LEN({area})-LEN(SUBSTITUTE({area},{mark},"")))=0'
        if check.applies is not None:
            text = f'IF({text},IF(COUNTIF({plan.address(_APPLIES + check.id, None)},TRUE)>0,TRUE,"{NOT_APPLICABLE}"),FALSE)'
        return Formula(clean(text))
    text, array = rules.formula(check.condition, lambda name: plan.address(name, None), False)
    text = f"IF({text},TRUE,FALSE)"
    if check.applies is not None:
        held, also = rules.formula(check.applies, lambda name: plan.address(name, None), False)
        text, array = f'IF({held},{text},"{NOT_APPLICABLE}")', array or also
    # Which of several errors comes first is the program's business.
    return Formula(clean(f"IFERROR({text},#VALUE!)"), array)


def _parts(plan: Plan) -> Iterator[RowColumn]:
    """Yield the columns of what the checks of a row need: whether it is filled in, numbers, helpers, whether checks are judged."""
    rules, form = plan.rules, plan.rules.form
    inputs = [c for c in (form.table.columns if form.table else ()) if not (c.field.formula or c.field.prefilled)]
    filled = "&".join(f"${a1.column_letters(column.index)}{ROW}" for column in inputs)
    yield RowColumn(FILLED, Formula(f"IFERROR(LEN(TRIM({filled}))>0,TRUE)" if inputs else "TRUE"))

    def of_row(name: str) -> str:
        return plan.address(name, ROW)

    for field in rules.mirrored[1]:
        raw, text = of_row(RAW + field.name), of_row(TEXT_OF + field.name)
        yield RowColumn(TEXT_OF + field.name, Formula(text_formula(raw, field)))
        yield RowColumn(field.name, Formula(number_formula(raw, text, field)))
    for helper in rules.helpers.of_row:
        shown, array = rules.formula(helper.formula, of_row, True)
        shown = f'({shown})&""' if helper.as_text else shown
        yield RowColumn(helper.name, Formula(clean(f'IF({of_row(FILLED)},{shown},"")'), array))
    for check in rules.premises:
        assert check.applies is not None
        shown, array = rules.formula(check.applies, of_row, True)
        yield RowColumn(_APPLIES + check.id, Formula(clean(f'IF({of_row(FILLED)},IF({shown},TRUE,FALSE),"")'), array))


def _chunks(plan: Plan) -> Iterator[tuple[tuple[LiveCheck, ...], Formula]]:
    """Yield the row checks in groups that fit a cell, each with its formula; those that read other rows stay apart.

    Apart, because they are calculated anew whenever any row changes.
    """
    group: list[LiveCheck] = []
    pieces: list[str] = []
    arrays: list[bool] = []

    def made() -> tuple[tuple[LiveCheck, ...], Formula]:
        return tuple(group), Formula(clean(f'IF({plan.address(FILLED, ROW)},{"&".join(pieces)},"")'), any(arrays))

    own = set(plan.rules.form.row_names)
    by_row = [check for check in plan.rules.checks if check.by_row]
    for check in sorted(by_row, key=lambda check: not _own_row(check, own)):
        condition, array = plan.rules.formula(check.condition, lambda name: plan.address(name, ROW), True)
        if check.applies is not None:
            condition = f"IF({plan.address(_APPLIES + check.id, ROW)},{condition},TRUE)"
        piece = f'IFERROR(IF({condition},"",{quoted(token(check, False))}),{quoted(token(check, NOTHING))})'
        apart = bool(group) and (_own_row(group[-1], own) != _own_row(check, own) or arrays[-1] != array)
        if group and (apart or sum(map(len, pieces)) + len(piece) > _CHUNK):
            yield made()
            group, pieces, arrays = [], [], []
        group.append(check)
        pieces.append(piece)
        arrays.append(array)
    if group:
        yield made()


def _own_row(check: LiveCheck, own: set[str]) -> bool:
    return all(name in own or name.startswith("列表.") for name in check.condition.names)


# What stands for the verdict of a check that could not be calculated.
NOTHING = ErrorValue("#VALUE!")


def token(check: LiveCheck, passed: Verdict) -> str:
    """Return what a row check leaves in its cell: nothing, its 编号, or that and a blank where it is an error."""
    if passed is True or passed == NOT_APPLICABLE:
        return ""
    return f"|{_MARKS[check.severity]}{check.id}|" + (" " if isinstance(passed, ErrorValue) else "")


def quoted(text: str) -> str:
    """Return a short text as an Excel string."""
    return '"' + text.replace('"', '""') + '"'
