"""Which of the columns of a row table are the year's, where a heading parts them by time: 上年 | 本年, 中期 | 年度.

In: the heading's lowest cells and what they mean. Out: what else names the year's column, the columns of another period. Called by
`arranged.header`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.plan import Plan, Position

# What a heading says over what is declared for the year, and over what was so in other years.
YEARLY, _OTHER_TIME = re.compile(r"年度|本年|当年|全年|20\d\d年"), re.compile("上一?年|前年|去年|往年|半年")

# So many rows above a heading may stand which period a part of it is for.
_HIGHEST = 3


def lower_headings(leaves: Mapping[int, Cell], everything: Sequence[Cell], by_cell: Mapping[Position, Hit]) -> dict[Position, Hit]:
    """What a label means that stands over several columns none of which is named by itself (上年 | 本年): the year's column."""
    found: dict[Position, Hit] = {}
    for upper in everything:
        hit = by_cell.get(upper.place)
        under = [cell for first, cell in leaves.items() if cell.row > upper.last_row and upper.column <= first <= upper.last_column]
        if hit is None or len(under) < 2 or any(cell.place in by_cell for cell in under):
            continue
        yearly = [cell for cell in under if YEARLY.search(cell.text) and not _OTHER_TIME.search(cell.text)]
        if len(yearly) == 1:
            found[yearly[0].place] = Hit(yearly[0], hit.meanings, hit.cost)
    return found


def other_period(cells: Cells, leaves: Mapping[int, Cell], by_cell: Mapping[Position, Hit], plan: Plan, top: int) -> frozenset[int]:
    """The columns that declare indicators for another period than the year, where name and target stand twice side by side."""
    order = [(first, by_cell[cell.place].meanings[0]) for first, cell in sorted(leaves.items()) if cell.place in by_cell]
    named = [(first, meaning.names) for first, meaning in order if not set(meaning.names) & set(plan.levels)]
    for index, (second, names) in enumerate(named):
        start = next((at for at in range(index) if named[at][1] == names), None)
        if start is None or index - start < 2 or named[start + 1][1] not in [each for _, each in named[index + 1 :]]:
            continue
        first, width = named[start][0], second - named[start][0]
        later = frozenset(column for column in leaves if second <= column < second + width)
        earlier = frozenset(column for column in leaves if first <= column < second)
        said = [_says_year(cells, column, top) for column in (first, second)]
        return later if said == [True, False] else earlier
    return frozenset()


def _says_year(cells: Cells, column: int, top: int) -> bool:
    """Whether a text over a column, in the heading or right above it, says that it is the year's."""
    above = (cells.at(row, column) for row in range(top, max(0, top - _HIGHEST - 1), -1))
    return any(YEARLY.search(cell.text) is not None for cell in above if cell is not None and len(cell.text) <= 24)
