"""What the units declare, and the roster that knows them: clean contents of `tests.drawings`, one seed a unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import openpyxl

from tests.drawings.declarations import WHOLE_FUNDS, Content, contents
from tests.rehearsal.truth import UNITS, Unit

YEAR = 2026
DEPARTMENTS = ("青溪区农业农村委", "青溪区教体局", "青溪区卫健委", "青溪区住建局", "青溪区人社局")

# Seeds of clean contents of the year, among which no check across units finds anything either.
SEEDS = (
    48, 162, 229, 336, 376, 379, 459, 507, 584, 594, 630, 642, 694, 785, 806, 1167, 1200, 1219, 1268, 1446, 1490, 1503,
    1552, 1706, 1751, 1757, 1765, 1803, 1854, 1918, 1991, 2005, 2027, 2033, 2154, 2232, 2349, 2352, 2353, 2434,
)  # fmt: skip

# Another name of a unit: one that the roster knows from the first, one that it learns after the first round.
ALIAS, LEARNT = {36: "青溪区职业介绍所"}, {39: "青溪区地图编制室"}
STRANGER = "北山县农机学校"
WITHHELD = (40, 1)
PASSWORD = "绩效2026"


@lru_cache(maxsize=64)
def declared(number: int, count: int) -> tuple[Content, ...]:
    """What unit `number` rightly declares: `count` projects, of which the first is one of a single year."""
    found = []
    for nth, content in enumerate(contents(SEEDS[number - 1], count)):
        rows = tuple(replace(row, unit="%" if row.unit == "百分数" else row.unit) for row in content.rows)
        found.append(replace(_of_one_year(content) if nth == 0 else content, rows=rows))
    return tuple(found)


def _of_one_year(content: Content) -> Content:
    """A project within the year, with nothing but this year's money and goal: what is then planted in it has one finding."""
    head = {**content.head, "计划开始日期": date(YEAR, 1, 1), "计划完成日期": date(YEAR, 12, 31), "项目总目标": None}
    return replace(content, head={**head, **dict.fromkeys(WHOLE_FUNDS)})


def projects(unit: Unit) -> list[Content]:
    """What a unit rightly declares, under its own name and department."""
    told = {"实施单位": unit.name, "主管部门": department(unit)}
    return [content.put(**told) for content in declared(unit.number, unit.count)]


def department(unit: Unit) -> str:
    return DEPARTMENTS[(unit.number - 1) // 8]


def names(unit: Unit) -> list[str]:
    return [str(content.head["项目名称"]) for content in declared(unit.number, unit.count)]


def stranger() -> Content:
    """The only project of a unit that no roster knows."""
    return declared(len(SEEDS), 1)[0].put(实施单位=STRANGER, 主管部门="北山县农业农村局", 项目名称="农机驾驶员培训")


def write_roster(path: Path, *, learnt: bool = False) -> None:
    """The roster as a clerk writes it: title, contact, aliases, what was approved; with `learnt` also the name that turned up later."""
    aliases: Mapping[int, str] = {**ALIAS, **(LEARNT if learnt else {})}
    book = openpyxl.Workbook()
    sheet, lines = book.worksheets[0], book.create_sheet("项目")
    sheet.title = "单位"
    sheet.append([f"{YEAR}年度绩效目标申报名单　截止日期：{YEAR}-03-20　联系人：王科员　电话：0000-00000001"])
    sheet.append(["单位", "主管部门", "归口科室", "控制数", "别名", "联系人"])
    lines.append(["单位", "项目名称", "项目代码", "批复金额", "是否公开"])
    for unit in UNITS:
        amounts = [content.head["年度资金申请总额"] for content in projects(unit)]
        total = sum(amount for amount in amounts if isinstance(amount, Decimal))
        contact = f"联系人{unit.number} 0000-{unit.number:08d}"
        sheet.append([unit.name, department(unit), f"{(unit.number - 1) % 3 + 1}科", total, aliases.get(unit.number), contact])
        for nth, name in enumerate(names(unit), start=1):
            public = "否" if (unit.number, nth) == WITHHELD else None
            lines.append([unit.name, name, f"{YEAR}-{unit.number:02d}{nth}", amounts[nth - 1], public])
    book.save(path)
