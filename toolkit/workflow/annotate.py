"""`annotate`: a marked copy of every returned workbook that needs changes, and a letter to each unit.

Comes in: a request. Goes out: files in a folder of their own; what was returned is only read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePath

from toolkit.checking.model import Finding
from toolkit.errors import FormError, SourceError
from toolkit.forms import Form
from toolkit.forms.roster_model import Office, name_key
from toolkit.intake.copies import content_of, last_rows, locked, rebuild, relative_place, unlocked, unused
from toolkit.intake.guard import costs_itself
from toolkit.intake.model import FileResult, Progress
from toolkit.intake.roster import passwords_for
from toolkit.outputs.marked.message import AS_ZIP, RETURN_TEXT, return_message, text_bytes, zipped
from toolkit.outputs.marked.notice import NoticeCase, compile_notice, write_notice
from toolkit.outputs.marked.notice_template import NoticeTemplate
from toolkit.outputs.marked.tidied import is_workbook
from toolkit.outputs.marked.workbook import annotate_workbook
from toolkit.package.atomic import Outlet, safe_name
from toolkit.reading.model import Declaration
from toolkit.spreadsheet.properties import MOST_ORIGINS, NOTICE, ORIGIN_DIGITS
from toolkit.values.text import label_key
from toolkit.values.words import NEEDS_CHANGES, PASSED, REPAIR
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.forms import notice_places, sound
from toolkit.workflow.request import Request

# Files of these kinds are copied under their own name; of any other kind a new .xlsx is made.
_COPIED = (".xlsx", ".xlsm", ".xltx", ".xltm")
_ZIP = ".zip"


@dataclass(frozen=True)
class MarkedCopy:
    """A copy to write: of which file, where, with what in it.

    `declarations` are the file's; those on one form where the file is of another kind and each form gets a workbook.
    `locked` says that the copy needs the password of the file.
    """

    file: FileResult
    output: Path
    findings: tuple[Finding, ...]
    declarations: tuple[Declaration, ...]
    locked: bool = False

    @property
    def form(self) -> str:
        """The name of the form that is filled in; of the first of several."""
        return self.declarations[0].form

    @property
    def unit(self) -> str:
        """The unit's name, the file's where it names none."""
        return self.file.unit or PurePath(self.file.file).stem


@dataclass(frozen=True)
class Notice:
    """A letter to write: to which unit, where, on which copies."""

    unit: str
    output: Path
    copies: tuple[MarkedCopy, ...]


@dataclass(frozen=True)
class Pack:
    """What goes to one unit together: a folder, or an archive, at `place`, with the text of the message beside it."""

    unit: str
    place: Path
    message: Path


@dataclass(frozen=True)
class AnnotateResult:
    """What was written; `failed` are copies that could not be made, with the reason. `packs` are there where they were asked for."""

    copies: tuple[MarkedCopy, ...]
    notices: tuple[Notice, ...]
    failed: tuple[tuple[MarkedCopy, SourceError], ...]
    check: CheckResult
    packs: tuple[Pack, ...] = ()

    @property
    def written(self) -> tuple[Path, ...]:
        if self.packs and self.packs[0].place.suffix == _ZIP:
            return tuple(place for pack in self.packs for place in (pack.place, pack.message))
        files = (*(copy.output for copy in self.copies), *(notice.output for notice in self.notices))
        return (*files, *(pack.message for pack in self.packs))


def annotate_returns(
    request: Request,
    output: Path,
    *,
    everything: bool = False,
    office: Office | None = None,
    day: date | None = None,
    send: str = "",
    progress: Progress | None = None,
) -> AnnotateResult:
    """Write marked copies of the workbooks that need changes into `output`, under the relative paths they came by.

    With `everything`, those that have but warnings or hints too. `day` (today) is the date of the letters, `office` what they
    say of the deadline and of whom to ask; the roster has the rest. With `send` each unit gets a folder, or an archive, of its own. Raises
    UsageError when there is nothing to read or a copy would lie on what is read, OutputError when a file is there already and may not be
    replaced or cannot be written, FormError when the template of the letter has mistakes.
    """
    outlet = request.outlet
    outlet.check_folder(output)
    check = check_returns(request, progress)
    copies = _copies(request, check, output, everything)
    notices = _notices(copies)
    templates = {form: notice_template(check.batch.forms[form]) for form in {copy.form for copy in copies}}
    packs: list[Pack | None] = [None] * len(notices)
    if send:
        notices, found = _together(notices, output, send)
        packs = [*found]
    for place in _places(notices, packs):
        outlet.check(place)
    office = (office or Office()).over(request.roster.office if request.roster else Office())
    made: list[Notice] = []
    failed: list[tuple[MarkedCopy, SourceError]] = []
    sent: list[Pack] = []
    for notice, pack in zip(notices, packs, strict=True):
        files: list[tuple[Path, bytes]] = []
        done: list[MarkedCopy] = []
        for copy in notice.copies:
            try:
                data, marked = costs_itself(copy.file.file, _marked, copy, check, tuple(request.passwords))
            except SourceError as error:
                failed.append((copy, error))
                continue
            done.append(marked)
            files.append((copy.output, data))
        if not done:
            continue
        notice = replace(notice, copies=tuple(done))
        case = _case(notice, check, office, day or date.today())
        files.append((notice.output, write_notice(templates[done[0].form], case)))
        _write(outlet, files, pack, case)
        made.append(notice)
        sent += [pack] if pack else []
    order = {copy.file.file: number for number, copy in enumerate(copies)}
    written = sorted((copy for notice in made for copy in notice.copies), key=lambda copy: order[copy.file.file])
    return AnnotateResult(tuple(written), tuple(made), tuple(failed), check, tuple(sent))


def _together(notices: Sequence[Notice], output: Path, send: str) -> tuple[list[Notice], list[Pack]]:
    """Each unit's files in a folder of its own, or in an archive: then a place reads `甲.zip!/乙.xlsx`."""
    placed, packs = list[Notice](), list[Pack]()
    taken: set[str] = set()
    for notice in notices:
        whole = unused(output / safe_name(f"{notice.unit}{_ZIP if send == AS_ZIP else ''}"), taken)
        folder = whole.with_name(f"{whole.name}!") if send == AS_ZIP else whole
        inside: set[str] = set()
        mine = tuple(replace(copy, output=unused(folder / copy.output.name, inside)) for copy in notice.copies)
        placed.append(replace(notice, output=unused(folder / notice.output.name, inside), copies=mine))
        message = whole.with_name(f"{whole.stem}{RETURN_TEXT}") if send == AS_ZIP else folder / RETURN_TEXT
        packs.append(Pack(notice.unit, whole, message))
    return placed, packs


def _places(notices: Sequence[Notice], packs: Sequence[Pack | None]) -> list[Path]:
    """Every file that is going to be written."""
    places: list[Path] = []
    for notice, pack in zip(notices, packs, strict=True):
        archive = pack is not None and pack.place.suffix == _ZIP
        places += [pack.place] if pack and archive else [*(copy.output for copy in notice.copies), notice.output]
        places += [pack.message] if pack else []
    return places


def _write(outlet: Outlet, files: Sequence[tuple[Path, bytes]], pack: Pack | None, case: NoticeCase) -> None:
    """Write a unit's files, and what goes with them where they are made ready to send."""
    if pack is None or pack.place.suffix != _ZIP:
        for place, data in files:
            outlet.write(place, data)
    else:
        outlet.write(pack.place, zipped((place.name, data) for place, data in files))
    if pack is not None:
        outlet.write(pack.message, text_bytes(return_message(case, [place.name for place, _ in files])))


def notice_template(form: Form) -> NoticeTemplate:
    """Return the template of the letter, compiled: the one beside the form's workbook, else the shipped one.

    Raises FormError when there is none or it has mistakes.
    """
    for place in notice_places(form):
        if place.is_file():
            return sound(place, compile_notice, place)
    raise FormError(f"找不到“{NOTICE}”的 Word 模板。请在 {form.path.parent} 放一份 {NOTICE}.docx。")


def _copies(request: Request, check: CheckResult, output: Path, everything: bool) -> list[MarkedCopy]:
    by_file: dict[str, list[Finding]] = {}
    for finding in check.findings:
        if finding.family != REPAIR:
            by_file.setdefault(finding.file, []).append(finding)
    copies: list[MarkedCopy] = []
    taken: set[str] = set()
    for file in check.files:
        findings = by_file.get(file.file, [])
        if file.declarations and findings and (file.status == NEEDS_CHANGES or (everything and file.status == PASSED)):
            place = output / _named(relative_place(file.file, request.paths))
            tried = passwords_for(file.file, request.passwords, check.batch.roster)
            for form, mine in _split(file, findings, tried).items():
                declarations = tuple(d for d in file.declarations if form in ("", d.form))
                named = place.with_name(f"{place.stem}（{form}）{place.suffix}") if form else place
                copies.append(MarkedCopy(file, unused(named, taken), tuple(mine), declarations))
    return copies


def _split(file: FileResult, findings: list[Finding], passwords: Sequence[str]) -> dict[str, list[Finding]]:
    """Return the findings of each copy that a file gets: one, named "", or one for each of its forms.

    The latter where the file holds several forms and is no workbook to copy: it is written anew, form by form, those
    without findings too, so that the unit has all to return. What is about none of its declarations goes into the first.
    """
    forms = {(d.sheet, d.project): d.form for d in file.declarations}
    if len(set(forms.values())) < 2 or _is_copied(file, passwords):
        return {"": findings}
    split: dict[str, list[Finding]] = {form: [] for form in dict.fromkeys(forms.values())}
    for finding in findings:
        split[forms.get((finding.sheet, finding.project), file.declarations[0].form)].append(finding)
    return split


def _is_copied(file: FileResult, passwords: Sequence[str]) -> bool:
    """Whether the file is a workbook; one that has gone meanwhile is found to be so when its copy is made."""
    try:
        return is_workbook(unlocked(content_of(file, passwords), file.file, passwords)[0], file.file)
    except SourceError:
        return True


def _named(relative: Path) -> Path:
    """Return the name of the copy: the file's own where it is that of a workbook, else with `.xlsx`."""
    return relative if relative.suffix.lower() in _COPIED else relative.with_suffix(".xlsx")


def _marked(copy: MarkedCopy, check: CheckResult, passwords: tuple[str, ...]) -> tuple[bytes, MarkedCopy]:
    """Return the copy of a workbook, or of a new one with the same content where the file is of another kind.

    `copy` comes back as it turned out: its findings with their places in the copy.
    """
    display = copy.file.file
    passwords = passwords_for(display, passwords, check.batch.roster)
    data = content_of(copy.file, passwords)
    origin = (sha256(data).hexdigest()[:ORIGIN_DIGITS], *copy.file.origin)[:MOST_ORIGINS]
    plain, password = unlocked(data, display, passwords)
    if is_workbook(plain, display):
        data = annotate_workbook(plain, display, copy.findings, last_rows(copy.declarations), origin)
        findings = copy.findings
    else:
        form = check.batch.forms[copy.form]
        made, moved = rebuild(form, copy.declarations, copy.findings)
        data, findings = annotate_workbook(made, display, moved, origin=origin), tuple(moved)
    if password is not None:
        data = locked(data, password)
    return data, replace(copy, findings=findings, locked=password is not None)


def _notices(copies: Sequence[MarkedCopy]) -> list[Notice]:
    """Return a letter for each unit, beside the first of its copies."""
    by_unit: dict[str, list[MarkedCopy]] = {}
    for copy in copies:
        by_unit.setdefault(label_key(copy.unit), []).append(copy)
    taken = {str(copy.output).casefold() for copy in copies}
    notices = []
    for mine in by_unit.values():
        place = mine[0].output.with_name(safe_name(f"{mine[0].unit}{NOTICE}.docx"))
        notices.append(Notice(mine[0].unit, unused(place, taken), tuple(mine)))
    return notices


def _case(notice: Notice, check: CheckResult, office: Office, day: date) -> NoticeCase:
    declarations = [declaration for copy in notice.copies for declaration in copy.declarations]
    return NoticeCase(
        unit=notice.unit,
        year=next((declaration.year for declaration in declarations if declaration.year), None),
        form=check.batch.forms[notice.copies[0].form].title,
        files=tuple(copy.output.name for copy in notice.copies),
        projects=len(declarations),
        findings=tuple(finding for copy in notice.copies for finding in copy.findings),
        day=day,
        changes=str(check.changes.get(name_key(notice.unit), "")),
        office=office,
    )
