"""The further row tables of a text: a line of column headings, then a line for each row.

Comes in: the words of a document and the form. Goes out: the rows of each such table, and the words without those lines, so that they fall
to no field and to no row of the first table. A text often drops blank cells; where it cannot be told which, the line is not read but told.
Called by `document`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from toolkit.forms.model import DATE, NUMERIC, Column, Form, IndicatorTable
from toolkit.reading.arranged.labels import readings
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.arranged.table import TOTALS
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow.labels import Lexicon, key_of
from toolkit.reading.flow.words import Gap, Word, joined, lines_of, split_at
from toolkit.reading.model import BLANK, BLANK_ENTRY, OK, Row
from toolkit.values.text import squeeze

Pieces = list[list[Word]]

# The headings of a line from left to right, each with its place; None for a column that the form has not.
_Heads = list[tuple[int, Column | None]]

# What it costs to take a number for a text, a word for one that its list has not, to leave the column blank that names the row.
_NUMBER, _STRANGE, _NAMELESS = 1, 2, 2

_NUMBER_ONLY = re.compile(r"[0-9,]+(?:\.[0-9]*)?")

# More columns than that are not tried out where cells are missing.
_MOST = 14


@dataclass(frozen=True)
class TableText:
    """A piece of a table as a text has it: its first line, its rows, its lines that cannot be dealt out."""

    table: IndicatorTable
    line: int
    rows: tuple[Row, ...]
    unread: tuple[tuple[str, str], ...]


def tables_in(words: Sequence[Word], form: Form, lexicon: Lexicon) -> tuple[list[Word], list[TableText]]:
    """Return the words that are in no further row table, and those tables in reading order."""
    lines = lines_of(words)
    keys = {table.name: _keys(table, form) for table in form.tables}
    heads = [_headed(line, form, keys) for line in lines]
    found: list[TableText] = []
    used: set[int] = set()
    for number, head in enumerate(heads):
        if head is None or head[0].first:
            continue
        table, columns, gap = head
        last = next((n for n in range(number + 1, len(lines)) if heads[n] is not None or _ends(lines[n], lexicon)), len(lines))
        used.update(range(number, last))
        found.append(_read(table, columns, gap, lines[number:last], form))
    return [word for number, line in enumerate(lines) if number not in used for word in line], found


def rows_of(found: Sequence[TableText], form: Form) -> dict[str, tuple[Row, ...]]:
    """Return the rows of each further table of the form."""
    return {table.name: tuple(row for each in found if each.table is table for row in each.rows) for table in form.tables[1:]}


def _keys(table: IndicatorTable, form: Form) -> dict[str, Column]:
    """The columns by the keys of their headings, by aliases too."""
    keys = {key_of(column.field.label): column for column in table.columns}
    for alias, standard in form.aliases("标签").items():
        if key_of(standard) in keys:
            keys.setdefault(key_of(alias), keys[key_of(standard)])
    return keys


def _headed(line: Sequence[Word], form: Form, keys: Mapping[str, Mapping[str, Column]]) -> tuple[IndicatorTable, _Heads, Gap] | None:
    """The table whose columns a line names, at least half of them and the one that names its rows; what parts its cells."""
    for gap in (Gap.CELL, Gap.SPACE):
        pieces = split_at(line, gap)
        named = [
            (table, [(piece[0].column, _column(piece, keys[table.name])) for piece in pieces]) for table in form.tables if len(pieces) > 1
        ]
        shares = [len({c.name for _, c in heads if c is not None}) / len(table.columns) for table, heads in named]
        best = max(range(len(named)), key=shares.__getitem__, default=None)
        if best is not None and shares[best] >= 0.5 and any(c and c.name == named[best][0].naming for _, c in named[best][1]):
            return (*named[best], gap)
    return None


def _column(piece: Sequence[Word], keys: Mapping[str, Column]) -> Column | None:
    return next((keys[text] for text, _ in readings(key_of(joined(piece))) if text in keys), None)


def _ends(line: Sequence[Word], lexicon: Lexicon) -> bool:
    """Whether a line belongs to what follows a table: it begins with a label, with a word of the first table's tree, or is a note."""
    first = split_at(line, Gap.CELL)[0]
    levels = any(end == len(first) for end, _ in lexicon.levels_at(first, 0))
    return levels or lexicon.sign_at(line, 0) is not None or is_note(joined(line))


def _read(table: IndicatorTable, heads: _Heads, gap: Gap, lines: Sequence[Sequence[Word]], form: Form) -> TableText:
    rows: list[Row] = []
    unread: list[tuple[str, str]] = []
    for line in lines[1:]:
        pieces = split_at(line, gap)
        if squeeze(joined(pieces[0])) in TOTALS:
            continue
        dealt = _dealt(pieces, heads, table, form)
        if dealt is None:
            unread.append((line[0].cell, " ".join(map(joined, pieces))))
            continue
        entries = {column.name: BLANK_ENTRY for column in table.columns}
        for column, piece in dealt:
            if column is not None:
                entries[column.name] = cell_entry(joined(piece), column.field, piece[0].cell)
        for name in table.levels:
            if rows and entries[name].state == BLANK:
                entries[name] = rows[-1][name]
        if any(entries[column.name].state != BLANK for column in table.columns if not column.field.prefilled):
            rows.append(Row(line[0].line, entries))
    return TableText(table, lines[0][0].line, tuple(rows), tuple(unread))


def _dealt(pieces: Pieces, heads: _Heads, table: IndicatorTable, form: Form) -> list[tuple[Column | None, list[Word]]] | None:
    """Which column each piece of a line belongs to; None where that cannot be told."""
    places = dict(heads)
    if len(pieces) == len(heads):
        return [(column, piece) for (_, column), piece in zip(heads, pieces, strict=True)]
    if len(pieces) > len(heads) or len(heads) > _MOST:
        return None
    kept = any(piece[0].column != number for number, piece in enumerate(pieces, pieces[0][0].column))
    if kept and all(piece[0].column in places for piece in pieces):
        return [(places[piece[0].column], piece) for piece in pieces]
    ways = sorted(_ways(pieces, heads, table, form), key=lambda way: way[0])
    if not ways or len(ways) > 1 and ways[0][0] == ways[1][0]:
        return None
    return [(heads[place][1], piece) for place, piece in zip(ways[0][1], pieces, strict=True)]


def _ways(pieces: Pieces, heads: _Heads, table: IndicatorTable, form: Form) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield every way to deal out the pieces in their order, with its cost; what is no value of its column has none."""
    costs = [[_cost(joined(piece), column, form) for _, column in heads] for piece in pieces]
    for way in combinations(range(len(heads)), len(pieces)):
        paid = [costs[number][place] for number, place in enumerate(way)]
        if None not in paid:
            named = any(column is not None and column.name == table.naming for _, column in (heads[place] for place in way))
            yield sum(filter(None, paid)) + (0 if named else _NAMELESS), way


def _cost(text: str, column: Column | None, form: Form) -> int | None:
    if column is None:
        return _STRANGE
    field, bare = column.field, text.replace(",", "").replace(".", "")
    if field.type in NUMERIC:
        # A day is no bare number, but for 20260501.
        if field.type == DATE and _NUMBER_ONLY.fullmatch(text) and len(text) != 8:
            return None
        return 0 if cell_entry(text, field, None).state == OK else None
    words = form.lists.get(field.code_list or "", ())
    if words:
        return 0 if text in words else _STRANGE
    return _NUMBER if bare.isdigit() else 0
