"""The words of a list each in a cell of its own, one of them ticked: `项目类别 | 特定目标类 | √ | 其他运转类 | `, or the ticks in the row below.

In: the label of such a field and the cells around it. Out: the cell of the word that is ticked. Where none or several are, there is none: the
first word printed is no value. Called by `layout`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from toolkit.forms.model import CODE
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.prices import RIGHT, Candidate
from toolkit.reading.choices import TICKED, without_boxes
from toolkit.reading.plan import Plan, Position, Spot, text_key
from toolkit.values.text import squeeze

_MARKS = frozenset((*TICKED, "v", "V", "●"))


def of_options(
    cells: Cells, picked: Mapping[str, Candidate], blocked: Container[Position], plan: Plan
) -> tuple[dict[str, Candidate], frozenset[Position]]:
    """Return the places of the fields with those whose words stand a cell each at the word that is ticked, without those that have none; and all such words."""
    found, printed = dict(picked), set[Position]()
    for spot in plan.spots:
        mine = picked.get(spot.field.name)
        if spot.field.type != CODE or mine is None or mine.cell is None:
            continue
        options = [(cell, word) for cell in _beside(cells, mine.hit, blocked) if (word := _word(cell, spot)) is not None]
        if len(options) < 2 or len({word for _, word in options}) < len(options):
            continue
        ticked = [cell for cell, _ in options if any(char in TICKED for char in cell.text)] or list(_ticked(cells, mine.hit, options))
        del found[spot.field.name]
        printed |= {cell.place for cell, _ in options}
        if len(ticked) == 1:
            (cell,) = ticked
            found[spot.field.name] = Candidate(mine.hit, cell.place, cell, RIGHT, mine.cost)
    return found, frozenset(printed)


def _word(cell: Cell, spot: Spot) -> str | None:
    """The word of the field's list that a cell says, with a box or without."""
    return spot.words.get(text_key(without_boxes(cell.text))) if isinstance(cell.value, str) else None


def _beside(cells: Cells, hit: Hit, blocked: Container[Position]) -> Iterator[Cell]:
    """The cells right of a label up to the next one, in all its rows."""
    for row in range(hit.cell.row, hit.cell.last_row + 1):
        for cell in cells.by_row.get(row, ()):
            if cell.column > hit.cell.last_column:
                if cell.place in blocked:
                    break
                yield cell


def _ticked(cells: Cells, hit: Hit, options: list[tuple[Cell, str]]) -> Iterator[Cell]:
    """The words with a tick under them; else behind them or, where the first word does not follow the label at once, before them."""
    under = [cell for cell, _ in options if _is_tick(cells.at(cell.last_row + 1, cell.column))]
    if under:
        yield from under
        return
    first = min(cell.column for cell, _ in options)
    step = 1 if first == hit.cell.last_column + 1 else -1
    for cell, _ in options:
        if _is_tick(cells.at(cell.row, cell.last_column + 1 if step > 0 else cell.column - 1)):
            yield cell


def _is_tick(cell: Cell | None) -> bool:
    return cell is not None and squeeze(cell.text) in _MARKS
