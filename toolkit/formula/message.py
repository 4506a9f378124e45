"""Messages with formulas in braces: `分项合计 {当年财政拨款+上年结转资金} 元` → text of a finding, or live Excel.

Called by the forms package (compiled with the rule) and by checking (filled in for a finding); `{{`, `}}` are braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace

from toolkit.formula.arrays import top_left
from toolkit.formula.coerce import to_text
from toolkit.formula.compiler import Environment, Formula, KnownNames, compile_formula
from toolkit.formula.functions.textformat import format_value
from toolkit.formula.nodes import Call, Chain, Name, Node, Percent, Unary, unwrap
from toolkit.formula.render import Address, quoted, to_excel
from toolkit.formula.tokens import FormulaError, renamed

Kinds = Callable[[str], "str | None"]
Shape = Callable[[Node], Node]

AMOUNT = "金额"
DATE = "日期"
BLANK = "（空）"

_BRACE = re.compile(r"\{\{?|\}\}?")

_FORMATS = {AMOUNT: "#,##0", DATE: "yyyy-mm-dd"}

_CODE = 'CHOOSE(ERROR.TYPE({0}),"#NULL!","#DIV/0!","#VALUE!","#REF!","#NAME?","#NUM!","#N/A")'

_DATES = frozenset({"DATE", "EDATE", "EOMONTH", "DATEVALUE"})

# The arguments a function's result is made of: (from, step); only these give it their kind.
_VALUE_ARGUMENTS = {
    "IF": (1, 1),
    "CHOOSE": (1, 1),
    "IFS": (1, 2),
    "SWITCH": (2, 2),
    "VLOOKUP": (1, 9),
    "INDEX": (0, 9),
    "LOOKUP": (1, 1),
    **dict.fromkeys(("IFERROR", "IFNA", "MAX", "MIN", "SUM", "AVERAGE", "SUMPRODUCT"), (0, 1)),
    **dict.fromkeys(("LARGE", "SMALL", "INT", "TRUNC", "ABS", "MOD", "N", "CEILING", "FLOOR"), (0, 9)),
    **dict.fromkeys(("ROUND", "ROUNDUP", "ROUNDDOWN"), (0, 9)),
    "SUMIF": (0, 2),
    "SUMIFS": (0, 300),
}


@dataclass(frozen=True)
class Message:
    """A compiled message; `parts` alternates plain texts and formulas as they come, amounts are printed with so many `places`."""

    text: str
    parts: tuple[str | Formula, ...]
    places: int = 2

    @property
    def names(self) -> frozenset[str]:
        """The fields and lists its formulas look up."""
        return frozenset(name for part in self.parts if isinstance(part, Formula) for name in part.names)

    def _code(self, part: Formula, kinds: Kinds) -> str | None:
        return format_code(result_kind(part.tree, kinds), self.places)

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """Its formulas, from left to right."""
        return tuple(part for part in self.parts if isinstance(part, Formula))

    def evaluate(self, env: Environment, kinds: Kinds) -> str:
        """Return the message with the values of `env` filled in.

        `kinds` tells 金额 or 日期 of a name, else None. Amounts print as 1,234.50, dates as 2024-01-31, other numbers
        in Excel's General, a blank as （空）, an error value as its code; of an array the first element.
        """
        return "".join(part if isinstance(part, str) else shown(part.evaluate(env), self._code(part, kinds)) for part in self.parts)

    def to_excel_text(
        self, kinds: Kinds, *, address: Address, list_address: Address, shape: Shape = lambda tree: tree, code: str = _CODE
    ) -> str:
        """Return the message as an Excel expression that gives the same text, without a leading `=`.

        `shape` makes of a formula's tree what is written of it, `code` is the formula of an error value's name, {0} being the error.

        Raises FormulaError as `to_excel` does.
        """
        pieces = [
            quoted(part) if isinstance(part, str) else _excel_part(part, self._code(part, kinds), shape, address, list_address, code)
            for part in self.parts
        ]
        return "&".join(pieces) or '""'


def render_message(text: str, names: KnownNames, lists: Container[str] = frozenset(), places: int = 2) -> Message:
    """Return `text` compiled; names and lists as for `compile_formula`, amounts to be printed with so many `places`.

    Raises FormulaError with the place in the whole text: a brace without its partner, or a mistake in a formula.

    >>> message = render_message("合计 {甲+乙} 元", {"甲", "乙"})
    >>> message.evaluate({"甲": 1000, "乙": None}, lambda name: "金额")
    '合计 1,000.00 元'
    """
    parts: list[str | Formula] = []
    plain, index = "", 0
    while brace := _BRACE.search(text, index):
        plain += text[index : brace.start()]
        index = brace.end()
        if len(brace[0]) == 2:
            plain += brace[0][0]
        elif brace[0] == "}":
            raise FormulaError("右花括号多了；要显示花括号本身，请写两个 }}", index, "}")
        else:
            end = _closing(text, brace.start())
            parts += [plain] if plain else []
            parts.append(_compile_part(text, index, end, names, lists))
            plain, index = "", end + 1
    plain += text[index:]
    parts += [plain] if plain else []
    return Message(text, tuple(parts), places)


def renamed_message(text: str, names: Mapping[str, str]) -> str:
    """Return a message with names replaced in its formulas; one that cannot be read stays.

    >>> renamed_message("甲是 {甲} {{甲}}", {"甲": "乙.甲"})
    '甲是 {乙.甲} {{甲}}'
    """
    pieces, index = [], 0
    while brace := _BRACE.search(text, index):
        pieces.append(text[index : brace.end()])
        index = brace.end()
        if brace[0] == "{":
            try:
                end = _closing(text, brace.start())
            except FormulaError:
                return text
            pieces += [renamed(text[index:end], names), "}"]
            index = end + 1
    return "".join(pieces) + text[index:]


def _closing(text: str, start: int) -> int:
    """Return the index of the brace that closes the one at `start`; array constants and strings may be inside."""
    depth = 0
    in_string = False
    for index in range(start, len(text)):
        char = text[index]
        if char == '"':
            in_string = not in_string
        elif not in_string and char in "{}":
            depth += 1 if char == "{" else -1
            if depth == 0:
                return index
    raise FormulaError("左花括号没有对应的右花括号", start + 1, "{")


def _compile_part(text: str, start: int, end: int, names: KnownNames, lists: Container[str]) -> Formula:
    try:
        return compile_formula(text[start:end], names, lists)
    except FormulaError as error:
        raise error.moved(start) from None


def result_kind(node: Node, kinds: Kinds) -> str | None:
    """Return 金额 or 日期 for what `node` calculates, None for anything else.

    A date stays one when days are added, the difference of two dates is a number; counts and tests of amounts are no
    amounts.
    """
    node = unwrap(node)
    if isinstance(node, Name):
        return kinds(node.text) if kinds(node.text) in _FORMATS else None
    if isinstance(node, (Unary, Percent)):
        return result_kind(node.operand, kinds)
    if isinstance(node, Chain):
        return _chain_kind(node, kinds)
    if not isinstance(node, Call):
        return None
    if node.function in _DATES:
        return DATE
    if node.function not in _VALUE_ARGUMENTS:
        return None
    start, step = _VALUE_ARGUMENTS[node.function]
    found = {result_kind(argument, kinds) for argument in node.arguments[start::step]}
    return DATE if DATE in found else AMOUNT if AMOUNT in found else None


def _chain_kind(node: Chain, kinds: Kinds) -> str | None:
    if node.operators[0] not in "+-*/^":
        return None
    found = [result_kind(operand, kinds) for operand in node.operands]
    if AMOUNT in found:
        return AMOUNT
    return DATE if found.count(DATE) == 1 and node.operators[0] in "+-" else None


def format_code(kind: str | None, places: int = 2) -> str | None:
    """Return the number format in which 金额 (with so many `places`) and 日期 are printed, None for everything else."""
    if kind not in _FORMATS:
        return None
    return _FORMATS[kind] + (f".{'0' * places}" if kind == AMOUNT and places else "")


def shown(value: object, code: str | None) -> str:
    """Return a value in a number format, in General without one; of an array the first element."""
    value = top_left(value)
    if value is None:
        return BLANK
    if code is not None and isinstance(value, (int, float, str)):
        return str(format_value(value, code))
    return str(to_text(value))


def _excel_part(formula: Formula, shown_as: str | None, shape: Shape, address: Address, list_address: Address, code: str) -> str:
    cell = to_excel(replace(formula, tree=shape(formula.tree)), address=address, list_address=list_address)
    text = f'TEXT({cell},"{shown_as}")' if shown_as else f'({cell})&""'
    if isinstance(unwrap(formula.tree), Name):
        text = f'IF(LEN({cell})=0,"{BLANK}",{text})'
    return f"IFERROR({text},{code.format(cell)})"
