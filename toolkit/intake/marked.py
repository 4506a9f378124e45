"""A marked copy that came back, as if it had never been marked: our list and our notes are no part of what a unit declares.

Comes in: the grids of a workbook, 退改 or one saved with the marks of an audit in Excel. Goes out: those the unit filled
in. Called by `batch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.outputs.marked.texts import COLUMNS, HEADLINE, OURS, REVIEW_SHEET
from toolkit.sources.grid import Grid


def without_marks(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """Return the grids without the sheet 审核意见, their notes without what marking put into them."""
    return tuple(_plain(grid) for grid in grids if not _is_review(grid))


def _is_review(grid: Grid) -> bool:
    if not (grid.name or "").startswith(REVIEW_SHEET):
        return False
    return set(COLUMNS) <= {value for (row, _), value in grid.cells.items() if row <= 10 and isinstance(value, str)}


def _plain(grid: Grid) -> Grid:
    if not any(HEADLINE in text for text in grid.comments.values()):
        return grid
    left = {place: OURS.sub("", text.replace("\r\n", "\n")).strip() for place, text in grid.comments.items()}
    return replace(grid, comments={place: text for place, text in left.items() if text})
