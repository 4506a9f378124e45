"""What the self-check formulas of a project sheet give, so that their results can be stored beside them.

The cells as written come in (what a spreadsheet program will see, not what was read once), results go out: by the
engine that checks in bulk. Protected View and readers show stored results only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.forms.computed import Names, computed_fields
from toolkit.forms.live import ALL, RAW, is_mirrored
from toolkit.forms.model import Field, IndicatorTable
from toolkit.forms.surroundings import surroundings, word_columns
from toolkit.formula.judge import Judge
from toolkit.outputs.filled.selfcheck_check import LiveCheck, Verdict
from toolkit.outputs.filled.selfcheck_mirror import Cell, number_of, text_of
from toolkit.outputs.filled.selfcheck_rules import LiveRules
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.values.errors import VALUE, ErrorValue
from toolkit.values.words import NOT_APPLICABLE, Severity

Cells = Mapping[tuple[int, int], Cell]

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
    """The results of all checks by 编号.

    For each row that is filled in, by table, `by_row` holds what each row check gives, `parts` what the columns before the checks hold.
    `copied` are the single cells as they are, `single` the texts, numbers and helpers of the declaration, in the order of the plan.
    """

    checks: Mapping[str, Result]
    by_row: Mapping[str, Mapping[int, Mapping[str, Verdict]]]
    parts: Mapping[str, Mapping[int, tuple[Cell, ...]]]
    copied: tuple[Cell, ...]
    single: tuple[tuple[Cell, ...], tuple[Cell, ...], tuple[Cell, ...]]

    def count(self, rules: LiveRules, severity: Severity | None = None) -> int:
        """Return how many checks (of a severity) did not pass."""
        return sum(self.checks[c.key].failed and severity in (None, c.severity) for c in rules.checks)

    def to_verify(self, rules: LiveRules) -> int:
        """Return how many checks that may be explained did not pass."""
        return sum(self.checks[c.key].failed and c.verify for c in rules.checks)


def calculate(rules: LiveRules, cells: Cells, insertion: RowInsertion | None) -> Results:
    """Return what the checks give for a sheet with these cells."""
    names, rows = _names(rules, cells, insertion)
    tables = {table.name: table for table in rules.form.tables}
    by_row = {name: {row: _verdicts(rules, tables[name], each) for row, each in found.items()} for name, found in rows.items()}

    def result(check: LiveCheck) -> Result:
        if check.by_row:
            return _row_result(rules, check, by_row[check.table], rows[check.table])
        return _result(rules, check, _judged(check, names), names)

    single = rules.mirrored()
    mirrored = [names[RAW + field.name] for field in single]
    return Results(
        {check.key: result(check) for check in rules.checks},
        by_row,
        {name: {row: tuple(_parts(rules, tables[name], each)) for row, each in found.items()} for name, found in rows.items()},
        tuple(_cell(names[RAW + field.name]) for field in rules.inputs()),
        (
            tuple(text_of(_cell(raw), field) for raw, field in zip(mirrored, single, strict=True)),
            tuple(_cell(names[field.name]) for field in single),
            tuple(_cell(names[helper.name]) for helper in rules.helpers.single),
        ),
    )


def computed(rules: LiveRules, cells: Cells, insertion: RowInsertion | None) -> dict[tuple[int, int], Cell]:
    """Return what the computed cells of a sheet come to; in a row that is not filled in, nothing."""
    found: dict[tuple[int, int], Cell] = {}
    form = rules.form
    columns = {column.name: column.index for column in form.table.columns} if form.table else {}
    for name, formula in computed_fields(form).items():
        names, rows = _names(rules, {**cells, **found}, insertion)
        if name in columns:
            found |= {(row, columns[name]): _cell(formula.value(each)) for row, each in rows[form.tables[0].name].items()}
        else:
            row, column = a1.parse_cell(form.by_name[name].cell)
            found[row if insertion is None else insertion.row(row), column] = _cell(formula.value(names))
    return found


def _parts(rules: LiveRules, table: IndicatorTable, names: Names) -> list[Cell]:
    found: list[Cell] = [True, *(_cell(names[RAW + field.name]) for field in rules.copied(table))]
    for field in rules.mirrored(table):
        text = text_of(_cell(names[RAW + field.name]), field)
        found += [text, _cell(names[field.name])]
    helpers = [_cell(names[helper.name]) for helper in rules.in_columns] if table.first else []
    found += [VALUE if isinstance(value, ErrorValue) else value for value in helpers]
    found += [_cell(_truth(check.applies.evaluate(names))) for check in rules.premises(table) if check.applies is not None]
    return found + rules.look_ups[table.name].cells(names)


def _verdicts(rules: LiveRules, table: IndicatorTable, names: Names) -> dict[str, Verdict]:
    """What the checks of a row give: nearly all pass plainly, and only the others are calculated in full."""
    always, look = _looked_at(rules, table.name)
    passed = {always[index].id for index in set(range(len(always))).difference(look(names))}
    return {check.id: True if check.id in passed else _judged(check, names) for check in rules.of_rows(table)}


@lru_cache(maxsize=64)
def _looked_at(rules: LiveRules, table: str) -> tuple[tuple[LiveCheck, ...], Callable[[Mapping[str, object]], Iterable[int]]]:
    """The checks of a table's rows that are judged whatever stands there, and what gives the indexes of those that do not plainly pass."""
    always = tuple(check for check in rules.checks if check.table == table and check.applies is None)
    return always, Judge([(None, check.condition.tree) for check in always], surroundings(rules.form, table))


def _judged(check: LiveCheck, names: Mapping[str, object]) -> Verdict:
    applies = True if check.applies is None else _truth(check.applies.evaluate(names))
    if applies is not True:
        return NOT_APPLICABLE if applies is False else applies
    return _truth(check.condition.evaluate(names))


def _row_result(
    rules: LiveRules, check: LiveCheck, by_row: Mapping[int, Mapping[str, Verdict]], rows: Mapping[int, Mapping[str, object]]
) -> Result:
    failing = tuple(row for row, results in by_row.items() if results[check.id] not in (True, NOT_APPLICABLE))
    if not failing:
        judged = check.applies is None or any(results[check.id] is True for results in by_row.values())
        return Result(True if judged else NOT_APPLICABLE)
    first = failing[0]
    one = _result(rules, check, by_row[first][check.id], rows[first])
    more = f"（共 {len(failing)} 行）" if len(failing) > 1 else ""
    return Result(False, f"第 {first} 行：{one.message}{more}", one.suggestion, failing)


def _result(rules: LiveRules, check: LiveCheck, passed: Verdict, names: Mapping[str, object]) -> Result:
    if passed is True or passed == NOT_APPLICABLE:
        return Result(passed)
    suggestion = check.suggestion.evaluate(names, rules.kind)
    if isinstance(passed, ErrorValue):
        return Result(passed, NOT_CALCULATED, suggestion)
    return Result(False, check.message.evaluate(names, rules.kind), suggestion)


def _truth(value: object) -> bool | ErrorValue:
    """Return a condition's value as the check's cell has it: a text is an error and all errors are one, a blank FALSE."""
    if isinstance(value, (bool, int, float)):
        return bool(value)
    return False if value is None else VALUE


def _cell(value: object) -> Cell:
    """Return a result as a cell holds it."""
    return value if isinstance(value, (bool, int, float, str, ErrorValue)) else ""


def _names(rules: LiveRules, cells: Cells, insertion: RowInsertion | None) -> tuple[Names, dict[str, dict[int, Names]]]:
    """Return what each name stands for on the sheet, and by table in each of its rows that holds anything; inputs also as they are."""
    form = rules.form
    names: dict[str, object] = {**word_columns(form)}
    for field in form.fields:
        row, column = a1.parse_cell(field.cell)
        names |= _entry(field, cells.get((row if insertion is None else insertion.row(row), column)))
    rows: dict[str, dict[int, dict[str, object]]] = {}
    for table in form.tables:
        numbers = rows_on_sheet(table, insertion)
        for each in table.columns:
            found = [_entry(each.field, cells.get((row, each.index))) for row in numbers]
            for name in (each.name, RAW + each.name):
                names[name] = [one[name] for one in found]
            names |= {ALL + each.name: names[each.name], RAW + ALL + each.name: names[RAW + each.name]}
        inputs = [each.index for each in table.columns if not (each.field.formula or each.field.prefilled)]
        rows[table.name] = {
            row: {k: v for each in table.columns for k, v in _entry(each.field, cells.get((row, each.index))).items()}
            for row in numbers
            if any(_is_filled(cells.get((row, index))) for index in inputs)
        }
    first = rows.get(form.table.name, {}) if form.table else {}
    length = len(rows_on_sheet(form.table, insertion)) if form.table else 0
    outer, inner = rules.helpers.names(names, list(first.values()), length, {})
    made = {name: {row: Names(own, {}, outer) for row, own in found.items()} for name, found in rows.items()}
    return outer, made | ({form.table.name: dict(zip(first, inner, strict=True))} if form.table else {})


def _entry(field: Field, cell: Cell) -> dict[str, object]:
    """What a cell is to rules, and what stands in it; a formula's "" is a blank."""
    return {field.name: number_of(cell, field) if is_mirrored(field) else None if cell == "" else cell, RAW + field.name: cell}


def _is_filled(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip(" ")))


def rows_on_sheet(table: IndicatorTable, insertion: RowInsertion | None) -> Sequence[int]:
    """Return the rows of a table on a sheet to which rows were added, to this table or another."""
    first, last = table.first_row, table.last_row
    if insertion is not None:
        under = insertion.count if insertion.after == last else 0
        first, last = insertion.row(first), insertion.row(last) + under
    return range(first, last + 1)
