"""Indicators that go across the page, a column each, or down it, a block each: the headings of the row table stand one under the other.

In: a sheet's grid, its cells and labels. Out: the grid with an indicator a row under headings side by side, and from where each cell came.
All or nothing: where something in those rows is neither a heading nor an indicator's, the sheet stays as it is. Called by `copies`; what was
read so names the cells of the sheet as it is (`put_back`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.model import Declaration, Doubt, Entry, Repair, Row
from toolkit.reading.plan import Plan, Position
from toolkit.reading.shapes.named_targets import targets_of
from toolkit.sources.grid import Grid, RawLook
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.text import squeeze
from toolkit.values.words import TARGET

# So many headings one under the other make a table that was turned: names, targets, and what they belong to.
_ENOUGH = 3

# What may stand left of the headings: the number of the block.
_NUMBER = re.compile(r"(?:序号|(?:绩效)?指标)?[0-9一二三四五六七八九十]{0,3}[、.．]?")


@dataclass(frozen=True)
class Moved:
    """The names of cells that were put elsewhere, each with its own, and the repair that tells why."""

    names: Mapping[str, str]
    repair: Repair

    @staticmethod
    def of(origins: Mapping[Position, Position], repair: Repair) -> Moved:
        """Return what has moved of cells at new places, with their old ones."""
        return Moved({cell_name(*place): cell_name(*origin) for place, origin in origins.items() if place != origin}, repair)


Stack = list[Hit]
Record = dict[str, Cell]


def turned(grid: Grid, cells: Cells, hits: Sequence[Hit], plan: Plan) -> tuple[Grid, Moved] | None:
    """Return the grid with an indicator a row, and which cells have moved; None where nothing is turned."""
    stacks = [stack for stack in _stacks(hits) if _is_table(stack, plan)]
    if not stacks or grid.flow and not grid.ruled or len({stack[0].cell.column for stack in stacks}) > 1:
        return None
    first, column = stacks[0][0].cell.row, stacks[0][0].cell.column
    last = stacks[-1][-1].cell.last_row
    heads = {_name(hit): hit for hit in stacks[0]}
    if any({_name(hit) for hit in stack} != heads.keys() for stack in stacks):
        return None
    records = [record for stack in stacks for record in _records(cells, stack, plan)]
    if len(records) < 2 or not _all_is_read(cells, stacks, records, (first, last), plan):
        return None
    moved: dict[Position, Cell] = {(first, column + n): hit.cell for n, hit in enumerate(heads.values())}
    for row, record in enumerate(records, first + 1):
        moved |= {(row, column + n): record[name] for n, name in enumerate(heads) if name in record}
    return _rebuilt(grid, moved, first, last, first + len(records) - last)


def _name(hit: Hit) -> str:
    return next(name for meaning in hit.meanings for name in meaning.names)


def _stacks(hits: Sequence[Hit]) -> Iterator[Stack]:
    """Headings of the row table right under each other in one column, each of them once."""
    found = [hit for hit in hits if hit.kinds() & {Kind.COLUMN, Kind.WHOLE} and hit.inside is None and any(m.names for m in hit.meanings)]
    stack: Stack = []
    for hit in sorted(found, key=lambda each: (each.cell.column, each.cell.row)):
        goes_on = stack and hit.cell.column == stack[-1].cell.column and hit.cell.row == stack[-1].cell.last_row + 1
        if not goes_on or _name(hit) in {_name(each) for each in stack}:
            if stack:
                yield stack
            stack = []
        stack.append(hit)
    if stack:
        yield stack


def _is_table(stack: Stack, plan: Plan) -> bool:
    """Whether the headings name an indicator, its target and more."""
    names, targets = {_name(hit) for hit in stack}, _targets(plan)
    return len(stack) >= _ENOUGH and bool(names & targets) and bool(names - targets - set(plan.levels))


def _targets(plan: Plan) -> set[str]:
    """What a heading names that is the target's: the whole of it, or a part."""
    parts = {each for target in targets_of(plan) for each in (target.name, *target.names)}
    return parts | {spec.column.name for spec in plan.columns if spec.column.field.type == TARGET}


def _records(cells: Cells, stack: Stack, plan: Plan) -> Iterator[Record]:
    """The cells of each indicator: those in one column right of the headings; a level's may reach over several."""
    named = next(hit for hit in stack if _name(hit) not in {*plan.levels, *_targets(plan)})
    head = max(hit.cell.last_column for hit in stack)
    for cell in cells.by_row.get(named.cell.row, ()):
        if cell.column > head:
            yield {_name(hit): there for hit in stack if (there := cells.at(hit.cell.row, cell.column)) is not None}


def _all_is_read(cells: Cells, stacks: Sequence[Stack], records: Sequence[Record], rows: tuple[int, int], plan: Plan) -> bool:
    """Whether each cell of the rows is a heading, an indicator's, or the heading or number of the block left of them."""
    used = {hit.cell.place for stack in stacks for hit in stack} | {cell.place for record in records for cell in record.values()}
    column = stacks[0][0].cell.column
    for row in range(rows[0], rows[1] + 1):
        for cell in cells.by_row.get(row, ()):
            key = plan.key(cell.value)
            aside = cell.last_column < column and (key in plan.vocabulary or _NUMBER.fullmatch(squeeze(cell.text).removesuffix(".0")))
            if cell.place not in used and not aside:
                return False
    above = next((cells.at(row, column) for row in range(rows[0] - 1, 0, -1) if cells.at(row, column) is not None), None)
    return above is None or above.last_row < rows[0]


def _rebuilt(grid: Grid, moved: Mapping[Position, Cell], first: int, last: int, more: int) -> tuple[Grid, Moved]:
    """The grid with the cells from `first` to `last` at their new places and the rows below them so many further down."""

    def shifted(row: int) -> int:
        return row + more if row > last else row

    origins = {(shifted(row), column): (row, column) for row, column in grid.cells if not first <= row <= last}
    origins |= {place: cell.place for place, cell in moved.items()}
    areas = (area for area in grid.merges if area[2] < first or area[0] > last)
    merges = tuple((shifted(top), left, shifted(bottom), right) for top, left, bottom, right in areas)
    made = replace(
        gathered(grid, origins),
        merges=merges,
        hidden_rows=frozenset(shifted(row) for row in grid.hidden_rows if not first <= row <= last),
        comments={(shifted(row), column): text for (row, column), text in grid.comments.items()},
    )
    message = "指标不是一行一项，而是一列一项或一块一项，已按每项一行读取。"
    return made, Moved.of(origins, Repair("修复-横排", "", None, "一列一项", "一行一项", message))


def gathered(grid: Grid, origins: Mapping[Position, Position]) -> Grid:
    """Return the grid with only the cells at `origins`, each at its new place; merges, hidden rows and comments are none of these."""
    raw = grid.raw

    def look(place: Position) -> RawLook | None:
        return raw(origins[place]) if raw is not None and place in origins else None

    return replace(
        grid,
        cells={place: grid.cells[origin] for place, origin in origins.items()},
        merges=(),
        percents=frozenset(place for place, origin in origins.items() if origin in grid.percents),
        hidden_rows=frozenset(),
        comments={},
        tables=(),
        raw=look if raw is not None else None,
    )


def put_back(declaration: Declaration, moved: Moved) -> Declaration:
    """Return the declaration with the names of the sheet's own cells, and the repair that tells how it was read."""
    names = moved.names

    def own(cell: str | None) -> str | None:
        return names.get(cell, cell) if cell is not None else None

    def entry(each: Entry) -> Entry:
        return each._replace(cell=own(each.cell))

    def doubt(each: Doubt) -> Doubt:
        return replace(each, cell=own(each.cell), unread=tuple((names.get(place, place), text) for place, text in each.unread))

    return replace(
        declaration,
        entries={name: entry(each) for name, each in declaration.entries.items()},
        rows=tuple(Row(row.row, {name: entry(each) for name, each in row.entries.items()}) for row in declaration.rows),
        repairs=(*(replace(each, cell=own(each.cell)) for each in declaration.repairs), moved.repair),
        doubts=tuple(map(doubt, declaration.doubts)),
    )
