"""Published documents imported and merged again: every cell of the Word tables is the record's, every merge one group's."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.beside import REAL, needs_shared
from tests.command import Run
from tests.shipped import ROOT

LEFT, YEAR = ("项目资金总额", "财政资金", "其他资金"), ("年度资金申请总额", "当年财政拨款", "上年结转资金", "年度其他资金")

Cell = tuple[str, str]


@pytest.fixture(params=["examples", pytest.param("real", marks=needs_shared)])
def documents(request: pytest.FixtureRequest) -> list[Path]:
    folder = REAL if request.param == "real" else ROOT / "examples" / "已公布文档"
    return sorted(folder.glob("*.txt"))


def cells(table: Any) -> list[list[Cell]]:
    """Each row's cells: its text, and `r` or `c` for the first and the further cells of a vertical merge, `-` for others."""
    found = []
    for row in table._tbl.findall(qn("w:tr")):
        line = []
        for cell in row.findall(qn("w:tc")):
            merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
            text = "".join(part.text or "" for part in cell.iter(qn("w:t")))
            line.append((text, "-" if merge is None else (merge.get(qn("w:val")) or "continue")[0]))
        found.append(line)
    return found


def texts(row: list[Cell]) -> list[str]:
    return [text for text, _ in row]


def bare(text: str | None) -> str:
    return "".join((text or "").split())


def amount(record: dict[str, Any], name: str) -> str:
    return "" if record[name] is None else f"{Decimal(record[name]):,.2f}"


def assert_head(rows: list[list[Cell]], record: dict[str, Any]) -> None:
    def said(*names: str) -> list[str]:
        return [record[name] or "" for name in names]

    assert texts(rows[0])[1::2] == said("项目名称", "项目性质", "项目类别")
    assert texts(rows[1])[1::2] == said("主管部门", "实施单位")
    assert texts(rows[2])[1::2] == said("计划开始日期", "计划完成日期")
    left, year = [amount(record, name) for name in LEFT], [amount(record, name) for name in YEAR]
    assert [texts(row)[-1] for row in rows[3:7]] == year
    assert [texts(rows[number])[-3] for number in (3, 4, 6)] == left
    assert [state for _, state in rows[5]][:3] == ["c", "c", "c"] and [rows[4][n][1] for n in (1, 2)] == ["r", "r"]
    assert [bare(text) for text in texts(rows[8])[-2:]] == [bare(record["项目总目标"]), bare(record["年度总体目标"])]


def assert_indicators(rows: list[list[Cell]], record: dict[str, Any]) -> None:
    expected = [(e["一级指标"], e["二级指标"], e["三级指标"], e["指标值"]) for e in record["绩效指标"]]
    level1, level2 = "", ""
    read, states = [], []
    for row in rows:
        (_, _), (first, state1), (second, state2), (name, _), (value, _) = row
        level1 = first if state1 != "c" else level1
        level2 = second if state2 != "c" else level2
        read.append((level1, level2, name, value))
        states.append((state1, state2))
    assert read == [tuple(part or "" for part in each) for each in expected]
    for number, (state1, state2) in enumerate(states):
        if state1 == "c":
            assert expected[number][0] == expected[number - 1][0]
        if state2 == "c":
            assert expected[number][:2] == expected[number - 1][:2]


def test_tables_are_the_records(run: Run, documents: list[Path]) -> None:
    assert len(documents) == 2
    assert run("import", *map(str, documents), "-o", "填报").code == 0
    records = json.loads(run("export", "填报", "--json").out)
    run("merge", "填报", "-o", "汇总", "--draft")
    found = 0
    for path in sorted(Path("汇总").glob("*.docx")):
        unit = next(r["实施单位"] for r in records if path.name.startswith(r["实施单位"]))
        own = [record for record in records if record["实施单位"] == unit]
        tables = Document(str(path)).tables
        for head, indicators, record in zip(tables[::2], tables[1::2], own, strict=True):
            assert_head(cells(head), record)
            heading, *rows = cells(indicators)
            assert texts(heading)[1:4] == ["一级指标", "二级指标", "三级指标"]
            assert_indicators(rows, record)
            found += 1
    assert found == len(records) == 14
