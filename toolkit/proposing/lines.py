"""A line that holds several labels in one cell (填报单位：　　单位：万元), parted: what is filled in gets a cell of its own.

Comes in: a worksheet, which is changed.
"""

from __future__ import annotations

import re
from copy import copy
from typing import TYPE_CHECKING

from toolkit.proposing.words import is_year_line
from toolkit.reading.money import unit_in
from toolkit.values.text import clean_text, squeeze

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# What stands before a colon and is no label. Several labels in one line: what follows a colon, up to the next label, is the value.
_NO_LABEL = re.compile("其中|注|备注|说明|例|其他")
_IN_BRACKETS = re.compile("（[^（）]*）")
_GAP = re.compile("\\t+|[ \u3000\u00a0]{2,}")
_COLON = re.compile("[:：]")
_LONGEST_LABEL = 12


def part_lines(sheet: Worksheet) -> None:
    """Part each cell that holds labels with colons and no cell beside them into label cells and cells to fill."""
    merges = {(m.min_row, m.min_col): m for m in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            merge = merges.get((cell.row, cell.column))
            if merge is None or merge.min_row != merge.max_row or not isinstance(cell.value, str):
                continue
            pairs = _pairs(cell.value)
            beside = merge.max_col < sheet.max_column and sheet.cell(cell.row, merge.max_col + 1).value is None
            alone = len(pairs) == 1 and not pairs[0][1] and beside
            if not alone and any(label.endswith("：") or (is_year_line(label) and len(pairs) > 1) for label, _ in pairs):
                _part(sheet, cell.row, merge.min_col, merge.max_col, pairs)


def _pairs(text: str) -> list[tuple[str, str]]:
    """Return what a line says piece by piece: a label with its colon and its value, anything else without a colon and value.

    >>> _pairs("（　　 年度）　　填报单位：某单位 填报日期：　　单位：万元")
    [('（年度）', ''), ('填报单位：', '某单位'), ('填报日期：', ''), ('单位：万元', '')]
    >>> _pairs("其中：财政拨款"), _pairs("二、预算执行情况（单位：元）")
    ([('其中：财政拨款', '')], [('二、预算执行情况（单位：元）', '')])
    """
    found: list[tuple[str, str]] = []
    for piece in filter(None, _GAP.split(_IN_BRACKETS.sub(lambda inside: squeeze(inside[0]), text.strip()))):
        pairs = _labelled(piece)
        whole = sum(len(label) + len(value) + 1 for label, value in pairs) >= len(squeeze(piece)) * 0.9
        if not whole or any(label.count("（") != label.count("）") or _NO_LABEL.fullmatch(label) for label, _ in pairs):
            pairs = []
        found += [(f"{label}：{value}", "") if _is_money(label, value) else (f"{label}：", value) for label, value in pairs] or [
            (piece, "")
        ]
    return found


def _labelled(piece: str) -> list[tuple[str, str]]:
    """The labels of a piece with what follows each colon, up to the next label: the last word before a colon."""
    first, *rest = _COLON.split(piece)
    pairs, label = [], (first.split() or [""])[-1]
    for number, text in enumerate(rest, 1):
        *words, following = (text.split() or [""]) if number < len(rest) else (*text.split(), "")
        value = " ".join(words)
        pairs.append((label, clean_text(value)))
        label = following
    return [(label, value) for label, value in pairs if 2 <= len(label) <= _LONGEST_LABEL]


def _is_money(label: str, value: str) -> bool:
    return unit_in(f"{label}：{value}", label=False) is not None or (not value and unit_in(label, label=False) is not None)


def _part(sheet: Worksheet, row: int, left: int, right: int, pairs: list[tuple[str, str]]) -> None:
    """Give each label with a colon its cell and a cell to fill, other texts a cell; nothing where there are too few columns."""
    labels = [label.endswith("：") for label, _ in pairs]
    spare = right - left + 1 - len(labels) - sum(labels)
    if spare < 0:
        return
    style = copy(sheet.cell(row, left)._style)
    sheet.unmerge_cells(start_row=row, end_row=row, start_column=left, end_column=right)
    column, values = left, sum(labels)
    for (label, value), to_fill in zip(pairs, labels, strict=True):
        sheet.cell(row, column).value = label
        sheet.cell(row, column)._style = copy(style)
        column += 1
        if not to_fill:
            continue
        last = column + (share := spare // values)
        spare, values = spare - share, values - 1
        sheet.cell(row, column).value = value or None
        sheet.cell(row, column)._style = copy(style)
        if last > column:
            sheet.merge_cells(start_row=row, end_row=row, start_column=column, end_column=last)
        column = last + 1
