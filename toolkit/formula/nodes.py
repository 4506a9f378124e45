"""The syntax tree of a formula: built by the parser, read by the compiler, the renderer and the messages.

Parentheses are kept as nodes, so rendering gives back what the author wrote, and every left-associative run of
operators of one precedence is a single `Chain`, so long sums do not nest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from toolkit.values.errors import ErrorValue

Constant = float | int | str | bool | ErrorValue


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text, TRUE/FALSE or error value written in the formula."""

    value: Constant


@dataclass(frozen=True, slots=True)
class ArrayLiteral:
    """`{1,2;3,4}`: rows of constants, all equally long."""

    rows: tuple[tuple[Constant, ...], ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A field or list by name, as written, with its place (from 1)."""

    text: str
    position: int


@dataclass(frozen=True, slots=True)
class Missing:
    """An argument left out between commas: 0 or an empty text, as the function wants it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; `function` in capitals."""

    function: str
    arguments: tuple[Node, ...]
    position: int


@dataclass(frozen=True, slots=True)
class Unary:
    """A leading `+` or `-`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Percent:
    """A trailing `%`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """`operands` joined from left to right by `operators` of one precedence (one fewer than the operands)."""

    operators: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Paren:
    """An expression the author put in parentheses."""

    inner: Node


Node = Literal | ArrayLiteral | Name | Missing | Call | Unary | Percent | Chain | Paren


_operand, _inner = (lambda node: (node.operand,)), (lambda node: (node.inner,))

# Formulas are walked over and over while they are prepared.
_BELOW: dict[type, Callable[[Any], tuple[Node, ...]]]
_BELOW = {Call: attrgetter("arguments"), Chain: attrgetter("operands"), Unary: _operand, Percent: _operand, Paren: _inner}


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below `node`, from left to right."""
    below = _BELOW.get(type(node))
    return below(node) if below is not None else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything below it, from left to right."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(children(node)[::-1])


def deepest(node: Node) -> int:
    """Return how many calls the deepest part of `node` costs when it is calculated; a chain costs one for each operator."""
    most, waiting = 0, [(node, 1)]
    while waiting:
        node, level = waiting.pop()
        if level > most:
            most = level
        inner = level + (min(len(node.operators), 12) if type(node) is Chain else 1)
        waiting += [(child, inner) for child in children(node)]
    return most


def unwrap(node: Node) -> Node:
    """Return `node` without the parentheses around it."""
    while isinstance(node, Paren):
        node = node.inner
    return node


def is_reference(node: Node) -> bool:
    """Return whether `node` stands for cells (a field, column or list) rather than for a calculated value."""
    node = unwrap(node)
    if isinstance(node, Name):
        return True
    if not isinstance(node, Call):
        return False
    if node.function == "INDIRECT":
        return True
    if node.function == "INDEX":
        return is_reference(node.arguments[0])
    return node.function in ("IF", "CHOOSE") and all(is_reference(branch) for branch in node.arguments[1:])
