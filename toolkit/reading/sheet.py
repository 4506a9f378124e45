"""A returned sheet → declarations: entries at the places the labels give, rows of the table, what was repaired.

Comes in: a grid, the form, the file's shown name. Goes out: a `Declaration` for each copy of the form on the sheet,
none when the sheet is not this form.
"""

from __future__ import annotations

from toolkit.forms.model import AMOUNT, CODE, DATE, INTEGER, Form
from toolkit.reading.align import Placement
from toolkit.reading.entries import DECIMALS, NUMERIC, cell_entry, doubts_of, repairs_of, written
from toolkit.reading.locate import locate
from toolkit.reading.model import BLANK, ERROR, MISSING_ENTRY, OK, UNCACHED, Declaration, Doubt, Entry, Repair
from toolkit.reading.plan import Plan, Position, Spot, text_key
from toolkit.reading.recompute import recomputed
from toolkit.reading.remarks import money_doubt, remark_doubts
from toolkit.reading.rows import table_rows
from toolkit.reading.table import Log, places_of
from toolkit.sources.grid import CellValue, Grid, Uncached
from toolkit.spreadsheet.a1 import cell_name, column_letters
from toolkit.values.amounts import round_half_up
from toolkit.values.text import clean_text, is_blank
from toolkit.values.words import WARNING


def read_sheets(grid: Grid, form: Form, file: str) -> list[Declaration]:
    """Return what `grid` declares on `form`, a declaration for every copy of the form; none when it is another form."""
    found = locate(grid, form)
    return [_declaration(part, placement, file, index, len(found)) for index, (part, placement) in enumerate(found, 1)]


def read_sheet(grid: Grid, form: Form, file: str) -> Declaration | None:
    """Return the first declaration on `grid`, or None when too few of the form's labels are there."""
    return next(iter(read_sheets(grid, form, file)), None)


def _declaration(grid: Grid, placement: Placement, file: str, number: int, copies: int) -> Declaration:
    plan = placement.plan
    log = Log()
    if copies > 1:
        top = cell_name(placement.row(plan.drawn[0][0][0]), placement.column(plan.drawn[0][0][1]))
        message = f"工作表“{grid.name}”里有 {copies} 份申报表，已从标题处分开，这是第 {number} 份。"
        log.repairs.append(Repair("修复-拆分", "", top, f"{copies} 份在一张表里", f"第 {number} 份", message))
    if not placement.exact:
        _label_repairs(grid, placement, log)
    entries = {spot.field.name: _field_entry(grid, placement, spot, log) for spot in plan.spots}
    table = plan.form.table
    rows = tuple(table_rows(grid, plan, table, placement, log)) if table else ()
    _stray(grid, placement, entries, log)
    if any(entry.state != BLANK for entry in entries.values()) or rows:
        log.doubts.extend(remark_doubts(grid, placement))
        log.doubts.extend(money_doubt(grid, placement, entries))
    return Declaration(file, grid.name, plan.form.name, entries, rows, tuple(log.repairs), tuple(log.doubts))


def _field_entry(grid: Grid, placement: Placement, spot: Spot, log: Log) -> Entry:
    position = placement.spot(spot)
    if spot.label is None and not placement.exact:
        position = _unlabelled(grid, placement, spot)
    if position is None:
        return MISSING_ENTRY
    cell = spot.cell if placement.exact else cell_name(*position)
    value = grid.cells.get(position)
    if value is None or _is_blank(value):
        value = grid.at(*position) if value is None and grid.raw is not None else value
        position, value = _recovered(grid, placement, spot, position, value, log)
        cell = cell_name(*position)
    field = spot.field
    if isinstance(value, str) and field.type not in NUMERIC and clean_text(value) == value:
        return _list_word(placement.plan, spot, Entry(value, value, cell))
    entry = cell_entry(value, field, cell, date1904=grid.date1904)
    if value is None or entry.state == BLANK:
        return entry
    formula = grid.formula(*position) if grid.raw is not None and not isinstance(value, str) else None
    if entry.state in (ERROR, UNCACHED):
        return _computed(grid, value, entry, spot, log) or Entry(None, entry.text, cell, entry.state, formula)
    log.repairs.extend(repairs_of(value, entry, field, formula if field.type in NUMERIC else None))
    log.doubts.extend(doubts_of(value, entry, field, formula))
    return _list_word(placement.plan, spot, entry)


def _is_blank(value: CellValue) -> bool:
    return isinstance(value, str) and is_blank(value)


def _unlabelled(grid: Grid, placement: Placement, spot: Spot) -> Position | None:
    """Where a field without a label is: in its place, else the one cell between its neighbours that reads as it."""
    labels = set(placement.labels.values())
    place = placement.row(spot.row), placement.column(spot.column)
    if place in grid.cells and place not in labels:
        return place
    above = max((found for drawn, found in placement.rows.items() if drawn < spot.row), default=0)
    below = min((found for drawn, found in placement.rows.items() if drawn > spot.row), default=above)
    found = [
        position
        for position, value in grid.cells.items()
        if above < position[0] < below
        and position not in labels
        and spot.field.type in NUMERIC
        and cell_entry(value, spot.field, None, date1904=grid.date1904).state == OK
    ]
    if len(found) == 1:
        return found[0]
    return None if place in labels else place


def _computed(grid: Grid, value: CellValue, entry: Entry, spot: Spot, log: Log) -> Entry | None:
    """What a plain sum of amounts comes to whose result was never saved; None where it is none."""
    if not isinstance(value, Uncached) or spot.field.type not in NUMERIC or spot.field.type in (DATE, INTEGER):
        return None
    amount = recomputed(value.formula, grid.at)
    if amount is None:
        return None
    amount = round_half_up(amount, DECIMALS) if spot.field.type == AMOUNT else amount
    label, formula = spot.field.label, entry.text
    message = f"{label}的公式 {formula} 没有保存结果，已按所引单元格重新计算为 {written(amount)}。"
    name, after = spot.field.name, written(amount)
    log.repairs.append(Repair("修复-公式重算", name, entry.cell, formula, after, message, amount, safe=True))
    return Entry(amount, formula, entry.cell, OK)


def _list_word(plan: Plan, spot: Spot, entry: Entry) -> Entry:
    """The word of the field's list where only blanks or width differ; others stay for a rule to report."""
    words = plan.words.get(spot.field.name)
    if spot.field.type != CODE or not words or entry.state != OK:
        return entry
    word = words.get(text_key(str(entry.value)))
    return entry if word is None or word == entry.value else Entry(word, entry.text, entry.cell)


def _recovered(
    grid: Grid, placement: Placement, spot: Spot, position: Position, value: CellValue | None, log: Log
) -> tuple[Position, CellValue | None]:
    """Look for a field's value in the rest of its area (merge) where its own cell is blank: (where, what)."""
    if value is not None and not _is_blank(value):
        return position, value
    down, across = spot.last_row - spot.row, spot.last_column - spot.column
    if not down and not across:
        return position, value
    top, left = position
    labels = set() if placement.exact else set(placement.labels.values())
    found = [
        (row, column)
        for row in range(top, top + down + 1)
        for column in range(left, left + across + 1)
        if (row, column) in grid.cells and (row, column) not in labels and not _is_blank(grid.cells[row, column])
    ]
    if len(found) != 1:
        return position, value
    kept = grid.cells[found[0]]
    field = spot.field
    message = f"{field.label}“{str(kept)[:40]}”没有填在 {cell_name(*position)}，而在同一区域的 {cell_name(*found[0])}，已按内容读取。"
    suggestion = f"请把内容填在 {cell_name(*position)}（合并单元格的左上角）。"
    log.doubts.append(Doubt("格式-合并单元格", WARNING, field.name, cell_name(*found[0]), str(kept), message, suggestion))
    return found[0], kept


def _stray(grid: Grid, placement: Placement, entries: dict[str, Entry], log: Log) -> None:
    """Doubt what stands in a field's area beside the field's own cell, covered by the merge and not read."""
    inner = placement.inner()
    for position in sorted(inner.keys() & grid.cells.keys()):
        value, spot = grid.cells[position], inner[position]
        if _is_blank(value):
            continue
        entry = entries[spot.field.name]
        cell = cell_name(*position)
        if entry.state == BLANK or entry.cell == cell or clean_text(str(value)) == clean_text(entry.text):
            continue
        message = f"{spot.field.label}的区域里 {cell} 还有内容“{str(value)[:40]}”，没有读取。"
        suggestion = f"请把 {spot.field.label}的内容都填在 {entry.cell}，并清空 {cell}。"
        log.doubts.append(Doubt("格式-合并单元格", WARNING, spot.field.name, cell, str(value), message, suggestion))


def _label_repairs(grid: Grid, placement: Placement, log: Log) -> None:
    """Log labels in another wording, and columns that stand elsewhere; rows may move freely."""
    names = {spot.label: spot.field.name for spot in placement.plan.spots if spot.label is not None}
    names.update({spec.header: spec.column.name for spec in placement.plan.columns if spec.header is not None})
    for label, position in placement.reworded:
        before = str(grid.cells.get(position, ""))
        if _money_changed(before, label.text):
            continue
        message = f"标签“{' '.join(before.split())}”已按“{''.join(label.text.split())}”认定。"
        field, cell = names.get(label, ""), cell_name(*position)
        log.repairs.append(Repair("修复-标签", field, cell, before, label.text, message, label.text, safe=True))
    for label, position in placement.doubtful:
        if label in names and not _blank_beside(grid, placement, label):
            before = clean_text(str(grid.cells.get(position, "")))
            message = f"标签应为“{''.join(label.text.split())}”，表中是“{before or '（空）'}”，已按位置读取。"
            suggestion = "请核对该项内容；请勿改动表样的标题文字。"
            field, cell = names[label], cell_name(*position)
            log.doubts.append(Doubt("格式-标签不符", WARNING, field, cell, before or None, message, suggestion))
    _column_repair(grid, placement, log)


def _column_repair(grid: Grid, placement: Placement, log: Log) -> None:
    """Log that columns stand elsewhere than drawn, or are gone."""
    moved = {old: new for old, new in sorted(placement.columns.items()) if old != new}
    gone = [place.name for place in places_of(placement.plan, placement) if place.index is None]
    if not moved and not gone:
        return
    old, new = next(iter(moved.items()), (0, 0))
    before, after = (column_letters(old), column_letters(new)) if moved else ("", "")
    what = f"缺少“{'、'.join(gone)}”列" if gone else f"插入或删除了列（表样的 {before} 列现在是 {after} 列）"
    message = f"工作表“{grid.name}”{what}，已按标签重新对应各列。"
    cell = next((cell_name(*place) for label, place in placement.labels.items() if label.column == old), None)
    log.repairs.append(Repair("修复-列移位", "", cell, before, after, message))


def _money_changed(before: str, printed: str) -> bool:
    """Whether a label differs by its unit of money: that is no wording, and a doubt of its own."""
    return ("万元" in before) != ("万元" in printed)


def _blank_beside(grid: Grid, placement: Placement, label: object) -> bool:
    """Whether nothing was filled in for the fields of a label that cannot be read."""
    for spot in placement.plan.spots:
        if spot.label is label:
            position = placement.spot(spot)
            if position is not None and grid.at(*position) is not None:
                return False
    return all(spec.header is not label for spec in placement.plan.columns)
