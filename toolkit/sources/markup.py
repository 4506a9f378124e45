"""HTML tables and XML spreadsheets of 2003, as other systems export them under the name .xls, as grids.

Comes in: the file's bytes in any encoding. Goes out: one grid for a page, with its tables one under the other in the order
they are seen, and one grid per sheet of an XML spreadsheet. Called by `sources.open` once the content has shown its kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree, html

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.parts import DAMAGED, RESEND, UNSAFE, unsafe_error
from toolkit.sources.delimited import typed
from toolkit.sources.grid import CellValue, Grid, GridDraft, Position, RawLook, Uncached
from toolkit.spreadsheet.a1 import Area
from toolkit.spreadsheet.cells import shown_number
from toolkit.spreadsheet.number_formats import IN_WAN, PERCENT, SCALED, meaning
from toolkit.values.errors import ErrorValue
from toolkit.values.serials import iso_moment

_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_X = "{urn:schemas-microsoft-com:office:excel}"
_BLOCKS = frozenset(("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "center", "li", "title"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)

# What a form on a page is filled in with, and the kinds of it that show what was typed.
_CONTROLS = frozenset(("input", "select"))
_TYPED = frozenset(("text", "number", "date", "month", "search", "tel", "email", "url"))

# Elements whose text nobody sees.
_UNSEEN = frozenset(("script", "style", "head", "noscript", "template"))


def read_html(text: str, display: str) -> tuple[Grid, ...]:
    """Return a page's tables as one grid. Raises SourceError where there is nothing to see, or too much."""
    try:
        root = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(DAMAGED, f"{display}：网页内容不完整，读不出来", RESEND) from error
    cells: dict[Position, CellValue] = {}
    merges: list[Area] = []
    row = 1
    for element in _parts(root):
        if element.tag == "table":
            row = _table(element, row, cells, merges, display)
        elif found := _seen(element):
            cells[row, 1] = found
            row += 1
    if not cells:
        raise SourceError("文件-空", f"{display}：网页里没有表格，也没有文字", RESEND)
    return (Grid(None, cells, tuple(merges)),)


def _parts(root: etree._Element) -> Iterator[etree._Element]:
    """Outermost tables, and the lines of text between them, in order."""
    for child in root:
        if not isinstance(child.tag, str) or child.tag in _UNSEEN:
            continue
        if child.tag == "table" and _only_places(child):
            yield from _parts(child)
        elif child.tag == "table" or (child.tag in (*_BLOCKS, "td", "th") and child.find(".//table") is None):
            yield child
        else:
            yield from _parts(child)


def _only_places(table: etree._Element) -> bool:
    """Whether a table only says where on the page other tables stand: one cell a row, and tables in them."""
    rows = [line for line in table.iter("tr") if next(line.iterancestors("table")) is table]
    single = all(sum(cell.tag in ("td", "th") for cell in line) < 2 for line in rows)
    return single and table.find(".//table") is not None


def _table(table: etree._Element, row: int, cells: dict[Position, CellValue], merges: list[Area], display: str) -> int:
    """Put a table's cells into the grid from `row` on; return the row below it."""
    taken: set[Position] = set()
    for line in table.iter("tr"):
        if next(line.iterancestors("table")) is not table or _HIDDEN.search(line.get("style") or ""):
            continue
        column = 1
        for cell in line:
            if cell.tag not in ("td", "th"):
                continue
            while (row, column) in taken:
                column += 1
            height, width = _span(cell, "rowspan"), _span(cell, "colspan")
            if len(taken) + height * width > limits.CELLS.most:
                raise unsafe_error(display, limits.CELLS.exceeded())
            if height > 1 or width > 1:
                merges.append((row, column, row + height - 1, column + width - 1))
                taken.update((r, c) for r in range(row, row + height) for c in range(column, column + width))
            value = _cell(cell)
            if value is not None:
                cells[row, column] = value
            column += width
        row += 1
        if len(cells) > limits.CELLS.most:
            raise unsafe_error(display, limits.CELLS.exceeded())
    return row


def _span(cell: etree._Element, name: str) -> int:
    text = (cell.get(name) or "1").strip()
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _cell(cell: etree._Element) -> CellValue | None:
    """A cell's value; a number where the page says that Excel takes it as text stays text."""
    text = _seen(cell)
    kept = "@" in (cell.get("style") or "") or cell.get("x:str") is not None
    return (text if kept else typed(text)) if text else None


def _seen(element: etree._Element) -> str:
    """The text of an element as a browser shows it: white space runs together, lines part at <br> and blocks."""
    lines = "".join(_texts(element)).split("\n")
    return "\n".join(line for each in lines if (line := each.strip(" ")))


def _texts(element: etree._Element) -> Iterator[str]:
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNSEEN:
            if child.tag in _CONTROLS:
                yield from _filled(child)
                yield _SPACE.sub(" ", child.tail or "")
                continue
            if child.tag in ("td", "th") and child.getprevious() is not None:
                yield "\t"
            if child.tag == "br" or child.tag in _BLOCKS or child.tag == "tr":
                yield "\n"
            yield from _texts(child)
            if child.tag in _BLOCKS:
                yield "\n"
        yield _SPACE.sub(" ", child.tail or "")


def _filled(control: etree._Element) -> Iterator[str]:
    """What a form's control shows on a saved page: what was typed into it, chosen or ticked; a list in which nothing is chosen shows nothing."""
    if control.tag == "select":
        yield "、".join(_seen(option) for option in control.iter("option") if option.get("selected") is not None)
        return
    kind = (control.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        yield "□" if control.get("checked") is None else "☑"
    elif kind in _TYPED:
        yield _SPACE.sub(" ", control.get("value") or "")


def read_xml_2003(data: bytes, display: str) -> tuple[Grid, ...]:
    """Return the sheets of an XML spreadsheet of 2003. Raises SourceError where it is damaged or brings a DOCTYPE."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(DAMAGED, f"{display}：XML 表格不完整，读不出来", RESEND) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SourceError(UNSAFE, f"{display}：XML 表格含有 DOCTYPE 声明，未打开", RESEND)
    means = {}
    for style in root.iter(f"{_SS}Style"):
        code = style.find(f"{_SS}NumberFormat")
        if code is not None and (shown := code.get(f"{_SS}Format", "")):
            means[style.get(f"{_SS}ID")] = PERCENT if shown == "Percent" else meaning(shown)
    date1904 = root.find(f".//{_X}Date1904") is not None
    return tuple(_sheet(sheet, means, date1904, display) for sheet in root.iter(f"{_SS}Worksheet"))


def _sheet(sheet: etree._Element, means: Mapping[str | None, str], date1904: bool, display: str) -> Grid:
    draft = GridDraft()
    row = 0
    for line in sheet.iterfind(f"{_SS}Table/{_SS}Row"):
        row = _at(line, row)
        if line.get(f"{_SS}Hidden") == "1":
            draft.hidden_rows.add(row)
        column = 0
        for cell in line.iterfind(f"{_SS}Cell"):
            column = _at(cell, column)
            place = row, column
            value, draft.looks[place] = _xml_value(cell)
            told = means.get(cell.get(f"{_SS}StyleID"))
            if told in (IN_WAN, SCALED) and isinstance(value, float):
                value = shown_number(value, told, date1904)
            if value is not None and value != "":
                draft.cells[place] = value
            if told == PERCENT:
                draft.percents.add(place)
            across, down = (_plain(cell.get(f"{_SS}{name}")) for name in ("MergeAcross", "MergeDown"))
            if across or down:
                draft.merges.append((row, column, row + down, column + across))
            column += across
        if row > limits.ROWS.most or len(draft.cells) > limits.CELLS.most:
            raise unsafe_error(display, (limits.ROWS if row > limits.ROWS.most else limits.CELLS).exceeded())
        row += _plain(line.get(f"{_SS}Span"))
    visible = sheet.findtext(f"{_X}WorksheetOptions/{_X}Visible", "")
    hidden = visible in ("SheetHidden", "SheetVeryHidden")
    return draft.grid(sheet.get(f"{_SS}Name", ""), hidden=hidden, date1904=date1904)


def _at(element: etree._Element, before: int) -> int:
    return _plain(element.get(f"{_SS}Index")) or before + 1


def _plain(text: str | None) -> int:
    return min(int(text), limits.ROWS.most + 1) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _xml_value(cell: etree._Element) -> tuple[CellValue | None, RawLook]:
    data, formula = cell.find(f"{_SS}Data"), cell.get(f"{_SS}Formula")
    formula = None if formula is None else formula.lstrip("=")
    if data is None:
        return None, RawLook(None if formula is None else Uncached(formula), formula)
    text, kind = "".join(data.itertext()), data.get(f"{_SS}Type", "String")
    if kind == "Error":
        return None, RawLook(ErrorValue(text or "#VALUE!"), formula)
    value: CellValue = text
    try:
        if kind == "Number":
            value = float(text)
        elif kind == "Boolean":
            value = text == "1"
        elif kind == "DateTime":
            value = iso_moment(text)
    except ValueError:
        pass
    return value, RawLook(None, formula)
