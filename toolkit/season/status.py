"""`status`: who has sent what, in which version and with what result, and who has to be reminded.

Comes in: a ledger (a passing one where nobody keeps one) and the roster. Goes out: a `SeasonStatus`: a line for every unit of
the roster and for every other one that sent something; files of nobody known are listed too. Nothing is read here but the
ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath

from toolkit.forms import Form
from toolkit.forms.model import PER_UNIT
from toolkit.forms.roster_model import Roster, RosterUnit, name_key
from toolkit.intake.model import Other
from toolkit.intake.roster import NOT_SENT as NOT_SENT_PROJECT
from toolkit.intake.roster import owner
from toolkit.season.changes import changes_of
from toolkit.season.history import Place, Return, by_arrival, findings_of, places, returns, version_numbers
from toolkit.season.ledger import Ledger
from toolkit.season.standing import CHANGES, UNDECIDED, UNFILLED, UNREAD, SeasonStatus, SentFile, UnitStatus, is_scan
from toolkit.values.words import (
    ATTACHMENT,
    DEPARTMENT_ROLE,
    ERROR,
    HINT,
    NEEDS_CHANGES,
    NOT_SENT,
    PASSED,
    REPORTED,
    SENT_TWICE,
    STATUS_WORDS,
)


@dataclass
class _Unit:
    """A unit while its files are being gathered."""

    name: str
    listed: RosterUnit | None
    places: list[Place] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)


def season_status(
    ledger: Ledger,
    roster: Roster | None,
    round_: str,
    paths: Sequence[str] = (),
    by: str = DEPARTMENT_ROLE,
    others: Sequence[Other] = (),
    forms: Sequence[Form] = (),
) -> SeasonStatus:
    """Return where everybody stands in a round; only files at or below `paths` count where these are given.

    `others` are what this run found beside the returns.
    """
    found = places(ledger, round_, paths)
    sent = by_arrival(ledger, returns(ledger, round_))
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
    owing = _Owing(forms, roster.year if roster else None)
    lines = [_line(unit, by_unit.get(key, ()), not paths, (ledger, roster), owing) for key, unit in units.items()]
    since = changes_of(ledger, forms, by_unit.keys()) if forms else {}
    lines = [line if line.reason.startswith(UNDECIDED) else replace(line, changes=since.get(name_key(line.unit))) for line in lines]
    beside = tuple(other for other in others if other.what != ATTACHMENT or not other.unit)
    return SeasonStatus(tuple(lines), tuple(strays), round_, by, beside, owing.unknown(roster))


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


class _Owing:
    """Which forms there are, by whatever a roster calls them, and for which year they are owed."""

    def __init__(self, forms: Sequence[Form], year: int | None) -> None:
        self._year = year
        self._names = {name_key(name): form.name for form in forms for name in (form.title, form.path.stem, form.name)}
        self.once = frozenset(form.name for form in forms if form.sheets == PER_UNIT)

    def of(self, unit: RosterUnit | None) -> tuple[str, ...]:
        """Return the forms that a unit owes, by their own names where there are such; none where the roster does not say."""
        return tuple(dict.fromkeys(self._names.get(name_key(name), name) for name in unit.forms)) if unit else ()

    def unknown(self, roster: Roster | None) -> tuple[str, ...]:
        """Return what units owe that no form is called."""
        named = (name for unit in (roster.units if roster else ()) for name in unit.forms)
        return tuple(dict.fromkeys(name for name in named if self._names and name_key(name) not in self._names))

    def counts(self, each: Return) -> bool:
        """Whether a return is for the year that is asked for."""
        return self._year is None or each.year in (None, self._year)


def _late(sent: Sequence[Return], unit: RosterUnit | None, owed: Sequence[str]) -> tuple[str, ...]:
    """The forms of a unit that came after its deadline, each by its first return: a correction may come later."""
    if unit is None or unit.deadline is None:
        return ()
    first: dict[str, str] = {}
    for each in sent:
        first.setdefault(each.form, min(filter(None, (each.modified, each.seen)), default="")[:10])
    return tuple(form for form, day in first.items() if day > unit.deadline.isoformat() and (not owed or form in owed))


def _line(unit: _Unit, sent: Sequence[Return], over_time: bool, known: tuple[Ledger, Roster | None], owing: _Owing) -> UnitStatus:
    listed, owed = unit.listed, owing.of(unit.listed)
    files = _files(unit.places, sent, over_time, owing.once)
    current = [file for file in files if file.current]
    contents = {place.content for place in unit.places if place.file in {file.file for file in current}}
    now = [each for each in sent if each.content in contents]
    missing, told = _missing(now, listed, *known)
    came = {each.form for each in now if owing.counts(each)}
    lacking = tuple(form for form in owed if form not in came)
    late = _late([each for each in sent if owing.counts(each)], listed, owed)
    status, reason = _verdict(files, unit.places, missing, lacking, told)
    return UnitStatus(
        unit=unit.name,
        department=listed.department if listed else "",
        office=listed.office if listed else "",
        contact=listed.called if listed else "",
        listed=listed is not None,
        status=status,
        reason=reason + _in_time(listed, late, waiting=bool(lacking) or not files),
        versions=max(_versions(sent).values(), default=0),
        last=max((file.modified for file in files), default=""),
        errors=sum(file.errors for file in current) - told + len(missing),
        warnings=sum(file.warnings for file in current),
        files=tuple(files),
        projects=_count(now),
        missing=missing,
        attachments=tuple(unit.attached),
        missing_forms=lacking,
        late=late,
        deadline=listed.deadline if listed else None,
    )


def _in_time(unit: RosterUnit | None, late: Sequence[str], *, waiting: bool) -> str:
    """What is to be said about a unit's deadline: that it is over for what did not come, or what came after it."""
    if unit is None or unit.deadline is None:
        return ""
    day = f"截止日期 {unit.deadline.isoformat()}"
    over = f"{day} 已过。" if waiting and date.today() > unit.deadline else ""
    return over + (f"迟报：{'、'.join(late)}（{day}）。" if late else "")


def _count(sent: Sequence[Return]) -> int:
    """How many projects are in returns: one that several of them hold is one, two of one return that share a name are two."""
    most = Counter[str]()
    for each in sent:
        most |= Counter(name_key(code or name) or f"{each.number}" for name, code in each.projects)
    return most.total()


def _versions(sent: Sequence[Return]) -> dict[int, int]:
    """The version of each of a unit's returns, whatever name the unit went by then."""
    found: dict[int, int] = {}
    for key in dict.fromkeys((each.year, each.form) for each in sent):
        found |= version_numbers([each for each in sent if (each.year, each.form) == key])
    return found


def _files(found: Sequence[Place], sent: Sequence[Return], over_time: bool, once: frozenset[str]) -> list[SentFile]:
    """The unit's files, oldest return first. What lies in another folder may be an older version of the same (`over_time`).

    The same is a project on the same form, for the same year; of a form that a unit sends `once`, any other.
    """
    number = _versions(sent)
    by_content: dict[str, list[Return]] = {}
    for each in sent:
        by_content.setdefault(each.content, []).append(each)
    later: set[tuple[str, int | None, str]] = set()
    lines: list[tuple[int, SentFile]] = []
    told: set[str] = set()
    order = sorted(found, key=lambda p: max((e.number for e in by_content.get(p.content, ())), default=0), reverse=True)
    for place in order:
        mine = by_content.get(place.content, [])
        names = {(each.form, each.year, name_key(name)) for each in mine for name, _ in each.projects if name or each.form in once}
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


def _missing(now: Sequence[Return], unit: RosterUnit | None, ledger: Ledger, roster: Roster | None) -> tuple[tuple[str, ...], int]:
    """The unit's projects that none of its returns holds, and how many errors of the last check say so; none where it sent nothing.

    A project that a reviewer said is not to come (已说明) is not missing.
    """
    if roster is None or unit is None or not now:
        return (), 0
    sent = {id(roster.project(unit, name, code)) for each in now for name, code in each.projects}
    missing = [project.name for project in roster.projects_of(unit) if id(project) not in sent]
    findings = [f for each in now if missing or each.errors for f in findings_of(ledger, each) or () if f.rule == NOT_SENT_PROJECT]
    overruled = {f.project for f in findings if f.severity == HINT}
    return tuple(name for name in missing if name not in overruled), sum(f.severity == ERROR for f in findings)


def _verdict(files: Sequence[SentFile], found: Sequence[Place], missing: Sequence[str], forms: Sequence[str], told: int) -> tuple[str, str]:
    """The status of a unit and, in words, what has to be done about it; `told` of the errors are about projects that are `missing`.

    `forms` did not come.
    """
    if not files:
        return NOT_SENT, f"没有收到报送，应报：{'、'.join(forms)}。" if forms else "没有收到报送。"
    without = f"没有报 {len(forms)} 种表：{'、'.join(forms)}。" if forms else ""
    rivals = [place.file for place in found if place.rivals]
    if rivals:
        return SENT_TWICE, f"{UNDECIDED}：{_names(rivals)}，请确认以哪一份为准。{without}"
    current = [file for file in files if file.current]
    readable = [file for file in current if file.version is not None]
    others = [file for file in current if file.version is None and not (readable and is_scan(file.file))]
    also = f"另有 {len(others)} 个文件不能用：{_names(file.file for file in others)}。" if others else ""
    errors = [file for file in readable if file.status == CHANGES]
    count = sum(file.errors for file in errors) - told
    if count or missing or (forms and readable):
        wrong = f"有 {count} 处错误（{_names(file.file for file in errors)}）。" if count else ""
        lacking = f"漏报 {len(missing)} 个项目：{'、'.join(missing)}。" if missing else ""
        return CHANGES, f"{wrong}{lacking}{without}{also}"
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
