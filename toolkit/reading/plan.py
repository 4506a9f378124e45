"""What reading needs to know of a form, worked out once: where its labels and fields are drawn, by which keys they go.

In: a `Form`. Out: a `Plan`, the same one for the same form. Called by the other modules of `reading` for every sheet;
so nothing in it is worked out twice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from os.path import commonprefix

from toolkit.forms.layout import field_labels
from toolkit.forms.model import AMOUNT, CODE, DEPENDENT_LIST, TEXT, Column, Field, Form, IndicatorTable, Label
from toolkit.reading.arranged.labels import Meaning, Vocabulary, vocabulary_of
from toolkit.spreadsheet.a1 import cell_name, column_letters, parse_area
from toolkit.values.grammar import PARTS
from toolkit.values.text import label_key

Position = tuple[int, int]

# No label is longer than the longest of the form, spaced out and wrapped; longer texts are content.
_SPACED = 3
_SHORTEST_LIMIT = 24

# How a word of the tree is numbered: 1.产出指标, 1.1数量指标, （一）质量指标, 数量指标2; what it counts for stands behind it: 产出指标（50分）.
_NUMBER = re.compile(r"^[(]?(?:[0-9]{1,2}(?:[.][0-9]{1,2})*|[一二三四五六七八九十]{1,2})[)、.:]*|[(]?[0-9]{1,3}(?:[.][0-9])?分?[)]?$")

# The mark of a footnote behind a label.
_FOOTNOTE = re.compile(r"(?<=\w|[)）])\s?[①-⑳⑴-⒇❶-❿¹²³⁴-⁹]{1,2}(?=[:：]?\s{0,4}\Z)")

# A number in a circle, or in brackets as one character, before a label.
_CIRCLED = re.compile(r"^\s{0,9}[①-⑳⑴-⒇❶-❿㈠-㈩][、.．:：]?\s{0,9}(?=\w)")

_WHITE = tuple(character for character in map(chr, range(0x3001)) if character.isspace())


@dataclass(frozen=True, slots=True)
class Spot:
    """A single field where it is drawn: its area's corners (1-based), its cell's name, the label it hangs on.

    `words` are those of its list, `others` of a text those of the other fields' lists.
    """

    field: Field
    row: int
    column: int
    last_row: int
    last_column: int
    cell: str
    label: Label | None
    words: Mapping[str, str]
    others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of the indicator table: its header label, the words of its list, also by the key of each wording."""

    column: Column
    header: Label | None
    letters: str
    words: Mapping[str, str]
    aliases: Mapping[str, str]
    standards: frozenset[str]


@dataclass(frozen=True)
class Plan:
    """A form made ready for reading. `drawn` has every label's position, text and key, in reading order.

    `known` are the cells of labels and fields above
    the table's `first_row`, `closed` those where a grid has no field. `firsts` are the places of the first labels that come but once, by key; `beginnings` how a text may begin that is one.
    """

    form: Form
    drawn: tuple[tuple[Position, str, str], ...]
    keys: Mapping[Label, str]
    counts: Mapping[str, int]
    aliases: Mapping[str, str]
    limit: int
    spots: tuple[Spot, ...]
    columns: tuple[TableColumn, ...]
    levels: tuple[str, ...]
    level_words: Mapping[str, str]
    words: Mapping[str, Mapping[str, str]]
    inner: Mapping[Position, Spot]
    firsts: Mapping[str, Position]
    beginnings: frozenset[str]
    closed: frozenset[Position]
    last_row: int
    last_column: int
    first_row: int
    known: frozenset[Position]
    parents: Mapping[str, tuple[str, ...]]
    memo: dict[str, tuple[tuple[Meaning, ...], float]] = field(default_factory=dict)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """What texts say on this form; sheets that are as drawn do without."""
        return vocabulary_of(self.form, field_labels(self.form), {spec.column.name: _own_header(spec) for spec in self.columns})

    @cached_property
    def labelled(self) -> frozenset[str]:
        """The keys of the labels of its fields, as printed."""
        return frozenset(text_key(spot.label.text) for spot in self.spots if spot.label)

    @cached_property
    def halves(self) -> frozenset[str]:
        """What labels and words of the tree begin with: where one is printed in two cells, the first of them."""
        return frozenset(key[:end] for key in (*self.vocabulary, *self.level_words) for end in range(2, len(key)))

    @cached_property
    def named(self) -> Mapping[str, Spot]:
        """The fields by their names."""
        return {spot.field.name: spot for spot in self.spots}

    @cached_property
    def amounts(self) -> Mapping[str, Spot]:
        """The fields of amounts by their names; those of grids are not among them."""
        return {spot.field.name: spot for spot in self.spots if spot.field.type == AMOUNT and not spot.field.grid}

    @cached_property
    def ending(self) -> str:
        """What all words of the levels end with (指标); blank where that is less than two characters."""
        words = sorted({text_key(word)[::-1] for spec in self.columns if spec.column.name in self.levels for word in spec.standards})
        ending = commonprefix(words)[::-1] if words else ""
        return ending if len(ending) > 1 else ""

    def key(self, value: object) -> str | None:
        """Return the key that a cell's value has as a label; None for what can be none."""
        if not isinstance(value, str) or len(value) > self.limit:
            return None
        return text_key(value)

    def is_level(self, value: object) -> bool:
        """Return whether a cell's value is a word of the tree, numbered or not."""
        key = self.key(value)
        return key is not None and unnumbered(key, self.level_words) in self.level_words

    @cached_property
    def _of_levels(self) -> tuple[tuple[str, frozenset[str]], ...]:
        return tuple(
            (spec.column.name, frozenset((*spec.words, *spec.aliases))) for spec in self.columns if spec.column.name in self.levels
        )

    def level_of(self, key: str) -> str | None:
        """Return the name of the level that a key is a word of, numbered or not."""
        return next((name for name, words in self._of_levels if unnumbered(key, words) in words), None)


def unnumbered(key: str, words: Container[str]) -> str:
    """Return the one of `words` that a key is when its number is left out; else the key itself.

    >>> unnumbered("1.1数量指标", {"数量指标"}), unnumbered("(二)数量指标", {"数量指标"}), unnumbered("一级指标", {"数量指标"})
    ('数量指标', '数量指标', '一级指标')
    """
    bare = _NUMBER.sub("", key) if key not in words else key
    return bare if bare in words else key


@lru_cache(maxsize=8192)
def text_key(text: str) -> str:
    """Return `label_key(text)`, remembered: the same labels and words come in every sheet.

    The mark of a footnote, or a circled number before it, is no part of it.

    >>> text_key("指标值③"), text_key("项目类别 ①："), text_key("①产出指标"), text_key("③")
    ('指标值', '项目类别', '产出指标', '3')
    """
    return label_key(_CIRCLED.sub("", _FOOTNOTE.sub("", text)))


_plans: dict[int, Plan] = {}


def plan_of(form: Form) -> Plan:
    """Return the form's plan; it is made the first time and kept with the form."""
    found = _plans.get(id(form))
    if found is None or found.form is not form:
        if len(_plans) >= 32:
            _plans.clear()
        found = _plans[id(form)] = _plan(form)
    return found


def _plan(form: Form) -> Plan:
    keys = {label: label_key(label.text) for label in form.labels}
    bound = field_labels(form)
    spots = tuple(_spot(form, field, bound.get(field.name)) for field in form.fields)
    columns = tuple(_column(form, form.table, column) for column in form.table.columns) if form.table else ()
    levels = form.table.levels if form.table else ()
    aliases = {label_key(alias): label_key(standard) for alias, standard in form.aliases("标签").items() if alias}
    inner = {position: spot for spot in spots for position in _cells(spot) if position != (spot.row, spot.column)}
    counts = Counter(keys.values())
    firsts = {keys[label]: (label.row, label.column) for label in form.labels[:3] if counts[keys[label]] == 1}
    *_, last_row, last_column = parse_area(form.print_area.split(",")[0])
    longest = max((len(label.text) for label in form.labels), default=0)
    return Plan(
        form=form,
        drawn=tuple(((label.row, label.column), label.text, keys[label]) for label in form.labels),
        keys=keys,
        counts=counts,
        aliases={alias: standard for alias, standard in aliases.items() if alias not in keys.values()},
        limit=max(longest * _SPACED, _SHORTEST_LIMIT),
        spots=spots,
        columns=columns,
        levels=levels,
        level_words={key: word for each in columns if each.column.name in levels for key, word in {**each.words, **each.aliases}.items()},
        words={field.name: _words(form, field) for field in form.fields if field.type == CODE and field.code_list},
        inner=inner,
        firsts=firsts,
        closed=frozenset(place for grid in form.grids for place in grid.closed()),
        beginnings=frozenset((*(label.text[0] for label in form.labels[:3] if keys[label] in firsts), *_WHITE)),
        last_row=last_row,
        last_column=last_column,
        first_row=form.table.first_row if form.table else last_row + 1,
        known=frozenset(
            (*((label.row, label.column) for label in form.labels), *(place for spot in spots for place in _cells(spot)), *_others(form))
        ),
        parents=_parents(form, columns),
    )


def _own_header(spec: TableColumn) -> Label | None:
    """A column's heading; None for a column of the target whose heading stands for the whole target."""
    header, field = spec.header, spec.column.field
    if header is None or not (field.part or field.name in PARTS):
        return header
    return header if label_key(header.text) in (label_key(field.label), label_key(field.name)) else None


def _spot(form: Form, field: Field, label: Label | None) -> Spot:
    row, column, last_row, last_column = parse_area(field.area or field.cell)
    words = _words(form, field) if field.type == CODE else {}
    listed = (_words(form, each) for each in form.fields if each.type == CODE and field.type == TEXT)
    return Spot(
        field, row, column, last_row, last_column, cell_name(row, column), label, words, frozenset(key for each in listed for key in each)
    )


def _cells(spot: Spot) -> set[Position]:
    rows, columns = range(spot.row, spot.last_row + 1), range(spot.column, spot.last_column + 1)
    return {(row, column) for row in rows for column in columns}


def _others(form: Form) -> Iterator[Position]:
    """The cells of the row tables that are read for themselves, down to the next label, those that the template fills or a grid has not."""
    yield from (place for grid in form.grids for place in grid.closed())
    if form.table:
        filled = [each.index for each in form.table.columns if each.field.prefilled]
        yield from ((row, column) for row in form.table.printed for column in filled)
    for table in form.more_tables:
        below = min((label.row for label in form.labels if label.row > table.last_row), default=table.last_row + 1)
        areas = (parse_area(column.field.area) for column in table.columns)
        for _, left, _, right in areas:
            yield from ((row, column) for row in range(table.first_row, below) for column in range(left, right + 1))


def _column(form: Form, table: IndicatorTable, column: Column) -> TableColumn:
    above = [label for label in form.labels if label.column == column.index and label.row < table.first_row]
    header = max(above, key=lambda label: label.row, default=None)
    aliases = {label_key(alias): word for alias, word in form.aliases(column.name).items() if alias}
    between = header and any(header.row < parse_area(field.area)[2] < table.first_row for field in form.fields)
    letters, words = column_letters(column.index), _words(form, column.field)
    return TableColumn(column, None if between else header, letters, words, aliases, frozenset(words.values()))


def _parents(form: Form, columns: tuple[TableColumn, ...]) -> dict[str, tuple[str, ...]]:
    """The words above each word of a list that depends on another column's."""
    found: dict[str, tuple[str, ...]] = {}
    for spec in columns:
        source = spec.column.field.code_list or ""
        if not source.startswith(DEPENDENT_LIST):
            continue
        upper = next((other.column.field.code_list for other in columns if other.column.name == source.removeprefix(DEPENDENT_LIST)), None)
        for parent in form.lists.get(upper or "", ()):
            for word in form.lists.get(parent, ()):
                found[word] = (*found.get(word, ()), parent)
    return found


def _words(form: Form, field: Field) -> dict[str, str]:
    """The words of a field's list by their keys; for a list that depends on another field, those of all its lists."""
    if not field.code_list:
        return {}
    if not field.code_list.startswith(DEPENDENT_LIST):
        return {label_key(word): word for word in form.lists.get(field.code_list, ()) if word}
    parents = form.lists.get(field.code_list.removeprefix(DEPENDENT_LIST), ())
    return {label_key(word): word for parent in parents for word in form.lists.get(parent, ()) if word}
