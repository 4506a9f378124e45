"""What a recalculated workbook's 自检 says, read without our own reader of returns."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from toolkit.package.opc import open_package
from toolkit.spreadsheet.workbook import WorkbookParts, read_workbook


@lru_cache(maxsize=1024)
def _verdicts(path: Path, changed: int) -> dict[str, str]:
    with open_package(path, path.name) as package:
        cells = texts(read_workbook(package), "自检")
    head = next(row for (row, _), text in cells.items() if text == "编号")
    columns = {cells.get((head, column)): column for column in range(1, 20)}
    lines = [row for row, column in cells if column == columns["编号"] and row > head]
    assert {cells[row, columns["结果"]] for row in lines} <= {"✔", "✘", "不适用", "已删除", "已说明"}
    assert all(cells.get((row, columns["提示"])) for row in lines if cells[row, columns["结果"]] == "✘")
    marks = [(str(cells[row, columns["编号"]]), str(cells[row, columns["结果"]])) for row in lines]
    return {**dict(marks), **{rule: mark for rule, mark in marks if mark == "✘"}}


def verdicts(path: Path) -> dict[str, str]:
    """Return the mark of each 编号 in 自检: of several lines that have it (a rule about the rows of a grid), ✘ when one has."""
    return _verdicts(path, path.stat().st_mtime_ns)


def failing_rules(path: Path) -> frozenset[str]:
    """Return the 编号 of every line of 自检 that is ✘."""
    return frozenset(rule for rule, mark in verdicts(path).items() if mark == "✘")


def texts(book: WorkbookParts, sheet: str) -> dict[tuple[int, int], object]:
    ref = book.sheet(sheet)
    assert ref is not None
    return {position: cell.value for position, cell in sorted(book.cells(ref).items()) if cell.value not in (None, "")}
