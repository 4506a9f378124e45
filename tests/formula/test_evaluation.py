"""What formulas give: what Excel gives when they are entered as array formulas. (See also test_oracle.)"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.formula import Array, compile_formula, top_left
from toolkit.values.errors import DIV0, NA, NUM, REF, VALUE

ENV: dict[str, object] = {
    "年度资金申请总额": 960000.3,
    "当年财政拨款": 900000.1,
    "上年结转资金": 60000.2,
    "年度其他资金": None,
    "三级指标": "设备年平均完好率",
    "符号": "≤",
    "数值": "95.00",
    "空": None,
    "空文": "",
    "错": REF,
    "真": True,
    "一级": "产出指标",
    "列": ["数量", None, "质量", "数量", 5],
    "无行": [],
    "列表.正向词": ["完好率", None, "合格率", "*", ""],
    "列表.反向词": ["故障率", "率"],
    "列表.产出指标": ["数量指标", "质量指标"],
}


def calculate(text: str) -> object:
    return compile_formula(text, ENV, {"正向词", "反向词", "产出指标"}).evaluate(ENV)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("ROUND(年度资金申请总额-当年财政拨款-上年结转资金-年度其他资金,2)=0", True),
        ("年度资金申请总额-当年财政拨款-上年结转资金-年度其他资金=0", True),
        ("年度资金申请总额>当年财政拨款", True),
        ("年度其他资金=0", True),
        ('年度其他资金=""', True),
        ("空=空文", True),
        ("年度其他资金+1", 1),
        ("三级指标+1", VALUE),
        ("数值*2", 190),
        ("错+1", REF),
        ("IF(错>0,1,2)", REF),
        ("IFERROR(错,0)", 0),
        ('IF(符号="≤",1/0,2)', DIV0),
        ('IF(符号="≥",1/0,2)', 2),
        ("-2^2", 4),
        ("2^3^2", 64),
        ("0.1+0.2-0.3", 0),
        ("0.1+0.2-0.3=0", True),
        ("0.1+0.2-0.3-空=0", True),
        ("SUM({0.1;0.5}+0.2-{0.3;0.7})", 5.551115123125783e-17),
        ("(0.1+0.2-0.3)=0", False),
        ("ROUND(2.675,2)", 2.68),
        ("ROUND(-2.5,0)", -3),
        ("ROUND(1234.5,-2)", 1200),
        ("DATE(1900,2,29)", 60),
        ("DATE(2024,12,31)+1<=EDATE(DATE(2024,1,1),12)", True),
        ("EOMONTH(DATE(2024,1,31),1)=DATE(2024,2,29)", True),
        ('TEXT(45657,"yyyy年m月d日")', "2024年12月31日"),
        ('TEXT(45657,"aaaa")', "星期二"),
        ('TEXT(1234567.891,"#,##0.00")', "1,234,567.89"),
        ("ROUND(5,-309)", 0),
        ("ROUND(12345678901234567890,-1)", 1.23456789012345e19),
        ("ROUNDUP(-1.21,1)", -1.3),
        ("ROUNDDOWN(-1.29,1)", -1.2),
        ("TRUNC(-1.9)", -1),
        ("CEILING(-2.5,2)", -2),
        ("CEILING(-2.5,-2)", -4),
        ("CEILING(2.5,-2)", NUM),
        ("FLOOR(-2.5,2)", -4),
        ("FLOOR(-2.5,-2)", -2),
        ("FLOOR(2.5,0)", DIV0),
        ("相符(1,2,1,400)", NUM),
        ("相符(1,2,1,-400)", DIV0),
        ("相符(1,2,1E308,-20)", NUM),
        ("相符(100,101,2,0)", True),
        ("相符(100,101.5,2,0)", False),
        ('TEXT(1234.5,"0.00E+00")', "1.23E+03"),
        ('TEXT(0.00012,"0.0E-0")', "1.2E-4"),
        ('TEXT(1200,"0.0E-0")', "1.2E3"),
        ('TEXT(5.5,"?0.??")', " 5.5 "),
        ('TEXT(1234567,"#,##0,")', "1,235"),
        ('TEXT(1234567,"0.0,,")', "1.2"),
        ('TEXT(-1234.5,"#,##0.0;(#,##0.0)")', "(1,234.5)"),
        ('TEXT("甲","0;0;0;<@>")', "<甲>"),
        ('TEXT("甲",";;;")', ""),
        ('TEXT("甲","第@号")', "第甲号"),
        ('TEXT(5,"0_);(0)")', "5 "),
        ('TEXT(5,"??0")', "  5"),
        ('TEXT(50,"000")', "050"),
        ('TEXT(45657,"yyy")', "2024"),
        ('TEXT("甲","0")', "甲"),
        ('TEXT(0,"0;-0;""零""")', "零"),
        ('TEXT(45657.75,"h:mm AM/PM")', "6:00 PM"),
        ('TEXT(45657.02,"h:mm a/p")', "12:28 A"),
        ('TEXT(1.5,"[h]:mm:ss")', "36:00:00"),
        ('TEXT(45657,"mmmm d, dddd")', "December 31, Tuesday"),
        ('TEXT(45657,"mmm ddd mmmmm")', "Dec Tue D"),
        ('TEXT(-1,"yyyy")', VALUE),
        ('TEXT(2958466,"yyyy")', VALUE),
        ('TEXT(1,"\\a0")', "a1"),
        ('TEXT(0.5,"#.##")', ".5"),
        ('TEXT(12,"0.0%")', "1200.0%"),
        ('TEXT(5,"General""个""")', "5个"),
        ('TEXT(TRUE,"0")', "TRUE"),
        ('TEXT("1,000","0")', "1000"),
        ("SUM(列)", 5),
        ('SUM("3",4)', 7),
        ("SUM(数值,1)", 1),
        ("SUM(IF(TRUE,数值,0),1)", 1),
        ('SUM(IF(TRUE,数值&"",0),1)', 96),
        ('COUNTIF(列,"数量")', 2),
        ('COUNTIF(列,"<>")', 4),
        ('COUNTIFS(列,"<>",列,"*量")', 3),
        ('SUMIF(列,"<>",列)', 5),
        ('SUMIF(列,"<9",列)', 5),
        ('SUMIF(列,">9",列)', 0),
        ("COUNTIF(列,列)", [2, 0, 1, 2, 1]),
        ('COUNTIF(列,"?量")', 3),
        ('OR(一级={"成本指标","产出指标"})', True),
        ("OR(ISNUMBER(FIND(列表.反向词,三级指标)))", True),
        ('MATCH(一级,{"成本指标","产出指标"},0)', 2),
        ('INDIRECT("列表."&一级)', ["数量指标", "质量指标"]),
        ('COUNTIF(INDIRECT("列表."&一级),"质量指标")', 1),
        ('INDIRECT("列表.没有")', REF),
        ('TEXTJOIN("-","true","甲","","乙")', "甲-乙"),
        ('TEXTJOIN("-","FALSE","甲","","乙")', "甲--乙"),
        ('TEXTJOIN("-","是","甲")', VALUE),
        ('TEXTJOIN("-",0,"甲",空,"乙")', "甲--乙"),
        ('TEXTJOIN({"-","+"},1,"甲","乙",{"丙","丁"})', "甲-乙+丙-丁"),
        ('TEXTJOIN("-",错,"甲")', REF),
        ('TEXTJOIN("-",TRUE,"甲",错)', REF),
        ("TEXTJOIN(错,TRUE,1/0)", REF),
        ("ROWS(列)", 5),
        ("INDEX(列,3)", "质量"),
        ("INDEX(列,9)", REF),
        ('列="数量"', [True, False, False, True, False]),
        ("列&{1,2}", Array([[f"{a}{b}" for b in "12"] for a in ("数量", "", "质量", "数量", "5")])),
        ("{1;2;3}+{1;2}", [2, 4, NA]),
        ("SUM(无行)", 0),
        ("COUNTA(无行)", 0),
        ("SUMPRODUCT((LEN(无行)>0)*1)", 0),
        ("MATCH(1,无行,0)", NA),
        ("LARGE(无行,1)", NUM),
    ],
)
def test_value(text: str, value: object) -> None:
    result = calculate(text)
    assert result == value
    assert isinstance(result, bool) == isinstance(value, bool)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("DATE(2024,13,1)=DATE(2025,1,1)", True),
        ("DATE(2025,0,31)=DATE(2024,12,31)", True),
        ("DATE(2025,3,0)=DATE(2025,2,28)", True),
        ("DATE(2025,1,-1)=DATE(2024,12,30)", True),
        ("DATE(24,1,1)=DATE(1924,1,1)", True),
        ("DATE(1899,1,1)=DATE(3799,1,1)", True),
        ("DATE(1900,1,1)", 1),
        ("DATE(1900,1,0)", 0),
        ("DATE(1900,0,1)", NUM),
        ("DATE(-1,1,1)", NUM),
        ("DATE(9999,12,31)", 2958465),
        ("DATE(9999,13,1)", NUM),
        ("DATE(10000,1,1)", NUM),
        ("YEAR(-1)", NUM),
        ("YEAR(0)", 1900),
        ("YEAR(2958465.9)", 9999),
        ("YEAR(2958466)", NUM),
        ("MONTH(45657.9)", 12),
        ("DAY(60)", 29),
        ("EDATE(45657,2)=DATE(2025,2,28)", True),
        ("EDATE(45657,-10)=DATE(2024,2,29)", True),
        ("EDATE(45657,1.9)=DATE(2025,1,31)", True),
        ("EDATE(1,-1)", NUM),
        ("EDATE(2958465,1)", NUM),
        ("EOMONTH(45657,-10)=DATE(2024,2,29)", True),
        ("EOMONTH(45657,0)", 45657),
        ("EOMONTH(1,-1)", NUM),
        ("EOMONTH(-1,0)", NUM),
        ('DATEVALUE(" 2024-12-31 ")', 45657),
        ('DATEVALUE("2024年12月31日")', 45657),
        ('DATEVALUE("12月")', VALUE),
        ("WEEKDAY(-1)", NUM),
        ("WEEKDAY(45657,4)", NUM),
        ("WEEKDAY(45657,10)", NUM),
        ("WEEKDAY(45657,18)", NUM),
    ],
)
def test_dates(text: str, value: object) -> None:
    assert calculate(text) == value


def test_weekdays_are_counted_from_any_day() -> None:
    sunday = 45655
    first = {1: 0, 2: 1, 11: 1, 12: 2, 13: 3, 14: 4, 15: 5, 16: 6, 17: 0}
    for kind, day in first.items():
        assert [calculate(f"WEEKDAY({sunday + day + further},{kind})") for further in range(7)] == [1, 2, 3, 4, 5, 6, 7], kind
    assert [calculate(f"WEEKDAY({sunday + 1 + further},3)") for further in range(7)] == [0, 1, 2, 3, 4, 5, 6]
    assert [calculate(f"WEEKDAY({sunday + further})") for further in range(7)] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("含任一(三级指标,列表.正向词)", True),
        ("含任一(符号,列表.正向词)", False),
        ("含任一(空,列表.正向词)", False),
        ('含任一("设备*",列表.正向词)', True),
        ("含任一(错,列表.正向词)", REF),
        ("结尾任一(三级指标,列表.正向词)", True),
        ("开头任一(三级指标,列表.正向词)", False),
        ('等于任一("合格率",列表.正向词)', True),
        ('等于任一("",列表.正向词)', False),
        ("最后位置(三级指标,列表.正向词)", 8),
        ('最后位置("率高的完好率投诉",列表.反向词)', 6),
        ("最后位置(空,列表.反向词)", 0),
        ('最后位置("无",列表.反向词)', 0),
        ('含任一(列,{"量","质"})', [True, False, True, True, False]),
    ],
)
def test_list_functions(text: str, value: object) -> None:
    assert calculate(text) == value


def test_the_match_that_ends_last_decides_the_direction() -> None:
    formula = compile_formula("最后位置(名,列表.好)>最后位置(名,列表.坏)", {"名"}, {"好", "坏"})
    lists = {"列表.好": ["及时率", "执行率", "满意度"], "列表.坏": ["投诉", "支出", "故障率"]}
    names = {"投诉处理及时率": True, "支出执行率": True, "满意度投诉": False, "设备故障率": False}
    assert {name: formula.evaluate({"名": name, **lists}) for name in names} == names


def test_a_name_that_is_not_there_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError, match="空"):
        compile_formula("空+1", ENV).evaluate({})


def test_an_array_result_shows_its_first_element_in_a_cell() -> None:
    assert top_left(calculate('列&"x"')) == "数量x"


def test_evaluation_does_not_change_what_the_caller_passed() -> None:
    before = list(ENV["列"])  # type: ignore[call-overload]
    calculate("SUMPRODUCT(--(LARGE(ROWS(列)+{1,2},1)>0))")
    calculate("SMALL(列,1)")
    assert ENV["列"] == before


@given(st.decimals(-(10**9), 10**9, places=4), st.integers(-3, 3))
def test_rounding_is_half_away_from_zero_on_the_decimal_digits(number: Decimal, digits: int) -> None:
    exact = number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    result = compile_formula("ROUND(数,位)", {"数", "位"}).evaluate({"数": float(number), "位": digits})
    assert result == float(exact)


@given(st.integers(61, 2958465))
def test_dates_go_there_and_back(serial: int) -> None:
    formula = compile_formula("DATE(YEAR(日),MONTH(日),DAY(日))", {"日"})
    assert formula.evaluate({"日": serial}) == serial
    assert compile_formula('DATEVALUE(TEXT(日,"yyyy-mm-dd"))', {"日"}).evaluate({"日": serial}) == serial


@given(st.text(alphabet="产出率aA*?~", max_size=6), st.lists(st.text(alphabet="产出率aA*?~", max_size=3), max_size=4))
def test_list_functions_take_words_literally(text: str, words: list[str]) -> None:
    env = {"文": text, "列表.词": words}
    filled = [word for word in words if word]
    found = {
        name: compile_formula(f"{name}(文,列表.词)", {"文"}, {"词"}).evaluate(env)
        for name in ("含任一", "等于任一", "开头任一", "结尾任一")
    }
    assert found == {
        "含任一": any(word in text for word in filled),
        "等于任一": text in filled,
        "开头任一": any(text.startswith(word) for word in filled),
        "结尾任一": any(text.endswith(word) for word in filled),
    }
