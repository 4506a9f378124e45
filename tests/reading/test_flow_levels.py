"""Levels in a text: what damage did is set right, what the unit wrote wrong stays wrong, for checking to find."""

from __future__ import annotations

import pytest

from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.reading.flow import read_flow
from toolkit.reading.model import Declaration
from toolkit.sources.text import read_text

HEAD = """财政项目支出绩效目标申报表
（2024年度）
项目名称	病媒生物防制	项目性质	经常性专项业务费	项目类别	特定目标类
主管部门	青溪区卫生健康委员会	实施单位	青溪区疾病预防控制中心
计划开始日期	2024-01-01	计划完成日期	2024-12-31
项目资金（元）	项目资金总额		年度资金申请总额	100.00
	其中：财政资金		其中：当年财政拨款	100.00
			上年结转资金	0.00
	其他资金		其他资金	0.00
项目绩效目标	项目总目标		年度总体目标
			完成全年病媒生物防制任务，覆盖全部街道，密度控制在国家标准以内。
	一级指标	二级指标	三级指标	年度(/项目)指标值
"""


def read(rows: str) -> Declaration:
    (grid,) = read_text((HEAD + rows).encode(), "公布.txt")
    (found,) = read_flow(grid, shipped_form(), "公布.txt")
    return found


def levels(found: Declaration) -> list[tuple[object, object]]:
    return [(row["一级指标"].value, row["二级指标"].value) for row in found.rows]


def test_two_labels_in_one_line_that_do_not_agree_are_the_units_mistake() -> None:
    found = read(
        "绩效指标\t产出指标\t数量指标\t消杀次数\t≥12.00(次)\n"
        "\t效益指标\t质量指标\t防制知识知晓率\t≥90.00(%)\n"
        "\t满意度指标\t服务对象满意度指标\t居民满意度\t≥90.00(%)\n"
    )
    assert levels(found)[1] == ("效益指标", "质量指标")
    rules = [finding.rule for finding in check_declarations([found], shipped_form()) if finding.severity == "error"]
    assert rules == ["列表-二级指标"]


@pytest.mark.parametrize(
    "label", ["社会效益指标\t", "\t社会效益指标\t", "效益指标\t社会效益指标\t"], ids=["一级的位置", "二级的位置", "两级都在"]
)
def test_a_level_two_label_brings_its_own_level_one(label: str) -> None:
    found = read(f"绩效指标\t产出指标\t数量指标\t消杀次数\t≥12.00(次)\n{label}防制知识知晓率\t≥90.00(%)\n")
    assert levels(found) == [("产出指标", "数量指标"), ("效益指标", "社会效益指标")]
