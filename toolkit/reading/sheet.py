"""A returned sheet → a declaration: entries at the places the labels give, rows of the indicator table.

Comes in: a grid, the form, the file's shown name. Goes out: a `Declaration`, or None when the sheet is not this form.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.forms.binding import field_labels
from toolkit.forms.model import NUMBER, SYMBOL, UNIT, Column, Form, IndicatorTable
from toolkit.package.a1 import cell_name, parse_cell
from toolkit.reading.entries import cell_entry, repair_of, shown
from toolkit.reading.locate import Placement, locate
from toolkit.reading.model import (
    BLANK,
    BLANK_ENTRY,
    ERROR,
    MISSING_ENTRY,
    OK,
    UNCACHED,
    Declaration,
    Entry,
    Repair,
    Row,
)
from toolkit.sources.grid import CellValue, Grid
from toolkit.values.targets import join_target
from toolkit.values.text import clean_text, label_key, squeeze

# What people write instead of repeating the text above.
DITTO = frozenset(("同上", "〃", "″", '"', "同左"))


def read_sheet(grid: Grid, form: Form, file: str) -> Declaration | None:
    """Return what `grid` declares on `form`, or None when too few of the form's labels are there."""
    placement = locate(grid, form)
    if placement is None:
        return None
    repairs: list[Repair] = []
    entries = _entries(grid, form, placement, repairs)
    rows = tuple(_rows(grid, form, form.table, placement, repairs)) if form.table else ()
    return Declaration(file, grid.name, form.name, entries, rows, tuple(repairs))


def _entries(grid: Grid, form: Form, placement: Placement, repairs: list[Repair]) -> dict[str, Entry]:
    labels = {} if placement.exact else field_labels(form)
    entries = {}
    for field in form.fields:
        label = labels.get(field.name)
        if label is not None and label in placement.missing:
            entries[field.name] = MISSING_ENTRY
            continue
        row, column = parse_cell(field.cell)
        position = placement.row(row), placement.column(column)
        value = grid.cells.get(position)
        entry = cell_entry(value, field, cell_name(*position))
        repair = repair_of(value, entry, field)
        if repair:
            repairs.append(repair)
        entries[field.name] = entry
    return entries


def _rows(
    grid: Grid, form: Form, table: IndicatorTable, placement: Placement, repairs: list[Repair]
) -> Iterator[Row]:
    columns = {column.name: placement.column(column.index) for column in table.columns}
    merged = _merged_texts(grid, set(columns.values()))
    above: dict[str, Entry] = {}
    for row in _row_numbers(grid, form, table, placement, columns):
        values = {name: grid.cells.get((row, column)) for name, column in columns.items()}
        if all(value is None or (isinstance(value, str) and not clean_text(value)) for value in values.values()):
            continue
        entries = {
            column.name: cell_entry(values[column.name], column.field, cell_name(row, columns[column.name]))
            for column in table.columns
        }
        _fill_levels(table, row, columns, entries, above, merged, repairs)
        if table.has_target:
            _read_target(values, entries, repairs)
        for column in table.columns:
            _standard_word(form, column, entries, repairs)
        above = entries
        yield Row(row, entries)


def _row_numbers(
    grid: Grid, form: Form, table: IndicatorTable, placement: Placement, columns: dict[str, int]
) -> Iterator[int]:
    """Rows of the table on this sheet: as drawn, as many more as are filled without a gap, up to the next label."""
    first = placement.row(table.first_row)
    below = [label.row for label in form.labels if label.row > table.last_row]
    filled = {row for row, column in grid.cells if column in columns.values()}
    if below:
        yield from range(first, placement.row(min(below)))
        return
    last = first + table.last_row - table.first_row
    yield from range(first, last + 1)
    while last + 1 in filled:
        last += 1
        yield last


def _merged_texts(grid: Grid, columns: set[int]) -> dict[tuple[int, int], tuple[int, int]]:
    """Cells of the table that a merge covers → the merge's top-left cell, which holds their text."""
    covered = {}
    for r1, c1, r2, _ in grid.merges:
        if c1 in columns and r2 > r1:
            for row in range(r1 + 1, r2 + 1):
                covered[row, c1] = (r1, c1)
    return covered


def _fill_levels(
    table: IndicatorTable,
    row: int,
    columns: dict[str, int],
    entries: dict[str, Entry],
    above: dict[str, Entry],
    merged: dict[tuple[int, int], tuple[int, int]],
    repairs: list[Repair],
) -> None:
    """Give each level of a row its text: from the merge it is in, or from the row above within the same block."""
    for name in table.levels:
        entry = entries[name]
        ditto = entry.state == OK and squeeze(str(entry.value)) in DITTO
        if (entry.state != BLANK and not ditto) or name not in above:
            if entry.state == OK and name in above and entry.value != above[name].value:
                above = {}
            continue
        source = above[name]
        if source.state != OK:
            continue
        entries[name] = Entry(source.value, entry.text or source.text, entry.cell)
        if (row, columns[name]) not in merged:
            message = f"第 {row} 行{name}为空，已按上一行补为“{source.value}”"
            repairs.append(Repair("修复-层级补全", name, entry.cell, entry.text, str(source.value), message))


def _read_target(values: dict[str, CellValue | None], entries: dict[str, Entry], repairs: list[Repair]) -> None:
    """Bring 符号, 数值 and 计量单位 into the one way of writing them."""
    names = (SYMBOL, NUMBER, UNIT)
    if any(entries[name].state in (ERROR, UNCACHED) for name in names):
        return
    found = [None if entries[name].state == BLANK else _cell_text(values[name]) for name in names]
    target = join_target(*found)
    for name, before, after in zip(names, found, (target.symbol, target.number, target.unit), strict=True):
        entry = entries[name]
        if after is None:
            entries[name] = Entry(None, before or "", entry.cell, BLANK)
        elif after != entry.value:
            entries[name] = Entry(after, before or "", entry.cell)
        if (before or None) != after:
            message = f"{name}“{before or '（空）'}”已按“{after or '（空）'}”读取"
            repairs.append(Repair("修复-指标值", name, entry.cell, before or "", after or "", message))


def _standard_word(form: Form, column: Column, entries: dict[str, Entry], repairs: list[Repair]) -> None:
    """Replace another wording of a list's word by the word itself (lists `<字段名>别名` and `<字段名>标准名`)."""
    entry = entries.get(column.name, BLANK_ENTRY)
    if entry.state != OK or not column.field.code_list:
        return
    aliases = {label_key(alias): standard for alias, standard in form.aliases(column.name).items() if alias}
    standard = aliases.get(label_key(str(entry.value)))
    if standard and standard != entry.value:
        entries[column.name] = Entry(standard, entry.text, entry.cell)
        message = f"{column.name}“{entry.value}”是“{standard}”的别名，已按标准名称读取"
        repairs.append(Repair("修复-别名", column.name, entry.cell, entry.text, standard, message))


def _cell_text(value: CellValue | None) -> str | None:
    return None if value is None else shown(value)
