"""`check`: a batch read and every rule run over it. Comes in: a request. Goes out: a `CheckResult`, as the contract has it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from toolkit.checking.model import Finding
from toolkit.intake.batch import read_batch
from toolkit.intake.model import Batch, FileResult, Progress
from toolkit.intake.returns import settle
from toolkit.intake.roster import missing_projects
from toolkit.outputs.review.model import AbsentUnit
from toolkit.season.applying import apply_decisions
from toolkit.season.decisions import Decided, Decisions, keep_decisions, kept_decisions
from toolkit.season.history import arrival, record
from toolkit.season.memory import Memory
from toolkit.values.words import ERROR, FILE, HINT, NEEDS_CHANGES, NOT_FILLED, PASSED, REPAIR, UNREADABLE, WARNING
from toolkit.workflow.evaluate import evaluate, passed_over
from toolkit.workflow.request import Request, Season, season_of


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the files in order with their final status, and all findings as they stand.

    A finding that a reviewer kept is a hint here and its message begins 已说明; `decided` has what was decided on each, and
    is None where no decisions were given.
    """

    batch: Batch
    findings: tuple[Finding, ...]
    decided: Decided | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reviewer should know about decisions that were not used, a line each."""
        return self.decided.notes if self.decided else ()

    @property
    def files(self) -> tuple[FileResult, ...]:
        return self.batch.files

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
        """Return the contract's structure: summary, files, findings; and the rules that were not judged, where there are any."""
        found: dict[str, object] = {
            "summary": self.summary(),
            "files": [file.record() for file in self.files],
            "findings": [finding.record() for finding in self.findings],
        }
        over = [each.record() for each in passed_over(self.batch)]
        return found | {"not_applicable": over} if over else found


def check_returns(request: Request, progress: Progress | None = None, season: Season | None = None) -> CheckResult:
    """Return the findings of everything that is to be read. Raises UsageError when there is nothing to read.

    With a ledger (the request's own, or `season` where the caller has opened one) what it remembers is neither read nor evaluated
    again, and the check is written down in it.
    """
    if season is None and request.ledger is not None:
        with season_of(request) as opened:
            return check_returns(request, progress, opened)
    memory = Memory(season.ledger, request.forms, season.now, fresh=season.fresh) if season else None
    raw = read_batch(request.paths, request.forms, progress, passwords=request.passwords, roster=request.roster, memory=memory)
    contents = {name: known.content for name, known in memory.known.items()} if memory else {}
    batch = settle(raw, arrival(raw, contents, season.ledger if season else None), request.choice)
    if season is None or memory is None:
        return check_batch(batch, request.decisions)
    memory.number(raw)
    result = check_batch(batch, request.decisions, memory)
    with season.ledger.writing():
        record(memory, raw, result.batch, result.findings, request.paths, season.round)
        keep_decisions(season.ledger, request.decisions, result.decided, season.now.isoformat(timespec="seconds"))
    return result


def check_batch(batch: Batch, decisions: Decisions | None = None, memory: Memory | None = None) -> CheckResult:
    """Return the findings of a batch that was read, with what a reviewer decided on them (`memory`: or once decided)."""
    findings = [finding for file in batch.files for finding in file.findings]
    findings += evaluate(batch, memory)
    if batch.roster is not None:
        findings += missing_projects(batch.declarations, batch.roster)
    order = {file.file: index for index, file in enumerate(batch.files)}

    def place(finding: Finding) -> tuple[bool, int]:
        return finding.sheet is None and finding.family != FILE, order.get(finding.file, 0)

    findings.sort(key=place)
    decided = None
    if memory is not None:
        decisions = kept_decisions(memory.ledger, decisions, findings, batch)
    if decisions is not None:
        decided = apply_decisions(findings, batch, decisions)
        decided = replace(decided, reviewed=tuple(sorted(decided.reviewed, key=lambda each: place(each.finding))))
        findings = list(decided.findings)
    wrong = {finding.file for finding in findings if finding.severity == ERROR}
    files = tuple(replace(file, status=NEEDS_CHANGES) if file.status == PASSED and file.file in wrong else file for file in batch.files)
    return CheckResult(replace(batch, files=files), tuple(findings), decided)
