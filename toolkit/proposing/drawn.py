"""A document's tables → a worksheet drawn as they are printed: borders, merges, widths and heights; its lines above and below them.

Comes in: a `Grid` of a Word document, or of a workbook that openpyxl does not read. Goes out: a sheet of a new workbook.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from toolkit.forms.book import FORM_SHEET
from toolkit.proposing.words import is_short, is_year_line
from toolkit.sources.grid import CellValue, Grid, is_blank_value
from toolkit.spreadsheet.a1 import cell_name, range_name

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_FIGURE = re.compile(r"(?:0|[1-9]\d{0,14})(?:\.\d+)?")
_WIDTH = 100.0
Area = tuple[int, int, int, int]


def drawn(grid: Grid) -> Worksheet:
    """A sheet drawn as the document prints it: its tables with borders and one width, its lines above and below them."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Border, Font, Side

    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = FORM_SHEET
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
    _set_heights(sheet, wide)
    _set_lines(sheet, grid, wide, Font(bold=True, size=16))
    for column in range(1, wide + 1):
        sheet.column_dimensions[cell_name(1, column).rstrip("1")].width = max(10.0, _WIDTH / wide)
    return sheet


def _set_heights(sheet: Worksheet, wide: int) -> None:
    """Rows as high as their texts need in columns of one width; a text that goes over several rows needs no more."""
    spans = {(m.min_row, m.min_col): (m.max_row - m.min_row, m.max_col - m.min_col + 1) for m in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        lines = 1
        for cell in row:
            below, columns = spans.get((cell.row, cell.column), (0, 1))
            if cell.value is not None and not below:
                a_line = max(1, int(columns * max(10.0, _WIDTH / wide) / 2.2))
                lines = max(lines, sum(-(-len(part) // a_line) or 1 for part in str(cell.value).split("\n")))
        sheet.row_dimensions[row[0].row].height = 6.0 + 15.0 * min(lines, 20)


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
