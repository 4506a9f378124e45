"""The same indicators declared twice, one table under the other: 中长期绩效指标 above, 年度绩效指标 below, each with headings of its own.

In: the cells and labels of one form. Out: the cells without the tables for other periods than the year, where one of them says that it is the
year's; all cells where none says so. Called by `layout`, as `periods.other_period` looks at what stands side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan
from toolkit.reading.shapes.over import level_of
from toolkit.reading.shapes.periods import for_other_time, is_yearly, year_above

# So many headings of columns in one row begin a table.
_ENOUGH = 3

# No longer is a text that says which period a table is for.
_LONGEST = 40


def without_other_periods(cells: Cells, hits: Sequence[Hit], plan: Plan) -> tuple[Cells, Sequence[Hit]]:
    """Return the cells and labels without the tables that stand over or under the year's and are for another period."""
    rows: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.kinds() & {Kind.COLUMN, Kind.WHOLE}:
            rows.setdefault(hit.cell.row, []).append(hit)
    names = {row: {name for hit in line for name in hit.names(Kind.COLUMN)} for row, line in rows.items()}
    heads = [
        row
        for row, line in sorted(rows.items())
        if len({hit.meanings[0].names for hit in line}) >= _ENOUGH and names[row] & set(plan.levels)
    ]
    if len(heads) < 2:
        return cells, hits
    year = year_above(cells, heads[0] - 1)
    said: dict[int, bool | None] = {}
    for row in heads:
        known = _says(cells, hits, rows[row], plan, year)
        said[row] = known if known is not None else next(reversed(said.values()), None)
    if set(said.values()) != {True, False}:
        return cells, hits
    for row in heads:
        if not said[row]:
            cells = cells.without_rows(*_table(cells, hits, heads, row, plan))
    return cells, [hit for hit in hits if cells.at(hit.cell.row, hit.cell.column) is not None]


def _says(cells: Cells, hits: Sequence[Hit], heads: Sequence[Hit], plan: Plan, year: str | None) -> bool | None:
    """Whether a table is the year's, by what stands left of its headings, in them, or alone on the line above; None where nothing tells.

    What the form itself prints there (年度总体目标, of a field or a block) tells of its own values.
    """
    row, left = heads[0].cell.row, min(hit.cell.column for hit in heads)
    own = {Kind.COLUMN, Kind.WHOLE}
    labels = {hit.cell.place for hit in hits if any(each.printed and each.kind not in own for each in hit.meanings)}
    beside = (cell for column in range(left) if (cell := cells.at(row, column)) is not None)
    above = cells.by_row.get(row - 1, ())
    alone = above if len(above) == 1 and level_of(above[0], plan) is None else ()
    for cell in (*beside, *(hit.cell for hit in heads), *alone):
        if isinstance(cell.value, str) and len(cell.value) <= _LONGEST and cell.place not in labels:
            if for_other_time(cell.text):
                return False
            if is_yearly(cell.text, year):
                return True
    return None


def _table(cells: Cells, hits: Sequence[Hit], heads: Sequence[int], row: int, plan: Plan) -> tuple[int, int]:
    """The first and last row of the table under the headings in `row`: up to the next one, or to a line that begins with a field's label."""
    firsts: Mapping[int, set[Kind]] = {
        hit.cell.row: hit.kinds() for hit in hits if cells.by_row.get(hit.cell.row, (None,))[0] is hit.cell and hit.cell.row > row
    }
    ends = [other for other in heads if other > row]
    ends += [at for at, kinds in firsts.items() if kinds & {Kind.FIELD, Kind.TITLE, Kind.GROUP}]
    end = min(ends, default=cells.last_row + 1)
    above = cells.by_row.get(end - 1, ())
    lone = end in heads and len(above) == 1 and level_of(above[0], plan) is None
    return row, end - 1 - lone
