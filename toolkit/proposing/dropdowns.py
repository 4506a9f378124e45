"""The drop-downs of a printed sheet and the lists of its workbook's other sheets, as words.

Comes in: a worksheet (openpyxl). Goes out: `DropDown`s by cell, lists by sheet and head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.values.text import clean_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Position = tuple[int, int]

MOST_ROWS, MOST_COLUMNS = 1000, 60

# The first column of a list on another sheet, as drop-downs name it; a cell of the form's own sheet.
_SOURCE = re.compile(r"^=?'?([^'!()]+)'?!\$?([A-Z]{1,3})\$?(\d+)")
_OTHER_SHEET = re.compile(r"(?:'[^']+'|(?<![\w.])[^\W\d][\w.]*)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")
_OWN_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


@dataclass(frozen=True, slots=True)
class DropDown:
    """A drop-down: its words where they could be found; `parent` is the cell that it depends on, `sheet` where its lists stand."""

    words: tuple[str, ...] = ()
    parent: Position | None = None
    sheet: str = ""


def drop_downs(sheet: Worksheet) -> Iterator[tuple[Position, DropDown]]:
    for each in sheet.data_validations.dataValidation:
        if each.type != "list":
            continue
        found = _drop_down(sheet, str(each.formula1 or ""))
        for area in each.sqref.ranges:
            for row in range(area.min_row, min(area.max_row, area.min_row + MOST_ROWS) + 1):
                for column in range(area.min_col, min(area.max_col, MOST_COLUMNS) + 1):
                    yield (row, column), found


def _drop_down(sheet: Worksheet, formula: str) -> DropDown:
    if formula.startswith('"'):
        return DropDown(tuple(word.strip() for word in formula.strip('"').split(",") if word.strip()))
    book = sheet.parent
    defined = book.defined_names.get(formula.lstrip("="))
    formula = defined.attr_text if defined is not None else formula
    own = _OWN_CELL.search(_OTHER_SHEET.sub("", formula)) if "(" in formula else None
    named = re.search(r"(?:'([^']+)'|(?<![\w.])([^\W\d][\w.]*))!", formula)
    source = next((name for name in named.groups() if name), "") if named else ""
    if own is not None and ("MATCH" in formula.upper() or "INDIRECT" in formula.upper()):
        from openpyxl.utils import column_index_from_string

        return DropDown((), (int(own[2]), column_index_from_string(own[1])), source)
    found = _SOURCE.match(formula)
    if found is None or found[1] not in book.sheetnames:
        return DropDown()
    column, words = book[found[1]][found[2]], []
    for cell in column[int(found[3]) - 1 :]:
        if cell.value is None:
            break
        words.append(clean_text(str(cell.value)))
    return DropDown(tuple(words), None, found[1])


def lists_beside(sheet: Worksheet) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
    """The columns of every other sheet under their heads, down to the first blank."""
    for other in sheet.parent.worksheets:
        if other is sheet or other.max_column > 200 or other.max_row > 5000:
            continue
        lists: dict[str, tuple[str, ...]] = {}
        for column in other.iter_cols(values_only=True):
            words = [None if value is None else clean_text(str(value)) for value in column]
            end = words.index(None) if None in words else len(words)
            if end > 1:
                lists.setdefault(str(words[0]), tuple(str(word) for word in words[1:end]))
        yield other.title, lists
