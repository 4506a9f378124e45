"""Which sum a condition asks for: `ROUND(合计-甲-乙,2)=0` says that 合计 equals 甲 and 乙 together, whoever wrote it that way.

Comes in: a condition that does not hold, and what its names stand for. Goes out: the comparison of sums that fails, as terms on two
sides. Called by `checking.sums`, which shows it with the values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from toolkit.formula.compiler import Environment, Formula, assemble
from toolkit.formula.nodes import Call, Chain, Literal, Name, Node, Unary, unwrap

_RELATIONS = ("=", "<=", ">=", "<", ">")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing added; `whole` where all cells of a name are added up."""

    node: Node
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left` has to stand in `relation` to `right`: both are sums."""

    left: tuple[Term, ...]
    relation: str
    right: tuple[Term, ...]


def failing_sum(formula: Formula, env: Environment) -> Comparison | None:
    """Return the comparison of sums because of which a condition does not hold, None where there is none.

    >>> from toolkit.formula import compile_formula
    >>> found = failing_sum(compile_formula("ROUND(合计-甲-乙,2)=0", {"合计", "甲", "乙"}), {"合计": 3, "甲": 1, "乙": 1})
    >>> [term.node.text for term in found.left], found.relation, [term.node.text for term in found.right]
    (['合计'], '=', ['甲', '乙'])
    """
    for node in _deciding(formula.tree, env):
        found = _comparison(node)
        if found is not None and _part(node, repr(node)).evaluate(env) is False:
            return found
    return None


# A rule fails for many rows. `_written` is there because 1, 1.0 and TRUE are equal to Python.
@lru_cache(maxsize=1024)
def _part(node: Node, _written: str) -> Formula:
    return assemble("", node)


def _deciding(node: Node, env: Environment) -> Iterator[Node]:
    """The parts that have to hold for the whole to hold, or one of which has to."""
    node = unwrap(node)
    if isinstance(node, Call) and node.function in ("AND", "OR"):
        for argument in node.arguments:
            yield from _deciding(argument, env)
    elif isinstance(node, Call) and node.function == "IF" and len(node.arguments) > 1:
        test = _part(node.arguments[0], repr(node.arguments[0])).evaluate(env)
        if isinstance(test, (bool, int, float)):
            for branch in node.arguments[1:2] if test else node.arguments[2:]:
                yield from _deciding(branch, env)
    else:
        yield node


def _comparison(node: Node) -> Comparison | None:
    if isinstance(node, Call) and node.function == "相符":
        sides, relation = node.arguments[:2], "="
    elif isinstance(node, Chain) and len(node.operators) == 1 and node.operators[0] in _RELATIONS:
        sides, relation = node.operands, node.operators[0]
    else:
        return None
    first, second = ([*_terms(_unrounded(side), 1)] for side in sides)
    left = [term for sign, term in first if sign > 0] + [term for sign, term in second if sign < 0]
    right = [term for sign, term in first if sign < 0] + [term for sign, term in second if sign > 0]
    if not left or not right or not _adds_up(left, right):
        return None
    if relation == "=" and _weight(left) > _weight(right):
        left, right = right, left
    return Comparison(tuple(left), relation, tuple(right))


def _weight(terms: list[Term]) -> int:
    return sum(2 if term.whole else 1 for term in terms)


def _adds_up(left: list[Term], right: list[Term]) -> bool:
    """Whether anything is summed at all, and of cells and numbers alone: a product or a function is no term to be shown."""
    terms = left + right
    return (len(terms) > 2 or any(term.whole for term in terms)) and all(isinstance(term.node, (Name, Literal)) for term in terms)


def _unrounded(node: Node) -> Node:
    node = unwrap(node)
    while isinstance(node, Call) and node.function == "ROUND":
        node = unwrap(node.arguments[0])
    return node


def _terms(node: Node, sign: int) -> Iterator[tuple[int, Term]]:
    """The things a node adds (1) and takes away (-1)."""
    node = unwrap(node)
    if isinstance(node, Literal) and node.value == 0:
        return
    if isinstance(node, Unary):
        yield from _terms(node.operand, -sign if node.operator == "-" else sign)
    elif isinstance(node, Chain) and set(node.operators) <= {"+", "-"}:
        for operator, operand in zip(("+", *node.operators), node.operands, strict=True):
            yield from _terms(operand, -sign if operator == "-" else sign)
    elif isinstance(node, Call) and node.function == "SUM" and all(isinstance(unwrap(each), Name) for each in node.arguments):
        for each in node.arguments:
            yield sign, Term(unwrap(each), whole=True)
    else:
        yield sign, Term(node)
