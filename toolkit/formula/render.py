"""Formula in, plain Excel text out: names replaced by addresses, list functions expanded. For the live self-check.

Called by whoever writes a workbook; the text belongs in a single-cell array formula (`t="array"`). Functions newer than
Excel 2010 get the `_xlfn.` that the file format wants. Written as the author wrote it otherwise, parentheses included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from toolkit.formula.coerce import general, to_text
from toolkit.formula.compiler import LIST_PREFIX, Formula
from toolkit.formula.functions.signatures import FUNCTIONS, LIST_FUNCTIONS
from toolkit.formula.nodes import (
    ArrayLiteral,
    Call,
    Chain,
    Constant,
    Literal,
    Missing,
    Name,
    Node,
    Paren,
    Percent,
    Unary,
    unwrap,
)
from toolkit.formula.tokens import FormulaError

Address = Callable[[str], str]

# What parts the words of a list that are joined to one text: a character that no text has.
BETWEEN = "\ue000"


class JoinedWords(str):
    """The name of a text that holds the words of a list, none of them blank, `BETWEEN` before each and behind the last; of these `lengths`."""

    lengths: tuple[int, ...] = ()

    @classmethod
    def of(cls, name: str, words: Iterable[str]) -> JoinedWords:
        made = cls(name)
        made.lengths = tuple(sorted({len(word) for word in words}))
        return made


MAX_LITERAL = 255

# Functions whose result is one value whatever arrays they are given.
_SINGLE = frozenset(
    {name for name, function in FUNCTIONS.items() if function.kind == "aggregate"}
    | {"SUMPRODUCT", "COUNTBLANK", "ROWS", "COLUMNS", "CONCAT", "TEXTJOIN", "最后位置"}
)

# The arguments that decide by being arrays, where not all of them do.
_ARRAY_ARGUMENTS = {
    "MATCH": (0,),
    "VLOOKUP": (0, 2),
    "LOOKUP": (0,),
    "LARGE": (1,),
    "SMALL": (1,),
    "COUNTIF": (1,),
    "SUMIF": (1,),
    "COUNTIFS": tuple(range(1, 254, 2)),
    "SUMIFS": tuple(range(2, 255, 2)),
    **dict.fromkeys(LIST_FUNCTIONS, (0,)),
}

# {t} is the text, {w} the words. Written so that an error in either is the result, and never a silent FALSE.
_TESTS = {
    "含任一": '(LEN({w})>0)*(LEN(SUBSTITUTE({t},{w},""))<LEN({t}))',
    "等于任一": "(LEN({w})>0)*EXACT({t},{w})",
    "开头任一": "(LEN({w})>0)*EXACT(LEFT({t},LEN({w})),{w})",
    "结尾任一": "(LEN({w})>0)*EXACT(RIGHT({t},LEN({w})),{w})",
}

# The end of the last occurrence: a mark put in place of occurrence number (shortening by removal / length of the word).
_LAST_END = (
    "(MAX(IFERROR(FIND(CHAR(1),SUBSTITUTE({t},{w},CHAR(1),"
    '(LEN({t})-LEN(SUBSTITUTE({t},{w},"")))/LEN({w})))+LEN({w})-1,0))+0*LEN({t})+0*SUMPRODUCT(LEN({w})))'
)

# What tells cells from a name of the workbook.
_CELLS = frozenset(":$!")

# Of each word the text behind its last occurrence, which is pushed out of sight by what is put for the word; of a text so long that this
# would be more than a cell holds, as above.
_TAIL = 'LEN(SUBSTITUTE(RIGHT(SUBSTITUTE({t},{w},REPT(CHAR(1),LEN({t}))),LEN({t})),CHAR(1),""))'
_LAST_OF_KNOWN = f"CHOOSE(1+(LEN({{t}})>180),LEN({{t}})-MIN({_TAIL}),{_LAST_END.removesuffix('+0*SUMPRODUCT(LEN({w})))')}))"

# The same of words that are known, none of them blank: a name of the workbook holds them, no cells that may be changed.
_KNOWN = {
    "含任一": "(COUNT(FIND({w},{t}))+0*LEN({t})>0)",
    "等于任一": "OR(EXACT({t},{w}))",
    "开头任一": "OR(EXACT(LEFT({t},LEN({w})),{w}))",
    "结尾任一": "OR(EXACT(RIGHT({t},LEN({w})),{w}))",
    "最后位置": _LAST_OF_KNOWN,
}

# The same of words that are joined: a text, its beginning or its end is one of them. {n} are their lengths.
_JOINED = {"等于任一": "{t}", "开头任一": "LEFT({t},{n})", "结尾任一": "RIGHT({t},{n})"}
_IN_JOINED = f'(COUNT(FIND("{BETWEEN}"&{{part}}&"{BETWEEN}",{{w}}))+0*LEN({{t}})>0)'

# What asks for words as wholes alone.
WHOLE_WORDS = frozenset(_JOINED)

_AGREES = "(ABS(ROUND(({a})-({b}),({d})+2))<=ROUND(({n})*0.5/10^({d}),({d})+2))"


def to_excel(formula: Formula, *, address: Address, list_address: Address) -> str:
    """Return `formula` as Excel text without a leading `=`.

    `address` gives the cells of a field name as written (`$C15`, `$C$15:$C$74`), `list_address` those of a list,
    by its name without `列表.`; or a name of the workbook that holds its words, none of them blank, as an array or joined.

    Raises FormulaError for 相似度 and 含敏感信息, which no Excel has, and for 最后位置 of a whole column.
    """
    return _Renderer(address, list_address).text(formula.tree)


def written(node: Node) -> str:
    """Return a part of a formula as its author wrote it: names as names, list functions as such."""
    return _Renderer(str, LIST_PREFIX.__add__, expanded=False).text(node)


def quoted(text: str) -> str:
    """Return `text` as an Excel string expression; over 255 characters as pieces joined with &, in parentheses.

    >>> print(quoted('他说"好"。'))
    "他说""好""。"
    """
    pieces = [text[start : start + MAX_LITERAL] for start in range(0, len(text), MAX_LITERAL)] or [""]
    joined = "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
    return joined if len(pieces) == 1 else f"({joined})"


def _constant(value: Constant) -> str:
    if isinstance(value, str):
        return '"' + value.replace('"', '""') + '"'
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return general(value)
    return str(to_text(value)) if isinstance(value, bool) else str(value)


class _Renderer:
    def __init__(self, address: Address, list_address: Address, *, expanded: bool = True) -> None:
        self._address = address
        self._list_address = list_address
        self._expanded = expanded

    def _cells(self, name: str) -> str:
        if name.startswith(LIST_PREFIX):
            return self._list_address(name[len(LIST_PREFIX) :])
        return self._address(name)

    def text(self, node: Node) -> str:
        """Return `node` as Excel text."""
        if isinstance(node, Literal):
            return quoted(node.value) if isinstance(node.value, str) else _constant(node.value)
        if isinstance(node, ArrayLiteral):
            return "{" + ";".join(",".join(map(_constant, row)) for row in node.rows) + "}"
        if isinstance(node, Name):
            return self._cells(node.text)
        if isinstance(node, Missing):
            return ""
        if isinstance(node, Paren):
            return f"({self.text(node.inner)})"
        if isinstance(node, Percent):
            return self.text(node.operand) + "%"
        if isinstance(node, Unary):
            return node.operator + self.text(node.operand)
        if isinstance(node, Chain):
            first, *others = map(self.text, node.operands)
            return first + "".join(sign + other for sign, other in zip(node.operators, others, strict=True))
        return self._call(node)

    def _call(self, node: Call) -> str:
        if not self._expanded:
            return f"{node.function}({','.join(map(self.text, node.arguments))})"
        if node.function in LIST_FUNCTIONS:
            return self._list_function(node)
        if node.function == "相符":
            a, b, terms, *places = map(self.text, node.arguments)
            return _AGREES.format(a=a, b=b, n=terms, d=places[0] if places else 2)
        function = FUNCTIONS[node.function]
        if function.engine_only:
            raise FormulaError("Excel 里没有这个函数，只能用于“仅批量审核”的规则", node.position, node.function)
        prefix = "_xlfn." if function.modern else ""
        return f"{prefix}{node.function}({','.join(map(self.text, node.arguments))})"

    def _list_function(self, node: Call) -> str:
        text, words = node.arguments[0], unwrap(node.arguments[1])
        shown, listed = self.text(text), self.text(words)
        spread, known = self._is_array(text), isinstance(words, Name) and not _CELLS & set(listed)
        if node.function == "最后位置" and spread:
            raise FormulaError("文本只能是一个单元格，不能是整列", node.position, node.function)
        if node.function == "最后位置" and not known:
            return _LAST_END.format(t=shown, w=listed)
        if not spread and isinstance(listed, JoinedWords):
            part = _JOINED[node.function].format(t=shown, n="{" + ",".join(map(str, listed.lengths)) + "}")
            return _IN_JOINED.format(part=part, t=shown, w=listed)
        if not spread and known:
            return _KNOWN[node.function].format(t=shown, w=listed)
        if not spread:
            return f"(SUMPRODUCT({_TESTS[node.function].format(t=shown, w=listed)})>0)"
        across, ones = f"TRANSPOSE({listed})", f"ROW({listed})^0"
        if isinstance(words, ArrayLiteral):
            items = [_constant(item) for row in words.rows for item in row]
            across, ones = "{" + ",".join(items) + "}", "{" + ";".join("1" for _ in items) + "}"
        return f"(MMULT({_TESTS[node.function].format(t=shown, w=across)},{ones})>0)"

    def _is_array(self, node: Node) -> bool:
        """Return whether `node` gives several values, judged by the addresses of its names."""
        if isinstance(node, Name):
            return ":" in self._cells(node.text)
        if isinstance(node, ArrayLiteral):
            return True
        if isinstance(node, (Unary, Percent)):
            return self._is_array(node.operand)
        if isinstance(node, Paren):
            return self._is_array(node.inner)
        if isinstance(node, Chain):
            return any(map(self._is_array, node.operands))
        if not isinstance(node, Call) or node.function in _SINGLE:
            return False
        if node.function == "INDEX":
            return any(self._is_array(part) or part == Literal(0) for part in node.arguments[1:])
        places = _ARRAY_ARGUMENTS.get(node.function)
        if places is None:
            return any(map(self._is_array, node.arguments))
        return any(self._is_array(node.arguments[place]) for place in places if place < len(node.arguments))
