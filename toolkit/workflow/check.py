"""`check`: a batch read and every rule run over it. Comes in: paths and forms. Goes out: a `CheckResult`, as the contract has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from toolkit.checking.check import check_declarations
from toolkit.checking.model import ERROR, FILE, HINT, REPAIR, WARNING, Finding
from toolkit.forms import Form
from toolkit.workflow.batch import NEEDS_CHANGES, PASSED, UNREADABLE, Batch, FileResult, Progress, read_batch


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the files in order with their final status, and all findings."""

    batch: Batch
    findings: tuple[Finding, ...]

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
        """Return the contract's structure: summary, files, findings."""
        return {
            "summary": self.summary(),
            "files": [{"file": file.file, "status": file.status, "unit": file.unit} for file in self.files],
            "findings": [asdict(finding) for finding in self.findings],
        }


def check_paths(paths: Sequence[str], forms: Sequence[Form], progress: Progress | None = None) -> CheckResult:
    """Return the findings of everything behind `paths`. Raises UsageError when there is nothing to read."""
    return check_batch(read_batch(paths, forms, progress))


def check_batch(batch: Batch) -> CheckResult:
    """Return the findings of a batch that was read."""
    findings = [finding for file in batch.files for finding in file.findings]
    for form in batch.forms.values():
        findings += check_declarations([d for d in batch.declarations if d.form == form.name], form)
    order = {file.file: index for index, file in enumerate(batch.files)}
    findings.sort(key=lambda finding: (finding.sheet is None and finding.family != FILE, order.get(finding.file, 0)))
    wrong = {finding.file for finding in findings if finding.severity == ERROR}
    files = tuple(
        replace(file, status=NEEDS_CHANGES) if file.status == PASSED and file.file in wrong else file
        for file in batch.files
    )
    return CheckResult(replace(batch, files=files), tuple(findings))
