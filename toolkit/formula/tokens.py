"""Formula text in, tokens out; called by the parser. The one place that knows how Excel formulas are spelt.

Full-width punctuation outside string literals (（ ） ， ； ＝ …) is read as its half-width form, as the Chinese Excel
does on entry. What a rule must not contain (cell addresses, sheets, ranges) is refused here, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from toolkit.formula.coerce import LARGEST, number_literal
from toolkit.values.errors import ERROR_VALUES, ErrorValue


class FormulaError(ValueError):
    """A mistake in a formula, for its author: `message` in Chinese, `position` (from 1) and `token` say where."""

    def __init__(self, message: str, position: int, token: str) -> None:
        self.message = message
        self.position = position
        self.token = token
        place = f"第 {position} 个字符“{token}”" if token else f"第 {position} 个字符（公式末尾）"
        super().__init__(f"{place}：{message}")

    def moved(self, offset: int) -> FormulaError:
        """Return the same mistake, `offset` characters further right (a formula inside a longer text)."""
        return FormulaError(self.message, self.position + offset, self.token)

    def __reduce__(self) -> tuple[type[FormulaError], tuple[str, int, str]]:
        return FormulaError, (self.message, self.position, self.token)


class Token(NamedTuple):
    """`kind` is number, string, error, logical, name, function, end, or the operator itself."""

    kind: str
    text: str
    position: int
    value: float | int | str | bool | ErrorValue | None = None


_WIDE = str.maketrans("（）｛｝，；＝＋－＊／＾＆＜＞％：！＃", "(){},;=+-*/^&<>%:!#")
_STRING = re.compile(r'"(?:[^"]|"")*"')
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n\u3000\u00a0]+)
    |(?P<string>"(?:[^"]|"")*")
    |(?P<error>\#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A))
    |(?P<address>\$?[A-Za-z]{1,3}\$?[0-9]{1,7}(?![\w.\\(]))
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[Ee][+-]?[0-9]+)?)
    |(?P<name>[^\W\d][\w.\\]*|\\[\w.\\]+)
    |(?P<op><=|>=|<>|[-+*/^&=<>%(),;{}])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_IN_NAME = re.compile(r"[\w.\\]+")
_AFTER_NAME = re.compile(r"[ \t\r\n\u3000\u00a0]*([!:])")
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_WRONG = {
    "“": '请用英文双引号 "',
    "”": '请用英文双引号 "',
    "‘": '文本请用英文双引号 " 括起来',
    "’": '文本请用英文双引号 " 括起来',
    "≥": "请写成 >=",
    "≤": "请写成 <=",
    "≠": "请写成 <>",
    "×": "乘号请写成 *",
    "÷": "除号请写成 /",
    ":": "规则里不能写单元格区域，请写字段名（整列写“全部.字段名”）",
    "!": "规则里不能引用工作表，请写字段名",
    "'": '规则里不能引用工作表，请写字段名；文本请用英文双引号 " 括起来',
    "[": "规则里不能引用其他文件或表格列，请写字段名",
    "$": "规则里不能写单元格地址，请写字段名",
    "@": "规则里不能写 @",
    '"': "文本缺少右边的引号",
}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text`, the last of kind `end`; a leading `=` or `＝` is skipped.

    Raises FormulaError for what no rule may contain.

    >>> [token.text for token in tokenize('=A级&"x"')]
    ['A级', '&', '"x"', '']
    """
    plain = _halfwidth(text)
    tokens: list[Token] = []
    index = len(plain) - len(plain.lstrip(" \t\r\n\u3000\u00a0"))
    if plain.startswith("=", index):
        index += 1
    while index < len(plain):
        match = _TOKEN.match(plain, index)
        if match is None:
            wrong = text[index]
            raise FormulaError(_WRONG.get(wrong, "公式里不能有这个字符"), index + 1, wrong)
        if match.lastgroup != "space":
            tokens.append(_token(match, text, plain))
        index = match.end()
    tokens.append(Token("end", "", len(text) + 1))
    return tokens


def renamed(text: str, names: Mapping[str, str]) -> str:
    """Return a formula with names replaced; one that cannot be read stays, for whoever compiles it to tell.

    >>> renamed('=IF(甲>0,"甲",乙.甲)', {"甲": "丙.甲"})
    '=IF(丙.甲>0,"甲",乙.甲)'
    """
    pieces, end = [], 0
    for token in _names(text):
        if token.text in names:
            pieces += [text[end : token.position - 1], names[token.text]]
            end = token.position - 1 + len(token.text)
    return "".join(pieces) + text[end:]


def names_in(text: str) -> frozenset[str]:
    """Return the names that a formula says; none of one that cannot be read."""
    return frozenset(token.text for token in _names(text))


def _names(text: str) -> list[Token]:
    try:
        return [token for token in tokenize(text) if token.kind == "name"]
    except FormulaError:
        return []


def _halfwidth(text: str) -> str:
    """Return `text` with punctuation outside string literals made half-width, every character in its place."""
    pieces: list[str] = []
    end = 0
    for match in _STRING.finditer(text):
        pieces += [text[end : match.start()].translate(_WIDE), match.group()]
        end = match.end()
    return "".join(pieces) + text[end:].translate(_WIDE)


def _token(match: re.Match[str], text: str, plain: str) -> Token:
    kind, found, position = match.lastgroup, match.group(), match.start() + 1
    if kind == "string":
        return Token("string", found, position, found[1:-1].replace('""', '"'))
    if kind == "error":
        return Token("error", found, position, ERROR_VALUES[found.upper()])
    if kind == "number":
        after = _IN_NAME.match(plain, match.end())
        if after:
            raise FormulaError("名称不能以数字开头，数字后面缺少运算符", position, found + after.group())
        value = number_literal(found)
        if value > LARGEST:
            raise FormulaError("数字太大，Excel 最大到 1.79E+308", position, found)
        return Token("number", found, position, value)
    if kind == "address" and _is_address(found):
        raise FormulaError("规则里不能写单元格地址，请写字段名", position, text[match.start() : match.end()])
    if kind in ("name", "address"):
        following = _AFTER_NAME.match(plain, match.end())
        if following:
            raise FormulaError(_WRONG[following[1]], position, found)
        if plain.startswith("(", match.end()):
            return Token("function", found, position)
        if found.upper() in ("TRUE", "FALSE"):
            return Token("logical", found, position, found.upper() == "TRUE")
        return Token("name", found, position)
    return Token(found, found, position)


def _is_address(found: str) -> bool:
    match = _ADDRESS.fullmatch(found)
    if match is None:
        return False
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return column <= 16384 and 1 <= int(match[2]) <= 1048576
