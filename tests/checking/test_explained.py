"""A verdict explained: names with values and cells, parts with results, words that matched; the sum behind a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.shipped import at, declaration, shipped_form
from toolkit.checking.cases import FAILED, PASSED, PASSED_OVER
from toolkit.checking.check import check_declarations
from toolkit.checking.explain import Explanation, explain
from toolkit.forms import Rule
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.reading.model import NOT_OF_TYPE, Declaration, Entry
from toolkit.values.words import Scope


def rule(condition: str, scope: Scope = "表", **changes: object) -> Rule:
    made = Rule("测试", "error", scope, condition, "不对。", "请改。", (), "", "启用", False, 1)
    return replace(made, **changes)  # type: ignore[arg-type]


def explained(made: Sequence[Declaration], one: Rule, roster: Roster | None = None) -> list[Explanation]:
    return list(explain(("测试",), made, replace(shipped_form(), rules=(one,)), roster=roster))


def messages(made: Sequence[Declaration], one: Rule, roster: Roster | None = None) -> list[str]:
    form = replace(shipped_form(), rules=(one,))
    return [each.message for each in check_declarations(made, form, roster=roster) if each.rule == "测试"]


def funds(**amounts: str) -> Declaration:
    """The clean declaration with other amounts, each in the cell of its field."""
    made = declaration({name: Decimal(text) for name, text in amounts.items()})
    form = shipped_form()
    cells = {name: one._replace(cell=form.by_name[name].cell) for name, one in made.entries.items()}
    return replace(made, entries=cells)


def test_what_names_stand_for_and_what_each_part_comes_to() -> None:
    made = funds(当年财政拨款="105", 上年结转资金="20")
    [found] = explained([made], rule("IF(当年财政拨款>100,当年财政拨款+上年结转资金<=100,TRUE)"))
    assert (found.verdict, found.file, found.project) == (FAILED, made.file, made.project)
    assert [(each.name, each.value, each.cell) for each in found.names] == [
        ("当年财政拨款", "105.00", at("当年财政拨款")),
        ("上年结转资金", "20.00", at("上年结转资金")),
    ]
    assert [(each.level, each.text, each.value) for each in found.steps] == [
        (0, "IF(当年财政拨款>100,当年财政拨款+上年结转资金<=100,TRUE)", "FALSE"),
        (1, "当年财政拨款>100", "TRUE"),
        (1, "当年财政拨款+上年结转资金<=100", "FALSE"),
        (2, "当年财政拨款+上年结转资金", "125"),
    ]


def test_the_other_branch_is_not_shown_and_a_premise_decides_alone() -> None:
    [passed] = explained([funds(当年财政拨款="5")], rule("IF(当年财政拨款>100,1/0,TRUE)"))
    assert passed.verdict == PASSED
    assert "1/0" not in [each.text for each in passed.steps]
    [over] = explained([funds(当年财政拨款="5")], rule("FALSE", premise="当年财政拨款>100"))
    assert over.verdict == PASSED_OVER
    assert [each.name for each in over.names] == ["当年财政拨款"]


def test_words_that_matched_are_told_also_inside_a_helper() -> None:
    form = shipped_form()
    words = [word for word in form.lists["反向词"] if word][:1]
    made = declaration(rows=[("产出指标", "质量指标", f"设备{words[0]}", "≥", "95", "%")])
    [found] = explained([made], rule("NOT(含任一(三级指标,列表.反向词))", "行"))
    assert found.verdict == FAILED
    assert found.row is not None
    assert {each.text: each.words for each in found.steps}["含任一(三级指标,列表.反向词)"] == tuple(words)
    [helped] = explained([made], rule("NOT(含反向词)", "行"))
    assert {each.name: each.words for each in helped.names}["含反向词"] == tuple(words)
    assert any("列表里有：" + words[0] in line for line in helped.lines())


def test_a_sum_is_derived_from_the_condition_however_it_is_written() -> None:
    made = funds(年度资金申请总额="126", 当年财政拨款="105", 上年结转资金="20", 年度其他资金="0")
    where = {name: at(name) for name in ("年度资金申请总额", "当年财政拨款", "上年结转资金")}
    asked = (
        f"年度资金申请总额 126.00（{where['年度资金申请总额']}）应等于 当年财政拨款 105.00（{where['当年财政拨款']}）"
        f"＋ 上年结转资金 20.00（{where['上年结转资金']}）＋ 0，相差 1.00。"
    )
    for condition in (
        "ROUND(年度资金申请总额-当年财政拨款-上年结转资金-年度其他资金,2)=0",
        "ROUND(年度资金申请总额,2)=ROUND(当年财政拨款+上年结转资金+年度其他资金,2)",
        "ROUND(年度资金申请总额-(当年财政拨款+上年结转资金+年度其他资金),2)=0",
        'OR(年度资金申请总额="",当年财政拨款+上年结转资金+年度其他资金=年度资金申请总额)',
        'IF(年度资金申请总额="",TRUE,相符(年度资金申请总额,当年财政拨款+上年结转资金+年度其他资金,3))',
    ):
        assert messages([made], rule(condition)) == [f"不对。{asked}"], condition


def test_the_difference_is_told_once_and_what_is_no_sum_tells_none() -> None:
    made = funds(年度资金申请总额="126", 当年财政拨款="105", 上年结转资金="20", 年度其他资金="0")
    condition = "ROUND(年度资金申请总额-当年财政拨款-上年结转资金,2)=0"
    [message] = messages([made], rule(condition, message="相差 {年度资金申请总额-当年财政拨款-上年结转资金} 元。"))
    assert message.count("相差") == 1
    assert message.endswith(f"上年结转资金 20.00（{at('上年结转资金')}）。")
    for other in (
        "年度资金申请总额<=当年财政拨款",
        "年度资金申请总额*2=当年财政拨款*3+上年结转资金",
        "NOT(年度资金申请总额=当年财政拨款+21)",
    ):
        assert messages([made], rule(other)) == ["不对。"], other
    at_most = "ROUND(当年财政拨款+上年结转资金-年度资金申请总额,2)>=0"
    [message] = messages([made], rule(at_most))
    assert "应不小于 年度资金申请总额 126.00" in message


def test_what_many_projects_add_up_to_is_named_one_by_one_and_then_counted() -> None:
    roster = Roster(Path("名单.xlsx"), (RosterUnit(declaration().unit or "", control=Decimal(100)),))
    one = rule("ROUND(SUM(年度资金申请总额)-控制数,2)=0", "单位")
    few = [funds(年度资金申请总额="60"), funds(年度资金申请总额="50")]
    [message] = messages(few, one, roster)
    assert message == f"不对。控制数 100.00 应等于 “{few[0].project}” 60.00 ＋ “{few[1].project}” 50.00，相差 10.00。"
    [message] = messages([funds(年度资金申请总额="60") for _ in range(30)], one, roster)
    asked = "控制数 100.00 应等于 " + " ＋ ".join([f"“{few[0].project}” 60.00"] * 8)
    assert message == f"不对。{asked} ＋ 其余 22 项 1,320.00，相差 1,700.00。"
    [message] = messages([funds(年度资金申请总额="60") for _ in range(9)], one, roster)
    assert message == f"不对。{asked} ＋ “{few[0].project}” 60.00，相差 440.00。"


def test_zeros_beside_one_another_stand_as_one_and_count_for_one() -> None:
    each = "3000 ＋ 400 ＋ 100 ＋ 100 ＋ 1350 ＋ 90.5"
    one = rule("SUM(全部.数值)=1")
    assert messages([declaration()], one) == [f"不对。1 应等于 数值 {each} ＋ 0，相差 5039.5。"]
    many = [("产出指标", "数量指标", "培训", "=", str(number % 3), "人") for number in range(30)]
    assert messages([declaration(rows=many)], one) == ["不对。1 应等于 0 ＋ 1 ＋ 2 ＋ 0 ＋ 1 ＋ 2 ＋ 0 ＋ 1 ＋ 其余 23 项 23，相差 29。"]
    [message] = messages([funds(年度资金申请总额="-5", 上年结转资金="0")], rule("0-年度资金申请总额-上年结转资金+年度=-当年财政拨款"))
    assert message == (
        f"不对。年度 2,025.00（{at('年度')}）＋ 当年财政拨款 1,000,000.00（{at('当年财政拨款')}）应等于 "
        f"年度资金申请总额 -5.00（{at('年度资金申请总额')}）＋ 0，相差 1,002,030.00。"
    )


def test_a_bad_cell_is_shown_as_it_was_found() -> None:
    made = declaration()
    for cell in ("D1", None):
        wrong = replace(made, entries={**made.entries, "当年财政拨款": Entry(None, "约五万", cell, NOT_OF_TYPE)})
        [found] = explained([wrong], rule("当年财政拨款>=0"))
        assert [(each.value, each.cell) for each in found.names] == [("“约五万”（#VALUE!）", cell or "")]


def test_every_shipped_rule_can_be_explained() -> None:
    form = shipped_form()
    whole = funds(年度资金申请总额="1")
    made = [replace(whole, rows=whole.rows[:3])]
    roster = Roster(Path("名单.xlsx"), (RosterUnit(made[0].unit or "", control=Decimal(100)),))
    names = {each.id for each in form.rules_in_force}
    found = list(explain(names, made, form, roster=roster))
    assert {each.rule for each in found} == names
    failed = {each.rule for each in check_declarations(made, form, roster=roster) if each.rule in names}
    assert {each.rule for each in found if each.verdict == FAILED} == failed
    assert [each.steps[0].value for each in found if each.verdict == PASSED].count("FALSE") == 0
    failing = [each for each in found if each.verdict == FAILED]
    assert list(explain(names, made, form, roster=roster, places={each.place for each in failing})) == failing


@pytest.mark.parametrize("scope", ["单位", "批次"])
def test_rules_over_several_declarations_are_explained_once(scope: Scope) -> None:
    found = explained([funds(年度资金申请总额="1"), funds(年度资金申请总额="2")], rule("SUM(年度资金申请总额)=4", scope))
    assert [(each.verdict, each.sheet) for each in found] == [(FAILED, None)]
    assert found[0].names[0].value == "{1.00、2.00}"
