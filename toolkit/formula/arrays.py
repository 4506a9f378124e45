"""Arrays of Excel values and element-wise evaluation over them; used by the operators and by every function.

A column (n×1) is a plain list, which is what callers pass for a column of the form or a list of words; any other
shape is an `Array`. Neither is ever changed in place. Excel's rule for shapes: a single row, column or cell is
repeated as needed, and what is still missing from the smaller of two shapes is #N/A. An empty column is one blank cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat

from toolkit.formula.effort import spend
from toolkit.values.errors import NA


class Array:
    """Rows of values, all equally long, more than one column (a single column is a plain list)."""

    __slots__ = ("rows",)

    def __init__(self, rows: list[list[object]]) -> None:
        self.rows = rows

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Array) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Array({self.rows!r})"


ARRAYS = frozenset({list, Array})


def from_rows(rows: Sequence[Sequence[object]]) -> list[object] | Array:
    """Return `rows` as a plain list when they are one column wide, as an Array otherwise."""
    if rows and len(rows[0]) == 1:
        return [row[0] for row in rows]
    return Array([list(row) for row in rows])


def to_rows(value: object) -> list[list[object]]:
    """Return any value as rows; a scalar is one row of one, an empty column one blank cell."""
    if isinstance(value, Array):
        return value.rows
    if isinstance(value, list):
        return [[item] for item in value] or [[None]]
    return [[value]]


def cells(value: object) -> Iterator[object]:
    """Yield the cells of any value, row by row."""
    if isinstance(value, Array):
        for row in value.rows:
            spend(len(row))
            yield from row
    elif isinstance(value, list):
        spend(len(value))
        yield from value
    else:
        yield value


def flat(value: object) -> list[object]:
    """Return the cells of any value in a list, row by row (a column is returned itself)."""
    return value if isinstance(value, list) else list(cells(value))


def shape(value: object) -> tuple[int, int]:
    """Return rows and columns; a scalar is 1×1."""
    if isinstance(value, Array):
        return len(value.rows), len(value.rows[0])
    return (len(value), 1) if isinstance(value, list) else (1, 1)


def top_left(value: object) -> object:
    """Return what a single cell shows for `value`: the first element of an array, a scalar itself.

    >>> top_left(Array([["甲", "乙"]])), top_left([]), top_left(3)
    ('甲', None, 3)
    """
    if isinstance(value, Array):
        return value.rows[0][0]
    if isinstance(value, list):
        return value[0] if value else None
    return value


def each(function: Callable[[object], object], value: object) -> object:
    """Return `function` of every element of the array `value`."""
    if isinstance(value, Array):
        spend(len(value.rows) * len(value.rows[0]))
        return Array([[function(item) for item in row] for row in value.rows])
    assert isinstance(value, list)
    spend(len(value))
    return [function(item) for item in value]


def broadcast(function: Callable[..., object], arguments: Sequence[object]) -> object:
    """Return `function` applied element by element to `arguments`, of which at least one is an array."""
    height = max((len(item) for item in arguments if type(item) is list), default=1)
    columns: list[Iterator[object] | list[object]] = []
    for item in arguments:
        if type(item) is list and len(item) == height:
            columns.append(item)
        elif type(item) not in ARRAYS:
            columns.append(repeat(item))
        else:
            return _broadcast_shapes(function, arguments)
    spend(height)
    return [function(*row) for row in zip(*columns, strict=False)] if height else [function(*map(top_left, arguments))]


def _broadcast_shapes(function: Callable[..., object], arguments: Sequence[object]) -> object:
    grids = [to_rows(item) for item in arguments]
    height = max(len(grid) for grid in grids)
    width = max(len(grid[0]) for grid in grids)
    spend(height * width)
    rows = [[function(*items) for items in zip(*(_line(grid, row, width) for grid in grids), strict=True)] for row in range(height)]
    return from_rows(rows)


def _line(grid: list[list[object]], row: int, width: int) -> list[object]:
    """A row of the smaller of two shapes, as wide as the larger."""
    if 1 < len(grid) <= row:
        return [NA] * width
    line = grid[row if len(grid) > 1 else 0]
    return line * width if len(line) == 1 else line if len(line) == width else [*line, *[NA] * (width - len(line))]
