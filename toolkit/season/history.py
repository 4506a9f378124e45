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
from toolkit.forms.model import PROJECT_CODE
from toolkit.forms.roster_model import name_key
from toolkit.intake.batch import Batch, FileResult
from toolkit.reading.model import Declaration
from toolkit.season.codec import CodecError, declaration_data, declaration_from, findings_data, pack, unpack
from toolkit.season.memory import Memory
from toolkit.values.text import label_key
from toolkit.values.words import ERROR, FILE, HINT, NEEDS_CHANGES, PASSED, REPAIR, WARNING, FileStatus

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

_ROUND = "round"
_ADDED = "unit, file, modified, seen, status, errors, warnings, hints, projects, declarations"
_COLUMNS = "id, unit, year, round, form, content, file, modified, seen, status, errors, warnings, hints, projects"


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
    before = {row[0]: row[1:] for row in ledger.rows("SELECT place, content, round FROM places")}
    times = {file.file: modified(file) for file in raw.files}
    final = {file.file: file for file in checked.files}
    ordered = sorted(raw.files, key=lambda file: (times[file.file], file.file))
    known = {file.file: memory.known[file.file] for file in raw.files if file.file in memory.known}
    counted = _Counted(checked, findings)
    rivals = {file: [o for o in c.rivals if o != file] for c in checked.conflicts for file in c.rivals}
    copies = dict(checked.copies)
    instead = {file: other for conflict in checked.conflicts for file, other in conflict.left}
    memory.drop_old()
    ledger.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", (_ROUND, round_now))
    _forget_places(ledger, paths, {place_of(file) for file in raw.files})
    for file in ordered:
        about = known.get(file.file)
        content = about.content if about else ""
        if copies.get(file.file) in known:
            content, about = known[copies[file.file]].content, None
        place = place_of(file)
        unchanged = named_round is None and place in before and before[place][0] == content
        round_ = before[place][1] if unchanged else round_now
        ledger.run(
            f"INSERT OR REPLACE INTO places VALUES ({', '.join('?' * 12)})",
            (
                place, file.file, content, final[file.file].unit or "", final[file.file].status,
                file.attached_to or "", "\n".join(rivals.get(file.file, ())), instead.get(file.file, ""), _reason(file),
                times[file.file], seen, round_,
            ),
        )  # fmt: skip
        if about and content:
            for members in _by_unit(file.declarations):
                row = counted.of(file.file, members)
                _record_return(ledger, file, members, content, (round_, times[file.file], seen), row, not about.key)


def _record_return(
    ledger: Ledger,
    file: FileResult,
    members: Sequence[Declaration],
    content: str,
    when: tuple[str, str, str],
    counted: tuple[FileStatus, int, int, int, list[Finding]] | None,
    private: bool,
) -> None:
    """Add a return, or bring one that is known up to date. What was set aside in this run keeps what is known of it."""
    round_, changed, seen = when
    first = members[0]
    unit = first.unit or ""
    key = (name_key(unit), first.year or 0, round_, first.form, content)
    status, errors, warnings, hints, findings = counted or (PASSED, 0, 0, 0, [])
    known = ledger.rows("SELECT id FROM returns WHERE unit_key = ? AND year = ? AND round = ? AND form = ? AND content = ?", key)
    if not known:
        ledger.run(
            f"INSERT INTO returns (unit_key, year, round, form, content, {_ADDED}) VALUES ({', '.join('?' * 15)})",
            (
                *key, unit or Path(file.file).stem, file.file, changed, seen, status, errors, warnings, hints,
                json.dumps([_project(d) for d in members], ensure_ascii=False), None if private else _packed(members),
            ),
        )  # fmt: skip
        known = ledger.rows("SELECT last_insert_rowid()")
    elif counted is not None:
        statement = "UPDATE returns SET status = ?, errors = ?, warnings = ?, hints = ? WHERE id = ?"
        ledger.run(statement, (status, errors, warnings, hints, known[0][0]))
    if counted is not None and not private:
        ledger.run("INSERT OR REPLACE INTO findings VALUES (?, ?)", (known[0][0], pack(findings_data(findings))))


def _project(declaration: Declaration) -> tuple[str, str]:
    return declaration.project or "", str(declaration.value(PROJECT_CODE) or "")


class _Counted:
    """What was found against the returns of a check."""

    def __init__(self, checked: Batch, findings: Sequence[Finding]) -> None:
        self._evaluated = {(d.file, label_key(d.unit or ""), d.year) for d in checked.declarations}
        self._by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            self._by_file.setdefault(finding.file, []).append(finding)

    def of(self, file: str, members: Sequence[Declaration]) -> tuple[FileStatus, int, int, int, list[Finding]] | None:
        """Return status, errors, warnings, hints and the findings of a unit's part of a file; None if it was set aside."""
        unit = label_key(members[0].unit or "")
        if not any((file, unit, d.year) in self._evaluated for d in members):
            return None
        mine = [f for f in self._by_file.get(file, ()) if f.family == FILE or label_key(f.unit or "") == unit]
        counts = Counter(f.severity for f in mine if f.family != REPAIR)
        status: FileStatus = NEEDS_CHANGES if counts[ERROR] else PASSED
        return status, counts[ERROR], counts[WARNING], counts[HINT], mine


def returns(ledger: Ledger, round_: str | None = None) -> list[Return]:
    """Return what the ledger knows, in order of arrival, each with its version; of one round where `round_` is given."""
    versions: Counter[tuple[Any, ...]] = Counter()
    found = []
    for row in ledger.rows(f"SELECT {_COLUMNS} FROM returns ORDER BY id"):
        unit, year, its_round, form = row[1:5]
        key = (name_key(unit), year, its_round, form)
        versions[key] += 1
        if round_ is None or round_ == its_round:
            content, file, modified_, seen, status = row[5:10]
            about = (content, file, modified_, seen, status, *row[10:13], _projects(row[13]), versions[key])
            found.append(Return(row[0], unit, year or None, its_round, form, *about))
    return found


def declarations_of(ledger: Ledger, number: int) -> list[Declaration] | None:
    """Return what was declared in the return of this number; None where the ledger does not hold it (a password)."""
    for file, data in ledger.rows("SELECT file, declarations FROM returns WHERE id = ?", (number,)):
        try:
            return None if data is None else [declaration_from(each, file) for each in unpack(data)]
        except CodecError:
            return None
    return None


def places(ledger: Ledger, round_: str, paths: Sequence[str] = ()) -> list[Place]:
    """Return every file of a round as it was last seen, in the order of names; only those at or below `paths` where given."""
    columns = "place, file, content, unit, status, attached_to, rivals, instead, reason, modified"
    found = []
    for row in ledger.rows(f"SELECT {columns} FROM places WHERE round = ? ORDER BY place", (round_,)):
        place, file, content, unit, status, attached_to, rivals, instead, reason, changed = row
        if not paths or _is_below(place, paths):
            others = tuple(rivals.split("\n")) if rivals else ()
            found.append(Place(file, content, unit, status, attached_to, others, instead, reason, changed))
    return found


def last_round(ledger: Ledger) -> str:
    """Return the round of the last run, "" where none was ever named."""
    rows = ledger.rows("SELECT value FROM settings WHERE name = ?", (_ROUND,))
    return str(rows[0][0]) if rows else ""


def arrival(batch: Batch, contents: Mapping[str, str], ledger: Ledger | None) -> dict[str, tuple[Any, ...]]:
    """Return each file's place in time: as the ledger saw its content come, else by the file's own time, then by name."""
    order: dict[str, int] = {}
    for number, content in ledger.rows("SELECT max(id), content FROM returns GROUP BY content") if ledger else ():
        order[content] = number
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
    gone = [(place,) for (place,) in ledger.rows("SELECT place FROM places") if place not in present and _is_below(place, paths)]
    ledger.run_many("DELETE FROM places WHERE place = ?", gone)


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
