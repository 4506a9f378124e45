"""Syntax trees in, Python code out that calculates with plain values alone: the quick way of the compiler and of checking.

Nearly all cells hold plain values, and of such a formula says in a few Python operations what the full functions (`generate`) find
out with many calls. What is written here gives what the full way gives; where it cannot tell, it raises `NotPlain`. Excel looks at
all that stands in an AND or OR, and an error anywhere in it is the result; so only sure parts may be passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from toolkit.formula import idioms
from toolkit.formula.directly import OF_NUMBERS
from toolkit.formula.draft import ANY, COLUMN, NUMBER, PLAIN_KINDS, SCALAR, TEXT, TRUTH, Draft, Known, Part, is_column, is_wide
from toolkit.formula.functions.listwords import Words, words_of
from toolkit.formula.functions.signatures import LIST_FUNCTIONS
from toolkit.formula.generate import COMPARISONS, LONG_CHAIN
from toolkit.formula.nodes import Call, Chain, Literal, Missing, Name, Node, Paren, Unary, is_reference, unwrap
from toolkit.formula.syntax import PLACE, call_of, chosen, compared, joined, load, method, negated
from toolkit.values.errors import ErrorValue

_WORDS: dict[str, str] = {"含任一": "within", "开头任一": "begin", "结尾任一": "end", "最后位置": "last_end"}

_OF_CELLS = {"MAX": "largest", "MIN": "smallest", "SUM": "total"}

# Of a text at a written place.
_FIXED = {"LEFT": "left", "RIGHT": "right", "MID": "mid"}

_CASES = {"TRIM": "trimmed", "UPPER": "in_capitals", "LOWER": "in_small_letters"}

# Of a text at a place that is worked out: what is called, which arguments are texts, and what it gives.
_AT_PLACE = {"FIND": ("place", 2, NUMBER), "MID": ("middle", 1, TEXT), "LEFT": ("left_of", 1, TEXT), "RIGHT": ("right_of", 1, TEXT)}

# Functions of single values that are called as they are, and what those surely give that can't fail.
_SINGLE = (
    "LEFT", "RIGHT", "MID", "FIND", "SUBSTITUTE", "REPLACE", "CLEAN", "ROUND", "ROUNDUP", "ROUNDDOWN",
    "TRUNC", "SIGN", "DATE", "EDATE", "EOMONTH", "WEEKDAY", "ISTEXT", "ISBLANK", "相符", "相似度",
    "含敏感信息", "写明的数", "目标数相符", "日期不存在", "日期在期间", "有叠字",
)  # fmt: skip
_RESULTS = {
    "ISTEXT": TRUTH,
    "ISBLANK": TRUTH,
    "相似度": NUMBER,
    "含敏感信息": TRUTH,
    "写明的数": SCALAR,
    "日期不存在": TRUTH,
    "有叠字": TRUTH,
}


class Writer:
    """Writes the formulas of one function, `draft`.

    `known` are the names of which something is sure, `lists` the lists by their names as written, `wide` the names that stand for columns.
    """

    def __init__(self, draft: Draft, known: Mapping[str, Known], lists: Mapping[str, list[object]], wide: frozenset[str]) -> None:
        self.draft, self._known, self._lists, self._wide = draft, known, lists, wide

    def value(self, node: Node, last: bool = False) -> Part:
        """Return `node` as written; `last` as `Generator.emit` has it."""
        if isinstance(node, Paren):
            return self.value(node.inner)
        if isinstance(node, Literal):
            kind = {bool: TRUTH, str: TEXT, ErrorValue: ANY}.get(type(node.value), NUMBER)
            return Part(self.draft.constant(node.value), kind, kind != ANY)
        if isinstance(node, Missing):
            return Part(self.draft.constant(None), SCALAR, True)
        if isinstance(node, Name):
            return self._name(node.text)
        if isinstance(node, Call) and node.function in ("AND", "OR"):
            return self._and_or(node)
        if self._is_column(node):
            return self.draft.in_full(node, last, COLUMN)
        if isinstance(node, Chain):
            return self._chain(node, last)
        if isinstance(node, Unary) and node.operator == "-":
            operand = self._number(node.operand)
            return Part(ast.UnaryOp(op=ast.USub(), operand=operand.code, **PLACE), NUMBER, operand.sure)
        return self._call(node) if isinstance(node, Call) else self.draft.in_full(node, last)

    def truth(self, node: Node) -> Part:
        """Return a whole condition, as TRUE or FALSE."""
        return self.draft.truth(self.value(node, last=True))

    def _text(self, node: Node) -> Part:
        return self.draft.text(self.value(node))

    def _number(self, node: Node) -> Part:
        return self.draft.number(self.value(node))

    def _name(self, name: str) -> Part:
        known = self._known.get(name)
        if known is None:
            return self.draft.name(name, COLUMN if is_wide(name, self._wide) else ANY, False)
        for part in known.made_of:
            self.draft.name(part, ANY, False)
        return self.draft.name(name, known.kind, True)

    def _chain(self, node: Chain, last: bool) -> Part:
        signs = node.operators
        if signs[0] == "&":
            return Part(call_of("joined", *(self._text(operand).code for operand in node.operands)), TEXT, False)
        if signs[0] in COMPARISONS and len(signs) == 1 and not any(map(idioms.counts_alike, node.operands)):
            return self._comparison(signs[0], node.operands[0], node.operands[1], last)
        if len(signs) > LONG_CHAIN or not set(signs) <= {"+", "-", "*"}:
            return self.draft.in_full(node, last)
        begun = "nd_" if last and signs[0] in "+-" else "n_"
        code = self._number(node.operands[0]).code
        for sign, operand in zip(signs, node.operands[1:], strict=True):
            code = call_of(begun + sign, code, self._number(operand).code)
        return Part(code, NUMBER, False)

    def _comparison(self, sign: str, left: Node, right: Node, last: bool) -> Part:
        trimmed = idioms.filled(sign, left, right)
        if trimmed is not None:
            text = self._text(trimmed)
            stripped = method(text.code, "strip", self.draft.constant(" "))
            return Part(compared(stripped, ast.NotEq() if sign == ">" else ast.Eq(), self.draft.constant("")), TRUTH, text.sure)
        a, b = self.draft.plain(self.value(left, last)), self.draft.plain(self.value(right, last))
        for word, other in ((right, a), (left, b)):
            said = word.value if isinstance(word, Literal) else None
            if sign in ("=", "<>") and type(said) is str and idioms.caseless(said) and (said or other.kind in (TEXT, SCALAR)):
                test = self.draft.is_word(said, other)
                return Part(test if sign == "=" else negated(test), TRUTH, a.sure and b.sure)
        return self.draft.ordered(sign, a, b)

    def _and_or(self, node: Call) -> Part:
        """All that may raise is calculated, with & and |; then the rest as far as it decides."""
        parts = [self._condition(argument, node) for argument in node.arguments]
        unsure, sure = [part.code for part in parts if not part.sure], [part.code for part in parts if part.sure]
        for other in unsure[1:]:
            unsure[0] = ast.BinOp(left=unsure[0], op=ast.BitAnd() if node.function == "AND" else ast.BitOr(), right=other, **PLACE)
        return Part(joined(ast.And() if node.function == "AND" else ast.Or(), [*unsure[:1], *sure]), TRUTH, not unsure)

    def _condition(self, argument: Node, within: Call) -> Part:
        inner = unwrap(argument)
        if not self._is_column(inner):
            return self.draft.truth(self.value(inner))
        if within.function == "OR":
            if (one := idioms.one_of(inner)) and not self._is_column(one[0]):
                return self.draft.one_of(self.value(one[0]), one[1])
            if found := self._found(inner):
                return found
        return self.draft.truth(self.draft.in_full(Call(within.function, (argument,), 0)))

    def _found(self, node: Node) -> Part | None:
        """ISNUMBER(FIND(word,x)); of several words, whether any is found."""
        looked_for = idioms.found_in(node)
        if looked_for is None or self._is_column(looked_for[0]):
            return None
        text, words = self._text(looked_for[0]), looked_for[1]
        return self.draft.any_within(words, text)

    def _call(self, node: Call) -> Part:
        name, arguments = node.function, node.arguments
        found: Part | None = None
        if name == "IF":
            found = self._if(node)
        elif name == "NOT":
            part = self.draft.truth(self.value(arguments[0]))
            found = Part(negated(part.code), TRUTH, part.sure)
        elif name == "LEN":
            found = self.draft.length(self._text(arguments[0]))
        elif name in LIST_FUNCTIONS:
            found = self._list_function(node)
        elif name == "ISNUMBER":
            found = self._is_number(node)
        elif name == "IFERROR":
            found = self._number_or(arguments[0], arguments[1])
        elif name == "ISERROR":
            part_found = self._found(Call("ISNUMBER", arguments, 0))
            found = part_found and Part(negated(part_found.code), TRUTH, part_found.sure)
        elif name in _OF_CELLS:
            found = self._nearest(node) or self._of_cells(node)
        elif name == "SUMPRODUCT" and (counted := idioms.counted(node)) and not self._is_column(counted[0]):
            text = self._text(counted[0])
            found = Part(call_of("count_within", self.draft.constant(counted[1]), text.code), NUMBER, text.sure)
        elif name == "SUMPRODUCT" and (listed := idioms.listed_in(node)):
            found = self._listed(node, *listed)
        elif name == "N":
            part = self.value(arguments[0])
            found = part if part.kind == NUMBER else None
        elif name in _FIXED and idioms.fixed(node):
            text = self._text(arguments[0])
            found = Part(call_of(_FIXED[name], text.code, *(self.value(each).code for each in arguments[1:])), TEXT, text.sure)
        elif name in _CASES:
            text = self._text(arguments[0])
            found = Part(call_of(_CASES[name], text.code), TEXT, text.sure and name == "TRIM")
        elif name == "EXACT":
            one, other = map(self._text, arguments)
            found = Part(compared(one.code, ast.Eq(), other.code), TRUTH, one.sure and other.sure)
        elif name in _AT_PLACE and len(arguments) > 1 and not any(isinstance(each, Missing) for each in arguments):
            called, texts, kind = _AT_PLACE[name]
            codes = [(self._text if place < texts else self._number)(each).code for place, each in enumerate(arguments)]
            found = Part(call_of(called, *codes), kind, False)
        elif name in OF_NUMBERS:
            found = Part(call_of(f"n_{name}", *(self._number(each).code for each in arguments)), NUMBER, False)
        elif name in _SINGLE:
            parts = [self.value(argument) for argument in arguments]
            kind = _RESULTS.get(name, ANY) if all(part.sure and part.plain for part in parts) else ANY
            found = Part(call_of(f"f_{name}", *(part.code for part in parts)), kind, kind != ANY)
            if name == "SUBSTITUTE" and _are_written(parts[1:]):
                found = self.draft.replaced(self.draft.text(parts[0]), parts[1].code, parts[2].code)
        return found or self.draft.in_full(node)

    def _if(self, node: Call) -> Part:
        condition = self.draft.truth(self.value(node.arguments[0]))
        branches: list[Node] = [Literal(0) if isinstance(each, Missing) else each for each in (*node.arguments[1:], Literal(False))]
        then, otherwise = self.value(branches[0]), self.value(branches[1])
        kinds = {then.kind, otherwise.kind}
        kind = then.kind if len(kinds) == 1 else SCALAR if kinds <= PLAIN_KINDS else ANY
        return Part(chosen(condition.code, then.code, otherwise.code), kind, condition.sure and then.sure and otherwise.sure)

    def _list_function(self, node: Call) -> Part | None:
        found = self._words(node.arguments[1])
        if found is None:
            return None
        text = self._text(node.arguments[0])
        if node.function == "等于任一":
            return Part(compared(text.code, ast.In(), self.draft.constant(found.whole)), TRUTH, text.sure)
        look = self.draft.constant(getattr(found, _WORDS[node.function]))
        code = ast.Call(func=look, args=[text.code], keywords=[], **PLACE)
        return Part(code, NUMBER if node.function == "最后位置" else TRUTH, text.sure)

    def _words(self, node: Node) -> Words | None:
        words = unwrap(node)
        found = words_of(self._lists[words.text]) if isinstance(words, Name) and words.text in self._lists else None
        return found if isinstance(found, Words) else None

    def _listed(self, node: Call, words: Name, sought: Node, beside: list[tuple[Name, Node]]) -> Part | None:
        """SUMPRODUCT((LEN(列表.词)>0)*ISNUMBER(FIND(列表.词,x))*…): in full only where a word is found at all."""
        found, text = self._words(words), None if self._is_column(sought) else self._text(sought)
        as_long = {len(self._lists.get(name.text, ())) for name in (words, *(name for name, _ in beside))}
        sure = all(part.sure and part.plain for part in (self.value(each) for _, each in beside))
        if found is None or text is None or len(as_long) > 1 or not sure:
            return None
        look = ast.Call(func=self.draft.constant(found.within), args=[text.code], keywords=[], **PLACE)
        return Part(chosen(look, self.draft.in_full(node).code, self.draft.constant(0.0)), ANY, False)

    def _is_number(self, node: Call) -> Part | None:
        if found := self._found(node):
            return found
        if times := self._times_one(node.arguments[0]):
            return Part(compared(call_of("as_number", times.code), ast.IsNot(), self.draft.constant(None)), TRUTH, times.sure)
        argument = unwrap(node.arguments[0])
        part = self._name(argument.text) if isinstance(argument, Name) else None
        if part is None or not part.plain:
            return None
        first, again = self.draft.held(part.code)
        kinds = (compared(call_of("type", code), ast.Is(), load(kind)) for code, kind in ((first, "float"), (again, "int")))
        return Part(joined(ast.Or(), list(kinds)), TRUTH, part.sure)

    def _number_or(self, node: Node, otherwise: Node) -> Part | None:
        """IFERROR(x*1,0) and IFERROR(SIGN(x-y),0)"""
        times, other = self._times_one(node), self.value(otherwise)
        if (between := idioms.sign_between(node)) and other.kind == NUMBER:
            sides = [self.draft.plain(self.value(each)).code for each in between]
            first, again = self.draft.held(call_of("sign_between", *sides))
            return Part(chosen(compared(first, ast.IsNot(), self.draft.constant(None)), again, other.code), NUMBER, False)
        if times is None or other.kind != NUMBER:
            return None
        first, again = self.draft.held(call_of("as_number", times.code))
        found = compared(first, ast.IsNot(), self.draft.constant(None))
        return Part(chosen(found, again, other.code), NUMBER, times.sure and other.sure)

    def _times_one(self, node: Node) -> Part | None:
        times = idioms.times_one(node)
        part = self.value(times) if times is not None else None
        return part if part and part.plain and part.sure else None

    def _nearest(self, node: Call) -> Part | None:
        """MIN(FIND({"甲","乙"},x,2))"""
        looked_for = idioms.nearest(node)
        if looked_for is None or any(map(self._is_column, looked_for[:2])):
            return None
        text, start = self._text(looked_for[0]), self._number(looked_for[1])
        return Part(call_of("first_place", self.draft.constant(looked_for[2]), text.code, start.code), NUMBER, False)

    def _of_cells(self, node: Call) -> Part | None:
        """MAX, MIN and SUM of single cells, of which they see the numbers, and of numbers."""
        if any(isinstance(unwrap(argument), (Missing, Call)) for argument in node.arguments):
            return None
        parts = [self.value(argument) for argument in node.arguments]
        cells = [part.kind == NUMBER or (part.plain and is_reference(each)) for part, each in zip(parts, node.arguments, strict=True)]
        sure = all(part.sure for part in parts)
        if not all(cells) or not sure:
            return None
        return Part(call_of(_OF_CELLS[node.function], *(part.code for part in parts)), NUMBER, node.function != "SUM")

    def _is_column(self, node: Node) -> bool:
        return is_column(node, self._wide)


def _are_written(parts: Sequence[Part]) -> bool:
    """Whether the text that SUBSTITUTE takes out of all its places, and the one it puts there, are both written, and there is something to take out."""
    written = len(parts) == 2 and all(isinstance(part.code, ast.Constant) and part.kind == TEXT for part in parts)
    return written and bool(parts[0].code.value)  # type: ignore[attr-defined]
