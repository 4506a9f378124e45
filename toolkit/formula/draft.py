"""A Python function on the way: the names it looks up at its beginning, values held for a second use, kinds made sure.

`direct` writes formulas with it. Each part is written with what is known of its value: its kind, and whether it is sure, that is,
can never raise.
"""

from __future__ import annotations

import ast
import marshal
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from toolkit.formula.directly import CALLED, PLAIN, NotPlain
from toolkit.formula.functions.signatures import FUNCTIONS
from toolkit.formula.generate import SHARED, Generator
from toolkit.formula.idioms import caseless
from toolkit.formula.nodes import ArrayLiteral, Call, Name, Node, children
from toolkit.formula.syntax import PLACE, assigned, call_of, chosen, compared, joined, load, method, negated

# Kinds of values: a text, a number, a logical value; any of these or a blank; whatever there is; several values.
TEXT, NUMBER, TRUTH, SCALAR, ANY, COLUMN = "text", "number", "truth", "scalar", "any", "column"
PLAIN_KINDS = frozenset((TEXT, NUMBER, TRUTH, SCALAR))

# Functions that make one value of columns.
_REDUCING = {name for name, function in FUNCTIONS.items() if function.kind == "aggregate"} | {
    "SUMPRODUCT",
    "COUNTBLANK",
    "ROWS",
    "COLUMNS",
    "INDEX",
}

Quick = Callable[[Mapping[str, object]], Any]

_SIGNS = {"=": ast.Eq(), "<>": ast.NotEq(), "<": ast.Lt(), ">": ast.Gt(), "<=": ast.LtE(), ">=": ast.GtE()}

# So many words are looked for one by one.
_FEW_WORDS = 8

# Whole numbers below it are equal to Excel only where they are the same.
_APART = 10**14

# What can be written as it is, and what it is then.
_WRITTEN: dict[type, str] = {str: TEXT, int: NUMBER, float: NUMBER, bool: TRUTH}

# What a written function can call besides what the full way does.
_CALLED = {**CALLED, "PLAIN": PLAIN, "NotPlain": NotPlain, "type": type, "str": str, "int": int, "float": float, "max": max, "min": min}

# A written function to be kept: its code and the constants that it names.
Packed = tuple[bytes, dict[str, object]]


class Part(NamedTuple):
    """A part of a formula as written."""

    code: ast.expr
    kind: str
    sure: bool

    @property
    def plain(self) -> bool:
        return self.kind in PLAIN_KINDS


class Known(NamedTuple):
    """What a computed name surely is, as long as the names it is `made_of` are what they are to be."""

    kind: str
    made_of: tuple[str, ...]


class Draft:
    """`own` are the names looked up at the beginning, with what they are to be: SCALAR or TEXT. `bounded`: nothing is written in full.

    `computed` are the names that were worked out before (`hold`), with where they are and what they are.
    """

    def __init__(self, own: Mapping[str, str], computed: dict[str, Part]) -> None:
        self._own, self._computed = own, computed
        self._full = Generator()
        self._full.scope.update(_CALLED)
        self._used: dict[str, str] = {}
        self._texts: set[str] = set()
        self._lengths: set[str] = set()
        self._temporary = 0
        self.bounded = True

    def constant(self, value: object) -> ast.expr:
        return self._full.constant(value)

    def in_full(self, node: Node, last: bool = False, kind: str = ANY) -> Part:
        """Return a part as the full way writes it; `last` as `Generator.emit` has it."""
        code = self._full.emit(node, last)
        if isinstance(code, ast.Constant) and type(code.value) in _WRITTEN:
            return Part(code, _WRITTEN[type(code.value)], True)
        self.bounded = False
        return Part(code, kind, False)

    def name(self, name: str, kind: str, sure: bool) -> Part:
        """Return what a name stands for; `kind` and `sure` are of names that are not looked up at the beginning."""
        if name in self._computed:
            return self._computed[name]
        if name in self._own:
            return Part(load(self._used.setdefault(name, f"n{len(self._used)}")), self._own[name], True)
        return Part(_looked_up(name), kind, sure)

    @property
    def used(self) -> tuple[str, ...]:
        """The names that are looked up at the beginning."""
        return tuple(self._used)

    def held(self, code: ast.expr) -> tuple[ast.expr, ast.expr]:
        """Return a value where it is first used, and where it is used again."""
        if isinstance(code, (ast.Name, ast.Constant)):
            return code, code
        self._temporary += 1
        name = f"w{self._temporary}"
        return ast.NamedExpr(target=ast.Name(id=name, ctx=ast.Store(), **PLACE), value=code, **PLACE), load(name)

    def plain(self, part: Part) -> Part:
        return part if part.plain else Part(call_of("need_plain", part.code), SCALAR, False)

    def text(self, part: Part) -> Part:
        if part.kind == TEXT:
            return part
        if part.kind == SCALAR and isinstance(part.code, ast.Name) and part.code.id in self._used.values():
            self._texts.add(part.code.id)
            return Part(load(f"text_{part.code.id}"), TEXT, True)
        return Part(self._needed(part.code, "str", "need_text"), TEXT, part.sure and part.plain)

    def number(self, part: Part) -> Part:
        return part if part.kind == NUMBER else Part(self._needed(part.code, "float", "need_number"), NUMBER, False)

    def truth(self, part: Part) -> Part:
        if part.kind == NUMBER:
            return Part(compared(part.code, ast.NotEq(), self.constant(0)), TRUTH, part.sure)
        return part if part.kind == TRUTH else Part(call_of("as_truth", part.code), TRUTH, False)

    def length(self, text: Part) -> Part:
        """Return the length of a text; of one that is looked up at the beginning it is found there."""
        if isinstance(text.code, ast.Name) and text.code.id.removeprefix("text_") in self._used.values():
            self._lengths.add(text.code.id)
            return Part(load(f"length_of_{text.code.id}"), NUMBER, True)
        return Part(call_of("length", text.code), NUMBER, text.sure)

    def any_within(self, words: Sequence[str], text: Part) -> Part:
        """Return whether any of `words` stands in a text."""
        if len(words) > _FEW_WORDS:
            return Part(call_of("any_within", self.constant(tuple(words)), text.code), TRUTH, text.sure)
        first, again = self.held(text.code)
        looks = [compared(self.constant(word), ast.In(), again if n else first) for n, word in enumerate(words)]
        return Part(joined(ast.Or(), looks), TRUTH, text.sure)

    def replaced(self, text: Part, old: ast.expr, new: ast.expr) -> Part:
        """Return a text with all places of a written one exchanged; what does not grow by it cannot become too long."""
        if isinstance(old, ast.Constant) and isinstance(new, ast.Constant) and len(str(new.value)) <= len(str(old.value)):
            return Part(method(text.code, "replace", old, new), TEXT, text.sure)
        return Part(call_of("replaced", text.code, old, new), TEXT, False)

    def one_of(self, part: Part, words: Sequence[str]) -> Part:
        """Return whether a value equals one of `words`."""
        part = self.plain(part)
        if all(map(caseless, words)):
            known: set[str | None] = {*words, None} if "" in words else {*words}
            return Part(compared(part.code, ast.In(), self.constant(frozenset(known))), TRUTH, part.sure)
        return Part(call_of("among", self.constant(frozenset(map(str.lower, words))), part.code), TRUTH, part.sure)

    def is_word(self, word: str, part: Part) -> ast.expr:
        """A comparison with a word in which no letter has two cases."""
        first, again = self.held(part.code)
        same = compared(again if part.kind == SCALAR and not word else part.code, ast.Eq(), self.constant(word))
        if word or part.kind == TEXT:
            return same
        return joined(ast.Or(), [compared(first, ast.Is(), self.constant(None)), same])

    def ordered(self, sign: str, a: Part, b: Part) -> Part:
        """Return a comparison; of numbers that Excel cannot take as equal unless they are, as Python has it."""
        whole = _is_whole(a.code) and _is_whole(b.code)
        if whole or {_is_nought(a.code) and b.kind, _is_nought(b.code) and a.kind} & {NUMBER}:
            return Part(compared(a.code, _SIGNS[sign], b.code), TRUTH, a.sure and b.sure)
        return Part(call_of(f"o_{sign}", a.code, b.code), TRUTH, a.sure and b.sure)

    def hold(self, name: str, part: Part) -> tuple[ast.expr, ast.stmt, ast.stmt]:
        """Work out a name now: what is written after it finds it. Returns where it is, what works it out, and what shows it to others."""
        local = f"c{len(self._computed)}"
        self._computed[name] = Part(load(local), part.kind, True)
        kept = ast.Assign(targets=[_looked_up(name, ast.Store())], value=load(local), **PLACE)
        return load(local), assigned(local, part.code), kept

    def function(self, body: Sequence[ast.stmt]) -> Quick:
        """Return the function of the names `E` that does what `body` says. It raises NotPlain where a name is not what it is to be."""
        head: list[ast.stmt] = []
        for name, local in self._used.items():
            if self._own[name] == TEXT:
                head.append(assigned(local, call_of("need_text", _looked_up(name))))
            else:
                plain = compared(call_of("type", load(local)), ast.In(), load("PLAIN"))
                refused = ast.If(test=negated(plain), body=[ast.Raise(exc=load("NotPlain"), cause=None, **PLACE)], orelse=[], **PLACE)
                head += [assigned(local, _looked_up(name)), refused]
            if local in self._texts:
                head.append(assigned(f"text_{local}", self._needed(load(local), "str", "need_text")))
            measured = (text for text in (local, f"text_{local}") if text in self._lengths)
            head += [assigned(f"length_of_{text}", call_of("length", load(text))) for text in measured]
        module = ast.parse("def quick(E): pass")
        module.body[0].body = [*head, *body]  # type: ignore[attr-defined]
        scope = self._full.scope
        exec(compile(module, "<formula>", "exec"), scope)
        return scope.pop("quick")  # type: ignore[return-value]

    def _needed(self, code: ast.expr, kind: str, otherwise: str) -> ast.expr:
        first, again = self.held(code)
        return chosen(compared(call_of("type", first), ast.Is(), load(kind)), again, call_of(otherwise, again))


def packed(function: Quick) -> Packed:
    """Return a written function so that it can be kept as long as Python and the program are the same; `unpacked` gives it back."""
    scope = function.__globals__
    code: CodeType = function.__code__
    return marshal.dumps(code), {name: scope[name] for name in _names(code) if name.startswith("K") and name in scope}


def unpacked(kept: Packed) -> Quick:
    code, constants = kept
    return FunctionType(marshal.loads(code), {**Generator().scope, **_CALLED, **constants})


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _looked_up(name: str, context: ast.expr_context | None = None) -> ast.expr:
    return ast.Subscript(value=load("E"), slice=ast.Constant(value=name, **PLACE), ctx=context or ast.Load(), **PLACE)


def _is_nought(code: ast.expr) -> bool:
    return isinstance(code, ast.Constant) and type(code.value) in (int, float) and code.value == 0


def _is_whole(code: ast.expr) -> bool:
    """Whether a part is surely a whole number, and no large one: a length, or one that is written."""
    if isinstance(code, ast.Constant):
        return type(code.value) is int and abs(code.value) < _APART
    called = code.func if isinstance(code, ast.Call) else None
    return isinstance(called, ast.Name) and called.id == "length" or isinstance(code, ast.Name) and code.id.startswith("length_of_")


def is_wide(name: str, wide: frozenset[str]) -> bool:
    """Return whether a name stands for a column; `wide` are those that do not show it."""
    return name in wide or name.startswith((*SHARED, "列表."))


def is_column(node: Node, wide: frozenset[str]) -> bool:
    """Return whether a part is likely to be several values; where that is wrong, it costs time and nothing else."""
    if isinstance(node, Name):
        return is_wide(node.text, wide)
    if not isinstance(node, Call):
        return isinstance(node, ArrayLiteral) or any(is_column(child, wide) for child in children(node))
    function = FUNCTIONS[node.function]
    singles = (argument for place, argument in enumerate(node.arguments) if not function.needs_area(place))
    return node.function == "INDIRECT" or (node.function not in _REDUCING and any(is_column(each, wide) for each in singles))
