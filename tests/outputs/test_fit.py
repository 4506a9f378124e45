"""Room for texts: lines counted as Excel breaks them, heights shared among the rows of an area."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.outputs.fit import Placed, line_count, needed_height, row_heights
from toolkit.spreadsheet.geometry import MOST_HEIGHT


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 20, 1),
        ("绩效目标", 20, 1),
        ("绩" * 9, 20, 1),
        ("绩" * 10, 20, 2),
        ("绩" * 28, 20, 4),
        ("a" * 16, 20, 1),
        ("a" * 40, 20, 3),
        ("绩绩绩绩绩 20240101123", 20, 2),
        ("一\n二\n\n四", 20, 4),
        ("绩效", 1, 2),
    ],
)
def test_lines(text: str, width: float, lines: int) -> None:
    assert line_count(text, width, 2.0) == lines


def test_an_area_that_is_high_enough_stays() -> None:
    assert row_heights([Placed((1, 1, 4, 2), "绩效" * 20, 11, 2.0)], lambda _: 20, lambda _: 30) == {}


def test_what_is_lacking_is_shared_by_the_rows_of_an_area() -> None:
    text = "绩" * 400
    heights = row_heights([Placed((5, 1, 8, 2), text, 11, 2.0)], lambda _: 10, lambda _: 20)
    assert set(heights) == {5, 6, 7, 8} and len(set(heights.values())) == 1
    assert sum(heights.values()) >= needed_height(text, 20, 11, 2.0) > sum(heights.values()) - 4


def test_no_row_is_higher_than_excel_allows() -> None:
    assert row_heights([Placed((1, 1, 2, 1), "绩" * 5000, 11, 2.0)], lambda _: 10, lambda _: 20) == {
        1: MOST_HEIGHT,
        2: MOST_HEIGHT,
    }


def test_hidden_rows_stay_hidden() -> None:
    heights = row_heights([Placed((1, 1, 2, 1), "绩" * 50, 11, 2.0)], lambda _: 10, lambda row: 0 if row == 1 else 20)
    assert set(heights) == {2}


@given(st.text(alphabet="绩效a1 ，(%)\n", max_size=300), st.floats(3, 200), st.floats(1, 5))
def test_more_room_never_needs_more_lines(text: str, width: float, full: float) -> None:
    assert line_count(text, width, full) >= line_count(text, width * 2, full) >= text.count("\n") + 1
    assert line_count(text + "绩", width, full) >= line_count(text, width, full)
