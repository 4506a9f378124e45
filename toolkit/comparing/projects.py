"""The projects of one unit on both sides → `ProjectPair`s.

A project is known again by its code, then by its name, then by how much name, goals and indicators are alike: that one was
renamed. Called by `compare`; nothing here knows of a particular form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from toolkit.comparing.entries import content_of, likeness, same
from toolkit.comparing.matching import Matching
from toolkit.comparing.model import (
    ADDED,
    BY_CODE,
    BY_LIKENESS,
    BY_NAME,
    CHANGED,
    DROPPED,
    RENAMED,
    SAME,
    Change,
    ProjectPair,
    RowPair,
    Years,
)
from toolkit.comparing.rows import compare_rows, naming, shared_columns
from toolkit.forms import Form
from toolkit.forms.model import CODE, DATE, LONG_TEXT, TEXT, Field
from toolkit.forms.roster_model import name_key
from toolkit.reading.model import Declaration
from toolkit.values.words import PROJECT_ROLE, UNIT_ROLE, YEAR_ROLE

# From here on a project is taken for another one renamed. Different projects of one unit in published documents stay
# below 0.4; one whose name alone changed is at 0.6 or more.
_ENOUGH = 0.5

# What counts how much, and what the name alone must reach where there is nothing else to compare.
_NAME, _CONTENT, _NAME_ALONE = 0.4, 0.6, 0.6

_CODE_ENDINGS = ("代码", "编码", "编号")


@dataclass(frozen=True)
class Known:
    """A declaration with what it is known by; `kind` is its form where both sides have it, else ""."""

    declaration: Declaration
    kind: str
    name: str
    codes: tuple[tuple[str, str], ...]
    goals: Mapping[str, str]
    indicators: tuple[frozenset[str], frozenset[tuple[str, ...]]]


def know(declaration: Declaration, form: Form, kind: str) -> Known:
    """Return a declaration with what it is known by."""
    codes = ((f.name, content_of(declaration[f.name])) for f in form.fields if _is_code(f))
    goals = {f.name: content_of(declaration[f.name]) for f in form.fields if f.type == LONG_TEXT}
    names: frozenset[str] = frozenset()
    rows: frozenset[tuple[str, ...]] = frozenset()
    if form.table:
        column = naming(form.table)
        names = frozenset(content_of(row[column]) for row in declaration.rows)
        rows = frozenset(tuple(content_of(row[name]) for name in form.table.names) for row in declaration.rows)
    return Known(
        declaration,
        kind,
        name_key(declaration.project or ""),
        tuple((name, code) for name, code in codes if code),
        {name: text for name, text in goals.items() if text},
        (names, rows),
    )


def match_projects(before: Sequence[Known], after: Sequence[Known]) -> Matching[Known]:
    """Return which projects of one unit are the same ones."""
    matching = Matching(before, after)
    for field, certain in _codes(before, after):
        taken = (_repeated(before, field), _repeated(after, field))
        if certain or max(_used(before, field), _used(after, field)) > 1:
            matching.by_key(BY_CODE, _code_key(field, taken[0] | taken[1]), _alike)
    matching.by_key(BY_NAME, lambda known: (known.kind, known.name) if known.name else None, _alike)
    matching.by_key(BY_NAME, lambda known: None if PROJECT_ROLE in known.declaration.roles else known.kind, _alike)
    matching.by_likeness(BY_LIKENESS, lambda a, b: _renamed(a, b) if a.kind == b.kind else 0.0)
    return matching


def _is_code(field: Field) -> bool:
    """Whether a field may hold a project's code; one with a drop-down holds a choice."""
    if field.type == CODE and not field.code_list:
        return True
    return field.type == TEXT and _says_project(field.name) and field.name.endswith(_CODE_ENDINGS)


def _says_project(name: str) -> bool:
    return "项目" in name


def _codes(before: Sequence[Known], after: Sequence[Known]) -> list[tuple[str, bool]]:
    """Names of the code fields of both sides, a project's own first; whether the name says that it is one.

    Others (a unit's, a subject's) are used only where they tell the projects of a side apart.
    """
    sides = [dict.fromkeys(name for known in side for name, _ in known.codes) for side in (before, after)]
    names = [name for name in sides[0] if name in sides[1]]
    return sorted(((name, _says_project(name)) for name in names), key=lambda found: not found[1])


def _values(side: Iterable[Known], field: str) -> list[str]:
    return [code for known in side for name, code in known.codes if name == field]


def _used(side: Sequence[Known], field: str) -> int:
    values = _values(side, field)
    return len(values) if len(set(values)) == len(values) else 0


def _repeated(side: Sequence[Known], field: str) -> frozenset[str]:
    values = _values(side, field)
    return frozenset(value for value in values if values.count(value) > 1)


def _code_key(field: str, repeated: frozenset[str]) -> Callable[[Known], tuple[str, str] | None]:
    def key(known: Known) -> tuple[str, str] | None:
        code = dict(known.codes).get(field, "")
        return (known.kind, code) if code and code not in repeated else None

    return key


def _content(before: Known, after: Known) -> float | None:
    """How alike goals and indicators are; None where there is nothing to compare."""
    parts = []
    goals = [likeness(before.goals[name], after.goals[name]) for name in before.goals if name in after.goals]
    if goals:
        parts.append(sum(goals) / len(goals))
    shared = [_share(left, right) for left, right in zip(before.indicators, after.indicators, strict=True)]
    if all(before.indicators) and all(after.indicators):
        parts.append(sum(shared) / len(shared))
    return sum(parts) / len(parts) if parts else None


def _share(before: frozenset[object], after: frozenset[object]) -> float:
    return 2 * len(before & after) / (len(before) + len(after)) if before or after else 0.0


def _alike(before: Known, after: Known) -> float:
    same_year = before.declaration.year == after.declaration.year
    return (_content(before, after) or 0.0) + 0.2 * same_year


def _renamed(before: Known, after: Known) -> float:
    """How likely the project is the other one renamed, 0 for not likely."""
    name, content = likeness(before.name, after.name), _content(before, after)
    if content is None:
        return name if name >= _NAME_ALONE else 0.0
    score = _NAME * name + _CONTENT * content
    return score if score >= _ENOUGH else 0.0


def compare_projects(
    matching: Matching[Known], forms: tuple[Mapping[str, Form], Mapping[str, Form]], years: Years | None, unit: Callable[[str], str]
) -> tuple[ProjectPair, ...]:
    """Return every project of either side once: the later side's in their order, then what was dropped.

    `years` is what a year became as a rule; `unit` gives the key by which units' names are compared.
    """
    found = {j: (i, how, score) for i, j, how, score in matching.pairs}
    pairs = []
    for j, known in enumerate(matching.right):
        if j not in found:
            pairs.append(ProjectPair(ADDED, None, known.declaration))
            continue
        i, how, score = found[j]
        old, new = matching.left[i].declaration, known.declaration
        changes, rows = _changes(old, new, forms[0][old.form], forms[1][new.form], years, unit)
        pair = ProjectPair(SAME, old, new, how, score if how == BY_LIKENESS else None, changes, rows)
        pairs.append(_with_state(pair, renamed=matching.left[i].name != known.name))
    return (*pairs, *(ProjectPair(DROPPED, matching.left[i].declaration, None) for i in matching.free_left))


def _with_state(pair: ProjectPair, *, renamed: bool) -> ProjectPair:
    state = RENAMED if renamed else CHANGED if pair.real_changes or pair.changed_rows else SAME
    return ProjectPair(state, pair.before, pair.after, pair.matched, pair.likeness, pair.changes, pair.rows)


def _changes(
    old: Declaration, new: Declaration, before: Form, after: Form, years: Years | None, unit: Callable[[str], str]
) -> tuple[tuple[Change, ...], tuple[RowPair, ...]]:
    changes = []
    names = {field.name for field in before.fields}
    for field in after.fields:
        left, right = old[field.name], new[field.name]
        if field.name not in names or (field.role == YEAR_ROLE and (old.year, new.year) == years):
            continue
        if field.role in (PROJECT_ROLE, UNIT_ROLE):
            key = name_key if field.role == PROJECT_ROLE else unit
            equal = key(content_of(left)) == key(content_of(right))
        else:
            equal = same(field, left, right)
        if not equal:
            routine = field.type == DATE and _moved_on(left.value, right.value, old.year, new.year)
            changes.append(Change(field, left, right, routine))
    columns = shared_columns(before, after)
    return tuple(changes), compare_rows(old.rows, new.rows, columns) if columns else ()


def _moved_on(before: object, after: object, old: int | None, new: int | None) -> bool:
    """Whether a date is the same day as many years later as the declaration is; the last of February is one day."""
    if not isinstance(before, date) or not isinstance(after, date) or old is None or new is None or old == new:
        return False
    days = [(day.month, 28 if (day.month, day.day) == (2, 29) else day.day) for day in (before, after)]
    return days[0] == days[1] and after.year - before.year == new - old
