"""Rows, cells and words that a page break cuts in a ruled table are put together again, and nothing else is.

A page is drawn as rows of cells of equal width; `/` in a cell is a line break, a dot at a cell's end says that its last line is full.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from tests.reading.drawn import FIELDS, FUNDS, GOALS, HEAD, LINES, ROWS, fields, grid, lines, one
from tests.shipped import shipped_form
from toolkit.reading.arranged.pages import without_breaks
from toolkit.reading.plan import plan_of
from toolkit.reading.sheet import read_sheets
from toolkit.sources.grid import Grid
from toolkit.sources.pdf_breaks import Line, Piece
from toolkit.sources.pdf_pages import grid_of
from toolkit.sources.text import PAGE_BREAK

HEADINGS = "一级 | 二级 | 三级指标 | 指标值 | 备注"
BEFORE = "\n".join(f"产出指标 | 数量指标 | 道路养护{n}项 | ≥{n}.00(项) | 按季统计" for n in range(1, 7))


def pages(*drawn: str) -> Grid:
    """Return the grid of a document whose pages are drawn so."""
    return grid_of([[_line(number, text) for number, text in enumerate(page.strip().split("\n"))] for page in drawn])


def _line(number: int, text: str) -> Line:
    pieces = []
    for column, each in enumerate(text.split("|")):
        said = each.strip().replace("/", "\n")
        room = 0.3 if said.endswith(".") else 5.0 if said else math.inf
        pieces.append(Piece(100.0 * column, 100.0 * column + 100, 1, said.removesuffix("."), room))
    return Line(20.0 * number, tuple(pieces), ruled=True)


def last_rows(found: Grid, count: int) -> list[list[object]]:
    """The last rows that hold something, page breaks left out, five columns each."""
    rows = sorted({row for (row, _), value in found.cells.items() if value != PAGE_BREAK})[-count:]
    return [[found.cells.get((row, column)) for column in range(1, 6)] for row in rows]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        (
            "产出指标 | 质量指标 | 验收合格. | ≥98.00(%) | 以验收.",
            " | | 率 | | 报告为准",
            ["产出指标", "质量指标", "验收合格率", "≥98.00(%)", "以验收报告为准"],
        ),
        (
            "产出指. | 时效指. | 维修时限 | ≤20.00(个工. | 按季统计",
            "标 | 标 | | 作日) |",
            ["产出指标", "时效指标", "维修时限", "≤20.00(个工作日)", "按季统计"],
        ),
        (
            "产出指标 | 质量指标 | 绿化面积（含. | ≥18.00(平. | 完成得.",
            " | | 分院） | 方米) | 满分",
            ["产出指标", "质量指标", "绿化面积（含分院）", "≥18.00(平方米)", "完成得满分"],
        ),
        (
            "满意度指. | 服务对象满. | 读者对借阅服务. | ≥93.00(%) | 2.",
            " | 意度 | 的满意度 | | 0",
            ["满意度指", "服务对象满意度", "读者对借阅服务的满意度", "≥93.00(%)", "20"],
        ),
    ],
    ids=["a name", "words of the levels", "brackets", "digits"],
)
def test_a_row_cut_by_a_page_break_is_one(above: str, below: str, joined: list[str]) -> None:
    assert last_rows(pages(f"{HEADINGS}\n{BEFORE}\n{above}", below), 1) == [joined]


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("设备年均故障次. | ≤9.00(次) | 按季统计", "数 | |", ["设备年均故障次数", "≤9.00(次)", "按季统计"]),
        ("管护制度情况 | 建立台账并按. | 达到目标值得.", " | 季更新 | 满分", ["管护制度情况", "建立台账并按季更新", "达到目标值得满分"]),
    ],
    ids=["a name alone", "all but the name"],
)
def test_a_row_beside_merged_levels_cut_by_a_page_break_is_one(above: str, below: str, joined: list[str]) -> None:
    rows = "\n".join(f"道路养护{n}项 | ≥{n}.00(项) | 按季统计" for n in range(1, 7))
    assert last_rows(pages(f"{rows}\n{above}", below), 1) == [[*joined, None, None]]


def test_the_last_digits_of_a_number_and_half_a_remark_are_no_row_of_their_own() -> None:
    above, below = "产出指标 | 成本指标 | 课程平均成本 | ≤4770.0. | 完成得满分，.", " | | | 0 | 每少1%扣0.5分"
    joined = ["产出指标", "成本指标", "课程平均成本", "≤4770.00", "完成得满分，每少1%扣0.5分"]
    assert last_rows(pages(f"{HEADINGS}\n{BEFORE}\n{above}", below), 1) == [joined]


def test_a_word_broken_as_in_other_rows_is_one() -> None:
    rows = "\n".join(f"经济效益/指标 | 增收{n}处 | ≥{n}.00(处) | 6" for n in range(1, 7))
    above, below = "生态效益 | 标志牌噪声超标. | ≤2.00(天) | 6", "指标 | 天数 | |"
    joined = ["生态效益指标", "标志牌噪声超标天数", "≤2.00(天)", "6", None]
    assert last_rows(pages(f"二级 | 三级指标 | 指标值 | 分值\n{rows}\n{above}", below), 1) == [joined]


@pytest.mark.parametrize(
    "below",
    ["产出指标 | 质量指标 | 设施完好率 | ≥95.00(%) | 按季统计", " | | 设施完好率. | ≥95.00(%) | 按季统计", " | | 设施完好率 | ≥95.00(%) |"],
    ids=["all cells", "levels once", "no remark"],
)
def test_a_row_that_begins_a_page_stays_one_of_its_own(below: str) -> None:
    above = "产出指标 | 质量指标. | 验收合格率. | ≥98.00(%). | 按季统计."
    found = last_rows(pages(f"{HEADINGS}\n{BEFORE}\n{above}", below), 2)
    assert [row[2:4] for row in found] == [["验收合格率", "≥98.00(%)"], ["设施完好率", "≥95.00(%)"]]


def test_headings_under_goals_side_by_side_are_no_more_of_them() -> None:
    goal = "1、完成三座公园的日常养护；/2、保持设施完好、环境整洁，全年无安全责任事故。"
    found = last_rows(pages(f"项目总目标 | 年度总体目标\n | {goal}", "绩效指标 | 年度(/项/目)指标值"), 2)
    assert [row[:2] for row in found] == [[None, goal.replace("/", "\n")], ["绩效指标", "年度(/项/目)指标值".replace("/", "\n")]]


def test_the_last_cell_of_a_row_reaches_the_edge_of_the_table() -> None:
    """A blank cell that ends a row of pairs has a column of its own, as cells of the other rows reach over it."""
    row = Line(
        0.0,
        (Piece(0, 100, 1, "项目性质"), Piece(100, 200, 1, "经常性"), Piece(200, 250, 1, "资金投向"), Piece(250, 300, 1, "")),
        ruled=True,
    )
    other = Line(20.0, (Piece(0, 100, 1, "项目名称"), Piece(100, 200, 1, "公园养护"), Piece(200, 300, 1, "和湖市水务局")), ruled=True)
    assert grid_of([[row, other]]).merges == ((2, 3, 2, 4),)


def test_the_year_that_begins_a_page_is_no_more_of_the_heading_at_the_side() -> None:
    form = grid("绩效指标 | 三级指标 | 权重\n^ | 开机台数 | 100\n | |\n（2026年度） | |\n项目名称 | 公园养护 |", ruled=True)
    found = without_breaks(broken(form, 3), plan_of(shipped_form()))
    assert [found.cells.get((row, 1)) for row in (1, 3, 4)] == ["绩效指标", "（2026年度）", "项目名称"]


def test_amounts_above_and_below_a_page_break_are_two() -> None:
    found = pages("项目资金总额. | 592000.00. | 年度资金总额. | 592000.00.", " | | 上年结转资金 | 362000.00")
    assert last_rows(found, 2) == [
        ["项目资金总额", "592000.00", "年度资金总额", "592000.00", None],
        [None, None, "上年结转资金", "362000.00", None],
    ]


def test_a_long_text_printed_on_both_pages_is_read_once() -> None:
    goal = "完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。"
    found = pages(f"年度目标 | {goal}", f"年度目标 | {goal}\n一级 | 二级")
    assert last_rows(found, 2) == [["年度目标", goal, None, None, None], ["一级", "二级", None, None, None]]


def test_numbered_goals_side_by_side_go_on_together() -> None:
    above = "年度目标 | 1、完成三座公园的日常养护；/2、保持设施完好、环境整洁，全年无事故。 | 总目标 | 1、完成三座公园的日常养护；/2、保持设施完好、环境整洁。"
    found = last_rows(pages(above, " | 3、群众满意度保持在90%以上。 | | 3、投诉办结率100%。"), 1)
    assert [str(each).replace("\n", "") for each in found[0][1:4:2]] == [
        "1、完成三座公园的日常养护；2、保持设施完好、环境整洁，全年无事故。3、群众满意度保持在90%以上。",
        "1、完成三座公园的日常养护；2、保持设施完好、环境整洁。3、投诉办结率100%。",
    ]


def broken(drawn: Grid, row: int) -> Grid:
    """A drawn grid as a print with a page break in a blank row."""
    return replace(drawn, cells={**drawn.cells, (row, 1): PAGE_BREAK}, flow=True)


def test_words_of_the_form_cut_by_a_page_break_are_whole() -> None:
    drawn = grid("一级指标 | 二级指标 | 三级指标\n效益 | 时效 | 开机率\n | |\n指标 | 指标 |\n产出指标 | 数量指标 | 台数", ruled=True)
    found = without_breaks(broken(drawn, 3), plan_of(shipped_form()))
    assert [found.cells.get((2, column)) for column in (1, 2, 3)] == ["效益指标", "时效指标", "开机率"]
    assert found.cells[3, 3] == "台数"


def test_a_level_cut_into_two_words_is_whole_where_its_row_is_cut() -> None:
    drawn = grid("一级指标 | 二级指标 | 三级指标\n满意度 | 服务对象 | 就诊患者满意度\n | |\n指标 | 满意度指标 |", ruled=True)
    found = without_breaks(broken(drawn, 3), plan_of(shipped_form()))
    assert [found.cells.get((2, column)) for column in (1, 2, 3)] == ["满意度指标", "服务对象满意度指标", "就诊患者满意度"]
    assert not any(row == 3 for row, _ in found.cells)


HEADING_CUT = """
{} | 一级指标 | 二级指标 | 三级指标
 | | |
{} | 产出指标 | 数量指标 | 开机台数
{} | 产出指标 | 质量指标 | 开机率
"""


@pytest.mark.parametrize("below", ["^", "绩效"], ids=["tall", "one row"])
def test_a_heading_at_the_side_cut_by_a_page_break_leaves_the_rows_apart(below: str) -> None:
    drawn = grid(HEADING_CUT.format("绩效", "指标", below), ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert found.cells[1, 1] == "绩效指标"
    assert [[found.cells.get((row, column)) for column in (2, 3, 4)] for row in (1, 2, 3)] == [
        ["一级指标", "二级指标", "三级指标"],
        ["产出指标", "数量指标", "开机台数"],
        ["产出指标", "质量指标", "开机率"],
    ]


def test_a_row_left_without_a_name_by_a_page_break_is_one_with_the_row_above() -> None:
    drawn = grid(
        "一级指标 | 二级指标 | 三级指标 | 指标值\n效益指标 | 可持续影响 | 讲座移交情况 | 设专职管护员2名\n | | |\n | 指标 | | （每处）",
        ruled=True,
    )
    found = without_breaks(broken(drawn, 3), plan_of(shipped_form()))
    assert [found.cells.get((2, column)) for column in (2, 3, 4)] == ["可持续影响指标", "讲座移交情况", "设专职管护员2名（每处）"]


def test_labels_above_a_page_break_and_values_below_it_are_one_pair() -> None:
    head = "财政项目支出绩效目标申报表\n（2026年度）\n项目类别 | 主管部门\n{}特定目标类 | 和湖市水务局\n项目名称 | 实施单位\n公园养护 | 云溪区公园管理所"
    end = "\n年度总体目标 | <\n完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。 | <\n" + ROWS.strip()
    drawn = broken(grid(head.format(" |\n") + end, ruled=True), 4)
    (parted,) = read_sheets(without_breaks(drawn, plan_of(shipped_form())), shipped_form(), "打印件.pdf")
    assert fields(parted) == fields(one(head.format("") + end))
    assert fields(parted)["主管部门"] == "和湖市水务局"


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("项目资金总额. | 其他资金. | 年度申请总额. | 本年拨款. | 自筹资金.", " | | 626.86万元 | 626.86万元 | 0.00万元"),
        (
            "项目总目标. | 完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。.",
            "年度总体目标 | 完成一座公园的日常养护，保持设施完好。",
        ),
    ],
    ids=["labels above amounts", "two goals"],
)
def test_a_row_of_its_own_is_not_glued_to_the_row_above(above: str, below: str) -> None:
    labels = "\n".join(f"子项{n}资金 | 其他{n}资金 | 年度{n}总额 | 本年{n}拨款 | 自筹{n}资金" for n in range(4))
    found = last_rows(pages(f"{labels}\n{above}", below), 2)
    drawn = [[each.strip().removesuffix(".") or None for each in line.split("|")] for line in (above, below)]
    assert found == [[*line, *[None] * (5 - len(line))] for line in drawn]


def test_what_a_page_break_leaves_empty_of_a_row_is_no_row() -> None:
    found = pages("项目名称 | 实施单位", " |\n公园养护 | 公园管理所")
    assert found.cells == pages("项目名称 | 实施单位", "公园养护 | 公园管理所").cells


def test_a_heading_cut_beside_labels_leaves_the_values_under_them_apart() -> None:
    drawn = grid("项 | 项目总目标 | 年度总体目标\n | |\n目绩效目标 | | 完成三座公园的日常养护", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert [found.cells.get(place) for place in ((1, 1), (1, 3), (2, 3))] == ["项目绩效目标", "年度总体目标", "完成三座公园的日常养护"]


def test_a_label_cut_by_a_page_break_takes_its_row_along() -> None:
    drawn = grid("项目名 | 公园养 | 实施单 | 云溪区公\n | | |\n称 | 护 | 位 | 园管理所\n项目类别 | 特定目标类 | |", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert [found.cells.get((1, column)) for column in (1, 2, 3, 4)] == ["项目名称", "公园养护", "实施单位", "云溪区公园管理所"]


def test_names_cut_by_a_page_break_are_whole() -> None:
    drawn = grid(
        "主管部门 | 云溪区市场监督 | 实施单位 | 云溪区特种设备\n | | |\n | 管理局 | | 检验中心\n项目类别 | 特定目标类 | |", ruled=True
    )
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert [found.cells.get((1, column)) for column in (2, 4)] == ["云溪区市场监督管理局", "云溪区特种设备检验中心"]
    assert found.cells[2, 1] == "项目类别"


def test_a_pair_under_a_page_break_goes_on_with_nothing() -> None:
    drawn = grid("主管部门 | 云溪区市场监督管理局\n |\n归口处室 | 经济建设科", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert [found.cells.get((2, column)) for column in (1, 2)] == ["归口处室", "经济建设科"]


PASTED = """
项目绩效目标 | 年度总体目标 | 1．完成三座公园的日常养护；
^ | ^ | 2．保持设施完好、环境整洁；
^ | ^ | 3．全年无安全责任事故。
"""


def test_paragraphs_that_a_paste_spread_over_rows_are_one_text() -> None:
    found = fields(one(HEAD, PASTED, ROWS))
    assert found["年度总体目标"] == "1．完成三座公园的日常养护；\n2．保持设施完好、环境整洁；\n3．全年无安全责任事故。"


def test_the_text_of_a_label_that_is_gone_is_not_the_neighbours() -> None:
    gone = GOALS.replace("年度总体目标 | <", "| <")
    assert fields(one(HEAD, gone, ROWS))["项目总目标"] is None
    two = "项目总目标 | 到2028年底完成三座公园改造，环境明显改善。\n | 1．本年完成三座公园的日常养护；\n"
    assert fields(one(HEAD, two, ROWS))["项目总目标"] == "到2028年底完成三座公园改造，环境明显改善。"


GOAL = "完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。"


def test_a_heading_on_top_of_a_page_is_no_end_of_a_goal() -> None:
    assert last_rows(pages(GOAL, "四、绩效指标\n一级 | 二级"), 3)[:2] == [[each, *[None] * 4] for each in (GOAL, "四、绩效指标")]


def test_a_paragraph_on_the_next_page_stays_one() -> None:
    first, second = "20、投诉按月调度，完成情况逐月通报到十五个科室；", "21、群众满意度保持在90%以上。"
    assert last_rows(pages(f"目标 | {first}", f" | {second}"), 1)[0][1] == f"{first}\n{second}"


def test_a_unit_in_brackets_belongs_to_the_row_above() -> None:
    rows = "\n".join(f"产出指标 | 数量指标 | 道路养护{n}项 | ≥ {n} (项)" for n in range(1, 7))
    below = "效益指标 | 生态效益指标 | 绿化面积 | ≥ 3 (亩)"
    found = pages(f"{HEADINGS}\n{rows}\n | | 受益人数 | ≥ 43342", f" | | | (人)\n{below}")
    assert [row[2:4] for row in last_rows(found, 2)] == [["受益人数", "≥ 43342(人)"], ["绿化面积", "≥ 3 (亩)"]]
    found = pages(f"{HEADINGS}\n{rows}\n | | 受益人数 | ≥ 43342 | 每少.", f" | | | (人) | 1%扣分\n{below} | 达到得满分")
    assert [row[2:] for row in last_rows(found, 2)] == [["受益人数", "≥ 43342(人)", "每少1%扣分"], ["绿化面积", "≥ 3 (亩)", "达到得满分"]]


def test_words_that_stand_whole_in_other_rows_are_not_cut() -> None:
    """Narrow cells are always full, so that their last line tells nothing."""
    rows = "\n".join(f"道路养护{n}项 | {n} | 定量. | ≥. | {n * 5}." for n in range(1, 7))
    above, below = "档案按期完成率. | | 定量. | =. | 99.", "档案验收时间 | 12 | 定性 | 定性 | 第三季度"
    found = last_rows(pages(f"{rows}\n{above}", f"{below}\n道路养护率 | 3 | 定性 | 定性 | 优"), 3)
    assert [row[0] for row in found] == ["档案按期完成率", "档案验收时间", "道路养护率"]


def test_a_sign_has_its_number_on_the_next_page() -> None:
    rows = "\n".join(f"产出指标 | 数量指标 | 道路养护{n}项 | ≥{n}.00(项) | 反映任务完成情况" for n in range(1, 7))
    found = pages(
        f"{HEADINGS}\n{rows}\n | | 满意度 | ≥ | 实际完成数与计划.", " | | | 95.1(%) | 数之比\n | | 绿化率 | ≥3(%) | 反映任务完成情况"
    )
    assert [row[2:] for row in last_rows(found, 2)] == [
        ["满意度", "≥95.1(%)", "实际完成数与计划数之比"],
        ["绿化率", "≥3(%)", "反映任务完成情况"],
    ]


def test_a_row_cut_in_all_its_cells_but_one_is_whole() -> None:
    rows = "\n".join(f" | 社会效益指标 | 受助儿童政策知晓{n}率 | ≥ | {n * 5}.00" for n in range(1, 7))
    above, below = " | 可持续影响. | 助餐点管护. | 定性 | 通过三级测.", " | 指标 | 制度建立情况 | | 评（含复测）"
    found = last_rows(pages(f"{rows}\n{above}", f"{below}\n | 社会效益指标 | 老年人满意度 | ≥ | 95.00"), 2)
    assert [row[1:] for row in found] == [
        ["可持续影响指标", "助餐点管护制度建立情况", "定性", "通过三级测评（含复测）"],
        ["社会效益指标", "老年人满意度", "≥", "95.00"],
    ]


TWO_STOREYS = """
一级指标 | 二级指标 | 三级指标 | 指标解 | 年度(/项目)指标值 | < | <
 | | | | | |
{} | {} | {} | 释 | 符号 | 数值 | 计量单位
产出指标 | 数量指标 | 养护公园数量 | | ≥ | 3 | 座
"""


@pytest.mark.parametrize("below", [("一级指标", "二级指标", "三级指标"), ("", "", "")], ids=["printed twice", "once"])
def test_a_heading_of_two_storeys_is_one_over_a_page_break(below: tuple[str, ...]) -> None:
    drawn = grid(HEAD, FUNDS, GOALS, TWO_STOREYS.format(*below), ruled=True)
    at = sum(part.strip().count("\n") + 1 for part in (HEAD, FUNDS, GOALS)) + 2
    (found,) = read_sheets(without_breaks(broken(drawn, at), plan_of(shipped_form())), shipped_form(), "打印件.pdf")
    assert lines(found) == ("产出指标 | 数量指标 | 养护公园数量 | ≥3.00(座)",)


def test_a_pair_over_two_rows_is_one_over_a_page_break() -> None:
    """A spreadsheet program prints the whole cell on both pages; rows of the table that say the same on both stay two."""
    above, below = "项目类别 | 特定目标类 | 主管部门 | 云溪区绿化局", "项目类别 | 特定目标类 | 实施单位 | 云溪区公园管理所"
    found = without_breaks(broken(grid(f"{above}\n | | |\n{below}", ruled=True), 2), plan_of(shipped_form()))
    assert [value for _, value in sorted(found.cells.items())] == [*above.split(" | "), "实施单位", "云溪区公园管理所"]
    first, second = "产出指标 | 质量指标 | 设施完好率 | ≥95.00(%)", "产出指标 | 质量指标 | 绿地完好率 | ≥95.00(%)"
    drawn = grid(HEAD, FUNDS, GOALS, f"一级指标 | 二级指标 | 三级指标 | 指标值\n{first}\n | | |\n{second}", ruled=True)
    at = sum(part.strip().count("\n") + 1 for part in (HEAD, FUNDS, GOALS)) + 3
    (read,) = read_sheets(without_breaks(broken(drawn, at), plan_of(shipped_form())), shipped_form(), "打印件.pdf")
    assert lines(read) == (first, second)


def test_a_heading_at_the_side_is_cut_wherever_the_page_ends() -> None:
    drawn = grid("资 | 年度资金申请总额 | 上年结转资金\n | |\n金\\n情\\n况（万元） | 83.19 | 0.5", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert found.cells == {
        (1, 1): "资金\n情\n况（万元）",
        (1, 2): "年度资金申请总额",
        (1, 3): "上年结转资金",
        (2, 2): 83.19,
        (2, 3): 0.5,
    }


def test_a_cell_blank_all_along_beside_a_label_is_none_in_print() -> None:
    parts = "\n".join(part.strip("\n") for part in (HEAD, FUNDS, GOALS, ROWS)).split("\n")
    wide = [line.replace(" | ", " | < | < | ", 1) for line in parts]
    at = next(number for number, line in enumerate(wide) if line.startswith("主管部门"))
    wide[at] = "实施单位 | | < | 云溪区公园管理所 | 主管部门 | 云溪区绿化局"
    (found,) = read_sheets(replace(grid(*wide, ruled=True), flow=True), shipped_form(), "打印件.pdf")
    assert (fields(found), lines(found)) == (FIELDS, LINES)


def test_short_halves_of_goals_beside_a_tall_cell_are_one() -> None:
    def page(texts: tuple[str, str, str], down: int, *more: str) -> list[Line]:
        lines = [tuple(Piece(100.0 * n, 100.0 * n + 100, down if n == 0 else 1, text, 0.4) for n, text in enumerate(texts))]
        lines += [tuple(Piece(100.0 * n, 100.0 * n + 100, 1, text) for n, text in enumerate(row.split("|"))) for row in more]
        return [Line(20.0 * n, pieces, ruled=True) for n, pieces in enumerate(lines)]

    first = page(("项目绩效", "项目总目标", "年度总体目标"), 2)
    first.append(
        Line(20.0, (Piece(100.0, 200.0, 1, "围绕公园的建设，为", 0.4), Piece(200.0, 300.0, 1, "三座公园的养护，为", 0.4)), ruled=True)
    )
    found = grid_of(
        [first, page(("目标", "周边的居民提供更多便利的休闲场所。", "周边的居民保持设施完好和环境整洁。"), 1, "指标|一级|二级")]
    )
    assert [found.cells.get(place) for place in ((1, 1), (2, 2), (2, 3))] == [
        "项目绩效目标",
        "围绕公园的建设，为周边的居民提供更多便利的休闲场所。",
        "三座公园的养护，为周边的居民保持设施完好和环境整洁。",
    ]
    assert [found.cells.get((4, column)) for column in (1, 2, 3)] == ["指标", "一级", "二级"]


def test_a_word_of_a_list_cut_behind_its_label_is_whole() -> None:
    drawn = grid("项目性质：一次性 | <\n |\n项目 | <\n实施单位：云溪区公园管理所 | <", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert found.cells[1, 1] == "项目性质：一次性项目"


def test_paragraphs_go_on_over_a_page_break() -> None:
    texts = ["1、完成三座公园的日常养护；", "2、保持设施完好、环境整洁；", "3、全年无安全责任事故；", "4、群众满意度保持在90%以上。"]
    rows = [f"年度总体目标 | {texts[0]}\\n{texts[1]}", " |", *(f" | {text}" for text in texts[2:]), "四、绩效指标 | <"]
    drawn = grid(HEAD, *rows, ROWS, ruled=True)
    at = HEAD.strip().count("\n") + 3
    (found,) = read_sheets(without_breaks(broken(drawn, at), plan_of(shipped_form())), shipped_form(), "打印件.pdf")
    assert fields(found)["年度总体目标"] == "\n".join(texts)


def test_a_unit_of_money_that_had_no_room_counts() -> None:
    found = one(HEAD, FUNDS.replace("项目资金（元）", "项目资金（万").replace("00000", "0").replace("0000", ""), GOALS, ROWS)
    assert fields(found) == FIELDS


def test_digits_that_had_no_room_belong_to_their_number() -> None:
    found = pages("2,909.07773. | 2,909.07773. | 0.00 | 2027-8-. |", "7 | 7 | | 28 |\n实施单位 | 公园管理所")
    assert last_rows(found, 2)[0] == ["2,909.077737", "2,909.077737", "0.00", "2027-8-28", None]


@pytest.mark.parametrize("level", ["经济成本", "经济成本指标"], ids=["cut", "whole"])
def test_a_name_cut_in_a_small_table_is_whole(level: str) -> None:
    above, rest = f"成本指标 | {level} | 示范田采购成. | ≥4.8 | %", f" | {'' if level.endswith('标') else '指标'} | 本节约率 | |"
    drawn = pages(f"一级指标 | 二级指标 | 三级指标 | 数值 | 单位\n{above}", f"{rest}\n产出指标 | 数量指标 | 台数 | 3 | 台")
    found = without_breaks(drawn, plan_of(shipped_form()))
    assert [row for row in last_rows(found, 2)] == [
        ["成本指标", "经济成本指标", "示范田采购成本节约率", "≥4.8", "%"],
        ["产出指标", "数量指标", "台数", "3", "台"],
    ]


def test_units_of_one_character_stay_with_their_rows() -> None:
    drawn = grid(
        "一级指标 | 二级指标 | 三级指标 | 数值 | 单位\n产出指标 | 数量指标 | 里程 | 3 | 米\n | | | |\n | | 台数 | 4 | 台", ruled=True
    )
    found = without_breaks(broken(drawn, 3), plan_of(shipped_form()))
    assert [found.cells.get((row, 5)) for row in (2, 3)] == ["米", "台"]


def test_amounts_under_labels_stay_apart_beside_a_heading_that_goes_on() -> None:
    found = pages("资金情况 | 年度资金总额. | 当年拨款. | 上年结转.", "（万元） | 8111.79 | 8111.79 | 0.00")
    assert [row[1:4] for row in last_rows(found, 2)] == [["年度资金总额", "当年拨款", "上年结转"], ["8111.79", "8111.79", "0.00"]]


def test_columns_are_those_of_the_page_before_though_they_drift() -> None:
    def page(shift: float, *rows: str) -> list[Line]:
        edges = [80.0, 150.0 + shift, 220.0, 430.0, 496.0 + shift, 560.0]
        return [
            Line(20.0 * n, tuple(Piece(edges[k], edges[k + 1], 1, text) for k, text in enumerate(row.split("|"))), ruled=True)
            for n, row in enumerate(rows)
        ]

    found = grid_of(
        [
            page(0.0, "一级|二级|三级|数值|单位"),
            page(1.7, "产出|数量|台数|3|台"),
            page(2.6, "产出|数量|人数|4|人"),
            page(5.1, "产出|数量|户数|5|户"),
        ]
    )
    assert [row[4] for row in last_rows(found, 4)] == ["单位", "台", "人", "户"]


def test_a_label_with_its_value_in_one_cell_is_whole() -> None:
    drawn = grid("项目 | < | 计划完 | <\n | | |\n名称：公园养护 | < | 成日期：2026/12/28 | <\n主管部门：云溪区绿化局 | < | | <", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert found.cells == {(1, 1): "项目名称：公园养护", (1, 3): "计划完成日期：2026/12/28", (2, 1): "主管部门：云溪区绿化局"}


def test_a_label_with_its_value_is_no_end_of_the_text_above() -> None:
    above, below = "项目名称：噪声自动监测站运行维护（2024—2026年）", "项目分类：特定目标类"
    assert [row[0] for row in last_rows(pages(above, f"{below}\n实施单位：监测站"), 3)] == [above, below, "实施单位：监测站"]


def test_a_blank_row_that_a_page_break_leaves_between_labels_and_values_is_none() -> None:
    head = "计划开始日期 | < | 计划完成日期 | <\n | | |\n | < | | <\n2024-03-01 | < | 2024-06-28 | <"
    found = without_breaks(broken(grid(head, ruled=True), 2), plan_of(shipped_form()))
    assert sorted(found.cells) == [(1, 1), (1, 3), (2, 1), (2, 3)]
    assert found.merges == ((1, 1, 1, 2), (1, 3, 1, 4), (2, 1, 2, 2), (2, 3, 2, 4))


def test_values_under_labels_of_which_some_are_cut_stand_right_below() -> None:
    drawn = grid(
        "项目资金 | 其中：财政资金 | < | 年度资金申请\n | | |\n总额 | | < | 总额\n391028.00 | 391028.00 | < | 391028.00", ruled=True
    )
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert [found.cells.get((row, column)) for row in (1, 2) for column in (1, 2, 4)] == [
        "项目资金总额", "其中：财政资金", "年度资金申请总额", 391028.0, 391028.0, 391028.0,
    ]  # fmt: skip


def test_a_name_and_a_note_cut_in_a_small_table_are_whole() -> None:
    above, below = "产出 | 数量 | 雨水管网. | ≥25.5. | 51", " | | 专项巡查次数 | 次 |"
    found = last_rows(pages(f"一级 | 二级 | 三级指标 | 上年值 | 数值\n{above}", f"{below}\n产出 | 质量 | 完好率 | ≥9% | 95"), 2)
    assert [row[2:] for row in found] == [["雨水管网专项巡查次数", "≥25.5次", "51"], ["完好率", "≥9%", "95"]]


def test_an_item_that_a_document_does_not_print_is_blank_to_the_rules() -> None:
    """A document drawn nearly as ours is another office's, and no template from which a row was deleted."""
    less = "\n".join(line for line in FUNDS.split("\n") if "上年结转资金" not in line)
    (found,) = read_sheets(replace(grid(HEAD, less, GOALS, ROWS, ruled=True), flow=True), shipped_form(), "甲.docx")
    assert fields(found) == {**FIELDS, "上年结转资金": None}
    assert found.entries["上年结转资金"].state == "blank"


def test_a_heading_at_the_side_and_labels_are_cut_together() -> None:
    drawn = grid("资 | 项目名 | 公园养 | 实施单 | 公园管\n | | | |\n金 | 称 | 护 | 位 | 理所", ruled=True)
    found = without_breaks(broken(drawn, 2), plan_of(shipped_form()))
    assert [found.cells.get((1, column)) for column in range(1, 6)] == ["资金", "项目名称", "公园养护", "实施单位", "公园管理所"]
