"""B rows of "Messy returns": the cell is not read, never counts as 0; the finding names it with its formula or reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.reading.messes import both, put
from tests.reading.messy import clean_record, edited, outcome, written
from tests.shipped import at, line


def error(cell: str, code: str, formula: str) -> bytes:
    return written({cell: (f"={formula}", code)})


@pytest.mark.parametrize("code", ["#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NAME?"])
def test_error_value_is_never_zero(code: str) -> None:
    found = outcome(error(at("当年财政拨款"), code, "Sheet9!B2*2"))
    assert found.records == [clean_record({"当年财政拨款": None})]
    entry = found.declarations[0]["当年财政拨款"]
    assert (entry.state, entry.text, entry.formula) == ("error", code, "Sheet9!B2*2")
    mine = [f for f in found.findings if f.rule == "格式-错误值"]
    assert [(f.severity, f.cell, f.field, f.value) for f in mine] == [("error", at("当年财政拨款"), "当年财政拨款", code)]
    assert code in mine[0].message and "=Sheet9!B2*2" in mine[0].message


def test_rules_on_an_error_cell_cannot_pass() -> None:
    found = outcome(error(at("当年财政拨款"), "#REF!", "B1"))
    broken = [f for f in found.findings if f.rule == "资金-F1"]
    assert len(broken) == 1 and "规则无法计算" in broken[0].message and at("当年财政拨款") in broken[0].message


PRODUCT = f"={at('年度资金申请总额')}-{at('上年结转资金')}-{at('年度其他资金')}*1"
OF_A_TEXT = f"={at('上年结转资金')}+{at('年度其他资金')}"


@pytest.mark.parametrize("formula", [PRODUCT, f"=VLOOKUP({at('项目名称')},A1:G9,2)", "='[预算.xlsx]汇总'!B2", OF_A_TEXT])
def test_formula_without_a_saved_result(formula: str) -> None:
    changes: list[Callable[[Worksheet], object]] = [put(at("当年财政拨款"), formula)]
    if formula == OF_A_TEXT:
        changes.append(put(at("上年结转资金"), "约五万"))
    found = outcome(edited(*changes))
    entry = found.declarations[0]["当年财政拨款"]
    assert (entry.value, entry.state, entry.text) == (None, "uncached", formula)
    mine = [f for f in found.findings if f.rule == "格式-未计算"]
    assert [(f.severity, f.cell, f.value) for f in mine] == [("error", at("当年财政拨款"), formula)]
    assert "打开" in mine[0].suggestion and "保存" in mine[0].suggestion


def test_a_sum_over_cells_that_cannot_be_read_is_not_calculated() -> None:
    found = outcome(
        edited(both(put(at("年度资金申请总额"), f"=SUM({at('当年财政拨款')}:{at('年度其他资金')})"), put(at("上年结转资金"), "十五万左右")))
    )
    assert found.records == [clean_record({"年度资金申请总额": None, "上年结转资金": None})]
    assert {(f.rule, f.cell) for f in found.findings} >= {("格式-未计算", at("年度资金申请总额")), ("格式-金额", at("上年结转资金"))}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025年7月", "“2025年7月”缺少日"),
        ("2025.07", "“2025.07”缺少日"),
        ("2025-02-30", "这一天不存在"),
        ("25.1.1", "年份不完整"),
        ("2025.1.1-2025.12.31", "不止一个日期"),
    ],
)
def test_month_only_and_other_dates_that_are_none(text: str, reason: str) -> None:
    found = outcome(edited(put(at("计划开始日期"), text)))
    assert found.records == [clean_record({"计划开始日期": None})]
    mine = [f for f in found.findings if f.rule == "格式-日期"]
    assert [(f.severity, f.cell, f.value) for f in mine] == [("error", at("计划开始日期"), text)]
    assert reason in mine[0].message


@pytest.mark.parametrize("text", ["一百万", "1,00,0", "100000/50000", "—", "无", "12.5.6"])
def test_amounts_that_are_none_are_not_guessed(text: str) -> None:
    found = outcome(edited(put(at("当年财政拨款"), text)))
    assert found.records == [clean_record({"当年财政拨款": None})]
    assert [(f.severity, f.cell, f.value) for f in found.findings if f.rule == "格式-金额"] == [("error", at("当年财政拨款"), text)]


def test_an_error_in_a_target_leaves_the_row_and_its_other_cells() -> None:
    found = outcome(written({at("数值", 2): ("=1/0", "#DIV/0!")}))
    row = found.declarations[0].rows[1]
    assert (row["三级指标"].value, row["符号"].value, row["数值"].state) == ("改造食堂面积", "=", "error")
    mine = [f for f in found.findings if f.rule == "格式-错误值"]
    assert [(f.cell, f.row) for f in mine] == [(at("数值", 2), line(2))] and "=1/0" in mine[0].message
