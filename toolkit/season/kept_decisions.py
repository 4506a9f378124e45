"""What reviewers decided, kept in the ledger: it holds for later checks without the report it was written in.

Comes in: the decisions a report gives, and those that were kept. Goes out: both together, a report's own word first. What
was decided on units outside a run stays untouched. A decision stands until the content it was made on changes, or a report
says otherwise (退回 instead of 保留). Called by `check`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.checking.model import Finding
from toolkit.intake.batch import Batch
from toolkit.intake.subjects import Subjects
from toolkit.outputs.review import model as columns
from toolkit.season.decisions import Decided, Decision, Decisions
from toolkit.values.text import label_key
from toolkit.values.words import REPAIR

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

_SHEET = "台账"
_REMARK = "人工意见 "


def kept_decisions(ledger: Ledger, given: Decisions | None, findings: Sequence[Finding], batch: Batch) -> Decisions | None:
    """Return `given` with what the ledger holds about these findings and units; None where there is neither."""
    rows = given.rows if given else ()
    taken = {_name(decision) for decision in rows}
    stored = [decision for decision in _stored(ledger) if _name(decision) not in taken]
    if stored:
        subjects = Subjects(batch)
        places = {subjects.key(finding).place for finding in findings if finding.family != REPAIR}
        units = {label_key(declaration.unit or "") for declaration in batch.declarations}
        stored = [
            decision
            for decision in stored
            if (label_key(decision.cells[columns.UNIT]) in units if decision.is_remark else _place(decision) in places)
        ]
    if not stored:
        return given
    return Decisions((*rows, *stored), given.notes if given else ())


def keep_decisions(ledger: Ledger, given: Decisions | None, decided: Decided | None, seen: str) -> None:
    """Write down what a report decided, those about units outside this run too; inside `writing`."""
    if given is None:
        return
    found = {_name(decision): decision.cells for decision in given.rows if decision.key and decision.sheet != _SHEET}
    for each in decided.reviewed if decided else ():
        if each.decision is not None and each.key and each.decision.sheet != _SHEET:
            name = _REMARK + each.key if each.decision.is_remark else each.key
            found[name] = {**each.decision.cells, columns.KEY: each.key}
    rows = [(name, json.dumps(dict(cells), ensure_ascii=False), seen) for name, cells in found.items()]
    ledger.run_many("INSERT OR REPLACE INTO decisions VALUES (?, ?, ?)", rows)


def _stored(ledger: Ledger) -> list[Decision]:
    found = []
    for number, text in ledger.rows("SELECT rowid, cells FROM decisions ORDER BY rowid"):
        try:
            cells = json.loads(text)
        except ValueError:
            continue
        if isinstance(cells, dict):
            found.append(Decision(int(number), _Cells({str(k): str(v) for k, v in cells.items()}), _SHEET))
    return found


class _Cells(dict[str, str]):
    """Cells by heading; a heading that an older program did not know is blank."""

    def __missing__(self, heading: str) -> str:
        return ""


def _name(decision: Decision) -> str:
    return _REMARK + decision.key if decision.is_remark else decision.key


def _place(decision: Decision) -> str:
    return decision.key.partition("-")[0]
