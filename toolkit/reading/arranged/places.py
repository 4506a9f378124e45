"""Where a label's value may stand, and what each place costs: right of the label, under it, or in its own cell.

In: the labels of one form, outside its row table. Out: for each field its candidate places with their costs, for `assign`. The
costs say what a person looks at: the nearest cell in the direction in which the whole row is filled (`prices`), of the field's type
and list, no label and not blank. Where a row of amounts has a column per period, each cell also counts for the fields drawn beside
it (`groups`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from toolkit.forms.model import LONG_TEXT
from toolkit.reading.arranged.assign import cheapest
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.groups import Groups
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.prices import INSIDE, MISSING, RIGHT, UNDER, Candidate, Worths, filled_ways, price
from toolkit.reading.plan import Plan, Position, Spot

# What a second cell beside a label costs, or one beside a label and value in one cell, each column further, and a blank place before.
_SECOND, _PER_COLUMN, _SKIPPED = 3.0, 0.02, 1.2

# What it costs to take what heads a pair of its own for the value over it.
_PAIR = 1.0

# What is longer, or holds one of these, is no heading of another text.
_LONGEST_HEADING, _PROSE = 12, re.compile("[，。；;：:0-9]")

# So far a value may stand from its label in a sheet without merged cells.
_FURTHEST, _DEEPEST = 24, 4


def candidates(cells: Cells, hits: Sequence[Hit], blocked: frozenset[Position], plan: Plan) -> dict[str, dict[Position, Candidate]]:
    """Return the candidates of each field that has a label, the cheapest of each place."""
    spots = plan.named
    groups = Groups(cells, hits, plan, blocked)
    meant = _meant(hits, groups)
    found: dict[str, dict[Position, Candidate]] = {}
    rows: dict[int, list[Hit]] = {}

    # Beyond the merged areas stand remarks in the margin; a sheet without merged areas does not show where that is.
    last = max((hit.cell.last_column for hit in hits), default=0)
    edge = cells.edge if cells.edge >= last and not cells.grid.ruled else cells.last_column
    for hit in hits:
        rows.setdefault(hit.cell.row, []).append(hit)
    lines = [
        [(hit, [*_right(cells, hit, blocked, edge), *_blanks(hit, groups, cells)], list(_under(cells, hit, blocked))) for hit in row]
        for row in rows.values()
    ]
    worths: Worths = {}
    ways = filled_ways(lines, spots, cells, worths)
    for offers, way in zip(lines, ways, strict=True):
        for hit, right, under in offers:
            many = groups.is_matrix(hit)
            for name in (*meant.get(hit.cell.place, hit.names(Kind.FIELD)), *groups.beside(hit, right)):
                for offer in (
                    *_before_heading(right, cells, blocked, spots[name]),
                    *_before_heading(under, cells, blocked, spots[name]),
                    *_inside(hit),
                ):
                    base = 0.0 if many and offer.way == RIGHT else offer.cost
                    base += _SECOND * (hit.inside is not None and offer.way != INSIDE)
                    cost = base + hit.cost + groups.cost(hit, name, offer.place) + price(offer, spots[name], way, worths)
                    best = found.setdefault(name, {}).get(offer.place)
                    if best is None or cost < best.cost:
                        found[name][offer.place] = Candidate(hit, offer.place, offer.cell, offer.way, cost)
    return found


def _before_heading(offers: Sequence[Candidate], cells: Cells, blocked: frozenset[Position], spot: Spot) -> Sequence[Candidate]:
    """The places for a long text up to a heading of another one: an unknown pair ends the neighbour's value."""
    if spot.field.type != LONG_TEXT:
        return offers
    end = next((n for n, offer in enumerate(offers) if offer.cell is not None and _heads(offer.cell, cells, blocked)), len(offers))
    return offers[:end]


def _heads(cell: Cell, cells: Cells, blocked: frozenset[Position]) -> bool:
    """Whether a short text is the heading of a long one beside or under it, rather than a long text itself."""
    if len(cell.text) > _LONGEST_HEADING or _PROSE.search(cell.text):
        return False
    near = cells.after(cell), cells.at(cell.last_row + 1, cell.column)
    return any(
        each is not None and each.place not in blocked and len(each.text) > 2 * _LONGEST_HEADING and not _is_labelled(each, cells, blocked)
        for each in near
    )


def _is_labelled(cell: Cell, cells: Cells, blocked: frozenset[Position]) -> bool:
    """Whether a label stands right over or before a text."""
    near = cells.at(cell.row - 1, cell.column), cells.at(cell.row, cell.column - 1)
    return any(each is not None and each.place in blocked for each in near)


def _blanks(hit: Hit, groups: Groups, cells: Cells) -> Iterator[Candidate]:
    """The blank places of a row of periods, each under its heading."""
    for column in groups.columns(hit):
        if cells.at(hit.cell.row, column) is None and cells.blank_at(hit.cell.row, column) is None:
            yield Candidate(hit, (hit.cell.row, column), None, RIGHT, 0.0)


def _meant(hits: Sequence[Hit], groups: Groups) -> dict[Position, tuple[str, ...]]:
    """Which one of its fields each label means that is printed more than once; in a row of periods it means them all."""
    many = [hit for hit in hits if len(hit.names(Kind.FIELD)) > 1 and not groups.is_matrix(hit)]
    costs = {hit.cell.place: {name: groups.nearest(hit, name) for name in hit.names(Kind.FIELD)} for hit in many}
    chosen = cheapest(costs, MISSING)
    return {hit.cell.place: (chosen[hit.cell.place],) if hit.cell.place in chosen else () for hit in many}


def _inside(hit: Hit) -> Iterator[Candidate]:
    if hit.inside is not None:
        cell = Cell(hit.cell.row, hit.cell.column, hit.cell.last_row, hit.cell.last_column, hit.inside, hit.cell.place)
        yield Candidate(hit, (hit.cell.row, hit.cell.column), cell, INSIDE, 0.0)


def _right(cells: Cells, hit: Hit, blocked: frozenset[Position], edge: int) -> Iterator[Candidate]:
    """The places right of a label up to the next one: the first cell, a blank before it, and what follows."""
    row, column = hit.cell.row, hit.cell.last_column + 1
    start, seen, skipped = column, 0, 0.0
    while column <= min(cells.last_column, start + _FURTHEST):
        cell = cells.at(row, column)
        if cell is not None:
            if cell.place in blocked:
                return
            margin = _SECOND if column > edge else 0.0
            cost = margin + seen * _SECOND + skipped + _PER_COLUMN * (cell.column - start)
            yield Candidate(hit, cell.place, cell, RIGHT, cost)
            seen += 1
            column = cell.last_column + 1
            continue
        area = cells.blank_at(row, column)
        place = (area[0], area[1]) if area else (row, column)
        if area is None and column > start and _is_gap(cells, row, column, blocked):
            return
        if place == (row, column) and (column == start or cells.is_place(row, column)):
            yield Candidate(hit, place, None, RIGHT, seen * _SECOND + skipped)
            if cells.grid.ruled and column in cells.columns:
                # Where a printed row has fine columns, neighbouring blanks may be one cell; one that is blank all along is no place.
                skipped = max(skipped, _SKIPPED)
            elif area and area[3] > area[1] and not (cells.grid.ruled and cells.columns.isdisjoint(range(area[1], area[3] + 1))):
                seen += 1
        column = (area[3] if area else column) + 1
    if start > cells.last_column and seen == 0:
        yield Candidate(hit, (row, start), None, RIGHT, 0.0)


def _is_gap(cells: Cells, row: int, column: int, blocked: frozenset[Position]) -> bool:
    """Whether a blank place of a sheet with merged areas is a label's, as the one over or under it is; its value is no other's."""
    near = cells.at(row - 1, column), cells.at(row + 1, column)
    return cells.edge > 0 and any(each is not None and each.place in blocked and each.column == column for each in near)


def _under(cells: Cells, hit: Hit, blocked: frozenset[Position]) -> Iterator[Candidate]:
    """The place under a label: the first cell in its columns, past blank rows, but not beyond the row table."""
    first, last = hit.cell.column, hit.cell.last_column
    for row in range(hit.cell.last_row + 1, hit.cell.last_row + 1 + _DEEPEST):
        if row in cells.left_out and first < cells.left_out_ends:
            return
        covering = cells.at(row, first)
        inside = [cell for cell in cells.by_row.get(row, ()) if first <= cell.column <= last]
        cell = covering or (inside[0] if inside else None)
        if cell is not None:
            if cell.place not in blocked:
                cost = 0.5 * (cell.column != first or len(inside) > 1) + _PAIR * _heads_pair(cells, hit, cell)
                yield Candidate(hit, cell.place, cell, UNDER, cost)
            return
        area = cells.blank_at(row, first)
        if row == hit.cell.last_row + 1 or area:
            yield Candidate(hit, (row, first), None, UNDER, 0.0)
        if area or cells.by_row.get(row):
            return


def _heads_pair(cells: Cells, hit: Hit, cell: Cell) -> bool:
    """Whether a text under a label has something beside it and that nothing over it, as a label of another pair has."""
    after = cells.after(cell)
    return after is not None and cells.at(hit.cell.row, after.column) is None and len(cell.text) <= _LONGEST_HEADING
