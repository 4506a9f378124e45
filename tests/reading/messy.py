"""Workbooks in a mess: a filled return, what units do to it, and what reading and checking make of it then."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.shipped import HEAD, ROWS, declaration, shipped_form
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.records import declaration_record
from toolkit.reading.model import Declaration, Repair, Value
from toolkit.reading.sheet import read_sheets
from toolkit.sources.grid import Grid
from toolkit.sources.xlsx import read_xlsx
from toolkit.values.words import REPAIR

FILE = "青溪区第一小学.xlsx"
SHEET = "项目1"

Change = Callable[[Worksheet], object]


@dataclass(frozen=True)
class Outcome:
    """What came of a returned file: its declarations, and all findings but repairs."""

    declarations: list[Declaration]
    findings: list[Finding]

    @property
    def records(self) -> list[dict[str, object]]:
        return [record(each) for each in self.declarations]

    @property
    def repairs(self) -> list[Repair]:
        return [repair for each in self.declarations for repair in each.repairs]

    @property
    def log(self) -> list[tuple[str, str | None, str, str]]:
        """The repairs as (rule, cell, before, after)."""
        return [(r.rule, r.cell, r.before, r.after) for r in self.repairs]

    @property
    def told(self) -> list[tuple[str, str, str | None]]:
        """The findings as (rule, severity, cell)."""
        return [(f.rule, f.severity, f.cell) for f in self.findings]


def record(found: Declaration) -> dict[str, object]:
    """A declaration's record without the name of its sheet, which a unit may change."""
    return {**declaration_record(found, shipped_form()), "sheet": None}


def clean_record(changes: Mapping[str, Value] | None = None, rows: Sequence[Sequence[str | None]] = ROWS) -> dict[str, object]:
    return record(declaration(changes, rows, FILE))


@lru_cache(maxsize=1)
def filled() -> bytes:
    """A filled return as the toolkit makes it, with its live self-check."""
    return fill_workbook(shipped_form(), [declaration()])


@lru_cache(maxsize=1)
def plain() -> bytes:
    """The same return with nothing but the form in it: small, and quickly opened."""
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    sheet = book[SHEET]
    width = max(column for area in sheet.merged_cells.ranges for column in (area.max_col,))
    sheet.delete_cols(width + 1, sheet.max_column)
    for name in list(book.defined_names):
        del book.defined_names[name]
    sheet.defined_names.clear()
    sheet.conditional_formatting = type(sheet.conditional_formatting)()
    sheet.data_validations.dataValidation = []
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def edited(*changes: Change, data: bytes | None = None) -> bytes:
    """The plain return after a unit has made `changes` to its sheet (openpyxl)."""
    book = openpyxl.load_workbook(io.BytesIO(data or plain()))
    for change in changes:
        change(book[SHEET])
    return saved(book)


def raw_edited(*changes: tuple[str, str], part: str = "xl/worksheets/sheet1.xml", data: bytes | None = None) -> bytes:
    """The plain return with one part changed as text: each regular expression must fit exactly once."""
    source = data or plain()
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                text = content.decode("utf-8")
                for pattern, replacement in changes:
                    text, count = re.subn(pattern, replacement, text)
                    assert count == 1, (pattern, count)
                content = text.encode("utf-8")
            new.writestr(name, content)
    return buffer.getvalue()


def written(
    cells: Mapping[str, object] | None = None,
    *,
    number_format: Mapping[str, str] | None = None,
    text_box: str | None = None,
) -> bytes:
    """The same return typed anew by XlsxWriter (shared strings, cached values); `cells` differ from the clean ones.

    A text that begins with `=` is a formula; a pair is a formula and its saved result.
    """
    form = shipped_form()
    content: dict[str, object] = {label.cell: label.text for label in form.labels}
    content.update({field.cell: HEAD[field.name] for field in form.fields if HEAD.get(field.name) is not None})
    assert form.table is not None
    for number, row in enumerate(ROWS, form.table.first_row):
        for column, value in zip(form.table.columns, row, strict=True):
            number_cell = column.name == "数值" and value is not None
            content[f"{chr(64 + column.index)}{number}"] = float(value) if number_cell and value else value
    content.update(cells or {})
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        formats = {cell: book.add_format({"num_format": code}) for cell, code in (number_format or {}).items()}
        sheet = book.add_worksheet(SHEET)
        if text_box:
            sheet.insert_textbox("I3", text_box)
        for cell, each in content.items():
            look = formats.get(cell)
            if each is None:
                continue
            if isinstance(each, tuple):
                sheet.write_formula(cell, each[0], look, each[1])
            elif isinstance(each, date):
                sheet.write_datetime(cell, each, look or day)
            elif isinstance(each, str) and each.startswith("="):
                sheet.write_formula(cell, each, look, "") if len(each) > 1 else sheet.write_string(cell, each, look)
            elif isinstance(each, str):
                sheet.write_string(cell, each, look)
            else:
                sheet.write_number(cell, float(each), look)  # type: ignore[arg-type]
    return buffer.getvalue()


def grids(data: bytes, file: str = FILE) -> tuple[Grid, ...]:
    return read_xlsx(data, file)[0]


def read(data: bytes, file: str = FILE) -> list[Declaration]:
    """Read a returned file."""
    return [found for grid in grids(data, file) for found in read_sheets(grid, shipped_form(), file)]


def outcome(data: bytes, file: str = FILE) -> Outcome:
    """Read and check a returned file."""
    declarations = read(data, file)
    findings = [finding for finding in check_declarations(declarations, shipped_form()) if finding.family != REPAIR]
    return Outcome(declarations, findings)


def insert_rows(sheet: Worksheet, row: int, count: int = 1) -> None:
    """Insert rows as Excel does: merges move and grow with them (openpyxl leaves them behind)."""
    _moving_merges(sheet, lambda: sheet.insert_rows(row, count), row=row, count=count)


def delete_rows(sheet: Worksheet, row: int) -> None:
    _moving_merges(sheet, lambda: sheet.delete_rows(row), row=row, count=-1)


def insert_columns(sheet: Worksheet, column: int, count: int = 1) -> None:
    _moving_merges(sheet, lambda: sheet.insert_cols(column, count), column=column, count=count)


def _moving_merges(sheet: Worksheet, move: Callable[[], object], *, row: int = 0, column: int = 0, count: int) -> None:
    areas = [area.bounds for area in sheet.merged_cells.ranges]
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))
    move()

    def shifted(line: int, at: int, *, last: bool) -> int:
        if not at or line < at:
            return line
        return max(at - 1, line + count) if last or line > at or count > 0 else at

    for left, top, right, bottom in areas:
        place = (
            shifted(top, row, last=False),
            shifted(left, column, last=False),
            shifted(bottom, row, last=True),
            shifted(right, column, last=True),
        )
        if place[0] <= place[2] and place[1] <= place[3] and place[:2] != place[2:]:
            sheet.merge_cells(start_row=place[0], start_column=place[1], end_row=place[2], end_column=place[3])
