"""The quick way to calculate a formula. It falls back on the full way where values are not plain.

Called by the compiler for every formula, and by forms, which know more: what names stand for, and the words of the lists.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.formula.direct import Writer
from toolkit.formula.directly import NotPlain
from toolkit.formula.draft import COLUMN, NUMBER, SCALAR, TEXT, TRUTH, Draft, Known, Packed, Part, Quick, packed, unpacked
from toolkit.formula.effort import within_limit
from toolkit.formula.generate import SHARED
from toolkit.formula.nodes import Call, Name, Node, deepest, walk
from toolkit.formula.syntax import PLACE

# Deeper formulas are not worth writing twice.
DEEPEST = 40


@dataclass(frozen=True)
class Surroundings:
    """What is known of the names of formulas before any has a value.

    `own` are single cells, `row` those of them that one row has; `computed` the names worked out from them, each after those it uses,
    with their formulas and whether what they give is made a text; `wide` stand for columns; `texts` are computed texts that nearly every
    formula asks for; `known` has what other computed names surely are; `lists` the lists under their names in formulas.
    """

    own: frozenset[str] = frozenset()
    row: frozenset[str] = frozenset()
    wide: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    known: Mapping[str, Known] = field(default_factory=dict)
    lists: Mapping[str, list[object]] = field(default_factory=dict)
    computed: Sequence[tuple[str, Node, bool]] = ()

    def writer(self, computed: dict[str, Part] | None = None) -> Writer:
        own = {**dict.fromkeys(self.own, SCALAR), **dict.fromkeys(self.texts, TEXT)}
        return Writer(Draft(own, {} if computed is None else computed), self.known, self.lists, self.wide)

    def kind_of(self, tree: Node) -> str:
        """Return of what kind a formula's value is, where it has one."""
        return self.writer().value(tree, last=True).kind

    def sure_of(self, tree: Node) -> Known | None:
        """Return what a formula surely gives, None where that is not known beforehand."""
        writer = self.writer()
        part = writer.value(tree, last=True)
        return Known(part.kind, writer.draft.used) if part.sure and part.kind in (TEXT, NUMBER, TRUTH) else None


def alone(tree: Node) -> Quick | None:
    """Return the quick way of a formula of which nothing is known but that its names stand for cells; None where it has none.

    It takes no more steps than the formula has parts. Raises NotPlain for other values.
    """
    parts = list(walk(tree))
    names = frozenset(part.text for part in parts if isinstance(part, Name))
    if deepest(tree) > DEEPEST or any(name.startswith((*SHARED, "列表.")) for name in names):
        return None
    if any(isinstance(part, Call) and part.function == "INDIRECT" for part in parts):
        return None
    writer = Surroundings(names).writer()
    part = writer.value(tree, last=True)
    return writer.draft.function([_returned(part)]) if writer.draft.bounded and part.kind != COLUMN else None


def within(tree: Node, evaluate: Quick, known: Surroundings) -> Quick:
    """Return the quick way of a formula among `known` names; `evaluate` is the full one."""

    def write() -> tuple[Quick, bool]:
        writer = known.writer()
        return writer.draft.function([_returned(writer.value(tree, last=True))]), writer.draft.bounded

    return evaluate if deepest(tree) > DEEPEST else Within(evaluate, write)


class Within:
    """The quick way of a formula, written when it is first asked for. What `kept` gives can be pickled; `again` takes it."""

    def __init__(self, evaluate: Quick, write: Callable[[], tuple[Quick, bool]]) -> None:
        self._evaluate, self._write = evaluate, write
        self._way: tuple[Quick, bool] | None = None

    @classmethod
    def again(cls, kept: tuple[Packed, bool], evaluate: Quick) -> Within:
        return cls(evaluate, lambda: (unpacked(kept[0]), kept[1]))

    def kept(self) -> tuple[Packed, bool]:
        quick, bounded = self._way or self._write()
        return packed(quick), bounded

    def __call__(self, names: Mapping[str, object]) -> object:
        if self._way is None:
            self._way = self._write()
        quick, bounded = self._way
        try:
            return quick(names) if bounded else within_limit(quick, names)
        except NotPlain:
            return self._evaluate(names)


class Together:
    """Several formulas among `known` names as one function, written when it is first asked for; gives the value of each.

    Each comes with the way to calculate it alone, which is taken where something is not plain.
    """

    def __init__(self, formulas: Sequence[tuple[Node, Quick]], known: Surroundings) -> None:
        self._formulas, self._known = formulas, known
        self._quick: Quick | None = None

    def __call__(self, names: Mapping[str, object]) -> list[object]:
        if self._quick is None:
            self._quick = self._written()
        try:
            found: list[object] = self._quick(names)
        except NotPlain:
            return [alone(names) for _, alone in self._formulas]
        for at in range(len(found)) if NotPlain in found else ():
            if found[at] is NotPlain:
                found[at] = self._formulas[at][1](names)
        return found

    def _written(self) -> Quick:
        writer = self._known.writer()
        body = ast.parse("found = []").body
        for tree, _ in self._formulas:
            (told,) = ast.parse("try: found.append(0)\nexcept NotPlain: found.append(NotPlain)").body
            if deepest(tree) > DEEPEST or not self._is_bounded(tree):
                told = told.handlers[0].body[0]  # type: ignore[attr-defined]
            else:
                told.body[0].value.args[0] = writer.value(tree, last=True).code  # type: ignore[attr-defined]
            body.append(told)
        (given,) = ast.parse("def f():\n return found").body
        return writer.draft.function([*body, *given.body])  # type: ignore[attr-defined]

    def _is_bounded(self, tree: Node) -> bool:
        trial = self._known.writer()
        trial.value(tree, last=True)
        return trial.draft.bounded


def _returned(part: Part) -> ast.stmt:
    return ast.Return(value=part.code, **PLACE)
