"""MATCH, VLOOKUP, LOOKUP, INDEX, INDIRECT by name, ROWS and COLUMNS."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.formula.arrays import ARRAYS, broadcast, flat, from_rows, shape, to_rows, top_left
from toolkit.formula.coerce import NUMBERS, compare, to_integer, to_logical, to_number, to_text
from toolkit.formula.effort import spend
from toolkit.formula.functions.columns import SHORTEST, index_of
from toolkit.formula.functions.criteria import MAX_CRITERION, has_wildcard, text_matcher
from toolkit.formula.operators import equal
from toolkit.values.errors import NA, REF, VALUE, ErrorValue


def _rank(value: object) -> str:
    return "text" if isinstance(value, str) else "logical" if isinstance(value, bool) else "number"


def _find_exact(wanted: object, column: list[object]) -> int | None:
    """Return the index of the first element equal to `wanted` (texts with wildcards), None if there is none."""
    if isinstance(wanted, str) and len(wanted) > MAX_CRITERION:
        return None
    if len(column) >= SHORTEST and not isinstance(wanted, bool) and not (isinstance(wanted, str) and has_wildcard(wanted)):
        prepared = index_of(column)
        places = prepared.texts.get(wanted.lower()) if isinstance(wanted, str) else prepared.number(wanted)  # type: ignore[arg-type]
        return places[0] if places else None
    spend(len(column))
    if isinstance(wanted, str):
        matches = text_matcher(wanted)
        return next((i for i, item in enumerate(column) if isinstance(item, str) and matches(item)), None)
    kind = _rank(wanted)
    if type(wanted) in NUMBERS:
        return next((i for i, item in enumerate(column) if type(item) in NUMBERS and equal(item, wanted)), None)
    for index, item in enumerate(column):
        if item is not None and _rank(item) == kind and compare(item, wanted) == 0:
            return index
    return None


def _find_sorted(wanted: object, column: list[object], direction: int) -> int | None:
    """Return the index of the last element ≤ `wanted` (direction 1) or ≥ it (-1), skipping what is of another type."""
    kind = _rank(wanted)
    found = None
    spend(len(column))
    for index, item in enumerate(column):
        if item is None or isinstance(item, ErrorValue) or _rank(item) != kind:
            continue
        order = compare(item, wanted)
        assert isinstance(order, int)
        if order == 0 or order == -direction:
            found = index
        elif direction == -1:
            break
    return found


def _wanted(value: object) -> object:
    return 0 if value is None else value


def match(value: object, area: object, kind: object = 1) -> object:
    if type(value) in ARRAYS or type(kind) in ARRAYS:
        return broadcast(lambda one, one_kind: match(one, area, one_kind), (value, kind))
    if isinstance(value, ErrorValue):
        return value
    number = to_number(kind)
    if isinstance(number, ErrorValue):
        return number
    if min(shape(area)) > 1:
        return NA
    column = flat(area)
    direction = (number > 0) - (number < 0)
    wanted = _wanted(value)
    found = _find_exact(wanted, column) if direction == 0 else _find_sorted(wanted, column, direction)
    return NA if found is None else found + 1


def vlookup(value: object, table: object, column: object, approximate: object = True) -> object:
    if any(type(item) in ARRAYS for item in (value, column, approximate)):
        return broadcast(lambda *items: vlookup(items[0], table, items[1], items[2]), (value, column, approximate))
    if isinstance(value, ErrorValue):
        return value
    place, near = to_integer(column), to_logical(approximate)
    if isinstance(place, ErrorValue) or isinstance(near, ErrorValue):
        return place if isinstance(place, ErrorValue) else near
    rows = to_rows(table)
    if place < 1:
        return VALUE
    if place > len(rows[0]):
        return REF
    keys = table if isinstance(table, list) else [row[0] for row in rows]
    found = _find_sorted(_wanted(value), keys, 1) if near else _find_exact(_wanted(value), keys)
    return NA if found is None else rows[found][place - 1]


def lookup(value: object, area: object, *results: object) -> object:
    """LOOKUP: the last element ≤ value; without `results` the last column (or row, if wider than tall) of `area`."""
    if type(value) in ARRAYS:
        return broadcast(lambda one: lookup(one, area, *results), (value,))
    if isinstance(value, ErrorValue):
        return value
    rows = to_rows(area)
    wide = len(rows[0]) > len(rows)
    keys = rows[0] if wide else [row[0] for row in rows]
    values = flat(results[0]) if results else rows[-1] if wide else [row[-1] for row in rows]
    found = _find_sorted(_wanted(value), keys, 1)
    if found is None:
        return NA
    return values[found] if found < len(values) else NA


def index(area: object, row: object, column: object = None) -> object:
    """INDEX: row or column 0 is all of it; with one index a single row is counted across."""
    if type(row) in ARRAYS or type(column) in ARRAYS:
        return broadcast(lambda one, other: top_left(index(area, one, other)), (row, column))
    rows = to_rows(area)
    height, width = len(rows), len(rows[0])
    across = column is None and height == 1 and width > 1
    row_place, column_place = to_integer(row), to_integer(column)
    if isinstance(row_place, ErrorValue) or isinstance(column_place, ErrorValue):
        return row_place if isinstance(row_place, ErrorValue) else column_place
    if across:
        row_place, column_place = 0, row_place
    if row_place < 0 or column_place < 0:
        return VALUE
    if row_place > height or column_place > width:
        return REF
    chosen = rows if row_place == 0 else [rows[row_place - 1]]
    if column_place or width == 1:
        chosen = [[line[max(column_place, 1) - 1]] for line in chosen]
    return chosen[0][0] if len(chosen) == len(chosen[0]) == 1 else from_rows(chosen)


def indirect(names: Mapping[str, object], text: object) -> object:
    """INDIRECT by name: the value of the field or list called `text`, #REF! when there is none."""
    name = to_text(top_left(text))
    return name if isinstance(name, ErrorValue) else names.get(name, REF)


def rows(area: object) -> object:
    return area if area == REF else shape(area)[0]


def columns(area: object) -> object:
    return area if area == REF else shape(area)[1]
