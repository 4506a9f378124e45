"""Which things of two lists belong together: by a key they share, then by how alike they are, the best pairs overall.

Comes in: two lists and a measure. Goes out: pairs of positions. Comparing the other way round gives the same pairs. Called by
`projects` and `rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Generic, TypeVar

from toolkit.values.assignment import cheapest_assignment

T = TypeVar("T")
Place = tuple[int, int]

# Beyond so many things that could all be each other the pairs are taken one by one, the surest first.
_MOST = 150

# Neighbours in the lists win where nothing else tells; far below any difference of likeness that means something.
_NEAR, _TIE = 1e-6, 1e-9


class Matching(Generic[T]):
    """The pairs found so far, as positions in `left` and `right`, each with how it was found and the likeness."""

    def __init__(self, left: Sequence[T], right: Sequence[T]) -> None:
        self.left, self.right = left, right
        self.free_left, self.free_right = list(range(len(left))), list(range(len(right)))
        self.pairs: list[tuple[int, int, str, float]] = []

    def by_key(self, how: str, key: Callable[[T], Hashable | None], likeness: Callable[[T, T], float]) -> None:
        """Pair what has the same key (None is no key); among several, those most alike."""
        groups: dict[Hashable, tuple[list[int], list[int]]] = {}
        for side, (members, free) in enumerate(((self.left, self.free_left), (self.right, self.free_right))):
            for index in free:
                found = key(members[index])
                if found is not None:
                    groups.setdefault(found, ([], []))[side].append(index)
        for lefts, rights in groups.values():
            if len(lefts) == len(rights) == 1:
                self._take({(lefts[0], rights[0]): 1.0}, how)
            elif lefts and rights:
                self._take({(i, j): 0.1 + likeness(self.left[i], self.right[j]) for i in lefts for j in rights}, how)

    def by_likeness(self, how: str, likeness: Callable[[T, T], float]) -> None:
        """Pair what is alike; a likeness of 0 or less keeps two things apart."""
        scores = {(i, j): likeness(self.left[i], self.right[j]) for i in self.free_left for j in self.free_right}
        self._take({place: score for place, score in scores.items() if score > 0}, how)

    def _take(self, scores: Mapping[Place, float], how: str) -> None:
        for i, j in best_pairs(scores):
            self.pairs.append((i, j, how, scores[i, j]))
            self.free_left.remove(i)
            self.free_right.remove(j)


def best_pairs(scores: Mapping[Place, float]) -> list[Place]:
    """Return the pairs, each position used once, that are most alike in sum; only places in `scores` can be pairs.

    A sure pair outweighs two doubtful ones.

    >>> best_pairs({(0, 0): 0.9, (0, 1): 0.8, (1, 0): 0.8})
    [(0, 1), (1, 0)]
    >>> best_pairs({(0, 0): 0.95, (0, 1): 0.55, (1, 0): 0.55})
    [(0, 0)]
    """
    weights = {(i, j): score**3 + _NEAR / (1 + abs(i - j)) + _tie(i, j) for (i, j), score in scores.items()}
    pairs: list[Place] = []
    for group in _groups(weights):
        rows, columns = sorted({i for i, _ in group}), sorted({j for _, j in group})
        if max(len(rows), len(columns)) > _MOST:
            pairs += _surest_first(group)
            continue
        costs = [[-group.get((i, j), 0.0) for j in columns] for i in rows]
        found = [(rows[i], columns[j]) for i, j in cheapest_assignment(costs)]
        pairs += [place for place in found if place in group]
    return sorted(pairs)


def _tie(i: int, j: int) -> float:
    """A trifle that depends on the two positions, not on which side each is."""
    low, high = min(i, j), max(i, j)
    return _TIE * ((low * 31 + high * 17) % 101)


def _groups(weights: Mapping[Place, float]) -> list[dict[Place, float]]:
    """The places parted into groups that share no position."""
    by_row: dict[int, list[Place]] = {}
    by_column: dict[int, list[Place]] = {}
    for place in weights:
        by_row.setdefault(place[0], []).append(place)
        by_column.setdefault(place[1], []).append(place)
    groups, seen = [], set()
    for start in weights:
        if start in seen:
            continue
        waiting, group = [start], {}
        seen.add(start)
        while waiting:
            place = waiting.pop()
            group[place] = weights[place]
            near = [*by_row.pop(place[0], ()), *by_column.pop(place[1], ())]
            waiting += [other for other in dict.fromkeys(near) if other not in seen]
            seen.update(near)
        groups.append(group)
    return groups


def _surest_first(group: Mapping[Place, float]) -> list[Place]:
    rows: set[int] = set()
    columns: set[int] = set()
    pairs = []
    for i, j in sorted(group, key=lambda place: -group[place]):
        if i not in rows and j not in columns:
            pairs.append((i, j))
            rows.add(i)
            columns.add(j)
    return pairs
