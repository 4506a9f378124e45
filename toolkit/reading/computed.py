"""What a declaration's entries are to a formula; and its computed fields, worked out where the file holds no result.

Comes in: a declaration as read. Goes out: the same with its computed cells filled in, and without rows that hold nothing else. A
result that differs stays as it was read: a rule that follows from 字段 finds it. Called by `sheet` and `checking`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from math import isfinite

from toolkit.forms.computed import Names, computed_fields, helpers_of
from toolkit.forms.live import ALL
from toolkit.forms.model import AMOUNT, DATE, INTEGER, NUMERIC, Field, Form
from toolkit.forms.surroundings import word_columns
from toolkit.reading.model import BLANK, ERROR, MISSING, NOT_OF_TYPE, OK, UNCACHED, Declaration, Entry, Row
from toolkit.values.dates import from_serial, to_serial
from toolkit.values.errors import ERROR_VALUES, NUM, REF, VALUE, ErrorValue

Cell = float | int | str | bool | ErrorValue | None


def entry_value(entry: Entry, field: Field) -> Cell:
    """Return an entry as the formula engine takes it; dates are serial numbers."""
    if entry.state == BLANK:
        return None
    if entry.state == MISSING:
        return REF if field.type in NUMERIC else None
    if entry.state == ERROR:
        return ERROR_VALUES.get(entry.text, VALUE)
    if entry.state in (NOT_OF_TYPE, UNCACHED):
        return VALUE
    value = entry.value
    if isinstance(value, Decimal):
        return _finite(field.face(value), NUM)
    if isinstance(value, date):
        return to_serial(value)
    if field.is_quantity and isinstance(value, str):
        return _number(value)
    return value


def _number(text: str) -> Cell:
    """The 数值 cell as Excel has it: a number where it is one, else the text; Decimal also takes `4_6`."""
    if "_" in text:
        return text
    try:
        return _finite(Decimal(text), text)
    except (InvalidOperation, ValueError):
        return text


def _finite(number: Decimal, otherwise: Cell) -> Cell:
    """Return a number as the engine calculates with it, `otherwise` where it is beyond what Excel can hold."""
    value = float(number)
    return value if isfinite(value) else otherwise


def environment_of(declaration: Declaration, form: Form, shared: Mapping[str, object]) -> tuple[Names, dict[str, list[Names]]]:
    """Return what names stand for in a declaration, and in each row of each row table: its own over what is `shared` with others.

    Columns stand under their name and under `全部.`; a helper is worked out when it is asked for.
    """
    names: dict[str, object] = {f.name: entry_value(declaration[f.name], f) for f in form.fields}
    rows: dict[str, list[dict[str, object]]] = {}
    for table in form.tables:
        own: list[dict[str, object]] = [
            {c.name: entry_value(row[c.name], c.field) for c in table.columns} for row in declaration.rows_of(table)
        ]

        # As many cells as the printed table has: a formula over the column sees the same blanks in Excel.
        blanks = [None] * (table.size - len(own))
        for name in table.names:
            names[name] = names[ALL + name] = [*(row[name] for row in own), *blanks]
        rows[table.name] = own
    first = rows.pop(form.table.name) if form.table else []
    outer, inner = helpers_of(form).names(names, first, form.table.size if form.table else 0, shared)
    others = {name: [Names(row, {}, outer) for row in own] for name, own in rows.items()}
    return outer, {form.table.name: inner, **others} if form.table else {}


def completed(declaration: Declaration, form: Form) -> Declaration:
    """Return the declaration with what its computed cells come to where the file has no result, and without rows of such cells alone."""
    formulas = computed_fields(form)
    if not formulas:
        return declaration
    given = {*formulas, *(form.table.prefilled if form.table else ())}
    rows = [row for row in declaration.rows if any(e.state != BLANK for name, e in row.entries.items() if name not in given)]
    shared: dict[str, object] = {**word_columns(form)}
    for name, formula in formulas.items():
        field = form.by_name[name]
        names, inner = environment_of(replace(declaration, rows=tuple(rows)), form, shared)
        if form.table and name in form.table.names:
            values = [
                formula.value(each) if row[name].state in _OPEN else None for row, each in zip(rows, inner[form.table.name], strict=True)
            ]
            rows = [Row(r.row, {**r.entries, name: _entry(r[name], v, field)}) for r, v in zip(rows, values, strict=True)]
        elif declaration[name].state in _OPEN:
            entries = {**declaration.entries, name: _entry(declaration[name], formula.value(names), field)}
            declaration = replace(declaration, entries=entries)
    return replace(declaration, rows=tuple(rows))


# Nothing stands in the cell, or nothing was saved of what it came to.
_OPEN = (BLANK, UNCACHED)


def _entry(entry: Entry, value: object, field: Field) -> Entry:
    if entry.state not in _OPEN:
        return entry
    if value is None or value == "":
        return Entry(None, "", entry.cell, BLANK)
    if isinstance(value, ErrorValue):
        return Entry(None, str(value), entry.cell, ERROR)
    shown = (
        f"{value:.15g}"
        if isinstance(value, (int, float)) and not isinstance(value, bool)
        else str(value).upper()
        if isinstance(value, bool)
        else str(value)
    )
    if field.type not in NUMERIC:
        return Entry(shown, shown, entry.cell, OK)
    if not isinstance(value, (int, float)):
        return Entry(None, shown, entry.cell, NOT_OF_TYPE)
    if field.type == DATE:
        return Entry(from_serial(value), shown, entry.cell, OK)
    number = Decimal(f"{value:.15g}") * (field.money.size if field.type == AMOUNT else 1)
    return Entry(int(number) if field.type == INTEGER else number, shown, entry.cell, OK)
