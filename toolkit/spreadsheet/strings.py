"""The shared strings of a workbook: by searching their part, or parsed where it is written in an unusual way.

Also how `plain` reads a text in a cell itself. Called by `workbook`, once, when the first cell refers to a string.
"""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from toolkit.package import limits
from toolkit.package.parts import Package
from toolkit.spreadsheet.markup import MAIN_NS, is_searchable, parse, plain_markup, rich_text, unescape

# Parts texts that are parsed together; nobody types it.
_BETWEEN = "\ue0a5"


class UnusualMarkup(Exception):
    """A part is not written as spreadsheet programs write it."""


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
