"""A return that is no .xlsx, written anew on its form: the workbook to mark when the file itself cannot be copied.

Comes in: declarations of one file and their findings. Goes out: a workbook and the findings with their places in it. Called
by `annotate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import PROJECT_SHEET, fill_workbook
from toolkit.reading.model import Declaration
from toolkit.reading.sheet import read_sheet
from toolkit.sources.xlsx import read_xlsx


def rebuild(form: Form, declarations: Sequence[Declaration], findings: Sequence[Finding]) -> tuple[bytes, list[Finding]]:
    """Return a new workbook with `declarations`, and `findings` pointing into it; one that fits nowhere loses its place."""
    mine = [declaration for declaration in declarations if declaration.form == form.name]
    data = fill_workbook(form, mine)
    by_name = {grid.name: grid for grid in read_xlsx(data, "")[0]}
    made: dict[int, Declaration] = {}
    for index in range(len(mine)):
        grid = by_name.get(f"{PROJECT_SHEET}{index + 1}")
        found = read_sheet(grid, form, mine[index].file) if grid is not None else None
        if found is not None:
            made[index] = found
    return data, [_moved(finding, mine, made) for finding in findings]


def _moved(finding: Finding, old: Sequence[Declaration], new: Mapping[int, Declaration]) -> Finding:
    index = next((i for i, d in enumerate(old) if d.sheet == finding.sheet and d.project == finding.project), None)
    if index is None or index not in new or (finding.sheet is None and finding.project is None):
        return replace(finding, sheet=None, cell=None)
    cell = _cell(finding, old[index], new[index])
    return replace(finding, sheet=new[index].sheet, cell=cell)


def _cell(finding: Finding, old: Declaration, new: Declaration) -> str | None:
    """Return where in the new sheet a finding points: the same field, in the same row of the table where it is about one."""
    name = finding.field or ""
    if name in new.entries:
        return new[name].cell
    rows = [number for number, row in enumerate(old.rows) if row.row == finding.row] or [0]
    return new.rows[rows[0]][name].cell if rows[0] < len(new.rows) else None
