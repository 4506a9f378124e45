"""Row helpers that have no cell on a sheet: their formula stands where they are read, which is shorter than a column of cells.

Live checks come in with the helpers they read, those helpers go out. Called by `selfcheck_rules`; `selfcheck_plan` writes them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from toolkit.forms.computed import Helper
from toolkit.forms.live import needs_array
from toolkit.formula import Formula, to_excel
from toolkit.formula.compiler import assemble
from toolkit.formula.draft import NUMBER, TEXT, TRUTH
from toolkit.formula.nodes import Call, Name, Node, Paren, children
from toolkit.formula.quick import Surroundings
from toolkit.outputs.filled.selfcheck_lookups import LookUps

# Of what is read several times, and of what is read once: the most characters that are written again and again.
_SHORT, _LONGEST = 90, 420

# How a cell is named in a formula, for its length.
_ADDRESS = "$AA21"

# What takes a value as it takes a cell that holds one, by what the value is; all of them what an operator calculates with.
_LOGICAL = frozenset(("AND", "OR", "NOT", "IF"))
_OF_NUMBERS = frozenset(("MAX", "MIN", "SUM", "LEN", "LEFT", "RIGHT", "MID", "EDATE", "ROUND", "INT", "ABS"))
_OF_TEXTS = frozenset(("LEN", "FIND", "LEFT", "RIGHT", "MID", "TRIM", "SUBSTITUTE", "EXACT"))
_TAKEN = {TRUTH: _LOGICAL, NUMBER: _LOGICAL | _OF_NUMBERS, TEXT: _OF_TEXTS}

_OPERATOR = "&"


def written_where_read(
    helpers: Iterable[Helper], rows: Iterable[Formula], elsewhere: frozenset[str], look_ups: LookUps, known: Surroundings
) -> Mapping[str, Helper]:
    """Return by name which of the `helpers`, each after those it uses, need no cell: what `rows`, formulas of the same row, and other
    helpers read of them is one plain value, once or in a few words.

    `elsewhere` are the names that anything else reads, so that they have to stand in cells; `known` tells what a helper surely is.
    """
    uses: dict[str, Counter[str]] = {}
    for formula in (*rows, *(helper.formula for helper in helpers)):
        for name, within in _reads(formula.tree, _OPERATOR):
            uses.setdefault(name, Counter())[within] += 1
    found: dict[str, Helper] = {}
    written: dict[str, str] = {}
    for helper in helpers:
        tree = look_ups.tree(helper.formula.tree)
        taken = _TAKEN.get(known.kind_of(helper.formula.tree), frozenset()) | {_OPERATOR}
        text = f"({to_excel(assemble('', tree), address=lambda name: written.get(name, _ADDRESS), list_address=str)})"
        read = uses.get(helper.name, Counter())
        short = len(text) <= (_SHORT if read.total() > 1 else _LONGEST)
        plain = not helper.as_text and not needs_array(tree, look_ups.several)
        if plain and short and taken >= set(read) and helper.name not in elsewhere:
            found[helper.name], written[helper.name] = helper, text
    return found


def _reads(node: Node, within: str) -> Iterator[tuple[str, str]]:
    """Yield each name in a tree with what takes it: a function, or an operator."""
    if isinstance(node, Name):
        yield node.text, within
    inside = node.function if isinstance(node, Call) else within if isinstance(node, Paren) else _OPERATOR
    for child in children(node):
        yield from _reads(child, inside)
