"""The engine against LibreOffice: the same formulas, rendered by `to_excel` as array formulas, recalculated there."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.formula.oracle import LOGICAL, NO_EXPANSION, as_numbers, case, evaluate, rows, same, shown, unescaped, write_workbook
from tests.formula.oracle_cases import BASES, VALUES, cases
from tests.formula.oracle_differences import DIFFERENCES, LOGICAL_EXAMPLES
from toolkit.formula import FUNCTIONS


@pytest.mark.office
def test_engine_agrees_with_libreoffice(tmp_path: Path) -> None:
    tests = [case(formula) for formula in cases() if formula not in NO_EXPANSION]
    places = write_workbook(tmp_path / "公式.xlsx", tests)
    recalculated = office.convert(tmp_path / "公式.xlsx", "xlsx", tmp_path / "重算")
    workbook = openpyxl.load_workbook(recalculated, data_only=True, read_only=True)
    grid = [list(map(unescaped, row)) for row in workbook["算"].iter_rows(values_only=True)]
    unexplained: list[str] = []
    used: set[str] = set()
    for test in tests:
        for i, line in enumerate(test.expected):
            for j, expected in enumerate(line):
                found = grid[places[test.formula] - 1 + i][j]
                numbers = test.numeric[min(i, len(test.numeric) - 1)][min(j, len(test.numeric[0]) - 1)]
                if same(expected, found) or (LOGICAL.search(test.formula) and same(as_numbers(numbers), found)):
                    continue
                difference = next((item for item in DIFFERENCES if item.explains(test.formula, shown(expected), shown(found))), None)
                if difference is None:
                    unexplained.append(f"{test.formula}: engine {shown(expected)!r}, LibreOffice {shown(found)!r}")
                else:
                    used.add(difference.reason)
    assert not unexplained, "\n".join(unexplained)
    never = [item.reason for item in DIFFERENCES if item.reason not in used]
    assert not never, "\n".join(never)


def test_there_are_thirty_cases_for_every_function() -> None:
    count = {name: sum(f"{name}(" in formula for formula in cases()) for name in BASES if FUNCTIONS[name].maximum}
    assert {name: found for name, found in count.items() if found < 30} == {}


def test_every_function_that_excel_has_is_compared() -> None:
    assert set(BASES) == {name for name, function in FUNCTIONS.items() if not function.engine_only}


@pytest.mark.parametrize(
    ("formula", "value"),
    [pair for item in DIFFERENCES for pair in item.examples.items()] + list(LOGICAL_EXAMPLES.items()),
)
def test_where_libreoffice_differs_the_engine_has_the_value_of_excel(formula: str, value: object) -> None:
    expected = value if isinstance(value, list) and isinstance(value[0], list) else rows(value)
    assert evaluate(formula, VALUES) == expected
