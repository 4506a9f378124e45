"""Which period a heading says that what stands under it is for: the year, other years, the whole of a project.

In: headings, and the cells around them. Out: whether they are the year's; the columns of a table that declare another period's indicators.
Called by `header`, `groups` and the shapes that look at tables for several periods.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit
from toolkit.reading.arranged.labels import Kind, Meaning
from toolkit.reading.plan import Plan, Position
from toolkit.values.dates import year_said
from toolkit.values.text import half_width, squeeze

# What a heading says over what is declared for the year, over what was so in other years, and for the whole of a project.
_YEARLY, _OTHER_TIME = re.compile("年度|本年|当年|全年"), re.compile("上一?年|前年|去年|往年|半年")
_WHOLE_TIME = re.compile("实施期|中期|长期|周期|总")
_OF_THE_YEAR = re.compile(r"((?:19|20|21)\d\d)年")

_YEAR_ALONE = re.compile(r"[(（]?((?:19|20|21)\d\d)年?度?(?:目标|计划|预期|预计|安排)?值?[)）]?")

_PERIOD = re.compile(
    r"(?:第?[一二三四1-4]季度|[上下]半年|全年|(?:19|20|21)\d\d年?度?|本年度?|当年|上年度?|(?:实施|中|长)期|总|年度)(?:目标|指标|计划|累计|合计)?值?(?:\.0)?"
)

# The year in a cell beside its label, and the first and last month of one.
_ASKS_YEAR, _YEAR_BARE = re.compile(".{0,4}(?:年度|年份)[:：]?"), re.compile(r"(?:19|20|21)\d\d(?=$|年$|年度$|\.0$)")
_MONTHS = re.compile(r"((?:19|20|21)\d\d)年\d{1,2}月(?:\d{1,2}日)?[至到—–~-]{1,2}\1年\d{1,2}月")

# So many rows above a heading may stand which period a part of it is for.
_ABOVE = 3


def year_above(cells: Cells, last: int) -> str | None:
    """Return the year that the texts down to a row say the form is for: the title's, that beside 年度 in a cell of its own, or that of a period of months."""
    texts = [cell for row, line in cells.by_row.items() if row <= last for cell in line if isinstance(cell.value, str)]
    said = year_said(cell.text for cell in texts)
    if said is not None:
        return said[1]
    beside = (cells.after(cell) for cell in texts if _ASKS_YEAR.fullmatch(squeeze(cell.text)))
    alone = [found[0] for cell in beside if cell is not None and (found := _YEAR_BARE.match(squeeze(cell.text)))]
    months = [found[1] for cell in texts if (found := _MONTHS.search(squeeze(half_width(cell.text))))]
    years = {*alone} or {*months}
    return years.pop() if len(years) == 1 else None


def is_yearly(text: str, year: str | None) -> bool:
    """Return whether a heading says that what stands under it is for the year; one that names another than the form's, or several, does not."""
    named = set(_OF_THE_YEAR.findall(text))
    return named == {year or min(named)} if named else _YEARLY.search(text) is not None


def is_lower_storey(cells: Cells, heading: Sequence[Hit], row: int) -> bool:
    """Return whether a row under unmerged headings goes on with the last of them: 一季度 | 二季度 | 全年 under 指标值, nothing under the others."""
    line = cells.by_row.get(row, ())
    last = max(heading, key=lambda hit: hit.cell.column)
    texts = [squeeze(cell.text) for cell in line]
    if len(line) < 2 or Kind.WHOLE not in last.kinds() or line[0].column != last.cell.column:
        return False
    return all(_PERIOD.fullmatch(text) for text in texts)


def lower_headings(
    leaves: Mapping[int, Cell], everything: Sequence[Cell], by_cell: Mapping[Position, Hit], year: str | None
) -> dict[Position, Hit]:
    """What a label means that stands over several columns none of which is named by itself (上年 | 本年): the year's column."""
    found: dict[Position, Hit] = {}
    for upper in everything:
        hit = by_cell.get(upper.place)
        last = upper.last_column
        if last == upper.column:  # what was not merged reaches to the next heading
            last = min((cell.column for cell in everything if cell.row == upper.row and cell.column > last), default=sys.maxsize) - 1
        under = [cell for first, cell in leaves.items() if cell.row > upper.last_row and upper.column <= first <= last]
        if hit is None or len(under) < 2 or any(cell.place in by_cell for cell in under):
            continue
        yearly = [cell for cell in under if is_yearly(cell.text, year) and not _OTHER_TIME.search(cell.text)]
        if len(yearly) == 1:
            found[yearly[0].place] = Hit(yearly[0], hit.meanings, hit.cost)
    return found


def years_alone(leaves: Mapping[int, Cell], by_cell: Mapping[Position, Hit], plan: Plan, year: str | None) -> dict[Position, Hit]:
    """What the form's own year means as a heading among others of years, where no heading names the targets: `2025年 | 2026年 | 2027年`."""
    targets = plan.form.table.targets if plan.form.table else ()
    told = {name for cell in leaves.values() if (hit := by_cell.get(cell.place)) for meaning in hit.meanings for name in meaning.names}
    years = [(cell, found[1]) for cell in leaves.values() if (found := _YEAR_ALONE.fullmatch(squeeze(cell.text).removesuffix(".0")))]
    own = [cell for cell, said in years if said == year]
    if len(targets) != 1 or told & {targets[0].name, *targets[0].names} or len(own) != 1:
        return {}
    return {own[0].place: Hit(own[0], (Meaning(Kind.WHOLE, (targets[0].name,), own[0].text, printed=False),))}


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
