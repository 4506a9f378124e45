"""What it costs to take what stands somewhere for a field, and in which direction a row of labels is filled.

In: the labels of a row with what stands right of and under each (`places`). Out: prices, and a direction for each row. The direction
is decided for a row of labels together, because one label alone often has something on either side; a row that hardly tells leans
on the nearest one of its kind, first of those with cells over the same columns: an office fills alike what it draws alike.
Called by `places`, `layout`, `unlabelled`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from math import copysign
from typing import NamedTuple

from toolkit.forms.model import AMOUNT, CODE, DATE, LONG_TEXT, NUMERIC, Field
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit, looks_like_label
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.entries import cell_entry
from toolkit.reading.model import OK
from toolkit.reading.money import unit_alone, unit_in
from toolkit.reading.plan import Position, Spot, text_key
from toolkit.sources.grid import CellValue, Uncached
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text
from toolkit.values.words import DEPARTMENT_ROLE, OFFICE_ROLE, PROJECT_ROLE, UNIT_ROLE

# What it costs to leave a label without a place; dearer places are none.
MISSING = 9.0

_BLANK, _BLANK_UNDER, _OTHER_WAY, _NOT_AS_DRAWN = 1.5, 2.0, 3.0, 0.3

# Labels are short, names are longer: so much dearer is a text that might be either.
_SHORT = 0.4

# What stands before a paragraph to number it is none.
_ORDINAL, _NUMBER_ALONE = re.compile(r"(?:目标|任务)?[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[）)、.．：:]?"), 5.0

# A row whose labels lean less than this to one side does not tell the direction in which it is filled.
_CLEAR = 1.0

# How much the nearest row that does tell counts for it, if only one of another kind does, and labels in the row right under a label,
# where its value would be.
_AS_NEAR, _AS_OTHERS, _ABOVE_LABELS = 0.6, 0.2, 1.0

# A text of more characters beside or under a goal's label is a goal whatever follows it.
_SHORTEST_GOAL = 8

# What the names of offices end with, and how much dearer another text is where one belongs.
_OFFICES = ("街道", *"局委办室会心所院校园馆队站处厅部社团司府乡镇村学库场区县市")
_NO_OFFICE = 0.8
OF_OFFICES = (UNIT_ROLE, DEPARTMENT_ROLE, OFFICE_ROLE)

# How much dearer what cannot be the name of a project or an office is for one.
_NAMED, _BARE_NUMBER, _NO_NAME = (*OF_OFFICES, PROJECT_ROLE), re.compile(r"[0-9][0-9,，]*(?:\.[0-9]+)?"), MISSING

# How much dearer a short text is that is broken into lines, or spaced out, as the label before it is: nobody writes so short a value so.
_ALIKE, _SHORT_LINES = 2.5, 10
_SPACED = re.compile(r"[^\W\d](?:[ \u3000]{1,3}[^\W\d]){1,9}")

RIGHT, UNDER, INSIDE = "right", "under", "inside"


class Candidate(NamedTuple):
    """A place for the value of `hit`, `cell` being what stands there (None for a blank place)."""

    hit: Hit
    place: Position
    cell: Cell | None
    way: str
    cost: float


Offers = Sequence[tuple[Hit, list[Candidate], list[Candidate]]]

# What was found out about the offers of one form, each under what it is (`id`) and the field: it is asked for twice.
Worths = dict[tuple[int, str], float]


def filled_ways(lines: Sequence[Offers], spots: Mapping[str, Spot], cells: Cells, worths: Worths) -> list[str | None]:
    """The direction in which each row of labels is filled; a row that hardly tells goes as the nearest one of its kind that does."""
    rows = [offers[0][0].cell.row for offers in lines]
    tells = [any(hit.inside is None for hit, _, _ in offers) for offers in lines]
    leanings = [
        _leaning(offers, spots, cells, worths) - _ABOVE_LABELS * (row + 1 in rows) if told else 0.0
        for offers, row, told in zip(lines, rows, tells, strict=True)
    ]
    kinds = [_kind(offers, spots) for offers in lines]
    known = [number for number, leaning in enumerate(leanings) if abs(leaning) >= _CLEAR]
    shapes = [[(cell.column, cell.last_column) for cell in cells.by_row.get(row, ())] for row in rows]
    ways: list[str | None] = []
    for number, leaning in enumerate(leanings):
        alike = [each for each in known if kinds[each] == kinds[number]]
        near = min(alike or known, key=lambda each: (shapes[each] != shapes[number], abs(rows[each] - rows[number]), each), default=number)
        as_near = _AS_NEAR if alike else _AS_OTHERS
        ways.append(_way(leaning if abs(leaning) >= _CLEAR or near == number else leaning + copysign(as_near, leanings[near])))
    return ways


def _way(leaning: float) -> str | None:
    return None if abs(leaning) < 0.01 else UNDER if leaning > 0 else RIGHT


def _kind(offers: Offers, spots: Mapping[str, Spot]) -> frozenset[str]:
    """What a row of labels is of: amounts, goals, or the pairs of the head, which each office fills in its own direction."""
    types = {spots[name].field.type for hit, _, _ in offers for name in hit.names(Kind.FIELD)}
    return frozenset(types & {AMOUNT, LONG_TEXT})


def _leaning(offers: Offers, spots: Mapping[str, Spot], cells: Cells, worths: Worths) -> float:
    """By how much cheaper it is for all labels of a row together to have their values under them than beside them."""
    sums = {RIGHT: 0.0, UNDER: 0.0}
    offers = [each for each in offers if each[0].inside is None]
    for hit, right, under in offers:
        for way, found in ((RIGHT, right), (UNDER, under)):
            prices = [offer.cost + price(offer, spots[name], None, worths) for name in hit.names(Kind.FIELD) for offer in found]
            sums[way] += min(prices, default=MISSING)
    leaning = sums[RIGHT] - sums[UNDER]
    only = _only_one_way(offers, spots, cells)
    return leaning if only is None else max(_CLEAR, leaning) if only == UNDER else min(-_CLEAR, leaning)


def _only_one_way(offers: Offers, spots: Mapping[str, Spot], cells: Cells) -> str | None:
    """The side on which amounts, dates or goals stand, where nothing at all stands on the other side of any label of the row."""
    sides = {
        RIGHT: [(hit, each) for hit, right, _ in offers for each in right],
        UNDER: [(hit, each) for hit, _, under in offers for each in under],
    }
    filled = {way for way, found in sides.items() if any(each.cell is not None for _, each in found)}
    if len(filled) != 1:
        return None
    (way,) = filled
    places = {each.place for _, each in sides[way]}

    def is_alone(cell: Cell) -> bool:
        after = cells.after(cell)
        sentence = len(cell.text) > _SHORTEST_GOAL or cell.text.rstrip().endswith("。")
        return sentence or after is None or after.place in places

    sure = any(
        each.cell is not None and _is_sure(each.cell.value, spots[name]) and is_alone(each.cell)
        for hit, each in sides[way]
        for name in hit.names(Kind.FIELD)
    )
    return way if sure else None


def _is_sure(value: CellValue, spot: Spot) -> bool:
    """Whether a value can hardly be anything but the field's."""
    if spot.field.type in NUMERIC:
        return misfit(value, spot) == 0.0
    return spot.field.type == LONG_TEXT and isinstance(value, str) and not looks_like_label(value)


def price(offer: Candidate, spot: Spot, way: str | None, worths: Worths) -> float:
    """What a place costs for one field: blank, of another type, against the row's direction or the drawing's."""
    key = id(offer), spot.field.name
    cost = worths.get(key)
    if cost is None:
        cost = _worth(offer, spot)
        if offer.way != INSIDE:
            worths[key] = cost
    if cost == MISSING and spot.label is None:
        return MISSING
    if way is not None and offer.way not in (way, INSIDE):
        cost += _OTHER_WAY
    if spot.label is not None and offer.way in (RIGHT, UNDER):
        drawn = UNDER if spot.row > spot.label.row else RIGHT
        cost += 0.0 if drawn == offer.way else _NOT_AS_DRAWN
    return cost


def _worth(offer: Candidate, spot: Spot) -> float:
    """What a place costs for one field by what stands there; no value of another type is one of a field without a label."""
    if offer.cell is None:
        return _BLANK_UNDER if offer.way == UNDER else _BLANK
    cost = misfit(offer.cell.value, spot)
    if spot.label is None and cost > 0:
        return MISSING
    cost += _ALIKE * _is_written_alike(offer.hit.cell.text, offer.cell.text)
    office = spot.field.role not in OF_OFFICES or is_office(offer.cell.text)
    return cost + (0.0 if office else _NO_OFFICE) + _NO_NAME * _is_no_name(offer.cell, spot)


def is_office(text: str) -> bool:
    """Return whether a text ends as the names of offices do."""
    return text.rstrip("）) ").endswith(_OFFICES)


def _is_no_name(cell: Cell, spot: Spot) -> bool:
    """Whether a text is a word of another field's list, or a bare number: no name of a project or an office is."""
    return text_key(cell.text) in spot.others or (spot.field.role in _NAMED and _BARE_NUMBER.fullmatch(cell.text.strip()) is not None)


def _is_written_alike(label: str, text: str) -> bool:
    """Whether a text is broken into lines, or spaced out, as the label is: then it is likely to be a label as well."""
    if _SPACED.fullmatch(label.strip()) and _SPACED.fullmatch(text.strip()):
        return True
    return "\n" in label.strip() and "\n" in text.strip() and len(text) <= _SHORT_LINES and not any(char.isdigit() for char in text)


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
        short = 0.0 if text.endswith("。") else 1.0 if len(text) < 12 else 0.3 if len(text) < 24 else 0.0
        return strange + _NUMBER_ALONE * (_ORDINAL.fullmatch(text) is not None) + short
    return (
        strange
        + (0.8 if len(text) > 120 else _SHORT if len(text) < 6 else 0.0)
        + (0.6 if text[:1].isdigit() and text[-1:].isdigit() else 0.0)
    )


def _numeric_misfit(value: CellValue, text: str, field: Field) -> float:
    state = cell_entry(value, field, None).state
    if state == OK:
        return 3.0 if field.type != DATE and not isinstance(value, (str, int, float)) else 0.0
    digits = sum(char.isdigit() for char in text)
    if not digits and (unit_in(text, label=True) or unit_alone(text)) is not None:
        return MISSING
    if field.type == DATE and text.count("年") + text.count("-") > 2:
        return 3.0
    if digits and len(text) <= 40:
        return 1.8 if field.type == AMOUNT else 2.0
    return 1.0 if len(text) <= 2 and not digits else 2.5 if len(text) <= 6 and not looks_like_label(text) else 5.0
