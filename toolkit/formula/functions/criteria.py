"""Excel's criteria (`">=5"`, `"<>"`, `"abc*"`) and wildcards, and the functions that use them: COUNTIF, SUMIF.

`matcher(criterion)` is a test for one cell; wildcard patterns are compiled once and remembered.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from toolkit.formula.arrays import ARRAYS, broadcast, flat, shape
from toolkit.formula.coerce import NUMBERS, Number, checked, close, parse_number, text_order
from toolkit.formula.effort import spend
from toolkit.formula.functions.columns import SHORTEST, answers_kept, index_of
from toolkit.values.errors import ERROR_VALUES, VALUE, ErrorValue

Test = Callable[[object], bool]

# A longer text is no criterion, and no pattern, to Excel.
MAX_CRITERION = 255

_OPERATORS = ("<>", "<=", ">=", "<", ">", "=")


@dataclass(frozen=True, slots=True)
class Wildcard:
    """What stands between the `*` of a text with wildcards, as patterns of a fixed length, and the length of the last.

    Each is looked for behind the one before and never again, so that a text is read once whatever the pattern.
    """

    pieces: tuple[re.Pattern[str], ...]
    last: int

    def matches(self, text: str) -> bool:
        """Return whether all of `text` is what the pattern says."""
        if len(self.pieces) == 1:
            return self.pieces[0].fullmatch(text) is not None
        first = self.pieces[0].match(text)
        end = None if first is None else self._behind(text, first.end(), self.pieces[1:-1])
        start = len(text) - self.last
        return end is not None and end <= start and self.pieces[-1].match(text, start) is not None

    def search(self, text: str, start: int) -> int | None:
        """Return where in `text`, from `start` on, the first that the pattern says begins; None where there is none."""
        first = self.pieces[0].search(text, start)
        return None if first is None or self._behind(text, first.end(), self.pieces[1:]) is None else first.start()

    def _behind(self, text: str, end: int, pieces: tuple[re.Pattern[str], ...]) -> int | None:
        """Return where the last of `pieces` ends, each at its first place after the one before."""
        for piece in pieces:
            found = piece.search(text, end)
            if found is None:
                return None
            end = found.end()
        return end


@lru_cache(maxsize=1024)
def wildcard(text: str) -> Wildcard:
    """Return `text` as a pattern: `*` any run, `?` one character, `~` before either (or `~`) takes it literally.

    >>> wildcard("产出*").matches("产出指标"), wildcard("~*").matches("指标"), wildcard("出*标").search("产出指标", 0)
    (True, False, 1)
    """
    pieces: list[list[str]] = [[]]
    index = 0
    while index < len(text):
        char = text[index]
        if char == "~" and text[index + 1 : index + 2] in ("*", "?", "~"):
            index += 1
            pieces[-1].append(re.escape(text[index]))
        elif char == "*":
            pieces.append([])
        else:
            pieces[-1].append("." if char == "?" else re.escape(char))
        index += 1
    return Wildcard(tuple(re.compile("".join(piece), re.IGNORECASE | re.DOTALL) for piece in pieces), len(pieces[-1]))


def has_wildcard(text: str) -> bool:
    """Return whether `text` means anything but itself as a pattern."""
    return "*" in text or "?" in text or "~" in text


def text_matcher(text: str) -> Callable[[str], bool]:
    """Return a test for texts equal to `text` without regard to case, wildcards allowed."""
    if has_wildcard(text):
        pattern = wildcard(text)
        return pattern.matches
    lowered = text.lower()
    return lambda candidate: candidate == text or candidate.lower() == lowered


def matcher(criterion: object) -> Test:
    """Return the test that COUNTIF makes of `criterion` for one cell; a blank criterion is the number 0."""
    if isinstance(criterion, str):
        return _text_criterion(criterion)
    if isinstance(criterion, bool):
        return lambda cell: cell is criterion
    if isinstance(criterion, (int, float)) or criterion is None:
        return _number_test("=", criterion or 0)
    return lambda cell: cell == criterion


@lru_cache(maxsize=512)
def _text_criterion(criterion: str) -> Test:
    operator = next((sign for sign in _OPERATORS if criterion.startswith(sign)), "")
    operand = criterion[len(operator) :]
    if operand == "":
        return _blank_test(operator)
    number = parse_number(operand)
    if number is not None:
        return _number_test(operator or "=", number)
    if operand.upper() in ("TRUE", "FALSE"):
        wanted = operand.upper() == "TRUE"
        return _negate(operator, lambda cell: cell is wanted)
    if operand.upper() in ERROR_VALUES:
        error = ERROR_VALUES[operand.upper()]
        return _negate(operator, lambda cell: cell == error)
    if operator in ("", "=", "<>"):
        matches = text_matcher(operand)
        return _negate(operator, lambda cell: isinstance(cell, str) and matches(cell))
    ordered = _ORDER[operator]
    return lambda cell: isinstance(cell, str) and ordered(text_order(cell, operand))


_ORDER: dict[str, Callable[[int], bool]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


def _negate(operator: str, test: Test) -> Test:
    return (lambda cell: not test(cell)) if operator == "<>" else test


def _blank_test(operator: str) -> Test:
    if operator == "":
        return lambda cell: cell is None or cell == ""
    if operator == "=":
        return lambda cell: cell is None
    if operator == "<>":
        return lambda cell: cell is not None
    return lambda cell: False


def _number_test(operator: str, number: Number) -> Test:
    ordered = _ORDER[operator]
    equality = operator in ("=", "<>")

    def test(cell: object) -> bool:
        if type(cell) is str and equality:
            parsed = parse_number(cell)
            value: object = cell if parsed is None else parsed
        else:
            value = cell
        if type(value) is float or type(value) is int:
            same = value == number or close(value, number)
            return ordered(0 if same else -1 if value < number else 1)
        return operator == "<>"

    return test


def _chosen(pairs: tuple[object, ...]) -> list[int] | ErrorValue:
    """Return the places (from 0) that meet all criteria; `pairs` is area, criterion, area, criterion …

    What a criterion merely equals is looked up; the others are tested, and only where that holds.
    """
    if len({shape(area) for area in pairs[::2]}) > 1:
        return VALUE
    chosen: list[int] | range = range(len(flat(pairs[0])))
    tests: list[tuple[list[object], Test]] = []
    for area, criterion in zip(pairs[::2], pairs[1::2], strict=True):
        if isinstance(criterion, str) and len(criterion) > MAX_CRITERION:
            return VALUE
        places = _looked_up(area, criterion)
        if places is not None and len(places) < len(chosen):
            chosen = places
        tests.append((flat(area), matcher(criterion)))
    if not (len(tests) == 1 and type(chosen) is list):
        for cells, test in tests:
            spend(len(chosen))
            chosen = [place for place in chosen if test(cells[place])]
    return list(chosen)


def _looked_up(area: object, criterion: object) -> list[int] | None:
    """Return the places of the cells that a criterion equals; None where there is more to it, or nothing is prepared."""
    if type(area) is not list or len(area) < SHORTEST:
        return None
    if type(criterion) is str:
        plain = _plain_operand(criterion)
        if plain is None:
            return None
        return index_of(area).texts.get(plain.lower(), []) if isinstance(plain, str) else index_of(area).number(plain, read=True)
    if criterion is None or type(criterion) in NUMBERS:
        return index_of(area).number(criterion or 0, read=True)  # type: ignore[arg-type]
    return None


@lru_cache(maxsize=2048)
def _plain_operand(criterion: str) -> Number | str | None:
    """Return the number that a criterion is, or the text itself; None where it holds an operator, a wildcard or a word of Excel's."""
    if not criterion or criterion.startswith(_OPERATORS) or has_wildcard(criterion):
        return None
    if criterion.upper() in ("TRUE", "FALSE", *ERROR_VALUES):
        return None
    number = parse_number(criterion)
    return criterion if number is None else number


_answers = answers_kept(16)


def _spread(calculate: Callable[..., object], area: object, pairs: tuple[object, ...]) -> object:
    """Return `calculate(area, *pairs)`, once per element where criteria are arrays; the same question of long columns is answered once."""
    areas, criteria = pairs[::2], pairs[1::2]
    columns = (area, *areas)
    answers = _answers(*columns) if all(c is None or type(c) is list and len(c) >= SHORTEST for c in columns) else None

    def once(*asked: object) -> object:
        spend(1)
        if answers is None:
            return calculated(asked)
        question = (calculate, *map(type, asked), *asked)
        if question not in answers:
            answers[question] = calculated(asked)
        return answers[question]

    def calculated(asked: tuple[object, ...]) -> object:
        return calculate(area, *(item for pair in zip(areas, asked, strict=True) for item in pair))

    return broadcast(once, criteria) if any(type(criterion) in ARRAYS for criterion in criteria) else once(*criteria)


def countifs(*pairs: object) -> object:
    return _spread(_count_chosen, None, pairs)


def _count_chosen(_: object, *pairs: object) -> object:
    chosen = _chosen(pairs)
    return chosen if isinstance(chosen, ErrorValue) else len(chosen)


def sumifs(area: object, *pairs: object) -> object:
    if shape(area) != shape(pairs[0]):
        return VALUE
    return _spread(_sum_chosen, area, pairs)


def sumif(area: object, criterion: object, *summed: object) -> object:
    """SUMIF; where the areas differ in size, cells beyond the shorter one count as blank."""
    return _spread(_sum_chosen, summed[0] if summed else area, (area, criterion))


def _sum_chosen(area: object, *pairs: object) -> object:
    chosen = _chosen(pairs)
    if isinstance(chosen, ErrorValue):
        return chosen
    total: Number = 0
    summed = flat(area)
    spend(len(chosen))
    for place in chosen:
        cell = summed[place] if place < len(summed) else None
        if type(cell) is ErrorValue:
            return cell
        if type(cell) is float or type(cell) is int:
            total += cell
    return checked(total)
