"""The jobs for Python users, as pandas DataFrames: `toolkit.read`, `toolkit.check`, `toolkit.export`.

Comes in: files and folders as on the command line. Goes out: tables with one type for each column:

| 字段 | dtype |
|---|---|
| 金额, 小数 | `object` of `Decimal`, in 元 (with `exact=False` `float64`) |
| 日期 | `datetime64[s]` |
| 整数, 年度 | `Int64` |
| all else | `string` |

What is blank, missing or unreadable is NA (None among Decimals, NaT among dates), never 0 and never "". Nothing is written
but by `export` with an `output`. What a user can cure is raised as `toolkit.errors.JixiaoError`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking.model import Finding
from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, Form
from toolkit.forms.roster import load_roster
from toolkit.intake.batch import read_batch
from toolkit.intake.model import Batch
from toolkit.outputs.flat import columns_of, rows_in
from toolkit.outputs.parquet import exact as exact_value
from toolkit.outputs.records import Record, row_columns, value_in
from toolkit.values.words import PROJECT_ROLE, UNIT_ROLE, YEAR_ROLE
from toolkit.workflow.check import check_returns
from toolkit.workflow.export import Records, check_export_place, export_to
from toolkit.workflow.forms import load_forms
from toolkit.workflow.request import Request

if TYPE_CHECKING:
    import pandas

Place = str | PathLike[str]
Places = Place | Iterable[Place]

_FINDING = tuple(each.name for each in fields(Finding) if each.name not in ("row", "explanation"))
_FILE = ("file", "status", "unit")

# The column of `rows` that says which line of `declarations` a row belongs to.
_OWNER = "declaration"


@dataclass(frozen=True)
class Tables:
    """What was read and found.

    `declarations` has a line per project: file, sheet, 表样, 年度, then every single field of the form. `rows` has a line per
    indicator; its column `declaration` is the line of `declarations` (its index) it belongs to. `findings` has the columns
    of `jixiao check --json`, `files` those of its `files`.
    """

    declarations: pandas.DataFrame
    rows: pandas.DataFrame
    findings: pandas.DataFrame
    files: pandas.DataFrame


def read(
    paths: Places, form: Place | None = None, *, roster: Place | None = None, passwords: Sequence[str] = (), exact: bool = True
) -> Tables:
    """Return everything behind `paths` as tables, unchecked: its findings are those about files that could not be used.

    `form` is a form's name or template (recognised from the files where it is None), `roster` a 名单.xlsx with the units'
    names and passwords. With `exact=False` amounts are floats. With several forms columns are those of all.

    Raises UsageError when there is nothing to read, FormError and RosterError for a broken template or roster.
    """
    request = _request(paths, form, roster, passwords)
    batch = _read(request)
    return _tables(batch, request.forms, [finding for file in batch.files for finding in file.findings], exact)


def check(
    paths: Places, form: Place | None = None, *, roster: Place | None = None, passwords: Sequence[str] = (), exact: bool = True
) -> Tables:
    """Return the same tables with all findings of a check, and the files' status after it; of several equal returns of a unit
    one counts. Arguments and errors as for `read`.
    """
    request = _request(paths, form, roster, passwords)
    result = check_returns(request)
    return _tables(result.batch, request.forms, result.findings, exact)


def export(
    paths: Places,
    output: Place | None = None,
    form: Place | None = None,
    *,
    roster: Place | None = None,
    passwords: Sequence[str] = (),
    exact: bool = True,
    force: bool = False,
) -> pandas.DataFrame:
    """Return one flat table: a line per indicator with its project's fields before it, one line for a project without any.

    With `output` (.xlsx, .csv, .json, .parquet) the file is written too, as `jixiao export -o` does; one that exists is
    refused without `force`. Other arguments and errors as for `read`, and OutputError for a place that cannot be written.
    """
    request = _request(paths, form, roster, passwords, force)
    if output is not None:
        check_export_place(Path(output), request.outlet)
    batch = _read(request)
    if output is not None:
        export_to(Path(output), batch, Records(batch), request.outlet, request.forms)
    tables = _tables(batch, request.forms, (), exact)
    own = [name for name in tables.rows.columns if name not in tables.declarations.columns]
    joined = tables.declarations.merge(tables.rows[own], how="left", left_index=True, right_on=_OWNER)
    return joined.drop(columns=_OWNER).reset_index(drop=True)


def _request(paths: Places, form: Place | None, roster: Place | None, passwords: Sequence[str], force: bool = False) -> Request:
    given = (fspath(paths),) if isinstance(paths, (str, PathLike)) else tuple(fspath(path) for path in paths)
    forms = load_forms(None if form is None else fspath(form), tell=warnings.warn)
    return Request(given, forms, load_roster(Path(roster)) if roster else None, passwords, force=force)


def _read(request: Request) -> Batch:
    return read_batch(request.paths, request.forms, passwords=request.passwords, roster=request.roster)


def _tables(batch: Batch, forms: Sequence[Form], findings: Iterable[Finding], exact: bool) -> Tables:
    found = list(batch.forms.values()) or list(forms)[:1]
    heads = list(dict.fromkeys(name for form in found for name in columns_of(form)[0]))
    own = list(dict.fromkeys(name for form in found for table in form.tables for name in row_columns(table)))
    kinds = {YEAR_ROLE: INTEGER, **{name: field.type for form in found for name, field in form.by_name.items()}}
    records = Records(batch)
    of_roles = (form.roles[role] for role in (UNIT_ROLE, PROJECT_ROLE) for form in found if role in form.roles)
    known = list(dict.fromkeys(("file", "sheet", *of_roles)))
    rows: list[Record] = []
    for number, record in enumerate(records):
        shared: Record = {_OWNER: number, **{name: record.get(name) for name in known}}
        tables = batch.forms[str(record["表样"])].tables
        rows += ({**shared, **row} for table in tables for row in rows_in(record, table))
    files: list[Record] = [{name: getattr(file, name) for name in _FILE} for file in batch.files]
    said: list[Record] = [{**finding.record()} for finding in findings]
    return Tables(
        declarations=_frame(records, heads, kinds, exact),
        rows=_frame(rows, [_OWNER, *known, *own], {_OWNER: INTEGER, **kinds}, exact),
        findings=_frame(said, list(dict.fromkeys((*_FINDING, *(name for each in said for name in each)))), {}, exact),
        files=_frame(files, _FILE, {}, exact),
    )


def _frame(records: Sequence[Record], columns: Sequence[str], kinds: Mapping[str, str], exact: bool) -> pandas.DataFrame:
    import pandas

    def column(name: str) -> pandas.Series:
        kind = kinds.get(name)
        values = pandas.Series([exact_value(value_in(record, name), kind) for record in records], dtype=object)
        if kind in (AMOUNT, DECIMAL):
            return values if exact else values.astype("float64")
        if kind == DATE:
            return pandas.to_datetime(values).astype("datetime64[s]")
        return values.astype("Int64" if kind == INTEGER else "string")

    return pandas.DataFrame({name: column(name) for name in columns}, columns=list(columns))


__all__ = ["Tables", "check", "export", "read"]
