"""A case for every rule of the shipped form, and for the findings about cells that cannot be read, which are built in.

`CASES` by the rule's 编号: single fields (`head_mutations`), indicator rows (`row_mutations`), and here what the rows of a
declaration make together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.rules.cases import (
    Case,
    as_it_is,
    beside,
    but,
    case,
    edit,
    in_first_row,
    keep,
    level1,
    level2,
    numeric,
    of_unit,
    put,
    relabel,
)
from tests.rules.head_mutations import MONEY_CASES, TEXT_CASES
from tests.rules.kind_mutations import KIND_CASES
from tests.rules.kit import Draft, Raw
from tests.rules.row_mutations import ROW_CASES


def percent(sign: str) -> Callable[[Draft], Draft]:
    return lambda draft: draft.add(f"质量指标 设备完好率 ≥ 98 {sign}")


def is_percent(row: Mapping[str, object]) -> bool:
    return row["计量单位"] == "%"


PURCHASE, EVENT = "教学设备采购", "教育系统干部培训"

SET_CASES: dict[str, Case] = {
    "指标-至少一行": case(
        keep("三级指标", lambda row: False),
        relabel("三级指标", lambda row: True, 三级指标=None),
        near=keep("", level1("产出指标")),
    ),
    **{
        f"指标-缺{name}": case(
            keep("一级指标", but(level1(f"{name}指标"))),
            relabel("一级指标", level1(f"{name}指标"), 一级指标="成本指标"),
            near=(as_it_is, keep("", lambda row: False)),
        )
        for name in ("产出", "效益", "满意度")
    },
    **{
        f"指标-缺{name}": case(
            keep("二级指标", but(level2(f"{name}指标"))),
            relabel("二级指标", level2(f"{name}指标"), 二级指标="时效指标"),
            near=(as_it_is, keep("", but(level1("产出指标")))),
        )
        for name in ("数量", "质量")
    },
    "指标-缺成本": case(
        keep("一级指标", but(level1("成本指标")), 项目名称=PURCHASE),
        keep("一级指标", level1("产出指标"), 项目名称="公园绿化养护"),
        near=(
            keep("", but(level1("成本指标")), 项目名称=EVENT),
            keep("", but(level1("成本指标")), 项目名称="城乡居民养老金"),
            as_it_is,
        ),
    ),
    "风格-百分号": case(
        in_first_row(edit("计量单位", is_percent, 计量单位="百分数")),
        in_first_row(edit("计量单位", is_percent, 计量单位="百分比")),
        near=(as_it_is, relabel("", is_percent, 计量单位="百分数")),
    ),
    "风格-百分号-单位": case(
        of_unit(beside(put("计量单位", None), percent("百分数"))),
        of_unit(beside(put("计量单位", None), percent("百分比"), percent("%"))),
        near=(beside(as_it_is, percent("%")), beside(relabel("", is_percent, 计量单位="百分数"), percent("百分数"))),
    ),
}


def unreadable(field: str, *contents: Raw, near: Raw | None = None) -> Case:
    return case(*(put(field, content) for content in contents), near=as_it_is if near is None else put(field, near))


FORMAT_CASES: dict[str, Case] = {
    "格式-金额": unreadable("当年财政拨款", Raw("壹佰万", "text"), Raw("—", "text")),
    "格式-日期": unreadable("计划开始日期", Raw("2024年", "text"), Raw("年初", "text")),
    "格式-数字": unreadable("年度", Raw("本年度", "text"), Raw("二四", "text")),
    "格式-错误值": case(
        put("年度资金申请总额", Raw("#REF!", "error")),
        edit("数值", numeric, 数值=Raw("#DIV/0!", "error")),
        near=as_it_is,
    ),
    "格式-未计算": case(
        put("年度资金申请总额", Raw("=SUM(E8:E10)", "uncached")),
        edit("数值", numeric, 数值=Raw("=2*3", "uncached")),
        near=as_it_is,
    ),
    "格式-缺项": case(put("上年结转资金", Raw("", "missing")), put("项目资金总额", Raw("", "missing")), near=put("上年结转资金", None)),
}

CASES: Mapping[str, Case] = {**TEXT_CASES, **MONEY_CASES, **SET_CASES, **ROW_CASES, **KIND_CASES}
