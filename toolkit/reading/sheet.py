"""A returned sheet → declarations: entries at the places the labels give, rows of the table, what was repaired or not understood.

Comes in: a grid, the form, the file's shown name. Goes out: a `Declaration` for each copy of the form on the sheet, none when the
sheet is not this form. An unchanged sheet is proven to be one and read from the drawing's places (`unchanged`); any other is
laid out by its labels (`layout`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from toolkit.forms.computed import summed_column
from toolkit.forms.model import AMOUNT, DATE, INTEGER, NUMERIC, Form
from toolkit.reading.arranged.cells import Cell
from toolkit.reading.arranged.hits import find_hits
from toolkit.reading.arranged.table import Log
from toolkit.reading.choices import listed
from toolkit.reading.computed import completed
from toolkit.reading.entries import DECIMALS, cell_entry, doubts_of, percent_repair, repairs_of, shown, written
from toolkit.reading.model import BLANK, ERROR, MISSING_ENTRY, OK, UNCACHED, Declaration, Doubt, Entry, Repair, Row
from toolkit.reading.money import doubted_alike
from toolkit.reading.picked.placeholders import without_placeholders
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan, Position, Spot, plan_of
from toolkit.reading.recognise import is_own_sheet
from toolkit.reading.recompute import recomputed
from toolkit.reading.remarks import remark_doubts, unread_doubt
from toolkit.reading.rows import table_rows
from toolkit.reading.shapes.row_money import rows_in_yuan
from toolkit.reading.unchanged import corner_doubts, is_unchanged, recovered, unread_cells
from toolkit.reading.units import yuan
from toolkit.sources.grid import CellValue, Grid, Uncached, is_blank_value
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.amounts import as_percent, round_half_up
from toolkit.values.text import clean_text
from toolkit.values.words import WARNING


def read_sheets(grid: Grid, form: Form, file: str, *, drawn: bool = False) -> list[Declaration]:
    """Return what `grid` declares on `form`, a declaration for every copy of the form; none when it is another form.

    `drawn`: it was found to lie as the template has it (`is_unchanged`).
    """
    found = laid_out(grid, form, drawn=drawn)
    read = []
    for number, (part, placement, moved) in enumerate(found, 1):
        declaration = _declaration(part, placement, file, number, len(found))
        if moved:
            from toolkit.reading.arranged.displaced import displaced_repair

            declaration = replace(declaration, repairs=(*declaration.repairs, displaced_repair(moved)))
        if placement.moved:
            from toolkit.reading.shapes.turned import put_back

            declaration = put_back(declaration, placement.moved)
        read.append(declaration)
    return doubted_alike(read, form) if found and not found[0][1].exact else read


def read_sheet(grid: Grid, form: Form, file: str) -> Declaration | None:
    """Return the first declaration on `grid`, or None when too few of the form's labels are there."""
    return next(iter(read_sheets(grid, form, file)), None)


def laid_out(grid: Grid, form: Form, *, drawn: bool = False) -> list[tuple[Grid, Placement, tuple[int, ...]]]:
    """Return each copy of the form on a sheet: its part of the sheet, where all of it stands, and which rows were put back (`displaced`)."""
    plan = plan_of(form)
    if not plan.drawn or is_own_sheet(grid):
        return []
    if drawn or is_unchanged(grid, plan):
        return [(grid, Placement(plan, exact=True), ())]

    # Most sheets are as drawn, and need nothing of what lays out any other.
    from toolkit.reading.arranged.copies import lay_out_copies

    return lay_out_copies(grid, plan)


def _declaration(grid: Grid, placement: Placement, file: str, number: int, copies: int) -> Declaration:
    plan = placement.plan
    log = Log()
    if copies > 1:
        message = f"工作表“{grid.name}”里有 {copies} 份申报表，已从标题处分开，这是第 {number} 份。"
        log.repairs.append(Repair("修复-拆分", "", _top(placement), f"{copies} 份在一张表里", f"第 {number} 份", message))
    if not placement.exact:
        from toolkit.reading.arranged.account import fates, unread
        from toolkit.reading.arranged.moved import absent, label_repairs, missing_columns
        from toolkit.reading.picked.untold import untold

        label_repairs(grid, placement, log)
    entries, places = {}, {}
    for spot in plan.spots:
        entries[spot.field.name], places[spot.field.name] = _field_entry(grid, placement, spot, log)
    if not placement.exact and not placement.is_template:
        gone = [spot.field for spot in plan.spots if places[spot.field.name] is None and not spot.field.grid and not spot.field.formula]
        log.doubts.extend(absent([*gone, *missing_columns(placement)], plan.form))
    table = plan.form.table
    parts = [(each, tuple(table_rows(grid, plan, table, each, log))) for each in placement.tables] if table else []
    rows = tuple(row for _, own in parts for row in own)
    views = _laid_views(placement)
    more, others = _more_rows(grid, views, log)
    for spot, cell in _totals(placement, views):
        entries[spot.field.name], places[spot.field.name] = _entry(grid, plan, spot, cell.place, cell.value, log), cell.place
    if placement.exact:
        log.doubts.extend(corner_doubts(grid, plan, entries))
        log.doubts.extend(unread_doubt(unread_cells(grid, plan, _drawn_cells(plan, rows).union(*others))))
    if any(entry.state != BLANK for entry in entries.values()) or rows or any(more.values()):
        log.doubts.extend(remark_doubts(grid, placement, chain(entries.values(), *(row.entries.values() for row in rows))))
        changed, general = yuan(grid, placement, entries, log)
        entries.update(changed)
        rows = rows_in_yuan(rows, placement, general, log)
        more = {name: rows_in_yuan(own, view, general, log) for (name, own), view in zip(more.items(), views, strict=True)}
        if not placement.exact:
            used = _used(places, (), placement).union(*(_used({}, own, each) for each, own in parts), *others)
            numbers = {row.row for own in (rows, *more.values()) for row in own}
            accounted = fates(placement, used, numbers)
            log.doubts.extend(unread(placement, accounted, untold(placement, accounted, entries)))
    told = tuple(log.repairs), tuple(log.doubts)
    rows = without_placeholders(rows, plan, placement)
    return completed(Declaration(file, grid.name, plan.form.name, entries, rows, *told, roles=plan.form.roles, more_rows=more), plan.form)


def _laid_views(placement: Placement) -> list[Placement]:
    """Where the form's further row tables stand."""
    plans = map(plan_of, placement.plan.form.views)
    if placement.cells is None:
        return [Placement(plan, exact=True) for plan in plans]
    from toolkit.reading.arranged.layout import lay_out

    cells = placement.cells
    return [lay_out(cells, find_hits(cells, plan), plan) for plan in plans]


def _more_rows(grid: Grid, views: Sequence[Placement], log: Log) -> tuple[dict[str, tuple[Row, ...]], list[set[Position]]]:
    """The rows of the form's further row tables by name, and the cells each was read from."""
    more: dict[str, tuple[Row, ...]] = {}
    used = []
    for own in views:
        table = own.plan.form.table
        assert table is not None
        more[table.name] = tuple(table_rows(grid, own.plan, table, own, log))
        used.append(_drawn_cells(own.plan, more[table.name]) if own.exact else _used({}, more[table.name], own))
    return more, used


def _totals(placement: Placement, views: Sequence[Placement]) -> Iterator[tuple[Spot, Cell]]:
    """The totals of columns that are printed under these, in a row with one label: as other offices do."""
    labels, cells = placement.labels or {}, placement.cells
    for own in (placement, *views) if cells is not None else ():
        places = {place.name: place.index for place in own.table.places if place.index is not None} if own.table else {}
        sums = [(spot, places[name]) for spot in placement.plan.spots if (name := summed_column(spot.field.formula)) in places]
        named = [labels[spot.field.name].row for spot, _ in sums if spot.field.name in labels]
        if own.table is None or cells is None or len(named) == len(sums) or own.table.below not in named:
            continue
        for spot, column in sums:
            cell = cells.at(own.table.below, column)
            if cell is not None and cell.column == column:
                yield spot, cell


def _drawn_cells(plan: Plan, rows: tuple[Row, ...]) -> set[Position]:
    """The cells of a table's rows on a sheet that lies as drawn."""
    return {(row.row, spec.column.index) for row in rows for spec in plan.columns}


def _used(places: Mapping[str, Position | None], rows: tuple[Row, ...], placement: Placement) -> set[Position]:
    """The cells whose values were read: the fields', and those of the rows."""
    cells, table = placement.cells, placement.table
    assert cells is not None
    used = {place for place in places.values() if place is not None}
    used |= {cell.place for more in (placement.more or {}).values() for cell in more}
    columns = [place.index for place in table.places if place.index is not None] if table else []
    filled = [p.index for p in table.places if p.index is not None and p.spec.column.field.prefilled] if table else []
    printed = ((row, column) for row in (table.rows if table else ()) for column in filled)
    for row, column in (*((row.row, column) for row in rows for column in columns), *printed):
        cell = cells.at(row, column)
        if cell is not None:
            used.add(cell.place)
    return used


def _top(placement: Placement) -> str | None:
    """The first cell of a copy of the form."""
    if placement.cells is None:
        return None
    first = next((cell for row in sorted(placement.cells.by_row) for cell in placement.cells.by_row[row]), None)
    return cell_name(first.row, first.column) if first is not None else None


def _field_entry(grid: Grid, placement: Placement, spot: Spot, log: Log) -> tuple[Entry, Position | None]:
    if placement.exact:
        place: Position | None = (spot.row, spot.column)
        value = grid.cells.get((spot.row, spot.column))
        if is_blank_value(value):
            value = grid.at(spot.row, spot.column) if value is None and grid.raw is not None else value
            place, value = recovered(grid, spot, value, log)
    else:
        place, value = _laid_value(grid, placement, spot, log)
        if place is None:
            return _not_there(placement), None
        if isinstance(value, str) and spot.field.type == AMOUNT and not placement.is_template:
            from toolkit.reading.shapes.amount_remarks import bare_amount

            value = bare_amount(spot.field, place, value, log)
    assert place is not None
    before = len(log.repairs)
    entry = _entry(grid, placement.plan, spot, place, value, log)
    if isinstance(value, str) and grid.cells.get(place) not in (None, value):
        log.repairs[before:] = [replace(repair, safe=False) for repair in log.repairs[before:]]  # a label or more stands in the cell too
    return entry, place


def _not_there(placement: Placement) -> Entry:
    """A field without a place: its row was deleted from the template's drawing, or another office's form does not ask for it.

    The rows and columns of grids are told as a whole. A document that resembles the drawing is not the template.
    """
    return MISSING_ENTRY if placement.is_template else Entry(None, "", None, BLANK)


def _laid_value(grid: Grid, placement: Placement, spot: Spot, log: Log) -> tuple[Position | None, CellValue | None]:
    """The place and the value of a field on a sheet that was laid out by its labels."""
    name = spot.field.name
    place, cell = placement.spot(spot), (placement.found or {}).get(name)
    if place is None and not spot.field.grid and (spot.label is None or spot.field.type == DATE):
        from toolkit.reading.arranged.unlabelled import find_period, find_unlabelled

        place, cell, text = find_unlabelled(placement, spot) if spot.label is None else find_period(placement, spot)
        if text is not None:
            return place, text
    if place is None:
        return None, None
    inside = (placement.inside or {}).get(name)
    if inside is not None:
        return place, inside
    if cell is None:
        return place, grid.at(*place) if grid.raw is not None else None
    if cell.recovered:
        corner = cell_name(cell.row, cell.column)
        message = f"{spot.field.label}“{cell.text[:40]}”没有填在 {corner}，而在同一区域的 {cell_name(*cell.place)}，已按内容读取。"
        cure = f"请把内容填在 {corner}（合并单元格的左上角）。"
        log.doubts.append(Doubt("格式-合并单元格", WARNING, name, cell_name(*cell.place), cell.text, message, cure))
    rival = (placement.rivals or {}).get(name)
    if rival is not None:
        here, there = cell_name(*cell.place), cell_name(*rival.place)
        message = (
            f"{spot.field.label}可能是 {here} 的“{shown(cell.value)[:30]}”，也可能是 {there} 的“{shown(rival.value)[:30]}”，已按前者读取。"
        )
        log.doubts.append(Doubt("格式-两可", WARNING, name, here, cell.text, message, f"请核对{spot.field.label}。"))
    more = (placement.more or {}).get(name, ())
    return cell.place, "\n".join((cell.text, *(each.text for each in more))) if more else cell.value


def _entry(grid: Grid, plan: Plan, spot: Spot, place: Position, value: CellValue | None, log: Log) -> Entry:
    field = spot.field
    cell = spot.cell if place == (spot.row, spot.column) else cell_name(*place)
    if isinstance(value, str) and field.type not in NUMERIC and clean_text(value) == value and value:
        return _list_word(grid, plan, spot, Entry(value, value, cell), log)
    shown_percent = field.percent and isinstance(value, float) and place in grid.percents
    if shown_percent and isinstance(value, float):
        value = as_percent(value)
    entry = cell_entry(value, field, cell, date1904=grid.date1904)
    if value is None or entry.state == BLANK:
        return entry
    formula = grid.formula(*place) if grid.raw is not None and not isinstance(value, str) else None
    if entry.state in (ERROR, UNCACHED):
        return _computed(grid, value, entry, spot, log) or Entry(None, entry.text, cell, entry.state, formula)
    if not grid.ruled:
        found = repairs_of(value, entry, field, formula if field.type in NUMERIC else None)
        log.repairs.extend(percent_repair(repair, field.label) if shown_percent else repair for repair in found)
    log.doubts.extend(doubts_of(value, entry, field, formula))
    return _list_word(grid, plan, spot, entry, log)


def _computed(grid: Grid, value: CellValue, entry: Entry, spot: Spot, log: Log) -> Entry | None:
    """What a plain sum of amounts comes to whose result was never saved; None where it is none."""
    if not isinstance(value, Uncached) or spot.field.type not in NUMERIC or spot.field.type in (DATE, INTEGER):
        return None
    amount = recomputed(value.formula, grid.at)
    if amount is None:
        return None
    amount = amount * spot.field.money.size
    amount = round_half_up(amount, DECIMALS) if spot.field.type == AMOUNT else amount
    label, formula, face = spot.field.label, entry.text, spot.field.face(amount)
    message = f"{label}的公式 {formula} 没有保存结果，已按所引单元格重新计算为 {written(face)}。"
    name, after = spot.field.name, written(face)
    log.repairs.append(Repair("修复-公式重算", name, entry.cell, formula, after, message, face, safe=True))
    return Entry(amount, formula, entry.cell, OK)


def _list_word(grid: Grid, plan: Plan, spot: Spot, entry: Entry, log: Log) -> Entry:
    words = plan.words.get(spot.field.name)
    if not words:
        return entry
    entry, repair = listed(spot.field.name, spot.field.label, entry, words)
    if repair is not None and not grid.ruled:
        log.repairs.append(repair)
    return entry
