"""All rules of a scope at once, as one Python function that finds those that do not plainly pass.

Called by checking and the self-check, with what forms know of the names (`quick.Surroundings`). Computed names that surely give a plain
value are worked out first, each once; where one does not, the rules are looked at without that, and in full where nothing is plain.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from toolkit.formula.directly import NotPlain
from toolkit.formula.draft import NUMBER, TEXT, TRUTH, Part, Quick
from toolkit.formula.effort import TOO_MUCH, within_limit
from toolkit.formula.nodes import Name, Node, deepest, walk
from toolkit.formula.quick import DEEPEST, Surroundings
from toolkit.formula.syntax import PLACE, call_of, chosen


def judge(rules: Sequence[tuple[Node | None, Node]], known: Surroundings) -> Callable[[Mapping[str, object]], Iterable[int]]:
    """Return a function of the names that gives the indexes of the rules that do not plainly pass; each is (applies, condition).

    The others hold, or do not apply. Those it gives are to be calculated in full.
    """
    everything = range(len(rules))
    ways: dict[bool, Quick] = {}

    def look(names: Mapping[str, object]) -> Iterable[int]:
        for ahead in (True, False):
            if ahead not in ways:
                ways[ahead] = _written(rules, known, ahead=ahead)
            try:
                found = within_limit(ways[ahead], names)
            except NotPlain:
                continue
            return everything if found == TOO_MUCH else found  # type: ignore[return-value]
        return everything

    return look


def _written(rules: Sequence[tuple[Node | None, Node]], known: Surroundings, *, ahead: bool) -> Quick:
    """The function of the names; `ahead`: computed names that can be are worked out first, and raise NotPlain where they are not plain."""
    computed: dict[str, Part] = {}
    writer = known.writer(computed)
    body: list[ast.stmt] = [*ast.parse("found = []").body]
    for name, tree in _ahead(rules, known, computed) if ahead else ():
        body += writer.draft.hold(name, writer.value(tree, last=True))
    for index, (applies, condition) in enumerate(rules):
        (told,) = ast.parse(f"try:\n if not 0: found.append({index})\nexcept NotPlain: found.append({index})").body
        if any(deepest(tree) > DEEPEST for tree in (applies, condition) if tree is not None):
            body += ast.parse(f"found.append({index})").body
            continue
        code = writer.truth(condition).code
        if applies is not None:
            part = writer.value(applies, last=True)
            judged = part.code if part.kind == TRUTH else call_of("need_truth", part.code)
            code = chosen(judged, code, ast.Constant(value=True, **PLACE))
        told.body[0].test.operand = code  # type: ignore[attr-defined]
        body.append(told)
    return writer.draft.function([*body, *ast.parse("def f():\n return found").body[0].body])  # type: ignore[attr-defined]


def _ahead(rules: Sequence[tuple[Node | None, Node]], known: Surroundings, computed: dict[str, Part]) -> Iterator[tuple[str, Node]]:
    """The computed names that rules ask for and that give one plain value of a known kind in a bounded number of steps."""
    asked = {part.text for trees in rules for tree in trees if tree is not None for part in walk(tree) if isinstance(part, Name)}
    for name, tree, _ in reversed(known.computed):
        if name in asked:
            asked |= {part.text for part in walk(tree) if isinstance(part, Name)}
    for name, tree, as_text in known.computed:
        if name not in asked or deepest(tree) > DEEPEST:
            continue
        trial = known.writer(computed)
        part = trial.value(tree, last=True)
        if trial.draft.bounded and part.kind in ((TEXT,) if as_text else (TEXT, NUMBER, TRUTH)):
            yield name, tree
