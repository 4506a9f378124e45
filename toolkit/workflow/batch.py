"""Reading a batch: every file named or found, its declarations, and what is wrong with the file itself.

Comes in: paths and the forms a run may meet. Goes out: a `Batch`. A file that cannot be read costs itself alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from toolkit.checking.model import ERROR, FILE, Finding
from toolkit.errors import SourceError, UsageError
from toolkit.forms import Form
from toolkit.forms.model import YEAR
from toolkit.reading.flow import read_flow
from toolkit.reading.model import BLANK, MISSING, Declaration
from toolkit.reading.sheet import read_sheet
from toolkit.sources.grid import Grid
from toolkit.sources.open import Opened, open_source
from toolkit.workflow.inputs import InputFile, collect_files

PASSED, NEEDS_CHANGES, UNREADABLE, NOT_FILLED, WRONG_FORM = (
    "passed",
    "needs_changes",
    "unreadable",
    "not_filled",
    "wrong_form",
)

# What `jixiao.kind` says of workbooks that units fill in and send back; everything else of ours is a result.
RETURNS = frozenset(("填报", "退改", "表样"))

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class FileResult:
    """One file: its declarations, or the finding that says why there are none. `status` is PASSED until it is checked."""

    file: str
    status: str
    declarations: tuple[Declaration, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def unit(self) -> str | None:
        return next((d.unit for d in self.declarations if d.unit), None)


@dataclass(frozen=True)
class Batch:
    """All files of a run in order; `forms` are those that were found in them, by name."""

    files: tuple[FileResult, ...]
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def declarations(self) -> list[Declaration]:
        return [declaration for file in self.files for declaration in file.declarations]


def read_batch(paths: Sequence[str], forms: Sequence[Form], progress: Progress | None = None) -> Batch:
    """Return what is in the files behind `paths`; our own results are passed over.

    Raises UsageError for a path that is not there, and when there is nothing to read.
    """
    inputs = collect_files(paths)
    results = []
    for number, each in enumerate(inputs, start=1):
        if progress:
            progress(number, len(inputs), each.display)
        result = read_file(each, forms)
        if result is not None:
            results.append(result)
    if not results:
        raise UsageError(f"{'、'.join(paths)}：没有可以读取的申报文件（本工具生成的结果文件不算）。请核对路径。")
    used = {declaration.form for result in results for declaration in result.declarations}
    return Batch(tuple(results), {form.name: form for form in forms if form.name in used})


def read_file(each: InputFile, forms: Sequence[Form]) -> FileResult | None:
    """Return one file's result, or None for a file that is no return (our own report, a text without a form)."""
    try:
        opened = open_source(each.path, each.display)
    except SourceError as error:
        message = str(error).removeprefix(f"{each.display}：")
        return FileResult(each.display, UNREADABLE, (), (_finding(each, error.rule, message, error.suggestion),))
    if opened.kind is not None and opened.kind not in RETURNS:
        return None
    declarations = _declarations(opened, forms, each.display)
    if not declarations:
        if not each.named and opened.grids and all(grid.flow for grid in opened.grids):
            return None
        return FileResult(each.display, WRONG_FORM, (), (_wrong_form(each, opened, forms),))
    by_name = {form.name: form for form in forms}
    filled = tuple(d for d in declarations if is_filled(d, by_name[d.form]))
    if not filled:
        message = "表样是空的，还没有填报任何内容。"
        finding = _finding(each, "文件-未填报", message, "请填报后重新报送。")
        return FileResult(each.display, NOT_FILLED, (), (finding,))
    return FileResult(each.display, PASSED, filled)


def _declarations(opened: Opened, forms: Sequence[Form], file: str) -> list[Declaration]:
    found: list[Declaration] = []
    for grid in opened.grids:
        if grid.flow:
            candidates = [read_flow(grid, form, file) for form in forms]
        else:
            candidates = [[d] if (d := read_sheet(grid, form, file)) else [] for form in forms]
        found += max(candidates, key=_weight, default=[])
    return found


def _weight(declarations: Iterable[Declaration]) -> int:
    """How much of a form was recognised: what several forms could read goes to the one that finds most of its fields."""
    return sum(1 + sum(entry.state != MISSING for entry in d.entries.values()) for d in declarations)


def is_filled(declaration: Declaration, form: Form) -> bool:
    """Whether the unit filled in anything: what the issuer fills, and the year, do not count."""
    if declaration.rows:
        return True
    for field_ in form.fields:
        ours = field_.from_issuer or field_.name == YEAR
        if not ours and declaration[field_.name].state not in (BLANK, MISSING):
            return True
    return False


def _wrong_form(each: InputFile, opened: Opened, forms: Sequence[Form]) -> Finding:
    title = _title(opened.grids)
    looks = f"，看起来是“{title}”" if title else ""
    names = "、".join(form.title for form in forms)
    message = f"没有找到要报送的表（{names}）{looks}。"
    return _finding(each, "文件-表样不符", message, "请用下发的表样填报后重新报送。")


def _title(grids: Sequence[Grid]) -> str | None:
    """The first text of the first sheet that has one: what a person would call the file's form."""
    for grid in grids:
        for _, value in sorted(grid.cells.items()):
            if isinstance(value, str) and value.strip():
                return " ".join(value.split())[:40]
    return None


def _finding(each: InputFile, rule: str, message: str, suggestion: str) -> Finding:
    return Finding(rule, ERROR, FILE, each.display, None, None, None, None, None, None, None, _full(message), _full(suggestion))


def _full(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"
