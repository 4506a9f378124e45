"""Drawings → .docx by python-docx: tables with real gridSpan and vMerge, the title inside the table or above it.

In: a drawing. Out: the bytes of a document. The table's XML is written out at once, for `table.cell()` in loops is slow.
"""

from __future__ import annotations

import io
from dataclasses import replace
from xml.sax.saxutils import escape

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from tests.drawings.measure import shown
from tests.drawings.model import Cell, Drawing, Sheet

TWIPS = 9600
ALIGNMENTS = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}


def docx_table(drawing: Drawing) -> bytes:
    """Return a document with everything, titles too, inside one table a sheet."""
    return _document(drawing, outside=False)


def docx_titled(drawing: Drawing) -> bytes:
    """Return a document with the lines above the first pair as paragraphs and each form as a table of its own."""
    return _document(drawing, outside=True)


def _document(drawing: Drawing, *, outside: bool) -> bytes:
    document = docx.Document()
    body = document.element.body
    for sheet in map(_cropped, drawing.sheets):
        sheet = _grown(sheet) if outside else sheet
        for cells in _forms(sheet) if outside else [list(sheet.cells)]:
            lines = [cell for cell in cells if outside and _is_line(cell)]
            for cell in _above(lines, cells):
                paragraph = document.add_paragraph(shown(cell))
                paragraph.alignment = ALIGNMENTS[cell.align]
            table = [cell for cell in cells if cell not in lines]
            body.insert_element_before(parse_xml(_table(table, sheet)), "w:sectPr")
            for cell in lines:
                if cell not in _above(lines, cells):
                    document.add_paragraph(shown(cell))
            document.add_paragraph("")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _cropped(sheet: Sheet) -> Sheet:
    """The sheet without blank columns at its left and remarks at its right, which nobody has in a document."""
    first = min(cell.column for cell in sheet.cells)
    cells = tuple(replace(cell, column=cell.column - first + 1) for cell in sheet.cells if cell.field != "旁注")
    last = max(cell.column + cell.columns - 1 for cell in cells)
    return Sheet(sheet.name, cells, sheet.widths[first - 1 : first - 1 + last])


def _grown(sheet: Sheet) -> Sheet:
    """The sheet without rows in which nothing begins: where a table is typed in Word, a cell grows with its text."""
    starts = {cell.row for cell in sheet.cells}
    covered = {row for cell in sheet.cells for row in range(cell.row + 1, cell.row + cell.rows)}
    gone = sorted(covered - starts)

    def kept(row: int) -> int:
        return row - sum(each < row for each in gone)

    cells = (replace(cell, row=kept(cell.row), rows=kept(cell.row + cell.rows) - kept(cell.row)) for cell in sheet.cells)
    return replace(sheet, cells=tuple(cells))


def _forms(sheet: Sheet) -> list[list[Cell]]:
    """The cells of each form of a sheet."""
    projects = sorted({cell.project for cell in sheet.cells})
    return [[cell for cell in sheet.cells if cell.project == project] for project in projects]


def _is_line(cell: Cell) -> bool:
    """Whether a cell is one of the lines above or below the table: titles, year and unit, notes over the whole width."""
    return cell.role in ("title", "year") or (cell.role == "note" and cell.value is not None)


def _above(lines: list[Cell], cells: list[Cell]) -> list[Cell]:
    first = min(cell.row for cell in cells if cell not in lines)
    return [cell for cell in lines if cell.row < first]


def _table(cells: list[Cell], sheet: Sheet) -> str:
    scale = TWIPS / sum(sheet.widths)
    grid = "".join(f'<w:gridCol w:w="{round(width * scale)}"/>' for width in sheet.widths)
    starts = {(cell.row, cell.column): cell for cell in cells}
    rows = range(min(cell.row for cell in cells), max(cell.row + cell.rows for cell in cells))
    below = {(row, cell.column): cell for cell in cells for row in range(cell.row + 1, cell.row + cell.rows)}
    written = []
    taken: dict[int, set[int]] = {}
    for row, column in (*starts, *below):
        taken.setdefault(row, set()).add(column)
    for row in rows:
        column, parts = 1, []
        while column <= len(sheet.widths):
            cell = starts.get((row, column)) or below.get((row, column))
            columns = cell.columns if cell else _blank(column, len(sheet.widths), taken.get(row, set()))
            parts.append(_cell(cell, row, sheet.widths[column - 1 : column - 1 + columns], scale))
            column += columns
        written.append(f"<w:tr>{''.join(parts)}</w:tr>")
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{TWIPS}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(written)}</w:tbl>'
    )


def _blank(column: int, last: int, taken: set[int]) -> int:
    """Return how many columns are free from `column` on: one wide blank cell in a document."""
    return next((other for other in range(column + 1, last + 1) if other in taken), last + 1) - column


def _cell(cell: Cell | None, row: int, widths: tuple[float, ...], scale: float) -> str:
    columns = len(widths)
    width = round(sum(widths) * scale)
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    merge = ""
    if cell and cell.rows > 1:
        merge = '<w:vMerge w:val="restart"/>' if row == cell.row else "<w:vMerge/>"
    text = shown(cell) if cell and row == cell.row else ""
    paragraphs = "".join(
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/><w:jc w:val="{cell.align if cell else "left"}"/></w:pPr><w:r><w:rPr><w:sz w:val="18"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>{paragraphs}</w:tc>'
