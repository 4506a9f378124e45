"""Forms as further provinces and offices print them, each a text file in `offices/`: the drawing, the fields, the rows.

Drawn by hand after the usual layouts and read over; the same fields and rows come out, as a sheet, as a table of Word and printed.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.office import convert_all
from tests.reading.drawn import FIELDS, FUNDS, GOALS, HEAD, ROWS, as_document, bare, fields, grid, lines, one
from tests.reading.test_offices import SELF_REVIEW
from toolkit.reading.model import NOT_OF_TYPE, Declaration
from toolkit.reading.read import read_grid
from toolkit.sources.open import open_source
from toolkit.workflow.forms import load_forms

OFFICES = sorted((Path(__file__).parent / "offices").glob("*.txt"))


def drawn(path: Path) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """The drawing of a file, the fields and the rows that it stands for."""
    drawing, _, expected = path.read_text(encoding="utf-8").partition("====\n")
    head, _, rows = expected.partition("----\n")
    pairs = (line.partition("：") for line in head.splitlines())
    return drawing, {name: value.replace("\\n", "\n") for name, _, value in pairs}, tuple(rows.splitlines())


def got(found: Declaration) -> dict[str, str]:
    """What was read, without what is blank."""
    return {name: str(value) for name, value in fields(found).items() if value is not None}


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("path", OFFICES, ids=[path.stem for path in OFFICES])
def test_a_further_office_s_form_is_read(path: Path, ruled: bool) -> None:
    drawing, expected, rows = drawn(path)
    (found,) = read_grid(replace(grid(drawing), ruled=ruled, flow=ruled, name=None if ruled else "表一"), load_forms(None), "甲")
    assert got(found) == expected
    assert lines(found) == rows
    assert "格式-未读懂" not in {doubt.rule for doubt in found.doubts}


@pytest.mark.office
def test_the_same_further_forms_in_word_and_printed(tmp_path: Path) -> None:
    documents = [as_document(grid(drawn(path)[0]), tmp_path / f"{path.stem}.docx") for path in OFFICES]
    printed = convert_all(documents, "pdf", tmp_path)
    for paths in (documents, printed):
        for path, drawing in zip(paths, OFFICES, strict=True):
            _, expected, rows = drawn(drawing)
            (found,) = (each for page in open_source(path, path.name).grids for each in read_grid(page, load_forms(None), "甲"))
            assert {name: bare(value) for name, value in got(found).items()} == {name: bare(value) for name, value in expected.items()}, (
                path.name
            )
            assert [bare(line) for line in lines(found)] == [bare(line) for line in rows], path.name
            assert "格式-未读懂" not in {doubt.rule for doubt in found.doubts}, path.name


@pytest.mark.parametrize(
    ("written", "shown_as_percent", "rules"),
    [("98.75", False, []), ("98.75%", False, ["修复-文本数字"]), ("98.75％", False, ["修复-文本数字"]), ("0.9875", True, ["修复-百分比"])],
)
def test_a_rate_under_a_percent_sign_is_read_as_it_is_seen(written: str, shown_as_percent: bool, rules: list[str]) -> None:
    """The office's own heading need not print the sign: the form's does."""
    sheet = grid(SELF_REVIEW.replace("98.75%", written, 1))
    sheet = replace(sheet, percents=frozenset([(6, 9)] * shown_as_percent))
    (found,) = read_grid(sheet, load_forms(None), "甲")
    rate = found["资金.年度资金总额.执行率"]
    assert (rate.value, rate.text[:5]) == (Decimal("98.75"), "98.75")
    assert [repair.rule for repair in found.repairs if repair.field == "资金.年度资金总额.执行率" and "标签" not in repair.rule] == rules


def test_a_target_under_no_heading_of_the_form_s_is_missed_aloud() -> None:
    rows = "一级指标 | 二级指标 | 三级指标 | 考核尺度\n产出指标 | 数量指标 | 养护公园数量 | ≥3座\n满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥90%"
    found = one(HEAD, FUNDS, GOALS, rows)
    assert [line.rpartition(" | ")[2] for line in lines(found)] == ["None", "None"]
    assert [(doubt.rule, doubt.field) for doubt in found.doubts] == [("格式-缺项", "数值")]


SIDE_BY_SIDE = (
    "产出指标 | 数量指标 | 养护公园数量 | ≥3.00(座)",
    "产出指标 | 质量指标 | 设施完好率 | ≥95.00(%)",
    "效益指标 | 社会效益指标 | 游园人次 | ≥20.00(万人次)",
)


@pytest.mark.parametrize(
    "rows",
    [
        # A level's word over each table, or a column of its own in each.
        "产出指标 | < | < | 效益指标 | < | <\n二级指标 | 三级指标 | 指标值 | 二级指标 | 三级指标 | 指标值\n"
        "数量指标 | 养护公园数量 | ≥3座 | 社会效益指标 | 游园人次 | ≥20万人次\n质量指标 | 设施完好率 | ≥95%",
        "一级指标 | 二级指标 | 三级指标 | 指标值 | 一级指标 | 二级指标 | 三级指标 | 指标值\n"
        "产出指标 | 数量指标 | 养护公园数量 | ≥3座 | 效益指标 | 社会效益指标 | 游园人次 | ≥20万人次\n^ | 质量指标 | 设施完好率 | ≥95%",
        "产出指标 | < | < | < | 效益指标 | < | < | <\n二级指标 | 三级指标 | 指标值 | 权重 | 二级指标 | 三级指标 | 指标值 | 权重\n"
        "数量指标 | 养护公园数量 | ≥3座 | 30 | 社会效益指标 | 游园人次 | ≥20万人次 | 30\n质量指标 | 设施完好率 | ≥95% | 30",
        # On a line across the table; numbered; in the heading that each block repeats.
        "二级指标 | 三级指标 | 指标值\n产出指标 | < | <\n数量指标 | 养护公园数量 | ≥3座\n质量指标 | 设施完好率 | ≥95%\n效益指标 | < | <\n社会效益指标 | 游园人次 | ≥20万人次",
        "二级指标 | 三级指标 | 指标值\n（一）产出指标 | | \n数量指标 | 养护公园数量 | ≥3座\n质量指标 | 设施完好率 | ≥95%\n（二）效益指标\n社会效益指标 | 游园人次 | ≥20万人次",
        "产出指标 | 二级指标 | 三级指标 | 指标值\n | 数量指标 | 养护公园数量 | ≥3座\n | 质量指标 | 设施完好率 | ≥95%\n"
        "效益指标 | 二级指标 | 三级指标 | 指标值\n | 社会效益指标 | 游园人次 | ≥20万人次",
    ],
)
def test_tables_side_by_side_and_levels_above_their_rows(rows: str) -> None:
    """No row is made of the left half of one indicator and the right half of another; a level above its rows is that of all of them."""
    found = one(HEAD, FUNDS, GOALS, rows)
    assert lines(found) == SIDE_BY_SIDE
    assert found.doubts == ()


@pytest.mark.parametrize("between", ["-", "—", "/", "：", "、", "\\n", " ", ""])
@pytest.mark.parametrize("headings", ["指标类别", "一级指标", "一级指标/二级指标", "指标分类"])
def test_two_levels_in_one_cell_are_parted_by_the_words_of_the_lists(between: str, headings: str) -> None:
    rows = "\n".join(
        f"{upper}{between}{lower} | {rest}"
        for upper, lower, rest in (
            ("产出指标", "数量指标", "养护公园数量 | ≥3座"),
            ("产出指标", "质量指标", "设施完好率 | ≥95%"),
            ("效益指标", "社会效益指标", "游园人次 | ≥20万人次"),
        )
    )
    found = one(HEAD, FUNDS, GOALS, f"{headings} | 三级指标 | 指标值\n{rows}")
    assert lines(found) == SIDE_BY_SIDE
    assert found.doubts == ()


def test_a_cell_that_holds_more_than_two_words_of_the_levels_is_left_as_it_is() -> None:
    rows = "一级指标 | 三级指标 | 指标值\n产出指标-数量指标-其他 | 养护公园数量 | ≥3座\n效益指标-社会效益指标 | 游园人次 | ≥20万人次"
    found = one(HEAD, FUNDS, GOALS, rows)
    assert lines(found)[0].startswith("产出指标-数量指标-其他 | None | ")
    assert [(doubt.rule, doubt.field) for doubt in found.doubts] == [("格式-缺项", "二级指标")]


@pytest.mark.parametrize(
    ("funds", "amounts"),
    [
        ("项目资金 | 年度资金总额：30万元，其中：财政拨款26万元，其他资金4万元。 | <", ("300000.00", "260000.00", "40000.00")),
        ("项目资金（万元） | 年度资金总额：30；财政拨款：26；其他资金：4 | <", ("300000.00", "260000.00", "40000.00")),
        ("项目资金 | 年度资金总额300,000元\\n其中：财政拨款260,000.00元\\n其他资金40,000元 | <", ("300000.00", "260000.00", "40000.00")),
        ("年度资金总额：30万元（其中财政拨款26万元） | < | <", ("300000.00", None, None)),
        ("项目资金 | 年度资金总额：30万元，其中：财政拨款26万元，彩票公益金4万元。 | <", (None, None, None)),
        ("项目资金 | 年度资金总额：30万元，其中：财政拨款26，其他资金4。 | <", (None, None, None)),
    ],
)
def test_several_amounts_in_one_cell_are_all_read_or_said(funds: str, amounts: tuple[str | None, ...]) -> None:
    found = one(HEAD, funds, GOALS, ROWS)
    assert tuple(fields(found)[name] for name in ("年度资金申请总额", "当年财政拨款", "年度其他资金")) == amounts
    assert fields(found)["财政资金"] is None
    assert fields(found)["项目资金总额"] is None
    assert (found["年度资金申请总额"].state == NOT_OF_TYPE) == (amounts[0] is None)  # a finding of its own, with the text


@pytest.mark.parametrize(
    ("funds", "amounts"),
    [
        # The sum under or over what it is of; nothing tells whose sum it is, or there are two.
        ("资金来源 | 金额\n当年财政拨款 | 260000\n上年结转资金 | 40000\n合计 | 300000", (None, "300000.00", "260000.00")),
        ("资金来源 | 金额\n总计 | 300000\n当年财政拨款 | 260000\n上年结转资金 | 40000", (None, "300000.00", "260000.00")),
        ("资金来源 | 金额\n其他资金 | 40000\n合计 | 300000", (None, None, None)),
        ("资金来源 | 金额\n当年财政拨款 | 260000\n合计 | 260000\n上年结转资金 | 40000\n合计 | 40000", (None, None, "260000.00")),
        ("年度资金总额 | 300000\n当年财政拨款 | 300000\n合计 | 999", (None, "300000.00", "300000.00")),
        # The sum of all years is the project's, beside the years only.
        (
            "资金来源 | 合计 | 2026年 | 2027年\n财政资金 | 700000 | 260000 | 440000\n合计 | 740000 | 300000 | 440000",
            ("740000.00", "300000.00", "260000.00"),
        ),
    ],
)
def test_a_sum_printed_as_total_is_that_of_the_amounts_beside_it(funds: str, amounts: tuple[str | None, ...]) -> None:
    found = one(HEAD, funds, GOALS, ROWS)
    assert tuple(fields(found)[name] for name in ("项目资金总额", "年度资金申请总额", "当年财政拨款")) == amounts


def test_a_column_that_says_where_each_indicator_s_money_is_from_holds_no_amounts() -> None:
    rows = "一级指标 | 二级指标 | 三级指标 | 指标值 | 资金来源 | 备注\n产出指标 | 数量指标 | 养护公园数量 | ≥3座 | 财政拨款 | \n"
    more = "产出指标 | 质量指标 | 设施完好率 | ≥95% | 其他资金 | \n效益指标 | 社会效益指标 | 游园人次 | ≥20万人次 | 财政拨款 | 按季"
    found = one(HEAD, FUNDS, GOALS, f"{rows}{more}")
    assert fields(found) == FIELDS
    assert lines(found) == SIDE_BY_SIDE
    assert found.doubts == ()


TYPED = """{head}
项目名称：    城乡公交补贴        项目类别：特定目标类
主管部门：云溪区交通运输局        实施单位：云溪区公交公司
年度资金总额：　３２０万元　　其中：财政拨款　３００万元　　其他资金　２０万元
年度目标：　补贴公交线路４２条，年运送乘客１８００万人次。
一级指标    二级指标    三级指标        指标值
产出指标    数量指标    补贴线路数      ≥42条
产出指标    质量指标    车辆正点率      ≥95%
效益指标    社会效益指标  运送乘客人次    ≥1800万人次
满意度指标  服务对象满意度指标  乘客满意度  ≥90%
"""


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ("2026年度项目支出绩效目标申报表", "2026"),
        ("项目支出绩效目标申报表\n（2026年度）", "2026"),
        ("二〇二六年项目支出绩效目标申报表", "2026"),
        ("填报年度：2026\n项目支出绩效目标申报表", "2026"),
        ("2026-2028年项目支出绩效目标申报表", None),
        ("云溪区2025年度决算、2026年度预算附表\n项目支出绩效目标申报表", None),
        ("项目支出绩效目标申报表", None),
    ],
)
def test_a_form_typed_with_blanks_is_read_with_the_year_above_it(head: str, year: str | None, tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(TYPED.format(head=head), encoding="utf-8")
    (found,) = (each for page in open_source(path, path.name).grids for each in read_grid(page, load_forms(None), "甲"))
    assert got(found).pop("年度", None) == year
    assert {name: value for name, value in got(found).items() if name != "年度"} == {
        "项目名称": "城乡公交补贴",
        "项目类别": "特定目标类",
        "主管部门": "云溪区交通运输局",
        "实施单位": "云溪区公交公司",
        "年度资金申请总额": "3200000.00",
        "当年财政拨款": "3000000.00",
        "年度其他资金": "200000.00",
        "年度总体目标": "补贴公交线路４２条，年运送乘客１８００万人次。",
    }
    assert lines(found) == (
        "产出指标 | 数量指标 | 补贴线路数 | ≥42.00(条)",
        "产出指标 | 质量指标 | 车辆正点率 | ≥95.00(%)",
        "效益指标 | 社会效益指标 | 运送乘客人次 | ≥1800.00(万人次)",
        "满意度指标 | 服务对象满意度指标 | 乘客满意度 | ≥90.00(%)",
    )


def typed(path: Path, *changes: tuple[str, str]) -> Declaration:
    """The form typed with blanks, changed."""
    text = TYPED.format(head="项目支出绩效目标申报表")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")
    (found,) = (each for page in open_source(path, path.name).grids for each in read_grid(page, load_forms(None), "甲"))
    return found


FUNDS_TYPED = "年度资金总额：　３２０万元　　其中：财政拨款　３００万元　　其他资金　２０万元"


@pytest.mark.parametrize(
    ("funds", "amounts"),
    [
        # Each under its label; several behind one label are none of its, and are not one number either.
        ("年度资金总额    财政拨款    其他资金\n3200000    3000000    200000", ("3200000.00", "3000000.00", "200000.00")),
        ("年度资金总额    300    100    100    100", (None, None, None)),
        ("年度资金总额    1 000 000", ("1000000.00", None, None)),
    ],
)
def test_amounts_of_a_typed_form_are_those_of_their_labels(funds: str, amounts: tuple[str | None, ...], tmp_path: Path) -> None:
    found = typed(tmp_path / "甲.txt", (FUNDS_TYPED, funds))
    assert tuple(got(found).get(name) for name in ("年度资金申请总额", "当年财政拨款", "年度其他资金")) == amounts
    assert (found["年度资金申请总额"].state == NOT_OF_TYPE) == (amounts[0] is None)


def test_the_unit_in_the_title_of_a_typed_form_and_a_strange_heading_of_its_table(tmp_path: Path) -> None:
    changes = (
        ("项目支出绩效目标申报表", "项目支出绩效目标申报表（2026年度）（单位：万元）"),
        (FUNDS_TYPED, "年度资金总额    320"),
        ("指标值\n", "指标值    备注\n"),
    )
    found = typed(tmp_path / "甲.txt", *changes)
    assert got(found)["年度资金申请总额"] == "3200000.00"
    assert [line.split(" | ")[2] for line in lines(found)] == ["补贴线路数", "车辆正点率", "运送乘客人次", "乘客满意度"]
