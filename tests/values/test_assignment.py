"""The cheapest assignment is as cheap as the best of all that can be tried, on tables of every shape."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from toolkit.values.assignment import cheapest_assignment


def best(costs: list[list[float]]) -> float:
    """Return the smallest sum of all assignments, tried one by one."""
    rows, columns = len(costs), len(costs[0])
    if rows > columns:
        return best([list(column) for column in zip(*costs, strict=True)])
    return min(sum(costs[row][column] for row, column in enumerate(chosen)) for chosen in permutations(range(columns), rows))


@pytest.mark.parametrize("seed", range(60))
def test_no_other_assignment_is_cheaper(seed: int) -> None:
    chance = Random(seed)
    rows, columns = chance.randint(1, 6), chance.randint(1, 6)
    costs = [[float(chance.randint(-9, 20)) for _ in range(columns)] for _ in range(rows)]
    found = cheapest_assignment(costs)
    assert found == sorted(found)
    assert len(found) == min(rows, columns)
    assert len({row for row, _ in found}) == len({column for _, column in found}) == len(found)
    assert sum(costs[row][column] for row, column in found) == best(costs)
