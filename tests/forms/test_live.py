"""Rules as the live workbook holds them: guarded against wrong cells, and no longer or deeper than Excel takes."""

from __future__ import annotations

import pytest

from tests.shipped import shipped_form
from toolkit.forms.book import Mistake
from toolkit.forms.live import FIRST_DAY, LAST_DAY, function_depth, is_mirrored, runs_live
from toolkit.forms.rules import read_rules
from toolkit.forms.tables import RULE_HEADINGS, TableRow
from toolkit.formula import compile_formula
from toolkit.outputs.filled.selfcheck_mirror import Cell, number_of
from toolkit.values.dates import FIRST_YEAR, LAST_YEAR, DateError, from_serial, parse_date, parse_year
from toolkit.values.errors import VALUE

COLUMNS = {heading: number for number, heading in enumerate(RULE_HEADINGS, 1)}


def mistakes_of(condition: str, **others: str) -> list[str]:
    form = shipped_form()
    values = {"编号": "试-1", "级别": "错误", "范围": "行", "条件": condition, "提示": "有误。", **others}
    mistakes: list[Mistake] = []
    row = TableRow("审核规则", 7, values, COLUMNS)
    rules = read_rules([row], form.by_name, form.tables, form.lists, mistakes)
    assert bool(rules) != bool(mistakes)
    return [str(mistake) for mistake in mistakes]


def value(condition: str, cells: dict[str, Cell]) -> object:
    form = shipped_form()
    formula = compile_formula(condition, form.by_name, form.lists)
    read = {name: number_of(cell, form.by_name[name]) for name, cell in cells.items() if is_mirrored(form.by_name[name])}
    return formula.evaluate({**cells, **read})


@pytest.mark.parametrize(
    ("condition", "cells", "expected"),
    [
        ("财政资金>=0", {"财政资金": "约5万"}, VALUE),
        ("财政资金>=0", {"财政资金": None}, True),
        ("年度>0", {"年度": "2026"}, True),
        ("年度>0", {"年度": "1，200.50"}, VALUE),
        ("年度>0", {"年度": "12.5"}, VALUE),
        ("年度>0", {"年度": "４"}, VALUE),
        ("年度>0", {"年度": "2,026.00"}, VALUE),
        ("财政资金>=0", {"财政资金": -1.0}, False),
        ('OR(财政资金="",其他资金>0)', {"财政资金": None, "其他资金": "无"}, VALUE),
        ('IF(项目资金总额="",TRUE,财政资金>0)', {"项目资金总额": None, "财政资金": "无"}, True),
        ('IF(项目资金总额="",TRUE,财政资金>0)', {"项目资金总额": 1.0, "财政资金": "无"}, VALUE),
        ("ISNUMBER(财政资金)", {"财政资金": "无"}, False),
        ("ISTEXT(财政资金)", {"财政资金": "无"}, False),
        ("ISERROR(财政资金)", {"财政资金": "无"}, True),
        ("IFERROR(财政资金>0,FALSE)", {"财政资金": "无"}, False),
        ("COUNT(财政资金)=0", {"财政资金": "无"}, True),
        ("计划开始日期=45292", {"计划开始日期": 20240101.0}, True),
        ("计划开始日期>0", {"计划开始日期": 20241301.0}, VALUE),
        ("计划开始日期>0", {"计划开始日期": 45292.0}, True),
        ("年度>0", {"年度": 2024.5}, VALUE),
        ("年度>0", {"年度": 2024.0}, True),
        ("LEN(项目名称)>0", {"项目名称": 12.0}, True),
    ],
)
def test_a_wrong_cell_is_an_error_where_it_is_read(condition: str, cells: dict[str, Cell], expected: object) -> None:
    assert value(condition, cells) == expected


def test_days_and_years_are_those_that_reading_takes() -> None:
    assert parse_date(FIRST_DAY) == from_serial(FIRST_DAY)
    assert parse_date(LAST_DAY) == from_serial(LAST_DAY)
    for number in (FIRST_DAY - 1, LAST_DAY + 1):
        with pytest.raises(DateError):
            parse_date(number)
    assert [parse_year(year) for year in (FIRST_YEAR, LAST_YEAR)] == [FIRST_YEAR, LAST_YEAR]
    for year in (FIRST_YEAR - 1, LAST_YEAR + 1):
        with pytest.raises(DateError):
            parse_year(year)


@pytest.mark.parametrize(
    ("scope", "batch_only", "state", "names", "live"),
    [
        ("表", False, "启用", ["项目名称"], True),
        ("行", False, "试行", ["全部.三级指标", "列表.正向词"], True),
        ("行", False, "停用", [], False),
        ("表", True, "启用", [], False),
        ("单位", False, "启用", [], False),
        ("表", False, "启用", ["单位.项目名称"], False),
        ("行", False, "启用", ["批次.项目名称"], False),
    ],
)
def test_rules_within_a_sheet_run_live(scope: str, batch_only: bool, state: str, names: list[str], live: bool) -> None:
    assert runs_live(scope, batch_only, state, names) is live


def test_a_rule_too_long_once_it_is_spelled_out_is_a_mistake() -> None:
    long = "+".join(["最后位置(三级指标,列表.正向词)"] * 50)
    assert len(long) < 2000
    (text,) = mistakes_of(f"{long}>0")
    assert text.startswith("审核规则 › D7：写进填报工作簿后公式长约 ") and "超过 Excel 的上限 8,192" in text
    assert mistakes_of(f"{long}>0", 仅批量审核="是") == []
    assert mistakes_of(f"{long}>0", 状态="停用") == []


def test_a_rule_too_deep_once_it_is_spelled_out_is_a_mistake() -> None:
    deep = "N(" * 61 + "含任一(三级指标,列表.正向词)" + ")" * 61
    (text,) = mistakes_of(f"{deep}>0")
    assert "函数嵌套 " in text and "超过 Excel 的上限 64 层" in text
    assert mistakes_of("N(" * 30 + "含任一(三级指标,列表.正向词)" + ")" * 30 + ">0") == []


def test_a_function_that_excel_cannot_spell_out_for_a_column_is_a_mistake() -> None:
    (text,) = mistakes_of("SUM(最后位置(全部.三级指标,列表.正向词))>0", 范围="表")
    assert "不能写成 Excel 公式" in text and "最后位置" in text


@pytest.mark.parametrize(
    ("formula", "depth"),
    [("1+2", 0), ("SUM(1)", 1), ('IF((1+(2))=3,LEN("N(N(N("),1)', 2), ("含任一(N(1),2)+_xlfn.CONCAT(1)", 2)],
)
def test_depth_counts_functions_only(formula: str, depth: int) -> None:
    assert function_depth(formula) == depth
