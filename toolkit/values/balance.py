"""舍位平衡: a table rounded so that its rows and columns still add up, each figure to one of its two neighbours.

Comes in: exact amounts by row and column. Goes out: whole numbers, totals being the sums of what they stand over. Ordinary rounding is
kept wherever it can be. That a solution exists is the theorem on integral flows: the exact figures are a circulation between rows, columns
and their totals, each bounded by the whole numbers next to it, so there is one of whole numbers too; it is found by mending the ordinary
rounding path by path.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

_ONE = Decimal(1)

# The nodes of the circulation besides rows (≥ 0) and columns (from _COLUMN down): what rows come from, where columns end.
_SOURCE, _SINK, _COLUMN = -1, -2, -3


def balanced(table: Sequence[Sequence[Decimal]]) -> list[list[int]]:
    """Return the table in whole numbers, each the floor or ceiling of the exact figure, and so are the sums of rows, columns and all.

    >>> table = balanced([[Decimal("0.5"), Decimal("0.5")], [Decimal("0.5"), Decimal("0.5")]])
    >>> [sum(row) for row in table], [sum(column) for column in zip(*table)]
    ([1, 1], [1, 1])
    """
    return _Rounding(table).solved()


def rounded(amount: Decimal) -> int:
    """Return an amount as a whole number, half away from zero."""
    return int(amount.quantize(_ONE, ROUND_HALF_UP))


def _floor(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_FLOOR))


def _bounds(total: Decimal) -> tuple[int, int]:
    low = _floor(total)
    return low, low if total == low else low + 1


class _Rounding:
    """The table being rounded: every cell's bounds, and the sums that are to stay within theirs."""

    def __init__(self, table: Sequence[Sequence[Decimal]]) -> None:
        zero = Decimal(0)
        self.cells = [[rounded(exact) for exact in row] for row in table]
        self.bounds = [[_bounds(exact) for exact in row] for row in table]
        self.of_row = [_bounds(sum(row, zero)) for row in table]
        self.of_column = [_bounds(sum(column, zero)) for column in zip(*table, strict=True)]
        self.of_all = _bounds(sum((sum(row, zero) for row in table), zero))
        self.rows = [sum(row) for row in self.cells]
        self.columns = [sum(column) for column in zip(*self.cells, strict=True)]
        self.all = sum(self.rows)

    def solved(self) -> list[list[int]]:
        for index in range(len(self.rows)):
            self._mend(_SOURCE, index)
        for index in range(len(self.columns)):
            self._mend(_COLUMN - index, _SINK)
        self._mend(_SINK, _SOURCE)
        return self.cells

    def _sum(self, start: int, end: int) -> tuple[int, tuple[int, int]]:
        """The sum that flows from `start` to `end`, and its bounds."""
        if start == _SOURCE:
            return self.rows[end], self.of_row[end]
        if end == _SINK:
            return self.columns[_COLUMN - start], self.of_column[_COLUMN - start]
        return self.all, self.of_all

    def _mend(self, start: int, end: int) -> None:
        """Bring the sum on the arc from `start` to `end` within its bounds."""
        while True:
            value, (low, high) = self._sum(start, end)
            if low <= value <= high:
                return
            more = value < low
            way = self._way(end, start) if more else self._way(start, end)
            self._change(*((start, end) if more else (end, start)))
            for one, other in way:
                self._change(one, other)

    def _way(self, start: int, end: int) -> list[tuple[int, int]]:
        """The shortest way along which one more can flow from `start` to `end`, arc by arc, not by the direct one."""
        before: dict[int, int] = {start: start}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            for other in self._onward(node):
                if other in before or (node, other) == (start, end):
                    continue
                before[other] = node
                if other == end:
                    way = [(node, other)]
                    while way[-1][0] != start:
                        way.append((before[way[-1][0]], way[-1][0]))
                    return way
                waiting.append(other)
        raise AssertionError("whole numbers within the bounds always exist")

    def _onward(self, node: int) -> Iterator[int]:
        """The nodes to which one more can flow from `node`, or from which one less can come."""
        if node == _SOURCE:
            yield from (i for i, value in enumerate(self.rows) if value < self.of_row[i][1])
            if self.all > self.of_all[0]:
                yield _SINK
        elif node == _SINK:
            if self.all < self.of_all[1]:
                yield _SOURCE
            yield from (_COLUMN - j for j, value in enumerate(self.columns) if value > self.of_column[j][0])
        elif node >= 0:
            if self.rows[node] > self.of_row[node][0]:
                yield _SOURCE
            yield from (_COLUMN - j for j, value in enumerate(self.cells[node]) if value < self.bounds[node][j][1])
        else:
            j = _COLUMN - node
            if self.columns[j] < self.of_column[j][1]:
                yield _SINK
            yield from (i for i, row in enumerate(self.cells) if row[j] > self.bounds[i][j][0])

    def _change(self, one: int, other: int) -> None:
        """Let one more flow from `one` to `other`; against an arc that is one less on it."""
        if (one, other) in ((_SINK, _SOURCE), (_SOURCE, _SINK)):
            self.all += 1 if one == _SINK else -1
        elif _SOURCE in (one, other):
            self.rows[max(one, other)] += 1 if one == _SOURCE else -1
        elif _SINK in (one, other):
            self.columns[_COLUMN - min(one, other)] += 1 if other == _SINK else -1
        else:
            row, column = max(one, other), _COLUMN - min(one, other)
            self.cells[row][column] += 1 if one >= 0 else -1
