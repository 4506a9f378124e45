"""Why a document that shows much of a form is none of it, where that can be said: parted over two sheets, two versions side by side.

In: the grids of a file that none of the forms reads, and the forms. Out: a clause for the finding, blank where there is nothing to say.
Called by `intake`.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.forms.model import Form
from toolkit.reading.arranged.hits import known
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.plan import Plan, plan_of, text_key
from toolkit.reading.recognise import is_own_sheet
from toolkit.sources.grid import Grid
from toolkit.values.text import squeeze

# So many different labels of fields, so many headings of the row table, are the one part of a form and the other.
_FIELDS, _HEADINGS = 4, 3

_BEFORE, _AFTER, _LONGEST = "调整前", "调整后", 16


def why_refused(grids: Sequence[Grid], forms: Sequence[Form]) -> str:
    """Return what keeps a file from being read as a form, in words; blank where nothing is known."""
    sheets = [grid for grid in grids if grid.name is not None and not is_own_sheet(grid)]
    for form in forms:
        parts = [(grid, *_shown(grid, plan_of(form))) for grid in sheets]
        heads = [grid for grid, fields, columns in parts if fields >= _FIELDS and columns < _HEADINGS]
        tables = [grid for grid, fields, columns in parts if fields < _FIELDS and columns >= _HEADINGS]
        if len(heads) == 1 and len(tables) == 1:
            return f"基本情况在工作表“{heads[0].name}”，指标在工作表“{tables[0].name}”，要放在同一张工作表里才能读"
    if any({_BEFORE, _AFTER} <= _versions(grid) for grid in grids):
        return f"表里有“{_BEFORE}”“{_AFTER}”两套内容，请只留要申报的一套"
    return ""


def _shown(grid: Grid, plan: Plan) -> tuple[int, int]:
    """How many different fields and columns of a form the labels of a grid name."""
    keys = {text_key(value) for value in grid.cells.values() if isinstance(value, str) and len(value) <= plan.limit}
    meant = {(meaning.kind, meaning.names) for key in keys for meaning in known(plan, key)[0]}
    return (
        sum(kind == Kind.FIELD for kind, _ in meant),
        sum(kind in (Kind.COLUMN, Kind.WHOLE) for kind, _ in meant),
    )


def _versions(grid: Grid) -> set[str]:
    """The words for two versions of one thing that short texts of a grid say."""
    texts = [squeeze(value) for value in grid.cells.values() if isinstance(value, str) and len(value) <= _LONGEST]
    return {word for word in (_BEFORE, _AFTER) for text in texts if word in text}
