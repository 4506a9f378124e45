"""Two sides of declarations → `Comparison`: units met by name, their projects, fields and indicators one by one.

Comes in: two `Side`s and, where there is one, the roster whose aliases bring names together. Goes out: a `Comparison`. The order
of files, sheets and rows is no difference. Called by `workflow.diff`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import PurePath

from toolkit.comparing.entries import likeness
from toolkit.comparing.matching import Matching
from toolkit.comparing.model import ADDED, BY_NAME, DROPPED, Comparison, FormPair, Side, UnitPair, Years
from toolkit.comparing.projects import Known, compare_projects, know, match_projects
from toolkit.forms import Form
from toolkit.forms.model import AMOUNT, Field
from toolkit.forms.roster_model import Roster, name_key, unit_key
from toolkit.reading.model import Declaration

# Units on one side only, whose names are so much alike, may be one that was renamed.
_NEARLY = 0.6

UnitKey = Callable[[str], str]


def compare(before: Side, after: Side, roster: Roster | None = None) -> Comparison:
    """Return what two sides differ in."""

    def key_of(name: str) -> str:
        return unit_key(name, roster)

    units = _Units(before, after, key_of)
    matchings = {key: match_projects(*units.known(key)) for key in units.keys}
    years = _usual_years(matchings.values())
    forms = (before.forms, after.forms)
    pairs = tuple(
        UnitPair(units.names[0].get(key), units.names[1].get(key), compare_projects(matchings[key], forms, years, key_of))
        for key in units.keys
    )
    met = dict.fromkeys((p.before.form, p.after.form) for unit in pairs for p in unit.projects if p.before and p.after)
    form_pairs = tuple(found for old, new in met if (found := _form_pair(before.forms[old], after.forms[new])))
    notes = (*_repeated(pairs), *_nearly_alike(pairs))
    return Comparison(before, after, pairs, years, _amount(before, after), form_pairs, notes)


class _Units:
    """The declarations of both sides by unit: the later side's units in their order, then those only the earlier has."""

    def __init__(self, before: Side, after: Side, key: UnitKey) -> None:
        common = before.forms.keys() & after.forms.keys()
        self.names: tuple[dict[str, str], dict[str, str]] = ({}, {})
        self._known: tuple[dict[str, list[Known]], dict[str, list[Known]]] = ({}, {})
        for number, side in enumerate((before, after)):
            written: dict[str, Counter[str]] = {}
            named = _names_by_file(side.declarations)
            for declaration in side.declarations:
                name = declaration.unit or named.get(declaration.file) or PurePath(declaration.file).stem
                kind = declaration.form if declaration.form in common else ""
                known = know(declaration, side.forms[declaration.form], kind)
                written.setdefault(key(name), Counter())[name] += 1
                self._known[number].setdefault(key(name), []).append(known)
            self.names[number].update({found: names.most_common(1)[0][0] for found, names in written.items()})
        self.keys = tuple(dict.fromkeys([*self._known[1], *self._known[0]]))

    def known(self, key: str) -> tuple[Sequence[Known], Sequence[Known]]:
        return self._known[0].get(key, []), self._known[1].get(key, [])


def _names_by_file(declarations: Iterable[Declaration]) -> dict[str, str]:
    """The first unit named in each file: a sheet that lost its unit's name belongs to that one."""
    found: dict[str, str] = {}
    for declaration in declarations:
        if declaration.unit:
            found.setdefault(declaration.file, declaration.unit)
    return found


def _usual_years(matchings: Iterable[Matching[Known]]) -> Years | None:
    """What a project's year became as a rule: that of most pairs; where it is even, no change or the smaller figures."""
    counts: Counter[Years] = Counter()
    for matching in matchings:
        for i, j, _, _ in matching.pairs:
            counts[matching.left[i].declaration.year, matching.right[j].declaration.year] += 1
    ranked = sorted(counts, key=lambda years: (-counts[years], years[0] != years[1], sorted(map(str, years))))
    return ranked[0] if ranked else None


def _form_pair(before: Form, after: Form) -> FormPair | None:
    """The fields that only one of two forms has; None where they have the same."""
    if before is after:
        return None
    old, new = ({**form.by_name} for form in (before, after))
    only_before, only_after = [n for n in old if n not in new], [n for n in new if n not in old]
    tables = before.table is not None and after.table is not None
    unnamed = tables and before.table and after.table and before.table.naming != after.table.naming
    if not only_before and not only_after and not unnamed and before.name == after.name:
        return None
    names = [form.name if before.name != after.name else f"{form.name}（{form.path.name}）" for form in (before, after)]
    return FormPair(names[0], names[1], tuple(only_before), tuple(only_after))


def _amount(before: Side, after: Side) -> Field | None:
    """The amount whose sums tell how a unit's money changed: the first that must be filled in, else the first.

    It is looked for among the fields both sides have.
    """
    known = {field.name for form in before.forms.values() for field in form.fields if field.type == AMOUNT}
    fields = [f for form in after.forms.values() for f in form.fields if f.type == AMOUNT and f.name in known]
    ranked = sorted(fields, key=lambda f: not f.required)
    return ranked[0] if ranked else None


def _repeated(units: Iterable[UnitPair]) -> list[str]:
    """A line for each project that has a name used twice: what is left over of it looks new or cancelled."""
    notes = []
    for unit in units:
        for project in unit.projects:
            declaration = project.before or project.after
            twins = [p for p in unit.projects if p is not project and name_key(p.name) == name_key(project.name)]
            if project.state in (ADDED, DROPPED) and declaration and twins and declaration.project:
                side = "现" if project.state == ADDED else "原"
                notes.append(
                    f"{unit.name}：{side}有不止一张“{project.name}”的申报表（{declaration.file}），可能是重复报送，请核对只保留一份。"
                )
    return notes


def _nearly_alike(units: Iterable[UnitPair]) -> list[str]:
    """A line for each two units, one on either side only, whose names are much alike."""
    gone = [unit.before for unit in units if unit.before and unit.after is None]
    new = [unit.after for unit in units if unit.after and unit.before is None]
    matching = Matching(gone, new)
    matching.by_likeness(BY_NAME, lambda a, b: score if (score := likeness(name_key(a), name_key(b))) >= _NEARLY else 0.0)
    return [
        f"“{gone[i]}”只在原来有，“{new[j]}”只在现在有，名称相近。如果是同一个单位，请在名单的“别名”里写上，再用 --roster 对比。"
        for i, j, _, _ in matching.pairs
    ]
