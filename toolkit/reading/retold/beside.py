"""The head of a form left of its indicators: 项目名称, 主管部门 … with their values, and the row table right of them → the head on the right.

In: a sheet that is not as drawn, and the forms it may be of. Out: the same with the head beyond the table's last column, where `layout`
knows to look for it, and which cells were moved; None for any other sheet. Called by `read`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from toolkit.forms.model import Form
from toolkit.reading.arranged.cells import Cells, cells_of
from toolkit.reading.arranged.hits import Hit, find_hits
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.model import Repair
from toolkit.reading.plan import Plan, plan_of, text_key
from toolkit.reading.shapes.turned import Moved, gathered
from toolkit.sources.grid import Grid

# So many labels of different fields one under the other are the head of a form; so many headings in the row of one of them, a row table's.
_HEAD, _HEADINGS = 4, 3


def with_head_on_the_right(grid: Grid, forms: Sequence[Form]) -> tuple[Grid, Moved] | None:
    """Return the sheet with its head right of the indicators, and where everything comes from; None where it is not left of them."""
    if grid.flow and not grid.ruled:
        return None
    likely = [form for form in forms if _may_be(grid, plan_of(form))]
    if not likely:
        return None
    cells = cells_of(grid)
    for form in likely:
        found = next(_heads(cells, find_hits(cells, plan_of(form))), None)
        if found is not None:
            return _moved(grid, cells, *found)
    return None


def _may_be(grid: Grid, plan: Plan) -> bool:
    """Whether a row shows headings of the row table behind a field's label, by exact words: the rest need not be looked at."""
    rows: dict[int, tuple[list[int], list[int]]] = {}
    for (row, column), value in grid.cells.items():
        if not isinstance(value, str) or len(value) > plan.limit:
            continue
        kinds = {meaning.kind for meaning in plan.vocabulary.get(text_key(value), ())}
        if kinds:
            fields, heads = rows.setdefault(row, ([], []))
            (fields if Kind.FIELD in kinds else heads if kinds & {Kind.COLUMN, Kind.WHOLE} else []).append(column)
    return any(fields and len(heads) >= _HEADINGS and min(fields) < min(heads) for fields, heads in rows.values())


def _heads(cells: Cells, hits: Sequence[Hit]) -> Iterator[tuple[int, int]]:
    """The row of the headings and the last column left of them, where the head of a form stands there from that row on."""
    columns: dict[int, list[Hit]] = {}
    rows: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.kinds() & {Kind.COLUMN, Kind.WHOLE} and not hit.names(Kind.FIELD):
            rows.setdefault(hit.cell.row, []).append(hit)
        elif hit.names(Kind.FIELD) and hit.inside is None:
            columns.setdefault(hit.cell.column, []).append(hit)
    for row, heads in rows.items():
        first = min(hit.cell.column for hit in heads)
        for column, labels in columns.items():
            named = [hit for hit in labels if hit.cell.row >= row and column < first and cells.after(hit.cell) is not None]
            beside = any(hit.cell.row == row for hit in named)
            if len(heads) >= _HEADINGS and beside and len({hit.names(Kind.FIELD) for hit in named}) >= _HEAD:
                yield row, first - 1


def _moved(grid: Grid, cells: Cells, row: int, last: int) -> tuple[Grid, Moved] | None:
    """The sheet with what stands in the first columns from a row on beyond its last column; None where something reaches over both."""
    if any(cell.last_row >= row and cell.column <= last < cell.last_column for cell in cells):
        return None
    far = cells.last_column + 1

    def place(at: tuple[int, int]) -> tuple[int, int]:
        return (at[0], at[1] + far) if at[0] >= row and at[1] <= last else at

    origins = {place(at): at for at in grid.cells}
    merges = tuple((*place((top, left)), *place((bottom, right))) for top, left, bottom, right in grid.merges)
    message = "表头印在指标左边，已按表头和指标分开读取。"
    return replace(gathered(grid, origins), merges=merges), Moved.of(
        origins, Repair("修复-左右", "", None, "表头在左", "表头在右", message)
    )
