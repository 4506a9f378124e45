"""What a form's printed labels say in a text document: which bind a field, which open the table, which only decorate.

In: a `Form` (labels, fields, indicator table, lists). Out: a `Lexicon` that recognises the labels in a run of
words, however they are spaced or broken, and knows the words of the indicator tree. Used by the other `flow`
modules of reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from toolkit.forms.layout import field_labels
from toolkit.forms.model import DEPENDENT_LIST, LONG_TEXT, Field, Form, IndicatorTable, Label
from toolkit.reading.flow.words import Gap, Word
from toolkit.spreadsheet.a1 import parse_area, parse_cell
from toolkit.values.text import label_key

key_of = lru_cache(maxsize=8192)(label_key)

# A label spelled out letter by letter is at most that many words.
_MOST_WORDS = 16

_LAST_BRACKETS = re.compile(r"\([^()]*\)$")


class Kind(Enum):
    """What a label is for. Group labels (项目资金, 绩效指标 …) hold no value: they are told by what stands beside them."""

    TITLE = "title"
    FIELD = "field"
    LONG = "long field"
    GROUP = "group"
    LONG_GROUP = "group of long fields"
    TABLE_GROUP = "group of the table"
    HEADER = "table header"
    FOOT = "below the table"


@dataclass(frozen=True, slots=True)
class Sign:
    """The meaning of a label: its fields (several where the same text is printed more than once, in reading order)."""

    kind: Kind
    fields: tuple[str, ...] = ()
    printed: bool = True


@dataclass(frozen=True, slots=True)
class Level:
    """A word of the indicator tree: `depth` 0 for the first column, `parents` empty where any will do."""

    depth: int
    text: str
    parents: tuple[str, ...]
    printed: bool = True


@dataclass(frozen=True)
class Lexicon:
    """Every word of a form by its key, and the beginnings of all of them."""

    title: str
    signs: Mapping[str, Sign]
    levels: Mapping[str, tuple[Level, ...]]
    depths: int
    first: frozenset[str]
    beginnings: frozenset[str]

    def runs(self, words: Sequence[Word], start: int) -> Iterator[tuple[int, str]]:
        """Yield (end, key) of every run of words from `start` that spells something, shortest first."""
        text = ""
        for end in range(start, min(len(words), start + _MOST_WORDS)):
            if end > start and words[end].gap == Gap.PAGE:
                return
            text += words[end].text
            key = key_of(text)
            if key in self.signs or key in self.levels:
                yield end + 1, key
            if key not in self.beginnings:
                return

    def sign_at(self, words: Sequence[Word], start: int) -> tuple[int, Sign] | None:
        """Return the longest label that begins at `start` and where it ends, or None."""
        found = [(end, self.signs[key]) for end, key in self.runs(words, start) if key in self.signs]
        return found[-1] if found else None

    def levels_at(self, words: Sequence[Word], start: int) -> list[tuple[int, tuple[Level, ...]]]:
        """Return every reading of the words from `start` as a word of the tree, shortest first."""
        return [(end, self.levels[key]) for end, key in self.runs(words, start) if key in self.levels]


def lexicon_of(form: Form) -> Lexicon:
    """Return the words of `form` as a text document may show them."""
    signs = _signs(form)
    levels = _levels(form)
    keys = [*signs, *levels]
    beginnings = {key[:length] for key in keys for length in range(1, len(key))}
    first = {key for key, sign in signs.items() if sign.fields[:1] == _first_field(form, signs)}
    depths = len(form.table.levels) if form.table else 0
    return Lexicon(key_of(form.title), signs, levels, depths, frozenset(first), frozenset(beginnings))


def _first_field(form: Form, signs: Mapping[str, Sign]) -> tuple[str, ...]:
    labelled = {name for sign in signs.values() for name in sign.fields}
    ordered = sorted(form.fields, key=lambda field: parse_cell(field.cell))
    return tuple(field.name for field in ordered if field.name in labelled)[:1] or ("",)


def _signs(form: Form) -> dict[str, Sign]:
    """Labels as printed come first; then 显示名, then what remains without `其中：` and `（元）`, then aliases."""
    bound = field_labels(form)
    of_label: dict[Label, list[Field]] = {}
    for field in form.fields:
        if field.name in bound:
            of_label.setdefault(bound[field.name], []).append(field)
    printed: dict[str, Sign] = {}
    fields: dict[str, list[Field]] = {}
    for label in form.labels:
        if label in of_label:
            for name in {key_of(label.text), *(key_of(field.label) for field in of_label[label])}:
                fields.setdefault(name, []).extend(of_label[label])
        else:
            kind = _kind(form, label, bound)
            printed.setdefault(key_of(label.text), Sign(kind, _columns_under(form, label) if kind == Kind.HEADER else ()))
    for name, candidates in fields.items():
        printed[name] = _field_sign(candidates)
    printed[key_of(form.title)] = Sign(Kind.TITLE)
    printed.pop("", None)

    signs = dict(printed)
    for key, sign in printed.items():
        for shorter in (key.rpartition(":")[2], _LAST_BRACKETS.sub("", key)):
            if len(shorter) > 1 and sign.kind != Kind.TITLE:
                signs.setdefault(shorter, sign)
    for alias, standard in form.aliases("标签").items():
        meant = signs.get(key_of(standard))
        if meant and key_of(alias):
            signs.setdefault(key_of(alias), Sign(meant.kind, meant.fields, printed=False))
    return signs


def _field_sign(fields: Sequence[Field]) -> Sign:
    ordered = sorted(set(fields), key=lambda field: parse_cell(field.cell))
    long = all(field.type == LONG_TEXT for field in ordered)
    return Sign(Kind.LONG if long else Kind.FIELD, tuple(field.name for field in ordered))


def _kind(form: Form, label: Label, bound: Mapping[str, Label]) -> Kind:
    """Return what a label without a field is for, from what is drawn beside and below it."""
    table = form.table
    if key_of(label.text) == key_of(form.title):
        return Kind.TITLE
    if table and label.row > table.last_row:
        return Kind.FOOT
    above_table = max((parse_area(field.area)[2] for field in form.fields), default=0)
    if table and label.row > above_table and table.first_row > label.row and _over_columns(table, label):
        return Kind.HEADER
    below = [other.row for other in form.labels if other.column == label.column and other.row > label.row]
    until = min(below, default=10**7)
    if table and (label.row <= table.first_row < until or above_table < label.row):
        return Kind.TABLE_GROUP
    beside = [field for field in form.fields if label.row <= parse_cell(field.cell)[0] < until]
    long = beside and all(field.type == LONG_TEXT and field.name in bound for field in beside)
    return Kind.LONG_GROUP if long else Kind.GROUP


def _over_columns(table: IndicatorTable, label: Label) -> bool:
    return table.columns[0].index <= label.column <= table.columns[-1].index


def _columns_under(form: Form, label: Label) -> tuple[str, ...]:
    return tuple(column.name for column in form.table.columns if column.index == label.column) if form.table else ()


def _levels(form: Form) -> dict[str, tuple[Level, ...]]:
    """Return the words of the level columns with their parents, and their aliases."""
    if form.table is None:
        return {}
    found: dict[tuple[int, str], list[str]] = {}
    above: dict[str, int] = {}
    for depth, column in enumerate(column for column in form.table.columns if column.name in form.table.levels):
        source = column.field.code_list or ""
        if source.startswith(DEPENDENT_LIST):
            parents = [text for level, text in found if level == above.get(source.removeprefix(DEPENDENT_LIST), -1)]
            for parent in parents:
                for text in form.lists.get(parent, ()):
                    found.setdefault((depth, text), []).append(parent)
        else:
            for text in form.lists.get(source, ()):
                found.setdefault((depth, text), [])
        above[column.name] = depth
    levels: dict[str, list[Level]] = {}
    for (depth, text), parents in found.items():
        levels.setdefault(key_of(text), []).append(Level(depth, text, tuple(parents)))
    printed = {key: list(words) for key, words in levels.items()}
    for name in form.table.levels:
        for alias, standard in form.aliases(name).items():
            known = levels.setdefault(key_of(alias), [])
            for word in printed.get(key_of(standard), []):
                if all((word.depth, word.text) != (other.depth, other.text) for other in known):
                    known.append(Level(word.depth, word.text, word.parents, printed=False))
    return {key: tuple(words) for key, words in levels.items() if key and words}
