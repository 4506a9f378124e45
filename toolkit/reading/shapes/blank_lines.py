"""Lines to write on that a form prints with underscores: `项目名称：___医疗保障___`, `____万元`.

In: a grid. Out: the same with a gap for each such line, so that what was written on it is all that stands there. Called by `read`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from toolkit.sources.grid import Grid

_LINE = re.compile("[_＿﹍]{2,}")


def without_lines(grid: Grid) -> Grid:
    """Return the grid without lines of underscores in its texts; a cell that holds nothing else is blank."""
    changed = {
        place: _LINE.sub("  ", value).strip()
        for place, value in grid.cells.items()
        if isinstance(value, str) and ("__" in value or "＿＿" in value or "﹍﹍" in value)
    }
    if not changed:
        return grid
    cells = {place: changed.get(place, value) for place, value in grid.cells.items()}
    return replace(grid, cells={place: value for place, value in cells.items() if value != ""})
