"""Marks on cells as styles: every marked cell keeps its own style but for the fill.

A `Stylesheet` comes in and gets the marked styles. **The mark's colour says what it covers**: the last digits of green and
blue number the fill that a cell had before, so that marks are removed exactly wherever the cells have moved to, and
whatever program saved the workbook since. Called by `outputs.marked`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from toolkit.spreadsheet.markup import MAIN_NS, whole_number
from toolkit.spreadsheet.styles import Stylesheet, solid_color, solid_fill
from toolkit.values.words import ERROR, HINT, WARNING

# Each mark's colour (RRGGBB); the last digits of green and blue are 0 and count the fills that marks cover.
BASES: Mapping[str, str] = {ERROR: "FFB0A0", WARNING: "FFD060", HINT: "C0E0F0"}
MOST_FILLS = 256


@dataclass(frozen=True, slots=True)
class Former:
    """What a marked style stands for: the style it was made from (None: the cell had none), and whether the cell is new."""

    style: int | None
    made: bool


@dataclass
class MarkStyles:
    """A stylesheet being given marked styles. `formers` says of each what it was made from, `fills` what it covers."""

    sheet: Stylesheet
    formers: dict[int, Former] = field(default_factory=dict)
    fills: list[str] = field(default_factory=list)
    _made: dict[tuple[int | None, bool, str], int] = field(default_factory=dict)

    def marked(self, style: int | None, severity: str, *, made: bool) -> int:
        """Return the index of the style that looks like `style` with the mark's fill; it is added the first time."""
        key = (style, made, severity)
        if key not in self._made:
            old = fill_text(self.sheet.fill(style or 0))
            if old not in self.fills and len(self.fills) < MOST_FILLS:
                self.fills.append(old)
            number = self.fills.index(old) if old in self.fills else MOST_FILLS - 1
            self._made[key] = self.sheet.filled(style or 0, variant(BASES[severity], number))
            self.formers[self._made[key]] = Former(style, made)
        return self._made[key]


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
        number = covered.get(whole_number(xf.get("fillId"), 0))
        if number is None:
            continue
        xf.set("fillId", str(_put_fill(holder, fills.get(number) or fill_text(solid_fill(None)))))
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


def fill_text(fill: etree._Element) -> str:
    """Return a fill as text, alike for fills that are alike."""
    text: str = etree.tostring(fill, method="c14n", exclusive=True, with_tail=False).decode()
    return text


def _put_fill(holder: etree._Element, text: str) -> int:
    """Return the index of a fill, which is added where there is none like it."""
    for index, fill in enumerate(holder):
        if fill_text(fill) == text:
            return index
    holder.append(etree.fromstring(text))
    holder.set("count", str(len(holder)))
    return len(holder) - 1
