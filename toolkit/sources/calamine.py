"""What the readers of old and binary workbooks share: a sheet of python-calamine as cells by place.

calamine gives the same '' for a blank, an error cell and a formula that was never calculated (measured).
"""

from __future__ import annotations

from datetime import time, timedelta

from python_calamine import CalamineSheet

from toolkit.errors import SourceError
from toolkit.sources.grid import CellValue, Position


def dense_cells(sheet: CalamineSheet) -> dict[Position, CellValue]:
    """Return a sheet's cells that hold something; times of day and lengths of time, no values of a form, as text."""
    if sheet.start is None:
        return {}
    top, left = sheet.start[0] + 1, sheet.start[1] + 1
    return {
        (row, column): str(value) if isinstance(value, (time, timedelta)) else value
        for row, values in enumerate(sheet.to_python(), start=top)
        for column, value in enumerate(values, start=left)
        if value != ""
    }


def damaged(display: str, error: Exception) -> SourceError:
    """Return the error for a workbook that calamine cannot take apart."""
    cure = "请在 Excel 或 WPS 中打开并另存后重新报送。"
    return SourceError("文件-损坏", f"{display}：工作簿内容损坏，无法读取（{error}）。", cure)
