"""The row table on a sheet: under which heading each column stands, which rows hold indicators, where the table ends.

In: the heading found (`header`), the cells and labels of one form. Out: `Place`s of columns and the filled rows with their
values. A heading over several grid columns is narrowed to the one that is filled; a heading of a whole target is parted into
symbol, number and unit by what stands under it. Called by `layout` and `rows`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field

from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.header import Header, Range, is_symbol, repeats, told_by_content
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.notes import is_footer, signs
from toolkit.reading.model import Doubt, Repair
from toolkit.reading.plan import Plan, Position, TableColumn
from toolkit.reading.shapes.heading_units import units_of
from toolkit.reading.shapes.joined_levels import level_before_names
from toolkit.reading.shapes.named_targets import hold_both, hold_targets, named_target, targets_of
from toolkit.sources.grid import CellValue, Grid
from toolkit.spreadsheet.a1 import column_letters
from toolkit.values.grammar import TargetColumns
from toolkit.values.text import clean_text, is_blank, squeeze

TOTALS = frozenset(("合计", "总计", "总分", "小计", "权重合计", "分值合计"))

# A heading without a neighbour reaches so many grid columns further when they are filled.
_REACH = 3

Values = list["CellValue | None"]


@dataclass(slots=True)
class Log:
    """What reading a sheet set right, and what a person should look at."""

    repairs: list[Repair] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A column of the table on the sheet; `index` is None where the column is gone.

    `within` says that the column never had one of its own: its part of the target stands in another column's cells; `unit` is
    the one that its heading prints for all targets under it.
    """

    spec: TableColumn
    name: str
    index: int | None
    letters: str
    within: bool = False
    unit: str | None = None


@dataclass(frozen=True)
class Table:
    """The columns of the form's table and the numbers of the rows that belong to it; `below` is the first row after it."""

    places: tuple[Place, ...]
    rows: Sequence[int]
    below: int


def drawn_places(plan: Plan) -> tuple[Place, ...]:
    """The columns where the template has them."""
    return tuple(Place(spec, spec.column.name, spec.column.index, spec.letters) for spec in plan.columns)


def find_table(
    cells: Cells, hits: Sequence[Hit], header: Header, plan: Plan, lent: Mapping[str, int], others: Collection[Position] = ()
) -> Table:
    """Return the table under `header`; `lent` are columns that the drawing suggests where their headings are gone, `others` the
    places of the form's grids, which end it."""
    columns = dict(header.columns)
    taken = {column for first, last in (*columns.values(), *header.wholes.values()) for column in range(first, last + 1)}
    columns.update({name: (index, index) for name, index in lent.items() if name not in columns and index not in taken})
    left = min((first for first, _ in (*header.columns.values(), *header.wholes.values())), default=0)
    ends = [row for row, column in others if row > header.bottom and left <= column <= header.last_column]
    rows, below = _rows(cells, hits, header, columns, plan, min(ends, default=cells.last_row + 1))
    found: dict[str, int | None] = {name: _filled(cells, rows, span) for name, span in columns.items()}
    found = told_by_content(header, found, plan, lambda span: _under(cells, rows, span))
    named = next((spec.column.name for spec in plan.columns if spec.column.name not in plan.levels and not spec.words), "")
    level = level_before_names(plan, found, named, _texts(cells, rows, found.get(named)))
    found |= {level: found[named]} if level is not None else {}
    within: set[str] = set()
    name, number = named_target(plan, {*found, *header.wholes})
    beside = (_texts(cells, rows, head.column) for head in header.strange)
    if name in columns and number and hold_both(_texts(cells, rows, found[name])) and not any(map(hold_targets, beside)):
        found[number] = found[name]
        within |= {part for target in targets_of(plan) if number == target.number for part in (target.symbol, target.unit)}
    units = units_of({name: label.text for name, label in header.labels.items()}, plan)
    targets = {target.name: target for target in targets_of(plan)}
    for whole, span in header.wholes.items():
        target = targets[whole]
        parted = _parted(cells, rows, _reaching(cells, rows, span, header, found), found, target)
        within |= {part for part in (target.symbol, target.unit) if part not in parted and part not in found}
        found = {**parted, **{name: index for name, index in found.items() if index is not None}}
    places = tuple(
        Place(spec, name, index, column_letters(index) if index else "", name in within, units.get(name))
        for spec in plan.columns
        for name in (spec.column.name,)
        for index in (found.get(name),)
    )
    return Table(places, rows, below)


def _rows(cells: Cells, hits: Sequence[Hit], header: Header, columns: Mapping[str, Range], plan: Plan, end: int) -> tuple[list[int], int]:
    """The rows under the heading, up to a row that shows another part of the form, a total, or the `end`."""
    by_row: dict[int, list[Hit]] = {}
    for hit in hits:
        if hit.cell.row > header.bottom:
            by_row.setdefault(hit.cell.row, []).append(hit)
    name = next((columns[spec.column.name] for spec in plan.columns if spec.column.name in columns and not spec.words), None)
    levels = [columns[each] for each in plan.levels if each in columns]
    below = [row for row in sorted(cells.by_row) if row > header.bottom and not repeats(cells, header, plan, row)]
    titled = {row: any(_is_level(cells, row, first, plan) for first, _ in levels) for row in below}
    totals = frozenset(field.name for field in plan.form.fields if field.formula)
    end = min(end, next((row for row in below if not titled[row] and _shows_another(by_row.get(row, ()), name, totals)), end))
    last = max((row for row in below if titled[row] and row < end), default=header.bottom)
    rows: list[int] = []
    for row in below:
        if row >= end:
            break
        if titled[row] or not _is_no_row(cells, row, name, levels, columns):
            rows.append(row)
        elif row > last:
            return rows, row
    return rows, end


def _shows_another(hits: Sequence[Hit], name: Range | None, totals: Set[str]) -> bool:
    """Whether a row under the heading shows another part of the form: its title, a total's label, or a field's outside the names."""
    for hit in hits:
        inside = name is not None and name[0] <= hit.cell.column <= name[1]
        if (
            Kind.TITLE in hit.kinds()
            or hit.kinds() == {Kind.HEADING}
            or (Kind.FIELD in hit.kinds() and (not inside or set(hit.names(Kind.FIELD)) <= totals))
        ):
            return True
    return False


def _is_no_row(cells: Cells, row: int, name: Range | None, levels: Sequence[Range], columns: Mapping[str, Range]) -> bool:
    """Whether a row without a word of the tree is no indicator: a total, a note, a line across, a text alone."""
    texts = cells.by_row[row]
    if any(isinstance(cell.value, str) and squeeze(cell.value) in TOTALS for cell in texts[:3]) or signs(texts, name):
        return True
    first = texts[0]
    if len(texts) > 1:
        return False
    width = sum(span[0] <= first.last_column and first.column <= span[1] for span in columns.values())
    across = width >= min(3, len(columns)) and first.last_column > first.column
    return across or any(span[0] <= first.column <= span[1] for span in levels)


def _is_level(cells: Cells, row: int, column: int, plan: Plan) -> bool:
    cell = cells.at(row, column)
    return cell is not None and plan.is_level(cell.value)


def _filled(cells: Cells, rows: Sequence[int], span: Range) -> int:
    """The grid column of a heading's that is filled most often; the first one at a tie."""
    if span[0] == span[1]:
        return span[0]
    counts = {column: 0 for column in range(span[0], span[1] + 1)}
    for row in rows:
        for column in counts:
            cell = cells.at(row, column)
            if cell is not None and cell.column == column:
                counts[column] += 1
    return max(counts, key=lambda column: (counts[column], -column))


def _reaching(cells: Cells, rows: Sequence[int], span: Range, header: Header, taken: Mapping[str, int | None]) -> Range:
    """A target's columns; a heading that is the last of its row and was not merged also holds the filled ones beside it."""
    if span[1] > span[0] or any(cell.column > span[1] for cell in header.cells):
        return span
    last = span[1]
    for column in range(last + 1, last + _REACH):
        filled = sum(cell is not None and cell.column == column for row in rows for cell in (cells.at(row, column),))
        if 2 * filled < len(rows) or column in taken.values():
            break
        last = column
    return span[0], last


def _parted(cells: Cells, rows: Sequence[int], span: Range, taken: Mapping[str, int | None], target: TargetColumns) -> dict[str, int]:
    """Which of a whole target's columns hold symbol, number and unit; a column that says it all is the number's."""
    texts: dict[int, list[str]] = {}
    for row in rows:
        for column in range(span[0], span[1] + 1):
            cell = cells.at(row, column)
            if cell is not None and cell.column == column and column not in taken.values():
                texts.setdefault(column, []).append(squeeze(clean_text(cell.text)))
    columns = sorted(texts)
    if not columns:
        return {target.number: span[0]}
    found: dict[str, int] = {}
    if len(columns) > 1 and mostly(texts[columns[0]], is_symbol):
        found[target.symbol] = columns.pop(0)
    found[target.number] = columns.pop(0)
    if columns and target.unit not in taken and not mostly(texts[columns[0]], lambda text: text[:1].isdigit()):
        found[target.unit] = columns[0]
    return found


def _under(cells: Cells, rows: Sequence[int], span: Range) -> tuple[int, list[str]]:
    """The column of a heading that is filled, and what stands in it."""
    column = _filled(cells, rows, span)
    under = (cell for row in rows if (cell := cells.at(row, column)) is not None and cell.column == column)
    return column, [squeeze(clean_text(cell.text)) for cell in under]


def _texts(cells: Cells, rows: Sequence[int], column: int | None) -> list[str]:
    """What stands in a column, as it is."""
    return [cell.text for row in rows if (cell := cells.at(row, column or 0)) is not None and cell.column == column]


def mostly(texts: Sequence[str], test: Callable[[str], bool]) -> bool:
    """Return whether more than half of the texts pass a test."""
    return 2 * sum(map(test, texts)) > len(texts)


def filled_rows(grid: Grid, places: Sequence[Place], rows: Sequence[int]) -> list[tuple[int, Values]]:
    """The rows with something in them, each with the values of its columns."""
    columns = [place.index or 0 for place in places]
    wanted = set(columns)
    used = {row for row, column in grid.cells if column in wanted}
    cells = grid.cells
    found = []
    for row in rows:
        if row not in used:
            continue
        values: Values = [cells.get((row, column)) for column in columns]
        if grid.raw is not None:
            values = [grid.at(row, c) if v is None else v for c, v in zip(columns, values, strict=True)]
        for value in values:
            if value is not None and not (isinstance(value, str) and is_blank(value)):
                found.append((row, values))
                break
    return found


def drawn_rows(grid: Grid, plan: Plan) -> Sequence[int]:
    """The rows of an unchanged sheet: as drawn, as many more as are filled without a gap, up to the next label."""
    table = plan.form.table
    if table is None:
        return ()
    below = [label.row for label in plan.form.labels if label.row > table.last_row]
    if below:
        return range(table.first_row, min(below))
    last = table.last_row
    columns = [spec.column.index for spec in plan.columns]
    while any((last + 1, column) in grid.cells for column in columns):
        last += 1
    return range(table.first_row, last + 1)


def without_footers(found: list[tuple[int, Values]], plan: Plan, places: Sequence[Place]) -> list[tuple[int, Values]]:
    """Leave out signatures and remarks under the table, and headings repeated inside it (printed on every page)."""
    headings = {place.spec.header and plan.keys[place.spec.header] for place in places}
    levels = [index for index, place in enumerate(places) if place.name in plan.levels] or [0]
    number = next((index for index, place in enumerate(places) if place.spec.column.field.is_quantity), None)
    rows = [
        (row, values)
        for row, values in found
        if plan.key(values[levels[0]]) not in headings
        or sum(plan.key(value) in headings for value in values if isinstance(value, str)) < min(3, len(headings))
    ]
    while rows and is_footer(rows[-1][1], number):
        if any(plan.is_level(rows[-1][1][index]) for index in levels):
            break
        rows.pop()
    return rows
