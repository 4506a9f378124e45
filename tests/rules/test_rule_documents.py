"""The documents about the rules: every id they name exists, every rule in force is named, the table is complete."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase

from tests.shipped import ROOT, shipped_form
from toolkit.forms import Form, Rule
from toolkit.forms.describe import rules_markdown

IDS = [rule.id for rule in shipped_form().rules]
FAMILIES = {identifier.partition("-")[0] for identifier in IDS}


def named() -> set[str]:
    """What stands in backticks in 规则对照.md and begins like a rule's id; `*` for several."""
    text = (ROOT / "docs" / "规则对照.md").read_text(encoding="utf-8")
    return {word for word in re.findall(r"`([^`]+)`", text) if word.partition("-")[0] in FAMILIES and "-" in word}


def test_every_rule_of_the_table_exists() -> None:
    assert [pattern for pattern in named() if not any(fnmatchcase(one, pattern) for one in IDS)] == []


def test_every_rule_in_force_is_in_the_table() -> None:
    in_force = [rule.id for rule in shipped_form().rules if rule.state != "停用"]
    assert [one for one in in_force if not any(fnmatchcase(one, pattern) for pattern in named())] == []


def test_every_rule_tells_why_and_what_to_do() -> None:
    for rule in shipped_form().rules:
        assert rule.message and rule.suggestion and rule.basis and rule.targets, rule.id


def small_form(*rules: Rule) -> Form:
    return replace(shipped_form(), name="小表", lists={"词": ("甲", "", "乙"), "闲": ("丙",)}, rules=rules)


def test_rules_as_markdown() -> None:
    one = Rule("甲-1", "error", "表", "等于任一(项目名称,列表.词)", "有|竖线。", "改\n好。", ("项目名称",), "依据", "启用", False, 2)
    two = replace(one, id="甲-2", severity="hint", condition="TRUE", state="试行", batch_only=True)
    three = replace(one, id="甲-3", state="停用", condition="含任一(项目名称,列表.词)")
    assert rules_markdown(small_form(one, two, three)) == (
        "表样“小表”共有 3 条规则，在用的 2 条：错误 1 条、警告 0 条、提示 1 条。\n\n"
        "| 编号 | 级别 | 范围 | 不通过时的提示 | 建议 | 依据 | 状态 |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| 甲-1 | 错误 | 表 | 有\\|竖线。 | 改 好。 | 依据 | 启用 |\n"
        "| 甲-2 | 提示 | 表 | 有\\|竖线。 | 改 好。 | 依据 | 试行，仅批量审核 |\n"
        "| 甲-3 | 错误 | 表 | 有\\|竖线。 | 改 好。 | 依据 | 停用 |\n\n"
        "## 条件\n\n"
        "条件是 Excel 公式，成立表示通过；`列表.…` 是代码表里的一列。\n\n"
        "- 甲-1：`` 等于任一(项目名称,列表.词) ``\n"
        "- 甲-2：`` TRUE ``\n"
        "- 甲-3：`` 含任一(项目名称,列表.词) ``\n\n"
        "## 用到的列表\n\n"
        "| 列表 | 词数 | 用到它的规则 |\n"
        "| --- | --- | --- |\n"
        "| 词 | 2 | 甲-1、甲-3 |\n"
    )
