"""Names in returns and in the roster brought together: whose return a file is, which of its projects the roster knows.

Comes in: declarations as read, the roster, and the unit a workbook was issued to as it says itself. Goes out: the same
declarations knowing the roster's name of their unit, with a repair where an alias was used and a doubt where the roster
knows nothing of the kind; and findings about projects that did not come. What was filled in is never changed. Called by
`batch` and `check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher, get_close_matches
from pathlib import PurePosixPath

from toolkit.checking.model import Finding
from toolkit.forms.roster import UNITS_SHEET
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit, name_key
from toolkit.reading.model import Declaration, Doubt, Repair
from toolkit.sources.grid import Grid
from toolkit.values.assignment import cheapest_assignment
from toolkit.values.words import CODE_ROLE, DECLARATION, ERROR, PROJECT_ROLE, UNIT_ROLE, WARNING, Role

UNKNOWN_UNIT, OTHER_UNIT, ALIAS = "单位-不在名单", "单位-下发不符", "修复-单位名称"
UNKNOWN_PROJECT, OTHER_NAME, OTHER_CODE, NOT_SENT = "项目-不在名单", "项目-名称不符", "项目-代码不符", "项目-未报"

# What is said of names alone.
OF_NAMES = frozenset((UNKNOWN_UNIT, OTHER_UNIT, ALIAS, UNKNOWN_PROJECT, OTHER_NAME, OTHER_CODE, NOT_SENT))

# Names so alike are worth a hint that they may mean the same.
_ALIKE = 0.6

# What it costs to take a project for another one that it is not like.
_OTHER = 1000.0


def is_list(grids: Iterable[Grid]) -> bool:
    """Return whether a workbook is a list of units (名单), which may lie among returns and is none."""
    return any(grid.name == UNITS_SHEET and UNITS_SHEET in grid.cells.values() for grid in grids)


def recognised(declaration: Declaration, roster: Roster | None, issued_to: str | None) -> Declaration:
    """Return the declaration with the unit's name as the issuer has it, and with what is odd about its names.

    `issued_to` is the unit its workbook was made for, None where it says nothing. A unit that is written nowhere in the form
    is taken from there, else from the file's name where that is a name of the roster's.
    """
    written = declaration.written_unit
    stamped = _name(issued_to, roster)
    if written is None:
        named = roster.find(_stem(declaration.file)) if roster else None
        declaration = replace(declaration, known_as=stamped or (named.name if named else None))
        return _with(_coded(declaration, roster), doubts=_projects(declaration, roster))
    doubts = [_issued_to_another(declaration, stamped)] if stamped and not _same(written, stamped, roster) else []
    if roster is None:
        return _with(declaration, doubts=doubts)
    unit = roster.find(written)
    if unit is None:
        return _with(declaration, doubts=[_unknown(declaration, roster), *doubts])
    declaration = _coded(replace(declaration, known_as=unit.name), roster)
    repairs = [] if name_key(written) == name_key(unit.name) else [_alias(declaration, written, unit)]
    return _with(declaration, repairs, [*doubts, *_projects(declaration, roster)])


def _coded(declaration: Declaration, roster: Roster | None) -> Declaration:
    """The declaration with the roster's code of its project, where its form has none."""
    project = _project(declaration, roster) if roster and CODE_ROLE not in declaration.roles else None
    return replace(declaration, known_code=project.code) if project and project.code else declaration


def owner(file: str, roster: Roster | None, issued_to: str | None) -> str | None:
    """Return whose file this is though no declaration says so: the unit it was made for, else the one its name names."""
    if issued_to or roster is None:
        return _name(issued_to, roster)
    unit = roster.find(_stem(file)) or next(iter(roster.named_in(file)), None)
    return unit.name if unit else None


def passwords_for(file: str, given: Sequence[str], roster: Roster | None) -> tuple[str, ...]:
    """Return the passwords to try on a file: those given, then the roster's, of units that the file's name names first."""
    if roster is None or not any(unit.password for unit in roster.units):
        return tuple(given)
    units = (*roster.named_in(file), *roster.units)
    return tuple(dict.fromkeys((*given, *(unit.password for unit in units if unit.password))))


def with_missing(pieces: Sequence[Sequence[Finding]], declarations: Sequence[Declaration], roster: Roster) -> list[Sequence[Finding]]:
    """Return the findings, piece by piece, with an error for every project of the roster that did not come from a unit that sent others.

    One that came under a name so alike that it is taken for the same is one finding: the error, where the unknown name stands.
    """
    missing = [(unit, project, first) for unit, project, first in not_sent(declarations, roster) if first is not None]
    if not missing:
        return [*pieces]
    unknown = [((n, m), f) for n, piece in enumerate(pieces) for m, f in enumerate(piece) if f.rule == UNKNOWN_PROJECT]
    costs = [[_renaming(finding, unit, project, roster) for _, finding in unknown] for unit, project, _ in missing]
    matched = cheapest_assignment(costs) if unknown else []
    pairs = {row: unknown[column] for row, column in matched if costs[row][column] < _OTHER}
    gone = {place for place, _ in pairs.values()}
    fewer = {n: [f for m, f in enumerate(pieces[n]) if (n, m) not in gone] for n in {n for n, _ in gone}}
    errors = [_renamed(pairs[n][1], project) if n in pairs else _not_sent(project, first) for n, (_, project, first) in enumerate(missing)]
    return [*(fewer.get(n, piece) for n, piece in enumerate(pieces)), errors]


def _renaming(finding: Finding, unit: RosterUnit, project: RosterProject, roster: Roster) -> float:
    """How far an unknown project is from one that did not come, 0 to 1; _OTHER where they are not alike, or of two units."""
    if roster.find(finding.unit) is not unit:
        return _OTHER
    unlike = 1 - SequenceMatcher(None, project.name, finding.project or "").ratio()
    return unlike if unlike <= 1 - _ALIKE else _OTHER


def _renamed(finding: Finding, project: RosterProject) -> Finding:
    code = f"（{project.code}）" if project.code else ""
    message = f"名单中的项目“{project.name}”{code}没有报送；报来的“{finding.project}”名单里没有，像是同一个项目改了名称。"
    cure = f"请核对项目名称，写成“{project.name}”；不是同一个项目的请补报；确实改了名称的，请改名单的“项目”表。"
    return replace(finding, rule=NOT_SENT, severity=ERROR, expected=project.name, message=message, suggestion=cure)


def not_sent(declarations: Iterable[Declaration], roster: Roster) -> list[tuple[RosterUnit, RosterProject, Declaration | None]]:
    """Return every project of the roster that no declaration is, in the roster's order; with its unit's first declaration, if any."""
    first: dict[str, Declaration] = {}
    found = set()
    for declaration in declarations:
        unit = roster.find(declaration.unit)
        if unit is not None:
            first.setdefault(unit.name, declaration)
            found.add(id(_project(declaration, roster)))
    listed = ((unit, project) for unit in roster.units for project in roster.projects_of(unit))
    return [(unit, project, first.get(unit.name)) for unit, project in listed if id(project) not in found]


def _name(issued_to: str | None, roster: Roster | None) -> str | None:
    """The unit a workbook was issued to, under the name that today's roster has for it."""
    unit = roster.find(issued_to) if roster else None
    return unit.name if unit else issued_to


def _same(written: str, stamped: str, roster: Roster | None) -> bool:
    unit = roster.find(written) if roster else None
    return name_key(unit.name if unit else written) == name_key(stamped)


def _with(declaration: Declaration, repairs: Sequence[Repair] = (), doubts: Sequence[Doubt] = ()) -> Declaration:
    if not repairs and not doubts:
        return declaration
    return replace(declaration, repairs=(*declaration.repairs, *repairs), doubts=(*declaration.doubts, *doubts))


def _alias(declaration: Declaration, written: str, unit: RosterUnit) -> Repair:
    message = f"实施单位“{written}”是名单中“{unit.name}”的别名，已归到该单位。"
    field = declaration.roles[UNIT_ROLE]
    return Repair(ALIAS, field, declaration[field].cell, written, unit.name, message)


def _unknown(declaration: Declaration, roster: Roster) -> Doubt:
    written = declaration.written_unit or ""
    alike = _alike(written, (unit.name for unit in roster.units))
    hint = f"名单里相近的是“{alike}”：" if alike else ""
    message = f"名单里没有实施单位“{written}”，按原文审核和汇总。"
    cure = f"{hint}写错的请改为单位全称；单位改过名的，把这个名称填进名单的“别名”；新单位请补进名单。"
    return _doubt(declaration, UNKNOWN_UNIT, UNIT_ROLE, message, cure)


def _issued_to_another(declaration: Declaration, stamped: str) -> Doubt:
    message = f"这份工作簿是下发给“{stamped}”的，表中实施单位写的是“{declaration.written_unit}”。"
    cure = "请确认没有用错别的单位的工作簿、单位没有填错。"
    return _doubt(declaration, OTHER_UNIT, UNIT_ROLE, message, cure)


def _projects(declaration: Declaration, roster: Roster | None) -> list[Doubt]:
    """What the roster has to say against the project: it is not there, or there under another name or code."""
    unit = roster.find(declaration.unit) if roster else None
    if roster is None or unit is None or declaration.project is None or not roster.projects_of(unit):
        return []
    name, code, project = declaration.project, declaration.code or "", _project(declaration, roster)
    if project is None:
        alike = _alike(name, (each.name for each in roster.projects_of(unit)))
        hint = f"名单里相近的是“{alike}”：" if alike else ""
        message = f"名单里“{unit.name}”没有项目“{name}”。"
        cure = f"{hint}请核对项目名称；确是新增的项目，请补进名单的“项目”表。"
        return [_doubt(declaration, UNKNOWN_PROJECT, PROJECT_ROLE, message, cure)]
    doubts = []
    if name_key(project.name) != name_key(name):
        message = f"项目名称“{name}”与名单中代码 {project.code} 的项目“{project.name}”不一致。"
        doubts.append(_doubt(declaration, OTHER_NAME, PROJECT_ROLE, message, "请核对项目名称和项目代码。"))
    if code and project.code and name_key(project.code) != name_key(code):
        message = f"{CODE_ROLE}“{code}”与名单中“{project.name}”的代码 {project.code} 不一致。"
        doubts.append(_doubt(declaration, OTHER_CODE, CODE_ROLE, message, "请核对项目代码。"))
    return doubts


def _doubt(declaration: Declaration, rule: str, role: Role, message: str, cure: str) -> Doubt:
    field = declaration.roles[role]
    return Doubt(rule, WARNING, field, declaration[field].cell, declaration.said(role), message, cure)


def _project(declaration: Declaration, roster: Roster) -> RosterProject | None:
    return roster.project(declaration.unit or "", declaration.project, declaration.code or "")


def _not_sent(project: RosterProject, first: Declaration) -> Finding:
    code = f"（{project.code}）" if project.code else ""
    return Finding(
        rule=NOT_SENT,
        severity=ERROR,
        family=DECLARATION,
        file=first.file,
        unit=first.unit,
        project=project.name,
        sheet=None,
        cell=None,
        field=first.roles.get(PROJECT_ROLE),
        value=None,
        expected=project.name,
        message=f"名单中的项目“{project.name}”{code}没有报送。",
        suggestion="请补报该项目；项目已取消的，请从名单的“项目”表删去。",
    )


def _alike(name: str, names: Iterable[str]) -> str | None:
    return next(iter(get_close_matches(name, list(names), 1, _ALIKE)), None)


def _stem(file: str) -> str:
    return PurePosixPath(file.replace("\\", "/")).stem
