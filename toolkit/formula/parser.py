"""Tokens in, syntax tree out: Excel's expression grammar with Excel's precedence. Called by the compiler.

From loose to tight: comparison, `&`, `+ -`, `* /`, `^`, `%`, sign. All binary operators associate to the left (also
`^`), and the sign binds tighter than `^`: `-2^2` is 4.
"""

from __future__ import annotations

from functools import lru_cache

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
)
from toolkit.formula.tokens import FormulaError, Token, tokenize

_LEVELS = (("=", "<>", "<", ">", "<=", ">="), ("&",), ("+", "-"), ("*", "/"), ("^",))
_OPERATORS = frozenset(sign for signs in _LEVELS for sign in signs)
MAX_DEPTH = 64


@lru_cache(maxsize=2048)
def parse(text: str) -> Node:
    """Return the syntax tree of `text`; names and functions are not looked up. A text is parsed once.

    Raises FormulaError with the place of the mistake.
    """
    parser = _Parser(tokenize(text))
    if parser.token.kind == "end":
        raise FormulaError("公式是空的", 1, "")
    node = parser.expression()
    parser.expect_end()
    return node


class _Parser:
    """One pass over the tokens; `token` is the next one, not yet consumed."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._index = 0
        self._depth = 0
        self.token = tokens[0]

    def _advance(self) -> Token:
        taken = self.token
        if taken.kind != "end":
            self._index += 1
            self.token = self._tokens[self._index]
        return taken

    def _error(self, message: str) -> FormulaError:
        return FormulaError(message, self.token.position, self.token.text)

    def _expect(self, kind: str, message: str) -> Token:
        if self.token.kind != kind:
            raise self._error(message)
        return self._advance()

    def expect_end(self) -> None:
        if self.token.kind == ")":
            raise self._error("右括号多了，前面没有对应的左括号")
        if self.token.kind in (",", ";"):
            raise self._error("这里不能有逗号或分号，只有函数的参数才用逗号隔开")
        if self.token.kind != "end":
            raise self._error("前面缺少运算符")

    def expression(self, level: int = 0) -> Node:
        """Read operators from the tightest down to those of `level`; what is to their right binds tighter than they do."""
        node = self._signed()
        if self.token.kind not in _OPERATORS:
            return node
        for own in range(len(_LEVELS) - 1, level - 1, -1):
            operators: list[str] = []
            operands = [node]
            while self.token.kind in _LEVELS[own]:
                operators.append(self._advance().kind)
                operands.append(self.expression(own + 1))
            if operators:
                node = Chain(tuple(operators), tuple(operands))
        return node

    def _signed(self) -> Node:
        signs: list[str] = []
        while self.token.kind in ("+", "-"):
            self._limit(len(signs) + 1, "正负号连写")
            signs.append(self._advance().kind)
        node = self._primary()
        percents = 0
        while self.token.kind == "%":
            percents += 1
            self._limit(percents, "百分号连写")
            self._advance()
            node = Percent(node)
        for sign in reversed(signs):
            node = Unary(sign, node)
        return node

    def _primary(self) -> Node:
        token = self.token
        if token.kind in ("number", "string", "error", "logical"):
            self._advance()
            assert token.value is not None
            return Literal(token.value)
        if token.kind == "name":
            self._advance()
            return Name(token.text, token.position)
        if token.kind == "function":
            return self._call()
        if token.kind == "{":
            return self._array()
        if token.kind == "(":
            self._descend()
            inner = self.expression()
            self._ascend("缺少右括号")
            return Paren(inner)
        if token.kind == "end":
            raise self._error("公式不完整，后面缺少内容")
        raise self._error("这里应当是数字、文本、字段名或函数")

    def _descend(self) -> None:
        self._advance()
        self._depth += 1
        self._limit(self._depth, "括号和函数嵌套")

    def _limit(self, levels: int, what: str) -> None:
        """Raise FormulaError where `what` goes deeper than Excel's own limit: each level costs a call when it is calculated."""
        if levels > MAX_DEPTH:
            raise self._error(f"{what}超过 {MAX_DEPTH} 层")

    def _ascend(self, message: str) -> None:
        self._expect(")", message)
        self._depth -= 1

    def _call(self) -> Node:
        function = self._advance()
        self._descend()
        arguments: list[Node] = []
        if self.token.kind != ")":
            arguments.append(self._argument())
            while self.token.kind == ",":
                self._advance()
                arguments.append(self._argument())
        self._ascend(f"函数 {function.text} 缺少右括号或逗号")
        return Call(function.text.upper(), tuple(arguments), function.position)

    def _argument(self) -> Node:
        return Missing() if self.token.kind in (",", ")") else self.expression()

    def _array(self) -> Node:
        self._advance()
        rows: list[list[Constant]] = [[self._constant()]]
        while self.token.kind in (",", ";"):
            if self._advance().kind == ";":
                rows.append([])
            rows[-1].append(self._constant())
        if len({len(row) for row in rows}) > 1:
            raise self._error("数组常量各行的个数不一致")
        self._expect("}", "数组常量缺少右花括号")
        return ArrayLiteral(tuple(tuple(row) for row in rows))

    def _constant(self) -> Constant:
        sign = self._advance().kind if self.token.kind in ("+", "-") else ""
        token = self.token
        if token.kind not in ("number", "string", "error", "logical") or (sign and token.kind != "number"):
            raise self._error("数组常量里只能写数字、文本、TRUE、FALSE 或错误值")
        self._advance()
        assert token.value is not None
        return -token.value if sign == "-" and isinstance(token.value, (int, float)) else token.value
