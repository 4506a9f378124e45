"""Records as one .parquet file: a row per project, the indicator rows a list within it; amounts exact, dates as dates.

Comes in: the records of one form. Goes out: the file's bytes. The columns are those of the JSON export in its order, with
types that follow from 字段 alone, so that files of several runs can be read as one. pyarrow is needed, and not installed by
default.
"""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, Form
from toolkit.forms.tables import ROWS
from toolkit.outputs.records import Record, value_in
from toolkit.spreadsheet.properties import EXPORT, KIND
from toolkit.values.amounts import round_half_up
from toolkit.values.words import YEAR_ROLE

if TYPE_CHECKING:
    import pyarrow

SUFFIX = ".parquet"

# Digits behind the point of an amount, and of any other decimal number; all digits there can be.
_PLACES, _MOST_DIGITS = {AMOUNT: 2, DECIMAL: 10}, 38

_MISSING = "{output}：导出 .parquet 需要 pyarrow。请先运行 pip install pyarrow，或导出为 .xlsx、.csv、.json。"
_TOO_LARGE = "{name} {value} 位数太多，.parquet 存不下。请先改正这个数，或导出为 .json。"


def check_pyarrow(output: object) -> None:
    """Raise UsageError where pyarrow is not installed, before the long work starts."""
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(_MISSING.format(output=output))


def exact(value: object, kind: str | None) -> object:
    """Return a record's value as what it is: amounts Decimal, dates date, all else as the record has it.

    >>> exact("960000.00", AMOUNT), exact("2024-01-31", DATE), exact("甲", None), exact(None, DATE)
    (Decimal('960000.00'), datetime.date(2024, 1, 31), '甲', None)
    """
    if not isinstance(value, str):
        return value
    if kind in _PLACES:
        return Decimal(value)
    return date.fromisoformat(value) if kind == DATE else value


def parquet_bytes(records: Sequence[Record], columns: tuple[Sequence[str], Sequence[str]], form: Form | None) -> bytes:
    """Return the records as a file; `columns` are those of a project and those of an indicator row.

    Raises UsageError for a number of more digits than the format has.
    """
    import pyarrow
    from pyarrow.parquet import write_table

    projects, rows = columns
    kinds = {YEAR_ROLE: INTEGER} | ({name: field.type for name, field in form.by_name.items()} if form else {})
    fields = [pyarrow.field(name, _type(kinds.get(name))) for name in projects]
    lists = {form.table.name if form and form.table else ROWS: rows} if rows else {}
    lists |= {table.name: list(table.names) for table in form.more_tables} if form else {}
    for table, own in lists.items():
        fields.append(pyarrow.field(table, pyarrow.list_(pyarrow.struct([pyarrow.field(n, _type(kinds.get(n))) for n in own]))))
    values = []
    for record in records:
        one: Record = {name: _stored(name, value_in(record, name), kinds.get(name)) for name in projects}
        for table, own in lists.items():
            found = record.get(table)
            if isinstance(found, list):
                one[table] = [{name: _stored(name, row.get(name), kinds.get(name)) for name in own} for row in found]
        values.append(one)
    table = pyarrow.Table.from_pylist(values, schema=pyarrow.schema(fields, metadata={KIND: EXPORT}))
    buffer = io.BytesIO()
    write_table(table, buffer)
    return buffer.getvalue()


def _type(kind: str | None) -> pyarrow.DataType:
    import pyarrow

    if kind in _PLACES:
        return pyarrow.decimal128(_MOST_DIGITS, _PLACES[kind])
    return {DATE: pyarrow.date32(), INTEGER: pyarrow.int64()}.get(kind or "", pyarrow.string())


def _stored(name: str, value: object, kind: str | None) -> object:
    found = exact(value, kind)
    if isinstance(found, Decimal):
        found = round_half_up(found, _PLACES[kind or AMOUNT])
        if found.adjusted() >= _MOST_DIGITS - _PLACES[kind or AMOUNT]:
            raise UsageError(_TOO_LARGE.format(name=name, value=value))

    # A file's name need not be Unicode on Linux: what is not is escaped, as on the screen.
    return found.encode("utf-8", "backslashreplace").decode() if isinstance(found, str) else found
