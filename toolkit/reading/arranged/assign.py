"""Each field one place, each place one field, and the whole as cheap as can be.

In: for each field what each of its candidate places would cost. Out: the chosen places. Deciding field by field goes wrong
where one label's only place is another's second best; deciding all at once does not. As nearly every field has a cheapest place
that no other wants, only those that quarrel, and those whose places they may take, are weighed together (`values.assignment`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

from toolkit.values.assignment import cheapest_assignment

Field = TypeVar("Field", bound=Hashable)
Place = TypeVar("Place", bound=Hashable)

# More fields than this in one quarrel are settled one after the other, the surest first (hostile sheets).
_MOST_TOGETHER = 60


def cheapest(costs: Mapping[Field, Mapping[Place, float]], missing: float) -> dict[Field, Place]:
    """Return a place for each field but those that are better left without one, at the price `missing`.

    >>> cheapest({"甲": {1: 0.0, 2: 1.0}, "乙": {1: 0.5}, "丙": {3: 9.5}}, 9.0)
    {'甲': 2, '乙': 1}
    """
    useful = {field: {place: cost for place, cost in each.items() if cost < missing} for field, each in costs.items()}
    chosen = {field: min(each, key=each.__getitem__) for field, each in useful.items() if each}
    quarrel = _quarrel(chosen, useful)
    if not quarrel:
        return chosen
    settled = _greedy(quarrel, useful) if len(quarrel) > _MOST_TOGETHER else _together(quarrel, useful, missing)
    kept = {field: place for field, place in chosen.items() if field not in quarrel}
    return {field: (settled | kept)[field] for field in useful if field in settled or field in kept}


def _quarrel(chosen: Mapping[Field, Place], useful: Mapping[Field, Mapping[Place, float]]) -> list[Field]:
    """The fields that want one place, and all whose place these could take instead, and so on."""
    wanted = Counter(chosen.values())
    involved = {field for field, place in chosen.items() if wanted[place] > 1}
    while involved:
        places = {place for field in involved for place in useful[field]}
        more = {field for field, place in chosen.items() if place in places} - involved
        if not more:
            break
        involved |= more
    return [field for field in useful if field in involved]


def _greedy(fields: list[Field], useful: Mapping[Field, Mapping[Place, float]]) -> dict[Field, Place]:
    found: dict[Field, Place] = {}
    taken: set[Place] = set()
    offers = sorted(
        ((cost, number, place) for number, field in enumerate(fields) for place, cost in useful[field].items()), key=lambda o: o[:2]
    )
    for _, number, place in offers:
        if fields[number] not in found and place not in taken:
            found[fields[number]] = place
            taken.add(place)
    return found


def _together(fields: list[Field], useful: Mapping[Field, Mapping[Place, float]], missing: float) -> dict[Field, Place]:
    """All fields at once; each has a place of its own besides, of the price `missing`, that means none."""
    places = list(dict.fromkeys(place for field in fields for place in useful[field]))
    dear = 1000.0 * missing
    none = [[missing if own == number else dear for own in range(len(fields))] for number in range(len(fields))]
    costs = [[*(useful[field].get(place, dear) for place in places), *none[number]] for number, field in enumerate(fields)]
    return {fields[row]: places[column] for row, column in cheapest_assignment(costs) if column < len(places)}
