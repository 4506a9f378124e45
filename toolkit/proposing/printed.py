"""A printed form as boxes: each merged area and each single cell within what is printed, filled or blank, with what the sheet says of it.

Comes in: a worksheet (openpyxl), a workbook's own or one that `sheets` drew from a Word document. Goes out: a `Printed`. Rows and columns are
1-based.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.errors import UsageError
from toolkit.forms.grids.model import is_crossed
from toolkit.proposing.dropdowns import MOST_COLUMNS, MOST_ROWS, DropDown, Position, drop_downs, lists_beside
from toolkit.proposing.words import options
from toolkit.values.text import clean_text

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

_FIGURE = re.compile(r"[-+]?[\d,，]*\d(?:\.\d+)?[%％]?")


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
    rows, columns = extent(sheet)
    covered = {
        (r, c)
        for (top, left), (bottom, right) in merges.items()
        for r in range(top, bottom + 1)
        for c in range(left, right + 1)
        if (r, c) != (top, left)
    }
    offered = dict(drop_downs(sheet))
    boxes = [
        _box(sheet.cell(row, column), merges.get((row, column), (row, column)), offered, sheet)
        for row in range(1, rows + 1)
        for column in range(1, columns + 1)
        if (row, column) not in covered
    ]
    return Printed(tuple(boxes), rows, columns, dict(lists_beside(sheet)))


def extent(sheet: Worksheet) -> tuple[int, int]:
    """The last row and column with something printed: a text, a border, a merge; columns no further than the print area has any."""
    # Only the cells there are: a sheet whose columns are formatted to the last row would take for ever.
    used = [cell for cell in sheet._cells.values() if cell.value is not None or _bordered(cell)]
    corners = [*((cell.row, cell.column) for cell in used), *((m.max_row, m.max_col) for m in sheet.merged_cells.ranges), (1, 1)]
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


def _box(cell: Cell, last: Position, offered: Mapping[Position, DropDown], sheet: Worksheet) -> Box:
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
        drop_down=offered.get((cell.row, cell.column)),
    )


def ticked(box: Box) -> tuple[str, ...]:
    """What a filled-in box gives to tick."""
    return options(box.text) if box.text else ()
