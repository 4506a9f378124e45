"""A1 addresses as numbers and back: cells, ranges, column letters, sheet names in references.

Strings come in as Excel writes them in names and formulas, 1-based rows and columns go out. Everything that meets an
address uses this module: package, forms, sources, outputs.
"""

from __future__ import annotations

import re
from functools import lru_cache

from toolkit.package.limits import COLUMNS, ROWS

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_WHOLE_COLUMN = re.compile(r"\$?([A-Za-z]{1,3})")
_WHOLE_ROW = re.compile(r"\$?([1-9][0-9]{0,6})")

# A sheet name made of these alone, not starting with a digit, needs no quotes; quotes are always right.
_PLAIN_SHEET = re.compile(r"[^\W\d][\w.]*")
_LOOKS_LIKE_CELL = re.compile(r"[A-Za-z]{1,3}[0-9]+|[Rr][0-9]*|[Cc][0-9]*|[Rr][0-9]*[Cc][0-9]*")

Area = tuple[int, int, int, int]


@lru_cache(maxsize=1024)
def column_letters(column: int) -> str:
    """Return the letters of the 1-based `column`.

    >>> column_letters(1), column_letters(28), column_letters(16384)
    ('A', 'AB', 'XFD')
    """
    if not 1 <= column <= COLUMNS.most:
        raise ValueError(f"column {column} is outside 1..{COLUMNS.most}")
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(65 + remainder) + letters
    return letters


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """Return the 1-based number of column `letters`; ValueError beyond XFD.

    >>> column_number("A"), column_number("ab")
    (1, 28)
    """
    number = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"not column letters: {letters!r}")
        number = number * 26 + ord(letter) - 64
    if not 1 <= number <= COLUMNS.most:
        raise ValueError(f"not a column of Excel: {letters!r}")
    return number


def cell_name(row: int, column: int, *, absolute: bool = False) -> str:
    """Return the A1 address of the 1-based `row` and `column`, with `$` where `absolute`.

    >>> cell_name(12, 4), cell_name(12, 4, absolute=True)
    ('D12', '$D$12')
    """
    return f"${column_letters(column)}${row}" if absolute else f"{column_letters(column)}{row}"


def range_name(area: Area, *, absolute: bool = False) -> str:
    """Return the A1 address of `area` (first row, first column, last row, last column); one cell gives `D12`.

    >>> range_name((12, 4, 14, 5)), range_name((12, 4, 12, 4), absolute=True)
    ('D12:E14', '$D$12')
    """
    first = cell_name(area[0], area[1], absolute=absolute)
    return first if area[:2] == area[2:] else f"{first}:{cell_name(area[2], area[3], absolute=absolute)}"


@lru_cache(maxsize=8192)
def parse_cell(text: str) -> tuple[int, int]:
    """Return 1-based (row, column) of an A1 address, `$` allowed; ValueError when it is none.

    >>> parse_cell("$D$12")
    (12, 4)
    """
    match = _CELL.fullmatch(text.strip())
    if match is None or int(match[2]) > ROWS.most:
        raise ValueError(f"not a cell address: {text!r}")
    return int(match[2]), column_number(match[1])


def parse_range(text: str) -> tuple[str | None, int, int, int, int]:
    """Return (sheet or None, first row, first column, last row, last column), 1-based, corners put in order.

    Takes a cell, a range, whole columns and whole rows; ValueError for anything else, unions and `#REF!` too.

    >>> parse_range("申报表!$D$12:$E$14")
    ('申报表', 12, 4, 14, 5)
    >>> parse_range("'它''s'!B2")
    ("它's", 2, 2, 2, 2)
    >>> parse_range("$1:$3")
    (None, 1, 1, 3, 16384)
    """
    sheet, rest = split_sheet(text.strip())
    first, colon, last = rest.partition(":")
    if not colon:
        row, column = parse_cell(first)
        return sheet, row, column, row, column
    if _WHOLE_ROW.fullmatch(first) and _WHOLE_ROW.fullmatch(last):
        rows = sorted(int(side.strip("$")) for side in (first, last))
        if rows[1] > ROWS.most:
            raise ValueError(f"not a range of Excel: {text!r}")
        return sheet, rows[0], 1, rows[1], COLUMNS.most
    if _WHOLE_COLUMN.fullmatch(first) and _WHOLE_COLUMN.fullmatch(last):
        columns = sorted(column_number(side.strip("$")) for side in (first, last))
        return sheet, 1, columns[0], ROWS.most, columns[1]
    (r1, c1), (r2, c2) = parse_cell(first), parse_cell(last)
    return sheet, min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)


def parse_area(text: str) -> Area:
    """Return `parse_range` without the sheet: (first row, first column, last row, last column).

    >>> parse_area("D5:G12")
    (5, 4, 12, 7)
    """
    return parse_range(text)[1:]


def split_sheet(text: str) -> tuple[str | None, str]:
    """Return (sheet name unquoted or None, the rest) of a reference; ValueError where the quotes do not close.

    >>> split_sheet("'项目 1'!$A$1"), split_sheet("A1")
    (('项目 1', '$A$1'), (None, 'A1'))
    """
    if text.startswith("'"):
        match = re.match(r"'((?:[^']|'')*)'!", text)
        if match is None:
            raise ValueError(f"not a reference: {text!r}")
        return match[1].replace("''", "'"), text[match.end() :]
    sheet, mark, rest = text.rpartition("!")
    return (sheet, rest) if mark else (None, text)


def quote_sheet(name: str) -> str:
    """Return a sheet name as a formula needs it, in quotes wherever they could matter.

    >>> quote_sheet("申报表"), quote_sheet("项目 1"), quote_sheet("A1"), quote_sheet("它's")
    ('申报表', "'项目 1'", "'A1'", "'它''s'")
    """
    if _PLAIN_SHEET.fullmatch(name) and not _LOOKS_LIKE_CELL.fullmatch(name):
        return name
    return "'" + name.replace("'", "''") + "'"
