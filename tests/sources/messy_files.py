"""A return as units send it back in other kinds of file: made by openpyxl, XlsxWriter, LibreOffice, xlwt's kin and by hand."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import openpyxl
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import convert_all
from tests.shipped import declaration, line, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.records import Record, declaration_record

NAMES = ("校园食堂改造", "校车更新")


@lru_cache(maxsize=1)
def filled() -> bytes:
    """Two projects on the form as issued, with its live checks."""
    return fill_workbook(shipped_form(), [declaration({"项目名称": name}) for name in NAMES])


def expected(count: int = 2) -> list[Record]:
    """The records of it, without file and sheet."""
    return [plain(declaration_record(declaration({"项目名称": name}), shipped_form())) for name in NAMES[:count]]


def plain(record: Record) -> Record:
    return {name: value for name, value in record.items() if name not in ("file", "sheet")}


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@lru_cache(maxsize=1)
def by_openpyxl() -> bytes:
    """The project sheets alone, without a formula: what most units' files come down to."""
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    for name in list(book.sheetnames):
        if name.startswith("项目"):
            _strip(book[name])
        else:
            del book[name]
    for name in list(book.defined_names):
        del book.defined_names[name]
    return saved(book)


def _strip(sheet: Worksheet) -> None:
    for row in sheet.iter_rows():
        for cell in row:
            if cell.data_type == "f" or cell.column > 8:
                cell.value = None
    sheet.data_validations.dataValidation = []
    sheet.conditional_formatting = type(sheet.conditional_formatting)()


@lru_cache(maxsize=1)
def by_xlsxwriter() -> bytes:
    """The same cells and merges written anew, with shared strings."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    dates = book.add_format({"num_format": "yyyy-mm-dd"})
    for source in openpyxl.load_workbook(io.BytesIO(by_openpyxl())):
        sheet = book.add_worksheet(source.title)
        for area in source.merged_cells.ranges:
            sheet.merge_range(str(area), "")
        for row in source.iter_rows():
            for cell in row:
                if isinstance(cell.value, date):
                    sheet.write_datetime(cell.coordinate, cell.value, dates)
                elif cell.value is not None:
                    sheet.write(cell.coordinate, cell.value)
    book.close()
    return stream.getvalue()


@lru_cache(maxsize=1)
def by_libreoffice(folder: Path) -> dict[str, bytes]:
    """The filled return saved by LibreOffice in other formats, by suffix."""
    source = folder / "甲.xlsx"
    source.write_bytes(by_openpyxl())
    made = {}
    for suffix, way in (("xls", "xls"), ("ods", "ods"), ("html", "html"), ("pdf", "pdf"), ("csv", _CSV)):
        (path,) = convert_all([source], way, folder / suffix)
        made[suffix] = path.read_bytes()
    made["xlsx"] = convert_all([source], "xlsx", folder / "又").pop().read_bytes()
    return made


_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"


def as_xml_2003() -> bytes:
    """The workbook as the XML spreadsheet of 2003 that older systems export."""
    sheets = []
    for source in openpyxl.load_workbook(io.BytesIO(by_openpyxl())):
        merges = {str(area).partition(":")[0]: area for area in source.merged_cells.ranges}
        rows = []
        for row in source.iter_rows():
            cells = []
            for cell in row:
                area = merges.get(cell.coordinate)
                if cell.value is None and area is None:
                    continue
                kind = {str: "String", int: "Number", float: "Number"}.get(type(cell.value), "DateTime")
                shown = cell.value.isoformat() if isinstance(cell.value, date) else escape(str(cell.value))
                data = "" if cell.value is None else f'<Data ss:Type="{kind}">{shown}</Data>'
                size = f' ss:MergeAcross="{area.size["columns"] - 1}" ss:MergeDown="{area.size["rows"] - 1}"' if area else ""
                cells.append(f'<Cell ss:Index="{cell.column}"{size}>{data}</Cell>')
            if cells:
                rows.append(f'<Row ss:Index="{row[0].row}">{"".join(cells)}</Row>')
        sheets.append(f'<Worksheet ss:Name="{source.title}"><Table>{"".join(rows)}</Table></Worksheet>')
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    head = f'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
    return f"{head}{''.join(sheets)}</Workbook>".encode()


def renamed_part(data: bytes, changes: dict[str, tuple[str, str]]) -> bytes:
    """A package with a pattern replaced in some of its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name in changes:
                pattern, replacement = changes[name]
                changed, count = re.subn(pattern, replacement, text.decode())
                assert count, (name, pattern)
                text = changed.encode()
            new.writestr(name, text)
    return stream.getvalue()


def as_macro_workbook(data: bytes) -> bytes:
    """An .xlsm: the content type of a workbook with macros, and a project that is never run."""
    kind = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    pattern = r"application/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet\.main\+xml"
    changed = io.BytesIO(renamed_part(data, {"[Content_Types].xml": (pattern, kind)}))
    with zipfile.ZipFile(changed, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 macros")
    return changed.getvalue()


def linked(data: bytes, targets: Sequence[str]) -> bytes:
    """A workbook that takes values from other workbooks, as Excel notes it."""
    stream = io.BytesIO(data)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"
    with zipfile.ZipFile(stream, "a") as archive:
        for number, target in enumerate(targets, start=1):
            name = f"xl/externalLinks/externalLink{number}.xml"
            archive.writestr(name, "<externalLink/>")
            archive.writestr(
                f"xl/externalLinks/_rels/externalLink{number}.xml.rels",
                '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                f'<Relationship Id="rId1" Type="{relation}" Target="{target}" TargetMode="External"/></Relationships>',
            )
    return stream.getvalue()


def as_word() -> bytes:
    """The first project as a table in a Word document, merged as on the sheet."""
    source = openpyxl.load_workbook(io.BytesIO(by_openpyxl())).worksheets[0]
    rows = [row for row in source.iter_rows(max_row=line(6), max_col=7) if any(cell.value is not None for cell in row)]
    top, bottom = rows[0][0].row, rows[-1][0].row
    document = docx.Document()
    table = document.add_table(rows=bottom - top + 1, cols=7)
    grid = [list(row.cells) for row in table.rows]
    for row in rows:
        for cell in row:
            if cell.value is not None:
                shown = f"（{cell.value}年度）" if cell.coordinate == "A2" else cell.value
                shown = shown.date().isoformat() if hasattr(shown, "date") else shown
                grid[cell.row - top][cell.column - 1].text = str(shown)
    for area in source.merged_cells.ranges:
        if area.max_row <= bottom and area.max_col <= 7:
            first, last = grid[area.min_row - top][area.min_col - 1], grid[area.max_row - top][area.max_col - 1]
            text = first.text
            first.merge(last).text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc000000301010018dd8db00000"
    "000049454e44ae426082"
)


def scanned_pdf() -> bytes:
    """A page that is one picture."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n\x80\nendstream",
        b"<</Length 24>>stream\nq 595 0 0 842 0 0 cm /I Do Q\nendstream",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(body)
    return body + b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (table, start)


def scanned_word() -> bytes:
    document = docx.Document()
    document.add_picture(io.BytesIO(PIXEL))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
