"""Declarations as plain records: the structure `jixiao export` prints, by the contract in DESIGN.

Amounts are texts with two decimals, dates ISO, the year an integer; what is blank, missing or unreadable is None.
"""

from __future__ import annotations

from toolkit.forms.model import Field, Form, IndicatorTable
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.reading.shown import plain, row_target
from toolkit.values.grammar import PARTS, USUAL_TARGET, part_name, whole_parts
from toolkit.values.words import CODE_ROLE, YEAR_ROLE

Record = dict[str, object]


def declaration_record(declaration: Declaration, form: Form, *, raw: bool = False) -> Record:
    """Return one declaration as a record; `raw` adds 原文: cell, text and state of every single field and every row."""
    record: Record = {"file": declaration.file, "sheet": declaration.sheet, "表样": form.name, YEAR_ROLE: declaration.year}
    if has_roster_code(form) and declaration.code:
        record[CODE_ROLE] = declaration.code
    for field in form.fields:
        _put(record, field, plain(declaration[field.name].value))
    for table in form.tables:
        record[table.name] = [row_record(row, table) for row in declaration.rows_of(table)]
    if raw:
        source: Record = {}
        for field in form.fields:
            _put(source, field, _source(declaration[field.name]))
        for table in form.tables:
            source[table.name] = [{name: _source(row[name]) for name in table.names} for row in declaration.rows_of(table)]
        record["原文"] = source
    return record


def _put(record: Record, field: Field, value: object) -> None:
    """Put a field's value into a record; that of a grid's cell under its grid, row and column."""
    parts = field.name.split(".") if field.grid else [field.name]
    for part in parts[:-1]:
        inner = record.setdefault(part, {})
        assert isinstance(inner, dict)
        record = inner
    record[parts[-1]] = value


def value_in(record: Record, name: str) -> object:
    """Return the value of a field, by 字段名, that a record has; None where it has none.

    >>> value_in({"资金": {"总额": {"年初": "1.00"}}}, "资金.总额.年初"), value_in({"甲": 1}, "乙")
    ('1.00', None)
    """
    if name in record:
        return record[name]
    first, _, rest = name.partition(".")
    inner = record.get(first)
    return value_in(inner, rest) if rest and isinstance(inner, dict) else None


def has_roster_code(form: Form) -> bool:
    """Whether a project's code can only come from the roster."""
    return CODE_ROLE not in form.roles and CODE_ROLE not in form.by_name


def row_record(row: Row, table: IndicatorTable) -> Record:
    """Return one row of a table as a record: its columns, and what of its targets no column says (see `row_columns`)."""
    record: Record = {name: plain(row[name].value) for name in table.names}
    for target in table.targets:
        if target != USUAL_TARGET:
            record |= {part_name(target.name, part): record[column] for part, column in target.parts.items()}
        record |= {target.name: row_target(row, target) or None} if target.name not in table.names else {}
    for name in table.whole_targets:
        text = record[name]
        said = whole_parts(text if isinstance(text, str) else None, table.symbols)
        record |= zip((part_name(name, part) for part in PARTS), (said.symbol, said.number, said.unit), strict=True)
    return record


def row_columns(table: IndicatorTable) -> list[str]:
    """Return the names in a row's record: its columns; of each target the parts where they are not called so, and the whole."""
    targets = [
        name
        for target in table.targets
        for name in (*(() if target == USUAL_TARGET else (part_name(target.name, part) for part in PARTS)), target.name)
    ]
    whole = (part_name(name, part) for name in table.whole_targets for part in PARTS)
    return list(dict.fromkeys((*table.names, *targets, *whole)))


def _source(entry: Entry) -> Record:
    return {"cell": entry.cell, "text": entry.text, "state": entry.state}
