"""`import`: published documents, and returns that are not on the current template → one filled workbook per unit, a sheet per project.

Comes in: a request. Goes out: workbooks in a folder, with a log of what moved and what found no place where workbooks were among what was
read; and what could not be read or made. Called by the command `import`, the button 导入去年 and `demo`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from toolkit.errors import SourceError
from toolkit.forms import Form
from toolkit.intake.batch import read_batch
from toolkit.intake.copies import read_again
from toolkit.intake.current import out_of_date
from toolkit.intake.guard import costs_itself
from toolkit.intake.model import Batch, Progress
from toolkit.intake.returns import settle
from toolkit.intake.units import UnitGroup, by_unit
from toolkit.outputs.filled.moved import Move, Moves, Need, moves_between, moves_log
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import safe_name, unused_name
from toolkit.reading.model import Declaration
from toolkit.reading.money import as_printed
from toolkit.season.history import arrival
from toolkit.spreadsheet.properties import PROJECT_FIELDS, UNIT, UNIT_FIELDS
from toolkit.workflow.request import Request

LOG_NAME = "转入记录.xlsx"


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
    """What an import wrote; `batch` is what was read, with what could not be; `failed` says of whom no workbook could be made.

    `moves` say what stands elsewhere than before and what found no place, in `log` too, which is None where no workbook was read.
    """

    written: tuple[Imported, ...]
    batch: Batch
    failed: tuple[SourceError, ...] = ()
    moves: Moves = Moves()
    log: Path | None = None


def import_documents(request: Request, output: Path, progress: Progress | None = None) -> ImportResult:
    """Write what documents and returns declare into workbooks in `output`, on the current template.

    What is of one unit and year joins one workbook; of returns that are certainly older versions, or the same once more, one is taken.
    Raises UsageError when there is nothing to read or a workbook would lie on
    what is read, OutputError when one is there already and may not be replaced, or cannot be written.
    """
    outlet = request.outlet
    outlet.check_folder(output)
    raw = read_batch(request.paths, request.forms, progress, passwords=request.passwords, roster=request.roster)
    batch = settle(raw, arrival(), request.choice)
    groups = by_unit(batch.declarations)
    plan = [(output / name, group) for name, group in zip(_names(groups), groups, strict=True)]
    log = output / LOG_NAME if any(declaration.sheet is not None for declaration in batch.declarations) else None
    for place in (*(place for place, _ in plan), *([log] if log else ())):
        outlet.check(place)
    written, failed = list[Imported](), list[SourceError]()
    moved, left = list[Move](), list[Move]()
    for place, group in plan:
        form = batch.forms[group.form]
        try:
            data, made = costs_itself("、".join(group.files), _filled, form, group, _issued(batch, group))
        except SourceError as error:
            failed.append(error)
            continue
        outlet.write(place, data)
        for index, declaration in enumerate(group.declarations):
            found = moves_between(declaration, made.get(index), form, place.name)
            moved += found.moved
            left += found.left
        indicators = sum(len(declaration.rows) for declaration in group.declarations)
        written.append(Imported(place, group.name, group.year, len(group.declarations), indicators))
    moves = Moves(tuple(moved), tuple(left))
    if log is not None:
        outlet.write(log, moves_log(moves, _needs(batch, plan), batch.doubted))
    return ImportResult(tuple(written), batch, tuple(failed), moves, log)


def _filled(form: Form, group: UnitGroup, properties: Mapping[str, str]) -> tuple[bytes, dict[int, Declaration]]:
    """The workbook of a unit, and its sheets as they read; what was printed in another unit of money says so, and is asked about again."""
    data = fill_workbook(form, [as_printed(declaration, form) for declaration in group.declarations], properties)
    return data, read_again(data, form, group.declarations)


def _issued(batch: Batch, group: UnitGroup) -> dict[str, str]:
    """What the workbook issued to the unit says of its issue, for the one that takes its place."""
    issued = next((file.issued for file in batch.files if file.file in group.files and file.issued), None)
    if issued is None:
        return {}
    return {UNIT: issued.unit, UNIT_FIELDS: "、".join(issued.unit_fields), PROJECT_FIELDS: "、".join(issued.project_fields)}


def _needs(batch: Batch, plan: Sequence[tuple[Path, UnitGroup]]) -> list[Need]:
    """Every file with the workbooks its projects went into, and why it had to."""
    found = []
    for file in batch.files:
        places = [place.name for place, group in plan if file.file in group.files]
        reasons = out_of_date(file) or ("已在现行表样上",)
        found.append(Need(file.file, file.unit or PurePath(file.file).stem, "、".join(places) or "（没有转入）", "；".join(reasons)))
    return found


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
