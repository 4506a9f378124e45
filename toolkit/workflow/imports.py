"""`import`: published documents → one filled workbook per unit, a sheet per project.

Comes in: a request. Goes out: workbooks in a folder, and what could not be read or made. Called by the command `import`, the button
导入去年 and `demo`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.intake.batch import read_batch
from toolkit.intake.guard import costs_itself
from toolkit.intake.model import Batch, Progress
from toolkit.intake.units import UnitGroup, by_unit
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import safe_name, unused_name
from toolkit.workflow.request import Request


@dataclass(frozen=True)
class Imported:
    """A workbook written: for which unit and year, with how many projects and indicators."""

    path: Path
    unit: str
    year: int | None
    projects: int
    indicators: int


@dataclass(frozen=True)
class ImportResult:
    """What an import wrote; `batch` is what was read, with what could not be; `failed` says of whom no workbook could be made."""

    written: tuple[Imported, ...]
    batch: Batch
    failed: tuple[SourceError, ...] = ()


def import_documents(request: Request, output: Path, progress: Progress | None = None) -> ImportResult:
    """Write what published documents declare into workbooks in `output`.

    Documents of one unit and year join one workbook. Raises UsageError when there is nothing to read or a workbook would lie on
    what is read, OutputError when one is there already and may not be replaced, or cannot be written.
    """
    outlet = request.outlet
    outlet.check_folder(output)
    batch = read_batch(request.paths, request.forms, progress, passwords=request.passwords)
    groups = by_unit(batch.declarations)
    plan = [(output / name, group) for name, group in zip(_names(groups), groups, strict=True)]
    for place, _ in plan:
        outlet.check(place)
    written, failed = [], []
    for place, group in plan:
        try:
            data = costs_itself("、".join(group.files), fill_workbook, batch.forms[group.form], group.declarations)
        except SourceError as error:
            failed.append(error)
            continue
        outlet.write(place, data)
        indicators = sum(len(declaration.rows) for declaration in group.declarations)
        written.append(Imported(place, group.name, group.year, len(group.declarations), indicators))
    return ImportResult(tuple(written), batch, tuple(failed))


def _names(groups: Sequence[UnitGroup]) -> list[str]:
    """`<实施单位>.xlsx`; a unit that comes with several years, or on several forms, gets these into its names."""
    units = [group.key[1][0] for group in groups]
    names: list[str] = []
    for group in groups:
        name = group.name
        if units.count(group.key[1][0]) > 1:
            alike = [other for other in groups if other.key[1] == group.key[1]]
            name += f"{group.year or ''}" + (group.form if len(alike) > 1 else "")
        names.append(unused_name("", safe_name(f"{name}.xlsx"), {taken.casefold() for taken in names}))
    return names
