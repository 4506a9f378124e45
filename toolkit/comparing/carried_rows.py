"""The rows of last year's table → this year's rows, the notes on their empty cells, and a line for each that says what became of it.

Comes in: last year's declaration, this year's table and the one it continues. Called by `carried`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from toolkit.comparing.counterparts import TablePair
from toolkit.comparing.fates import Fate, Line, Put, Step, is_blank
from toolkit.forms.model import IndicatorTable
from toolkit.reading.model import BLANK_ENTRY, Declaration, Entry, Row
from toolkit.reading.shown import plain_text
from toolkit.values.text import label_key
from toolkit.values.words import CARRIED


@dataclass(frozen=True, slots=True)
class Made:
    """A row of last year's: this year's, None where there is none; the notes on its empty cells by column."""

    row: Row | None
    notes: tuple[tuple[str, Entry], ...]
    lines: tuple[Line, ...]


def rows_carried(old: Declaration, table: IndicatorTable, pair: TablePair | None, step: Step) -> Iterator[Made]:
    """Yield what becomes of each row of the table that this one continues."""
    if pair is None:
        return
    carried, taken = any(column.field.carry == CARRIED for column in table.columns), 0
    used = [name for name in pair.old.names if name in pair.used]
    for place in enumerate(old.rows_of(pair.old), 1):
        left = [name for name in pair.old.names if name not in pair.used and not is_blank(place[1][name])]
        without = (row_line("left", pair.old, place, left),) if left else ()
        if not _has_room(table, pair, place[1]):
            yield Made(None, (), (row_line("left", pair.old, place, used, note="今年的表样里没有印这一行。"), *without))
            continue
        entries, notes, said = _row(table, pair, place[1], step)
        if not carried or not set(entries) - set(table.prefilled):
            yield Made(None, (), (row_line("anew", pair.old, place, used), *without))
            continue
        made = Row(table.first_row + taken, {**dict.fromkeys(table.names, BLANK_ENTRY), **entries})
        line = replace(row_line("carried", pair.old, place, used, note=said), after=_texts(made, table.names))
        yield Made(made, notes, (line, *without))
        taken += 1


def _row(table: IndicatorTable, pair: TablePair, row: Row, step: Step) -> tuple[dict[str, Entry], tuple[tuple[str, Entry], ...], str]:
    """What this year's row holds, last year's entries beside its empty cells, and what to look at."""
    entries: dict[str, Entry] = {}
    notes: list[tuple[str, Entry]] = []
    said: list[str] = []
    for column in (each.field for each in table.columns if each.name in pair.sources):
        entry = pair.sources[column.name].of(row)
        if is_blank(entry):
            continue
        put = Put("carried", entry) if column.prefilled else step.put(column, entry)
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


def row_line(fate: Fate, table: IndicatorTable, place: tuple[int, Row], names: Iterable[str], *, note: str = "") -> Line:
    number, row = place
    cell = next((entry.cell for name in table.names if (entry := row[name]).cell and not is_blank(entry)), None)
    return Line(fate, f"{table.name}第 {number} 行", cell or "", _texts(row, names), note=note)


def _texts(row: Row, names: Iterable[str]) -> str:
    return " ".join(text for name in names if (text := " ".join(plain_text(row[name]).split())))
