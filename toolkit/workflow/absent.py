"""Which units of the roster sent nothing that could be reviewed: comes in a batch, go out the lines of 未报单位."""

from __future__ import annotations

from toolkit.intake.batch import Batch
from toolkit.outputs.review.model import AbsentUnit
from toolkit.values.words import NOT_FILLED


def absent_units(batch: Batch) -> tuple[AbsentUnit, ...] | None:
    """Return the roster's units without a return, in its order; None without a roster.

    A blank form sent back is no return, and is named. A file that could not be read is one, where its name or the
    workbook itself tells whose it is.
    """
    if batch.roster is None:
        return None
    sent: set[str] = set()
    blank: dict[str, list[str]] = {}
    for file in batch.files:
        for name in {file.unit, *(declaration.unit for declaration in file.declarations)}:
            unit = batch.roster.find(name)
            if unit is None:
                continue
            if file.status == NOT_FILLED:
                blank.setdefault(unit.name, []).append(file.file)
            else:
                sent.add(unit.name)
    return tuple(
        AbsentUnit(unit.name, unit.department, unit.office, unit.contact, tuple(blank.get(unit.name, ())))
        for unit in batch.roster.units
        if unit.name not in sent
    )
