"""What several row checks calculate alike, found in their conditions, so that a sheet calculates it once per row.

Trees of conditions come in; the parts in common, and the trees with names in their place, go out. A part is cut out
only where a cell with its result says the same as the calculation: never for a blank, never for several values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.formula import LIST_FUNCTIONS, LIST_PREFIX
from toolkit.formula.nodes import ArrayLiteral, Call, Chain, Missing, Name, Node, Paren, Percent, Unary, children

# How a part is called in the trees; no field can be called so.
PREFIX = "\x01"

# What a part must save, in characters of a row's formulas, to be worth a cell.
_WORTH = 200

_LOGICAL = (LIST_FUNCTIONS - {"最后位置"}) | {"AND", "OR", "NOT", "ISNUMBER", "ISTEXT", "ISERROR", "EXACT"}
_NUMERIC = frozenset({"最后位置", "LEN", "FIND", "SEARCH", "SUM", "COUNT", "COUNTA", "MAX", "MIN", "ROUND", "INT", "ABS"})
_TEXTS = frozenset({"LEFT", "RIGHT", "MID", "SUBSTITUTE", "REPLACE", "TRIM", "CLEAN", "UPPER", "LOWER", "TEXT"})

# Functions that give one value whatever they get, and which results they take from a cell as from a calculation.
_SINGLE = {
    **dict.fromkeys(("AND", "OR"), _LOGICAL),
    **dict.fromkeys(("SUM", "MAX", "MIN", "AVERAGE"), _NUMERIC),
    **dict.fromkeys(("COUNT", "COUNTA", "COUNTBLANK", "SUMPRODUCT", "COUNTIF", "COUNTIFS"), frozenset[str]()),
}

# Arguments taken as texts, and so a blank as "".
_TEXT_ARGUMENTS = {
    **dict.fromkeys(("LEFT", "RIGHT", "MID", "LEN", "TRIM", "CLEAN", "UPPER", "LOWER", *LIST_FUNCTIONS), (0,)),
    **dict.fromkeys(("FIND", "SEARCH", "EXACT"), (0, 1)),
    "SUBSTITUTE": (0, 1, 2),
}


@dataclass(frozen=True, slots=True)
class Part:
    """A calculation in common: its name in trees, its tree, and whether its result must be made a text (of a blank)."""

    name: str
    tree: Node
    as_text: bool


def share(trees: Sequence[Node], own: Callable[[str], bool], length: Callable[[Node], int]) -> tuple[tuple[Part, ...], tuple[Node, ...]]:
    """Return the parts that `trees` have in common, and the trees with their names; a part uses only those before it.

    `own` tells the names that stand for one cell of the row: nothing but these and lists may be read by a part.
    `length` tells how long a tree is in Excel.
    """
    graph = _Graph(trees)
    kept = {i for i, node in enumerate(graph.nodes) if isinstance(node, Call) and graph.fits(i) and _is_own(node, own)}
    while True:
        counts = graph.counts(kept)
        worthy = {i for i in kept if counts[i] > 1}
        names = {node: f"{PREFIX}{order}" for order, node in enumerate(sorted(worthy))}
        saved = {i: (counts[i] - 1) * (length(graph.tree(i, names)) - 5) for i in worthy}
        poor = [i for i in sorted(worthy, key=lambda i: saved[i]) if saved[i] < _WORTH]
        if not poor and worthy == kept:
            break
        kept = worthy - set(poor[: max(1, len(poor) // 4)])
    parts = tuple(Part(names[i], graph.tree(i, names), _is_choice(graph.nodes[i])) for i in sorted(kept))
    return parts, tuple(graph.tree(root, names, whole=False) for root in graph.roots)


class _Graph:
    """Trees with equal parts held once; a part has a higher number than the parts it is made of."""

    def __init__(self, trees: Sequence[Node]) -> None:
        self.nodes: list[Node] = []
        self._children: list[tuple[int, ...]] = []
        self._numbers: dict[object, int] = {}
        self._unfit: set[int] = set()
        self.roots = [self._add(tree) for tree in trees]

    def fits(self, number: int) -> bool:
        """Return whether a cell can stand for a node wherever it is used."""
        return number not in self._unfit

    def counts(self, kept: set[int]) -> list[int]:
        """Return how often each node is written out when those `kept` are written once."""
        counts = [0] * len(self.nodes)
        for root in self.roots:
            counts[root] += 1
        for number in range(len(self.nodes) - 1, -1, -1):
            times = min(counts[number], 1) if number in kept else counts[number]
            for child in self._children[number]:
                counts[child] += times
        return counts

    def tree(self, number: int, names: dict[int, str], *, whole: bool = True) -> Node:
        """Return a node's tree with names for the nodes that have one, save for itself if it is wanted `whole`."""
        if number in names and not whole:
            return Name(names[number], 0)
        parts = tuple(self.tree(child, names, whole=False) for child in self._children[number])
        return _with_children(self.nodes[number], parts)

    def _add(self, node: Node) -> int:
        below = tuple(self._add(child) for child in children(node))
        key = (_shell(node), below)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.nodes)
            self.nodes.append(node)
            self._children.append(below)
        for index, child in enumerate(below):
            if not _fits(node, index, self.nodes[child]):
                self._unfit.add(child)
        return number


def _shell(node: Node) -> object:
    """Return what tells a node from others with the same children."""
    if isinstance(node, Name):
        return "name", node.text
    if isinstance(node, Call):
        return "call", node.function
    if isinstance(node, (Unary, Chain)):
        return type(node), node.operator if isinstance(node, Unary) else node.operators
    return type(node) if isinstance(node, (Paren, Percent)) else (repr(node),)


def _with_children(node: Node, parts: tuple[Node, ...]) -> Node:
    if isinstance(node, Call):
        return replace(node, arguments=parts)
    if isinstance(node, Chain):
        return replace(node, operands=parts)
    if isinstance(node, (Unary, Percent)):
        return replace(node, operand=parts[0])
    return replace(node, inner=parts[0]) if isinstance(node, Paren) else node


def _fits(parent: Node, index: int, node: Node) -> bool:
    """Return whether `parent` takes the result of `node` from a cell as it takes it from the calculation."""
    if not isinstance(node, Call):
        return True
    if _is_choice(node):
        text = isinstance(parent, Chain) and parent.operators[0] == "&"
        return text or (isinstance(parent, Call) and index in _TEXT_ARGUMENTS.get(parent.function, ()))
    if isinstance(parent, Call) and parent.function in _SINGLE:
        return node.function in _SINGLE[parent.function]
    return node.function in _LOGICAL | _NUMERIC | _TEXTS


def _is_choice(node: Node) -> bool:
    """Return whether a node is an IF between texts, which may give a blank cell."""
    return isinstance(node, Call) and node.function == "IF" and all(_is_text(n) for n in node.arguments[1:])


def _is_text(node: Node) -> bool:
    return isinstance(node, Name) or (isinstance(node, Call) and (node.function in _TEXTS or _is_choice(node)))


def _is_own(node: Node, own: Callable[[str], bool]) -> bool:
    """Return whether a call gives one value, from cells of the row and lists alone."""
    return _is_scalar(node) and all(own(name) or name.startswith(LIST_PREFIX) for name in _names(node))


def _is_scalar(node: Node) -> bool:
    if isinstance(node, ArrayLiteral) or (isinstance(node, Name) and node.text.startswith(LIST_PREFIX)):
        return False
    if isinstance(node, Call):
        if node.function in LIST_FUNCTIONS:
            return _is_scalar(node.arguments[0])
        if node.function in _SINGLE:
            return True
        if node.function not in _LOGICAL | _NUMERIC | _TEXTS | {"IF", "IFERROR", "VALUE"}:
            return False
    return isinstance(node, Missing) or all(map(_is_scalar, children(node)))


def _names(node: Node) -> Iterator[str]:
    if isinstance(node, Name):
        yield node.text
    for child in children(node):
        yield from _names(child)
