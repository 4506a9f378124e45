"""Drawings → files: .xlsx by openpyxl (merged, or with spans left blank), by XlsxWriter, and HTML saved as .xls.

In: a drawing. Out: the bytes of a file. What LibreOffice and python-docx write is in `converted` and `word`; `WRITERS` in
`files` names them all.
"""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from html import escape

import openpyxl
import xlsxwriter
from openpyxl.cell import Cell as OpenpyxlCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tests.drawings.declarations import GOALS
from tests.drawings.measure import row_heights, shown
from tests.drawings.model import Cell, Drawing, Sheet

FONT, BARE = "宋体", ("title", "year", "note")

# How such systems keep Excel and LibreOffice from taking `=100` for a formula and a code for a number.
TEXT_CELL = """ style='mso-number-format:"\\@"' sdnum='1033;0;@'"""


def xlsx_merged(drawing: Drawing) -> bytes:
    """Return a workbook by openpyxl, spans merged."""
    return _openpyxl(drawing, merged=True)


def xlsx_plain(drawing: Drawing) -> bytes:
    """Return a workbook by openpyxl, the cells of a span left blank but its first."""
    return _openpyxl(drawing, merged=False)


def _openpyxl(drawing: Drawing, *, merged: bool) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet in drawing.sheets:
        _fill(book.create_sheet(sheet.name), sheet, merged=merged)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(target: Worksheet, sheet: Sheet, *, merged: bool) -> None:
    for column, width in enumerate(sheet.widths, 1):
        target.column_dimensions[get_column_letter(column)].width = width
    for row, height in row_heights(sheet).items():
        target.row_dimensions[row].height = height
    looks: dict[tuple[object, ...], StyleArray] = {}
    for cell in sheet.cells:
        at = target.cell(cell.row, cell.column)
        at.value = float(cell.value) if isinstance(cell.value, Decimal) else cell.value
        if isinstance(cell.value, str) and cell.value.startswith("="):
            at.data_type = "s"
        key = (cell.role, _bare(cell), cell.format, cell.vertical, cell.align)
        if key not in looks:
            _dress(at, cell)
            looks[key] = at._style
        last_row, last_column = cell.row + cell.rows - 1, cell.column + cell.columns - 1
        for row in range(cell.row, last_row + 1):
            for column in range(cell.column, last_column + 1):
                target.cell(row, column)._style = looks[key]
        if merged and (cell.rows, cell.columns) != (1, 1):
            target.merged_cells.add(CellRange(None, cell.column, cell.row, last_column, last_row))
    setup = target.page_setup
    setup.paperSize, setup.fitToWidth, setup.fitToHeight = 9, 1, 0
    target.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _bare(cell: Cell) -> bool:
    """Whether a cell has no borders: lines above and below the table; a blank cell is one of the table's."""
    return cell.role in BARE and cell.value is not None


def _dress(at: OpenpyxlCell, cell: Cell) -> None:
    thin = Side(style=None if _bare(cell) else "thin")
    at.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    at.number_format = cell.format or "General"
    at.alignment = Alignment(horizontal=cell.align, vertical="center", wrap_text=True, text_rotation=255 if cell.vertical else 0)
    at.font = Font(name=FONT, size=16 if cell.role == "title" else 10, bold=cell.role in ("title", "header"))


def xlsx_writer(drawing: Drawing) -> bytes:
    """Return a workbook by XlsxWriter: shared strings, spans merged."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_urls": False}) as book:
        for sheet in drawing.sheets:
            target = book.add_worksheet(sheet.name)
            for column, width in enumerate(sheet.widths):
                target.set_column(column, column, width)
            for row, height in row_heights(sheet).items():
                target.set_row(row - 1, height)
            target.fit_to_pages(1, 0)
            target.set_paper(9)
            for cell in sheet.cells:
                _write(book, target, cell)
    return buffer.getvalue()


def _write(book: xlsxwriter.Workbook, target: xlsxwriter.worksheet.Worksheet, cell: Cell) -> None:
    look = book.add_format(
        {
            "font_name": FONT,
            "font_size": 16 if cell.role == "title" else 10,
            "bold": cell.role in ("title", "header"),
            "align": cell.align,
            "valign": "vcenter",
            "text_wrap": True,
            "border": 0 if _bare(cell) else 1,
            "num_format": cell.format or "General",
            **({"rotation": 270} if cell.vertical else {}),
        }
    )
    row, column = cell.row - 1, cell.column - 1
    if (cell.rows, cell.columns) != (1, 1):
        target.merge_range(row, column, row + cell.rows - 1, column + cell.columns - 1, "", look)
    if cell.value is None:
        target.write_blank(row, column, None, look)
    elif isinstance(cell.value, date):
        target.write_datetime(row, column, cell.value, look)
    elif isinstance(cell.value, str):
        target.write_string(row, column, cell.value, look)
    else:
        target.write_number(row, column, float(cell.value), look)


def html_table(drawing: Drawing) -> bytes:
    """Return HTML as web systems offer it for download under the name .xls: tables with spans, one per sheet.

    Such systems wrap their labels by style, so only goals, which people type in several lines, have line breaks.
    """
    tables = "\n".join(_table(sheet) for sheet in drawing.sheets)
    head = '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset="utf-8"></head><body>'
    return f"{head}\n{tables}\n</body></html>\n".encode()


def text_lines(drawing: Drawing) -> bytes:
    """Return a text with a line per row of the table, its cells two blanks apart."""
    rows: dict[tuple[int, int], list[str]] = {}
    for number, sheet in enumerate(drawing.sheets):
        for cell in sheet.cells:
            rows.setdefault((number, cell.row), []).extend([text] if (text := shown(cell).replace("\n", "")) else [])
    return ("\n".join("  ".join(rows[row]) for row in sorted(rows)) + "\n").encode()


def _table(sheet: Sheet) -> str:
    starts = {(cell.row, cell.column): cell for cell in sheet.cells}
    covered = {
        (row, column)
        for cell in sheet.cells
        for row in range(cell.row, cell.row + cell.rows)
        for column in range(cell.column, cell.column + cell.columns)
    }
    lines = []
    for row in range(1, sheet.last_row + 1):
        cells = []
        for column in range(1, len(sheet.widths) + 1):
            cell = starts.get((row, column))
            if cell is not None:
                spans = f' rowspan="{cell.rows}"' * (cell.rows > 1) + f' colspan="{cell.columns}"' * (cell.columns > 1)
                spans += TEXT_CELL * isinstance(cell.value, str)
                lines_of = escape(shown(cell)).split("\n")
                cells.append(f"<td{spans}>{('<br>' if cell.role == 'value' and cell.field in GOALS else '').join(lines_of)}</td>")
            elif (row, column) not in covered:
                cells.append("<td></td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return f'<table border="1">\n{chr(10).join(lines)}\n</table>'
