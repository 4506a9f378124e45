"""Formulas as no clerk writes them, calculated over values as no unit should send them.

A case is a formula drawn from the table of functions, or a heap of tokens, or a message with braces. It must compile or be
refused with its place, and give a value that Excel could hold; whatever else it does is a finding.
"""

from __future__ import annotations

import math
from random import Random

from tests.fuzz.model import Trouble
from toolkit.formula import FUNCTIONS, Array, Formula, FormulaError, compile_formula, render_message, to_excel
from toolkit.formula.functions.signatures import Function
from toolkit.values.errors import DIV0, NA, REF, ErrorValue

MAX_TEXT = 32767

_TEXTS = (
    "",
    " ",
    "产出指标",
    "95.00",
    "1E309",
    "-1E309%",
    "1e-320",
    "(3)",
    "50%",
    "¥1,000",
    "2024-2-30",
    "0000-1-1",
    "99999:00",
    "9999时99分",
)
_PATTERNS = ("*a*a*a*a*a*b", "?*?*?*~", "~~~*~?", "*", "<>*", ">=", "=~", "<>1E309", "a" * 300, "*?" * 120)
_ODD = ("\x00", "\ud800", "\udfff\ud800", "😀😀", "İß", "①²٣", "\u3000\u00a0", '"', "TRUE", "#REF!", "a" * MAX_TEXT, "1," * 2000, "1" * 400)
_CODES = (
    "0.00",
    "#,##0.00;[Red]-0",
    "yyyy-mm-dd",
    "aaaa",
    "[h]:mm:ss.000",
    "0" * 300,
    "0.E+00",
    "%" * 200,
    "e+0",
    '"',
    "\\",
    "@;@;@;@",
    "?/?",
    "0" + "," * 300,
)
_NUMBERS = (
    0,
    1,
    -1,
    2,
    3.7,
    0.1,
    2.675,
    1e308,
    -1e308,
    1.7976931348623157e308,
    1e-308,
    5e-324,
    10**300,
    2**53 + 1,
    -(10**18),
    45292,
    2958465,
    2958466,
)
_WRITTEN = ("0", "1", "-1", "2", "64", "1E308", "1E-308", "1E309", ".5", "1.", "32767", "999999999999999999", "2958465", "1" * 350, "60")

ENVIRONMENT: dict[str, object] = {
    **{f"数{n}": value for n, value in enumerate(_NUMBERS)},
    **{f"文{n}": text for n, text in enumerate((*_TEXTS, *_PATTERNS, *_ODD, *_CODES))},
    "空": None,
    "真": True,
    "假": False,
    "错": REF,
    "全部.混": [1, None, "数量", DIV0, True, "*a*", 1e308, "", "1E309", -0.0],
    "全部.大": [1e308] * 5,
    "全部.空": [],
    "全部.文": ["甲", "乙", "", None, "甲*", "a" * 2000],
    "全部.长": ["数量指标", None, 7] * 400,
    "阵": Array([[1, "甲", None], [NA, 1e308, "*"]]),
    "列表.词": ["率", None, "", "*", "完好率"],
    "列表.一": ["率"],
    "列表.无": [],
}
NAMES = tuple(ENVIRONMENT)
LISTS = frozenset({"词", "一", "无"})
_TOKENS = (
    *"()+-*/^&=<>%,;{}\"'!:$@[]#.。（），；＝",
    "<=",
    "<>",
    " ",
    "1",
    "1E309",
    '"甲"',
    "#REF!",
    "TRUE",
    "A1",
    "SUM(",
    "IF(",
    "含任一(",
    "≥",
)
_OPERATORS = ("+", "-", "*", "/", "^", "&", "=", "<>", "<", ">", "<=", ">=")


def case(random: Random) -> str:
    """Return the text of one case."""
    kind = random.random()
    if kind < 0.1:
        return "".join(random.choice((*_TOKENS, *NAMES[:3])) for _ in range(random.randint(1, 40)))
    if kind < 0.12:
        return _deep(random)
    if kind < 0.2:
        return "合计 {" + _expression(random, 3) + "} 元" + random.choice(("", "{", "}", "{{}}", "{" + _expression(random, 1) + "}"))
    return random.choice(("", "=", "＝")) + _expression(random, random.randint(1, 5))


def run(case: object) -> None:
    """Compile and calculate one case. Raises Trouble for a result that Excel cannot hold."""
    text = str(case)
    if text.startswith("合计 {"):
        try:
            message = render_message(text, ENVIRONMENT, LISTS)
        except FormulaError:
            return
        shown = message.evaluate(ENVIRONMENT, lambda name: ("金额", "日期", None)[len(name) % 3])
        if not isinstance(shown, str) or not shown:
            raise Trouble(f"消息是 {shown!r}")
        return
    try:
        formula = compile_formula(text, ENVIRONMENT, LISTS)
    except FormulaError:
        return
    _look_at(formula.evaluate(ENVIRONMENT))
    _render(formula)


def _render(formula: Formula) -> None:
    try:
        to_excel(formula, address=lambda name: "$A$1", list_address=lambda name: "$B$1:$B$9")
    except FormulaError:
        return


def _look_at(value: object) -> None:
    if isinstance(value, Array):
        for row in value.rows:
            for item in row:
                _look_at(item)
    elif isinstance(value, list):
        for item in value:
            _look_at(item)
    elif isinstance(value, float) and not math.isfinite(value):
        raise Trouble(f"结果是 {value}")
    elif isinstance(value, str) and len(value) > MAX_TEXT:
        raise Trouble(f"结果有 {len(value)} 个字符")
    elif not isinstance(value, (int, float, str, ErrorValue)) and value is not None:
        raise Trouble(f"结果是 {type(value).__name__}")


def _expression(random: Random, depth: int) -> str:
    if depth <= 0:
        return _leaf(random)
    kind = random.random()
    if kind < 0.55:
        return _function(random, random.choice(tuple(FUNCTIONS.values())), depth)
    if kind < 0.75:
        return _expression(random, depth - 1) + random.choice(_OPERATORS) + _expression(random, depth - 1)
    if kind < 0.8:
        return random.choice("+-") + _expression(random, depth - 1) + random.choice(("", "%"))
    if kind < 0.85:
        return f"({_expression(random, depth - 1)})"
    return _leaf(random)


def _function(random: Random, function: Function, depth: int) -> str:
    count = random.choice([n for n in range(function.minimum, min(function.maximum, function.minimum + 6) + 1) if function.accepts(n)])
    arguments = []
    for index in range(count):
        if function.needs_area(index):
            arguments.append(random.choice(NAMES) if random.random() < 0.7 else f'INDIRECT("{random.choice(NAMES)}")')
        else:
            arguments.append("" if random.random() < 0.03 else _expression(random, depth - random.randint(1, 2)))
    return f"{function.name}({','.join(arguments)})"


def _leaf(random: Random) -> str:
    kind = random.random()
    if kind < 0.5:
        return random.choice(NAMES)
    if kind < 0.7:
        return random.choice(_WRITTEN)
    if kind < 0.85:
        return '"' + random.choice((*_TEXTS, *_PATTERNS, *_CODES, *_ODD[:8])).replace('"', '""') + '"'
    if kind < 0.95:
        width = random.randint(1, 3)
        return (
            "{"
            + ";".join(
                ",".join(random.choice((*_WRITTEN, '"*"', "TRUE", "#N/A")) for _ in range(width)) for _ in range(random.randint(1, 3))
            )
            + "}"
        )
    return random.choice(("TRUE", "FALSE", "#DIV/0!", "#N/A"))


def _deep(random: Random) -> str:
    """Return something long or nested far beyond what anybody writes."""
    times = random.choice((20, 63, 64, 65, 500, 3000))
    before, middle, after = random.choice(
        (
            ("(", "1", ")"),
            ("-", "1", ""),
            ("", "1", "%"),
            ("IF(TRUE,", "空", ")"),
            ("SUM(1,", "1", ")"),
            ("1+", "1", ""),
            ("1^", "9", ""),
            ("文2&", '"甲"', ""),
            ('REPT("甲",', "9", ")"),
            ("SUBSTITUTE(文2,,", "空", ")"),
            ("全部.长+", "1", ""),
            ("全部.长&", '"甲"', ""),
            ("IFS(FALSE,1,TRUE,", "1", ")"),
            ("SUMPRODUCT(全部.长*", "1", ")"),
            ("{1,2}*{1;2}*", "1", ""),
            ("1^1*1+1&1=(", "1", ")"),
            ("(", "1", ")^1^1*1*1+1+1&1&1=1"),
            ("IFS(全部.混,1,全部.混,2,", "TRUE,1", ")"),
            ("COUNTIF(全部.长,全部.长)*", "1", ""),
            ("REPT(全部.文,9999)&", "1", ""),
        )
    )
    return before * times + middle + after * times
