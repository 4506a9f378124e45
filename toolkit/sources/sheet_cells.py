"""A worksheet's filled cells and merges by searching its XML: the fast way for sheets written as all programs write them.

A sheet's bytes, its workbook's strings and styles come in; cells by place go out, or None where anything is written in
another way than expected: then `sources.sparse` reads the sheet element by element. Every filled cell is accounted for:
as many must be found as there are values in the XML, so that none is passed over in silence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from toolkit.sources.formats import DATE, ELAPSED, IN_WAN, PERCENT
from toolkit.sources.grid import CellValue, Position
from toolkit.sources.sparse import iso_value, number_value
from toolkit.spreadsheet.a1 import parse_cell
from toolkit.spreadsheet.cells import NUMERAL
from toolkit.spreadsheet.markup import MAIN_NS, unescape

Cells = dict[Position, CellValue]

# A filled cell: address, attributes, whether there is a formula; its value, plain or rich text. No piece runs on beyond the
# next tag of its kind, so that no XML, however made, takes more than one pass.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3}[1-9][0-9]{0,6})"([^>/]*)>(?!</c>)(?:(<f)(?:(?: [^>]*)?/>|(?: [^>]*)?>[^<]*</f>))?'
    rb"(?:<v(?: [^>/]*)?>([^<]*)</v>|<v/>|<is>(?:<t(?: [^>/]*)?>([^<]*)</t>|([^<]*(?:<(?!/?(?:is|c)[ >/])[^<]*)*))</is>)?</c>"
)
_END, _BLANK_END = b"</c>", b'"></c>'
_STYLE, _TYPE = re.compile(rb'\ss="([0-9]{1,6})"'), re.compile(rb'\st="([A-Za-z]+)"')
_ATTRIBUTES = re.compile(rb'(?:\s[A-Za-z:]+="[^"]*")*\s*')
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^>]*encoding)[^>]*>|<\?xml[^>]*encoding=[\"']utf-8[\"'][^>]*>)?\s*<\w", re.I)
_NUMERAL = re.compile(rb"\s*" + NUMERAL.pattern.encode() + rb"\s*")
_NAMESPACE = MAIN_NS.encode()
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)

# Parts texts that are parsed together; nobody types it.
_BETWEEN = "\ue0a5"

# Up to so many bytes all cells of a sheet are found at once, which is faster; beyond it one by one, in flat memory.
_AT_ONCE = 8 << 20

_SHARED, _WORDS, _PLAIN, _PERCENT, _DATED, _BOOL, _ERROR, _ISO = range(8)
_TYPES = {b"s": _SHARED, b"inlineStr": _WORDS, b"str": _WORDS, b"n": _PLAIN, b"b": _BOOL, b"e": _ERROR, b"d": _ISO}


class _Unusual(Exception):
    """A part is not written as spreadsheet programs write it."""


class Scanned(NamedTuple):
    """A sheet's filled cells, those shown as percentages, and whether a formula or an error cell is among the rest."""

    cells: Cells
    percents: frozenset[Position]
    doubtful: bool


class SheetScanner:
    """Finds the cells of one workbook's sheets; `means` has what each cell style makes of a number (`sources.formats`)."""

    def __init__(self, strings: Callable[[], Sequence[str]], means: Sequence[str], *, date1904: bool) -> None:
        self._load = strings
        self._strings: Sequence[str] = ()
        self._means = means
        self._date1904 = date1904
        self._texts: dict[bytes, str] = {}
        self._kinds: dict[bytes, int] = {}
        self._dated: dict[bytes, str] = {}

    def scan(self, xml: bytes) -> Scanned | None:
        """Return what a sheet holds, None where its XML is unusual. Raises SourceError for what `strings` raises."""
        start, end = xml.find(b"<sheetData"), xml.rfind(b"</sheetData>")
        if not 0 <= start < end or not _is_utf8(xml) or _NAMESPACE not in xml[:start] or not xml[-64:].rstrip().endswith(b"</worksheet>"):
            return None
        try:
            return self._scan(xml, start, end)
        except (_Unusual, ValueError, IndexError, OverflowError):
            return None

    def _scan(self, xml: bytes, start: int, end: int) -> Scanned:
        cells: Cells = {}
        percents: list[Position] = []
        escaped: dict[Position, bytes] = {}
        kinds, texts, doubtful, count = self._kinds, self._texts, False, 0
        for address, attributes, formula, written, words, rich in _groups(xml, start, end):
            count += 1
            kind = kinds.get(attributes)
            if kind is None:
                kind = self._kind(attributes)
            place = _place(address)
            if formula or kind == _ERROR:
                doubtful = True
            if kind == _SHARED:
                cells[place] = self._strings[int(written)]
            elif kind == _WORDS:
                text = words or written or (_text(rich) if rich else b"")
                known = texts.get(text)
                if known is None:
                    if b"&" in text:
                        escaped[place] = text
                        known = ""
                    else:
                        known = texts[text] = unescape(text.decode())
                cells[place] = known
            elif kind > _DATED or not written or written.isspace():
                if kind in (_BOOL, _ISO) and written and not written.isspace():
                    said = written.strip().decode()
                    cells[place] = said in ("1", "true", "TRUE") if kind == _BOOL else iso_value(said)
            elif _NUMERAL.fullmatch(written) is None:
                raise _Unusual
            elif kind == _DATED:
                cells[place] = number_value(float(written), self._dated[attributes], self._date1904)
            else:
                cells[place] = float(written)
                if kind == _PERCENT:
                    percents.append(place)
        ends = xml.count(_END, start, end)
        if count != ends and count != ends - xml.count(_BLANK_END, start, end):
            raise _Unusual
        if escaped:
            new = list(dict.fromkeys(escaped.values()))
            texts.update(zip(new, _parsed(new), strict=True))
            cells.update((place, texts[text]) for place, text in escaped.items())
        if "" in cells.values():
            cells = {place: value for place, value in cells.items() if value != ""}
        return Scanned(cells, frozenset(percents), doubtful)

    def _kind(self, attributes: bytes) -> int:
        """What the attributes of a cell say of it: how its value is written, and whether its format means something."""
        if _ATTRIBUTES.fullmatch(attributes) is None:
            raise _Unusual
        style, written = _STYLE.search(attributes), _TYPE.search(attributes)
        kind = _TYPES.get(written[1] if written else b"n")
        if kind is None:
            raise _Unusual
        if kind == _SHARED and not self._strings:
            self._strings = self._load()
        number = int(style[1]) if style else 0
        means = self._means[number] if number < len(self._means) else ""
        if kind == _PLAIN:
            kind = _PERCENT if means == PERCENT else _DATED if means in (DATE, ELAPSED, IN_WAN) else _PLAIN
        self._kinds[attributes], self._dated[attributes] = kind, means
        return kind


def shared_strings(xml: bytes) -> Sequence[str] | None:
    """Return the texts of a part of shared strings, None where it is written in an unusual way."""
    if not _is_utf8(xml) or b"<rPh" in xml or b"\0" in xml:
        return None
    pieces = xml[max(xml.find(b"<si"), 0) :].split(b"</si>")
    if not pieces.pop().lstrip().startswith(b"</sst>") or not all(piece.startswith(b"<si>") for piece in pieces):
        return None
    try:
        written = list(map(_text, pieces))
        whole = b"\0".join(written).decode()
        texts = whole.split("\0") if written else []
        escaped = [number for number, text in enumerate(written) if b"&" in text]
        parsed = _parsed([written[number] for number in escaped])
    except (_Unusual, UnicodeDecodeError):
        return None
    texts = [unescape(text) for text in texts] if "_x" in whole else texts
    for number, text in zip(escaped, parsed, strict=True):
        texts[number] = text
    return texts


def _parsed(written: Sequence[bytes]) -> list[str]:
    """Pieces of XML text with their entities resolved, all in one go by an XML parser."""
    if not written:
        return []
    try:
        texts = (etree.fromstring(b"<a>" + _BETWEEN.encode().join(written) + b"</a>", _PARSER).text or "").split(_BETWEEN)
    except etree.XMLSyntaxError as error:
        raise _Unusual from error
    if len(texts) != len(written):
        raise _Unusual
    return [unescape(text) for text in texts]


def _text(piece: bytes) -> bytes:
    """The text of an `si` or `is` element, given up to its end tag, entities as they are: that of its `t` or its runs'."""
    *texts, rest = piece.split(b"</t>")
    if b"<t" in rest and b"<t/>" not in rest:
        raise _Unusual
    if len(texts) == 1:
        text = texts[0]
        return text[text.find(b">", text.rfind(b"<t")) + 1 :]
    return b"".join([text[text.find(b">", text.rfind(b"<t")) + 1 :] for text in texts])


def _groups(xml: bytes, start: int, end: int) -> Iterable[tuple[bytes, ...]]:
    if len(xml) <= _AT_ONCE:
        return _CELL.findall(xml, start, end)
    return (match.groups(b"") for match in _CELL.finditer(xml, start, end))


def _is_utf8(xml: bytes) -> bool:
    """Whether a part is in UTF-8, without comments, CDATA and carriage returns, which a parser would treat."""
    marked = b"!" in xml and b"<!" in xml
    return not marked and _UTF8.match(xml[:512]) is not None and xml.find(b"\r", 512) < 0


@lru_cache(maxsize=16384)
def _place(address: bytes) -> Position:
    return parse_cell(address.decode())
