"""Filling and reading workbooks: against inflating the bytes, bare python-calamine, and openpyxl."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook

from benchmarks.formulas_bench import RULES, VALUES
from benchmarks.samples import declarations, form
from benchmarks.timing import interleaved, report, verdict
from tests.office import convert, soffice
from toolkit.checking.check import check_declarations
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Row
from toolkit.reading.sheet import read_sheet
from toolkit.sources.xlsx import read_xlsx

SHEETS = 4

# 0.8 ms a project where twenty lambdas took 13 µs.
RULE_SET = 60


def run() -> None:
    made = declarations(SHEETS)
    issued = fill_workbook(form(), made)
    by_hand, rules = "20 条手写 lambda", "一个项目的全部规则"
    check: dict[str, Callable[[], object]] = {rules: lambda: check_declarations(made[:1], form())}
    lambdas: dict[str, Callable[[], object]] = {by_hand: lambda: [rule(VALUES) for _, rule in RULES]}
    times = interleaved(check, rounds=9) | interleaved(lambdas, rounds=9, number=500)
    rows = [(name, f"{seconds * 1000:8.3f} ms") for name, seconds in times.items()]
    report("规则，不含读取", [*rows, (f"{rules} ÷ {by_hand}", verdict(times[rules] / times[by_hand], RULE_SET))])
    plain = without_formulas(fill_workbook(replace(form(), rules=()), made))
    kinds = {"openpyxl 保存，没有公式": plain, "openpyxl 保存，没有公式，层级合并": _with_merged_levels(plain)}
    if soffice() is not None:
        kinds.update({name.replace("openpyxl", "LibreOffice"): by_libreoffice(data) for name, data in kinds.items()})
    for title, data in kinds.items():
        _compare(title, data, 2.2)
    _compare("下发的工作簿，带实时自查公式", issued, 3)


def _compare(title: str, data: bytes, limit: float) -> None:
    """Read one workbook in every way; calamine reads the sheets of the projects alone."""
    actions: dict[str, Callable[[], object]] = {
        "只解压": lambda: _inflate(data),
        "python-calamine（值与合并）": lambda: _calamine(data),
        "jixiao 读出表格": lambda: read_xlsx(data, "样例.xlsx"),
        "jixiao 读出记录": lambda: _read(data),
    }
    times = interleaved(actions, rounds=15)
    times.update(interleaved({"openpyxl 打开": lambda: openpyxl.load_workbook(io.BytesIO(data))}, rounds=3))
    rows = [(name, f"{seconds * 1000:8.1f} ms") for name, seconds in times.items()]
    ours = times["jixiao 读出记录"]
    floor, other = ours / times["python-calamine（值与合并）"], times["openpyxl 打开"] / ours
    rows.append(("jixiao 读 ÷ python-calamine", verdict(floor, limit)))
    rows.append(("openpyxl ÷ jixiao 读", f"{other:8.2f}×"))
    report(f"{title}（{len(data) // 1024} KB）", rows)


def without_formulas(data: bytes) -> bytes:
    """The project sheets alone, of a form without live checks: values and merges, no formulas, no lists."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    names = {declaration.sheet for declaration in _read(data)}
    for name in book.sheetnames:
        if name not in names:
            del book[name]
    for sheet in book:
        sheet.data_validations.dataValidation = []
        sheet.conditional_formatting = type(sheet.conditional_formatting)()
    for name in list(book.defined_names):
        del book.defined_names[name]
    return _saved(book)


def _with_merged_levels(data: bytes) -> bytes:
    """The same with equal levels in neighbouring rows merged, as many units hand them in."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for declaration in _read(data):
        sheet = book[declaration.sheet or ""]
        for name in ("一级指标", "二级指标"):
            for _, group in groupby(declaration.rows, key=partial(_level, name)):
                cells = [str(row[name].cell) for row in group]
                if len(cells) > 1:
                    sheet.merge_cells(f"{cells[0]}:{cells[-1]}")
    return _saved(book)


def _level(name: str, row: Row) -> object:
    return row[name].value


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_libreoffice(data: bytes) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "样例.xlsx")
        source.write_bytes(data)
        return convert(source, "xlsx", Path(folder, "出")).read_bytes()


def _inflate(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            archive.read(name)


def _calamine(data: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in (name for name in book.sheet_names if name.startswith("项目")):
        sheet = book.get_sheet_by_name(name)
        sheet.to_python()
        _ = sheet.merged_cell_ranges


def _read(data: bytes) -> list[Declaration]:
    grids, _ = read_xlsx(data, "样例.xlsx")
    return [found for grid in grids if (found := read_sheet(grid, form(), "样例.xlsx"))]
