"""A list that a budget system exports: a row for each indicator, and on each row the project it belongs to with all that is declared of it.

In: a sheet's grid, its cells and labels. Out: for each project a grid of its own, its fields under each other and its indicators below them, and
from where each cell came. All or nothing: where one project's rows say two things of it, the sheet stays as it is. Called by `copies`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.table import TOTALS
from toolkit.reading.model import Repair
from toolkit.reading.plan import Plan
from toolkit.reading.shapes.turned import Moved, gathered
from toolkit.sources.grid import Grid, Position
from toolkit.values.text import squeeze
from toolkit.values.words import PROJECT_ROLE

# A system's list has the projects' codes; one that an office made of its projects for others to see has none, and declares nothing.
_CODE = re.compile("(?:编码|代码|编号)$")

# What a list must say of each project beside its name, and of each indicator, to be more than a list of indicators.
_FIELDS, _COLUMNS = 3, 3


@dataclass(frozen=True)
class _List:
    """The heading's row, the columns that say something of a project, first the one with its name, and those of the indicators."""

    row: int
    named: int
    fields: Sequence[Cell]
    columns: Sequence[Cell]


def projects_listed(grid: Grid, cells: Cells, hits: Sequence[Hit], plan: Plan) -> list[tuple[Grid, Moved]]:
    """Return a grid for each project of a list; nothing where the sheet is none."""
    found = _heading(cells, hits, plan)
    if found is None:
        return []
    groups: dict[str, list[int]] = {}
    name = ""
    for row in sorted(row for row in cells.by_row if row > found.row):
        own = cells.at(row, found.named)
        if any(squeeze(cell.text) in TOTALS for cell in cells.by_row[row][:3]):
            continue
        if own is None and any(cells.at(row, head.column) is not None for head in found.fields):
            return []
        name = squeeze(own.text) if own is not None else name
        if not name:
            return []
        groups.setdefault(name, []).append(row)
    found = _of_projects(cells, found, list(groups.values()))
    if max(map(len, groups.values()), default=0) < 2 or not any(_CODE.search(squeeze(head.text)) for head in found.fields):
        return []
    if not _agree(cells, found.fields, list(groups.values())):
        return []
    return [_project(grid, cells, found, rows, len(groups)) for rows in groups.values()]


def _heading(cells: Cells, hits: Sequence[Hit], plan: Plan) -> _List | None:
    """The row that heads fields and columns of the form alike, where all its labels stand."""
    rows: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.inside is None and hit.kinds() & {Kind.FIELD, Kind.COLUMN, Kind.WHOLE}:
            rows.setdefault(hit.cell.row, []).append(hit)
    row = max(rows, key=lambda each: len(rows[each]), default=0)
    line = rows.get(row, [])
    of_rows = [hit for hit in line if hit.kinds() & {Kind.COLUMN, Kind.WHOLE}]
    fields = [hit for hit in line if hit not in of_rows]
    project = next((hit.cell.column for hit in fields if plan.form.roles.get(PROJECT_ROLE) in hit.names(Kind.FIELD)), None)
    if project is None or len(fields) < _FIELDS or len(of_rows) < _COLUMNS or sum(map(len, rows.values())) > len(line):
        return None
    places = {hit.cell.place for hit in fields}
    heads = cells.by_row[row]
    return _List(row, project, [cell for cell in heads if cell.place in places], [cell for cell in heads if cell.place not in places])


def _of_projects(cells: Cells, found: _List, groups: Sequence[Sequence[int]]) -> _List:
    """The list with the other systems' columns before the first of an indicator's, such as a project's code, among those of the projects."""
    first = max(cell.column for cell in found.fields)
    more = [cell for cell in found.columns if cell.column < first and _agree(cells, [cell], groups)]
    return replace(found, fields=[*more, *found.fields], columns=[cell for cell in found.columns if cell not in more])


def _agree(cells: Cells, heads: Sequence[Cell], groups: Sequence[Sequence[int]]) -> bool:
    """Whether each project's rows say the same of it under these headings, or nothing."""
    return all(
        len({cell.text for row in rows if (cell := cells.at(row, head.column)) is not None}) < 2 for rows in groups for head in heads
    )


def _project(grid: Grid, cells: Cells, found: _List, rows: Sequence[int], count: int) -> tuple[Grid, Moved]:
    placed: dict[Position, Cell] = {}
    above = [line for row, line in sorted(cells.by_row.items()) if row < found.row and not _is_codes(line)]
    for row, line in enumerate((*above, *_pairs(cells, found, rows)), 1):
        placed |= {(row, column): cell for column, cell in enumerate(line, 1)}
    top = max((row for row, _ in placed), default=0) + 1
    placed |= {(top, column): head for column, head in enumerate(found.columns, 1)}
    for row, own in enumerate(rows, top + 1):
        under = ((column, cells.at(own, head.column)) for column, head in enumerate(found.columns, 1))
        placed |= {(row, column): there for column, there in under if there is not None}
    origins: Mapping[Position, Position] = {place: cell.place for place, cell in placed.items()}
    message = f"工作表是一行一项指标的清单，已按项目名称分成 {count} 个项目。"
    made = replace(gathered(grid, origins), merges=())
    return made, Moved.of(origins, Repair("修复-清单", "", None, "一行一项指标", f"{count} 个项目", message))


def _is_codes(line: Sequence[Cell]) -> bool:
    """Whether a line above the headings has the system's names of the columns."""
    return len(line) > _COLUMNS and all(cell.text.isascii() for cell in line)


def _pairs(cells: Cells, found: _List, rows: Sequence[int]) -> Iterator[Sequence[Cell]]:
    """Each heading of a project's columns with what its rows say under it."""
    for head in found.fields:
        under = next((cell for row in rows if (cell := cells.at(row, head.column)) is not None), None)
        yield (head,) if under is None else (head, under)
