"""`status`: who has sent what, in which version and with what result, and who has to be reminded.

Comes in: a ledger (a passing one where nobody keeps one) and the roster. Goes out: a `SeasonStatus`: a line for every unit of
the roster and for every other one that sent something; files of nobody known are listed too. Nothing is read here but the
ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from toolkit.errors import ExitCode
from toolkit.forms.roster_model import Roster, RosterUnit, name_key
from toolkit.intake.model import Other
from toolkit.intake.roster import owner
from toolkit.season.history import Place, Return, places, returns
from toolkit.season.ledger import Ledger
from toolkit.values.words import (
    ATTACHMENT,
    DEPARTMENT_ROLE,
    NEEDS_CHANGES,
    NOT_FILLED,
    NOT_SENT,
    PASSED,
    REPORTED,
    SENT_TWICE,
    STATUS_WORDS,
    UNREADABLE,
)

CHANGES, UNREAD, UNFILLED = (STATUS_WORDS[each] for each in (NEEDS_CHANGES, UNREADABLE, NOT_FILLED))
STATUSES = (NOT_SENT, CHANGES, SENT_TWICE, UNREAD, UNFILLED, REPORTED)


_SCANS = (".pdf", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".heic", ".webp", ".gif")


@dataclass(frozen=True)
class SentFile:
    """A file of a unit: `version` counts the unit's different returns in order of arrival, None where it is none.

    `current` is False for one that a later one, or the clerk's choice, took the place of. Times are local ISO times.
    """

    file: str
    status: str
    version: int | None
    modified: str
    errors: int
    warnings: int
    reason: str
    current: bool = True


@dataclass(frozen=True)
class UnitStatus:
    """One unit: `listed` whether the roster knows it; `versions` how many different returns it ever sent; `last` when."""

    unit: str
    department: str
    office: str
    contact: str
    listed: bool
    status: str
    reason: str
    versions: int
    last: str
    errors: int
    warnings: int
    files: tuple[SentFile, ...] = ()
    attachments: tuple[str, ...] = ()

    @property
    def electronic(self) -> bool:
        """Whether there is a return that can be read."""
        return any(file.version is not None for file in self.files)

    @property
    def scanned(self) -> bool:
        """Whether there is a signed and stamped copy: a scan beside the return, or instead of it."""
        return any(map(_is_scan, self.attachments)) or any(file.version is None and _is_scan(file.file) for file in self.files)

    @property
    def pending(self) -> bool:
        """Whether the unit still has something to do, or the clerk to decide."""
        return self.status not in (REPORTED, SENT_TWICE) or bool(self.errors or self.reason.startswith(_UNDECIDED))


@dataclass(frozen=True)
class SeasonStatus:
    """All units, those of the roster first and in its order; `strays` are files of which nobody knows whose they are.

    `others` are files beside the returns that are none; attachments are with their units.
    """

    units: tuple[UnitStatus, ...]
    strays: tuple[SentFile, ...]
    round: str
    by: str = DEPARTMENT_ROLE
    others: tuple[Other, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether there is a roster to hold them against."""
        return any(unit.listed for unit in self.units)

    @property
    def pending(self) -> list[UnitStatus]:
        return [unit for unit in self.units if unit.pending]

    @property
    def unreadable(self) -> bool:
        files = [*self.strays, *(file for unit in self.units if unit.status == UNREAD for file in unit.files)]
        return any(file.status == UNREAD for file in files)

    @property
    def code(self) -> ExitCode:
        """The exit code of a run that shows it."""
        return ExitCode.of(unreadable=self.unreadable, errors=bool(self.pending or self.strays))

    def group_of(self, unit: UnitStatus) -> str:
        """Return the 主管部门 (or what else the subtotals go by) of a unit."""
        if not unit.listed:
            return "（名单外）"
        return (unit.department if self.by == DEPARTMENT_ROLE else unit.office) or "（未填）"

    def groups(self) -> dict[str, Counter[str]]:
        """Return how many units of each status every 主管部门 has, in the order of the roster."""
        found: dict[str, Counter[str]] = {}
        for unit in self.units:
            found.setdefault(self.group_of(unit), Counter())[unit.status] += 1
        return found

    def counts(self) -> Counter[str]:
        return Counter(unit.status for unit in self.units)


_UNDECIDED = "有几份不同的报送"


@dataclass
class _Unit:
    """A unit while its files are being gathered."""

    name: str
    listed: RosterUnit | None
    places: list[Place] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)


def season_status(
    ledger: Ledger, roster: Roster | None, round_: str, paths: Sequence[str] = (), by: str = DEPARTMENT_ROLE, others: Sequence[Other] = ()
) -> SeasonStatus:
    """Return where everybody stands in a round; only files at or below `paths` count where these are given.

    `others` are what this run found beside the returns.
    """
    found = places(ledger, round_, paths)
    sent = returns(ledger, round_)
    units: dict[str, _Unit] = {name_key(unit.name): _Unit(unit.name, unit) for unit in (roster.units if roster else ())}
    by_content: dict[str, list[Return]] = {}
    by_unit: dict[str, list[Return]] = {}
    for each in sent:
        by_content.setdefault(each.content, []).append(each)
        by_unit.setdefault(_known_as(each.unit, roster)[0], []).append(each)
    homes: dict[str, _Unit] = {}
    strays = []
    for place in (place for place in found if not place.attached_to):
        whose = [each.unit for each in by_content.get(place.content, ())] or [place.unit or owner(place.file, roster, None) or ""]
        for name in dict.fromkeys(whose):
            if not name:
                strays.append(_stray(place))
                continue
            home = _home(name, units, roster)
            home.places.append(place)
            homes.setdefault(place.file, home)
    for place in (place for place in found if place.attached_to):
        whose_scan = homes.get(place.attached_to)
        if whose_scan is None:
            strays.append(_stray(place))
        else:
            whose_scan.attached.append(place.file)
    known = {place.file for place in found}
    for other in others:
        if other.what == ATTACHMENT and other.unit and other.file not in known:
            _home(other.unit, units, roster).attached.append(other.file)
    lines = [_line(unit, by_unit.get(key, ()), not paths) for key, unit in units.items()]
    beside = tuple(other for other in others if other.what != ATTACHMENT or not other.unit)
    return SeasonStatus(tuple(lines), tuple(strays), round_, by, beside)


def _home(name: str, units: dict[str, _Unit], roster: Roster | None) -> _Unit:
    key, known_as, listed = _known_as(name, roster)
    return units.setdefault(key, _Unit(known_as, listed))


def _known_as(name: str, roster: Roster | None) -> tuple[str, str, RosterUnit | None]:
    """The key and the name under which a unit is listed: the roster's where it knows the unit."""
    listed = roster.find(name) if roster else None
    known_as = listed.name if listed else name
    return name_key(known_as), known_as, listed


def _stray(place: Place) -> SentFile:
    return SentFile(place.file, STATUS_WORDS[place.status], None, place.modified, 0, 0, place.reason)


def _line(unit: _Unit, sent: Sequence[Return], over_time: bool) -> UnitStatus:
    listed = unit.listed
    files = _files(unit.places, sent, over_time)
    status, reason = _verdict(files, unit.places)
    current = [file for file in files if file.current]
    return UnitStatus(
        unit=unit.name,
        department=listed.department if listed else "",
        office=listed.office if listed else "",
        contact=listed.contact if listed else "",
        listed=listed is not None,
        status=status,
        reason=reason,
        versions=len(sent),
        last=max((file.modified for file in files), default=""),
        errors=sum(file.errors for file in current),
        warnings=sum(file.warnings for file in current),
        files=tuple(files),
        attachments=tuple(unit.attached),
    )


def _files(found: Sequence[Place], sent: Sequence[Return], over_time: bool) -> list[SentFile]:
    """The unit's files, oldest return first. What lies in another folder may be an older version of the same (`over_time`)."""
    number = {each.number: index for index, each in enumerate(sent, 1)}
    by_content: dict[str, list[Return]] = {}
    for each in sent:
        by_content.setdefault(each.content, []).append(each)
    later: set[str] = set()
    lines: list[tuple[int, SentFile]] = []
    told: set[str] = set()
    order = sorted(found, key=lambda p: max((e.number for e in by_content.get(p.content, ())), default=0), reverse=True)
    for place in order:
        mine = by_content.get(place.content, [])
        names = {name_key(name) for each in mine for name, _ in each.projects if name}
        old = over_time and bool(names & later) and not place.rivals
        current = not (place.instead or old or (place.content in told and bool(mine)))
        later |= names if current else set()
        told.add(place.content)
        counts = (sum(e.errors for e in mine), sum(e.warnings for e in mine)) if current else (0, 0)
        bad = any(e.status == NEEDS_CHANGES for e in mine)
        word = STATUS_WORDS[NEEDS_CHANGES if bad else PASSED if mine else place.status]
        version = max((number[e.number] for e in mine), default=None)
        lines.append((version or 0, SentFile(place.file, word, version, place.modified, *counts, place.reason, current)))
    return [line for _, line in sorted(lines, key=lambda pair: (pair[0], pair[1].file))]


def _verdict(files: Sequence[SentFile], found: Sequence[Place]) -> tuple[str, str]:
    """The status of a unit and, in words, what has to be done about it."""
    if not files:
        return NOT_SENT, "没有收到报送。"
    rivals = [place.file for place in found if place.rivals]
    if rivals:
        return SENT_TWICE, f"{_UNDECIDED}：{_names(rivals)}，请确认以哪一份为准。"
    current = [file for file in files if file.current]
    readable = [file for file in current if file.version is not None]
    others = [file for file in current if file.version is None and not (readable and _is_scan(file.file))]
    also = f"另有 {len(others)} 个文件不能用：{_names(file.file for file in others)}。" if others else ""
    errors = [file for file in readable if file.status == CHANGES]
    if errors:
        count = sum(file.errors for file in errors)
        return CHANGES, f"有 {count} 处错误（{_names(file.file for file in errors)}）。{also}"
    if readable:
        copies = [place.file for place in found if sum(place.content == other.content for other in found) > 1]
        if copies and not also:
            return SENT_TWICE, f"同样内容报送了 {len(copies)} 份，只取一份：{_names(copies)}。"
        return REPORTED, also
    reason = "；".join(f"{PurePath(file.file).name}：{file.reason.rstrip('。') or file.status}" for file in others)
    for status in (UNREAD, UNFILLED):
        if any(file.status == status for file in others):
            return status, f"{reason}。"
    return CHANGES, f"{reason}。"


def _names(files: Iterable[str]) -> str:
    return "、".join(PurePath(file).name for file in files)


def _is_scan(file: str) -> bool:
    return file.lower().endswith(_SCANS)
