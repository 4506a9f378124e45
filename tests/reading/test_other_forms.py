"""The other shipped forms, drawn again by the unit: their tables, and the amounts in them, are read as those of the usual form."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.drawn import grid, told
from toolkit.outputs.records import declaration_record
from toolkit.reading.model import Declaration
from toolkit.reading.read import read_grid
from toolkit.workflow.forms import load_forms

PROJECT = """
项目支出绩效目标表 | < | < | < | < | < | < | <
（2026年度） | < | < | < | < | < | < | <
项目名称 | < | 古籍数字化 | < | < | < | < | <
主管部门 | < | 兰陵县文化和旅游局 | < | < | 实施单位 | 兰陵县图书馆 | <
项目属性 | < | 延续项目 | < | < | 项目负责人 | 吴若兰 | <
起始日期 | < | 2025-01-01 | < | < | 终止日期 | 2027-12-31 | <
资金情况（万元） | < | 实施期资金总额 | < | 180 | 年度资金总额 | < | 62
^ | < | 其中：实施期财政拨款 | < | 180 | 其中：年度财政拨款 | < | 62
^ | < | 实施期其他资金 | < | | 年度其他资金 | < |
总体目标 | < | 实施期目标 | < | < | 年度目标 | < | <
^ | < | 三年完成馆藏古籍3600册的扫描和著录，建成数据库。 | < | < | 完成古籍1200册的扫描和著录，数据库试运行并开放。 | < | <
预算执行率分值 | < | < | < | < | < | < | 10
"""
INDICATORS = """
绩效\\n指标 | 一级指标 | 二级指标 | {name} | 实施期指标值 | < | 年度指标值 | 分值
^ | 产出指标 | 数量指标 | 扫描古籍册数 | ≥3600册 | < | ≥1200册 | 40
^ | 效益指标 | 社会效益指标 | 年检索人次 | ≥3万人次 | < | ≥1万人次 | 40
^ | 满意度指标 | 服务对象满意度指标 | 读者满意度 | ≥90% | < | ≥90% | 10
"""
DEPARTMENT = """
部门整体支出绩效目标表 | < | < | < | < | < | <
（2026年度） | < | < | < | < | < | <
部门（单位）名称 | < | 兰陵县水利局 | < | < | < | <
联系人 | < | 孙怀瑾 | < | 联系电话 | 0539-5211234 | <
"""
TASKS = """
年度主要任务 | 任务名称 | 主要内容 | < | {heading} | < | <
^ | ^ | ^ | < | {columns}
^ | 基本支出 | 在职64人的人员经费和机关公用经费 | < | 12653200 | 12653200 |
^ | 河道治理 | 治理武河12.4公里 | < | 24000000 | 1900万元 | 5000000
金额合计 | < | < | < | 36653200 | 31653200 | 5000000
年度总体目标 | < | 完成武河12.4公里治理，水质合格率保持在98%以上，全年无安全事故。 | < | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | < | 分值
^ | 产出指标 | 数量指标 | 治理河道长度 | ≥12.4公里 | < | 50
^ | 效益指标 | 社会效益指标 | 受益人口 | ≥15.6万人 | < | 40
^ | 满意度指标 | 服务对象满意度指标 | 群众满意度 | ≥90% | < | 10
"""

REVIEW = """
项目支出绩效自评表 | < | < | < | < | < | < | < | <
（2025年度） | < | < | < | < | < | < | < | <
项目名称 | < | 食堂改造 | < | < | < | < | < | <
主管部门 | < | 兰陵县教育和体育局 | < | < | 实施单位 | 兰陵县第二初级中学 | < | <
项目资金（元） | | < | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率（%） | 得分
^ | 年度资金总额 | < | 1200000 | 1200000 | 1200000 | 10 | 100 | 10
年度总体目标 | 预期目标 | < | < | < | 实际完成情况 | < | < | <
^ | 改造食堂一座。 | < | < | < | 食堂9月投入使用。 | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
^ | 产出指标 | 质量指标 | 验收合格率 | =100% | 1 | 50 | 50 |
^ | 效益指标 | 社会效益指标 | 就餐率 | ≥90% | 0.935 | 30 | 30 |
^ | 满意度指标 | 服务对象满意度指标 | 师生满意度 | ≥90% | 93.5% | 10 | 10 |
总分 | < | < | < | < | < | < | 100 |
"""


def read(*parts: str) -> tuple[Declaration, dict[str, object]]:
    forms = load_forms(None)
    (found,) = read_grid(grid(*parts), forms, "甲.xlsx")
    return found, declaration_record(found, next(form for form in forms if form.name == found.form))


@pytest.mark.parametrize("name", ["三级指标", "绩效指标"])
def test_the_word_over_the_whole_table_may_be_another_name_of_a_column(name: str) -> None:
    """绩效指标 stands at the left of all rows; the list of other names has it for 三级指标 too, as some offices head that column."""
    found, record = read(PROJECT, INDICATORS.format(name=name))
    rows = [(row["三级指标"], row["实施期指标值"], row["年度指标值"], row["分值"]) for row in record["绩效指标"]]  # type: ignore[attr-defined]
    assert rows == [
        ("扫描古籍册数", "≥3600册", "≥1200册", "40.00"),
        ("年检索人次", "≥3万人次", "≥1万人次", "40.00"),
        ("读者满意度", "≥90%", "≥90%", "10.00"),
    ]
    assert told(found) == []


@pytest.mark.parametrize(
    ("above", "heading", "columns", "cells"),
    [
        ("", "预算金额（元）", "总额 | 财政拨款 | 其他资金", {"E5"}),
        ("", "预算金额", "总额（元） | 财政拨款（元） | 其他资金（元）", {"E6", "F6", "G6"}),
        ("单位：元 | < | < | < | < | < | <", "预算金额", "总额 | 财政拨款 | 其他资金", {"A5"}),
    ],
)
def test_amounts_in_rows_are_in_the_unit_that_the_sheet_prints(above: str, heading: str, columns: str, cells: set[str]) -> None:
    """A form in 万元 filled in 元: rows are converted as their totals are; what says its own unit is read by it."""
    found, record = read(DEPARTMENT, *([above] if above else []), TASKS.format(heading=heading, columns=columns))
    amounts = [(row["任务总额"], row["任务财政拨款"], row["任务其他资金"]) for row in record["任务"]]  # type: ignore[attr-defined]
    assert amounts == [("12653200.00", "12653200.00", None), ("24000000.00", "19000000.00", "5000000.00")]
    assert {doubt.cell for doubt in found.doubts if doubt.rule == "金额-万元"} == cells


def test_amounts_in_rows_in_the_form_s_unit_stay() -> None:
    found, record = read(DEPARTMENT, TASKS.format(heading="预算金额（万元）", columns="总额 | 财政拨款 | 其他资金"))
    assert [row["任务总额"] for row in record["任务"]] == ["126532000000.00", "240000000000.00"]  # type: ignore[attr-defined]
    assert [doubt for doubt in found.doubts if doubt.rule == "金额-万元"] == []


def test_a_percentage_typed_into_a_cell_for_text_is_read_as_it_is_seen() -> None:
    forms = load_forms(None)
    (found,) = read_grid(replace(grid(REVIEW), percents=frozenset({(10, 6), (11, 6)})), forms, "甲.xlsx")
    assert [row["实际完成值"].value for row in found.rows] == ["100%", "93.5%", "93.5%"]
    assert [(each.cell, each.before, each.after) for each in found.repairs if each.rule == "修复-百分比"] == [
        ("F10", "1", "100%"),
        ("F11", "0.935", "93.5%"),
    ]
