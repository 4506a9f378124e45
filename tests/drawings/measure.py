"""How high the rows of a drawing must be for its texts to be seen, as a person drags them until everything shows.

In: a sheet. Out: heights in points. Called by the workbook writers; Word grows its rows by itself.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

from tests.drawings.model import Cell, Sheet

PAGE_WIDTH = 92.0
LINE, LEAST, MOST = 14.5, 18.0, 400.0


def row_heights(sheet: Sheet) -> dict[int, float]:
    """Return the height of each row; cells over several rows make the rows they cover grow together."""
    heights = dict.fromkeys(range(1, sheet.last_row + 1), LEAST)
    for cell in sorted(sheet.cells, key=lambda each: each.rows):
        wanted = _height(cell, sum(sheet.widths[cell.column - 1 : cell.column - 1 + cell.columns]))
        covered = range(cell.row, cell.row + cell.rows)
        lacking = wanted - sum(heights[row] for row in covered)
        for row in covered:
            if lacking > 0:
                heights[row] = min(MOST, heights[row] + lacking / cell.rows)
    return heights


def width_of(text: str) -> int:
    """Return the width of a text in columns of a terminal: Chinese characters are two wide."""
    return sum(2 if unicodedata.east_asian_width(each) in "WFA" else 1 for each in text)


def text_height(text: str, width: float) -> float:
    """Return the height of a wrapped text in a cell `width` characters wide."""
    room = max(2.0, (width - 1.5) * 0.92)
    lines = sum(1 + int(max(0, width_of(line) - 1) // room) for line in text.split("\n"))
    return lines * LINE + 4


def _height(cell: Cell, width: float) -> float:
    if cell.vertical:
        return (len(cell.text) + 1) * LINE
    return text_height(cell.text if isinstance(cell.value, str) else "", width)


def shown(cell: Cell) -> str:
    """Return what a reader of the printed cell sees: number formats carried out, dates as year, month and day."""
    value, code = cell.value, cell.format or "General"
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, (Decimal, int)) or code == "General":
        return cell.text
    digits, suffix = (code.split('"') + [""])[:2] if code.startswith(("0", "#")) else ("0", "")
    decimals = len(digits.partition(".")[2])
    number = f"{value:,.{decimals}f}" if digits.startswith("#") else f"{value:.{decimals}f}"
    return code.replace('"', "").replace("0", number) if code.startswith('"') else number + suffix
