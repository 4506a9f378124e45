"""What the self-check formulas of a project sheet give, so that their results can be stored beside them.

The cells as written come in (what a spreadsheet program will see, not what was read once), results go out: by the
engine that checks in bulk. Protected View and readers show stored results only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.forms.live import ALL
from toolkit.forms.model import Form
from toolkit.forms.rules import LISTS
from toolkit.formula.coerce import to_text
from toolkit.outputs.filled.selfcheck_rules import LiveCheck, LiveRules
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.values.errors import VALUE, ErrorValue
from toolkit.values.words import NOT_APPLICABLE, Severity

Cell = float | str | bool | ErrorValue | None
Cells = Mapping[tuple[int, int], Cell]
Environment = dict[str, object]
Verdict = bool | ErrorValue | Literal["不适用"]

NOT_CALCULATED = "规则无法计算：所用单元格里有错误值，或在该填数字、日期的地方填了文字，请先改正。"


@dataclass(frozen=True, slots=True)
class Result:
    """What one check gives: whether it passed, 不适用, or the error value of what cannot be calculated.

    `message` and `suggestion` are "" when it passes; `rows` are the sheet rows that fail a row check.
    """

    passed: Verdict
    message: str = ""
    suggestion: str = ""
    rows: tuple[int, ...] = ()

    @property
    def failed(self) -> bool:
        return self.passed is not True and self.passed != NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Results:
    """The results of all checks in their order.

    For each row that is filled in, `by_row` holds what each row check gives, `parts` what the parts give.
    """

    checks: tuple[Result, ...]
    by_row: Mapping[int, Mapping[str, bool | ErrorValue]]
    parts: Mapping[int, tuple[Cell, ...]]

    def count(self, rules: LiveRules, severity: Severity | None = None) -> int:
        """Return how many checks (of a severity) did not pass."""
        pairs = zip(rules.checks, self.checks, strict=True)
        return sum(r.failed and severity in (None, c.severity) for c, r in pairs)


def calculate(rules: LiveRules, cells: Cells, insertion: RowInsertion | None) -> Results:
    """Return what the checks give for a sheet with these cells."""
    form = rules.form
    lists: Environment = {LISTS + name: [word or None for word in words] for name, words in form.lists.items()}
    names = {**lists, **_values(form, cells, insertion)}
    rows = {row: {**names, **entries} for row, entries in _rows(form, cells, insertion)}
    row_checks = [check for check in rules.checks if check.by_row]
    by_row: dict[int, dict[str, bool | ErrorValue]] = {}
    parts: dict[int, tuple[Cell, ...]] = {}
    for row, row_names in rows.items():
        for part in rules.parts:
            value = part.formula.evaluate(row_names)
            row_names[part.name] = to_text(value) if part.as_text else value
        parts[row] = tuple(_cell(row_names[part.name]) for part in rules.parts)
        by_row[row] = {check.id: _truth(check.condition.evaluate(row_names)) for check in row_checks}

    def result(check: LiveCheck) -> Result:
        if check.by_row:
            return _row_result(rules, check, by_row, rows)
        applies = True if check.applies is None else _truth(check.applies.evaluate(names))
        if applies is False:
            return Result(NOT_APPLICABLE)
        return _result(rules, check, _truth(check.condition.evaluate(names)) if applies is True else applies, names)

    return Results(tuple(result(check) for check in rules.checks), by_row, parts)


def _row_result(
    rules: LiveRules,
    check: LiveCheck,
    by_row: Mapping[int, Mapping[str, bool | ErrorValue]],
    rows: Mapping[int, Environment],
) -> Result:
    failing = tuple(row for row, results in by_row.items() if results[check.id] is not True)
    if not failing:
        held = check.applies is None or any(check.applies.evaluate(names) is True for names in rows.values())
        return Result(True if held else NOT_APPLICABLE)
    first = failing[0]
    one = _result(rules, check, by_row[first][check.id], rows[first])
    more = f"（共 {len(failing)} 行）" if len(failing) > 1 else ""
    return Result(False, f"第 {first} 行：{one.message}{more}", one.suggestion, failing)


def _result(rules: LiveRules, check: LiveCheck, passed: bool | ErrorValue, names: Environment) -> Result:
    if passed is True:
        return Result(True)
    if isinstance(passed, ErrorValue):
        return Result(passed, NOT_CALCULATED, check.suggestion.evaluate(names, rules.kind))
    return Result(False, check.message.evaluate(names, rules.kind), check.suggestion.evaluate(names, rules.kind))


def _truth(value: object) -> bool | ErrorValue:
    """Return a condition's value as Excel's IF takes it: a text is an error, a blank FALSE."""
    if isinstance(value, (bool, int, float)):
        return bool(value)
    return value if isinstance(value, ErrorValue) else False if value is None else VALUE


def _cell(value: object) -> Cell:
    """Return a result as a cell holds it."""
    return value if isinstance(value, (bool, int, float, str, ErrorValue)) else ""


def _values(form: Form, cells: Cells, insertion: RowInsertion | None) -> Environment:
    """Return what each name stands for: a cell's value, a column's values."""
    names: Environment = {}
    for field in form.fields:
        row, column = a1.parse_cell(field.cell)
        names[field.name] = cells.get((row if insertion is None else insertion.row(row), column))
    rows = table_rows(form, insertion)
    for table_column in form.table.columns if form.table else ():
        values = [cells.get((row, table_column.index)) for row in rows]
        names[table_column.name] = names[ALL + table_column.name] = values
    return names


def _rows(form: Form, cells: Cells, insertion: RowInsertion | None) -> Iterator[tuple[int, Environment]]:
    """Yield the table's rows that hold anything, with the row's own names."""
    columns = form.table.columns if form.table else ()
    for row in table_rows(form, insertion):
        values: Environment = {column.name: cells.get((row, column.index)) for column in columns}
        if any(not isinstance(v, str) or v.strip(" ") for v in values.values() if v is not None):
            yield row, values


def table_rows(form: Form, insertion: RowInsertion | None) -> Sequence[int]:
    """Return the rows of the table on a sheet to which rows were added."""
    if form.table is None:
        return range(0)
    return range(form.table.first_row, form.table.last_row + (insertion.count if insertion else 0) + 1)
