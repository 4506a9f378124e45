"""The styles part of a workbook: what a style index means for width and height, and new styles, made up or from old ones.

The one place that knows how cell styles, fonts, fills, borders and styles for conditional formats are written. Its XML comes
in; font sizes, wrapping and indexes of styles go out, and the changed part. What marks cells (`fills`) stands on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS, serialise
from toolkit.spreadsheet.markup import MAIN_NS, STYLES, insert_in_order, measure, truth, whole_number

_XFS, _FONTS, _ALIGNMENT = (f"{{{MAIN_NS}}}{tag}" for tag in ("cellXfs", "fonts", "alignment"))

# The lists that styles are added to; what is behind the first so many of each is taken away again by `cut_back`.
_COUNTED = ("fonts", "fills", "borders", "cellXfs", "dxfs")

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"

# A workbook without styles; Excel wants two fills at least.
EMPTY_STYLES = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="{MAIN_NS}">'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    "</styleSheet>"
).encode()

DEFAULT_SIZE = 11.0
_IN_CHINESE, _IN_LATIN = 2.0, 2.15


@dataclass(frozen=True, slots=True)
class Look:
    """How a new cell style looks; colours are RRGGBB, `border` that of thin lines, None for none."""

    size: float = 10
    color: str = "000000"
    bold: bool = False
    font: str = "宋体"
    fill: str | None = None
    border: str | None = None
    horizontal: str = "general"
    indent: int = 0
    wrap: bool = False
    locked: bool = True


class Stylesheet:
    """Cell styles by index; styles that are asked for and not there are added."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        xfs, fonts = root.find(_XFS), root.find(_FONTS)
        self._xfs = etree.SubElement(root, _XFS) if xfs is None else xfs
        self._sizes = [] if fonts is None else [_size(font) for font in fonts]
        name = None if fonts is None else fonts.find(f"{{{MAIN_NS}}}font/{{{MAIN_NS}}}name")
        self._latin = name is None or name.get("val", "").isascii()
        self._wrapped: dict[int, int] = {}
        self._locked: dict[int, int] = {}
        self._formatted: dict[tuple[int, int], int] = {}
        self._solids: dict[str, int] = {}
        self._looks: dict[Look, int] = {}
        self.changed = False

    def font_size(self, style: int) -> float:
        """Return the font size of a style in points."""
        font = whole_number(self._xf(style).get("fontId"), 0) if 0 <= style < len(self._xfs) else 0
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
            self._wrapped[style] = self._derived(style, _wrap)
        return self._wrapped[style]

    def formatted(self, style: int, number: int) -> int | None:
        """Return the index of the same style with built-in number format `number`; None for a style that is not there."""
        if style >= len(self._xfs):
            return None

        def change(xf: etree._Element) -> None:
            xf.set("numFmtId", str(number))
            xf.set("applyNumberFormat", "1")
            xf.attrib.pop("quotePrefix", None)

        if (style, number) not in self._formatted:
            self._formatted[style, number] = self._derived(style, change)
        return self._formatted[style, number]

    def locked(self, style: int) -> int:
        """Return the index of the same style with the cell locked; it is added the first time."""
        protection = self._xf(style).find(f"{{{MAIN_NS}}}protection")
        if protection is None or protection.get("locked") in (None, "1", "true"):
            return style

        def change(xf: etree._Element) -> None:
            for each in xf.iterfind(f"{{{MAIN_NS}}}protection"):
                each.set("locked", "1")

        if style not in self._locked:
            self._locked[style] = self._derived(style, change)
        return self._locked[style]

    def filled(self, style: int, color: str) -> int:
        """Return the index of a new style: the same with a solid fill of this colour (RRGGBB)."""
        if color not in self._solids:
            self._solids[color] = self._append("fills", solid_fill(color))

        def change(xf: etree._Element) -> None:
            xf.set("fillId", str(self._solids[color]))
            xf.set("applyFill", "1")

        return self._derived(style, change)

    def fill(self, style: int) -> etree._Element:
        """Return the fill of a style."""
        fills, index = self.root.find(f"{{{MAIN_NS}}}fills"), whole_number(self._xf(style).get("fillId"), 0)
        return fills[index] if fills is not None and index < len(fills) else solid_fill(None)

    def add(self, look: Look) -> int:
        """Return the index of a style that looks so; it is added the first time."""
        if look not in self._looks:
            font, fill, border = _font(look), solid_fill(look.fill), _border(look.border)
            parts = {"fontId": ("fonts", font), "fillId": ("fills", fill), "borderId": ("borders", border)}
            xf = etree.Element(f"{{{MAIN_NS}}}xf", numFmtId="0")
            for attribute, (holder, part) in parts.items():
                xf.set(attribute, str(self._append(holder, part)))
            for aspect in ("Font", "Fill", "Border", "Alignment", "Protection"):
                xf.set(f"apply{aspect}", "1")
            alignment = etree.SubElement(xf, _ALIGNMENT, horizontal=look.horizontal, vertical="center")
            if look.wrap:
                alignment.set("wrapText", "1")
            if look.indent:
                alignment.set("indent", str(look.indent))
            etree.SubElement(xf, f"{{{MAIN_NS}}}protection", locked="1" if look.locked else "0")
            self._looks[look] = self._append("cellXfs", xf)
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
        return self._append("dxfs", difference)

    def to_bytes(self) -> bytes:
        return serialise(self.root)

    def _derived(self, style: int, change: Callable[[etree._Element], None]) -> int:
        """Return the index of a new style that is `style` but for what `change` does to it."""
        xf = deepcopy(self._xf(style))
        change(xf)
        return self._append("cellXfs", xf)

    def _append(self, holder: str, element: etree._Element) -> int:
        """Put `element` behind those of its kind and return its index."""
        found = self.root.find(f"{{{MAIN_NS}}}{holder}")
        if found is None:
            found = etree.Element(f"{{{MAIN_NS}}}{holder}")
            insert_in_order(self.root, found, STYLES)
        found.append(element)
        found.set("count", str(len(found)))
        self.changed = True
        return len(found) - 1

    def _xf(self, style: int) -> etree._Element:
        return self._xfs[style] if 0 <= style < len(self._xfs) else etree.Element(f"{{{MAIN_NS}}}xf", numFmtId="0")


def open_styles(draft: Draft, book: str) -> tuple[str, etree._Element]:
    """Return the styles part of workbook part `book` and its content, made where the workbook has none."""
    part = draft.related(book, "styles")
    if part is None:
        part = draft.free_name("xl/styles.xml") if "xl/styles.xml" in draft else "xl/styles.xml"
        draft.put(part, EMPTY_STYLES, _STYLES_TYPE)
        draft.link(book, f"{OFFICE_RELATIONSHIPS}/styles", part)
    return part, draft.xml(part)


def sizes(root: etree._Element) -> dict[str, int]:
    """Return how many fonts, fills, borders … a styles part has."""
    return {name: len(found) for name in _COUNTED if (found := root.find(f"{{{MAIN_NS}}}{name}")) is not None}


def cut_back(root: etree._Element, before: Mapping[str, int]) -> None:
    """Take away what was added behind the first so many fonts, fills, borders …; what was not there before goes whole."""
    for name in _COUNTED:
        found = root.find(f"{{{MAIN_NS}}}{name}")
        if found is None:
            continue
        for element in list(found)[before.get(name, 0) :]:
            found.remove(element)
        if name not in before:
            root.remove(found)
        elif found.get("count") is not None:
            found.set("count", str(len(found)))


def solid_fill(color: str | None) -> etree._Element:
    """Return a fill of one colour (RRGGBB), None for none."""
    fill = etree.Element(f"{{{MAIN_NS}}}fill", nsmap={None: MAIN_NS})
    pattern = etree.SubElement(fill, f"{{{MAIN_NS}}}patternFill", patternType="solid" if color else "none")
    if color:
        etree.SubElement(pattern, f"{{{MAIN_NS}}}fgColor", rgb=f"FF{color}")
        etree.SubElement(pattern, f"{{{MAIN_NS}}}bgColor", indexed="64")
    return fill


def solid_color(fill: etree._Element) -> str | None:
    """Return the colour (RRGGBB) of a solid fill, or None for any other."""
    pattern = fill.find(f"{{{MAIN_NS}}}patternFill")
    color = None if pattern is None or pattern.get("patternType") != "solid" else pattern.find(f"{{{MAIN_NS}}}fgColor")
    rgb = None if color is None else color.get("rgb")
    return rgb[-6:].upper() if rgb and len(rgb) >= 6 else None


def _wrap(xf: etree._Element) -> None:
    alignment = xf.find(_ALIGNMENT)
    if alignment is None:
        alignment = etree.Element(_ALIGNMENT)
        xf.insert(0, alignment)
    alignment.set("wrapText", "1")
    xf.set("applyAlignment", "1")


def _size(font: etree._Element) -> float:
    element = font.find(f"{{{MAIN_NS}}}sz")
    return DEFAULT_SIZE if element is None else measure(element.get("val"), DEFAULT_SIZE)


def _font(look: Look) -> etree._Element:
    font = etree.Element(f"{{{MAIN_NS}}}font")
    if look.bold:
        etree.SubElement(font, f"{{{MAIN_NS}}}b")
    etree.SubElement(font, f"{{{MAIN_NS}}}sz", val=f"{look.size:g}")
    etree.SubElement(font, f"{{{MAIN_NS}}}color", rgb=f"FF{look.color}")
    etree.SubElement(font, f"{{{MAIN_NS}}}name", val=look.font)
    return font


def _border(color: str | None) -> etree._Element:
    border = etree.Element(f"{{{MAIN_NS}}}border")
    for name in ("left", "right", "top", "bottom"):
        side = etree.SubElement(border, f"{{{MAIN_NS}}}{name}")
        if color:
            side.set("style", "thin")
            etree.SubElement(side, f"{{{MAIN_NS}}}color", rgb=f"FF{color}")
    etree.SubElement(border, f"{{{MAIN_NS}}}diagonal")
    return border
