"""`tidy`: copies of returned workbooks with the safe repairs made, and a log of every one of them.

Comes in: a request. Goes out: files in a folder of their own, under the relative paths they came by; the
originals are only read. A copy that was tidied once needs no repair any more, so tidying it again gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from toolkit.errors import OutputError, SourceError
from toolkit.forms import Form
from toolkit.intake.batch import Batch, FileResult, Progress, read_batch
from toolkit.intake.copies import relative_place, unlocked, unused
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.marked.tidied import LogLine, Tidied, is_workbook, repair_log, tidied_workbook
from toolkit.reading.model import Declaration, Repair
from toolkit.sources.open import load
from toolkit.values.words import UNREADABLE
from toolkit.workflow.request import Request

LOG_NAME = "修复记录.xlsx"

# Repairs of a whole file: another kind of file, a password that a changed copy no longer has.
CONVERTED, OPENED = "修复-格式转换", "修复-去掉密码"
_NEW_SUFFIX = ".xlsx"


@dataclass(frozen=True)
class TidyResult:
    """What was written: the copies, the log, and a line for every repair that was made in a copy."""

    written: tuple[Path, ...]
    log: Path
    repairs: tuple[LogLine, ...]
    batch: Batch

    @property
    def unreadable(self) -> tuple[FileResult, ...]:
        """The files that no copy could be made of."""
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
    and may not be replaced, or cannot be written. A file that cannot be read is left out and named in the result.
    """
    outlet, passwords = request.outlet, tuple(request.passwords)
    outlet.check_folder(output)
    batch = read_batch(request.paths, request.forms, progress, passwords=passwords)
    copies = _plan(request.paths, batch, output, passwords)
    log = output / LOG_NAME
    for place in (*(copy.place for copy in copies), log):
        outlet.check(place)
    lines: list[LogLine] = []
    for copy in copies:
        data, made = _made(copy, batch, passwords)
        outlet.write(copy.place, data)
        lines += made
    outlet.write(log, repair_log(lines))
    return TidyResult(tuple(copy.place for copy in copies), log, tuple(lines), batch)


def _plan(paths: Sequence[str], batch: Batch, output: Path, passwords: tuple[str, ...]) -> list[_Copy]:
    """The copies of all files: each under its own name, or new workbooks of a file that holds forms but is no .xlsx."""
    taken: set[str] = {LOG_NAME.casefold()}
    copies = []
    for file in batch.files:
        if file.status == UNREADABLE:
            continue
        relative = relative_place(file.file, paths)
        sheets = any(declaration.sheet is not None for declaration in file.declarations)
        if not sheets or is_workbook(unlocked(_content(file, passwords), file.file, passwords)[0], file.file):
            copies.append(_Copy(file, output / unused(relative, taken)))
            continue
        names = list(dict.fromkeys(declaration.form for declaration in file.declarations))
        for name in names:
            stem = relative.stem if len(names) == 1 else f"{relative.stem}（{name}）"
            copies.append(_Copy(file, output / unused(relative.with_name(stem + _NEW_SUFFIX), taken), name))
    return copies


def _made(copy: _Copy, batch: Batch, passwords: tuple[str, ...]) -> tuple[bytes, list[LogLine]]:
    """The bytes of a copy and the repairs in it."""
    file = copy.file
    if copy.form is not None:
        return _converted(copy, batch.forms[copy.form])
    repairs: dict[str, list[Repair]] = {}
    for declaration in file.declarations:
        if declaration.sheet is not None:
            repairs.setdefault(declaration.sheet, []).extend(declaration.repairs)
    data = _content(file, passwords)
    plain, _ = unlocked(data, file.file, passwords)
    tidied = tidied_workbook(plain, file.file, repairs) if repairs else Tidied(data, ())
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


def _content(file: FileResult, passwords: tuple[str, ...]) -> bytes:
    """The bytes of a file that has just been read. Raises OutputError when it has gone meanwhile."""
    source = file.source
    try:
        if source is None:
            raise SourceError("文件-无法打开", f"{file.file}：找不到来源", "请重试")
        return load(source.path, source.display, source.inner, passwords)
    except SourceError as error:
        raise OutputError(f"{error}（读取后文件有变动，{error.suggestion}）") from error
