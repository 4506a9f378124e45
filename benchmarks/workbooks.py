"""Filling and reading workbooks: against inflating the bytes, bare python-calamine, and openpyxl."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import openpyxl
from python_calamine import CalamineWorkbook

from benchmarks.samples import declarations, form
from benchmarks.timing import interleaved, report
from toolkit.checking.check import check_declarations
from toolkit.outputs.filled import fill_workbook
from toolkit.reading.sheet import read_sheet
from toolkit.sources.xlsx import read_xlsx

SHEETS = 4


def run() -> None:
    made = declarations(SHEETS)
    data = fill_workbook(form(), made)
    actions: dict[str, Callable[[], object]] = {
        "只解压": lambda: _inflate(data),
        "python-calamine（值与合并）": lambda: _calamine(data),
        "jixiao 读出记录": lambda: _read(data),
        "jixiao 填写": lambda: fill_workbook(form(), made),
        "jixiao 审核（不含读取）": lambda: check_declarations(made, form()),
    }
    times = interleaved(actions)
    times.update(interleaved({"openpyxl 打开": lambda: openpyxl.load_workbook(io.BytesIO(data))}, rounds=3))
    ours, floor = times["jixiao 读出记录"], times["python-calamine（值与合并）"]
    rows = [(name, f"{seconds * 1000:8.1f} ms") for name, seconds in times.items()]
    rows.append(("jixiao 读 ÷ python-calamine", f"{ours / floor:8.2f}×"))
    rows.append(("openpyxl ÷ jixiao 读", f"{times['openpyxl 打开'] / ours:8.2f}×"))
    report(f"工作簿（{SHEETS} 个项目，{len(data) // 1024} KB）", rows)


def _inflate(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            archive.read(name)


def _calamine(data: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        sheet.to_python()
        _ = sheet.merged_cell_ranges


def _read(data: bytes) -> list[object]:
    grids, _ = read_xlsx(data, "样例.xlsx")
    return [found for grid in grids if (found := read_sheet(grid, form(), "样例.xlsx"))]
