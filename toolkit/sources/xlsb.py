"""Binary workbooks (.xlsb) as grids, by python-calamine alone: an error cell cannot be told from a blank there.

Their parts are no XML and cannot be looked at beforehand, so such a file is read in a worker process only.
"""

from __future__ import annotations

import io

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from toolkit.package.opc import open_package
from toolkit.sources.calamine import damaged, dense_cells
from toolkit.sources.grid import Grid


def read_xlsb(data: bytes, display: str) -> tuple[Grid, ...]:
    """Return the sheets; their grids are `doubtful`. Raises SourceError where the workbook is damaged."""
    open_package(data, display).close()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return tuple(
            Grid(
                meta.name,
                dense_cells(book.get_sheet_by_name(meta.name)),
                hidden=meta.visible != SheetVisibleEnum.Visible,
                doubtful=True,
            )
            for meta in book.sheets_metadata
            if meta.typ == SheetTypeEnum.WorkSheet
        )
    except (CalamineError, OverflowError, ValueError) as error:
        raise damaged(display, error) from error
