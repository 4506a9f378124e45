"""A `SeasonStatus` → 催报名单.xlsx, whole or not at all. Called by the command `status`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePath

from toolkit.outputs.review.reminders import KIND, Reminders, UnitLine, reminders_workbook
from toolkit.package.atomic import Outlet
from toolkit.season.standing import STATUSES, SeasonStatus, UnitStatus
from toolkit.values.words import OURS


def write_reminders(status: SeasonStatus, output: Path, outlet: Outlet, *, made: datetime | None = None) -> None:
    """Write the list to `output`. Raises OutputError when it is there already and may not be replaced, or cannot be written."""
    data = Reminders(
        title=status.round,
        made=f"{made or datetime.now():%Y-%m-%d %H:%M}",
        by=status.by,
        statuses=STATUSES,
        lines=[_line(unit, status) for unit in status.units],
        strays=[
            *((file.file, file.status, file.reason) for file in status.strays),
            *((other.file, other.word, other.reason) for other in status.others if other.what != OURS),
        ],
    )
    outlet.write(output, reminders_workbook(data))


def _line(unit: UnitStatus, status: SeasonStatus) -> UnitLine:
    names = [PurePath(file.file).name for file in unit.files] + [PurePath(file).name for file in unit.attachments]
    return UnitLine(
        group=status.group_of(unit),
        unit=unit.unit,
        status=unit.status,
        reason=unit.reason,
        contact=unit.contact,
        last=unit.last[:16].replace("T", " "),
        versions=unit.versions,
        errors=unit.errors,
        warnings=unit.warnings,
        electronic=unit.electronic,
        scanned=unit.scanned,
        files="、".join(dict.fromkeys(names)),
        pending=unit.pending,
    )


def reminders_place(output: Path, outlet: Outlet) -> Path:
    """Return where the list goes: `output`, or a file in it where it names a folder.

    Raises UsageError when that is read or in a folder that is read, OutputError when it cannot be written.
    """
    place = output if output.suffix.lower() == ".xlsx" and not output.is_dir() else output / f"{KIND}.xlsx"
    outlet.check_folder(place.parent)
    outlet.check(place)
    return place
