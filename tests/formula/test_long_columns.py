"""Long columns are looked up and short ones searched: what is asked of a long one comes to what its short pieces come to."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from toolkit.formula import compile_formula
from toolkit.values.errors import NA, REF

# So many cells are searched, not looked up.
SHORT = 7
CELLS: Sequence[object] = (
    *(None, "", " ", True, False, 0, -0.0, 1, 1.0, 0.1 + 0.2, 0.3, 0.30000000000000004, 1e15, 1e15 + 1, -1),
    *("1", "1.0", "01", "0.3", "50%", "true", "A", "a", "甲", "甲乙", "*", "a*", "率", "#N/A", ">1", "=1", "<>", "2024-1-1", 45292),
)
ASKED = (*CELLS, "甲*", "?", ">0", "<>甲", "<=0.3", "=", ">=甲", "~*")


def calculate(text: str, **names: object) -> object:
    return compile_formula(text, set(names)).evaluate(names)


def pieces(*columns: list[object]) -> list[tuple[list[object], ...]]:
    return [tuple(column[at : at + SHORT] for column in columns) for at in range(0, len(columns[0]), SHORT)]


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_sums(seed: int) -> None:
    random = Random(seed)
    one, other = (random.choices(CELLS, k=60) for _ in range(2))
    for text in (
        "COUNTIF(列,甲)",
        "COUNTIFS(列,甲,另,乙)",
        "SUMIF(列,甲,另)",
        "SUMIFS(另,列,甲,另,乙)",
        "SUMPRODUCT(--(列=甲))",
        "SUMPRODUCT((列=甲)*(乙=另))",
    ):
        for asked in ASKED:
            second = random.choice(ASKED)
            whole = calculate(text, 列=one, 另=other, 甲=asked, 乙=second)
            parts = [calculate(text, 列=a, 另=b, 甲=asked, 乙=second) for a, b in pieces(one, other)]
            assert whole == pytest.approx(sum(parts)), (text, asked, second)  # type: ignore[arg-type]


def test_the_first_place_and_what_stands_beside_it() -> None:
    random = Random(5)
    one, other = (random.choices(CELLS, k=60) for _ in range(2))
    for asked in ASKED:
        places = [
            SHORT * number + found
            for number, (piece,) in enumerate(pieces(one))
            if isinstance(found := calculate("MATCH(甲,列,0)", 列=piece, 甲=asked), int)
        ]
        first = places[0] if places else NA
        assert calculate("MATCH(甲,列,0)", 列=one, 甲=asked) == first, asked
        beside = other[places[0] - 1] if places else NA
        assert calculate("INDEX(另,MATCH(甲,列,0))", 列=one, 另=other, 甲=asked) == beside, asked


def test_an_error_in_a_long_column_is_the_sum_of_what_is_compared_but_is_not_counted() -> None:
    column: list[object] = ["甲", REF, *range(10)]
    assert calculate("SUMPRODUCT(--(列=甲))", 列=column, 甲="甲") == REF
    assert [calculate("COUNTIF(列,甲)", 列=column, 甲=asked) for asked in ("甲", REF, "#REF!", 3)] == [1, 1, 1, 1]
    assert calculate("SUMIF(列,甲,另)", 列=[*range(12)], 另=column, 甲=1) == REF
    assert calculate("SUMIF(列,甲,另)", 列=[*range(12)], 另=column, 甲=4) == 2


def test_columns_of_another_length_and_of_none() -> None:
    assert calculate("SUMPRODUCT((列=1)*(另=1))", 列=[1] * 9, 另=[1] * 10) == NA
    assert calculate("SUMPRODUCT((列=1)*(数=1))", 列=[1, 2] * 5, 数=1) == 5
    assert calculate("SUMPRODUCT((列=1)*(列=另))", 列=[1, 2] * 5, 另=[1] * 10) == 5


def test_what_was_found_out_of_one_column_is_not_told_of_another() -> None:
    formula = compile_formula("COUNTIF(列,甲)", {"列", "甲"})
    for number in range(100):
        column: list[object] = [*[number] * 9, number + 1]
        assert [formula.evaluate({"列": column, "甲": asked}) for asked in (number, number + 1, number, str(number), number + 2)] == [
            9,
            1,
            9,
            9,
            0,
        ]
