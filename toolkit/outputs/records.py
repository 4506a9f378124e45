"""Declarations as plain records: the structure `jixiao export` prints, by the contract in DESIGN.

Amounts are texts with two decimals, dates ISO, the year an integer; what is blank, missing or unreadable is None.
"""

from __future__ import annotations

from toolkit.forms.model import ROWS, Form
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.reading.shown import plain, row_target
from toolkit.values.words import CODE_ROLE, TARGET, YEAR_ROLE

Record = dict[str, object]


def declaration_record(declaration: Declaration, form: Form, *, raw: bool = False) -> Record:
    """Return one declaration as a record; `raw` adds 原文: cell, text and state of every single field and every row."""
    record: Record = {"file": declaration.file, "sheet": declaration.sheet, "表样": form.name, YEAR_ROLE: declaration.year}
    if has_roster_code(form) and declaration.code:
        record[CODE_ROLE] = declaration.code
    for field in form.fields:
        record[field.name] = plain(declaration[field.name].value)
    if form.table:
        record[ROWS] = [row_record(row, form) for row in declaration.rows]
    if raw:
        source: Record = {field.name: _source(declaration[field.name]) for field in form.fields}
        if form.table:
            source[ROWS] = [{name: _source(row[name]) for name in form.table.names} for row in declaration.rows]
        record["原文"] = source
    return record


def has_roster_code(form: Form) -> bool:
    """Whether a project's code can only come from the roster."""
    return CODE_ROLE not in form.roles and CODE_ROLE not in form.by_name


def row_record(row: Row, form: Form) -> Record:
    """Return one indicator row as a record; 指标值 is made of 符号, 数值 and 计量单位 where the form has them."""
    if form.table is None:
        return {}
    record: Record = {name: plain(row[name].value) for name in form.table.names}
    if form.table.has_target:
        record[TARGET] = row_target(row) or None
    return record


def _source(entry: Entry) -> Record:
    return {"cell": entry.cell, "text": entry.text, "state": entry.state}
