"""What is said of labels: worded otherwise, not to be read at all, or moved to other columns with what they name.

In: a placement of a sheet that is not as drawn. Out: repairs and doubts in the log. That rows and blocks stand elsewhere is no
matter for anyone; columns inserted or deleted in the template's own drawing are, as a later `annotate` will mark them. Called by
`sheet`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.forms.model import Field, Form
from toolkit.reading.arranged.table import Log
from toolkit.reading.model import Doubt, Repair
from toolkit.reading.placement import Placement
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import cell_name, column_letters
from toolkit.values.text import clean_text
from toolkit.values.words import WARNING


def label_repairs(grid: Grid, placement: Placement, log: Log) -> None:
    """Log labels in another wording, labels rubbed out, and columns that stand elsewhere; rows may move freely."""
    for name, cell, printed in placement.reworded:
        before = cell.text
        if grid.ruled or _money_changed(before, printed):
            continue
        message = f"标签“{' '.join(before.split())}”已按“{''.join(printed.split())}”认定。"
        log.repairs.append(Repair("修复-标签", name, cell_name(*cell.place), before, printed, message, printed, safe=True))
    spots = {spot.field.name: spot for spot in placement.plan.spots}
    for name, position, text in placement.doubtful:
        value = (placement.found or {}).get(name)
        place = (placement.spots or {}).get(name)
        if place is None or (value is None and grid.at(*place) is None):
            continue
        label = spots[name].label
        assert label is not None
        before = clean_text(text)
        message = f"标签应为“{''.join(label.text.split())}”，表中是“{before or '（空）'}”，已按位置读取。"
        cure = "请核对该项内容；请勿改动表样的标题文字。"
        log.doubts.append(Doubt("格式-标签不符", WARNING, name, cell_name(*position), before or None, message, cure))
    _grid_doubts(placement, log)
    _column_repair(grid, placement, log)


def absent(fields: Sequence[Field], form: Form) -> Iterator[Doubt]:
    """The doubt about what another office's form does not ask for: one, however many fields it lacks."""
    labels = [field.label for field in form.fields]
    names = "".join(f"“{field.label if labels.count(field.label) == 1 else field.name}”" for field in fields)
    if len(fields) == 1:
        message, cure = f"表中没有“{fields[0].label}”这一项，按未填处理。", f"如需填报{fields[0].label}，请在表中补上这一项。"
        yield Doubt("格式-缺项", WARNING, fields[0].name, None, None, message, cure)
    elif fields:
        message = f"表中没有{names}这 {len(fields)} 项，按未填处理。"
        yield Doubt("格式-缺项", WARNING, None, None, None, message, "如需填报，请在表中补上这几项。")


def missing_columns(placement: Placement) -> list[Field]:
    """The columns that every row has to fill in and that stand under no heading; of a target its number is, the rest may stand in that cell."""
    table = placement.plan.form.table
    in_targets = {name for target in (table.targets if table else ()) for name in target.names if name != target.number}
    places = placement.table.places if placement.table else ()
    fields = [
        place.spec.column.field
        for place in places
        if place.index is None and place.name not in {*in_targets, *(each.name for each in placement.over)}
    ]
    return [field for field in fields if field.required]


def _grid_doubts(placement: Placement, log: Log) -> None:
    """Doubt the rows and columns of grids that are not there, and those that stand in their place under no heading."""
    for form_grid in placement.plan.form.grids:
        placed = next((each for each in placement.grids if each.grid is form_grid), None)
        if placed is None:
            message = f"表中没有“{form_grid.name}”这一块（{form_grid.rows[0].text}、{form_grid.columns[0].text}……），按未填处理。"
            log.doubts.append(Doubt("格式-缺项", WARNING, None, None, None, message, "请使用下发的表样填报。"))
            continue
        for heading in placed.missing:
            kind = "行" if heading in form_grid.rows else "列"
            message = f"{form_grid.name}中没有“{' '.join(heading.text.split())}”这一{kind}，按未填处理。"
            log.doubts.append(Doubt("格式-缺项", WARNING, None, None, None, message, f"请在表中补上这一{kind}。"))
        for heading in placed.doubtful:
            cell = placed.headings[heading]
            message = f"标题应为“{' '.join(heading.text.split())}”，表中是“{cell.text or '（空）'}”，已按位置读取。"
            cure = "请核对该行（列）的内容；请勿改动表样的标题文字。"
            log.doubts.append(Doubt("格式-标签不符", WARNING, None, cell_name(*cell.place), cell.text or None, message, cure))


def _column_repair(grid: Grid, placement: Placement, log: Log) -> None:
    """Log that columns stand elsewhere than drawn, or are gone."""
    hint = placement.hint
    if hint is None or grid.ruled:
        return
    moved = {old: new for old, new in sorted(hint.columns.items()) if old != new}
    gone = [place.name for place in placement.table.places if place.index is None and not place.within] if placement.table else []
    if not moved and not gone:
        return
    old, new = next(iter(moved.items()), (0, 0))
    before, after = (column_letters(old), column_letters(new)) if moved else ("", "")
    what = f"缺少“{'、'.join(gone)}”列" if gone else f"插入或删除了列（表样的 {before} 列现在是 {after} 列）"
    message = f"工作表“{grid.name}”{what}，已按标签重新对应各列。"
    cell = next((cell_name(*hint.place(label.row, label.column)) for label in placement.plan.form.labels if label.column == old), None)
    log.repairs.append(Repair("修复-列移位", "", cell, before, after, message))


def _money_changed(before: str, printed: str) -> bool:
    """Whether a label differs by its unit of money: that is no wording, and a doubt of its own."""
    return ("万元" in before) != ("万元" in printed)
