"""All rules of a scope at once, as one Python function that finds those that do not plainly pass.

Called by checking and the self-check, with what forms know of the names (`quick.Surroundings`). Computed names that surely give a plain
value are worked out first, each once; where one does not, the rules are looked at without that, and in full where nothing is plain.
What hangs on one cell of a row alone, on those beside the one that most rules are about (the name), or on the cells of one row, is a
function of its own that remembers what it gave: units, values and whole rows recur from file to file.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from toolkit.formula.direct import Writer
from toolkit.formula.directly import PLAIN, NotPlain
from toolkit.formula.draft import NUMBER, TEXT, TRUTH, Packed, Part, Quick, packed, unpacked
from toolkit.formula.effort import TOO_MUCH, within_limit
from toolkit.formula.functions.signatures import FUNCTIONS
from toolkit.formula.nodes import Call, Name, Node, deepest, walk
from toolkit.formula.quick import DEEPEST, Surroundings
from toolkit.formula.syntax import PLACE, call_of, chosen, load, tuple_of

Rule = tuple[Node | None, Node]

# What hangs on more than the cells of one row.
NOT_OF_ROW: frozenset[str] = frozenset()

# Some megabytes in all; long texts hardly come twice.
MOST = 4096
LONGEST = 200


class Judge:
    """Gives the indexes of the rules that do not plainly pass for some names; each rule is (applies, condition).

    The others hold, or do not apply. Those it gives are to be calculated in full. When it is pickled, to be kept, it is written both ways.
    """

    def __init__(self, rules: Sequence[Rule], known: Surroundings) -> None:
        self._everything = range(len(rules))
        self._write = partial(_written, rules, known)
        self._kept: dict[bool, Packed] = {}
        self._ways: dict[bool, Quick] = {}

    def __call__(self, names: Mapping[str, object]) -> Iterable[int]:
        for ahead in (True, False):
            try:
                found = within_limit(self._way(ahead), names)
            except NotPlain:
                continue
            return self._everything if found == TOO_MUCH else found  # type: ignore[return-value]
        return self._everything

    def _way(self, ahead: bool) -> Quick:
        if ahead not in self._ways:
            self._ways[ahead] = unpacked(self._kept[ahead]) if ahead in self._kept else self._write(ahead=ahead)
        return self._ways[ahead]

    def __getstate__(self) -> tuple[int, dict[bool, Packed]]:
        return len(self._everything), {ahead: packed(self._way(ahead)) for ahead in (True, False)}

    def __setstate__(self, state: tuple[int, dict[bool, Packed]]) -> None:
        count, self._kept = state
        self._everything, self._ways = range(count), {}


@dataclass
class _Function:
    """A function on the way: its statements, where the names are that it has worked out, and what shows those to formulas in full."""

    writer: Writer
    body: list[ast.stmt] = field(default_factory=list)
    places: list[ast.expr] = field(default_factory=list)
    shown: list[ast.stmt] = field(default_factory=list)

    def hold(self, name: str, tree: Node) -> None:
        place, worked_out, shown = self.writer.draft.hold(name, self.writer.value(tree, last=True))
        self.body += [worked_out, shown]
        self.places.append(place)
        self.shown.append(shown)

    def ask(self, other: _Function, cells: Iterable[str]) -> None:
        """Have another function, of some cells, work out its names and look at its rules before; what it gave is remembered."""
        given = ast.Return(value=tuple_of([*other.places, load("found")]), **PLACE)
        remembered = self.writer.draft.constant(Remembered(other.written([given]), tuple(sorted(cells))))
        targets: list[ast.expr] = [ast.Name(id=place.id, ctx=ast.Store(), **PLACE) for place in (*other.places, load("of_cells"))]  # type: ignore[attr-defined]
        called = ast.Call(func=remembered, args=[load("E")], keywords=[], **PLACE)
        asked = ast.Assign(targets=[ast.Tuple(elts=targets, ctx=ast.Store(), **PLACE)], value=called, **PLACE)
        self.body[:0] = [asked, *ast.parse("found += of_cells").body, *other.shown]
        self.places += other.places
        self.shown += other.shown

    def written(self, given: Sequence[ast.stmt]) -> Quick:
        return self.writer.draft.function([*ast.parse("found = []").body, *self.body, *given])


def _written(rules: Sequence[Rule], known: Surroundings, *, ahead: bool) -> Quick:
    """The function of the names; `ahead`: computed names that can be are worked out first, and raise NotPlain where they are not plain."""
    computed: dict[str, Part] = {}
    of_names: dict[str, frozenset[str]] = {}
    row = known.row if ahead else frozenset()
    functions: dict[frozenset[str], _Function] = defaultdict(lambda: _Function(known.writer(computed)))
    names = dict(_ahead(rules, known) if ahead else ())
    for name, tree in names.items():
        of_names[name] = _cells_of((tree,), known, of_names)
    of_rules = [_cells_of(rule, known, of_names) for rule in rules]
    beside = row - {_most_asked([*of_names.values(), *of_rules])}
    for name, tree in names.items():
        functions[_whose(of_names[name], row, beside)].hold(name, tree)
    for index, rule in enumerate(rules):
        function = functions[_whose(of_rules[index], row, beside)]
        function.body += _told(index, rule, function.writer)
    of_row = functions[row]
    of_others = functions[beside] if beside else of_row
    for cells, function in list(functions.items()):
        if len(cells) == 1 and function is not of_row and function is not of_others:
            (of_others if cells <= beside else of_row).ask(function, cells)
    if of_others is not of_row:
        of_row.ask(of_others, beside)
    whole = functions[NOT_OF_ROW]
    if whole is not of_row:
        whole.ask(of_row, row)
    (given,) = ast.parse("def f():\n return sorted(found)").body
    return whole.written(given.body)  # type: ignore[attr-defined]


def _whose(cells: frozenset[str], row: frozenset[str], beside: frozenset[str]) -> frozenset[str]:
    """Of which cells the function is in which a formula of some cells belongs: of that one, of those `beside` the name, of its row, or of more."""
    if not cells or not cells <= row:
        return NOT_OF_ROW
    return cells if len(cells) == 1 else beside if cells <= beside else row


def _most_asked(asked: Iterable[frozenset[str]]) -> str:
    """The cell on which alone most formulas hang: it tells rows apart."""
    counted = Counter(cell for cells in asked if len(cells) == 1 for cell in cells)
    return max(counted, key=lambda cell: (counted[cell], cell), default="")


def _told(index: int, rule: Rule, writer: Writer) -> list[ast.stmt]:
    """What puts the index of a rule among those found where it does not plainly pass."""
    applies, condition = rule
    if any(deepest(tree) > DEEPEST for tree in rule if tree is not None):
        return ast.parse(f"found.append({index})").body
    (told,) = ast.parse(f"try:\n if not 0: found.append({index})\nexcept NotPlain: found.append({index})").body
    code = writer.truth(condition).code
    if applies is not None:
        part = writer.value(applies, last=True)
        judged = part.code if part.kind == TRUTH else call_of("need_truth", part.code)
        code = chosen(judged, code, ast.Constant(value=True, **PLACE))
    told.body[0].test.operand = code  # type: ignore[attr-defined]
    return [told]


def _cells_of(trees: Sequence[Node | None], known: Surroundings, of_names: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The cells of the row that formulas hang on, by themselves or through names worked out before; none where they hang on anything else."""
    parts = [part for tree in trees if tree is not None for part in walk(tree)]
    if any(isinstance(part, Call) and FUNCTIONS[part.function].kind == "names" for part in parts):
        return NOT_OF_ROW
    names = {part.text for part in parts if isinstance(part, Name)} - known.lists.keys()
    found = [of_names.get(name, frozenset({name}) & known.row) for name in names]
    return frozenset().union(*found) if all(found) else NOT_OF_ROW


def _ahead(rules: Sequence[Rule], known: Surroundings) -> Iterator[tuple[str, Node]]:
    """The computed names that rules ask for and that give one plain value of a known kind in a bounded number of steps."""
    computed: dict[str, Part] = {}
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
            trial.draft.hold(name, part)
            yield name, tree


class Remembered:
    """A quick function of the names `cells`. Raises NotPlain for what is no plain value, and what the function raises; that is not kept."""

    __slots__ = ("_calculate", "_cells", "_kept")

    def __init__(self, calculate: Quick, cells: tuple[str, ...]) -> None:
        self._calculate, self._cells = calculate, cells
        self._kept: dict[tuple[object, ...], object] = {}

    def __call__(self, names: Mapping[str, object]) -> object:
        key = tuple([_apart(names[cell]) for cell in self._cells])
        found = self._kept.get(key)
        if found is None:
            found = self._calculate(names)
            if all(type(part) is not str or len(part) <= LONGEST for part in key):
                if len(self._kept) >= MOST:
                    self._kept.clear()
                self._kept[key] = found
        return found

    def __reduce__(self) -> tuple[object, tuple[Packed, tuple[str, ...]]]:
        return _remembered, (packed(self._calculate), self._cells)


def _remembered(kept: Packed, cells: tuple[str, ...]) -> Remembered:
    return Remembered(unpacked(kept), cells)


def _apart(value: object) -> object:
    """A plain value so that those are alike which are the same to every formula: 1, TRUE and "1" are not, nor are 0 and -0."""
    if type(value) is str:
        return value
    if type(value) not in PLAIN:
        raise NotPlain
    return type(value), str(value)
