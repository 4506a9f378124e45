"""Fields without a label of their own, above all the year: where the drawing has them, else wherever they are printed.

In: a placement whose labelled fields are known. Out: their cells, or the text in which a year stands (`2026年度…表`, 预算年度：2026年),
or one of the two dates in a cell (起止时间 2026年1月1日至2026年12月31日). Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from toolkit.forms.model import DATE, NUMERIC
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.labels import NUMBERING, Kind
from toolkit.reading.arranged.prices import misfit
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Position, Spot, text_key
from toolkit.values.dates import is_year, year_said
from toolkit.values.text import half_width, squeeze
from toolkit.values.words import YEAR_ROLE

# A period in one cell, after its label or beside it; its end may leave out the year.
_DAY = r"\d{1,2}(?:月(?:\d{1,2}日?)?|(?:[./-]\d{1,2})?)"
_PERIOD = re.compile(rf"(?:([^:\d]{{2,12}}):)?((?:19|20|21)\d\d[年./-])({_DAY})(?:至|到|~|—+|–|-+)((?:19|20|21)\d\d[年./-])?({_DAY})")
_END = re.compile(
    r"(?:(?P<begin>自|从|由|起始?|开始|始)|(?P<end>至|到|终?止|截止|结束|终))(?:时间|日期)?:?(?P<day>(?:19|20|21)\d\d[年./-]\d{1,2}[月./-]\d{1,2}日?)[起止]?"
)
_WORD = re.compile("(?:自|从|由|起始?|开始|始|至|到|终?止|截止|结束|终)(?:时间|日期)?:?")
_YEAR_LABEL = re.compile("(?:预算|申报|项目|填报|财政|绩效|所属|资金|计划|实施)?年度")
_OF_PERIOD = re.compile("起止|期限|周期|期间|时间|日期|年限|项目期|实施期")


def find_unlabelled(placement: Placement, spot: Spot) -> tuple[Position | None, Cell | None, str | None]:
    """Return where a field without a label stands: its place, the cell there, and the text to read where that is not all of it."""
    cells = placement.cells
    assert cells is not None
    taken = {hit.cell.place for hit in placement.hits}
    taken |= {cell.place for cell in (placement.found or {}).values() if cell is not None}
    place = None
    if placement.hint is not None and _is_there(placement, spot):
        place = placement.hint.place(spot.row, spot.column)
        there = cells.at(*place)
        if there is not None and there.place not in taken and misfit(there.value, spot) == 0.0:
            return there.place, there, None
        place = None if there is not None else place
    if spot.field.role == YEAR_ROLE:
        for cell in _above(placement, cells):
            if cell.place not in taken and misfit(cell.value, spot) == 0.0 and is_year(cell.value):
                return cell.place, cell, None
        for cell in _outside_table(placement, cells):
            if cell.place not in taken and isinstance(cell.value, str) and YEAR_ROLE in cell.value and is_year(cell.value):
                return cell.place, cell, None
        for cell in _outside_table(placement, cells):
            if cell.place not in taken and is_year(cell.value) and misfit(cell.value, spot) == 0.0 and _is_named(cells, cell):
                return cell.place, cell, None
        printed = [*_above(placement, cells), *_labels(placement)]
        said = year_said(cell.text for cell in printed)
        if said is not None:
            return printed[said[0]].place, printed[said[0]], f"{said[1]}年"
    elif spot.field.type in NUMERIC and place is None and placement.hint is not None:
        between = [cell for cell in _between(placement, cells, spot) if cell.place not in taken and misfit(cell.value, spot) == 0.0]
        if len(between) == 1:
            return between[0].place, between[0], None
    return place, None, None


def _is_named(cells: Cells, cell: Cell) -> bool:
    """Whether a label right before a year says that it is the form's, and no other year stands beside or under it: 预算年度, (2)申报年度."""
    before, near = cells.at(cell.row, cell.column - 1), (cells.after(cell), cells.at(cell.last_row + 1, cell.column))
    if before is None or not isinstance(before.value, str) or any(each is not None and is_year(each.value) for each in near):
        return False
    return _YEAR_LABEL.fullmatch(NUMBERING.sub("", text_key(before.text))) is not None


def find_period(placement: Placement, spot: Spot) -> tuple[Position | None, Cell | None, str | None]:
    """Return where one of the form's two dates stands that have no labels of their own, because one cell has both.

    That cell is the only one of its kind beside a label that asks for a time; the first of the form's two dates is the beginning.
    """
    cells, found = placement.cells, placement.spots or {}
    assert cells is not None
    missing = [each.field.name for each in placement.plan.spots if each.field.type == DATE and each.field.name not in found]
    if len(missing) != 2:
        return None, None, None
    told = []
    for cell in _outside_table(placement, cells):
        period = _PERIOD.fullmatch(squeeze(half_width(cell.text))) if isinstance(cell.value, str) else None
        before = cells.at(cell.row, cell.column - 1)
        if period is not None and _OF_PERIOD.search(period[1] or (squeeze(before.text) if before is not None else "")):
            told.append((cell, period[2] + period[3] if spot.field.name == missing[0] else (period[4] or period[2]) + period[5]))
    told = told or list(_in_two_cells(cells, placement, first=spot.field.name == missing[0]))
    return (told[0][0].place, *told[0]) if len(told) == 1 else (None, None, None)


def _in_two_cells(cells: Cells, placement: Placement, *, first: bool) -> Iterator[tuple[Cell, str]]:
    """Each day that says which end of a period it is, in one of two cells beside a label that asks for a time: 起：2026-02-01 | 止：2026-11-30."""
    for label in _outside_table(placement, cells):
        if (
            not isinstance(label.value, str)
            or not _OF_PERIOD.search(squeeze(label.text))
            or _END.fullmatch(squeeze(half_width(label.text)))
        ):
            continue
        (begin, first_day), (end, last_day) = _with_word(cells, label), (None, "")
        if begin is not None:
            end, last_day = _with_word(cells, begin)
        days = [_END.fullmatch(squeeze(half_width(day))) for day in (first_day, last_day)]
        if begin is not None and end is not None and days[0] and days[1] and days[0]["begin"] and days[1]["end"]:
            yield (begin, days[0]["day"]) if first else (end, days[1]["day"])


def _with_word(cells: Cells, cell: Cell) -> tuple[Cell | None, str]:
    """The day behind a cell and its text, with the word in a cell of its own between them that says which end of a period it is."""
    after = cells.after(cell)
    word = squeeze(half_width(after.text)) if after is not None else ""
    if after is None or not is_word_of_period(word):
        return after, word
    day = cells.after(after)
    return (day, word + (f"{day.value:%Y-%m-%d}" if isinstance(day.value, date) else day.text)) if day is not None else (None, "")


def is_word_of_period(text: str) -> bool:
    """Return whether a text says which end of a period the day beside it is, and nothing else: 起, 止."""
    return _WORD.fullmatch(squeeze(half_width(text))) is not None


def _is_there(placement: Placement, spot: Spot) -> bool:
    """Whether the row of the drawing can still be told: its neighbours with labels are as far apart as drawn."""
    hint = placement.hint
    assert hint is not None
    before = max((row for row in hint.rows if row < spot.row), default=None)
    after = min((row for row in hint.rows if row > spot.row), default=None)
    if before is None or after is None:
        return True
    return hint.rows[after] - hint.rows[before] >= after - before


def _above(placement: Placement, cells: Cells) -> Iterator[Cell]:
    """The cells above the first label of a field, from the top; one with its value in its own cell may stand over the title."""
    labels = [hit for hit in placement.hits if Kind.FIELD in hit.kinds()]
    rows = [hit.cell.row for hit in labels if hit.inside is None] or [hit.cell.row for hit in labels]
    first = min(rows, default=cells.last_row + 1)
    return (cell for row in sorted(cells.by_row) if row < first for cell in cells.by_row[row])


def _outside_table(placement: Placement, cells: Cells) -> Iterator[Cell]:
    header, below = placement.header, placement.table.below if placement.table else 0
    return (cell for cell in cells if header is None or not header.holds(cell, below))


def _labels(placement: Placement) -> Iterator[Cell]:
    yield from (hit.cell for hit in placement.hits)
    if placement.header is not None:
        yield from placement.header.cells


def _between(placement: Placement, cells: Cells, spot: Spot) -> Iterator[Cell]:
    hint = placement.hint
    assert hint is not None
    above = max((found for drawn, found in hint.rows.items() if drawn < spot.row), default=0)
    below = min((found for drawn, found in hint.rows.items() if drawn > spot.row), default=above)
    return (cell for row in range(above + 1, below) for cell in cells.by_row.get(row, ()))
