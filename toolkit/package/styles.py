"""The cell styles of a workbook: what a style index means for width and height, and new styles made from old ones.

The `styles` part comes in; font sizes, wrapping and number formats go out, and the changed part. Called by outputs.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from toolkit.package.draft import serialise
from toolkit.package.markup import MAIN_NS, truth

_XFS, _FONTS, _ALIGNMENT = (f"{{{MAIN_NS}}}{tag}" for tag in ("cellXfs", "fonts", "alignment"))

DEFAULT_SIZE = 11.0
_IN_CHINESE, _IN_LATIN = 2.0, 2.15


class Stylesheet:
    """Cell styles by index; styles that are asked for and not there are added."""

    def __init__(self, data: bytes) -> None:
        self._root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
        xfs, fonts = self._root.find(_XFS), self._root.find(_FONTS)
        self._xfs = etree.SubElement(self._root, _XFS) if xfs is None else xfs
        self._sizes = [] if fonts is None else [_size(font) for font in fonts]
        name = None if fonts is None else fonts.find(f"{{{MAIN_NS}}}font/{{{MAIN_NS}}}name")
        self._latin = name is None or name.get("val", "").isascii()
        self._wrapped: dict[int, int] = {}
        self.changed = False

    def font_size(self, style: int) -> float:
        """Return the font size of a style in points."""
        font = int(self._xf(style).get("fontId", "0")) if 0 <= style < len(self._xfs) else 0
        return self._sizes[font] if font < len(self._sizes) else DEFAULT_SIZE

    def full_width(self, style: int) -> float:
        """Return the width of a Chinese character of this style in digits of the workbook's standard font.

        Columns are measured in such digits: at 11 points 8 pixels in 宋体 or 等线, 7 in Calibri; a character has 15.
        """
        standard = self._sizes[0] if self._sizes else DEFAULT_SIZE
        return (_IN_LATIN if self._latin else _IN_CHINESE) * self.font_size(style) / standard

    def wraps(self, style: int) -> bool:
        """Return whether text of this style breaks into lines."""
        alignment = self._xf(style).find(_ALIGNMENT)
        if alignment is None:
            return False
        spread = alignment.get("horizontal") in ("justify", "distributed") or alignment.get("vertical") == "justify"
        return spread or truth(alignment.get("wrapText"))

    def shrinks(self, style: int) -> bool:
        """Return whether Excel makes the text of this style smaller until it fits."""
        alignment = self._xf(style).find(_ALIGNMENT)
        return alignment is not None and truth(alignment.get("shrinkToFit")) and not truth(alignment.get("wrapText"))

    def wrapped(self, style: int) -> int:
        """Return the index of the same style with lines that break; it is added the first time."""
        if style not in self._wrapped:
            copy = deepcopy(self._xf(style))
            alignment = copy.find(_ALIGNMENT)
            if alignment is None:
                alignment = etree.Element(_ALIGNMENT)
                copy.insert(0, alignment)
            alignment.set("wrapText", "1")
            copy.set("applyAlignment", "1")
            self._xfs.append(copy)
            self._xfs.set("count", str(len(self._xfs)))
            self._wrapped[style] = len(self._xfs) - 1
            self.changed = True
        return self._wrapped[style]

    def to_bytes(self) -> bytes:
        return serialise(self._root)

    def _xf(self, style: int) -> etree._Element:
        return self._xfs[style] if 0 <= style < len(self._xfs) else etree.Element(f"{{{MAIN_NS}}}xf")


def _size(font: etree._Element) -> float:
    element = font.find(f"{{{MAIN_NS}}}sz")
    return DEFAULT_SIZE if element is None else float(element.get("val", DEFAULT_SIZE))
