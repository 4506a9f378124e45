"""A worksheet written as all programs write it, read by searching its bytes: all its filled cells, or a single one.

A sheet's bytes, its workbook's strings and styles come in; values by place go out, or None where anything is written in
another way than expected: then `scan` has the sheet read element by element. Every filled cell is accounted for: as many
must be found as there are values in the XML, so that none is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from io import BytesIO
from itertools import pairwise
from typing import NamedTuple

from lxml import etree

from toolkit.errors import SourceError
from toolkit.spreadsheet import number_formats as formats
from toolkit.spreadsheet.a1 import cell_name, parse_cell
from toolkit.spreadsheet.cells import KINDS, CellReader, Position, RawCell, ShownValue, number, reader, shown_date, shown_number
from toolkit.spreadsheet.markup import MAIN_NS, UnusualMarkup, is_searchable, parse, plain_text, resolved, unescape

# A filled cell: address, attributes, whether there is a formula; its value, plain or rich text. No piece runs on beyond the
# next tag of its kind, so that no XML, however made, takes more than one pass.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^<>/]*)>(?!</c>)(?:(<f)(?:(?: [^<>]*)?/>|(?: [^<>]*)?>[^<]*</f>))?'
    rb"(?:<v(?: [^<>/]*)?>([^<]*)</v>|<v/>|<is>(?:<t(?: [^<>/]*)?>([^<]*)</t>|([^<]*(?:<(?!/?(?:is|c)[ >/])[^<]*)*))</is>)?</c>"
)
_END, _BLANK_END = b"</c>", b'"></c>'
_STYLE, _TYPE = re.compile(rb'\ss="([0-9]{1,6})"'), re.compile(rb'\st="([A-Za-z]+)"')
_ATTRIBUTES = re.compile(rb'(?:\s[A-Za-z:]+="[^"]*")*\s*')
_NAMESPACE = MAIN_NS.encode()
_ROW = re.compile(rb'<row\b[^<>]*?\sr="([0-9]+)"')
_FORMULA = re.compile(rb"<f[ >/]")

# Up to so many bytes all cells of a sheet are found at once, which is faster; beyond it one by one, in flat memory.
_AT_ONCE = 8 << 20

# So many cells are looked for in the whole sheet before it is noted where its rows begin.
_FEW = 16

_VALUE, _PERCENT, _WORDS, _ERROR = range(4)
_KINDS = {"str": _WORDS, "inlineStr": _WORDS, "e": _ERROR}


class Found(NamedTuple):
    """A sheet's filled cells, those shown as percentages, and those that are formulas or errors, filled or not."""

    cells: dict[Position, ShownValue]
    percents: frozenset[Position]
    behind: frozenset[Position]


class PlainCells:
    """Finds the cells of one workbook's sheets; `means` has what each cell style makes of a number (`number_formats`)."""

    def __init__(self, strings: Callable[[], Sequence[str]], means: Sequence[str], *, date1904: bool) -> None:
        self.strings: Sequence[str] = ()
        self._load = strings
        self._means = means
        self._date1904 = date1904
        self._texts: dict[bytes, str] = {}
        self._readers: dict[bytes, tuple[int, Callable[[bytes], ShownValue]]] = {}

    def find(self, xml: bytes) -> Found | None:
        """Return what a sheet holds, None where its XML is unusual. Raises SourceError for what `strings` raises."""
        start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
        if not 0 <= start < end or not is_searchable(xml) or _NAMESPACE not in xml[:start]:
            return None
        try:
            return self._find(xml, start, end) if xml[-64:].rstrip().endswith(b"</worksheet>") else None
        except (UnusualMarkup, ValueError, IndexError, OverflowError):
            return None

    def _find(self, xml: bytes, start: int, end: int) -> Found:
        cells: dict[Position, ShownValue] = {}
        percents: list[Position] = []
        escaped: dict[Position, bytes] = {}
        behind: list[Position] = []
        readers, texts, count = self._readers, self._texts, 0
        for address, attributes, formula, written, words, rich in _groups(xml, start, end):
            count += 1
            kind, read = readers.get(attributes) or self._reader(attributes)
            place = _place(address)
            if formula or kind == _ERROR:
                behind.append(place)
            if kind == _WORDS:
                text = words or written or (plain_text(rich) if rich else b"")
                known = texts.get(text)
                if known is None:
                    if b"&" in text:
                        escaped[place] = text
                        known = ""
                    else:
                        known = texts[text] = unescape(text.decode())
                cells[place] = known
            elif written and kind != _ERROR:
                cells[place] = read(written)
                if kind == _PERCENT:
                    percents.append(place)
        ends = xml.count(_END, start, end)
        if count != ends and count != ends - xml.count(_BLANK_END, start, end):
            raise UnusualMarkup
        if escaped:
            new = list(dict.fromkeys(escaped.values()))
            texts.update(zip(new, resolved(new), strict=True))
            cells.update((place, texts[text]) for place, text in escaped.items())
        if "" in cells.values():
            cells = {place: value for place, value in cells.items() if value != ""}
        return Found(cells, frozenset(percents), frozenset(behind))

    def _reader(self, attributes: bytes) -> tuple[int, Callable[[bytes], ShownValue]]:
        """What the attributes of a cell say of it: how its value is written, and whether its format means something."""
        if _ATTRIBUTES.fullmatch(attributes) is None:
            raise UnusualMarkup
        style, typed = _STYLE.search(attributes), _TYPE.search(attributes)
        written_as = typed[1].decode() if typed else "n"
        if written_as not in KINDS:
            raise UnusualMarkup
        if written_as == "s" and not self.strings:
            self.strings = self._load()
        index = int(style[1]) if style else 0
        means = self._means[index] if written_as == "n" and index < len(self._means) else formats.PLAIN
        kind = _KINDS.get(written_as, _VALUE)
        read: Callable[[bytes], ShownValue] = reader(written_as, self.strings)
        if written_as == "d":
            read = _dated
        elif means == formats.PERCENT:
            kind = _PERCENT
        elif means != formats.PLAIN:
            read = partial(_shown, means, self._date1904)
        self._readers[attributes] = kind, read
        return kind, read


class SingleCells:
    """Answers for one cell of a sheet that `PlainCells` could read; call it with 1-based (row, column).

    Only error cells and formulas are looked at, None stands for all others; those `found` are known. No more is taken apart than the cell that is
    asked for, because an issued workbook holds hundreds of formulas of ours beside the form; where a formula is shared
    with other cells, the whole sheet is read once.
    """

    def __init__(self, xml: bytes, found: Found, strings: Sequence[str], damaged: Callable[[str], SourceError]) -> None:
        self._xml = xml
        self._found = found
        self._asked = 0
        self._strings = strings
        self._damaged = damaged
        self._rows: Mapping[int, tuple[int, int]] | None = None
        self._all: Mapping[Position, RawCell] | None = None

    def __call__(self, place: Position) -> RawCell | None:
        if place in self._found.cells and place not in self._found.behind:
            return None
        snippet = self._snippet(place) if min(place) > 0 else None
        if snippet is None:
            return None
        if b'"shared"' in snippet:
            if self._all is None:
                rows = etree.iterparse(BytesIO(self._xml), tag=f"{{{MAIN_NS}}}row", resolve_entities=False, no_network=True, load_dtd=False)
                self._all = self._read(element for _, element in rows)
            return self._all.get(place)
        wrapped = b'<row xmlns="' + _NAMESPACE + b'" r="%d">' % place[0] + snippet + b"</row>"
        return self._read(map(parse, [wrapped])).get(place)

    def _read(self, rows: Iterable[etree._Element]) -> Mapping[Position, RawCell]:
        reader = CellReader(lambda: self._strings, self._damaged, self._damaged)
        try:
            for row in rows:
                reader.row(row)
                row.clear()
        except etree.XMLSyntaxError as error:
            raise self._damaged("不是完整的 XML") from error
        return reader.cells

    def _snippet(self, place: Position) -> bytes | None:
        """The XML of a cell that is a formula or an error."""
        self._asked += 1
        if self._rows is None and self._asked > _FEW:
            self._rows = self._row_places()
        start, end = self._rows.get(place[0], (0, 0)) if self._rows else (0, len(self._xml))
        start = self._xml.rfind(b'<c r="' + cell_name(*place).encode() + b'"', start, end)
        close = self._xml.find(b">", start)
        if start < 0 or self._xml[close - 1 : close] == b"/":
            return None
        snippet = self._xml[start : self._xml.find(b"</c>", close) + 4]
        return snippet if b't="e"' in snippet[: close - start] or _FORMULA.search(snippet) else None

    def _row_places(self) -> Mapping[int, tuple[int, int]]:
        """Where each row begins and ends; nothing where rows are not all numbered, once each."""
        found = [(int(match[1]), match.start()) for match in _ROW.finditer(self._xml)]
        places = {row: (start, end) for (row, start), (_, end) in pairwise([*found, (0, len(self._xml))])}
        return places if len(places) == len(found) == self._xml.count(b"<row ") + self._xml.count(b"<row>") else {}


def _shown(means: str, date1904: bool, text: bytes) -> ShownValue:
    return shown_number(number(text), means, date1904)


def _dated(text: bytes) -> ShownValue:
    return shown_date(text.strip().decode())


def _groups(xml: bytes, start: int, end: int) -> Iterable[tuple[bytes, ...]]:
    if len(xml) <= _AT_ONCE:
        return _CELL.findall(xml, start, end)
    return (match.groups(b"") for match in _CELL.finditer(xml, start, end))


@lru_cache(maxsize=16384)
def _place(address: bytes) -> Position:
    return parse_cell(address.decode())
