"""Which of several fields a label means that is printed more than once, and which period a column is for, of amounts or of indicators.

In: the labels of one form. Out: costs for `places`. `其他资金` under 财政资金 is the whole project's, under 上年结转资金 the year's: a
label belongs to the group whose other labels stand nearest before it, above in its columns or left in its row. A heading over
the cell (实施期 | 年度) settles it by what its words share with the names of one group and not of the other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from toolkit.forms.model import AMOUNT
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan, Position, Spot, text_key
from toolkit.values.dates import year_said
from toolkit.values.text import squeeze
from toolkit.values.words import YEAR_ROLE

_STEP, _FAR = 0.3, 3.0

# 其中 right behind a sum in one row is of that sum, whatever stands above it.
_AMONG = 0.15
_HEADING = 1.2

# A period that is none of the form's (last year's) holds no field's value.
_STRANGE = 6.0

# A year as the heading of a column of amounts, and in a heading of targets.
_YEAR, _OF_THE_YEAR = re.compile(r"((?:19|20|21)\d\d)年(?:度|预算|安排)?"), re.compile(r"((?:19|20|21)\d\d)年")

# A year anywhere in a heading.
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20|21)\d\d)(?=年)")

# What heads the sums beside the columns of single years.
_SUMS = frozenset(("合计", "总计", "小计", "总额", "总预算"))

# So many rows above an amount its column's heading may stand.
_HIGHEST = 12


# What a heading says over what is declared for the year, and over what was so in other years.
_YEARLY, _OTHER_TIME = re.compile("年度|本年|当年|全年"), re.compile("上一?年|前年|去年|往年|半年")

# What heads the amounts of other years: 以前年度已安排, 以后年度安排; 上年结转 is a source of this one's.
_OTHER_AMOUNT = re.compile("以前年|以后年|往年|历年|上一?年(?!度?结)|去年|前年|后年|下一?年|次年")

# What it says over what is declared for the whole of a project.
_WHOLE_TIME = re.compile("实施期|中期|长期|周期|总")

# So many rows above a heading may stand which period a part of it is for.
_ABOVE = 3


class Groups:
    """Groups of fields drawn in one column of the template, and where their labels stand on a sheet."""

    def __init__(self, cells: Cells, hits: Sequence[Hit], plan: Plan, blocked: frozenset[Position]) -> None:
        self._cells, self._blocked = cells, blocked
        self._spots: Mapping[str, Spot] = {spot.field.name: spot for spot in plan.spots if not spot.field.grid}
        self._sure: dict[str, list[Cell]] = {}
        for hit in hits:
            names = hit.names(Kind.FIELD)
            if len(names) == 1:
                self._sure.setdefault(names[0], []).append(hit.cell)
        self._labels = [hit.cell for hit in hits]
        amounts = [spot for spot in self._spots.values() if spot.field.type == AMOUNT]
        pairs: dict[int, Counter[str]] = {}
        for spot in amounts:
            pairs.setdefault(spot.column, Counter()).update(
                _pairs(spot.field.name) | _pairs(text_key(spot.label.text if spot.label else ""))
            )

        # What only one label of a group says (上年结转) does not tell the group.
        self._words = {
            column: {pair for pair, count in words.items() if count > 1}
            - {p for other, more in pairs.items() if other != column for p in more}
            for column, words in pairs.items()
        }
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
        if spot.field.type == AMOUNT and (name not in names or self.is_matrix(hit)):
            heading = self._heading(place, hit)
            others = [each for each in self._periods(hit) if not self._own(each) and not self._of_other_time(each)]
            affinity = self._affinity(heading, spot.column)
            if heading in others and any(self._own(each) == [spot.column] for each in self._periods(hit)):
                affinity = 0.0
            strange = heading in others[1:] or (heading is not None and self._of_other_time(heading))
            cost += _HEADING * (1.0 - affinity) + _STRANGE * strange
        return cost

    def _of_other_time(self, heading: Cell) -> bool:
        """Whether a heading says that the amounts under it are other years', or names one year and not the form's."""
        years = set(_ANY_YEAR.findall(heading.text)) if self._year else set()
        return _OTHER_AMOUNT.search(heading.text) is not None or (len(years) == 1 and self._year not in years)

    def nearest(self, hit: Hit, name: str) -> float:
        """What it costs to take a label for one of its fields: how far that field's group is, and whose heading is over it."""
        spot = self._spots[name]
        heading = self._heading((hit.cell.row, hit.cell.column), hit)
        return self._nearest(hit.cell, spot) + _HEADING * (1.0 - self._affinity(heading, spot.column))

    def _nearest(self, cell: Cell, spot: Spot) -> float:
        """How many labels lie between a label and the nearest one before it of the field's own group; else whether one comes after it."""
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
        return _FAR - 1.5 * _STEP if follows else _FAR - _STEP * bool(mates)

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
        rows = sorted({heading.row for heading in found}, reverse=True)
        lines = ([heading for heading in found if heading.row == row] for row in rows)
        return next((line for line in lines if len(line) > 1 and any(self._own(heading) for heading in line)), [])

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
        pairs = _pairs(key)
        return [column for column, words in self._words.items() if pairs & words]

    def _affinity(self, heading: Cell | None, column: int) -> float:
        if heading is None:
            return 0.5
        own = self._own(heading)
        if not own:
            return 0.5
        return 1.0 if own == [column] else 0.5 if column in own else 0.0


def _overlap(one: Cell, other: Cell) -> bool:
    """Whether two cells share a column."""
    return one.column <= other.last_column and other.column <= one.last_column


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def year_above(cells: Cells, last: int) -> str | None:
    """Return the year that the texts down to a row say the form is for: the title's."""
    said = year_said(cell.text for row, line in cells.by_row.items() if row <= last for cell in line if isinstance(cell.value, str))
    return said[1] if said is not None else None


def is_yearly(text: str, year: str | None) -> bool:
    """Return whether a heading says that what stands under it is for the year; one that names another than the form's, or several, does not."""
    named = set(_OF_THE_YEAR.findall(text))
    return named == {year or min(named)} if named else _YEARLY.search(text) is not None


def lower_headings(
    leaves: Mapping[int, Cell], everything: Sequence[Cell], by_cell: Mapping[Position, Hit], year: str | None
) -> dict[Position, Hit]:
    """What a label means that stands over several columns none of which is named by itself (上年 | 本年): the year's column."""
    found: dict[Position, Hit] = {}
    for upper in everything:
        hit = by_cell.get(upper.place)
        under = [cell for first, cell in leaves.items() if cell.row > upper.last_row and upper.column <= first <= upper.last_column]
        if hit is None or len(under) < 2 or any(cell.place in by_cell for cell in under):
            continue
        yearly = [cell for cell in under if is_yearly(cell.text, year) and not _OTHER_TIME.search(cell.text)]
        if len(yearly) == 1:
            found[yearly[0].place] = Hit(yearly[0], hit.meanings, hit.cost)
    return found


def other_period(
    cells: Cells, leaves: Mapping[int, Cell], by_cell: Mapping[Position, Hit], plan: Plan, top: int, year: str | None
) -> frozenset[int]:
    """The columns that declare indicators for another period than the year, where name and target stand twice side by side."""
    order = [(first, by_cell[cell.place].meanings[0]) for first, cell in sorted(leaves.items()) if cell.place in by_cell]
    named = [(first, meaning.names) for first, meaning in order if not set(meaning.names) & set(plan.levels)]
    for index, (second, names) in enumerate(named):
        start = next((at for at in range(index) if named[at][1] == names), None)
        if start is None or index - start < 2 or named[start + 1][1] not in [each for _, each in named[index + 1 :]]:
            continue
        first, width = named[start][0], second - named[start][0]
        later = frozenset(column for column in leaves if second <= column < second + width)
        earlier = frozenset(column for column in leaves if first <= column < second)
        said = [_says_year(cells, column, top, year) for column in (first, second)]
        return later if said == [True, False] else earlier
    return frozenset()


def _says_year(cells: Cells, column: int, top: int, year: str | None) -> bool:
    """Whether a text over a column, in the heading or right above it, says that it is the year's."""
    above = (cells.at(row, column) for row in range(top, max(0, top - _ABOVE - 1), -1))
    return any(is_yearly(cell.text, year) for cell in above if cell is not None and len(cell.text) <= 24)


def for_other_time(text: str) -> bool:
    """Return whether a heading says that what stands under it is for other years, or for the whole of a project."""
    return _OTHER_TIME.search(text) is not None or _WHOLE_TIME.search(text) is not None or len(set(_OF_THE_YEAR.findall(text))) > 1


def says_time(text: str, year: str | None) -> bool:
    """Return whether a heading says of which period what stands under it is: the year, other years, the whole of a project."""
    return is_yearly(text, year) or _OTHER_TIME.search(text) is not None or _WHOLE_TIME.search(text) is not None
