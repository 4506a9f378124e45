"""合并提问, the sheet of 审核报告.xlsx in which a doubt that several returns share is answered once for all of them.

Comes in: a `Review`. Goes out: the sheet; its last column is hidden and says to which rows of 问题清单 the answer belongs.
"""

from __future__ import annotations

from typing import Any

from toolkit.outputs.fit import list_height
from toolkit.outputs.review.cells import Looks, open_sheet
from toolkit.outputs.review.model import ACTION, ACTIONS, KEY, PRINTED, REASON, RULE, QuestionLine, Review

COLUMNS = (
    *(("问题（举一份为例）", 60), ("单位数", 8), ("份数", 8), ("已答", 8), ("单位", 46), ("怎么办", 40), (RULE, 14)),
    *((ACTION, 10), (REASON, 28), (KEY, 20)),
)
_NAMES = [name for name, _ in COLUMNS]

# So many units are named; 问题清单 has all.
_MOST_UNITS = 12


def write_questions(sheet: Any, looks: Looks, review: Review) -> None:
    """Write the sheet: a row per question, what is to be answered coloured."""
    open_sheet(sheet, looks, COLUMNS, 0)
    last = len(review.questions)
    for name in (ACTION, REASON):
        sheet.write_string(0, _NAMES.index(name), name, looks.own_head)
    sheet.set_column(len(COLUMNS) - 1, len(COLUMNS) - 1, 20, None, {"hidden": True})
    rule = {
        "validate": "list",
        "source": list(ACTIONS),
        "input_title": ACTION,
        "input_message": "选一次，对这里列出的每一份都算数；个别不同的，在“问题清单”那一行另填。“保留”要写理由。",
    }
    sheet.data_validation(1, _NAMES.index(ACTION), last, _NAMES.index(ACTION), rule)
    for row, line in enumerate(review.questions, start=1):
        _row(sheet, looks, row, line)
    sheet.autofilter(0, 0, last, len(COLUMNS) - 2)
    sheet.print_area(0, 0, last, len(COLUMNS) - 2)


def _row(sheet: Any, looks: Looks, row: int, line: QuestionLine) -> None:
    more = f"等 {len(line.units)} 家" if len(line.units) > _MOST_UNITS else ""
    units = f"{'、'.join(line.units[:_MOST_UNITS])}{more}"
    key = f"{line.key}{PRINTED if line.action or line.reason else ''}"
    texts = {0: line.message, 4: units, 5: line.suggestion, 6: line.rule, 7: line.action, 8: line.reason, 9: key}
    for column, text in texts.items():
        looks.write(sheet, row, column, text, looks.own if _NAMES[column] in (ACTION, REASON) else looks.text)
    for column, number in ((1, len(line.units)), (2, line.files), (3, line.answered)):
        sheet.write_number(row, column, number, looks.number)
    sheet.set_row(row, list_height([(text, COLUMNS[column][1]) for column, text in texts.items()]))
