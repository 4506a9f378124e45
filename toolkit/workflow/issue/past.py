"""Last year's returns or documents, held against the roster, and what a sheet of this year begins with.

Comes in: a request that says what to read, the form to be issued. Goes out: `Past`, and from it sheet by sheet what stands in it, the notes
beside its empty cells, and the line for the log. Called by `issue`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.comparing.carried import Carried, carry
from toolkit.comparing.fates import Remembered
from toolkit.errors import SourceError, UsageError
from toolkit.forms import Form
from toolkit.forms.model import AMOUNT, PER_PROJECT
from toolkit.intake.batch import read_batch
from toolkit.intake.lastyear import WAYS, LastYear, Origin, Unlisted, last_year
from toolkit.intake.model import Batch, Progress
from toolkit.intake.returns import settle
from toolkit.intake.roster import OF_NAMES
from toolkit.outputs.filled.carry_log import CarriedProject, CarryRemark
from toolkit.outputs.filled.references import Reference
from toolkit.package.opc import open_package
from toolkit.reading.model import BLANK_ENTRY, Declaration, Entry
from toolkit.reading.shown import printed_in
from toolkit.season.history import arrival
from toolkit.spreadsheet.properties import KIND, SUMMARY, custom_properties
from toolkit.values.words import ERROR, HINT, REPAIR, WARNING, YEAR_ROLE
from toolkit.workflow.request import Request


@dataclass(frozen=True)
class Past:
    """Last year's declarations: where each project comes from, the form they are on, and what was read."""

    found: LastYear
    form: Form
    batch: Batch
    request: Request


def read_past(request: Request, form: Form, year: int | None, progress: Progress | None = None) -> Past:
    """Return what is in the files of a request, held against its roster, for `form` to be issued for `year`.

    Of returns that contradict each other its `choice` says which counts. Only declarations on the request's older form, else on `form`
    itself, are carried over. Raises UsageError when there are none.
    """
    assert request.roster is not None
    if not any(each.carry for each in form.by_name.values()):
        raise UsageError(f"表样“{form.name}”的“字段”表没有写沿用，没有可以沿用的内容。请在“沿用”一栏写“是”或“参考”，或去掉 --from。")
    if year is None and YEAR_ROLE in form.roles:
        raise UsageError("沿用去年的，要知道今年是哪一年。请写 --year，或在名单里写上年度。")
    before = request.older_forms[0] if request.older_forms else form
    raw = _read(request, progress)
    batch = settle(raw, arrival(), request.choice)
    usable = [each for each in batch.declarations if each.form == before.name]
    if not usable:
        others = "、".join(dict.fromkeys(each.form for each in batch.declarations))
        more = f"里面是“{others}”：要从它沿用，请加 --old-form {others.partition('、')[0]}。" if others else "请核对路径。"
        raise UsageError(f"{'、'.join(request.paths)}：没有“{before.name}”可以沿用。{more}")
    found = last_year(usable, request.roster, year, per_unit=form.sheets != PER_PROJECT)
    strange = tuple(
        Unlisted(each, each.unit or "", f"是“{each.form}”，不是“{before.name}”，没有用它。")
        for each in batch.declarations
        if each.form != before.name
    )
    return Past(replace(found, unlisted=(*found.unlisted, *strange)), before, batch, request)


def _read(request: Request, progress: Progress | None) -> Batch:
    """What is in the files; where folders hold nothing but what we published ourselves, that."""
    read = partial(read_batch, forms=request.forms, progress=progress, passwords=request.passwords, roster=request.roster)
    try:
        return read(request.paths)
    except UsageError:
        ours = [str(each) for path in request.paths for each in sorted(Path(path).rglob("*.docx")) if _is_report(each)]
        if not ours:
            raise
        return read((*ours, *request.paths))


def _is_report(path: Path) -> bool:
    try:
        with open_package(path, str(path)) as package:
            return custom_properties(package).get(KIND) == SUMMARY
    except SourceError:
        return False


@dataclass(frozen=True)
class Begun:
    """A sheet as it is issued: what stands in it, the notes beside its empty cells, what it was made from."""

    declaration: Declaration
    notes: tuple[Reference, ...] = ()
    log: CarriedProject | None = None


def begin(form: Form, given: Mapping[str, Entry], past: Past | None, origin: Origin | None, year: int | None) -> Begun:
    """Return a sheet with what is `given`, and what is carried over from its origin into `year`."""
    plain = Declaration("", None, form.name, given, roles=form.roles)
    if origin is None or past is None:
        return Begun(plain)
    project = origin.project.name if origin.project else ""
    source = origin.source
    if source is None:
        return Begun(plain, (), CarriedProject(origin.unit.name, project, why=origin.why))
    years = year - source.year if year and source.year else None
    made = carry(source, past.form, form, years, given)
    empty = {field.name: BLANK_ENTRY for field in form.fields}
    began = replace(plain, entries={**empty, **made.entries, **given}, rows=made.rows, more_rows=made.more_rows)
    said = f"{source.year}年度" if source.year else "来源没有写年度"
    label = said if past.form.name == form.name else f"{said}{past.form.name}"
    notes = tuple(Reference(each.field, each.row, label, _told(each, form)) for each in made.notes)
    remarks = tuple(_remarks(past, source, made, check_declarations([began], form)))
    way = WAYS[origin.how]
    return Begun(began, notes, CarriedProject(origin.unit.name, project, source, origin.how, way, "", made.lines, remarks))


def _told(each: Remembered, form: Form) -> str:
    field = form.by_name[each.field]
    text = printed_in(each.entry, field)
    return f"{text} {field.money.unit}" if field.type == AMOUNT and each.entry.value is not None else text


def _remarks(past: Past, source: Declaration, made: Carried, now: Iterable[Finding]) -> Iterator[CarryRemark]:
    """What to look at: last year's mistakes and doubts, what is wrong this year with what was carried, texts that say last year's number."""
    known = set()
    doubted = {doubt.rule for doubt in source.doubts if doubt.severity == WARNING}
    for each in check_declarations([source], past.form):
        known.add((each.rule, each.field, each.row and each.value))
        if each.rule not in OF_NAMES and each.family != REPAIR and (each.severity == ERROR or each.rule in doubted):
            message = f"来源就有的问题（{each.rule}）：{each.message}"
            yield CarryRemark(each.severity, source.file, each.cell or "", message, each.suggestion)
    for each in now:
        filled = each.field in made.entries or each.row is not None
        if each.severity == ERROR and each.value and filled and (each.rule, each.field, each.row and each.value) not in known:
            yield CarryRemark(ERROR, "", each.cell or "", f"沿用后就有的问题（{each.rule}）：{each.message}", each.suggestion)
    for line in made.lines:
        if line.note:
            yield CarryRemark(HINT, source.file, line.cell, f"{line.field}：{line.note}", "请填报单位核对。")
