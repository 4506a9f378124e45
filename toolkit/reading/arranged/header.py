"""The heading of the row table: which column of the sheet holds what, in any order, with strange columns between.

In: the cells and labels of one form. Out: a `Header`, None where no row looks like one. The row with the most different column
labels is it, with its neighbours where the heading has two storeys; the lowest text of a column names it. A column reaches to
the next heading, so that unmerged headings over several grid columns hold all of them. Where indicators are declared twice side by
side, for the whole project and for the year, the year's are the form's.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import Hit, of_kind
from toolkit.reading.arranged.labels import Kind, Meaning, nearly
from toolkit.reading.plan import Plan, Position, text_key, unnumbered
from toolkit.reading.shapes.joined_levels import holds_both, pairs_of
from toolkit.reading.shapes.periods import is_lower_storey, is_yearly, lower_headings, other_period, year_above, years_alone
from toolkit.values.symbols import symbol_of
from toolkit.values.text import half_width
from toolkit.values.units import looks_like_unit
from toolkit.values.words import TARGET

Range = tuple[int, int]

_QUALITATIVE = "定性"

# The number of a level in its heading.
_NUMERALS = "一二三四五六"
_LEVEL = re.compile("([一二三四五])级")

# Of two headings that may be the target's, one that says the year is it.
_OF_THE_YEAR = 0.06


@dataclass(frozen=True)
class Header:
    """Rows `top` to `bottom`; `columns` are the first and last grid column of each column, `wholes` those of each whole target.

    `labels` are the cells that name a column of the form, `strange` those that name another. What stands in its rows from column
    `ends` on is no part of the table (amounts beside the indicators).
    """

    top: int
    bottom: int
    columns: dict[str, Range]
    wholes: dict[str, Range]
    labels: dict[str, Cell]
    strange: tuple[Cell, ...]
    cells: tuple[Cell, ...] = field(default=())
    ends: int = sys.maxsize

    def holds(self, cell: Cell, below: int) -> bool:
        """Whether a cell is in the heading or in the table under it, which ends above row `below`."""
        return self.top <= cell.row < below and cell.column < self.ends

    def cut(self, ends: int) -> Header:
        """The heading without what stands from a column on."""
        strange, cells = ([cell for cell in each if cell.column < ends] for each in (self.strange, self.cells))
        columns, wholes = (
            {name: (first, min(last, ends - 1)) for name, (first, last) in each.items()} for each in (self.columns, self.wholes)
        )
        return replace(self, columns=columns, wholes=wholes, strange=tuple(strange), cells=tuple(cells), ends=ends)

    @cached_property
    def told(self) -> frozenset[str]:
        """The keys of its labels."""
        return frozenset(text_key(cell.text) for cell in self.labels.values() if isinstance(cell.value, str))

    @property
    def first_column(self) -> int:
        return min((first for first, _ in (*self.columns.values(), *self.wholes.values())), default=0)

    @property
    def last_column(self) -> int:
        return max((last for _, last in (*self.columns.values(), *self.wholes.values())), default=0)


def find_header(cells: Cells, hits: Sequence[Hit], plan: Plan) -> Header | None:
    """Return the heading of the form's row table among the cells of one form."""
    found = of_kind(hits, Kind.COLUMN, Kind.WHOLE)
    rows: dict[int, list[Hit]] = {}
    for hit in found:
        rows.setdefault(hit.cell.row, []).append(hit)
    best = max(rows, key=lambda row: (_worth(rows, row), -row), default=None)
    if best is None or _worth(rows, best) < 2:
        return None
    top = best
    bottom = max(hit.cell.last_row for hit in rows[best])
    while bottom + 1 in rows and not _same_columns(rows[bottom + 1], rows[best]):
        bottom = max(hit.cell.last_row for hit in rows[bottom + 1])
    if bottom + 1 not in rows and is_lower_storey(cells, rows[best], bottom + 1):
        bottom += 1
    return _header(cells, hits, plan, top, bottom)


def repeats(cells: Cells, header: Header, plan: Plan, row: int) -> bool:
    """Whether a row says the headings again, as a page does that begins inside the table."""
    told = header.told
    line = cells.by_row.get(row, ())
    if len(line) < 2 or not told:
        return False
    here = [cell for cell in line if isinstance(cell.value, str) and plan.key(cell.value) in told]

    # The upper storey of a heading may name two columns and a group of others, and nothing else.
    return len(here) >= min(3, len(told)) or (len(here) >= 2 and all(plan.key(cell.value) in plan.vocabulary for cell in line))


def _worth(rows: dict[int, list[Hit]], row: int) -> int:
    """How many different columns the labels of a row, and of the one below it, name."""
    line = (*rows[row], *rows.get(row + 1, ()))
    names = {name for hit in line for name in hit.names(Kind.COLUMN) or ("",)}
    return min(len(names), len({hit.cell.column for hit in line}))


def _same_columns(lower: Sequence[Hit], upper: Sequence[Hit]) -> bool:
    return bool({name for hit in lower for name in hit.names(Kind.COLUMN)} & {name for hit in upper for name in hit.names(Kind.COLUMN)})


def _header(cells: Cells, hits: Sequence[Hit], plan: Plan, top: int, bottom: int) -> Header:
    by_cell = {hit.cell.place: hit for hit in hits} | _group_of_names(hits, plan, top, bottom)
    left = min(hit.cell.column for hit in hits if hit.kinds() & {Kind.COLUMN, Kind.WHOLE} and top <= hit.cell.row <= bottom)
    leaves: dict[int, Cell] = {}
    everything: list[Cell] = []
    for row in range(top, bottom + 1):
        for cell in cells.by_row.get(row, ()):
            hit = by_cell.get(cell.place)
            # In print a heading and the blank cell under it may have no line between them.
            lowest = bottom + (cells.grid.ruled and cells.grid.flow and cell.column > left)
            if cell.last_row > lowest or (hit is not None and not hit.kinds() & {Kind.COLUMN, Kind.WHOLE}):
                continue
            leaves[cell.column] = cell
            everything.append(cell)
    year = year_above(cells, top - 1)
    by_cell = _with_lower_names(leaves, by_cell, plan)
    by_cell |= lower_headings(leaves, everything, by_cell, year)
    by_cell |= years_alone(leaves, by_cell, plan, year)
    other = other_period(cells, leaves, by_cell, plan, top, year)
    numbers = {name for cell in leaves.values() if (hit := by_cell.get(cell.place)) for name in hit.names(Kind.COLUMN)}
    columns: dict[str, Range] = {}
    labels: dict[str, Cell] = {}
    wholes: dict[str, tuple[float, Range, Cell]] = {}
    targets = {target.name: {target.number} for table in (plan.form.table,) if table for target in table.targets}
    strange: list[Cell] = []
    missing = [spec.column.name for spec in plan.columns if spec.column.name not in numbers]
    order = sorted(leaves)
    for index, first in enumerate(order):
        cell = leaves[first]
        after = order[index + 1] - 1 if index + 1 < len(order) else cell.last_column
        span = first, max(cell.last_column, after)
        if first in other:
            strange.append(cell)
            continue
        hit = by_cell.get(cell.place)
        names = hit.names(Kind.COLUMN) if hit else ()
        if hit is None and isinstance(cell.value, str):
            names = tuple(n for meaning in nearly(text_key(cell.text), plan.vocabulary, missing) for n in meaning.names)
        if names and names[0] not in columns:
            columns[names[0]], labels[names[0]] = span, cell
        elif hit is not None and Kind.WHOLE in hit.kinds():
            names = tuple(name for name in hit.names(Kind.WHOLE) if not numbers & targets[name])
            if not names:
                continue
            rank = hit.cost + (0.0 if all(m.printed for m in hit.meanings) else 0.1) - _OF_THE_YEAR * is_yearly(cell.text, year)
            name = next((each for each in names if each not in wholes), names[0])
            known = wholes.get(name)
            if known is None or rank < known[0]:
                strange += [known[2]] if known else []
                wholes[name] = rank, span, cell
            else:
                strange.append(cell)
        else:
            strange.append(cell)
    labels |= {name: cell for name, (_, _, cell) in wholes.items() if name not in labels}
    return Header(top, bottom, columns, {name: span for name, (_, span, _) in wholes.items()}, labels, tuple(strange), tuple(everything))


def _group_of_names(hits: Sequence[Hit], plan: Plan, top: int, bottom: int) -> dict[Position, Hit]:
    """The word that heads the whole table, where it stands right of the levels and no other heading names the indicators: 一级指标 | 二级指标 | 绩效指标."""
    own = [hit for hit in hits if top <= hit.cell.row <= bottom]
    named = {name for hit in own for name in hit.names(Kind.COLUMN)}
    last = max((hit.cell.column for hit in own if set(hit.names(Kind.COLUMN)) & set(plan.levels)), default=sys.maxsize)
    groups = [hit for hit in own if hit.kinds() == {Kind.GROUP} and hit.cell.column > last]
    names = [spec for spec in plan.columns if not spec.words and spec.column.name not in plan.levels and not spec.column.field.part]
    if len(groups) != 1 or not names or names[0].column.name in named or names[0].column.field.type == TARGET:
        return {}
    group, name = groups[0], names[0].column.name
    return {group.cell.place: Hit(group.cell, (Meaning(Kind.COLUMN, (name,), group.cell.text, printed=False),))}


def _with_lower_names(leaves: Mapping[int, Cell], by_cell: Mapping[Position, Hit], plan: Plan) -> dict[Position, Hit]:
    """The labels with the heading of a level below the form's names (四级指标 beside 三级指标) for that of the names, which is then another's."""
    found = dict(by_cell)
    for spec in plan.columns if plan.levels else ():
        if spec.header is None or spec.words or spec.column.name in plan.levels:
            continue
        named = (cell for cell in leaves.values() if cell.place in found and spec.column.name in found[cell.place].names(Kind.COLUMN))
        own = next(named, None)
        lower = next((cell for cell in leaves.values() if own is not None and text_key(cell.text) == _one_lower(text_key(own.text))), None)
        if own is not None and lower is not None:
            found[lower.place] = Hit(lower, found.pop(own.place).meanings)
    return found


def _one_lower(key: str) -> str | None:
    """The heading of the level below the one that a heading numbers: 四级指标 for 三级指标; None for one without a number."""
    found = _LEVEL.search(key)
    lower = _NUMERALS[_NUMERALS.index(found[1]) + 1] if found is not None else ""
    return f"{key[: found.start()]}{lower}{key[found.end(1) :]}" if found is not None and lower else None


def told_by_content(
    header: Header, found: Mapping[str, int | None], plan: Plan, under: Callable[[Range], tuple[int, list[str]]]
) -> dict[str, int | None]:
    """Return the columns of the form with those that only what stands in them tells; `under` gives a heading's column and its texts.

    A strange column that holds operators, units or words of a level and nothing else is the form's, whatever it is called; one that only an
    alias calls the operators', and that holds none (指标方向 with 正向, 反向), is not.
    """
    symbols = {target.symbol for target in (plan.form.table.targets if plan.form.table else ())}
    printed = {spec.column.name: plan.keys.get(spec.header) for spec in plan.columns if spec.header is not None}
    told: dict[str, int | None] = dict(found)
    for name in symbols & header.labels.keys() & told.keys():
        label = header.labels[name]
        texts = under(header.columns.get(name, (label.column, label.last_column)))[1]
        alias = text_key(label.text) not in (printed.get(name), text_key(name))
        if alias and texts and not any(map(is_symbol, texts)):
            del told[name]
    for upper, lower in pairs_of(plan, told):
        heads = (*header.strange, *(header.labels[n] for n in (upper.column.name, lower.column.name) if n in header.labels))
        for head in heads:
            column, texts = under((head.column, head.last_column))
            if column not in set(told.values()) - {told.get(upper.column.name), told.get(lower.column.name)} and holds_both(
                texts, upper, lower
            ):
                told |= {upper.column.name: column, lower.column.name: column}
                break
    for name, test in _tests(plan) if header.strange else ():
        for head in header.strange if name not in told else ():
            column, texts = under((head.column, head.last_column))
            if column not in told.values() and all(map(test, texts)) and any(text != _QUALITATIVE for text in texts):
                told[name] = column
                break
    return told


def _tests(plan: Plan) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """What the texts of a column without words of its own are told by."""
    for target in plan.form.table.targets if plan.form.table else ():
        yield target.symbol, is_symbol
        yield target.unit, _is_unit
    for spec in plan.columns:
        if spec.column.name in plan.levels:
            words = {*spec.words, *spec.aliases}
            yield spec.column.name, lambda text, words=words: unnumbered(text_key(text), words) in words  # type: ignore[misc]


def is_symbol(text: str) -> bool:
    """Return whether a text is an operator of a target, or says that there is none (定性)."""
    return text == _QUALITATIVE or symbol_of(half_width(text)) is not None


def _is_unit(text: str) -> bool:
    return looks_like_unit(half_width(text))
