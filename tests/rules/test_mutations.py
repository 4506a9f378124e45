"""Every rule of the shipped form: it finds what breaks it, where it is, in declarations of all kinds; and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.rules.cases import Change, Changed
from tests.rules.clean import DRAFTS
from tests.rules.kit import declaration, place, tells_of
from tests.rules.mutations import CASES, FORMAT_CASES
from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit
from toolkit.reading.model import Declaration
from toolkit.values.words import USUAL_SET

pytestmark = pytest.mark.slow

RULES = {rule.id: rule for rule in shipped_form().rules}
ENOUGH = 20


def only(rule: str) -> Form:
    """The form with one rule, whichever its set."""
    return replace(shipped_form(), rules=tuple(replace(r, sets=(USUAL_SET,)) for r in shipped_form().rules if r.id == rule))


def changed(change: Change) -> list[Changed]:
    return [made for draft in DRAFTS if (made := change(draft)) is not None]


def found(rule: str, changes: Sequence[Changed], form: Form | None = None) -> list[list[Finding]]:
    """The findings about each changed declaration in one run; the clean ones are of different units."""
    declarations: list[Declaration] = []
    units, projects = [], []
    for number, change in enumerate(changes):
        made = [declaration(draft, f"{number}-{n}.xlsx") for n, draft in enumerate((change.draft, *change.companions))]
        declarations += made
        unit, project = str(made[0].unit), str(made[0].project)
        units.append(RosterUnit(unit, control=change.control))
        projects.append(RosterProject(unit, project, approved=change.approved))
    roster = Roster(Path("名单.xlsx"), tuple(units), tuple(projects))
    by_file: dict[str, list[Finding]] = {f"{number}-0.xlsx": [] for number in range(len(changes))}
    for finding in check_declarations(declarations, form or only(rule), roster=roster):
        by_file.setdefault(finding.file, []).append(finding)
    return [by_file[f"{number}-0.xlsx"] for number in range(len(changes))]


def test_clean_declarations_are_clean_and_varied() -> None:
    declarations = [declaration(draft, f"{number}.xlsx") for number, draft in enumerate(DRAFTS)]
    assert [(f.file, f.cell, f.rule, f.message) for f in check_declarations(declarations, shipped_form())] == []
    form = shipped_form()
    kinds = {word for level1 in form.lists["一级指标"] for word in form.lists[level1]}
    assert {row["二级指标"] for draft in DRAFTS for row in draft.rows} == kinds
    assert len({draft.head["主管部门"] for draft in DRAFTS}) >= ENOUGH
    assert {draft.head["项目资金总额"] is None for draft in DRAFTS} == {True, False}
    assert {bool(draft.head["上年结转资金"]) for draft in DRAFTS} == {True, False}


def test_no_rule_is_without_mutations() -> None:
    assert set(CASES) == set(RULES)
    assert [rule for rule, case in CASES.items() if len(case.breaks) < 2 or not case.nears] == []


@pytest.mark.parametrize("rule", CASES)
def test_rule_finds_what_breaks_it(rule: str) -> None:
    for number, change in enumerate(CASES[rule].breaks):
        changes = changed(change)
        for made, findings in zip(changes, found(rule, changes), strict=True):
            spots = [(f.severity, f.field, f.cell) for f in findings if tells_of(f, rule)]
            where = None if made.placeless else place(made.field, made.row)
            expected = (RULES[rule].severity, made.field, where)
            assert expected in spots, f"{rule}，第 {number + 1} 种改法，{made.draft.head['项目名称']}：{spots}"
            assert not [f.message for f in findings if not f.suggestion or "#" in f.message]


@pytest.mark.parametrize("rule", CASES)
def test_rule_lets_near_misses_pass(rule: str) -> None:
    for number, change in enumerate(CASES[rule].nears):
        changes = changed(change)
        for made, findings in zip(changes, found(rule, changes), strict=True):
            messages = [f.message for f in findings if f.rule == rule]
            assert not messages, f"{rule}，第 {number + 1} 种合格写法，{made.draft.head['项目名称']}：{messages}"


def test_two_ways_of_breaking_each_rule_fit_enough_declarations() -> None:
    few = {}
    for rule, case in CASES.items():
        fitting = sorted(len(changed(change)) for change in case.breaks)
        if fitting[-2] < ENOUGH:
            few[rule] = fitting
    assert few == {}
    assert [rule for rule, case in CASES.items() if not all(changed(near) for near in case.nears)] == []


@pytest.mark.parametrize("rule", FORMAT_CASES)
def test_unreadable_cells_are_found(rule: str) -> None:
    for change in FORMAT_CASES[rule].breaks:
        changes = changed(change)
        for made, findings in zip(changes, found(rule, changes, shipped_form()), strict=True):
            spots = [(f.rule, f.field) for f in findings]
            assert (rule, made.field) in spots
            assert all("无法计算" in f.message for f in findings if f.rule != rule and f.severity == "error"), spots
    for change in FORMAT_CASES[rule].nears:
        findings = [f for each in found(rule, changed(change), shipped_form()) for f in each]
        assert rule not in [f.rule for f in findings]
