"""A worksheet as it is shown: values by place, merges, what is hidden, and a look behind single cells.

`WorkbookParts` and a sheet come in, `SheetValues` goes out: `plain` finds the cells of sheets written as all programs write
them, element by element is read what is not. Called by `sources.xlsx` for files of strangers; limits are held here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from toolkit.spreadsheet import cells as kinds
from toolkit.spreadsheet import number_formats as formats
from toolkit.spreadsheet.a1 import Area, column_letters
from toolkit.spreadsheet.cells import Position, RawCell, ShownValue, shown_date, shown_number
from toolkit.spreadsheet.gate import check_area, check_sheet, check_strings, merges_of
from toolkit.spreadsheet.markup import YES, is_searchable, plain_markup
from toolkit.spreadsheet.plain import Found, PlainCells, SingleCells
from toolkit.spreadsheet.workbook import SheetPart, WorkbookParts

# LibreOffice says of every row that it is not hidden.
_HIDES = re.compile(rb' hidden="' + YES + rb'"')
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^<>]*?\shidden="' + YES + rb'")[^<>]*?\sr="([0-9]{1,7})"')
_HIDDEN_COLUMN = re.compile(rb'<col\b(?=[^<>]*?\shidden="' + YES + rb'")[^<>]*>')
_FROM_TO = (re.compile(rb'\smin="([0-9]{1,5})'), re.compile(rb'\smax="([0-9]{1,5})'))

# Everything right of the used columns hidden is a way to tidy up, not to hide: columns beyond are not listed.
_COLUMNS = 256

# No form has a merge of so many rows or columns.
_LONG = 2_000


@dataclass(frozen=True, slots=True)
class SheetValues:
    """What a sheet shows; a cell not among `cells` is blank, an error, or a formula never calculated.

    `percents` are the numbers shown with a percent sign; `look` gives a computed or error cell as written (None: the sheet
    has neither). Merges of whole rows or columns, made by accident, end where the filled cells end.
    """

    cells: Mapping[Position, ShownValue]
    percents: frozenset[Position]
    merges: tuple[Area, ...]
    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    filtered: bool
    look: Callable[[Position], RawCell | None] | None


class SheetScanner:
    """Reads the sheets of one workbook. Raises SourceError for more shared strings than a reader bears."""

    def __init__(self, parts: WorkbookParts, *, issued: bool = False) -> None:
        """`issued`: the workbook is one of ours, whose checks in hidden columns right of the print area are passed over."""
        check_strings(parts.package, parts.package.related(parts.part, "sharedStrings"))
        self._parts, self._issued = parts, issued
        self._means = tuple(map(formats.meaning, parts.number_formats))
        self._plain = PlainCells(lambda: parts.shared_strings, self._means, date1904=parts.date1904)

    def scan(self, sheet: SheetPart, last: int = 0) -> SheetValues:
        """Return what a worksheet shows, up to row `last` where one is given. Raises SourceError where it is damaged or beyond the limits."""
        package, name = self._parts.package, sheet.name
        xml = plain_markup(package.markup(sheet.part))
        xml = up_to_row(xml, last) if last and is_searchable(xml) else xml
        check_sheet(xml, package, name)
        body = max(xml.find(b"<sheetData"), 0)
        hidden = _hidden_columns(xml[:body])
        found = self._plain.find(self._without_checks(xml, sheet, hidden) if self._issued else xml)
        look: Callable[[Position], RawCell | None]
        if found is None:
            content = self._parts.content(sheet)
            found, merges, look = parsed_cells(self._parts, sheet), content.merges, content.cells.get
        else:
            merges = merges_of(xml, package, name)
            look = SingleCells(xml, found, self._plain.strings, lambda what: package.damaged(f"工作表“{name}”{what}"))
        check_area(found.cells, package, name)
        return SheetValues(
            found.cells,
            found.percents,
            _clipped(merges, found.cells),
            hidden_rows=_hidden_rows(xml, body),
            hidden_columns=hidden,
            filtered=xml.find(b"<filterColumn", max(xml.rfind(b"</sheetData>"), 0)) >= 0,
            look=look if found.behind else None,
        )

    def _without_checks(self, xml: bytes, sheet: SheetPart, hidden: frozenset[int]) -> bytes:
        area = self._parts.print_area(sheet) if hidden else None
        beyond = {column for column in hidden if area and column > area[3]}
        return without_columns(xml, beyond) if beyond and is_searchable(xml) else xml


def without_columns(xml: bytes, columns: Collection[int]) -> bytes:
    """Return a sheet's XML without the cells of columns at the end of its rows; a row that goes on behind them, or never ends, stays whole."""
    first = b'<c r="' + column_letters(min(columns)).encode()
    of_columns = re.compile(b'<c r="(?:' + "|".join(map(column_letters, sorted(columns))).encode() + b")[0-9]")
    kept, start, end = [], 0, xml.find(b"</row>")
    while end >= 0:
        last = xml.rfind(b'<c r="', start, end)
        if last >= 0 and of_columns.match(xml, last):
            begin = xml.find(first, start, end)
            found = (of_columns.match(xml, begin) if begin >= 0 else None) or of_columns.search(xml, start, end)
            kept.append(xml[start : found.start() if found else end])
        else:
            kept.append(xml[start:end])
        start, end = end, xml.find(b"</row>", end + 1)
    return b"".join((*kept, xml[start:]))


def up_to_row(xml: bytes, last: int) -> bytes:
    """Return a sheet's XML without the rows below `last`; whole where it does not tell where they begin."""
    found = re.search(rb'<row (?=[^<>]*?\br="%d")' % (last + 1), xml)
    return xml[: found.start()] + xml[max(xml.rfind(b"</sheetData>"), found.start()) :] if found else xml


def parsed_cells(parts: WorkbookParts, sheet: SheetPart) -> Found:
    """Return what `PlainCells` finds in a sheet, read element by element: the way for sheets that are written unusually."""
    means = tuple(map(formats.meaning, parts.number_formats))
    cells: dict[Position, ShownValue] = {}
    percents = set()
    behind = []
    for place, cell in parts.cells(sheet).items():
        if cell.formula is not None or cell.kind == kinds.ERROR:
            behind.append(place)
        if cell.kind == kinds.NUMBER and isinstance(cell.value, float):
            meant = means[cell.style] if cell.style < len(means) else formats.PLAIN
            cells[place] = shown_number(cell.value, meant, parts.date1904)
            if meant == formats.PERCENT:
                percents.add(place)
        elif cell.kind == kinds.DATE:
            cells[place] = shown_date(str(cell.value))
        elif cell.kind in (kinds.TEXT, kinds.BOOL) and cell.value is not None and cell.value != "":
            cells[place] = cell.value
    return Found(cells, frozenset(percents), frozenset(behind))


def _clipped(areas: tuple[Area, ...], cells: Iterable[Position]) -> tuple[Area, ...]:
    """Merges of whole rows or columns, made by accident, end where the sheet's filled cells end."""
    if not any(r2 - r1 > _LONG or c2 - c1 > _LONG for r1, c1, r2, c2 in areas):
        return areas
    filled = tuple(cells)
    row, column = max((row for row, _ in filled), default=1), max((column for _, column in filled), default=1)
    return tuple((r1, c1, max(r1, min(r2, row)), max(c1, min(c2, column))) for r1, c1, r2, c2 in areas)


def _hidden_rows(xml: bytes, body: int) -> frozenset[int]:
    if not _HIDES.search(xml, body):
        return frozenset()
    return frozenset(int(match[1]) for match in _HIDDEN_ROW.finditer(xml, body))


def _hidden_columns(head: bytes) -> frozenset[int]:
    columns: set[int] = set()
    for match in _HIDDEN_COLUMN.finditer(head):
        first, last = (pattern.search(match[0]) for pattern in _FROM_TO)
        if first and last:
            columns.update(range(int(first[1]), min(int(last[1]), _COLUMNS) + 1))
    return frozenset(columns)
