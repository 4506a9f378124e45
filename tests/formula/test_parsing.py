"""What a formula may say: mistakes with their place and token, names, functions, and the tolerated spellings."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.formula import FormulaError, compile_formula, to_excel
from toolkit.formula.parser import parse

NAMES = {"甲", "乙", "项目名称", "单位.项目名称", "全部.三级指标", "_x", "\\y", "年度2024"}
LISTS = {"正向词"}


@pytest.mark.parametrize(
    ("text", "position", "token", "message"),
    [
        ("", 1, "", "公式是空的"),
        ("=", 1, "", "公式是空的"),
        ("甲+", 3, "", "公式不完整，后面缺少内容"),
        ("=甲+*乙", 4, "*", "这里应当是数字、文本、字段名或函数"),
        ("(甲", 3, "", "缺少右括号"),
        ("甲)", 2, ")", "右括号多了，前面没有对应的左括号"),
        ("甲 乙", 3, "乙", "前面缺少运算符"),
        ("甲,乙", 2, ",", "这里不能有逗号或分号，只有函数的参数才用逗号隔开"),
        ("SUM(甲", 6, "", "函数 SUM 缺少右括号或逗号"),
        ('"甲', 1, '"', "文本缺少右边的引号"),
        ("甲=“乙”", 3, "“", '请用英文双引号 "'),
        ("甲≥1", 2, "≥", "请写成 >="),
        ("丙", 1, "丙", "没有这个字段或名称"),
        ("甲+单位.甲", 3, "单位.甲", "没有这个字段或名称"),
        ("含任一(甲,列表.反向词)", 7, "列表.反向词", "代码表里没有这个列表，是不是 列表.正向词？"),
        ("1+SUMM(甲)", 3, "SUMM", "没有这个函数，是不是 SUM？"),
        ("甲乙丙丁(1)", 1, "甲乙丙丁", "没有这个函数"),
        ("ROUND(甲)", 1, "ROUND", "应当有 2 个参数，现有 1 个"),
        ("IF(甲,1,2,3)", 1, "IF", "应当有 2 至 3 个参数，现有 4 个"),
        ("SUM()", 1, "SUM", "应当有至少 1 个参数，现有 0 个"),
        ("甲<1E309", 3, "1E309", "数字太大，Excel 最大到 1.79E+308"),
        ("-" * 65 + "甲", 65, "-", "正负号连写超过 64 层"),
        ("甲" + "%" * 65, 66, "%", "百分号连写超过 64 层"),
        ("COUNTIFS(甲,1,乙)", 1, "COUNTIFS", "应当有 2 个或再加 2 的倍数个参数，现有 3 个"),
        ("COUNTIF(甲+1,1)", 1, "COUNTIF", "第 1 个参数必须是字段、整列（全部.…）或列表，不能是算式"),
        ("甲+C3", 3, "C3", "规则里不能写单元格地址，请写字段名"),
        ("XFD1", 1, "XFD1", "规则里不能写单元格地址，请写字段名"),
        ("甲+a1048576", 3, "a1048576", "规则里不能写单元格地址，请写字段名"),
        ("XFE1", 1, "XFE1", "没有这个字段或名称"),
        ("A1048577", 1, "A1048577", "没有这个字段或名称"),
        ("A0", 1, "A0", "没有这个字段或名称"),
        ("SUM($C$3)", 5, "$C$3", "规则里不能写单元格地址，请写字段名"),
        ("SUM(甲:乙)", 5, "甲", "规则里不能写单元格区域，请写字段名（整列写“全部.字段名”）"),
        ("Sheet1!甲", 1, "Sheet1", "规则里不能引用工作表，请写字段名"),
        ("'表 1'!甲", 1, "'", '规则里不能引用工作表，请写字段名；文本请用英文双引号 " 括起来'),
        ("[1]甲", 1, "[", "规则里不能引用其他文件或表格列，请写字段名"),
        ("3个", 1, "3个", "名称不能以数字开头，数字后面缺少运算符"),
        ("{1,2;3}", 7, "}", "数组常量各行的个数不一致"),
        ("{1,甲}", 4, "甲", "数组常量里只能写数字、文本、TRUE、FALSE 或错误值"),
        ("甲?", 2, "?", "公式里不能有这个字符"),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, position: int, token: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula(text, NAMES, LISTS)
    error = caught.value
    assert (error.position, error.token, error.message) == (position, token, message)


def test_the_text_of_a_mistake_says_where() -> None:
    with pytest.raises(FormulaError) as caught:
        compile_formula("甲+C3", NAMES)
    assert str(caught.value) == "第 3 个字符“C3”：规则里不能写单元格地址，请写字段名"
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_sixty_four_levels_nest_and_one_more_does_not() -> None:
    assert compile_formula("(" * 64 + "1" + ")" * 64, NAMES).evaluate({}) == 1
    assert compile_formula("ABS(" * 64 + "甲" + ")" * 64, NAMES).evaluate({"甲": -1}) == 1
    with pytest.raises(FormulaError, match="嵌套超过 64 层"):
        compile_formula("(" * 65 + "1" + ")" * 65, NAMES)


def test_a_sum_of_a_thousand_terms_is_no_depth() -> None:
    assert compile_formula("+".join(["甲"] * 1000), NAMES).evaluate({"甲": 1}) == 1000
    assert compile_formula("&".join(["甲"] * 1000), NAMES).evaluate({"甲": "a"}) == "a" * 1000


def test_a_formula_knows_what_it_uses() -> None:
    text = "=IFS(甲>1,含任一(单位.项目名称,列表.正向词),TRUE,相似度(甲,全部.三级指标)>0.9)"
    formula = compile_formula(text, NAMES, LISTS)
    assert formula.names == {"甲", "单位.项目名称", "列表.正向词", "全部.三级指标"}
    assert formula.functions == {"IFS", "含任一", "相似度"}
    assert formula.modern == {"IFS"}
    assert formula.engine_only == {"相似度"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("＝甲＋乙", 3),
        ("（甲＋乙）＊2", 6),
        ('IF（甲＝1，"（是）"，2）', "（是）"),
        (" = 甲 + 乙 ", 3),
        ("　甲\n+\t乙", 3),
        ("round(甲,0)", 1),
        ("true", True),
        ("_x+\\y+年度2024", 60),
        ("#n/a=1", compile_formula("#N/A", NAMES).evaluate({})),
    ],
)
def test_tolerated_spellings(text: str, value: object) -> None:
    env = {"甲": 1, "乙": 2, "_x": 10, "\\y": 20, "年度2024": 30}
    assert compile_formula(text, NAMES).evaluate(env) == value


def test_names_may_be_asked_of_a_function() -> None:
    assert compile_formula("甲.乙+1", lambda name: name.startswith("甲.")).evaluate({"甲.乙": 1}) == 2
    with pytest.raises(FormulaError, match="第 3 个字符“乙”：没有这个字段或名称$"):
        compile_formula("1+乙", lambda name: name.startswith("甲."))


def test_a_formula_survives_pickling() -> None:
    formula = compile_formula("SUM(甲,{1,2})*2", NAMES)
    again = pickle.loads(pickle.dumps(formula))
    assert again == formula
    assert again.evaluate({"甲": 1}) == 8


_LEAVES = st.sampled_from(["甲", "乙", "1", "0.5", '"a""b"', "TRUE", "#N/A", '{1,-2;"x",FALSE}'])


def _composed(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">="])
    return st.one_of(
        st.tuples(parts, signs, parts).map("".join),
        parts.map(lambda part: f"({part})"),
        parts.map(lambda part: f"-{part}"),
        parts.map(lambda part: f"{part}%"),
        st.tuples(parts, parts).map(lambda pair: f"IF({pair[0]},,{pair[1]})"),
    )


@given(st.recursive(_LEAVES, _composed, max_leaves=12))
def test_rendering_with_the_names_as_addresses_gives_the_same_tree(text: str) -> None:
    formula = compile_formula(text, NAMES)
    again = to_excel(formula, address=lambda name: name, list_address=lambda name: name)
    assert again == text
    assert parse(again) == formula.tree
