"""A table that was balanced adds up in whole numbers, every figure one of the two next to the exact one."""

from __future__ import annotations

import math
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from toolkit.values.balance import balanced, rounded

TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(
        st.lists(st.decimals("-50", "90", places=2, allow_nan=False), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


def next_to(exact: Decimal, whole: int) -> bool:
    return math.floor(exact) <= whole <= math.ceil(exact)


@given(TABLES)
def test_rows_columns_and_all_add_up(table: list[list[Decimal]]) -> None:
    found = balanced(table)
    cells = [(exact, whole) for row, made in zip(table, found, strict=True) for exact, whole in zip(row, made, strict=True)]
    rows = [(sum(row, Decimal(0)), sum(made)) for row, made in zip(table, found, strict=True)]
    columns = [(sum(row, Decimal(0)), sum(made)) for row, made in zip(zip(*table, strict=True), zip(*found, strict=True), strict=True)]
    whole = (sum((exact for exact, _ in cells), Decimal(0)), sum(made for _, made in cells))
    assert [pair for pair in (*cells, *rows, *columns, whole) if not next_to(*pair)] == []


@given(TABLES)
def test_what_adds_up_by_ordinary_rounding_is_left_alone(table: list[list[Decimal]]) -> None:
    whole = [[Decimal(rounded(exact)) for exact in row] for row in table]
    assert balanced(whole) == [[int(exact) for exact in row] for row in whole]


def test_halves_are_rounded_away_from_zero() -> None:
    assert [rounded(Decimal(text)) for text in ("0.5", "-0.5", "2.49", "-2.5")] == [1, -1, 2, -3]
