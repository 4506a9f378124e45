"""A worksheet's cells element by element: for sheets that are not written as spreadsheet programs write them.

Also the other witness in the tests: both ways of reading a sheet must give the same grid.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from toolkit.sources.formats import DATE, ELAPSED, IN_WAN, PERCENT, meaning
from toolkit.sources.grid import CellValue, Position, in_wan
from toolkit.spreadsheet import cells as kinds
from toolkit.spreadsheet.cells import RawCell
from toolkit.spreadsheet.workbook import SheetPart, WorkbookParts

_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LAST_SERIAL = 2_958_466


def sparse_cells(parts: WorkbookParts, ref: SheetPart) -> dict[Position, CellValue]:
    """Return the values of a sheet as `SheetScanner` gives them: errors and formulas never calculated are not there."""
    found: dict[Position, CellValue] = {}
    for place, cell in parts.cells(ref).items():
        value = _value(cell, parts)
        if value is not None and value != "":
            found[place] = value
    return found


def sparse_percents(parts: WorkbookParts, ref: SheetPart) -> frozenset[Position]:
    """Return the numbers of a sheet that are shown with a percent sign."""
    formats = parts.number_formats
    return frozenset(
        place
        for place, cell in parts.cells(ref).items()
        if cell.kind == kinds.NUMBER and cell.style < len(formats) and meaning(formats[cell.style]) == PERCENT
    )


def _value(cell: RawCell, parts: WorkbookParts) -> CellValue | None:
    if cell.kind == kinds.NUMBER and isinstance(cell.value, float):
        formats = parts.number_formats
        code = formats[cell.style] if cell.style < len(formats) else "General"
        return number_value(cell.value, meaning(code), parts.date1904)
    if cell.kind == kinds.DATE:
        return iso_value(str(cell.value))
    return cell.value if cell.kind in (kinds.TEXT, kinds.BOOL) else None  # type: ignore[return-value]


def number_value(number: float, means: str, date1904: bool) -> CellValue:
    """Return a number as its format shows it: a date, a date with a time, a length or time of day as text, or itself."""
    if means == IN_WAN:
        return in_wan(number)
    if means not in (DATE, ELAPSED) or not 0 <= number < _LAST_SERIAL:
        return number
    if means == ELAPSED:
        return str(timedelta(milliseconds=round(number * 86_400_000)))
    moment = _moment(number, date1904)
    if number < 1 and not date1904:
        return str(moment.time())
    return moment.date() if moment.time() == datetime.min.time() else moment


def _moment(number: float, date1904: bool) -> datetime:
    """Excel's 1900 system counts a 29 February 1900 that never was: days before it are one later than counted."""
    days = number + 1 if not date1904 and number < 60 else number
    return (_EPOCH_1904 if date1904 else _EPOCH) + timedelta(milliseconds=round(days * 86_400_000))


def iso_value(text: str) -> CellValue:
    """Return a date, or a date with a time, written the ISO way (`t="d"`); any other text as it is."""
    try:
        moment = datetime.fromisoformat(text.removesuffix("Z"))
    except ValueError:
        return text
    return date(moment.year, moment.month, moment.day) if moment.time() == datetime.min.time() else moment
