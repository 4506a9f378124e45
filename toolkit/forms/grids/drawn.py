"""A declared grid held against the drawing: its value cells parted into rows and columns, its printed headings.

Comes in: the form's sheet, the grid as 字段 declares it, the area of its name. Goes out: the `Grid` and the area of each cell; every
mistake with its cell and cure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from toolkit.forms.book import Area, Mistake, Sheet
from toolkit.forms.grids.model import CROSSED, Grid, Heading, is_crossed
from toolkit.forms.grids.rows import Declared
from toolkit.forms.model import DECIMAL, Field
from toolkit.values.text import label_key

Band = tuple[int, int]

_PERCENT = re.compile(r"\((?:单位:)?%\)$")


def drawn_grids(sheet: Sheet, declared: Sequence[Declared], areas: dict[str, Area], mistakes: list[Mistake]) -> tuple[Grid, ...]:
    """Return the grids that are drawn as declared; in `areas` the area of a grid is replaced by those of its cells."""
    found = []
    for each in declared:
        if each.name in areas:
            grid, cells = _drawn(sheet, each, areas.pop(each.name), mistakes)
            areas |= cells
            found += [grid] if grid else []
    return tuple(found)


def _drawn(sheet: Sheet, declared: Declared, area: Area, mistakes: list[Mistake]) -> tuple[Grid | None, dict[str, Area]]:
    """The grid and where each of its cells stands by 字段名; no grid where it is drawn otherwise than declared."""
    before = len(mistakes)
    rows, columns = _bands(sheet, area)
    if (len(rows), len(columns)) != (len(declared.rows), len(declared.columns)):
        said = f"“字段”表写的是 {len(declared.rows)} 行 {len(declared.columns)} 列"
        text = f"方格“{declared.name}”画了 {len(rows)} 行 {len(columns)} 列，{said}"
        cure = "请让名称只包含填数的格子（不含行名、列名），并与方格行、方格列一一对应"
        mistakes.append(Mistake(sheet.name, area.text, text, cure))
        return None, {}
    across = tuple(_heading(sheet, area, part, band, mistakes, row=True) for part, band in zip(declared.rows, rows, strict=True))
    down = tuple(_heading(sheet, area, part, band, mistakes, row=False) for part, band in zip(declared.columns, columns, strict=True))
    for headings in (across, down):
        keys = [label_key(heading.text) for heading in headings]
        for heading, key in zip(headings, keys, strict=True):
            if key and keys.count(key) > 1 and keys.index(key) == headings.index(heading):
                text = f"方格“{declared.name}”有两个标题印的都是“{heading.text}”"
                mistakes.append(
                    Mistake(sheet.name, Area(heading.row, heading.column, 0, 0).cell, text, "请改成不同的文字，否则读不出是哪一行")
                )
    cells: dict[tuple[int, int], str] = {}
    areas: dict[str, Area] = {}
    for i, row in enumerate(across):
        for j, column in enumerate(down):
            place = (row.first, column.first)
            if (row.part, column.part) in declared.cells:
                cells[i, j] = declared.cell(row.part, column.part)
                areas[cells[i, j]] = _area(sheet, Area(row.first, column.first, row.last, column.last))
            elif place in sheet.cells and not is_crossed(sheet.cells[place]):
                text = f"方格“{declared.name}”没有这一格，却写着“{sheet.cells[place]}”"
                mistakes.append(Mistake(sheet.name, Area(*place, *place).cell, text, f"请写“{CROSSED}”，或改正“字段”表里它的类型"))
    if len(mistakes) > before:
        return None, areas
    return Grid(declared.name, (area.row, area.column, area.last_row, area.last_column), across, down, cells), areas


def _bands(sheet: Sheet, area: Area) -> tuple[list[Band], list[Band]]:
    """The rows and the columns of a grid: a new one begins wherever a cell, merged or not, does."""
    covered = {
        (row, column): merge
        for merge in sheet.merges
        if merge.overlaps(area)
        for row in range(max(merge.row, area.row), min(merge.last_row, area.last_row) + 1)
        for column in range(max(merge.column, area.column), min(merge.last_column, area.last_column) + 1)
    }
    starts: tuple[set[int], set[int]] = {area.row}, {area.column}
    for row in range(area.row, area.last_row + 1):
        for column in range(area.column, area.last_column + 1):
            merge = covered.get((row, column))
            starts[0].add(merge.row if merge else row)
            starts[1].add(merge.column if merge else column)
    return _between(starts[0], area.last_row), _between(starts[1], area.last_column)


def _between(starts: set[int], last: int) -> list[Band]:
    ordered = sorted(starts)
    return [(first, after - 1) for first, after in zip(ordered, [*ordered[1:], last + 1], strict=True)]


def _area(sheet: Sheet, cell: Area) -> Area:
    """The area of a cell: the merge that begins with it, else what lies between its row and column if that is one cell."""
    merge = next((each for each in sheet.merges if (each.row, each.column) == (cell.row, cell.column)), None)
    return merge or Area(cell.row, cell.column, cell.row, cell.column)


def _heading(sheet: Sheet, area: Area, part: str, band: Band, mistakes: list[Mistake], *, row: bool) -> Heading:
    """What is printed nearest left of a row, or above a column."""
    first, last = band
    if row:
        beside = [place for place in sheet.cells if first <= place[0] <= last and place[1] < area.column and label_key(sheet.cells[place])]
        place = max(beside, key=lambda each: (each[1], -each[0]), default=None)
    else:
        beside = [place for place in sheet.cells if first <= place[1] <= last and place[0] < area.row and label_key(sheet.cells[place])]
        place = max(beside, key=lambda each: (each[0], -each[1]), default=None)
    if place is None:
        at = Area(first, area.column, first, area.column) if row else Area(area.row, first, area.row, first)
        text = f"方格的“{part}”没有印{'行名' if row else '列名'}"
        mistakes.append(Mistake(sheet.name, at.cell, text, f"请在这一{'行的左边' if row else '列的上面'}印上文字，读取时靠它认出这一格"))
        place = (at.row, at.column)
    return Heading(part, sheet.cells.get(place, ""), *place, first, last)


def in_percent(fields: Sequence[Field], grids: Sequence[Grid]) -> tuple[Field, ...]:
    """Return the fields, those told to be in percent that are drawn under （%）: 98.75% is 98.75 there, unless 显示格式 says that it is 0.9875."""
    headed = {
        name
        for grid in grids
        for (row, column), name in grid.cells.items()
        if _PERCENT.search(label_key(grid.rows[row].text)) or _PERCENT.search(label_key(grid.columns[column].text))
    }
    return tuple(
        replace(field, percent=True)
        if field.type == DECIMAL and "%" not in field.shown and (field.name in headed or _PERCENT.search(label_key(field.label)))
        else field
        for field in fields
    )
