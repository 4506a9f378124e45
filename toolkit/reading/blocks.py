"""Several copies of a form in one sheet, below or beside each other → the part of the sheet that each takes up.

In: the cells that are labels of the form. Out: areas, each with its own labels; one part without an area for the usual
sheet that holds the form once. Called by `locate`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from toolkit.reading.plan import Plan, Position

Hits = list[tuple[Position, str]]
Area = tuple[int, int, int, int]
Filled = tuple[Mapping[int, int], Mapping[int, int]]
_ALL: Area = (1, 1, sys.maxsize, sys.maxsize)


def parts_of(hits: Hits, plan: Plan, cells: Iterable[Position]) -> list[tuple[Area | None, Hits]]:
    """Return each copy's area of the sheet and the labels in it; a sheet with one copy is one part, without an area."""
    positions = list(cells)
    filled = Counter(row for row, _ in positions), Counter(column for _, column in positions)
    parts = list(_parted(hits, plan, _ALL, filled))
    return [(None, hits)] if len(parts) == 1 else [*parts]


def _parted(hits: Hits, plan: Plan, area: Area, filled: Filled) -> Iterator[tuple[Area, Hits]]:
    """Part at the first label that comes once in the drawing and as often here as most such labels do."""
    starts, axis = _starts(hits, plan, filled)
    if len(starts) < 2:
        yield area, hits
        return
    firsts = [area[axis], *starts[1:]]
    lasts = [start - 1 for start in starts[1:]] + [area[axis + 2]]
    for first, last in zip(firsts, lasts, strict=True):
        piece = (first, area[1], last, area[3]) if axis == 0 else (area[0], first, area[2], last)
        own = [hit for hit in hits if first <= hit[0][axis] <= last]
        if own and len(own) < len(hits):
            yield from _parted(own, plan, piece, filled)


def _starts(hits: Hits, plan: Plan, filled: Filled) -> tuple[list[int], int]:
    """The first rows (axis 0) or columns (axis 1) of the copies of the form among `hits`."""
    single = Counter(key for _, key in hits if plan.counts[key] == 1)
    counts = sorted(single.values())
    copies = round((counts[(len(counts) - 1) // 2] + counts[len(counts) // 2]) / 2) if counts else 1
    if copies < 2:
        return [], 0
    for (row, column), _, key in plan.drawn:
        if single.get(key) != copies:
            continue
        places = [position for position, found in hits if found == key]
        top = row - min(position[0] for position, _, _ in plan.drawn)
        left = column - min(position[1] for position, _, _ in plan.drawn)
        rows, columns = sorted({r for r, _ in places}), sorted({c for _, c in places})
        if len(rows) > 1:
            return _beginnings(rows, top, filled[0]), 0
        if len(columns) > 1:
            return [max(1, found - left) for found in columns], 1
    return [], 0


def _beginnings(anchors: list[int], distance: int, filled: Mapping[int, int]) -> list[int]:
    """Where each copy begins: as far before its anchor as drawn, but not in a line with more than a title or a year."""
    starts = []
    for anchor in anchors:
        start = anchor
        while start > max(1, anchor - distance) and filled.get(start - 1, 0) <= 1:
            start -= 1
        starts.append(start)
    return starts
