"""Records as flat tables in a file: .json, .csv or .xlsx, for pandas and others.

A .csv has a row per indicator with its project's fields before it (a project without indicators keeps one row); an .xlsx has
the sheets 项目 and 指标. Columns follow the form, so they are the same every time.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.forms.model import AMOUNT, DECIMAL, ROWS, TARGET, YEAR, Form
from toolkit.outputs.properties import EXPORT, stamp
from toolkit.outputs.records import Record

if TYPE_CHECKING:
    import pandas

FORMATS = (".json", ".csv", ".xlsx")

_HEAD = ("file", "sheet", "表样", YEAR)
_HEADINGS = {"file": "文件", "sheet": "工作表"}


def json_text(records: Sequence[Record]) -> str:
    """Return the records as JSON, Chinese readable."""
    return json.dumps(records, ensure_ascii=False, indent=1)


def export_bytes(records: Sequence[Record], form: Form | None, suffix: str) -> bytes:
    """Return the records as a file of the kind `suffix` names (one of FORMATS)."""
    if suffix == ".json":
        return (json_text(records) + "\n").encode("utf-8")
    import pandas

    projects, rows = _columns(form)
    project_frame = pandas.DataFrame(_project_rows(records, projects), columns=[_HEADINGS.get(c, c) for c in projects])
    if suffix == ".csv":
        frame = pandas.DataFrame(_joined_rows(records, projects, rows), columns=[*project_frame.columns, *rows])

        # Excel and WPS take a CSV for GBK unless it starts with a byte order mark.
        return frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
    row_frame = pandas.DataFrame(_row_rows(records, rows), columns=["文件", "工作表", "实施单位", "项目名称", *rows])
    money = {f.name for f in form.fields if f.type in (AMOUNT, DECIMAL)} if form else set()
    return _workbook(money, project_frame, row_frame)


def _columns(form: Form | None) -> tuple[list[str], list[str]]:
    if form is None:
        return list(_HEAD), []
    projects = [*_HEAD, *(f.name for f in form.fields if f.name != YEAR)]
    rows = [*form.table.names, *([TARGET] if form.table.has_target else [])] if form.table else []
    return projects, rows


def _project_rows(records: Sequence[Record], columns: list[str]) -> list[list[object]]:
    return [[record.get(column) for column in columns] for record in records]


def _indicators(record: Record) -> list[Record]:
    rows = record.get(ROWS)
    return rows if isinstance(rows, list) else []


def _joined_rows(records: Sequence[Record], projects: list[str], rows: list[str]) -> list[list[object]]:
    joined = []
    for record in records:
        head = [record.get(column) for column in projects]
        for row in _indicators(record) or [{}]:
            joined.append([_text(value) for value in (*head, *(row.get(column) for column in rows))])
    return joined


def _text(value: object) -> object:
    """A text that a spreadsheet program would take for a formula gets an apostrophe: a CSV has no other way to say so."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + value
    return value


def _row_rows(records: Sequence[Record], rows: list[str]) -> list[list[object]]:
    return [
        [record["file"], record["sheet"], record.get("实施单位"), record.get("项目名称"), *(row.get(c) for c in rows)]
        for record in records
        for row in _indicators(record)
    ]


def _workbook(money: set[str], projects: pandas.DataFrame, rows: pandas.DataFrame) -> bytes:
    import pandas

    buffer = io.BytesIO()
    options = {"options": {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}}
    with pandas.ExcelWriter(buffer, engine="xlsxwriter", engine_kwargs=options) as writer:
        stamp(writer.book, EXPORT)
        number = writer.book.add_format({"num_format": "#,##0.00"})
        for name, frame in (("项目", projects), ("指标", rows)):
            for column in money & set(frame.columns):
                frame[column] = pandas.to_numeric(frame[column])
            frame.to_excel(writer, sheet_name=name, index=False)
            sheet = writer.sheets[name]
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(len(frame), 1), max(len(frame.columns) - 1, 0))
            for index, column in enumerate(frame.columns):
                sheet.set_column(index, index, 16 if column in money else 20, number if column in money else None)
    return buffer.getvalue()
