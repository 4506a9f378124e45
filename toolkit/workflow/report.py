"""`check -o`: a check's result → 审核报告.xlsx and 审核报告.html.

Comes in: a `CheckResult` and the output folder. Goes out: both files, whole or not at all. The report is put together here
once (`build_review`) and printed twice by `outputs.review` and `outputs.review.page`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath

from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.forms.model import AMOUNT
from toolkit.forms.roster_model import name_key
from toolkit.intake.subjects import Subject, Subjects
from toolkit.outputs.review.model import (
    NEEDS_CHANGES,
    PASSED,
    UNREADABLE,
    Counts,
    Group,
    OtherFile,
    OutdatedFile,
    Part,
    QuestionLine,
    Review,
    ReviewItem,
    RuleLine,
    UnreadCell,
)
from toolkit.outputs.review.page import review_page
from toolkit.outputs.review.workbook import review_workbook
from toolkit.package.atomic import Outlet
from toolkit.reading.shown import BLANK_WORD, plain_text, printed, row_target, told
from toolkit.season.decisions import Reviewed
from toolkit.season.questions import question_key, questions
from toolkit.values.text import label_key
from toolkit.values.words import (
    DECLARATION,
    ERROR,
    FILE,
    HINT,
    NOT_FILLED,
    OTHER_WORDS,
    RANK,
    REPAIR,
    STATUS_WORDS,
    WARNING,
    WRONG_FORM,
)
from toolkit.workflow.check import CheckResult
from toolkit.workflow.explain import how_judged

WORKBOOK, PAGE = "审核报告.xlsx", "审核报告.html"

# In 概览 those that need work stand first, where there is no roster whose order everything follows.
_ORDER = (NEEDS_CHANGES, UNREADABLE, STATUS_WORDS[WRONG_FORM], STATUS_WORDS[NOT_FILLED], PASSED)
_WHOLE_BATCH = "整批申报表"

GroupKey = tuple[str, str]


@dataclass
class _Group:
    """A line of 概览 while it is being counted."""

    name: str
    status: str = PASSED
    files: dict[str, None] = field(default_factory=dict)
    projects: int = 0
    counts: Counter[str] = field(default_factory=Counter)


def check_report_places(output: Path, outlet: Outlet) -> None:
    """Raise UsageError or OutputError when the report cannot be put into `output`, before the long work starts."""
    outlet.check_folder(output)
    for name in (WORKBOOK, PAGE):
        outlet.check(output / name)


def write_report(result: CheckResult, output: Path, outlet: Outlet, *, made: datetime | None = None) -> tuple[Path, Path]:
    """Write both reports into `output` and return their paths. Raises OutputError when one cannot be written."""
    review = build_review(result, output, made or datetime.now())
    workbook, page = output / WORKBOOK, output / PAGE
    check_report_places(output, outlet)
    outlet.write(workbook, review_workbook(review))
    outlet.write(page, review_page(review))
    return workbook, page


def build_review(result: CheckResult, output: Path, made: datetime) -> Review:
    """Return the report of `result` as data; links in it start at the folder `output`."""
    subjects = Subjects(result.batch)
    reviewed = result.decided.reviewed if result.decided else None
    if reviewed is None:
        reviewed = tuple(Reviewed(each, each, "" if each.family == REPAIR else str(subjects.key(each))) for each in result.findings)
    asked = questions(reviewed)
    of_question = {each.key for each in asked}
    groups, by_file = _groups(result)
    keyed = [(_group_of(each.finding, groups, by_file), each) for each in reviewed]
    _count(groups, keyed)
    roster = result.batch.roster
    order = sorted(groups, key=lambda key: roster.place(groups[key].name) if roster else _ORDER.index(groups[key].status))
    index = {key: number for number, key in enumerate(order)}
    how = how_judged([each.original for _, each in keyed if each.finding.family == DECLARATION], result.batch)
    items = [
        replace(_item(each, index[key], subjects.of(each.original)), how=how.get(each.original, ""))
        for key, each in keyed
        if each.finding.family != REPAIR
    ]
    items = [replace(item, question=key) if (key := question_key(item.finding)) in of_question else item for item in items]
    items.sort(key=lambda item: item.group)
    lines = tuple(_line(groups[key], result) for key in order)
    counts = _total(line.counts for line in lines)
    absent = result.absent()
    titles = [form.title for form in result.batch.forms.values()]
    return Review(
        title=f"{titles[0] if len(titles) == 1 else ''}审核报告",
        verdict=_verdict(lines),
        counts_line=_counts_line(lines, result, counts, len(absent or ())),
        made=f"{made:%Y-%m-%d %H:%M}",
        folder=str(output.resolve()),
        files=len(result.files),
        projects=len(result.batch.declarations),
        counts=counts,
        groups=lines,
        items=tuple(items),
        rules=_rules(items, result.batch.forms.values()),
        repairs=tuple(each.finding for _, each in keyed if each.finding.family == REPAIR),
        notes=result.notes,
        absent=absent,
        others=tuple(OtherFile(o.file, OTHER_WORDS[o.what], o.unit or "", o.reason) for o in result.batch.others),
        unread=tuple(
            UnreadCell(each.unit or "", each.project or "", each.file, each.sheet or "", cell, text)
            for each in result.batch.declarations
            for cell, text in each.unread
        ),
        questions=tuple(
            QuestionLine(q.key, q.rule, q.message, q.suggestion, q.units, len(q.files), q.answered, q.action, q.reason) for q in asked
        ),
        outdated=tuple(OutdatedFile(file.file, file.unit or "", "；".join(reasons)) for file, reasons in result.outdated),
        earlier=tuple(decision.cells for decision in result.decided.carried) if result.decided else (),
    )


def _groups(result: CheckResult) -> tuple[dict[GroupKey, _Group], dict[str, GroupKey]]:
    """A group per unit in the order of the files, a file that names no unit being one of its own; and each file's first."""
    groups: dict[GroupKey, _Group] = {}
    by_file: dict[str, GroupKey] = {}
    for file in result.files:
        if not file.declarations:
            groups[FILE, file.file] = _Group(PurePath(file.file).name, STATUS_WORDS[file.status], {file.file: None})
        for declaration in file.declarations:
            unit = label_key(declaration.unit or "")
            key = ("unit", unit) if unit else (FILE, file.file)
            group = groups.setdefault(key, _Group(declaration.unit or PurePath(file.file).name))
            group.files[file.file] = None
            group.projects += 1
            by_file.setdefault(file.file, key)
        by_file.setdefault(file.file, (FILE, file.file))
    return groups, by_file


def _group_of(finding: Finding, groups: dict[GroupKey, _Group], by_file: dict[str, GroupKey]) -> GroupKey:
    """The group a finding belongs to: its unit's, its file's, or the whole batch's (a rule over all units)."""
    if finding.family == FILE:
        return by_file[finding.file]
    unit = label_key(finding.unit or "")
    if unit:
        return "unit", unit
    if (FILE, finding.file) in groups and (finding.sheet is not None or finding.project is not None):
        return FILE, finding.file
    groups.setdefault(("batch", ""), _Group(_WHOLE_BATCH))
    return "batch", ""


def _count(groups: dict[GroupKey, _Group], keyed: Sequence[tuple[GroupKey, Reviewed]]) -> None:
    for key, each in keyed:
        group = groups[key]
        if each.finding.family == REPAIR:
            group.counts["repairs"] += 1
            continue
        group.counts["kept" if each.kept else each.finding.severity] += 1
        if each.finding.severity == ERROR and group.status == PASSED:
            group.status = NEEDS_CHANGES


def _line(group: _Group, result: CheckResult) -> Group:
    counts = group.counts
    figures = Counts(counts[ERROR], counts[WARNING], counts[HINT], counts["kept"], counts["repairs"])
    changes = str(result.changes.get(name_key(group.name), "")) if group.projects else ""
    return Group(group.name, tuple(group.files), group.status, group.projects, figures, changes)


def _total(counts: Iterable[Counts]) -> Counts:
    each = [(c.errors, c.warnings, c.hints, c.kept, c.repairs) for c in counts]
    return Counts(*(sum(column) for column in zip(*each, strict=True)))


def _verdict(lines: Sequence[Group]) -> str:
    found = {line.status for line in lines}
    if found <= {PASSED}:
        return PASSED
    return UNREADABLE if found <= {PASSED, UNREADABLE} else NEEDS_CHANGES


def _counts_line(lines: Sequence[Group], result: CheckResult, counts: Counts, absent: int) -> str:
    """How many of each status (units; files where no unit is known), and how many findings of each severity."""
    parts = []
    for status in (PASSED, NEEDS_CHANGES, UNREADABLE, "未填报", "表样不符"):
        of_units = status in (PASSED, NEEDS_CHANGES)
        number = sum(line.status == status and line.name != _WHOLE_BATCH and bool(line.projects or not of_units) for line in lines)
        if number or of_units or status == UNREADABLE:
            parts.append(f"{status} {number} {'家' if of_units else '个文件'}")
    if absent:
        parts.append(f"没有报送 {absent} 家")
    kept = f"，已说明 {counts.kept}" if counts.kept else ""
    found = f"错误 {counts.errors}，警告 {counts.warnings}，提示 {counts.hints}{kept}，自动修复 {counts.repairs}"
    return f"{'，'.join(parts)}；{found}（共 {len(result.files)} 个文件、{len(result.batch.declarations)} 个项目）。"


def _item(each: Reviewed, group: int, subject: Subject) -> ReviewItem:
    finding, decision = each.original, each.decision
    named = subject.form.by_name.get(finding.field or "") if subject.form else None
    return ReviewItem(
        finding=finding,
        group=group,
        key=each.key,
        kept=each.kept,
        action=decision.action if decision else "",
        reason=decision.reason if decision else "",
        remark=decision.remark if decision else "",
        label=_label(subject.form, named.name) if named and subject.form else finding.field or "",
        value=_value(finding, subject),
        context=_context(subject, finding),
    )


def _value(finding: Finding, subject: Subject) -> str:
    """The finding's value as people print it: an amount with its thousands."""
    entry = subject.entry(finding.field) if finding.field else None
    same = entry is not None and entry.value is not None and finding.value == plain_text(entry)
    return printed(entry, AMOUNT) if entry is not None and same else finding.value or ""


def _label(form: Form, name: str) -> str:
    """The printed label, or the field's own name where two fields are printed alike."""
    label = form.by_name[name].label
    return label if sum(each.label == label for each in form.by_name.values()) == 1 else name


def _context(subject: Subject, finding: Finding) -> tuple[Part, ...]:
    """The indicator row from left to right, then the single fields the rule looks at with what stands there."""
    form, row, table = subject.form, subject.row, subject.table
    if form is None or subject.declaration is None:
        return ()
    parts = []
    if table and row is not None:
        in_target = {name for target in table.targets for name in target.names}
        for name in table.names:
            if name not in in_target:
                parts.append(Part(_label(form, name), told(row[name], form.by_name[name]), name == finding.field))
        for target in table.targets:
            parts.append(Part(target.name, row_target(row, target) or BLANK_WORD, finding.field in target.names))
    named = {*subject.reads(), finding.field}
    for each in form.fields:
        if each.name in named:
            entry = subject.declaration[each.name]
            parts.append(Part(_label(form, each.name), told(entry, each), each.name == finding.field))
    return tuple(parts)


def _rules(items: Sequence[ReviewItem], forms: Iterable[Form]) -> tuple[RuleLine, ...]:
    """A line per rule that found something, errors first, the most frequent first."""
    basis = {rule.id: rule.basis for form in forms for rule in form.rules}
    by_rule: dict[str, list[ReviewItem]] = {}
    for item in items:
        by_rule.setdefault(item.finding.rule, []).append(item)
    lines = [
        RuleLine(
            rule=rule,
            severity=min((item.finding.severity for item in found), key=RANK.__getitem__),
            findings=len(found),
            kept=sum(item.kept for item in found),
            units=len({item.group for item in found}),
            basis=basis.get(rule, ""),
        )
        for rule, found in by_rule.items()
    ]
    return tuple(sorted(lines, key=lambda line: (RANK[line.severity], -line.findings, line.rule)))
