"""`tidy`: copies of returned workbooks with the safe repairs made, and a log of every one of them.

Comes in: a request. Goes out: files in a folder of their own, under the relative paths they came by; the
originals are only read. A copy that was tidied once needs no repair any more, so tidying it again gives the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

from toolkit.errors import SourceError
from toolkit.forms import Form
from toolkit.intake.batch import read_batch
from toolkit.intake.copies import content_of, last_rows, relative_place, unlocked, unused
from toolkit.intake.guard import costs_itself
from toolkit.intake.model import Batch, FileResult, Progress
from toolkit.intake.roster import passwords_for
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.marked.tidied import LogLine, Tidied, is_workbook, repair_log, tidied_workbook
from toolkit.reading.model import Declaration, Repair
from toolkit.values.words import UNREADABLE
from toolkit.workflow.request import Request

LOG_NAME = "修复记录.xlsx"

# Repairs of a whole file: another kind of file, a password that a changed copy no longer has.
CONVERTED, OPENED = "修复-格式转换", "修复-去掉密码"
_NEW_SUFFIX = ".xlsx"


@dataclass(frozen=True)
class TidyResult:
    """What was written: the copies, the log, and a line for every repair that was made in a copy.

    `failed` are files that could be read, and of which no copy could be made all the same, each with the reason.
    """

    written: tuple[Path, ...]
    log: Path
    repairs: tuple[LogLine, ...]
    batch: Batch
    failed: tuple[tuple[FileResult, SourceError], ...] = ()

    @property
    def unreadable(self) -> tuple[FileResult, ...]:
        """The files that could not be read."""
        return tuple(file for file in self.batch.files if file.status == UNREADABLE)


@dataclass(frozen=True)
class _Copy:
    """A copy to write: of which file, where; `form` where it is a new workbook with what was read on that form."""

    file: FileResult
    place: Path
    form: str | None = None


def tidy_returns(request: Request, output: Path, progress: Progress | None = None) -> TidyResult:
    """Write tidied copies of everything readable, and the log, into `output`.

    Raises UsageError when there is nothing to read or a copy would lie on what is read, OutputError when one is there already
    and may not be replaced, or cannot be written. A file that cannot be read, or copied, is left out and named in the result.
    """
    outlet, passwords = request.outlet, tuple(request.passwords)
    outlet.check_folder(output)
    batch = read_batch(request.paths, request.forms, progress, passwords=passwords, roster=request.roster)
    failed: list[tuple[FileResult, SourceError]] = []
    copies: list[_Copy] = []
    taken: set[str] = {LOG_NAME.casefold()}
    log = output / LOG_NAME
    for file in batch.files:
        try:
            tried = passwords_for(file.file, passwords, request.roster)
            copies += [] if file.status == UNREADABLE else _plan(file, relative_place(file.file, request.paths), output, tried, taken)
        except SourceError as error:
            failed.append((file, error))
    for place in (*(copy.place for copy in copies), log):
        outlet.check(place)
    lines: list[LogLine] = []
    written: list[Path] = []
    try:
        for copy in copies:
            try:
                data, made = costs_itself(copy.file.file, _made, copy, batch, passwords)
            except SourceError as error:
                failed.append((copy.file, error))
                continue
            outlet.write(copy.place, data)
            written.append(copy.place)
            lines += made
    finally:
        # What was repaired is on record even where the disk is full halfway.
        unread = [(each.file, each.sheet or "", cell, text) for each in batch.declarations for cell, text in each.unread]
        outlet.write(log, repair_log(lines, unread))
    return TidyResult(tuple(written), log, tuple(lines), batch, tuple(failed))


def _plan(file: FileResult, relative: Path, output: Path, passwords: tuple[str, ...], taken: set[str]) -> list[_Copy]:
    """The copies of a file: one under its own name, or new workbooks where it holds forms but is no .xlsx."""
    sheets = any(declaration.sheet is not None for declaration in file.declarations)
    if not sheets or costs_itself(file.file, _is_copied, file, passwords):
        return [_Copy(file, output / unused(relative, taken))]
    names = list(dict.fromkeys(declaration.form for declaration in file.declarations))
    stems = [relative.stem if len(names) == 1 else f"{relative.stem}（{name}）" for name in names]
    return [_Copy(file, output / unused(relative.with_name(s + _NEW_SUFFIX), taken), name) for s, name in zip(stems, names, strict=True)]


def _is_copied(file: FileResult, passwords: tuple[str, ...]) -> bool:
    return is_workbook(unlocked(content_of(file, passwords), file.file, passwords)[0], file.file)


def _made(copy: _Copy, batch: Batch, passwords: tuple[str, ...]) -> tuple[bytes, list[LogLine]]:
    """The bytes of a copy and the repairs in it."""
    file = copy.file
    passwords = passwords_for(file.file, passwords, batch.roster)
    if copy.form is not None:
        return _converted(copy, batch.forms[copy.form])
    repairs: dict[str, list[Repair]] = {}
    for declaration in file.declarations:
        if declaration.sheet is not None:
            repairs.setdefault(declaration.sheet, []).extend(declaration.repairs)
    data = content_of(file, passwords)
    plain, _ = unlocked(data, file.file, passwords)
    tidied = tidied_workbook(plain, file.file, repairs, last_rows(file.declarations)) if repairs else Tidied(data, ())
    if not tidied.made:
        return data, []
    lines = [LogLine(file.file, sheet, repair) for sheet, repair in tidied.made]
    if plain is not data:
        message = "原文件设有打开密码；副本有改动，不再设密码，请妥善保管。"
        lines.insert(0, LogLine(file.file, "", Repair(OPENED, "", None, "有打开密码", "没有密码", message)))
    return tidied.data, lines


def _converted(copy: _Copy, form: Form) -> tuple[bytes, list[LogLine]]:
    """A filled workbook with all that was read, on one form, from a file of another kind."""
    declarations: list[Declaration] = [each for each in copy.file.declarations if each.form == form.name]
    old, new = PurePath(copy.file.file).name, copy.place.name
    message = f"原文件“{old}”不是 .xlsx 工作簿，已按读到的内容在“{form.name}”表样上生成 {new}。"
    lines = [LogLine(copy.file.file, "", Repair(CONVERTED, "", None, old, new, message))]
    for each in declarations:
        lines += [LogLine(copy.file.file, each.sheet or "", repair) for repair in each.repairs if repair.safe]
    return fill_workbook(form, declarations), lines
