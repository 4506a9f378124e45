"""Python's own syntax trees, built piece by piece: what `generate` and `direct` write formulas with."""

from __future__ import annotations

import ast
from typing import Any

PLACE: dict[str, Any] = {"lineno": 1, "col_offset": 0, "end_lineno": 1, "end_col_offset": 0}


def load(identifier: str) -> ast.expr:
    return ast.Name(id=identifier, ctx=ast.Load(), **PLACE)


def call_of(identifier: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=load(identifier), args=list(arguments), keywords=[], **PLACE)


def tuple_of(items: list[ast.expr]) -> ast.expr:
    return ast.Tuple(elts=items, ctx=ast.Load(), **PLACE)


def lambda_of(body: ast.expr, *parameters: str) -> ast.expr:
    arguments = ast.arguments(
        posonlyargs=[],
        args=[ast.arg(arg=parameter, **PLACE) for parameter in parameters],
        kwonlyargs=[],
        kw_defaults=[],
        defaults=[],
    )
    return ast.Lambda(args=arguments, body=body, **PLACE)


def method(code: ast.expr, name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(func=ast.Attribute(value=code, attr=name, ctx=ast.Load(), **PLACE), args=list(arguments), keywords=[], **PLACE)


def compared(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left=left, ops=[operator], comparators=[right], **PLACE)


def negated(code: ast.expr) -> ast.expr:
    return ast.UnaryOp(op=ast.Not(), operand=code, **PLACE)


def chosen(test: ast.expr, then: ast.expr, otherwise: ast.expr) -> ast.expr:
    return ast.IfExp(test=test, body=then, orelse=otherwise, **PLACE)


def joined(operator: ast.boolop, codes: list[ast.expr]) -> ast.expr:
    return codes[0] if len(codes) == 1 else ast.BoolOp(op=operator, values=codes, **PLACE)


def assigned(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign(targets=[ast.Name(id=name, ctx=ast.Store(), **PLACE)], value=value, **PLACE)
