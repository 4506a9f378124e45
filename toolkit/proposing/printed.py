"""A printed form as boxes: each merged area and each single cell within what is printed, filled or blank, with what the sheet says of it.

Comes in: a worksheet (openpyxl), a workbook's own or one that `sheets` drew from a Word document. Goes out: a `Printed`. Rows and columns are
1-based.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.forms.grids.model import is_crossed
from toolkit.proposing.words import options
from toolkit.values.text import clean_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

Position = tuple[int, int]

MOST_ROWS, MOST_COLUMNS = 1000, 60

_FIGURE = re.compile(r"[-+]?[\d,，]*\d(?:\.\d+)?[%％]?")

# The first column of a list on another sheet, as drop-downs name it; a cell of the form's own sheet.
_SOURCE = re.compile(r"^=?'?([^'!()]+)'?!\$?([A-Z]{1,3})\$?(\d+)")
_OTHER_SHEET = re.compile(r"(?:'[^']+'|[^\W\d][\w.]*)!\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?")
_OWN_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


@dataclass(frozen=True, slots=True)
class DropDown:
    """A drop-down: its words where they could be found; `parent` is the cell that it depends on, `sheet` where its lists stand."""

    words: tuple[str, ...] = ()
    parent: Position | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Box:
    """One cell as printed. `number` says that it holds a number or a date (a text of digits too), `formula` that it is computed (its text).

    `open` is whether a protected sheet leaves it to be filled, None on one that is not protected.
    """

    top: int
    left: int
    bottom: int
    right: int
    text: str = ""
    number: bool = False
    formula: str = ""
    format: str = "General"
    open: bool | None = None
    bordered: bool = False
    size: float = 11.0
    drop_down: DropDown | None = None

    @property
    def place(self) -> Position:
        return self.top, self.left

    @property
    def blank(self) -> bool:
        return not self.text and not self.formula

    @property
    def crossed(self) -> bool:
        return is_crossed(self.text) if self.text else False

    @property
    def rows(self) -> int:
        return self.bottom - self.top + 1

    @property
    def columns(self) -> tuple[int, int]:
        return self.left, self.right

    @property
    def area(self) -> tuple[int, int, int, int]:
        return self.top, self.left, self.bottom, self.right


@dataclass(frozen=True)
class Printed:
    """All boxes from top left to bottom right; `lists` are the lists of other sheets by sheet and head."""

    boxes: tuple[Box, ...]
    rows: int
    columns: int
    lists: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @cached_property
    def _at(self) -> Mapping[Position, Box]:
        return {(r, c): box for box in self.boxes for r in range(box.top, box.bottom + 1) for c in range(box.left, box.right + 1)}

    def at(self, row: int, column: int) -> Box | None:
        return self._at.get((row, column))

    def right_of(self, box: Box) -> Box | None:
        return self.at(box.top, box.right + 1)

    def left_of(self, box: Box) -> Box | None:
        return self.at(box.top, box.left - 1)

    def above(self, box: Box) -> Box | None:
        return self.at(box.top - 1, box.left)

    def below(self, box: Box) -> Box | None:
        """The box right under one, if it is exactly as wide."""
        found = self.at(box.bottom + 1, box.left)
        return found if found is not None and found.columns == box.columns else None

    def across(self, row: int, left: int = 1, right: int | None = None) -> list[Box]:
        """The boxes that a row runs through, from left to right."""
        found = (self.at(row, column) for column in range(left, (right or self.columns) + 1))
        return list(dict.fromkeys(box for box in found if box is not None))

    @cached_property
    def framed(self) -> bool:
        """Whether anything has a border: then what has none stands outside the tables."""
        return any(box.bordered for box in self.boxes)

    def inside(self, box: Box) -> bool:
        return box.bordered or not self.framed


def printed(sheet: Worksheet) -> Printed:
    """Return a worksheet's boxes. Raises UsageError for one that is far too large for a form."""
    merges = {(m.min_row, m.min_col): (m.max_row, m.max_col) for m in sheet.merged_cells.ranges}
    rows, columns = _extent(sheet, merges)
    covered = {
        (r, c)
        for (top, left), (bottom, right) in merges.items()
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
        if (r, c) != (top, left)
    }
    drop_downs = dict(_drop_downs(sheet))
    boxes = [
        _box(sheet.cell(row, column), merges.get((row, column), (row, column)), drop_downs, sheet)
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
        if (row, column) not in covered
    ]
    return Printed(tuple(boxes), rows, columns, dict(_lists(sheet)))


def _extent(sheet: Worksheet, merges: Mapping[Position, Position]) -> tuple[int, int]:
    """The last row and column with something printed: a text, a border, a merge; columns no further than the print area has any."""
    if sheet.max_row > 100 * MOST_ROWS or sheet.max_column > 100 * MOST_COLUMNS:
        raise UsageError(f"工作表“{sheet.title}”有 {sheet.max_row} 行 {sheet.max_column} 列，不像一张表样。请删去多余的行列再试。")
    used = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None or _bordered(cell)]
    corners = [*((cell.row, cell.column) for cell in used), *merges.values(), (1, 1)]
    rows, columns = max(row for row, _ in corners), max(column for _, column in corners)
    if sheet.print_area:
        from openpyxl.worksheet.cell_range import CellRange

        shown = CellRange(str(sheet.print_area).split("!")[-1].split(",")[0].replace("$", ""))
        columns = min(columns, shown.max_col)
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise UsageError(f"工作表“{sheet.title}”有 {rows} 行 {columns} 列，不像一张表样（最多 {MOST_ROWS} 行 {MOST_COLUMNS} 列）。")
    return rows, columns


def _bordered(cell: Cell) -> bool:
    border = cell.border
    return any(side is not None and side.style for side in (border.left, border.right, border.top, border.bottom))


def _box(cell: Cell, last: Position, drop_downs: Mapping[Position, DropDown], sheet: Worksheet) -> Box:
    value = cell.value
    formula = str(value) if cell.data_type == "f" else ""
    return Box(
        cell.row,
        cell.column,
        *last,
        text="" if value is None or formula else clean_text(str(value)),
        number=value is not None and (not isinstance(value, str) or _FIGURE.fullmatch(value.strip()) is not None),
        formula=formula,
        format=str(cell.number_format),
        open=not cell.protection.locked if sheet.protection.sheet else None,
        bordered=_bordered(cell),
        size=float(cell.font.sz or 11),
        drop_down=drop_downs.get((cell.row, cell.column)),
    )


def _drop_downs(sheet: Worksheet) -> Iterator[tuple[Position, DropDown]]:
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
    named = re.search(r"(?:'([^']+)'|([^\W\d][\w.]*))!", formula)
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


def _lists(sheet: Worksheet) -> Iterator[tuple[str, Mapping[str, tuple[str, ...]]]]:
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


def ticked(box: Box) -> tuple[str, ...]:
    """What a filled-in box gives to tick."""
    return options(box.text) if box.text else ()
