"""References inside formula text: find each one, change it, leave everything else as it stands.

Used where formulas move without being calculated: shared formulas read from a sheet, rows added to a form's table,
a sheet that gets another name. Strings, functions and names are told from references by a scan, not by parsing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from toolkit.package.limits import COLUMNS, ROWS
from toolkit.spreadsheet import a1

_SHEET = r"(?:(?<!')'(?:[^']|'')*'|(?<![\w.])[^\W\d][\w.]*(?::[^\W\d][\w.]*)?)!"
_CORNER = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_COLUMNS = r"\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}"
_ROWS = r"\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6}"
_SPAN = rf"(?:{_CORNER}(?::{_CORNER})?|{_COLUMNS}|{_ROWS})"
_TOKEN = re.compile(
    r'"(?:[^"]|"")*"'
    rf"|(?<![\w.\\$#@\[\]!])(?P<sheet>{_SHEET})?(?P<span>{_SPAN})(?![\w.\\(!])"
    rf"|(?<![\w.\\\]])(?P<owner>{_SHEET})(?=[^\W\d])"
)
_NAME = re.compile(
    r'"(?:[^"]|"")*"'
    rf"|{_SHEET}(?:{_SPAN}|[^\W\d][\w.\\]*)"
    rf"|(?<![\w.\\$]){_SPAN}(?![\w.\\(])"
    r"|(?<![\w.\\$!#])(?P<name>[^\W\d][\w.\\]*)(?![\w.\\(!])"
)
_SIDE = re.compile(r"(\$?)([A-Za-z]{0,3})(\$?)([0-9]*)")


@dataclass(frozen=True, slots=True)
class Side:
    """One corner of a reference; `row` or `column` is None where whole columns or rows are meant."""

    row: int | None
    column: int | None
    fixed_row: bool
    fixed_column: bool

    def text(self) -> str:
        column = "" if self.column is None else ("$" if self.fixed_column else "") + a1.column_letters(self.column)
        return column + ("" if self.row is None else ("$" if self.fixed_row else "") + str(self.row))


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference as written: its sheet (None for the formula's own), first corner, last where it is a range."""

    sheet: str | None
    first: Side
    last: Side | None

    def text(self) -> str:
        sheet = "" if self.sheet is None else a1.quote_sheet(self.sheet) + "!"
        return sheet + self.first.text() + ("" if self.last is None else ":" + self.last.text())


def map_references(formula: str, change: Callable[[Reference], Reference | None]) -> str:
    """Return `formula` with every reference replaced by what `change` makes of it; None leaves `#REF!`.

    References into other workbooks (`[1]表!A1`) and over several sheets (`表1:表3!A1`) are left alone.

    >>> map_references('IF(A1="A1",申报表!$B$2,SUM(C1:C3))', lambda r: replace(r, sheet="项目1"))
    'IF(项目1!A1="A1",项目1!$B$2,SUM(项目1!C1:C3))'
    """

    def changed(match: re.Match[str]) -> str:
        span = match["span"]
        if span is None:
            return match[0]
        sheet = match["sheet"]
        if sheet is not None and (":" in sheet or "[" in sheet):
            return match[0]
        first, _, last = span.partition(":")
        try:
            reference = Reference(None if sheet is None else a1.split_sheet(sheet)[0], _side(first), _side(last) if last else None)
        except ValueError:
            return match[0]
        result = change(reference)
        if result is None:
            return "#REF!"
        return match[0] if result == reference else result.text()

    return _TOKEN.sub(changed, formula)


def rename_sheet(formula: str, old: str, new: str) -> str:
    """Return `formula` with references and sheet-owned names of sheet `old` pointing to sheet `new`.

    >>> rename_sheet("申报表!$C$3+'申报表'!项目名称+代码表!A1", "申报表", "项目 1")
    "'项目 1'!$C$3+'项目 1'!项目名称+代码表!A1"
    """

    def changed(match: re.Match[str]) -> str:
        sheet = match["sheet"] or match["owner"]
        if sheet is None or (a1.split_sheet(sheet)[0] or "").casefold() != old.casefold():
            return match[0]
        return f"{a1.quote_sheet(new)}!{match[0][len(sheet) :]}"

    return _TOKEN.sub(changed, formula) if "!" in formula else formula


def sheets_in(formula: str) -> frozenset[str]:
    """Return the names of the sheets that `formula` mentions, case folded.

    >>> sorted(sheets_in("OFFSET(代码表!$A$1,0,MATCH('申报表'!$B2,代码表!$1:$1,0))"))
    ['代码表', '申报表']
    """
    found = (match["sheet"] or match["owner"] for match in _TOKEN.finditer(formula))
    return frozenset((a1.split_sheet(sheet)[0] or "").casefold() for sheet in found if sheet)


def map_names(formula: str, change: Callable[[str], str]) -> str:
    """Return `formula` with every name that stands without a sheet replaced; functions, cells and strings are left.

    >>> map_names('SUM(甲,B2)&"甲"&申报表!甲', lambda name: name + "额")
    'SUM(甲额,B2)&"甲"&申报表!甲'
    """
    return _NAME.sub(lambda match: match[0] if match["name"] is None else change(match["name"]), formula)


def translate(formula: str, rows: int, columns: int) -> str:
    """Return `formula` as Excel copies it `rows` down and `columns` right; what leaves the sheet becomes `#REF!`.

    >>> translate("A1+$B$2+C$3", 2, 1)
    'B3+$B$2+D$3'
    """

    def moved(side: Side) -> Side | None:
        row = side.row if side.row is None or side.fixed_row else side.row + rows
        column = side.column if side.column is None or side.fixed_column else side.column + columns
        inside = (row is None or 1 <= row <= ROWS.most) and (column is None or 1 <= column <= COLUMNS.most)
        return replace(side, row=row, column=column) if inside else None

    def change(reference: Reference) -> Reference | None:
        first, last = moved(reference.first), reference.last and moved(reference.last)
        if first is None or (reference.last is not None and last is None):
            return None
        return replace(reference, first=first, last=last)

    return map_references(formula, change)


def insert_rows(formula: str, after: int, count: int, sheet: str, own: bool, *, grow: bool = True) -> str:
    """Return `formula` after `count` rows were put in below row `after` of `sheet`.

    `own` says that references without a sheet mean that sheet. Rows beneath move down; with `grow`, a range of several
    rows or of one column that ends at `after` takes the new rows in, because they continue it.

    >>> insert_rows("SUM(A2:A5)+A6+代码表!A6", 5, 3, "申报表", True)
    'SUM(A2:A8)+A9+代码表!A6'
    """

    def change(reference: Reference) -> Reference:
        mine = own if reference.sheet is None else reference.sheet.casefold() == sheet.casefold()
        if not mine:
            return reference
        first, last = reference.first, reference.last
        column = last is not None and first.column == last.column
        ends = grow and last is not None and last.row == after and ((first.row or 0) < after or column)
        return replace(
            reference,
            first=_below(first, after, count),
            last=last and (replace(last, row=after + count) if ends else _below(last, after, count)),
        )

    return map_references(formula, change)


def _below(side: Side, after: int, count: int) -> Side:
    if side.row is None or side.row <= after:
        return side
    return replace(side, row=min(side.row + count, ROWS.most))


def _side(text: str) -> Side:
    match = _SIDE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a corner of a reference: {text!r}")
    dollar, letters, second, digits = match.groups()
    column = a1.column_number(letters) if letters else None
    row = int(digits) if digits else None
    if row is not None and row > ROWS.most:
        raise ValueError(f"not a row of Excel: {text!r}")
    fixed_row = second == "$" if letters else dollar == "$"
    return Side(row, column, fixed_row, dollar == "$" and bool(letters))
