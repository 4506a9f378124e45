"""One file → what it holds, and what its rules find: a function of its bytes, the forms and the roster, whichever machine runs it.

Comes in: a file and what reading needs for all. Goes out: its result, packed for the way to whoever asked (`kept`). Called by `batch`,
by `season.memory`, and in the processes that `pool` starts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import PurePosixPath

from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.errors import JixiaoError, SourceError
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.rules import compile_rules
from toolkit.intake.current import is_drawn_so, is_nameless
from toolkit.intake.filled import as_unfilled, blank_copies, digits_of, is_filled
from toolkit.intake.guard import Lost, attempt, attempt_within, can_limit_time
from toolkit.intake.inputs import CLOSED, LEADS_OUT, InputFile, is_litter, is_return_name
from toolkit.intake.kept import Copy, Packed, Rules, pack
from toolkit.intake.model import FileResult, Stray, file_finding
from toolkit.intake.others import EMPTY, WRONG_FORM_RULE
from toolkit.intake.roster import is_list, owner, passwords_for, recognised
from toolkit.outputs.marked.texts import COLUMNS, FROM, HEADLINE, OURS, REVIEW_SHEET
from toolkit.package.opc import UNREADABLE as UNREADABLE_RULE
from toolkit.reading.explanations import with_explanations
from toolkit.reading.model import Declaration
from toolkit.reading.read import is_letter, read_grid
from toolkit.sources.archive import Member
from toolkit.sources.grid import Grid
from toolkit.sources.open import NoDocumentError, Opened, Remark, load, open_content
from toolkit.sources.page import SCAN
from toolkit.spreadsheet.properties import MARKED
from toolkit.values.words import HINT, NOT_FILLED, OF_BATCH, OF_FORM, OF_ROW, OF_UNIT, PASSED, REPAIR, UNREADABLE, WARNING, WRONG_FORM

Alive = Callable[[], None]
Answer = Packed | Copy | tuple[InputFile, ...]

# The rules of one file take no longer here, in seconds, else they are left to the one who asked.
_RULES_LIMIT, _MOST_ROWS = 2.0, 300

# What `jixiao.kind` says of workbooks that units fill in and send back; everything else of ours is a result.
RETURNS = frozenset(("填报", MARKED, "表样"))

# Archives are opened in archives so many times.
NESTED = 1


@dataclass(frozen=True)
class Shared:
    """What reading needs for every file of a run: `unlocked` tries passwords, `evaluated` runs the rules too.

    `answered` are the digests of files that this process read, to which copies of them refer.
    """

    forms: tuple[Form, ...]
    passwords: tuple[str, ...] = ()
    roster: Roster | None = None
    unlocked: bool = True
    evaluated: bool = False
    answered: set[bytes] = field(default_factory=set)


# Why something is not read that was not expected to be a return either.
_NO_MATTER = frozenset((EMPTY, "文件-过大"))


def read_file(each: InputFile, shared: Shared, alive: Alive = lambda: None) -> Answer:
    """Return what one file came to, or the files inside it for an archive; for a copy of one that was answered, the word that it is one."""
    try:
        if each.astray == CLOSED:
            told = f"{each.display}：文件夹打不开，里面的文件都没有读"
            raise SourceError(UNREADABLE_RULE, told, "请确认文件夹还在、有读取它的权限，再试一次")
        if each.astray == LEADS_OUT:
            raise SourceError(UNREADABLE_RULE, f"{each.display}：是指向文件夹外面的链接，没有打开", "请把文件本身放进文件夹，再试一次")
        data = load(each.path, each.display, each.inner, _passwords(each, shared))
    except SourceError as error:
        return pack(_unread(each, error), None)
    content = _content(each, data)
    if content in shared.answered:
        return Copy(content)
    answer = check_content(each, data, shared, alive)
    if isinstance(answer, Packed) and answer.content:
        shared.answered.add(answer.content)
    return answer


def check_content(each: InputFile, data: bytes, shared: Shared, alive: Alive = lambda: None) -> Packed | tuple[InputFile, ...]:
    """Return what the bytes of a file come to: a function of them, the file's name, the forms and the roster, on whichever machine it runs."""
    try:
        found = read_content(each, data, shared.forms, _passwords(each, shared), alive)
    except SourceError as error:
        return pack(_unread(each, error), None)
    if not isinstance(found, FileResult):
        return found
    copied = found.status == PASSED and found.declarations and not (found.findings or found.origin)
    rules = evaluated(known(found, shared.roster), shared, alive) if shared.evaluated else None
    return pack(found, rules, _content(each, data) if copied else b"")


def _passwords(each: InputFile, shared: Shared) -> tuple[str, ...]:
    return passwords_for(each.display, shared.passwords, shared.roster) if shared.unlocked else ()


def read_content(
    each: InputFile, data: bytes, forms: Sequence[Form], passwords: Sequence[str] = (), alive: Alive = lambda: None
) -> FileResult | tuple[InputFile, ...]:
    """Return what the bytes of a file hold, nothing but they, its name and the forms deciding on it; an archive's members.

    Raises SourceError, with reason and cure, when they cannot be read.
    """
    opened = open_content(data, each.display, passwords, alive)
    return _members(each, opened.members) if opened.members is not None else _result(each, opened, forms)


def evaluated(result: FileResult, shared: Shared, alive: Alive) -> Rules | None:
    """Return what the rules find in one file's declarations as if there were no other, by form; None where it takes too long.

    Not of forms whose rules look at all declarations of a run. What goes wrong here is left to whoever evaluates the run.
    """
    alive()
    forms = {form.name: form for form in shared.forms}
    found: dict[str, Sequence[Finding]] = {}
    for name in dict.fromkeys(declaration.form for declaration in result.declarations):
        members = [declaration for declaration in result.declarations if declaration.form == name]
        try:
            form = own_rules(forms[name])
            made = _in_time(partial(check_declarations, members, form, roster=shared.roster), members) if form else ()
        except JixiaoError:
            made = None
        if made is None:
            return None
        found |= {name: made} if form else {}
        alive()
    return found


def _in_time(check: Callable[[], list[Finding]], members: Sequence[Declaration]) -> list[Finding] | None:
    """Where nothing can end what takes too long, only what is small is tried."""
    if not can_limit_time() and sum(len(declaration.rows) for declaration in members) > _MOST_ROWS:
        return None
    made = attempt_within(_RULES_LIMIT, check) if can_limit_time() else attempt(check)
    return None if isinstance(made, Lost) else made


@lru_cache(maxsize=16)
def own_rules(form: Form) -> Form | None:
    """Return the form with the rules that look at a unit's declarations and no further, None where rules of one look at the whole run."""
    if any(rule.batch_names for rule in compile_rules(form) if rule.rule.scope != OF_BATCH):
        return None
    return form.of_scopes((OF_FORM, OF_ROW, OF_UNIT))


def known(result: FileResult, roster: Roster | None) -> FileResult:
    """Return the result with the issuer's names of its units."""
    issued_to = result.issued.unit if result.issued else None
    declarations = tuple(recognised(declaration, roster, issued_to) for declaration in result.declarations)
    whose = None if declarations else owner(result.file, roster, issued_to)
    return replace(result, declarations=declarations, owner=whose)


def _content(each: InputFile, data: bytes) -> bytes:
    """A digest of what a copy of the file has in common with it: its bytes, where they are no locked file's, and the kind its name says."""
    if not data.startswith(b"PK"):
        return b""
    found = sha256(data)
    found.update(PurePosixPath(each.display).suffix.lower().encode("utf-8", "surrogatepass"))
    return found.digest()


def _unread(each: InputFile, error: SourceError) -> FileResult:
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


def _result(each: InputFile, opened: Opened, forms: Sequence[Form]) -> FileResult:
    own = opened.kind is not None and opened.kind not in RETURNS
    if own and not (each.named and each.display.lower().endswith(".docx")):
        finding = file_finding(each, "文件-本工具生成", "是本工具生成的结果，不是申报表。", "无需处理。")
        return FileResult(each.display, PASSED, (), (finding,), each, stray="own")
    origin = _origin(opened.grids)
    opened = replace(opened, grids=without_marks(opened.grids))
    said = tuple(_remark(each, remark) for remark in opened.remarks)
    read = [found for grid in opened.grids for found in read_grid(grid, forms, each.display)]
    declarations = with_explanations(read, opened.grids)
    if not declarations:
        note = is_letter(opened.grids, forms)
        unlike = is_list(opened.grids) or not is_return_name(each.display)
        passed = not each.named and (note and _is_plain_text(each) or unlike)
        finding = _wrong_form(each, opened, forms)
        stray: Stray | None = "note" if note else "thing" if passed else None
        return FileResult(each.display, PASSED if passed else WRONG_FORM, (), (finding, *said), each, stray=stray)
    by_name = {form.name: form for form in forms}
    issued = next((grid.issued for grid in opened.grids if grid.issued), None)
    ours = frozenset(issued.unit_fields if issued else ())
    filled = tuple(d for d in declarations if is_filled(d, by_name[d.form], ours))

    # A sheet that names its project and nothing else is still asked for, unless the unit began none of them.
    ours |= frozenset(issued.project_fields if issued else ())
    begun = issued.begun if issued else ()
    touched = [is_filled(d, by_name[d.form], ours) and not (begun and digits_of(d, by_name[d.form]) in begun) for d in filled]
    if not any(touched):
        message = "表里只有下发时沿用的内容，还没有填报。" if begun and filled else "表样是空的，还没有填报任何内容。"
        finding = file_finding(each, "文件-未填报", message, "请填报后重新报送。")
        return FileResult(each.display, NOT_FILLED, (), (finding, *said), each, issued)
    left = (file_finding(each, "文件-空白表", message, "不需要的空白表请删去。") for message in blank_copies(declarations, filled))
    said += tuple(replace(finding, severity=HINT) for finding in left)
    told = tuple(d if began else as_unfilled(d) for d, began in zip(filled, touched, strict=True))
    nameless = any(is_nameless(grid, declaration, by_name[declaration.form]) for declaration in told for grid in opened.grids)
    redrawn = not all(is_drawn_so(declaration, by_name[declaration.form]) for declaration in told)
    return FileResult(each.display, PASSED, told, said, each, issued, origin=origin, nameless=nameless, redrawn=redrawn)


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


def _wrong_form(each: InputFile, opened: Opened, forms: Sequence[Form]) -> Finding:
    title = "名单" if is_list(opened.grids) else _title(opened.grids)
    looks = f"，看起来是“{title}”" if title else ""
    names = "、".join(form.title for form in forms)
    from toolkit.reading.picked.refused import why_refused

    why = why_refused(opened.grids, forms)
    message = f"没有找到要报送的表（{names}）{looks}{'；' + why if why else ''}。"
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
    """Return the grids of a marked copy that came back as if it had never been marked: no 审核意见, no notes of ours; nor those of last year's values."""
    return tuple(_unmarked(grid) for grid in grids if not _is_review(grid))


def _is_review(grid: Grid) -> bool:
    if not (grid.name or "").startswith(REVIEW_SHEET):
        return False
    return set(COLUMNS) <= {value for (row, _), value in grid.cells.items() if row <= 10 and isinstance(value, str)}


def _unmarked(grid: Grid) -> Grid:
    if not grid.comments:
        return grid
    from toolkit.outputs.filled.references import REFERENCE, REFERENCE_HEAD

    if not any(HEADLINE in text or REFERENCE_HEAD in text for text in grid.comments.values()):
        return grid
    left = {place: REFERENCE.sub("", OURS.sub("", text.replace("\r\n", "\n"))).strip() for place, text in grid.comments.items()}
    return replace(grid, comments={place: text for place, text in left.items() if text})
