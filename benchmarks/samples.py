"""Declarations made up for the benchmarks: any number of projects with any number of indicators on the shipped form."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from toolkit.forms import Form, load_form
from toolkit.reading.model import BLANK_ENTRY, Declaration, Entry, Row, Value
from toolkit.resources import templates_dir

HEAD: dict[str, Value] = {
    "年度": 2025,
    "项目性质": "经常性专项业务费",
    "项目类别": "特定目标类",
    "主管部门": "青溪区教育局",
    "实施单位": "青溪区第一小学",
    "计划开始日期": date(2025, 1, 1),
    "计划完成日期": date(2025, 12, 31),
    "年度资金申请总额": Decimal("1200000.00"),
    "当年财政拨款": Decimal("1000000.00"),
    "上年结转资金": Decimal("200000.00"),
    "年度其他资金": Decimal("0"),
}
LEVELS = (
    ("成本指标", "经济成本指标"),
    ("产出指标", "数量指标"),
    ("产出指标", "质量指标"),
    ("产出指标", "时效指标"),
    ("效益指标", "社会效益指标"),
    ("满意度指标", "服务对象满意度指标"),
)


@lru_cache(maxsize=1)
def form() -> Form:
    return load_form(templates_dir() / "绩效目标申报表.xlsx")


def declarations(projects: int, indicators: int = 30) -> list[Declaration]:
    """Return `projects` declarations of one unit, each with `indicators` rows in the order of the level tree."""
    return [_declaration(number, indicators) for number in range(1, projects + 1)]


def _declaration(number: int, indicators: int) -> Declaration:
    values: dict[str, Value] = {**HEAD, "项目名称": f"第{number}号设施维护项目", "年度总体目标": f"完成第{number}号设施的日常维护。" * 12}
    rows = []
    for index in range(indicators):
        level1, level2 = LEVELS[index * len(LEVELS) // indicators]
        cells = (level1, level2, f"第{number}号设施第{index + 1}类巡检完成率", "≥", str(60 + (number + index) % 40), "%")
        rows.append(Row(22 + index, {n: Entry(v, v, None) for n, v in zip(form().table.names, cells, strict=True)}))  # type: ignore[union-attr]
    entries = {f.name: Entry(values[f.name], str(values[f.name]), None) if f.name in values else BLANK_ENTRY for f in form().fields}
    return Declaration("样例.xlsx", f"项目{number}", form().name, entries, tuple(rows))
