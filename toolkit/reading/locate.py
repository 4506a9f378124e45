"""Where a form's cells are on a returned sheet: by its labels, wherever they have moved to.

Comes in: a grid and a form. Goes out: a `Placement` that maps the template's rows and columns to the sheet's, or None when
the sheet is not this form. Labels at their own places are the fast way; otherwise rows and columns are aligned, so that
inserted and deleted rows and columns do no harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.forms.model import Form, Label
from toolkit.sources.grid import Grid
from toolkit.values.text import label_key

# A sheet is this form when it shows at least this share of the form's labels.
ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Placement:
    """The template's rows and columns on a sheet; `rows` holds only rows with a label that was found there."""

    rows: Mapping[int, int]
    columns: Mapping[int, int]
    missing: frozenset[Label]
    exact: bool

    def row(self, row: int) -> int:
        """The sheet's row for the template's `row`: as far below the nearest label row above it as in the template."""
        if self.exact or row in self.rows:
            return self.rows.get(row, row)
        above = [known for known in self.rows if known < row]
        if above:
            return self.rows[max(above)] + row - max(above)
        below = min(self.rows)
        return self.rows[below] - (below - row)

    def column(self, column: int) -> int:
        """The sheet's column for the template's `column`, counted from the nearest label column left of it."""
        if self.exact or column in self.columns:
            return self.columns.get(column, column)
        left = [known for known in self.columns if known < column]
        if left:
            return self.columns[max(left)] + column - max(left)
        right = min(self.columns)
        return self.columns[right] - (right - column)


def locate(grid: Grid, form: Form) -> Placement | None:
    """Return where `form` stands on `grid`, or None when too few of its labels are there."""
    if not form.labels:
        return None
    keys = _label_keys(form)
    if all(_key_at(grid, label.row, label.column) == keys[label] for label in form.labels):
        return Placement({}, {}, frozenset(), exact=True)
    return _aligned(grid, form, keys)


@lru_cache(maxsize=8)
def _keys_of(labels: tuple[Label, ...]) -> dict[Label, str]:
    return {label: label_key(label.text) for label in labels}


def _label_keys(form: Form) -> dict[Label, str]:
    return _keys_of(form.labels)


def _key_at(grid: Grid, row: int, column: int) -> str | None:
    value = grid.cells.get((row, column))
    return label_key(value) if isinstance(value, str) else None


def label_aliases(form: Form) -> dict[str, str]:
    """Keys of other wordings of this form's labels → the key of the printed one (lists 标签别名 and 标签标准名)."""
    return {label_key(alias): label_key(standard) for alias, standard in form.aliases("标签").items() if alias}


def _aligned(grid: Grid, form: Form, keys: dict[Label, str]) -> Placement | None:
    known = set(keys.values())
    aliases = label_aliases(form)
    found: dict[int, list[tuple[int, str]]] = {}
    for (row, column), value in sorted(grid.cells.items()):
        if isinstance(value, str):
            key = label_key(value)
            key = key if key in known else aliases.get(key, key)
            if key in known:
                found.setdefault(row, []).append((column, key))
    drawn: dict[int, list[Label]] = {}
    for label in form.labels:
        drawn.setdefault(label.row, []).append(label)

    template_rows, sheet_rows = sorted(drawn), sorted(found)
    pairs = _align(
        [[keys[label] for label in drawn[row]] for row in template_rows],
        [[key for _, key in found[row]] for row in sheet_rows],
    )
    rows: dict[int, int] = {}
    votes: dict[int, dict[int, int]] = {}
    missing = set(form.labels)
    for i, j in pairs:
        labels, cells = drawn[template_rows[i]], found[sheet_rows[j]]
        for a, b in _align([[keys[label]] for label in labels], [[key] for _, key in cells]):
            rows[template_rows[i]] = sheet_rows[j]
            missing.discard(labels[a])
            column_votes = votes.setdefault(labels[a].column, {})
            column_votes[cells[b][0]] = column_votes.get(cells[b][0], 0) + 1
    if len(form.labels) - len(missing) < ENOUGH * len(form.labels):
        return None
    columns = {column: max(sorted(seen), key=lambda c: seen[c]) for column, seen in votes.items()}
    return Placement(rows, columns, frozenset(missing), exact=False)


def _align(left: Sequence[Sequence[str]], right: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Return the pairs, in order on both sides, that share the most keys (longest common subsequence by weight)."""
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            both = best[i + 1][j + 1] + _shared(left[i], right[j])
            best[i][j] = max(best[i + 1][j], best[i][j + 1], both)
    pairs = []
    i = j = 0
    while i < len(left) and j < len(right):
        shared = _shared(left[i], right[j])
        if shared and best[i][j] == best[i + 1][j + 1] + shared:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _shared(left: Sequence[str], right: Sequence[str]) -> int:
    rest = list(right)
    count = 0
    for key in left:
        if key in rest:
            rest.remove(key)
            count += 1
    return count
