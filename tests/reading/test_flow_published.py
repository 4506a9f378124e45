"""The two published documents, read back entry by entry and row by row."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.beside import GONGWEI as GONGWEI_NAME
from tests.beside import REAL, needs_shared
from tests.beside import TIANSHAN as TIANSHAN_NAME
from tests.reading.flow_forms import official, summary_card
from tests.reading.published import GONGWEI, GONGWEI_UNIT, TIANSHAN, TIANSHAN_UNIT, Project
from toolkit.forms import load_form
from toolkit.forms.model import Form
from toolkit.reading.flow import flow_score, is_flow_form, read_flow
from toolkit.reading.model import BLANK, OK, Declaration
from toolkit.sources.text import read_text
from toolkit.values.text import squeeze

ROOT = Path(__file__).resolve().parents[2]
GONGWEI_FILE, TIANSHAN_FILE = REAL / GONGWEI_NAME, REAL / TIANSHAN_NAME
SHIPPED = ROOT / "templates" / "绩效目标申报表.xlsx"

pytestmark = needs_shared


@pytest.fixture(scope="module", params=["built by hand", "shipped"])
def form(request: pytest.FixtureRequest) -> Form:
    return official() if request.param == "built by hand" else load_form(SHIPPED)


def read(text: str, form: Form) -> list[Declaration]:
    (grid,) = read_text(text.encode(), "文件.txt")
    return read_flow(grid, form, "文件.txt")


def contents(declaration: Declaration) -> tuple[dict[str, object], list[tuple[object, ...]]]:
    """Entries without white space in texts, and rows: what must not depend on the layout."""
    values: dict[str, object] = {}
    for name, entry in declaration.entries.items():
        values[name] = squeeze(entry.value) if isinstance(entry.value, str) else entry.value
    return values, [tuple(entry.value for entry in row.entries.values()) for row in declaration.rows]


def fingerprint(text: object) -> tuple[int, str]:
    bare = squeeze(str(text))
    return len(bare), hashlib.sha256(bare.encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("file", "unit", "projects", "count", "total"),
    [
        (GONGWEI_FILE, GONGWEI_UNIT, GONGWEI, 74, "23729980.00"),
        (TIANSHAN_FILE, TIANSHAN_UNIT, TIANSHAN, 30, "1053176.00"),
    ],
    ids=["gongwei", "tianshan"],
)
def test_every_field_and_indicator(form: Form, file: Path, unit: str, projects: tuple[Project, ...], count: int, total: str) -> None:
    declarations = read(file.read_text("utf-8"), form)
    assert [declaration.project for declaration in declarations] == [project.name for project in projects]
    assert sum(len(declaration.rows) for declaration in declarations) == count
    requested = [declaration.value("年度资金申请总额") for declaration in declarations]
    assert sum(amount for amount in requested if isinstance(amount, Decimal)) == Decimal(total)
    for declaration, project in zip(declarations, projects, strict=True):
        values = {name: entry.value for name, entry in declaration.entries.items()}
        assert fingerprint(values.pop("年度总体目标")) == project.goal
        assert values == {
            "年度": 2024,
            "项目名称": project.name,
            "项目性质": project.nature,
            "项目类别": "特定目标类",
            "主管部门": "上海市长宁区卫生健康委员会",
            "实施单位": unit,
            "计划开始日期": date(2024, 1, 1),
            "计划完成日期": date(2024, 12, 31),
            "项目资金总额": None,
            "财政资金": None,
            "其他资金": None,
            "年度资金申请总额": Decimal(project.requested),
            "当年财政拨款": Decimal(project.requested),
            "上年结转资金": Decimal(0),
            "年度其他资金": Decimal(project.other) if project.other else None,
            "项目总目标": None,
        }
        assert {entry.state for entry in declaration.entries.values()} == {OK, BLANK}
        assert [tuple(entry.value for entry in row.entries.values()) for row in declaration.rows] == project.rows


def test_places_and_repairs() -> None:
    first, *_, last = read(TIANSHAN_FILE.read_text("utf-8"), official())
    assert (first.file, first.sheet, first.form, first.year) == ("文件.txt", None, "绩效目标申报表", 2024)
    assert (first["年度资金申请总额"].cell, first["年度资金申请总额"].text) == ("A16", "638,930.00")
    row = first.rows[-1]
    assert (row.row, row["三级指标"].cell, row["一级指标"].cell, row["二级指标"].cell) == (100, "A100", "A96", "A97")
    assert [repair.rule for repair in last.repairs].count("修复-跨页重复") == 1
    assert all(repair.message and repair.cell for declaration in (first, last) for repair in declaration.repairs)


def test_stacked_headings_are_dealt_out_and_logged() -> None:
    last = read(GONGWEI_FILE.read_text("utf-8"), official())[-1]
    levels = {row["三级指标"].value: row["二级指标"].value for row in last.rows}
    assert (levels["开机率"], levels["维修响应速度"]) == ("质量指标", "时效指标")
    (repair,) = [repair for repair in last.repairs if repair.rule == "修复-层级错位"]
    assert "质量指标、时效指标" in repair.message


def test_nothing_is_left_out() -> None:
    for file in (GONGWEI_FILE, TIANSHAN_FILE):
        assert [each.unread for each in read(file.read_text("utf-8"), official()) if each.unread] == []


def test_recognised_as_this_form_only() -> None:
    for file in (GONGWEI_FILE, TIANSHAN_FILE):
        (grid,) = read_text(file.read_bytes(), file.name)
        assert is_flow_form(grid, official()) and flow_score(grid, official()) == 1.0
        assert not is_flow_form(grid, summary_card())
        assert read_flow(grid, summary_card(), file.name) == []


def wrapped(text: str, width: int) -> str:
    return "\n".join("\n".join(re.findall(f".{{1,{width}}}", line)) for line in text.split("\n"))


OTHER_LAYOUTS: list[tuple[str, Path, Callable[[str], str]]] = [
    ("token a line", GONGWEI_FILE, lambda text: re.sub(r"\t+", "\n", text)),
    ("token a line, blank lines", GONGWEI_FILE, lambda text: re.sub(r"\n+", "\n\n", re.sub(r"\t+", "\n", text))),
    ("single blanks", GONGWEI_FILE, lambda text: re.sub(r"\t+", " ", text)),
    ("wide gaps", GONGWEI_FILE, lambda text: re.sub(r"\t+", "   ", text)),
    ("single blanks, wrapped", GONGWEI_FILE, lambda text: wrapped(re.sub(r"\t+", " ", text), 36)),
    ("pipes", GONGWEI_FILE, lambda text: re.sub(r"(?m)^.*\t.*$", lambda m: f"| {m[0]} |".replace("\t", " | "), text)),
    ("no blank lines", TIANSHAN_FILE, lambda text: re.sub(r"\n+", "\n", text)),
    ("token a line", TIANSHAN_FILE, lambda text: re.sub(r"(?m)^.{0,33}$", lambda m: "\n".join(m[0].split()), text)),
    ("tabs", TIANSHAN_FILE, lambda text: re.sub(r"(?m)^.{0,40}$", lambda m: m[0].strip().replace(" ", "\t"), text)),
    ("page numbers", TIANSHAN_FILE, lambda text: text.replace("\n\n\n\n", "\n- 3 -\n\f")),
    ("Windows lines", TIANSHAN_FILE, lambda text: text.replace("\n", "\r\n")),
]


@pytest.mark.parametrize(("name", "file", "change"), OTHER_LAYOUTS, ids=[f"{n} {f.stem}" for n, f, _ in OTHER_LAYOUTS])
def test_the_layout_does_not_matter(form: Form, name: str, file: Path, change: Callable[[str], str]) -> None:
    text = file.read_text("utf-8")
    changed = change(text)
    assert changed != text
    assert [contents(each) for each in read(changed, form)] == [contents(each) for each in read(text, form)]
