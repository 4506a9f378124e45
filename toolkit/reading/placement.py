"""Where a form stands on a sheet: as it is drawn, or as its labels say.

Made by `sheet` for a sheet that is as drawn, by `arranged.layout` for any other; read by both and by what looks at a sheet besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.reading.plan import Plan, Position, Spot

if TYPE_CHECKING:
    from toolkit.reading.arranged.cells import Cell, Cells
    from toolkit.reading.arranged.grids import PlacedGrid
    from toolkit.reading.arranged.header import Header
    from toolkit.reading.arranged.hint import Hint
    from toolkit.reading.arranged.hits import Hit
    from toolkit.reading.arranged.table import Table
    from toolkit.reading.shapes.over import Over
    from toolkit.reading.shapes.turned import Moved


@dataclass(frozen=True)
class Placement:
    """Where a form stands. `spots` are the fields' value cells (None where the label is gone), `cells` what is in them.

    `labels` are the cells that name a field or column; `reworded` those that do so in other words, `doubtful` those that do not
    at all but stand in its place. `inside` are values that follow their label in its own cell, `more` the cells that go on with a text.
    `beside` are tables of the same kind right of the first (`shapes.bands`), `over` the words of a level that stand above the rows they are for.
    `moved` says which cells were put elsewhere for reading (`shapes.turned`),
    `aside` are cells of periods that are none of the form's (`shapes.period_rows`).
    """

    plan: Plan
    exact: bool = False
    cells: Cells | None = None
    spots: Mapping[str, Position] | None = None
    found: Mapping[str, Cell | None] | None = None
    inside: Mapping[str, str] | None = None
    more: Mapping[str, tuple[Cell, ...]] | None = None
    labels: Mapping[str, Cell] | None = None
    hits: tuple[Hit, ...] = ()
    reworded: tuple[tuple[str, Cell, str], ...] = ()
    doubtful: tuple[tuple[str, Position, str], ...] = ()
    rivals: Mapping[str, Cell] | None = None
    hint: Hint | None = None
    header: Header | None = None
    table: Table | None = None
    grids: tuple[PlacedGrid, ...] = ()
    over: tuple[Over, ...] = ()
    beside: tuple[Placement, ...] = ()
    moved: Moved | None = None
    aside: frozenset[Position] = frozenset()

    @property
    def tables(self) -> tuple[Placement, ...]:
        """The row table and those beside it that hold rows of the same kind, from the left."""
        return self, *self.beside

    @property
    def is_template(self) -> bool:
        """Whether a sheet that is not as drawn is our drawing none the less, its rows and columns moved; no document is."""
        return self.hint is not None and self.cells is not None and not self.cells.grid.flow

    @property
    def last_column(self) -> int:
        """The last column of the form: what stands beyond its labels, headings and values is beside it."""
        if self.exact:
            return self.plan.last_column
        values = [cell.last_column for cell in (self.found or {}).values() if cell is not None]
        heads = [cell.last_column for each in self.tables for cell in (each.header.cells if each.header else ())]
        return max((*values, *(hit.cell.last_column for hit in self.hits), *heads), default=0)

    def spot(self, spot: Spot) -> Position | None:
        """Where a single field stands; None where it is not there."""
        return (spot.row, spot.column) if self.exact else (self.spots or {}).get(spot.field.name)
