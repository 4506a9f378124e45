"""`season`: where a season stands, on one screen, and what to do next with the command to type.

Comes in: a season's `Home`. Goes out: a `Standing`. Nothing is read but the ledger, the roster and the names of files; nothing is written
but 本季.txt, and a round's name in the ledger where it is asked for.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.forms.roster import load_roster
from toolkit.forms.roster_model import Roster
from toolkit.intake.inputs import collect_files, is_return_name
from toolkit.package.atomic import Outlet
from toolkit.season.history import changed, is_joined, last_round, name_round, returns, season_year, seen_files
from toolkit.season.home import ARCHIVE, NAME, PUBLISHED, Home, home_text
from toolkit.season.ledger import open_ledger
from toolkit.season.standing import CHANGES, UNFILLED, UNREAD, SeasonStatus
from toolkit.season.status import season_status
from toolkit.values.text import shown_path
from toolkit.values.words import NOT_SENT, REPORTED, SENT_TWICE
from toolkit.workflow.forms import load_forms, meant_forms

# The folder of a season in which last year's returns or documents lie, where there are any.
LAST_YEAR = "去年"

# Units that have to send, or send again, before anything else can be done about them.
_TO_REMIND = (NOT_SENT, UNFILLED, UNREAD)


@dataclass(frozen=True, slots=True)
class Step:
    """Something to do next: why, and the command to type."""

    why: str
    command: str


@dataclass(frozen=True)
class Standing:
    """Where a season stands. `rounds` are names with the number of returns, in order; `checked` when the last check was, "" for never;
    `waiting` files that were not checked as they are now; `status` None without a ledger and a roster; `joined` since several seasons
    were made this one, it was not checked yet."""

    home: Home
    year: int | None
    forms: tuple[str, ...]
    roster: Roster | None
    rounds: tuple[tuple[str, int], ...] = ()
    checked: str = ""
    waiting: tuple[str, ...] = ()
    status: SeasonStatus | None = None
    joined: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        """What to do next, the most pressing first."""
        return tuple(_steps(self))

    @property
    def projects(self) -> int:
        return sum(len(self.roster.projects_of(unit)) for unit in self.roster.units) if self.roster else 0


def start_season(folder: Path, values: dict[str, str], *, force: bool = False) -> Path:
    """Write 本季.txt into `folder`. Raises OutputError where there is one already and `force` is not given."""
    place = folder / NAME
    outlet = Outlet(force, ())
    outlet.check(place)
    outlet.write(place, home_text(values).encode("utf-8-sig"))
    return place


def rename_round(home: Home, old: str, new: str) -> int:
    """Give a round of the ledger another name and return how many returns it holds. Raises UsageError where it cannot be."""
    if home.ledger is None:
        raise UsageError("还没有台账，没有可以改名的轮次。请先用 jixiao check -o 审核。")
    with open_ledger(home.ledger, create=False) as ledger, ledger.writing():
        return name_round(ledger, old, new)


def standing(home: Home) -> Standing:
    """Return where the season of this folder stands. Raises as `load_roster`, `load_forms` and `open_ledger` do."""
    roster = load_roster(home.roster) if home.roster else None
    forms = load_forms(home.form or None)
    base = Standing(
        home, home.year or (roster.year if roster else None), tuple(form.name for form in meant_forms(home.form or None)), roster
    )
    if home.ledger is None or not home.ledger.is_file():
        return replace(base, waiting=_waiting(home, {}, ""))
    with open_ledger(home.ledger, create=False) as ledger:
        round_, (known, checked) = last_round(ledger), seen_files(ledger)
        return replace(
            base,
            year=base.year or season_year(ledger),
            rounds=tuple(Counter(each.round for each in returns(ledger)).items()),
            checked=checked,
            waiting=_waiting(home, known, checked),
            status=season_status(ledger, roster, round_, forms=forms),
            joined=is_joined(ledger),
        )


def _waiting(home: Home, known: Mapping[str, str], checked: str) -> tuple[str, ...]:
    """The returns that no check has seen as they are now; `known` are those that one has, with the times they had then.

    What a check has seen and taken for no return is not among the known: then it counts whether it came before the second of the check.
    """
    if home.returns is None or not home.returns.is_dir() or not any(home.returns.iterdir()):
        return ()
    found = []
    for each in collect_files([str(home.returns)]):
        then = known.get(shown_path(os.path.abspath(each.path)))
        new = _arrived(each.path) >= checked if then is None else changed(each.path) != then
        if is_return_name(each.display) and new:
            found.append(each.display)
    return tuple(found)


def _arrived(path: Path) -> str:
    """When a file came to lie where it is: a copy keeps the time of the original, but not that of its own making."""
    try:
        return datetime.fromtimestamp(max(path.stat().st_ctime, path.stat().st_mtime)).isoformat(timespec="seconds")
    except (OSError, ValueError, OverflowError):
        return ""


def _steps(now: Standing) -> Iterator[Step]:
    status, roster, folder = now.status, now.home.roster, now.home.folder
    counts = status.counts() if status else Counter()
    if now.waiting or not now.checked:
        if not now.waiting:
            last = folder / LAST_YEAR
            more = f" --from {_word(last)}" + (f" --year {now.year}" if now.year else "") if last.is_dir() else ""
            why = f"还没有收到报送：把{'带着去年内容的' if more else '空'}表发给各单位"
            yield Step(why, f"jixiao issue {_word(roster or folder / '名单.xlsx')}{more} -o {_word(folder / '下发')}")
            return
        yield Step(f"有 {len(now.waiting)} 个文件还没有审核（或又改过）", f"jixiao check -o {_word(_beside(now.home))} --force")
    elif now.joined:
        yield Step("刚合并好，几边的意见放在一起再审核一次", f"jixiao check -o {_word(_beside(now.home))} --force")
    unsettled = [unit for unit in status.pending if unit.status == SENT_TWICE] if status else []
    if unsettled:
        yield Step(
            f"{unsettled[0].unit}{f'等 {len(unsettled)} 家' if unsettled[1:] else ''}报了几份不同的，定下以哪一份为准",
            f"jixiao check -o {_word(_beside(now.home))} --force --use {_word(unsettled[0].files[-1].file)}",
        )
    if counts[CHANGES]:
        yield Step(f"{counts[CHANGES]} 家需修改，退回去", f"jixiao annotate -o {_word(folder / '退改')} --force")
    missing = sum(counts[word] for word in _TO_REMIND)
    if missing:
        yield Step(f"{missing} 家还没有报来能用的，催一催", f"jixiao status -o {_word(folder / '催报名单.xlsx')} --force")
    if now.rounds and counts[REPORTED] and not (now.waiting or now.joined):
        rest = (
            "全部单位已报并通过，出汇总表" if counts[REPORTED] == sum(counts.values()) else f"{counts[REPORTED]} 家已通过，可以先出汇总表"
        )
        yield Step(rest, f"jixiao merge -o {_word(folder / '汇总')} --force")
        published = folder / PUBLISHED
        if counts[REPORTED] == sum(counts.values()) and published.is_dir() and not (folder / ARCHIVE).exists():
            yield Step("汇总表出过了，都做完了的话归档备查", "jixiao season archive")


def _beside(home: Home) -> Path:
    return home.ledger.parent if home.ledger else home.folder / "审核结果"


def _word(path: object) -> str:
    """A path as one word of a command."""
    text = str(path)
    return f'"{text}"' if " " in text else text
