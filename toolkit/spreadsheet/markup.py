"""Small readings of SpreadsheetML that several modules share: namespaces, texts of strings, yes and no, prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CUSTOM_NS = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"

# How an attribute, searched for in bytes, says yes; see `truth`.
YES = b"(?:1|true|on)"

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml(?![^>]*encoding)[^>]*>|<\?xml[^>]*encoding=[\"']utf-8[\"'][^>]*>)?\s*<\w", re.I)
_WIDE, _DECLARATION = (b"\xff\xfe", b"\xfe\xff"), re.compile(rb"\A\s*<\?xml[^>]*>")
_TEXT, _RUN = f"{{{MAIN_NS}}}t", f"{{{MAIN_NS}}}r"


def parse(xml: bytes) -> etree._Element:
    """Return a piece of markup parsed, nothing outside it looked at. Raises etree.XMLSyntaxError."""
    return etree.fromstring(xml, _PARSER)


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


def _texts(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _RUN:
            yield from _texts(child)
