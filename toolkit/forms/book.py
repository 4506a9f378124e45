"""A template workbook opened for reading: its sheets as plain cell texts, its defined names as areas.

The one place where `forms` touches a file; `layout`, `tables` and `rules` work on what comes out of here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import FormError, SourceError
from toolkit.package.opc import open_package
from toolkit.spreadsheet.a1 import cell_name, parse_range, range_name
from toolkit.spreadsheet.cells import UNCACHED, Position
from toolkit.spreadsheet.workbook import SheetPart, WorkbookParts, read_workbook
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text

FORM_SHEET, FIELDS_SHEET, RULES_SHEET, LISTS_SHEET, HELP_SHEET = "申报表", "字段", "审核规则", "代码表", "填报说明"
PROFILE_SHEET = "表样"

# The cells of a field's area, and the columns of a drawing: right of them the checks of an issued sheet have room.
MOST_CELLS, MOST_COLUMNS = 5_000, 10_000

# Sheets that declare the form; a workbook for a unit goes without them.
DECLARATION_SHEETS = (FIELDS_SHEET, RULES_SHEET, PROFILE_SHEET)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a template: `sheet` and `cell` where it stands, what it is, and the cure."""

    sheet: str
    cell: str
    text: str
    cure: str

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.sheet, self.cell) if part)
        return f"{place}：{self.text}。{self.cure}。"


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, 1-based and inclusive."""

    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def cell(self) -> str:
        return cell_name(self.row, self.column)

    @property
    def text(self) -> str:
        return range_name((self.row, self.column, self.last_row, self.last_column))

    @property
    def size(self) -> int:
        """How many cells it holds."""
        return (self.last_row - self.row + 1) * (self.last_column - self.column + 1)

    def __contains__(self, position: Position) -> bool:
        return self.row <= position[0] <= self.last_row and self.column <= position[1] <= self.last_column

    def overlaps(self, other: Area) -> bool:
        return (
            self.row <= other.last_row
            and other.row <= self.last_row
            and self.column <= other.last_column
            and other.column <= self.last_column
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the template: texts of its filled cells, merged areas, print area (None: not set).

    `uncached` are the cells whose formula was never calculated; they are blank in `cells`.
    """

    name: str
    cells: Mapping[Position, str]
    merges: tuple[Area, ...]
    print_area: Area | None
    uncached: frozenset[Position] = frozenset()


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name as a person made it: `text` is what it refers to; `sheet` and `area` None when that is no area."""

    name: str
    text: str
    sheet: str | None
    area: Area | None


@dataclass(frozen=True, slots=True)
class Book:
    """A template workbook: its sheets by name, its names, its custom properties."""

    path: Path
    sheets: Mapping[str, Sheet]
    names: tuple[Name, ...]
    properties: Mapping[str, str]


def read_book(path: Path, *, whole: bool = False) -> Book:
    """Return the template workbook at `path`. Raises FormError when it cannot be read at all; `whole` looks at parts that only issuing needs."""
    if not path.is_file():
        raise FormError(f"找不到表样文件 {path}。请核对路径，或用 jixiao form list 查看可用的表样。")
    try:
        with open_package(path, str(path)) as package:
            if whole:
                package.look_over()
            parts = read_workbook(package)
            sheets = {ref.name: _sheet(parts, ref) for ref in parts.sheets}
            return Book(path, sheets, tuple(_names(parts)), dict(parts.properties))
    except SourceError as error:
        raise FormError(f"{error}。{error.suggestion}。") from error


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's sheets, without reading them; none for what is no workbook."""
    try:
        with open_package(path, str(path)) as package:
            return tuple(ref.name for ref in read_workbook(package).sheets)
    except SourceError:
        return ()


def _sheet(parts: WorkbookParts, ref: SheetPart) -> Sheet:
    cells, uncached = {}, set()
    for position, raw in parts.cells(ref).items():
        text = cell_text(raw.value)
        if raw.kind == UNCACHED:
            uncached.add(position)
        if text:
            cells[position] = text
    merges = tuple(Area(*merge) for merge in parts.merges(ref))
    area = parts.print_area(ref)
    return Sheet(ref.name, cells, merges, None if area is None else Area(*area), frozenset(uncached))


def used_area(sheet: Sheet, areas: Iterable[Area]) -> Area:
    """Return the area from A1 on that holds all that is written on a sheet, and `areas`."""
    corners = [*sheet.cells, *((area.last_row, area.last_column) for area in areas), (1, 1)]
    return Area(1, 1, max(row for row, _ in corners), max(column for _, column in corners))


def too_far_right(sheet: Sheet, print_area: Area) -> Iterator[Mistake]:
    """Yield the mistake of a drawing that goes on to where no columns are left for the checks of an issued sheet."""
    ends = [(area.row, area.last_column) for area in (print_area, *sheet.merges)]
    row, column = max((*sheet.cells, *sheet.uncached, *ends), key=lambda place: place[1])
    if column > MOST_COLUMNS:
        text = f"表样用到了第 {column:,} 列，右边没有放自检的地方"
        yield Mistake(sheet.name, cell_name(row, column), text, f"请清除第 {MOST_COLUMNS:,} 列以右的内容、合并和打印区域")


def _names(parts: WorkbookParts) -> list[Name]:
    names = []
    for defined in parts.defined_names:
        if defined.hidden or defined.name.startswith("_xlnm."):
            continue
        try:
            sheet, *corners = parse_range(defined.text)
            names.append(Name(defined.name, defined.text, sheet, Area(*corners)))
        except ValueError:
            names.append(Name(defined.name, defined.text, None, None))
    return names


def cell_text(value: object) -> str:
    """Return what a cell of a declaration sheet says: 2.0 is "2", TRUE is "TRUE", a blank ""."""
    if value is None or isinstance(value, ErrorValue):
        return str(value or "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean_text(str(value))
