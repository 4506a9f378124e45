"""The functions that only the engine has: likeness, personal data, figures and dates in texts."""

from __future__ import annotations

import pickle
from operator import eq, ge, gt, le, lt, ne
from random import Random

import pytest

from toolkit.formula import compile_formula
from toolkit.values.errors import DIV0, NA, NUM, VALUE

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
        ("电话138-1234-5678", True),
        ("电话138 1234 5678", True),
        ("编号138-1234 5678", False),
        ("身份证号 42010219880305771X", True),
        ("身份证号：420102 19880305 7719", True),
        ("身份证号：42010219881305999X", False),
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


@pytest.mark.parametrize("sign", ["<", "<=", "=", "<>", ">=", ">"])
@pytest.mark.parametrize("share", ["0.3", "0.5", "0.8", "0.95"])
def test_a_count_of_similar_texts_decides_as_the_whole_count_does(sign: str, share: str) -> None:
    names = {"文", "列", "数"}
    first = compile_formula(f"数{sign}SUMPRODUCT(--(相似度(文,列)>{share}))", names)
    last = compile_formula(f"SUMPRODUCT(--(相似度(列,文)>{share})){sign}数", names)
    whole = compile_formula(f"SUMPRODUCT(1*(相似度(文,列)>{share}))", names)
    random = Random(f"{sign}{share}")
    holds = {"<": lt, "<=": le, "=": eq, "<>": ne, ">=": ge, ">": gt}[sign]
    for _ in range(40):
        column: list[object] = ["".join(random.choices("甲乙丙 1", k=random.randrange(9))) or None for _ in range(random.randrange(6, 40))]
        for text in (*column[:4], "丙丙甲1乙", "丁", 11, None):
            number = random.randrange(-1, 9)
            count = whole.evaluate({"文": text, "列": column})
            assert isinstance(count, float)
            assert first.evaluate({"文": text, "列": column, "数": number}) is holds(number, count)
            assert last.evaluate({"文": text, "列": column, "数": number}) is holds(count, number)


@pytest.mark.parametrize("column", [["甲乙"] * 9 + [VALUE], ["甲乙"] * 3])
@pytest.mark.parametrize(("text", "number"), [("甲乙", 0.5), ("甲乙", "多"), (NA, 1), ("甲乙", NUM), ("甲乙", None)])
def test_a_count_of_similar_texts_is_whole_where_something_is_odd(column: list[object], text: object, number: object) -> None:
    names = {"文": text, "列": column, "数": number}
    first, second = (compile_formula(f"数<SUMPRODUCT({as_numbers}(相似度(文,列)>0.5))", names) for as_numbers in ("--", "1*"))
    assert first.evaluate(names) == second.evaluate(names)


WRITTEN = compile_formula("写明的数(文,单位)", {"文", "单位"})
AGREES = compile_formula("目标数相符(目标,名称,数,单位)", {"目标", "名称", "数", "单位"})
IMPOSSIBLE = compile_formula("日期不存在(文)", {"文"})
WITHIN = compile_formula("日期在期间(文,DATE(2026,1,1),DATE(2026,12,31))", {"文"})
UP_TO = compile_formula("日期在期间(文,0,DATE(2026,12,31),TRUE)", {"文"})


@pytest.mark.parametrize(
    ("text", "unit", "number"),
    [
        ("更换门窗100樘", "樘", 100.0),
        ("培训志愿者100名", "人", 100.0),
        ("非遗进校园（3所）", "所", 3.0),
        ("排查排污口二百余个", "个", 200.0),
        ("维护十二座桥", "座", 12.0),
        ("惠及1.2万人", "人", 12000.0),
        ("惠及1.2万人", "万人", 1.2),
        ("服务1,200人次", "人次", 1200.0),
        ("服务1200人次", "人", ""),
        ("一个窗口办理", "个", ""),
        ("60岁以上老人", "人", ""),
        ("投入1.5亿元", "万元", 15000.0),
        ("惠及0.5万人", "万人", 0.5),
        ("服务1人次，慰问30人", "人", 30.0),
        ("抽查一百二十户", "户", 120.0),
        ("购置两台", "台", 2.0),
        ("版本2.5.3个", "个", ""),
        ("3 个点位", "个", 3.0),
        ("安排5位专家", "人", 5.0),
        ("安排5位专家", "名", 5.0),
        ("安排5位专家", "个", ""),
        ("改造1处、2处", "处", 2.0),
        ("共10余所", "所", 10.0),
        ("", "个", ""),
        ("3座", "", ""),
    ],
)
def test_the_figure_written_with_a_unit(text: str, unit: str, number: object) -> None:
    assert WRITTEN.evaluate({"文": text, "单位": unit}) == number


@pytest.mark.parametrize(
    ("goal", "name", "number", "unit", "same"),
    [
        ("补建路灯210盏，消除盲区。", "补建路灯", 180, "盏", False),
        ("补建路灯180盏，另修灯杆20盏。", "补建路灯", 180, "盏", True),
        ("巡查泵站210座。", "补建路灯", 180, "座", True),
        ("为老人免费筛查慢性病8600人次。", "老人慢性病筛查人次", 6800, "人次", False),
        ("公众号关注用户比上年增加10%。", "公众号关注用户满意度", 90, "%", True),
        ("公众号关注用户满意度80%。", "公众号关注用户满意度", 90, "%", False),
        ("产品合格率达到95%。", "产品合格率", 98, "%", False),
        ("合格率达到95%。", "产品合格率", 98, "%", True),
        ("产品更多。合格率达到95%。", "产品合格率", 98, "%", True),
        ("审批办理时间压缩到5天。", "审批办理时间", 3, "天", False),
        ("审批材料5天内补齐。", "审批办理时间", 3, "天", True),
        ("补建路灯20盏；补建路灯180盏。", "补建路灯", 180, "盏", True),
        ("补建路灯，顺带把沿线的井盖、护栏、标牌一并修好，更换井盖210盏。", "补建路灯", 180, "盏", True),
        ("", "补建路灯", 180, "盏", True),
    ],
)
def test_a_goal_and_an_indicator_say_the_same_figure(goal: str, name: str, number: float, unit: str, same: bool) -> None:
    assert AGREES.evaluate({"目标": goal, "名称": name, "数": number, "单位": unit}) is same


@pytest.mark.parametrize(
    ("text", "impossible", "within", "up_to"),
    [
        ("2026年9月31日前", True, True, True),
        ("2026-02-30", True, True, True),
        ("2026年13月1日", True, True, True),
        ("2026年12月底前", False, True, True),
        ("2025年11月30日", False, False, True),
        ("2025年春节前", False, False, True),
        ("二〇二七年三月", False, False, False),
        ("2027年6月底前", False, False, False),
        ("比2027年好", False, False, True),
        ("2026/6/30", False, True, True),
        ("编号20261301", False, True, True),
        ("每年9月31日", True, True, True),
        ("每年2月29日", False, True, True),
        ("2024年2月29日", False, False, True),
        ("2026年0月", True, True, True),
        ("2026年度", False, True, True),
        ("二〇二六年十三月", True, True, True),
        ("二零二七年", False, False, True),
        ("不含日期", False, True, True),
    ],
)
def test_dates_in_texts(text: str, impossible: bool, within: bool, up_to: bool) -> None:
    assert [each.evaluate({"文": text}) for each in (IMPOSSIBLE, WITHIN, UP_TO)] == [impossible, within, up_to]


def test_a_text_is_compared_with_a_long_column_as_with_each_of_its_cells() -> None:
    column = ["完成食堂改造", "完成 食堂 改造", None, "", "甲", "甲乙", 12, DIV0, "完成食堂改造", "完成校舍改造", "食堂", True]
    for text in (*column[:5], "完成食堂改造", "完成食堂维修改造", "丙丁戊"):
        alone = [SIMILAR.evaluate({"甲": text, "乙": cell}) for cell in column]
        assert SIMILAR.evaluate({"甲": text, "乙": column}) == alone
        assert SIMILAR.evaluate({"甲": column, "乙": text}) == alone


def test_a_formula_that_was_kept_still_knows_what_excel_lacks() -> None:
    for text, known in (("相似度(甲,乙)", (True, False)), ("IFS(甲,乙)", (False, True)), ("甲+乙", (False, False))):
        formula = compile_formula(text, {"甲", "乙"})
        kept = pickle.loads(pickle.dumps(formula))
        assert (bool(formula.engine_only), bool(formula.modern)) == known
        assert (kept.engine_only, kept.modern) == (formula.engine_only, formula.modern)
        with pytest.raises(AttributeError):
            _ = kept.nothing
