"""以往意见, a sheet of 审核报告.xlsx: what a reviewer decided on units and projects that this check did not see.

Comes in: a `Review`. Goes out: the sheet, with the headings of 问题清单, so that it is read back in the same way. Called by
`review`, for a report that has such decisions.
"""

from __future__ import annotations

from typing import Any

from toolkit.outputs.fit import list_height
from toolkit.outputs.review.cells import Looks, open_sheet
from toolkit.outputs.review.model import (
    ACTION,
    ACTIONS,
    CELL,
    FIELD,
    KEY,
    MESSAGE,
    PROJECT,
    REASON,
    REMARK,
    RULE,
    SHEET,
    UNIT,
    VALUE,
    Review,
)

COLUMNS = (
    *((UNIT, 18), (PROJECT, 20), (SHEET, 8), (CELL, 8), (FIELD, 12), (VALUE, 16), (MESSAGE, 36), (RULE, 12)),
    *((ACTION, 9), (REASON, 20), (REMARK, 20), (KEY, 20)),
)
_OWN = (ACTION, REASON, REMARK)


def write_earlier(sheet: Any, looks: Looks, review: Review) -> None:
    """Write the sheet: a row per decision, the reviewer's own columns coloured, the key hidden."""
    open_sheet(sheet, looks, COLUMNS, 0, frozen=2)
    last = len(review.earlier)
    for column, (name, width) in enumerate(COLUMNS):
        if name in _OWN:
            sheet.write_string(0, column, name, looks.own_head)
        if name == ACTION:
            sheet.data_validation(1, column, last, column, {"validate": "list", "source": list(ACTIONS)})
        if name == KEY:
            sheet.set_column(column, column, width, None, {"hidden": True})
    for row, cells in enumerate(review.earlier, start=1):
        for column, (name, _) in enumerate(COLUMNS):
            looks.write(sheet, row, column, cells.get(name), looks.own if name in _OWN else looks.text)
        sheet.set_row(row, list_height([(cells.get(name, ""), width) for name, width in COLUMNS[:-1]]))
    sheet.autofilter(0, 0, last, len(COLUMNS) - 2)
    sheet.print_area(0, 0, last, len(COLUMNS) - 2)
