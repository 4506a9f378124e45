"""A clerk changes the rules in Excel: a new rule, a word in a list, a level, a state — no Python is touched."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.rules.changed_form import NEW_RULE, edited, rule_cells, word
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, declaration
from tests.shipped import TEMPLATE
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.forms import Form, load_form

pytestmark = pytest.mark.slow


def check(draft: Draft, form: Form) -> list[Finding]:
    return check_declarations([declaration(draft)], form)


def severities(draft: Draft, form: Form) -> list[tuple[str, str]]:
    return [(finding.rule, finding.severity) for finding in check(draft, form)]


def test_a_new_rule_and_its_new_list(tmp_path: Path) -> None:
    form = edited(tmp_path, rule_cells(**NEW_RULE), word("重大项目词", "高标准农田"))
    big = DRAFTS[0].put(年度资金申请总额=Decimal("65000000"), 当年财政拨款=Decimal("65000000"))
    (finding,) = check(big, form)
    assert (finding.rule, finding.severity, finding.field, finding.cell, finding.value) == (
        "本区-单笔上限", "warning", "年度资金申请总额", form.by_name["年度资金申请总额"].cell, "65000000.00",
    )  # fmt: skip
    assert finding.message == "年度资金申请总额 65,000,000.00 元，超过单个项目上限 60,000,000.00 元，多 5,000,000.00 元。"
    assert finding.suggestion == "请附区政府批准文件。"
    assert check(big.put(项目名称="丰收镇高标准农田示范片工程"), form) == []
    assert all(check(draft, form) == [] for draft in DRAFTS)


@pytest.mark.parametrize(
    ("column", "text", "line", "rule"),
    [
        ("反向词", "错时停车", "社会效益指标 错时停车次数 ≥ 3 次", "指标-方向-反"),
        ("正向词", "上云率", "质量指标 政务系统上云率 ≤ 50 %", "指标-方向-正"),
        ("坏词", "甩锅", "质量指标 工单甩锅率 ≥ 20 %", "指标-方向-坏事"),
        ("非单位词", "左邻", "数量指标 走访户数 ≥ 3 左邻户", "指标-单位-非单位"),
        ("周期词", "攻坚期", "时效指标 专项攻坚期 = 30 个月", "指标-周期"),
        ("占位词", "甲某", "数量指标 甲某系统 = 1 套", "指标-占位-名称"),
    ],
)
def test_a_word_added_to_a_list(tmp_path: Path, column: str, text: str, line: str, rule: str) -> None:
    draft = DRAFTS[2].add(line)
    assert rule not in dict(severities(draft, load_form(TEMPLATE)))
    assert dict(severities(draft, edited(tmp_path, word(column, text))))[rule] in ("error", "warning")


def test_a_unit_added_to_its_list_is_one(tmp_path: Path) -> None:
    draft = DRAFTS[2].add("数量指标 加工饮片 ≥ 30 每千付")
    assert severities(draft, load_form(TEMPLATE)) == [("指标-单位-非单位", "error")]
    assert severities(draft, edited(tmp_path, word("计量单位", "每千付"))) == []


def test_a_new_first_level_with_its_own_second_levels(tmp_path: Path) -> None:
    draft = DRAFTS[2].add("协同指标/部门协同指标 联合执法次数 ≥ 6 次")
    assert severities(draft, load_form(TEMPLATE)) == [("列表-二级指标", "error"), ("列表-一级指标", "error")]
    form = edited(tmp_path, word("一级指标", "协同指标"), word("协同指标", "部门协同指标"))
    assert severities(draft, form) == []


def test_level_and_state_of_a_rule(tmp_path: Path) -> None:
    wrong = DRAFTS[2].add("质量指标 设备完好率 ≤ 95 %")
    assert severities(wrong, load_form(TEMPLATE)) == [("指标-方向-正", "error")]
    milder = edited(tmp_path, rule_cells(编号="指标-方向-正", 级别="提示"))
    assert severities(wrong, milder) == [("指标-方向-正", "hint")]
    trial = edited(tmp_path, rule_cells(编号="指标-方向-正", 状态="试行"))
    (finding,) = check(wrong, trial)
    assert (finding.severity, finding.message[:4]) == ("warning", "（试行）")
    assert severities(wrong, edited(tmp_path, rule_cells(编号="指标-方向-正", 状态="停用"))) == []
