"""Two amounts beside a label, one asked for and one granted: `| 部门申报数 | 财政核定数` over `年度资金总额 | 120 | 96`.

In: the places of the amounts. Out: for each that has another one beside it, under a heading that says it is another stage of the same
amount, that other one: a person has to look which of them is meant. Called by `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.prices import RIGHT, Candidate, misfit
from toolkit.reading.plan import Plan, Position
from toolkit.values.text import squeeze

# What the heading of an amount says of who put it in, and what it says of a comparison or of another year.
_STAGE = re.compile("申报|申请|上报|送审|核定|审核|审定|批复|评审|下达|安排|建议|初审|复审")
_NO_STAGE = re.compile("核[减增]|增减|差额|比例|占比|年|说明|备注|依据")
_OF_THE_YEAR = re.compile("^(?:本年度?|当年度?)")

# So many rows above an amount its heading may stand.
_HIGHEST, _LONGEST = 12, 16


def of_other_stages(cells: Cells, picked: Mapping[str, Candidate], blocked: Container[Position], plan: Plan) -> dict[str, Cell]:
    """Return for each amount the one of another stage beside it."""
    taken = {each.place for each in picked.values()}
    return {name: cell for name, cell in _beside(cells, picked, blocked, plan) if cell.place not in taken}


def _beside(cells: Cells, picked: Mapping[str, Candidate], blocked: Container[Position], plan: Plan) -> Iterator[tuple[str, Cell]]:
    for name, spot in plan.amounts.items():
        mine = picked.get(name)
        if mine is None or mine.way != RIGHT or mine.cell is None or not _is_stage(_heading(cells, mine.cell, blocked)):
            continue
        after = cells.after(mine.cell)
        while after is not None and after.place not in blocked:
            if misfit(after.value, spot) == 0.0 and after.text != mine.cell.text and _is_stage(_heading(cells, after, blocked)):
                yield name, after
                break
            after = cells.after(after)


def _heading(cells: Cells, cell: Cell, blocked: Container[Position]) -> str:
    """The first text above an amount that is none itself."""
    for row in range(cell.row - 1, max(0, cell.row - _HIGHEST), -1):
        above = cells.at(row, cell.column)
        if above is not None and above.place in blocked:
            return ""
        if above is not None and isinstance(above.value, str) and not above.value[-1:].isdigit():
            return squeeze(above.value) if above.column == cell.column else ""
    return ""


def _is_stage(heading: str) -> bool:
    return len(heading) <= _LONGEST and _STAGE.search(heading) is not None and _NO_STAGE.search(_OF_THE_YEAR.sub("", heading)) is None
