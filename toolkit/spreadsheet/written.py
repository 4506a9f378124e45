"""Markup written as text: what a value is in a cell, cells and rows, and a whole sheet that lists things.

A value becomes a cell's type and text with nothing in it that XML or Excel would refuse. `ListSheet` is for sheets of our own
with a line for each of many things. Called by whatever writes cells, and for every other text that goes into a part.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import MAIN_NS, escape
from toolkit.values.errors import ErrorValue
from toolkit.values.serials import FALSE_LEAP_DAY, OFFSET_1904, serial

CellValue = str | Decimal | int | float | bool | date | ErrorValue | None

MOST_CHARACTERS = 32_767
_CUT = "……（超过单元格上限 32,767 字，以下略）"

# Everything that XML 1.0 does not allow; Excel cannot open a file that holds one of them.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def clean(text: str) -> str:
    """Return `text` without the characters XML forbids, line ends as Excel keeps them (a line feed).

    >>> clean("甲\\x00\\r\\n乙\\ufffe")
    '甲\\n乙'
    """
    if text.isprintable():
        return text
    return _ILLEGAL.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def written(value: CellValue, date1904: bool = False) -> tuple[str, str | None]:
    """Return the cell type and the text of `v` for a value; text None for an empty cell.

    Amounts keep their digits; a date that Excel cannot count becomes its ISO text.

    >>> written(Decimal("23729980.10")), written(date(2024, 1, 1)), written("=1+1")
    (('n', '23729980.1'), ('n', '45292'), ('inlineStr', '=1+1'))
    """
    if isinstance(value, str):
        return ("inlineStr", _as_text(value) or None) if value else ("n", None)
    if value is None:
        return "n", None
    if isinstance(value, bool):
        return "b", "1" if value else "0"
    if isinstance(value, ErrorValue):
        return "e", value.code
    if isinstance(value, date):
        counted = _serial(value, date1904)
        return ("inlineStr", value.isoformat()) if counted is None else ("n", str(counted))
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        return "inlineStr", str(value)
    text = f"{number:f}"
    return "n", (text.rstrip("0").rstrip(".") if "." in text else text)


def _as_text(value: str) -> str:
    """Return a text as a cell holds it."""
    text = clean(value)
    if len(text) > MOST_CHARACTERS:
        text = text[: MOST_CHARACTERS - len(_CUT)] + _CUT
    return _ESCAPED.sub("_x005F_", text) if "_x" in text else text


def _serial(day: date, date1904: bool) -> int | None:
    """Return the serial number of a day, or None before what Excel counts right (1900-03-01, or 1904-01-01)."""
    number = serial(day.year, day.month, day.day) - (OFFSET_1904 if date1904 else 0)
    return number if number >= (0 if date1904 else FALSE_LEAP_DAY + 1) else None


def cell_xml(place: str, value: str, style: int | None, formula: str | None = None, *, keep: bool = False, array: bool = False) -> str:
    """Return a cell with a text, or with a formula and the text it gives; `keep` says that blanks count always."""
    text, look = escape(_as_text(value)), "" if style is None else f' s="{style}"'
    space = ' xml:space="preserve"' if keep or value != value.strip() or "\n" in value else ""
    if formula is not None:
        kind = f' t="array" ref="{place}"' if array else ""
        return f'<c r="{place}"{look} t="str"><f{kind}>{escape(formula)}</f><v{space}>{text}</v></c>'
    if not text:
        return f'<c r="{place}"{look}/>'
    return f'<c r="{place}"{look} t="inlineStr"><is><t{space}>{text}</t></is></c>'


def number_xml(place: str, value: int, formula: str) -> str:
    """Return a cell with a formula and the number it gives."""
    return f'<c r="{place}"><f>{escape(formula)}</f><v>{value}</v></c>'


@dataclass(frozen=True, slots=True)
class SharedFormula:
    """A formula of all cells of `area`, with its number; its `text`, with relative rows, is that of the first of them."""

    number: int
    area: str
    text: str


def shared_xml(place: str, value: str | int, shared: SharedFormula, style: int | None = None, *, first: bool) -> str:
    """Return a cell of those that share a formula, with what it gives there; the `first` one has its text."""
    look = "" if style is None else f' s="{style}"'
    kind = "" if isinstance(value, int) else ' t="str"'
    text = f' ref="{shared.area}" si="{shared.number}">{escape(shared.text)}</f>' if first else f' si="{shared.number}"/>'
    return f'<c r="{place}"{look}{kind}><f t="shared"{text}<v>{escape(clean(str(value)))}</v></c>'


def row_xml(number: int, height: float, *cells: str) -> str:
    """Return a row of these cells, `height` points high."""
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


@dataclass(frozen=True)
class ListSheet:
    """A sheet that lists things: the heading row stays in view and is filtered, pages are landscape and one sheet wide.

    Rows above the headings are merged. `widths` are in digits, `margins` left, right, top, bottom in inches; `formats`,
    `links` and `protection` are markup, `attributes` further ones of the root; columns up to number `hidden` are
    hidden.
    """

    rows: Sequence[str]
    widths: Sequence[float]
    heading: int
    last: int
    color: str
    margins: tuple[float, float, float, float]
    footer: str
    attributes: str = ""
    protection: str = ""
    formats: str = ""
    links: str = ""
    centred: bool = False
    selected: bool = False
    hidden: int = 0

    @property
    def filtered(self) -> a1.Area:
        """The headings and the lines below them."""
        return self.heading, 1, self.last, len(self.widths)

    def to_bytes(self) -> bytes:
        """Return the sheet as the bytes of its part."""
        letters, below = a1.column_letters(len(self.widths)), self.heading + 1
        columns = "".join(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(self.widths, 1))
        if self.hidden:
            columns += f'<col min="{len(self.widths) + 1}" max="{self.hidden}" width="9" hidden="1" customWidth="1"/>'
        merges = "".join(f'<mergeCell ref="A{n}:{letters}{n}"/>' for n in range(1, self.heading))
        left, right, top, bottom = self.margins
        front = ' tabSelected="1"' if self.selected else ""
        centred = '<printOptions horizontalCentered="1"/>' if self.centred else ""
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN_NS}"{self.attributes}>'
            f'<sheetPr><tabColor rgb="FF{self.color}"/><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{a1.column_letters(max(len(self.widths), self.hidden))}{self.last}"/>'
            f'<sheetViews><sheetView showGridLines="0"{front} workbookViewId="0">'
            f'<pane ySplit="{self.heading}" topLeftCell="A{below}" activePane="bottomLeft" state="frozen"/>'
            f'<selection pane="bottomLeft" activeCell="A{below}" sqref="A{below}"/></sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(self.rows)}</sheetData>'
            f'{self.protection}<autoFilter ref="{a1.range_name(self.filtered)}"/>'
            f'<mergeCells count="{self.heading - 1}">{merges}</mergeCells>{self.formats}{self.links}'
            f'{centred}<pageMargins left="{left}" right="{right}" top="{top}" bottom="{bottom}" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
            f"<headerFooter><oddFooter>{self.footer}</oddFooter></headerFooter></worksheet>"
        ).encode()
