"""`annotate`: a marked copy of every returned workbook that needs changes, and a letter to each unit.

Comes in: paths and forms. Goes out: files in a folder of their own; what was returned is only read.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePath

from toolkit.checking.model import REPAIR, Finding
from toolkit.errors import FormError, SourceError
from toolkit.forms import Form
from toolkit.outputs.annotate import annotate_workbook
from toolkit.outputs.notice import NoticeCase, compile_notice, write_notice
from toolkit.outputs.notice_template import NoticeTemplate
from toolkit.outputs.properties import NOTICE
from toolkit.outputs.tidied import is_workbook
from toolkit.package import signature
from toolkit.package.atomic import check_place, safe_name, write_atomic
from toolkit.resources import templates_dir
from toolkit.sources.decrypt import decrypt
from toolkit.sources.open import load
from toolkit.values.text import label_key
from toolkit.workflow.batch import NEEDS_CHANGES, PASSED, FileResult, Progress
from toolkit.workflow.check import CheckResult, check_paths
from toolkit.workflow.decisions import Decisions
from toolkit.workflow.rebuilt import rebuild

# Files of these kinds are copied under their own name; of any other kind a new .xlsx is made.
_COPIED = (".xlsx", ".xlsm", ".xltx", ".xltm")


@dataclass(frozen=True)
class MarkedCopy:
    """A copy to write: of which file, where, with what in it. `unlocked` says that the file needs a password, the copy none."""

    file: FileResult
    output: Path
    findings: tuple[Finding, ...]
    unlocked: bool = False

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
class AnnotateResult:
    """What was written; `failed` are copies that could not be made, with the reason."""

    copies: tuple[MarkedCopy, ...]
    notices: tuple[Notice, ...]
    failed: tuple[tuple[MarkedCopy, SourceError], ...]
    check: CheckResult

    @property
    def written(self) -> tuple[Path, ...]:
        return (*(copy.output for copy in self.copies), *(notice.output for notice in self.notices))


def annotate_paths(
    paths: Sequence[str],
    forms: Sequence[Form],
    output: Path,
    *,
    everything: bool = False,
    force: bool = False,
    decisions: Decisions | None = None,
    day: date | None = None,
    progress: Progress | None = None,
    passwords: Sequence[str] = (),
) -> AnnotateResult:
    """Write marked copies of the workbooks behind `paths` that need changes into `output`, under the same relative paths.

    With `everything`, those that have but warnings or hints too. `day` (today) is the date of the letters. Raises UsageError
    when there is nothing to read, OutputError when a file is there already and not `force` or cannot be written, FormError
    when the template of the letter has mistakes.
    """
    check = check_paths(paths, forms, progress, decisions, passwords=passwords)
    copies = _copies(paths, check, output, everything)
    notices = _notices(copies)
    templates = {form: notice_template(check.batch.forms[form]) for form in {_form(copy) for copy in copies}}
    for place in [*(copy.output for copy in copies), *(notice.output for notice in notices)]:
        check_place(place, force)
    written, failed = [], []
    for copy in copies:
        try:
            data, made = _marked(copy, check, tuple(passwords))
        except SourceError as error:
            failed.append((copy, error))
            continue
        write_atomic(copy.output, data, force=force)
        written.append(made)
    done = {copy.output: copy for copy in written}
    sent = [replace(n, copies=tuple(done[c.output] for c in n.copies if c.output in done)) for n in notices]
    sent = [notice for notice in sent if notice.copies]
    for notice in sent:
        template = templates[_form(notice.copies[0])]
        write_atomic(notice.output, write_notice(template, _case(notice, check, day or date.today())), force=force)
    return AnnotateResult(tuple(written), tuple(sent), tuple(failed), check)


def notice_template(form: Form) -> NoticeTemplate:
    """Return the template of the letter, compiled: the one beside the form's workbook, else the shipped one.

    Raises FormError when there is none or it has mistakes.
    """
    for folder in (form.path.parent, templates_dir()):
        place = folder / f"{NOTICE}.docx"
        if place.is_file():
            return compile_notice(place)
    raise FormError(f"找不到“{NOTICE}”的 Word 模板。请在 {form.path.parent} 放一份 {NOTICE}.docx。")


def _copies(paths: Sequence[str], check: CheckResult, output: Path, everything: bool) -> list[MarkedCopy]:
    by_file: dict[str, list[Finding]] = {}
    for finding in check.findings:
        if finding.family != REPAIR:
            by_file.setdefault(finding.file, []).append(finding)
    copies: list[MarkedCopy] = []
    taken: set[str] = set()
    for file in check.files:
        findings = by_file.get(file.file, [])
        if file.declarations and findings and (file.status == NEEDS_CHANGES or (everything and file.status == PASSED)):
            place = _unused(output / _named(_relative(file.file, paths)), taken)
            copies.append(MarkedCopy(file, place, tuple(findings)))
    return copies


def _relative(display: str, paths: Sequence[str]) -> Path:
    """Return where a file lies below the folder that was named, its bare name where it was named itself.

    What lies in an archive lies in a folder of the archive's name. Names that a file system could not hold are made safe.
    """
    folders = [os.path.join(given, "") for given in paths if os.path.isdir(given)]
    inside = next((display.removeprefix(folder) for folder in folders if display.startswith(folder)), None)
    outer, *inner = (PurePath(display).name if inside is None else inside).split("!/")
    if inside is None and "!/" in display:
        outer, *inner = display.split("!/")
        outer = PurePath(outer).name
    members = [part for member in inner for part in PurePath(member).parts]
    return Path(outer, *map(safe_name, members))


def _named(relative: Path) -> Path:
    """Return the name of the copy: the file's own where it is that of a workbook, else with `.xlsx`."""
    return relative if relative.suffix.lower() in _COPIED else relative.with_suffix(".xlsx")


def _unused(path: Path, taken: set[str]) -> Path:
    """Return `path`, numbered where another file of this run has its name."""
    candidate, number = path, 2
    while str(candidate).casefold() in taken:
        candidate, number = path.with_name(f"{path.stem}（{number}）{path.suffix}"), number + 1
    taken.add(str(candidate).casefold())
    return candidate


def _marked(copy: MarkedCopy, check: CheckResult, passwords: tuple[str, ...]) -> tuple[bytes, MarkedCopy]:
    """Return the copy of a workbook, or of a new one with the same content where the file is of another kind.

    `copy` comes back as it turned out: its findings with their places in the copy.
    """
    source, display = copy.file.source, copy.file.file
    data = b"" if source is None else load(source.path, source.display, source.inner, passwords)
    locked = signature.container(data[:8]) == signature.OLE and signature.encrypted(data)
    plain = decrypt(data, display, passwords) if locked else data
    if is_workbook(plain, display):
        return annotate_workbook(plain, display, copy.findings), replace(copy, unlocked=locked)
    form = check.batch.forms[_form(copy)]
    made, findings = rebuild(form, copy.file.declarations, copy.findings)
    return annotate_workbook(made, display, findings), replace(copy, findings=tuple(findings), unlocked=locked)


def _form(copy: MarkedCopy) -> str:
    return copy.file.declarations[0].form


def _notices(copies: Sequence[MarkedCopy]) -> list[Notice]:
    """Return a letter for each unit, beside the first of its copies."""
    by_unit: dict[str, list[MarkedCopy]] = {}
    for copy in copies:
        by_unit.setdefault(label_key(copy.unit), []).append(copy)
    taken = {str(copy.output).casefold() for copy in copies}
    notices = []
    for mine in by_unit.values():
        place = mine[0].output.with_name(safe_name(f"{mine[0].unit}{NOTICE}.docx"))
        notices.append(Notice(mine[0].unit, _unused(place, taken), tuple(mine)))
    return notices


def _case(notice: Notice, check: CheckResult, day: date) -> NoticeCase:
    declarations = [declaration for copy in notice.copies for declaration in copy.file.declarations]
    return NoticeCase(
        unit=notice.unit,
        year=next((declaration.year for declaration in declarations if declaration.year), None),
        form=check.batch.forms[_form(notice.copies[0])].title,
        files=tuple(copy.output.name for copy in notice.copies),
        projects=len(declarations),
        findings=tuple(finding for copy in notice.copies for finding in copy.findings),
        day=day,
    )
