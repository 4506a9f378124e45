"""The template's drawing as a hint: where a label that cannot be found should be, if the sheet is that drawing moved about.

In: the labels found on a sheet. Out: a `Hint`, or None when the sheet is arranged in another way: then the drawing says nothing.
Rows and columns that were inserted or deleted leave most labels in the row and column of their neighbours, so that what is
missing can be looked for between them: a label reworded or rubbed out, a heading that went with its row, the year, which has no
label at all. Called by `layout`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from toolkit.forms.model import Label
from toolkit.reading.plan import Plan, Position

# So much of the labels found must stand as the drawing has them, by columns and by order of rows.
_SAME_DRAWING = 0.8

# How alike two wordings must be where the label should stand, and anywhere else.
ALIKE_IN_PLACE, ALIKE_ANYWHERE = 0.6, 0.8


@dataclass(frozen=True)
class Hint:
    """The sheet's row and column of each row and column of the drawing that has a label there."""

    rows: Mapping[int, int]
    columns: Mapping[int, int]

    def row(self, row: int) -> int:
        return _carried(row, self.rows)

    def column(self, column: int) -> int:
        return _carried(column, self.columns)

    def place(self, row: int, column: int) -> Position:
        return self.row(row), self.column(column)

    def keeps(self, label: Label) -> bool:
        """Whether the row and the column of a label are still there: their neighbours are as far apart as drawn."""
        return _kept(label.row, self.rows) and _kept(label.column, self.columns)


def hint_of(plan: Plan, found: Mapping[Label, Position]) -> Hint | None:
    """Return what the drawing says of a sheet on which `found` labels stand; None where it is arranged otherwise."""
    if len(found) < max(3, len(plan.form.labels) // 3):
        return None
    columns = _voted({label: column for label, (_, column) in found.items()})
    if len(set(columns.values())) < len(columns) or any(a[1] >= b[1] for a, b in pairwise(sorted(columns.items()))):
        return None
    rows = _voted({label: row for label, (row, _) in found.items()}, by_row=True)
    right = sum(columns[label.column] == column and rows[label.row] == row for label, (row, column) in found.items())
    ordered = all(a[1] < b[1] for a, b in pairwise(sorted(rows.items())))
    if not ordered or right < _SAME_DRAWING * len(found):
        return None
    return Hint(rows, columns)


def _voted(lines: Mapping[Label, int], *, by_row: bool = False) -> dict[int, int]:
    """The sheet's line of each line of the drawing: where most of its labels are, the last label's at a tie."""
    votes: dict[int, dict[int, tuple[int, int]]] = {}
    for label, line in lines.items():
        drawn, across = (label.row, label.column) if by_row else (label.column, label.row)
        count, last = votes.setdefault(drawn, {}).get(line, (0, 0))
        votes[drawn][line] = count + 1, max(last, across)
    return {drawn: max(seen, key=lambda line: seen[line]) for drawn, seen in votes.items()}


def _carried(line: int, known: Mapping[int, int]) -> int:
    """The sheet's line for a line of the drawing: as far from the nearest one before it as drawn."""
    if line in known:
        return known[line]
    before = max((each for each in known if each < line), default=None)
    if before is not None:
        return known[before] + line - before
    after = min(known)
    return known[after] - (after - line)


def _kept(line: int, known: Mapping[int, int]) -> bool:
    if line in known:
        return True
    before = max((each for each in known if each < line), default=None)
    after = min((each for each in known if each > line), default=None)
    return before is not None and after is not None and known[after] - known[before] == after - before


def wording(key: str, text: str | None, others: Sequence[str]) -> bool:
    """Return whether a text where a label should stand is like this label, and like no other of the form as much."""
    if not text:
        return False
    likeness = alike(key, text)
    return likeness >= ALIKE_IN_PLACE and all(other == key or alike(other, text) < likeness for other in others)


def alike(left: str, right: str, least: float = 0.0) -> float:
    """Return how alike two wordings are, from 0 to 1; 0 where that is surely below `least`."""
    if 2 * sum(map(left.__contains__, right)) < least * (len(left) + len(right)):
        return 0.0
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
