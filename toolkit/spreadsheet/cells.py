"""What a cell says: its type and its text → a value; and the cells of one sheet, row by row, as they are written.

The meaning of a cell is here alone, whoever found it: `plain` by searching bytes, `CellReader` element by element, outputs
in a sheet they are changing. Rows and cells without an address are counted on from the one before, as Excel does; shared
formulas are spelled out for each of their cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.markup import rich_text, truth, unescape
from toolkit.spreadsheet.number_formats import DATE as DATED
from toolkit.spreadsheet.number_formats import ELAPSED, IN_WAN
from toolkit.values.errors import ErrorValue
from toolkit.values.serials import MAX_SERIAL, day_of, iso_moment, moment

BLANK, NUMBER, TEXT, BOOL, ERROR, DATE, UNCACHED = "blank", "number", "text", "bool", "error", "date", "uncached"

# The types that cells are written with (`t`).
KINDS: Mapping[str, str] = {"n": NUMBER, "s": TEXT, "str": TEXT, "inlineStr": TEXT, "b": BOOL, "e": ERROR, "d": DATE}

_NUMERAL = re.compile(rb"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*")

Position = tuple[int, int]
RawValue = str | float | bool | ErrorValue | None
ShownValue = str | float | bool | date | datetime | ErrorValue
Strings = Callable[[], Sequence[str]]


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as written; row and column are 1-based.

    `kind` says what `value` is: blank (None, only a style), number (float, dates too), text, bool, error
    (`ErrorValue`), date (ISO text, `t="d"`), or uncached: a formula whose result was never saved (value None).
    `formula` is its text without `=`, or None for a constant. `style` is the index into `number_formats`.
    """

    row: int
    column: int
    value: RawValue
    formula: str | None
    style: int
    kind: str


def number(text: bytes) -> float:
    """Return the number that a `v` says. Raises ValueError for anything else, what only Python takes for one too."""
    if _NUMERAL.fullmatch(text) is None:
        raise ValueError(f"有写成数值却不是数值的单元格（{text.decode()[:20]}）")
    return float(text)


def reader(written_as: str, strings: Sequence[str] = ()) -> Callable[[bytes], str | float | bool | ErrorValue]:
    """Return what makes a value of the text in `v`, for cells written as type `t`; texts in the cell itself are not its.

    What comes back raises ValueError for what such a cell cannot say, IndexError for a shared string that is not there.

    >>> reader("s", ["甲", "乙"])(b"1"), reader("b")(b"true"), reader("n")(b"1.5E3")
    ('乙', True, 1500.0)
    """
    if written_as != "s":
        return _READERS.get(written_as, number)

    def shared(text: bytes) -> str:
        if not text.isdigit():
            raise ValueError(f"的结构无法识别（{text.decode()[:20]}）")
        return strings[int(text)]

    return shared


def _said(text: bytes) -> str:
    said = text.strip().decode()
    if not said:
        raise ValueError("有没有内容的单元格")
    return said


_READERS: Mapping[str, Callable[[bytes], str | float | bool | ErrorValue]] = {
    "b": lambda text: truth(_said(text)),
    "e": lambda text: ErrorValue(_said(text)),
    "d": _said,
}


def read_cell(element: etree._Element, strings: Strings) -> tuple[str, RawValue, etree._Element | None]:
    """Return what a `c` element holds: its kind, its value, the element of its formula. Raises ValueError, in Chinese."""
    written, inline, formula = "", "", None
    said = False
    for child in element:
        tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        if tag == "v":
            written, said = child.text or "", True
        elif tag == "f":
            formula = child
        elif tag == "is":
            inline = rich_text(child)
    written_as = element.get("t", "n")
    if written_as == "inlineStr" or (written_as == "str" and said):
        return TEXT, inline or unescape(written), formula
    text = written.strip()
    if not text:
        return (BLANK if formula is None else UNCACHED), None, formula
    try:
        value = reader(written_as, strings() if written_as == "s" else ())(text.encode())
    except IndexError as error:
        raise ValueError("引用了不存在的共享字符串") from error
    return KINDS.get(written_as, NUMBER), value, formula


class Formatted(str):
    """A number as its format prints it, where that adds a unit of money: 96 shown as 96万元."""


def in_wan(number: float) -> Formatted:
    """Return a number whose format prints 万元 behind it as it is seen.

    >>> in_wan(96.5)
    '96.5万元'
    """
    return Formatted(f"{Decimal(repr(number)).normalize():f}万元")


def shows_wan(text: str, number: float) -> bool:
    """Return whether a number is seen as itself with 万元 behind it; one that is scaled to be seen so is in 元.

    >>> shows_wan("1,200.00万元", 1200.0), shows_wan("96.00万元", 960000.0), shows_wan("1,200.00", 1200.0)
    (True, False, False)
    """
    digits = text.removesuffix("元").removesuffix("万").strip().replace(",", "")
    try:
        return text.rstrip().endswith(("万", "万元")) and abs(float(digits) - number) <= abs(number) * 0.01
    except ValueError:
        return False


def shown_number(value: float, means: str, date1904: bool) -> ShownValue:
    """Return a number as its format shows it: a date, a date with a time, a length or time of day as text, or itself."""
    if means == IN_WAN:
        return in_wan(value)
    if means not in (DATED, ELAPSED) or not 0 <= value < MAX_SERIAL + 1:
        return value
    if means == ELAPSED:
        return str(timedelta(milliseconds=round(value * 86_400_000)))
    found = moment(value, date1904=date1904)
    return str(found.time()) if value < 1 and not date1904 else day_of(found)


def shown_date(text: str) -> ShownValue:
    """Return a date, or a date with a time, written the ISO way (`t="d"`); any other text as it is."""
    try:
        return iso_moment(text)
    except ValueError:
        return text


class SharedFormulas:
    """Spells out a formula that stands once for many cells, for each of them; cells come in the order of the sheet."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, int, str]] = {}

    def text(self, formula: etree._Element, row: int, column: int) -> str:
        """Return the formula of the cell that `formula` belongs to; "" where the first of its cells is missing."""
        text, group = formula.text or "", formula.get("si")
        if formula.get("t") != "shared" or group is None:
            return text
        if text:
            self._first[group] = (row, column, text)
            return text
        first = self._first.get(group)
        return "" if first is None else references.translate(first[2], row - first[0], column - first[1])


class CellReader:
    """Collects `cells` from row elements. `strings` gives the shared strings; `damaged` and `unsafe` make the errors to raise."""

    def __init__(self, strings: Strings, damaged: Callable[[str], SourceError], unsafe: Callable[[str], SourceError]) -> None:
        self.cells: dict[Position, RawCell] = {}
        self._strings = strings
        self._damaged = damaged
        self._unsafe = unsafe
        self._row = 0
        self._shared = SharedFormulas()

    def row(self, element: etree._Element) -> None:
        """Add the cells of one `row`. Raises SourceError for an address outside the sheet."""
        given = element.get("r")
        self._row = self._row + 1 if given is None else self._number(given, limits.ROWS.most)
        if self._row > limits.ROWS.most:
            raise self._unsafe(f"的{limits.ROWS.exceeded()}")
        column = 0
        for child in element:
            if not isinstance(child.tag, str) or not child.tag.endswith("}c"):
                continue
            row, column = self._address(child.get("r"), column)
            self.cells[row, column] = self._cell(child, row, column)

    def _address(self, reference: str | None, before: int) -> Position:
        if reference is None:
            if before >= limits.COLUMNS.most:
                raise self._unsafe(f"的{limits.COLUMNS.exceeded()}")
            return self._row, before + 1
        try:
            return a1.parse_cell(reference)
        except ValueError as error:
            raise self._damaged(f"的单元格地址 {reference[:20]} 无法识别") from error

    def _cell(self, element: etree._Element, row: int, column: int) -> RawCell:
        try:
            kind, value, formula = read_cell(element, self._strings)
        except ValueError as error:
            raise self._damaged(str(error)) from error
        text = None if formula is None else self._shared.text(formula, row, column)
        return RawCell(row, column, value, text, self._number(element.get("s", "0"), 1 << 20), kind)

    def _number(self, text: str, most: int) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > most:
            raise self._damaged(f"的结构无法识别（{text[:20]}）")
        return int(text)
