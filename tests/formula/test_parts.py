"""How a formula comes to its result, part by part; and which sum of a condition does not come out."""

from __future__ import annotations

import pytest

from toolkit.formula import compile_formula
from toolkit.formula.nodes import Literal, Name
from toolkit.formula.parts import parts_of
from toolkit.formula.sums import failing_sum
from toolkit.values.errors import DIV0, ErrorValue

ENV: dict[str, object] = {
    "甲": 3,
    "乙": 1,
    "丙": 0,
    "文": "设备完好率",
    "列": [1, 5],
    "文列": ["故障率", "无"],
    "列表.词": ["率", "", None, "完好率", "率", "投诉"],
}
DIVIDED = ErrorValue("#DIV/0!")


def parts(text: str) -> list[tuple[int, str, object]]:
    part = parts_of(compile_formula(text, ENV, {"词"}), ENV)
    return [(level, each.text, each.value) for level, each in part.walk()]


@pytest.mark.parametrize(
    ("text", "below"),
    [
        ("甲", []),
        ("(甲+乙)*2", [(1, "甲+乙", 4)]),
        ("-(甲+(乙+1))", [(1, "乙+1", 2)]),
        ("-甲%", []),
        ("(甲+(乙+1))%", [(1, "乙+1", 2)]),
        ("IF(甲>1,甲+1,1/0)", [(1, "甲>1", True), (1, "甲+1", 4)]),
        ("IF(甲>5,1/0,甲+1)", [(1, "甲>5", False), (1, "甲+1", 4)]),
        ("IF(甲>5,1/0)", [(1, "甲>5", False)]),
        ("IF(甲-3,1/0,甲+1)", [(1, "甲-3", 0), (1, "甲+1", 4)]),
        ("IF(1/丙,甲+1,甲+2)", [(1, "1/丙", DIVIDED)]),
        ('IF("是"&文,甲+1,甲+2)', [(1, '"是"&文', "是设备完好率")]),
        ("IF(列>2,甲+1,甲+2)", [(1, "列>2", [False, True]), (1, "甲+1", 4), (1, "甲+2", 5)]),
        ("-IF(甲>1,甲+1,1/0)", [(1, "甲>1", True), (1, "甲+1", 4)]),
        ("IFERROR(甲/丙,甲+1)", [(1, "甲/丙", DIVIDED), (1, "甲+1", 4)]),
        ("IFERROR(甲/乙,甲+1)", [(1, "甲/乙", 3)]),
        ("AND(甲>1,OR(乙>1,丙=0))", [(1, "甲>1", True), (1, "OR(乙>1,丙=0)", True), (2, "乙>1", False), (2, "丙=0", True)]),
        ("SUM({1,2},甲,,5)", []),
    ],
)
def test_each_part_that_is_looked_at_with_what_it_gives(text: str, below: list[tuple[int, str, object]]) -> None:
    whole = compile_formula(text, ENV, {"词"}).evaluate(ENV)
    assert parts(text) == [(0, text, whole), *below]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("含任一(文,列表.词)", ("率", "完好率")),
        ("结尾任一(文,列表.词)", ("率", "完好率")),
        ("开头任一(文,列表.词)", ()),
        ('等于任一(文,{"设备完好率","率"})', ("设备完好率",)),
        ("最后位置(文,列表.词)", ("率", "完好率")),
        ("含任一(文列,列表.词)", ("率",)),
        ("含任一(1/0,列表.词)", ()),
    ],
)
def test_the_words_of_a_list_that_matched(text: str, words: tuple[str, ...]) -> None:
    assert parts_of(compile_formula(text, ENV, {"词"}), ENV).words == words


SUMS: dict[str, object] = {"合": 6, "一": 3, "二": 2, "三": 0, "列": [1, 2], "真": True, "错": DIV0}


def said(text: str) -> str | None:
    """The sum as a formula: names, SUM where all cells of one are added up."""
    found = failing_sum(compile_formula(text, SUMS), SUMS)
    if found is None:
        return None
    sides = []
    for side in (found.left, found.right):
        assert all(isinstance(term.node, (Name, Literal)) for term in side)
        shown = [str(term.node.text if isinstance(term.node, Name) else term.node.value) for term in side]  # type: ignore[union-attr]
        sides.append("+".join(f"SUM({name})" if term.whole else name for name, term in zip(shown, side, strict=True)))
    return f"{sides[0]}{found.relation}{sides[1]}"


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("合=一+二", "合=一+二"),
        ("一+二=合", "合=一+二"),
        ("合-一-二=0", "合=一+二"),
        ("0=合-一-二", "合=一+二"),
        ("-合+一+二=0", "合=一+二"),
        ("一+二>=合", "一+二>=合"),
        ("合<=一+二", "合<=一+二"),
        ("合<一+二", "合<一+二"),
        ("一+二>合", "一+二>合"),
        ("ROUND(ROUND(合-(一+二),2),2)=0", "合=一+二"),
        ("(合)=((一)+(二))", "合=一+二"),
        ("合=一+2", "合=一+2"),
        ("合=SUM(列)", "合=SUM(列)"),
        ("SUM(列)=合", "合=SUM(列)"),
        ("SUM(列,二)=合", "合=SUM(列)+SUM(二)"),
        ("SUM(列)=合+一", "SUM(列)=合+一"),
        ("相符(合,一+二,3)", "合=一+二"),
        ("AND(合>0,合=一+二)", "合=一+二"),
        ("AND(一+二=5,合=一+二)", "合=一+二"),
        ("OR(合=一+三,合=一+二)", "合=一+三"),
        ("IF(三=0,合=一+二,合=一)", "合=一+二"),
        ("IF(三,合=一,合=一+二)", "合=一+二"),
        ("IF(合>0,AND(合=一+二),FALSE)", "合=一+二"),
        ("合=一", None),
        ("合<>一+三+三+三", None),
        ("合=一*2+二", None),
        ("合=MAX(一,二)+二", None),
        ("合=SUM(1/三)+二", None),
        ("NOT(合=一+二)", None),
        ("IF(三>0,合=一+二)", None),
        ("IF(错,合=一+二,合=一+二)", None),
        ("合=一+二+1", None),
        ("合=一+错", None),
        ("合-一-二-7<=0-0", None),
        ("一+二-合-9>0", "一+二>合+9"),
        ("0-一-二-合=0", None),
    ],
)  # fmt: skip
def test_which_sum_does_not_come_out(text: str, asked: str | None) -> None:
    assert said(text) == asked
