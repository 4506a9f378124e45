"""What a sheet says of its columns and rows: widths, heights, the style of a cell that is not there.

Widths are in Excel's unit, digits of the standard font; heights in points; both in pixels too, for where a note's box comes to
stand. The attributes of `col`, `sheetFormatPr` and `row` come in, from either editor of a sheet: both ask here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from toolkit.package.limits import COLUMNS, ROWS
from toolkit.spreadsheet.a1 import Area
from toolkit.spreadsheet.markup import measure, truth, whole_number
from toolkit.spreadsheet.note_boxes import Box

Attributes = Mapping[str, str]

_COL, _FORMAT = re.compile(rb"<col\s[^>]*>"), re.compile(rb"<sheetFormatPr\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""(?<![\w:])([\w:]+)=["']([^"']*)["']""")

MOST_HEIGHT = 409.0

# Pixels: a digit of the standard font, what a column has besides, the gap between a cell and its note.
_DIGIT, _PADDING, _GAP = 7, 5, 12
_POINT = 0.75
_WIDTH, _HEIGHT = 8.43, 15.0


class SheetGeometry:
    """Columns and rows of a sheet, 1-based; `row` gives the attributes of one, none where it is not written."""

    def __init__(self, columns: Iterable[Attributes], standard: Attributes, row: Callable[[int], Attributes]) -> None:
        self._columns = [(whole_number(entry.get("min"), 1), whole_number(entry.get("max"), 1), entry) for entry in columns]
        self._standard, self._row = standard, row
        self._of_column: dict[int, Attributes] = {}

    def style(self, row: int, column: int) -> int | None:
        """Return the style of a cell that is not written: its row's, else its column's, else None."""
        of_row = self._row(row)
        entry = of_row if truth(of_row.get("customFormat")) and "s" in of_row else self._column(column)
        found = entry.get("s", entry.get("style"))
        return None if found is None else whole_number(found, 0)

    def width(self, column: int) -> float:
        """Return the width of a column in digits of the standard font; 0 where it is hidden."""
        entry = self._column(column)
        if truth(entry.get("hidden")):
            return 0.0
        return measure(entry.get("width"), measure(self._standard.get("defaultColWidth"), _WIDTH))

    def height(self, row: int, otherwise: float = _HEIGHT) -> float:
        """Return the height of a row in points; `otherwise` where neither it nor the sheet says."""
        return measure(self._row(row).get("ht"), measure(self._standard.get("defaultRowHeight"), otherwise))

    def pixels(self, column: int) -> int:
        """Return the width of a column in pixels; 0 where it is hidden."""
        hidden = truth(self._column(column).get("hidden"))
        return 0 if hidden else int(self.width(column) * _DIGIT + _PADDING)

    def pixels_high(self, row: int) -> int:
        """Return the height of a row in pixels; 0 where it is hidden."""
        return 0 if truth(self._row(row).get("hidden")) else round(self.height(row) / _POINT)

    def _column(self, column: int) -> Attributes:
        if column not in self._of_column:
            self._of_column[column] = next((entry for first, last, entry in self._columns if first <= column <= last), {})
        return self._of_column[column]


def beside(area: Area, width: int, height: int, wide: Callable[[int], int], high: Callable[[int], int]) -> Box:
    """Return the box of this size in pixels right of `area`, a little below its upper edge; `wide` and `high` say how many a column, a row has."""
    top, _, _, right = area
    column, left = _advance(right + 1, _GAP, wide, COLUMNS.most)
    end_column, x = _advance(column, left + width, wide, COLUMNS.most)
    end_row, y = _advance(top, 4 + height, high, ROWS.most)
    anchor = f"{column - 1}, {left}, {top - 1}, 4, {end_column - 1}, {x}, {end_row - 1}, {y}"
    return Box(anchor, width * _POINT, height * _POINT)


def geometry_of(markup: bytes, rows: Mapping[int, tuple[int, int]]) -> SheetGeometry:
    """Return the geometry of a sheet given as bytes; `rows` says where the tag of each row begins and ends."""
    head = markup[: max(markup.find(b"<sheetData"), 0)]
    standard = _FORMAT.search(head)

    @cache
    def row(number: int) -> Attributes:
        start, end = rows.get(number, (0, 0))
        return _attributes(markup[start:end])

    return SheetGeometry(map(_attributes, _COL.findall(head)), _attributes(standard[0] if standard else b""), row)


def with_columns(entries: Iterable[Attributes], first: int, last: int, look: Attributes) -> Sequence[Attributes]:
    """Return the `col` entries of a sheet where columns `first` to `last` look so, whatever it said of them."""
    kept: list[tuple[int, int, Attributes]] = []
    for entry in entries:
        begin, end = whole_number(entry.get("min"), 1), whole_number(entry.get("max"), 1)
        if begin < first:
            kept.append((begin, min(end, first - 1), entry))
        if end > last:
            kept.append((max(begin, last + 1), end, entry))
    kept.append((first, last, look))
    return [{**entry, "min": str(a), "max": str(b)} for a, b, entry in sorted(kept, key=lambda each: each[0])]


def _attributes(tag: bytes) -> Attributes:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(tag)}


def _advance(place: int, pixels: int, size: Callable[[int], int], most: int) -> tuple[int, int]:
    """Return the column or row that lies so many pixels behind the start of `place`, and the pixels left in it."""
    while place < most and pixels >= size(place):
        pixels -= size(place)
        place += 1
    return place, pixels
