"""More rows for the row tables of a printed sheet: inserted under the last one, drawn like it, with everything below moved down.

Comes in: a worksheet and what was proposed of it. The sheet is changed; whoever asked proposes anew.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from toolkit.forms.model import INTEGER
from toolkit.proposing.blocks import Table
from toolkit.proposing.model import Proposal

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

Area = tuple[int, int, int, int]


def lengthen(sheet: Worksheet, proposal: Proposal, least: int) -> bool:
    """Give each row table at least so many rows, but not one whose rows are printed; return whether anything was done."""
    printed = {field.table for field in proposal.fields if field.prefilled and field.type != INTEGER}
    short = [table for name, table in proposal.tables.items() if name not in printed and table.last_row - table.first_row + 1 < least]
    for table in sorted(short, key=lambda each: -each.last_row):
        _insert(sheet, table, least - (table.last_row - table.first_row + 1))
    return bool(short)


def _insert(sheet: Worksheet, table: Table, count: int) -> None:
    last = table.last_row
    merges = [(m.min_row, m.min_col, m.max_row, m.max_col) for m in sheet.merged_cells.ranges]
    heights = {row: each.height for row, each in sheet.row_dimensions.items() if each.height}
    for merge in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(merge.coord)
    for validation in sheet.data_validations.dataValidation:
        _move_validation(validation, last, count)
    sheet.insert_rows(last + 1, count)
    own = [(left, right) for top, left, bottom, right in merges if top == bottom == last]
    areas = [_moved(merge, last, count) for merge in merges]
    areas += [(row, left, row, right) for row in range(last + 1, last + count + 1) for left, right in own]
    areas += [(last, column, last + count, column) for column in _beside(sheet, table, merges)]
    for area in areas:
        sheet.merge_cells(start_row=area[0], start_column=area[1], end_row=area[2], end_column=area[3])
    for column in range(1, sheet.max_column + 1):
        above, before = sheet.cell(last, column), sheet.cell(last - 1, column)
        counts = [each.value for each in (before, above)]
        for step in range(1, count + 1):
            new = sheet.cell(last + step, column)
            new._style = copy(above._style)
            if all(isinstance(value, int | float) for value in counts) and counts[1] - counts[0] == 1:
                new.value = counts[1] + step
    for row in range(last + 1, sheet.max_row + 1):
        sheet.row_dimensions[row].height = heights.get(last if row <= last + count else row - count)


def _beside(sheet: Worksheet, table: Table, merges: list[Area]) -> list[int]:
    """The columns of upright labels that stand beside a table of one row, as tall as it: they grow with the table."""
    last = table.last_row
    merged = {column for top, left, bottom, right in merges if top <= last <= bottom for column in range(left, right + 1)}
    beside = range(1, table.heads[0].box.left if table.first_row == last else 1)
    return [column for column in beside if sheet.cell(last, column).value is not None and column not in merged]


def _moved(area: Area, last: int, count: int) -> Area:
    """An area after the insertion under row `last`: moved where it is below, longer where it reaches beyond or ends a block there."""
    top, left, bottom, right = area
    if top > last:
        return top + count, left, bottom + count, right
    return (top, left, bottom + count, right) if bottom > last or (bottom == last and top < last) else area


def _move_validation(validation: DataValidation, last: int, count: int) -> None:
    from openpyxl.worksheet.cell_range import CellRange, MultiCellRange

    ranges = []
    for each in validation.sqref.ranges:
        top, left, bottom, right = _moved((each.min_row, each.min_col, each.max_row, each.max_col), last, count)
        ranges.append(CellRange(min_row=top, min_col=left, max_row=bottom, max_col=right))
    validation.sqref = MultiCellRange(ranges)
