"""`season archive`: a finished season put away in one folder, whole or not at all.

Comes in: a season's home. Goes out: finals as they came, what was found and decided, the ledger, the published files, a printable list and
checksums. Nothing is put away that was not checked as it is now. `verify` holds such a folder against its list again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath

from toolkit.errors import SourceError, UsageError
from toolkit.forms.roster import load_roster
from toolkit.forms.roster_model import Roster
from toolkit.outputs import archive as lists
from toolkit.outputs.review import model as columns
from toolkit.package.atomic import Outlet, safe_name, unused_name
from toolkit.package.folders import whole_folder
from toolkit.season.codec import cells_of
from toolkit.season.decisions import WITHDRAWN, unread_opinions
from toolkit.season.finals import Final, Finals, finals_of
from toolkit.season.history import UNNAMED, findings_of, returns, seen_files
from toolkit.season.home import PUBLISHED, Home
from toolkit.season.joining.side import Side, read_side, write_side
from toolkit.season.ledger import NAME as LEDGER_NAME
from toolkit.season.ledger import Ledger, open_ledger
from toolkit.sources.archive import member_bytes, members
from toolkit.sources.open import load
from toolkit.values.text import shown_path
from toolkit.values.words import REPAIR, SEVERITY_WORDS, STATUS_WORDS
from toolkit.workflow.forms import meant_forms
from toolkit.workflow.report import PAGE, WORKBOOK

FINALS, CHECKED = "定稿", "审核结果"


@dataclass(frozen=True)
class Archived:
    """What was put away: `output` is None where something has to be settled before, said in `stopped`, a line each.

    `seal` is the SHA-256 of the list of checksums: who notes it down can tell later whether the list itself was changed.
    """

    output: Path | None
    finals: Finals = Finals((), ())
    stopped: tuple[str, ...] = ()
    files: int = 0
    seal: str = ""

    @property
    def flawed(self) -> list[str]:
        """The units that are put away with errors."""
        return list(dict.fromkeys(final.unit.unit for final in self.finals.finals if final.unit.errors))


def archive_season(home: Home, output: Path, *, force: bool = False) -> Archived:
    """Put the season of this home away into the folder `output`.

    Raises UsageError where nothing was checked yet, OutputError when `output` is there already and not `force`, or cannot be written.
    """
    if home.ledger is None or not home.ledger.is_file():
        raise UsageError("还没有台账，没有可以归档的。请先用 jixiao check -o 审核。")
    outlet = Outlet(
        force, tuple(place for place in (home.returns, home.ledger.parent, home.folder / PUBLISHED) if place and place.exists())
    )
    outlet.check_folder(output)
    roster = load_roster(home.roster) if home.roster else None
    with open_ledger(home.ledger, create=False) as ledger:
        finals = finals_of(ledger, roster)
        plan, stopped = _plan(home, finals)
        report = home.ledger.parent / WORKBOOK
        unread = unread_opinions(report, None, ledger) if report.is_file() else ()
        if unread:
            stopped.append(f"{report}：里面有 {len(unread)} 条还没有采用的意见，请先用 check --decisions 采用。")
        if not finals.finals and not stopped:
            raise UsageError(f"{home.ledger}：台账里没有可以归档的报送。请先用 jixiao check -o 审核。")
        if stopped:
            return Archived(None, finals, tuple(stopped))
        side = read_side("", ledger)
        named = {final.place: name for name, (_, final) in plan.items() if final}
        tables = _lists(ledger, side, finals, named)
        above = _above(home, roster, finals, seen_files(ledger)[1])
    with whole_folder(outlet, output) as folder:
        plain = Outlet(True)
        for name, (place, final) in plan.items():
            content = _bytes_at(place)
            if final and not _is(content, final.content):
                raise UsageError(f"{final.file}：正在归档时被改过了。请等它保存好、重新审核，再归档。")
            plain.write(folder / name, content)
        for name, content in _beside(home):
            plain.write(folder / name, content)
        with open_ledger(folder / LEDGER_NAME) as kept:
            write_side(side, kept)
        digests = digests_of(folder)
        sizes = [[name, str((folder / name).stat().st_size), digest] for name, digest in sorted(digests.items())]
        plain.write(folder / lists.CATALOGUE, lists.catalogue({**tables, lists.FILES: sizes}, above))
        digests = digests_of(folder)
        listed = lists.checksums(digests)
        plain.write(folder / lists.CHECKSUMS, listed)
    return Archived(output, finals, (), len(digests), hashlib.sha256(listed).hexdigest())


def _plan(home: Home, finals: Finals) -> tuple[dict[str, tuple[str, Final | None]], list[str]]:
    """Where the finals and what came with them lie, by their names in the archive; and those that are not as they were checked."""
    found: dict[str, tuple[str, Final | None]] = {}
    stopped: list[str] = []
    taken: set[str] = set()

    def put(place: str, final: Final | None) -> None:
        head, slash, name = f"{FINALS}/{_below(place, home)}".rpartition("/")
        target = unused_name(head + slash, name, taken)
        taken.add(target.casefold())
        found[target] = (place, final)

    for final in finals.finals:
        try:
            here = next((place for place in (final.place, *final.copies) if _is(_bytes_at(place), final.content)), None)
            if here is None:
                stopped.append(f"{final.file}：审核以后改过了。请先重新审核，再归档。")
                continue
            put(here, final)
            for place in final.attached:
                _bytes_at(place)
                put(place, None)
        except SourceError as error:
            stopped.append(f"{str(error).rstrip('。')}。请放回原处，或重新审核。")
    return found, stopped


def _is(data: bytes, content: str) -> bool:
    return hashlib.sha256(data).hexdigest() == content


def _bytes_at(place: str) -> bytes:
    """The bytes of a file, of a member of an archive too. Raises SourceError."""
    outer, *inner = place.split("!/")
    data, shown = load(Path(outer), outer), outer
    for name in inner:
        shown += f"!/{name}"
        number = next((each.number for each in members(data, shown) if shown_path(each.name) == name), None)
        if number is None:
            raise SourceError("文件-无法打开", f"{shown}：压缩包里没有这个文件了", "请放回原来的压缩包")
        data = member_bytes(data, number, shown)
    return data


def _below(place: str, home: Home) -> str:
    """The name of a file below the folder of returns, folders and archives on the way as folders; safe on every system."""
    root = shown_path(os.path.abspath(home.returns)) if home.returns else ""
    within = bool(root) and place.startswith(os.path.join(root, ""))
    relative = (
        place[len(os.path.join(root, "")) :] if within else PurePath(place.partition("!/")[0]).name + place[len(place.partition("!/")[0]) :]
    )
    parts = relative.replace("!/", "/").replace(os.sep, "/").split("/")
    return "/".join(safe_name(part) for part in parts if part)


def _beside(home: Home) -> Iterator[tuple[str, bytes]]:
    """What else belongs to the season: the roster, the reports of the last check, what was published."""
    if home.roster:
        yield safe_name(home.roster.name), home.roster.read_bytes()
    checked = home.ledger.parent if home.ledger else home.folder
    for place in (checked / WORKBOOK, checked / PAGE):
        if place.is_file():
            yield f"{CHECKED}/{place.name}", place.read_bytes()
    published = home.folder / PUBLISHED
    for place in sorted(published.rglob("*")) if published.is_dir() else ():
        if place.is_file() and not place.name.startswith((".", "~$")):
            yield f"{PUBLISHED}/{place.relative_to(published).as_posix()}", place.read_bytes()


def _lists(ledger: Ledger, side: Side, finals: Finals, named: Mapping[str, str]) -> dict[str, list[list[str]]]:
    lines: list[list[str]] = []
    found: list[list[str]] = []
    for final in finals.finals:
        for each in final.returns:
            state = (STATUS_WORDS[each.status], str(each.errors), str(each.warnings))
            for name, code in each.projects:
                lines.append(
                    ["", each.unit, name, code, each.round or UNNAMED, str(each.version), *state, named[final.place], each.content]
                )
            for finding in findings_of(ledger, each) or ():
                if finding.family != REPAIR:
                    what = (SEVERITY_WORDS[finding.severity], finding.rule, finding.field or "", finding.value or "", finding.message)
                    found.append([finding.unit or each.unit, finding.project or "", *what])
    lines += [["", unit.unit, "（没有定稿）", "", "", "", unit.status, "", "", unit.reason, ""] for unit in finals.without]
    for number, line in enumerate(lines, start=1):
        line[0] = str(number)
    versions = [
        [e.unit, str(e.year or ""), e.round or UNNAMED, str(e.version), STATUS_WORDS[e.status], str(e.errors), str(e.warnings)]
        + [e.file, *(moment[:16].replace("T", " ") for moment in (e.modified, e.seen)), e.content]
        for e in returns(ledger)
    ]
    return {lists.KIND: lines, lists.FINDINGS: found, lists.OPINIONS: _opinions(side), lists.VERSIONS: versions}


def _opinions(side: Side) -> list[list[str]]:
    names = (columns.UNIT, columns.PROJECT, columns.FIELD, columns.RULE, columns.VALUE)
    found = []
    for row in side.opinions:
        cells = cells_of(row["cells"])
        action = "已撤回" if cells[WITHDRAWN] else cells[columns.ACTION]
        said = (action, cells[columns.REASON], cells[columns.REMARK], row["seen"][:16].replace("T", " "))
        found.append([*(cells[name] for name in names), *said])
    return sorted(found)


def _above(home: Home, roster: Roster | None, finals: Finals, checked: str) -> Sequence[str]:
    """What stands over the list: which season, made when, how much of what was expected is in it."""
    year = home.year or (roster.year if roster else None) or next((e.year for f in finals.finals for e in f.returns), None)
    used = {each.form for final in finals.finals for each in final.returns}
    forms = "、".join(f"{form.name}（{form.version or '没有版本号'}）" for form in meant_forms(home.form or None) if form.name in used)
    units = {final.unit.unit for final in finals.finals}
    expected = f"名单 {len(roster.units)} 家；" if roster else ""
    without = f"，没有定稿 {len(finals.without)} 家：{'、'.join(unit.unit for unit in finals.without)}" if finals.without else ""
    return (
        f"{year or ''}年度绩效目标申报归档目录",
        f"表样：{forms or '、'.join(sorted(used))}　最近一次审核：{checked[:16].replace('T', ' ')}　归档：{datetime.now():%Y-%m-%d %H:%M}",
        f"{expected}定稿 {len(units)} 家、{len(finals.finals)} 个文件{without}。",
    )


def digests_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder by its name."""
    files = (place for place in sorted(folder.rglob("*")) if place.is_file())
    return {place.relative_to(folder).as_posix(): hashlib.sha256(place.read_bytes()).hexdigest() for place in files}
