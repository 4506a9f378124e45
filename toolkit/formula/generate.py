"""Syntax tree in, Python function of the environment out. Called by the compiler alone.

The function is one expression: calls of the functions in `operators` and `signatures`, look-ups `E["项目名称"]`, and
constants. It is built as a Python syntax tree, never as text, so nothing a formula says can become code. Parts without
names are calculated once, here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from toolkit.formula import operators
from toolkit.formula.arrays import ARRAYS, from_rows
from toolkit.formula.functions.signatures import FUNCTIONS
from toolkit.formula.nodes import (
    ArrayLiteral,
    Call,
    Chain,
    Literal,
    Missing,
    Name,
    Node,
    Paren,
    Percent,
    is_reference,
    unwrap,
)

_PLACE: dict[str, Any] = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}
_COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
_LONG_CHAIN = 12


def _as_area(value: object) -> object:
    """Return a reference to one cell as an array of one, so that SUM and its like treat it as a reference."""
    return value if type(value) in ARRAYS else [value]


# What the expression can call, by names such as `o_+`, which no formula and no Python text could spell.
_HELPERS: dict[str, object] = {
    **{f"f_{name}": function.call for name, function in FUNCTIONS.items()},
    **{f"o_{sign}": operate for sign, operate in operators.BINARY.items()},
    "d_+": operators.add_denoised,
    "d_-": operators.subtract_denoised,
    "negate": operators.negate,
    "percent": operators.percent,
    "concat": operators.concat,
    "run_chain": operators.run_chain,
    "as_area": _as_area,
}


def generate(tree: Node) -> Callable[[Mapping[str, object]], object]:
    """Return the function that evaluates `tree` in an environment."""
    generator = _Generator()
    body = generator.emit(tree, last=True)
    return generator.build(_lambda(body, "E"))  # type: ignore[return-value]


def _name(identifier: str) -> ast.expr:
    return ast.Name(id=identifier, ctx=ast.Load(), **_PLACE)


def _call(identifier: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=_name(identifier), args=list(arguments), keywords=[], **_PLACE)


def _tuple(items: list[ast.expr]) -> ast.expr:
    return ast.Tuple(elts=items, ctx=ast.Load(), **_PLACE)


def _lambda(body: ast.expr, *parameters: str) -> ast.expr:
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(arg=parameter, **_PLACE) for parameter in parameters],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    return ast.Lambda(args=arguments, body=body, **_PLACE)


def _is_constant(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) or isinstance(expression, ast.Name) and expression.id.startswith("K")


class _Generator:
    """Collects the constants of one formula while its expression is built."""

    def __init__(self) -> None:
        self._scope: dict[str, object] = dict(_HELPERS)

    def build(self, expression: ast.expr) -> object:
        return eval(compile(ast.Expression(expression), "<formula>", "eval"), self._scope)

    def _constant(self, value: object) -> ast.expr:
        if value is None or isinstance(value, (bool, int, float, str)):
            return ast.Constant(value=value, **_PLACE)
        identifier = f"K{len(self._scope)}"
        self._scope[identifier] = value
        return _name(identifier)

    def _folded(self, expression: ast.expr, parts: list[ast.expr]) -> ast.expr:
        """Return the value of `expression` when all its parts are constants, else the expression."""
        return self._constant(self.build(expression)) if all(map(_is_constant, parts)) else expression

    def emit(self, node: Node, last: bool = False) -> ast.expr:
        """Return `node` as a Python expression; `last` marks a place where rounding noise is dropped.

        Excel does so where adding or subtracting comes last and is not in parentheses: 0.1+0.2-0.3 is 0.
        """
        if isinstance(node, Literal):
            return self._constant(node.value)
        if isinstance(node, ArrayLiteral):
            return self._constant(from_rows(node.rows))
        if isinstance(node, Missing):
            return self._constant(None)
        if isinstance(node, Name):
            key = ast.Constant(value=node.text, **_PLACE)
            return ast.Subscript(value=_name("E"), slice=key, ctx=ast.Load(), **_PLACE)
        if isinstance(node, Paren):
            return self.emit(node.inner)
        if isinstance(node, Chain):
            return self._chain(node, last)
        if isinstance(node, Call):
            return self._function(node)
        operand = self.emit(node.operand)
        if isinstance(node, Percent):
            return self._folded(_call("percent", operand), [operand])
        return operand if node.operator == "+" else self._folded(_call("negate", operand), [operand])

    def _chain(self, node: Chain, last: bool) -> ast.expr:
        compares = node.operators[0] in _COMPARISONS
        operands = [self.emit(operand, last=last and compares) for operand in node.operands]
        if node.operators[0] == "&":
            return self._folded(_call("concat", *operands), operands)
        denoise = last and node.operators[0] in ("+", "-")
        signs = [f"d_{sign}" if denoise else f"o_{sign}" for sign in node.operators]
        if len(signs) > _LONG_CHAIN:
            operators_used = _tuple([_name(sign) for sign in signs])
            return self._folded(_call("run_chain", operators_used, _tuple(operands)), operands)
        expression = operands[0]
        for sign, operand in zip(signs, operands[1:], strict=True):
            expression = _call(sign, expression, operand)
        return self._folded(expression, operands)

    def _function(self, node: Call) -> ast.expr:
        function = FUNCTIONS[node.function]
        identifier = f"f_{node.function}"
        if function.kind == "aggregate":
            return self._aggregate(identifier, node)
        if function.kind == "lazy":
            return self._lazy(identifier, node, function.lazy_from)
        arguments = [self.emit(argument) for argument in node.arguments]
        if function.kind == "names":
            return _call(identifier, _name("E"), *arguments)
        return self._folded(_call(identifier, *arguments), arguments)

    def _aggregate(self, identifier: str, node: Call) -> ast.expr:
        arguments = [self._aggregated(argument) for argument in node.arguments]
        direct = tuple(not is_reference(argument) for argument in node.arguments)
        return self._folded(_call(identifier, _tuple(arguments), self._constant(direct)), arguments)

    def _aggregated(self, node: Node) -> ast.expr:
        """Return an argument of SUM and its like; a branch of IF or CHOOSE may be a reference, another a value."""
        inner = unwrap(node)
        if isinstance(inner, Missing):
            return self._constant(0)
        if isinstance(inner, Call) and inner.function in ("IF", "CHOOSE") and not is_reference(inner):
            return self._lazy(f"f_{inner.function}", inner, 1, mark=True)
        return self.emit(inner)

    def _lazy(self, identifier: str, node: Call, lazy_from: int, mark: bool = False) -> ast.expr:
        parts: list[ast.expr] = []
        for index, argument in enumerate(node.arguments):
            expression = self._constant(0) if isinstance(argument, Missing) else self.emit(argument)
            if mark and index >= lazy_from and is_reference(argument):
                expression = _call("as_area", expression)
            parts.append(expression)
        arguments = [part if index < lazy_from else _lambda(part) for index, part in enumerate(parts)]
        return self._folded(_call(identifier, *arguments), parts)
