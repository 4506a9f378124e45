"""What a form says of the names in its formulas before any has a value: cells, columns, lists, computed names and what they surely are.

Comes in: a form. Goes out: the `Surroundings` of a declaration or of a table's rows, with which formulas are calculated quickly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from toolkit.forms.model import NUMERIC, Field, Form
from toolkit.formula import LIST_FUNCTIONS, LIST_PREFIX
from toolkit.formula.nodes import Call, Name, Node, unwrap, walk
from toolkit.formula.parser import parse
from toolkit.formula.quick import Surroundings

# What so many formulas look into is worked out before them, and not asked for by each.
_OFTEN = 3

# Where the values lie that a function gives back as they are.
_GIVING = {"IF": 1, "CHOOSE": 1, "IFERROR": 0, "INDEX": 0, "LOOKUP": 1, "VLOOKUP": 1}


@lru_cache(maxsize=16)
def word_columns(form: Form) -> Mapping[str, list[object]]:
    """Return the form's lists under their names in formulas, the same columns every time; a blank word is a blank cell."""
    return {LIST_PREFIX + name: [word or None for word in words] for name, words in form.lists.items()}


@lru_cache(maxsize=64)
def surroundings(form: Form, table_name: str | None = None) -> Surroundings:
    """Return what is known beforehand of the names of a declaration, or of a row of a table, to calculate with them quickly."""
    table = form.table_named(table_name) if table_name is not None else None
    row = frozenset(table.names if table else ())
    own = row.union(f.name for f in form.fields)
    helpers = form.row_helpers if table and table.first else form.helpers
    wide = frozenset(form.columns) - own - {f.name for f in helpers}
    known = Surroundings(own, row, wide, _often_read(form) & {f.name for f in helpers}, {}, word_columns(form))
    computed = []
    for helper in helpers:
        tree = parse(helper.formula)
        sure = None if _may_be_blank(tree) else known.sure_of(tree)
        if sure is not None and helper.name not in known.texts:
            known = replace(known, known={**known.known, helper.name: sure})
        computed.append((helper.name, tree, is_made_text(helper, tree)))
    return replace(known, computed=tuple(computed))


@lru_cache(maxsize=16)
def _often_read(form: Form) -> frozenset[str]:
    """The names that several formulas look for words in."""
    helpers = (*form.helpers, *form.row_helpers)
    texts = [parse(text) for text in (*(rule.condition for rule in form.rules_in_force), *(f.formula for f in helpers))]
    found = Counter(
        call.arguments[0].text
        for tree in texts
        for call in walk(tree)
        if isinstance(call, Call) and call.function in LIST_FUNCTIONS and isinstance(call.arguments[0], Name)
    )
    return frozenset(name for name, times in found.items() if times >= _OFTEN)


def is_made_text(field: Field, tree: Node) -> bool:
    """Return whether what a computed field gives is made a text: it may be a blank cell, and is no number."""
    return _may_be_blank(tree) and field.type not in NUMERIC


def _may_be_blank(node: Node) -> bool:
    """Return whether a formula may give a blank cell as it is."""
    node = unwrap(node)
    if isinstance(node, Call) and node.function in _GIVING:
        return any(_may_be_blank(argument) for argument in node.arguments[_GIVING[node.function] :])
    return isinstance(node, Name)
