"""Row tables that stand side by side on one sheet: 产出指标 on the left, 效益指标 on the right, each with headings of its own.

In: the cells and labels of one form and the heading of its row table. Out: a `Band` for each, with what stands over it; none where there is
one table, or where the same indicators are declared for two periods (`groups.other_period`). Called by `layout`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.header import Header, Range, find_header
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.table import Table, find_table
from toolkit.reading.plan import Plan, Position
from toolkit.reading.shapes.over import Over, level_of, words_over
from toolkit.reading.shapes.periods import says_time, year_above

_FIGURE = re.compile(r"[0-9０-９]")

# So many labels of different fields one under the other, each with something right of it, are the head of the form.
_HEAD = 4


@dataclass(frozen=True)
class Band:
    """One of several tables side by side; `over` are the words of a level that stand above it."""

    header: Header
    table: Table
    over: tuple[Over, ...]


def find_bands(cells: Cells, hits: Sequence[Hit], header: Header, plan: Plan, others: Collection[Position]) -> tuple[Band, ...]:
    """Return the tables side by side under one row of headings, from the left; nothing where there are not several."""
    found = []
    words = _words_over(cells, header, plan)
    for first, last in _ranges(cells, hits, header, plan, words):
        part = cells.within(header.top, first, last)
        own = [hit for hit in hits if hit.cell.row < header.top or first <= hit.cell.column <= last]
        mine = find_header(part, [hit for hit in own if hit.cell.row >= header.top], plan)
        if mine is None:
            return ()
        over, table = words_over(part, mine, find_table(part, own, mine, plan, {}, others), plan)
        above = (Over(name, cell, 0) for cell, name in words if first <= cell.column <= last and name not in mine.columns)
        found.append(Band(mine, table, (*above, *over)))
    return tuple(found)


def cut_beside(
    cells: Cells, hits: Sequence[Hit], header: Header, table: Table, plan: Plan, others: Collection[Position]
) -> tuple[Header, Table]:
    """Return heading and table without what stands beside the rows that is none of theirs: amounts, or the head of the form."""
    ends = _beside_rows(cells, hits, header, table, plan)
    cut = header.cut(ends)
    within = ends > max((*(cell.last_column for cell in header.labels.values()), *(place.index or 0 for place in table.places)))
    return (cut, table) if within else (cut, find_table(cells, hits, cut, plan, {}, others))


def _beside_rows(cells: Cells, hits: Sequence[Hit], header: Header, table: Table, plan: Plan) -> int:
    """The column from which labels with values stand beside the rows of a table, amounts or the head of the form; beyond all columns where none do."""
    amounts = plan.amounts.keys()
    last = max((header.last_column, *(place.index or 0 for place in table.places)))
    heads = max((cell.last_column for cell in header.labels.values()), default=last)
    named: dict[int, set[tuple[str, ...]]] = {}
    pairs: dict[int, set[tuple[str, ...]]] = {}
    for hit in hits:
        after, names = cells.after(hit.cell), hit.names(Kind.FIELD)
        if not header.top <= hit.cell.row < table.below or hit.cell.column <= heads or not names or after is None:
            continue
        pairs.setdefault(hit.cell.column, set()).add(names)
        is_figure = isinstance(after.value, float) or _FIGURE.match(after.text) is not None
        if hit.cell.row > header.bottom and hit.cell.column > last and amounts & set(names) and is_figure:
            named.setdefault(hit.cell.column, set()).add(names)
    beside = [column for column, different in named.items() if len(different) > 1]
    return min((*beside, *(column for column, different in pairs.items() if len(different) >= _HEAD)), default=sys.maxsize)


def _words_over(cells: Cells, header: Header, plan: Plan) -> list[tuple[Cell, str]]:
    """The words of a level over the headings, each with the level's name."""
    line = [*cells.by_row.get(header.top - 1, ()), *cells.by_row.get(header.top, ())]
    return [(cell, name) for cell in line if cell.last_row <= header.bottom and (name := level_of(cell, plan)) is not None]


def _ranges(cells: Cells, hits: Sequence[Hit], header: Header, plan: Plan, words: Sequence[tuple[Cell, str]]) -> list[Range]:
    """The first and last column of each table side by side."""
    heads = sorted(
        (hit.cell.column, hit.meanings[0].names)
        for hit in hits
        if header.top <= hit.cell.row <= header.bottom and hit.kinds() & {Kind.COLUMN, Kind.WHOLE}
    )
    left = min((column for column, _ in heads), default=0)
    again = [column for n, (column, names) in enumerate(heads) if names in [each for _, each in heads[:n]]]
    levels = [column for column, names in heads if column in again and set(names) & set(plan.levels)]
    first = next((names for column, names in heads if column in levels), ())
    starts = [cell.column for cell, _ in words]
    if len(starts) < 2 or not all(any(column >= start for column in again) for start in starts[1:]):
        starts = [left, *(column for column, names in heads if column in levels and names == first)]
    if len(starts) < 2 or _of_periods(cells, header, starts):
        return []
    return [(start, end - 1) for start, end in zip(starts, [*starts[1:], cells.last_column + 1], strict=True)]


def _of_periods(cells: Cells, header: Header, starts: Sequence[int]) -> bool:
    """Whether what stands over each table says of which period its indicators are, so that they are the same ones twice."""
    year = year_above(cells, header.top - 1)
    for row in (header.top - 1, header.top):
        over = [cell for start in starts if (cell := cells.at(row, start)) is not None and cell.column == start]
        if len(over) == len(starts) and any(says_time(cell.text, year) for cell in over):
            return True
    return False
