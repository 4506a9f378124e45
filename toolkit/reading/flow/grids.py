"""Grids in a text: a line of column headings, then lines that begin with a row's heading, whatever their order.

Comes in: the words of a document and the form. Goes out: what the cells of each grid say, and the words without those lines, so that no
value of a grid falls to a field. A text often drops blank cells; where it cannot be told which, the line is not read but told.
Called by `document`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from toolkit.forms.grids.model import Grid, Heading, is_crossed
from toolkit.forms.model import Form
from toolkit.reading.arranged.labels import readings
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow.labels import key_of
from toolkit.reading.flow.words import Gap, Word, joined, lines_of, split_at
from toolkit.reading.model import BLANK_ENTRY, Entry

# So many lines may lie between two lines of a grid.
_FURTHEST = 3

# What stands left of a row's heading: the heading of the whole grid, a number.
_MOST_BEFORE = 2

Pieces = list[list[Word]]


@dataclass(frozen=True)
class GridText:
    """A grid as a text has it: its first line, what its cells say by 字段名, its lines that cannot be dealt out, the words of its headings."""

    line: int
    entries: Mapping[str, Entry]
    unread: tuple[tuple[str, str], ...]
    headings: tuple[Word, ...]


def grids_in(words: Sequence[Word], form: Form) -> tuple[list[Word], list[GridText]]:
    """Return the words that are in no grid, and the grids."""
    lines = lines_of(words)
    found: list[GridText] = []
    used: set[int] = set()
    for grid in form.grids:
        rows, columns = (_keys(axis, form) for axis in (grid.rows, grid.columns))
        for number, line in enumerate(lines):
            heads = _heads(line, columns) if number not in used else None
            if heads is not None:
                own = _lines(lines, number, rows)
                if 2 * len(own) >= len(grid.rows):
                    used |= {number, *(place for place, _, _ in own)}
                    found.append(_read(grid, line, heads, [(heading, pieces) for _, heading, pieces in own], form))
    return [word for number, line in enumerate(lines) if number not in used for word in line], found


def _keys(axis: Sequence[Heading], form: Form) -> dict[str, Heading]:
    """The headings by their keys: as printed, without `其中：` and brackets, by aliases."""
    keys = {key_of(heading.text): heading for heading in axis}
    for key, heading in list(keys.items()):
        for shorter in (key.rpartition(":")[2], *(text for text, _ in readings(key))):
            keys.setdefault(shorter, heading)
    for alias, standard in form.aliases("标签").items():
        if key_of(standard) in keys:
            keys.setdefault(key_of(alias), keys[key_of(standard)])
    return keys


def _heading(piece: Sequence[Word], keys: Mapping[str, Heading]) -> Heading | None:
    return next((keys[text] for text, _ in readings(key_of(joined(piece))) if text in keys), None)


def _heads(line: Sequence[Word], keys: Mapping[str, Heading]) -> list[tuple[int, Heading | None]] | None:
    """The columns that a line names from left to right, each with its place; None for what the form has not. None for any other line."""
    for gap in (Gap.CELL, Gap.SPACE):
        pieces = [(piece[0].column, _heading(piece, keys)) for piece in split_at(line, gap)]
        first = next((number for number, (_, heading) in enumerate(pieces) if heading is not None), len(pieces))
        known = {heading for _, heading in pieces if heading is not None}
        if known and 2 * len(known) >= len(set(keys.values())):
            return pieces[first:]
    return None


def _lines(lines: Sequence[Sequence[Word]], head: int, keys: Mapping[str, Heading]) -> list[tuple[int, Heading, Pieces]]:
    """The lines below one that begin with a row's heading, each heading's first, as far as they follow one another."""
    found: list[tuple[int, Heading, Pieces]] = []
    last = head
    for number in range(head + 1, len(lines)):
        if number - last > _FURTHEST:
            break
        pieces = split_at(lines[number], Gap.CELL)
        for place, piece in enumerate(pieces[:_MOST_BEFORE]):
            heading = _heading(piece, keys)
            if heading is not None and all(heading is not other for _, other, _ in found):
                found.append((number, heading, pieces[place:]))
                last = number
                break
    return found


def _read(
    grid: Grid, line: Sequence[Word], heads: Sequence[tuple[int, Heading | None]], rows: Sequence[tuple[Heading, Pieces]], form: Form
) -> GridText:
    """Deal out the pieces of each line."""
    kept = any(b[0].column - a[0].column > 1 for _, pieces in rows for a, b in pairwise(pieces))
    names = {(grid.rows[i].part, grid.columns[j].part): name for (i, j), name in grid.cells.items()}
    entries: dict[str, Entry] = {}
    unread: list[tuple[str, str]] = []
    for heading, (name, *values) in rows:
        open_ = [head for _, head in heads if head is not None and (heading.part, head.part) in names]
        values = [part for piece in values for part in _parted(piece)]
        dealt = _dealt(values, heads, open_, kept)
        if dealt is None:
            unread.append((name[0].cell, " ".join(joined(piece) for piece in (name, *values))))
            continue
        entries |= {names[heading.part, head.part]: BLANK_ENTRY for head in open_}
        for head, piece in dealt:
            field = names.get((heading.part, head.part)) if head is not None else None
            text = joined(piece)
            if field is not None:
                entries[field] = cell_entry(text, form.by_name[field], piece[0].cell)
            elif head is not None and not is_crossed(text):
                unread.append((piece[0].cell, text))
    return GridText(line[0].line, entries, tuple(unread), tuple(line))


def _parted(piece: Sequence[Word]) -> Pieces:
    """A piece without the dash of the next cell, that a single blank parts from it."""
    return [list(part) for _, part in groupby(piece, key=lambda word: is_crossed(word.text))]


def _dealt(
    values: Pieces, heads: Sequence[tuple[int, Heading | None]], open_: Sequence[Heading], kept: bool
) -> list[tuple[Heading | None, list[Word]]] | None:
    """Which column each piece of a line belongs to; None where that cannot be told."""
    if len(values) == len(heads):
        return [(head, piece) for (_, head), piece in zip(heads, values, strict=True)]
    places = dict(heads)
    if kept and all(piece[0].column in places for piece in values):
        return [(places[piece[0].column], piece) for piece in values]
    if len(values) == len(open_) and not any(is_crossed(joined(piece)) for piece in values):
        return list(zip(open_, values, strict=True))
    return [] if not values else None
