"""Reading a batch: every file named or found, its declarations, and what is wrong with the file itself.

Comes in: paths and the forms a run may meet. Goes out: a `Batch`. A file that cannot be read costs itself alone: files are read
in other processes (`workers`), but for a few that were looked at and found harmless, so that checking one stays quick.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from toolkit.checking.model import Finding
from toolkit.errors import SourceError, UsageError
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.intake.guard import UNREAD, Lost, attempt_within, can_limit_time
from toolkit.intake.inputs import InputFile, collect_files, is_litter, is_return_name
from toolkit.intake.model import Batch, FileResult, Progress, Stray, file_finding
from toolkit.intake.others import EMPTY, WRONG_FORM_RULE, set_aside
from toolkit.intake.pool import read_apart, time_limit
from toolkit.intake.roster import owner, passwords_for, recognised
from toolkit.intake.worker import named_function
from toolkit.outputs.marked.texts import COLUMNS, FROM, HEADLINE, OURS, REVIEW_SHEET
from toolkit.package.opc import UNREADABLE as UNREADABLE_RULE
from toolkit.reading.model import BLANK, MISSING, UNFILLED, Declaration, Doubt
from toolkit.reading.read import is_letter, read_grid
from toolkit.sources.archive import Member
from toolkit.sources.grid import Grid
from toolkit.sources.open import NoDocumentError, Opened, Remark, is_harmless, open_source
from toolkit.sources.page import SCAN
from toolkit.spreadsheet.properties import MARKED
from toolkit.values.words import ERROR, HINT, NOT_FILLED, PASSED, PROJECT_ROLE, REPAIR, UNREADABLE, WARNING, WRONG_FORM, YEAR_ROLE

# What `jixiao.kind` says of workbooks that units fill in and send back; everything else of ours is a result.
RETURNS = frozenset(("填报", MARKED, "表样"))

# So many files are read without further processes, where all of them are small workbooks that were looked at.
FEW = 3

# So many files beside the returns are named where there is nothing else to tell.
_MOST_TOLD = 5

# Archives are opened in archives so many times.
NESTED = 1


@dataclass(frozen=True)
class Shared:
    """What reading needs for every file of a run."""

    forms: tuple[Form, ...]
    passwords: tuple[str, ...] = ()
    roster: Roster | None = None


Answer = FileResult | tuple[InputFile, ...]

# Why something is not read that was not expected to be a return either.
_NO_MATTER = frozenset((EMPTY, "文件-过大"))


class Remembering(Protocol):
    """What knows files that were read before (`season.memory.Memory`): `reader` reads for it, in a process that may die."""

    reader: str

    def recall(self, each: InputFile) -> Any: ...

    def keep(self, each: InputFile, result: Any) -> Any: ...


def read_batch(
    paths: Sequence[str],
    forms: Sequence[Form],
    progress: Progress | None = None,
    *,
    passwords: Sequence[str] = (),
    roster: Roster | None = None,
    memory: Remembering | None = None,
) -> Batch:
    """Return what is in the files behind `paths`, archives unpacked; our own results are passed over.

    With a `roster`, units are known by its names, its passwords are tried after those given, and it is no return itself.
    Raises UsageError for a path that is not there, and when there is nothing to read.
    """
    listed = roster.path.resolve() if roster else None
    inputs = [each for each in collect_files(paths) if listed is None or each.path.resolve() != listed]
    found = _read_all(inputs, Shared(tuple(forms), tuple(passwords), roster), progress, memory)
    results, others = set_aside([_known(result, roster) for result in found], paths, roster)
    if not results:
        beside = (
            f"另有 {len(others)} 个文件不是申报表：{'；'.join(f'{o.file}（{o.word}）' for o in others[:_MOST_TOLD])}。" if others else ""
        )
        raise UsageError(f"{'、'.join(paths)}：没有可以读取的申报文件（本工具生成的结果文件不算）。{beside}请核对路径。")
    used = {declaration.form for result in results for declaration in result.declarations}
    return Batch(tuple(results), {form.name: form for form in forms if form.name in used}, roster, others=others)


def _known(result: FileResult, roster: Roster | None) -> FileResult:
    """The result with the issuer's names of its units."""
    issued_to = result.issued.unit if result.issued else None
    declarations = tuple(recognised(declaration, roster, issued_to) for declaration in result.declarations)
    whose = None if declarations else owner(result.file, roster, issued_to)
    return replace(result, declarations=declarations, owner=whose)


def _read_all(inputs: Sequence[InputFile], shared: Shared, progress: Progress | None, memory: Remembering | None) -> list[FileResult]:
    """Read every file that `memory` does not know; results are in the order of the files, members of an archive in its place."""
    order: dict[InputFile, tuple[int, ...]] = {each: (number,) for number, each in enumerate(inputs)}
    found: dict[tuple[int, ...], FileResult] = {}
    done = 0

    def answer(each: InputFile, result: Any) -> Sequence[InputFile]:
        return take(each, memory.keep(each, result) if memory else result)

    def take(each: InputFile, result: Answer | Lost) -> Sequence[InputFile]:
        nonlocal done
        done += 1
        if progress:
            progress(done, len(order), each.display)
        if isinstance(result, Lost):
            finding = file_finding(each, UNREAD, f"{result.reason}，已放弃读取。", result.cure)
            result = FileResult(each.display, UNREADABLE, (), (finding,), each)
        if isinstance(result, FileResult):
            found[order[each]] = result
            return ()
        order.update((member, (*order[each], number)) for number, member in enumerate(result))
        return unknown(result)

    def unknown(files: Sequence[InputFile]) -> list[InputFile]:
        """Take what is known of the files, and return those that have to be read."""
        left: list[InputFile] = []
        for each in files:
            known = memory.recall(each) if memory else None
            left += [each] if known is None else take(each, known.answer)
        return left

    waiting = unknown(inputs)
    place = memory.reader if memory else "toolkit.intake.batch:read_file"
    if len(waiting) <= FEW and can_limit_time() and all(is_harmless(each.path) and not each.inner for each in waiting):
        for each in waiting:
            answer(each, attempt_within(time_limit(), named_function(place), each, shared))
    elif waiting:
        read_apart(place, shared, waiting, answer)
    return [found[place] for place in sorted(found)]


def read_file(each: InputFile, shared: Shared, alive: Callable[[], None] = lambda: None) -> Answer:
    """Return one file's result, or the files inside it for an archive."""
    try:
        if each.astray:
            raise SourceError(UNREADABLE_RULE, f"{each.display}：是指向文件夹外面的链接，没有打开", "请把文件本身放进文件夹，再试一次")
        passwords = passwords_for(each.display, shared.passwords, shared.roster)
        opened = open_source(each.path, each.display, each.inner, passwords, alive)
        if opened.members is not None:
            return _members(each, opened.members)
        return _result(each, opened, shared)
    except SourceError as error:
        message = str(error).removeprefix(f"{each.display}：")
        finding = file_finding(each, error.rule, message, error.suggestion)
        stray: Stray | None = "picture" if error.rule == SCAN else "thing" if _is_no_matter(error) else None
        passed = stray is not None and not _is_expected(each)
        return FileResult(each.display, PASSED if passed else UNREADABLE, (), (finding,), each, stray=stray)


def _is_no_matter(error: SourceError) -> bool:
    return isinstance(error, NoDocumentError) or error.rule in _NO_MATTER


def _is_expected(each: InputFile) -> bool:
    """Whether a file is expected to be a return: it was named, or its name is one of a return's."""
    return each.named or is_return_name(each.display)


def _result(each: InputFile, opened: Opened, shared: Shared) -> FileResult:
    own = opened.kind is not None and opened.kind not in RETURNS
    if own and not (each.named and each.display.lower().endswith(".docx")):
        finding = file_finding(each, "文件-本工具生成", "是本工具生成的结果，不是申报表。", "无需处理。")
        return FileResult(each.display, PASSED, (), (finding,), each, stray="own")
    origin = _origin(opened.grids)
    opened = replace(opened, grids=without_marks(opened.grids))
    said = tuple(_remark(each, remark) for remark in opened.remarks)
    declarations = _declarations(opened, shared.forms, each.display)
    if not declarations:
        note = is_letter(opened.grids, shared.forms)
        passed = not each.named and (note and _is_plain_text(each) or not is_return_name(each.display))
        finding = _wrong_form(each, opened, shared.forms)
        stray: Stray | None = "note" if note else "thing" if passed else None
        return FileResult(each.display, PASSED if passed else WRONG_FORM, (), (finding, *said), each, stray=stray)
    by_name = {form.name: form for form in shared.forms}
    issued = next((grid.issued for grid in opened.grids if grid.issued), None)
    ours = frozenset(issued.unit_fields if issued else ())
    filled = tuple(d for d in declarations if is_filled(d, by_name[d.form], ours))

    # A sheet that names its project and nothing else is still asked for, unless the unit began none of them.
    ours |= frozenset(issued.project_fields if issued else ())
    if not any(is_filled(d, by_name[d.form], ours) for d in filled):
        message = "表样是空的，还没有填报任何内容。"
        finding = file_finding(each, "文件-未填报", message, "请填报后重新报送。")
        return FileResult(each.display, NOT_FILLED, (), (finding, *said), each, issued)
    told = tuple(d if is_filled(d, by_name[d.form], ours) else _unfilled(d) for d in filled)
    return FileResult(each.display, PASSED, told, said, each, issued, origin=origin)


def _unfilled(declaration: Declaration) -> Declaration:
    """A sheet that was made for a project and on which the unit has filled in nothing."""
    field = declaration.roles.get(PROJECT_ROLE)
    cell = declaration[field].cell if field else None
    message = f"项目“{declaration.project or declaration.sheet or ''}”的申报表是空的，还没有填报。"
    doubt = Doubt(UNFILLED, ERROR, field, cell, declaration.project, message, "请填报后重新报送。")
    return replace(declaration, doubts=(doubt,), repairs=())


def _members(each: InputFile, found: Sequence[Member]) -> tuple[InputFile, ...]:
    """The files in an archive. Raises SourceError where there are none, and for archives nested too deep."""
    if len(each.inner) > NESTED:
        raise SourceError("文件-格式", "压缩包套了太多层，没有继续解开", "请解压后重新报送")
    members = tuple(each.member(m.number, m.name) for m in found if not is_litter(m.name))
    if not members:
        raise SourceError(EMPTY, "压缩包里没有可以读取的申报文件（.xlsx 等）", "请核对压缩包的内容后重新报送")
    return members


def _is_plain_text(each: InputFile) -> bool:
    """A text file that lies in the folder and asks for nothing that a form does is a note of somebody's."""
    return each.display.lower().endswith((".txt", ".md"))


def _remark(each: InputFile, remark: Remark) -> Finding:
    """A repair of the file's own (its name lies), or a warning about it."""
    repair = remark.rule.startswith("修复-")
    finding = file_finding(each, remark.rule, remark.message, remark.suggestion)
    return replace(finding, severity=HINT, family=REPAIR) if repair else replace(finding, severity=WARNING)


def _declarations(opened: Opened, forms: Sequence[Form], file: str) -> list[Declaration]:
    return [declaration for grid in opened.grids for declaration in read_grid(grid, forms, file)]


def is_filled(declaration: Declaration, form: Form, prefilled: Container[str] = ()) -> bool:
    """Whether the unit filled in anything: what the issuer fills, in `prefilled` fields too, and the year, do not count."""
    if declaration.rows:
        return True
    for field_ in form.fields:
        ours = field_.from_issuer or field_.role == YEAR_ROLE or field_.name in prefilled
        if not ours and declaration[field_.name].state not in (BLANK, MISSING):
            return True
    return False


def _wrong_form(each: InputFile, opened: Opened, forms: Sequence[Form]) -> Finding:
    title = _title(opened.grids)
    looks = f"，看起来是“{title}”" if title else ""
    names = "、".join(form.title for form in forms)
    message = f"没有找到要报送的表（{names}）{looks}。"
    return file_finding(each, WRONG_FORM_RULE, message, "请用下发的表样填报后重新报送。")


def _title(grids: Sequence[Grid]) -> str | None:
    """The first text of the first sheet that has one: what a person would call the file's form."""
    for grid in grids:
        for _, value in sorted(grid.cells.items()):
            if isinstance(value, str) and value.strip():
                return " ".join(value.split())[:40]
    return None


def _origin(grids: Sequence[Grid]) -> tuple[str, ...]:
    """What a marked copy was made from, as its properties say, else its list of findings, which other kinds of files keep."""
    texts = (text for grid in grids if _is_review(grid) for text in grid.cells.values() if isinstance(text, str))
    written = (tuple(found[1].split("、")) for text in texts if (found := FROM.search(text)))
    return next((grid.origin for grid in grids if grid.origin), None) or next(written, ())


def without_marks(grids: Sequence[Grid]) -> tuple[Grid, ...]:
    """Return the grids of a marked copy that came back as if it had never been marked: no 审核意见, no notes of ours."""
    return tuple(_unmarked(grid) for grid in grids if not _is_review(grid))


def _is_review(grid: Grid) -> bool:
    if not (grid.name or "").startswith(REVIEW_SHEET):
        return False
    return set(COLUMNS) <= {value for (row, _), value in grid.cells.items() if row <= 10 and isinstance(value, str)}


def _unmarked(grid: Grid) -> Grid:
    if not any(HEADLINE in text for text in grid.comments.values()):
        return grid
    left = {place: OURS.sub("", text.replace("\r\n", "\n")).strip() for place, text in grid.comments.items()}
    return replace(grid, comments={place: text for place, text in left.items() if text})
