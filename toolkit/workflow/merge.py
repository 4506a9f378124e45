"""`merge`: one Word 汇总表 per unit and one 总表.xlsx, behind the gate that keeps units with errors out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from toolkit.checking.model import DECLARATION, ERROR
from toolkit.errors import FormError
from toolkit.forms import Form
from toolkit.outputs.overview import overview_workbook
from toolkit.outputs.word import SummaryTemplate, compile_template, write_summary
from toolkit.package.atomic import check_place, safe_name, write_atomic
from toolkit.resources import templates_dir
from toolkit.values.text import label_key
from toolkit.workflow.batch import Progress
from toolkit.workflow.check import CheckResult, check_paths
from toolkit.workflow.decisions import Decisions
from toolkit.workflow.units import UnitGroup, by_unit

# A form's Word template lies beside its workbook, under the same name or with 汇总表 for 申报表.
SHIPPED_TEMPLATE = "绩效目标汇总表.docx"

Writer = Callable[[BinaryIO], None]


@dataclass(frozen=True)
class LeftOut:
    """A unit that was not published: how many errors it has, and in which files."""

    unit: str
    errors: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class MergeResult:
    """What a merge wrote and what it left out; `check` is what the gate saw."""

    written: tuple[Path, ...]
    left_out: tuple[LeftOut, ...]
    check: CheckResult


def merge_paths(
    paths: Sequence[str],
    forms: Sequence[Form],
    output: Path,
    *,
    draft: bool = False,
    force: bool = False,
    progress: Progress | None = None,
    decisions: Decisions | None = None,
    passwords: Sequence[str] = (),
) -> MergeResult:
    """Write the reports of everything behind `paths` into `output`.

    A unit with an error is left out, unless `draft`, which marks every page 草稿; an error that `decisions` keep counts
    no longer. Raises OutputError when a report is there already and not `force`, or cannot be written; FormError when a
    form has no sound Word template.
    """
    check = check_paths(paths, forms, progress, decisions, passwords=passwords)
    published: list[UnitGroup] = []
    left_out: list[LeftOut] = []
    for group in by_unit(check.batch.declarations):
        errors = _errors(group, check)
        if errors and not draft:
            left_out.append(LeftOut(group.name, errors, group.files))
        else:
            published.append(group)
    outputs = _outputs(published, check.batch.forms, output, draft)
    for place in outputs:
        check_place(place, force)
    for place, write in outputs.items():
        write_atomic(place, write, force=force)
    return MergeResult(tuple(outputs), tuple(left_out), check)


def _errors(group: UnitGroup, check: CheckResult) -> int:
    """How many errors stand against a unit's declarations."""
    unit, files = label_key(group.declarations[0].unit or ""), set(group.files)
    return sum(
        finding.severity == ERROR
        and finding.family == DECLARATION
        and finding.file in files
        and label_key(finding.unit or "") == unit
        for finding in check.findings
    )


def _outputs(groups: Sequence[UnitGroup], forms: dict[str, Form], output: Path, draft: bool) -> dict[Path, Writer]:
    """Every file to write and what writes it; no two have the same name, whatever the units are called."""
    outputs: dict[Path, Writer] = {}
    for form in forms.values():
        members = [group for group in groups if group.form == form.name]
        if not members:
            continue
        template = word_template(form)
        for group in members:
            year = group.year or ""
            name = f"{group.name}{year}{'年度' if year else ''}项目绩效目标汇总表"
            writer = partial(write_summary, template, group.declarations, draft=draft)
            outputs[_unused(output / safe_name(f"{name}.docx"), outputs)] = writer
        declarations = [declaration for group in members for declaration in group.declarations]
        overview = "总表.xlsx" if len(forms) == 1 else safe_name(f"总表-{form.name}.xlsx")
        outputs[_unused(output / overview, outputs)] = partial(_write_overview, form, declarations, draft)
    return outputs


def _write_overview(form: Form, declarations: Sequence, draft: bool, stream: BinaryIO) -> None:
    stream.write(overview_workbook(form, declarations, draft=draft))


def _unused(path: Path, taken: dict[Path, Writer]) -> Path:
    names = {each.name.casefold() for each in taken}
    number, candidate = 2, path
    while candidate.name.casefold() in names:
        candidate = path.with_name(f"{path.stem}（{number}）{path.suffix}")
        number += 1
    return candidate


def word_template(form: Form) -> SummaryTemplate:
    """Return the form's Word template, compiled; the shipped one serves a form that has none and fits it.

    Raises FormError when there is none, or it has mistakes.
    """
    names = (f"{form.path.stem}.docx", f"{form.path.stem.replace('申报表', '汇总表')}.docx")
    for place in [folder / name for folder in (form.path.parent, templates_dir()) for name in names]:
        if place.is_file():
            return compile_template(place, form)
    try:
        return compile_template(templates_dir() / SHIPPED_TEMPLATE, form)
    except FormError as error:
        message = f"表样“{form.name}”没有 Word 模板，自带的 {SHIPPED_TEMPLATE} 不适用于它。请在 {form.path.parent} 放一份 {names[0]}。"
        raise FormError(message, error.mistakes) from error
