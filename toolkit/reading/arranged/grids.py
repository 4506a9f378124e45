"""Where the grids of a form stand: each cell between its two printed headings, in whatever order these are.

In: the cells and labels of one form. Out: a `PlacedGrid` for each grid of which enough headings stand in one row and one column; rows and
columns may change places, also as a whole. A cell whose heading is not there is not there. Called by `layout`, before anything else
is looked for: what stands in a grid is nobody else's.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from toolkit.forms.grids.model import Grid, Heading, is_crossed
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hint import Hint, wording
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan, Position, text_key

# So many rows may lie between two headings of rows.
_FURTHEST = 4

# So many rows are tried that name the columns of a grid.
_MOST_TOPS = 20

Marks = Mapping[Heading, Sequence[Cell]]


@dataclass(frozen=True)
class PlacedGrid:
    """A grid on a sheet. `headings` are those found, `spots` where each field stands and what is there (None: nothing).

    `closed` are the cells where the grid has none, `doubtful` the headings taken by their place alone.
    """

    grid: Grid
    headings: Mapping[Heading, Cell]
    spots: Mapping[str, tuple[Position, Cell | None]]
    closed: tuple[Cell, ...]
    doubtful: tuple[Heading, ...] = ()

    @property
    def missing(self) -> tuple[Heading, ...]:
        return tuple(heading for heading in self.grid.headings if heading not in self.headings)

    @property
    def reworded(self) -> Iterator[tuple[str, Cell, str]]:
        """Yield headings in other words than the form prints, as `Placement.reworded` has them; they are no field's."""
        for heading, cell in self.headings.items():
            if heading not in self.doubtful and text_key(cell.text) != text_key(heading.text):
                yield "", cell, heading.text

    @property
    def places(self) -> set[Position]:
        """All places that are the grid's."""
        values = (cell.place if cell is not None else place for place, cell in self.spots.values())
        return {*values, *(cell.place for cell in (*self.headings.values(), *self.closed))}


def find_grids(cells: Cells, hits: Sequence[Hit], plan: Plan) -> tuple[PlacedGrid, ...]:
    """Return the form's grids that are on the sheet."""
    found = []
    for grid in plan.form.grids:
        keys = {text_key(heading.text): heading for heading in grid.headings}
        marks: dict[Heading, list[Cell]] = {}
        for hit in hits:
            for meaning in hit.meanings:
                heading = keys.get(text_key(meaning.text)) if meaning.kind == Kind.GRID else None
                if heading is not None:
                    marks.setdefault(heading, []).append(hit.cell)
        ways = (_headings(grid.rows, grid.columns, marks), _headings(grid.columns, grid.rows, marks))
        best = max(ways, key=len)
        if best:
            found.append(_placed(grid, _with_similar(cells, grid, best, plan), cells))
    return tuple(found)


def _headings(side: Sequence[Heading], across: Sequence[Heading], marks: Marks) -> dict[Heading, Cell]:
    """The headings where those of `across` stand in a row, those of `side` in a column below and left of it; none where too few do."""
    rows: dict[int, dict[Heading, Cell]] = {}
    columns: dict[int, list[tuple[int, Heading, Cell]]] = {}
    for heading, cells in marks.items():
        for cell in cells:
            if heading in across:
                rows.setdefault(cell.row, {}).setdefault(heading, cell)
            else:
                columns.setdefault(cell.column, []).append((cell.row, heading, cell))
    for line in columns.values():
        line.sort(key=lambda each: each[0])
    best: dict[Heading, Cell] = {}
    tops = sorted((top for top, heads in rows.items() if 2 * len(heads) >= len(across)), key=lambda top: (-len(rows[top]), top))
    for top in tops[:_MOST_TOPS]:
        left = min(cell.column for cell in rows[top].values())
        for column in sorted(column for column in columns if column < left):
            names = _near(columns[column], top)
            if 2 * len(names) >= len(side) and len(rows[top]) + len(names) > len(best):
                best = {**rows[top], **names}
    return best


def _near(line: Sequence[tuple[int, Heading, Cell]], top: int) -> dict[Heading, Cell]:
    """The first of each heading below a row, as far as they follow one another."""
    found: dict[Heading, Cell] = {}
    last = top
    for number in range(bisect_right(line, top, key=lambda each: each[0]), len(line)):
        row, heading, cell = line[number]
        if row - last > _FURTHEST:
            break
        if heading not in found:
            found[heading] = cell
            last = cell.last_row
    return found


def _with_similar(cells: Cells, grid: Grid, found: Mapping[Heading, Cell], plan: Plan) -> dict[Heading, Cell]:
    """The headings with those that are worded alike, in the line of the others."""
    headings = dict(found)
    taken = {cell.place for cell in found.values()}
    turned = _turned(grid, found)
    for axis in (grid.rows, grid.columns):
        there = [found[heading] for heading in axis if heading in found]
        in_row = (axis is grid.rows) == turned
        first, last = min(cell.row for cell in there), max(cell.row for cell in there) + _FURTHEST
        for heading in axis:
            if heading in headings:
                continue
            line = (
                cell
                for cell in cells
                if (cell.row == there[0].row if in_row else cell.column == there[0].column and first - _FURTHEST < cell.row <= last)
            )
            others = [text_key(other.text) for other in axis]
            near = [c for c in line if c.place not in taken and wording(text_key(heading.text), plan.key(c.value), others)]
            if len(near) == 1:
                headings[heading] = near[0]
                taken.add(near[0].place)
    return headings


def _placed(grid: Grid, headings: Mapping[Heading, Cell], cells: Cells, doubtful: tuple[Heading, ...] = ()) -> PlacedGrid:
    taken = {cell.place for cell in headings.values()}
    spots: dict[str, tuple[Position, Cell | None]] = {}
    closed: list[Cell] = []
    turned = _turned(grid, headings)
    for i, row in enumerate(grid.rows):
        for j, column in enumerate(grid.columns):
            if row not in headings or column not in headings:
                continue
            side, head = (headings[column], headings[row]) if turned else (headings[row], headings[column])
            cell = next((each for each in _between(cells, side, head) if each.place not in taken), None)
            if cell is not None:
                taken.add(cell.place)
            if (i, j) in grid.cells:
                spots[grid.cells[i, j]] = (cell.row, cell.column) if cell is not None else (side.row, head.column), cell
            elif cell is not None:
                closed.append(cell)
    return PlacedGrid(grid, headings, spots, tuple(closed), doubtful)


def _turned(grid: Grid, headings: Mapping[Heading, Cell]) -> bool:
    """Whether the rows of the drawing are the columns of the sheet."""
    rows, columns = ([headings[h] for h in axis if h in headings] for axis in (grid.rows, grid.columns))
    return min(cell.row for cell in rows) < min(cell.row for cell in columns)


def _between(cells: Cells, side: Cell, head: Cell) -> Iterator[Cell]:
    """The cells right of one heading and under the other, as far as the next heading."""
    after = cells.after(head)
    last = after.column - 1 if after is not None and after.row == head.row else head.last_column
    for row in range(side.row, side.last_row + 1):
        for column in range(head.column, max(last, head.last_column) + 1):
            cell = cells.at(row, column)
            if cell is not None:
                yield cell


def completed(placed: PlacedGrid, cells: Cells, hint: Hint | None) -> PlacedGrid:
    """Return a grid with the headings that were rubbed out or overwritten, where the drawing has them and its lines are still there."""
    if hint is None or not placed.missing:
        return placed
    taken = placed.places
    lent: dict[Heading, Cell] = {}
    for heading in placed.missing:
        place = hint.row(heading.row), hint.column(heading.column)
        there = cells.at(*place)
        if place not in taken and _keeps(hint, heading) and (there is None or there.place not in taken):
            lent[heading] = there or Cell(*place, *place, "", place)
    return _placed(placed.grid, {**placed.headings, **lent}, cells, tuple(lent)) if lent else placed


def _keeps(hint: Hint, heading: Heading) -> bool:
    return all(_as_drawn(line, known) for line, known in ((heading.row, hint.rows), (heading.column, hint.columns)))


def _as_drawn(line: int, known: Mapping[int, int]) -> bool:
    """Whether the lines of the drawing that are known round one are as far apart as drawn."""
    ordered = sorted(known)
    return line in known or any(a < line < b and known[b] - known[a] == b - a for a, b in pairwise(ordered))


def own_hits(hits: Sequence[Hit], placed: Sequence[PlacedGrid]) -> tuple[list[Hit], list[Hit]]:
    """Return the labels of the grids, as nothing but that, and all others."""
    within = {place for each in placed for place in each.places}
    mine = [hit._replace(meanings=tuple(m for m in hit.meanings if m.kind == Kind.GRID)) for hit in hits if hit.cell.place in within]
    return mine, [hit for hit in hits if hit.cell.place not in within]


def crossed(placed: Sequence[PlacedGrid]) -> Iterator[tuple[Position, bool]]:
    """Yield what stands where a grid has no cell, and whether it says just that."""
    return ((cell.place, isinstance(cell.value, str) and is_crossed(cell.value)) for each in placed for cell in each.closed)
