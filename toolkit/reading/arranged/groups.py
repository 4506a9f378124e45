"""Which of several fields a label means that is printed more than once, and which period a column is for, of amounts or of indicators.

In: the labels of one form. Out: costs for `places`. `其他资金` under 财政资金 is the whole project's, under 上年结转资金 the year's: a
label belongs to the group whose other labels stand nearest before it, above in its columns or left in its row. A heading over
the cell (实施期 | 年度) settles it by what its words share with the names of one group and not of the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan, Position, Spot, text_key
from toolkit.reading.shapes.periods import year_above
from toolkit.values.text import squeeze
from toolkit.values.words import YEAR_ROLE

_STEP, _FAR = 0.3, 3.0

# Dearer than the way from one group to the other.
_LABELLED = 2.7

# 其中 right behind a sum in one row is of that sum, whatever stands above it.
_AMONG = 0.15
_HEADING = 1.2

# A period that is none of the form's (last year's) holds no field's value, nor does a part of a sum.
FAR_OFF = 20.0

# What heads what two amounts come to beside each other, or what is said of them.
_COMPARED = re.compile("增减|增长|增幅|差额|差异|变动|比例|占比|比重|幅度|备注|说明|依据")

# What heads the amounts of the form's year.
_OF_THIS_YEAR = ("本年", "当年", "本次申报", "本次申请")

# A year as the heading of a column of amounts, and anywhere in one.
_YEAR, _ANY_YEAR = re.compile(r"((?:19|20|21)\d\d)年[^\d\s]{0,6}"), re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?=年)")

# What heads the sums beside the columns of single years.
_SUMS = frozenset(("合计", "总计", "小计", "总额", "总预算"))

# So many rows above an amount its column's heading may stand.
_HIGHEST = 12


# What heads the amounts of other years: 以前年度已安排, 以后年度安排; 上年结转 is a source of this one's.
_OTHER_AMOUNT = re.compile("以前年|以后年|往年|历年|上一?年(?!度?结)|去年|前年|后年|下一?年|次年")


class Groups:
    """Groups of fields drawn in one column of the template, and where their labels stand on a sheet."""

    def __init__(self, cells: Cells, hits: Sequence[Hit], plan: Plan, blocked: frozenset[Position]) -> None:
        self._cells, self._blocked = cells, blocked
        self._spots: Mapping[str, Spot] = {name: spot for name, spot in plan.named.items() if not spot.field.grid}
        self._sure: dict[str, list[Cell]] = {}
        for hit in hits:
            names = hit.names(Kind.FIELD)
            if len(names) == 1:
                self._sure.setdefault(names[0], []).append(hit.cell)
        self._labels = [hit.cell for hit in hits]
        amounts = (spot for spot in self._spots.values() if spot.field.type == AMOUNT)
        self._words = _own_words(tuple((spot.column, spot.field.name, spot.label.text if spot.label else "") for spot in amounts))
        self._year = year_above(cells, min((hit.cell.row for hit in hits), default=0))
        self._matrices: dict[Position, list[Cell]] = {}
        self._others = {hit.cell.row for hit in hits if any(self._spots[name].field.type != AMOUNT for name in hit.names(Kind.FIELD))}

    def beside(self, hit: Hit, right: Sequence[object]) -> tuple[str, ...]:
        """The fields drawn in the row of a label's amount, where the sheet has a column per period and no label for them."""
        names = hit.names(Kind.FIELD)
        mine = [self._spots[name] for name in names]
        if len(right) < 2 or not mine or any(spot.field.type != AMOUNT for spot in mine):
            return ()
        if not self.is_matrix(hit):
            return ()
        rows = {spot.row for spot in mine}
        return tuple(
            name
            for name, spot in self._spots.items()
            if spot.field.type == AMOUNT and spot.row in rows and name not in names and name not in self._sure
        )

    def cost(self, hit: Hit, name: str, place: Position) -> float:
        """What it costs to take the value of `hit` at `place` for a field, beside what the place itself costs."""
        spot = self._spots[name]
        names = hit.names(Kind.FIELD)
        cost = 0.0
        if spot.field.type == AMOUNT and (parts := self._parts(hit)):
            return 0.0 if place[1] == parts else FAR_OFF
        if spot.field.type == AMOUNT and (name not in names or self.is_matrix(hit)):
            heading = self._heading(place, hit)
            others = [each for each in self._periods(hit) if not self._own(each) and not self._of_other_time(each)]
            affinity = self._affinity(heading, spot.column)
            if heading in others and any(self._own(each) == [spot.column] for each in self._periods(hit)):
                affinity = 0.0
            strange = heading in others[1:] or (heading is not None and self._of_other_time(heading))
            cost += _HEADING * (1.0 - affinity) + FAR_OFF * strange
        return cost

    def _parts(self, hit: Hit) -> int:
        """The column of the sum right of a label whose amounts are the parts of it, none of which has a period: 上级资金 | 本级资金 | 合计; else 0."""
        if self.is_matrix(hit):
            return 0
        line = self._line(hit)
        sums = [heading.column for heading in line if text_key(heading.text) in _SUMS]
        filled = sum(self._cells.at(hit.cell.row, heading.column) is not None for heading in line)
        return sums[0] if len(sums) == 1 and len(line) > 2 and filled == len(line) else 0

    def _of_other_time(self, heading: Cell) -> bool:
        """Whether a heading says that the amounts under it are other years', or names one year and not the form's."""
        years = set(_ANY_YEAR.findall(heading.text))
        if years and not self._year:  # which of several years side by side is the form's, nobody knows
            beside = (cell.text for cell in self._cells.by_row.get(heading.row, ()) if cell.place != heading.place)
            return any(set(_ANY_YEAR.findall(text)) - years for text in beside)
        return any(each.search(heading.text) for each in (_OTHER_AMOUNT, _COMPARED)) or (len(years) == 1 and self._year not in years)

    def nearest(self, hit: Hit, name: str) -> float:
        """What it costs to take a label for one of its fields: how far that field's group is, and whose heading is over it.

        A field that has a label of its own needs no second one.
        """
        spot = self._spots[name]
        heading = self._heading((hit.cell.row, hit.cell.column), hit)
        years = set(_ANY_YEAR.findall(heading.text)) if heading is not None and heading.column == hit.cell.column and self._year else set()
        if len(years) == 1 and self._year not in years:
            return FAR_OFF
        labelled = _LABELLED * (name in self._sure)
        return self._nearest(hit.cell, spot) + labelled + _HEADING * (1.0 - self._affinity(heading, spot.column))

    def _nearest(self, cell: Cell, spot: Spot) -> float:
        """How many labels lie between a label and the nearest one before it of the field's own group; else whether one stands after it or elsewhere."""
        group = [
            (other.row, mate)
            for name, other in self._spots.items()
            if other.column == spot.column and other.field.type == spot.field.type
            for mate in self._sure.get(name, ())
        ]
        mates = [mate for row, mate in group if row < spot.row]
        above = [mate for mate in mates if mate.row < cell.row and _overlap(mate, cell)]
        left = [mate for mate in mates if mate.row == cell.row and mate.column < cell.column]
        steps = [self._between(mate, cell) for mate in (*above, *left)]
        if steps:
            among = 1 in (self._between(mate, cell) for mate in left) and text_key(cell.text).startswith("其中")
            return min(_STEP * min(steps), _FAR - 2 * _STEP) - _AMONG * among
        later = (mate for row, mate in group if row > spot.row)
        follows = any(mate.column > cell.column if mate.row == cell.row else mate.row > cell.row and _overlap(mate, cell) for mate in later)
        return _FAR - 1.5 * _STEP if follows else _FAR - (_STEP if mates else 0.5 * _STEP * bool(group))

    def _between(self, mate: Cell, cell: Cell) -> int:
        if mate.row == cell.row:
            return 1 + sum(each.row == cell.row and mate.column < each.column < cell.column for each in self._labels)
        return 1 + sum(mate.row < each.row < cell.row and _overlap(each, cell) for each in self._labels)

    def is_matrix(self, hit: Hit) -> bool:
        """Whether the amounts right of a label have headings of their own, at least one of which is some group's."""
        return bool(self._periods(hit))

    def columns(self, hit: Hit) -> list[int]:
        """The columns of the amounts right of a label that have headings of their own."""
        return [heading.column for heading in self._periods(hit)]

    def _periods(self, hit: Hit) -> list[Cell]:
        """The headings of the amounts right of a label, where these have some of their own."""
        known = self._matrices.get(hit.cell.place)
        if known is None:
            known = self._matrices[hit.cell.place] = self._find_periods(hit)
        return known

    def _find_periods(self, hit: Hit) -> list[Cell]:
        names = hit.names(Kind.FIELD)
        if not names or any(self._spots[name].field.type != AMOUNT for name in names):
            return []
        found = self._line(hit)
        rows = sorted({heading.row for heading in found}, reverse=True)
        lines = ([heading for heading in found if heading.row == row] for row in rows)
        return next((line for line in lines if len(line) > 1 and any(self._own(heading) for heading in line)), [])

    def _line(self, hit: Hit) -> list[Cell]:
        """The headings over the amounts right of a label."""
        found: list[Cell] = []
        column = hit.cell.last_column + 1
        while column <= min(self._cells.last_column, hit.cell.last_column + 24):
            cell = self._cells.at(hit.cell.row, column)
            if cell is not None and cell.place in self._blocked:
                break
            heading = self._heading((hit.cell.row, column), hit)
            if heading is not None and heading.column == column and heading not in found:
                found.append(heading)
            column = (cell.last_column if cell is not None else column) + 1
        return found

    def _heading(self, place: Position, hit: Hit) -> Cell | None:
        """The first text above a place that is no amount, in rows where no label of a field has that column."""
        row, column = place
        for above in range(row - 1, max(0, row - _HIGHEST), -1):
            if above in self._others:
                return None
            cell = self._cells.at(above, column)
            if cell is None or not isinstance(cell.value, str):
                continue
            if any(char.isdigit() for char in cell.value[-3:]) and not (self._year and _YEAR.fullmatch(squeeze(cell.value))):
                continue
            if cell.place == hit.cell.place:
                continue
            return cell if len(cell.value) <= 20 else None
        return None

    def _own(self, heading: Cell) -> list[int]:
        """The groups whose names share a word with a heading that no other group's share; the year's, where it names the form's year."""
        year = _YEAR.fullmatch(squeeze(heading.text))
        if year is not None and self._year:
            return [column for column, words in self._words.items() if YEAR_ROLE in words] if year[1] == self._year else []
        key = text_key(heading.text)
        if _OTHER_AMOUNT.search(key):
            return []
        if key in _SUMS and any(_YEAR.fullmatch(squeeze(cell.text)) for cell in self._cells.by_row.get(heading.row, ())):
            return [column for column, words in self._words.items() if YEAR_ROLE not in words]  # beside the years stands their sum
        if any(word in key for word in _OF_THIS_YEAR):
            return [column for column, words in self._words.items() if YEAR_ROLE in words]
        pairs = _pairs(key)
        return [column for column, words in self._words.items() if pairs & words]

    def _affinity(self, heading: Cell | None, column: int) -> float:
        if heading is None:
            return 0.5
        own = self._own(heading)
        if not own:
            return 0.5
        return 1.0 if own == [column] else 0.5 if column in own else 0.0


@lru_cache(maxsize=32)
def _own_words(amounts: tuple[tuple[int, str, str], ...]) -> Mapping[int, Set[str]]:
    """What the names and labels of a group's amounts say in two characters and no other group's do; of each its column, name and label.

    What only one label of a group says (上年结转) does not tell the group.
    """
    pairs: dict[int, Counter[str]] = {}
    for column, name, label in amounts:
        pairs.setdefault(column, Counter()).update(_pairs(name) | _pairs(text_key(label)))
    return {
        column: {pair for pair, count in words.items() if count > 1} - {p for other, more in pairs.items() if other != column for p in more}
        for column, words in pairs.items()
    }


def _overlap(one: Cell, other: Cell) -> bool:
    """Whether two cells share a column."""
    return one.column <= other.last_column and other.column <= one.last_column


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}
