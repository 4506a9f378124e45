"""A roster that can be read → what in it cannot be true at once, said before anything is issued from it.

`contradictions` is for `jixiao form lint`, which says all; `impossible` is what no return could ever meet. Called by `issue`
too: it refuses the latter and warns of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from toolkit.forms.book import Mistake
from toolkit.forms.roster import PROJECTS_SHEET
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit, name_key
from toolkit.values.amounts import format_amount
from toolkit.values.words import DEPARTMENT_ROLE


def contradictions(roster: Roster) -> tuple[Mistake, ...]:
    """Return all that contradicts itself: 控制数 and 批复金额, one department in two spellings, one project under two units."""
    return (*impossible(roster), *_short(roster), *_departments(roster), *_shared(roster))


def impossible(roster: Roster) -> tuple[Mistake, ...]:
    """Return a mistake for every unit whose projects' 批复金额 come to more than its 控制数, or are below zero."""
    found = [
        Mistake(PROJECTS_SHEET, each.cell, f"项目“{each.name}”的批复金额 {format_amount(each.approved)} 元小于 0", "请核对批复金额")
        for each in roster.projects
        if each.approved is not None and each.approved < 0
    ]
    for unit, control, approved in _controlled(roster):
        total = sum(approved, Decimal(0))
        if total > control:
            found.append(_gap(roster, unit, control, total, len(approved), "多"))
    return tuple(found)


def _short(roster: Roster) -> Iterator[Mistake]:
    """Units all of whose projects have a 批复金额, and together less than the 控制数: further projects could make up for it."""
    for unit, control, approved in _controlled(roster):
        total = sum(approved, Decimal(0))
        if total < control and len(approved) == len(roster.projects_of(unit)):
            yield _gap(roster, unit, control, total, len(approved), "少")


def _controlled(roster: Roster) -> Iterator[tuple[RosterUnit, Decimal, list[Decimal]]]:
    """Units with a 控制数 and at least one 批复金额."""
    for unit in roster.units:
        approved = [each.approved for each in roster.projects_of(unit) if each.approved is not None]
        if unit.control is not None and approved:
            yield unit, unit.control, approved


def _gap(roster: Roster, unit: RosterUnit, control: Decimal, total: Decimal, count: int, word: str) -> Mistake:
    figures = f"{count} 个项目的批复金额合计 {format_amount(total)} 元，比控制数{word} {format_amount(abs(total - control))} 元"
    verdict = "怎么填都对不上" if word == "多" else "只报这些项目对不上"
    text = f"单位“{unit.name}”的控制数 {format_amount(control)} 元，{figures}，{verdict}"
    return Mistake(roster.units_sheet, unit.cell, text, "请核对控制数和批复金额，有没有漏列的项目；不核对的留空")


def _departments(roster: Roster) -> Iterator[Mistake]:
    """A department in two spellings, or called by a name that the roster has as another name of a unit of that department."""
    first: dict[str, RosterUnit] = {}
    for unit in roster.units:
        if unit.department:
            first.setdefault(name_key(unit.department), unit)
    alias = {name_key(alias): unit for unit in roster.units for alias in unit.aliases}
    for unit in roster.units:
        key = name_key(unit.department)
        usual = first.get(key, unit)
        called = alias.get(key)
        if called is not None and called.department and name_key(called.department) != key:
            usual = called
        if unit.department != usual.department:
            text = (
                f"单位“{unit.name}”的{DEPARTMENT_ROLE}“{unit.department}”与 {usual.cell}“{usual.name}”的“{usual.department}”像是同一个部门"
            )
            yield Mistake(roster.units_sheet, unit.cell, text, "请写成一样的全称，否则会分成两个部门统计")


def _shared(roster: Roster) -> Iterator[Mistake]:
    """A project of one name and one code under two units."""
    seen: dict[tuple[str, str], RosterProject] = {}
    for each in roster.projects:
        other = seen.setdefault((name_key(each.name), name_key(each.code)), each) if each.code else each
        if other.unit != each.unit:
            text = f"项目“{each.name}”（{each.code}）在“{other.unit}”（{other.cell}）和“{each.unit}”名下各有一次"
            yield Mistake(PROJECTS_SHEET, each.cell, text, "一个项目只归一个单位，请删除一行；确是两个项目请写不同的代码")
