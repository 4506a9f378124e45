"""The Word template of a form looked over for `form lint`: placeholders the form has not, marks in the wrong place, fields unused.

In: a template workbook (its own Word template is looked for) or a Word template (its form is looked for). Out: mistakes
with place and cure, and the fields that the summary prints nowhere, which is no mistake but worth knowing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import FormError
from toolkit.forms import Form, Mistake, load_form
from toolkit.outputs.word import compile_template, other_labels
from toolkit.workflow.forms import list_forms, sound

WORD = ".docx"


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
        stems = dict.fromkeys((path.stem, path.stem.replace("申报表", "汇总表")))
        own = next((place for stem in stems if (place := path.with_name(stem + WORD)).is_file()), None)
        return None if own is None else _lint(own, load_form(path))
    stems = dict.fromkeys((path.stem, path.stem.replace("汇总表", "申报表")))
    beside = [place for stem in stems if (place := path.with_name(f"{stem}.xlsx")).is_file()]
    forms = (load_form(place) for place in beside[:1]) if beside else list_forms()[0]
    found = [_lint(path, form) for form in forms]
    return min(found, key=lambda each: len(each.mistakes), default=None)


def _lint(path: Path, form: Form) -> WordLint:
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
