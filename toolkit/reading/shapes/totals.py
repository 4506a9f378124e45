"""The sum of amounts that an office prints as 合计 among their names, and the column of their sums as 总计 beside the years.

In: the labels of one form. Out: a label of the form's totals for each such cell. The form's totals are the amounts drawn on top of a column
of amounts; one that has a label of its own is not looked for. Called by `layout`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence, Set

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.groups import Groups
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind, Meaning
from toolkit.reading.plan import Plan, Position, text_key

SUMS = frozenset(("合计", "总计", "资金合计", "金额合计", "合计金额", "资金总计"))

# What it costs to read 合计 as the label of a total.
_LIBERTY = 0.3


def with_totals(cells: Cells, hits: Sequence[Hit], plan: Plan) -> list[Hit]:
    """Return the labels with those that name a sum right over or under the amounts that it is of."""
    amounts = plan.amounts.keys()
    hits = _without_columns(cells, hits, plan)
    hits = [_headed(hit, cells, amounts) for hit in hits]
    named = {hit.cell.place: hit for hit in hits}
    of_amounts = {place for place, hit in named.items() if amounts & set(hit.names(Kind.FIELD)) and hit.inside is None}
    sums = all_sums = [cell for cell in cells if cell.place not in named and isinstance(cell.value, str) and text_key(cell.text) in SUMS]
    sums = [cell for cell in sums if any(near is not None and near.place in of_amounts for near in _beside(cells, cell))]
    sums = sums or [cell for cell in all_sums if _heads_row(cells, cell, of_amounts)]
    if len(sums) != 1:
        return list(hits)
    cell, taken = sums[0], {name for hit in hits for name in hit.names(Kind.FIELD)}
    names = tuple(name for name in _totals(plan) if name not in taken)
    found = Hit(cell, (Meaning(Kind.FIELD, names, cell.text, printed=False),), _LIBERTY)
    if names and not Groups(cells, [*hits, found], plan, frozenset(named)).is_matrix(found):
        names = _of_group(cells, cell, named, plan, names)
        found = Hit(cell, (Meaning(Kind.FIELD, names, cell.text, printed=False),), _LIBERTY)
    return sorted((*hits, found), key=lambda hit: (hit.cell.row, hit.cell.column)) if names else list(hits)


def _without_columns(cells: Cells, hits: Sequence[Hit], plan: Plan) -> Sequence[Hit]:
    """The labels without those of totals that head a column over rows with names of their own: 总预算 | 本年预算 over 财政拨款 | 600 | 250."""
    sums = frozenset(_totals(plan))
    parts = amounts_named(hits, plan)
    return [hit for hit in hits if not (sums.issuperset(hit.names(Kind.FIELD) or ("",)) and heads_rows(cells, hit.cell, parts))]


def amounts_named(hits: Sequence[Hit], plan: Plan) -> frozenset[Position]:
    """The cells that name amounts of the form other than its totals."""
    parts = plan.amounts.keys() - set(_totals(plan))
    return frozenset(hit.cell.place for hit in hits if hit.inside is None and parts & set(hit.names(Kind.FIELD)))


def heads_rows(cells: Cells, cell: Cell, parts: Container[Position]) -> bool:
    """Whether a text heads a column of amounts whose rows have names of their own, `parts`, on the left: what stands under it is theirs."""
    under = cells.at(cell.last_row + 1, cell.column)
    if under is None or under.column != cell.column or not _is_number(under):
        return False
    name = cells.by_row[under.row][0]
    corner = cells.at(cell.row, name.column)
    if corner is None or corner.row != cell.row or corner.column >= cell.column or _is_number(corner):
        return False
    return name.place in parts and corner.place not in parts


def _is_number(cell: Cell) -> bool:
    return str(cell.value)[:1].isdigit()


def _headed(hit: Hit, cells: Cells, amounts: Set[str]) -> Hit:
    """The label of an amount that heads a row of parts, the first of which is their sum: 资金总额 | 合计 | 中央补助 | 省级资金, with amounts under these."""
    after = cells.after(hit.cell) if amounts & set(hit.names(Kind.FIELD)) and hit.inside is None else None
    if after is None or text_key(after.text) not in SUMS or hit.cell.last_row <= after.last_row:
        return hit
    under = cells.at(after.last_row + 1, after.column)
    return hit._replace(cell=after, cost=hit.cost + _LIBERTY) if under is not None and under.column == after.column else hit


def of_their_sums(cells: Cells, hits: Sequence[Hit], plan: Plan) -> list[Hit]:
    """Return the labels with 其中 right behind or under the sum of one group read as that group's, whatever it is called in the other one.

    `年度预算 | 98 | 其中：财政资金 | 98`: the form prints 财政资金 under the whole project's sum, and 当年财政拨款 in its row under the year's.
    """
    spots = plan.amounts
    sums = set(_totals(plan))
    named = {hit.cell.place: hit for hit in hits}
    taken = {name for hit in hits for name in hit.names(Kind.FIELD)}
    made = []
    for hit in hits:
        names = hit.names(Kind.FIELD)
        if len(names) == 1 and names[0] in spots and text_key(hit.cell.text).startswith("其中") and hit.inside is None:
            mine = spots[names[0]]
            left = max(
                (each for each in cells.by_row[hit.cell.row] if each.column < hit.cell.column and each.place in named),
                key=_column,
                default=None,
            )
            near = [
                named[each.place]
                for each in (left, cells.at(hit.cell.row - 1, hit.cell.column))
                if each is not None and each.place in named
            ]
            groups = {
                spots[name].column for each in near for name in each.names(Kind.FIELD) if name in sums and len(each.names(Kind.FIELD)) == 1
            }
            others = [name for name, spot in spots.items() if spot.row == mine.row and {spot.column} == groups and name not in taken]
            if others and mine.column not in groups:
                hit = hit._replace(meanings=(Meaning(Kind.FIELD, (others[0],), hit.cell.text, printed=False),))
        made.append(hit)
    return made


def _column(cell: Cell) -> int:
    return cell.column


def _of_group(cells: Cells, cell: Cell, named: Mapping[Position, Hit], plan: Plan, names: Sequence[str]) -> tuple[str, ...]:
    """The one total whose group the amounts over or under a sum are of, where one of them says so; else none."""
    spots = plan.named
    groups = set()
    after = cells.after(cell)
    while after is not None and after.place in named:
        own = named[after.place].names(Kind.FIELD)
        groups |= {spots[own[0]].column} if len(own) == 1 and spots[own[0]].field.type == AMOUNT else set()
        after = cells.after(after)
    for step in (-1, 1):
        near = cells.at(cell.row - 1 if step < 0 else cell.last_row + 1, cell.column)
        while near is not None and near.place in named:
            own = named[near.place].names(Kind.FIELD)
            groups |= {spots[own[0]].column} if len(own) == 1 else set()
            near = cells.at(near.row - 1 if step < 0 else near.last_row + 1, cell.column)
    mine = tuple(name for name in names if spots[name].column in groups)
    return mine if len(groups) == 1 else ()


def _beside(cells: Cells, cell: Cell) -> tuple[Cell | None, ...]:
    """What stands right over and right under a cell."""
    return cells.at(cell.row - 1, cell.column), cells.at(cell.last_row + 1, cell.column)


def _heads_row(cells: Cells, cell: Cell, of_amounts: Container[Position]) -> bool:
    """Whether a sum is one of several labels of amounts side by side, all with numbers under them: 合计 | 财政拨款 | 其他资金."""
    after = cells.after(cell)
    under = [cells.at(each.last_row + 1, each.column) for each in (cell, after) if each is not None]
    numbers = [each is not None and each.place not in of_amounts and str(each.value)[:1].isdigit() for each in under]
    return after is not None and after.place in of_amounts and all(numbers)


def _totals(plan: Plan) -> Iterator[str]:
    """The amounts that are drawn over others in one column, from the left."""
    columns: dict[int, list[tuple[int, str]]] = {}
    for spot in plan.amounts.values():
        columns.setdefault(spot.column, []).append((spot.row, spot.field.name))
    yield from (min(own)[1] for _, own in sorted(columns.items()) if len(own) > 1)
