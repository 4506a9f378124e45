"""Several copies of a form on one sheet, below or beside each other → the part of the sheet that each takes up.

In: a sheet that is not as drawn. Out: each copy, laid out by its labels; the usual sheet has one. Fields' labels that
stand there as often as most are the copies' anchors; a copy reaches up over its title, year and unit lines. Called by `sheet`.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from toolkit.forms.model import Form
from toolkit.reading.arranged.cells import Area, Cells, cells_of, part_of
from toolkit.reading.arranged.displaced import straightened
from toolkit.reading.arranged.hits import Hit, all_hits, find_hits, first_look, without_repeated
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.layout import lay_out
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan, Position
from toolkit.reading.recognise import fits, is_worth_a_look, without_instructions
from toolkit.reading.shapes.blank_lines import without_lines
from toolkit.reading.shapes.turned import turned
from toolkit.sources.grid import CellValue, Grid
from toolkit.values.text import label_key, squeeze

_NUMBERED = re.compile(r"(?:附件|附表|附|表)[0-9一二三四五六七八九十—-]*[:：]?")

# So many rows above its first label a copy may begin: title, year, unit, and pairs of another form's.
_HIGHEST = 10

# So many rows of such pairs may stand between its title and its first label.
_PAIR_ROWS = 3

_ALL: Area = (1, 1, sys.maxsize, sys.maxsize)

# What stands above a form's first label: a title, a year, a unit of money, a heading over the first block.
_TITLE = re.compile(r".{2,60}(?:表|书|卡|单)(?:[（(][^（）()]{1,12}[）)])?")
_ORDINAL = re.compile(r"[（(]?[一二三四五六七八九十]{1,2}[、.．）)].*")
_HEAD_LINE = re.compile(rf"[（(]?(?:19|20|21)\d\d(?:\.0)?年?度?[）)]?|.{{0,6}}年度?[:：].*|.{{0,4}}单位[:：].*|{_ORDINAL.pattern}")


def lay_out_copies(grid: Grid, plan: Plan) -> list[tuple[Grid, Placement, tuple[int, ...]]]:
    """Return each copy of the form: its part of the sheet, where all of it stands, and which rows were put back; none where the form is not there."""
    grid = without_instructions(without_lines(grid), plan)
    labels, last = first_look(grid, plan)
    if not is_worth_a_look(labels, plan):
        return []
    grid = _without_helpers(grid, last)
    cells = cells_of(grid)
    every = all_hits(cells, plan)
    hits = without_repeated(every)
    turn = turned(grid, cells, hits, plan)
    if turn is not None:
        grid, cells = turn[0], Cells(turn[0])
        every = all_hits(cells, plan)
        hits = without_repeated(every)
    areas = _areas(cells, hits, plan.form)
    found = []
    head: dict[Position, CellValue] = {}
    for area in areas:
        part, own, labelled = grid, cells, hits
        if len(areas) > 1:
            own, labelled = _part(cells, every, area, plan)
            part = own.grid
            above = _head_of(part, labelled)
            head = above if area is areas[0] else head
            headed = _with_head(part, above, head, grid)
            if headed is not part:
                part, own = headed, Cells(headed)
                labelled = find_hits(own, plan)
        placement = lay_out(own, labelled, plan)
        part, moved = straightened(part, placement)
        if moved:
            own = Cells(part)
            placement = lay_out(own, find_hits(own, plan), plan)
        if fits(placement):
            found.append((part, replace(placement, moved=turn[1]) if turn is not None else placement, moved))
    return found


def _part(cells: Cells, every: Sequence[Hit], area: Area, plan: Plan) -> tuple[Cells, list[Hit]]:
    """The cells and the labels of one copy."""
    top, left, bottom, right = area
    own = cells.of_rows(top, bottom) if (left, right) == _ALL[1::2] else None
    if own is not None:
        return own, without_repeated(_of_rows(every, top, bottom))
    own = Cells(part_of(cells.grid, area))
    return own, find_hits(own, plan)


def _of_rows(hits: Sequence[Hit], first: int, last: int) -> Sequence[Hit]:
    """The labels in some rows, of labels in the order of the rows."""
    return hits[bisect_left(hits, first, key=_row) : bisect_right(hits, last, key=_row)]


def _row(hit: Hit) -> int:
    return hit.cell.row


def _with_head(part: Grid, own: Mapping[Position, CellValue], head: Mapping[Position, CellValue], grid: Grid) -> Grid:
    """A copy with the lines above the first one of its sheet, where it has no title of its own: they are its title, year and unit as well."""
    if not head or any(not _ORDINAL.fullmatch(squeeze(str(value))) for value in own.values()) or head.items() <= part.cells.items():
        return part
    lines = {row for row, _ in head}
    merges = tuple(merge for merge in grid.merges if merge[0] in lines and merge not in part.merges)
    return replace(part, cells={**head, **part.cells}, merges=(*merges, *part.merges))


def _head_of(part: Grid, hits: Sequence[Hit]) -> dict[Position, CellValue]:
    """What stands above the first row of a copy that has a field's label."""
    rows = (hit.cell.row for hit in hits if Kind.FIELD in hit.kinds())
    first = min(rows, default=0)
    return {place: value for place, value in part.cells.items() if place[0] < first}


def _without_helpers(grid: Grid, last: int) -> Grid:
    """The sheet without hidden columns beside the form: they hold the self-check of an issued workbook."""
    within = max((right for _, left, _, right in grid.merges if left <= last), default=last)
    hidden = {column for column in grid.hidden_columns if column > max(last, within)}
    if not hidden:
        return grid
    return replace(grid, cells={place: value for place, value in grid.cells.items() if place[1] not in hidden})


def _areas(cells: Cells, hits: Sequence[Hit], form: Form) -> list[Area]:
    """Return the area of each copy of the form; the whole sheet where it stands there once."""
    return _parted(cells, hits, form, _ALL)


def _parted(cells: Cells, hits: Sequence[Hit], form: Form, area: Area) -> list[Area]:
    places: dict[str, list[tuple[int, int]]] = {}
    for hit in hits:
        names = hit.names(Kind.FIELD)
        if len(hit.meanings) == 1 and len(names) == 1 and (hit.cost < 0.2 or hit.inside is not None):
            places.setdefault(names[0], []).append((hit.cell.row, hit.cell.column))
    counts = Counter({name: len(each) for name, each in places.items()})
    copies = round(median(counts.values())) if counts else 1
    anchors = [sorted(each) for name, each in places.items() if counts[name] == copies]
    if copies < 2 or not anchors:
        return [area]
    for axis in (0, 1):
        lines = [sorted({place[axis] for place in anchor}) for anchor in anchors]
        parts = max(map(len, lines))
        lines = [each for each in lines if len(each) == parts]
        if parts < 2:
            continue
        firsts = [min(each[number] for each in lines) for number in range(parts)]
        lasts = [max(each[number] for each in lines) for number in range(parts)]
        if any(last >= first for last, first in zip(lasts, firsts[1:], strict=False)):
            continue
        starts = [_top(cells, first, before, form) for before, first in zip([0, *lasts], firsts, strict=False)] if axis == 0 else firsts
        edges = [area[axis], *starts[1:], (area[axis + 2] + 1 if area[axis + 2] < sys.maxsize else sys.maxsize)]
        pieces = []
        for start, end in pairwise(edges):
            piece = (start, area[1], end - 1, area[3]) if axis == 0 else (area[0], start, area[2], end - 1)
            own = [hit for hit in _of_rows(hits, piece[0], piece[2]) if piece[1] <= hit.cell.column <= piece[3]]
            pieces += _parted(cells, own, form, piece) if len(own) < len(hits) else [piece]
        return pieces
    return [area]


def _top(cells: Cells, first: int, before: int, form: Form) -> int:
    """The row in which a copy begins whose first label is in row `first`: its title's, else that of its year or unit."""
    start, crossed = first, 0
    for row in range(first - 1, max(before, first - _HIGHEST), -1):
        line = cells.by_row.get(row)
        if line is None and not crossed:
            continue
        crossed += line is not None and len(line) > 2
        if line is None or crossed > _PAIR_ROWS:
            break
        if len(line) > 2:
            continue
        text = squeeze(line[0].text)
        if label_key(text) == label_key(form.title) or (len(line) == 1 and _TITLE.fullmatch(text)):
            above = cells.by_row.get(row - 1, ()) if row - 1 > before else ()
            return row - 1 if len(above) == 1 and _NUMBERED.fullmatch(squeeze(above[0].text)) else row
        if _HEAD_LINE.fullmatch(text):
            start = row
    return start
