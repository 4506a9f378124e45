"""`diff`: two folders or files, or two rounds or versions of the ledger, compared field by field.

Comes in: a request, whose roster brings units together by their aliases. Goes out: a `DiffResult`, and
对比.xlsx where it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.comparing.compare import compare
from toolkit.comparing.model import Comparison, Side
from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.intake.batch import read_batch
from toolkit.intake.model import Batch, FileResult, Progress
from toolkit.intake.returns import settle
from toolkit.outputs.differences import comparison_record, differences_lines, differences_workbook
from toolkit.package.atomic import Outlet
from toolkit.season.history import arrival
from toolkit.season.rounds import ledger_sides
from toolkit.values.words import NOT_FILLED, PASSED, UNREADABLE, WRONG_FORM
from toolkit.workflow.request import Request

SUFFIX = ".xlsx"

_WORDS = {UNREADABLE: "无法读取", NOT_FILLED: "未填报", WRONG_FORM: "表样不符", PASSED: "附件"}


@dataclass(frozen=True)
class DiffResult:
    """A comparison, and what was read for it: each file with its side; `lost` says what a ledger could not give back."""

    comparison: Comparison
    read: tuple[tuple[str, FileResult], ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[FileResult, ...]:
        return tuple(file for _, file in self.read)

    @property
    def unreadable(self) -> bool:
        return bool(self.lost) or any(file.status == UNREADABLE for file in self.files)

    @property
    def nothing(self) -> str | None:
        """Why there is nothing to compare: a side without declarations. None where there are some on both."""
        for which, side in (("before", self.comparison.before), ("after", self.comparison.after)):
            if not side.declarations:
                counts = Counter(_WORDS[file.status] for its, file in self.read if its == which)
                found = "、".join(f"{word} {number} 个" for word, number in counts.items())
                return f"{side.title}：没有填报内容可以对比{f'（{found}）' if found else ''}。请核对路径。"
        return None

    def as_json(self, *, everything: bool) -> dict[str, object]:
        """Return the comparison as records, and every file with its side."""
        files = [{"side": side, **file.record()} for side, file in self.read]
        return {**comparison_record(self.comparison, everything=everything), "files": files}

    def lines(self, *, everything: bool, quiet: bool) -> Iterator[str]:
        """Yield the comparison as lines for the screen."""
        return differences_lines(self.comparison, everything=everything, quiet=quiet)


def diff_returns(request: Request, progress: Progress | None = None) -> DiffResult:
    """Return what differs between the two files or folders of a request, the earlier one first.

    Of two different returns of a unit on one side its `choice` says which counts; without it both do. Raises UsageError for a
    path that is not there, or that has no files to read.
    """

    def read(path: str, known: Sequence[Form]) -> Batch:
        batch = read_batch([path], known, progress, passwords=request.passwords, roster=request.roster)
        return settle(batch, arrival(), request.choice)

    before, after = request.paths
    earlier, later = read(before, request.older_forms or request.forms), read(after, request.forms)
    sides = [Side(title, tuple(batch.declarations), batch.forms) for title, batch in ((before, earlier), (after, later))]
    files = [(side, file) for side, batch in (("before", earlier), ("after", later)) for file in batch.files]
    return DiffResult(compare(sides[0], sides[1], request.roster), tuple(files))


def diff_ledger(
    request: Request, *, rounds: tuple[str, str] | None = None, unit: str | None = None, versions: tuple[int, int] | None = None
) -> DiffResult:
    """Return what differs between two rounds, or two versions of a unit's return, in the ledger of a request.

    Raises UsageError for a round, a unit or a version it does not have.
    """
    roster = request.roster
    before, after, lost = ledger_sides(request.ledger or Path(), request.forms, rounds=rounds, unit=unit, versions=versions, roster=roster)
    return DiffResult(compare(before, after, roster), lost=lost)


def check_diff_place(output: Path, outlet: Outlet) -> None:
    """Raise UsageError for a kind of file we do not write or a place that is read, OutputError for one that cannot be written."""
    outlet.check_folder(output.parent)
    if output.suffix.lower() != SUFFIX:
        raise UsageError(f"{output}：对比结果是一个 Excel 工作簿，请写成 {SUFFIX} 文件，例如 -o 对比.xlsx。")
    outlet.check(output)


def write_diff(result: DiffResult, output: Path, outlet: Outlet, *, everything: bool) -> None:
    """Write 对比.xlsx. Raises OutputError when it is there already and may not be replaced, or cannot be written."""
    outlet.write(output, differences_workbook(result.comparison, everything=everything))
