"""A spreadsheet package as data: sheets, defined names, strings, styles, cells as written, merges, custom properties.

An open `Package` comes in; `WorkbookParts` goes out and reads each sheet when asked, streaming, under the limits. Forms
and outputs read templates with it; `scan` has the values that a returned sheet shows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import FORMAT
from toolkit.package.parts import OFFICE_RELATIONSHIPS, RESAVE, Package
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.cells import CellReader, Position, RawCell
from toolkit.spreadsheet.gate import areas_of
from toolkit.spreadsheet.markup import MAIN_NS, plain_markup, read_strings, truth, unescape, whole_number
from toolkit.spreadsheet.number_formats import GENERAL, parsed_formats, searched_formats
from toolkit.spreadsheet.properties import custom_properties

PRINT_AREA = "_xlnm.Print_Area"

# Of the sheet 自检: the lines of what a unit corrects or explains.
EXPLANATIONS = "_jx说明"

# An area of a name that refers to several: up to a comma outside quotes.
_PIECE = re.compile(r"(?:'[^']*'|[^',])+")

WORKSHEET = "worksheet"
VISIBLE, HIDDEN = "visible", "hidden"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, its part, its state (`visible`, `hidden`, `veryHidden`), its 0-based place in the workbook.

    `kind` is `worksheet`, `chartsheet` …; only worksheets have cells.
    """

    name: str
    part: str
    state: str
    index: int
    kind: str = WORKSHEET


class DefinedName(NamedTuple):
    """A name of the workbook, or of the sheet with 0-based `sheet_index`; `text` is what it refers to, without `=`."""

    name: str
    text: str
    sheet_index: int | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class SheetContent:
    """The cells of a sheet that are written in its part, blank ones with a style included, and its merged areas."""

    cells: Mapping[Position, RawCell]
    merges: tuple[a1.Area, ...]


class WorkbookParts:
    """A workbook in its package; sheets are read once, when first asked for."""

    def __init__(self, package: Package, part: str) -> None:
        self.package = package
        self.part = part
        self._root = package.seen(part)
        self._contents: dict[str, SheetContent] = {}

    @property
    def is_workbook(self) -> bool:
        """Whether the main part is that of a workbook at all."""
        tag: str = self._root.tag
        return tag == f"{{{MAIN_NS}}}workbook"

    @cached_property
    def sheets(self) -> tuple[SheetPart, ...]:
        """All sheets in tab order, hidden ones and chart sheets too. Raises SourceError where one has no part."""
        links = self.package.relationships(self.part)
        found = []
        for index, element in enumerate(self._root.iterfind(f"{{{MAIN_NS}}}sheets/{{{MAIN_NS}}}sheet")):
            if index >= limits.SHEETS.most:
                raise self.package.unsafe(limits.SHEETS.exceeded())
            name = unescape(element.get("name", ""))
            link = links.get(element.get(f"{{{OFFICE_RELATIONSHIPS}}}id", ""))
            if link is None or link.external or link.target not in self.package:
                raise self.package.damaged(f"工作表“{name}”没有内容部件")
            found.append(SheetPart(name, link.target, element.get("state", VISIBLE), index, link.kind))
        if not found:
            raise self.package.damaged("工作簿里没有工作表")
        return tuple(found)

    def sheet(self, name: str) -> SheetPart | None:
        """Return the sheet of this name (case does not matter, as in Excel), or None."""
        return next((sheet for sheet in self.sheets if sheet.name.casefold() == name.casefold()), None)

    @cached_property
    def defined_names(self) -> tuple[DefinedName, ...]:
        """All names in file order, `_xlnm.…` included; illegal `localSheetId` values are read as None."""
        names = []
        for element in self._root.iterfind(f"{{{MAIN_NS}}}definedNames/{{{MAIN_NS}}}definedName"):
            owner = whole_number(element.get("localSheetId"), -1)
            names.append(
                DefinedName(
                    unescape(element.get("name", "")),
                    (element.text or "" if len(element) == 0 else "".join(element.itertext())).strip(),
                    owner if owner >= 0 else None,
                    truth(element.get("hidden")),
                )
            )
        return tuple(names)

    @cached_property
    def date1904(self) -> bool:
        """Whether dates count from 1904-01-01."""
        element = self._root.find(f"{{{MAIN_NS}}}workbookPr")
        return element is not None and truth(element.get("date1904"))

    @cached_property
    def shared_strings(self) -> Sequence[str]:
        """The texts that cells share; runs of rich text joined, phonetic readings left out."""
        return read_strings(self.package, self._related("sharedStrings"))

    @cached_property
    def number_formats(self) -> tuple[str, ...]:
        """The format code of each cell style, by the style index of a `RawCell`."""
        part = self._related("styles")
        if part is None:
            return (GENERAL,)
        found = searched_formats(plain_markup(self.package.markup(part), b"cellXfs"))
        return found or parsed_formats(self.package.xml(part)) or (GENERAL,)

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The custom document properties (`jixiao.kind` …), by name, as text; empty where there are none."""
        return custom_properties(self.package)

    def cells(self, sheet: SheetPart) -> Mapping[Position, RawCell]:
        """Return the cells of `sheet` by 1-based (row, column); blank cells that carry a style are among them."""
        return self.content(sheet).cells

    def merges(self, sheet: SheetPart) -> tuple[a1.Area, ...]:
        """Return the merged areas of `sheet` as (first row, first column, last row, last column)."""
        return self.content(sheet).merges

    def print_area(self, sheet: SheetPart) -> a1.Area | None:
        """Return the print area of `sheet`, the first of several, or None where none is set, or none that is there."""
        return self.named_area(sheet, PRINT_AREA)

    def named_area(self, sheet: SheetPart, wanted: str) -> a1.Area | None:
        """Return the area that a name of `sheet` means, the first of several; None where it has no such name, or that means no cells."""
        for name in self.defined_names:
            if name.sheet_index == sheet.index and name.name.casefold() == wanted.casefold():
                pieces = (piece for piece in _PIECE.findall(name.text) if "#REF!" not in piece)
                try:
                    return next(map(a1.parse_area, pieces), None)
                except ValueError:
                    return None
        return None

    def content(self, sheet: SheetPart) -> SheetContent:
        """Return cells and merges of `sheet`, read in one pass. Raises SourceError beyond the limits."""
        found = self._contents.get(sheet.part)
        if found is None:
            found = self._read(sheet) if sheet.kind == WORKSHEET else SheetContent({}, ())
            self._contents[sheet.part] = found
        return found

    def _read(self, sheet: SheetPart) -> SheetContent:
        place = f"工作表“{sheet.name}”"
        package = self.package
        reader = CellReader(
            lambda: self.shared_strings, lambda what: package.damaged(place + what), lambda what: package.unsafe(place + what)
        )
        merges: list[bytes] = []
        row_tag, merge_tag = f"{{{MAIN_NS}}}row", f"{{{MAIN_NS}}}mergeCell"
        for element in package.iterate(sheet.part, row_tag, merge_tag):
            if element.tag == row_tag:
                reader.row(element)
            else:
                merges.append(element.get("ref", "").encode())
            if len(reader.cells) > limits.CELLS.most or len(merges) > limits.MERGES.most:
                found = limits.CELLS if len(reader.cells) > limits.CELLS.most else limits.MERGES
                raise package.unsafe(place + found.exceeded())
        return SheetContent(reader.cells, areas_of(merges, package, sheet.name))

    def _related(self, kind: str) -> str | None:
        return self.package.related(self.part, kind)


def read_workbook(package: Package) -> WorkbookParts:
    """Return the workbook in `package`; SourceError (文件-格式) where it holds something else, which is named."""
    part = package.related("", "officeDocument")
    if part is None:
        raise package.damaged("找不到主文档部件")
    book = WorkbookParts(package, part) if part.lower().endswith(".xml") else None
    if book is None or not book.is_workbook:
        kind = package.content_types.get(part, "")
        raise SourceError(FORMAT, f"{package.display}：不是 Excel 工作簿，实际是{_describe(kind)}", RESAVE)
    return book


def _describe(content_type: str) -> str:
    if "wordprocessingml" in content_type:
        return "Word 文档"
    if "presentationml" in content_type:
        return "演示文稿"
    return "二进制工作簿（.xlsb）" if "excel" in content_type else "其他 Office 文件"
