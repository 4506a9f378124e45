"""How a formula comes to its result: each of its parts with what it gives, the branches taken, the list words that matched.

Comes in: a `Formula` and what its names stand for. Goes out: a tree of `Part`, to be shown to somebody who wants to follow a verdict by
hand. Called by `checking.explain`; slow beside `Formula.evaluate`, since every part is calculated for itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from toolkit.formula.arrays import cells
from toolkit.formula.compiler import Environment, Formula, assemble
from toolkit.formula.functions.signatures import LIST_FUNCTIONS
from toolkit.formula.nodes import ArrayLiteral, Call, Literal, Missing, Name, Node, Percent, Unary, children, unwrap
from toolkit.formula.render import written


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a formula: as written, what it gives, what it is made of, and for a list function the words that matched."""

    text: str
    value: object
    parts: tuple[Part, ...] = ()
    words: tuple[str, ...] = ()

    def walk(self, level: int = 0) -> Iterator[tuple[int, Part]]:
        """Yield this part and all below it, each with its level from 0."""
        yield level, self
        for part in self.parts:
            yield from part.walk(level + 1)


def parts_of(formula: Formula, env: Environment) -> Part:
    """Return how `formula` comes to its result; what was not looked at (the other branch of an IF) is left out.

    >>> from toolkit.formula import compile_formula
    >>> part = parts_of(compile_formula("IF(甲>1,甲+1,0)", {"甲"}), {"甲": 3})
    >>> [(each.text, each.value) for _, each in part.walk()]
    [('IF(甲>1,甲+1,0)', 4), ('甲>1', True), ('甲+1', 4)]
    """
    return _part(formula.tree, env)


def _part(node: Node, env: Environment) -> Part:
    node = unwrap(node)
    words: tuple[str, ...] = ()
    if isinstance(node, Call) and node.function in LIST_FUNCTIONS:
        words = _matching(node, env)
    return Part(written(node), _value(node, env), tuple(_part(child, env) for child in _looked_at(node, env) if _tells(child)), words)


def _value(node: Node, env: Environment) -> object:
    return _assembled(node).evaluate(env)


# The same parts are calculated for every place a rule fails in.
@lru_cache(maxsize=4096)
def _assembled(node: Node) -> Formula:
    return assemble("", node)


def _tells(node: Node) -> bool:
    """Whether a part says more than what is written: constants and names do not, which are listed by themselves."""
    return not isinstance(_bare(node), (Literal, ArrayLiteral, Missing, Name))


def _bare(node: Node) -> Node:
    node = unwrap(node)
    while isinstance(node, (Unary, Percent)):
        node = unwrap(node.operand)
    return node


def _looked_at(node: Node, env: Environment) -> tuple[Node, ...]:
    """The parts of a node that its result depends on: of IF and IFERROR the branch that is taken."""
    if isinstance(node, (Unary, Percent)):
        return _looked_at(unwrap(node.operand), env)
    if not isinstance(node, Call) or node.function not in ("IF", "IFERROR"):
        return children(node)
    first, *others = node.arguments
    if node.function == "IFERROR":
        caught = _value(Call("ISERROR", (first,), node.position), env) is True
        return (first, *others) if caught else (first,)
    test = _value(first, env)
    if not isinstance(test, (bool, int, float)):
        return node.arguments if isinstance(test, list) else (first,)
    return (first, *others[:1]) if test else (first, *others[1:])


def _matching(node: Call, env: Environment) -> tuple[str, ...]:
    """The words of the list that the text contains, equals, begins or ends with: each tried alone."""
    text, words = node.arguments
    function = "含任一" if node.function == "最后位置" else node.function
    listed = dict.fromkeys(word for word in cells(_value(words, env)) if isinstance(word, str) and word)
    found = []
    for word in listed:
        result = _value(Call(function, (text, ArrayLiteral(((word,),))), node.position), env)
        if any(each is True for each in cells(result)):
            found.append(word)
    return tuple(found)
