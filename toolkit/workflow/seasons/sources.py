"""One hand's season, as the clerk names it: a season's folder, a folder of results, or a ledger; with what it goes by.

Comes in: a path. Goes out: a `Source`, and where several of them go by other years, rosters or forms.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.forms.roster import load_roster
from toolkit.forms.roster_model import Roster, name_key
from toolkit.season.decisions import unread_opinions
from toolkit.season.home import NAME as HOME_NAME
from toolkit.season.home import Home, read_home
from toolkit.season.joining.side import Clash, Side, read_side
from toolkit.season.ledger import NAME as LEDGER_NAME
from toolkit.season.ledger import open_ledger
from toolkit.workflow.forms import form_files, load_forms
from toolkit.workflow.report import WORKBOOK

# So many differences between two rosters are told.
_MOST_TOLD = 6

_ROSTER_CURE = "请用 --roster 写明合并后用哪一份名单（两边各管一部分单位的，先合成一份），或让两边用同一份。"
_FORM_CURE = "请让两边用同一份表样，各自重新审核，再合并。"
_OPINION_CURE = "请先在那一边用 check --decisions 采用，再合并。"


@dataclass(frozen=True)
class Source:
    """One hand's season under the name it was given; `home` says nothing where it is a ledger alone."""

    name: str
    ledger: Path
    home: Home

    @cached_property
    def roster(self) -> Roster | None:
        return load_roster(self.home.roster) if self.home.roster else None

    @cached_property
    def form_files(self) -> tuple[Path, ...]:
        """The files of the form that the season names by its path, and what lies in its 表样 folder."""
        named = [place for form in load_forms(self.home.form) for place in form_files(form)] if Path(self.home.form).is_file() else []
        return tuple(each for each in named if each.is_file())

    def side(self, roster: Roster | None = None) -> Side:
        """Return what its ledger knows; units go by `roster`. Raises as `open_ledger` and `load_roster` do."""
        with open_ledger(self.ledger, create=False) as ledger:
            found = read_side(self.name, ledger, roster)
        return replace(found, year=self.home.year or (self.roster.year if self.roster else None) or found.year)

    def unread(self) -> list[Clash]:
        """Return what stands in the report beside the ledger and no check has adopted."""
        report = self.ledger.parent / WORKBOOK
        if not report.is_file():
            return []
        with open_ledger(self.ledger, create=False) as ledger:
            rows = unread_opinions(report, None, ledger)
        said = ((self.name, f"{report} 里有 {len(rows)} 条（第 {rows[0].row} 行）"),) if rows else ()
        return [Clash("审核报告里有还没有采用的意见", "", said, _OPINION_CURE)] if rows else []


def find_source(given: str) -> Source:
    """Return the season at a path. Raises UsageError where there is none, or more than one ledger."""
    path, name = Path(given), given.rstrip("/\\") or given
    if path.is_file() and path.name != HOME_NAME:
        return Source(name, path, Home(path.parent))
    folder = path.parent if path.is_file() else path
    home = read_home(folder) if (folder / HOME_NAME).is_file() else Home(folder)
    near = [folder / LEDGER_NAME] if (folder / LEDGER_NAME).is_file() else sorted(folder.glob(f"*/{LEDGER_NAME}"))
    found = [home.ledger] if home.ledger is not None else near
    if len(found) != 1 or not found[0].is_file():
        seen = f"有 {len(found)} 个：{'、'.join(map(str, found))}" if len(found) > 1 else "没有台账"
        raise UsageError(
            f"{given}：{seen}。请写出一季的文件夹（里面有 {HOME_NAME}），或台账文件 {LEDGER_NAME}；台账由 jixiao check -o 生成。"
        )
    return Source(name, found[0], home)


def setting_clashes(sources: Sequence[Source], roster: Roster | None) -> list[Clash]:
    """Return where the seasons go by other rosters or forms; a `roster` that is given for all settles the former."""
    clashes: list[Clash] = []
    for one, other in combinations(sorted(sources, key=lambda source: source.name), 2):
        if roster is None and one.roster and other.roster:
            told = roster_differences(one.roster, other.roster, (one.name, other.name))
            if told:
                more = f"等 {len(told)} 处" if len(told) > _MOST_TOLD else ""
                places = tuple((each.name, str(each.home.roster)) for each in (one, other))
                clashes.append(Clash("名单不同", f"{'；'.join(told[:_MOST_TOLD])}{more}", places, _ROSTER_CURE))
        if _forms_of(one) and _forms_of(other) and _forms_of(one) != _forms_of(other):
            clashes.append(Clash("表样不同", "", tuple((each.name, each.home.form) for each in (one, other)), _FORM_CURE))
    return clashes


def _forms_of(source: Source) -> object:
    """What tells one form from another: the files where the season names one by its path, else its name."""
    files = {place.suffix: hashlib.sha256(place.read_bytes()).hexdigest() for place in source.form_files}
    return files or source.home.form


def roster_differences(one: Roster, other: Roster, names: tuple[str, str]) -> list[str]:
    """Return in words what two rosters say differently of units and projects; the order of their lines says nothing."""
    told = [f"申报年度 {one.year}、{other.year}"] if one.year and other.year and one.year != other.year else []
    mine, theirs = ({name_key(unit.name): replace(unit, cell="") for unit in roster.units} for roster in (one, other))
    told += [f"“{mine[key].name}”只在{names[0]}的名单里" for key in mine if key not in theirs]
    told += [f"“{theirs[key].name}”只在{names[1]}的名单里" for key in theirs if key not in mine]
    told += [
        f"“{mine[key].name}”的内容不同（控制数、主管部门、别名、联系人等）" for key in mine if key in theirs and mine[key] != theirs[key]
    ]
    for key in (key for key in mine if key in theirs):
        projects = [{replace(project, cell="") for project in roster.projects_of(mine[key].name)} for roster in (one, other)]
        apart = sorted({project.name for project in projects[0] ^ projects[1]})
        told += [f"“{mine[key].name}”的项目不同（{'、'.join(apart)}）"] if apart else []
    return told
