"""Forms arranged otherwise than our template: the same fields and rows come out, whatever stands where."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest

from tests.reading.drawn import FIELDS, FUNDS, GOALS, HEAD, LINES, ROWS, fields, grid, lines, one, read, told
from tests.shipped import shipped_form
from toolkit.reading.sheet import read_sheets

ABOVE = """
财政项目支出绩效目标申报表
（2026年度）
项目名称 | 项目性质 | 项目类别
公园养护 | 一次性项目 | 特定目标类
主管部门 | 实施单位 | 计划开始日期 | 计划完成日期
云溪区绿化局 | 云溪区公园管理所 | 2026-01-01 | 2026-12-31
"""
STRANGE = """
2026年度项目支出绩效目标申报表
项目编码 | 31010126000001 | 项目名称 | 公园养护
项目负责人 | 王敏 | 联系电话 | 021-62330000
项目类别 | 特定目标类 | 项目属性 | 延续 | 项目性质 | 一次性项目
实施单位 | 云溪区公园管理所 | 主管部门及代码 | 云溪区绿化局
计划完成日期 | 2026-12-31 | 计划开始日期 | 2026-01-01
"""
ACROSS = """
项目资金总额 | 其中：财政资金 | 其他资金 | 年度资金申请总额 | 其中：当年财政拨款 | 上年结转资金 | 其他资金
 | | | 300000 | 200000 | 60000 | 40000
"""
COLUMN = """
年度资金总额 | 300000
其中：财政拨款 | 200000
上年结转资金 | 60000
其他资金 | 40000
"""
PERIODS = """
资金来源 | 实施期资金 | 2026年度资金
资金总额 | | 300000
其中：财政资金 | | 200000
上年结转资金 | | 60000
其他资金 | | 40000
"""
GOAL_ROWS = """
项目总目标 | | < | <
年度总体目标 | 完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。 | < | <
"""
THREE_CELLS = """
序号 | 一级指标 | 二级指标 | 三级指标 | 指标值类型 | 运算符 | 指标数值 | 度量单位 | 备注
1 | 产出指标 | 数量指标 | 养护公园数量 | 定量 | ≥ | 3 | 座 |
2 | 产出指标 | 质量指标 | 设施完好率 | 定量 | ≥ | 95 | % | 按季统计
3 | 效益指标 | 社会效益指标 | 游园人次 | 定量 | ≥ | 20 | 万人次 |
4 | 满意度指标 | 服务对象满意度指标 | 游客满意度 | 定量 | ≥ | 90 | % |
"""
TWO_CELLS = """
一级 | 二级 | 三级 | 指标值 | 计量单位 | 权重
产出 | 数量 | 养护公园数量 | ≥3 | 座 | 30
 | 质量 | 设施完好率 | ≥95 | % | 20
效益 | 社会效益 | 游园人次 | ≥20 | 万人次 | 30
满意度 | 服务对象满意度 | 游客满意度 | ≥90 | % | 20
合计 | | | | | 100
注：指标值应尽量量化。
填报人 | 王敏 | 联系电话 | 021-62330000
"""
WIDE_HEADING = """
三级指标 | < | 一级指标 | 二级指标 | 年度指标值 | < | <
养护公园数量 | < | 产出指标 | 数量指标 | ≥ | 3 | 座
设施完好率 | < | ^ | 质量指标 | ≥ | 95 | %
游园人次 | < | 效益指标 | 社会效益指标 | ≥ | 20 | 万人次
游客满意度 | < | 满意度指标 | 服务对象满意度指标 | ≥ | 90 | %
"""


# Rows with a label of another form beside, or under, the unit's, and nothing in its wording that says so.
UNDECIDED_ABOVE = """
2026年度项目支出绩效目标申报表
项目性质 | 预算级次 | 项目类别
一次性项目 | 区级 | 特定目标类
计划完成日期 | 计划开始日期
2026-12-31 | 2026-01-01
项目名称 | 归口处室 | 主管部门
公园养护 | | 云溪区绿化局
实施单位 | 支出功能分类
云溪区公园管理所 |
"""
UNDECIDED_BESIDE = """
2026年度项目支出绩效目标申报表
项目名称 | 公园养护 | < | <
项目性质 | 一次性项目 | 项目类别 | 特定目标类
计划开始日期 | 2026-01-01 | 计划完成日期 | 2026-12-31
主管部门 | 云溪区绿化局 | < | <
实施单位 | 云溪区公园管理所 | < | <
资金投向 | 民生保障 | < | <
绩效公开 | | < | <
"""
IN_ONE_CELL = """
2026年度项目支出绩效目标申报表
项目名称：公园养护 | 项目性质：一次性项目 | 项目类别：特定目标类
主管部门：云溪区绿化局 | 实施单位：云溪区公园管理所 | <
计划开始日期：2026-01-01 | 计划完成日期：2026-12-31 | <
"""


# Labels with their values in their own cells do not tell in which direction the others are filled, nor does what stands beside them.
ONE_CELL_AND_ABOVE = """
2026年度项目支出绩效目标申报表
项目名称：公园养护 | < | 项目类别：特定目标类 | <
^ | ^ | 计划完成日期：2026-12-31 | <
项目性质：一次性项目 | < | 协办机构 | 某某公司
主管部门 | < | 资金渠道 | <
云溪区绿化局 | < | 本级财力 | <
计划开始日期：2026-01-01 | < | 实施单位：云溪区公园管理所 | <
"""
ONE_CELL_AND_PAIRS = """
2026年度项目支出绩效目标申报表
项目名称：公园养护 | 支出功能分类 | | 项目类别：特定目标类
主管部门：云溪区绿化局 | 是否政府采购 | 是 | 计划开始日期：2026-01-01
项目性质：一次性项目 | 支出功能分类 | 其他支出 | 计划完成日期：2026-12-31
实施单位：云溪区公园管理所 | | |
"""


@pytest.mark.parametrize(
    "head",
    [UNDECIDED_ABOVE, UNDECIDED_BESIDE, IN_ONE_CELL, ONE_CELL_AND_ABOVE, ONE_CELL_AND_PAIRS],
    ids=["标签在上", "标签在左", "同格", "同格与在上", "同格与别的对"],
)
def test_a_row_that_does_not_tell_goes_as_the_rows_around_it(head: str) -> None:
    found = one(head, FUNDS, GOALS, ROWS)
    assert (fields(found), lines(found)) == (FIELDS, LINES)
    assert [rule for rule, _ in told(found) if rule != "格式-缺项"] == []


def test_two_forms_with_label_and_value_in_one_cell_keep_apart() -> None:
    found = read(IN_ONE_CELL, FUNDS, GOALS, ROWS, IN_ONE_CELL.replace("公园养护", "绿道建设"), FUNDS, GOALS, ROWS)
    assert [fields(each) for each in found] == [FIELDS, {**FIELDS, "项目名称": "绿道建设"}]


@pytest.mark.parametrize("goal", ["完成采购。", "购置设备5台", "验收"])
@pytest.mark.parametrize("below", ["", " | \n", "立项程序 | 专家论证\n"], ids=["接着", "空行", "别的对"])
def test_a_goal_is_a_goal_however_short(goal: str, below: str) -> None:
    found = one(HEAD, FUNDS, f"项目总目标 | | 年度总体目标 |\n | | {goal} |\n{below}", ROWS)
    assert fields(found) == {**FIELDS, "年度总体目标": goal}


def test_a_column_blank_all_along_is_no_place_for_a_value() -> None:
    """A table of Word has cells there, and none of them is more a value's than what stands beside it."""
    pairs = [line.split(" | ") for line in HEAD.strip().splitlines()[2:]]
    head = [" | ".join(line[at : at + 2]) for line in pairs for at in range(0, len(line), 2)]
    goals = ["项目总目标 | | < | < | <", "年度总体目标 | 完成采购。 | < | < | <"]
    parted = [line.replace("|", "| |", 1) for line in (*head, *FUNDS.strip().splitlines(), *goals, *ROWS.strip().splitlines())]
    page = replace(grid("（2026年度）", *parted), ruled=True, flow=True)
    (found,) = read_sheets(page, shipped_form(), "甲.docx")
    assert (fields(found), lines(found)) == ({**FIELDS, "年度总体目标": "完成采购。"}, LINES)


def test_the_heading_of_another_pair_is_no_goal() -> None:
    found = one(HEAD, FUNDS, "年度总体目标 | |\n立项程序 | 专家论证 |", ROWS)
    assert fields(found) == {**FIELDS, "年度总体目标": None}


@pytest.mark.parametrize(("first", "second"), [("一、{}", "{}"), ("（二）{}", "{}"), ("1.{}", "1.1{}"), ("{}", "{}2"), ("②{}", "（1）{}")])
def test_numbered_words_of_the_tree(first: str, second: str) -> None:
    rows = ROWS
    for word, written in (("产出指标", first), ("效益指标", first), ("数量指标", second), ("质量指标", second)):
        rows = rows.replace(f"| {word} |", f"| {written.format(word)} |")
    found = one(HEAD, FUNDS, GOALS, rows)
    assert (fields(found), lines(found), told(found)) == (FIELDS, LINES, [])
    assert any("带有编号" in repair.message for repair in found.repairs)


def test_a_unit_of_money_after_a_colon_is_no_value() -> None:
    labels = ("资金总额 |", "财政资金 |", "结转资金 |", "其他资金 |")
    funds = PERIODS
    for label in labels:
        funds = funds.replace(label, label.replace(" |", "：（元） |"))
    found = one(HEAD, funds, GOALS, ROWS)
    assert (fields(found), lines(found), told(found)) == (FIELDS, LINES, [])


def test_headings_of_periods_are_the_nearest_ones() -> None:
    """In a sheet without merged areas, pairs of the head stand over the columns of the money as well."""
    pairs = "业务板块 | 基层治理 | | 责任主体 | | 街道办事处"
    periods = """
资金来源 | | 实施期资金 | | 2026年度资金
资金总额 | | | | 300000
其中：财政资金 | | | | 200000
上年结转资金 | | | | 60000
其他资金 | | | | 40000
"""
    found = one(HEAD, pairs, periods, GOALS, ROWS)
    assert fields(found) == FIELDS


def test_a_blank_amount_where_our_drawing_has_a_label_is_no_label_rubbed_out() -> None:
    head = """
2026年度项目支出绩效目标申报表
项目名称 | 公园养护 | 项目性质 | 一次性项目 | 项目类别 | 特定目标类
主管部门 | 云溪区绿化局 | < | 实施单位 | 云溪区公园管理所 | <
计划开始日期 | 2026-01-01 | < | 计划完成日期 | 2026-12-31 | <
资金情况 | 资金来源 | < | 实施期资金 | 2026年度资金 | <
^ | 资金总额 | < | | 300000 | <
^ | 其中：财政资金 | < | | 200000 | <
^ | 上年结转资金 | < | | 60000 | <
^ | 其他资金 | < | | 40000 | <
"""
    found = one(head, GOALS, ROWS)
    assert (fields(found), told(found)) == (FIELDS, [])


def test_a_short_text_broken_as_the_labels_are_is_a_label() -> None:
    head = """
财政项目支出绩效目标申报表 | < | < | <
项目\\n名称 | < | 资金归\\n口方式 | <
云溪区三座公园的日常养护 | < | | <
项目\\n性质 | 一次性项目 | 项目\\n类别 | 特定目标类
主管\\n部门 | 云溪区绿化局 | 实施\\n单位 | 云溪区公园管理所
计划开\\n始日期 | 2026-01-01 | 计划完\\n成日期 | 2026-12-31
"""
    assert fields(one(head, FUNDS, GOALS, ROWS)) == {**FIELDS, "年度": None, "项目名称": "云溪区三座公园的日常养护"}


def test_copies_under_each_other_with_the_year_in_their_titles() -> None:
    head = HEAD.replace("申报表\n（2026年度）", "申报表（2026年度）")
    found = read(head, FUNDS, GOALS, ROWS, head.replace("公园养护", "绿道建设"), FUNDS, GOALS, ROWS)
    assert [fields(each) for each in found] == [FIELDS, {**FIELDS, "项目名称": "绿道建设"}]


@pytest.mark.parametrize("head", [HEAD, ABOVE, STRANGE], ids=["官方", "标签在上", "夹有别的项"])
@pytest.mark.parametrize("funds", [FUNDS, ACROSS, COLUMN, PERIODS], ids=["并列", "横排", "一列", "分期"])
@pytest.mark.parametrize("rows", [ROWS, THREE_CELLS, TWO_CELLS, WIDE_HEADING], ids=["一格", "三格", "两格", "一个表头三格"])
def test_any_blocks_together(head: str, funds: str, rows: str) -> None:
    found = one(head, funds, GOALS, rows)
    assert (fields(found), lines(found)) == (FIELDS, LINES)
    assert [rule for rule, _ in told(found) if rule != "格式-缺项"] == []


@pytest.mark.parametrize("goals", [GOALS, GOAL_ROWS], ids=["并排", "上下"])
def test_table_above_the_head(goals: str) -> None:
    found = one("财政项目支出绩效目标申报表", ROWS, goals, HEAD.split("\n", 2)[2], FUNDS)
    assert (fields(found), lines(found)) == (FIELDS, LINES)


def test_forms_one_under_the_other_keep_apart() -> None:
    second = HEAD.replace("公园养护", "绿道建设").replace("财政项目支出绩效目标申报表", "项目支出绩效目标表")
    found = read(HEAD, COLUMN, GOALS, TWO_CELLS, "填报单位（盖章）：云溪区公园管理所", second, COLUMN, GOALS, TWO_CELLS)
    assert [fields(each) for each in found] == [FIELDS, {**FIELDS, "项目名称": "绿道建设"}]
    assert [lines(each) for each in found] == [LINES, LINES]


@pytest.mark.parametrize(
    ("label", "name"),
    [("项目类别", "项目类别"), ("上年结转资金", "上年结转资金"), ("主管部门及代码", "主管部门"), ("计划完成日期", "计划完成日期")],
)
@pytest.mark.parametrize("text", ["其他说明", ""], ids=["改名", "删去"])
def test_a_label_gone_costs_its_own_field_alone_and_is_told(label: str, name: str, text: str) -> None:
    found = one(STRANGE.replace(label, text), FUNDS.replace(label, text), GOALS, ROWS)
    assert fields(found) == {**FIELDS, name: None}
    assert lines(found) == LINES
    assert ("格式-缺项", name) in [(doubt.rule, doubt.field) for doubt in found.doubts]


def test_exchanged_rows_and_columns_change_nothing() -> None:
    title, year, first, second, third = HEAD.strip().split("\n")
    found = one("\n".join((title, year, third, first, second)), GOALS, FUNDS, ROWS)
    assert (fields(found), lines(found)) == (FIELDS, LINES)


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("2026年度项目支出绩效目标表", 2026),
        ("项目支出绩效目标表\n预算年度：2026年", 2026),
        ("项目支出绩效目标表\n申报年度 2026", None),
        ("项目支出绩效目标表\n2026", 2026),
    ],
)
def test_the_year_wherever_it_is_printed(printed: str, year: int | None) -> None:
    assert fields(one(printed, HEAD.split("\n", 3)[3], FUNDS, GOALS, ROWS))["年度"] == year


def test_a_value_is_never_a_label_or_another_fields() -> None:
    blank = HEAD.replace("公园养护", "").replace("云溪区绿化局", "")
    found = one(blank, FUNDS, GOALS, ROWS)
    assert fields(found) == {**FIELDS, "项目名称": None, "主管部门": None}


def test_what_nobody_understands_is_shown_and_glued_to_nothing() -> None:
    odd = HEAD.replace("云溪区公园管理所", "云溪区公园管理所 | 此行由财务科核对后另行补充说明情况")
    found = one(odd, FUNDS, GOALS, ROWS)
    assert (fields(found), lines(found)) == (FIELDS, LINES)
    (doubt,) = found.doubts
    assert (doubt.rule, doubt.severity, doubt.cell) == ("格式-未读懂", "warning", "E4")
    assert "此行由财务科核对" in doubt.message and "清空" not in doubt.message + doubt.suggestion


def test_a_label_of_another_form_may_end_a_row_with_nothing_beside_it() -> None:
    """Without merged cells, its blank place lies in a column where nothing stands at all."""
    plain = [part.replace("^", "").replace("<", "") for part in (FUNDS, GOALS, ROWS)]
    assert told(one(HEAD.replace("管理所", "管理所 | 财政归口"), *plain)) == []


def test_a_level_lost_at_a_page_break_comes_from_the_tree() -> None:
    rows = ROWS.replace("^ | 效益指标 | 社会效益指标", "^ | | 社会效益指标")
    sheet = replace(grid(HEAD, FUNDS, GOALS, rows), flow=True, ruled=True)
    (found,) = read_sheets(sheet, shipped_form(), "甲.pdf")
    assert lines(found) == LINES
    assert [(repair.rule, repair.after, repair.safe) for repair in found.repairs if repair.rule == "修复-层级错位"] == [
        ("修复-层级错位", "效益指标", False)
    ]


def test_several_indicators_in_one_row() -> None:
    rows = THREE_CELLS.replace("养护公园数量 | 定量 | ≥ | 3 | 座", r"养护公园数量\n新增座椅数量 | 定量 | ≥\n≥ | 3\n40 | 座\n个")
    found = one(HEAD, FUNDS, GOALS, rows)
    assert lines(found) == (LINES[0], "产出指标 | 数量指标 | 新增座椅数量 | ≥40.00(个)", *LINES[1:])
    assert ("格式-一行多条", "D13") in told(found)
    assert all(not repair.safe for repair in found.repairs if repair.rule == "修复-指标值")


def test_what_another_form_does_not_ask_for_is_told_once() -> None:
    """The left funding column is another office's whole project: four fields, one cause."""
    found = one(
        HEAD,
        "年度资金申请总额 | 300000 | 当年财政拨款 | 200000 | 上年结转资金 | 60000 | 年度其他资金 | 40000",
        "年度总体目标 | 完成养护。",
        ROWS,
    )
    told = [(doubt.field, doubt.message, doubt.suggestion) for doubt in found.doubts if doubt.rule == "格式-缺项"]
    assert told == [
        (
            None,
            "表中没有“项目资金总额”“其中：财政资金”“其他资金”“项目总目标”这 4 项，按未填处理。",
            "如需填报，请在表中补上这几项。",
        )
    ]


IN_A_ROW = """
财政项目支出绩效目标申报表
（2026年度）
项目名称 | 实施单位 | 主管部门
公园养护 | 云溪区公园管理所 | 云溪区绿化局
{}
计划开始日期 | 2026-01-01 | 计划完成日期 | 2026-12-31 | 项目性质 | 一次性项目 | 项目类别 | 特定目标类
"""


@pytest.mark.parametrize(
    ("under", "told_of"),
    [
        ("考核层级 | 项目阶段 | 项目排序\n区级 | 前期准备 | 3", False),
        ("项目级次 | 建设阶段 | 优先顺序\n市级 | 实施阶段 | 12", False),
        ("绿道建设 | 云溪区道路管理所 | 云溪区交通局", True),
    ],
    ids=["别的标签", "又一种", "又一个项目"],
)
def test_what_stands_under_the_values_of_a_row_is_another_project_or_labels_of_others(under: str, told_of: bool) -> None:
    found = one(IN_A_ROW.format(under), FUNDS, GOALS, ROWS)
    assert (fields(found), lines(found)) == (FIELDS, LINES)
    assert ("格式-未读懂" in [doubt.rule for doubt in found.doubts]) == told_of


def steps_for(copies: int) -> int:
    """How many lines are gone through, each round of a loop counted, to read that many copies of the form under each other."""
    made = 0

    def count(*_: object) -> object:
        nonlocal made
        made += 1
        return count

    sheet = grid(*(HEAD, FUNDS, GOALS, ROWS) * copies)
    before = sys.gettrace()  # that of a run with coverage
    sys.settrace(count)  # type: ignore[arg-type]
    try:
        found = read_sheets(sheet, shipped_form(), "甲")
    finally:
        sys.settrace(before)
    assert len(found) == copies
    return made


def test_each_copy_on_a_sheet_costs_the_same() -> None:
    few, many = 4, 32
    steps_for(2)  # what is remembered of labels and words
    assert steps_for(many) / many <= 1.05 * steps_for(few) / few


def test_a_label_that_two_fields_share_is_that_of_the_one_without_a_label() -> None:
    funds = "项目资金总额 |\n财政资金 |\n其他来源资金 |\n改名的标签 | 260000\n财政拨款 | 200000\n结转资金 | 60000"
    found = fields(one(HEAD, funds, GOALS, ROWS))
    assert [found.get(name) for name in ("财政资金", "当年财政拨款", "上年结转资金")] == [None, "200000.00", "60000.00"]
