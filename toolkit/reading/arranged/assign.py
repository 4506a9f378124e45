"""Each field one place, each place one field, and the whole as cheap as can be.

In: for each field what each of its candidate places would cost. Out: the chosen places. Deciding field by field goes wrong
where one label's only place is another's second best; deciding all at once does not. As nearly every field has a cheapest place
that no other wants, only those that quarrel, and those whose places they may take, are weighed together (shortest augmenting
paths, the Hungarian method).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

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
    settled = _greedy(quarrel, useful) if len(quarrel) > _MOST_TOGETHER else _hungarian(quarrel, useful, missing)
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


def _hungarian(fields: list[Field], useful: Mapping[Field, Mapping[Place, float]], missing: float) -> dict[Field, Place]:
    """The method as in every textbook; each field has a place of its own, of the price `missing`, that means none."""
    places: list[Place | None] = list(dict.fromkeys(place for field in fields for place in useful[field]))
    real = len(places)
    places += [None] * len(fields)
    dear = 1000.0 * missing
    count, width = len(fields), len(places)

    def cost(row: int, column: int) -> float:
        if column >= real:
            return missing if column - real == row else dear
        return useful[fields[row]].get(places[column], dear)  # type: ignore[arg-type]

    of_row, of_column = [0.0] * (count + 1), [0.0] * (width + 1)
    owner, way = [0] * (width + 1), [0] * (width + 1)
    for row in range(1, count + 1):
        owner[0], column = row, 0
        least, used = [float("inf")] * (width + 1), [False] * (width + 1)
        while owner[column]:
            used[column] = True
            current, delta, following = owner[column], float("inf"), 0
            for j in range(1, width + 1):
                if used[j]:
                    continue
                reduced = cost(current - 1, j - 1) - of_row[current] - of_column[j]
                if reduced < least[j]:
                    least[j], way[j] = reduced, column
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(width + 1):
                if used[j]:
                    of_row[owner[j]] += delta
                    of_column[j] -= delta
                else:
                    least[j] -= delta
            column = following
        while column:
            owner[column] = owner[way[column]]
            column = way[column]
    return {fields[owner[j] - 1]: places[j - 1] for j in range(1, real + 1) if owner[j]}  # type: ignore[misc]
