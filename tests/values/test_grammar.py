"""The grammar of a target in one cell: the engine's reading and the formulas of the live sheet say the same of any text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.formula import compile_formula, top_left
from toolkit.values.grammar import part_formulas, part_name, rewritten, well_written, whole_parts, whole_text
from toolkit.values.targets import Target, parse_target
from toolkit.values.units import repair_unit

SYMBOLS = ("≥", ">", "=", "<", "≤", "定性")
PIECES = (
    "≥",
    "≤",
    "=",
    ">",
    "＞",
    "不低于",
    "以上",
    "90",
    "5",
    "1,000",
    ".",
    "0.50",
    "%",
    "％",
    "天",
    "（个）",
    "(次)",
    "(",
    "）",
    " ",
    "-",
    "；",
    "及时",
    "2026年",
    "~",
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


def by_formulas(text: str) -> tuple[object, object, object, object]:
    """Symbol, number, unit and whether the text is well written, as the formulas of the sheet have them."""
    formulas = part_formulas("远期")
    names = frozenset(("远期", *formulas))
    env: dict[str, object] = {"远期": text or None, "列表.符号": list(SYMBOLS)}
    for name, formula in formulas.items():
        env[name] = top_left(compile_formula(formula, names, {"符号": SYMBOLS}).evaluate(env))
    good = compile_formula(well_written("远期"), names, {"符号": SYMBOLS}).evaluate(env)
    return *(env[part_name("远期", part)] for part in ("符号", "数值", "计量单位")), good  # type: ignore[return-value]


@given(TEXTS)
def test_engine_and_formulas_agree(text: str) -> None:
    target = whole_parts(text, SYMBOLS)
    symbol, number, unit, _ = by_formulas(text)
    quantity = target.symbol not in (None, "定性")
    assert symbol == (target.symbol or "")
    assert (Decimal(str(number)) == Decimal(target.number or "")) if quantity else number == (target.number or "")
    assert (repair_unit(str(unit)) or "") == (target.unit or "")


@given(TEXTS)
def test_what_is_rewritten_is_well_written_and_means_the_same(text: str) -> None:
    made = rewritten(text, SYMBOLS)
    if made is None:
        return
    assert by_formulas(text)[3] is False or text[:1] in "=＝"
    assert by_formulas(made)[3] is True
    assert rewritten(made, SYMBOLS) is None
    said, meant = whole_parts(made, SYMBOLS), parse_target(text)
    assert (said.symbol, said.number) == (meant.symbol, meant.number)


@given(st.sampled_from(SYMBOLS[:-1]), st.decimals(0, 10**9, places=2), st.sampled_from([None, "%", "10家/每日", "元/平方米", "项(次)"]))
def test_a_target_survives_one_cell(symbol: str, number: Decimal, unit: str | None) -> None:
    digits = f"{number:f}".rstrip("0").rstrip(".") if number else "0"
    target = Target(symbol, digits, unit)
    assert whole_parts(whole_text(target), SYMBOLS) == target


@pytest.mark.parametrize(
    ("text", "rewrite"),
    [
        ("不低于90%", "≥90%"),
        (">=90%", "≥90%"),
        ("９０％以上", "≥90%"),
        ("≥1,000次", "≥1000次"),
        ("≥ 90 %", "≥90%"),
        ("＞5个", ">5个"),
        ("≥5-10天", None),
        ("及时", None),
        ("985米", None),
        ("2026年12月底前完成", None),
        ("不低于上年", None),
    ],
)
def test_other_spellings(text: str, rewrite: str | None) -> None:
    assert rewritten(text, SYMBOLS) == rewrite
    assert by_formulas(text)[3] is (rewrite is None and text != "≥5-10天")
