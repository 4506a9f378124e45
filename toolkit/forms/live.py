"""Rules as the live workbook has them: which run there, what they read of the sheet, what can be entered plainly.

Comes in: conditions and the form's fields. Goes out: trees that say of a sheet's cells what the engine says of entries. Numbers are
read from mirror cells: a hidden cell beside each input that holds its number, "" for a blank, an error for what is no number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from toolkit.forms.book import LISTS_SHEET
from toolkit.forms.model import INTEGER, NUMERIC, Field
from toolkit.formula import LIST_FUNCTIONS, LIST_PREFIX, Formula, FormulaError, to_excel
from toolkit.formula.nodes import ArrayLiteral, Call, Chain, Literal, Name, Node, Paren, Percent, Unary, children, unwrap
from toolkit.values.words import OF_FORM, OF_ROW, SWITCHED_OFF, YEAR_ROLE

ALL, UNIT, BATCH = "全部.", "单位.", "批次."

# How the live workbook calls the input cell of a number itself: no live rule can ask for the batch.
RAW = BATCH

# Excel's own limits on a formula: its length, how deep functions nest.
MAX_FORMULA, MAX_DEPTH = 8192, 64

# What the filled workbook puts round a condition, in characters and in levels.
_LIVE_LENGTH, _LIVE_DEPTH = 100, 3

# What reading takes as a day: a number up to 2199 in a date's cell is a year or a month, no day of 1906.
FIRST_DAY, LAST_DAY = 2200, 109_574

# From this argument on a function gives one of its arguments, and takes it as its own surroundings take it.
_GIVING = {"IF": 1, "CHOOSE": 1, "IFERROR": 0}

# Functions that take a cell as it is: a "" among their arguments is a text of no length, or is passed over.
_AS_IS = LIST_FUNCTIONS | set(
    [
        "SUM",
        "MAX",
        "MIN",
        "AVERAGE",
        "COUNT",
        "LARGE",
        "SMALL",
        "SUMIF",
        "SUMIFS",
        "COUNTIF",
        "COUNTIFS",
        "COUNTA",
        "COUNTBLANK",
        "ISNUMBER",
        "ISTEXT",
        "ISERROR",
        "ISNA",
        "LEN",
        "TRIM",
        "LEFT",
        "RIGHT",
        "MID",
        "FIND",
        "SEARCH",
        "SUBSTITUTE",
        "REPLACE",
        "CLEAN",
        "EXACT",
        "UPPER",
        "LOWER",
        "CONCATENATE",
        "T",
        "N",
        "INDEX",
        "MATCH",
        "LOOKUP",
        "VLOOKUP",
        "ROWS",
        "COLUMNS",
        "SUMPRODUCT",
    ]
)

_COMPARISONS = frozenset(("=", "<>", "<", ">", "<=", ">="))

# Functions that give a text.
_TEXTS = frozenset(
    ["LEFT", "RIGHT", "MID", "TRIM", "SUBSTITUTE", "REPLACE", "CLEAN", "UPPER", "LOWER", "CONCATENATE", "T", "TEXT", "CHAR", "REPT"]
)

# Functions that take an area whole in whatever way they are entered.
_WHOLE = frozenset(
    [
        "SUM",
        "MAX",
        "MIN",
        "AVERAGE",
        "COUNT",
        "COUNTA",
        "COUNTBLANK",
        "COUNTIF",
        "COUNTIFS",
        "SUMIF",
        "SUMIFS",
        "AND",
        "OR",
        "LARGE",
        "SMALL",
        "ROWS",
        "COLUMNS",
        "INDEX",
        "MATCH",
    ]
)

# A string literal, or a parenthesis; `call` is one right after a function's name.
_PARENTHESES = re.compile(r'"[^"]*"|(?P<call>(?<=[\w.])\()|[()]')


def runs_live(scope: str, batch_only: bool, state: str, names: Iterable[str]) -> bool:
    """Return whether a rule that reads `names` can be calculated inside one project's sheet."""
    if batch_only or state == SWITCHED_OFF or scope not in (OF_FORM, OF_ROW):
        return False
    return not any(name.startswith((UNIT, BATCH)) for name in names)


def is_mirrored(field: Field | None) -> bool:
    """Return whether rules read a field's number from a mirror cell."""
    return field is not None and bool(field.cell) and (field.type in NUMERIC or field.is_quantity)


def is_year(field: Field) -> bool:
    return field.role == YEAR_ROLE and field.type == INTEGER


def in_cells(node: Node, fields: Mapping[str, Field], several: Callable[[str], bool], *, number: bool = False) -> Node:
    """Return a tree that gives of cells what `node` gives of entries: a mirror's "" counts as 0 where a `number` is wanted.

    `several` tells the names that stand for more than one cell. A formula's "" is a blank.
    """

    def inside(part: Node, wanted: bool) -> Node:
        return in_cells(part, fields, several, number=wanted)

    if isinstance(node, Name):
        field = fields.get(node.text)
        if not number or field is None or not field.cell or several(node.text):
            return node
        return Call("N", (node,), 0) if field.type in NUMERIC else Call("IF", (Chain(("=",), (node, Literal(""))), Literal(0), node), 0)
    if isinstance(node, Chain):
        texts = node.operators[0] == "&" or any(map(_has_text, node.operands))
        wanted = not texts and (node.operators[0] not in _COMPARISONS or any(_is_number(o, fields) for o in node.operands))
        return replace(node, operands=tuple(inside(operand, wanted) for operand in node.operands))
    if isinstance(node, (Unary, Percent)):
        return replace(node, operand=inside(node.operand, True))
    if isinstance(node, Paren):
        return replace(node, inner=inside(node.inner, number))
    return _call(node, inside, several, number) if isinstance(node, Call) else node


def _has_text(node: Node) -> bool:
    """Return whether a text is written there, alone or in an array constant."""
    node = unwrap(node)
    if isinstance(node, ArrayLiteral):
        return any(isinstance(each, str) for row in node.rows for each in row)
    return isinstance(node, Literal) and isinstance(node.value, str)


def _is_number(node: Node, fields: Mapping[str, Field]) -> bool:
    """Return whether something compared is a number, so that a blank cell beside it is 0: a text, or another cell, takes it for no text."""
    node = unwrap(node)
    if isinstance(node, Name):
        field = fields.get(node.text.removeprefix(ALL))
        return field is not None and field.type in NUMERIC
    return node.function not in _TEXTS if isinstance(node, Call) else not (isinstance(node, Chain) and node.operators[0] == "&")


def _call(node: Call, inside: Callable[[Node, bool], Node], several: Callable[[str], bool], number: bool) -> Node:
    argument = unwrap(node.arguments[0]) if len(node.arguments) == 1 else None
    if isinstance(argument, Name) and not argument.text.startswith("列表."):
        blank = Call("COUNTBLANK", (argument,), 0)
        if node.function == "ISBLANK" and not several(argument.text):
            return Paren(Chain(("=",), (blank, Literal(1))))
        if node.function == "COUNTA":
            return Paren(Chain(("-",), (Call("ROWS", (argument,), 0), blank)))
    if node.function in _GIVING:
        first = _GIVING[node.function]
        parts = tuple(inside(part, number if place >= first else True) for place, part in enumerate(node.arguments))
    else:
        parts = tuple(inside(part, node.function not in _AS_IS) for part in node.arguments)
    return replace(node, arguments=parts)


def needs_array(node: Node, several: Callable[[str], bool], *, whole: bool = False) -> bool:
    """Return whether a formula says something else, or nothing, somewhere when it is not entered as an array formula.

    Entered plainly, a spreadsheet takes of an area the one cell beside the formula (of an array constant one value, in LibreOffice).
    SUMPRODUCT calculates with all of it, which is then `whole`; in Gnumeric and IronCalc not where it is given to LEN, FIND, EXACT and
    the like.
    """
    if isinstance(node, Name):
        return not whole and several(node.text)
    if isinstance(node, ArrayLiteral):
        return not whole
    if isinstance(node, Call):
        products, areas = node.function == "SUMPRODUCT", node.function in _WHOLE
        return node.function in LIST_FUNCTIONS or any(
            needs_array(part, several, whole=products) for part in node.arguments if not (areas and isinstance(unwrap(part), Name))
        )
    return any(needs_array(part, several, whole=whole) for part in children(node))


def live_faults(formula: Formula, fields: Mapping[str, Field], wide: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, and the cure, with a condition as the filled workbook will hold it: addresses for names, list functions spelled out."""
    if formula.modern or formula.engine_only or len(formula.text) > MAX_FORMULA:
        return

    def several(name: str) -> bool:
        return name.startswith((ALL, LIST_PREFIX)) or name in wide

    def address(name: str) -> str:
        return "$AA$1000:$AA$1999" if several(name) else "$AA$1000"

    try:
        live = replace(formula, tree=in_cells(formula.tree, fields, several))
        text = to_excel(live, address=address, list_address=lambda name: f"{LISTS_SHEET}!$AA$2:$AA$1999")
    except FormulaError as error:
        yield f"不能写成 Excel 公式：{error}", "请改写公式，或把“仅批量审核”填“是”"
        return
    cure = "请拆成几条规则，或把“仅批量审核”填“是”"
    if len(text) + _LIVE_LENGTH > MAX_FORMULA:
        yield f"写进填报工作簿后公式长约 {len(text):,} 个字符，超过 Excel 的上限 {MAX_FORMULA:,}", cure
    depth = function_depth(text) + _LIVE_DEPTH
    if depth > MAX_DEPTH:
        yield f"写进填报工作簿后函数嵌套 {depth} 层，超过 Excel 的上限 {MAX_DEPTH} 层", cure


def function_depth(text: str) -> int:
    """Return how deep function calls are nested in an Excel formula.

    >>> function_depth('IF((1+2)=3,SUM(ABS(1)),"SUM(ABS(IF(1)))")')
    3
    """
    depth = most = 0
    calls: list[bool] = []
    for found in _PARENTHESES.finditer(text):
        if found[0] == "(":
            calls.append(found["call"] is not None)
            depth += calls[-1]
            most = max(most, depth)
        elif found[0] == ")":
            depth -= calls.pop()
    return most
