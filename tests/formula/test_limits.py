"""What no formula and no unit's text may do: stop the program, hold it up, or give what a cell cannot hold."""

from __future__ import annotations

from random import Random

import pytest

from tests.fuzz import formulas
from toolkit.formula import TOO_MUCH, FormulaError, compile_formula, hopeless_part
from toolkit.values.errors import NA, NUM, VALUE

TEXTS = {
    "文": "a" * 32767,
    "数": "1E309",
    "列": ["a" * 2000, "aab", None] * 20,
    "长列": ["甲", 1, None] * 4000,
    "异列": list(range(12000)),
    "散": "😀\ud83d率",
    "列表.无": [],
}


def calculate(text: str) -> object:
    return compile_formula(text, TEXTS, {"无"}).evaluate(TEXTS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('SEARCH("*a*a*a*a*a*a*b",文)', VALUE),
        ('SEARCH("a?*a*a",文)', 1),
        ('COUNTIF(列,"*a*a*a*a*a*a*a*a*a*b")', 0),
        ('COUNTIF(列,"a*a?")', 40),
        ('COUNTIF(列,"a*ab")', 20),
        ('MATCH("*a*a*a*a*a*a*b",列,0)', NA),
        ('MATCH("a~*",{"aa";"A*"},0)', 2),
        ("MATCH(文,文,0)", NA),
        ('SEARCH(文&"*",文)', VALUE),
        ("LEN(散)", 4),
        ("LEFT(散,1)", "\ufffd"),
        ("LEFT(散,2)", "😀"),
        ("MID(散,3,1)", "\ufffd"),
        ("MID(散,1,4)", "😀\ufffd率"),
        ("RIGHT(散,1)", "率"),
        ('FIND("率",散)', 4),
        ('SEARCH("?率",散)', 3),
        ('REPLACE(散,3,1,"")', "😀率"),
        ("数+1", VALUE),
        ('"-1E309%"+0', VALUE),
        ("MOD(1E308,1E-308)", NUM),
        ("SUMPRODUCT({1E308,1},{1E308,-1})", NUM),
        ("CEILING(1.79E308,1E308)", NUM),
        ("CEILING(123456789012345678,0.01)", 1.23456789012345e17),
        ('REPT("",1E300)', ""),
        ('REPT("甲",99999)', VALUE),
        ("文&文", VALUE),
        ('UPPER(REPT("ß",20000))', VALUE),
        ('TEXT(1,REPT("0",300))', VALUE),
        ('TEXT(1E300,"yyyy")', VALUE),
        ('TEXT(1E308,REPT("%",200)&"0")', VALUE),
        ('TEXTJOIN(列表.无,列表.无,"甲","乙")', "甲乙"),
        ("IFS(FALSE,1,{TRUE;FALSE},2,TRUE,3)", [2, 3]),
        ('SWITCH({1;2;3},1,"甲",2,"乙","丙")', ["甲", "乙", "丙"]),
        ("COUNTIF(长列,长列)", [4000, 4000, 0] * 4000),
        ('COUNTIF(长列,长列&"*")', [4000, 0, 4000] * 4000),
        ('COUNTIF(长列,异列&"*")', TOO_MUCH),
        ("COUNTIF(长列,长列)*" * 2000 + "1", TOO_MUCH),
        ("SUMPRODUCT(LEN(REPT(长列,32767)))", TOO_MUCH),
        ("SUM(长列*" + "{" + ",".join("1" * 2000) + "})", TOO_MUCH),
    ],
)
def test_limits(text: str, value: object) -> None:
    assert calculate(text) == value


@pytest.mark.parametrize(
    "text",
    ["(" * 65 + "1" + ")" * 65, "(" * 40 + "1" + ")^1*1+1&1=1" * 40, "1E309", "-" * 65 + "1", "IF(TRUE," * 65 + "1" + ")" * 65],
)
def test_what_goes_too_far_is_refused_beforehand(text: str) -> None:
    with pytest.raises(FormulaError, match="层|太大"):
        compile_formula(text, ())


def test_branches_as_deep_as_excel_has_them() -> None:
    assert compile_formula("IF(TRUE," * 64 + "7" + ")" * 64, ()).evaluate({}) == 7
    assert compile_formula("IFS(" + "FALSE,1," * 126 + "TRUE,2)", ()).evaluate({}) == 2


@pytest.mark.parametrize(
    ("text", "error"), [("列+MOD(1E308,1E-308)", NUM), ('LEN(列)<REPT("甲",99999)', VALUE), ("IFERROR(1/0,列)", None), ("列/0", None)]
)
def test_constants_that_never_give_a_value_are_seen_beforehand(text: str, error: object) -> None:
    found = hopeless_part(compile_formula(text, TEXTS))
    assert (found and found[1]) == error


def test_random_formulas() -> None:
    """A sample; `make fuzz` goes on."""
    for seed in range(3000):
        formulas.run(formulas.case(Random(seed)))
