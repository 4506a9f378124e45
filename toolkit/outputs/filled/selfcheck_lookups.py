"""Look-ups: what the formulas of a row ask of the words of a list, each asked once a row.

Comes in: the formulas of the rows. Goes out: the array calculations in them that come to a truth or a place in a text, in groups that
stand in one cell each, and the trees in which names stand for them. Only that cell has to be an array formula: the formulas that read it
are entered plainly, so that all rows share them and a row that is not filled in costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, lru_cache
from itertools import groupby
from pathlib import Path

from toolkit.forms.book import LISTS_SHEET, read_book
from toolkit.forms.live import ALL, needs_array
from toolkit.formula import LIST_FUNCTIONS, LIST_PREFIX, Formula, to_excel, top_left
from toolkit.formula.coerce import to_text
from toolkit.formula.compiler import assemble
from toolkit.formula.nodes import Call, Chain, Name, Node, Paren, Percent, Unary, children, unwrap
from toolkit.formula.quick import Surroundings, Together, within
from toolkit.formula.render import BETWEEN, WHOLE_WORDS, JoinedWords, quoted
from toolkit.package.opc import open_package
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.workbook import WORKSHEET, read_workbook
from toolkit.spreadsheet.written import clean
from toolkit.values.errors import ErrorValue

# How the name of a look-up begins: no name of a form does.
LOOK_UP = "\x02"

# What a look-up that cannot be calculated leaves of each digit; reading it as a number is an error.
_NOTHING = "!"

# Digits of a truth, of a place in the text of a cell, and of any other number.
_TRUTH, _PLACE, _NUMBER = 1, 5, 20
_FUNCTIONS = {
    **dict.fromkeys(("AND", "OR"), _TRUTH),
    **dict.fromkeys(("MIN", "MAX", "SUM", "AVERAGE", "COUNT", "SUMPRODUCT"), _NUMBER),
    **dict.fromkeys(LIST_FUNCTIONS, _TRUTH),
    "最后位置": _PLACE,
}

# An array formula gives at most 255 characters; and room for its text, of Excel's 8,192.
_MOST_DIGITS, _MOST_TEXT = 240, 10_000

# By how many words a list of 代码表 may grow in the issued workbook and still be seen whole.
_MORE_WORDS = 20

# What names of lists begin with, those whose words only look-ups ask for; the room for the words of one, and for one word.
WORDS = "_jxl"
_MOST_WORDS, _LONGEST_WORD = 5000, 255

# A reference to 代码表: its first column, and its last.
_DRAWN = re.compile(rf"{LISTS_SHEET}'?!\$?([A-Z]{{1,3}})\$?[0-9]*(?::(?:'?{LISTS_SHEET}'?!)?\$?([A-Z]{{1,3}})(?![A-Z(]))?")
_BY_HEADING = re.compile(rf"MATCH\([^()]*{LISTS_SHEET}'?!\$?[A-Z]+\$?1:")

Several = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look-up: `tree` with names for the look-ups it needs itself; `start` counts from 1."""

    name: str
    tree: Node
    digits: int
    group: int
    start: int

    def written(self, text: str) -> str:
        """Return the formula of its digits, of its own text."""
        blanks = " " * self.digits
        shown = {_TRUTH: f"IF({text},1,0)", _PLACE: f'TEXT({text},"00000")'}.get(self.digits, f'RIGHT("{blanks}"&{text},{self.digits})')
        return f'IFERROR({shown},"{_NOTHING * self.digits}")'

    def read(self, cell: str) -> str:
        """Return the formula of its value, of the cell of its group."""
        found = f"MID({cell},{self.start},{self.digits})"
        return f"(0+{found}=1)" if self.digits == _TRUTH else f"(0+{found})"

    def shown(self, found: object) -> str:
        """Return the digits of what it comes to."""
        if self.digits == _TRUTH and found.__class__ is bool:
            return "1" if found else "0"
        value = top_left(found)
        if isinstance(value, ErrorValue) or not isinstance(value, (bool, int, float)):
            return _NOTHING * self.digits
        return f"{bool(value):d}" if self.digits == _TRUTH else f"{int(value):05}" if self.digits == _PLACE else f"{to_text(value):>20}"


@dataclass(frozen=True, eq=False)
class LookUps:
    """The look-ups of a form's rows, by their text, and what gives the values of all in a row; equal to itself alone."""

    several: Several
    by_text: Mapping[str, LookUp]
    values: Callable[[Mapping[str, object]], Sequence[object]]

    @cached_property
    def by_name(self) -> Mapping[str, LookUp]:
        return {look_up.name: look_up for look_up in self.by_text.values()}

    @cached_property
    def groups(self) -> Sequence[Sequence[LookUp]]:
        """Those that stand in one cell, each cell after those it reads."""
        return [list(group) for _, group in groupby(self.by_text.values(), lambda each: each.group)]

    def cells(self, names: Mapping[str, object]) -> list[str]:
        """Return what the cells hold in a row whose names these are."""
        values = iter(self.values(names))
        return ["".join([look_up.shown(next(values)) for look_up in group]) for group in self.groups]

    def tree(self, node: Node) -> Node:
        """Return a tree with names for the look-ups in it."""
        return taken_out(node, self.several, lambda call: Name(self.by_text[text_of(call)].name, 0))


def find_look_ups(
    formulas: Iterable[Formula], helpers: Mapping[str, Formula], several: Several, known: Surroundings, of: str = ""
) -> LookUps:
    """Return the look-ups in `formulas` and `helpers`, which are the formulas of names that may be read; `known` is what is known of names,
    `of` tells theirs from others'."""
    found: dict[str, Call] = {}
    for formula in (*helpers.values(), *formulas):
        for call in _calls(formula.tree, several):
            found.setdefault(text_of(call), call)

    # A look-up stands in a later cell than all that it reads: its own look-ups, and those of the names it reads.
    @cache
    def depth(node: Node) -> int:
        if isinstance(node, Name):
            helper = helpers.get(node.text.removeprefix(ALL))
            return 0 if helper is None else depth(helper.tree)
        return max(map(depth, children(node)), default=0) + _is_look_up(node, several)

    order = sorted(found.items(), key=lambda each: depth(each[1]))
    together = Together([(call, within(call, assemble(text, call).evaluate, known)) for text, call in order], known)
    return LookUps(several, dict(_placed(order, depth, several, of)), together)


def _placed(found: Iterable[tuple[str, Call]], depth: Callable[[Node], int], several: Several, of: str) -> Iterator[tuple[str, LookUp]]:
    """Yield each look-up with its place in a cell."""
    names: dict[str, str] = {}
    group, start, length, last = 0, 1, 0, 0
    for text, call in found:
        digits = _FUNCTIONS[call.function]
        if names and (depth(call) != last or start + digits > _MOST_DIGITS or length + len(text) > _MOST_TEXT):
            group, start, length = group + 1, 1, 0
        last = depth(call)
        name = names[text] = f"{LOOK_UP}{len(names) + 1}{of}"
        inner = [taken_out(part, several, lambda each: Name(names[text_of(each)], 0)) for part in call.arguments]
        yield text, LookUp(name, replace(call, arguments=tuple(inner)), digits, group, start)
        start, length = start + digits, length + 3 * len(text) + 80


def taken_out(node: Node, several: Several, seat: Callable[[Call], Node | None]) -> Node:
    """Return a tree with what `seat` gives, where it gives anything, in place of its outermost look-ups."""
    if _is_look_up(node, several):
        assert isinstance(node, Call)
        if (found := seat(node)) is not None:
            return found

    def inside(part: Node) -> Node:
        return taken_out(part, several, seat)

    if isinstance(node, Call):
        return replace(node, arguments=tuple(map(inside, node.arguments)))
    if isinstance(node, Chain):
        return replace(node, operands=tuple(map(inside, node.operands)))
    if isinstance(node, (Unary, Percent)):
        return replace(node, operand=inside(node.operand))
    return replace(node, inner=inside(node.inner)) if isinstance(node, Paren) else node


def _is_look_up(node: Node, several: Several) -> bool:
    """Return whether a call makes one truth or number of arrays."""
    if not isinstance(node, Call):
        return False
    if node.function in LIST_FUNCTIONS:
        return not _spread(node.arguments[0], several)
    return node.function in _FUNCTIONS and any(_spread(part, several) for part in node.arguments)


def _spread(node: Node, several: Several) -> bool:
    """Return whether a part needs to be calculated as an array, its look-ups apart."""
    return needs_array(taken_out(node, several, lambda call: Name(LOOK_UP, 0)), several)


def _calls(node: Node, several: Several) -> Iterator[Call]:
    """Yield the look-ups in a tree, those inside another first."""
    for part in children(node):
        yield from _calls(part, several)
    if _is_look_up(node, several):
        assert isinstance(node, Call)
        yield node


def text_of(call: Call) -> str:
    """Return what tells a look-up from others: its text."""
    return to_excel(assemble("", call), address=str, list_address=str)


@lru_cache(maxsize=4)
def list_areas(path: Path, stamp: int) -> Mapping[str, str]:
    """Return the cells of each list of 代码表 as a formula on another sheet names them."""
    cells = read_book(path).sheets[LISTS_SHEET].cells
    last: dict[int, int] = {}
    for row, column in cells:
        last[column] = max(row, last.get(column, 1))
    sheet = a1.quote_sheet(LISTS_SHEET)
    areas = {}
    for (row, column), head in cells.items():
        if row == 1:
            area = a1.range_name((2, column, last[column] + _MORE_WORDS, column), absolute=True)
            areas[head] = f"{sheet}!{area}"
    return areas


@lru_cache(maxsize=4)
def drawn_columns(path: Path, stamp: int) -> frozenset[int]:
    """Return the columns of 代码表 that anything drawn reads: drop-downs, formats and formulas of a template, and its names.

    What finds its column by the heading finds that of a word that is offered, and such columns are known.
    """
    with open_package(path, str(path)) as package:
        book = read_workbook(package)
        sheets = [package.xml(sheet.part) for sheet in book.sheets if sheet.kind == WORKSHEET]
        texts = [text for root in sheets for text in root.itertext() if LISTS_SHEET in text]
        texts += [name.text for name in book.defined_names if not name.name.startswith("_xlnm.")]
    columns: set[int] = set()
    for text in texts:
        for first, last in (found.groups() for found in _DRAWN.finditer(text)):
            if not (last and last != first and _BY_HEADING.search(text)):
                columns.update(range(a1.column_number(first), a1.column_number(last or first) + 1))
    return frozenset(columns)


def in_names(formulas: Sequence[tuple[Formula, Several]], lists: Mapping[str, Sequence[str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the names of those of `lists` that a name can stand for, and their formulas: nothing but list functions reads them, of one text.

    Cells would be read, and kept in step, one by one. Words that are asked for as wholes alone are joined: one text is searched, however
    many they are.
    """
    in_cells = {name.removeprefix(LIST_PREFIX) for formula, several in formulas for name in _asked_otherwise(formula.tree, several)}
    in_parts = {name.removeprefix(LIST_PREFIX) for formula, _ in formulas for name in _asked_in_parts(formula.tree)}
    names: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, words in lists.items():
        kept = [clean(word) for word in words if word]
        whole = name not in in_parts and not any(BETWEEN in word for word in kept)
        array = "{" + ";".join(f'"{word.replace(chr(34), chr(34) * 2)}"' for word in kept) + "}"
        text = quoted(BETWEEN.join(("", *kept, ""))) if whole else array
        if kept and name not in in_cells and len(text) <= _MOST_WORDS and max(map(len, kept)) <= _LONGEST_WORD:
            number = f"{WORDS}{len(names) + 1}"
            names[name], texts[number] = JoinedWords.of(number, kept) if whole else number, text
    return names, texts


def _asked_in_parts(node: Node) -> Iterator[str]:
    """Yield the lists in a tree whose words are looked for in a text, each by itself."""
    if isinstance(node, Call) and node.function in LIST_FUNCTIONS - WHOLE_WORDS:
        words = unwrap(node.arguments[1])
        if isinstance(words, Name):
            yield words.text
    for part in children(node):
        yield from _asked_in_parts(part)


def _asked_otherwise(node: Node, several: Several) -> Iterator[str]:
    """Yield the lists in a tree that stand elsewhere than in a list function of one text."""
    if isinstance(node, Name) and node.text.startswith(LIST_PREFIX):
        yield node.text
    elif isinstance(node, Call) and node.function in LIST_FUNCTIONS and isinstance(unwrap(node.arguments[1]), Name):
        yield from _asked_otherwise(node.arguments[0], several)
        if _spread(node.arguments[0], several):
            yield from _asked_otherwise(node.arguments[1], several)
    else:
        for part in children(node):
            yield from _asked_otherwise(part, several)
