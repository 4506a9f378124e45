"""The shipped form and declarations made up on it, for all tests that need something realistic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from toolkit.forms import Form, load_form
from toolkit.forms.roles import usual_roles
from toolkit.reading.model import BLANK_ENTRY, Declaration, Entry, Row, Value
from toolkit.spreadsheet.a1 import cell_name, parse_cell
from toolkit.values.text import label_key

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "templates" / "绩效目标申报表.xlsx"

HEAD: Mapping[str, Value] = {
    "年度": 2025,
    "项目名称": "校园食堂改造",
    "项目性质": "其他一次性项目",
    "项目类别": "特定目标类",
    "主管部门": "青溪区教育局",
    "实施单位": "青溪区第一小学",
    "计划开始日期": date(2025, 1, 1),
    "计划完成日期": date(2025, 12, 31),
    "年度资金申请总额": Decimal("1200000.00"),
    "当年财政拨款": Decimal("1000000.00"),
    "上年结转资金": Decimal("150000.50"),
    "年度其他资金": Decimal("49999.50"),
    "年度总体目标": "完成食堂操作间和就餐区改造，更换老旧灶具与排烟设备，暑假结束前通过验收，开学即可供全校师生就餐。",
}

ROWS: Sequence[tuple[str, str, str, str | None, str | None, str | None]] = (
    ("成本指标", "经济成本指标", "单位面积改造成本", "≤", "3000", "元/平方米"),
    ("产出指标", "数量指标", "改造食堂面积", "=", "400", "平方米"),
    ("产出指标", "质量指标", "工程验收合格率", "=", "100", "%"),
    ("产出指标", "时效指标", "工程按期完成率", "=", "100", "%"),
    ("效益指标", "社会效益指标", "受益师生人数", "≥", "1350", "人"),
    ("满意度指标", "服务对象满意度指标", "就餐师生满意度", "≥", "90.5", "%"),
)


@lru_cache(maxsize=1)
def shipped_form() -> Form:
    return load_form(TEMPLATE)


def line(number: int = 1) -> int:
    """The row of the sheet where indicator `number` stands."""
    table = shipped_form().table
    assert table is not None
    return table.first_row + number - 1


def at(name: str, number: int = 1, *, right: int = 0) -> str:
    """The cell of a field, or that of indicator `number` in a column; `right` counts cells from there. The drawing says where."""
    form = shipped_form()
    row, column = parse_cell(form.by_name[name].cell)
    return cell_name(line(number) if form.table and name in form.table.names else row, column + right)


def area_of(name: str) -> str:
    """All cells of a field, of a column."""
    return shipped_form().by_name[name].area


def row_of(name: str) -> int:
    """The row of a field's cell."""
    return parse_cell(at(name))[0]


def label_at(text: str, which: int = 1) -> str:
    """The cell of a printed label; of the second or third such label where `which` says so."""
    return [label.cell for label in shipped_form().labels if label_key(label.text) == label_key(text)][which - 1]


def entry(value: Value) -> Entry:
    return BLANK_ENTRY if value is None else Entry(value, str(value), None)


def declaration(
    changes: Mapping[str, Value] | None = None,
    rows: Sequence[Sequence[str | None]] = ROWS,
    file: str = "甲.xlsx",
) -> Declaration:
    """A declaration on the shipped form: the clean one above, with `changes` to its fields."""
    form = shipped_form()
    values = {**HEAD, **(changes or {})}
    names = form.table.names if form.table else ()
    return Declaration(
        file,
        "项目1",
        form.name,
        {field.name: entry(values.get(field.name)) for field in form.fields},
        tuple(Row(line(index + 1), {name: entry(value) for name, value in zip(names, row, strict=True)}) for index, row in enumerate(rows)),
        roles=form.roles,
    )


def with_usual_roles(form: Form) -> Form:
    """A form made up in Python, its fields with the roles that their names say."""
    fields = usual_roles({field.name: field for field in form.fields}, form.lists)
    return replace(form, fields=tuple(fields.values()))
