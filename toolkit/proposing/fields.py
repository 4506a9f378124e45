"""Boxes → rows of 字段: the columns of row tables, the rows and columns of grids, single fields.

Comes in: what `blocks` and `singles` found. Goes out: `Proposed` rows; names are given and lists gathered on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from toolkit.forms.grids.model import GRID, NO_CELL
from toolkit.forms.model import AMOUNT, CODE, DEPENDENT_LIST, INTEGER, TEXT
from toolkit.proposing.blocks import Block, Head, Table
from toolkit.proposing.dropdowns import Position
from toolkit.proposing.kinds import Kind, Lists, kind_of, lists_of_levels
from toolkit.proposing.model import Names, Proposed, legal, parts
from toolkit.proposing.printed import Box, Printed
from toolkit.proposing.singles import Single
from toolkit.proposing.words import TO_DECIDE, core, is_level, role_of
from toolkit.values.amounts import Money
from toolkit.values.grammar import PARTS
from toolkit.values.symbols import SYMBOLS
from toolkit.values.text import squeeze, unwrap
from toolkit.values.words import PROJECT_ROLE, SYMBOL, TARGET, UNIT, UNIT_ROLE, YEAR_ROLE

_YEAR_FORMAT = '"（"0"年度）"'

# A column that says no more than this many different things, over and over, takes them from a list.
_FEW = 8


@dataclass
class Drawing:
    """The form on the way: its boxes and unit of money, names and lists given, the field at each place."""

    printed: Printed
    money: Money
    names: Names = field(default_factory=Names)
    lists: Lists = field(default_factory=Lists)
    at: dict[Position, str] = field(default_factory=dict)


def table_fields(drawing: Drawing, table: Table, name: str) -> Iterator[Proposed]:
    """Yield the columns of a row table called `name`."""
    levels = _levels(table)
    filled = table.filled
    targets = _targets(table)
    parent: tuple[str, tuple[Box, ...]] | None = None
    for head, cells in zip(table.heads, table.cells, strict=True):
        given, why = drawing.names.give(head.box.text, head.over.text if head.over else "", name)
        drawing.at[table.first_row, head.box.left] = given
        kind = _column_kind(head, cells, drawing.money)
        written = sum(bool(box.text) and not box.crossed for box in cells)
        prefilled = (not filled or (kind.type == INTEGER and cells[0].number)) and written * 2 >= len(cells)
        code_list, whence = _column_list(drawing, given, kind, cells if filled or prefilled else (), parent if head in levels else None)
        if head in levels:
            parent = (given, cells)
        listless = kind.type == CODE and not code_list
        yield Proposed(
            given,
            unwrap(head.box.text),
            CODE if code_list else kind.type,
            (table.first_row, head.box.left, table.last_row, head.box.right),
            code_list=code_list,
            offered=drawing.lists.give(given, ()) if listless else "",
            table=name,
            level=head in levels,
            prefilled=prefilled,
            target=targets.get(head, ""),
            format="@" if code_list else kind.format,
            why="；".join(filter(None, (why, whence or ("" if code_list else kind.why), "印好的列，按预填" if prefilled else ""))),
        )


def _levels(table: Table) -> list[Head]:
    """The columns that group the rows: 一级, 二级 … but the last of them, and those at the left whose cells reach over several rows."""
    named = [head for head in table.heads if is_level(head.box.text)]
    levels = named[:-1] if len(named) > 1 else []
    for head, cells in zip(table.heads[:-1], table.cells, strict=False):
        if not any(box.rows > 1 for box in cells):
            break
        levels += [] if head in levels else [head]
    return [head for head in table.heads if head in levels]


def _targets(table: Table) -> dict[Head, str]:
    """Which part of a target each column is, where three stand under one head."""
    found: dict[Head, str] = {}
    for over in dict.fromkeys(head.over for head in table.heads if head.over):
        own = {squeeze(head.box.text): head for head in table.heads if head.over is over}
        if set(PARTS) <= own.keys():
            found |= {own[part]: f"{legal(over.text)}.{part}" for part in PARTS}
    return found


def _column_kind(head: Head, cells: Sequence[Box], money: Money) -> Kind:
    text = head.box.text
    if squeeze(text) == SYMBOL:
        return Kind(CODE, "", SYMBOLS, None, "@")
    if squeeze(text) == UNIT:
        return Kind(TEXT, "", (), None, "@")
    return kind_of(text, cells, head.over.text if head.over else "", in_rows=True, money=money)


def _column_list(
    drawing: Drawing, name: str, kind: Kind, cells: Sequence[Box], parent: tuple[str, tuple[Box, ...]] | None
) -> tuple[str, str]:
    """Return the list of a column, and why it is a guess: the drop-down's, else what is filled in over and over."""
    if kind.words:
        return drawing.lists.give(name, kind.words), ""
    if kind.depends and kind.depends.parent:
        above = next((drawing.at[place] for place in _nearest(drawing, kind.depends.parent)), "")
        own = drawing.printed.lists.get(kind.depends.sheet, {})
        known = [word for word in drawing.lists.lists.get(above, ()) if word in own]
        for word in known:
            drawing.lists.lists.setdefault(word, own[word])
        return (f"{DEPENDENT_LIST}{above}", "") if known else ("", f"{TO_DECIDE}下拉随别的格变化，列表没有找到，请在代码表列出")
    if kind.type != CODE or not cells:
        return "", ""
    texts = _down(drawing.printed, cells)
    if parent is not None and all(parent) and parent[0] in drawing.lists.lists:
        nested = lists_of_levels(list(zip(_down(drawing.printed, parent[1]), texts, strict=False)))
        if nested and set(nested) <= set(drawing.lists.lists[parent[0]]) and not set(nested) & drawing.lists.lists.keys():
            drawing.lists.lists |= nested
            return f"{DEPENDENT_LIST}{parent[0]}", f"{TO_DECIDE}列表按已填的内容猜，可能不全"
    words = [text for text in dict.fromkeys(texts) if text]
    if 0 < len(words) <= 2 * _FEW and max(map(len, words)) <= 15:
        return drawing.lists.give(name, words), f"{TO_DECIDE}列表按已填的内容猜，可能不全"
    return "", ""


def _nearest(drawing: Drawing, place: Position) -> Iterator[Position]:
    """The bound places of a cell's column, its own row or the first above."""
    yield from sorted((each for each in drawing.at if each[1] == place[1] and each[0] <= place[0]), reverse=True)[:1]


def _down(printed: Printed, cells: Sequence[Box]) -> list[str]:
    """The texts of a column row by row; a cell over several rows, or a blank under a text, says the same again."""
    texts: list[str] = []
    for box in cells:
        text = unwrap(box.text) if box.text and not box.crossed else (texts[-1] if texts else "")
        texts += [text] * box.rows
    return texts


def grid_fields(drawing: Drawing, block: Block, name: str, why: str) -> Iterator[Proposed]:
    """Yield the rows of 字段 that declare a grid: its own, one for each column of another type, one for each cell that is not there."""
    rows, columns = parts(box.text for box in block.rows), parts(head.box.text for head in block.columns)
    around = " ".join(box.text for box in (block.label, block.rows[0]) if box)
    kinds = [
        kind_of(head.box.text, [line[number] for line in block.cells if not line[number].crossed], around, money=drawing.money)
        for number, head in enumerate(block.columns)
    ]
    first, last = block.cells[0][0], block.cells[-1][-1]
    top = (first.top, first.left, last.bottom, last.right)
    told = f"{why}；" if why else ""
    yield Proposed(
        name, "", GRID, top, grid_rows=rows, grid_columns=columns, why=f"{told}行名和列名都有的一块，按方格；没有写明的格是{AMOUNT}"
    )
    for part, kind in zip(columns, kinds, strict=True):
        if kind.type != AMOUNT:
            yield Proposed(f"{name}.*.{part}", "", kind.type, why=kind.why, format=kind.format)
    for across, line in zip(rows, block.cells, strict=True):
        for number, (part, box) in enumerate(zip(columns, line, strict=True)):
            if box.crossed or box in line[:number] or any(box in other for other in block.cells[: rows.index(across)]):
                yield Proposed(f"{name}.{across}.{part}", "", NO_CELL)


def single_fields(drawing: Drawing, found: Sequence[Single]) -> list[Proposed]:
    """Return the single fields with their roles."""
    made = [_single(drawing, each) for each in found]
    ranks: dict[str, tuple[int, int]] = {}
    for number, each in enumerate(found):
        role = None if each.label is None or each.kind else role_of(each.label.text)
        if role is not None and role[1] < ranks.get(role[0], (99, 0))[0]:
            ranks[role[0]] = (role[1], number)
    year = next((number for number, each in enumerate(found) if each.label is None), None)
    if year is not None:
        ranks[YEAR_ROLE] = (0, year)
    for given, (_, number) in ranks.items():
        made[number] = _with_role(made[number], given, printed=found[number].label is not None)
    return made


def _with_role(field: Proposed, role: str, *, printed: bool) -> Proposed:
    """The field as one that has a role: required, filled in by the issuer unless it is the project."""
    why = "；".join(filter(None, (field.why, f"角色按“{core(field.label)}”猜是“{role}”" if printed else "")))
    year = role == YEAR_ROLE
    return replace(
        field,
        role=role,
        type=INTEGER if year else field.type,
        format=(field.format if "年" in field.format else "0") if year else field.format,
        required=role in (UNIT_ROLE, PROJECT_ROLE, YEAR_ROLE),
        from_issuer=role != PROJECT_ROLE,
        why=why,
    )


def _single(drawing: Drawing, each: Single) -> Proposed:
    if each.label is None:
        name = drawing.names.give(YEAR_ROLE)[0]
        return Proposed(name, YEAR_ROLE, INTEGER, each.area, format=_YEAR_FORMAT)
    label = f"{core(each.kind)}{core(each.label.text)[-2:]}" if each.kind else each.label.text
    name, why = drawing.names.give(label, each.column if each.column != each.label.text else "", each.around)
    kind = kind_of(each.kind or each.label.text, [each.box], each.around, money=drawing.money)
    code_list = drawing.lists.give(name, kind.words) if kind.words else ""
    drawing.at[each.box.place] = name
    starred = each.label.text.lstrip().startswith(("*", "＊"))
    type_ = TEXT if kind.type == TARGET else kind.type
    return Proposed(
        name,
        unwrap(each.label.text).rstrip("：:"),
        type_,
        each.area,
        required=starred,
        code_list=code_list,
        offered=drawing.lists.give(name, ()) if type_ == CODE and not code_list else "",
        format=kind.format,
        why="；".join(filter(None, (why, kind.why, "带星号，按必填" if starred else ""))),
    )
