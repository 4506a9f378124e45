"""The results file that a macro reads: what a job found, in lines that VBA can split without a library.

UTF-8 without a mark, lines end in LF, five cells parted by tabs; tabs and line breaks inside a value become blanks. A line
with a blank first cell has something to tell the user in its fourth. The first line is the verdict:
`⇥⇥status⇥message⇥errors warnings hints`, where `status` is the file's after an audit (passed, needs_changes, unreadable,
not_filled, wrong_form), done after any other job, and failed where a job could not be done. After an audit a line for each
finding follows, in the order to visit them: `工作表⇥单元格⇥级别⇥问题⇥建议` (both places blank for what concerns the unit;
cell A1 or A1:B2). After other jobs a line for each file written: `⇥⇥file⇥message⇥path`. macros/README.md says the same. Written
by `apps.excel_command`, read by `macros/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from toolkit.outputs.marked.texts import one_line
from toolkit.package.atomic import Outlet
from toolkit.resources import templates_dir

DONE, FAILED = "done", "failed"

# A list of units of this name beside a folder counts for it.
ROSTER = "名单.xlsx"

Line = Sequence[str | None]


def results_outlet(path: Path, given: Sequence[Path], form: str | None) -> Outlet:
    """Return where the results may go: an older file there is replaced, but nothing that is read, nor a file of the folders given.

    Raises UsageError for such a place, OutputError when the file cannot be written.
    """
    # A whole disk is no folder of returns, and every job says so.
    read = [each for each in given if each.resolve().name]
    rosters = [each.resolve().with_name(ROSTER) for each in read]
    forms = [place for folder in (templates_dir(), Path("templates")) for place in folder.glob("*")]
    outlet = Outlet(True, (*read, *rosters, *forms, *([Path(form)] if form else [])))
    outlet.check(path)
    return outlet


def write_results(path: Path, outlet: Outlet, head: Line, lines: Iterable[Line]) -> None:
    """Write the results file: its first line, and those that follow. Raises OutputError when it cannot be written."""
    text = "".join("\t".join(one_line(cell or "") for cell in line) + "\n" for line in (head, *lines))
    outlet.write(path, text.encode("utf-8", "replace"))
