"""What compares the engine with a spreadsheet program: a formula's value here, the workbook that puts it there.

Used by test_oracle.py (LibreOffice) and by tests/judges (the other programs).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from tests.formula.oracle_cases import VALUES
from toolkit.formula import LIST_PREFIX, Array, compile_formula, to_excel
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


def write_workbook(path: Path, tests: Sequence[Case]) -> dict[str, int]:
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
