"""Where a label's value may stand, and what each place costs: right of the label, under it, or in its own cell.

In: the labels of one form, outside its row table. Out: for each field its candidate places with their costs, for `assign`. The
costs say what a person looks at: the nearest cell in the direction in which the whole row is filled, of the field's type and
list, no label and not blank. The direction is decided for a row of labels together, because one label alone often has something
on either side. Where a row of amounts has a column per period, each cell also counts for the fields drawn beside it (`periods`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.forms.model import AMOUNT, CODE, DATE, LONG_TEXT, Field
from toolkit.reading.arranged.assign import cheapest
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.groups import Groups
from toolkit.reading.arranged.hits import Hit, looks_like_label
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.entries import NUMERIC, cell_entry
from toolkit.reading.model import OK
from toolkit.reading.money import unit_in
from toolkit.reading.plan import Plan, Position, Spot, text_key
from toolkit.sources.grid import CellValue, Uncached
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text

# What it costs to leave a label without a place; dearer places are none.
MISSING = 9.0

_BLANK, _BLANK_UNDER, _OTHER_WAY, _SECOND = 1.5, 2.0, 3.0, 3.0
_NOT_AS_DRAWN, _PER_COLUMN, _SKIPPED = 0.3, 0.02, 1.2

# A row whose labels lean less than this to one side does not tell the direction in which it is filled.
_CLEAR = 1.0

# What is longer, or holds one of these, is no heading of another text.
_LONGEST_HEADING, _PROSE = 12, re.compile("[，。；;：:0-9]")

# So far a value may stand from its label in a sheet without merged cells.
_FURTHEST, _DEEPEST = 24, 4

RIGHT, UNDER, INSIDE = "right", "under", "inside"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place for the value of `hit`, `cell` being what stands there (None for a blank place)."""

    hit: Hit
    place: Position
    cell: Cell | None
    way: str
    cost: float


def candidates(cells: Cells, hits: Sequence[Hit], blocked: frozenset[Position], plan: Plan) -> dict[str, dict[Position, Candidate]]:
    """Return the candidates of each field that has a label, the cheapest of each place."""
    spots = {spot.field.name: spot for spot in plan.spots}
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
    ways = _ways(lines, spots)
    for offers, way in zip(lines, ways, strict=True):
        for hit, right, under in offers:
            many = groups.is_matrix(hit)
            for name in (*meant.get(hit.cell.place, hit.names(Kind.FIELD)), *groups.beside(hit, right)):
                for offer in (*right, *under, *_inside(hit)):
                    base = 0.0 if many and offer.way == RIGHT else offer.cost
                    cost = base + hit.cost + groups.cost(hit, name, offer.place) + _price(offer, spots[name], way)
                    if spots[name].field.type == LONG_TEXT and offer.cell is not None and _heads(offer.cell, cells, blocked):
                        cost += _OTHER_WAY
                    best = found.setdefault(name, {}).get(offer.place)
                    if best is None or cost < best.cost:
                        found[name][offer.place] = Candidate(hit, offer.place, offer.cell, offer.way, cost)
    return found


def _heads(cell: Cell, cells: Cells, blocked: frozenset[Position]) -> bool:
    """Whether a short text is the heading of a long one beside or under it, rather than a long text itself."""
    if len(cell.text) > _LONGEST_HEADING or _PROSE.search(cell.text):
        return False
    near = cells.after(cell), cells.at(cell.last_row + 1, cell.column)
    return any(each is not None and each.place not in blocked and len(each.text) > 2 * _LONGEST_HEADING for each in near)


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


Offers = Sequence[tuple[Hit, list[Candidate], list[Candidate]]]


def _ways(lines: Sequence[Offers], spots: Mapping[str, Spot]) -> list[str | None]:
    """The direction in which each row of labels is filled; a row that does not tell goes as all others go that do."""
    leanings = [_leaning(offers, spots) for offers in lines]
    clear = {UNDER if leaning > 0 else RIGHT for leaning in leanings if abs(leaning) >= _CLEAR}
    usual = next(iter(clear)) if len(clear) == 1 else None
    return [
        usual if usual is not None and abs(leaning) < _CLEAR else None if abs(leaning) < 0.01 else UNDER if leaning > 0 else RIGHT
        for leaning in leanings
    ]


def _leaning(offers: Offers, spots: Mapping[str, Spot]) -> float:
    """By how much cheaper it is for all labels of a row together to have their values under them than beside them."""
    sums = {RIGHT: 0.0, UNDER: 0.0}
    for hit, right, under in offers:
        for way, found in ((RIGHT, right), (UNDER, under)):
            prices = [offer.cost + _price(offer, spots[name], None) for name in hit.names(Kind.FIELD) for offer in found]
            sums[way] += min(prices, default=MISSING)
    return max(_CLEAR, sums[RIGHT] - sums[UNDER]) if _only_under(offers, spots) else sums[RIGHT] - sums[UNDER]


def _only_under(offers: Offers, spots: Mapping[str, Spot]) -> bool:
    """Whether amounts or dates stand under the labels of a row and nothing at all beside them."""
    if any(offer.cell is not None for _, right, _ in offers for offer in right):
        return False
    return any(
        offer.cell is not None and spots[name].field.type in NUMERIC and misfit(offer.cell.value, spots[name]) == 0.0
        for hit, _, under in offers
        for name in hit.names(Kind.FIELD)
        for offer in under
    )


def _price(offer: Candidate, spot: Spot, way: str | None) -> float:
    """What a place costs for one field: blank, of another type, against the row's direction or the drawing's."""
    price = _BLANK_UNDER if offer.way == UNDER else _BLANK
    if offer.cell is not None:
        price = misfit(offer.cell.value, spot)
        if spot.label is None and price > 0:
            return MISSING
    if way is not None and offer.way not in (way, INSIDE):
        price += _OTHER_WAY
    if spot.label is not None and offer.way in (RIGHT, UNDER):
        drawn = UNDER if spot.row > spot.label.row else RIGHT
        price += 0.0 if drawn == offer.way else _NOT_AS_DRAWN
    return price


def misfit(value: CellValue, spot: Spot) -> float:
    """What it costs to take a value for a field: nothing when it reads as its type and is in its list."""
    field = spot.field
    if isinstance(value, (ErrorValue, Uncached)):
        return 0.0
    text = clean_text(value) if isinstance(value, str) else str(value)
    if field.type in NUMERIC:
        return _numeric_misfit(value, text, field)
    strange = 2.5 if looks_like_label(text) else 0.0
    if field.type == CODE:
        return 0.0 if spot.words.get(text_key(text)) else 1.0 + strange if isinstance(value, str) else 2.5
    if not isinstance(value, str):
        return 1.5
    if field.type == LONG_TEXT:
        return strange + (1.0 if len(text) < 12 else 0.3 if len(text) < 24 else 0.0)
    return strange + (0.8 if len(text) > 120 else 0.0) + (0.6 if text[:1].isdigit() and text[-1:].isdigit() else 0.0)


def _numeric_misfit(value: CellValue, text: str, field: Field) -> float:
    state = cell_entry(value, field, None).state
    if state == OK:
        return 3.0 if field.type != DATE and not isinstance(value, (str, int, float)) else 0.0
    digits = sum(char.isdigit() for char in text)
    if not digits and unit_in(text, label=True) is not None:
        return MISSING
    if field.type == DATE and text.count("年") + text.count("-") > 2:
        return 3.0
    if digits and len(text) <= 40:
        return 1.8 if field.type == AMOUNT else 2.0
    return 1.0 if len(text) <= 2 and not digits else 2.5 if len(text) <= 6 and not looks_like_label(text) else 5.0


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
        if place == (row, column) and (column == start or cells.is_place(row, column)):
            yield Candidate(hit, place, None, RIGHT, seen * _SECOND + skipped)
            if cells.grid.ruled:
                # Where a printed row has fine columns, neighbouring blanks may be one cell.
                skipped = max(skipped, _SKIPPED)
            elif area and area[3] > area[1]:
                seen += 1
        column = (area[3] if area else column) + 1
    if start > cells.last_column and seen == 0:
        yield Candidate(hit, (row, start), None, RIGHT, 0.0)


def _under(cells: Cells, hit: Hit, blocked: frozenset[Position]) -> Iterator[Candidate]:
    """The place under a label: the first cell in its columns, past blank rows."""
    first, last = hit.cell.column, hit.cell.last_column
    for row in range(hit.cell.last_row + 1, hit.cell.last_row + 1 + _DEEPEST):
        covering = cells.at(row, first)
        inside = [cell for cell in cells.by_row.get(row, ()) if first <= cell.column <= last]
        cell = covering or (inside[0] if inside else None)
        if cell is not None:
            if cell.place not in blocked:
                yield Candidate(hit, cell.place, cell, UNDER, 0.5 * (cell.column != first or len(inside) > 1))
            return
        area = cells.blank_at(row, first)
        if row == hit.cell.last_row + 1 or area:
            yield Candidate(hit, (row, first), None, UNDER, 0.0)
        if area or cells.by_row.get(row):
            return
