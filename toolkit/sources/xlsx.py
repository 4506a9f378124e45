"""Workbooks (.xlsx, .xlsm) as grids: values and merges by python-calamine, a raw look where it cannot tell.

calamine gives the same '' for a blank, an error cell and a formula that was never calculated (measured): a grid whose XML
holds such a cell carries a `RawSheet` that tells them apart, one cell at a time. Sheets with few cells far apart are read
from their XML alone (`sources.sparse`), since calamine would hold the whole rectangle between them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import time, timedelta
from html import unescape
from urllib.parse import unquote

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from toolkit.errors import SourceError
from toolkit.package.a1 import Area, column_number
from toolkit.package.gate import check_sheet, check_strings, plain_markup
from toolkit.package.opc import Package, open_package
from toolkit.package.workbook import VISIBLE, WORKSHEET, SheetPart, WorkbookParts, custom_properties, read_workbook
from toolkit.sources.formats import PERCENT, meaning
from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.sources.raw_sheet import RawSheet, has_doubts
from toolkit.sources.remarks import remarks
from toolkit.sources.sparse import sparse_cells

KIND_PROPERTY, VERSION_PROPERTY = "jixiao.kind", "jixiao.version"
WORD_DOCUMENT = "word/document.xml"
STRINGS = "xl/sharedStrings.xml"

# A part of so many bytes cannot hold more strings than a reader bears.
FEW_STRINGS = 32 << 20

_OWN_FORMAT = re.compile(rb"<numFmt\b(?=[^>]*%)[^>]*>")
_FORMAT_OF_STYLE = re.compile(rb'<xf\b[^>]*?\snumFmtId="([0-9]+)"')
_STYLED = re.compile(rb'<c\b(?=[^>]*?\sr="([A-Z]{1,3})([0-9]{1,7})")[^>]*?\ss="([0-9]+)"[^>]*(?<!/)>')


def read_xlsx(data: bytes, display: str) -> tuple[tuple[Grid, ...], str | None]:
    """Return the sheets of a workbook, and what `jixiao.kind` says it is (None for a stranger's file).

    Our own Word reports have a kind and no sheets. Raises SourceError when the package is no sound workbook; `display`
    is the file's name in messages.
    """
    with open_package(data, display) as package:
        properties = custom_properties(package)
        kind, version = properties.get(KIND_PROPERTY), properties.get(VERSION_PROPERTY) or None
        if kind is not None and package.related("", "officeDocument") == WORD_DOCUMENT:
            return (), kind
        parts = read_workbook(package)
        sheets = [(ref, plain_markup(package.markup(ref.part))) for ref in parts.sheets if ref.kind == WORKSHEET]
        dense = [check_sheet(xml, package, ref.name) for ref, xml in sheets]
        for part in {STRINGS.lower(), (package.related(parts.part, "sharedStrings") or STRINGS).lower()}:
            if part in package and package.at_most(part) > FEW_STRINGS:
                check_strings(package.markup(part), package)
        percents = _percent_styles(parts)
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            types = {meta.name: meta.typ for meta in book.sheets_metadata}
            return tuple(
                _grid(book.get_sheet_by_name(ref.name) if held else None, parts, ref, xml, percents, version)
                for (ref, xml), held in zip(sheets, dense, strict=True)
                if types.get(ref.name) == SheetTypeEnum.WorkSheet
            ), kind
        except CalamineError as error:
            raise damaged(display, error) from error


def kind_of(package: Package) -> str | None:
    """Return what `jixiao.kind` says a workbook or document is; None for one that our programs did not make."""
    return custom_properties(package).get(KIND_PROPERTY)


def external_links(data: bytes, display: str) -> tuple[str, ...]:
    """Return the other files that a workbook's formulas take values from, as it names them."""
    with open_package(data, display) as package:
        parts = [name for name in package.names if name.lower().startswith("xl/externallinks/_rels/")]
        sources = (name.replace("_rels/", "", 1).removesuffix(".rels") for name in parts)
        links = [link.target for part in sources for link in package.relationships(part).values() if link.external]
    return tuple(dict.fromkeys(unquote(link).replace("\\", "/").removeprefix("file:///") for link in links))


def damaged(display: str, error: Exception) -> SourceError:
    """Return the error for a workbook that calamine cannot take apart."""
    cure = "请在 Excel 或 WPS 中打开并另存后重新报送。"
    return SourceError("文件-损坏", f"{display}：工作簿内容损坏，无法读取（{error}）。", cure)


def _grid(
    sheet: CalamineSheet | None,
    parts: WorkbookParts,
    ref: SheetPart,
    xml: bytes,
    percents: frozenset[bytes],
    version: str | None,
) -> Grid:
    cells = _dense_or_none(sheet)
    if cells is None:
        cells = sparse_cells(parts, ref)
    return Grid(
        ref.name,
        cells,
        _clipped(parts.merges(ref), cells) if sheet is None else merges_of(sheet, cells),
        hidden=ref.state != VISIBLE,
        percents=_cells_with(xml, percents) if percents else frozenset(),
        date1904=parts.date1904,
        version=version,
        raw=RawSheet(xml, ref.name, parts.package.damaged) if has_doubts(xml) else None,
        **remarks(parts, ref, xml),
    )


def _dense_or_none(sheet: CalamineSheet | None) -> dict[Position, CellValue] | None:
    """Return calamine's cells, or None where it cannot be trusted with what stands under a date format.

    A negative number comes from it as midnight, and a very large one makes it fail.
    """
    try:
        cells = None if sheet is None else dense_cells(sheet)
    except (OverflowError, ValueError):
        return None
    return None if cells is None or not _TIMES.isdisjoint({type(value) for value in cells.values()}) else cells


def dense_cells(sheet: CalamineSheet) -> dict[Position, CellValue]:
    """Return calamine's cells by place: those that hold something, times of day and lengths of time as they come."""
    if sheet.start is None:
        return {}
    top, left = sheet.start[0] + 1, sheet.start[1] + 1
    return {
        (row, column): value  # type: ignore[misc]
        for row, values in enumerate(sheet.to_python(), start=top)
        for column, value in enumerate(values, start=left)
        if value != ""
    }


_TIMES = frozenset((time, timedelta))


def without_times(cells: dict[Position, CellValue]) -> dict[Position, CellValue]:
    """Return cells with times of day and lengths of time, which are no values of a form, as text."""
    return {place: str(value) if isinstance(value, (time, timedelta)) else value for place, value in cells.items()}


def merges_of(sheet: CalamineSheet, cells: dict[Position, CellValue]) -> tuple[Area, ...]:
    """Return calamine's merges, 1-based; see `_clipped`."""
    ranges = sheet.merged_cell_ranges or ()
    return _clipped(((r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in ranges), cells)


def _clipped(areas: Iterable[Area], cells: dict[Position, CellValue]) -> tuple[Area, ...]:
    """Merges of whole rows or columns, made by accident, end where the sheet's filled cells end."""
    found = tuple(areas)
    if not any(r2 - r1 > _LONG or c2 - c1 > _LONG for r1, c1, r2, c2 in found):
        return found
    row, column = max((row for row, _ in cells), default=1), max((column for _, column in cells), default=1)
    return tuple((r1, c1, max(r1, min(r2, row)), max(c1, min(c2, column))) for r1, c1, r2, c2 in found)


# No form has a merge of so many rows or columns.
_LONG = 2_000


def _percent_styles(parts: WorkbookParts) -> frozenset[bytes]:
    part = parts.package.related(parts.part, "styles")
    if part is None:
        return frozenset()
    xml = plain_markup(parts.package.markup(part), b"cellXfs")
    percents = {b"9", b"10"}
    for element in _OWN_FORMAT.findall(xml):
        number, code = (re.search(rb'\s' + name + rb'="([^"]*)"', element) for name in (b"numFmtId", b"formatCode"))
        if number and code and meaning(unescape(code[1].decode("utf-8", "replace"))) == PERCENT:
            percents.add(number[1])
    styles = xml[max(xml.find(b"<cellXfs"), 0) : max(xml.find(b"</cellXfs>"), 0)]
    return frozenset(b"%d" % n for n, number in enumerate(_FORMAT_OF_STYLE.findall(styles)) if number in percents)


def _cells_with(xml: bytes, styles: frozenset[bytes]) -> frozenset[Position]:
    """The cells that carry one of the styles; most sheets have none, which one search tells."""
    if re.search(rb'\ss="(?:' + b"|".join(sorted(styles)) + rb')"', xml) is None:
        return frozenset()
    return frozenset(
        (int(match[2]), column_number(match[1].decode("ascii")))
        for match in _STYLED.finditer(xml)
        if match[3] in styles
    )
