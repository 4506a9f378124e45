"""The cells of one sheet, row by row, as written: value, formula, style, and what the value is worth.

Called by `workbook` with each `row` element of a sheet's part. Rows and cells without an address are counted on
from the one before, as Excel does; shared formulas are spelled out for each of their cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.markup import rich_text, unescape
from toolkit.values.errors import ErrorValue

BLANK, NUMBER, TEXT, BOOL, ERROR, DATE, UNCACHED = "blank", "number", "text", "bool", "error", "date", "uncached"

NUMERAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")

RawValue = str | float | bool | ErrorValue | None


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


class CellReader:
    """Collects `cells` from row elements. `strings` gives the shared strings; `damaged` and `unsafe` make the errors to raise."""

    def __init__(
        self,
        strings: Callable[[], Sequence[str]],
        damaged: Callable[[str], SourceError],
        unsafe: Callable[[str], SourceError],
    ) -> None:
        self.cells: dict[tuple[int, int], RawCell] = {}
        self._strings = strings
        self._damaged = damaged
        self._unsafe = unsafe
        self._row = 0
        self._shared: dict[str, tuple[int, int, str]] = {}

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

    def _address(self, reference: str | None, before: int) -> tuple[int, int]:
        if reference is None:
            if before >= limits.COLUMNS.most:
                raise self._unsafe(f"的{limits.COLUMNS.exceeded()}")
            return self._row, before + 1
        try:
            return a1.parse_cell(reference)
        except ValueError as error:
            raise self._damaged(f"的单元格地址 {reference[:20]} 无法识别") from error

    def _cell(self, element: etree._Element, row: int, column: int) -> RawCell:
        written: str | None = None
        inline = ""
        formula: str | None = None
        for child in element:
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if tag == "v":
                written = child.text or ""
            elif tag == "f":
                formula = self._formula(child, row, column)
            elif tag == "is":
                inline = rich_text(child)
        kind, value = self._value(element.get("t", "n"), written, inline, formula)
        return RawCell(row, column, value, formula, self._number(element.get("s", "0"), 1 << 20), kind)

    def _value(self, kind: str, written: str | None, inline: str, formula: str | None) -> tuple[str, RawValue]:
        if kind == "inlineStr":
            return TEXT, inline or unescape(written or "")
        if kind == "str" and written is not None:
            return TEXT, unescape(written)
        if not written or not written.strip():
            return (BLANK if formula is None else UNCACHED), None
        if kind == "s":
            index, strings = self._number(written.strip(), 1 << 31), self._strings()
            if index >= len(strings):
                raise self._damaged("引用了不存在的共享字符串")
            return TEXT, strings[index]
        if kind == "b":
            return BOOL, written.strip() in ("1", "true", "TRUE")
        if kind == "e":
            return ERROR, ErrorValue(written.strip())
        if kind == "d":
            return DATE, written.strip()
        if NUMERAL.fullmatch(written.strip()):
            return NUMBER, float(written)
        raise self._damaged(f"有写成数值却不是数值的单元格（{written.strip()[:20]}）")

    def _formula(self, element: etree._Element, row: int, column: int) -> str:
        text = element.text or ""
        group = element.get("si")
        if element.get("t") != "shared" or group is None:
            return text
        if text:
            self._shared[group] = (row, column, text)
            return text
        first = self._shared.get(group)
        return "" if first is None else references.translate(first[2], row - first[0], column - first[1])

    def _number(self, text: str, most: int) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) > most:
            raise self._damaged(f"的结构无法识别（{text[:20]}）")
        return int(text)
