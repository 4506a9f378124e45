"""What checking asks of a shipped form is worked out once and kept with it: a form as it was kept finds the same, and works nothing out."""

from __future__ import annotations

import pickle
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.checking import judging
from toolkit.checking.check import check_declarations, not_applicable
from toolkit.checking.judging import prepare
from toolkit.forms import Form, load_form
from toolkit.forms.computed import helpers_of
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.forms.rules import compile_rules
from toolkit.reading.model import BLANK, Declaration, Entry
from toolkit.reading.read import read_grid
from toolkit.resources import examples_dir, templates_dir
from toolkit.sources.open import open_source
from toolkit.values.words import OF_FORM, OF_ROW, OF_UNIT

TEMPLATES = sorted(path for path in templates_dir().glob("*.xlsx") if path.stem != "名单")


def declared(form: Form) -> list[Declaration]:
    """What the examples hold on a form, and the same with nothing filled in."""
    found: list[Declaration] = []
    for path in sorted(examples_dir().rglob("*.xlsx")):
        source = open_source(path, path.name)
        found += [each for grid in source.grids for each in read_grid(grid, [form], path.name)]
    blank = [replace(each, entries={name: Entry(None, "", entry.cell, BLANK) for name, entry in each.entries.items()}) for each in found]
    return found + blank


def again(form: Form) -> Form:
    """The form as it is kept, in another process."""
    prepare(form)
    found: Form = pickle.loads(pickle.dumps(form))
    return found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_form_that_was_kept_finds_the_same(template: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form = load_form(template)
    kept = again(load_form(template))
    assert kept == form
    assert [each.rule for each in compile_rules(kept)] == [each.rule for each in compile_rules(form)]
    assert [each.names for each in compile_rules(kept)] == [each.names for each in compile_rules(form)]
    declarations = declared(form)
    rosters = (
        None,
        Roster(
            Path("名单.xlsx"), tuple(RosterUnit(name, control=Decimal(1000)) for name in {each.unit for each in declarations if each.unit})
        ),
    )
    expected = [check_declarations(declarations, form, roster=roster) for roster in rosters]
    passed_over = not_applicable(declarations, form)
    assert not declarations or all(expected)
    judging.judge_of.cache_clear()
    compile_rules.cache_clear()
    helpers_of.cache_clear()
    monkeypatch.setattr(judging, "surroundings", None)
    assert [check_declarations(declarations, kept, roster=roster) for roster in rosters] == expected
    assert not_applicable(declarations, kept) == passed_over


def test_the_rules_of_some_scopes_go_with_what_was_kept() -> None:
    kept = again(load_form(templates_dir() / "绩效目标申报表.xlsx"))
    own = kept.of_scopes((OF_FORM, OF_ROW))
    assert own.prepared == kept.prepared
    assert {rule.scope for rule in kept.rules} - {rule.scope for rule in own.rules} == {OF_UNIT}
    assert [each.rule.id for each in compile_rules(own)] == [each.rule.id for each in compile_rules(kept) if each.rule.scope != OF_UNIT]
    names: dict[str, object] = {}
    assert list(judging.judge_of(kept.of_scopes((OF_UNIT,)), OF_FORM, "", False)(names)) == []


def test_a_form_that_was_changed_has_nothing_kept() -> None:
    kept = again(load_form(templates_dir() / "绩效目标申报表.xlsx"))
    changed = replace(kept, rules=tuple(replace(rule, condition="1=1", premise="") for rule in kept.rules))
    assert kept.prepared and not changed.prepared
    assert {each.condition.text for each in compile_rules(changed)} == {"1=1"}
