"""A finished check written down in the ledger: every return that came, what it came to, and where each file lies.

Comes in: a batch as read and as checked, its findings. Goes out: rows, inside one transaction, so that a run that is ended leaves
nothing or all. The same content from the same unit in the same round is the same return however often and under whatever name it
comes. `history` gives the rows again. Called by `check`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking.model import Finding
from toolkit.forms.roster_model import name_key
from toolkit.intake.model import Batch, FileResult
from toolkit.reading.model import Declaration
from toolkit.season import tables
from toolkit.season.codec import CodecError, declaration_data, findings_data, pack
from toolkit.season.history import is_below, last_round, modified, place_of
from toolkit.season.memory import Memory
from toolkit.values.text import label_key
from toolkit.values.words import ERROR, FILE, HINT, NEEDS_CHANGES, PASSED, REPAIR, WARNING, FileStatus

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger


def record(memory: Memory, raw: Batch, checked: Batch, findings: Sequence[Finding], paths: Sequence[str], named_round: str | None) -> None:
    """Write down a check: its batch as it was read, as it was checked, what was found, and the paths given to it.

    Without a `named_round` a file that lies unchanged where it was keeps its round; others belong to that of the last run.
    Inside `writing`.
    """
    ledger, seen = memory.ledger, memory.now.isoformat(timespec="seconds")
    round_now = last_round(ledger) if named_round is None else named_round
    before = {row.place: row for row in ledger.rows(tables.PLACES)}
    times = {file.file: modified(file) for file in raw.files}
    final = {file.file: file for file in checked.files}
    ordered = sorted(raw.files, key=lambda file: (times[file.file], file.file))
    known = {file.file: memory.known[file.file] for file in raw.files if file.file in memory.known}
    counted = _Counted(checked, findings)
    rivals = {file: [o for o in c.rivals if o != file] for c in checked.conflicts for file in c.rivals}
    copies = dict(checked.copies)
    instead = {file: other for conflict in checked.conflicts for file, other in conflict.left}
    memory.drop_old()
    ledger.run(tables.KEEP_ROUND, {"round": round_now})
    ledger.run(tables.FORGET_JOINED)
    _forget_places(ledger, paths, {place_of(file) for file in raw.files})
    for file in ordered:
        about = known.get(file.file)
        content = about.content if about else ""
        if copies.get(file.file) in known:
            content, about = known[copies[file.file]].content, None
        place = place_of(file)
        unchanged = named_round is None and place in before and before[place].content == content
        round_ = before[place].round if unchanged else round_now
        ledger.run(
            tables.KEEP_PLACE,
            {
                "place": place,
                "file": file.file,
                "content": content,
                "unit": final[file.file].unit or "",
                "status": final[file.file].status,
                "attached_to": file.attached_to or "",
                "rivals": "\n".join(rivals.get(file.file, ())),
                "instead": instead.get(file.file, ""),
                "reason": _reason(file),
                "modified": times[file.file],
                "seen": seen,
                "round": round_,
            },
        )
        if about and content:
            for members in _by_unit(file.declarations):
                values = {"round": round_, "content": content, "modified": times[file.file], "seen": seen}
                _record_return(ledger, file, members, values, counted.of(file.file, members), private=not about.key)


def _record_return(
    ledger: Ledger,
    file: FileResult,
    members: Sequence[Declaration],
    values: dict[str, object],
    counted: _Counts | None,
    *,
    private: bool,
) -> None:
    """Add a return, or bring one that is known up to date. What was set aside in this run keeps what is known of it."""
    unit = members[0].unit or ""
    values |= {"unit_key": name_key(unit), "year": members[0].year or 0, "form": members[0].form}
    values |= (counted or _Counts()).columns()
    known = ledger.rows(tables.RETURN, values)
    if not known:
        values |= {"unit": unit or Path(file.file).stem, "file": file.file}
        values["projects"] = json.dumps([_project(d) for d in members], ensure_ascii=False)
        values["declarations"] = None if private else _packed(members)
        ledger.run(tables.ADD_RETURN, values)
        known = ledger.rows(tables.RETURN, values)
    elif counted is not None:
        ledger.run(tables.COUNT_RETURN, values | {"id": known[0].id})
    if counted is not None and not private:
        ledger.run(tables.KEEP_FINDINGS, {"id": known[0].id, "records": pack(findings_data(counted.findings))})


def _project(declaration: Declaration) -> tuple[str, str]:
    return declaration.project or "", declaration.code or ""


@dataclass(frozen=True)
class _Counts:
    """What a return came to, and the findings against it."""

    status: FileStatus = PASSED
    errors: int = 0
    warnings: int = 0
    hints: int = 0
    findings: tuple[Finding, ...] = ()

    def columns(self) -> dict[str, object]:
        return {"status": self.status, "errors": self.errors, "warnings": self.warnings, "hints": self.hints}


class _Counted:
    """What was found against the returns of a check."""

    def __init__(self, checked: Batch, findings: Sequence[Finding]) -> None:
        self._evaluated = {(d.file, label_key(d.unit or ""), d.year) for d in checked.declarations}
        self._by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            self._by_file.setdefault(finding.file, []).append(finding)

    def of(self, file: str, members: Sequence[Declaration]) -> _Counts | None:
        """Return what a unit's part of a file came to; None if it was set aside."""
        unit = label_key(members[0].unit or "")
        if not any((file, unit, d.year) in self._evaluated for d in members):
            return None
        mine = [f for f in self._by_file.get(file, ()) if f.family == FILE or label_key(f.unit or "") == unit]
        counts = Counter(f.severity for f in mine if f.family != REPAIR)
        status: FileStatus = NEEDS_CHANGES if counts[ERROR] else PASSED
        return _Counts(status, counts[ERROR], counts[WARNING], counts[HINT], tuple(mine))


def _forget_places(ledger: Ledger, paths: Sequence[str], present: set[str]) -> None:
    """Forget files below `paths` that are gone; what they held stays a return."""
    gone = [{"place": row.place} for row in ledger.rows(tables.PLACES) if row.place not in present and is_below(row.place, paths)]
    ledger.run_many(tables.FORGET_PLACE, gone)


def _by_unit(declarations: Iterable[Declaration]) -> Iterable[list[Declaration]]:
    found: dict[tuple[object, ...], list[Declaration]] = {}
    for declaration in declarations:
        key = (declaration.form, name_key(declaration.unit or ""), declaration.year)
        found.setdefault(key, []).append(declaration)
    return found.values()


def _packed(members: Sequence[Declaration]) -> bytes | None:
    try:
        return pack([declaration_data(declaration) for declaration in members])
    except CodecError:
        return None


def _reason(file: FileResult) -> str:
    return next((f.message for f in file.findings if f.family == FILE and f.severity == ERROR), "")
