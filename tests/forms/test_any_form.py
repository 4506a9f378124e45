"""Forms nobody has seen: made up from a number, drawn, linted, issued, filled, checked, marked, merged, exported, compared, read back.

Every value exact, also in another office's arrangement; each planted mistake found at its cell and nothing else, by `check` and
by the recalculated 自检. `make forms` tries forty.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.command import Run
from tests.forms.any_form import AnyForm, Given, any_form, filled, mistakes, rearranged, write
from tests.rules.small import listed
from tests.shipped import entry
from tests.workflow.roster_samples import write_roster
from toolkit.forms import Form, lint_form, load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Row, Value

pytestmark = pytest.mark.slow

SEEDS = range(int(os.environ.get("JIXIAO_FORMS", "6")))


def declared(form: Form, given: Given) -> Declaration:
    first, *more = form.tables
    rows = {
        table.name: tuple(Row(n, dict(zip(table.names, map(entry, line), strict=True))) for n, line in enumerate(given.rows[table.name], 1))
        for table in form.tables
    }
    entries = {field.name: entry(given.values.get(field.name)) for field in form.fields}
    return Declaration(
        "甲.xlsx", "项目1", form.name, entries, rows[first.name], roles=form.roles, more_rows={each.name: rows[each.name] for each in more}
    )


def sent(form: Form, given: Given, path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(fill_workbook(form, [declared(form, given)]))
    return path


def record(made: AnyForm, given: Given) -> dict[str, Any]:
    """What `export --json` must say, but for the file and the sheet."""
    kinds = {each.name: each.kind for each in made.singles}
    said: dict[str, Any] = {"表样": made.name, "年度": 2026}
    said |= {name: _plain(given.values[name], kind) for name, kind in kinds.items()}
    for grid in made.grids:
        said[grid.name] = {
            row: {column: _plain(given.values[f"{grid.name}.{row}.{column}"], grid.kind) for column in grid.columns} for row in grid.rows
        }
    for table in made.tables:
        said[table.name] = [
            {column.name: _plain(value, column.kind) for column, value in zip(table.columns, line, strict=True)}
            for line in given.rows[table.name]
        ]
    return said


def _plain(value: Value, kind: str) -> object:
    if isinstance(value, Decimal):
        return f"{value:.2f}" if kind == "金额" else Decimal(value)
    return value if value is None or isinstance(value, (int, str)) else str(value)


def _comparable(said: Mapping[str, Any], made: AnyForm) -> dict[str, Any]:
    """A record with its decimals as numbers: how many zeros are printed is no matter here."""
    decimals = {each.name for each in made.singles if each.kind == "小数"} | {
        column.name for table in made.tables for column in table.columns if column.kind == "小数"
    }

    def same(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [{key: same(key, each) for key, each in row.items()} for row in value]
        return Decimal(value) if name in decimals and isinstance(value, str) else value

    return {name: same(name, value) for name, value in said.items() if name not in ("file", "sheet")}


def exported(run: Run, path: Path, made: AnyForm, form: Form) -> list[dict[str, Any]]:
    return [_comparable(each, made) for each in run("export", path, "--form", form.path, "--json").json]


def told(run: Run, path: Path, form: Form) -> list[tuple[str, str | None]]:
    findings = run("check", path, "--form", form.path, "--json").json["findings"]
    return sorted((f["rule"], f["cell"]) for f in findings if f["family"] != "repair")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_form_nobody_has_seen_goes_through_the_whole_year(seed: int, tmp_path: Path, run: Run) -> None:
    made = any_form(seed)
    path = write(made, tmp_path)
    assert [str(each) for each in lint_form(path)[1]] == []
    form = load_form(path)
    unit, project = (made.single(role).name for role in ("单位", "项目"))

    names = write_roster(tmp_path / "名单.xlsx", [{"单位": "青溪区第一小学"}], [{"单位": "青溪区第一小学", "项目名称": "校园安全提升工程"}])
    assert run("issue", names, "--form", path, "--year", "2026", "-o", tmp_path / "下发").code == 0
    assert run("check", tmp_path / "下发", "--form", path, "--json").json["files"][0]["status"] == "not_filled"

    given = filled(made, seed)
    right = record(made, given)
    assert (right[unit], right[project]) == ("青溪区第一小学", "校园安全提升工程")
    returned = sent(form, given, tmp_path / "回收" / "甲.xlsx")
    assert exported(run, returned, made, form) == [right]
    assert told(run, returned, form) == []

    other = tmp_path / "别的画法" / "甲.xlsx"
    other.parent.mkdir()
    rearranged(made, given, other, seed)
    assert exported(run, other, made, form) == [right]
    assert told(run, other, form) == []

    assert run("merge", returned, "--form", path, "-o", tmp_path / "汇总").code == 0
    (printed,) = (tmp_path / "汇总").glob("*.docx")
    assert exported(run, printed, made, form) == [right]
    compared = run("diff", returned, other, "--form", path, "--json").json["units"]
    assert [each["state"] for each in compared] == ["same"]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_planted_mistake_is_found_at_its_cell_and_nothing_else(seed: int, tmp_path: Path, run: Run) -> None:
    made = any_form(seed)
    form = load_form(write(made, tmp_path))
    for number, mistake in enumerate(mistakes(made, filled(made, seed), seed)):
        path = sent(form, mistake.given, tmp_path / f"回收{number}" / "甲.xlsx")
        assert told(run, path, form) == [(mistake.rule, mistake.cell)]
        assert run("annotate", path, "--form", form.path, "-o", tmp_path / f"退改{number}").code == 3
        (marked,) = (tmp_path / f"退改{number}").glob("*.xlsx")
        assert openpyxl.load_workbook(marked)["项目1"][mistake.cell].comment is not None


@pytest.mark.office
@pytest.mark.parametrize("seed", SEEDS)
def test_the_live_list_says_the_same(seed: int, tmp_path: Path) -> None:
    made = any_form(seed)
    form = load_form(write(made, tmp_path))
    given = filled(made, seed)
    wrong = mistakes(made, given, seed)
    paths = [sent(form, each, tmp_path / "发" / f"{n}.xlsx") for n, each in enumerate((given, *(mistake.given for mistake in wrong)))]
    found = [{rule for rule, mark in one.items() if mark == "✘"} for one in listed(form, paths, tmp_path / "算")]
    assert found == [set(), *({mistake.rule} for mistake in wrong)]


def test_the_forms_are_of_every_kind() -> None:
    forms: Sequence[AnyForm] = [any_form(seed) for seed in range(40)]
    assert {len(form.tables) for form in forms} == {1, 2, 3}
    assert {len(form.grids) for form in forms} == {0, 1, 2}
    assert {form.unit for form in forms} == {"元", "千元", "万元", "亿元"}
    assert {column.level for form in forms for table in form.tables for column in table.columns} == {True, False}
    assert {single.place[0] == single.area[0] for form in forms for single in form.singles} == {True, False}
