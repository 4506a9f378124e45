"""`season join`: two or more hands' seasons → one folder that is a season itself: returns, ledger, roster and form.

Comes in: season folders or ledgers. Goes out: a folder with what all of them know, or, where they contradict, nothing but the list of
what does. What is read stays as it is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError
from toolkit.forms.roster import load_roster
from toolkit.intake.inputs import collect_files
from toolkit.package.atomic import Outlet, output_error, unused_name
from toolkit.package.folders import whole_folder
from toolkit.season.history import changed, is_below
from toolkit.season.home import AGAINST, FORM, LEDGER, NAME, RETURNS, ROSTER, YEAR, home_text
from toolkit.season.joining.join import Joined, join_sides
from toolkit.season.joining.newest import Hand, superseded
from toolkit.season.joining.side import Clash, Side, write_side
from toolkit.season.ledger import NAME as LEDGER_NAME
from toolkit.season.ledger import open_ledger
from toolkit.season.memory import content_of_file
from toolkit.values.text import shown_path
from toolkit.workflow.seasons.sources import Source, find_source, setting_clashes

_RESULTS, _RETURNS = "审核结果", "回收"


@dataclass(frozen=True)
class JoinResult:
    """What a join came to: `output` is None where contradictions stopped it; `files` how many returned files are in it."""

    output: Path | None
    joined: Joined
    clashes: tuple[Clash, ...]
    files: int = 0


def join_seasons(
    given: Sequence[str], output: Path, *, roster: Path | None = None, prefer: str | None = None, force: bool = False
) -> JoinResult:
    """Join the seasons at the `given` paths into the folder `output`, whole or not at all.

    `roster` is the one of the joined season, where theirs differ; `prefer` names the one whose opinion holds where two differ.
    Raises UsageError for a path without a season, OutputError when `output` is there already and not `force`.
    """
    sources = list({os.path.realpath(each.ledger): each for each in map(find_source, given)}.values())
    if len(given) < 2:
        raise UsageError("要合并的至少写两处：一季的文件夹，或台账。例：jixiao season join 甲/ 乙/ -o 合并/")
    preferred = find_source(prefer).ledger if prefer else None
    named = next((source.name for source in sources if preferred and os.path.samefile(source.ledger, preferred)), None)
    if prefer and named is None:
        raise UsageError(f"{prefer}：--prefer 写的不是要合并的一处。请写其中一处：{'、'.join(each.name for each in sources)}。")
    outlet = Outlet(force, tuple(Path(path) for path in given))
    outlet.check_folder(output)
    names = load_roster(roster) if roster else None
    used = names or next((source.roster for source in sources if source.roster), None)
    sides = [_own(source.side(used), source, sources) for source in sources]
    plan = _plan(sources, sides)
    moved = [_moved(side, plan.places[source.name], output) for source, side in zip(sources, sides, strict=True)]
    joined = join_sides(moved, named)
    clashes = (*setting_clashes(sources, names), *joined.clashes, *(each for source in sources for each in source.unread()))
    if clashes:
        return JoinResult(None, joined, clashes)
    with whole_folder(outlet, output) as folder:
        for source, content, target in plan.copies:
            _copy(source, folder / _RETURNS / target, output, content)
        (folder / _RETURNS).mkdir(exist_ok=True)
        values = {YEAR: str(joined.side.year or ""), LEDGER: f"{_RESULTS}/{LEDGER_NAME}", RETURNS: _RETURNS}
        values |= _brought(sources, roster, folder, output)
        with open_ledger(folder / _RESULTS / LEDGER_NAME) as ledger:
            write_side(joined.side, ledger, datetime.now().isoformat(timespec="seconds"))
        Outlet(True).write(folder / NAME, home_text(values).encode("utf-8-sig"))
    return JoinResult(output, joined, (), len(plan.copies))


def _own(side: Side, source: Source, sources: Sequence[Source]) -> Side:
    """The side without the files of another: a ledger that was copied still tells where they lay on the side it came from."""
    if source.home.returns is None:
        return side
    others = [str(other.home.returns) for other in sources if other is not source and other.home.returns]
    mine = {row["content"] for row in side.places if is_below(row["place"], [str(source.home.returns)])}
    kept = [
        row
        for row in side.places
        if is_below(row["place"], [str(source.home.returns)]) or not (row["content"] in mine or is_below(row["place"], others))
    ]
    return replace(side, places=kept)


@dataclass(frozen=True)
class _Plan:
    """Which file, of which content, is copied to where below 回收, and for each source where each of its files lies then."""

    copies: Sequence[tuple[Path, str, str]]
    places: Mapping[str, Mapping[str, str]]


def _plan(sources: Sequence[Source], sides: Sequence[Side]) -> _Plan:
    """Every file of every season once: the same content at the same place, or on both sides, is one file.

    One that another side has replaced by a later version stays behind, an archive where all in it was.
    """
    gone = superseded([Hand(side) for side in sides])
    lying: dict[str, dict[str, list[tuple[str, Path]]]] = {}
    for source, side in zip(sources, sides, strict=True):
        kept = {row["place"].partition("!/")[0] for row in side.places if row["content"] not in gone}
        stale = {row["place"].partition("!/")[0] for row in side.places} - kept
        for relative, path in _files(source):
            content = content_of_file(path)
            if shown_path(os.path.abspath(path)) not in stale:
                lying.setdefault(content, {}).setdefault(source.name, []).append((relative, path))
    wanted: list[tuple[str, str, str, Path]] = []
    for content, by_source in lying.items():
        most = min(by_source.values(), key=lambda found: (-len(found), sorted(relative for relative, _ in found)))
        wanted += [(relative, changed(path), content, path) for relative, path in most]
    targets: dict[tuple[str, str], str] = {}
    copies: list[tuple[Path, str, str]] = []
    taken: set[str] = set()
    for relative, _, content, path in sorted(wanted, key=lambda each: each[:3]):
        head, slash, name = relative.rpartition("/")
        target = unused_name(head + slash, name, taken)
        taken.add(target.casefold())
        targets[content, relative] = target
        copies.append((path, content, target))
    places: dict[str, dict[str, str]] = {source.name: {} for source in sources}
    for content, by_source in lying.items():
        there = sorted(relative for found, relative in targets if found == content)
        for name, found in by_source.items():
            for number, (relative, path) in enumerate(sorted(found)):
                stays = relative if (content, relative) in targets else there[min(number, len(there) - 1)]
                places[name][shown_path(os.path.abspath(path))] = targets[content, stays]
    return _Plan(copies, places)


def _files(source: Source) -> Iterator[tuple[str, Path]]:
    folder = source.home.returns
    if folder is not None and folder.is_dir() and any(folder.iterdir()):
        for each in collect_files([str(folder)]):
            if not each.astray:
                yield each.path.relative_to(folder).as_posix(), each.path


def _moved(side: Side, places: Mapping[str, str], output: Path) -> Side:
    """The side with its files where they are going to lie; those outside its folder of returns stay where they are."""
    names: dict[str, str] = {}
    found: list[dict[str, Any]] = []
    for row in side.places:
        outer, mark, inner = row["place"].partition("!/")
        target = places.get(outer)
        if target is None:
            found.append(dict(row))
            continue
        shown = shown_path(os.path.join(_RETURNS, *target.split("/"))) + mark + inner
        place = shown_path(os.path.abspath(output / _RETURNS / target)) + mark + inner
        names[row["file"]] = shown
        found.append({**row, "place": place, "file": shown})

    def now(text: str) -> str:
        return "\n".join(names.get(name, name) for name in text.split("\n"))

    rows = [{**row, **{column: now(row[column]) for column in ("attached_to", "rivals", "instead")}} for row in found]
    return replace(side, places=rows, returns=[{**row, "file": now(row["file"])} for row in side.returns])


def _copy(source: Path, target: Path, output: Path, content: str = "") -> None:
    """Copy a file, of this content where that is known, with its time: the ledger knows it by both."""
    try:
        data, times = source.read_bytes(), source.stat()
    except OSError as error:
        raise UsageError(f"{shown_path(str(source))}：读不出来（{error.strerror}）。请关闭打开它的程序、核对权限后重试。") from error
    if content and hashlib.sha256(data).hexdigest() != content:
        raise UsageError(f"{shown_path(str(source))}：正在合并时被改过了。请等它保存好，再合并一次。")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
    except OSError as error:
        raise output_error(output, error) from error


def _brought(sources: Sequence[Source], roster: Path | None, folder: Path, output: Path) -> dict[str, str]:
    """Bring roster and form along, and return what 本季.txt says of them, and of what was approved, which stays where it is."""
    found = {}
    names = roster or next((source.home.roster for source in sources if source.home.roster), None)
    if names is not None:
        _copy(names, folder / names.name, output)
        found[ROSTER] = names.name
    of_form = next((source for source in sources if source.home.form), None)
    if of_form is not None:
        for place in of_form.form_files:
            _copy(place, folder / place.name, output)
        found[FORM] = Path(of_form.home.form).name if of_form.form_files else of_form.home.form
    approved = dict.fromkeys(str(place.resolve()) for source in sources for place in source.home.against)
    return {**found, AGAINST: "\n".join(approved)}
