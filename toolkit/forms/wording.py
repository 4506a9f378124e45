"""Words in conditions that no list has, but that are spelt much like one that a list has: a rule that would never meet its case.

In: a compiled condition, fields and lists. Out: what to say of each such word. Called when the rules of a template are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from toolkit.forms.derived import ALSO_TAKEN
from toolkit.forms.live import ALL, BATCH, UNIT
from toolkit.forms.model import DEPENDENT_LIST, Field
from toolkit.formula import Formula
from toolkit.formula.nodes import ArrayLiteral, Call, Chain, Literal, Name, Node, unwrap, walk
from toolkit.values.text import did_you_mean

# So much alike are a word and its slip; 百分数 and 百分比 are less so.
_ALIKE = 0.7

_COMPARED = frozenset(("=", "<>"))
_COUNTED = frozenset(("COUNTIF", "COUNTIFS", "SUMIFS"))


def misspelt(formula: Formula, fields: Mapping[str, Field], lists: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Yield what to say of words that are compared with a field of a list, are not in it and look like one that is."""
    for name, words in _comparisons(formula):
        field = fields.get(name.removeprefix(ALL).removeprefix(UNIT).removeprefix(BATCH))
        if field is None or not field.code_list:
            continue
        known = _words(field.code_list, lists)
        for word in words:
            near = did_you_mean(word, known, alike=_ALIKE) if word and word not in known else ""
            if near:
                yield f"“{word}”不在“{field.name}”的列表里{near}"


def _words(source: str, lists: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words that are right in a field of this list, those that no drop-down offers among them."""
    parents = lists.get(source.removeprefix(DEPENDENT_LIST), ()) if source.startswith(DEPENDENT_LIST) else (source,)
    return tuple(word for parent in parents for name in (parent, parent + ALSO_TAKEN) for word in lists.get(name, ()))


def _comparisons(formula: Formula) -> Iterator[tuple[str, list[str]]]:
    for node in walk(formula.tree):
        if isinstance(node, Chain) and _COMPARED.issuperset(node.operators):
            sides = [unwrap(operand) for operand in node.operands]
        elif isinstance(node, Call) and node.function in _COUNTED:
            sides = [unwrap(argument) for argument in node.arguments[-2:]]
        else:
            continue
        names = [side.text for side in sides if isinstance(side, Name)]
        if len(names) == 1:
            yield names[0], [text for side in sides for text in _texts(side)]


def _texts(node: Node) -> list[str]:
    if isinstance(node, ArrayLiteral):
        return [value for row in node.rows for value in row if isinstance(value, str)]
    return [node.value] if isinstance(node, Literal) and isinstance(node.value, str) else []
