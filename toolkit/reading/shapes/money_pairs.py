"""Several amounts, or several pairs, in one cell: `年度预算：156.8万元，其中：财政拨款100万元`, `主管部门：水利局    实施单位：河道所`.

In: the text of a cell, the labels of the form. Out: the labels with their amounts, and which field each is. All or nothing: a text in which
one piece is no known amount is not taken apart, nor one whose names do not tell which field they mean. Called by `hits` and `layout`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan, Position, Spot


def several_amounts(hits: Sequence[Hit], plan: Plan) -> tuple[dict[str, Hit], frozenset[Position]]:
    """Return the field that each amount of a cell with several is, and the places of all such cells."""
    cells: dict[Position, list[Hit]] = {}
    for hit in hits:
        if hit.inside is not None:
            cells.setdefault(hit.cell.place, []).append(hit)
    many = {place: own for place, own in cells.items() if len(own) > 1}
    spots = plan.named
    found: dict[str, Hit] = {}
    for own in many.values():
        named = list(_named(own, spots))
        if len(named) == len(own) == len({*named} - found.keys()):
            found |= dict(zip(named, own, strict=True))
    return found, frozenset(many)


def _named(hits: Sequence[Hit], spots: Mapping[str, Spot]) -> Iterator[str]:
    """The field of each label; one that several fields share is that of the group the others are of."""
    names = [
        [name for name in hit.names(Kind.FIELD) if spots[name].field.type == AMOUNT or len(hit.names(Kind.FIELD)) == 1] for hit in hits
    ]
    groups = {spots[each[0]].column for each in names if len(each) == 1}
    for each in names:
        mine = each if len(each) == 1 else [name for name in each if spots[name].column in groups]
        if len(mine) == 1:
            yield mine[0]
