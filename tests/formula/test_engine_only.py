"""相似度 and 含敏感信息, which only the engine has."""

from __future__ import annotations

import pytest

from toolkit.formula import compile_formula
from toolkit.values.errors import DIV0

HOLDS = compile_formula("含敏感信息(文)", {"文"})
SIMILAR = compile_formula("相似度(甲,乙)", {"甲", "乙"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("联系人张三，电话13812345678。", True),
        ("编号113812345678", False),
        ("总机02112345678", False),
        ("12812345678", False),
        ("身份证11010519491231002X", True),
        ("身份证11010519491231002x，已核", True),
        ("身份证110105194912310021", False),
        ("身份证号：110105188912310027", False),
        ("卡号6222021001116245702", True),
        ("卡号6222 0210 0111 6245 702", True),
        ("卡号6222021001116245703", False),
        ("预算960000.00元，2024年1月1日至12月31日", False),
        ("", False),
        (None, False),
        (13812345678, True),
    ],
)
def test_personal_data(text: object, found: bool) -> None:
    assert HOLDS.evaluate({"文": text}) is found


def test_personal_data_in_a_column() -> None:
    assert HOLDS.evaluate({"文": ["无", "13812345678"]}) == [False, True]


@pytest.mark.parametrize(
    ("a", "b", "similarity"),
    [
        ("保障系统稳定运行", "保障系统稳定运行", 1.0),
        ("保障系统\n稳定 运行", "保障系统稳定运行", 1.0),
        ("甲", "甲", 1.0),
        ("甲", "乙", 0.0),
        ("", "", 0.0),
        (None, "甲乙", 0.0),
        ("甲乙丙", "甲乙丁", 0.5),
        ("完成10个社区建设任务", "完成12个社区建设任务", 0.8),
    ],
)
def test_similarity(a: object, b: object, similarity: float) -> None:
    assert SIMILAR.evaluate({"甲": a, "乙": b}) == pytest.approx(similarity)


def test_similarity_to_each_of_a_column() -> None:
    assert SIMILAR.evaluate({"甲": "甲乙丙", "乙": ["甲乙丙", None, "甲乙丁"]}) == [1.0, 0.0, 0.5]


def test_a_text_is_compared_with_a_long_column_as_with_each_of_its_cells() -> None:
    column = ["完成食堂改造", "完成 食堂 改造", None, "", "甲", "甲乙", 12, DIV0, "完成食堂改造", "完成校舍改造", "食堂", True]
    for text in (*column[:5], "完成食堂改造", "完成食堂维修改造", "丙丁戊"):
        alone = [SIMILAR.evaluate({"甲": text, "乙": cell}) for cell in column]
        assert SIMILAR.evaluate({"甲": text, "乙": column}) == alone
        assert SIMILAR.evaluate({"甲": column, "乙": text}) == alone
