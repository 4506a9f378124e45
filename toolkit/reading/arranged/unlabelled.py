"""Fields that are drawn without a label, above all the year: where the drawing has them, else wherever they are printed.

In: a placement whose labelled fields are known. Out: their cells, or the text in which a year stands (`2026年度…表`, 预算年度：2026年).
Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.prices import misfit
from toolkit.reading.entries import NUMERIC
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Position, Spot
from toolkit.values.dates import DateError, parse_year
from toolkit.values.text import half_width, squeeze
from toolkit.values.words import YEAR_ROLE

_YEARS = (re.compile(r"(?<!\d)((?:19|20|21)\d\d)年度"), re.compile(r"(?<!\d)((?:19|20|21)\d\d)年(?!\d{1,2}月)"))


def find_unlabelled(placement: Placement, spot: Spot) -> tuple[Position | None, Cell | None, str | None]:
    """Return where a field without a label stands: its place, the cell there, and the text to read where that is not all of it."""
    cells = placement.cells
    assert cells is not None
    taken = {hit.cell.place for hit in placement.hits}
    taken |= {cell.place for cell in (placement.found or {}).values() if cell is not None}
    place = None
    if placement.hint is not None and _is_there(placement, spot):
        place = placement.hint.place(spot.row, spot.column)
        there = cells.at(*place)
        if there is not None and there.place not in taken and misfit(there.value, spot) == 0.0:
            return there.place, there, None
        place = None if there is not None else place
    if spot.field.role == YEAR_ROLE:
        for cell in _above(placement, cells):
            if cell.place not in taken and misfit(cell.value, spot) == 0.0 and _is_year(cell):
                return cell.place, cell, None
        for cell in _outside_table(placement, cells):
            if cell.place not in taken and isinstance(cell.value, str) and YEAR_ROLE in cell.value and _is_year(cell):
                return cell.place, cell, None
        for pattern in _YEARS:
            for cell in (*_above(placement, cells), *_labels(placement)):
                found = pattern.findall(squeeze(half_width(cell.text)))
                if len(set(found)) == 1:
                    return cell.place, cell, f"{found[0]}年"
    elif spot.field.type in NUMERIC and place is None and placement.hint is not None:
        between = [cell for cell in _between(placement, cells, spot) if cell.place not in taken and misfit(cell.value, spot) == 0.0]
        if len(between) == 1:
            return between[0].place, between[0], None
    return place, None, None


def _is_there(placement: Placement, spot: Spot) -> bool:
    """Whether the row of the drawing can still be told: its neighbours with labels are as far apart as drawn."""
    hint = placement.hint
    assert hint is not None
    before = max((row for row in hint.rows if row < spot.row), default=None)
    after = min((row for row in hint.rows if row > spot.row), default=None)
    if before is None or after is None:
        return True
    return hint.rows[after] - hint.rows[before] >= after - before


def _above(placement: Placement, cells: Cells) -> Iterator[Cell]:
    """The cells above the first label of a field, from the top."""
    rows = [hit.cell.row for hit in placement.hits if Kind.FIELD in hit.kinds()]
    first = min(rows, default=cells.last_row + 1)
    return (cell for row in sorted(cells.by_row) if row < first for cell in cells.by_row[row])


def _outside_table(placement: Placement, cells: Cells) -> Iterator[Cell]:
    top = placement.header.top if placement.header else 0
    below = placement.table.below if placement.table else 0
    return (cell for cell in cells if not top <= cell.row < below)


def _labels(placement: Placement) -> Iterator[Cell]:
    yield from (hit.cell for hit in placement.hits)
    if placement.header is not None:
        yield from placement.header.cells


def _between(placement: Placement, cells: Cells, spot: Spot) -> Iterator[Cell]:
    hint = placement.hint
    assert hint is not None
    above = max((found for drawn, found in hint.rows.items() if drawn < spot.row), default=0)
    below = min((found for drawn, found in hint.rows.items() if drawn > spot.row), default=above)
    return (cell for row in range(above + 1, below) for cell in cells.by_row.get(row, ()))


def _is_year(cell: Cell) -> bool:
    try:
        return parse_year(cell.value) is not None
    except DateError:
        return False
