"""Syntax tree in, Python function of the environment out. Called by the compiler alone.

The function is one expression: calls of the functions in `operators` and `signatures`, look-ups `E["项目名称"]`, and
constants. It is built as a Python syntax tree, never as text, so nothing a formula says can become code. Parts without
names are calculated once, here.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from toolkit.formula import idioms, operators
from toolkit.formula.arrays import ARRAYS, from_rows
from toolkit.formula.functions import columns, similar
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
    Unary,
    is_reference,
    unwrap,
    walk,
)
from toolkit.formula.syntax import PLACE, call_of, lambda_of, load, tuple_of

COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
LONG_CHAIN = 12


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
    "count_equal": columns.count_equal,
    "once": columns.once,
    "compared_with_alike": similar.compared_with_alike,
}

# A comparison with its sides changed.
_TURNED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}

# Names of columns that are the same for many evaluations of a formula; what hangs on nothing else is calculated once for them.
SHARED = ("全部.", "单位.", "批次.")


def generate(tree: Node) -> Callable[[Mapping[str, object]], object]:
    """Return the function that evaluates `tree` in an environment."""
    generator = Generator()
    body = generator.emit(tree, last=True)
    return generator.build(lambda_of(body, "E"))  # type: ignore[return-value]


def _is_constant(expression: ast.expr) -> bool:
    return isinstance(expression, ast.Constant) or isinstance(expression, ast.Name) and expression.id.startswith("K")


class Generator:
    """Collects the constants of one formula while its expression is built."""

    def __init__(self) -> None:
        self.scope: dict[str, object] = dict(_HELPERS)
        self._inside_shared = False

    def build(self, expression: ast.expr) -> object:
        return eval(compile(ast.Expression(expression), "<formula>", "eval"), self.scope)

    def constant(self, value: object) -> ast.expr:
        if value is None or isinstance(value, (bool, int, float, str)):
            return ast.Constant(value=value, **PLACE)
        identifier = f"K{len(self.scope)}"
        self.scope[identifier] = value
        return load(identifier)

    def _folded(self, expression: ast.expr, parts: list[ast.expr]) -> ast.expr:
        """Return the value of `expression` when all its parts are constants, else the expression."""
        return self.constant(self.build(expression)) if all(map(_is_constant, parts)) else expression

    def emit(self, node: Node, last: bool = False) -> ast.expr:
        """Return `node` as a Python expression; `last` marks a place where rounding noise is dropped.

        Excel does so where adding or subtracting comes last and is not in parentheses: 0.1+0.2-0.3 is 0.
        """
        if isinstance(node, Literal):
            return self.constant(node.value)
        if isinstance(node, ArrayLiteral):
            return self.constant(from_rows(node.rows))
        if isinstance(node, Missing):
            return self.constant(None)
        if isinstance(node, Name):
            key = ast.Constant(value=node.text, **PLACE)
            return ast.Subscript(value=load("E"), slice=key, ctx=ast.Load(), **PLACE)
        if isinstance(node, Paren):
            return self.emit(node.inner)
        if isinstance(node, (Chain, Call)):
            shared = () if self._inside_shared else _shared_names(node)
            return self._shared(node, shared, last) if shared else self._joined(node, last)
        operand = self.emit(node.operand)
        if isinstance(node, Percent):
            return self._folded(call_of("percent", operand), [operand])
        return operand if node.operator == "+" else self._folded(call_of("negate", operand), [operand])

    def _joined(self, node: Chain | Call, last: bool) -> ast.expr:
        return self._chain(node, last) if isinstance(node, Chain) else self._function(node)

    def _shared(self, node: Chain | Call, names: tuple[str, ...], last: bool) -> ast.expr:
        self._inside_shared = True
        calculated = lambda_of(self._joined(node, last))
        self._inside_shared = False
        found = tuple_of([self.emit(Name(name, 0)) for name in names])
        return call_of("once", self.constant(columns.answers_kept(2)), found, calculated)

    def _chain(self, node: Chain, last: bool) -> ast.expr:
        compares = node.operators[0] in COMPARISONS
        operands = [self.emit(operand, last=last and compares) for operand in node.operands]
        if node.operators[0] == "&":
            return self._folded(call_of("concat", *operands), operands)
        denoise = last and node.operators[0] in ("+", "-")
        signs = [f"d_{sign}" if denoise else f"o_{sign}" for sign in node.operators]
        if len(signs) > LONG_CHAIN:
            operators_used = tuple_of([load(sign) for sign in signs])
            return self._folded(call_of("run_chain", operators_used, tuple_of(operands)), operands)
        expression = operands[0]
        for place, (sign, operand) in enumerate(zip(signs, operands[1:], strict=True)):
            expression = call_of(sign, expression, operand)
            if compares and place == 0:
                expression = self._compared_with_alike(node, operands, expression) or expression
        return self._folded(expression, operands)

    def _compared_with_alike(self, node: Chain, operands: list[ast.expr], otherwise: ast.expr) -> ast.expr | None:
        """The first comparison of a chain where one side is SUMPRODUCT(--(相似度(a,b)>0.85)): it need not be counted to the end."""
        for side, sign in ((1, node.operators[0]), (0, _TURNED[node.operators[0]])):
            if alike := idioms.counts_alike(node.operands[side]):
                sides = tuple_of([self.emit(part) for part in alike])
                return call_of("compared_with_alike", load(f"o_{sign}"), operands[1 - side], sides, lambda_of(otherwise))
        return None

    def _function(self, node: Call) -> ast.expr:
        function = FUNCTIONS[node.function]
        identifier = f"f_{node.function}"
        if function.kind == "aggregate":
            return self._aggregate(identifier, node)
        if function.kind == "lazy":
            return self._lazy(identifier, node, function.lazy_from)
        arguments = [self.emit(argument) for argument in node.arguments]
        if pairs := _equalities(node):
            places = tuple_of([tuple_of([self.emit(side) for side in pair]) for pair in pairs])
            return call_of("count_equal", places, lambda_of(call_of(identifier, *arguments)))
        if function.kind == "names":
            return call_of(identifier, load("E"), *arguments)
        return self._folded(call_of(identifier, *arguments), arguments)

    def _aggregate(self, identifier: str, node: Call) -> ast.expr:
        arguments = [self._aggregated(argument) for argument in node.arguments]
        direct = tuple(not is_reference(argument) for argument in node.arguments)
        return self._folded(call_of(identifier, tuple_of(arguments), self.constant(direct)), arguments)

    def _aggregated(self, node: Node) -> ast.expr:
        """Return an argument of SUM and its like; a branch of IF or CHOOSE may be a reference, another a value."""
        inner = unwrap(node)
        if isinstance(inner, Missing):
            return self.constant(0)
        if isinstance(inner, Call) and inner.function in ("IF", "CHOOSE") and not is_reference(inner):
            return self._lazy(f"f_{inner.function}", inner, 1, mark=True)
        return self.emit(inner)

    def _lazy(self, identifier: str, node: Call, lazy_from: int, mark: bool = False) -> ast.expr:
        parts: list[ast.expr] = []
        for index, argument in enumerate(node.arguments):
            expression = self.constant(0) if isinstance(argument, Missing) else self.emit(argument)
            if mark and index >= lazy_from and is_reference(argument):
                expression = call_of("as_area", expression)
            parts.append(expression)
        arguments = [part if index < lazy_from else lambda_of(part) for index, part in enumerate(parts)]
        return self._folded(call_of(identifier, *arguments), parts)


def _shared_names(node: Chain | Call) -> tuple[str, ...]:
    """Return the columns on which alone a part of a formula hangs, and which others share; nothing where there is more to it."""
    parts = list(walk(node))
    names = {part.text for part in parts if isinstance(part, Name)}
    if not names or not all(name.startswith(SHARED) for name in names):
        return ()
    return () if any(isinstance(part, Call) and part.function == "INDIRECT" for part in parts) else tuple(sorted(names))


def _equalities(node: Call) -> list[tuple[Node, Node]]:
    """Return what SUMPRODUCT(--(column=x)) and SUMPRODUCT((column=x)*(other=y)) compare; nothing for any other call."""
    if node.function != "SUMPRODUCT" or len(node.arguments) != 1:
        return []
    inner, signs = unwrap(node.arguments[0]), 0
    while isinstance(inner, Unary) and inner.operator == "-":
        inner, signs = unwrap(inner.operand), signs + 1
    several = isinstance(inner, Chain) and set(inner.operators) == {"*"}
    tests = [unwrap(part) for part in inner.operands] if isinstance(inner, Chain) and several else [inner]
    if signs % 2 or not (signs or several):
        return []
    found = [test.operands for test in tests if isinstance(test, Chain) and test.operators == ("=",)]
    pairs = [(left, right) for left, right in found if any(isinstance(unwrap(side), Name) for side in (left, right))]
    return pairs if len(pairs) == len(tests) else []
