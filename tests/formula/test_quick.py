"""The quick ways of calculating give what the full one gives: a formula alone, computed fields, and the rules of a scope at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import product
from random import Random

import pytest

from tests.fuzz import formulas
from toolkit.forms.computed import Names
from toolkit.formula import FormulaError, compile_formula
from toolkit.formula.coerce import to_text
from toolkit.formula.compiler import Formula
from toolkit.formula.directly import NotPlain
from toolkit.formula.effort import TOO_MUCH, within_limit
from toolkit.formula.generate import generate
from toolkit.formula.judge import LONGEST, MOST, Judge, Remembered
from toolkit.formula.operators import BINARY
from toolkit.formula.quick import Surroundings, Together, within
from toolkit.values.errors import VALUE, ErrorValue

WORDS: dict[str, list[object]] = {
    "列表.词": ["率", None, "完好率", "*", "aA", "高率"],
    "列表.一": ["率"],
    "列表.无": [],
    "列表.值": [1, None, "1", "率", 95.0, ""],
}
TEXTS = (
    "",
    " ",
    "　",
    "产出指标",
    "设备完好率",
    "定性",
    "≥",
    "%",
    "95.00",
    " 12 ",
    "1E3",
    "2024-2-29",
    "TRUE",
    "aA*?~",
    "😀率",
    "无。",
    "*",
    "（率）",
    "X",
)
VALUES = (None, "", True, False, 0, 1, -2, 0.1, 0.3, 2.675, 95.0, 45292.0, 1e308, -0.0, *TEXTS)
NAMES = ("甲", "乙", "丙", "丁")

# Patterns that are written in a way of their own, over random values.
SPECIAL = (
    "LEN(TRIM(甲))>0", "LEN(TRIM(甲))=0", '甲="定性"', '甲<>"定性"', '甲=""', '甲<>""', '甲="A"', '"≥"=甲', "甲=乙", "甲<>乙", "甲<=乙", "甲>乙",
    'OR(甲={"定性","≥"})', 'OR(甲={"a","≥"})', 'AND(甲={"定性","≥"})', 'OR(ISNUMBER(FIND({"率","*"},甲)),TRIM(甲)={"-","率"})',
    'ISNUMBER(FIND("率",甲))', 'ISERROR(FIND("率",甲))', "ISNUMBER(甲*1)", "IFERROR(甲*1,0)", "IFERROR(甲*1,乙)", "ISNUMBER(甲)", "AND(甲,乙)", "OR(甲>1,乙*1>2)",
    "OR(TRUE,乙*1>2)", "AND(FALSE,乙*1>2)", "IF(甲=乙,丙*1,丁)", "IF(甲,乙,丙)", "IF(甲>0,乙)", "IF(甲>0,,乙)", "NOT(甲=乙)", "甲-乙-丙", "甲+乙-丙", "(甲+乙)-丙", "甲*乙",
    "-甲", "甲&乙", "LEN(甲&乙)", "MAX(甲,乙)", "MIN(甲*1,乙)", "MAX(LEN(甲),LEN(乙))", "MAX(甲,乙,丙)", "MIN(甲,乙,3)", "MAX(甲)", "SUM(甲,乙)", "SUM(甲,乙,1)-丙", "LEFT(甲,2)", "RIGHT(甲,0)", "RIGHT(甲,2)",
    'SUBSTITUTE(甲,"率","")', 'SUBSTITUTE(甲," ","")=甲', 'SUBSTITUTE(甲,"","x")', 'SUBSTITUTE(甲,"a","x",1)', 'SUBSTITUTE(甲,1,"x")', "ROUND(甲-乙,2)=0", "LEFT(甲,乙)", "MID(甲,2,9)", "RIGHT(甲,1)={\"）\",\")\"}",
    "含任一(甲,列表.词)", "等于任一(MID(甲,2,99),列表.词)", "开头任一(甲,列表.词)", "结尾任一(TRIM(甲),列表.词)", "最后位置(甲,列表.词)", "含任一(甲&乙,列表.无)", "含任一(甲,丙)",
    "SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲)))>0", "SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲&乙)))=0",
    'SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲))*(列表.值&""=乙&""))', 'SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲))*(列表.一&""=乙&""))',
    'SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.值,甲)))', 'SUMPRODUCT((LEN(列表.值)>0)*ISNUMBER(FIND(列表.值,甲))*(列表.词=乙))', "COUNTIF(列表.词,甲)", 'OR(ISNUMBER(FIND({1,2,5}&{"率","号"},甲)))', 'OR(甲={1.5,2}&"率")', "EXACT(甲,乙)", "相似度(甲,乙)", "含敏感信息(甲)", "ISTEXT(甲)", "YEAR(甲)",
    'OR(甲={"","定性"})', 'OR(甲={"","a"})', 'SUMPRODUCT(--ISNUMBER(FIND({0,1,2,"率","*"},甲)))', 'SUMPRODUCT(--ISNUMBER(FIND({0.5,TRUE},甲)))', 'OR(ISNUMBER(FIND({0,9,"率"},甲)))',
    'SUMPRODUCT(--ISNUMBER(FIND({"率",1},列表.词)))', 'MIN(FIND({"率","5"},甲&"率5",2))', 'MIN(FIND({"率","5"},甲))', 'MIN(FIND({"率","5"},甲&"率5",乙))', 'FIND("率",甲)', 'FIND(甲,乙)', "FIND(甲,乙,丙)",
    'FIND("",甲)', 'LEFT(甲,FIND("率",甲&"率")-1)', "RIGHT(甲,乙)", 'MID(甲,FIND("率",甲&"率")+1,99)', "MID(甲,乙,丙)", "LEFT(甲,)", "MID(甲,,2)", "LEFT(甲)", 'IFERROR(SIGN(MID(甲,2,99)-LEFT(甲,1)),0)',
    "IFERROR(SIGN(甲-乙),9)", "IFERROR(SIGN(甲-乙),丙)", "IFERROR(SIGN(甲-乙-丙),0)", "N(IFERROR(甲*1,0))", "N(甲)", 'N(IFERROR(写明的数(甲,"率")*1,0))', "目标数相符(甲,乙,丙,丁)", "日期不存在(甲)", "日期在期间(甲,乙,丙)",
    "有叠字(甲)", "写明的数(甲,乙)", "EDATE(甲,12*乙)", "ABS(甲)", "ABS(甲-乙)>丙", "INT(甲)=甲", "MOD(甲,乙)", "YEAR(甲)<=乙", "MONTH(甲)", "DAY(甲-1)", "ISNUMBER(MID(甲,2,1)*1)", "MID(甲,0,1)", "MID(甲,3,0)",
)  # fmt: skip


def same(a: object, b: object) -> bool:
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and repr(a) == repr(b)


def full(formula: Formula, names: Mapping[str, object]) -> object:
    return within_limit(generate(formula.tree), names)


def drawn(random: Random) -> dict[str, object]:
    values = (*VALUES, compile_formula("1/0", ()).evaluate({})) if random.random() < 0.2 else VALUES
    return {**{name: random.choice(values) for name in NAMES}, **WORDS}


@pytest.mark.parametrize("text", SPECIAL)
def test_what_is_written_in_a_way_of_its_own(text: str) -> None:
    random, formula = Random(text), compile_formula(text, NAMES, {name.removeprefix("列表.") for name in WORDS})
    known = Surroundings(frozenset(NAMES), lists=WORDS)
    quick, look = within(formula.tree, formula.evaluate, known), Judge([(None, formula.tree), (formula.tree, formula.tree)], known)
    for _ in range(120):
        names = drawn(random)
        expected = full(formula, names)
        assert same(formula.evaluate(names), expected), names
        assert same(quick(names), expected), names
        passed = {0, 1} - set(look(names))
        holds = isinstance(expected, (bool, int, float)) and bool(expected)
        assert passed <= ({0, 1} if expected is True else {0} if holds else {1} if expected is False else set()), names


def test_formulas_calculated_together_give_what_each_gives_alone() -> None:
    known = Surroundings(frozenset(NAMES), lists=WORDS)
    written = [compile_formula(text, NAMES, {name.removeprefix("列表.") for name in WORDS}) for text in SPECIAL]
    asked: list[str] = []

    def alone(formula: Formula) -> Callable[[Mapping[str, object]], object]:
        def evaluate(names: Mapping[str, object]) -> object:
            asked.append(formula.text)
            return formula.evaluate(names)

        return evaluate

    together, random = Together([(formula.tree, alone(formula)) for formula in written], known), Random(7)
    left, rounds = 0, 150
    for _ in range(rounds):
        names = drawn(random)
        asked.clear()
        found = together(names)
        assert len(found) == len(written)
        for formula, value in zip(written, found, strict=True):
            assert same(value, full(formula, names)), (formula.text, names)
        left += len(asked)
    assert left < rounds * len(written) / 2, "most go the short way"


class FullWay(Exception):
    """The quick way was left."""


def left(_: object) -> object:
    raise FullWay


@pytest.mark.parametrize("text", SPECIAL)
def test_plain_values_that_give_no_error_never_leave_the_quick_way(text: str) -> None:
    """But for what asks more of a condition than that it is plain, and characters of two units that are cut."""
    random, formula = Random(text), compile_formula(text, NAMES, {name.removeprefix("列表.") for name in WORDS})
    quick = within(formula.tree, left, Surroundings(frozenset(NAMES), lists=WORDS))
    conditions = {"AND(甲,乙)": "甲乙", "IF(甲,乙,丙)": "甲"}.get(text, "")
    for _ in range(120):
        names: dict[str, object] = {**{name: random.choice(VALUES) for name in NAMES}, **WORDS}
        expected = full(formula, names)
        if isinstance(expected, ErrorValue) or "😀率" in names.values() or any(type(names[each]) is not bool for each in conditions):
            continue
        assert same(quick(names), expected), names


# Patterns whose short way takes at most so much of the calls that the full way takes; most stay far below.
SHORTER = {
    0.8: (
        "N(IFERROR(甲*1,0))", "FIND(甲,乙)", "甲&乙", "LEN(甲&乙)", "RIGHT(甲,乙)", "LEFT(甲,乙)", "MID(甲,乙,丙)", 'SUBSTITUTE(甲," ","")=甲',
        "OR(甲>1,乙*1>2)", "OR(TRUE,乙*1>2)", "AND(FALSE,乙*1>2)", "IFERROR(SIGN(MID(甲,2,99)-LEFT(甲,1)),0)", "含任一(甲,列表.词)",
        "开头任一(甲,列表.词)", "结尾任一(TRIM(甲),列表.词)", "最后位置(甲,列表.词)",
    ),
    0.6: (
        "LEN(TRIM(甲))>0", "LEN(TRIM(甲))=0", '甲="定性"', '甲<>"定性"', '甲=""', '甲<>""', '"≥"=甲', 'ISNUMBER(FIND("率",甲))',
        'ISERROR(FIND("率",甲))', "MAX(甲,乙)", "MAX(甲,乙,丙)", "MIN(甲,乙,3)", "SUM(甲,乙)", "SUM(甲,乙,1)-丙", "LEFT(甲,2)", "RIGHT(甲,0)",
        "RIGHT(甲,2)", 'SUBSTITUTE(甲,"率","")', "MID(甲,2,9)", "等于任一(MID(甲,2,99),列表.词)", "含任一(甲&乙,列表.无)",
        'LEFT(甲,FIND("率",甲&"率")-1)', 'MID(甲,FIND("率",甲&"率")+1,99)', "SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲)))>0",
        "SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲&乙)))=0", 'MIN(FIND({"率","5"},甲&"率5",2))',
    ),
    0.2: (
        'OR(甲={"定性","≥"})', 'OR(甲={"","定性"})', 'OR(ISNUMBER(FIND({"率","*"},甲)),TRIM(甲)={"-","率"})',
        'SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,甲))*(列表.值&""=乙&""))', 'SUMPRODUCT(--ISNUMBER(FIND({0,1,2,"率","*"},甲)))',
        'OR(ISNUMBER(FIND({0,9,"率"},甲)))', 'OR(ISNUMBER(FIND({0,1,5}&"率",甲)))', 'OR(ISNUMBER(FIND({1,5}&{"率";"号";""},甲)))',
        'OR(甲={"定","不定"}&"性")', 'OR(ISNUMBER(FIND({1,5}&{"率","号"},甲)))',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "share"), [(text, share) for share, texts in SHORTER.items() for text in texts])
def test_what_is_written_in_a_way_of_its_own_is_shorter(text: str, share: float) -> None:
    """Calls are counted, not time."""
    random, formula = Random(text), compile_formula(text, NAMES, {name.removeprefix("列表.") for name in WORDS})
    quick, slow = within(formula.tree, left, Surroundings(frozenset(NAMES), lists=WORDS)), generate(formula.tree)
    for way in (quick, formula.evaluate):
        way({**dict.fromkeys(NAMES, 1), **WORDS})  # it is written when it is first asked for
    few = alone = many = 0
    for _ in range(60):
        names: dict[str, object] = {**{name: random.choice(VALUES) for name in NAMES}, **WORDS}
        if not isinstance(full(formula, names), ErrorValue) and "😀率" not in names.values():
            few += calls(quick, names)
            alone += calls(formula.evaluate, names)
            many += calls(within_limit, slow, names)
    assert 0 < few <= share * many
    assert alone < many or "列表." in text


def test_two_numbers_and_two_texts_take_the_short_way_through_the_operators() -> None:
    for sign in set(BINARY) - {"^"}:
        for pair in ((1.5, 2.5), (2.5, 1.5), (2, 2)):
            assert 2 * calls(BINARY[sign], *pair) < calls(BINARY[sign], pair[0], True), (sign, pair)
    for sign in ("=", "<>"):
        for texts in (("甲", "乙"), ("甲", "甲"), ("A", "a")):
            assert 2 * calls(BINARY[sign], *texts) < calls(BINARY["<"], *texts), (sign, texts)


def test_a_text_that_several_functions_ask_for_is_made_once() -> None:
    names: dict[str, object] = dict.fromkeys(NAMES, 1234.5)
    ways = ("LEN(甲)+LEN(甲)+LEN(甲)+LEN(甲)", "LEN(甲)+LEN(乙)+LEN(丙)+LEN(丁)")
    once, each = (within(compile_formula(text, NAMES).tree, left, Surroundings(frozenset(NAMES))) for text in ways)
    assert once(names) == each(names) == 24
    assert calls(once, names) < 0.75 * calls(each, names)


def calls(function: Callable[..., object], *arguments: object) -> int:
    """How many calls a call takes."""
    made = 0

    def count(_: object, event: str, __: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return made


EXTREME = ("长" * 32767, "率" * 20000, 1.7e308, -1.7e308, 1, "", None)
GROWING = (
    "甲&乙", "LEN(甲&乙)", 'SUBSTITUTE(甲,"率","完好率")', 'SUBSTITUTE(甲,"长","很")', "SUM(甲,乙)", "SUM(甲,乙,1)-丙", "甲+乙-丙", "甲-乙-丙", "甲*乙", "甲+乙",
    "甲-乙", "IFERROR(SIGN(甲-乙),9)", "MAX(甲,乙)", "LEFT(甲,2)", "RIGHT(甲&乙,2)", 'MID(甲,乙,9)', 'FIND("率",甲,乙)', "-甲", "LEFT(甲,乙)", "RIGHT(甲,乙)",
)  # fmt: skip


@pytest.mark.parametrize("text", GROWING)
def test_what_a_cell_cannot_hold(text: str) -> None:
    formula = compile_formula(text, NAMES)
    quick = within(formula.tree, formula.evaluate, Surroundings(frozenset(NAMES)))
    for names in (dict(zip(NAMES, values, strict=False)) for values in product(EXTREME, EXTREME, (1, -1.7e308))):
        expected = full(formula, names)
        assert same(formula.evaluate(names), expected) and same(quick(names), expected), {name: str(names[name])[:9] for name in names}


def test_random_formulas_are_calculated_alike() -> None:
    random, calculated = Random(7), 0
    names = {name: value for name, value in formulas.ENVIRONMENT.items() if not name.startswith("阵")}
    lists = {name: value for name, value in names.items() if name.startswith("列表.") and isinstance(value, list)}
    own = frozenset(name for name in names if "." not in name)
    for _ in range(1500):
        try:
            formula = compile_formula(formulas.case(random), names, formulas.LISTS)
        except FormulaError:
            continue
        expected = full(formula, names)
        if expected == TOO_MUCH:
            continue
        calculated += 1
        assert same(formula.evaluate(names), expected), formula.text
        assert same(within(formula.tree, formula.evaluate, Surroundings(own, lists=lists))(names), expected), formula.text
    assert calculated > 500


def test_what_is_sure_of_a_computed_name_hangs_on_what_it_is_made_of() -> None:
    cells = Surroundings(frozenset({"单价", "件数"}))
    sure = cells.sure_of(compile_formula("单价>100", {"单价"}).tree)
    assert sure is not None
    dear, few = compile_formula("贵", {"贵"}).tree, compile_formula("件数<=2", {"件数"}).tree
    look = Judge([(dear, few)], replace(cells, known={"贵": sure}))
    assert list(look({"单价": VALUE, "贵": VALUE, "件数": 1})) == [0]
    assert [list(look({"单价": 150, "贵": True, "件数": number})) for number in (2, 3)] == [[], [0]]


HELPERS = {
    "主干": 'TRIM(SUBSTITUTE(甲,"率",""))',
    "数": "IFERROR(乙*1,0)",
    "有数": 'AND(LEN(乙)>0,ISNUMBER(乙*1),OR(丙={"%","m","Ａ"}))',
    "位": 'MIN(FIND({"-","~"},乙&"-~",2))',
    "半": "LEFT(甲,位-1)",
    "双": 'IF(有数,数*2,"没有")',
    "尾": 'MID(主干,FIND("产",主干),9)',
    "原": "丁",
}
WITH_HELPERS = (
    "LEN(主干)>2", "数>0", 'AND(有数,数<=100,主干<>"")', "双=数", 'OR(半="设备",RIGHT(主干,1)="好",位>3)', 'IF(有数,尾="",LEN(尾)>1)', "原=甲", "LEN(原)<=LEN(甲)",
    "UPPER(甲)=主干", "EXACT(LOWER(丙),丙)", 'OR(丙={"M","x",""})', "NOT(有数)", "MAX(数,位)>位", "数<>0", "0<数", "数=双",
)  # fmt: skip


@pytest.mark.parametrize("row", ["", "乙", "甲乙丙", "甲乙丙丁"])
@pytest.mark.parametrize("text", WITH_HELPERS)
def test_rules_over_names_worked_out_before(text: str, row: str) -> None:
    """Rules pass over only what passes when every name is calculated in full, whatever stands in the cells, and whatever stood there before."""
    random, passed = Random(text), 0
    every, trees = {*NAMES, *HELPERS}, {name: compile_formula(own, {*NAMES, *HELPERS}).tree for name, own in HELPERS.items()}
    rule = compile_formula(text, every)
    computed = tuple((name, tree, name == "原") for name, tree in trees.items())
    look = Judge([(None, rule.tree), (rule.tree, rule.tree)], Surroundings(frozenset(NAMES), frozenset(row), computed=computed))
    for _ in range(400):
        given = {name: value for name, value in drawn(random).items() if name in NAMES}
        names: dict[str, object] = dict(given)
        for name, tree in trees.items():
            value = within_limit(generate(tree), names)
            names[name] = to_text(value) if name == "原" else 0 if value is None else value
        expected = full(rule, names)
        through = {0, 1} - set(look(Names(given, {}, names)))
        passed += len(through)
        holds = isinstance(expected, (bool, int, float)) and bool(expected)
        assert through <= ({0, 1} if expected is True else {0} if holds else {1} if expected is False else set()), given
    assert passed


def test_what_stood_in_cells_before_is_told_apart() -> None:
    """1, TRUE, "1" and texts of other cells come one after the other; what is no plain value is not remembered."""
    rules = [compile_formula(text, NAMES).tree for text in ("ISTEXT(甲)", "LEN(甲&乙)<3", "1/甲>0", "乙<>丙")]
    cells = frozenset(NAMES[:2])
    look = Judge([(None, rule) for rule in rules], Surroundings(frozenset(NAMES), cells))
    values: tuple[object, ...] = (1, True, "1", 1.0, VALUE, 0.0, -0.0, "", None, "TRUE", "ab")
    for first, second, third in (*product(values, values, (2, "2")), *product(values, values, (2, "2"))):
        names = {"甲": first, "乙": second, "丙": third, "丁": None}
        wrong = [n for n, rule in enumerate(rules) if within_limit(generate(rule), names) is not True]
        assert set(wrong) <= set(look(names)), names


def test_what_is_remembered_is_bounded() -> None:
    asked: list[object] = []

    def calculate(names: Mapping[str, object]) -> object:
        asked.append(names["甲"])
        return (names["甲"],)

    remembered = Remembered(calculate, ("甲",))
    for number in (*range(MOST), 0, MOST - 1, MOST, 0):
        assert remembered({"甲": number}) == (number,)
    assert asked == [*range(MOST), MOST, 0]
    long = "长" * (LONGEST + 1)
    assert [remembered({"甲": long}) for _ in range(2)] == [(long,)] * 2
    assert asked[-2:] == [long, long]
    with pytest.raises(NotPlain):
        remembered({"甲": VALUE})
