"""A row table without a heading: 产出指标 | 数量指标 | 养护公里数 | ≥860公里 on every row, and no 一级指标 | 二级指标 | … above them.

In: the cells of one form in which no heading of its row table was found. Out: a heading without cells, its columns told by what stands in
them: words of the levels side by side, a name after them, behind it the only column of targets. Called by `layout`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.header import Header, Range, is_symbol
from toolkit.reading.arranged.table import mostly
from toolkit.reading.plan import Plan
from toolkit.reading.shapes.over import level_of
from toolkit.values.symbols import SYMBOLS
from toolkit.values.targets import number_value, parse_target
from toolkit.values.text import clean_text, half_width, squeeze
from toolkit.values.units import looks_like_unit
from toolkit.values.words import TARGET

# So many rows with a word of the last level, a word of the level above left of it, make a table.
_ENOUGH = 3


def bare_header(cells: Cells, plan: Plan) -> Header | None:
    """Return the heading that a table without one would have; None where words of the levels do not stand side by side on enough rows."""
    name = next((spec.column.name for spec in plan.columns if _is_name(spec.column.name, plan)), None)
    if name is None or len(plan.levels) < 2:
        return None
    rows = _rows(cells, plan)
    first = min(rows, default=0)
    spans = _levels(cells, plan, rows)
    if len(spans) < len(plan.levels):
        return None
    behind = [[cell for cell in cells.by_row[row] if cell.column > spans[plan.levels[-1]][1]] for row in rows]
    own = Counter(line[0].column for line in behind if line and isinstance(line[0].value, str))
    if not own or 2 * own.most_common(1)[0][1] <= len(rows):
        return None
    column = own.most_common(1)[0][0]
    ends = max(line[0].last_column for line in behind if line and line[0].column == column)
    texts: dict[int, list[str]] = {}
    for line in behind:
        for cell in line:
            if cell.column > ends:
                texts.setdefault(cell.column, []).append(squeeze(clean_text(cell.text)))
    spans[name] = column, ends
    target = _target(texts, len(rows))
    if target is None:
        return Header(first, first - 1, spans, {}, {}, ())
    whole = next((spec.column.name for spec in plan.columns if spec.column.field.type == TARGET), None)
    if whole is not None:
        return Header(first, first - 1, {**spans, whole: target}, {}, {}, ())
    parted = next((each.name for each in plan.form.table.targets), None) if plan.form.table else None
    return Header(first, first - 1, spans, {parted: target} if parted else {}, {}, ())


def with_blank_headings(cells: Cells, header: Header, plan: Plan) -> Header:
    """Return the heading with the columns of names and targets that have no text over them, where what stands in them tells."""
    target = {
        *header.wholes,
        *(each.name for each in (plan.form.table.targets if plan.form.table else ()) if each.number in header.columns),
    }
    name = next((spec.column.name for spec in plan.columns if _is_name(spec.column.name, plan)), None)
    if header.bottom < header.top or name in header.columns and target or not set(plan.levels) <= header.columns.keys():
        return header
    bare = bare_header(cells, plan)
    if bare is None or any(bare.columns[level][0] != header.columns[level][0] for level in plan.levels):
        return header

    def is_free(span: Range) -> bool:
        return not any(cell.column <= span[1] and span[0] <= cell.last_column for cell in header.cells)

    columns = {each: span for each, span in bare.columns.items() if each not in header.columns and is_free(span)}
    wholes = {each: span for each, span in bare.wholes.items() if not target and is_free(span)}
    if not columns and not wholes:
        return header
    taken = {span[0] for span in (*columns.values(), *wholes.values())}

    def narrowed(span: Range) -> Range:
        return span[0], min([span[1], *(first - 1 for first in taken if first > span[0])])

    old = {each: narrowed(span) for each, span in header.columns.items()}
    return replace(header, columns={**old, **columns}, wholes={**{n: narrowed(s) for n, s in header.wholes.items()}, **wholes})


def _is_name(column: str, plan: Plan) -> bool:
    """Whether a column is that of the names: of no list, no level, no part of a target."""
    spec = next(each for each in plan.columns if each.column.name == column)
    parts = {part for each in (plan.form.table.targets if plan.form.table else ()) for part in each.names}
    return not spec.words and column not in {*plan.levels, *parts} and spec.column.field.type != TARGET


def _rows(cells: Cells, plan: Plan) -> dict[int, Cell]:
    """The rows with a word of the last level, with its cell; those of the column in which most of these words stand."""
    found = {
        row: cell
        for row, line in cells.by_row.items()
        if (cell := next((each for each in line if level_of(each, plan) == plan.levels[-1]), None)) is not None
    }
    columns = Counter(cell.column for cell in found.values())
    usual = columns.most_common(1)[0][0] if columns else 0
    return {row: cell for row, cell in found.items() if cell.column == usual} if columns[usual] >= _ENOUGH else {}


def _levels(cells: Cells, plan: Plan, rows: Mapping[int, Cell]) -> dict[str, Range]:
    """The columns of the levels, each right of the one above it; short of some where the words do not stand so."""
    found: dict[str, Range] = {}
    beside = dict(rows)
    for name in reversed(plan.levels):
        mine = [cell for cell in beside.values() if level_of(cell, plan) == name]
        columns = Counter(cell.column for cell in mine)
        if not columns:
            return {}
        usual = columns.most_common(1)[0][0]
        found = {name: (usual, max(cell.last_column for cell in mine if cell.column == usual)), **found}
        left = ((row, cells.at(row, usual - 1)) for row in rows)
        beside = {row: cell for row, cell in left if cell is not None}
    first = min(rows, default=0)
    top = cells.at(first, found[plan.levels[0]][0]) if found else None
    return found if top is not None and level_of(top, plan) == plan.levels[0] else {}


def _target(texts: Mapping[int, Sequence[str]], rows: int) -> Range | None:
    """The only columns of targets among those behind the names: operator, number and unit, a number and its unit, or all in one cell."""
    columns = sorted(column for column, found in texts.items() if 2 * len(found) > rows)
    signs = [column for column in columns if mostly(texts[column], is_symbol)]
    wholes = [column for column in columns if mostly(texts[column], _says_target)]
    after = dict(zip(columns, columns[1:], strict=False))
    if len(signs) == 1 and signs[0] in after:
        number = after[signs[0]]
        unit = after.get(number)
        return signs[0], unit if unit is not None and mostly(texts[unit], _is_unit) else number
    if len(wholes) == 1 and not signs:
        return wholes[0], wholes[0]
    pairs = [(one, two) for one, two in after.items() if mostly(texts[one], _is_number) and mostly(texts[two], _is_unit)]
    return pairs[0] if len(pairs) == 1 and not wholes and not signs else None


def _says_target(text: str) -> bool:
    """Whether a text is a number with an operator or a unit."""
    target = parse_target(half_width(text))
    return number_value(target) is not None and bool(target.symbol in SYMBOLS or target.unit)


def _is_number(text: str) -> bool:
    return number_value(parse_target(half_width(text))) is not None and not _says_target(text)


def _is_unit(text: str) -> bool:
    return looks_like_unit(half_width(text))
