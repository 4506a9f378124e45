"""The cell styles of a workbook: what a style index means for width and height, and new styles made from old ones.

The `styles` part comes in; font sizes, wrapping and number formats go out, and the changed part. Called by outputs.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from toolkit.package.parts import serialise
from toolkit.spreadsheet.markup import MAIN_NS, truth

# The parts of a styles part, in the order its schema wants.
_ORDER = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")

_XFS, _FONTS, _ALIGNMENT = (f"{{{MAIN_NS}}}{tag}" for tag in ("cellXfs", "fonts", "alignment"))

DEFAULT_SIZE = 11.0
_IN_CHINESE, _IN_LATIN = 2.0, 2.15


@dataclass(frozen=True, slots=True)
class Look:
    """How a new cell style looks; colours are RRGGBB, `border` that of thin lines, None for none. Cells are locked."""

    size: float = 10
    color: str = "000000"
    bold: bool = False
    font: str = "宋体"
    fill: str | None = None
    border: str | None = None
    horizontal: str = "general"
    indent: int = 0
    wrap: bool = False


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
        self._looks: dict[Look, int] = {}
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

    def add(self, look: Look) -> int:
        """Return the index of a style that looks so; it is added the first time."""
        if look not in self._looks:
            font, fill, border = _font(look), _fill(look.fill), _border(look.border)
            parts = {"fontId": ("fonts", font), "fillId": ("fills", fill), "borderId": ("borders", border)}
            xf = etree.SubElement(self._xfs, f"{{{MAIN_NS}}}xf", numFmtId="0")
            for attribute, (holder, part) in parts.items():
                xf.set(attribute, str(self._append(holder, part)))
            for aspect in ("Font", "Fill", "Border", "Alignment", "Protection"):
                xf.set(f"apply{aspect}", "1")
            alignment = etree.SubElement(xf, _ALIGNMENT, horizontal=look.horizontal, vertical="center")
            if look.wrap:
                alignment.set("wrapText", "1")
            if look.indent:
                alignment.set("indent", str(look.indent))
            etree.SubElement(xf, f"{{{MAIN_NS}}}protection", locked="1")
            self._xfs.set("count", str(len(self._xfs)))
            self._looks[look] = len(self._xfs) - 1
            self.changed = True
        return self._looks[look]

    def add_difference(self, color: str, *, fill: str | None = None, bold: bool = False) -> int:
        """Return the index of a new style for conditional formats, which changes colours (RRGGBB) and weight only."""
        difference = etree.Element(f"{{{MAIN_NS}}}dxf")
        font = etree.SubElement(difference, f"{{{MAIN_NS}}}font")
        if bold:
            etree.SubElement(font, f"{{{MAIN_NS}}}b")
        etree.SubElement(font, f"{{{MAIN_NS}}}color", rgb=f"FF{color}")
        if fill:
            pattern = etree.SubElement(etree.SubElement(difference, f"{{{MAIN_NS}}}fill"), f"{{{MAIN_NS}}}patternFill")
            etree.SubElement(pattern, f"{{{MAIN_NS}}}bgColor", rgb=f"FF{fill}")
        self.changed = True
        return self._append("dxfs", difference)

    def to_bytes(self) -> bytes:
        return serialise(self._root)

    def _append(self, holder: str, element: etree._Element) -> int:
        """Put `element` behind those of its kind and return its index."""
        found = self._root.find(f"{{{MAIN_NS}}}{holder}")
        if found is None:
            found = etree.Element(f"{{{MAIN_NS}}}{holder}")
            before = [e for tag in _ORDER[: _ORDER.index(holder)] for e in self._root.findall(f"{{{MAIN_NS}}}{tag}")]
            self._root.insert(self._root.index(before[-1]) + 1 if before else 0, found)
        found.append(element)
        found.set("count", str(len(found)))
        return len(found) - 1

    def _xf(self, style: int) -> etree._Element:
        return self._xfs[style] if 0 <= style < len(self._xfs) else etree.Element(f"{{{MAIN_NS}}}xf")


def _size(font: etree._Element) -> float:
    element = font.find(f"{{{MAIN_NS}}}sz")
    return DEFAULT_SIZE if element is None else float(element.get("val", DEFAULT_SIZE))


def _font(look: Look) -> etree._Element:
    font = etree.Element(f"{{{MAIN_NS}}}font")
    if look.bold:
        etree.SubElement(font, f"{{{MAIN_NS}}}b")
    etree.SubElement(font, f"{{{MAIN_NS}}}sz", val=f"{look.size:g}")
    etree.SubElement(font, f"{{{MAIN_NS}}}color", rgb=f"FF{look.color}")
    etree.SubElement(font, f"{{{MAIN_NS}}}name", val=look.font)
    return font


def _fill(color: str | None) -> etree._Element:
    fill = etree.Element(f"{{{MAIN_NS}}}fill")
    pattern = etree.SubElement(fill, f"{{{MAIN_NS}}}patternFill", patternType="solid" if color else "none")
    if color:
        etree.SubElement(pattern, f"{{{MAIN_NS}}}fgColor", rgb=f"FF{color}")
        etree.SubElement(pattern, f"{{{MAIN_NS}}}bgColor", indexed="64")
    return fill


def _border(color: str | None) -> etree._Element:
    border = etree.Element(f"{{{MAIN_NS}}}border")
    for name in ("left", "right", "top", "bottom"):
        side = etree.SubElement(border, f"{{{MAIN_NS}}}{name}")
        if color:
            side.set("style", "thin")
            etree.SubElement(side, f"{{{MAIN_NS}}}color", rgb=f"FF{color}")
    etree.SubElement(border, f"{{{MAIN_NS}}}diagonal")
    return border
