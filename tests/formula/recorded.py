"""`python -m tests.formula.recorded`: writes recorded.txt, the value of every formula that is compared with LibreOffice.

What LibreOffice confirms (test_oracle.py) is held here where there is none: a line for each formula, its value after a tab.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.formula.oracle import NO_EXPANSION, case
from tests.formula.oracle_cases import cases
from toolkit.values.errors import ErrorValue

FILE = Path(__file__).with_name("recorded.txt")


def lines() -> Iterator[str]:
    """Yield formula and value of every case."""
    for formula in dict.fromkeys(cases()):
        if formula not in NO_EXPANSION:
            yield f"{formula!r}\t{written(case(formula).expected)}"


def written(rows: list[list[object]]) -> str:
    """Return a value as one line: texts in quotes, numbers to twelve digits, rows apart by semicolons as in Excel.

    >>> written([[1.5, "甲"], [True, None]])
    "1.5,'甲';TRUE,"
    """
    return ";".join(",".join(map(_cell, row)) for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, ErrorValue):
        return value.code
    return f"{value:.12g}" if isinstance(value, (int, float)) else repr(value)


if __name__ == "__main__":
    FILE.write_text("\n".join(lines()) + "\n", encoding="utf-8")
