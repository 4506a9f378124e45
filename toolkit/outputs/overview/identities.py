"""Which amounts make up which: 年度资金申请总额 = 当年财政拨款 + 上年结转资金 + …, read off the form's own rules.

Comes in: a form. Goes out: the sums its 审核规则 demand of one declaration. Called by 总表's 资金构成, so that any form's funding
is broken down without a word about it in the code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from toolkit.forms.model import AMOUNT, Form
from toolkit.formula.nodes import Call, Chain, Literal, Name, Node, Unary, unwrap, walk
from toolkit.formula.parser import parse
from toolkit.values.words import OF_FORM


@dataclass(frozen=True, slots=True)
class Identity:
    """`total` is the sum of `parts`, all of them 字段名 of amounts."""

    total: str
    parts: tuple[str, ...]


def identities(form: Form) -> tuple[Identity, ...]:
    """Return the sums of at least two parts that the form's rules about one declaration demand, in the rules' order."""
    amounts = frozenset(field.name for field in form.fields if field.type == AMOUNT)
    found: dict[str, Identity] = {}
    for rule in form.rules:
        if rule.scope == OF_FORM:
            for identity in _demanded(parse(rule.condition.strip().removeprefix("=")), amounts):
                found.setdefault(identity.total, identity)
    return tuple(found.values())


def _demanded(tree: Node, amounts: frozenset[str]) -> Iterator[Identity]:
    """The identities that some comparison in the formula states: `T-A-B=0`, `T=A+B`, `ABS(SUM(A,B)-T)<0.005` …"""
    for node in walk(tree):
        if not isinstance(node, Chain) or len(node.operands) != 2 or node.operators[0] not in ("=", "<", "<="):
            continue
        left, right = (_linear(_value(side, node.operators[0]), amounts) for side in node.operands)
        if left is None or right is None:
            continue
        terms = dict(left)
        for name, sign in right.items():
            terms[name] = terms.get(name, 0) - sign
        identity = _identity(terms)
        if identity:
            yield identity


def _value(node: Node, operator: str) -> Node:
    """`ABS(x)<0.005` says the same as `x=0`; any other inequality says nothing of the kind."""
    node = unwrap(node)
    if operator == "=" or isinstance(node, Literal):
        return node
    return node.arguments[0] if isinstance(node, Call) and node.function == "ABS" else Literal("")


def _identity(terms: dict[str, int]) -> Identity | None:
    for sign in (1, -1):
        totals = [name for name, factor in terms.items() if factor == sign]
        parts = tuple(name for name, factor in terms.items() if factor == -sign)
        if len(totals) == 1 and len(parts) >= 2 and len(terms) == len(parts) + 1:
            return Identity(totals[0], parts)
    return None


def _linear(node: Node, amounts: frozenset[str]) -> dict[str, int] | None:
    """The amounts a sum is made of, each with its sign; a small number adds none; None for what is no sum of amounts."""
    node = unwrap(node)
    if isinstance(node, Name):
        return {node.text: 1} if node.text in amounts else None
    if isinstance(node, Literal):
        return {} if isinstance(node.value, (int, float)) and 0 <= node.value < 1 else None
    if isinstance(node, Unary):
        return _joined([(node.operator, node.operand)], amounts)
    if isinstance(node, Chain) and set(node.operators) <= {"+", "-"}:
        return _joined(zip(("+", *node.operators), node.operands, strict=True), amounts)
    if isinstance(node, Call) and node.function in ("SUM", "N"):
        return _joined((("+", each) for each in node.arguments), amounts)
    if isinstance(node, Call) and node.function == "ROUND":
        return _linear(node.arguments[0], amounts)
    return None


def _joined(terms: Iterator[tuple[str, Node]] | list[tuple[str, Node]], amounts: frozenset[str]) -> dict[str, int] | None:
    joined: dict[str, int] = {}
    for operator, term in terms:
        own = _linear(term, amounts)
        if own is None:
            return None
        for name, sign in own.items():
            joined[name] = joined.get(name, 0) + (-sign if operator == "-" else sign)
    return joined
