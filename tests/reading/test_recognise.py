"""Which sheets and pages are this form: told by labels, the same from every source; what only quotes labels is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.drawings.files import write
from tests.drawings.otherforms import OTHER_FORMS, other_form
from tests.reading.drawn import FIELDS, FUNDS, GOALS, HEAD, LINES, ROWS, as_document, fields, grid, lines
from tests.shipped import shipped_form
from toolkit.reading.model import Declaration
from toolkit.reading.read import read_grid
from toolkit.sources.grid import OWN_SHEETS, Grid
from toolkit.sources.open import open_source
from toolkit.sources.text import PAGE_BREAK
from toolkit.workflow.forms import load_forms

FORM = (HEAD, FUNDS, GOALS, ROWS)
BREAK = "↡"
SELF_CHECK = """
✘ 还有 1 项未通过
工作表 | 项目名称 | 编号 | 级别 | 结果 | 提示 | 建议 | 位置
项目1 | 公园养护 | 资金-疑似万元 | 警告 | ✔ | | | E7
"""
ADVICE = """
填报说明
1 | 项目名称 | 填部门预算中的全称。
2 | 主管部门 | 填主管部门的全称。
3 | 年度总体目标 | 写本年度要达到的目标，单位：万元。
"""


def read(sheet: Grid) -> list[Declaration]:
    return read_grid(sheet, [shipped_form()], "甲")


def printed(*parts: str) -> Grid:
    """The parts as pages of a PDF, a page each."""
    sheet = grid(f"\n{BREAK}\n".join(part.strip("\n") for part in parts), ruled=True)
    cells = {place: PAGE_BREAK if value == BREAK else value for place, value in sheet.cells.items()}
    return replace(sheet, name=None, flow=True, cells=cells)


@pytest.mark.parametrize("name", sorted(OWN_SHEETS))
def test_our_own_sheets_are_no_declarations(name: str) -> None:
    assert read(replace(grid(*FORM), name=name)) == []
    assert [fields(found) for found in read(grid(*FORM))] == [FIELDS]


def test_our_own_sheets_are_none_as_pages_of_a_pdf_either() -> None:
    form = "\n".join(part.strip("\n") for part in FORM)
    found = read(printed(form, SELF_CHECK, SELF_CHECK.split("\n", 2)[2], ADVICE))
    assert [(fields(each), lines(each), each.doubts) for each in found] == [(FIELDS, LINES, ())]


def test_a_form_after_our_own_pages_is_read() -> None:
    form = "\n".join(part.strip("\n") for part in FORM)
    found = read(printed(form, SELF_CHECK, form.replace("公园养护", "绿道建设")))
    assert [each.project for each in found] == ["公园养护", "绿道建设"]


def test_a_table_of_advice_under_the_form_is_no_second_one() -> None:
    advice = ADVICE.replace("填报说明", "栏目 | 填写说明").replace("1 | ", "").replace("2 | ", "").replace("3 | ", "")
    (found,) = read(grid(*FORM, advice))
    assert (fields(found), lines(found), found.doubts) == (FIELDS, LINES, ())


def test_a_list_of_words_in_one_column_is_no_form() -> None:
    words = "\n".join(label.text.replace("\n", "") for label in shipped_form().labels)
    assert read(grid("标签标准名", words)) == []


@pytest.mark.parametrize("writer", ["openpyxl合并", "openpyxl不合并", "docx题在表外", "HTML存为xls"])
@pytest.mark.parametrize("name", sorted(OTHER_FORMS))
def test_other_forms_are_not_taken_for_this_one(name: str, writer: str, tmp_path: Path) -> None:
    (path,) = write([other_form(name, 3)], writer, tmp_path / "回收")
    assert [found for sheet in open_source(path, path.name).grids for found in read(sheet)] == []


FEW = """
项目支出绩效目标申报表
实施单位 | 云溪区公园管理所 | 项目类别 | 特定目标类 | 实施周期 | 12个月
主管部门 | 云溪区绿化局 | 项目性质 | 一次性项目 | 项目名称 | 公园养护
年度 | 2026年度
年度资金申请总额 | 300000 | 其中：当年财政拨款 | 300000 | 其他资金 | 0
年度总体目标 | 完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 责任科室 | 分值
产出指标 | 数量指标 | 养护公园数量 | ≥3座 | 业务科 | 50
满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥90% | 业务科 | 50
合计 | | | | | 100
填报人 | 刘敏 | 联系电话 | 028-59300392
"""


def test_a_form_that_asks_for_little_is_not_taken_for_a_shorter_form() -> None:
    """The share of its labels is larger in 部门整体支出绩效目标表, which has fewer; more of its fields stand here."""
    found = read_grid(grid(FEW), load_forms(None), "甲")
    assert [(each.form, each.project, len(each.rows)) for each in found] == [("绩效目标申报表", "公园养护", 2)]


# Forms about the same projects that share a few of the labels.
OTHERS = {
    "立项": """
财政专项资金项目立项申报书
项目名称 | 公园养护 | 项目类别 | 特定目标类
申报单位 | 云溪区公园管理所 | 主管部门 | 云溪区绿化局
项目负责人 | 张敏 | 联系电话 | 028-59300392
申请金额（万元） | 30 | 起止时间 | 2026年1月-12月
立项依据 | 区政府关于加强公园管理的通知。 | < | <
项目实施方案 | 分片包干，每日巡查。 | < | <
经费测算 | 绿化养护20万元，设施维修10万元。 | < | <
主管部门意见 | | < | <
""",
    "审核": """
部门预算项目绩效目标审核表
项目名称 | 公园养护经费 | 申报单位 | 云溪区公园管理所
审核内容 | 审核要点 | 审核意见 | 得分
一、完整性审核（20分） | 规范完整性 | 内容完整，符合要求 | 18
二、适当性审核（30分） | 绩效合理性 | 指标值偏低 | 22
综合评定等级 | 良 | < | <
""",
    "事前评估": """
新增重大政策和项目事前绩效评估表
项目名称 | 智慧公园建设 | 申请单位 | 云溪区绿化局
申请资金（万元） | 800 | 评估方式 | 专家评审
评估内容 | 评估要点 | 评估结论 | 得分
立项必要性 | 是否与职能匹配 | 匹配 | 18
评估结论 | 建议支持 | < | <
""",
    "调整": """
项目支出绩效目标调整申请表
（2026年度）
项目名称 | 公园养护经费 | < | < | <
主管部门 | 云溪区绿化局 | 实施单位 | 云溪区公园管理所 | <
预算资金（元） | 调整前 | 300000 | 调整后 | 250000
年度总体目标 | 调整前 | 完成三座公园的日常养护，保持设施完好。 | 调整后 | 完成两座公园的日常养护，保持设施完好。
一级指标 | 二级指标 | 三级指标 | 调整前指标值 | 调整后指标值
产出指标 | 数量指标 | 养护公园数量 | ≥3座 | ≥2座
满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥90% | ≥90%
调整理由 | 一座公园移交街道管理。 | < | < | <
""",
    "运行监控": """
云溪区城市运行管理中心项目支出绩效运行监控表
（2026年度）
项目名称 | 公园养护经费 | < | < | < | < | <
主管部门 | 云溪区绿化局 | < | 实施单位 | 云溪区公园管理所 | < | <
一级指标 | 二级指标 | 三级指标 | 年度指标值 | 1-7月执行情况 | 全年预计完成情况 | 偏差原因分析
产出指标 | 数量指标 | 养护公园数量 | ≥3座 | 3座 | 3座 | 无
满意度指标 | 服务对象满意度 | 游客满意度 | ≥90% | 91% | 91% | 无
""",
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_forms_drawn_by_hand_are_none_as_sheet_and_in_word(name: str, tmp_path: Path) -> None:
    drawn = grid(OTHERS[name])
    path = as_document(drawn, tmp_path / "甲.docx")
    assert [found for sheet in (drawn, *open_source(path, path.name).grids) for found in read_grid(sheet, load_forms(None), "甲")] == []


@pytest.mark.parametrize(
    "title",
    [
        "云溪区城市运行管理中心2026年项目支出绩效目标申报表",
        "云溪区药品不良反应评价中心项目支出绩效目标表",
        "云溪区环境监控站财政项目支出绩效目标申报表",
        "云溪区区域协同发展中心项目绩效目标申报表",
        "城市运行管理平台维护项目支出绩效目标申报表",
    ],
)
def test_a_word_of_another_form_in_the_name_of_a_unit_makes_it_no_other_form(title: str) -> None:
    (found,) = read(grid(HEAD.replace("财政项目支出绩效目标申报表", title), FUNDS, GOALS, ROWS))
    assert (fields(found), lines(found)) == (FIELDS, LINES)


def test_what_a_project_is_about_makes_it_no_other_form() -> None:
    strange = "项目内容 | 视频监控 | 建设方式 | 监控室改造 | 备注 | 监控点位20处"
    (found,) = read(grid(HEAD, strange, FUNDS, GOALS, ROWS))
    assert (fields(found), lines(found)) == (FIELDS, LINES)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("财政项目支出绩效目标申报表\n（2026）年度", 2026),
        ("财政项目支出绩效目标申报表\n填报年度：2026 | < | 单位：元", 2026),
        ("二〇二六年项目支出绩效目标申报表", 2026),
        ("2025年12月编报2026年项目支出绩效目标申报表", 2026),
        ("2026-2028年项目支出绩效目标申报表", None),
        ("项目支出绩效目标申报表（2026年至2028年）", None),
    ],
)
def test_the_year_however_it_is_printed_and_never_one_of_a_span(title: str, year: int | None) -> None:
    (found,) = read(grid(HEAD.replace("财政项目支出绩效目标申报表\n（2026年度）", title), FUNDS, GOALS, ROWS))
    assert fields(found) == {**FIELDS, "年度": year}


@pytest.mark.parametrize(
    "title", ["二〇二六年项目支出绩效目标申报表", "2025年12月编报2026年项目支出绩效目标申报表", "项目支出绩效目标申报表\n预算年度：2026"]
)
def test_the_year_of_the_title_is_that_of_the_columns_of_amounts_and_of_targets(title: str) -> None:
    """Whatever other years the head names: a period, a date of completion."""
    head = f"{title}\n项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所\n起止时间 | 2026年1月1日至2028年12月31日 | 编报日期 | 2025-11-20"
    funds = "资金来源 | 合计 | 2026年 | 2027年 | 2028年\n财政拨款 | 900000 | 200000 | 300000 | 400000"
    rows = "一级指标 | 二级指标 | 三级指标 | 指标值 | < | <\n^ | ^ | ^ | 2026年 | 2027年 | 2028年\n产出指标 | 数量指标 | 养护公园数量 | ≥3座 | ≥4座 | ≥5座"
    (found,) = read(grid(head, funds, GOALS, f"{rows}\n满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥90% | ≥91% | ≥92%"))
    assert [fields(found)[name] for name in ("年度", "财政资金", "当年财政拨款")] == [2026, "900000.00", "200000.00"]
    assert [line.rpartition(" | ")[2] for line in lines(found)] == ["≥3.00(座)", "≥90.00(%)"]
