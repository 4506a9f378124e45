"""However a number, a day or a blank was typed: `check` and the recalculated 自检 say the same of every rule, on any form.

Cells of the small form are typed at random in all the ways that people type; each workbook is read, and recalculated by LibreOffice.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.rules.small import GOOD, Cells, filled, judged, listed, read, template
from toolkit.forms import load_form

pytestmark = [pytest.mark.office, pytest.mark.slow]

FIELDS = {"备注": {"类型": "日期"}, "件数": {"类型": "整数"}}
RULES = [
    {"编号": "和", "条件": "ROUND(合计-甲款-乙款,2)=0"},
    {"编号": "空", "条件": 'OR(合计="",甲款<>"")'},
    {"编号": "非空", "条件": "NOT(ISBLANK(乙款))"},
    {"编号": "个数", "条件": "COUNT(合计,甲款,乙款)=COUNTA(合计)+COUNTA(甲款)+COUNTA(乙款)"},
    {"编号": "最大", "条件": "MAX(合计,甲款,乙款)=N(合计)"},
    {"编号": "文字", "条件": 'LEN(TRIM(合计))>0', "提示": "合计 {合计}，相差 {合计-甲款-乙款}。"},
    {"编号": "年份", "条件": 'OR(备注="",YEAR(备注)>=2024)'},
    {"编号": "列和", "条件": "SUM(全部.金额)<=合计"},
    {"编号": "列数", "条件": "COUNTA(全部.单价)>0"},
    {"编号": "行积", "范围": "行", "条件": "ROUND(金额-单价*件数,2)=0"},
    {"编号": "行缺", "范围": "行", "缺值": "任一空跳过", "条件": "单价*件数>0"},
]  # fmt: skip

NUMBERS = (
    None,
    100,
    0,
    -5,
    100.5,
    "100",
    "100.50",
    " 100 ",
    "１００",
    "1,000",
    "1，000.5",
    "100元",
    "￥100",
    "-5",
    "abc",
    "1-2",
    "1.2.3",
    '=""',
    "=50+50",
    "=1/0",
    "—",
)
DAYS = (None, 45292, 44927, "2024-01-01", "2023年12月31日", "2024.1.1", "2024/1/1", "20240101", 20240101, "2024年1月", "年初", '=""', 5)
WHOLE = (None, 2, 1.5, "2", "２", "两", '=""')
COUNT = 50


def mutations(seed: int) -> list[Cells]:
    rng = random.Random(seed)
    made: list[Cells] = []
    while len(made) < COUNT:
        cells = {**GOOD, **{cell: rng.choice(NUMBERS) for cell in rng.sample(["B3", "D3", "B4", "B7", "D7"], rng.randint(1, 3))}}
        cells |= {"D4": rng.choice(DAYS), "C7": rng.choice(WHOLE) if rng.random() < 0.4 else 2}
        made.append({cell: value for cell, value in cells.items() if value is not None})
    return made


def test_check_and_the_live_list_say_the_same(tmp_path: Path) -> None:
    form = load_form(template(tmp_path, RULES, FIELDS))
    made = mutations(13)
    paths = [filled(form, tmp_path / f"{number}.xlsx", cells) for number, cells in enumerate(made)]
    theirs = listed(form, paths, tmp_path / "recalculated")
    wrong = []
    for cells, path, live in zip(made, sorted((tmp_path / "recalculated").iterdir(), key=lambda p: int(p.stem)), theirs, strict=True):
        ours = judged(form, read(form, path))
        if ours != live:
            wrong.append((cells, {rule: (ours.get(rule), live.get(rule)) for rule in {*ours, *live} if ours.get(rule) != live.get(rule)}))
    assert wrong == []
    for rule in (rule["编号"] for rule in RULES):
        assert {"✔", "✘"} <= {live[rule] for live in theirs}, rule
