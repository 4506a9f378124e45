"""Workbooks as they lie open before the clerk: many departments, clean and with mistakes, one project or several, saved by
our own code, openpyxl or LibreOffice, with notes and fills of the unit's own. Made once for a test session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests import office
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, declaration
from tests.shipped import at, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook

Mistake = Callable[[Draft], Draft]

MISTAKES: Sequence[tuple[Mistake, ...]] = (
    (),
    (lambda draft: draft.put(年度资金申请总额=Decimal("123.45")),),
    (lambda draft: draft.put(项目性质="常年性项目"), lambda draft: draft.row(2, 计量单位=None)),
    (lambda draft: draft.put(计划完成日期=date(2020, 1, 1)), lambda draft: draft.put(年度总体目标="完成工作。")),
    (lambda draft: draft.row(1, 三级指标="提高工作水平"), lambda draft: draft.row(0, 数值=None, 符号=None)),
    (lambda draft: draft.put(项目名称=None), lambda draft: draft.put(年度总体目标=None)),
    (lambda draft: draft.row(0, 一级指标="别的指标"), lambda draft: draft.row(3, 数值="-5")),
)

# How many workbooks there are, and how often a workbook holds more projects, notes and fills, or was saved by LibreOffice.
COUNT, _SEVERAL, _NOTED, _RESAVED = 21, 10, 4, 7


def make(folder: Path) -> list[Path]:
    """Write the workbooks and return their paths."""
    paths = []
    for number in range(COUNT):
        drafts = [DRAFTS[number % len(DRAFTS)]]
        for mistake in MISTAKES[number % len(MISTAKES)]:
            drafts[0] = mistake(drafts[0])
        if number % _SEVERAL == 1:
            drafts.append(drafts[0].put(项目名称="第二个项目"))
        sheets = [declaration(draft, sheet=f"项目{n}") for n, draft in enumerate(drafts, start=1)]
        path = folder / f"{number:02d}{drafts[0].head['实施单位']}.xlsx"
        path.write_bytes(fill_workbook(shipped_form(), sheets))
        if number % _NOTED == 1:
            _scribble(path)
        paths.append(path)
    resaved = paths[::_RESAVED]
    for path, made in zip(resaved, office.convert_all(resaved, "xlsx", folder / "再存"), strict=True):
        made.replace(path)
    return paths


def _scribble(path: Path) -> None:
    """Give cells that may have findings, and others, fills and notes of the unit's own."""
    book = openpyxl.load_workbook(path)
    sheet = book["项目1"]
    for cell, color in ((at("年度资金申请总额"), "FFFF00"), (at("项目性质"), "92D050"), (at("项目总目标"), "FFC000")):
        sheet[cell].fill = PatternFill("solid", fgColor=f"FF{color}")
    sheet[at("计量单位", 3)].fill = PatternFill(None)
    sheet[at("年度资金申请总额")].comment = Comment("财务科：金额已与批复核对，\n见附件 2。", "财务科")
    sheet[at("三级指标", 2)].comment = Comment("口径同去年", "业务科")
    book.save(path)
