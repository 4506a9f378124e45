"""Safe repairs put into a returned workbook, nothing else changed; and 修复记录.xlsx, the log of them.

In: a workbook's bytes and the repairs that reading made, by sheet. Out: the workbook's bytes with these cells mended,
every other part as it was; a workbook without repairs comes back as the very same bytes. Called by `workflow.tidy`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from toolkit.errors import SourceError
from toolkit.outputs.sheets import log_bytes
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package
from toolkit.reading.model import Repair
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.number_formats import BUILTIN, shows_day
from toolkit.spreadsheet.properties import FORM, TIDIED
from toolkit.spreadsheet.row_insertion import spell_out_shared
from toolkit.spreadsheet.sheet_patch import CellContent, SheetPatch
from toolkit.spreadsheet.styles import Stylesheet
from toolkit.spreadsheet.tabs import calculate_on_load, end_print_areas
from toolkit.spreadsheet.workbook import WORKSHEET, WorkbookParts, read_workbook
from toolkit.spreadsheet.written import CellValue
from toolkit.values.words import NUMBER

# The print area of a form that is filled in; the pre-built rows below print as empty pages.
PRINTED = "修复-打印区域"
_PRINTED_TO = "打印区域改为到最后填写的一行为止，后面的空行不再打印。"

LOG_COLUMNS = (
    *(("文件", 28), ("工作表", 12), ("单元格", 9), ("字段", 16), ("修复种类", 16), ("原内容", 30)),
    *(("改后内容", 30), ("说明", 60)),
)

UNREAD = "没有读懂"
UNREAD_COLUMNS = (("文件", 28), ("工作表", 12), ("位置", 9), ("内容", 80))

# Built-in number formats: General, 0.00 with thousands, the short date.
_GENERAL, _AMOUNT, _SHORT_DATE = 0, 4, 14
_TEXT_FORMAT = "@"
_TYPED_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?")
_FORMULA = f"{{{MAIN_NS}}}f"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One repair of the log: in which file (as shown) and sheet it was made."""

    file: str
    sheet: str
    repair: Repair


@dataclass(frozen=True)
class Tidied:
    """A workbook with the repairs that could be made in it, by sheet, in the order given; then the print areas that were ended."""

    data: bytes
    made: tuple[tuple[str, Repair], ...]


def is_workbook(data: bytes, display: str) -> bool:
    """Return whether `data` is a workbook whose parts can be changed (.xlsx, .xlsm), whatever its name says."""
    try:
        with open_package(data, display) as package:
            return any(sheet.kind == WORKSHEET for sheet in read_workbook(package).sheets)
    except SourceError:
        return False


def tidied_workbook(data: bytes, display: str, repairs: Mapping[str, Sequence[Repair]], printed: Mapping[str, int] | None = None) -> Tidied:
    """Return the workbook with its safe repairs made; the same bytes where there are none.

    `repairs` are by the sheet's name; `printed` has the last row filled in of sheets whose print area is to end there, in a workbook of
    ours only. Raises SourceError when `data` is no workbook of the package format.
    """
    wanted = {sheet: [r for r in found if r.safe and r.cell] for sheet, found in repairs.items()}
    with open_package(data, display) as package:
        book = read_workbook(package)
        patch = Draft(package, data)
        ended = end_print_areas(patch, book.part, printed) if printed and book.properties.get(FORM) else []
        areas = [(sheet, Repair(PRINTED, "", None, before, after, _PRINTED_TO)) for sheet, before, after in ended]
        if not any(wanted.values()):
            return Tidied(patch.to_bytes() if areas else data, tuple(areas))
        styles = _Formats(patch, book)
        made: list[tuple[str, Repair]] = []
        for sheet, found in wanted.items():
            made += [(sheet, repair) for repair in _mend(patch, book, sheet, found, styles)]
        styles.save()
        _calculate_anew(patch, book)
        return Tidied(patch.to_bytes(), (*made, *areas)) if made or areas else Tidied(data, ())


def _mend(patch: Draft, book: WorkbookParts, sheet: str, repairs: Sequence[Repair], styles: _Formats) -> list[Repair]:
    """Put the repairs of one sheet into it and return those that were made."""
    ref = book.sheet(sheet)
    if ref is None or not repairs:
        return []
    root = patch.xml(ref.part)
    spell_out_shared(root)
    locked = _in_large_arrays(root)
    cells = SheetPatch(root, date1904=book.date1904)
    made = []
    for repair in repairs:
        row, column = a1.parse_cell(repair.cell or "A1")
        if (row, column) in locked:
            continue
        style = cells.style(row, column)
        value = _content(repair, styles.code(style))
        cells.put(row, column, CellContent(value, style=styles.fitting(style, value, repair)))
        made.append(repair)
    if made:
        patch.put(ref.part, cells.to_bytes())
    return made


def _content(repair: Repair, code: str) -> CellValue:
    """What to write: a number where a target's number was typed as one, unless the cell is meant for text."""
    value = repair.value
    if repair.part == NUMBER and isinstance(value, str) and code != _TEXT_FORMAT and _TYPED_NUMBER.fullmatch(value):
        return Decimal(value)
    return value


def _in_large_arrays(root: etree._Element) -> set[tuple[int, int]]:
    """Cells that are part of a formula filling several cells, which Excel changes only as a whole."""
    found: set[tuple[int, int]] = set()
    for element in root.iter(_FORMULA):
        area = element.get("ref")
        if area and element.get("t") in ("array", "dataTable"):
            top, left, bottom, right = a1.parse_area(area)
            if (top, left) != (bottom, right):
                found.update((r, c) for r in range(top, bottom + 1) for c in range(left, right + 1))
    return found


class _Formats:
    """The workbook's cell styles by number format: a mended cell must show what it holds now."""

    def __init__(self, patch: Draft, book: WorkbookParts) -> None:
        self._patch = patch
        self._part = patch.related(book.part, "styles")
        self._codes = book.number_formats
        self._sheet = None if self._part is None else Stylesheet(patch.xml(self._part))
        self._made: dict[int, str] = {}

    def code(self, style: int) -> str:
        """Return the number format code of a style."""
        return self._made.get(style) or (self._codes[style] if style < len(self._codes) else "General")

    def fitting(self, style: int, value: CellValue, repair: Repair) -> int | None:
        """Return the style a mended cell needs, None where its own shows the value as it is."""
        code = self.code(style)
        if isinstance(value, date):
            return None if shows_day(code) else self._with_format(style, _SHORT_DATE)
        if isinstance(value, Decimal) and repair.part == NUMBER:
            return self._with_format(style, _GENERAL) if "%" in code else None
        if isinstance(value, Decimal):
            wrong = code == _TEXT_FORMAT or shows_day(code)
            return self._with_format(style, _AMOUNT) if wrong else None
        return None

    def save(self) -> None:
        """Put the styles part back where a style was added."""
        if self._part is not None and self._sheet is not None and self._sheet.changed:
            self._patch.put(self._part, self._sheet.to_bytes())

    def _with_format(self, style: int, number: int) -> int | None:
        made = None if self._sheet is None else self._sheet.formatted(style, number)
        if made is not None:
            self._made[made] = BUILTIN[str(number)]
        return made


def _calculate_anew(patch: Draft, book: WorkbookParts) -> None:
    """Where the workbook calculates, let it do so when opened: its results may rest on what was mended."""
    sheets = [patch.xml(sheet.part) for sheet in book.sheets if sheet.part in patch]
    for _, part in list(patch.targets(book.part, "calcChain")):
        patch.detach(book.part, part)
    if not any(root.find(f".//{_FORMULA}") is not None for root in sheets):
        return
    root = patch.xml(book.part)
    if calculate_on_load(root):
        patch.put_xml(book.part, root)


def repair_log(lines: Sequence[LogLine], unread: Sequence[tuple[str, str, str, str]] = ()) -> bytes:
    """Return 修复记录.xlsx: a line for every repair that was made, and on a sheet of its own for every cell nobody understood.

    `unread` are file, sheet, cell and text.
    """
    more = [(UNREAD, UNREAD_COLUMNS, unread)] if unread else []
    return log_bytes(TIDIED, [(TIDIED, LOG_COLUMNS, [_fields(line) for line in lines]), *more])


def _fields(line: LogLine) -> tuple[str, ...]:
    repair = line.repair
    kind = repair.rule.removeprefix("修复-")
    return line.file, line.sheet, repair.cell or "", repair.field, kind, repair.before, repair.after, repair.message
