"""Amounts: every spelling of a number comes out exact, and what is not one number is refused with advice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.values.amounts import AmountError, decimal_of, format_amount, parse_amount, plain_amount, round_half_up
from toolkit.values.errors import ERROR_VALUES

AMOUNTS = st.decimals(-(10**13), 10**13, places=2, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        (960000, "960000.00"),
        (960000.0, "960000.00"),
        (0, "0.00"),
        (-0.0, "0.00"),
        (0.1 + 0.2, "0.30"),
        (472700.00000000006, "472700.00"),
        (1234.5678, "1234.5678"),
        (1e16, "10000000000000000.00"),
        (Decimal("1.2E+3"), "1200.00"),
        ("960,000.00", "960000.00"),
        ("1，000，000", "1000000.00"),
        ("1 000 000", "1000000.00"),
        ("1\u00a0000\u00a0000.50", "1000000.50"),
        ("960, 000. 00", "960000.00"),
        ("９６０，０００．００", "960000.00"),
        ("960。50", "960.50"),
        ("0.00", "0.00"),
        (".5", "0.50"),
        ("100.", "100.00"),
        ("0.125", "0.125"),
        ("(1,000.00)", "-1000.00"),
        ("（1,000.00）", "-1000.00"),
        ("(¥1,000.00)元", "-1000.00"),
        ("-1,000.00", "-1000.00"),
        ("－５", "-5.00"),
        ("−5", "-5.00"),
        ("+5", "5.00"),
        ("-0.00", "0.00"),
        ("¥ 1,000.20", "1000.20"),
        ("￥1，000.20元", "1000.20"),
        ("-¥5", "-5.00"),
        ("¥-5", "-5.00"),
        ("人民币100元整", "100.00"),
        ("RMB 1,000", "1000.00"),
        ("1,000rmb", "1000.00"),
        ("50万元", "500000.00"),
        ("50 万", "500000.00"),
        ("1.5亿元", "150000000.00"),
        ("1,234.56万元", "12345600.00"),
        ("3百万元", "3000000.00"),
        ("2千元", "2000.00"),
        ("1E+06", "1000000.00"),
        ("1.5e3", "1500.00"),
        ("1e-2", "0.01"),
        ("'1000", "1000.00"),
        ("1000_x000D_\n", "1000.00"),
    ],
)
def test_parse_amount(cell: object, amount: str) -> None:
    parsed = parse_amount(cell)
    assert parsed is not None
    assert plain_amount(parsed) == amount


@pytest.mark.parametrize("blank", [None, "", " ", "\u3000", "\u200b", "_x000D_"])
def test_blank_is_none_and_never_zero(blank: str | None) -> None:
    assert parse_amount(blank) is None


@pytest.mark.parametrize(
    ("cell", "text", "message"),
    [
        ("-", "-", "“-”不是金额，也不等于 0 或没填。没有这笔钱请填 0，不涉及请留空。"),
        (" —— ", " —— ", "“——”不是金额，也不等于 0 或没填。没有这笔钱请填 0，不涉及请留空。"),
        ("无", "无", "“无”不是金额，也不等于 0 或没填。没有这笔钱请填 0，不涉及请留空。"),
        ("／", "／", "“／”不是金额，也不等于 0 或没填。没有这笔钱请填 0，不涉及请留空。"),
        ("1,00,0", "1,00,0", "“1,00,0”中逗号的位置不对，看不出是多少。请只填数字，如 960000.00。"),
        ("12,34", "12,34", "“12,34”中逗号的位置不对，看不出是多少。请只填数字，如 960000.00。"),
        ("1.000.000", "1.000.000", "“1.000.000”中有多个小数点，看不出是多少。请只填数字，如 960000.00。"),
        ("1000 2000", "1000 2000", "“1000 2000”像是两个数。请只填一个数字，如 960000.00。"),
        ("100\n200", "100\n200", "“100\n200”像是两个数。请只填一个数字，如 960000.00。"),
        ("约50万元", "约50万元", "“约50万元”不是单独一个数字。请只填数字，如 960000.00，说明文字请另写。"),
        ("待定", "待定", "“待定”不是数字。请填数字，如 960000.00；没有这笔钱请填 0，不涉及请留空。"),
        ("#REF!", "#REF!", "这里显示 #REF!，公式算不出结果，不是金额。请改正公式，或直接填数字。"),
        (ERROR_VALUES["#DIV/0!"], "#DIV/0!", "这里显示 #DIV/0!，公式算不出结果，不是金额。请改正公式，或直接填数字。"),
        (True, "TRUE", "这里是逻辑值 TRUE，不是金额。请填数字，如 960000.00。"),
        (float("nan"), "nan", "“nan”不是一个数。请填数字，如 960000.00。"),
        (Decimal("Infinity"), "Infinity", "“Infinity”不是一个数。请填数字，如 960000.00。"),
        (
            date(2024, 1, 1),
            "2024-01-01",
            "“2024-01-01”不是金额。请填数字，如 960000.00，并把单元格格式设为数值。",
        ),
    ],
)
def test_what_is_not_an_amount_is_refused_with_advice(cell: object, text: str, message: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(cell)
    assert (refused.value.text, str(refused.value)) == (text, message)


@pytest.mark.parametrize(
    "cell",
    ["50万-60万", "1亿2000万元", "100美元", "$100", "1/2", "5%", "--5", "(-5)", "-(5)", "5-", "1e999999", "壹佰元左右", "壹佰", "一二三元",
     "1'000", "100元/年", "960,000.00元（大写：玖拾陆万元整）", "nan", "inf", "1_000", "²"],
)  # fmt: skip
def test_nothing_is_guessed(cell: str) -> None:
    with pytest.raises(AmountError) as refused:
        parse_amount(cell)
    assert cell in str(refused.value)


@given(AMOUNTS)
def test_printed_amounts_read_back(amount: Decimal) -> None:
    assert parse_amount(format_amount(amount)) == amount
    assert parse_amount(plain_amount(amount)) == amount


@given(AMOUNTS)
def test_spellings_of_one_amount_agree(amount: Decimal) -> None:
    printed = format_amount(amount)
    full_width = printed.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    spaced = printed.replace(",", ", ").replace(".", ". ")
    bracketed = f"（{printed[1:]}）" if amount < 0 else printed
    for spelling in (
        full_width,
        spaced,
        bracketed,
        printed.replace(",", " "),
        f"￥{printed}元",
        f"'{plain_amount(amount)}",
    ):
        assert parse_amount(spelling) == amount


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False))
def test_floats_give_back_the_digits_the_user_typed(amount: Decimal) -> None:
    assert parse_amount(float(amount)) == amount


@given(st.text("0123456789,. ()-¥元万亿无，。\n", max_size=12))
def test_any_text_is_an_amount_a_blank_or_refused(text: str) -> None:
    try:
        amount = parse_amount(text)
    except AmountError as refused:
        assert refused.text == text
        return
    assert (amount is None) == (not text.strip())


@pytest.mark.parametrize(
    ("amount", "printed", "plain"),
    [
        ("960000", "960,000.00", "960000.00"),
        ("0", "0.00", "0.00"),
        ("-0.00", "0.00", "0.00"),
        ("999", "999.00", "999.00"),
        ("-1234.5", "-1,234.50", "-1234.50"),
        ("1234.5600", "1,234.56", "1234.56"),
        ("1234.5678", "1,234.5678", "1234.5678"),
        ("1E+6", "1,000,000.00", "1000000.00"),
        ("1E-7", "0.0000001", "0.0000001"),
        (
            "123456789012345678901234567890.12",
            "123,456,789,012,345,678,901,234,567,890.12",
            "123456789012345678901234567890.12",
        ),
    ],
)
def test_printing(amount: str, printed: str, plain: str) -> None:
    assert (format_amount(Decimal(amount)), plain_amount(Decimal(amount))) == (printed, plain)


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("2.675", 2, "2.68"),
        ("-2.5", 0, "-3"),
        ("0.5", 0, "1"),
        ("2.5", 0, "3"),
        ("-0.4", 0, "0"),
        ("1250", -2, "1300"),
        ("49", -2, "0"),
        ("1", 2, "1.00"),
        ("12345678901234567890123456789.125", 2, "12345678901234567890123456789.13"),
    ],
)
def test_round_half_up_rounds_as_excel_does(value: str, places: int, rounded: str) -> None:
    assert str(round_half_up(Decimal(value), places)) == rounded


def test_decimal_of_keeps_whole_numbers_of_any_length() -> None:
    assert decimal_of(12345678901234567890) == 12345678901234567890
    assert str(decimal_of(5e-324)) == "4.94065645841247E-324"
