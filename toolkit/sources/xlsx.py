"""Workbooks (.xlsx, .xlsm) as grids: values and merges by python-calamine, a raw look where it cannot tell.

calamine gives the same '' for a blank, an error cell and a formula that was never calculated (measured). Where the
sheet's XML holds an error or a formula at all, that part is read as well, and the three are told apart.
"""

from __future__ import annotations

import io
import re
from datetime import time, timedelta

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from toolkit.errors import SourceError
from toolkit.package import cells as kinds
from toolkit.package import limits
from toolkit.package.a1 import column_number
from toolkit.package.opc import Package, open_package
from toolkit.package.workbook import WORKSHEET, SheetPart, WorkbookParts, custom_properties, read_workbook
from toolkit.sources.grid import CellValue, Grid, Uncached
from toolkit.values.errors import ErrorValue

KIND_PROPERTY = "jixiao.kind"
WORD_DOCUMENT = "word/document.xml"

_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]+)"')
_CELL = re.compile(rb'\br="([A-Z]{1,3})[0-9]+"')


def read_xlsx(data: bytes, display: str) -> tuple[tuple[Grid, ...], str | None]:
    """Return the sheets of a workbook, and what `jixiao.kind` says it is (None for a stranger's file).

    Our own Word reports have a kind and no sheets. Raises SourceError when the package is no sound workbook; `display`
    is the file's name in messages.
    """
    with open_package(data, display) as package:
        kind = custom_properties(package).get(KIND_PROPERTY)
        if kind is not None and package.related("", "officeDocument") == WORD_DOCUMENT:
            return (), kind
        parts = read_workbook(package)
        for ref in parts.sheets:
            if ref.kind == WORKSHEET:
                _check_extent(package.read(ref.part), package, ref)
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            metadata = {meta.name: meta for meta in book.sheets_metadata}
            grids = []
            for ref in parts.sheets:
                meta = metadata.get(ref.name)
                if meta is None or meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                hidden = meta.visible != SheetVisibleEnum.Visible
                grids.append(_grid(book.get_sheet_by_name(ref.name), package, parts, ref, hidden))
        except CalamineError as error:
            raise SourceError(
                "文件-损坏", f"{display}：工作簿内容损坏，无法读取（{error}）。", "请在 Excel 或 WPS 中打开并另存后重新报送。"
            ) from error
        return tuple(grids), kind


def _check_extent(xml: bytes, package: Package, ref: SheetPart) -> None:
    """Refuse a sheet whose cells span a rectangle too large to hold: calamine allocates all of it (measured: 512 GB)."""
    rows = [int(number) for number in _ROW.findall(xml)]
    height = max(rows, default=0) - min(rows, default=1) + 1
    if height * limits.COLUMNS.most <= limits.AREA.most:
        return
    width = max((column_number(letters.decode()) for letters in set(_CELL.findall(xml))), default=1)
    if height * width > limits.AREA.most:
        raise package.unsafe(f"工作表“{ref.name}”{limits.AREA.exceeded(height * width)}")


def _grid(sheet: CalamineSheet, package: Package, parts: WorkbookParts, ref: SheetPart, hidden: bool) -> Grid:
    cells: dict[tuple[int, int], CellValue] = {}
    for row, values in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        for column, value in enumerate(values, start=1):
            if value != "":
                cells[row, column] = _value(value)
    merges = tuple((r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ())
    formulas: dict[tuple[int, int], str] = {}
    xml = package.read(ref.part)
    if b"<f" in xml or b't="e"' in xml or b"t='e'" in xml:
        for position, raw in parts.cells(ref).items():
            if raw.formula is not None:
                formulas[position] = raw.formula
            if raw.kind == kinds.ERROR and isinstance(raw.value, ErrorValue):
                cells[position] = raw.value
            elif raw.kind == kinds.UNCACHED:
                cells[position] = Uncached(raw.formula or "")
    return Grid(ref.name, cells, merges, hidden, formulas)


def _value(value: object) -> CellValue:
    """calamine's value as a cell value: a time of day or a duration is no value of a form and becomes text."""
    return str(value) if isinstance(value, (time, timedelta)) else value  # type: ignore[return-value]
