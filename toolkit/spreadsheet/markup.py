"""How SpreadsheetML is written, for all modules: namespaces, yes and no, prefixes, texts, shared strings, the order of children.

Shared strings are found by searching their part, or parsed where it is written in an unusual way. The schema wants the children
of a worksheet, a workbook and a styles part in one order each: `insert_in_order` puts a new child where it belongs,
`place_in_markup` says where that is in bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from toolkit.package import limits
from toolkit.package.parts import Package

MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# Of what belongs to a sheet: extensions, charts, where drawings stand and what they say, old comments and controls.
XM_NS = "http://schemas.microsoft.com/office/excel/2006/main"
CHART_NS = "http://schemas.openxmlformats.org/drawingml/2006/chart"
ANCHOR_NS = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
DRAWING_NS = "http://schemas.openxmlformats.org/drawingml/2006/main"
VML_EXCEL_NS = "urn:schemas-microsoft-com:office:excel"

# How an attribute, searched for in bytes, says yes; see `truth`.
YES = b"(?:1|true|on)"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)

# Halves of a pair are no characters: they stay as written.
_ESCAPE = re.compile(r"_x(?![Dd][89A-Fa-f])([0-9A-Fa-f]{4})_")
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s*<\?xml(?:(?![^>]*encoding)|(?=[^>]*encoding=[\"']utf-8[\"']))[^>]*>)?\s*<\w", re.I)
_WIDE, _DECLARATION = (b"\xff\xfe", b"\xfe\xff"), re.compile(rb"\A\s*<\?xml[^>]*>")

# Parts texts that are parsed together; nobody types it.
_BETWEEN = "\ue0a5"

_NUMBER = re.compile(r"\s*-?[0-9]{1,9}\s*", re.ASCII)
_MEASURE = re.compile(r"\s*[0-9]{1,9}(?:\.[0-9]*)?(?:[eE][-+]?[0-9])?\s*", re.ASCII)

_TEXT, _RUN = f"{{{MAIN_NS}}}t", f"{{{MAIN_NS}}}r"

# Source: ECMA-376 part 1, 18.2.27, 18.3.1.99, 18.8.39.
WORKSHEET = (
    *("sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection"),
    *("protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells"),
    *("phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup"),
    *("headerFooter", "rowBreaks", "colBreaks", "customProperties", "cellWatches", "ignoredErrors", "smartTags", "drawing"),
    *("legacyDrawing", "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems"),
    *("tableParts", "extLst"),
)
WORKBOOK = (
    *("fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups"),
    *("externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr"),
    *("smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst"),
)
STYLES = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles", "colors"),
    "extLst",
)


_TAG = re.compile(rb"""<(/?)([\w:.-]+)(?=[\s/>])(?:[^<>"']|"[^"<]*"|'[^'<]*')*?(/?)>""")
_ALTERNATIVE = b"AlternateContent"


class UnusualMarkup(Exception):
    """A part is not written as spreadsheet programs write it."""


def parse(xml: bytes) -> etree._Element:
    """Return a piece of markup parsed, nothing outside it looked at. Raises etree.XMLSyntaxError."""
    return etree.fromstring(xml, _PARSER)


def whole_number(text: str | None, default: int) -> int:
    """Return what an attribute says, `default` where there is none or where it is no number that a program writes.

    >>> whole_number("12", 1), whole_number(None, 1), whole_number("XFE1", 1), whole_number("9" * 400, 1)
    (12, 1, 1, 1)
    """
    return int(text) if text is not None and _NUMBER.fullmatch(text) else default


def measure(text: str | None, default: float) -> float:
    """Return a width, a height or a size, `default` where there is none or it is no number.

    >>> measure("8.43", 1), measure("1.5E1", 1), measure("NaN", 1), measure("1E309", 1)
    (8.43, 15.0, 1, 1)
    """
    return float(text) if text is not None and _MEASURE.fullmatch(text) else default


def rich_text(element: etree._Element) -> str:
    """Return the text of an `si` or `is` element: its `t`, or those of its runs; phonetic readings are left out."""
    return unescape("".join(_texts(element)))


def unescape(text: str) -> str:
    """Return `text` with Excel's `_xHHHH_` turned back into characters.

    >>> unescape("甲_x000D_乙_x005F_x000D_")
    '甲\\r乙_x000D_'
    """
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def truth(text: str | None) -> bool:
    """Return whether an XML attribute, or a cell of type `b`, says yes; some programs write it as cells show it.

    >>> [truth(text) for text in ("1", "true", "TRUE", "on", "0", "false", "", None)]
    [True, True, True, True, False, False, False, False]
    """
    return text is not None and text.lower() in ("1", "true", "on")


def escape(text: str) -> str:
    """Return a text as it stands between tags: `xml.sax` has the same, and imports half of the network library for it."""
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def plain_markup(xml: bytes, element: bytes = b"sheetData") -> bytes:
    """Return a part's XML in UTF-8, with its own prefix taken off where `element` has one; rarely anything to do."""
    if xml.startswith(_WIDE):
        xml = _DECLARATION.sub(b"", xml.decode("utf-16", "replace").encode())
    if b"<" + element in xml or b":" + element not in xml:
        return xml
    prefix = re.search(rb"<([A-Za-z_][\w.-]*):" + element, xml)
    if prefix is None:
        return xml
    plain = re.sub(rb"<(/?)" + re.escape(prefix[1]) + rb":", rb"<\1", xml)
    return plain.replace(b"xmlns:" + prefix[1] + b"=", b"xmlns=", 1)


def is_searchable(xml: bytes) -> bool:
    """Return whether a part is in UTF-8, without comments, CDATA and carriage returns, which a parser would treat."""
    marked = b"!" in xml and b"<!" in xml
    return not marked and _UTF8.match(xml[:512]) is not None and xml.find(b"\r", 512) < 0


def read_strings(package: Package, part: str | None) -> Sequence[str]:
    """Return the texts of `part`; runs of rich text joined, phonetic readings left out. Raises SourceError for too many."""
    if part is None:
        return ()
    found = searched_strings(plain_markup(package.markup(part), b"sst"))
    if found is not None and len(found) <= limits.SHARED_STRINGS.most:
        return found
    texts: list[str] = []
    for element in package.iterate(part, f"{{{MAIN_NS}}}si"):
        if len(texts) >= limits.SHARED_STRINGS.most:
            raise package.unsafe(limits.SHARED_STRINGS.exceeded())
        texts.append(rich_text(element))
    return texts


def searched_strings(xml: bytes) -> Sequence[str] | None:
    """Return the texts of a part of shared strings, None where it is written in an unusual way."""
    if not is_searchable(xml) or b"<rPh" in xml or b"\0" in xml:
        return None
    pieces = xml[max(xml.find(b"<si"), 0) :].split(b"</si>")
    if not pieces.pop().lstrip().startswith(b"</sst>") or not all(piece.startswith(b"<si>") for piece in pieces):
        return None
    try:
        written = list(map(plain_text, pieces))
        whole = b"\0".join(written).decode()
        texts = whole.split("\0") if written else []
        escaped = [number for number, text in enumerate(written) if b"&" in text]
        parsed = resolved([written[number] for number in escaped])
    except (UnusualMarkup, UnicodeDecodeError):
        return None
    texts = [unescape(text) for text in texts] if "_x" in whole else texts
    for number, text in zip(escaped, parsed, strict=True):
        texts[number] = text
    return texts


def resolved(written: Sequence[bytes]) -> list[str]:
    """Return pieces of XML text with their entities resolved, all in one go by an XML parser. Raises UnusualMarkup."""
    if not written:
        return []
    try:
        texts = (parse(b"<a>" + _BETWEEN.encode().join(written) + b"</a>").text or "").split(_BETWEEN)
    except etree.XMLSyntaxError as error:
        raise UnusualMarkup from error
    if len(texts) != len(written):
        raise UnusualMarkup
    return [unescape(text) for text in texts]


def plain_text(piece: bytes) -> bytes:
    """Return the text of an `si` or `is` element, given up to its end tag, entities as they are: that of its `t` or its runs'."""
    *texts, rest = piece.split(b"</t>")
    if b"<t" in rest and b"<t/>" not in rest:
        raise UnusualMarkup
    if len(texts) == 1:
        text = texts[0]
        return text[text.find(b">", text.rfind(b"<t")) + 1 :]
    return b"".join([text[text.find(b">", text.rfind(b"<t")) + 1 :] for text in texts])


def _texts(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _RUN:
            yield from _texts(child)


def following(order: Sequence[str], name: str) -> tuple[str, ...]:
    """Return what may stand behind `name` only."""
    return tuple(order[order.index(name) + 1 :])


def insert_in_order(root: etree._Element, element: etree._Element, order: Sequence[str]) -> None:
    """Put `element` below `root`, before the first child that must follow it; behind those that are named alike."""
    name = etree.QName(element)
    later = {f"{{{name.namespace}}}{each}" for each in following(order, name.localname)}
    place = next((child for child in root if child.tag in later), None)
    if place is None:
        root.append(element)
    else:
        place.addprevious(element)


def place_in_markup(markup: bytes, start: int, name: str) -> int:
    """Return where child `name` belongs in a worksheet's markup, no prefixes in it; `start` is behind its `sheetData`."""
    later = frozenset(each.encode() for each in following(WORKSHEET, name))
    if not re.compile(b"<(?:" + b"|".join(sorted(later)) + rb")[\s/>]|" + _ALTERNATIVE).search(markup, start):
        return markup.rindex(b"</worksheet")
    depth = 0
    for match in _TAG.finditer(markup, start):
        closing, tag, closed = match.groups()
        if depth == 0 and (closing or tag in later or (tag.endswith(_ALTERNATIVE) and _holds(markup, match.end(), later))):
            return match.start()
        depth += 0 if closed else -1 if closing else 1
    raise ValueError("a worksheet without an end")


def _holds(markup: bytes, start: int, names: frozenset[bytes]) -> bool:
    """Whether an alternative (`mc:AlternateContent`) that begins before `start` is one of these elements."""
    return any(name in names for name in re.findall(rb"<([\w:.-]+)", markup[start : start + 400])[:3])
