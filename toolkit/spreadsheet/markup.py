"""Small readings of SpreadsheetML that several modules share: namespaces, texts of strings, yes and no."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

MAIN_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


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
    """Return whether an XML attribute says yes."""
    return text in ("1", "true", "on")


def _texts(element: etree._Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{{{MAIN_NS}}}t":
            yield child.text or ""
        elif child.tag == f"{{{MAIN_NS}}}r":
            yield from _texts(child)
