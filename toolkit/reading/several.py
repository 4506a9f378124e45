"""Several indicators typed into one row, a line each: read as so many rows, with a warning.

In: a row's values and its columns. Out: the values of each indicator, None where the row holds but one. Name and number must have
the same number of lines, each line a target of its own, so that a name that is merely long, or a number with its unit below it,
is not taken apart. Called by `rows`.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.forms.model import IndicatorTable
from toolkit.reading.arranged.table import Place, Values
from toolkit.reading.model import Doubt
from toolkit.sources.grid import CellValue
from toolkit.values.targets import SYMBOLS, join_target, number_value
from toolkit.values.text import clean_text
from toolkit.values.words import WARNING

_QUALITATIVE = "定性"
_MOST = 20


def several(places: Sequence[Place], values: Values, table: IndicatorTable) -> list[Values] | None:
    """Return the values of each indicator of a row that holds several, told by its first target."""
    numbers = [*(target.number for target in table.targets), *table.whole_targets]
    if not numbers:
        return None
    lines = {place.name: _lines(value) for place, value in zip(places, values, strict=True)}
    count = len(lines.get(numbers[0], ()))
    if not 1 < count <= _MOST:
        return None
    in_target = {*numbers, *(name for target in table.targets for name in target.names)}
    names = [place.name for place in places if place.name not in table.levels and place.name not in in_target]
    if not names or len(lines[names[0]]) != count:
        return None
    for number in range(count):
        columns = table.targets[0].names if table.targets else (None, numbers[0], None)
        symbol, figure, unit = (_line(lines.get(name or "", ()), number) for name in columns)
        target = join_target(symbol, figure, unit)
        counted = number_value(target) is not None and target.unit is not None
        if target.symbol == _QUALITATIVE or target.symbol not in SYMBOLS and not counted:
            return None
    return [
        [
            _line(lines[place.name], number) if len(lines[place.name]) == count else value
            for place, value in zip(places, values, strict=True)
        ]
        for number in range(count)
    ]


def several_doubt(row: int, place: Place, count: int, value: CellValue | None) -> Doubt:
    """Return the warning about a row that was read as several."""
    message = f"第 {row} 行写了 {count} 条指标，已按 {count} 条分别读取。"
    return Doubt("格式-一行多条", WARNING, place.name, f"{place.letters}{row}", str(value), message, "请一行只填一条指标。")


def _lines(value: CellValue | None) -> tuple[str, ...]:
    if not isinstance(value, str) or "\n" not in value:
        return (str(value),) if value is not None else ()
    return tuple(line for each in clean_text(value).split("\n") if (line := each.strip()))


def _line(lines: Sequence[str], number: int) -> str | None:
    return lines[number] if number < len(lines) else lines[0] if len(lines) == 1 else None
