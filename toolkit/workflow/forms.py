"""Which forms there are: the shipped templates, those of the current folder's `templates`, or the one the user names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from toolkit.checking.judging import prepare
from toolkit.errors import FormError, UsageError
from toolkit.forms import Form, Mistake, describe_form, lint_form, load_form
from toolkit.forms.book import read_book, sheet_names
from toolkit.forms.contradictions import contradictions
from toolkit.forms.describe import describe_roster
from toolkit.forms.roles import missing_roles
from toolkit.forms.roster import is_roster, lint_roster
from toolkit.forms.tables import TO_CONFIRM, field_rows
from toolkit.intake.guard import Lost, attempt, costs_itself
from toolkit.package.atomic import Outlet, safe_name
from toolkit.resources import made_of, templates_dir
from toolkit.spreadsheet.properties import NOTICE

if TYPE_CHECKING:
    from toolkit.proposing.model import Proposal

Made = TypeVar("Made")

# A workbook in the templates folder is a form, unless it is a roster.
SUFFIXES = (".xlsx", ".xlsm")

# The form that is meant where none is named: the declaration that most units send.
USUAL_FORM = "绩效目标申报表"

# The Word template that serves a form which has none of its own, where it fits.
SHIPPED_SUMMARY = "绩效目标汇总表.docx"

WORD = ".docx"

# What a template workbook is read with.
_READING = ("values", "formula", "package", "spreadsheet", "forms", "checking")


def form_paths() -> dict[str, Path]:
    """Return the template workbooks by name (file stem); one in ./templates hides a shipped one of the same name."""
    paths: dict[str, Path] = {}
    for folder in (templates_dir(), Path("templates")):
        if folder.is_dir():
            for path in sorted(folder.iterdir()):
                workbook = path.suffix.lower() in SUFFIXES and not path.name.startswith("~$")
                if workbook and not is_roster(sheet_names(path)):
                    paths[path.stem] = path
    return paths


def find_form(option: str) -> Path:
    """Return the template that `--form` names: a file, or a form's name. Raises UsageError when there is neither."""
    path = Path(option)
    if path.suffix.lower() in SUFFIXES or path.exists():
        if not path.is_file():
            raise UsageError(f"找不到表样文件 {option}。请核对路径，或用 jixiao form list 查看可用的表样。")
        return path
    known = form_paths()
    named = [known[option]] if option in known else [form.path for form in _sound_forms(known)[0] if form.name == option]
    if not named:
        raise UsageError(f"没有名为“{option}”的表样。可用的表样：{'、'.join(known)}。也可以写出表样文件的路径。")
    return named[0]


def load_forms(option: str | None, rule_sets: Sequence[str] = (), tell: Callable[[str], object] | None = None) -> tuple[Form, ...]:
    """Return the forms a run may meet: the one `option` names, else all that are sound; of their rules those of `rule_sets` are run.

    A broken one costs itself alone: `tell` gets a line about it. Raises FormError for the one that is named, and where none is sound,
    UsageError when none has a set of that name.
    """
    forms = _met(option, tell)
    known = tuple(dict.fromkeys(name for form in forms for rule in form.rules for name in rule.sets))
    for name in rule_sets:
        if name not in known:
            raise UsageError(f"没有名为“{name}”的规则集。表样“审核规则”里的规则集：{'、'.join(known) or '（无）'}。")
    return tuple(replace(form, rule_sets=tuple(rule_sets)) for form in forms) if rule_sets else forms


def _met(option: str | None, tell: Callable[[str], object] | None) -> tuple[Form, ...]:
    if option is not None:
        path = find_form(option)
        among = _sound_forms(known)[0] if path in (known := form_paths()).values() else ()
        return next(((form,) for form in among if form.path == path), None) or (sound(path, load_form, path),)
    forms, broken = _sound_forms(form_paths())
    if broken and not forms:
        raise next(iter(broken.values()))
    for name, error in broken.items():
        if tell:
            tell(f"表样“{name}”有误，没有用它：{error}")
    return forms


def _sound_forms(paths: Mapping[str, Path]) -> tuple[tuple[Form, ...], dict[str, FormError]]:
    """The forms of all sound templates, no two of one name; what is wrong with the others, by name.

    Of two templates of one name, that is a copy nobody renamed, the one whose file is called so keeps it, another is called as its file.
    """
    forms: list[Form] = []
    broken: dict[str, FormError] = {}
    for name, path in paths.items():
        try:
            forms.append(sound(path, made_of, path, load_form, _READING, prepare))
        except FormError as error:
            broken[name] = error
    often = Counter(form.name for form in forms)
    return tuple(form if often[form.name] == 1 else replace(form, name=form.path.stem) for form in forms), broken


def only_form(option: str | None) -> Form:
    """Return the form `option` names, else the one of ./templates, else the usual one of those shipped.

    Raises UsageError when ./templates has several to choose from.
    """
    names = _meant(option)
    if len(names) > 1:
        raise UsageError(f"有几种表样（{'、'.join(names)}），请用 --form 指定一种。")
    return load_forms(names[0])[0]


def meant_forms(option: str | None) -> tuple[Form, ...]:
    """Return what units are asked for: the form `option` names, else the sound ones of ./templates, else the usual one of those shipped."""
    if option is not None:
        return load_forms(option)
    names = _meant(None)
    return tuple(form for form in load_forms(None) if form.path.stem in names)


def _meant(option: str | None) -> list[str]:
    own = [name for name, path in form_paths().items() if path.parent != templates_dir()]
    return [option] if option is not None else own or [USUAL_FORM]


def _word_names(stem: str) -> tuple[str, ...]:
    """How a form's own Word template may be called."""
    return tuple(dict.fromkeys((stem + WORD, stem.replace("申报表", "汇总表") + WORD)))


def list_forms() -> tuple[tuple[Form, ...], dict[str, FormError]]:
    """Return all forms there are, and the broken ones by name with what is wrong with each."""
    return _sound_forms(form_paths())


def summary_places(form: Form) -> list[Path]:
    """Return where the form's own Word template may lie: beside its workbook or among the shipped ones, under its name or with 汇总表 for 申报表."""
    names = _word_names(form.path.stem)
    return [folder / name for folder in (form.path.parent, templates_dir()) for name in names]


def notice_places(form: Form) -> list[Path]:
    """Return where the template of the letter to a unit may lie: beside the form's workbook, or among the shipped ones."""
    return [folder / f"{NOTICE}.docx" for folder in (form.path.parent, templates_dir())]


def form_files(form: Form) -> list[Path]:
    """Return all files that working with a form may read."""
    return [form.path, *summary_places(form), *notice_places(form), templates_dir() / SHIPPED_SUMMARY]


def lint_workbook(path: Path) -> tuple[Mistake, ...]:
    """Return every mistake in a template workbook or a roster, of a sound roster what it contradicts. Raises FormError when it cannot be read."""
    mistakes = describe_workbook(path)[1]
    return mistakes or (contradictions(lint_roster(read_book(path))[0]) if is_roster(sheet_names(path)) else ())


def lint_drawing(path: Path) -> tuple[Mistake, ...] | None:
    """Return what a sound template draws otherwise than its sheet 字段 says; None when that could not be looked at."""
    from toolkit.forms.drawing import drawing_mistakes

    return () if is_roster(sheet_names(path)) else drawing_mistakes(path, load_form(path))


def lint_roles(path: Path) -> tuple[str, ...]:
    """Return what is off because no field of a sound template has the role it takes."""
    return () if is_roster(sheet_names(path)) else missing_roles(load_form(path))


def describe_workbook(path: Path) -> tuple[str, tuple[Mistake, ...]]:
    """Return a template workbook or a roster in words, and its mistakes. Raises FormError when it cannot be read."""
    return sound(path, _described, path)


def sound(path: Path, action: Callable[..., Made], *arguments: object) -> Made:
    """Return what `action` makes of the template at `path`. Raises FormError for whatever a broken one does to it."""
    made = attempt(action, *arguments)
    if isinstance(made, Lost):
        raise FormError(
            f"{path}：表样或模板读不下去（{made.reason}）。请用 Excel、WPS 或 Word 打开检查，改正后另存，或换回没有改动过的那一份。"
        )
    return made


def _described(path: Path) -> tuple[str, tuple[Mistake, ...]]:
    if is_roster(sheet_names(path)):
        roster, mistakes = lint_roster(read_book(path))
        return describe_roster(roster), mistakes
    form, mistakes = lint_form(path)
    return describe_form(form) if form else "", mistakes


def lint_guesses(path: Path) -> tuple[str, ...]:
    """Return what `form new` guessed of a template's fields and nobody has confirmed yet, a line each."""
    if is_roster(sheet_names(path)):
        return ()
    return tuple(f"{row.get('字段名')}：{row.get(TO_CONFIRM)}" for row in field_rows(read_book(path), []) if row.get(TO_CONFIRM))


@dataclass(frozen=True)
class NewForm:
    """A proposed form as written: its template, its Word template, what was found."""

    workbook: Path
    word: Path
    proposal: Proposal


def new_form(name: str, source: Path, folder: Path, sheet: str | None = None, rows: int = 0, *, force: bool = False) -> NewForm:
    """Write the template proposed from a printed form into `folder`, with its Word template; its row tables get `rows` rows at least.

    Raises SourceError or UsageError for a file without a form, OutputError for what is there already (without `force`) or cannot be written.
    """
    from toolkit.proposing.made import make

    if not name.strip() or safe_name(name) != name:
        raise UsageError(f'“{name}”不能作表样的名称：不能是空的，也不能含 \\ / : * ? " < > | 这些字符。')
    workbook, word = folder / f"{name}.xlsx", folder / f"{name}{WORD}"
    outlet = Outlet(force, (source,))
    for path in (workbook, word):
        outlet.check(path)
    made = costs_itself(source.name, make, name, source, sheet, rows)
    folder.mkdir(parents=True, exist_ok=True)
    outlet.write(workbook, made.workbook)
    outlet.write(word, made.word)
    return NewForm(workbook, word, made.proposal)


@dataclass(frozen=True)
class WordLint:
    """What was found in one Word template; `missing` are the 字段名 it has no placeholder for.

    `labels` are lines about labels that differ from the form's.
    """

    name: str
    mistakes: tuple[Mistake, ...]
    missing: tuple[str, ...]
    labels: tuple[str, ...] = ()


def lint_word(path: Path) -> WordLint | None:
    """Return what is wrong with the Word template at, or belonging to, `path`; None for a form that has none of its own.

    A Word template that has no workbook beside it is held against the form, of all there are, that it fits best.
    """
    if path.suffix.lower() != WORD:
        own = next((place for name in _word_names(path.stem) if (place := path.with_name(name)).is_file()), None)
        return None if own is None else _lint_word(own, load_form(path))
    stems = dict.fromkeys((path.stem, path.stem.replace("汇总表", "申报表")))
    beside = [place for stem in stems if (place := path.with_name(f"{stem}.xlsx")).is_file()]
    forms = (load_form(place) for place in beside[:1]) if beside else list_forms()[0]
    found = [_lint_word(path, form) for form in forms]
    return min(found, key=lambda each: len(each.mistakes), default=None)


def _lint_word(path: Path, form: Form) -> WordLint:
    from toolkit.outputs.word import compile_template, other_labels

    try:
        template = sound(path, compile_template, path, form)
    except FormError as error:
        return WordLint(path.name, tuple(map(_mistake, error.mistakes or (str(error),))), ())
    return WordLint(path.name, (), template.unused, tuple(other_labels(path, form)))


def _mistake(line: str) -> Mistake:
    """Return a line `地方：毛病。改法` as a mistake."""
    place, _, text = line.partition("：")
    text, _, cure = text.partition("。")
    return Mistake(place, "", text, cure.rstrip("。") or "请在 Word 里改正后再用")
