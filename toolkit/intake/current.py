"""Which returns are not on the current template, and why: an old version, another drawing, another kind of file, lost names.

Comes in: a file as read, and the forms. Goes out: reasons in Chinese, and for each value where it stood and where the template has it.
Called by `check` (the report names such returns) and `imports` (which moves them).
"""

from __future__ import annotations

from pathlib import PurePath

from toolkit.forms import Form
from toolkit.intake.model import FileResult
from toolkit.reading.model import BLANK, MISSING, OLD_VERSION, Declaration
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import column_letters

_WORKBOOKS = (".xlsx", ".xlsm", ".xltx", ".xltm")


def bound_names(form: Form) -> frozenset[str]:
    """Return the names by which the form's drawing binds its cells and columns; the cells of a grid have that of the grid."""
    return frozenset(field.grid or name for name, field in form.by_name.items() if field.cell or name in form.table_of)


def is_nameless(grid: Grid, declaration: Declaration, form: Form) -> bool:
    """Whether the declaration stands on a sheet of a workbook without the names that the form binds its cells by."""
    return grid.names is not None and grid.name == declaration.sheet and not bound_names(form) <= grid.names


def out_of_date(file: FileResult) -> tuple[str, ...]:
    """Return why what a file holds had better be moved into the current template; () where it is on it, or holds nothing.

    Every such file was read all the same; where its names are gone its self-check, or what Excel makes of it, cannot be relied on.
    """
    if not file.declarations:
        return ()
    suffix = PurePath(file.file).suffix.lower()
    if suffix not in _WORKBOOKS or any(declaration.sheet is None for declaration in file.declarations):
        return (f"不是 .xlsx 工作簿（{suffix or '没有扩展名'}）",)
    findings = [(finding.rule, finding.value) for finding in file.findings]
    doubts = [(doubt.rule, doubt.value) for declaration in file.declarations for doubt in declaration.doubts]
    versions = dict.fromkeys(value for rule, value in (*findings, *doubts) if rule == OLD_VERSION and value)
    if versions:
        return (f"旧版表样（{'、'.join(versions)} 版）",)
    if file.redrawn:
        return ("版面与现行表样不同",)
    return ("表样的名称已丢失或损坏（多半是用别的软件另存过）",) if file.nameless else ()


def is_drawn_so(declaration: Declaration, form: Form) -> bool:
    """Whether every value stands in the cell, every row's in the columns, where the form has them."""
    entries = declaration.entries
    if any(entries[field.name].cell not in (None, field.cell) for field in form.fields if field.cell and field.name in entries):
        return False
    if any(entries[field.name].state == MISSING for field in form.fields if field.cell and field.name in entries):
        return False
    columns = {column.name: column_letters(column.index) for table in form.tables for column in table.columns}
    rows = [row for table in form.tables for row in declaration.rows_of(table)]
    cells = [(name, each.cell) for row in rows for name, each in row.entries.items() if each.state != BLANK and each.cell]
    return all(cell.rstrip("0123456789") == columns.get(name) for name, cell in cells)
