"""Addresses there and back, for every cell and any sheet name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter, range_boundaries

from toolkit.spreadsheet import a1

rows, columns = st.integers(1, 1_048_576), st.integers(1, 16_384)
sheet_characters = st.characters(exclude_characters="[]:*?/\\", exclude_categories=("C", "Z"))
sheet_names = st.text(sheet_characters, min_size=1, max_size=31)

NOT_RANGES = ["", "A", "A0", "XFE1", "A1048577", "A1:", ":A1", "#REF!", "表!#REF!", "A1,B2", "名称", "'甲!A1", "１A"]


@given(rows, columns)
def test_a_cell_comes_back_as_it_went(row: int, column: int) -> None:
    assert a1.parse_cell(a1.cell_name(row, column)) == (row, column)
    assert a1.parse_cell(a1.cell_name(row, column, absolute=True)) == (row, column)
    assert a1.column_letters(column) == get_column_letter(column)


@given(sheet_names, rows, columns, rows, columns)
def test_a_range_with_any_sheet_name_comes_back(sheet: str, r1: int, c1: int, r2: int, c2: int) -> None:
    area = (min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2))
    text = f"{a1.quote_sheet(sheet)}!{a1.range_name(area, absolute=True)}"
    assert a1.parse_range(text) == (sheet, *area)
    assert range_boundaries(a1.range_name(area)) == (area[1], area[0], area[3], area[2])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申报表!$D$12:$E$14", ("申报表", 12, 4, 14, 5)),
        ("'2024 年''报'!b2:A1", ("2024 年'报", 1, 1, 2, 2)),
        ("$C:$A", (None, 1, 1, 1_048_576, 3)),
        ("3:3", (None, 3, 1, 3, 16_384)),
        ("XFD1048576", (None, 1_048_576, 16_384, 1_048_576, 16_384)),
    ],
)
def test_ranges_as_excel_writes_them(text: str, expected: tuple[object, ...]) -> None:
    assert a1.parse_range(text) == expected


@pytest.mark.parametrize("text", [*NOT_RANGES, "A1:B2:C3"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        a1.parse_range(text)


@pytest.mark.parametrize("column", [0, -1, 16_385])
def test_a_column_outside_the_sheet_is_refused(column: int) -> None:
    with pytest.raises(ValueError):
        a1.column_letters(column)
