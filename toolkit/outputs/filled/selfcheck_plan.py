"""The self-check's formulas for the sheets of one form: which cell holds what, made once for all sheets that are alike.

Live rules come in, a `Plan` goes out. Its formulas name cells of their own sheet and of 代码表 only, so that a copy of the
sheet checks itself. `selfcheck_sheet` puts them into sheets, `selfcheck_list` points to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from toolkit.forms.live import ALL
from toolkit.outputs.filled.selfcheck_rules import LiveCheck, LiveRules
from toolkit.outputs.filled.selfcheck_shared import PREFIX
from toolkit.outputs.filled.selfcheck_values import NOT_CALCULATED, Verdict, table_rows
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.written import clean
from toolkit.values.errors import ErrorValue
from toolkit.values.words import ERROR, HINT, NOT_APPLICABLE, RANK, WARNING, Severity

# Rows of the hidden block: totals, headings, a row for each check; the cells of the indicator rows stand right of it.
TOTALS, HEADINGS, FIRST = 1, 2, 3
HEADS = ("编号", "级别", "标记", "通过", "提示", "未通过行数", "首个未通过行", "建议", "逐行检查")

# What stands before a rule's 编号 beside an indicator row.
_MARKS = {ERROR: "✘", WARNING: "！", HINT: "？"}

# Where the row number goes in a formula that is written once per indicator row: a character that no text has.
ROW = "\U0010fffd"

# Room for row checks in one cell. Excel also limits a formula's inner form to 16,384 bytes; this is far below both.
_CHUNK = 4000


@dataclass(frozen=True, slots=True)
class PlannedCheck:
    """A check with its Excel texts; `suggestion` is "" where it never changes.

    For a row check, `failing` counts the rows that fail and `first` finds the first of them.
    """

    check: LiveCheck
    condition: str
    message: str
    suggestion: str
    failing: str = ""
    first: str = ""


@dataclass(frozen=True, eq=False)
class Plan:
    """All that is put into a sheet of one form with so many rows added, the marks in `column`; equal to itself alone.

    `parts` are the formulas of what the checks of a row need first: whether it is filled in, then `rules.parts`.
    `chunks` are the row checks in groups, each with its formula.
    """

    rules: LiveRules
    insertion: RowInsertion | None
    column: int
    checks: tuple[PlannedCheck, ...] = ()
    parts: tuple[str, ...] = ()
    chunks: tuple[tuple[tuple[LiveCheck, ...], str], ...] = ()

    @property
    def block(self) -> int:
        """The first hidden column; the marks stand in the one before it."""
        return self.column + 1

    @property
    def row_columns(self) -> range:
        """The hidden columns with a cell for each row: the parts, then the chunks."""
        first = self.block + len(HEADS) - 1
        return range(first, first + len(self.parts) + len(self.chunks))

    @cached_property
    def bound(self) -> frozenset[tuple[int, int]]:
        """Row and column of every cell that holds an entry of the form."""
        form = self.rules.form
        columns = form.table.columns if form.table else ()
        rows = table_rows(form, self.insertion)
        table = {(row, column.index) for row in rows for column in columns}
        return frozenset(table | {self.place(field.name) for field in form.fields})

    def place(self, name: str) -> tuple[int, int]:
        """Return row and column of a field's cell, of a column's first."""
        row, column = a1.parse_cell(self.rules.form.by_name[name].cell)
        return (row if self.insertion is None else self.insertion.row(row)), column

    def address(self, name: str) -> str:
        """Return the absolute address of a field's cell."""
        return a1.cell_name(*self.place(name), absolute=True)

    def cell(self, index: int, heading: str) -> str:
        """Return the absolute address of a cell of the block: of check number `index`, below `heading`."""
        return a1.cell_name(FIRST + index, self.block + HEADS.index(heading), absolute=True)

    def total(self, severity: Severity | None = None) -> str:
        """Return the absolute address of a total."""
        step = 1 if severity is None else 2 + RANK[severity]
        return a1.cell_name(TOTALS, self.block + step, absolute=True)


@lru_cache(maxsize=8)
def make_plan(rules: LiveRules, insertion: RowInsertion | None, column: int) -> Plan:
    """Return the formulas for sheets with `insertion`, their marks in `column`; made once for all that are alike."""
    row_checks = sorted((check for check in rules.checks if check.by_row), key=lambda check: not check.own_row)
    plan = Plan(rules, insertion, column)
    if row_checks:
        plan = replace(plan, parts=tuple(_parts(plan)))
        plan = replace(plan, chunks=tuple(_chunks(plan, row_checks)))
    return replace(plan, checks=tuple(_planned(plan, index, check) for index, check in enumerate(rules.checks)))


def _planned(plan: Plan, index: int, check: LiveCheck) -> PlannedCheck:
    rules = plan.rules
    passed, failing, first = (plan.cell(index, heading) for heading in ("通过", "未通过行数", "首个未通过行"))
    static = quoted(NOT_CALCULATED)
    rows = table_rows(rules.form, plan.insertion)
    place = f"{first}-{rows[0] - 1}" if check.by_row else None

    def address(name: str) -> str:
        return _address(plan, name, place)

    text = rules.text(check.message, address)
    suggestion = ""
    if check.suggestion.formulas:
        suggestion = f'IF(IFERROR({passed}=FALSE,TRUE),{rules.text(check.suggestion, address)},"")'
    if not check.by_row:
        condition = f"IF({rules.formula(check.condition, address)},TRUE,FALSE)"
        if check.applies is not None:
            condition = f'IF({rules.formula(check.applies, address)},{condition},"{NOT_APPLICABLE}")'
        message = f'IF(ISERROR({passed}),{static},IF({passed}=FALSE,{text},""))'
        return PlannedCheck(check, clean(condition), clean(message), clean(suggestion))
    area, token = _chunk_area(plan, check, rows), plan.cell(index, "标记")
    found = f"ISNUMBER(FIND({token},{area}))"
    text = f'IF(ISNUMBER(FIND({token}&" ",INDEX({area},{place}))),{static},{text})'
    message = f'IF({failing}=0,"","第 "&{first}&" 行："&{text}&IF({failing}>1,"（共 "&{failing}&" 行）",""))'
    condition = f"IF({failing}=0,TRUE,FALSE)"
    if check.applies is not None:
        held = _address(plan, next(iter(check.applies.names)), None)
        condition = f'IF({failing}>0,FALSE,IF(COUNTIF({held},TRUE)=0,"{NOT_APPLICABLE}",TRUE))'
    return PlannedCheck(
        check,
        condition,
        clean(message),
        clean(suggestion),
        failing=f"SUMPRODUCT(--{found})",
        first=f"IF({failing}=0,0,MATCH(TRUE,{found},0)+{rows[0] - 1})",
    )


def _parts(plan: Plan) -> Iterator[str]:
    """Yield the formulas of the parts of a row, the first whether it is filled in."""
    form = plan.rules.form
    columns = form.table.columns if form.table else ()
    filled = "&".join(f"${a1.column_letters(column.index)}{ROW}" for column in columns)
    yield f"IFERROR(LEN(TRIM({filled}))>0,TRUE)"
    for part in plan.rules.parts:
        text = plan.rules.formula(part.formula, lambda name: _address(plan, name, ROW))
        yield clean(f'IF({_filled(plan)},({text})&"","")' if part.as_text else f'IF({_filled(plan)},{text},"")')


def _chunks(plan: Plan, checks: Sequence[LiveCheck]) -> Iterator[tuple[tuple[LiveCheck, ...], str]]:
    """Yield the row checks in groups that fit a cell, each with its formula; those reading other rows stay apart.

    Apart, because they are calculated anew whenever any row changes.
    """
    group: list[LiveCheck] = []
    pieces: list[str] = []
    for check in checks:
        condition = plan.rules.formula(check.condition, lambda name: _address(plan, name, ROW))
        token = plan.cell(plan.rules.checks.index(check), "标记")
        piece = f'IFERROR(IF({condition},"",{token}),{token}&" ")'
        full = sum(map(len, pieces)) + len(piece) > _CHUNK
        if group and (full or group[-1].own_row != check.own_row):
            yield tuple(group), clean(f'IF({_filled(plan)},{"&".join(pieces)},"")')
            group, pieces = [], []
        group.append(check)
        pieces.append(piece)
    yield tuple(group), clean(f'IF({_filled(plan)},{"&".join(pieces)},"")')


def _filled(plan: Plan) -> str:
    return f"${a1.column_letters(plan.row_columns.start)}{ROW}"


def _address(plan: Plan, name: str, row: str | None) -> str:
    """Return the cells of a name on the sheet: a row's own for `row` (a number, or a place in the column), else all."""
    if name.startswith(PREFIX):
        column = plan.row_columns.start + 1 + int(name[len(PREFIX) :])
        rows = table_rows(plan.rules.form, plan.insertion)
        return f"${a1.column_letters(column)}{row}" if row else a1.range_name((rows[0], column, rows[-1], column), absolute=True)
    form = plan.rules.form
    field = form.by_name[name.removeprefix(ALL)]
    if form.table is None or field.name not in form.table.names:
        return plan.address(name)
    left = a1.parse_cell(field.cell)[1]
    rows = table_rows(form, plan.insertion)
    area = a1.range_name((rows[0], left, rows[-1], left), absolute=True)
    if row is None or name.startswith(ALL):
        return area
    return f"${a1.column_letters(left)}{row}" if row == ROW else f"INDEX({area},{row})"


def _chunk_area(plan: Plan, check: LiveCheck, rows: Sequence[int]) -> str:
    place = next(number for number, (checks, _) in enumerate(plan.chunks) if check in checks)
    column = plan.row_columns[len(plan.parts) + place]
    return a1.range_name((rows[0], column, rows[-1], column), absolute=True)


def token(check: LiveCheck, passed: Verdict) -> str:
    """Return what a row check leaves in its cell: nothing, its 编号, or that and a blank where it is an error."""
    if passed is True:
        return ""
    return f"|{_MARKS[check.severity]}{check.id}|" + (" " if isinstance(passed, ErrorValue) else "")


def quoted(text: str) -> str:
    """Return a short text as an Excel string."""
    return '"' + text.replace('"', '""') + '"'
