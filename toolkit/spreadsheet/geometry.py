"""How large the columns and rows of a sheet are on the screen, and where a note's box beside a cell comes to stand.

A sheet's markup comes in; VML anchors and points go out. Called by `outputs.annotate`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from toolkit.package.limits import COLUMNS, ROWS
from toolkit.spreadsheet.a1 import Area
from toolkit.spreadsheet.note_boxes import Box
from toolkit.spreadsheet.sheet_text import SheetText

_COL = re.compile(rb"<col\s[^>]*>")
_FORMAT = re.compile(rb"<sheetFormatPr\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)=["']([^"']*)["']""")

# Pixels: a digit of the standard font, what a column has besides, the gap between a cell and its note.
_DIGIT, _PADDING, _GAP = 7, 5, 12
_POINT = 0.75


class SheetGeometry:
    """Column widths and row heights of a sheet in pixels."""

    def __init__(self, sheet: SheetText) -> None:
        head = sheet.data[: max(sheet.data.find(b"<sheetData"), 0)]
        found = _FORMAT.search(head)
        standard = _attributes(found[0] if found else b"")
        self._width = float(standard.get("defaultColWidth", 8.43))
        self._height = float(standard.get("defaultRowHeight", 15))
        self._widths: dict[int, int] = {}
        self._heights: dict[int, int] = {}
        self._columns = [_attributes(tag) for tag in _COL.findall(head)]
        self._data, self._rows = sheet.data, sheet.rows

    def width(self, column: int) -> int:
        """Return the width of a 1-based column in pixels, 0 where it is hidden."""
        if column not in self._widths:
            self._widths[column] = self._column(column)
        return self._widths[column]

    def _column(self, column: int) -> int:
        for entry in self._columns:
            if int(entry.get("min", 0)) <= column <= int(entry.get("max", 0)):
                hidden = entry.get("hidden") in ("1", "true")
                return 0 if hidden else int(float(entry.get("width", self._width)) * _DIGIT + _PADDING)
        return int(self._width * _DIGIT + _PADDING)

    def height(self, row: int) -> int:
        """Return the height of a 1-based row in pixels, 0 where it is hidden."""
        if row not in self._heights:
            start, end = self._rows.get(row, (0, 0))
            entry = _attributes(self._data[start:end])
            hidden = entry.get("hidden") in ("1", "true")
            self._heights[row] = 0 if hidden else round(float(entry.get("ht", self._height)) / _POINT)
        return self._heights[row]

    def beside(self, area: Area, width: int, height: int) -> Box:
        """Return the box of this size in pixels right of `area`, a little below its upper edge."""
        top, _, _, right = area
        column, left = _advance(right + 1, _GAP, self.width, COLUMNS.most)
        end_column, x = _advance(column, left + width, self.width, COLUMNS.most)
        end_row, y = _advance(top, 4 + height, self.height, ROWS.most)
        anchor = f"{column - 1}, {left}, {top - 1}, 4, {end_column - 1}, {x}, {end_row - 1}, {y}"
        return Box(anchor, width * _POINT, height * _POINT)


def _advance(place: int, pixels: int, size: Callable[[int], int], most: int) -> tuple[int, int]:
    """Return the column or row that lies so many pixels behind the start of `place`, and the pixels left in it."""
    while place < most and pixels >= size(place):
        pixels -= size(place)
        place += 1
    return place, pixels


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(tag)}
