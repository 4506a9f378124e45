"""`import`: published documents → one filled workbook per unit, a sheet per project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.forms import Form
from toolkit.intake.batch import Batch, Progress, read_batch
from toolkit.intake.units import UnitGroup, by_unit
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import check_place, safe_name, unused_name, write_atomic


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
    """What an import wrote; `batch` is what was read, with what could not be."""

    written: tuple[Imported, ...]
    batch: Batch


def import_paths(
    paths: Sequence[str],
    forms: Sequence[Form],
    output: Path,
    *,
    force: bool = False,
    progress: Progress | None = None,
    passwords: Sequence[str] = (),
) -> ImportResult:
    """Write what the documents behind `paths` declare into workbooks in `output`.

    Documents of one unit and year join one workbook. Raises UsageError when there is nothing to read, OutputError when a
    workbook is there already and not `force`, or cannot be written.
    """
    batch = read_batch(paths, forms, progress, passwords=passwords)
    groups = by_unit(batch.declarations)
    plan = [(output / name, group) for name, group in zip(_names(groups), groups, strict=True)]
    for place, _ in plan:
        check_place(place, force)
    written = []
    for place, group in plan:
        write_atomic(place, fill_workbook(batch.forms[group.form], group.declarations), force=force)
        indicators = sum(len(declaration.rows) for declaration in group.declarations)
        written.append(Imported(place, group.name, group.year, len(group.declarations), indicators))
    return ImportResult(tuple(written), batch)


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
