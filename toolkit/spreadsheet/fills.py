"""The styles of a workbook whose cells are being marked: every marked cell keeps its own style but for the fill.

The `styles` part comes in and goes out changed. **The mark's colour says what it covers**: the last digits of green and
blue number the fill that a cell had before, so that marks are removed exactly wherever the cells have moved to, and
whatever program saved the workbook since. Called by `outputs.annotate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree

from toolkit.package.parts import serialise
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.values.words import ERROR, HINT, WARNING

# Each mark's colour (RRGGBB); the last digits of green and blue are 0 and count the fills that marks cover.
BASES: Mapping[str, str] = {ERROR: "FFB0A0", WARNING: "FFD060", HINT: "C0E0F0"}
MOST_FILLS = 256

_COUNTED = ("fonts", "fills", "borders", "cellXfs", "dxfs")

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


@dataclass(frozen=True, slots=True)
class Former:
    """What a marked style stands for: the style it was made from (None: the cell had none), and whether the cell is new."""

    style: int | None
    made: bool


@dataclass
class MarkStyles:
    """A `styles` part being given marked styles. `formers` says of each what it was made from, `fills` what it covers."""

    root: etree._Element
    formers: dict[int, Former] = field(default_factory=dict)
    fills: list[str] = field(default_factory=list)
    _made: dict[tuple[int | None, bool, str], int] = field(default_factory=dict)
    _solids: dict[str, int] = field(default_factory=dict)

    def marked(self, style: int | None, severity: str, *, made: bool) -> int:
        """Return the index of the style that looks like `style` with the mark's fill; it is added the first time."""
        key = (style, made, severity)
        if key not in self._made:
            xfs = self._part("cellXfs")
            index = style or 0
            xf = deepcopy(xfs[index]) if index < len(xfs) else etree.Element(f"{{{MAIN_NS}}}xf", numFmtId="0")
            old = self._fill(int(xf.get("fillId", "0")))
            if old not in self.fills and len(self.fills) < MOST_FILLS:
                self.fills.append(old)
            number = self.fills.index(old) if old in self.fills else MOST_FILLS - 1
            xf.set("fillId", str(self._solid(variant(BASES[severity], number))))
            xf.set("applyFill", "1")
            xfs.append(xf)
            xfs.set("count", str(len(xfs)))
            self._made[key] = len(xfs) - 1
            self.formers[len(xfs) - 1] = Former(style, made)
        return self._made[key]

    def to_bytes(self) -> bytes:
        return serialise(self.root)

    def _part(self, name: str) -> etree._Element:
        found = self.root.find(f"{{{MAIN_NS}}}{name}")
        return etree.SubElement(self.root, f"{{{MAIN_NS}}}{name}") if found is None else found

    def _fill(self, index: int) -> str:
        fills = self._part("fills")
        return fill_text(fills[index]) if index < len(fills) else fill_text(_solid_fill(None))

    def _solid(self, color: str) -> int:
        if color not in self._solids:
            fills = self._part("fills")
            fills.append(_solid_fill(color))
            fills.set("count", str(len(fills)))
            self._solids[color] = len(fills) - 1
        return self._solids[color]


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


def uncover(root: etree._Element, fills: Mapping[int, str]) -> bool:
    """Give every marked style the fill it had before; return whether there was one.

    `fills` are the covered ones by their numbers; a cell whose fill is not known any more gets none.
    """
    holder, xfs = root.find(f"{{{MAIN_NS}}}fills"), root.find(f"{{{MAIN_NS}}}cellXfs")
    if holder is None or xfs is None:
        return False
    covered = {index: number for index, fill in enumerate(holder) if (number := mark_number(solid_color(fill))) is not None}
    found = False
    for xf in xfs:
        number = covered.get(int(xf.get("fillId", "0")))
        if number is None:
            continue
        xf.set("fillId", str(_put_fill(holder, fills.get(number) or fill_text(_solid_fill(None)))))
        found = True
    return found


def variant(base: str, number: int) -> str:
    """Return the colour `base` with `number` (0 to 255) in the last digits of green and blue.

    >>> variant("FFB0A0", 0x2B)
    'FFB2AB'
    """
    return f"{base[:3]}{number >> 4:X}{base[4]}{number & 15:X}"


def mark_number(color: str | None) -> int | None:
    """Return the number in a mark's colour, or None for a colour that is no mark's.

    >>> mark_number("FFB2AB"), mark_number("FFFFFF")
    (43, None)
    """
    if color is None or f"{color[:3]}0{color[4]}0" not in BASES.values():
        return None
    return int(color[3] + color[5], 16)


def solid_color(fill: etree._Element) -> str | None:
    """Return the colour (RRGGBB) of a solid fill, or None for any other."""
    pattern = fill.find(f"{{{MAIN_NS}}}patternFill")
    color = None if pattern is None or pattern.get("patternType") != "solid" else pattern.find(f"{{{MAIN_NS}}}fgColor")
    rgb = None if color is None else color.get("rgb")
    return rgb[-6:].upper() if rgb and len(rgb) >= 6 else None


def fill_text(fill: etree._Element) -> str:
    """Return a fill as text, alike for fills that are alike."""
    text: str = etree.tostring(fill, method="c14n", exclusive=True, with_tail=False).decode()
    return text


def _solid_fill(color: str | None) -> etree._Element:
    fill = etree.Element(f"{{{MAIN_NS}}}fill", nsmap={None: MAIN_NS})
    pattern = etree.SubElement(fill, f"{{{MAIN_NS}}}patternFill", patternType="solid" if color else "none")
    if color:
        etree.SubElement(pattern, f"{{{MAIN_NS}}}fgColor", rgb=f"FF{color}")
        etree.SubElement(pattern, f"{{{MAIN_NS}}}bgColor", indexed="64")
    return fill


def _put_fill(holder: etree._Element, text: str) -> int:
    """Return the index of a fill, which is added where there is none like it."""
    for index, fill in enumerate(holder):
        if fill_text(fill) == text:
            return index
    holder.append(etree.fromstring(text))
    holder.set("count", str(len(holder)))
    return len(holder) - 1
