"""The form's printed labels as a vocabulary: what a cell's text means, whatever it is called and however it is typed.

In: a `Form` and its drawing. Out: `Meaning`s by `label_key`; `meanings_of` reads one text, with the liberties people take
(a unit in brackets, a year before it, a number in front, a value after a colon). Everything comes from the form: labels as
printed, 显示名, 字段名, aliases of 代码表. Called by `hits`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property, lru_cache

from toolkit.forms.model import Form, Label
from toolkit.spreadsheet.a1 import parse_area, parse_cell
from toolkit.values.aliases import alias_pairs
from toolkit.values.amounts import UNITS
from toolkit.values.text import label_key


class Kind(Enum):
    """What a label is for: one field's value, a column of the row table, the target's columns together, a group, the title,
    a column of a row table that is read for itself, a row or column of a grid."""

    FIELD = "field"
    COLUMN = "column"
    WHOLE = "whole target"
    GROUP = "group"
    TITLE = "title"
    HEADING = "column of another row table"
    GRID = "row or column of a grid"

    # Each is one of a kind; the usual hash is written in Python, and asked for at every label.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a text can mean. `names` are fields (several where one text is printed more than once), `text` as printed.

    `printed` is False for an alias: reading by one is logged.
    """

    kind: Kind
    names: tuple[str, ...] = ()
    text: str = ""
    printed: bool = True


class Vocabulary(dict[str, tuple[Meaning, ...]]):
    """What each key means; `whole` has all keys in one text, so that what begins or ends none is passed over at once."""

    @cached_property
    def whole(self) -> str:
        return "\n".join(self)


# A unit of money after a colon is no value, anything else in brackets may be one; a printed cell may have had no room to close it.
_LAST_BRACKETS = re.compile(rf":?\((?:{'|'.join(UNITS)})\)$|\([^()]*\)$|\([万千亿]?元?$")
_MARKED = re.compile(r":?[*※#]{1,3}$")
NUMBERING = re.compile(r"^(?:[(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)、.．:]|[*※#·•])+")
_YEAR = re.compile(r"\(?(?:19|20|21)\d\d年?(?=年度)|\(?(?:19|20|21)\d\d年度?\)?")
_AMONG = re.compile(r"^其中:?")
_JOINS = re.compile("^(?:及|和|与|、|/)")
_JOINED = re.compile(r"(?:及|和|与|、|/)[^:]{1,8}$")
_CODE_TOO = re.compile("(?:编码|代码)(?:及|和|与|、|/)(?=名称$)")
_CODE_AND_NAME = re.compile("(?:编码|代码)(?:及|和|与|、|/)名称$")
_GIVEN = re.compile(r"^(?:批复|核定|审定|批准)的?")

# What people put before and behind a label, in the order in which it is taken off, and what each costs.
_ADDED = ((_MARKED, 0.05), (_LAST_BRACKETS, 0.05))
_LIBERTIES = (
    *_ADDED,
    *_ADDED,
    (NUMBERING, 0.05),
    (_AMONG, 0.05),
    (_GIVEN, 0.05),
    (_YEAR, 0.05),
    (_CODE_TOO, 0.3),
    (_CODE_AND_NAME, 0.3),
    (_JOINED, 0.3),
)


def vocabulary_of(form: Form, bound: Mapping[str, Label], headers: Mapping[str, Label | None]) -> Vocabulary:
    """Return every key of the form; `bound` are the fields' labels, `headers` the columns' own (None where they share one)."""
    found: dict[str, list[Meaning]] = {}
    _fields(form, bound, found)
    _columns(form, headers, found)
    taken = {*bound.values(), *(label for label in headers.values() if label)}
    of_grids = {(heading.row, heading.column) for grid in form.grids for heading in grid.headings}
    for label in form.labels:
        key = label_key(label.text)
        if (label.row, label.column) in of_grids:
            _add(found, key, Meaning(Kind.GRID, (), label.text))
            continue
        if label in taken:
            continue
        if is_heading(form, label):
            _add(found, key, Meaning(Kind.HEADING, (), label.text))
            continue
        targets = () if key == label_key(form.title) else _over_targets(form, label)
        kind = Kind.TITLE if key == label_key(form.title) else Kind.WHOLE if targets else Kind.GROUP
        _add(found, key, Meaning(kind, targets, label.text))
    headed = {name for each in found.values() for m in each if m.kind == Kind.WHOLE for name in m.names}
    for target in form.table.targets if form.table else ():
        if target.name not in headed:
            _add(found, label_key(target.name), Meaning(Kind.WHOLE, (target.name,), target.name))
    for key, meanings in list(found.items()):
        for shorter in (key.rpartition(":")[2], _LAST_BRACKETS.sub("", key)):
            if len(shorter) > 1 and shorter not in found:
                found[shorter] = [m for m in meanings if m.kind != Kind.TITLE]
    for alias, standard in alias_pairs(form.lists, "标签"):
        key = label_key(alias)

        # The word that heads the whole table at its left is not a column's too: right of the levels `find_header` tells it by its place.
        heads = any(m.kind == Kind.GROUP for m in found.get(key, ()))
        for meaning in found.get(label_key(standard), ()):
            if not (heads and meaning.kind == Kind.COLUMN):
                _add(found, key, replace(meaning, printed=False))
    return Vocabulary({key: tuple(meanings) for key, meanings in found.items() if key and meanings})


def _add(found: dict[str, list[Meaning]], key: str, meaning: Meaning) -> None:
    known = found.setdefault(key, [])
    if all((m.kind, m.names) != (meaning.kind, meaning.names) for m in known):
        known.append(meaning)


def _fields(form: Form, bound: Mapping[str, Label], found: dict[str, list[Meaning]]) -> None:
    """Labels of single fields; one text over several fields means all of them, in reading order."""
    ordered = sorted((field for field in form.fields if not field.grid), key=lambda field: parse_cell(field.cell))
    keys: dict[str, list[str]] = {}
    texts: dict[str, str] = {}
    for field in ordered:
        printed = bound[field.name].text if field.name in bound else field.label
        for text in dict.fromkeys((printed, field.label, printed.rpartition("：")[2], printed.rpartition(":")[2])):
            key = label_key(text)
            if key and field.name not in keys.setdefault(key, []):
                keys[key].append(field.name)
            texts.setdefault(key, printed)
    for field in ordered:
        key = label_key(field.name)
        if key not in keys:
            keys[key], texts[key] = [field.name], bound[field.name].text if field.name in bound else field.label
    for key, names in keys.items():
        _add(found, key, Meaning(Kind.FIELD, tuple(names), texts[key]))


def _columns(form: Form, headers: Mapping[str, Label | None], found: dict[str, list[Meaning]]) -> None:
    for column in form.table.columns if form.table else ():
        header = headers[column.name]
        printed = header.text if header else column.field.label
        for text in dict.fromkeys((printed, column.field.label, column.name)):
            _add(found, label_key(text), Meaning(Kind.COLUMN, (column.name,), printed))
        short = label_key(printed)[:-2]
        if len(short) > 1 and short not in found:
            _add(found, short, Meaning(Kind.COLUMN, (column.name,), printed, printed=False))


def is_heading(form: Form, label: Label) -> bool:
    """Return whether a label is drawn right above a column of one of the form's further row tables."""
    return any(label.row == each.first_row - 1 and label.column in {c.index for c in each.columns} for each in form.more_tables)


def _over_targets(form: Form, label: Label) -> tuple[str, ...]:
    """The targets that a label is drawn over the columns of."""
    table = form.table
    if table is None or label.row >= table.first_row or label.row <= max((parse_area(field.area)[2] for field in form.fields), default=0):
        return ()
    here = {column.name for column in table.columns if column.index == label.column}
    return tuple(target.name for target in table.targets if here & set(target.names))


def readings(key: str) -> Iterable[tuple[str, float]]:
    """Yield the keys that a label's key may stand for and what each liberty costs, the text itself first.

    >>> [text for text, _ in readings("2026年度目标(万元)")]
    ['2026年度目标(万元)', '2026年度目标', '年度目标(万元)', '年度目标']
    >>> [text for text, _ in readings("主管部门及代码")]
    ['主管部门及代码', '主管部门']
    >>> [text for text, _ in readings("项目编码及名称")]
    ['项目编码及名称', '项目名称', '项目', '项目编码']
    """
    seen = {key: 0.0}
    for change, cost in _LIBERTIES:
        for text, paid in list(seen.items()):
            shorter = change.sub("", text)
            if len(shorter) > (2 if change is _YEAR else 1):
                seen.setdefault(shorter, paid + cost)
    yield from seen.items()


def meanings_of(key: str, vocabulary: Vocabulary) -> tuple[tuple[Meaning, ...], float]:
    """Return what a label's key means and what reading it so costs; nothing when it is no label of the form."""
    found = vocabulary.get(key)
    if found is not None:
        return found, 0.0
    for text, cost in readings(key):
        found = vocabulary.get(text)
        if found is not None and not _names_two(key, text, found, vocabulary):
            return found, cost
    return (), 0.0


def _names_two(key: str, text: str, found: Sequence[Meaning], vocabulary: Vocabulary) -> bool:
    """Whether a label names another field behind the one it begins with: what stands beside 主管部门/实施单位 is neither's alone."""
    rest = _JOINS.sub("", key[len(text) :], count=1) if key.startswith(text) else ""
    others = vocabulary.get(rest, ())
    names, more = ({name for m in each if m.kind == Kind.FIELD for name in m.names} for each in (found, others))
    return bool(names and more) and names.isdisjoint(more)


def nearly(key: str, vocabulary: Vocabulary, wanted: Sequence[str]) -> tuple[Meaning, ...]:
    """Return what a key means that begins or ends a label of one of the `wanted` fields or columns and of no other.

    `财政拨款` is the end of 当年财政拨款 and of 本年财政拨款, which are one field; `一级` begins 一级指标.
    """
    for text in _bare(key):
        found = _nearly(text, vocabulary, wanted) if text in vocabulary.whole else ()
        if found:
            return found
    return ()


@lru_cache(maxsize=4096)
def _bare(key: str) -> tuple[str, ...]:
    """A key with and without its last brackets and what stands before a colon; those long enough to be the end of a label."""
    variants = (key, _LAST_BRACKETS.sub("", key))
    return tuple(dict.fromkeys(part for each in variants for part in (each, each.rpartition(":")[2]) if len(part) > 2))


def _nearly(key: str, vocabulary: Vocabulary, wanted: Sequence[str]) -> tuple[Meaning, ...]:
    found = {
        (meaning.kind, meaning.names): meaning
        for other, meanings in vocabulary.items()
        if other != key and (other.endswith(key) or other.startswith(key))
        for meaning in meanings
    }
    fitting = [meaning for meaning in found.values() if meaning.kind in (Kind.FIELD, Kind.COLUMN)]
    if len(fitting) == 1 == len(found) and set(fitting[0].names) & set(wanted):
        return (replace(fitting[0], printed=False),)
    return ()
