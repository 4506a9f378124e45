"""What the names in a formula stand for: entries as the engine's values, columns, lists of a unit's declarations.

A blank is None (0 or "" as Excel has it). A text, an error or a deleted row where a number belongs is an error value, so
that a rule that meets one cannot pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from math import isfinite

from toolkit.forms.live import ALL
from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, Field, Form, IndicatorTable
from toolkit.forms.rules import LISTS
from toolkit.reading.model import BLANK, ERROR, MISSING, NOT_OF_TYPE, UNCACHED, Declaration, Entry, Row
from toolkit.values.dates import to_serial
from toolkit.values.errors import ERROR_VALUES, NUM, REF, VALUE, ErrorValue
from toolkit.values.words import NUMBER

Cell = float | int | str | bool | ErrorValue | None
Environment = dict[str, object]

_NUMERIC = (AMOUNT, DATE, INTEGER, DECIMAL)


def entry_value(entry: Entry, field: Field) -> Cell:
    """Return an entry as the formula engine takes it; dates are serial numbers."""
    if entry.state == BLANK:
        return None
    if entry.state == MISSING:
        return REF if field.type in _NUMERIC else None
    if entry.state == ERROR:
        return ERROR_VALUES.get(entry.text, VALUE)
    if entry.state in (NOT_OF_TYPE, UNCACHED):
        return VALUE
    value = entry.value
    if isinstance(value, Decimal):
        return _finite(field.face(value), NUM)
    if isinstance(value, date):
        return to_serial(value)
    if field.name == NUMBER and isinstance(value, str):
        return _number(value)
    return value


def _number(text: str) -> Cell:
    """The 数值 cell as Excel has it: a number where it is one, else the text."""
    try:
        return _finite(Decimal(text), text)
    except (InvalidOperation, ValueError):
        return text


def _finite(number: Decimal, otherwise: Cell) -> Cell:
    """Return a number as the engine calculates with it, `otherwise` where it is beyond what Excel can hold."""
    value = float(number)
    return value if isfinite(value) else otherwise


def list_environment(form: Form) -> Environment:
    """Return the form's code lists under their names in formulas."""
    return {LISTS + name: [word or None for word in words] for name, words in form.lists.items()}


def declaration_environment(declaration: Declaration, form: Form) -> Environment:
    """Return the declaration's own names: single fields, and columns both plain and with `全部.`."""
    names: Environment = {f.name: entry_value(declaration[f.name], f) for f in form.fields}
    for table in form.tables:
        rows = declaration.rows_of(table)
        for column in table.columns:
            cells = [entry_value(row[column.name], column.field) for row in rows]

            # As many cells as the printed table has: a formula over the column sees the same blanks in Excel.
            cells += [None] * (table.size - len(cells))
            names[column.name] = names[ALL + column.name] = cells
    return names


def row_environment(row: Row, table: IndicatorTable, declaration: Mapping[str, object]) -> Environment:
    """Return the names of one row of a table: its own cells over those of its declaration."""
    return {**declaration, **{c.name: entry_value(row[c.name], c.field) for c in table.columns}}


def group_environment(declarations: Sequence[Environment], names: Iterable[str]) -> Environment:
    """Return `names` as columns over several declarations: a field's values in order, a column's cells one after another."""
    group: Environment = {}
    for name in names:
        cells: list[object] = []
        for environment in declarations:
            value = environment.get(name)
            if isinstance(value, list):
                cells.extend(value)
            else:
                cells.append(value)
        group[name] = cells
    return group


def prefixed(prefix: str, group: Mapping[str, object]) -> Environment:
    """Return the names of `group` as a declaration's rule reaches them: `单位.项目名称`."""
    return {prefix + name: value for name, value in group.items()}
