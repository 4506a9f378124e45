"""What becomes of one of last year's values: carried over as it is, moved on with the year, remembered beside an empty cell, or not.

Comes in: a field of this year's form and last year's entry. Goes out: a `Put`; and the nouns that say so of a whole declaration. Called by
`carried` and `carried_rows`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from toolkit.forms.model import AMOUNT, DECIMAL, INTEGER, NUMERIC, Field
from toolkit.reading.model import BLANK, MISSING, OK, Entry, Value
from toolkit.reading.shown import plain, plain_text
from toolkit.values.dates import later
from toolkit.values.words import AS_NOTE

# What became of a value: it stands in this year's form, as a date so many years later; it is a note; the roster says it otherwise; it
# is to be filled in anew; it could not be carried; this year's form has no place for it.
Fate = Literal["carried", "moved", "noted", "given", "anew", "unfit", "left"]
FATES: Final[Mapping[Fate, str]] = {
    "carried": "沿用",
    "moved": "顺延",
    "noted": "参考",
    "given": "以名单为准",
    "anew": "重填",
    "unfit": "没有沿用",
    "left": "没有位置",
}


@dataclass(frozen=True, slots=True)
class Remembered:
    """Last year's entry beside a cell that is left empty: that of a field, or of a column in the row of that number, from 0."""

    field: str
    row: int | None
    entry: Entry


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one value, or one row, of last year's; `note` says what to look at."""

    fate: Fate
    field: str
    cell: str
    text: str
    after: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Put:
    """One value looked at: `entry` is what to fill in, None for nothing."""

    fate: Fate
    entry: Entry | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """From which year to how many years later; None where nobody knows."""

    year: int | None
    years: int | None

    def put(self, each: Field, entry: Entry) -> Put:
        """Return what becomes of one value."""
        if not each.carry:
            return Put("anew")
        if each.carry == AS_NOTE:
            return Put("noted")
        value = _as(each, entry.value) if entry.state == OK else None
        if value is None:
            return Put("unfit", note=f"不能作“{each.label}”的{each.type}，没有沿用。")
        if isinstance(value, date):
            return self._moved(each, value)
        note = f"是 {self.year} 年度的金额，请核对。" if each.type == AMOUNT and self.years else self._dated(entry.text)
        return Put("carried", Entry(value, plain_text(entry), each.cell), note)

    def _moved(self, each: Field, day: date) -> Put:
        moved = None if self.years is None else later(day, self.years)
        if moved is None:
            return Put("unfit", note="不知道来源是哪一年的，日期没有顺延，请重新填写。")
        running = self.year and self.years and day.year >= self.year + self.years
        note = f"原来是 {day}：跨年的项目，请核对要不要顺延。" if running else ""
        return Put("moved" if self.years else "carried", Entry(moved, str(moved), each.cell), note)

    def _dated(self, text: str) -> str:
        """A word of warning where a text that is carried says last year's number."""
        said = self.year and self.years and re.search(rf"(?<!\d){self.year}(?!\d)", text)
        return f"写着 {self.year} 年，文字没有改，请核对。" if said else ""


def _as(each: Field, value: Value) -> Value:
    """A value as the field's type has it; None where it cannot be."""
    if each.type not in NUMERIC:
        return str(plain(value))
    if each.type == INTEGER and isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else None
    return Decimal(value) if each.type == DECIMAL and isinstance(value, int) else value


def is_blank(entry: Entry) -> bool:
    return entry.state in (BLANK, MISSING)


def counted(lines: Sequence[Line]) -> Mapping[Fate, int]:
    """Return how many values there are of each fate."""
    return {fate: sum(line.fate == fate for line in lines) for fate in FATES}
