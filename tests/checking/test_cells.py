"""Cells that could not be read as what they should be: the whole finding for each way to be wrong, in single fields and in rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.shipped import ROWS, at, declaration, line, shipped_form
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.reading.model import ERROR, MISSING_ENTRY, NOT_OF_TYPE, UNCACHED, Declaration, Entry, Row
from toolkit.values.amounts import Money

# What the findings below have in common: rule, severity, cell, field, value, what is expected there, message, suggestion.
Told = tuple[str, str, "str | None", "str | None", "str | None", "str | None", str, str]


def told(found: Finding) -> Told:
    assert (found.file, found.unit, found.project, found.sheet, found.family, found.explanation) == (
        "甲.xlsx", "青溪区第一小学", "校园食堂改造", "项目1", "declaration", None,
    )  # fmt: skip
    return found.rule, found.severity, found.cell, found.field, found.value, found.expected, found.message, found.suggestion


def found(made: Declaration, form: Form | None = None) -> list[Finding]:
    """The findings that need no rule."""
    return check_declarations([made], replace(form or shipped_form(), rules=()))


def with_cell(name: str, wrong: Entry) -> Declaration:
    made = declaration()
    return replace(made, entries={**made.entries, name: wrong})


DIGITS = "请只填数字，单位为元，如 960000.00。"
DAY = "请按 2024-01-01 的格式填写到日。"
MONEY, A_DAY = "金额（数字，单位元）", "日期（如 2024-01-01）"


@pytest.mark.parametrize(
    ("name", "text", "kind", "expected", "message", "cure"),
    [
        ("年度其他资金", "五十万左右", "金额", MONEY, "其他资金：“五十万左右”不是数字。", DIGITS),
        ("年度其他资金", "50万～60万", "金额", MONEY, "其他资金：“50万～60万”不是单独一个数字。", DIGITS),
        ("计划开始日期", "2025-02-30", "日期", A_DAY, "计划开始日期：“2025-02-30”这一天不存在。", DAY),
        ("计划开始日期", "年底前", "日期", A_DAY, "计划开始日期：“年底前”不是日期。", DAY),
        ("年度", "今年", "数字", "数字", "年度：“今年”不是可以识别的数字。", "请只填数字。"),
    ],
)
def test_a_text_where_another_type_belongs(name: str, text: str, kind: str, expected: str, message: str, cure: str) -> None:
    [one] = found(with_cell(name, Entry(None, text, "E8", NOT_OF_TYPE)))
    assert told(one) == (f"格式-{kind}", "error", "E8", name, text, expected, message, cure)
    assert one.row is None


def test_an_amount_of_a_form_in_ten_thousands_is_asked_for_in_them() -> None:
    form = shipped_form()
    tens = Money("万元", 10_000, 2)
    form = replace(form, money=tens, fields=tuple(replace(f, money=tens) if f.type == "金额" else f for f in form.fields))
    [one] = found(with_cell("年度其他资金", Entry(None, "约50", "E8", NOT_OF_TYPE)), form)
    assert (one.expected, one.suggestion) == ("金额（数字，单位万元）", "请只填数字，单位为万元。")


@pytest.mark.parametrize(
    ("wrong", "rule", "severity", "value", "message", "cure"),
    [
        (
            Entry(None, "#REF!", "E8", ERROR, "E9+#REF!"), "格式-错误值", "error", "#REF!",
            "其他资金是错误值 #REF!，由公式 =E9+#REF! 得出，不能作为填报内容，也不按 0 计算。", "请改正公式，或直接填写结果。",
        ),
        (
            Entry(None, "#N/A", "E8", ERROR), "格式-错误值", "error", "#N/A",
            "其他资金是错误值 #N/A，不能作为填报内容，也不按 0 计算。", "请改正公式，或直接填写结果。",
        ),
        (
            Entry(None, "=E7-E9", "E8", UNCACHED), "格式-未计算", "error", "=E7-E9",
            "其他资金是公式 =E7-E9，文件里没有保存计算结果。",
            "请在 Excel 或 WPS 中打开该文件，待公式算出结果后保存，再重新报送。",
        ),
        (
            MISSING_ENTRY, "格式-缺项", "warning", None,
            "表中找不到“其他资金”（年度其他资金），可能整行被删除，按缺失处理，不按 0 计算。",
            "请用下发的表样重新填写，不要删除行或改动标题文字。",
        ),
    ],
)  # fmt: skip
def test_a_cell_without_a_value(wrong: Entry, rule: str, severity: str, value: str | None, message: str, cure: str) -> None:
    [one] = found(with_cell("年度其他资金", wrong))
    assert told(one) == (rule, severity, wrong.cell, "年度其他资金", value, None, message, cure)


def test_what_a_text_does_not_say_is_not_missed_as_a_row_that_was_deleted() -> None:
    assert found(replace(with_cell("年度其他资金", MISSING_ENTRY), sheet=None)) == []


def test_each_bad_cell_of_a_row_is_told_and_a_column_that_is_gone_once() -> None:
    made = declaration()
    rows = [Row(row.row, {name: one for name, one in row.entries.items() if name != "计量单位"}) for row in made.rows]
    rows[0] = Row(rows[0].row, {**rows[0].entries, "三级指标": Entry(None, "#NAME?", "C13", ERROR)})
    rows[2] = Row(
        rows[2].row, {**rows[2].entries, "三级指标": Entry(None, "=A1", "C15", UNCACHED), "符号": Entry(None, "=B1", "D15", UNCACHED)}
    )
    findings = found(replace(made, rows=tuple(rows)))
    assert [(one.rule, one.severity, one.cell, one.field, one.row) for one in findings] == [
        ("格式-错误值", "error", "C13", "三级指标", line(1)),
        ("格式-缺项", "warning", None, "计量单位", line(1)),
        ("格式-未计算", "error", "C15", "三级指标", line(3)),
        ("格式-未计算", "error", "D15", "符号", line(3)),
    ]


def day(symbol: str | None, value: str | None, number: int = 2, unit: str | None = ROWS[1][5]) -> Declaration:
    """The clean declaration, one of its targets another."""
    made = declaration(rows=[(*row[:3], symbol, value, unit) if n == number else row for n, row in enumerate(ROWS, 1)])
    cells = {name: one._replace(cell=at(name, number)) for name, one in made.rows[number - 1].entries.items()}
    return replace(made, rows=tuple(replace(row, entries=cells) if n == number else row for n, row in enumerate(made.rows, 1)))


def test_a_target_that_excel_made_a_date_of() -> None:
    [one] = found(day("≥", "2026-01-03"))
    assert told(one) == (
        "格式-变成日期", "error", at("数值", 2), "数值", "2026-01-03", None,
        "指标值“≥2026-01-03”的数值是日期；如果填的是“1-3”，是 Excel 自动把它改成了日期。",
        "请改填数字；要填范围或日期的，先把单元格设为“文本”格式，符号选“定性”。",
    )  # fmt: skip
    assert one.row == line(2)


@pytest.mark.parametrize(
    ("symbol", "value"), [("定性", "2026-01-03"), (None, "2026-01-03"), ("≥", "2026-1-3"), ("≥", "2026-01-03前"), ("≥", None), ("≥", "3")]
)
def test_what_is_no_day_that_a_target_compares_with(symbol: str | None, value: str | None) -> None:
    assert found(day(symbol, value)) == []


@pytest.mark.parametrize(("symbol", "unit", "told"), [("≤", None, 0), ("=", None, 0), ("≤", "个", 1), ("≥", None, 1)])
def test_a_day_to_be_done_by_has_no_unit(symbol: str, unit: str | None, told: int) -> None:
    """≤ 2026-07-31 without a unit is a day; 1-3 个 became one."""
    assert len([one for one in found(day(symbol, "2026-07-31", unit=unit)) if one.rule == "格式-变成日期"]) == told


def test_a_bad_number_beside_a_good_day_is_told_alone() -> None:
    made = declaration({"计划开始日期": date(2025, 1, 1)})
    rows = (replace(made.rows[0], entries={**made.rows[0].entries, "数值": Entry("2026-01-03", "=D1", "E13", UNCACHED)}), *made.rows[1:])
    assert [one.rule for one in found(replace(made, rows=rows))] == ["格式-未计算"]
