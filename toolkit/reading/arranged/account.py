"""Every cell of a form accounted for: label, value, heading, strange pair, note, or not understood.

In: a placement with its rows read. Out: a `Fate` for each cell that holds something, and one doubt that lists those nobody
understood. Whatever is not understood is shown, never glued to its neighbour and never asked to be cleared. Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.grids import crossed
from toolkit.reading.arranged.header import repeats
from toolkit.reading.arranged.hits import known, looks_like_label
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.arranged.unlabelled import is_word_of_period
from toolkit.reading.entries import shown
from toolkit.reading.model import Doubt
from toolkit.reading.money import unit_alone
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Position
from toolkit.reading.remarks import unread_doubt
from toolkit.reading.shapes.periods import for_other_time
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.text import squeeze


class Fate(Enum):
    """What became of a cell."""

    LABEL = "label"
    VALUE = "value"
    HEADING = "heading"
    STRANGE = "strange pair"
    NOTE = "note"
    OUTSIDE = "outside the form"
    UNKNOWN = "not understood"


_LONGEST_LABEL = 14

# A label whose place is blank has nothing but its own wording to be told by.
_BLANK_LABEL = 8

# A row with a word of the tree and so many cells beside it is an indicator that nobody read.
_INDICATOR = 2

# So many rows above an amount of no field its heading may stand.
_HIGHEST = 12
_AMOUNT = re.compile(r"[0-9][0-9,.]*[万亿]?元?")
_REMARK = re.compile(r"[(（【]?(?:注|备注|说明|填表说明|填报说明|填写说明|附注|编制说明|要求|提示)(?:\d|[:：、.．]|】|）)|[*※☆]")


@dataclass(frozen=True, slots=True)
class Part:
    """Where a row is: above the first label, below the table; and the last column of the form."""

    above: bool
    foot: bool
    right: int


def fates(placement: Placement, used: Collection[Position], rows: Collection[int]) -> dict[Position, Fate]:
    """Return what became of each cell; `used` are the cells whose values were read, `rows` the rows of the table that were."""
    cells = placement.cells
    assert cells is not None
    found: dict[Position, Fate] = {}
    read = (placement.inside or {}).keys()
    for hit in placement.hits:
        unread = hit.inside is not None and read.isdisjoint(hit.names(Kind.FIELD))
        found[hit.cell.place] = Fate.UNKNOWN if unread else Fate.LABEL
    header, table = placement.header, placement.table
    for each in placement.tables:
        strange = {cell.place for cell in each.header.strange} if each.header else set()
        found.update(
            (cell.place, Fate.STRANGE if cell.place in strange else Fate.LABEL) for cell in (each.header.cells if each.header else ())
        )
        found.update((word.cell.place, Fate.LABEL) for word in each.over)
    found.update(dict.fromkeys(placement.aside, Fate.STRANGE))
    found.update(dict.fromkeys(used, Fate.VALUE))
    found.update((place, Fate.LABEL if said else Fate.UNKNOWN) for place, said in crossed(placement.grids))
    right = placement.last_column
    first = min((hit.cell.row for hit in placement.hits), default=0)
    for row, line in cells.by_row.items():
        rest = [cell for cell in line if cell.place not in found]
        if not rest:
            continue
        if header is not None and row > header.bottom and row not in rows and _is_indicator(line, placement):
            found.update((cell.place, Fate.UNKNOWN) for cell in rest)
            continue
        if table is not None and header is not None and header.top <= row < table.below:
            beside = [cell for cell in line if cell.column >= header.ends]
            found.update(_outside_table(cells, beside, [cell for cell in rest if cell in beside], found, Part(False, False, right)))
            line, rest = ([cell for cell in each if cell.column < header.ends] for each in (line, rest))
            if row > header.bottom and row not in rows and any(is_note(cell.value) for cell in line):
                found.update((cell.place, Fate.NOTE) for cell in rest)
                continue
            if row > header.bottom and repeats(cells, header, placement.plan, row):
                told = {placement.plan.key(cell.value) for cell in header.cells}
                found.update((cell.place, Fate.LABEL if _is_heading(cell, placement, told) else Fate.UNKNOWN) for cell in rest)
                continue
            found.update((cell.place, _in_table(cell, _table_of(cell, placement), right)) for cell in rest)
            continue
        foot = table is not None and row >= table.below
        found.update(_outside_table(cells, line, rest, found, Part(row < first, foot, right)))
    return found


def _is_indicator(line: Sequence[Cell], placement: Placement) -> bool:
    """Whether a row that was not read shows a word of the tree beside other cells, and not the headings again."""
    plan = placement.plan
    assert placement.cells is not None and placement.header is not None
    told = sum(plan.is_level(cell.value) for cell in line)
    return told > 0 and len(line) - told >= _INDICATOR and not repeats(placement.cells, placement.header, plan, line[0].row)


def _table_of(cell: Cell, placement: Placement) -> Placement:
    """The one of several tables side by side that a cell is in."""
    lefts = [(min((head.column for head in each.header.cells), default=0), each) for each in placement.beside if each.header]
    return next((each for left, each in reversed(lefts) if cell.column >= left), placement)


def _in_table(cell: Cell, placement: Placement, right: int) -> Fate:
    header = placement.header
    assert header is not None
    if cell.column > right or _hidden(cell, placement):
        return Fate.OUTSIDE
    if is_note(cell.value):
        return Fate.NOTE
    if isinstance(cell.value, str) and placement.plan.key(cell.value) in placement.plan.vocabulary:
        return Fate.LABEL
    places = placement.table.places if placement.table else ()
    unplaced = [header.labels[place.name] for place in places if place.index is None and place.name in header.labels]
    if any(head.column <= cell.column <= _until(header.cells, head) for head in (*header.strange, *unplaced)):
        return Fate.STRANGE
    left = min((head.column for head in header.labels.values()), default=0)
    return Fate.HEADING if cell.column < left else Fate.UNKNOWN


def _is_heading(cell: Cell, placement: Placement, told: Collection[str | None]) -> bool:
    """Whether a cell of a heading that a page repeats says what the heading does; what a page break cut off may stand with it."""
    key = placement.plan.key(cell.value)
    return key is not None and (key in told or bool(known(placement.plan, key)[0]))


def _until(heads: Sequence[Cell], head: Cell) -> int:
    """The last column before the next heading."""
    after = [other.column for other in heads if other.column > head.column]
    return max(head.last_column, min(after, default=head.last_column + 1) - 1)


def _outside_table(
    cells: Cells, line: Sequence[Cell], rest: Sequence[Cell], known: Mapping[Position, Fate], part: Part
) -> Iterator[tuple[Position, Fate]]:
    """The fates of cells in a row outside the table: headings, notes, pairs of another form's."""
    alone = len(line) == len(rest)
    valued = any(known.get(cell.place) == Fate.VALUE for cell in line)
    opened = False
    for cell in rest:
        text = squeeze(cell.text)
        if cell.column > part.right:
            yield cell.place, Fate.OUTSIDE
        elif part.above and alone:
            yield cell.place, Fate.HEADING
        elif (
            not part.foot
            and valued | (len(rest) > 1)
            and (_is_pair(cells, cell, rest, known) or _is_blank_pair(cells, line, cell, known, part))
        ):
            yield cell.place, Fate.STRANGE
        elif part.foot and valued and _AMOUNT.fullmatch(text):
            yield cell.place, Fate.STRANGE  # what another column comes to, beside the total that is a field
        elif is_note(cell.value) or _REMARK.match(text) or valued and (unit_alone(text) is not None or is_word_of_period(text)):
            yield cell.place, Fate.NOTE
            opened = text.endswith((":", "："))
        elif opened or (alone and len(line) == 1 and _goes_on(cells, cell, known)):
            yield cell.place, Fate.NOTE
            opened = False
        elif (not valued and all(_is_short(each) for each in rest) or cell is line[0] and _is_short(cell)) and not text.endswith("。"):
            yield cell.place, Fate.HEADING
        elif _is_pair(cells, cell, rest, known):
            yield cell.place, Fate.STRANGE
        else:
            yield cell.place, Fate.UNKNOWN


def _goes_on(cells: Cells, cell: Cell, known: Mapping[Position, Fate]) -> bool:
    """Whether a line goes on with a remark that filled the line above and did not end there."""
    above = cells.at(cell.row - 1, cell.column)
    return above is not None and known.get(above.place) == Fate.NOTE and len(above.text) > _LONGEST_LABEL and not above.text.endswith("。")


def _is_short(cell: Cell) -> bool:
    return isinstance(cell.value, str) and len(squeeze(cell.text)) <= _LONGEST_LABEL


# What a strange value may stand beside or under.
_BESIDE = (Fate.STRANGE, Fate.HEADING, Fate.NOTE)


def _is_pair(cells: Cells, cell: Cell, rest: Sequence[Cell], known: Mapping[Position, Fate]) -> bool:
    """Whether a cell is a label of another form's with its value, or that value: beside it or one above the other."""
    free = {each.place for each in rest}

    def is_free(other: Cell | None) -> bool:
        return other is not None and (other.place in free or known.get(other.place, Fate.STRANGE) in _BESIDE)

    before, after = cells.at(cell.row, cell.column - 1), cells.at(cell.row, cell.last_column + 1)
    if before is None:
        before = next((each for each in reversed(rest) if each.column < cell.column), None)
    if after is None:
        after = next((each for each in rest if each.column > cell.column), None)
    above, under = cells.at(cell.row - 1, cell.column), cells.at(cell.last_row + 1, cell.column)
    if not isinstance(cell.value, str) or _AMOUNT.fullmatch(cell.value):
        # An amount of a period that is none of the form's stands under that period's heading.
        column = (cells.at(row, cell.column) for row in range(cell.row - 1, max(0, cell.row - _HIGHEST), -1))
        over = next((each for each in column if each is not None), None)
        if over is not None and over.column == cell.column and known.get(over.place) == Fate.STRANGE:
            return True
        if isinstance(rest[0].value, str) and for_other_time(rest[0].text):
            return True
    if _heading_above(cells, cell, known) is not None:
        return True
    label = _is_short(cell)
    if label and (is_free(after) or is_free(under) or looks_like_label(cell.text)):
        return True
    return any(is_free(other) and other is not None and _is_short(other) for other in (before, above))


def _heading_above(cells: Cells, cell: Cell, known: Mapping[Position, Fate]) -> Cell | None:
    """The strange heading over a column of texts that a cell goes on with, each beside a value that was read: 说明, 备注 of amounts."""
    column = (cells.at(row, cell.column) for row in range(cell.row - 1, max(0, cell.row - _HIGHEST), -1))
    for above in column:
        if above is not None and (above.column != cell.column or known.get(above.place) != Fate.STRANGE):
            return None
        if above is not None and looks_like_label(above.text):
            lines = (cells.by_row.get(row, ()) for row in range(above.row + 1, cell.row + 1))
            return above if all(any(known.get(each.place) == Fate.VALUE for each in line) for line in lines) else None
    return None


def _is_blank_pair(cells: Cells, line: Sequence[Cell], cell: Cell, known: Mapping[Position, Fate], part: Part) -> bool:
    """Whether a cell is a label of another form's whose place beside it nobody filled."""
    word = squeeze(cell.text)
    blank = (
        isinstance(cell.value, str) and len(word) <= _BLANK_LABEL and word.isalpha() and cells.at(cell.row, cell.last_column + 1) is None
    )
    return blank and (cell.last_column < part.right or _ends_pairs(cells, line, cell, known))


def _ends_pairs(cells: Cells, line: Sequence[Cell], cell: Cell, known: Mapping[Position, Fate]) -> bool:
    """Whether a cell is the last of a row of pairs, right after a value: its own place may be the sheet's last column, blank all along."""
    values = [each for each in line if known.get(each.place) == Fate.VALUE]
    return cells.edge == 0 and cell is line[-1] and len(values) > 1 and values[-1].last_column + 1 == cell.column


def _hidden(cell: Cell, placement: Placement) -> bool:
    assert placement.cells is not None
    return cell.column in placement.cells.grid.hidden_columns


def unread(placement: Placement, found: Mapping[Position, Fate], told: Mapping[Position, str]) -> Iterator[Doubt]:
    """Yield the one doubt that names the cells not understood, and those `told` besides, each as it is quoted."""
    assert placement.cells is not None
    places = sorted({*told, *(place for place, fate in found.items() if fate == Fate.UNKNOWN)})
    yield from unread_doubt(
        [(cell_name(*place), told.get(place) or shown(cell.value)) for place in places if (cell := placement.cells.at(*place)) is not None]
    )
