"""What of last year's declaration stands in this year's: values that 沿用 carries over, dates moved on, notes; each value accounted for.

Comes in: a declaration of last year, its form and this year's, how many years later it is. Goes out: `Carried`. What nobody could read, and
what this year's form has no place for, is not carried and said. Called by `workflow.issue`, and by `approved` for what stands now.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Literal

from toolkit.comparing.counterparts import TablePair, counterparts
from toolkit.forms import Form
from toolkit.forms.model import AMOUNT, DECIMAL, FIGURES, INTEGER, Field, IndicatorTable
from toolkit.reading.model import BLANK, BLANK_ENTRY, MISSING, OK, Declaration, Entry, Row, Value
from toolkit.reading.shown import plain, plain_text
from toolkit.values.dates import later
from toolkit.values.text import label_key
from toolkit.values.words import AS_NOTE, CARRIED, PROJECT_ROLE, UNIT_ROLE, YEAR_ROLE, Role

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

# These are the roster's and the season's to say.
_GIVEN: tuple[Role, ...] = (UNIT_ROLE, PROJECT_ROLE, YEAR_ROLE)


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


@dataclass(frozen=True)
class Carried:
    """What this year's declaration begins with; `lines` say of every value of last year's what became of it."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    more_rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    notes: tuple[Remembered, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class _Put:
    """One value looked at: `entry` is what to fill in, None for nothing."""

    fate: Fate
    entry: Entry | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """From which year to how many years later; None where nobody knows."""

    year: int | None
    years: int | None

    def put(self, each: Field, entry: Entry) -> _Put:
        """Return what becomes of one value."""
        if not each.carry:
            return _Put("anew")
        if each.carry == AS_NOTE:
            return _Put("noted")
        value = _as(each, entry.value) if entry.state == OK else None
        if value is None:
            return _Put("unfit", note=f"不能作“{each.label}”的{each.type}，没有沿用。")
        if isinstance(value, date):
            return self._moved(each, value)
        note = f"是 {self.year} 年度的金额，请核对。" if each.type == AMOUNT and self.years else self._dated(entry.text)
        return _Put("carried", Entry(value, plain_text(entry), each.cell), note)

    def _moved(self, each: Field, day: date) -> _Put:
        moved = None if self.years is None else later(day, self.years)
        if moved is None:
            return _Put("unfit", note="不知道来源是哪一年的，日期没有顺延，请重新填写。")
        running = self.year and self.years and day.year >= self.year + self.years
        note = f"原来是 {day}：跨年的项目，请核对要不要顺延。" if running else ""
        return _Put("moved" if self.years else "carried", Entry(moved, str(moved), each.cell), note)

    def _dated(self, text: str) -> str:
        """A word of warning where a text that is carried says last year's number."""
        said = self.year and self.years and re.search(rf"(?<!\d){self.year}(?!\d)", text)
        return f"写着 {self.year} 年，文字没有改，请核对。" if said else ""


@dataclass(frozen=True, slots=True)
class _Made:
    """A row of last year's: this year's, None where there is none; the notes on its empty cells by column."""

    row: Row | None
    notes: tuple[tuple[str, Entry], ...]
    lines: tuple[Line, ...]


def carry(old: Declaration, before: Form, form: Form, years: int | None, given: Mapping[str, Entry] = MappingProxyType({})) -> Carried:
    """Return what of `old`, on the form `before`, stands in a declaration on `form` that is `years` later; None where nobody knows.

    What is `given` already, by 字段名, stays.
    """
    step, known = _Step(old.year, years), counterparts(before, form)
    entries: dict[str, Entry] = {}
    notes: list[Remembered] = []
    lines: list[Line] = []
    for each in form.fields:
        entry = old[known.fields.get(each.name, "")]
        if each.role in _GIVEN or each.formula or each.prefilled or _is_blank(entry):
            continue
        own = given.get(each.name)
        if own is not None:
            lines += [] if plain_text(own) == plain_text(entry) else [_line(each.name, entry, _Put("given", own))]
            continue
        put = step.put(each, entry)
        if put.entry is not None:
            entries[each.name] = put.entry
        elif each.carry:
            notes.append(Remembered(each.name, None, entry))
        lines.append(_line(each.name, entry, put))
    lines += _homeless(old, before, {*known.fields.values(), *(old.roles.get(role, "") for role in _GIVEN)})
    rows: dict[str, tuple[Row, ...]] = {}
    for table in form.tables:
        made = list(_rows(old, table, known.tables.get(table.name), step))
        rows[table.name] = tuple(each.row for each in made if each.row is not None)
        for number, one in enumerate(each for each in made if each.row is not None):
            notes += [Remembered(name, number, entry) for name, entry in one.notes]
        lines += [line for one in made for line in one.lines]
    continued = {pair.old.name for pair in known.tables.values()}
    for table in (each for each in before.tables if each.name not in continued):
        lines += [_row_line("left", table, (number, row), table.names) for number, row in enumerate(old.rows_of(table), 1)]
    first = form.table.name if form.table else ""
    return Carried(entries, rows.pop(first, ()), rows, tuple(notes), tuple(lines))


def _homeless(old: Declaration, before: Form, used: Collection[str]) -> Iterator[Line]:
    """Values of single fields that this year's form has no field for."""
    for each in before.fields:
        if each.name not in used and not each.formula and not _is_blank(old[each.name]):
            yield _line(each.name, old[each.name], _Put("left"))


def _as(each: Field, value: Value) -> Value:
    """A value as the field's type has it; None where it cannot be."""
    if each.type not in FIGURES:
        return str(plain(value))
    if each.type == INTEGER and isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else None
    return Decimal(value) if each.type == DECIMAL and isinstance(value, int) else value


def _rows(old: Declaration, table: IndicatorTable, pair: TablePair | None, step: _Step) -> Iterator[_Made]:
    """Yield what becomes of each row of the table that this one continues."""
    if pair is None:
        return
    carried, taken = any(column.field.carry == CARRIED for column in table.columns), 0
    used = [name for name in pair.old.names if name in pair.used]
    for place in enumerate(old.rows_of(pair.old), 1):
        left = [name for name in pair.old.names if name not in pair.used and not _is_blank(place[1][name])]
        without = (_row_line("left", pair.old, place, left),) if left else ()
        if not _has_room(table, pair, place[1]):
            yield _Made(None, (), (_row_line("left", pair.old, place, used, note="今年的表样里没有印这一行。"), *without))
            continue
        entries, notes, said = _row(table, pair, place[1], step)
        if not carried or not set(entries) - set(table.prefilled):
            yield _Made(None, (), (_row_line("anew", pair.old, place, used), *without))
            continue
        made = Row(table.first_row + taken, {**dict.fromkeys(table.names, BLANK_ENTRY), **entries})
        line = replace(_row_line("carried", pair.old, place, used, note=said), after=_texts(made, table.names))
        yield _Made(made, notes, (line, *without))
        taken += 1


def _row(table: IndicatorTable, pair: TablePair, row: Row, step: _Step) -> tuple[dict[str, Entry], tuple[tuple[str, Entry], ...], str]:
    """What this year's row holds, last year's entries beside its empty cells, and what to look at."""
    entries: dict[str, Entry] = {}
    notes: list[tuple[str, Entry]] = []
    said: list[str] = []
    for column in (each.field for each in table.columns if each.name in pair.sources):
        entry = pair.sources[column.name].of(row)
        if _is_blank(entry):
            continue
        put = _Put("carried", entry) if column.prefilled else step.put(column, entry)
        if put.entry is not None:
            entries[column.name] = put.entry
        elif column.carry:
            notes.append((column.name, entry))
        said += [f"{column.label}{put.note}"] if put.note else []
    return entries, tuple(notes), "".join(said)


def _has_room(table: IndicatorTable, pair: TablePair, row: Row) -> bool:
    """Whether a table whose rows are printed has the row."""
    if not table.printed:
        return True
    said = tuple(label_key(plain_text(pair.sources[name].of(row))) if name in pair.sources else "" for name in table.prefilled)
    printed = [tuple(map(label_key, texts)) for texts in table.printed.values()]
    return said in printed or any(not any(texts) for texts in printed)


def _row_line(fate: Fate, table: IndicatorTable, place: tuple[int, Row], names: Iterable[str], *, note: str = "") -> Line:
    number, row = place
    cell = next((entry.cell for name in table.names if (entry := row[name]).cell and not _is_blank(entry)), None)
    return Line(fate, f"{table.name}第 {number} 行", cell or "", _texts(row, names), note=note)


def _line(label: str, entry: Entry, put: _Put) -> Line:
    return Line(put.fate, label, entry.cell or "", plain_text(entry), plain_text(put.entry) if put.entry else "", put.note)


def _texts(row: Row, names: Iterable[str]) -> str:
    return " ".join(text for name in names if (text := " ".join(plain_text(row[name]).split())))


def _is_blank(entry: Entry) -> bool:
    return entry.state in (BLANK, MISSING)


def counted(lines: Sequence[Line]) -> Mapping[Fate, int]:
    """Return how many values there are of each fate."""
    return {fate: sum(line.fate == fate for line in lines) for fate in FATES}
