"""What makes up what, read off rules however they are written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.shipped import shipped_form
from toolkit.forms.model import AMOUNT, TEXT, Field
from toolkit.forms.tables import Rule
from toolkit.outputs.overview.identities import Identity, identities
from toolkit.values.words import Scope

FIELDS = (*(Field(name, name, AMOUNT) for name in ("总", "甲", "乙", "丙")), Field("备注", "备注", TEXT))


def found(*conditions: str, scope: Scope = "表") -> tuple[Identity, ...]:
    rules = tuple(Rule(f"R{n}", "error", scope, text, "", "", (), "", "启用", False, n) for n, text in enumerate(conditions))
    return identities(replace(shipped_form(), fields=FIELDS, table=None, rules=rules))


def test_the_shipped_form() -> None:
    assert identities(shipped_form()) == (
        Identity("年度资金申请总额", ("当年财政拨款", "上年结转资金", "年度其他资金")),
        Identity("项目资金总额", ("财政资金", "其他资金")),
    )


@pytest.mark.parametrize(
    "condition",
    [
        "ROUND(总-甲-乙-丙,2)=0",
        "=总=甲+乙+丙",
        "甲+乙+丙=总",
        "0=总-(甲+乙+丙)",
        "ROUND(SUM(甲,乙,丙),2)=ROUND(总,2)",
        "ABS(总-SUM(甲,乙)-丙)<0.005",
        'OR(总="",ABS(甲+乙+丙-总)<=0.01)',
        'IF(AND(备注="",总<>""),总-甲=乙+丙,TRUE)',
    ],
)
def test_a_sum_in_any_spelling(condition: str) -> None:
    assert found(condition) == (Identity("总", ("甲", "乙", "丙")),)


@pytest.mark.parametrize(
    "condition",
    [
        "总>=甲+乙",
        "总-甲=0",
        "总<>甲+乙",
        "总=甲+乙*2",
        "总=甲+乙+100",
        "总<甲+乙",
        "MAX(甲,乙)=总",
        "甲+乙=丙+总",
        "总-甲-乙<0.01",
        '备注="甲"',
    ],
)
def test_what_is_no_sum(condition: str) -> None:
    assert found(condition) == ()


def test_only_rules_about_one_declaration_and_the_first_sum_of_each_total() -> None:
    assert found("总=甲+乙", scope="单位") == ()
    assert found("总=甲+乙", "总=甲+乙+丙") == (Identity("总", ("甲", "乙")),)
