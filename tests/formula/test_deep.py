"""Writing a formula takes steps in proportion to its parts, however deep and in which place it is nested: nothing is written once more a level."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from toolkit.formula import compile_formula
from toolkit.formula.direct import Writer
from toolkit.formula.functions.signatures import FUNCTIONS
from toolkit.formula.judge import Judge
from toolkit.formula.nodes import Node, deepest
from toolkit.formula.parser import parse
from toolkit.formula.quick import DEEPEST, Surroundings, within

NAMES = ("甲", "乙")

# So many levels, and so many parts written in all: of what is written twice a level there would be several times as many.
MOST, LIMIT = 14, 5_000

# Nested in ways of their own, which are tried before the usual one.
IDIOMS = (
    "IFERROR({0}*1,0)", "IFERROR(SIGN({0}-乙),0)", "IFERROR(甲*1,{0})", "ISNUMBER({0}*1)", 'ISNUMBER(FIND("率",{0}))', 'ISERROR(FIND("率",{0}))',
    'MIN(FIND({{"率","度"}},甲&"率度",{0}))', 'OR(ISNUMBER(FIND({{"率","度"}},{0})))', 'OR({0}={{"是","否"}})', 'SUBSTITUTE({0},"率","")', "LEN(TRIM({0}))>0",
    "SUMPRODUCT(--ISNUMBER(FIND(列表.词,{0})))", "SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,{0}))*(LEN(列表.词)>LEN({0})))",
    "SUMPRODUCT(--(相似度(甲,{0})>0.85))>0", "MAX(甲,{0})", "N({0})", "含任一({0},列表.词)", "-({0})", "({0})%", "甲&{0}", "甲+{0}", "{0}>乙", "甲={0}",
)  # fmt: skip


def nested() -> Iterator[str]:
    """A pattern for each argument of each function, with the place of the argument left open."""
    for name, function in sorted(FUNCTIONS.items()):
        accepted = [n for n in range(1, 8) if function.accepts(n)]
        for most in accepted[:3]:
            for place in range(most):
                if not function.needs_area(place):
                    others = ["列表.词" if function.needs_area(n) else "甲" for n in range(most)]
                    yield f"{name}({','.join([*others[:place], '{0}', *others[place + 1 :]])})"
                    blank = ["甲" if n == 0 else "" if other == "甲" else other for n, other in enumerate(others)]
                    yield f"{name}({','.join([*blank[:place], '{0}', *blank[place + 1 :]])})"
    yield from IDIOMS


def deep(pattern: str) -> Node:
    """The pattern in itself, as deep as such a formula is written at all, but no deeper than shows whether the steps double."""
    found, text = parse("乙"), "乙"
    for _ in range(MOST):
        text = pattern.replace("{{", "{").replace("}}", "}").replace("{0}", text)
        tree = compile_formula(text, NAMES, ("词",)).tree
        if deepest(tree) > DEEPEST or len(text) > 20_000:
            break
        found = tree
    return found


@pytest.mark.parametrize("pattern", tuple(nested()))
def test_no_part_is_written_again_at_every_level(pattern: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tree = deep(pattern)
    written = 0
    value = Writer.value

    def counted(self: Writer, node: Node, last: bool = False) -> object:
        nonlocal written
        written += 1
        assert written < LIMIT, pattern
        return value(self, node, last)

    monkeypatch.setattr(Writer, "value", counted)
    known = Surroundings(frozenset(NAMES), lists={"列表.词": ["率", "度"]})
    names: dict[str, object] = {"甲": "设备完好率", "乙": 3, "列表.词": ["率", "度"]}
    within(tree, lambda _: None, known)(names)
    Judge([(None, tree)], known)(names)
    assert written
