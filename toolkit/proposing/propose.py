"""A worksheet as printed → the `Proposal`: what is a field, a row table, a grid, and what remains for the clerk to confirm."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from toolkit.forms.grids.model import GRID
from toolkit.forms.model import PER_PROJECT, PER_UNIT
from toolkit.forms.tables import ROWS
from toolkit.proposing.blocks import Table, blocks
from toolkit.proposing.fields import Drawing, grid_fields, single_fields, table_fields
from toolkit.proposing.model import Area, Proposal, Proposed, legal
from toolkit.proposing.printed import Box, Printed, printed
from toolkit.proposing.singles import Single, singles, title_of
from toolkit.reading.money import unit_in
from toolkit.values.amounts import UNITS, YUAN, Money
from toolkit.values.symbols import SYMBOLS
from toolkit.values.text import unwrap
from toolkit.values.words import PROJECT_ROLE, ROLES, SYMBOL, TARGET, UNIT_ROLE, YEAR_ROLE

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# The decimals that keep an amount to one 分.
_PLACES = {1: 2, 1_000: 5, 10_000: 6, 100_000_000: 6}

_INDICATORS = "指标"


def propose(sheet: Worksheet, name: str) -> Proposal:
    """Return the form called `name` that a printed sheet seems to be."""
    form = printed(sheet)
    title = title_of(form)
    tables, grids = blocks(form, title)
    taken = {box for table in tables for column in table.cells for box in column}
    taken |= {box for grid in grids for line in grid.cells for box in line} | {box for grid in grids for box in grid.rows}
    heads = [head for table in tables for head in table.heads] + [head for grid in grids for head in grid.columns]
    taken |= {head.box for head in heads} | {head.over for head in heads if head.over}
    labels = [*(table.label for table in tables), *(grid.label for grid in grids), title]
    taken |= {label for label in labels if label}
    found = singles(form, frozenset(taken), tables)
    money, mixed = _money(form)
    drawing = Drawing(form, money)
    fields = single_fields(drawing, found)
    named_grids = {}
    for grid in grids:
        called, why = drawing.names.give(grid.label.text if grid.label else GRID)
        named_grids[called] = grid
        fields += grid_fields(drawing, grid, called, why)
    named_tables = _table_names(drawing, tables)
    for called, table in named_tables.items():
        fields += table_fields(drawing, table, called)
    if any(field.type == TARGET for field in fields):
        drawing.lists.lists.setdefault(SYMBOL, SYMBOLS)
    fields.sort(key=_order)
    roles = {field.role for field in fields}
    return Proposal(
        name,
        re.sub("[{}]", "", unwrap(title.text)) if title else name,
        tuple(fields),
        drawing.lists.lists,
        money,
        PER_PROJECT if PROJECT_ROLE in roles else PER_UNIT,
        named_tables,
        named_grids,
        tuple(_cleared(form, fields, found)),
        tuple(each.area for each in found if each.area != each.box.area),
        tuple(_notes(form, fields, title, mixed)),
        form.columns,
    )


def _order(field: Proposed) -> tuple[bool, tuple[int, int]]:
    """Single fields and grids as printed, row tables after them; rows that refine a grid stay behind it (sorting is stable)."""
    return bool(field.table), (0, 0)


def _money(form: Printed) -> tuple[Money, bool]:
    """The unit of money that is printed most often, and whether another is printed too."""
    sizes = Counter(size for box in form.boxes if box.text and not box.number for size in _units(box.text))
    if not sizes:
        return YUAN, False
    size = sizes.most_common(1)[0][0]
    unit = next((unit for unit, each in UNITS.items() if each == size), YUAN.unit)
    return Money(unit, UNITS[unit], _PLACES.get(size, YUAN.places)), len(sizes) > 1


def _units(text: str) -> list[int]:
    size = unit_in(text, label=len(text) < 40)
    return [] if size is None else [size]


def _table_names(drawing: Drawing, tables: tuple[Table, ...]) -> dict[str, Table]:
    """Row tables by name: that of indicators, or the only one, as usual; else the vertical label or the line above."""
    named: dict[str, Table] = {}
    for number, table in enumerate(tables, start=1):
        own = legal(table.label.text) if table.label else f"行表{number}"
        indicators = sum(_INDICATORS in head.box.text for head in table.heads) > 1
        name = ROWS if (indicators or not table.label) and ROWS not in named else own
        named[name if name not in named and name not in drawing.names.given else f"{own}{number}"] = table
    first = next((name for name in named if name == ROWS), None)
    return named if first is None else {first: named[first], **named}


def _cleared(form: Printed, fields: list[Proposed], found: tuple[Single, ...]) -> list[tuple[int, int]]:
    """The places where samples stand: in cells that a unit fills in, but not in prefilled columns."""
    places = []
    for field in fields:
        if field.area is None or field.prefilled or field.grid_rows:
            continue
        places += [box.place for box in _within(form, field.area) if not box.blank]
    grids = [field for field in fields if field.grid_rows and field.area]
    places += [box.place for field in grids if field.area for box in _within(form, field.area) if not box.blank and not box.crossed]
    return places


def _within(form: Printed, area: Area) -> list[Box]:
    top, left, bottom, right = area
    return list(dict.fromkeys(box for row in range(top, bottom + 1) for box in form.across(row, left, right)))


def _notes(form: Printed, fields: list[Proposed], title: Box | None, mixed: bool) -> list[str]:
    """What the clerk has to look at besides the fields that are marked."""
    notes = []
    if title is None:
        notes.append("没有认出标题，用了表样的名称")
    if mixed:
        notes.append("表上印着几种金额单位，取了最多的一种，请核对“表样”里的金额单位")
    if title is not None and re.search(r"20\d\d年", title.text):
        notes.append("标题里印着年度，每年要改；另放一格填年度的，程序会自己填")
    has = {field.role for field in fields}
    if PROJECT_ROLE not in has:
        notes.append(f"没有认出项目的名称，按每个{PER_UNIT}一张；每个{PER_PROJECT}一张的请改“表样”里的一张一份，再给一个字段写上角色")
    notes += [
        f"没有认出“{role}”是哪一格，请在“字段”表的角色一栏写上" for role in (UNIT_ROLE, YEAR_ROLE) if role not in has and role in ROLES
    ]
    computed = [box for box in form.boxes if box.formula]
    if computed:
        notes.append(f"原表有 {len(computed)} 格公式，已清空；要自动计算的请在“公式”一栏用字段名重写")
    short = [field.table for field in fields if field.table and field.area and field.area[2] - field.area[0] < 4]
    notes += [f"行表“{name}”只印了几行，不够用的加 --rows 行数 再来一次" for name in dict.fromkeys(short)]
    return notes
