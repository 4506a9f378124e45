"""`merge`: one Word 汇总表 per unit (and its PDF) and one 总表.xlsx per form, behind the gate of `publishing`.

Comes in: a request. Goes out: the files written, what was left out and why. `announce` sees the gate, with its warnings,
after every output place was found free and before anything is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import FormError
from toolkit.forms import Form
from toolkit.intake.model import Progress
from toolkit.intake.returns import undecided
from toolkit.outputs.overview import Omission, Verdicts, overview_workbook
from toolkit.outputs.word import SummaryTemplate, compile_template, write_summary
from toolkit.package.atomic import safe_name
from toolkit.reading.shown import printed
from toolkit.resources import templates_dir
from toolkit.values.words import UNIT_ROLE, YEAR_ROLE
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.forms import SHIPPED_SUMMARY, sound, summary_places
from toolkit.workflow.pdf import Printed, print_documents
from toolkit.workflow.publishing import Gate, Publication, coverage, open_gate
from toolkit.workflow.request import Request

# A field in the name of a Word file, and the word that goes where it is blank.
_FIELD = re.compile(r"\{([^{}]+)\}(年度?)?")

Writer = Callable[[BinaryIO], None]


@dataclass(frozen=True)
class MergeResult:
    """What a merge wrote, PDFs included, and the gate it went through; `check` is what the gate saw.

    `printed` tells of the PDFs, None where none were wanted.
    """

    written: tuple[Path, ...]
    gate: Gate
    check: CheckResult
    printed: Printed | None = None

    @property
    def left_out(self) -> tuple[Omission, ...]:
        return self.gate.left_out


@dataclass(frozen=True)
class Merging:
    """How a merge goes: `draft` takes units with errors too and marks every page 草稿; `strict` leaves out one with a warning about
    publishing; `wan`: the summaries of 总表.xlsx are in 万元; `pdf`: a PDF of each Word report as well."""

    draft: bool = False
    strict: bool = False
    wan: bool = False
    pdf: bool = False


PLAIN = Merging()


def merge_returns(
    request: Request,
    output: Path,
    how: Merging = PLAIN,
    *,
    progress: Progress | None = None,
    announce: Callable[[Gate], None] | None = None,
) -> MergeResult:
    """Write the reports of everything that is to be read into `output`.

    A unit with an error is left out, unless it is a draft; an error that the decisions keep counts no longer. Projects that the
    roster does not publish stay out of the Word reports. A unit with different returns of one project stays out unless the
    request's choice says which counts; a draft takes the last.

    Raises UsageError when there is nothing to read or a report would lie on what is read, OutputError when one is there already
    and may not be replaced, or cannot be written; FormError when a form has no sound Word template. A PDF that could not be made
    is no exception: `printed` tells.
    """
    outlet = request.outlet
    outlet.check_folder(output)
    choice = replace(request.choice, latest=request.choice.latest or how.draft)
    check = check_returns(replace(request, choice=choice), progress)
    gate = open_gate(check, draft=how.draft, strict=how.strict, stopped=undecided(check.batch.conflicts))
    documents, overviews = _outputs(gate, check, output, draft=how.draft, wan=how.wan)
    outputs = documents | overviews
    for place in (*outputs, *(each.with_suffix(".pdf") for each in documents if how.pdf)):
        outlet.check(place)
    if announce:
        announce(gate)
    for place, write in outputs.items():
        outlet.write(place, write)
    printed = print_documents(tuple(documents), outlet, progress=progress) if how.pdf else None
    return MergeResult((*outputs, *(printed.written if printed else ())), gate, check, printed)


def _outputs(gate: Gate, check: CheckResult, output: Path, *, draft: bool, wan: bool) -> tuple[dict[Path, Writer], dict[Path, Writer]]:
    """The Word reports and the 总表 to write, and what writes each; no two have the same name, whatever units are called."""
    documents: dict[Path, Writer] = {}
    overviews: dict[Path, Writer] = {}
    forms = check.batch.forms
    for form in forms.values():
        members = [each for each in gate.publications if each.group.form == form.name]
        if not members:
            continue
        template = word_template(form)
        for each in members:
            if each.published:
                place = _unused(output, report_name(each, form), form, documents)
                documents[place] = partial(write_summary, template, each.published, draft=draft)
        overview = output / ("总表.xlsx" if len(forms) == 1 else safe_name(f"总表-{form.name}.xlsx"))
        overviews[overview] = partial(_write_overview, form, members, gate, check, draft, wan)
    return documents, overviews


def report_name(publication: Publication, form: Form) -> str:
    """Return the name of a unit's Word report, without suffix, as the form says it; a blank takes the word 年度 after it away.

    The usual one is `<单位><年度>年度项目绩效目标汇总表`.
    """
    first = publication.published[0]
    unit, year = (form.role(role) for role in (UNIT_ROLE, YEAR_ROLE))
    values = {field.name: printed(first[field.name], field.type) for field in form.fields}
    values |= {field.name: text for field, text in ((unit, publication.group.name), (year, str(publication.group.year or ""))) if field}
    if form.file_name:
        return _FIELD.sub(lambda found: values[found[1]] + ((found[2] or "") if values[found[1]] else ""), form.file_name)
    of_year = f"{publication.group.year}年度" if publication.group.year else ""
    return f"{publication.group.name}{of_year}项目绩效目标汇总表"


def _write_overview(
    form: Form, members: Sequence[Publication], gate: Gate, check: CheckResult, draft: bool, wan: bool, stream: BinaryIO
) -> None:
    declarations = [declaration for each in members for declaration in each.declarations]
    public = [public for each in members for public in each.public] if check.batch.roster else None
    omissions = [each for each in gate.omissions if each.form in ("", form.name)]
    said = Verdicts(public, gate.reviews[form.name], omissions, coverage(gate, check, form.name), gate.explained.get(form.name, ()))
    stream.write(overview_workbook(form, declarations, draft=draft, wan=wan, said=said))


def _unused(output: Path, name: str, form: Form, taken: Container[Path]) -> Path:
    """The report's place; a unit that reports on several forms, or one of the same safe name, gets more into its name."""
    tries = chain((name, f"{name}（{form.name}）"), (f"{name}（{number}）" for number in count(2)))
    return next(place for each in tries if (place := output / safe_name(f"{each}.docx")) not in taken)


def word_template(form: Form) -> SummaryTemplate:
    """Return the form's Word template, compiled; the shipped one serves a form that has none and fits it.

    Raises FormError when there is none, or it has mistakes.
    """
    for place in summary_places(form):
        if place.is_file():
            return sound(place, compile_template, place, form)
    try:
        return compile_template(templates_dir() / SHIPPED_SUMMARY, form)
    except FormError as error:
        message = (
            f"表样“{form.name}”没有 Word 模板，自带的 {SHIPPED_SUMMARY} 不适用于它。请在 {form.path.parent} 放一份 {form.path.stem}.docx。"
        )
        raise FormError(message, error.mistakes) from error
