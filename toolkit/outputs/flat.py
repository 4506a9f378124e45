"""Records as flat tables in a file: .json, .csv, .xlsx or .parquet, for pandas and others.

A .csv has a row per indicator with its project's fields before it (a project without indicators keeps one row); an .xlsx has
the sheets 项目 and 指标 (and one for each further row table), for several forms a pair of each. Columns follow the form, so they are the same every time. In an
.xlsx amounts are numbers, dates are dates, all else is text; a .csv holds what the records hold.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from toolkit.forms.model import AMOUNT, DATE, DECIMAL, Form, IndicatorTable
from toolkit.forms.tables import ROWS
from toolkit.outputs.parquet import SUFFIX as PARQUET
from toolkit.outputs.parquet import parquet_bytes
from toolkit.outputs.records import Record, has_roster_code, row_columns, value_in
from toolkit.outputs.sheets import DAY, MONEY, fitting, stamp
from toolkit.spreadsheet.properties import EXPORT
from toolkit.values.words import CODE_ROLE, PROJECT_ROLE, UNIT_ROLE, YEAR_ROLE

if TYPE_CHECKING:
    import pandas

FORMATS = (".json", ".csv", ".xlsx", PARQUET)
PROJECTS, INDICATORS = "项目", "指标"

# So many projects of a .csv are made into lines together.
_AT_ONCE = 100

# A file's name need not be Unicode on Linux: what is not is escaped, as on the screen.
_ODD_NAMES = "backslashreplace"

_FORM = "表样"
_HEAD = ("file", "sheet", _FORM, YEAR_ROLE)
_HEADINGS = {"file": "文件", "sheet": "工作表"}

# What a spreadsheet program may run when it opens a .csv, unless it is a sign alone or a number with its unit.
_LIKE_FORMULA = re.compile(r"(?s)[=+\-@\t\r](?!\Z|[0-9][0-9.,]*(?:%|\([^()]*\))?\Z).*")

# Excel takes a sheet's name of so many characters, without these, and no two that differ only in case.
_SHEET_NAME, _NOT_IN_NAMES = 31, str.maketrans("[]:*?/\\'", "（）：＊？／＼’")


def json_parts(records: Iterable[Record]) -> Iterator[str]:
    """Yield the records as JSON, Chinese readable, one at a time.

    >>> "".join(json_parts([{"甲": 1}, {"乙": None}])) == json.dumps([{"甲": 1}, {"乙": None}], ensure_ascii=False, indent=1)
    True
    >>> "".join(json_parts([]))
    '[]'
    """
    before = "[\n "
    for record in records:
        yield before + json.dumps(record, ensure_ascii=False, indent=1).replace("\n", "\n ")
        before = ",\n "
    yield "[]" if before.startswith("[") else "\n]"


def export_parts(records: Sequence[Record], forms: Sequence[Form], suffix: str) -> Iterator[bytes]:
    """Yield a file of the kind `suffix` names (one of FORMATS) piece by piece: .json and .csv never stand in memory whole.

    `forms` are those the records are on, or the one that gives the columns where there are none. A .csv or .parquet takes one at most.
    """
    if suffix == ".json":
        yield from (part.encode("utf-8", _ODD_NAMES) for part in json_parts(records))
        yield b"\n"
    elif suffix == ".csv":
        (form,) = forms or (None,)
        columns = columns_of(form, records)

        # Excel and WPS take a CSV for GBK unless it starts with a byte order mark.
        yield codecs.BOM_UTF8
        for first in range(0, max(1, len(records)), _AT_ONCE):
            frame = _joined(records[first : first + _AT_ONCE], form, columns)
            text: str = frame.to_csv(index=False, lineterminator="\r\n", header=first == 0)
            yield text.encode("utf-8", _ODD_NAMES)
    elif suffix == PARQUET:
        (form,) = forms or (None,)
        yield parquet_bytes(records, columns_of(form), form)
    else:
        yield _workbook(records, forms)


def columns_of(form: Form | None, records: Sequence[Record] = ()) -> tuple[list[str], list[str]]:
    """Return the fields of a project and those of an indicator, by the names they have in a record; with codes that only the roster has."""
    if form is None:
        return list(_HEAD), []
    coded = has_roster_code(form) and any(CODE_ROLE in record for record in records)
    projects = [*_HEAD, *([CODE_ROLE] if coded else []), *(f.name for f in form.fields if f.name not in _HEAD)]
    return projects, row_columns(form.table) if form.table else []


def _frame(values: Sequence[Sequence[object]], columns: Sequence[str]) -> pandas.DataFrame:
    """A table of things as they are: a year beside a blank stays an integer."""
    import pandas

    return pandas.DataFrame(values, columns=[_HEADINGS.get(c, c) for c in columns], dtype=object)


def rows_in(record: Record, table: IndicatorTable | None) -> list[Record]:
    """Return the rows of a table that a record has."""
    rows = record.get(table.name if table else ROWS)
    return rows if isinstance(rows, list) else []


def _joined(records: Sequence[Record], form: Form | None, columns: tuple[list[str], list[str]]) -> pandas.DataFrame:
    projects, rows = columns
    values = [
        [_harmless(value) for value in (*(value_in(record, c) for c in projects), *(row.get(c) for c in rows))]
        for record in records
        for row in rows_in(record, form.table if form else None) or [{}]
    ]
    return _frame(values, [*projects, *rows])


def _harmless(value: object) -> object:
    """A text that a spreadsheet program would run as a formula gets an apostrophe: a .csv has no other way to say so.

    >>> [_harmless(text) for text in ("=1+1", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "=", "-1.50", "=100.00(%)", "甲")]
    ["'=1+1", "'@SUM(A1)", "'-2+3+cmd|' /C calc'!A0", '=', '-1.50', '=100.00(%)', '甲']
    """
    return f"'{value}" if isinstance(value, str) and _LIKE_FORMULA.fullmatch(value) else value


def _workbook(records: Sequence[Record], forms: Sequence[Form]) -> bytes:
    import pandas

    buffer = io.BytesIO()
    options = {"options": {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}}
    with pandas.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs=options, date_format=DAY) as writer:
        stamp(writer.book, EXPORT)
        formats = {
            AMOUNT: writer.book.add_format({"num_format": MONEY}),
            DECIMAL: writer.book.add_format({"num_format": "0.00####"}),
            DATE: writer.book.add_format({"num_format": DAY}),
        }
        for form in forms or (None,):
            types = {name: field.type for name, field in form.by_name.items()} if form else {}
            own = [record for record in records if form is None or record[_FORM] == form.name]
            projects, rows = columns_of(form, own)
            known = [form.roles[role] for role in (UNIT_ROLE, PROJECT_ROLE) if role in form.roles] if form else []
            tables = {
                PROJECTS: _frame([[_typed(value_in(r, c), types.get(c)) for c in projects] for r in own], projects),
                INDICATORS: _frame(_row_values(own, known, (form.table if form else None, rows), types), ["file", "sheet", *known, *rows]),
            }
            for table in form.more_tables if form else ():
                columns = row_columns(table)
                tables[table.name] = _frame(_row_values(own, known, (table, columns), types), ["file", "sheet", *known, *columns])
            for name, frame in tables.items():
                sheet_name = _sheet_name(f"{name}-{form.name}", writer.sheets) if form and len(forms) > 1 else name
                frame.to_excel(writer, sheet_name=sheet_name, index=False)
                _dress(writer.sheets[sheet_name], frame, types, formats)
    return buffer.getvalue()


def _row_values(
    records: Sequence[Record], known: Sequence[str], rows: tuple[IndicatorTable | None, Sequence[str]], types: Mapping[str, str]
) -> list[list[object]]:
    table, columns = rows
    return [
        [_typed(value_in(record, c), None) for c in ("file", "sheet", *known)] + [_typed(row.get(c), types.get(c)) for c in columns]
        for record in records
        for row in rows_in(record, table)
    ]


def _typed(value: object, kind: str | None) -> object:
    """A record's value as Excel has it: amounts as numbers, dates as dates, texts no longer than a cell."""
    if not isinstance(value, str):
        return value
    if kind in (AMOUNT, DECIMAL):
        return float(value)
    return date.fromisoformat(value) if kind == DATE else fitting(value)


def _sheet_name(text: str, taken: Mapping[str, Any]) -> str:
    """A name Excel takes for a sheet, none of those `taken`."""
    names = {name.casefold() for name in taken}
    text, number = text.translate(_NOT_IN_NAMES), 1
    while True:
        end = f"（{number}）" if number > 1 else ""
        name = text[: _SHEET_NAME - len(end)] + end
        if name.casefold() not in names:
            return name
        number += 1


def _dress(sheet: Any, frame: pandas.DataFrame, types: Mapping[str, str], formats: Mapping[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(frame), 1), max(len(frame.columns) - 1, 0))
    sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    for index, column in enumerate(frame.columns):
        kind = types.get(column, "")
        sheet.set_column(index, index, {AMOUNT: 18, DECIMAL: 12, DATE: 12}.get(kind, 20), formats.get(kind))
