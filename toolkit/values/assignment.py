"""The assignment problem: each row one column, no column twice, the sum of costs as small as can be.

Called by `reading.arranged` (fields and their places) and by `comparing` (things of two lists that belong together).
"""

from __future__ import annotations

from collections.abc import Sequence


def cheapest_assignment(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return (row, column) for every row, or for every column where there are fewer of these; 0-based, in order.

    By shortest augmenting paths (Kuhn, Munkres; Jonker and Volgenant's potentials): cubic in the number of rows.

    >>> cheapest_assignment([[0.0, 1.0], [0.5, 9.0]])
    [(0, 1), (1, 0)]
    """
    if len(costs) > len(costs[0]):
        return sorted((i, j) for j, i in cheapest_assignment([list(column) for column in zip(*costs, strict=True)]))
    rows, columns = len(costs), len(costs[0])
    row_price, column_price = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [0] * (columns + 1)
    for row in range(1, rows + 1):
        owner[0], column = row, 0
        least, came_from, done = [float("inf")] * (columns + 1), [0] * (columns + 1), [False] * (columns + 1)
        while owner[column]:
            done[column] = True
            current, step, best = owner[column], float("inf"), 0
            for j in range(1, columns + 1):
                if done[j]:
                    continue
                cost = costs[current - 1][j - 1] - row_price[current] - column_price[j]
                if cost < least[j]:
                    least[j], came_from[j] = cost, column
                if least[j] < step:
                    step, best = least[j], j
            for j in range(columns + 1):
                if done[j]:
                    row_price[owner[j]] += step
                    column_price[j] -= step
                else:
                    least[j] -= step
            column = best
        while column:
            owner[column], column = owner[came_from[column]], came_from[column]
    return sorted((owner[j] - 1, j - 1) for j in range(1, columns + 1) if owner[j])
