"""Made-up declarations on several forms, printed with every damage DOMAIN lists, come back equal."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from tests.reading.flow_documents import STYLES, Record, Style, made_up, printed
from tests.reading.flow_forms import COST_UNDER_OUTPUT, official, purchase_list, summary_card, weighted
from toolkit.forms.model import LONG_TEXT, Form
from toolkit.reading.flow import read_flow
from toolkit.reading.model import MISSING, NOT_OF_TYPE, Declaration
from toolkit.sources.text import read_text
from toolkit.values.text import squeeze

pytestmark = pytest.mark.slow

FORMS = {
    "official": official(),
    "cost under output": official(COST_UNDER_OUTPUT),
    "card without table": summary_card(),
    "purchase list": purchase_list(),
    "three levels and weights": weighted(),
}
SEEDS = range(5)


def read(text: str, form: Form) -> list[Declaration]:
    (grid,) = read_text(text.encode(), "文件.txt")
    return read_flow(grid, form, "文件.txt")


def comparable(values: dict[str, object], form: Form) -> dict[str, object]:
    """Long texts are compared without white space (contract)."""
    long = {each.name for each in form.fields if each.type == LONG_TEXT}
    return {name: squeeze(str(value)) if name in long and value else value for name, value in values.items()}


def as_read(declaration: Declaration, form: Form) -> tuple[dict[str, object], list[dict[str, object]]]:
    values: dict[str, object] = {name: entry.value for name, entry in declaration.entries.items()}
    rows: list[dict[str, object]] = [{name: entry.value for name, entry in row.entries.items()} for row in declaration.rows]
    return comparable(values, form), rows


def as_made(record: Record, form: Form) -> tuple[dict[str, object], list[dict[str, object]]]:
    return comparable(record.values, form), record.rows


@pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)
@pytest.mark.parametrize("name", FORMS)
def test_damaged_documents_come_back_equal(name: str, style: Style) -> None:
    form = FORMS[name]
    for seed in SEEDS:
        rng = random.Random(f"{name}/{style.name}/{seed}")
        sizes = [rng.choice([1, 2, 3, 5, 8, 13, 40]) if form.table else 0 for _ in range(rng.randint(1, 3))]
        records = [made_up(form, rng, size) for size in sizes]
        text = printed(form, records, style, rng)
        found = [as_read(declaration, form) for declaration in read(text, form)]
        assert found == [as_made(record, form) for record in records], f"seed {seed}\n{text}"


HEAD = """财政项目支出绩效目标申报表
（2024年度）
项目名称：社区经费  项目性质：经常性专项业务费  项目类别：特定目标类
主管部门：甲委
实施单位：乙中心
计划开始日期：2024-01-01 计划完成日期：2024-12-31
"""
TABLE_HEAD = "一级指标 二级指标 三级指标 年度(/项目)指标值\n"


def values(text: str, *names: str) -> list[object]:
    (declaration,) = read(text, official())
    return [declaration.value(name) for name in names]


def rows(text: str, form: Form | None = None) -> list[tuple[object, ...]]:
    (declaration,) = read(text, form or official())
    return [tuple(entry.value for entry in row.entries.values()) for row in declaration.rows]


FUNDS = ("其他资金", "年度其他资金")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("其他资金 其他资金 5.00", (None, "5.00")),
        ("其他资金 3.00 其他资金 5.00", ("3.00", "5.00")),
        ("其他资金 3.00 其他资金", ("3.00", None)),
        ("其他资金\t3.00\t\t其他资金\t", ("3.00", None)),
        ("\t其他资金\t\t\t\t其他资金\t", (None, None)),
        ("其他资金\n其他资金\n5.00", (None, "5.00")),
        ("其他资金\n3.00\n其他资金\n5.00", ("3.00", "5.00")),
        ("其他资金\n其他资金\n3.00\n5.00", ("3.00", "5.00")),
        ("上年结转资金 0.00\n其他资金 5.00", (None, "5.00")),
        ("其中：财政资金 1.00\n其他资金 3.00", ("3.00", None)),
        ("其他\n资金 其 他 资 金 5.00", (None, "5.00")),
        ("其他资金 1，003. 00元 其他资金 ５.00", ("1003.00", "5.00")),
    ],
)
def test_two_fields_of_one_label(lines: str, expected: tuple[str | None, str | None]) -> None:
    amounts = [Decimal(amount) if amount else None for amount in expected]
    assert values(f"{HEAD}{lines}\n项目\n绩效\n目标\n", *FUNDS) == amounts


def test_a_label_that_never_appears_is_missing_and_text_is_kept() -> None:
    (declaration,) = read(f"{HEAD}年度资金申请总额 约五万元\n其他资金 1.00\n", official())
    assert declaration["上年结转资金"].state == MISSING
    entry = declaration["年度资金申请总额"]
    assert (entry.value, entry.text, entry.cell, entry.state) == (None, "约五万元", "A7", NOT_OF_TYPE)


GOALS = ("项目总目标", "年度总体目标")


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("项目总目标 年度总体目标\n完成建设。\n", (None, "完成建设。")),
        ("\t项目总目标\t\t年度总体目标\n\t完成建设。\t\t\n", (None, "完成建设。")),
        ("\t项目总目标\t\t年度总体目标\n\t建成平台。\t\t完成建设。\n", ("建成平台。", "完成建设。")),
        ("项目总目标\n年度总体目标\n三年建成平台\n年内完成平台的主体建设\n", ("三年建成平台", "年内完成平台的主体建设")),
        ("项目总目标\n建成平台。\n年度总体目标\n完成建设。\n", ("建成平台。", "完成建设。")),
        ("项目总目标：建成平台。\n年度总体目标：完成建设。\n", ("建成平台。", "完成建设。")),
        ("项目总体目标 年度目标\n\n建成\n平台。\n\n完成\n建设。\n", ("建成平台。", "完成建设。")),
        ("项目总目标 年度总体目标\n建成平台，\n完成建设。\n", (None, "建成平台，完成建设。")),
        ("项目总目标 年度总体目标\n总的要求如下。\n2、完成建设。\n", (None, "总的要求如下。\n2、完成建设。")),
        ("项目总目标 年度总体目标\n前一页的目标写到\n\f\n后一页才写完。\n", (None, "前一页的目标写到后一页才写完。")),
        ("项 目 项目总目标：建成平台。\n绩 效 年度总体目标：项目绩效目标在此。\n目 标\n", ("建成平台。", "项目绩效目标在此。")),
        (
            "项目  项目总目标  年度总体目标\n绩效  完成年度建设任务，保障系统\n目标  平稳运行，为居民提供服务。\n",
            (None, "完成年度建设任务，保障系统平稳运行，为居民提供服务。"),
        ),
        ("项目总目标 年度总体目标\n项目绩效管理规范，\n目标分解到人。\n", (None, "项目绩效管理规范，目标分解到人。")),
    ],
)
def test_long_texts(block: str, expected: tuple[str | None, str | None]) -> None:
    text = f"{HEAD}项目\n绩效\n目标\n{block}{TABLE_HEAD}产出指标 数量指标 次数 ≥3次\n"
    assert values(text, *GOALS) == list(expected)
    assert rows(text) == [("产出指标", "数量指标", "次数", "≥", "3", "次")]


@pytest.mark.parametrize(
    ("repeated", "expected"),
    [
        ("完成平台建设，保障系统平稳运行。", "完成平台建设，保障系统平稳运行。"),
        ("保障系统\n平稳运行。", "完成平台建设，保障系统平稳运行。"),
        ("同时培训人员。", "完成平台建设，保障系统平稳运行。同时培训人员。"),
        ("建设，保障系统平稳运行。并做好培训。", "完成平台建设，保障系统平稳运行。并做好培训。"),
    ],
)
def test_a_long_text_after_a_page_break(repeated: str, expected: str) -> None:
    goal = "项目总目标 年度总体目标\n完成平台建设，保障系统平稳运行。\n"
    table = f"{TABLE_HEAD}产出指标 数量指标 次数 ≥3次\n"
    text = f"{HEAD}项目绩效目标\n{goal}{table}\n\n项目\n绩效\n目标\n{repeated}\n"
    (declaration,) = read(text, official())
    assert (declaration.value("项目总目标"), declaration.value("年度总体目标")) == (None, expected)
    assert [repair.rule for repair in declaration.repairs if repair.field == "年度总体目标"] == ["修复-跨页重复"]
    assert len(declaration.rows) == 1


TABLES = {
    "a heading's halves around its row": (
        "\t效益指标\t可持续影\t运营模式\t可持续运营\n\t\t响指标\n",
        [("效益指标", "可持续影响指标", "运营模式", "定性", "可持续运营", None)],
    ),
    "all cells of a row wrapped": (
        "绩效  产出指标  数量指标  设备维护次数  ≥3.00(次)\n指标  效益指标  社会效  群众知晓  ≥90.00\n      益指标  率  (%)\n",
        [
            ("产出指标", "数量指标", "设备维护次数", "≥", "3", "次"),
            ("效益指标", "社会效益指标", "群众知晓率", "≥", "90", "%"),
        ],
    ),
    "halves in a row, the name is an alias": (
        "满意度指标\n服务对象满意度\n\n指标\n服务对象满意度 不断提高\n",
        [("满意度指标", "服务对象满意度指标", "服务对象满意度", "定性", "不断提高", None)],
    ),
    "an alias as name, no heading of level 2": (
        "满意度指标 服务对象满意度 ≥90%\n",
        [("满意度指标", "服务对象满意度指标", "服务对象满意度", "≥", "90", "%")],
    ),
    "one word as heading twice": (
        "满意度指标 满意度指标 用户满意度 ≥90%\n",
        [("满意度指标", "服务对象满意度指标", "用户满意度", "≥", "90", "%")],
    ),
    "headings in aliases": (
        "产出\n质量\n合格率\n≥90%\n效果指标 环境效益指标 减排 明显改善\n",
        [
            ("产出指标", "质量指标", "合格率", "≥", "90", "%"),
            ("效益指标", "生态效益指标", "减排", "定性", "明显改善", None),
        ],
    ),
    "level 2 in the place of level 1": (
        "\t效益指标\t社会效益指标\t知晓率\t≥9%\n生态效益指标\t\t系统稳定性\t\t系统稳定可靠\t\n",
        [
            ("效益指标", "社会效益指标", "知晓率", "≥", "9", "%"),
            ("效益指标", "生态效益指标", "系统稳定性", "定性", "系统稳定可靠", None),
        ],
    ),
    "headings stacked on a line": (
        "\t\t质量指标\t时效指标\t开机率\t≥95.00(百分数)\n\t\t\t\t响应速度\t≤15\n\t\t\t\t恢复时间\t≤9\n",
        [
            ("产出指标", "质量指标", "开机率", "≥", "95", "百分数"),
            ("产出指标", "时效指标", "响应速度", "≤", "15", None),
            ("产出指标", "时效指标", "恢复时间", "≤", "9", None),
        ],
    ),
    "headings stacked, a token a line": (
        "产出指标\n质量指标\n时效指标\n开机率\n≥95.00(百分数)\n响应速度\n≤15\n",
        [
            ("产出指标", "质量指标", "开机率", "≥", "95", "百分数"),
            ("产出指标", "时效指标", "响应速度", "≤", "15", None),
        ],
    ),
    "headings without rows": (
        "成本指标 经济成本指标\n社会成本指标\n产出指标 数量指标 次数 ≥3次\n质量指标\n时效指标 完成时间 12月底前\n效益指标\n社会效益指标\n",
        [
            ("产出指标", "数量指标", "次数", "≥", "3", "次"),
            ("产出指标", "时效指标", "完成时间", "定性", "12月底前", None),
        ],
    ),
    "blanks in names and values": (
        "产出指标 数量指标 HIS 系统 巡检 次数 ≥ 24.00 (次)\n质量指标 X 光机 完好情况  $= 0.00$ (次)\n时效指标 到 货 及 时 性 及时\n",
        [
            ("产出指标", "数量指标", "HIS 系统 巡检 次数", "≥", "24", "次"),
            ("产出指标", "质量指标", "X 光机 完好情况", "=", "0", "次"),
            ("产出指标", "时效指标", "到 货 及 时 性", "定性", "及时", None),
        ],
    ),
    "symbol, number and unit in cells": (
        "| | 产出指标 | 数量指标 | 患者<br>人次 | ≥ | 30 | 人次 |\n|---|---|---|---|---|---|---|\n| | | 质量指标 | 等级 | 定性 | 优 | |\n",
        [
            ("产出指标", "数量指标", "患者人次", "≥", "30", "人次"),
            ("产出指标", "质量指标", "等级", "定性", "优", None),
        ],
    ),
    "a cell without value": (
        "\t产出指标\t数量指标\t次数\t\n\t\t质量指标\t合格率\t≥90%\n",
        [
            ("产出指标", "数量指标", "次数", None, None, None),
            ("产出指标", "质量指标", "合格率", "≥", "90", "%"),
        ],
    ),
    "placeholders": (
        "产出指标\t数量指标\t培训\t**\n\t质量指标\t**合格率**\t/\n",
        [
            ("产出指标", "数量指标", "培训", "定性", "**", None),
            ("产出指标", "质量指标", "合格率", "定性", "/", None),
        ],
    ),
    "rows equal on purpose": (
        "产出指标 数量指标 次数 ≥3次\n次数 ≥3次\n",
        [("产出指标", "数量指标", "次数", "≥", "3", "次")] * 2,
    ),
    "a block repeated on the next page": (
        f"产出指标 数量指标 次数 ≥3次\n质量指标 合格率 ≥9%\n\f\n{TABLE_HEAD}质量指标 合格率 ≥9%\n时效指标 天数 ≤5天\n绩效\n指标\n产出指标\n质量指标\n",
        [
            ("产出指标", "数量指标", "次数", "≥", "3", "次"),
            ("产出指标", "质量指标", "合格率", "≥", "9", "%"),
            ("产出指标", "时效指标", "天数", "≤", "5", "天"),
        ],
    ),
    "signatures below": (
        "产出指标 数量指标 次数 ≥3次\n填报人：张三    联系电话：021-12345678\n",
        [("产出指标", "数量指标", "次数", "≥", "3", "次")],
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables(name: str) -> None:
    lines, expected = TABLES[name]
    assert rows(f"{HEAD}{TABLE_HEAD}{lines}") == expected


def test_the_tree_is_the_forms() -> None:
    lines = f"{HEAD}{TABLE_HEAD}产出指标 成本指标 预算成本 ≤5万元\n数量指标 次数 ≥3次\n"
    assert rows(lines, official(COST_UNDER_OUTPUT)) == [
        ("产出指标", "成本指标", "预算成本", "≤", "5", "万元"),
        ("产出指标", "数量指标", "次数", "≥", "3", "次"),
    ]
    assert [row[:2] for row in rows(lines)] == [("成本指标", None), ("产出指标", "数量指标")]


def test_a_title_repeated_on_the_next_page_is_no_new_project() -> None:
    more = f"\f\n财政项目支出绩效目标申报表\n（2024年度）\n{TABLE_HEAD}质量指标 合格率 ≥9%\n"
    text = f"汇总表\n{HEAD}{TABLE_HEAD}产出指标 数量指标 次数 ≥3次\n{more}{HEAD}{TABLE_HEAD}产出指标 数量指标 次数 ≥3次\n"
    assert [len(declaration.rows) for declaration in read(text, official())] == [2, 1]


def test_unknown_words_are_named() -> None:
    (declaration,) = read(f"{HEAD}年度资金申请总额 5.00 附注\n", official())
    assert declaration.value("年度资金申请总额") == 5
    assert [(doubt.rule, doubt.cell, doubt.unread) for doubt in declaration.doubts] == [("格式-未读懂", "A7", (("A7", "附注"),))]
    assert "修复-多余文字" not in {repair.rule for repair in declaration.repairs}


def test_a_text_without_the_form_has_no_declarations() -> None:
    assert read("关于做好2024年度预算编制工作的通知\n各单位：\n请按时报送。\n", official()) == []
