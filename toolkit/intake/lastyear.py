"""Which of last year's declarations is which project of this year's roster: by code, else by name; what is only near is named, never taken.

Comes in: declarations as read, and the roster. Goes out: `LastYear`, where every project of the roster and every declaration is once. Called
by `workflow.issue`, and by `check` for what was approved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from toolkit.comparing.entries import likeness
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit, name_key
from toolkit.reading.model import Declaration
from toolkit.values.words import CODE_ROLE, UNIT_ROLE

# How a project was known again, and what a person reads for it.
BY_CODE, BY_NAME, BY_FORMER_NAME, BY_UNIT = "code", "name", "former", "unit"
WAYS: Mapping[str, str] = {BY_CODE: CODE_ROLE, BY_NAME: "名称", BY_FORMER_NAME: "曾用名", BY_UNIT: UNIT_ROLE}

# Names so alike may mean the same project.
_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Origin:
    """What a sheet of this year is made from: `source` is None where there is nothing, and `why` says so. Without `project` it is the unit's only one."""

    unit: RosterUnit
    project: RosterProject | None
    source: Declaration | None = None
    how: str = ""
    why: str = ""


# By project: its declaration and how it was found, or why there is none.
_Found = dict[int, tuple[Declaration | None, str, str]]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """A declaration from which nothing is made, and why."""

    declaration: Declaration
    unit: str
    why: str


@dataclass(frozen=True)
class LastYear:
    """Every project of the roster with its origin, in the roster's order; and the declarations that are nobody's."""

    origins: tuple[Origin, ...]
    unlisted: tuple[Unlisted, ...]

    def of(self, unit: RosterUnit, project: RosterProject | None) -> Origin | None:
        """Return where a project comes from."""
        return self._by_project.get((unit.name, id(project)))

    @cached_property
    def _by_project(self) -> Mapping[tuple[str, int], Origin]:
        return {(each.unit.name, id(each.project)): each for each in self.origins}


def last_year(declarations: Iterable[Declaration], roster: Roster, year: int | None, *, per_unit: bool = False) -> LastYear:
    """Return where each project of the roster comes from, for `year`; of several years the last one not after it counts.

    `per_unit`: the form is one that a unit sends once.
    """
    by_unit: dict[str, list[Declaration]] = {}
    strangers = []
    for each in declarations:
        unit = roster.find(each.unit)
        if unit is None:
            strangers.append(Unlisted(each, each.unit or "", "名单里没有这个单位。" if each.unit else "看不出是哪个单位的。"))
        else:
            by_unit.setdefault(unit.name, []).append(each)
    found = [_Unit(unit, roster, by_unit.get(unit.name, ()), year, per_unit) for unit in roster.units]
    return LastYear(
        tuple(origin for each in found for origin in each.origins()), (*(one for each in found for one in each.unlisted()), *strangers)
    )


class _Unit:
    """The projects of one unit, and its declarations of earlier years; `_taken` are those that a project was found for."""

    def __init__(self, unit: RosterUnit, roster: Roster, own: Sequence[Declaration], year: int | None, per_unit: bool) -> None:
        self._unit, self._year = unit, year
        self._projects: Sequence[RosterProject | None] = (None,) if per_unit else roster.projects_of(unit)
        self._late = [each for each in own if year is not None and each.year is not None and each.year > year]
        self._own = [each for each in own if not any(each is late for late in self._late)]
        self._said: dict[int, str] = {id(each): f"是 {each.year} 年度的，晚于 {year} 年度。" for each in self._late}
        self._taken: set[int] = set()
        self._found = self._by_code()
        self._found |= self._by_unit() if per_unit else self._by_name(BY_NAME, lambda project: (project.name,))
        self._found |= self._by_name(BY_FORMER_NAME, lambda project: project.formerly)

    def origins(self) -> Iterator[Origin]:
        for project in self._projects:
            found = self._found.get(id(project), (None, "", ""))
            yield Origin(self._unit, project, found[0], found[1], found[2] or ("" if found[0] else self._nothing(project)))

    def unlisted(self) -> Iterator[Unlisted]:
        for each in (*self._own, *self._late):
            if id(each) not in self._taken:
                yield Unlisted(each, self._unit.name, self._said.get(id(each)) or self._not_listed(each))

    def _by_code(self) -> _Found:
        coded = {name_key(project.code): project for project in self._projects if project and project.code}
        return {
            id(project): self._settled([each for each in self._own if _code(each) == code], BY_CODE)
            for code, project in coded.items()
            if any(_code(each) == code for each in self._own)
        }

    def _by_unit(self) -> _Found:
        return {id(None): self._settled(self._own, BY_UNIT)} if self._own else {}

    def _by_name(self, way: str, names: Callable[[RosterProject], Sequence[str]]) -> _Found:
        """Those that nothing settled before, by the names they have or had; a name that two of them have settles nothing."""
        waiting = {id(p): (p, {name_key(name) for name in names(p)}) for p in self._projects if p and id(p) not in self._found}
        free = [each for each in self._own if id(each) not in self._taken and id(each) not in self._said]
        claims = Counter(key for _, keys in waiting.values() for key in keys)
        found: _Found = {}
        for number, (project, keys) in waiting.items():
            fits = [each for each in free if name_key(each.project or "") in keys and _agree(project, each)]
            shared = next((each.project for each in fits if claims[name_key(each.project or "")] > 1), None)
            if shared:
                found[number] = (None, "", f"名单上不止一个项目叫（或曾叫）“{shared}”，分不清来源是哪一个的。请写上项目代码。")
            elif fits:
                found[number] = self._settled(fits, way)
        return found

    def _settled(self, fits: Sequence[Declaration], way: str) -> tuple[Declaration | None, str, str]:
        """The only one of the last year there is; of several nobody can say which."""
        last = max(each.year or 0 for each in fits)
        newest = [each for each in fits if (each.year or 0) == last]
        self._said |= {id(each): f"有更近的（{last} 年度），没有用这一份。" for each in fits if (each.year or 0) != last}
        if len(newest) > 1:
            files = "、".join(dict.fromkeys(each.file for each in newest))
            why = f"来源里有 {len(newest)} 份（{files}），分不清以哪一份为准，没有沿用。"
            self._said |= {id(each): "同一个项目不止一份，分不清以哪一份为准。" for each in newest}
            return None, "", why
        self._taken.add(id(newest[0]))
        return newest[0], way, ""

    def _nothing(self, project: RosterProject | None) -> str:
        if not self._own:
            return "来源里没有这个单位的。"
        free = [each.project for each in self._own if each.project and id(each) not in self._taken]
        near = _nearest(project.name if project else "", dict.fromkeys(free))
        return "来源里没有这个项目。" + (f"名称相近的有“{near}”，没有当作同一个；是同一个的，请在名单的“曾用名”写上它。" if near else "")

    def _not_listed(self, each: Declaration) -> str:
        waiting = [project.name for project in self._projects if project and not self._found.get(id(project), (None,))[0]]
        near = _nearest(each.project or "", waiting)
        return "名单里没有这个项目。" + (f"名单上名称相近的有“{near}”。" if near else "")


def _nearest(name: str, among: Iterable[str]) -> str:
    """The name most like another, "" where none is like enough."""
    scored = {other: likeness(name_key(name), name_key(other)) for other in among}
    best = max(scored, key=lambda other: scored[other], default="")
    return best if scored.get(best, 0.0) >= _ALIKE else ""


def _code(declaration: Declaration) -> str:
    return name_key(declaration.said(CODE_ROLE) or "")


def _agree(project: RosterProject, declaration: Declaration) -> bool:
    """Whether two codes, where there are two, are one."""
    return not project.code or not _code(declaration) or _code(declaration) == name_key(project.code)
