"""Old workbooks (.xls and WPS .et, BIFF) and binary ones (.xlsb) as grids, their values by python-calamine.

calamine gives the same '' for a blank, an error cell and a formula that was never calculated (measured). The records of
BIFF are walked once for what changes the meaning: error cells, which cells are computed (their formulas are stored as
tokens and not given back as text), formats of percent and 万元, merges, hidden rows. A formula whose result was never calculated cannot be told for certain in BIFF: some writers (xlwt) store 0 and ask
for recalculation on loading, which is taken for "never calculated"; others leave a plain 0, which reads as 0. The parts of an .xlsb are no XML and are
not looked at: such a file is read in a worker process only, and its grids are `doubtful`.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Mapping
from datetime import time, timedelta

import olefile
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import open_package
from toolkit.package.parts import DAMAGED, RESAVE, RESEND, unsafe_error
from toolkit.sources.grid import CellValue, Grid, GridDraft, Position, RawLook, Uncached
from toolkit.spreadsheet.cells import shown_number
from toolkit.spreadsheet.number_formats import BUILTIN, IN_WAN, PERCENT, SCALED, meaning
from toolkit.values.errors import ErrorValue

BOF, EOF, BOUNDSHEET, DATE1904, FORMAT, XF = 0x0809, 0x000A, 0x0085, 0x0022, 0x041E, 0x00E0
FORMULA, BOOLERR, NUMBER, RK, MULRK, MERGES, ROW, COLUMNS, FILTER = (
    0x0006, 0x0205, 0x0203, 0x027E, 0x00BD, 0x00E5, 0x0208, 0x007D, 0x009B,
)  # fmt: skip
_VALUED = frozenset((FORMULA, BOOLERR, NUMBER, RK, MULRK, 0x00FD, 0x0204, 0x00D6))

# BIFF's error codes ([MS-XLS] 2.5.10).
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

# Flags of a formula: calculate always, and on loading.
_RECALCULATE = 3

# Of all number formats these change what a number means and are not told by calamine.
_TOLD = (PERCENT, IN_WAN, SCALED)

# A sheet as its records tell it, and its numbers that are shown with 万元.
Records = tuple[GridDraft, dict[Position, str]]

_TOO_OLD = "Excel 95 或更早的工作簿"


def read_xls(data: bytes, display: str) -> tuple[Grid, ...]:
    """Return the sheets of a BIFF workbook. Raises SourceError where it is damaged or asks too much of a reader."""
    stream = _stream(data, display)
    records, date1904 = _sheets(stream, display)
    for name, (sheet, _) in records.items():
        if sheet.bottom * sheet.right > limits.DENSE:
            found = limits.Limit(limits.AREA.name, limits.DENSE, limits.AREA.unit).exceeded(sheet.bottom * sheet.right)
            raise unsafe_error(display, f"工作表“{name}”{found}")
    sheets = _opened(data, display)
    grids = []
    for meta, cells in sheets:
        draft, money = records.get(meta.name, (GridDraft(), {}))
        for place in money.keys() & cells.keys():
            if isinstance(number := cells[place], (int, float)):
                cells[place] = shown_number(float(number), money[place], date1904)
        draft.cells = {place: value for place, value in cells.items() if place not in draft.looks or draft.looks[place].value is None}
        grids.append(draft.grid(meta.name, hidden=_is_hidden(meta), date1904=date1904))
    return tuple(grids)


def read_xlsb(data: bytes, display: str) -> tuple[Grid, ...]:
    """Return the sheets of a binary workbook. Raises SourceError where it is damaged."""
    open_package(data, display).close()
    sheets = _opened(data, display)
    return tuple(Grid(meta.name, cells, hidden=_is_hidden(meta), doubtful=True) for meta, cells in sheets)


def _opened(data: bytes, display: str) -> list[tuple[SheetMetadata, dict[Position, CellValue]]]:
    """The worksheets of a workbook, each with its cells that hold something."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        return [(meta, _cells(book.get_sheet_by_name(meta.name))) for meta in sheets]
    except (CalamineError, OverflowError, ValueError) as error:
        cure = "请在 Excel 或 WPS 中打开并另存后重新报送。"
        raise SourceError(DAMAGED, f"{display}：工作簿内容损坏，无法读取（{error}）。", cure) from error


def _cells(sheet: CalamineSheet) -> dict[Position, CellValue]:
    """A sheet's cells that hold something; times of day and lengths of time, no values of a form, as text."""
    if sheet.start is None:
        return {}
    top, left = sheet.start[0] + 1, sheet.start[1] + 1
    return {
        (row, column): str(value) if isinstance(value, (time, timedelta)) else value
        for row, values in enumerate(sheet.to_python(), start=top)
        for column, value in enumerate(values, start=left)
        if value != ""
    }


def _is_hidden(meta: SheetMetadata) -> bool:
    return meta.visible != SheetVisibleEnum.Visible


def _stream(data: bytes, display: str) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for name in ("Workbook", "Book"):
                if ole.exists(name):
                    book: bytes = ole.openstream(name).read()
                    return book
    except (OSError, ValueError, IndexError, struct.error, RecursionError) as error:
        raise SourceError(DAMAGED, f"{display}：文件已损坏或不完整，打不开", RESEND) from error
    raise SourceError(DAMAGED, f"{display}：文件已损坏，里面没有工作簿", RESEND)


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield (kind, body) from `start` to the end of the substream that begins there, those nested in it left out."""
    depth = 0
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        body = stream[start + 4 : start + 4 + size]
        start += 4 + size
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        if depth <= 1:
            yield kind, body


def _sheets(stream: bytes, display: str) -> tuple[dict[str, Records], bool]:
    formats, date1904 = dict(BUILTIN), False
    styles: list[str] = []
    sheets: dict[str, int] = {}
    try:
        for kind, body in _records(stream, 0):
            if kind == BOF and body[:2] != b"\x00\x06":
                raise SourceError("文件-格式", f"{display}：是{_TOO_OLD}，无法读取", RESAVE)
            if kind == FORMAT:
                formats[str(struct.unpack_from("<H", body)[0])] = _text(body, 2, 2)
            elif kind == XF:
                styles.append(str(struct.unpack_from("<H", body, 2)[0]))
            elif kind == DATE1904:
                date1904 = body[:1] == b"\x01"
            elif kind == BOUNDSHEET:
                sheets[_text(body, 6, 1)] = struct.unpack_from("<I", body)[0]
        means = {n: means for n, code in enumerate(styles) if (means := meaning(formats.get(code, "General"))) in _TOLD}
        return {name: _sheet(stream, start, means) for name, start in sheets.items()}, date1904
    except (struct.error, IndexError) as error:
        raise SourceError(DAMAGED, f"{display}：文件已损坏，工作簿的记录不完整", RESEND) from error


def _text(body: bytes, start: int, width: int) -> str:
    """A string with its length in front (1 or 2 bytes), then a byte that tells UTF-16 from Latin-1."""
    length = int.from_bytes(body[start : start + width], "little")
    wide, text = body[start + width] & 1, body[start + width + 1 :]
    return text[: length * 2].decode("utf-16-le", "replace") if wide else text[:length].decode("latin-1")


def _sheet(stream: bytes, start: int, means: Mapping[int, str]) -> Records:
    sheet = GridDraft()
    money: dict[Position, str] = {}

    def tell(row: int, column: int, style: int) -> None:
        told = means.get(style)
        if told == PERCENT:
            sheet.percents.add((row + 1, column + 1))
        elif told is not None:
            money[row + 1, column + 1] = told

    for kind, body in _records(stream, start):
        if kind in _VALUED:
            row, column, style = struct.unpack_from("<HHH", body)
            last = int.from_bytes(body[-2:], "little") if kind == MULRK else column
            sheet.bottom, sheet.right = max(sheet.bottom, row + 1), max(sheet.right, last + 1)
            if kind == MULRK:
                for n in range(last - column + 1):
                    tell(row, column + n, int.from_bytes(body[4 + 6 * n : 6 + 6 * n], "little"))
            else:
                tell(row, column, style)
            if look := _look(kind, body):
                sheet.looks[row + 1, column + 1] = look
        elif kind == MERGES:
            for n in range(struct.unpack_from("<H", body)[0]):
                r1, r2, c1, c2 = struct.unpack_from("<HHHH", body, 2 + 8 * n)
                sheet.merges.append((r1 + 1, c1 + 1, r2 + 1, c2 + 1))
        elif kind == ROW and body[12] & 0x20:
            sheet.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == COLUMNS and body[8] & 1:
            first, last = struct.unpack_from("<HH", body)
            sheet.hidden_columns.update(range(first + 1, min(last, 255) + 2))
        elif kind == FILTER:
            sheet.filtered = True
    return sheet, money


def _look(kind: int, body: bytes) -> RawLook | None:
    if kind == BOOLERR:
        return RawLook(ErrorValue(_ERRORS.get(body[6], "#VALUE!"))) if body[7] else None
    if kind != FORMULA:
        return None
    if body[12:14] == b"\xff\xff":
        return RawLook(ErrorValue(_ERRORS.get(body[8], "#VALUE!")) if body[6] == 2 else None, "")
    never = body[6:14] == bytes(8) and struct.unpack_from("<H", body, 14)[0] & _RECALCULATE == _RECALCULATE
    return RawLook(Uncached("") if never else None, "")
