"""The engine against LibreOffice: the same formulas, rendered by `to_excel` as array formulas, recalculated there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tests import office
from tests.formula.oracle_cases import BASES, VALUES, cases
from tests.formula.oracle_differences import DIFFERENCES, LOGICAL_EXAMPLES
from toolkit.formula import FUNCTIONS, LIST_PREFIX, Array, compile_formula, to_excel
from toolkit.values.errors import DIV0, ErrorValue

NAMES = {name for name in VALUES if not name.startswith(LIST_PREFIX)}
LISTS = {name.removeprefix(LIST_PREFIX) for name in VALUES if name.startswith(LIST_PREFIX)}
LOGICAL = re.compile(r'(?<!")\b(?:TRUE|FALSE)\b(?:\(\))?|真')
NO_EXPANSION = {f"最后位置({text},列表.词)" for text in ("列", "文列", "错列", '{"a";"b"}')}


@dataclass(frozen=True)
class Case:
    """A formula, the engine's value as rows, and the value with 1 and 0 in place of TRUE and FALSE."""

    formula: str
    expected: list[list[object]]
    numeric: list[list[object]]


def rows(value: object) -> list[list[object]]:
    if isinstance(value, Array):
        return value.rows
    return [[item] for item in value] if isinstance(value, list) else [[value]]


def evaluate(text: str, values: dict[str, object]) -> list[list[object]]:
    return rows(compile_formula(text, NAMES, LISTS).evaluate(values))


def as_numbers(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def case(formula: str) -> Case:
    values = VALUES | {"真": 1}
    plain = LOGICAL.sub(lambda match: {"T": "1", "F": "0"}.get(match.group()[0], match.group()), formula)
    return Case(formula, evaluate(formula, VALUES), evaluate(plain, values))


def shown(value: object) -> str:
    """Return a value as the patterns of oracle_differences see it; a blank result is 0 or nothing, both are "0"."""
    if isinstance(value, ErrorValue):
        return value.code
    if isinstance(value, float):
        return f"{value:.12g}"
    return str(value)


def same(expected: object, found: object) -> bool:
    """Return whether LibreOffice's cell shows the engine's value."""
    if expected is None:
        return found in (None, 0, "") and found is not False
    if isinstance(expected, bool):
        return found == expected and isinstance(found, (bool, int))
    if isinstance(expected, (int, float)):
        return type(found) in (int, float) and abs(expected - found) <= 1e-12 * max(1, abs(expected))  # type: ignore[operator]
    if isinstance(expected, ErrorValue):
        return found == expected.code
    return ("" if found is None else found) == expected


def write_workbook(path: Path, tests: list[Case]) -> dict[str, int]:
    """Write the values and one array formula per case; return the row (from 1) where each begins."""
    workbook = xlsxwriter.Workbook(path)
    data, sheet = workbook.add_worksheet("数据"), workbook.add_worksheet("算")
    addresses: dict[str, str] = {}
    for column, (name, value) in enumerate(VALUES.items()):
        items = value if isinstance(value, list) else [value]
        for row, item in enumerate(items):
            if isinstance(item, ErrorValue):
                data.write_formula(row, column, "=1/0" if item == DIV0 else "=NA()", None, item.code)
            elif isinstance(item, str):
                data.write_string(row, column, item)
            else:
                data.write(row, column, item)
        area = xl_rowcol_to_cell(0, column, True, True)
        if isinstance(value, list):
            area += ":" + xl_rowcol_to_cell(len(items) - 1, column, True, True)
        addresses[name] = f"数据!{area}"
        workbook.define_name(name, f"=数据!{area}")
    places: dict[str, int] = {}
    row = 0
    for test in tests:
        text = to_excel(
            compile_formula(test.formula, NAMES, LISTS),
            address=addresses.__getitem__,
            list_address=lambda name: addresses[LIST_PREFIX + name],
        )
        height, width = len(test.expected), len(test.expected[0])
        sheet.write_array_formula(row, 0, row + height - 1, width - 1, "{=" + text + "}")
        places[test.formula] = row + 1
        row += height
    workbook.close()
    return places


def unescaped(value: object) -> object:
    """Return a cell's value with `_x0003_` turned back into the character."""
    if not isinstance(value, str):
        return value
    return re.sub("_x([0-9a-fA-F]{4})_", lambda match: chr(int(match[1], 16)), value)


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
