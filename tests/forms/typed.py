"""What the tests of shipped forms share: their example with other values typed in, and another office's drawing as three programs write it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from tests.command import Run
from tests.drawings.model import Drawing
from tests.drawings.writers import html_table, xlsx_merged, xlsx_plain
from toolkit.forms import Form
from toolkit.spreadsheet.a1 import cell_name, parse_cell
from toolkit.values.text import squeeze

# 字段名, row of its table (0 for a single field), value.
Change = tuple[str, int, object]


def place(form: Form, name: str, number: int) -> str:
    """Return the cell of a field, or of a column in the row `number` of its table, from 1."""
    row, column = parse_cell(form.by_name[name].cell)
    return cell_name(row + max(number - 1, 0), column)


def typed(form: Form, example: Path, changes: Sequence[Change], path: Path) -> Path:
    """Save the example with other values; openpyxl saves no results, so that what is computed is worked out when it is read."""
    path.parent.mkdir(exist_ok=True, parents=True)
    book = openpyxl.load_workbook(example)
    for name, number, value in changes:
        book["项目1"][place(form, name, number)] = value
    book.save(path)
    return path


def as_three_write_it(drawing: Drawing, run: Run, folder: Path, goal: str) -> list[dict[str, Any]]:
    """The record of a drawing from a merged, a plain and an HTML sheet, but for the file; the long text `goal` without white space."""
    told = []
    for name, write in (("并.xlsx", xlsx_merged), ("散.xlsx", xlsx_plain), ("网页.xls", html_table)):
        made = write(drawing)
        path = folder / name
        path.write_bytes(made if isinstance(made, bytes) else str(made).encode())
        (record,) = run("export", path, "--json").json
        told.append({**record, "file": None, "sheet": None, goal: squeeze(record[goal])})
    return told
