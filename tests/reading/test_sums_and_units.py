"""Amounts worked out from the sheet itself: plain sums without a saved result, and units of money that the print says; whole outputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.shipped import declaration, shipped_form
from toolkit.reading.model import NOT_OF_TYPE, Declaration, Doubt, Entry
from toolkit.reading.money import UNIT_OF_MONEY, Printed, as_printed, doubted_alike, in_yuan, unit_in
from toolkit.reading.recompute import recomputed
from toolkit.sources.grid import CellValue, Uncached
from toolkit.values.errors import ErrorValue

CELLS: Mapping[tuple[int, int], CellValue] = {
    (1, 1): 100.0,
    (2, 1): "1，000元",
    (1, 2): 0.5,
    (2, 2): Uncached("A1+B1"),
    (3, 2): Uncached("B3"),
    (4, 2): ErrorValue("#N/A"),
    (5, 2): Uncached("A1*2"),
    (9, 9): "约一百",
}


@pytest.mark.parametrize(
    ("formula", "amount"),
    [
        ("A1", "100"),
        ("$A$1+a2", "1100"),
        (" SUM( A1 : A2 ) - B1 + 5 ", "1104.5"),
        ("SUM(A1,B1,3,-1.5)", "102"),
        ("SUM(A1:B2)", "1201"),
        ("sum(a1:a2)", "1100"),
        ("-A1", "-100"),
        ("+A1-+B1", "99.5"),
        ("A1--B1", "100.5"),
        ("A1-SUM(A2:B2)", "-1000.5"),
        ("A1+C7", "100"),
        ("B2+B2", "201.0"),
        ("1.25", "1.25"),
        ("SUM(A1:A2000)", "1100"),
        ("SUM(A1:A2001)", None),
        ("SUM(A1:B1001)", None),
        ("", None),
        ("A1*2", None),
        ("A1 A2", None),
        ("A1B1", None),
        ("(A1)", None),
        ("A1+", None),
        ("SUM(A1", None),
        ("SUM(A1;B1)", None),
        ("SUM(,A1)", None),
        ("MAX(A1)", None),
        ("SUM(SUM(A1))", None),
        ("另表!A1", None),
        ("A1+I9", None),
        ("A1+B3", None),
        ("B4", None),
        ("B5", None),
        ("A0", None),
        ("XFE1", None),
    ],
)
def test_a_plain_sum(formula: str, amount: str | None) -> None:
    assert recomputed(formula, lambda *place: CELLS.get(place)) == (None if amount is None else Decimal(amount))


def test_sums_rest_on_sums_eight_deep() -> None:
    def look(row: int, _: int) -> CellValue:
        return Uncached(f"A{row + 1}+1") if row < 20 else 1.0

    assert [recomputed(f"A{row}", look) for row in (20, 13, 12, 11)] == [1, 8, 9, None]


@pytest.mark.parametrize(
    ("text", "label", "bare", "note"),
    [
        ("年度资金总额（万元）", 10_000, 10_000, None),
        ("年度资金总额[单位：千元]", 1_000, 1_000, None),
        ("项目资金\n（ 金额单位:人民币亿元 ）", 100_000_000, 100_000_000, None),
        ("资金（元）", 1, 1, None),
        ("年度资金（万", 10_000, 10_000, None),
        ("年度资金万元", None, 10_000, None),
        ("万元", None, None, None),
        ("总额50万元", None, None, None),
        ("单位：万元", 10_000, 10_000, 10_000),
        ("（金额单位为亿元）", 100_000_000, 100_000_000, 100_000_000),
        ("投入50万元", None, None, None),
        ("年度资金总额", None, None, None),
    ],
)
def test_the_unit_that_a_text_says(text: str, label: int | None, bare: int | None, note: int | None) -> None:
    assert (unit_in(text, label=True), unit_in(text, label=True, bare=True), unit_in(text, label=False)) == (label, bare, note)


ALL = ("项目资金总额", "年度资金申请总额", "财政资金", "当年财政拨款", "上年结转资金", "其他资金", "年度其他资金")


def funds(**texts: str) -> dict[str, Entry]:
    """The entries of a form that says these amounts and no others; what is no number is not read."""
    made = dict(declaration(dict.fromkeys(ALL)).entries)
    for name, text in texts.items():
        digits = text.removesuffix("万元").removesuffix("元")
        size = 10_000 if "万" in text else 1
        value = Decimal(digits) * size if digits.replace(".", "").isdigit() else None
        made[name] = Entry(value, text, f"C{ALL.index(name)}") if value is not None else Entry(None, text, "C0", NOT_OF_TYPE)
    return made


def changes(
    entries: Mapping[str, Entry], of_label: Mapping[str, Printed], general: Sequence[Printed] = (), shown: Sequence[str] = ()
) -> dict[str, str]:
    changed, _ = in_yuan(entries, shipped_form(), of_label, general, shown)
    return {name: str(entry.value) for name, entry in changed.items()}


def doubts(
    entries: Mapping[str, Entry], of_label: Mapping[str, Printed], general: Sequence[Printed] = (), shown: Sequence[str] = ()
) -> list[Doubt]:
    return in_yuan(entries, shipped_form(), of_label, general, shown)[1]


def doubt(field: str | None, cell: str | None, value: str, message: str, cure: str) -> Doubt:
    return Doubt(UNIT_OF_MONEY, "warning", field, cell, value, message, cure)


WAN, YUAN = Printed(10_000, "单位：万元", "F2"), Printed(1, "单位：元", "F3")
AGAIN = "请核对换算后的金额；今后请直接按元填报。"


def test_amounts_under_one_unit_are_converted_and_it_is_told_once() -> None:
    made = funds(当年财政拨款="12.5", 上年结转资金="3000元", 年度其他资金="约五", 其他资金="0")
    assert changes(made, {}, [WAN, WAN]) == {"当年财政拨款": "125000.00", "其他资金": "0.00"}
    message = "表上写着“单位：万元”，其中：当年财政拨款、其他资金已按万元换算成元（如 12.5 万元读作 125,000.00 元）。"
    assert doubts(made, {}, [WAN]) == [doubt(None, "F2", "单位：万元", message, AGAIN)]
    assert (changes(made, {}, [YUAN]), doubts(made, {}, [YUAN])) == ({}, [])


def test_a_unit_beside_a_label_is_that_amounts_own() -> None:
    of_label = {"当年财政拨款": Printed(1_000, "拨款（千元）", "A5"), "上年结转资金": YUAN}
    made = funds(当年财政拨款="2", 上年结转资金="3", 年度其他资金="4")
    assert changes(made, of_label) == {"当年财政拨款": "2000.00"}
    assert changes(made, of_label, [WAN]) == {"当年财政拨款": "2000.00", "年度其他资金": "40000.00"}
    told = doubts(made, of_label, [WAN])
    assert [(each.cell, each.message) for each in told] == [
        ("A5", "表上写着“拨款（千元）”，其中：当年财政拨款已按千元换算成元（如 2 千元读作 2,000.00 元）。"),
        ("F2", "表上写着“单位：万元”，其他资金已按万元换算成元（如 4 万元读作 40,000.00 元）。"),
    ]


def test_a_print_that_contradicts_itself_is_asked_about() -> None:
    made = funds(当年财政拨款="12.5")
    assert changes(made, {}, [YUAN, WAN]) == {}
    message = "表上写着“单位：万元”，整张表可能以万元为单位；本表金额单位是元，已按表中数字原样读取，没有换算。"
    cure = "请核对金额单位；如以万元填报，请改为以元为单位的数字。"
    assert doubts(made, {}, [YUAN, WAN]) == [doubt(None, "F2", "单位：万元", message, cure)]
    assert doubts(funds(), {}, [YUAN, WAN]) == []
    assert doubts(funds(当年财政拨款="0"), {}, [YUAN, WAN]) == []


def test_amounts_that_say_their_unit_themselves_are_told_of() -> None:
    both = funds(当年财政拨款="12.5万元", 上年结转资金="3万元", 其他资金="0")
    message = "其中：当年财政拨款等 2 项的金额以万元显示（12.5万元），已换算成元（125,000.00 元）。"
    told = doubt("当年财政拨款", "C3", "12.5万元", message, AGAIN)
    assert (changes(both, {}), doubts(both, {})) == ({}, [told])
    assert doubts(funds(当年财政拨款="12.5万元"), {}) == []
    assert doubts(funds(当年财政拨款="12.5万元", 上年结转资金="3万元", 其他资金="5"), {}) == []
    [shown] = doubts(funds(当年财政拨款="125000"), {}, shown=["当年财政拨款"])
    assert shown.message == "其中：当年财政拨款的金额以万元显示（125000），已换算成元（125,000.00 元）。"


def of(doubted: bool, **texts: str) -> Declaration:
    told = (doubt(None, None, "单位：万元", "甲", "乙"),) if doubted else ()
    return replace(declaration(), entries=funds(**texts), doubts=told)


def test_forms_of_one_sheet_that_print_no_unit_are_doubted_where_another_does() -> None:
    converted, plain, blank = of(True, 当年财政拨款="1"), of(False, 年度其他资金="4", 上年结转资金="0"), of(False)
    assert doubted_alike([plain, blank], shipped_form()) == [plain, blank]
    first, second, third = doubted_alike([converted, plain, blank], shipped_form())
    assert (first, third) == (converted, blank)
    message = "同一张表里别的申报表以万元为单位，这一份没有写明，已按元原样读取（4），没有换算。"
    assert second.doubts == (doubt(None, "C6", "4", message, "请核对金额单位；如也是万元，请改为以元为单位的数字。"),)


def test_converted_amounts_are_written_with_the_unit_they_were_printed_in() -> None:
    made = of(True, 当年财政拨款="12.5万元", 上年结转资金="3", 年度其他资金="0", 财政资金="约五", 其他资金="7")
    entries = {**made.entries, "上年结转资金": Entry(Decimal(30000), "3", "C4")}
    again = as_printed(replace(made, entries=entries), shipped_form())
    said = {name: again.entries[name].value for name in ALL}
    assert said == {
        "项目资金总额": None, "年度资金申请总额": None, "财政资金": None, "当年财政拨款": "12.5万元", "上年结转资金": "3万元",
        "其他资金": Decimal(7), "年度其他资金": "0万元",
    }  # fmt: skip
    alone = of(False, 当年财政拨款="12.5万元")
    assert as_printed(alone, shipped_form()) is alone
    nothing = of(True, 当年财政拨款="7")
    assert as_printed(nothing, shipped_form()) is nothing
