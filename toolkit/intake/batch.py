"""Reading a batch: every file named or found, its declarations, and what is wrong with the file itself.

Comes in: paths and the forms a run may meet. Goes out: a `Batch`. A file that cannot be read costs itself alone: files are read
in other processes (`workers`), but for a few that were looked at and found harmless, so that checking one stays quick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.intake.guard import UNREAD, Lost, attempt_within, can_limit_time
from toolkit.intake.inputs import InputFile, collect_files
from toolkit.intake.kept import Kept, pack
from toolkit.intake.model import Batch, FileResult, Progress, file_finding
from toolkit.intake.onefile import Shared, known
from toolkit.intake.others import set_aside
from toolkit.intake.pool import read_apart, time_limit
from toolkit.intake.worker import named_function
from toolkit.sources.open import is_harmless
from toolkit.values.words import UNREADABLE

# So many files are read without further processes, where all of them are small workbooks that were looked at: as long as starting
# processes takes (measured on two cores: 12 files are sooner read by one process, and with half the work).
FEW = 8

# So many files beside the returns are named where there is nothing else to tell.
_MOST_TOLD = 5


class Remembering(Protocol):
    """What knows files that were read before (`season.memory.Memory`): `reader` reads for it, in a process that may die."""

    reader: str

    def recall(self, each: InputFile) -> Any: ...

    def keep(self, each: InputFile, result: Any, kept: Kept) -> Any: ...


def read_batch(
    paths: Sequence[str],
    forms: Sequence[Form],
    progress: Progress | None = None,
    *,
    passwords: Sequence[str] = (),
    roster: Roster | None = None,
    memory: Remembering | None = None,
    evaluated: bool = False,
) -> Batch:
    """Return what is in the files behind `paths`, archives unpacked; our own results are passed over.

    With `evaluated` the processes that read run the rules of what they read too, which is `FileResult.rules`. With a `roster`, units are known by its names, its passwords are tried after those given, and it is no return itself.
    Raises UsageError for a path that is not there, and when there is nothing to read.
    """
    listed = roster.path.resolve() if roster else None
    inputs = [each for each in collect_files(paths) if listed is None or each.path.resolve() != listed]
    shared = Shared(tuple(forms), tuple(passwords), roster, evaluated=evaluated)
    results, others = set_aside(_read_all(inputs, shared, progress, memory), paths, roster)
    if not results:
        beside = (
            f"另有 {len(others)} 个文件不是申报表：{'；'.join(f'{o.file}（{o.word}）' for o in others[:_MOST_TOLD])}。" if others else ""
        )
        raise UsageError(f"{'、'.join(paths)}：没有可以读取的申报文件（本工具生成的结果文件不算）。{beside}请核对路径。")
    used = {declaration.form for result in results for declaration in result.declarations}
    return Batch(tuple(results), {form.name: form for form in forms if form.name in used}, roster, others=others)


def _read_all(inputs: Sequence[InputFile], shared: Shared, progress: Progress | None, memory: Remembering | None) -> list[FileResult]:
    """Read every file that `memory` does not know; results are in the order of the files, members of an archive in its place."""
    order = {each: number for number, each in enumerate(inputs)}
    found: list[FileResult | None] = [None] * len(inputs)
    within: dict[InputFile, tuple[int, ...]] = {}
    members: dict[tuple[int, ...], FileResult] = {}
    kept, done, count = Kept(), 0, len(inputs)

    def answer(each: InputFile, result: Any) -> Sequence[InputFile]:
        if memory:
            result = memory.keep(each, result, kept)
        elif not isinstance(result, (Lost, tuple)):
            result = kept.whole(each, result)
        return take(each, result)

    def take(each: InputFile, result: FileResult | tuple[InputFile, ...] | Lost) -> Sequence[InputFile]:
        nonlocal done, count
        done += 1
        if progress:
            progress(done, count, each.display)
        if isinstance(result, Lost):
            finding = file_finding(each, UNREAD, f"{result.reason}，已放弃读取。", result.cure)
            result = FileResult(each.display, UNREADABLE, (), (finding,), each)
        if isinstance(result, FileResult):
            result = known(result, shared.roster)
            if each in within:
                members[within.pop(each)] = result
            else:
                found[order.pop(each)] = result
            return ()
        place = within.pop(each, None) or (order.pop(each),)
        within.update((member, (*place, number)) for number, member in enumerate(result))
        count += len(result)
        return unknown(result)

    def unknown(files: Sequence[InputFile]) -> list[InputFile]:
        """Take what is known of the files, and return those that have to be read."""
        left: list[InputFile] = []
        for each in files:
            seen = memory.recall(each) if memory else None
            if seen is None:
                left.append(each)
            else:
                left += take(each, seen.answer if isinstance(seen.answer, tuple) else kept.whole(each, pack(seen.answer, None)))
        return left

    waiting = unknown(inputs)
    reader = memory.reader if memory else "toolkit.intake.onefile:read_file"
    if len(waiting) <= FEW and can_limit_time() and all(is_harmless(each.path) and not each.inner for each in waiting):
        here = replace(shared, evaluated=False)
        for each in waiting:
            answer(each, attempt_within(time_limit(), named_function(reader), each, here))
    elif waiting:
        read_apart(reader, shared, waiting, answer)
    of_archive: dict[int, list[FileResult]] = {}
    for place in sorted(members):
        of_archive.setdefault(place[0], []).append(members[place])
    results = [each for number, own in enumerate(found) for each in ([own] if own else of_archive.get(number, ()))]

    # The functions above hold each other, and these, until somebody collects them.
    for held in (order, found, within, members, waiting):
        held.clear()
    kept.all_came()
    return results
