"""Which field of last year's form is which of this year's, and which column of a row: by what 代码表 says, by role, name and label.

Comes in: two forms, which may be the same one. Goes out: for each field and column of the later form where its value stood in the earlier
one. Nothing is guessed: a label that fits two is no counterpart. Called by `carried`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from toolkit.forms import Form
from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, Field, IndicatorTable
from toolkit.reading.model import BLANK, BLANK_ENTRY, OK, Entry, Row
from toolkit.reading.shown import row_target
from toolkit.values.grammar import PARTS, TargetColumns
from toolkit.values.targets import parse_target
from toolkit.values.text import label_key

# The pair of lists in 代码表 (沿用别名, 沿用标准名) that says which field of another form a field of this one takes its value from.
FROM_OTHERS = "沿用"

_KINDS: Mapping[str, str] = {AMOUNT: "amount", DATE: "date", INTEGER: "number", DECIMAL: "number"}

# Things that can be each other, by name, each with the field, or None for a target that columns make.
_Things = Mapping[str, Field | None]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a column's value stood: in which columns of the earlier table, and how a row says it."""

    names: tuple[str, ...]
    of: Callable[[Row], Entry]


@dataclass(frozen=True)
class TablePair:
    """A row table of the later form with the one of the earlier form that it continues, and the sources of its columns by name."""

    old: IndicatorTable
    sources: Mapping[str, Source]

    @property
    def used(self) -> frozenset[str]:
        """The columns of the earlier table that have a place in the later one."""
        return frozenset(name for source in self.sources.values() for name in source.names)


@dataclass(frozen=True)
class Counterparts:
    """The earlier form's field by the later form's, and what each row table of the later form continues, by its name."""

    fields: Mapping[str, str]
    tables: Mapping[str, TablePair]


@lru_cache(maxsize=16)
def counterparts(old: Form, new: Form) -> Counterparts:
    """Return what of `new` stood where in `old`."""
    names = _Names(old, new)
    singles: _Things = {field.name: field for field in old.fields}
    fields = names.matched([field for field in new.fields if not field.formula], singles)
    earlier = {role: name for role, name in old.roles.items() if role in new.roles}
    fields |= {new.roles[role]: name for role, name in earlier.items()}
    pairs = {}
    for table in new.tables:
        known = next((each for each in old.tables if each.name == table.name), None) or (old.table if table.first else None)
        if known is not None:
            pairs[table.name] = TablePair(known, names.columns(known, table))
    return Counterparts(fields, pairs)


class _Names:
    """What the two forms call alike."""

    def __init__(self, old: Form, new: Form) -> None:
        self._old, self._new = old.aliases("标签"), new.aliases("标签")
        listed = (new.lists.get(f"{FROM_OTHERS}{end}", ()) for end in ("标准名", "别名"))
        self._said = list(zip(*listed, strict=False))

    def matched(self, wanted: Iterable[Field], among: _Things) -> dict[str, str]:
        """Return which of `among` each of the wanted is; what several could be by its label alone is none of them."""
        wanted = list(wanted)
        found = {field.name: name for field in wanted if (name := self._named(field.name, field, among))}
        left = {name: thing for name, thing in among.items() if name not in found.values()}
        alike = {field.name: self._labelled(field, left) for field in wanted if field.name not in found}
        claims = Counter(name for names in alike.values() for name in names)
        return found | {name: names[0] for name, names in alike.items() if len(names) == 1 and claims[names[0]] == 1}

    def _named(self, name: str, field: Field | None, among: _Things) -> str | None:
        """What 代码表 says that it is, else what is called the same."""
        said = (old for own, old in self._said if own == name)
        return next((each for each in (*said, name) if each in among and _fits(among[each], field)), None)

    def _labelled(self, field: Field, among: _Things) -> list[str]:
        own = self._keys((field.name, field.label), self._old)
        return [
            name
            for name, thing in among.items()
            if _fits(thing, field) and own & self._keys((name, thing.label if thing else name), self._new)
        ]

    @staticmethod
    def _keys(texts: Iterable[str], aliases: Mapping[str, str]) -> set[str]:
        return {label_key(each) for text in texts for each in (text, aliases.get(text, text))}

    def columns(self, old: IndicatorTable, new: IndicatorTable) -> dict[str, Source]:
        """Return the sources of a table's columns: a column, the parts of a target joined, or a target taken apart."""
        own = [column.field for column in new.columns if not column.field.formula]
        single: _Things = {column.name: column.field for column in old.columns}
        found = {name: _column(column) for name, column in self.matched(own, single).items()}
        targets = {target.name: target for target in old.targets}
        joined = self.matched([field for field in own if field.name not in found], dict.fromkeys(targets))
        found |= {name: _joined(targets[target]) for name, target in joined.items()}
        for target in new.targets:
            lacking = {part: name for part, name in target.parts.items() if name not in found}
            if lacking and (same := self._named(target.name, None, dict.fromkeys(targets))):
                found |= {name: _column(targets[same].parts[part]) for part, name in lacking.items()}
            elif lacking and (whole := self._named(target.name, None, single)):
                found |= {name: _part(whole, part) for part, name in lacking.items()}
        return found


def _fits(old: Field | None, new: Field | None) -> bool:
    """Whether a value of one can be one of the other: amounts, dates and numbers stay what they are; a text may take a number. Targets are texts."""
    kinds = ["text" if field is None else _KINDS.get(field.type, "text") for field in (old, new)]
    return kinds[0] == kinds[1] or kinds == ["number", "text"]


def _column(name: str) -> Source:
    return Source((name,), lambda row: row[name])


def _joined(target: TargetColumns) -> Source:
    def whole(row: Row) -> Entry:
        text = row_target(row, target)
        return Entry(text, text, row[target.number].cell) if text else BLANK_ENTRY

    return Source(target.names, whole)


def _part(column: str, part: str) -> Source:
    def of(row: Row) -> Entry:
        entry = row[column]
        if entry.state != OK:
            return entry
        target = parse_target(str(entry.value))
        text = (target.symbol, target.number, target.unit)[PARTS.index(part)]
        return Entry(text, text, entry.cell) if text else Entry(None, "", entry.cell, BLANK)

    return Source((column,), of)
