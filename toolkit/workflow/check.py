"""`check`: a batch read and every rule run over it. Comes in: a request. Goes out: a `CheckResult`, as the contract has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from toolkit.checking.doubts import year_findings
from toolkit.checking.model import Finding
from toolkit.errors import UsageError
from toolkit.forms.roster_model import RosterProject, RosterUnit, name_key
from toolkit.intake.batch import read_batch
from toolkit.intake.current import out_of_date
from toolkit.intake.model import Batch, FileResult, Progress
from toolkit.intake.returns import named_files, settle
from toolkit.intake.roster import not_sent, with_missing
from toolkit.season.history import arrival
from toolkit.values.words import ERROR, FILE, HINT, NEEDS_CHANGES, NOT_FILLED, PASSED, REPAIR, UNREADABLE, WARNING
from toolkit.workflow.evaluate import evaluate, passed_over
from toolkit.workflow.forms import load_forms
from toolkit.workflow.ordered import Ordered, Place
from toolkit.workflow.request import Request, Season, season_of, year_of

# What only reports, decisions, approved forms and ledgers need is imported with them: most checks have none.
if TYPE_CHECKING:
    from toolkit.intake.approved import Approved
    from toolkit.outputs.review.model import AbsentUnit
    from toolkit.season.changes import Changes
    from toolkit.season.decisions import Decided, Decisions, Reviewed
    from toolkit.season.memory import Memory
    from toolkit.season.questions import Question


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the files in order with their final status, and all findings as they stand.

    A finding that a reviewer kept is a hint here and its message begins 已说明; `decided` has what was decided on each, and
    is None where no decisions were given. `changes` says of each unit (by `name_key`) that sent a new version what became of its findings.
    """

    batch: Batch
    findings: Sequence[Finding]
    decided: Decided | None = None
    changes: Mapping[str, Changes] = field(default_factory=dict)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reviewer should know about decisions that were not used, a line each."""
        return self.decided.notes if self.decided else ()

    @property
    def files(self) -> tuple[FileResult, ...]:
        return self.batch.files

    def by_file(self) -> Iterator[tuple[FileResult, list[Finding]]]:
        """Yield each file with its findings in order, repairs included."""
        if isinstance(self.findings, Ordered):
            return zip(self.files, self.findings.by_file(), strict=True)
        mine: dict[str, list[Finding]] = {file.file: [] for file in self.files}
        for finding in self.findings:
            mine.setdefault(finding.file, []).append(finding)
        return ((file, mine[file.file]) for file in self.files)

    @property
    def unreadable(self) -> int:
        return sum(file.status == UNREADABLE for file in self.files)

    @property
    def has_errors(self) -> bool:
        """Whether a declaration has an error, or a file that could be read holds no filled form."""
        return any(file.status not in (PASSED, UNREADABLE) for file in self.files) or any(
            finding.severity == ERROR and finding.family != FILE for finding in self.findings
        )

    def absent(self) -> tuple[AbsentUnit, ...] | None:
        """Return the roster's units without a return, in its order; None without a roster.

        A blank form sent back is no return, and is named. A file that could not be read is one, where its name or the
        workbook itself tells whose it is.
        """
        if self.batch.roster is None:
            return None
        from toolkit.outputs.review.model import AbsentUnit

        sent: set[str] = set()
        blank: dict[str, list[str]] = {}
        for file in self.batch.files:
            for name in {file.unit, *(declaration.unit for declaration in file.declarations)}:
                unit = self.batch.roster.find(name)
                if unit is None:
                    continue
                if file.status == NOT_FILLED:
                    blank.setdefault(unit.name, []).append(file.file)
                else:
                    sent.add(unit.name)
        return tuple(
            AbsentUnit(unit.name, unit.department, unit.office, unit.contact, tuple(blank.get(unit.name, ())))
            for unit in self.batch.roster.units
            if unit.name not in sent
        )

    def missing(self) -> list[tuple[RosterUnit, RosterProject]]:
        """Return the roster's projects that did not come, in its order, those of units that sent nothing too; none without a roster."""
        roster = self.batch.roster
        return [(unit, project) for unit, project, _ in not_sent(self.batch.declarations, roster)] if roster else []

    @cached_property
    def outdated(self) -> list[tuple[FileResult, tuple[str, ...]]]:
        """Return the files that had better be moved into the current template, each with the reasons."""
        found = ((file, out_of_date(file)) for file in self.files)
        return [(file, reasons) for file, reasons in found if reasons]

    @cached_property
    def questions(self) -> list[Question]:
        """Return the doubts that several findings share, each to be answered once."""
        if len(self.files) < 2:
            return []
        from toolkit.season.decisions import Reviewed
        from toolkit.season.questions import questions

        return questions(self.decided.reviewed if self.decided else (Reviewed(each, each, "") for each in self.findings))

    def summary(self) -> dict[str, int]:
        counts = Counter(finding.severity for finding in self.findings if finding.family != REPAIR)
        return {
            "files": len(self.files),
            "declarations": len(self.batch.declarations),
            "errors": counts[ERROR],
            "warnings": counts[WARNING],
            "hints": counts[HINT],
            "repairs": sum(finding.family == REPAIR for finding in self.findings),
            "unreadable": self.unreadable,
        }

    def as_json(self) -> dict[str, object]:
        """Return the contract's structure: summary, files, findings; the files beside the returns, what was not understood, and the
        rules that were not judged, where there are any.
        """
        return {key: list(value) if isinstance(value, Iterator) else value for key, value in self.parts().items()}

    def parts(self) -> dict[str, object]:
        """Return the same with files and findings one after another, for whoever prints them."""
        found: dict[str, object] = {
            "summary": self.summary(),
            "files": (file.record() for file in self.files),
            "findings": (finding.record() for finding in self.findings),
            "others": [other.record() for other in self.batch.others],
            "unread": self.batch.unread,
            **({"outdated": [{**file.record(), "reasons": list(reasons)} for file, reasons in self.outdated]} if self.outdated else {}),
            **({"questions": [question.record() for question in self.questions]} if self.questions else {}),
            **({"changes": [{"unit": unit, **since.record()} for unit, since in self.changed()]} if self.changes else {}),
        }
        over = [each.record() for each in passed_over(self.batch)]
        return found | {"not_applicable": over} if over else found

    def changed(self) -> list[tuple[str, Changes]]:
        """Return the units that sent a new version, in the order of the files, with what became of their findings."""
        units = dict.fromkeys(file.unit for file in self.files if file.unit)
        return [(unit, self.changes[name_key(unit)]) for unit in units if name_key(unit) in self.changes]


def _approved(request: Request) -> Approved:
    """Return what was approved, on whichever form. Raises UsageError when there is nothing to read."""
    from toolkit.intake.approved import Approved

    known = [each for each in load_forms(None) if each.name not in {form.name for form in request.forms}]
    raw = read_batch(request.against, (*request.forms, *known), passwords=request.passwords, roster=request.roster)
    batch = settle(raw, arrival())
    if not batch.declarations:
        raise UsageError(f"{'、'.join(request.against)}：没有读到批复的内容，不能对照。请核对 --against 的路径。")
    return Approved(batch.declarations, batch.forms)


def check_returns(request: Request, progress: Progress | None = None, season: Season | None = None) -> CheckResult:
    """Return the findings of everything that is to be read. Raises UsageError when there is nothing to read.

    With a ledger (the request's own, or `season` where the caller has opened one) what it remembers is neither read nor evaluated
    again, and the check is written down in it.
    """
    if season is not None:
        return _remembered(request, progress, season)
    if request.ledger is not None:
        with season_of(request) as opened:
            return _remembered(request, progress, opened)
    raw = _read(request, progress)
    batch = settle(raw, arrival(), request.choice)
    approved = _approved(request) if request.against else None
    return check_batch(batch, request.decisions, year=year_of(request, None), approved=approved)


def _read(request: Request, progress: Progress | None, memory: Memory | None = None) -> Batch:
    passwords, roster = request.passwords, request.roster
    return read_batch(request.paths, request.forms, progress, passwords=passwords, roster=roster, memory=memory, evaluated=True)


def _remembered(request: Request, progress: Progress | None, season: Season) -> CheckResult:
    """The check of a request, with what a ledger remembers; what came of it is written down in it."""
    from toolkit.season.changes import changes_of
    from toolkit.season.choices import keep_choices, kept_choices
    from toolkit.season.decisions import keep_decisions
    from toolkit.season.memory import Memory
    from toolkit.season.recording import record
    from toolkit.season.tables import KEEP_YEAR

    memory = Memory(season.ledger, request.forms, season.now, fresh=season.fresh)
    raw = _read(request, progress, memory)
    year = year_of(request, season)
    contents = {name: known.content for name, known in memory.known.items()}
    kept = kept_choices(season.ledger, raw, contents)
    batch = settle(raw, arrival(contents, season.ledger), request.choice, kept)
    approved = _approved(request) if request.against else None
    memory.number(raw)
    result = check_batch(batch, request.decisions, memory, year=year, approved=approved)
    with season.ledger.writing():
        if year is not None:
            season.ledger.run(KEEP_YEAR, {"year": str(year)})
        record(memory, raw, result.batch, result.findings, request.paths, season.round)
        keep_choices(season.ledger, result.batch, contents, named_files(raw, request.choice.use))
        keep_decisions(season.ledger, request.decisions, result.decided, season.now.isoformat(timespec="seconds"))
    open_ = {name_key(conflict.unit) for conflict in result.batch.conflicts if conflict.rivals}
    units = {name_key(declaration.unit or "") for declaration in result.batch.declarations} - open_
    return replace(result, changes=changes_of(season.ledger, request.forms, units))


def _in_order(batch: Batch) -> Batch:
    """The files in the order of the roster's units; those of units it does not know last, as they came."""
    roster = batch.roster
    return replace(batch, files=tuple(sorted(batch.files, key=lambda file: roster.place(file.unit)))) if roster else batch


def _sorted(reviewed: Sequence[Reviewed], place: Callable[[Finding], Place]) -> tuple[Reviewed, ...]:
    """Findings in their order, whatever was decided on them; a remark beside one stays right behind it."""
    from toolkit.season.remarks import REMARK_RULE

    keyed: list[tuple[Place, Reviewed]] = []
    for each in reviewed:
        beside = each.decision is None and each.finding.rule == REMARK_RULE and keyed
        keyed.append((keyed[-1][0] if beside else place(each.original), each))
    return tuple(each for _, each in sorted(keyed, key=lambda pair: pair[0]))


def _pieces(batch: Batch, memory: Memory | None, year: int | None, approved: Approved | None) -> list[Sequence[Finding]]:
    """All findings, by what they were made from."""
    pieces: list[Sequence[Finding]] = [[finding for file in batch.files for finding in file.findings], *evaluate(batch, memory)]
    if year is not None:
        pieces.append(year_findings(batch.declarations, year))
    if approved is not None:
        from toolkit.intake.approved import approved_findings

        pieces.append(approved_findings(batch.declarations, batch.forms, approved, batch.roster))
    return pieces if batch.roster is None else with_missing(pieces, batch.declarations, batch.roster)


def check_batch(
    batch: Batch,
    decisions: Decisions | None = None,
    memory: Memory | None = None,
    *,
    year: int | None = None,
    approved: Approved | None = None,
) -> CheckResult:
    """Return the findings of a batch that was read, with what a reviewer decided on them (`memory`: or once decided).

    A declaration of another `year` is an error, where one is given; so is what differs from what was `approved`.
    """
    # What it is made of is not held beside it.
    ordered = Ordered(_pieces(batch, memory, year, approved), _in_order(batch))
    batch = ordered.batch
    findings: Sequence[Finding] = ordered
    decided = None
    if memory is not None:
        from toolkit.season.decisions import kept_decisions

        findings = tuple(ordered)
        decisions = kept_decisions(memory.ledger, decisions, findings, batch)
    if decisions is not None:
        from toolkit.season.applying import apply_decisions

        decided = apply_decisions(findings, batch, decisions)
        decided = replace(decided, reviewed=_sorted(decided.reviewed, ordered.place()))
        findings = decided.findings
    wrong = {finding.file for finding in findings if finding.severity == ERROR}
    files = tuple(replace(file, status=NEEDS_CHANGES) if file.status == PASSED and file.file in wrong else file for file in batch.files)
    return CheckResult(replace(batch, files=files), findings, decided)
