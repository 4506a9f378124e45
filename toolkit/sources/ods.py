"""OpenDocument spreadsheets (.ods) as grids, read from content.xml: calamine gives no merges for them, and no errors.

Comes in: the file's bytes. Goes out: a grid per sheet, formulas with it. Repeated blank rows and cells, which fill every
sheet to its end, are counted and not held. An encrypted document is named as such. `odt` takes from here what texts have
in common with spreadsheets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import LOCKED, open_container
from toolkit.package.parts import Package
from toolkit.sources.grid import CellValue, Grid, GridDraft, RawLook, Uncached
from toolkit.spreadsheet.cells import Scaled, in_wan, shows_wan
from toolkit.values.errors import ERROR_VALUES, VALUE, ErrorValue
from toolkit.values.serials import iso_moment

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, STYLE = (f"{{{_NS}{name}:1.0}}" for name in ("table", "office", "text", "style"))
CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_BODY = f"{OFFICE}body/{OFFICE}spreadsheet/{TABLE}table"
ROW_GROUPS = frozenset(f"{TABLE}table-{name}" for name in ("rows", "header-rows", "row-group"))
_COLUMN_GROUPS = frozenset(f"{TABLE}table-{name}" for name in ("columns", "header-columns", "column-group"))
_SAYS = frozenset((f"{TABLE}formula", f"{OFFICE}value-type", f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned"))
FRAME = f"{{{_NS}drawing:1.0}}frame"
_UNREAD = frozenset((f"{OFFICE}annotation", f"{TEXT}note", f"{TEXT}ruby-text", f"{_SVG}title", f"{_SVG}desc", FRAME))
_REFERENCE = re.compile(r"\[([^][]*)\]")


def opened(data: bytes, display: str) -> Package:
    """Return an OpenDocument file, open. Raises SourceError for one that is damaged, encrypted or beyond the limits."""
    package = open_container(data, display)
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read("META-INF/manifest.xml"):
        package.close()
        raise SourceError(LOCKED, f"{display}：文件设有打开密码", "请去掉打开密码后重新报送")
    return package


def sheets(root: etree._Element, package: Package) -> tuple[Grid, ...]:
    """Return the sheets of a spreadsheet's content; `package` names it. Raises SourceError for one beyond the limits."""
    hidden = _hidden_styles(root)
    null = root.find(f".//{TABLE}null-date")
    date1904 = null is not None and null.get(f"{TABLE}date-value", "").startswith("1904")
    return tuple(_grid(table, hidden, date1904, package) for table in root.iterfind(_BODY))


def _hidden_styles(root: etree._Element) -> set[str]:
    styles = root.iterfind(f"{OFFICE}automatic-styles/{STYLE}style")
    properties = ((s.get(f"{STYLE}name", ""), s.find(f"{STYLE}table-properties")) for s in styles)
    return {name for name, found in properties if found is not None and found.get(f"{TABLE}display") == "false"}


def _grid(table: etree._Element, hidden: set[str], date1904: bool, package: Package) -> Grid:
    name, sheet = table.get(f"{TABLE}name", ""), GridDraft()
    row = 1
    for element in inside(table, f"{TABLE}table-row", ROW_GROUPS):
        repeat = number(element, "number-rows-repeated")
        seen = element.get(f"{TABLE}visibility", "visible")
        filled = _filled(element)
        times = repeat if filled else 0
        if row + times - 1 > limits.ROWS.most:
            raise package.unsafe(f"工作表“{name}”的{limits.ROWS.exceeded(row + times - 1)}")
        if len(sheet.cells) + filled * times > limits.CELLS.most:
            raise package.unsafe(f"工作表“{name}”{limits.CELLS.exceeded()}")
        for line in range(row, row + times):
            _read_row(element, line, sheet)
            if seen != "visible":
                sheet.hidden_rows.add(line)
                sheet.filtered |= seen == "filter"
        row += repeat
    sheet.hidden_columns = _hidden_columns(table)
    return sheet.grid(name, hidden=table.get(f"{TABLE}style-name") in hidden, date1904=date1904)


def inside(element: etree._Element, tag: str, groups: frozenset[str]) -> Iterator[etree._Element]:
    """Yield rows, or columns, in order, those in groups and headers too."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag in groups:
            yield from inside(child, tag, groups)


def _hidden_columns(table: etree._Element) -> set[int]:
    columns: set[int] = set()
    column = 1
    for element in inside(table, f"{TABLE}table-column", _COLUMN_GROUPS):
        repeat = number(element, "number-columns-repeated")
        if element.get(f"{TABLE}visibility", "visible") != "visible":
            columns.update(range(column, column + min(repeat, 256)))
        column += repeat
    return columns


def _filled(row: etree._Element) -> int:
    """How many cells of a row hold a value, a merge or a comment; a repeated blank row only fills the sheet."""
    filled = (cell for cell in row if len(cell) or not _SAYS.isdisjoint(cell.attrib))
    return sum(min(number(cell, "number-columns-repeated"), limits.COLUMNS.most) for cell in filled)


def _read_row(element: etree._Element, row: int, sheet: GridDraft) -> None:
    column = 1
    for cell in element:
        if cell.tag not in (f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
            continue
        repeat = number(cell, "number-columns-repeated")
        value, look = _value(cell)
        comment = cell.find(f"{OFFICE}annotation")
        blank = value is None and look is None and comment is None
        for place in () if blank else ((row, n) for n in range(column, min(column + repeat, limits.COLUMNS.most + 1))):
            if value is not None:
                sheet.cells[place] = value
            if look is not None:
                sheet.looks[place] = look
            if cell.get(f"{OFFICE}value-type") == "percentage":
                sheet.percents.add(place)
            if comment is not None:
                sheet.comments[place] = _text(comment)
        width, height = number(cell, "number-columns-spanned"), number(cell, "number-rows-spanned")
        if width > 1 or height > 1:
            sheet.merges.append((row, column, row + height - 1, column + width - 1))
        column += repeat


def number(element: etree._Element, attribute: str) -> int:
    """Return what an attribute of a table counts, 1 where it says nothing sensible."""
    text = element.get(f"{TABLE}{attribute}", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _value(cell: etree._Element) -> tuple[CellValue | None, RawLook | None]:
    """A cell's value, and what is behind it where it is computed."""
    written = cell.get(f"{TABLE}formula")
    formula = None if written is None else _formula(written)
    kind, text = cell.get(f"{OFFICE}value-type"), _text(cell)
    if cell.get(f"{CALCEXT}value-type") == "error" or (formula is not None and text in ERROR_VALUES):
        return None, RawLook(ErrorValue(text) if text.startswith("#") else VALUE, formula)
    look = None if formula is None else RawLook(None, formula)
    if kind is None:
        if formula is not None and not text:
            return None, RawLook(Uncached(formula), formula)
        return text or None, look
    return _typed(cell, kind, text), look


def _typed(cell: etree._Element, kind: str, text: str) -> CellValue | None:
    if kind in ("float", "percentage", "currency"):
        try:
            number = float(cell.get(f"{OFFICE}value", ""))
        except ValueError:
            return text or None
        if shows_wan(text, number):
            return in_wan(number)
        return Scaled(number) if shows_wan(text, number / 10_000) else number
    if kind == "boolean":
        word: str | None = cell.get(f"{OFFICE}boolean-value")
        return word == "true"
    if kind == "date":
        try:
            return iso_moment(cell.get(f"{OFFICE}date-value", ""))
        except ValueError:
            return text or None
    return text or cell.get(f"{OFFICE}string-value") or None


def _text(cell: etree._Element) -> str:
    """The paragraphs of a cell, or of a comment, a line each."""
    return "\n".join("".join(runs(p)) for p in cell if p.tag == f"{TEXT}p")


def runs(element: etree._Element) -> Iterator[str]:
    """Yield the pieces of a paragraph's text as people read it."""
    yield element.text or ""
    for child in element:
        if child.tag == f"{TEXT}s":
            count = child.get(f"{TEXT}c", "1")
            yield " " * (min(int(count), 1000) if count.isascii() and count.isdigit() else 1)
        elif child.tag == f"{TEXT}tab":
            yield "\t"
        elif child.tag == f"{TEXT}line-break":
            yield "\n"
        elif child.tag not in _UNREAD and isinstance(child.tag, str):
            yield from runs(child)
        yield child.tail or ""


def _formula(written: str) -> str:
    """Return a formula as Excel writes it, as far as references and separators go.

    >>> _formula("of:=SUM([.E8:.E10];[$'项目 2'.B3])")
    "SUM(E8:E10,'项目 2'!B3)"
    """
    pieces = re.split(r'("[^"]*")', written.partition(":=")[2] or written.lstrip("="))
    return "".join(p if p.startswith('"') else _REFERENCE.sub(_excel, p).replace(";", ",") for p in pieces)


def _excel(match: re.Match[str]) -> str:
    first, _, rest = match[1].partition(".")
    sheet = first.removeprefix("$")
    return f"{sheet}!{rest.replace(':.', ':')}" if sheet else rest.replace(":.", ":")
