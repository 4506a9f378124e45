"""The roster as data: which units report, which projects each has, and how the names in returns find them.

`forms.roster` makes a `Roster` from 名单.xlsx; issuing, checking, merging and chasing take it from there. Nothing here
knows of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import chain
from pathlib import Path

from toolkit.values.text import label_key

# A name of so many characters inside another text tells whose it is.
_TELLING = 4

_BRACKETS = str.maketrans("", "", "()")


@dataclass(frozen=True, slots=True)
class RosterUnit:
    """One unit of the roster; "" and None where the roster says nothing. `control` is its 控制数 in 元, `cell` its place.

    `forms` are those that it owes, as written (应报表样), none where it owes what everybody does; `deadline` is its own.
    """

    name: str
    department: str = ""
    office: str = ""
    control: Decimal | None = None
    password: str = ""
    aliases: tuple[str, ...] = ()
    contact: str = ""
    cell: str = ""
    forms: tuple[str, ...] = ()
    deadline: date | None = None
    telephone: str = ""

    def owes(self, *names: str) -> bool:
        """Whether the unit owes a form that is called by one of `names`; one that says nothing owes every form.

        >>> RosterUnit("青溪区图书馆", forms=("项目支出绩效自评表",)).owes("绩效目标申报表"), RosterUnit("青溪区图书馆").owes("绩效目标申报表")
        (False, True)
        """
        return not self.forms or bool({name_key(form) for form in self.forms} & {name_key(name) for name in names})

    @property
    def called(self) -> str:
        """Whom to call, and under which number."""
        return "　".join(filter(None, (self.contact, self.telephone)))


@dataclass(frozen=True, slots=True)
class Office:
    """Who issued the forms: until when they are to come back, whom to ask, under which number; "" where nobody says."""

    deadline: str = ""
    contact: str = ""
    telephone: str = ""

    def over(self, other: Office) -> Office:
        """Return what this says, and where it says nothing what `other` does."""
        return Office(self.deadline or other.deadline, self.contact or other.contact, self.telephone or other.telephone)


@dataclass(frozen=True, slots=True)
class RosterProject:
    """One project of the roster; `unit` is the unit's name as sheet 单位 has it, `approved` the 批复金额 in 元.

    `public` is False only where 是否公开 says 否; `order` is None where 顺序 is blank; `cell` is where its name stands. `formerly` are
    names that it had in earlier years.
    """

    unit: str
    name: str
    code: str = ""
    approved: Decimal | None = None
    public: bool = True
    order: int | None = None
    cell: str = ""
    formerly: tuple[str, ...] = ()


@dataclass(frozen=True)
class Roster:
    """A whole roster, units and projects in the order of its sheets; `year` is what they report for, None where it does not say.

    `units_sheet` is the name of the sheet that lists the units; what stands above its headings gives `year` and `office`.
    """

    path: Path
    units: tuple[RosterUnit, ...]
    projects: tuple[RosterProject, ...] = ()
    year: int | None = None
    units_sheet: str = "单位"
    office: Office = Office()

    def find(self, name: str | None) -> RosterUnit | None:
        """Return the unit of this name: by its name in any width, spacing, brackets and case, then by its aliases.

        None for a blank and for a name the roster does not know.

        >>> roster = Roster(Path("名单.xlsx"), (RosterUnit("青溪区卫健委（本级）", aliases=("青溪区卫生局",)),))
        >>> [unit.name if (unit := roster.find(name)) else None for name in ("青溪区 卫健委(本级)", "青溪区卫生局", "青溪区", None)]
        ['青溪区卫健委（本级）', '青溪区卫健委（本级）', None, None]
        """
        return self._units.get(name_key(name)) if name else None

    def place(self, name: str | None) -> int:
        """Return the unit's place in the roster's order; behind all others that of a unit it does not know."""
        found = self.find(name)
        return self._order[found.name] if found else len(self.units)

    def projects_of(self, unit: RosterUnit | str | None) -> tuple[RosterProject, ...]:
        """Return the unit's projects in the order of the roster; a name is looked up as `find` does."""
        found = unit if isinstance(unit, RosterUnit) else self.find(unit)
        return self._projects.get(name_key(found.name), ()) if found else ()

    def project(self, unit: RosterUnit | str | None, name: str | None, code: str | None = None) -> RosterProject | None:
        """Return the unit's project of this code, else the first of this name; None when the roster has neither.

        A name found beside another code is still that project: a mistyped code must not open what is not public.
        """
        projects = self.projects_of(unit)
        coded = (p for p in projects if code and p.code and name_key(p.code) == name_key(code))
        named = (p for p in projects if name and name_key(p.name) == name_key(name))
        return next(chain(coded, named), None)

    def named_in(self, text: str) -> list[RosterUnit]:
        """Return the units whose name or an alias of them stands in `text`, the longest such name first.

        >>> roster = Roster(Path("名单.xlsx"), (RosterUnit("青溪区图书馆"), RosterUnit("青溪区图书馆分馆")))
        >>> [unit.name for unit in roster.named_in("回收/青溪区图书馆（分馆）上报.xlsx")]
        ['青溪区图书馆分馆', '青溪区图书馆']
        """
        place = name_key(text)
        found = [
            (max(lengths), unit)
            for unit, keys in zip(self.units, self._spellings, strict=True)
            if (lengths := [len(key) for key in keys if len(key) >= _TELLING and key in place])
        ]
        return [unit for _, unit in sorted(found, key=lambda each: -each[0])]

    @cached_property
    def _spellings(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(name_key, (unit.name, *unit.aliases))) for unit in self.units)

    @cached_property
    def _order(self) -> Mapping[str, int]:
        return {unit.name: number for number, unit in enumerate(self.units)}

    @cached_property
    def _units(self) -> Mapping[str, RosterUnit]:
        found = {name_key(alias): unit for unit in self.units for alias in unit.aliases}
        return found | {name_key(unit.name): unit for unit in self.units}

    @cached_property
    def _projects(self) -> Mapping[str, tuple[RosterProject, ...]]:
        found: dict[str, list[RosterProject]] = {}
        for project in self.projects:
            found.setdefault(name_key(project.unit), []).append(project)
        return {key: tuple(projects) for key, projects in found.items()}


def name_key(name: str) -> str:
    """Return the key by which names of units, projects and codes are compared: no blanks, brackets, width or case.

    >>> name_key("青溪区卫健委（本 级）") == name_key("青溪区卫健委本级") == name_key("青溪区卫健委[本级]")
    True
    """
    return label_key(name).translate(_BRACKETS)


def unit_key(name: str, roster: Roster | None) -> str:
    """Return what a unit is told from others by: the key of its name in the roster, of the name itself where there is none.

    >>> roster = Roster(Path("名单.xlsx"), (RosterUnit("青溪区卫健委（本级）", aliases=("青溪区卫生局",)),))
    >>> unit_key("青溪区卫生局", roster) == name_key("青溪区卫健委（本级）"), unit_key("甲校", roster) == name_key("甲校")
    (True, True)
    """
    found = roster.find(name) if roster else None
    return name_key(found.name if found else name)
