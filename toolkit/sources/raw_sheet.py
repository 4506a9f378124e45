"""The raw look at single cells of a worksheet's XML: error cells, formulas, formulas never calculated.

`sources.xlsx` gives a sheet's bytes; `RawSheet` answers for one cell at a time and takes apart no more than the rows it is
asked about, because an issued workbook holds hundreds of formulas of ours beside the form. Whatever is not written plainly
(comments, rows without a number, shared formulas) is left to the full reader, which goes over the whole sheet once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from typing import Any

from lxml import etree

from toolkit.errors import SourceError
from toolkit.sources.grid import NOTHING, Position, RawLook, Uncached
from toolkit.spreadsheet import cells as kinds
from toolkit.spreadsheet.a1 import column_number
from toolkit.spreadsheet.cells import CellReader, RawCell
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.values.errors import ErrorValue

_ROW = re.compile(rb'<row\b[^>]*?\sr="([0-9]+)"')
_CELL = re.compile(rb"<c\b([^>]*)>")
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})[0-9]+"')
_FORMULA = re.compile(rb"<f[ >/]")
_ERROR = b't="e"'
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
_TAG_ENDS = (b">", b" ", b"/", b"\n", b"\r", b"\t")


def has_doubts(xml: bytes) -> bool:
    """Return whether a sheet holds a formula or an error cell at all; without either, what looks blank is blank."""
    place = xml.find(b"<f")
    while place >= 0:
        if xml[place + 2 : place + 3] in _TAG_ENDS:
            return True
        place = xml.find(b"<f", place + 2)
    return _ERROR in xml or _is_odd(xml)


def _is_odd(xml: bytes) -> bool:
    """Whether the XML is not written as spreadsheet programs write it."""
    start = xml.find(b"<sheetData")
    return start < 0 or b"='" in xml[start : start + 2000]


def raw_look(cell: RawCell | None) -> RawLook:
    """Return what the full reader's `cell` means for a grid."""
    if cell is None:
        return NOTHING
    if cell.kind == kinds.UNCACHED:
        return RawLook(Uncached(cell.formula or ""), cell.formula or "")
    return RawLook(cell.value if isinstance(cell.value, ErrorValue) else None, cell.formula)


class RawSheet:
    """Answers `RawLook` for a cell; call it with 1-based (row, column)."""

    def __init__(self, xml: bytes, name: str, damaged: Callable[[str], SourceError]) -> None:
        self._xml = xml
        self._name = name
        self._damaged = damaged
        self._starts: dict[int, tuple[int, int]] | None = None
        self._rows: dict[int, Mapping[int, bytes]] = {}
        self._all: Mapping[Position, RawCell] | None = None

    def __call__(self, place: Position) -> RawLook:
        row, column = place
        if self._all is not None:
            return raw_look(self._all.get((row, column)))
        starts = self._row_starts()
        if starts is None:
            return self._full(row, column)
        if row not in starts:
            return NOTHING
        if row not in self._rows:
            cells = _doubtful_cells(self._xml[slice(*starts[row])])
            if cells is None:
                return self._full(row, column)
            self._rows[row] = cells
        snippet = self._rows[row].get(column)
        if snippet is None:
            return NOTHING
        if b'"shared"' in snippet:
            return self._full(row, column)
        return raw_look(self._cell(row, column, snippet))

    def _full(self, row: int, column: int) -> RawLook:
        reader = self._reader()
        events = etree.iterparse(BytesIO(self._xml), tag=f"{{{MAIN_NS}}}row", resolve_entities=False, no_network=True, load_dtd=False)
        try:
            for _, element in events:
                reader.row(element)
                element.clear()
        except etree.XMLSyntaxError as error:
            raise self._damaged(f"工作表“{self._name}”不是完整的 XML") from error
        self._all = reader.cells
        return raw_look(self._all.get((row, column)))

    def _reader(self) -> CellReader:
        def damaged(what: str) -> SourceError:
            return self._damaged(f"工作表“{self._name}”{what}")

        return CellReader(lambda: _ANY_TEXT, damaged, damaged)

    def _row_starts(self) -> dict[int, tuple[int, int]] | None:
        """Where each row begins and ends; None where rows are not all numbered, once each."""
        if self._starts is None and not _is_odd(self._xml) and b"<!" not in self._xml:
            found = [(int(match[1]), match.start()) for match in _ROW.finditer(self._xml)]
            ends = [start for _, start in found[1:]] + [len(self._xml)]
            starts = {row: (start, end) for (row, start), end in zip(found, ends, strict=False)}
            if len(starts) == len(found) == self._xml.count(b"<row ") + self._xml.count(b"<row>"):
                self._starts = starts
        return self._starts

    def _cell(self, row: int, column: int, snippet: bytes) -> RawCell | None:
        reader = self._reader()
        wrapped = b'<row xmlns="' + MAIN_NS.encode() + b'" r="%d">' % row + snippet + b"</row>"
        try:
            reader.row(etree.fromstring(wrapped, _PARSER))
        except etree.XMLSyntaxError as error:
            raise self._damaged(f"工作表“{self._name}”第 {row} 行读不出来") from error
        return reader.cells.get((row, column))


class _AnyText(Sequence[str]):
    """Stands for the shared strings: what a text says does not matter here."""

    def __len__(self) -> int:
        return 1 << 31

    def __getitem__(self, index: Any) -> Any:
        return ""


_ANY_TEXT = _AnyText()


def _doubtful_cells(row: bytes) -> dict[int, bytes] | None:
    """The formula and error cells of one row's XML, by column; None where cells carry no address."""
    found: dict[int, bytes] = {}
    for match in _CELL.finditer(row):
        place = _PLACE.search(match[1])
        if place is None:
            return None
        if match[1].endswith(b"/"):
            continue
        end = row.find(b"</c>", match.end())
        snippet = row[match.start() : end + 4]
        if _ERROR in match[1] or _FORMULA.search(snippet):
            found[column_number(place[1].decode("ascii"))] = snippet
    return found
