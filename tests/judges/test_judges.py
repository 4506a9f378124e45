"""A sample of what `make judges` compares: no two programs agree against the engine, the rules or the self-check unexplained."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.formula.oracle import NO_EXPANSION, evaluate, rows
from tests.formula.oracle_cases import VALUES, cases
from tests.judges.differences import CELL_DIFFERENCES, MORE_DIFFERENCES
from tests.judges.engine import judge_engine, judge_rules
from tests.judges.programs import JUDGES, Judge
from tests.judges.selfcheck import judge_workbooks
from tests.oracle.selfcheck_mutations import cases as workbook_cases


@pytest.fixture(scope="module")
def judges() -> list[Judge]:
    for judge in JUDGES:
        if (needs := judge.needs()) is not None:
            pytest.skip(needs)
    return list(JUDGES)


@pytest.mark.office
@pytest.mark.slow
def test_every_fifth_formula(judges: list[Judge], tmp_path: Path) -> None:
    tally = judge_engine([text for text in cases() if text not in NO_EXPANSION][::5], judges, tmp_path)
    assert tally.unexplained == []
    assert tally.formulas > 1000
    assert all(tally.agreed[judge.name] > tally.cells / 2 for judge in judges)


@pytest.mark.office
@pytest.mark.slow
def test_every_hundredth_try_of_a_rule(judges: list[Judge], tmp_path: Path) -> None:
    tally = judge_rules(judges, tmp_path, step=100)
    assert tally.unexplained == []
    assert all(tally.agreed[judge.name] > tally.cells * 0.9 for judge in judges[:2])


@pytest.mark.office
@pytest.mark.slow
def test_two_self_checks(judges: list[Judge], tmp_path: Path) -> None:
    books = judge_workbooks(list(workbook_cases(1))[::60][:2], judges, tmp_path)
    assert books.unexplained == []
    assert all(books.agreed[judge.name] > books.cells * 0.9 for judge in judges[:2])
    beyond = {judge.name: sum(count for (of, _), count in books.beyond.items() if of == judge.name) for judge in judges}
    assert all(books.agreed[judge.name] + beyond[judge.name] > books.cells * 0.95 for judge in judges)


@pytest.mark.parametrize(("formula", "value"), [pair for item in (*MORE_DIFFERENCES, *CELL_DIFFERENCES) for pair in item.examples.items()])
def test_where_the_others_differ_the_engine_has_the_value_of_excel(formula: str, value: object) -> None:
    expected = value if isinstance(value, list) and isinstance(value[0], list) else rows(value)
    assert evaluate(formula, VALUES) == expected
