"""A sheet's labels against the drawing's: which row and column each has moved to, which are gone, which are reworded.

In: one copy's labels on a sheet and the form's plan. Out: a `Placement`, or None when too few labels are there. Rows
and columns are matched in their order, so inserted and deleted ones do no harm; what is then still missing is looked
for where it should stand, by similar wording. Called by `locate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from toolkit.forms.model import Label
from toolkit.reading.plan import Plan, Position, Spot
from toolkit.sources.grid import Grid

# A sheet is this form when it shows at least this share of the form's labels.
ENOUGH = 0.6

# Below this share no wording is guessed at.
_WORTH_A_SEARCH = 0.4

# How alike two wordings must be where the label should stand, and anywhere else.
_ALIKE_IN_PLACE, _ALIKE_ANYWHERE = 0.6, 0.75


@dataclass(frozen=True)
class Placement:
    """The drawing's rows, columns and labels on a sheet; empty mappings for a sheet that is as drawn.

    `missing` labels are gone with their row or column; `doubtful` ones have another text (or none) in their place.
    """

    plan: Plan
    rows: Mapping[int, int] = field(default_factory=dict)
    columns: Mapping[int, int] = field(default_factory=dict)
    labels: Mapping[Label, Position] = field(default_factory=dict)
    missing: frozenset[Label] = frozenset()
    reworded: tuple[tuple[Label, Position], ...] = ()
    doubtful: tuple[tuple[Label, Position], ...] = ()

    @property
    def exact(self) -> bool:
        return not self.rows

    def row(self, row: int) -> int:
        """The sheet's row for the drawing's `row`: as far from the nearest label row above it as in the drawing."""
        return row if self.exact else _carried(row, self.rows)

    def column(self, column: int) -> int:
        """The sheet's column for the drawing's `column`, counted from the nearest label column left of it."""
        return column if self.exact else _carried(column, self.columns)

    def spot(self, spot: Spot) -> Position | None:
        """Where a single field stands, seen from its label; None where the label is gone with its row or column."""
        if self.exact:
            return spot.row, spot.column
        label = spot.label
        if label is None:
            return self.row(spot.row), self.column(spot.column)
        if label in self.missing:
            return None
        row, column = self.labels[label]
        across = self.column(spot.column) - self.column(label.column)
        down = spot.row - label.row if spot.row <= label.row else self.row(spot.row) - self.row(label.row)
        return row + down, column + across

    def inner(self) -> Mapping[Position, Spot]:
        """The cells of fields' areas beside the fields' own cells, by where they are on the sheet."""
        if self.exact:
            return self.plan.inner
        moved = {}
        for (row, column), spot in self.plan.inner.items():
            origin = self.spot(spot)
            if origin is not None:
                moved[origin[0] + row - spot.row, origin[1] + column - spot.column] = spot
        taken = {*self.labels.values(), *(place for spot in self.plan.spots if (place := self.spot(spot)) is not None)}
        return {position: spot for position, spot in moved.items() if position not in taken}


def align(grid: Grid, plan: Plan, hits: Sequence[tuple[Position, str]]) -> Placement | None:
    """Return where the form stands among `hits` (the cells that are its labels), None when there are too few."""
    drawn: dict[int, list[Label]] = {}
    for label in plan.form.labels:
        drawn.setdefault(label.row, []).append(label)
    found: dict[int, list[tuple[int, str]]] = {}
    for (row, column), key in hits:
        found.setdefault(row, []).append((column, key))
    placed = _matched(plan, drawn, found)
    if len(placed) < _WORTH_A_SEARCH * len(plan.form.labels) or _is_list(placed):
        return None
    exact_rows = {label.row: position[0] for label, position in placed.items()}
    columns = _voted({label: position[1] for label, position in placed.items()})
    rest = [label for label in plan.form.labels if label not in placed]
    reworded, doubtful = _look_for(rest, grid, plan, placed, exact_rows, columns)
    labels = {**placed, **reworded, **doubtful}
    if len(placed) + len(reworded) < ENOUGH * len(plan.form.labels):
        return None
    aliased = [(label, at) for label, at in placed.items() if plan.key(grid.cells.get(at)) != plan.keys[label]]
    return Placement(
        plan=plan,
        rows={label.row: position[0] for label, position in labels.items()},
        columns={**_voted({label: position[1] for label, position in labels.items()}), **columns},
        labels=labels,
        missing=frozenset(label for label in rest if label not in labels),
        reworded=(*aliased, *reworded.items()),
        doubtful=tuple(doubtful.items()),
    )


def _is_list(placed: Mapping[Label, Position]) -> bool:
    """Whether labels that are drawn in several columns stand in hardly any: a list of words, no form."""
    drawn, found = {label.column for label in placed}, {column for _, column in placed.values()}
    return len(found) < ENOUGH * len(drawn)


def _matched(plan: Plan, drawn: Mapping[int, list[Label]], found: Mapping[int, list[tuple[int, str]]]) -> dict[Label, Position]:
    template_rows, sheet_rows = sorted(drawn), sorted(found)
    pairs = _in_order(
        [[plan.keys[label] for label in drawn[row]] for row in template_rows],
        [[key for _, key in found[row]] for row in sheet_rows],
    )
    placed = {}
    for i, j in pairs:
        labels, cells = drawn[template_rows[i]], found[sheet_rows[j]]
        for a, b in _in_order([[plan.keys[label]] for label in labels], [[key] for _, key in cells]):
            placed[labels[a]] = sheet_rows[j], cells[b][0]
    return placed


def _voted(columns: Mapping[Label, int]) -> dict[int, int]:
    """The sheet's column of each column of the drawing: where most of its labels are, the lowest label at a tie."""
    votes: dict[int, dict[int, tuple[int, int]]] = {}
    for label, column in columns.items():
        count, row = votes.setdefault(label.column, {}).get(column, (0, 0))
        votes[label.column][column] = count + 1, max(row, label.row)
    return {column: max(seen, key=lambda c: seen[c]) for column, seen in votes.items()}


def _look_for(
    rest: Sequence[Label],
    grid: Grid,
    plan: Plan,
    placed: Mapping[Label, Position],
    rows: Mapping[int, int],
    columns: Mapping[int, int],
) -> tuple[dict[Label, Position], dict[Label, Position]]:
    """Find labels that no wording known matches: (reworded, doubtful), each with its place on the sheet."""
    taken = set(placed.values())
    reworded: dict[Label, Position] = {}
    doubtful: dict[Label, Position] = {}
    for label in rest:
        place = _carried(label.row, rows), _carried(label.column, columns)
        text = plan.key(grid.cells.get(place))
        free = place not in taken
        if free and text and _is_wording(label, text, plan):
            reworded[label] = place
        else:
            other = _similar(label, rest, grid, plan, taken)
            if other is not None:
                reworded[label] = other
            elif free and _row_kept(label.row, rows) and _row_kept(label.column, columns) and _is_text(grid, place):
                doubtful[label] = place
        taken.update((*reworded.values(), *doubtful.values()))
    return reworded, doubtful


def _is_wording(label: Label, text: str, plan: Plan) -> bool:
    """Whether a text where the label should stand is like this label, and like no other label of the form as much."""
    likeness = _alike(plan.keys[label], text)
    return likeness >= _ALIKE_IN_PLACE and all(key == plan.keys[label] or _alike(key, text) < likeness for key in plan.counts)


def _similar(label: Label, rest: Sequence[Label], grid: Grid, plan: Plan, taken: set[Position]) -> Position | None:
    """The one free cell whose text is like this label and like no other label that is missing."""
    best: list[tuple[float, Position]] = []
    for position, value in grid.cells.items():
        text = plan.key(value)
        if text and position not in taken and text not in plan.counts:
            likeness = _alike(plan.keys[label], text)
            if likeness >= _ALIKE_ANYWHERE and all(other == label or _alike(plan.keys[other], text) < likeness for other in rest):
                best.append((likeness, position))
    best.sort(reverse=True)
    return best[0][1] if len(best) == 1 or (len(best) > 1 and best[0][0] > best[1][0]) else None


def _alike(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right, autojunk=False).ratio()


def _row_kept(line: int, known: Mapping[int, int]) -> bool:
    """Whether the drawing's row (or column) is still there: its neighbours with labels are as far apart as drawn."""
    if line in known:
        return True
    before = max((each for each in known if each < line), default=None)
    after = min((each for each in known if each > line), default=None)
    if before is None or after is None:
        return False
    return known[after] - known[before] == after - before


def _is_text(grid: Grid, place: Position) -> bool:
    return isinstance(grid.cells.get(place, ""), str)


def _carried(line: int, known: Mapping[int, int]) -> int:
    if line in known:
        return known[line]
    before = max((each for each in known if each < line), default=None)
    if before is not None:
        return known[before] + line - before
    after = min(known)
    return known[after] - (after - line)


def _in_order(left: Sequence[Sequence[str]], right: Sequence[Sequence[str]]) -> list[tuple[int, int]]:
    """Return the pairs, in order on both sides, that share the most keys (longest common subsequence by weight)."""
    shared = [[_shared(a, b) for b in right] for a in left]
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + shared[i][j])
    pairs = []
    i = j = 0
    while i < len(left) and j < len(right):
        if shared[i][j] and best[i][j] == best[i + 1][j + 1] + shared[i][j]:
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
