"""The season in the ledger: every return that came, in which version and with what result, where each file lies, what was decided.

Comes in: the ledger. Goes out: its rows as `Return`s and `Place`s, and what was declared and found in a return. `recording` writes
them down. Called by `check`, `status` and whoever compares versions.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.checking.model import Finding
from toolkit.errors import UsageError
from toolkit.forms.roster_model import name_key
from toolkit.intake.model import Arrival, FileResult
from toolkit.reading.model import Declaration
from toolkit.season import tables
from toolkit.season.codec import CodecError, declaration_from, findings_from, unpack
from toolkit.values.text import shown_path
from toolkit.values.words import STATUS_WORDS, FileStatus

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger


# How the round of runs that named none is called.
UNNAMED = "未写轮次"


@dataclass(frozen=True)
class Return:
    """What one unit sent for one year in one round: `number` counts all returns of the ledger in order of arrival.

    `version` is 1, 2, 3 … among the unit's of that year, round and form; workbooks with a project each are one version together. `modified` and `seen` are local ISO times: of the
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


def returns(ledger: Ledger, round_: str | None = None) -> list[Return]:
    """Return what the ledger knows, in order of arrival, each with its version; of one round where `round_` is given."""
    found = []
    for row in ledger.rows(tables.RETURNS):
        values = row._asdict()
        values |= {"number": values.pop("id"), "year": row.year or None, "projects": _projects(row.projects)}
        found.append(Return(**values))
    groups: dict[tuple[Any, ...], list[Return]] = {}
    for each in found:
        groups.setdefault((name_key(each.unit), each.year, each.round, each.form), []).append(each)
    numbers = {number: version for group in groups.values() for number, version in version_numbers(group).items()}
    return [replace(each, version=numbers[each.number]) for each in found if round_ is None or round_ == each.round]


def version_numbers(sent: Sequence[Return]) -> dict[int, int]:
    """Return the version of each of a unit's returns, in order of arrival, by its number.

    A return begins a new version where it holds a project that is in the last one already; one that holds other projects only
    belongs to the last.
    """
    found: dict[int, int] = {}
    version, taken = 1, list[tuple[str, str]]()
    for each in sent:
        if any(is_same_project(one, other) for one in each.projects for other in taken):
            version, taken = version + 1, []
        taken += each.projects
        found[each.number] = version
    return found


def is_same_project(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Return whether two projects, name and code of each, are one: of one code, or of one name and no two codes."""
    codes = {name_key(one[1]), name_key(other[1])} - {""}
    return len(codes) < 2 and (name_key(one[0]) == name_key(other[0]) or bool(one[1] and other[1]))


def declarations_of(ledger: Ledger, number: int) -> list[Declaration] | None:
    """Return what was declared in the return of this number; None where the ledger does not hold it (a password)."""
    for row in ledger.rows(tables.DECLARATIONS, {"id": number}):
        try:
            return None if row.declarations is None else [declaration_from(each, row.file) for each in unpack(row.declarations)]
        except (CodecError, TypeError):
            return None
    return None


def findings_of(ledger: Ledger, each: Return) -> list[Finding] | None:
    """Return what was found against a return when it was last checked; None where it never was, or the ledger does not hold it."""
    for row in ledger.rows(tables.FINDINGS, {"id": each.number}):
        try:
            data = unpack(row.records)
            return findings_from(data, [each.file] * len(data))
        except (CodecError, TypeError):
            return None
    return None


def places(ledger: Ledger, round_: str, paths: Sequence[str] = ()) -> list[Place]:
    """Return every file of a round as it was last seen, in the order of names; only those at or below `paths` where given."""
    found = []
    for row in ledger.rows(tables.PLACES_OF_ROUND, {"round": round_}):
        if row.status not in STATUS_WORDS:
            raise ledger.damaged()
        if not paths or is_below(row.place, paths):
            values = row._asdict()
            del values["place"]
            found.append(Place(**values | {"rivals": tuple(row.rivals.split("\n")) if row.rivals else ()}))
    return found


def last_round(ledger: Ledger) -> str:
    """Return the round of the last run, "" where none was ever named."""
    rows = ledger.rows(tables.ROUND)
    return str(rows[0].value) if rows else ""


def season_year(ledger: Ledger) -> int | None:
    """Return the year that the season's returns are for; None where no run ever said."""
    rows = ledger.rows(tables.YEAR)
    return int(rows[0].value) if rows and rows[0].value.isdecimal() else None


def seen_files(ledger: Ledger) -> tuple[dict[str, str], str]:
    """Return every file that was checked, by its absolute place, with the time it had then; and when the last one was, "" for never."""
    rows = ledger.rows(tables.PLACES_SEEN)
    return {row.place.partition("!/")[0]: row.modified for row in rows}, max((row.seen for row in rows), default="")


def is_joined(ledger: Ledger) -> bool:
    """Whether the ledger was made out of several (`season join`) and was not checked since."""
    return bool(ledger.rows(tables.JOINED))


def name_round(ledger: Ledger, old: str, new: str) -> int:
    """Give a round another name, inside `writing`; return how many returns it holds. Raises UsageError for one that is not there or is taken."""
    sent = Counter(each.round for each in returns(ledger))
    named = "" if old.strip("（）()") == UNNAMED and old not in sent else old
    existing = "、".join(each or UNNAMED for each in sent) or "没有"
    if named not in sent:
        raise UsageError(f"{ledger.path}：台账里没有轮次“{old}”（已有：{existing}）。")
    if new in sent or not new.strip():
        raise UsageError(f"{ledger.path}：轮次“{new}”已经有了，或没有写名称（已有：{existing}）。请另取一个名称。")
    for statement in tables.NAME_ROUND:
        ledger.run(statement, {"old": named, "new": new.strip()})
    if not named and last_round(ledger) == "" and len(sent) == 1:
        ledger.run(tables.KEEP_ROUND, {"round": new.strip()})
    return sent[named]


def arrival(contents: Mapping[str, str] | None = None, ledger: Ledger | None = None) -> Callable[[FileResult], Arrival]:
    """Return what gives a file's place in time: as the ledger saw its content come, else by the file's own time, then by name."""
    order = first_seen(ledger) if ledger else {}
    late = 1 << 62

    def of(file: FileResult) -> Arrival:
        return order.get((contents or {}).get(file.file, ""), late), modified(file), file.file

    return of


def first_seen(ledger: Ledger) -> dict[str, int]:
    """Return each content with its place in the order in which the season's contents first came."""
    return {row.content: row.id for row in ledger.rows(tables.ARRIVALS)}


def by_arrival(ledger: Ledger, sent: Sequence[Return]) -> list[Return]:
    """Return `sent` in the order in which their contents first came. Raises UsageError for a ledger that does not say of one when."""
    order = first_seen(ledger)
    if any(each.content not in order for each in sent):
        raise ledger.damaged()
    return sorted(sent, key=lambda each: order[each.content])


def modified(file: FileResult) -> str:
    """Return when the file, or the archive around it, was last changed: local ISO time, "" where nobody can tell."""
    if file.source is None:
        return ""
    return changed(file.source.path)


def changed(path: Path) -> str:
    """Return when a file was last changed: local ISO time, "" where nobody can tell."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).isoformat(timespec="microseconds")
    except (OSError, ValueError, OverflowError):
        return ""


def place_of(file: FileResult) -> str:
    """Return the file's absolute place, with the way into archives."""
    outer, mark, inner = file.file.partition("!/")
    return shown_path(os.path.abspath(outer)) + mark + inner


def is_below(place: str, paths: Sequence[str]) -> bool:
    """Whether a file's absolute place is one of `paths`, or below it."""
    given = (shown_path(os.path.abspath(path)) for path in paths)
    return any(place == each or place.startswith((os.path.join(each, ""), f"{each}!/")) for each in given)


def _projects(text: str) -> tuple[tuple[str, str], ...]:
    try:
        return tuple((str(name), str(code)) for name, code in json.loads(text))
    except (ValueError, TypeError):
        return ()
