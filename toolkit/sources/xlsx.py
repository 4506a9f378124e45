"""Workbooks (.xlsx, .xlsm) as grids: cells found in the XML as all programs write it, element by element where one does not.

Neither way says what an error cell or a formula that was never calculated is: a grid whose XML holds such a cell carries a
`RawSheet` that looks at one cell at a time, because an issued workbook holds hundreds of formulas of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from html import unescape
from urllib.parse import unquote

from toolkit.package.opc import Package, open_package
from toolkit.sources.formats import meaning
from toolkit.sources.grid import CellValue, Grid, Issued, Position
from toolkit.sources.raw_sheet import RawSheet, has_doubts
from toolkit.sources.remarks import remarks
from toolkit.sources.sheet_cells import Scanned, SheetScanner, shared_strings
from toolkit.sources.sparse import sparse_cells, sparse_percents
from toolkit.spreadsheet.a1 import Area
from toolkit.spreadsheet.gate import check_area, check_sheet, check_strings, merges_of, plain_markup
from toolkit.spreadsheet.number_formats import BUILTIN
from toolkit.spreadsheet.properties import custom_properties
from toolkit.spreadsheet.workbook import VISIBLE, WORKSHEET, SheetPart, WorkbookParts, read_workbook

KIND_PROPERTY, VERSION_PROPERTY = "jixiao.kind", "jixiao.version"

# The unit a workbook was issued to; the fields filled in for it, those of the unit and those of each project.
UNIT_PROPERTY, UNIT_FIELDS, PROJECT_FIELDS = "jixiao.unit", "jixiao.unit-fields", "jixiao.project-fields"
WORD_DOCUMENT = "word/document.xml"

_STRINGS = "xl/sharedstrings.xml"

# A part of so many bytes cannot hold more strings than a reader bears.
_FEW_STRINGS = 32 << 20

_FORMAT = re.compile(rb"<numFmt\b[^>]*>")
_FORMAT_ID, _FORMAT_CODE = re.compile(rb'\snumFmtId="([0-9]+)"'), re.compile(rb'\sformatCode="([^"]*)"')
_STYLE = re.compile(rb'<xf\b[^>]*?\snumFmtId="([0-9]+)"')


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
        _check_large_strings(parts)
        scanner = SheetScanner(_strings_of(parts), _style_meanings(parts), date1904=parts.date1904)
        sheets = [ref for ref in parts.sheets if ref.kind == WORKSHEET]
        issued = _issued(properties)
        return tuple(_grid(parts, ref, scanner, version, issued) for ref in sheets), kind


def _issued(properties: Mapping[str, str]) -> Issued | None:
    unit = properties.get(UNIT_PROPERTY)
    fields = (tuple(filter(None, properties.get(name, "").split("、"))) for name in (UNIT_FIELDS, PROJECT_FIELDS))
    return Issued(unit, *fields) if unit else None


def _check_large_strings(parts: WorkbookParts) -> None:
    """Raise SourceError for more shared strings than are accepted, though no cell may refer to them."""
    package = parts.package
    for part in {_STRINGS, (package.related(parts.part, "sharedStrings") or _STRINGS).lower()}:
        if part in package and package.at_most(part) > _FEW_STRINGS:
            check_strings(package.markup(part), package)


def _strings_of(parts: WorkbookParts) -> Callable[[], Sequence[str]]:
    """What gives the shared strings, looked at and taken apart when the first cell refers to one."""

    @cache
    def strings() -> Sequence[str]:
        package = parts.package
        part = package.related(parts.part, "sharedStrings")
        if part is None:
            return ()
        xml = plain_markup(package.markup(part), b"sst")
        found = shared_strings(xml)
        return parts.shared_strings if found is None else found

    return strings


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


def _grid(parts: WorkbookParts, ref: SheetPart, scanner: SheetScanner, version: str | None, issued: Issued | None) -> Grid:
    package = parts.package
    xml = plain_markup(package.markup(ref.part))
    check_sheet(xml, package, ref.name)
    found = scanner.scan(xml)
    if found is None:
        found = Scanned(sparse_cells(parts, ref), sparse_percents(parts, ref), has_doubts(xml))
    cells = found.cells
    check_area(cells, package, ref.name)
    return Grid(
        ref.name,
        cells,
        _clipped(merges_of(xml, package, ref.name), cells),
        hidden=ref.state != VISIBLE,
        percents=found.percents,
        date1904=parts.date1904,
        version=version,
        issued=issued,
        raw=RawSheet(xml, ref.name, package.damaged) if found.doubtful else None,
        **remarks(parts, ref, xml),
    )


def _clipped(areas: Iterable[Area], cells: Mapping[Position, CellValue]) -> tuple[Area, ...]:
    """Merges of whole rows or columns, made by accident, end where the sheet's filled cells end."""
    found = tuple(areas)
    if not any(r2 - r1 > _LONG or c2 - c1 > _LONG for r1, c1, r2, c2 in found):
        return found
    row, column = max((row for row, _ in cells), default=1), max((column for _, column in cells), default=1)
    return tuple((r1, c1, max(r1, min(r2, row)), max(c1, min(c2, column))) for r1, c1, r2, c2 in found)


# No form has a merge of so many rows or columns.
_LONG = 2_000


def _style_meanings(parts: WorkbookParts) -> tuple[str, ...]:
    """What each cell style makes of a number, by its index."""
    part = parts.package.related(parts.part, "styles")
    if part is None:
        return ()
    xml = plain_markup(parts.package.markup(part), b"cellXfs")
    styles = _between(xml, b"<cellXfs", b"</cellXfs>")
    numbers = _STYLE.findall(styles)
    if len(numbers) != styles.count(b"<xf"):
        return tuple(map(meaning, parts.number_formats))
    codes = dict(BUILTIN)
    for element in _FORMAT.findall(_between(xml, b"<numFmts", b"</numFmts>")):
        number, code = _FORMAT_ID.search(element), _FORMAT_CODE.search(element)
        if number and code:
            codes[number[1].decode()] = unescape(code[1].decode("utf-8", "replace"))
    return tuple(meaning(codes.get(number.decode(), "General")) for number in numbers)


def _between(xml: bytes, start: bytes, end: bytes) -> bytes:
    first = xml.find(start)
    return xml[first : max(xml.find(end, first), first)] if first >= 0 else b""
