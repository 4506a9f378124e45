"""Where the indicator table is on a sheet: its columns, and which rows of it are filled; footers are left out.

In: a grid and where the form stands in it. Out: `Place`s of columns, rows with their values. Called by `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.forms.model import NUMBER, IndicatorTable
from toolkit.reading.align import Placement
from toolkit.reading.model import Doubt, Repair
from toolkit.reading.plan import Plan, TableColumn
from toolkit.sources.grid import CellValue, Grid
from toolkit.spreadsheet.a1 import column_letters
from toolkit.values.targets import parse_target
from toolkit.values.text import clean_text, is_blank

# `填表人：张三`, `（盖章）`, a date alone: what stands under a table.
_SIGNATURE = re.compile(r"[^:：≥≤=<>]{1,12}[:：]")
_SEAL = re.compile(r"公章|盖章|签字|签章|签名|印章")
_DATE = re.compile(r"\s*\d{4}\s*[-年./]\s*\d{0,2}\s*[-月./]?\s*\d{0,2}\s*日?\s*|\s*年\s*月\s*日\s*")
_SYMBOLS = ("≥", ">", "=", "<", "≤")

Values = list["CellValue | None"]


@dataclass(slots=True)
class Log:
    """What reading a sheet set right, and what a person should look at."""

    repairs: list[Repair] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the table on the sheet; `index` is None where the column is gone."""

    spec: TableColumn
    name: str
    index: int | None
    letters: str


def places_of(plan: Plan, placement: Placement) -> list[Place]:
    """Where each column is: under its heading; one without a heading as far from its neighbours as drawn, if free.

    A heading that is not there while others of its row are is gone with its column.
    """
    found: dict[str, int | None] = {}
    for spec in plan.columns:
        if placement.exact:
            found[spec.column.name] = spec.column.index
        elif spec.header is not None:
            place = placement.labels.get(spec.header)
            if place is not None or spec.header.row in placement.rows:
                found[spec.column.name] = place[1] if place is not None else None
    taken = set(found.values())
    for spec in plan.columns:
        if spec.column.name not in found:
            index = placement.column(spec.column.index)
            found[spec.column.name] = None if index in taken else index
    return [
        Place(spec, spec.column.name, index, column_letters(index) if index else "")
        for spec in plan.columns
        for index in (found[spec.column.name],)
    ]


def filled_rows(grid: Grid, places: list[Place], table: IndicatorTable, placement: Placement) -> list[tuple[int, Values]]:
    """The rows with something in them: as drawn, as many more as are filled without a gap, up to the next label."""
    columns = [place.index or 0 for place in places]
    wanted = set(columns)
    used = {row for row, column in grid.cells if column in wanted}
    cells = grid.cells
    rows = []
    for row in _numbers(grid, columns, used, table, placement):
        if row not in used:
            continue
        values: Values = [cells.get((row, column)) for column in columns]
        if grid.raw is not None:
            values = [grid.at(row, c) if v is None else v for c, v in zip(columns, values, strict=True)]
        for value in values:
            if value is not None and not (isinstance(value, str) and is_blank(value)):
                rows.append((row, values))
                break
    return rows


def _numbers(grid: Grid, columns: list[int], used: set[int], table: IndicatorTable, placement: Placement) -> Iterator[int]:
    first = placement.row(table.first_row)
    if not placement.exact:
        plan = placement.plan
        heading = max((found for drawn, found in placement.rows.items() if drawn < table.first_row), default=first)
        for row in range(heading + 1, first):
            # The last row of headings was deleted, and what stood below it moved up.
            if any(plan.key(grid.cells.get((row, column))) in plan.level_words for column in columns):
                yield row
    below = [label for label in placement.plan.form.labels if label.row > table.last_row]
    if below:
        yield from range(first, placement.row(min(label.row for label in below)))
        return
    last = first + table.last_row - table.first_row
    yield from range(first, last + 1)
    while last + 1 in used:
        last += 1
        yield last


def without_footers(found: list[tuple[int, Values]], plan: Plan, places: list[Place]) -> list[tuple[int, Values]]:
    """Leave out signatures and remarks under the table, and headings repeated inside it (printed on every page)."""
    headings = {place.spec.header and plan.keys[place.spec.header] for place in places}
    levels = [index for index, place in enumerate(places) if place.name in plan.levels] or [0]
    number = next((index for index, place in enumerate(places) if place.name == NUMBER), None)
    rows = [
        (row, values)
        for row, values in found
        if plan.key(values[levels[0]]) not in headings
        or sum(plan.key(value) in headings for value in values if isinstance(value, str)) < min(3, len(headings))
    ]
    while rows and _is_footer(rows[-1][1], number):
        if any(plan.key(rows[-1][1][index]) in plan.level_words for index in levels):
            break
        rows.pop()
    return rows


def _is_footer(values: Values, number: int | None) -> bool:
    """Whether a row only signs or remarks: every text has a colon near its start, or follows one ending in a colon."""
    if number is not None and parse_target(shown_text(values[number])).symbol in _SYMBOLS:
        return False
    opened = signed = False
    for text in map(shown_text, values):
        if not text:
            continue
        if _SIGNATURE.match(text) or _SEAL.search(text) or _DATE.fullmatch(text):
            signed, opened = True, text.endswith((":", "："))
        elif not opened and not (signed and text.replace("-", "").isdigit()):
            return False
        else:
            opened = False
    return signed


def shown_text(value: CellValue | None) -> str:
    return clean_text(value) if isinstance(value, str) else "" if value is None else str(value)
