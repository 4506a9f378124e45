"""The file a form is printed in → a worksheet to work on: the workbook's own sheet, or one drawn from a document's tables.

Comes in: a path of a stranger's file, opened and checked by `sources` first. Goes out: the sheet in an openpyxl workbook.
"""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.proposing.drawn import drawn
from toolkit.proposing.lines import part_lines
from toolkit.proposing.printed import extent
from toolkit.proposing.words import INSTRUCTIONS, is_short
from toolkit.sources.grid import OWN_SHEETS, Grid
from toolkit.sources.open import load, open_content
from toolkit.values.text import squeeze

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_LEAST_TEXTS = 3


def open_printed(path: Path, wanted: str | None) -> Worksheet:
    """Return the sheet the form is printed on, `wanted` or the fullest one, in a workbook of its own.

    Raises SourceError for a file that cannot be read, UsageError where there is no such sheet or no form.
    """
    data = load(path, path.name)
    opened = open_content(data, path.name, (), lambda: None)
    grid = _chosen(opened.grids, path, wanted)
    sheet = _own_sheet(data, grid) or drawn(grid)
    _trim(sheet)
    _blank_placeholders(sheet)
    part_lines(sheet)
    return sheet


def _chosen(grids: tuple[Grid, ...], path: Path, wanted: str | None) -> Grid:
    names = [grid.name for grid in grids if grid.name]
    if wanted is not None:
        found = next((grid for grid in grids if grid.name == wanted), None)
        if found is None:
            raise UsageError(f"{path.name} 里没有工作表“{wanted}”。有：{'、'.join(names) or '（没有工作表）'}。")
        return found
    usable = [grid for grid in grids if not grid.hidden and grid.name not in OWN_SHEETS and not INSTRUCTIONS.fullmatch(grid.name or "")]
    best = max(usable, key=_texts, default=None)
    if best is None or _texts(best) < _LEAST_TEXTS:
        raise UsageError(f"{path.name} 里没有像表样的内容（至少要有几个印着的标签）。请确认文件，或用 --sheet 指定工作表。")
    return best


def _texts(grid: Grid) -> int:
    """How many different short texts there are: a form has many, a list of words or a page of prose has few a column."""
    return len({squeeze(value) for value in grid.cells.values() if isinstance(value, str) and is_short(value)}) if grid.cells else 0


def _own_sheet(data: bytes, grid: Grid) -> Worksheet | None:
    """The sheet as it is in a workbook that openpyxl reads; None for any other file."""
    if grid.name is None or not data.startswith(b"PK"):
        return None
    from openpyxl import load_workbook

    from toolkit.forms.drawing import UNREAD

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book: Workbook = load_workbook(BytesIO(data))
    except UNREAD:
        return None
    return book[grid.name] if grid.name in book.sheetnames else None


def _trim(sheet: Worksheet) -> None:
    """Take away what stands outside the form: cells that are only formatted, checks in hidden columns."""
    rows, columns = extent(sheet)
    for place in [place for place in sheet._cells if place[0] > rows or place[1] > columns]:
        del sheet._cells[place]
    for row in [row for row in sheet.row_dimensions if row > rows]:
        del sheet.row_dimensions[row]


def _blank_placeholders(sheet: Worksheet) -> None:
    """Blank the placeholders of a Word template of ours: it is printed like any form."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "{{" in cell.value:
                cell.value = _PLACEHOLDER.sub("", cell.value) or None
