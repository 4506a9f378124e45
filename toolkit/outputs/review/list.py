"""问题清单 and 以往意见, the sheets of 审核报告.xlsx that are worked through and read back: a row per finding, or per earlier decision.

Comes in: a `Review`. Goes out: the sheets, and where each unit begins. The last column is hidden and holds the key by which the
next check finds the decision again. 以往意见 holds what a reviewer decided on units and projects that this check did not see.
"""

from __future__ import annotations

from typing import Any

from toolkit.outputs.fit import list_height
from toolkit.outputs.review.cells import Looks, cell_link, open_sheet
from toolkit.outputs.review.model import (
    ACTION,
    ACTIONS,
    ASKED,
    CELL,
    FIELD,
    KEY,
    MESSAGE,
    PRINTED,
    PROJECT,
    REASON,
    REMARK,
    RULE,
    SHEET,
    UNIT,
    VALUE,
    Review,
    ReviewItem,
    file_names,
)
from toolkit.outputs.sheets import fitting
from toolkit.values.words import ERROR, FILE

COLUMNS = (
    *(("级别", 8), (UNIT, 14), (PROJECT, 15), ("文件", 13), (SHEET, 7), (CELL, 7), (FIELD, 10), (VALUE, 15)),
    *(("应为", 11), ("问题", 30), ("建议", 23), (RULE, 10), (ACTION, 9), (REASON, 14), (REMARK, 14), (KEY, 20)),
)
EARLIER_COLUMNS = (
    *((UNIT, 18), (PROJECT, 20), (SHEET, 8), (CELL, 8), (FIELD, 12), (VALUE, 16), (MESSAGE, 36), (RULE, 12)),
    *((ACTION, 9), (REASON, 20), (REMARK, 20), (KEY, 20)),
)
_NAMES = [name for name, _ in COLUMNS]
_OWN = (ACTION, REASON, REMARK)

# Excel takes 65,530 links on a sheet; the rest of the sheet stays clear of that.
MOST_LINKS = 65_000

# Rows below the list in which a reviewer's own remarks get the drop-down too.
_SPARE_ROWS = 500


def write_list(sheet: Any, looks: Looks, review: Review) -> dict[int, int]:
    """Write the sheet; return the 0-based row where each group that has findings begins, by its index."""
    open_sheet(sheet, looks, COLUMNS, 0, frozen=3)
    sheet.set_row(0, 24)
    for name in _OWN:
        sheet.write_string(0, _NAMES.index(name), name, looks.own_head)
    last = len(review.items)
    _drop_down(sheet, last)
    sheet.set_column(len(COLUMNS) - 1, len(COLUMNS) - 1, 20, None, {"hidden": True})
    first_rows: dict[int, int] = {}
    linked, names = _linked(review), file_names(review)
    for row, item in enumerate(review.items, start=1):
        first_rows.setdefault(item.group, row)
        _row(sheet, looks, review, row, item, _texts(names, review, item), linked[row - 1])
    sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 2)
    sheet.print_area(0, 0, max(last, 1), len(COLUMNS) - 2)
    return first_rows


def _linked(review: Review) -> list[int]:
    """How many links each row gets, so that the sheet keeps within Excel's limit: errors first, the cell before the file."""
    count = len(review.items)
    if 2 * count <= MOST_LINKS:
        return [2] * count
    if count <= MOST_LINKS:
        return [1] * count
    order = sorted(range(count), key=lambda index: review.items[index].finding.severity != ERROR)
    chosen = set(order[:MOST_LINKS])
    return [1 if index in chosen else 0 for index in range(count)]


def _row(sheet: Any, looks: Looks, review: Review, row: int, item: ReviewItem, texts: dict[str, str | None], links: int) -> None:
    finding = item.finding
    look = looks.kept if item.kept else looks.severity[finding.severity]
    sheet.write_string(row, 0, item.level, look)
    for column, name in enumerate(_NAMES[1:], start=1):
        link = None
        if (name == CELL and finding.cell and links > 0) or (name == "文件" and links > 1):
            at_cell = name == CELL
            link = cell_link(finding.file, finding.sheet if at_cell else None, finding.cell, review.folder)
        if link is not None:
            centred = looks.link if name == CELL else looks.link_left
            sheet.write_url(row, column, link, centred, fitting(texts[name] or ""))
        elif name in _OWN:
            looks.write(sheet, row, column, texts[name], looks.own)
        else:
            looks.write(sheet, row, column, texts[name], looks.centre if name in (SHEET, CELL) else looks.text)
    sheet.set_row(row, list_height([(texts[name] or "", width) for name, width in COLUMNS[1:-1]]))


def _texts(names: dict[str, str], review: Review, item: ReviewItem) -> dict[str, str | None]:
    """Return what stands in each column after the first, by its heading; `names` has the files as they are called."""
    f = item.finding
    unit = f.unit or (review.groups[item.group].name if f.family == FILE else None)
    place = (unit, f.project, names[f.file], f.sheet, f.cell, f.field, item.value)
    texts = (*place, f.expected, f.message, f.suggestion, f.rule, item.action, item.reason, item.remark, _key(item))
    return dict(zip(_NAMES[1:], texts, strict=True))


def _key(item: ReviewItem) -> str:
    question = f"{ASKED}{item.question}" if item.question else ""
    return f"{item.key}{question}{PRINTED if item.action or item.reason or item.remark else ''}"


def _drop_down(sheet: Any, last: int) -> None:
    column = _NAMES.index(ACTION)
    rule = {
        "validate": "list",
        "source": list(ACTIONS),
        "error_title": ACTION,
        "error_message": "请从下拉列表选择：保留，或退回；不处理就留空。",
        "input_title": ACTION,
        "input_message": "保留：内容无须修改，必须在“理由”列写明理由。退回：须由单位修改。",
    }
    sheet.data_validation(1, column, last + _SPARE_ROWS, column, rule)
    remark = {
        "validate": "any",
        "input_title": REMARK,
        "input_message": "写给单位的话，会标到退改的申报表上。可在清单末尾加一行，填上单位、项目、字段和人工意见。",
    }
    sheet.data_validation(1, _NAMES.index(REMARK), last + _SPARE_ROWS, _NAMES.index(REMARK), remark)


def write_earlier(sheet: Any, looks: Looks, review: Review) -> None:
    """Write the sheet: a row per decision, the reviewer's own columns coloured, the key hidden."""
    open_sheet(sheet, looks, EARLIER_COLUMNS, 0, frozen=2)
    last = len(review.earlier)
    for column, (name, width) in enumerate(EARLIER_COLUMNS):
        if name in _OWN:
            sheet.write_string(0, column, name, looks.own_head)
        if name == ACTION:
            sheet.data_validation(1, column, last, column, {"validate": "list", "source": list(ACTIONS)})
        if name == KEY:
            sheet.set_column(column, column, width, None, {"hidden": True})
    for row, cells in enumerate(review.earlier, start=1):
        for column, (name, _) in enumerate(EARLIER_COLUMNS):
            text = f"{cells[KEY]}{PRINTED}" if name == KEY and cells.get(KEY) else cells.get(name)
            looks.write(sheet, row, column, text, looks.own if name in _OWN else looks.text)
        sheet.set_row(row, list_height([(cells.get(name, ""), width) for name, width in EARLIER_COLUMNS[:-1]]))
    sheet.autofilter(0, 0, last, len(EARLIER_COLUMNS) - 2)
    sheet.print_area(0, 0, last, len(EARLIER_COLUMNS) - 2)
