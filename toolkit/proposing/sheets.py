"""The file a form is printed in → a worksheet to work on: the workbook's own sheet, or one drawn from a document's tables.

Comes in: a path of a stranger's file, opened and checked by `sources` first. Goes out: an openpyxl workbook with its sheet. A line that
holds several labels in one cell (填报单位：　　单位：万元) is parted, so that what is filled in gets a cell of its own.
"""

from __future__ import annotations

import re
import warnings
from copy import copy
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.proposing.words import is_short, is_year_line
from toolkit.reading.money import unit_in
from toolkit.sources.grid import OWN_SHEETS, CellValue, Grid, is_blank_value
from toolkit.sources.open import load, open_content
from toolkit.spreadsheet.a1 import cell_name, range_name
from toolkit.values.text import clean_text, squeeze

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

SHEET = "申报表"
_HELP = re.compile("(?:填报|填表|填写|编制)?说明|(?:填报|填表)须知")

# Several labels in one line, each with its colon; what follows a colon up to the next is the value.
_NO_LABEL = re.compile("其中|注|备注|说明|例|其他")
_PAIR = re.compile(r"([^\s:：　]{2,12})[:：]([^:：]*?)(?=\s+[^\s:：]{2,12}[:：]|$)")
_FIGURE = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d+)?")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_LEAST_TEXTS = 3
_WIDTH = 100.0

Area = tuple[int, int, int, int]


def open_printed(path: Path, wanted: str | None) -> Worksheet:
    """Return the sheet the form is printed on, `wanted` or the fullest one, in a workbook of its own.

    Raises SourceError for a file that cannot be read, UsageError where there is no such sheet or no form.
    """
    data = load(path, path.name)
    opened = open_content(data, path.name, (), lambda: None)
    grid = _chosen(opened.grids, path, wanted)
    sheet = _own_sheet(data, grid) or _drawn(grid)
    _blank_placeholders(sheet)
    _part_lines(sheet)
    return sheet


def _chosen(grids: tuple[Grid, ...], path: Path, wanted: str | None) -> Grid:
    names = [grid.name for grid in grids if grid.name]
    if wanted is not None:
        found = next((grid for grid in grids if grid.name == wanted), None)
        if found is None:
            raise UsageError(f"{path.name} 里没有工作表“{wanted}”。有：{'、'.join(names) or '（没有工作表）'}。")
        return found
    usable = [grid for grid in grids if not grid.hidden and grid.name not in OWN_SHEETS and not _HELP.fullmatch(grid.name or "")]
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


def _drawn(grid: Grid) -> Worksheet:
    """A sheet drawn as the document prints it: its tables with borders and one width, its lines above and below them."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = SHEET
    tables = grid.tables or _whole(grid)
    wide = max((area[3] for area in tables), default=1)
    merges = set(grid.merges)
    for area in tables:
        merges = _stretched(area, merges, wide)
    for (row, column), value in sorted(grid.cells.items()):
        cell = sheet.cell(row, column)
        cell.value = _written(value)
        cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center" if isinstance(value, str) else None)
    for area in sorted(merges):
        sheet.merge_cells(range_name(area))
    thin = Side(style="thin")
    for top, _, bottom, _ in tables:
        for row in sheet.iter_rows(top, bottom, 1, wide):
            for cell in row:
                cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    _set_lines(sheet, grid, wide, Font(bold=True, size=16))
    for column in range(1, wide + 1):
        sheet.column_dimensions[cell_name(1, column).rstrip("1")].width = max(10.0, _WIDTH / wide)
    return sheet


def _written(value: CellValue) -> str | float | date | None:
    """What goes into the cell: a text of digits as the number it is; nothing for an error or a formula never calculated."""
    if isinstance(value, str):
        return float(value) if _FIGURE.fullmatch(value) else value
    return value if isinstance(value, int | float | date) else None


def _whole(grid: Grid) -> tuple[Area, ...]:
    """For a file that does not tell its tables: all rows from the first that holds two cells."""
    rows = [row for row, _ in grid.cells]
    several = [row for row in set(rows) if rows.count(row) > 1]
    if not several:
        return ()
    columns = max([column for _, column in grid.cells] + [merge[3] for merge in grid.merges])
    return ((min(several), 1, max([*rows, *(merge[2] for merge in grid.merges)]), columns),)


def _stretched(table: Area, merges: set[Area], wide: int) -> set[Area]:
    """Return the merges with the last cells of a table's rows as wide as the widest table."""
    top, _, bottom, right = table
    if right == wide:
        return merges
    last = {row: merge for merge in merges if merge[3] == right for row in range(merge[0], merge[2] + 1) if top <= row <= bottom}
    longer = {(row, right, row, wide) for row in range(top, bottom + 1) if row not in last}
    longer |= {(merge[0], merge[1], merge[2], wide) for merge in last.values()}
    return (merges - set(last.values())) | longer


def _set_lines(sheet: Worksheet, grid: Grid, wide: int, heading: object) -> None:
    """The lines outside the tables: one text over the whole width, several spread over it; the first large one is the title."""
    inside = {row for top, _, bottom, _ in grid.tables for row in range(top, bottom + 1)}
    first = True
    for row in sorted({row for row, _ in grid.cells} - inside if grid.tables else ()):
        texts = [(column, str(value)) for (r, column), value in sorted(grid.cells.items()) if r == row and not is_blank_value(value)]
        whole = "　　".join(text for _, text in texts)
        for column, _ in texts:
            sheet.cell(row, column).value = None
        sheet.cell(row, 1).value = whole
        if wide > 1:
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=wide)
        if first and len(texts) == 1 and is_short(whole) and not is_year_line(whole):
            sheet.cell(row, 1).font = heading
            first = False


def _blank_placeholders(sheet: Worksheet) -> None:
    """Blank the placeholders of a Word template of ours: it is printed like any form."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "{{" in cell.value:
                cell.value = _PLACEHOLDER.sub("", cell.value) or None


def _part_lines(sheet: Worksheet) -> None:
    """Part each cell that holds labels with colons and no cell beside them into label cells and cells to fill."""
    merges = {(m.min_row, m.min_col): m for m in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            merge = merges.get((cell.row, cell.column))
            if merge is None or merge.min_row != merge.max_row or not isinstance(cell.value, str):
                continue
            pairs = [(label, clean_text(value)) for label, value in _PAIR.findall(cell.value.strip())]
            wanted = [pair for pair in pairs if not _is_money(*pair)]
            if any(label.count("（") != label.count("）") or _NO_LABEL.fullmatch(label) for label, _ in pairs):
                continue
            if wanted and sum(len(label) + len(value) + 1 for label, value in pairs) >= len(squeeze(cell.value)) * 0.9:
                _part(sheet, cell.row, merge.min_col, merge.max_col, pairs)


def _is_money(label: str, value: str) -> bool:
    return unit_in(f"{label}：{value}", label=False) is not None or (not value and unit_in(label, label=False) is not None)


def _part(sheet: Worksheet, row: int, left: int, right: int, pairs: list[tuple[str, str]]) -> None:
    """Give each pair its label cell and its cell to fill, a unit of money one cell; nothing where there are too few columns."""
    money = [_is_money(*pair) for pair in pairs]
    spare = right - left + 1 - sum(1 if each else 2 for each in money)
    if spare < 0:
        return
    style = copy(sheet.cell(row, left)._style)
    sheet.unmerge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
    column, values = left, money.count(False)
    for (label, value), alone in zip(pairs, money, strict=True):
        sheet.cell(row, column).value = f"{label}：{value}" if alone else f"{label}："
        sheet.cell(row, column)._style = copy(style)
        column += 1
        if alone:
            continue
        last = column + (share := spare // values)
        spare, values = spare - share, values - 1
        sheet.cell(row, column).value = value or None
        sheet.cell(row, column)._style = copy(style)
        if last > column:
            sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=last)
        column = last + 1
