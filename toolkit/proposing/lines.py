"""A line that holds several labels in one cell (填报单位：　　单位：万元), parted: what is filled in gets a cell of its own.

Comes in: a worksheet, which is changed.
"""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

from toolkit.reading.money import unit_in
from toolkit.values.text import clean_text, squeeze

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# What stands before a colon and is no label. Several labels in one line: what follows a colon, up to the next label, is the value.
_NO_LABEL = re.compile("其中|注|备注|说明|例|其他")
_PAIR = re.compile(r"([^\s:：　]{2,12})[:：]([^:：]*?)(?=\s+[^\s:：]{2,12}[:：]|$)")


def part_lines(sheet: Worksheet) -> None:
    """Part each cell that holds labels with colons and no cell beside them into label cells and cells to fill."""
    merges = {(m.min_row, m.min_col): m for m in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            merge = merges.get((cell.row, cell.column))
            if merge is None or merge.min_row != merge.max_row or not isinstance(cell.value, str):
                continue
            pairs = [(label, clean_text(value)) for label, value in _PAIR.findall(cell.value.strip())]
            wanted = [pair for pair in pairs if not _is_money(*pair)]
            if any(label.count("（") != label.count("）") or _NO_LABEL.fullmatch(label) for label, _ in pairs):
                continue
            beside = merge.max_col < sheet.max_column and sheet.cell(cell.row, merge.max_col + 1).value is None
            if len(pairs) == 1 and not pairs[0][1] and beside:
                continue
            if wanted and sum(len(label) + len(value) + 1 for label, value in pairs) >= len(squeeze(cell.value)) * 0.9:
                _part(sheet, cell.row, merge.min_col, merge.max_col, pairs)


def _is_money(label: str, value: str) -> bool:
    return unit_in(f"{label}：{value}", label=False) is not None or (not value and unit_in(label, label=False) is not None)


def _part(sheet: Worksheet, row: int, left: int, right: int, pairs: list[tuple[str, str]]) -> None:
    """Give each pair its label cell and its cell to fill, a unit of money one cell; nothing where there are too few columns."""
    money = [_is_money(*pair) for pair in pairs]
    spare = right - left + 1 - sum(1 if each else 2 for each in money)
    if spare < 0:
        return
    style = copy(sheet.cell(row, left)._style)
    sheet.unmerge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
    column, values = left, money.count(False)
    for (label, value), alone in zip(pairs, money, strict=True):
        sheet.cell(row, column).value = f"{label}：{value}" if alone else f"{label}："
        sheet.cell(row, column)._style = copy(style)
        column += 1
        if alone:
            continue
        last = column + (share := spare // values)
        spare, values = spare - share, values - 1
        sheet.cell(row, column).value = value or None
        sheet.cell(row, column)._style = copy(style)
        if last > column:
            sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=last)
        column = last + 1
