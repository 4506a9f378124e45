"""`issue`: a roster → one pre-filled workbook per unit, ready to be filled in and sent back.

Comes in: a sound roster and a form, and last year's returns or documents where there are any (`read_past`). Goes out: workbooks in a
folder, each stamped with its unit, so that reading knows whose return it is and which cells the unit did not fill in itself; and the log of
what was carried over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from toolkit.errors import RosterError, UsageError
from toolkit.forms import Form
from toolkit.forms.contradictions import impossible
from toolkit.forms.model import INTEGER, PER_PROJECT, Field
from toolkit.forms.roles import named
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit
from toolkit.forms.rules import APPROVED, CONTROL
from toolkit.intake.filled import digits_of
from toolkit.intake.model import Progress
from toolkit.outputs.filled.carry_log import CarriedProject, CarryLog, LeftOver
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import safe_name, unused_name
from toolkit.reading.model import Entry
from toolkit.spreadsheet.properties import BEGUN, MOST_BEGUN, PROJECT_FIELDS, UNIT, UNIT_FIELDS
from toolkit.values.amounts import plain_amount
from toolkit.values.words import CODE_ROLE, DEPARTMENT_ROLE, OFFICE_ROLE, PROJECT_ROLE, ROLES, UNIT_ROLE, YEAR_ROLE
from toolkit.workflow.issue.past import Past, begin
from toolkit.workflow.request import Request

CONTACT = "联系人"
TELEPHONE = "联系电话"

# These a form gets only where it says that the issuer fills them.
_IF_ASKED = frozenset((OFFICE_ROLE, CONTACT, TELEPHONE, CONTROL, APPROVED))

Given = str | Decimal | int | None
Fields = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Issue:
    """How workbooks are issued: the `year` on every sheet, sub-folders named after what `by` names (主管部门, 归口科室).

    Each workbook has a sheet per project of the roster, and `blank` more; where the roster has none, one at least. Of a form
    that a unit sends once there is one sheet. `past` is what values are carried over from.
    """

    year: int | None = None
    by: str | None = None
    blank: int = 0
    past: Past | None = None


PLAIN = Issue()


@dataclass(frozen=True, slots=True)
class IssuedBook:
    """A workbook written: where, for which unit, with how many of the roster's projects and how many blank sheets; what was carried over."""

    path: Path
    unit: str
    projects: int
    blank: int
    carried: tuple[CarriedProject, ...] = ()


def carried_over(past: Past, issued: Sequence[IssuedBook]) -> CarryLog:
    """Return what was carried over into the workbooks that were issued."""
    left = tuple(LeftOver(each.unit, each.declaration, each.why) for each in past.found.unlisted)
    return CarryLog(tuple(project for book in issued for project in book.carried), left)


def issue_workbooks(
    roster: Roster,
    form: Form,
    output: Path,
    plan: Issue = PLAIN,
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> tuple[IssuedBook, ...]:
    """Write a workbook per unit that owes the form into `output`, as `plan` says.

    Raises RosterError for a roster whose amounts no return could meet, UsageError for a year the form has no place for, or a workbook that would lie on what is read; OutputError when one is
    there already and not `force`, or cannot be written: what was written before it is whole.
    """
    if mistakes := impossible(roster):
        lines = tuple(str(mistake) for mistake in mistakes)
        raise RosterError(f"名单前后矛盾，没有下发：{roster.path.name} › {lines[0]}", lines)
    past = plan.past
    outlet = (replace(past.request, forms=(form,), force=force) if past else Request((), (form,), roster, force=force)).outlet
    if plan.year is not None and YEAR_ROLE not in form.roles:
        raise UsageError(f"表样“{form.name}”没有“{YEAR_ROLE}”字段，不能写 --year。请去掉 --year。")
    units = [unit for unit in roster.units if unit.owes(form.name, form.title, form.path.stem)]
    if not units:
        raise UsageError(f"{roster.path.name}：没有单位应报“{form.name}”（名单的“应报表样”）。请核对名单，或用 --form 换一种表样。")
    if past:
        outlet.check_folder(output)
    places = [output / name for name in _names(units, plan.by)]
    log = [output / CarryLog.name] if past else []
    for place in (*places, *log):
        outlet.check(place)
    fields = {heading: field for heading in (*ROLES, CONTACT, TELEPHONE, CONTROL, APPROVED) if (field := _field(form, heading)) is not None}
    issued = []
    for number, (unit, place) in enumerate(zip(units, places, strict=True), 1):
        if progress:
            progress(number, len(places), unit.name)
        listed = roster.projects_of(unit) if form.sheets == PER_PROJECT else ()
        projects = sorted(listed, key=lambda each: (each.order is None, each.order or 0))
        spare = max(plan.blank, 0 if projects else 1)
        data, carried = _workbook(form, fields, unit, [*projects, *[None] * spare], plan)
        outlet.write(place, data)
        issued.append(IssuedBook(place, unit.name, len(projects), spare, carried))
    if past:
        outlet.write(log[0], carried_over(past, issued).to_bytes())
    return tuple(issued)


def _names(units: Sequence[RosterUnit], by: str | None) -> Iterator[str]:
    """`<单位>.xlsx` for each unit, in its sub-folder; no two alike where case does not count."""
    taken: set[str] = set()
    for unit in units:
        folder = ""
        if by is not None:
            folder = safe_name((unit.department if by == DEPARTMENT_ROLE else unit.office) or f"（未写{by}）") + "/"
        name = unused_name(folder, safe_name(f"{unit.name}.xlsx"), taken)
        taken.add(name.casefold())
        yield name


def _workbook(
    form: Form, fields: Fields, unit: RosterUnit, projects: Sequence[RosterProject | None], plan: Issue
) -> tuple[bytes, tuple[CarriedProject, ...]]:
    """The workbook of a unit, and what was carried over into it."""
    common = _entries(fields, _of_unit(unit, plan.year))
    own = [_entries(fields, _of_project(project)) if project else {} for project in projects]
    past = plan.past.found if plan.past else None
    origins = [past.of(unit, project) if past and (project or not number) else None for number, project in enumerate(projects)]
    begun = [begin(form, {**common, **mine}, plan.past, origin, plan.year) for origin, mine in zip(origins, own, strict=True)]
    named = dict.fromkeys(name for entries in own for name in entries)
    properties = {UNIT: unit.name, UNIT_FIELDS: "、".join(common), PROJECT_FIELDS: "、".join(named)}
    digits = [digits_of(each.declaration, form) for each in begun if each.log and each.log.source]
    properties |= {BEGUN: "、".join(digits[:MOST_BEGUN])} if digits else {}
    declarations, notes = [each.declaration for each in begun], [each.notes for each in begun]
    data = fill_workbook(form, declarations, properties, to_be_filled=True, notes=notes)
    return data, tuple(each.log for each in begun if each.log)


def _of_unit(unit: RosterUnit, year: int | None) -> Mapping[str, Given]:
    return {
        YEAR_ROLE: year,
        UNIT_ROLE: unit.name,
        DEPARTMENT_ROLE: unit.department,
        OFFICE_ROLE: unit.office,
        CONTACT: unit.contact,
        TELEPHONE: unit.telephone,
        CONTROL: unit.control,
    }


def _of_project(project: RosterProject) -> Mapping[str, Given]:
    return {PROJECT_ROLE: project.name, CODE_ROLE: project.code, APPROVED: project.approved}


def _entries(fields: Fields, values: Mapping[str, Given]) -> dict[str, Entry]:
    """What is known, by the form's own fields; what the form has no field for, or a blank, is passed over."""
    entries: dict[str, Entry] = {}
    for heading, value in values.items():
        field = fields.get(heading)
        if field is None or value in (None, "") or (heading in _IF_ASKED and not field.from_issuer):
            continue
        if field.type == INTEGER and isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value)
        text = plain_amount(value) if isinstance(value, Decimal) else str(value)
        entries[field.name] = Entry(value, text, field.cell)
    return entries


def _field(form: Form, heading: str) -> Field | None:
    """The form's field of that role; for what is no role the single field of that name, or printed so."""
    role = next((role for role in ROLES if role == heading), None)
    return form.role(role) if role else named(heading, form.fields, form.lists)
