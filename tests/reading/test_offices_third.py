"""Forms unlike those of `offices` in kind, each a text file in `offices/third/`: the drawing, then the fields and rows of each project.

Drawn by hand and read over. A line that begins with ¶ is a paragraph of Word between two tables; on a sheet it is a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment

from tests.office import convert_all
from tests.reading.drawn import FUNDS, GOALS, HEAD, ROWS, bare, fields, grid, lines, one, put_table
from tests.reading.test_offices_further import got
from toolkit.reading.model import Declaration
from toolkit.reading.read import read_grid
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source
from toolkit.workflow.forms import load_forms

OFFICES = sorted((Path(__file__).parent / "offices" / "third").glob("*.txt"))

Expected = list[tuple[dict[str, str], tuple[str, ...]]]


def drawn(path: Path) -> tuple[str, Expected]:
    """The drawing of a file, and the fields and the rows of each project that it declares."""
    drawing, *projects = path.read_text(encoding="utf-8").split("====\n")
    parts = [project.partition("----\n") for project in projects]
    pairs = [(line.partition("：") for line in head.splitlines()) for head, _, _ in parts]
    fields = [{name: value.replace("\\n", "\n") for name, _, value in each} for each in pairs]
    return drawing, list(zip(fields, [tuple(rows.splitlines()) for _, _, rows in parts], strict=True))


def sheet(drawing: str) -> Grid:
    return grid(drawing.replace("¶", ""))


def document(drawing: str, path: Path) -> Path:
    """The drawing as a document of Word: tables with paragraphs between them."""
    word = Document()
    for is_text, block in groupby(drawing.strip("\n").split("\n"), key=lambda line: line.startswith("¶")):
        for line in block if is_text else ():
            word.add_paragraph(line[1:])
        if not is_text:
            put_table(word, grid("\n".join(block)))
    word.save(str(path))
    return path


def read_file(path: Path) -> list[Declaration]:
    return [found for page in open_source(path, path.name).grids for found in read_grid(page, load_forms(None), "甲")]


def is_as_drawn(found: Sequence[Declaration], expected: Expected, name: str) -> None:
    """A print breaks lines anywhere; what is said of each value is that it was read."""
    for each, (values, rows) in zip(found, expected, strict=True):
        assert {name: bare(value) for name, value in got(each).items()} == {name: bare(value) for name, value in values.items()}, name
        assert [bare(line) for line in lines(each)] == [bare(line) for line in rows], name
        assert "格式-未读懂" not in {doubt.rule for doubt in each.doubts}, name


def is_read(path: Path) -> None:
    """Drawn as a sheet, a form is read value by value, and nothing of it is not understood."""
    drawing, expected = drawn(path)
    found = read_grid(sheet(drawing), load_forms(None), "甲")
    assert [(got(each), lines(each)) for each in found] == expected
    assert "格式-未读懂" not in {doubt.rule for each in found for doubt in each.doubts}


# What is parted by tabs is a text's.
SHEETS = [path for path in OFFICES if "\t" not in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", SHEETS, ids=[path.stem for path in SHEETS])
def test_an_office_s_form_of_another_kind_is_read(path: Path) -> None:
    is_read(path)


# What Word and a print may tear apart: several tables with texts between them, upright headings, an outline, sentences, labels over their values.
PRINTED = ("¶", "产\\n出", "1.1数量", "控制在", "：\\n")

NESTED = """
2026年度项目支出绩效目标申报表 | < | < | <
项目名称 | 湿地候鸟监测 | 项目类别 | 特定目标类
主管部门 | 云溪区林业局 | 实施单位 | 云溪区野生动物保护站
项目资金（万元） |  | < | <
年度目标 | 监测候鸟栖息地12处，发布监测报告4期。 | < | <
 | < | < | <
"""
INNER_FUNDS = """
年度资金总额 | 财政拨款 | 上年结转 | 其他资金
46 | 40 | 2 | 4
"""
INNER_ROWS = """
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 监测栖息地数 | 12处
产出指标 | 时效指标 | 报告发布时间 | 每季度末
效益指标 | 生态效益指标 | 候鸟种群数量 | ≥86种
"""
WHAT_IS_NESTED: Expected = [
    (
        {
            "年度": "2026",
            "项目名称": "湿地候鸟监测",
            "项目类别": "特定目标类",
            "主管部门": "云溪区林业局",
            "实施单位": "云溪区野生动物保护站",
            "年度资金申请总额": "460000.00",
            "当年财政拨款": "400000.00",
            "上年结转资金": "20000.00",
            "年度其他资金": "40000.00",
            "年度总体目标": "监测候鸟栖息地12处，发布监测报告4期。",
        },
        (
            "产出指标 | 数量指标 | 监测栖息地数 | 12.00(处)",
            "产出指标 | 时效指标 | 报告发布时间 | 每季度末",
            "效益指标 | 生态效益指标 | 候鸟种群数量 | ≥86.00(种)",
        ),
    )
]

REGION = """
{title} | < | < | < | <
（2026年度） | < | < | < | <
专项名称 | < | 林业草原生态保护恢复资金 | < | <
省级财政部门 | < | 云溪省财政厅 | 省级主管部门 | 云溪省林业局
资金情况\\n（万元） | 年度金额： | 86000 | < | <
^ | 其中：中央补助 | 60000 | < | <
年度目标 | 完成退化草原修复120万亩，天然林管护1800万亩。 | < | < | <
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 指标值
^ | 产出指标 | 数量指标 | 修复退化草原面积 | ≥120万亩
^ | ^ | 质量指标 | 修复合格率 | ≥90%
^ | 满意度指标 | 服务对象满意度指标 | 农牧民满意度 | ≥85%
"""
REGIONS = [
    REGION.replace("{title}", title)
    for title in ("中央对地方专项转移支付区域绩效目标表", "2026年省级专项资金区域绩效目标申报表", "专项资金整体绩效目标表")
]


def nested(path: Path) -> Path:
    """A document with the amounts and the indicators in tables of their own, inside cells of the form's."""
    word = Document()
    put_table(word, grid(NESTED))
    (outer,) = word.tables
    for place, inner in (((3, 1), INNER_FUNDS), ((5, 0), INNER_ROWS)):
        put_table(outer.cell(*place), grid(inner))
        outer.cell(*place).add_paragraph()
    word.save(str(path))
    return path


def torn() -> list[tuple[str, Expected]]:
    return [each for path in OFFICES for each in (drawn(path),) if any(mark in each[0] for mark in PRINTED)]


def is_read_as(paths: Sequence[Path], drawings: Sequence[Expected]) -> None:
    for path, expected in zip(paths, drawings, strict=True):
        is_as_drawn(read_file(path), expected, path.name)


def test_the_same_forms_of_other_kinds_in_word(tmp_path: Path) -> None:
    chosen = torn()
    is_read_as([document(each, tmp_path / f"{number}.docx") for number, (each, _) in enumerate(chosen)], [each for _, each in chosen])
    is_read_as([nested(tmp_path / "表中表.docx")], [WHAT_IS_NESTED])


@pytest.mark.parametrize("drawing", REGIONS)
def test_the_goals_of_a_region_s_funds_are_another_form(drawing: str, tmp_path: Path) -> None:
    typed = "\n".join("\t".join(text for cell in line.split("|") if (text := cell.strip()) not in "<^") for line in drawing.split("\n"))
    path = tmp_path / "甲.txt"
    path.write_text(typed, encoding="utf-8")
    assert (read_grid(sheet(drawing), load_forms(None), "甲"), read_file(document(drawing, tmp_path / "甲.docx")), read_file(path)) == (
        [],
        [],
        [],
    )


@pytest.mark.office
def test_forms_of_other_kinds_printed(tmp_path: Path) -> None:
    chosen = torn()
    written = [document(drawing, tmp_path / f"{number}.docx") for number, (drawing, _) in enumerate(chosen)]
    regions = [document(drawing, tmp_path / f"区域{number}.docx") for number, drawing in enumerate(REGIONS)]
    printed = convert_all([*written, nested(tmp_path / "表中表.docx"), *regions], "pdf", tmp_path)
    is_read_as(printed, [*(expected for _, expected in chosen), WHAT_IS_NESTED, *([] for _ in REGIONS)])


def test_hidden_cells_of_a_form_are_read_and_helpers_beside_it_are_not(tmp_path: Path) -> None:
    """As a clerk leaves it in WPS: a filter with a hidden row, a hidden column of the form, panes, formulas and notes beside the form."""
    drawing, expected = drawn(next(path for path in OFFICES if "天津" in path.stem))
    book = Workbook()
    page = book.active
    assert page is not None
    form = sheet(drawing)
    for (row, column), value in form.cells.items():
        page.cell(row, column).value = value
    for top, left, bottom, right in (*form.merges, (14, 1, 15, 5)):
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    for row in range(8, 13):
        page.cell(row, 7).value = f'=IF(D{row}="","缺","√")'
    page["I3"] = "辅助列：勿删"
    page.freeze_panes = "A9"
    page.auto_filter.ref = "A8:E12"
    page.row_dimensions[10].hidden = page.column_dimensions["E"].hidden = True
    page["C9"].comment = Comment("含广场灯具", "张")
    path = tmp_path / "甲.xlsx"
    book.save(str(path))
    (found,) = read_file(path)
    assert [(got(found), lines(found))] == expected
    assert {doubt.rule for doubt in found.doubts} == {"格式-缺项", "格式-隐藏", "格式-批注", "金额-万元"}


@pytest.mark.parametrize(
    ("written", "amount", "state"),
    [
        ("壹佰贰拾万元整", "1200000.00", "ok"),
        ("人民币（大写）壹佰贰拾万元整", "1200000.00", "ok"),
        ("￥1,200,000.00", "1200000.00", "ok"),
        ("120万", "1200000.00", "ok"),
        ("120.00万元（含上年结转20万元）", "1200000.00", "ok"),
    ],
)
def test_an_amount_is_read_as_it_is_written_or_said_to_be_none(written: str, amount: str | None, state: str) -> None:
    found = one(HEAD, f"年度资金总额 | {written} | < | 其中：财政拨款 | 1000000", GOALS, ROWS)
    assert (fields(found)["年度资金申请总额"], found["年度资金申请总额"].state) == (amount, state)
    assert fields(found)["当年财政拨款"] == "1000000.00"


@pytest.mark.parametrize(
    ("period", "dates"),
    [
        ("项目起止时间 | 起：2026-02-01 | 止：2026-11-30", ("2026-02-01", "2026-11-30")),
        ("实施期限 | 2026年2月1日起 | 至2026年11月30日止", (None, None)),
        ("起 止 时 间 | 自2026.2.1 | 至2026.11.30", ("2026-02-01", "2026-11-30")),
        ("项目起止时间 | 2026年1月至12月", (None, None)),
        ("项目起止时间 | 长期", (None, None)),
        ("验收 | 起：2026-02-01 | 止：2026-11-30", (None, None)),
    ],
)
def test_a_period_in_two_cells(period: str, dates: tuple[str | None, str | None]) -> None:
    found = one("项目支出绩效目标申报表（2026年度）\n项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所", period, FUNDS, GOALS, ROWS)
    assert (fields(found)["计划开始日期"], fields(found)["计划完成日期"]) == dates


@pytest.mark.parametrize(
    ("title", "amount"),
    [
        ("项目支出绩效目标申报表（2026年度）（单位：万元）", "300000.00"),
        ("项目支出绩效目标申报表（2026年度，单位：万元）", "300000.00"),
        ("项目支出绩效目标申报表（万元）", "300000.00"),
        ("项目支出绩效目标申报表（2026年度）", "30.00"),
    ],
)
def test_the_unit_of_money_in_a_title_is_that_of_all_amounts(title: str, amount: str) -> None:
    assert (
        fields(one(title, "项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所", "年度资金总额 | 30", GOALS, ROWS))["年度资金申请总额"]
        == amount
    )


@pytest.mark.parametrize(
    ("names", "targets"),
    [
        (("养护公园不少于3座；", "设施完好率≥95%；", "按期完成"), ("养护公园 | ≥3.00(座)", "设施完好率 | ≥95.00(%)", "按期完成 | None")),
        (("养护公园3座", "设施完好率达标", "按期完成"), ("养护公园3座 | None", "设施完好率达标 | None", "按期完成 | None")),
        (
            ("养护公园：3座", "设施完好率：95%", "完成时间：12月底前"),
            ("养护公园 | 3.00(座)", "设施完好率 | 95.00(%)", "完成时间 | 12月底前"),
        ),
    ],
)
def test_names_and_targets_in_one_text_are_parted_where_a_target_begins(names: Sequence[str], targets: tuple[str, ...]) -> None:
    rows = "\n".join(f"产出指标 | 数量指标 | {name}" for name in names)
    found = one(HEAD, FUNDS, GOALS, f"一级指标 | 二级指标 | 指标内容及指标值\n{rows}")
    assert tuple(line.split(" | ", 2)[2] for line in lines(found)) == targets


def test_a_label_of_two_fields_gives_neither_of_them_both_values() -> None:
    head = "项目支出绩效目标申报表（2026年度）\n项目名称 | 公园养护 | 项目类别 | 特定目标类\n主管部门/实施单位 | 云溪区绿化局/云溪区公园管理所 | < | <"
    found = one(head, FUNDS, GOALS, ROWS)
    assert (fields(found)["主管部门"], fields(found)["实施单位"]) == (None, None)
    (missing,) = (doubt.message for doubt in found.doubts if doubt.rule == "格式-缺项")
    assert "“主管部门”“实施单位”" in missing
