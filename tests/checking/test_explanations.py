"""Whole explanations as people read them: of each scope and verdict, of helpers, of long columns; and which places are explained."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.checking.test_explained import explained, funds, rule
from tests.shipped import at, declaration, shipped_form
from toolkit.checking.cases import FAILED, NOT_CALCULATED
from toolkit.checking.check import check_declarations
from toolkit.checking.explain import explain
from toolkit.forms import Rule
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.reading.model import Declaration


def placed() -> Declaration:
    """The clean declaration with other funds, all of it in the cells of the form; two of its rows."""
    made = funds(当年财政拨款="105", 上年结转资金="20")
    rows = (
        replace(row, entries={name: one._replace(cell=at(name, n)) for name, one in row.entries.items()})
        for n, row in enumerate(made.rows, 1)
    )
    return replace(made, rows=tuple(rows)[:2])


NAMES = "{“单位面积改造成本”、“改造食堂面积”}"
SUMMED = "当年财政拨款+上年结转资金=年度其他资金"
ADDED = [
    f"取值  当年财政拨款 = 105.00（{at('当年财政拨款')}）",
    f"取值  上年结转资金 = 20.00（{at('上年结转资金')}）",
    f"取值  年度其他资金 = 49,999.50（{at('年度其他资金')}）",
    f"计算  {SUMMED} = FALSE",
    "计算  　当年财政拨款+上年结转资金 = 125",
]


@pytest.mark.parametrize(
    ("one", "headline", "lines"),
    [
        (
            rule(SUMMED, premise="年度>2000", severity="warning"),
            "甲.xlsx › 项目1 › 校园食堂改造：不通过（测试，警告，按表）",
            [
                "前提  年度>2000",
                f"条件  {SUMMED}",
                f"算式  年度其他资金 49,999.50（{at('年度其他资金')}）应等于 当年财政拨款 105.00（{at('当年财政拨款')}）"
                f"＋ 上年结转资金 20.00（{at('上年结转资金')}），相差 49,874.50。",
                *ADDED,
            ],
        ),
        (
            rule(SUMMED, premise="年度>3000"),
            "甲.xlsx › 项目1 › 校园食堂改造：不适用（测试，错误，按表）",
            [
                "前提  年度>3000",
                f"条件  {SUMMED}",
                f"取值  年度 = 2025（{at('年度')}）",
                "计算  AND(年度>3000) = FALSE",
                "计算  　年度>3000 = FALSE",
            ],
        ),
        (
            rule("AND(计划开始日期>DATE(2025,2,1),COUNTA(全部.三级指标)=2,项目名称=\"甲\")", severity="hint"),
            "甲.xlsx › 项目1 › 校园食堂改造：不通过（测试，提示，按表）",
            [
                "条件  AND(计划开始日期>DATE(2025,2,1),COUNTA(全部.三级指标)=2,项目名称=\"甲\")",
                f"取值  计划开始日期 = 2025-01-01（{at('计划开始日期')}）",
                f"取值  全部.三级指标 = {NAMES}（{at('三级指标')}:{at('三级指标', 2)}）",
                f"取值  项目名称 = “校园食堂改造”（{at('项目名称')}）",
                "计算  AND(计划开始日期>DATE(2025,2,1),COUNTA(全部.三级指标)=2,项目名称=\"甲\") = FALSE",
                "计算  　计划开始日期>DATE(2025,2,1) = FALSE",
                "计算  　　DATE(2025,2,1) = 45689",
                "计算  　COUNTA(全部.三级指标)=2 = TRUE",
                "计算  　　COUNTA(全部.三级指标) = 2",
                "计算  　项目名称=\"甲\" = FALSE",
            ],
        ),
        (
            rule("COUNTIF(全部.含反向词,TRUE)=2"),
            "甲.xlsx › 项目1 › 校园食堂改造：不通过（测试，错误，按表）",
            [
                "条件  COUNTIF(全部.含反向词,TRUE)=2",
                "取值  全部.含反向词 = {TRUE、FALSE}，由 含任一(三级指标,列表.反向词) 算出",
                f"取值  三级指标 = {NAMES}（{at('三级指标')}:{at('三级指标', 2)}）",
                "计算  COUNTIF(全部.含反向词,TRUE)=2 = FALSE",
                "计算  　COUNTIF(全部.含反向词,TRUE) = 1",
            ],
        ),
        (rule("1/0"), "甲.xlsx › 项目1 › 校园食堂改造：算不出来（测试，错误，按表）", ["条件  1/0", "计算  1/0 = #DIV/0!"]),
        (
            rule("SUM(单位.年度资金申请总额)+SUM(批次.上年结转资金)+ROWS(单位.三级指标)=1"),
            "甲.xlsx › 项目1 › 校园食堂改造：不通过（测试，错误，按表）",
            [
                "条件  SUM(单位.年度资金申请总额)+SUM(批次.上年结转资金)+ROWS(单位.三级指标)=1",
                "取值  单位.年度资金申请总额 = {1,200,000.00}",
                "取值  批次.上年结转资金 = {20.00}",
                f"取值  单位.三级指标 = {NAMES}",
                "计算  SUM(单位.年度资金申请总额)+SUM(批次.上年结转资金)+ROWS(单位.三级指标)=1 = FALSE",
                "计算  　SUM(单位.年度资金申请总额)+SUM(批次.上年结转资金)+ROWS(单位.三级指标) = 1200080",
                "计算  　　SUM(单位.年度资金申请总额) = 1200000",
                "计算  　　SUM(批次.上年结转资金) = 20",
                "计算  　　ROWS(单位.三级指标) = 60",
            ],
        ),
        (
            rule("SUM(年度资金申请总额)=1", "批次", severity="hint"),
            "甲.xlsx：不通过（测试，提示，按批次）",
            [
                "条件  SUM(年度资金申请总额)=1",
                "取值  年度资金申请总额 = {1,200,000.00}",
                "计算  SUM(年度资金申请总额)=1 = FALSE",
                "计算  　SUM(年度资金申请总额) = 1200000",
            ],
        ),
        (
            rule("SUM(年度资金申请总额)>1", "单位"),
            "甲.xlsx › 青溪区第一小学：通过（测试，错误，按单位）",
            [
                "条件  SUM(年度资金申请总额)>1",
                "取值  年度资金申请总额 = {1,200,000.00}",
                "计算  SUM(年度资金申请总额)>1 = TRUE",
                "计算  　SUM(年度资金申请总额) = 1200000",
            ],
        ),
    ],
)  # fmt: skip
def test_an_explanation_as_people_read_it(one: Rule, headline: str, lines: list[str]) -> None:
    [found] = explained([placed()], one)
    assert (found.headline, list(found.lines())) == (headline, lines)
    assert found.fails == (found.verdict in (FAILED, NOT_CALCULATED))


def test_a_row_is_explained_with_what_its_helpers_read() -> None:
    first, second = explained([placed()], rule("LEN(三级指标)+LEN(含反向词)>11", "行"))
    assert (first.headline, second.headline) == (
        f"甲.xlsx › 项目1 › 校园食堂改造 › 第 {placed().rows[0].row} 行：通过（测试，错误，按行）",
        f"甲.xlsx › 项目1 › 校园食堂改造 › 第 {placed().rows[1].row} 行：不通过（测试，错误，按行）",
    )
    assert list(first.lines())[1:4] == [
        f"取值  三级指标 = “单位面积改造成本”（{at('三级指标')}）",
        "取值  含反向词 = TRUE，由 含任一(三级指标,列表.反向词) 算出，列表里有：成本",
        "计算  LEN(三级指标)+LEN(含反向词)>11 = TRUE",
    ]
    by_words, _ = explained([placed()], rule("含任一(三级指标,列表.反向词)", "行"))
    assert list(by_words.lines())[-1] == "计算  含任一(三级指标,列表.反向词) = TRUE，列表里有：成本"
    assert [(each.name, each.cell, each.words) for each in second.names] == [("三级指标", at("三级指标", 2), ()), ("含反向词", "", ())]


def test_of_a_long_column_twelve_cells_are_shown_and_of_one_row_its_cell() -> None:
    [found] = explained([funds(年度资金申请总额=str(number)) for number in range(14)], rule("SUM(年度资金申请总额)=5", "单位"))
    listed = "、".join(f"{number}.00" for number in range(12))
    assert found.names[0].value == f"{{{listed} …… 共 14 个}}"
    alone = replace(placed(), rows=placed().rows[:1])
    for rows, cell in ((alone.rows, at("三级指标")), ((), "")):
        [found] = explained([replace(alone, rows=rows)], rule("COUNTA(全部.三级指标)=5"))
        assert [each.cell for each in found.names] == [cell]


def test_only_the_places_asked_for_and_only_what_can_be_judged() -> None:
    made = [placed(), replace(placed(), file="乙.xlsx")]
    form = replace(
        shipped_form(),
        rules=(rule("LEN(三级指标)=1", "行"), rule("FALSE", id="别的"), rule("SUM(年度资金申请总额)=控制数", "单位", id="控制")),
    )
    everything = list(explain(("测试", "控制", "没有"), made, form))
    assert [(each.rule, each.file, each.row) for each in everything] == [
        ("测试", file, row.row) for file in ("甲.xlsx", "乙.xlsx") for row in placed().rows
    ]
    wanted = [everything[1].place, everything[2].place]
    assert [each.place for each in explain(("测试", "别的"), made, form, places=wanted)] == wanted
    roster = Roster(Path("名单.xlsx"), (RosterUnit(declaration().unit or "", control=Decimal(100)),))
    [control] = explain(("控制",), made, form, roster=roster)
    assert control.place == ("控制", "甲.xlsx", "青溪区第一小学", None, None, None)
    assert [(each.name, each.value) for each in control.names] == [
        ("年度资金申请总额", "{1,200,000.00、1,200,000.00}"),
        ("控制数", "100.00"),
    ]


def test_names_stand_in_the_order_of_the_condition_and_amounts_have_the_forms_decimals() -> None:
    one = rule("上年结转资金+当年财政拨款-年度=上年结转资金")
    form = replace(shipped_form(), rules=(one,), money=replace(shipped_form().money, places=0))
    [found] = explain(("测试",), [placed()], form)
    assert [(each.name, each.value) for each in found.names] == [("上年结转资金", "20"), ("当年财政拨款", "105"), ("年度", "2025")]
    asked = f"上年结转资金 20（{at('上年结转资金')}）＋ 当年财政拨款 105（{at('当年财政拨款')}）"
    assert found.sum == f"{asked}应等于 年度 2,025（{at('年度')}）＋ 上年结转资金 20（{at('上年结转资金')}），相差 1,920。"


def test_a_rule_for_rows_of_a_form_without_any_is_judged_nowhere() -> None:
    form = replace(shipped_form(), table=None, row_helpers=(), helpers=(), rules=(rule("1=2", "行"), rule("1=2", id="别的")))
    made = replace(declaration(), rows=())
    assert [each.rule for each in explain(("测试", "别的"), [made], form)] == ["别的"]
    assert [each.rule for each in check_declarations([made], form)] == ["别的"]
