"""Target values: whatever way a value is written, symbol, number and unit come out; what is no quantity stays text."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toolkit.values.targets import SYMBOLS, Target, doubtful_symbol, join_target, number_value, parse_target
from toolkit.values.text import squeeze, unwrap

OPERATORS = [symbol for symbol in SYMBOLS if symbol != "定性"]
Parts = tuple[str | None, str | None, str | None]


@pytest.mark.parametrize(
    ("text", "parts", "printed"),
    [
        ("≥90.00(%)", ("≥", "90", "%"), "≥90.00(%)"),
        ("≤ 24.00 (小时)", ("≤", "24", "小时"), "≤24.00(小时)"),
        ("=64(次)", ("=", "64", "次"), "=64.00(次)"),
        (">80.00(%)", (">", "80", "%"), ">80.00(%)"),
        ("＜80.00（％）", ("<", "80", "%"), "<80.00(%)"),
        ("=100.00(百分数)", ("=", "100", "百分数"), "=100.00(百分数)"),
        ("=1265.00(台/套)", ("=", "1265", "台/套"), "=1265.00(台/套)"),
        ("=10.00(清理干净)", ("=", "10", "清理干净"), "=10.00(清理干净)"),
        (
            "=10.00(10家社区卫生中心(含站点)/每日)",
            ("=", "10", "10家社区卫生中心(含站点)/每日"),
            "=10.00(10家社区卫生中心(含站点)/每日)",
        ),
        ("=10.00（10家（含站点）／每日）", ("=", "10", "10家(含站点)/每日"), "=10.00(10家(含站点)/每日)"),
        ("≥0.125(mg/L)", ("≥", "0.125", "mg/L"), "≥0.125(mg/L)"),
        ("≥0.50(元)", ("≥", "0.5", "元"), "≥0.50(元)"),
        ("=0.00(次)", ("=", "0", "次"), "=0.00(次)"),
        ("≥-3.50(%)", ("≥", "-3.5", "%"), "≥-3.50(%)"),
        ("≥1,265.00(台/套)", ("≥", "1265", "台/套"), "≥1265.00(台/套)"),
        ("≥１，２６５．００（台／套）", ("≥", "1265", "台/套"), "≥1265.00(台/套)"),
        ("≥90", ("≥", "90", None), "≥90.00"),
        ("≥90()", ("≥", "90", None), "≥90.00"),
        ("985米", (None, "985", "米"), "985.00(米)"),
        ("90%", (None, "90", "%"), "90.00(%)"),
        ("90", (None, "90", None), "90.00"),
        ("", (None, None, None), None),
        (" \u3000\u200b", (None, None, None), None),
        ("及时", ("定性", "及时", None), "及时"),
    ],
)
def test_printed_form(text: str, parts: Parts, printed: str | None) -> None:
    assert parse_target(text) == Target(*parts)
    assert Target(*parts).text == printed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (r"$= 0.00$ (次)", ("=", "0", "次")),
        (r"$\ge 90.00$ (%)", ("≥", "90", "%")),
        (r"$\geq 90.00\%$", ("≥", "90", "%")),
        (r"$\leqslant$ 95.00 $(\%)$", ("≤", "95", "%")),
        (r"\(\leq 15.00\) (\text{分钟})", ("≤", "15", "分钟")),
        (r"\>80.00(%)", (">", "80", "%")),
        ("&ge;90.00(%)", ("≥", "90", "%")),
        ("≥ 9 0. 00 (%)", ("≥", "90", "%")),
        ("≥18778.0\n0(人)", ("≥", "18778", "人")),
        ("≥ 42600.00\n(人\n次)", ("≥", "42600", "人次")),
        ("≥90.00(%", ("≥", "90", "%")),
        ("≥90.00(%))", ("≥", "90", "%")),
        ("≥90。5（%）", ("≥", "90.5", "%")),
        ("\u200b≥90.00(%)_x000D_", ("≥", "90", "%")),
        ("'=100(%)", ("=", "100", "%")),
        ("≥90%。", ("≥", "90", "%")),
        ("1 265台", (None, "1265", "台")),
    ],
)
def test_damage_is_mended(text: str, parts: Parts) -> None:
    assert parse_target(text) == Target(*parts)


@pytest.mark.parametrize(
    ("symbol", "spellings"),
    [
        (
            "≥",
            "≥90% ≧90% ⩾90% >=90% ＞＝90% =>90% ≥=90% ﹥﹦90% 不低于90% 不少于90% 不小于90% 不得低于90% 至少90% "
            "大于等于90% 大于或等于90% 达到90% 达到90%以上 90%以上 90%及以上 90%(含)以上 90%以上（含） ≥90%以上 "
            "不低于百分之90",
        ),
        (
            "≤",
            "≤90% ≦90% ⩽90% <=90% ＜＝90% =<90% 不超过90% 不高于90% 不大于90% 不多于90% 不得超过90% 至多90% "
            "小于等于90% 控制在90% 控制在90%以内 90%以内 90%内 90%以下 90%及以下 不超过：90%",
        ),
        (">", ">90% ＞90% ﹥90% 大于90% 超过90% 高于90% 多于90%"),
        ("<", "<90% ＜90% ﹤90% 小于90% 低于90% 少于90% 不足90%"),
        ("=", "=90% ＝90% ﹦90% ==90% 等于90%"),
        (None, "90% ９０％ 90（%） 百分之90 90.0%"),
    ],
)
def test_operators(symbol: str | None, spellings: str) -> None:
    read = {spelling: parse_target(spelling) for spelling in spellings.split()}
    assert read == dict.fromkeys(spellings.split(), Target(symbol, "90", "%"))


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("36个月", "36", "个月"),
        ("3个工作日", "3", "个工作日"),
        ("200人次/年", "200", "人次/年"),
        ("5个/月", "5", "个/月"),
        ("2000元/人/年", "2000", "元/人/年"),
        ("35mg/L", "35", "mg/L"),
        ("2m³", "2", "m³"),
        ("-5℃", "-5", "℃"),
        ("3‰", "3", "‰"),
        ("2个百分点", "2", "个百分点"),
        ("30万元", "30", "万元"),
        ("3万人次", "3", "万人次"),
        ("5000万吨标煤", "5000", "万吨标煤"),
        ("13个项目", "13", "个项目"),
        ("30名学生", "30", "名学生"),
        ("10家医院", "10", "家医院"),
        ("3台(套)", "3", "台(套)"),
        ("0起", "0", "起"),
        ("3次每年", "3", "次每年"),
        ("1.5倍", "1.5", "倍"),
        ("60分贝", "60", "分贝"),
        ("12亩", "12", "亩"),
    ],
)
def test_numbers_without_operator(text: str, number: str, unit: str) -> None:
    assert parse_target(text) == Target(None, number, unit)


@pytest.mark.parametrize(
    "text",
    ["80-90%", "80%-90%", "≥80-90%", "10~20天", "10～20天", "90±5", "1:1", "1/3", "7×24小时", "≥90%/95%", "10至20天",
     "2024年12月底前", "2024-12-31", "2023.07-2024.01", "2024.07", "20241231", "2024年", "2024年度", "3月",
     "12月底前完成", "≤12月31日", "≤2024年12月", "2024年内", "3月内", "12月底前", "2020年机房改造",
     "2024年6月30日前", "第3季度", "15日前", "≥90%；≤5天", "≥90%,≤5天", "≥50个和10家", "5(次)、3(个)",
     "90%以上\n5天以内", "10 20", "≥90%且≤95%", "≤90%以上", "三级等保", "2级等保", "合格", "不发生", "及时",
     "零投诉", "安全", "985高校", "120急救", "5G", "5A级", "3D打印", "1号楼", "24小时响应", "30天内完成",
     "7个工作日内完成", "100%覆盖", "100%完成", "0事故", "≥90%的居民", "每年3次", "约90%", "90%左右", "较上年增长5%",
     "满意度≥90%", "按照项目预算执行", "《2024年工作方案》", "X个", "**", "-", "/", "≥", "≥及时", "1,00", "≥1,00个"],
)  # fmt: skip
def test_what_is_no_quantity_stays_text(text: str) -> None:
    target = parse_target(text)
    assert target == Target("定性", unwrap(text), None)
    assert target.text == unwrap(text)
    assert number_value(target) is None


def test_wrapped_text_is_joined_and_its_punctuation_kept() -> None:
    assert parse_target("提升信息系统应用\n效率").text == "提升信息系统应用效率"
    assert parse_target(" 完成（一期），１００％覆盖\n；合格 ").text == "完成（一期），１００％覆盖；合格"


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("》90%", True),
        ("《 7天", True),
        ("》", True),
        ("≥90%", False),
        ("《数据安全法》", False),
        ("及时", False),
        ("", False),
    ],
)
def test_doubtful_symbol(text: str, doubtful: bool) -> None:
    assert doubtful_symbol(text) is doubtful


def test_doubtful_symbols_are_read_all_the_same() -> None:
    assert parse_target("》90%") == Target("≥", "90", "%")
    assert parse_target("《=7（天）") == Target("≤", "7", "天")


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        (("≥", 90, "%"), ("≥", "90", "%")),
        (("≥", 90.0, "％"), ("≥", "90", "%")),
        ((">=", 0.1 + 0.2, "（元）"), ("≥", "0.3", "元")),
        (("≤", "30", "万元"), ("≤", "30", "万元")),
        (("不超过", "1，000.50", "人 次"), ("≤", "1000.5", "人次")),
        (("大于等于（≥）", Decimal("90.00"), "百分数"), ("≥", "90", "百分数")),
        (("以内", 7, "天"), ("≤", "7", "天")),
        (("》", 90, "%"), ("≥", "90", "%")),
        ((r"$\ge$", "90", "%"), ("≥", "90", "%")),
        (("＝", "９０．００", None), ("=", "90", None)),
        (("=", "90%", None), ("=", "90", "%")),
        (("=", "90%", "百分数"), ("=", "90", "百分数")),
        (("=", "30万", "元"), ("=", "30", "万元")),
        (("≥", "≥90%", None), ("≥", "90", "%")),
        (("≥", "90%以上", None), ("≥", "90", "%")),
        ((None, "≥90%", None), ("≥", "90", "%")),
        ((None, "≥90", "%"), ("≥", "90", "%")),
        ((None, 985, "米"), (None, "985", "米")),
        ((None, 2024.07, None), (None, "2024.07", None)),
        ((None, "2024.07", "万元"), (None, "2024.07", "万元")),
        (("", " ", "\u3000"), (None, None, None)),
        ((None, None, None), (None, None, None)),
        (("≥", None, "%"), ("≥", None, "%")),
        (("≥90%", None, None), ("≥", "90", "%")),
        (("约", 90, "%"), ("约", "90", "%")),
        (("√", "360", "台次"), ("√", "360", "台次")),
        (("~", 24, None), ("~", "24", None)),
        (("约", "九成", "%"), ("定性", "约九成%", None)),
        (("≥", "95.5.", "%"), ("≥", "95.5.", "%")),
        (("≥", "95.", "%"), ("≥", "95", "%")),
        (("定性", "及时", None), ("定性", "及时", None)),
        (("定性", "及时", "/"), ("定性", "及时", None)),
        (("定性", "≥90%", None), ("定性", "≥90%", None)),
        (("定性", 90, "%"), ("定性", "90", "%")),
        (("定性", None, None), ("定性", None, None)),
        ((None, "不断\n提高", None), ("定性", "不断提高", None)),
        ((None, "及时", "/"), ("定性", "及时", None)),
        ((None, "80-90", "%"), ("定性", "80-90", None)),
        ((None, datetime(2024, 12, 31), None), ("定性", "2024-12-31", None)),
        ((None, date(2024, 12, 31), None), ("定性", "2024-12-31", None)),
        (("≥", "及时", None), ("≥", "及时", None)),
        (("≥", "80-90", "%"), ("≥", "80-90", "%")),
        (("≥", "≤5", "天"), ("≥", "≤5", "天")),
        (("≥", "90%", "分"), ("≥", "90%", "分")),
        ((None, float("nan"), None), (None, None, None)),
        (("=", True, None), ("=", "TRUE", None)),
        (("≥", "3万份", "份"), ("≥", "3", "万份")),
        (("=", "6场/年", "场"), ("=", "6", "场/年")),
        (("≥", "6场", "场/年"), ("≥", "6", "场/年")),
        (("≥", "3份", "万份"), ("≥", "3份", "万份")),
    ],
)
def test_join_target(cells: tuple[str | None, str | float | None, str | None], parts: Parts) -> None:
    assert join_target(*cells) == Target(*parts)


def test_number_value() -> None:
    values = [number_value(Target(*parts)) for parts in (("≥", "90.5", "%"), (None, "-3", None), ("≥", "及时", None), ("定性", "90", None))]
    assert values == [Decimal("90.5"), Decimal(-3), None, None]


def test_symbols_are_the_contracts() -> None:
    assert SYMBOLS == ("≥", ">", "=", "<", "≤", "定性")


NUMBERS = st.decimals(-(10**12), 10**12, places=4, allow_nan=False, allow_infinity=False).map(
    lambda number: f"{number:f}".rstrip("0").rstrip(".") if number else "0"
)
WORDS = st.text("个次人家小时%/·一二3mgL年月内前以上完成", min_size=1, max_size=8)
UNITS = st.none() | st.recursive(
    WORDS,
    lambda inner: st.tuples(WORDS, inner, st.just("") | WORDS).map(lambda it: f"{it[0]}({it[1]}){it[2]}"),
    max_leaves=4,
)
PROSE = st.text("不断提高及时三级等保，。（）、按照项目预算执行AB ", min_size=1, max_size=20)


@given(st.sampled_from([*OPERATORS, None]), NUMBERS, UNITS)
def test_printed_quantities_read_back(symbol: str | None, number: str, unit: str | None) -> None:
    target = Target(symbol, number, unit)

    # Printed bare, 2024.07 reads as a month.
    assume(symbol or unit or not 1900 <= abs(Decimal(number)) < 2100)
    assert target.text is not None
    assert parse_target(target.text) == target
    assert parse_target(f" {target.text.replace('(', ' （').replace(')', '）')}\n") == target
    assert join_target(symbol, number, unit) == target
    assert number_value(target) == Decimal(number)


@given(PROSE)
def test_prose_reads_back(prose: str) -> None:
    target = parse_target(prose)
    assert target.symbol == ("定性" if prose.strip() else None)
    assert squeeze(target.text or "") == squeeze(prose)
    assert parse_target(target.text or "") == target


@given(st.lists(st.sampled_from([*"0123456789.,-~%≥≤<>=》个天月年前后内上；。 \n", "以", "(%)", "（次（含）/年）", "\\ge "])))
def test_any_text_is_read_and_what_is_printed_reads_the_same(pieces: list[str]) -> None:
    text = "".join(pieces)

    # Two numbers on two lines stay text, but printed on one line they look like one number with blanks.
    assume(not re.search(r"\d\s*\n\s*\d", text))
    target = parse_target(text)
    assert target.symbol in (*SYMBOLS, None)
    if target.symbol != "定性" and target.number is not None:
        assert number_value(target) is not None
    if target.symbol or target.unit:
        assert parse_target(target.text or "") == target


@given(st.sampled_from(OPERATORS), st.floats(-1e12, 1e12, allow_nan=False), st.sampled_from(["%", "个", None]))
def test_float_cells_print_as_excel_shows_them(symbol: str, number: float, unit: str | None) -> None:
    value = number_value(join_target(symbol, number, unit))
    assert value is not None
    assert float(value) == pytest.approx(number, rel=1e-14, abs=1e-300)
