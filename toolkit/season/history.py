"""The season in the ledger: every return that came, in which version and with what result, where each file lies, what was decided.

Comes in: a finished check. Goes out: rows written in one transaction, so that a run that is ended leaves nothing or all; and
the rows again as `Return`s, `Place`s and decisions. The same content from the same unit in the same round is the same
return however often and under whatever name it comes. Called by `check`, `status` and whoever compares versions.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.checking.model import Finding
from toolkit.forms.roster_model import name_key
from toolkit.intake.model import Batch, FileResult
from toolkit.reading.model import Declaration
from toolkit.season import tables
from toolkit.season.codec import CodecError, declaration_data, declaration_from, findings_data, pack, unpack
from toolkit.season.memory import Memory
from toolkit.values.text import label_key
from toolkit.values.words import ERROR, FILE, HINT, NEEDS_CHANGES, PASSED, REPAIR, STATUS_WORDS, WARNING, FileStatus

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger


@dataclass(frozen=True)
class Return:
    """What one unit sent for one year in one round: `number` counts all returns of the ledger in order of arrival.

    `version` is 1, 2, 3 … among the unit's of that year, round and form. `modified` and `seen` are local ISO times: of the
    file, and when it was first read. `projects` are name and code of each, as written.
    """

    number: int
    unit: str
    year: int | None
    round: str
    form: str
    content: str
    file: str
    modified: str
    seen: str
    status: FileStatus
    errors: int
    warnings: int
    hints: int
    projects: tuple[tuple[str, str], ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """A file as it was last seen: `status` as in a check, `reason` why it could not be used, `attached_to` whose scan it is.

    `rivals` are files of the unit that contradict it and nobody chose between; `instead` the one that was chosen.
    """

    file: str
    content: str
    unit: str
    status: FileStatus
    attached_to: str
    rivals: tuple[str, ...]
    instead: str
    reason: str
    modified: str


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


def returns(ledger: Ledger, round_: str | None = None) -> list[Return]:
    """Return what the ledger knows, in order of arrival, each with its version; of one round where `round_` is given."""
    versions: Counter[tuple[Any, ...]] = Counter()
    found = []
    for row in ledger.rows(tables.RETURNS):
        key = (name_key(row.unit), row.year, row.round, row.form)
        versions[key] += 1
        if round_ is None or round_ == row.round:
            values = row._asdict()
            values |= {"number": values.pop("id"), "year": row.year or None, "projects": _projects(row.projects)}
            found.append(Return(**values, version=versions[key]))
    return found


def declarations_of(ledger: Ledger, number: int) -> list[Declaration] | None:
    """Return what was declared in the return of this number; None where the ledger does not hold it (a password)."""
    for row in ledger.rows(tables.DECLARATIONS, {"id": number}):
        try:
            return None if row.declarations is None else [declaration_from(each, row.file) for each in unpack(row.declarations)]
        except (CodecError, TypeError):
            return None
    return None


def places(ledger: Ledger, round_: str, paths: Sequence[str] = ()) -> list[Place]:
    """Return every file of a round as it was last seen, in the order of names; only those at or below `paths` where given."""
    found = []
    for row in ledger.rows(tables.PLACES_OF_ROUND, {"round": round_}):
        if row.status not in STATUS_WORDS:
            raise ledger.damaged()
        if not paths or _is_below(row.place, paths):
            values = row._asdict()
            del values["place"]
            found.append(Place(**values | {"rivals": tuple(row.rivals.split("\n")) if row.rivals else ()}))
    return found


def last_round(ledger: Ledger) -> str:
    """Return the round of the last run, "" where none was ever named."""
    rows = ledger.rows(tables.ROUND)
    return str(rows[0].value) if rows else ""


def arrival(batch: Batch, contents: Mapping[str, str], ledger: Ledger | None) -> dict[str, tuple[int, str, str]]:
    """Return each file's place in time: as the ledger saw its content come, else by the file's own time, then by name."""
    order = {row.content: row.id for row in (ledger.rows(tables.ARRIVALS) if ledger else ())}
    late = 1 << 62
    return {file.file: (order.get(contents.get(file.file, ""), late), modified(file), file.file) for file in batch.files}


def modified(file: FileResult) -> str:
    """Return when the file, or the archive around it, was last changed: local ISO time, "" where nobody can tell."""
    if file.source is None:
        return ""
    try:
        return datetime.fromtimestamp(file.source.path.stat().st_mtime).isoformat(timespec="microseconds")
    except (OSError, ValueError, OverflowError):
        return ""


def place_of(file: FileResult) -> str:
    """Return the file's absolute place, with the way into archives."""
    outer, mark, inner = file.file.partition("!/")
    return os.path.abspath(outer) + mark + inner


def _forget_places(ledger: Ledger, paths: Sequence[str], present: set[str]) -> None:
    """Forget files below `paths` that are gone; what they held stays a return."""
    gone = [{"place": row.place} for row in ledger.rows(tables.PLACES) if row.place not in present and _is_below(row.place, paths)]
    ledger.run_many(tables.FORGET_PLACE, gone)


def _is_below(place: str, paths: Sequence[str]) -> bool:
    return any(place == each or place.startswith((os.path.join(each, ""), f"{each}!/")) for each in map(os.path.abspath, paths))


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


def _projects(text: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((str(name), str(code)) for name, code in json.loads(text))
    except (ValueError, TypeError):
        return ()
