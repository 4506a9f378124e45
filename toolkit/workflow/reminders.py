"""A `SeasonStatus` → 催报名单.xlsx, and a message to each unit that has something to do. Called by the command `status`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePath

from toolkit.forms.roster_head import deadline_text
from toolkit.forms.roster_model import Office
from toolkit.intake.copies import unused
from toolkit.outputs.marked.message import AS_FOLDER, REMINDER_TEXT, reminder_message, text_bytes
from toolkit.outputs.review.reminders import KIND, Reminders, UnitLine, reminders_workbook
from toolkit.package.atomic import Outlet, safe_name
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


def write_messages(status: SeasonStatus, folder: Path, outlet: Outlet, send: str, said: tuple[str, Office]) -> list[Path]:
    """Write the message that reminds each unit that has something to do, into its folder (`send` 文件夹) or `folder`; return the files.

    `said` names what is to be sent, and until when (unless the unit has a deadline of its own) and whom to ask. Raises OutputError as `write_reminders` does, before anything is written.
    """
    about, office = said
    plan: list[tuple[Path, str]] = []
    taken: set[str] = set()
    for unit in status.pending:
        name = safe_name(unit.unit)
        place = folder / name / REMINDER_TEXT if send == AS_FOLDER else folder / f"{name}{REMINDER_TEXT}"
        own = Office(deadline_text(unit.deadline.isoformat())).over(office) if unit.deadline else office
        plan.append((unused(place, taken), reminder_message(unit.unit, about, unit.status, unit.reason, own)))
    for place, _ in plan:
        outlet.check(place)
    for place, text in plan:
        outlet.write(place, text_bytes(text))
    return [place for place, _ in plan]


def reminders_place(output: Path, outlet: Outlet) -> Path:
    """Return where the list goes: `output`, or a file in it where it names a folder.

    Raises UsageError when that is read or in a folder that is read, OutputError when it cannot be written.
    """
    place = output if output.suffix.lower() == ".xlsx" and not output.is_dir() else output / f"{KIND}.xlsx"
    outlet.check_folder(place.parent)
    outlet.check(place)
    return place
