"""Rules as the live workbook has them: which run there, and how their conditions are kept from passing by accident.

Comes in: compiled conditions and the form's fields. Goes out: conditions to be written as single-cell array formulas.
Linting measures them, the self-check of filled workbooks writes them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, Field
from toolkit.formula.nodes import Call, Chain, Literal, Name, Node, Paren, Percent, Unary
from toolkit.formula.parser import parse
from toolkit.values.dates import FIRST_YEAR, LAST_YEAR
from toolkit.values.errors import VALUE
from toolkit.values.words import OF_FORM, OF_ROW, SWITCHED_OFF, YEAR_ROLE

ALL, UNIT, BATCH = "全部.", "单位.", "批次."

NUMERIC = (AMOUNT, DATE, INTEGER, DECIMAL)

# What reading takes as a day: a number up to 2199 in a date's cell is a year or a month, no day of 1906.
FIRST_DAY, LAST_DAY = 2200, 109_574

# Arguments calculated only when needed (from this one on), and functions that make something of an error value.
_LAZY = {"IF": 1, "CHOOSE": 1, "IFERROR": 1}
_CATCHING = frozenset({"IFERROR", "ISERROR", "ISNA", "ISNUMBER", "ISTEXT", "ISBLANK"})
_COUNTING = frozenset({"COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "COUNTIFS", "ROWS", "COLUMNS"})

# A string literal, or a parenthesis; `call` is one right after a function's name.
_PARENTHESES = re.compile(r'"[^"]*"|(?P<call>(?<=[\w.])\()|[()]')

# Of a plain cell these say the same of a wrong text as of an error value; there nothing needs to be guarded.
_ALIKE = frozenset({"ISNUMBER", "ISBLANK"})


def runs_live(scope: str, batch_only: bool, state: str, names: Iterable[str]) -> bool:
    """Return whether a rule that reads `names` can be calculated inside one project's sheet."""
    if batch_only or state == SWITCHED_OFF or scope not in (OF_FORM, OF_ROW):
        return False
    return not any(name.startswith((UNIT, BATCH)) for name in names)


def guarded(node: Node, fields: Mapping[str, Field]) -> Node:
    """Return a condition's tree made to give #VALUE! where it meets a text in a cell for a number.

    Checking in bulk gives such a cell that value itself; a spreadsheet program would calculate with the text. A part
    that may be skipped guards itself, so that it does no harm where it is.
    """
    inner = _inside(node, fields)
    wrong = unreadable({name for name in _read(node) if _numeric(name, fields)}, fields)
    return Call("IF", (_parsed(wrong), Literal(VALUE), inner), 0) if wrong else inner


@lru_cache(maxsize=1024)
def _parsed(text: str) -> Node:
    return parse(text)


def unreadable(names: Iterable[str], fields: Mapping[str, Field]) -> str:
    """Return a condition, over names, that is TRUE when one of their cells holds no value of its type; "" for texts.

    A blank is such a value; an error value is not. The order of `names` does not matter.
    """
    tests: list[str] = []
    plain: list[str] = []
    for name in sorted(names):
        field = fields[name.removeprefix(ALL)]
        year = field.role == YEAR_ROLE and field.type == INTEGER
        if field.type == DATE or year:
            first, last = (FIRST_YEAR, LAST_YEAR) if year else (FIRST_DAY, LAST_DAY)
            tests.append(f'COUNTIFS({name},">={first}",{name},"<={last}")<COUNTA({name})')
        elif field.type in NUMERIC:
            plain.append(name)
        if field.type == INTEGER:
            tests.append(f"MOD(N({name}),1)>0")
    if plain:
        listed = ",".join(plain)
        tests.insert(0, f"COUNT({listed})<COUNTA({listed})")
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})" if tests else ""


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


def _inside(node: Node, fields: Mapping[str, Field]) -> Node:
    if isinstance(node, Call):
        return replace(node, arguments=tuple(_argument(node, i, part, fields) for i, part in enumerate(node.arguments)))
    if isinstance(node, Chain):
        return replace(node, operands=tuple(_inside(operand, fields) for operand in node.operands))
    if isinstance(node, (Unary, Percent)):
        return replace(node, operand=_inside(node.operand, fields))
    return replace(node, inner=_inside(node.inner, fields)) if isinstance(node, Paren) else node


def _argument(call: Call, index: int, argument: Node, fields: Mapping[str, Field]) -> Node:
    lazy = index >= _LAZY.get(call.function, 255)
    catching = call.function in _CATCHING and not (call.function in _ALIKE and isinstance(argument, Name))
    return guarded(argument, fields) if lazy or catching else _inside(argument, fields)


def _read(node: Node) -> Iterator[str]:
    """Yield the names whose error value would be the error of `node`."""
    if isinstance(node, Name):
        yield node.text
    elif isinstance(node, Call):
        if node.function not in _CATCHING and node.function not in _COUNTING:
            for argument in node.arguments[: _LAZY.get(node.function, 255)]:
                yield from _read(argument)
    elif isinstance(node, Chain):
        for operand in node.operands:
            yield from _read(operand)
    elif isinstance(node, (Unary, Percent)):
        yield from _read(node.operand)
    elif isinstance(node, Paren):
        yield from _read(node.inner)


def _numeric(name: str, fields: Mapping[str, Field]) -> bool:
    field = fields.get(name.removeprefix(ALL))
    return field is not None and field.type in NUMERIC
