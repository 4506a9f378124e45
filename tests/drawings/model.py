"""The neutral grid that every writer writes: cells with spans, what each is, and the drawing they make up.

A cell knows which field or row it stands for, so that a wrong reading can be explained by the cell's place, and texts that
belong to no field can be told from those that do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tests.drawings.declarations import Content, Value
from toolkit.spreadsheet.a1 import cell_name

Role = Literal["title", "year", "label", "value", "group", "header", "strange", "note"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell, 1-based, with its spans.

    `field` is the field that a label or value belongs to, `line` the indicator row (from 0) of a value in the row table,
    `project` the number (from 0) of the form in its file. A `strange` cell is a label or value of no field of the form.
    """

    row: int
    column: int
    value: Value
    rows: int = 1
    columns: int = 1
    role: Role = "value"
    field: str | None = None
    line: int | None = None
    project: int = 0
    format: str | None = None
    vertical: bool = False
    align: Literal["left", "center", "right"] = "center"

    @property
    def name(self) -> str:
        """The address of the top-left cell."""
        return cell_name(self.row, self.column)

    @property
    def text(self) -> str:
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True)
class Sheet:
    """One sheet or page of a table: cells that do not overlap, and the widths of its columns in characters."""

    name: str
    cells: tuple[Cell, ...]
    widths: tuple[float, ...]

    @property
    def last_row(self) -> int:
        return max(cell.row + cell.rows - 1 for cell in self.cells)


@dataclass(frozen=True)
class Drawing:
    """A file before it is written: its sheets, what it declares, and how it is arranged.

    `omitted` are the fields it has no place for, `accepted` values that are right as well, by (project, field). `traits`
    name the arrangement along each dimension, for the figures.
    """

    name: str
    sheets: tuple[Sheet, ...]
    contents: tuple[Content, ...]
    traits: Mapping[str, str] = field(default_factory=dict)
    omitted: tuple[str, ...] = ()
    accepted: Mapping[tuple[int, str], Sequence[Value]] = field(default_factory=dict)

    def cells(self) -> Iterator[tuple[Sheet, Cell]]:
        """Each cell with its sheet."""
        return ((sheet, cell) for sheet in self.sheets for cell in sheet.cells)

    def places(self, project: int, name: str, line: int | None = None) -> list[str]:
        """Return where a field, or a column of indicator row `line`, stands: `sheet!A1`, its label first."""
        return [
            f"{sheet.name}!{cell.name}"
            for sheet, cell in self.cells()
            if cell.project == project and cell.field == name and cell.line == line
        ]

    def strange_texts(self) -> set[str]:
        """The texts that may not appear in any field."""
        return {cell.text for _, cell in self.cells() if cell.role in ("strange", "note") and cell.text}

    def label_texts(self) -> set[str]:
        """The printed labels and headings."""
        return {cell.text for _, cell in self.cells() if cell.role in ("label", "group", "header", "title") and cell.text}

    def changed(self, changes: Mapping[tuple[str, str], Cell]) -> Drawing:
        """Return the drawing with the cells at (sheet, address) replaced."""
        sheets = tuple(
            replace(sheet, cells=tuple(changes.get((sheet.name, cell.name), cell) for cell in sheet.cells)) for sheet in self.sheets
        )
        return replace(self, sheets=sheets)


class Canvas:
    """Takes the cells of one form from top to bottom; `width` grid columns, `row` is where the next block begins."""

    def __init__(self, width: int, project: int) -> None:
        self.width = width
        self.project = project
        self.row = 1
        self.cells: list[Cell] = []

    def put(self, column: int, columns: int, value: Value, role: Role, *, down: int = 0, **look: object) -> None:
        """Put a cell at grid column `column` (from 1), `down` rows below the current one."""
        cell = Cell(self.row + down, column, value, columns=columns, role=role, project=self.project)
        self.cells.append(replace(cell, **look))  # type: ignore[arg-type]

    def next(self, rows: int = 1) -> None:
        """Go on `rows` further down."""
        self.row += rows


def cut(weights: Sequence[float], columns: int, first: int = 1) -> list[tuple[int, int]]:
    """Return (first column, span) for each weight: `columns` grid columns from `first` shared out, at least one each.

    >>> cut([1, 2, 1], 8)
    [(1, 2), (3, 4), (7, 2)]
    """
    count = len(weights)
    assert count <= columns, (count, columns)
    total, edges, reached = sum(weights), [0], 0.0
    for index, weight in enumerate(weights, 1):
        reached += weight
        wanted = round(columns * reached / total)
        edges.append(min(max(wanted, edges[-1] + 1), columns - (count - index)))
    return [(first + left, right - left) for left, right in zip(edges, edges[1:], strict=False)]
