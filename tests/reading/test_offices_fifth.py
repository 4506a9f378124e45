"""Forms of still other kinds, each a text file in `offices/fifth/`: words ticked, amounts asked for and granted, labels numbered or in two languages.

Drawn by hand and read over, as those of `offices/third`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.office import convert_all
from tests.reading.drawn import GOALS, LINES, ROWS, fields, lines, one, told
from tests.reading.test_offices_fourth import unruled
from tests.reading.test_offices_further import got
from tests.reading.test_offices_third import document, drawn, is_as_drawn, is_read, read_file, sheet
from toolkit.reading.read import read_grid
from toolkit.workflow.forms import load_forms

OFFICES = sorted((Path(__file__).parent / "offices" / "fifth").glob("*.txt"))


@pytest.mark.parametrize("path", OFFICES, ids=[path.stem for path in OFFICES])
def test_an_office_s_form_of_a_still_other_kind_is_read(path: Path) -> None:
    is_read(path)


def typed(drawing: str, mark: str) -> str:
    """The drawing as a program saves it as text: a cell behind each mark, what is merged as blanks."""
    rows = (line.split("|") for line in drawing.replace("¶", "").replace("\\n", "").split("\n"))
    return "\n".join(mark.join("" if (text := cell.strip()) in ("<", "^") else text for cell in row) for row in rows)


# A line of text has no lines inside its cells.
TYPED = [path for path in OFFICES if not path.stem.endswith("一格两条")]


@pytest.mark.parametrize("path", TYPED, ids=[path.stem for path in TYPED])
def test_the_same_form_as_text_parted_by_tabs(path: Path, tmp_path: Path) -> None:
    drawing, expected = drawn(path)
    text = tmp_path / "甲.txt"
    text.write_text(typed(drawing, "\t"), encoding="utf-8")
    is_as_drawn(read_file(text), expected, path.stem)


# What Word may tear apart: labels under their values or in two cells, words with ticks, columns by year; what a print without lines breaks over lines.
TORN = ("农场", "消防", "财政局")
UNRULED = ("气象", "工信", "海关", "规划")


def test_the_same_forms_in_word(tmp_path: Path) -> None:
    for path in (path for path in OFFICES if path.stem.startswith((*TORN, *UNRULED))):
        drawing, expected = drawn(path)
        is_as_drawn(read_file(document(drawing, tmp_path / f"{path.stem}.docx")), expected, path.stem)


@pytest.mark.office
def test_the_same_forms_printed_with_lines_and_without(tmp_path: Path) -> None:
    ruled = [path for path in OFFICES if path.stem.startswith(TORN)]
    without = [path for path in OFFICES if path.stem.startswith(UNRULED)]
    documents = [
        *(document(drawn(path)[0], tmp_path / f"{path.stem}.docx") for path in ruled),
        *(unruled([drawn(path)[0]], tmp_path / f"{path.stem}无线.docx") for path in without),
    ]
    for printed, path in zip(convert_all(documents, "pdf", tmp_path), (*ruled, *without), strict=True):
        is_as_drawn(read_file(printed), drawn(path)[1], printed.name)


def test_a_text_whose_lines_are_no_rows_of_a_table_names_no_label_as_an_indicator(tmp_path: Path) -> None:
    """Indicators on the left, amounts on the right, and a line that goes on under another: its columns tell nothing."""
    lines_typed = (
        "项目支出绩效目标申报表（2026年度）\n项目名称\t实验平台建设\t\t实施单位\t云溪大学\n一级指标\t二级指标\t三级指标\t指标值\t资金（万元）\n"
        "产出指标\t数量指标\t建成平台数\t1个\t年度资金总额\t150\n效益指标\t社会效益指标\t受益学生数\t≥2600人\t其中：财政拨款\t120\n"
        "学生满意度\t≥90%\t其他资金\t30\n"
    )
    text = tmp_path / "甲.txt"
    text.write_text(lines_typed, encoding="utf-8")
    for found in read_file(text):
        assert not {"年度资金总额", "其中：财政拨款", "其他资金"} & {str(row.entries["三级指标"].value) for row in found.rows}
        assert "格式-未读懂" in {doubt.rule for doubt in found.doubts}


ACROSS = """
项目支出绩效目标申报表（2026年度） | < | < | < | < | <
项目名称 | 草原鼠害防治 | < | 项目类别 | 特定目标类 | <
主管部门 | 云溪旗林业和草原局 | < | 实施单位 | 云溪旗草原工作站 | <
年度资金总额（万元） | 175 | < | 其中：财政拨款（万元） | 175 | <
年度目标 | 防治草原鼠害80万亩，防治效果85%以上。 | < | < | < | <
产出指标 | < | < | < | 效益指标 | 满意度指标
数量指标 | 质量指标 | 时效指标 | 成本指标 | 生态效益指标 | 服务对象满意度指标
防治面积≥80万亩 | 防治效果≥85% | 防治完成时间：2026年6月底前 | 亩均防治成本≤2.2元 | 植被盖度提高≥3% | 牧民满意度≥90%
"""


def test_indicators_in_sentences_across_a_page_are_told_and_none_is_the_target_of_another(tmp_path: Path) -> None:
    text = tmp_path / "甲.txt"
    text.write_text(typed(ACROSS.strip(), "\t"), encoding="utf-8")
    for path in (text, document(ACROSS.strip(), tmp_path / "甲.docx")):
        (found,) = read_file(path)
        unread = {text for doubt in found.doubts for _, text in doubt.unread}
        assert (found.rows, {"防治面积≥80万亩", "亩均防治成本≤2.2元", "牧民满意度≥90%"} <= unread) == ((), True)


HEAD = "项目支出绩效目标申报表（2026年度）\n项目名称 | 公园养护 | 实施单位 | 云溪区公园管理所"


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("项目类别 | 特定目标类 | √ | 其他运转类 |", "特定目标类"),
        ("项目类别 | 特定目标类 |  | 其他运转类 | √", "其他运转类"),
        ("项目类别 | √ | 特定目标类 |  | 其他运转类", "特定目标类"),
        ("项目类别 | □ | 特定目标类 | ☑ | 其他运转类", "其他运转类"),
        ("项目类别 | □特定目标类 | ☑其他运转类", "其他运转类"),
        ("项目类别 | 特定目标类 | 其他运转类\n^ |  | √", "其他运转类"),
        ("项目类别 | 特定目标类 | 其他运转类", None),
        ("项目类别 | 特定目标类 | √ | 其他运转类 | √", None),
        ("项目类别 | 特定目标类 | 说明 | 其他运转类除外", "特定目标类"),
    ],
)
def test_of_words_in_cells_of_their_own_the_ticked_one_is_the_value(printed: str, kind: str | None) -> None:
    found = one(HEAD, printed, "年度资金总额（元） | 300000", GOALS, ROWS)
    assert (fields(found)["项目类别"], lines(found)) == (kind, LINES)
    assert ("项目类别" in "".join(doubt.message for doubt in found.doubts)) == (kind is None)


@pytest.mark.parametrize(
    ("headings", "doubted"),
    [
        ("部门申报数 | 财政核定数", ["B4", "B5"]),
        ("申请金额 | 审定金额", ["B4", "B5"]),
        ("申报数 | 占比", []),
        ("申报数 | 核减数", []),
        ("上年批复数 | 本年申报数", []),
    ],
)
def test_an_amount_of_another_stage_beside_one_is_told(headings: str, doubted: list[str]) -> None:
    found = one(HEAD, f"资金来源 | {headings}\n年度资金总额（元） | 300000 | 260000\n其中：财政拨款（元） | 300000 | 260000", GOALS, ROWS)
    assert [cell for rule, cell in told(found) if rule == "格式-两可"] == doubted
    assert fields(found)["当年财政拨款"] == ("260000.00" if headings.startswith("上年") else "300000.00")


@pytest.mark.parametrize(
    ("heading", "amount"),
    [
        ("项目资金（单位：万元，保留两位小数）", "300000.00"),
        ("三、资金情况（单位：万元、%）", "300000.00"),
        ("项目资金（不少于20万元，单位：元）", "30.00"),
        ("项目资金（含设备购置，20万元）", "30.00"),
    ],
)
def test_the_unit_of_money_among_other_words_in_brackets(heading: str, amount: str) -> None:
    found = one(HEAD, f"{heading} | < | < | <\n年度资金总额 | 30", GOALS, ROWS)
    assert fields(found)["年度资金申请总额"] == amount


BEFORE = "人大代表履职培训 | 项目名称 | 特定目标类 | 项目类别\n云溪市人大常委会办公室 | 主管部门 | 云溪市人大代表服务中心 | 实施单位"
OVER = "人大代表履职培训 |  | 特定目标类 |\n项目名称 |  | 项目类别 |\n云溪市人大常委会办公室 |  | 云溪市人大代表服务中心 |\n主管部门 |  | 实施单位 |"
AMOUNTS_BEFORE = "300000 | 年度资金总额（元） | 300000 | 其中：财政拨款（元）"
AMOUNTS_OVER = "300000 |  | 300000 |\n年度资金总额（元） |  | 其中：财政拨款（元） |"


@pytest.mark.parametrize("head", [BEFORE, OVER])
@pytest.mark.parametrize("amounts", [AMOUNTS_BEFORE, AMOUNTS_OVER, "年度资金总额（元） | 300000 | 其中：财政拨款（元） | 300000"])
def test_labels_that_stand_behind_their_values(head: str, amounts: str) -> None:
    (found,) = read_grid(
        sheet(f"项目支出绩效目标申报表（2026年度）\n{head}\n{amounts}\n{GOALS.strip()}\n{ROWS.strip()}"), load_forms(None), "甲"
    )
    read = got(found)
    assert [read[name] for name in ("项目名称", "项目类别", "主管部门", "实施单位")] == [
        "人大代表履职培训",
        "特定目标类",
        "云溪市人大常委会办公室",
        "云溪市人大代表服务中心",
    ]
    assert (read["年度资金申请总额"], read["当年财政拨款"], lines(found)) == ("300000.00", "300000.00", LINES)
    assert found["项目名称"].cell == "A2"


def test_the_name_of_an_office_is_no_word_of_a_list_and_no_number() -> None:
    head = "项目支出绩效目标申报表（2026年度）\n项目名称 | 公园养护 | 实施单位 | 1200000\n主管部门 | 特定目标类 | 项目性质 | 一次性项目"
    found = one(head, "年度资金总额（元） | 300000", GOALS, ROWS)
    assert (fields(found)["主管部门"], fields(found)["实施单位"]) == (None, None)
    assert "“主管部门”“实施单位”" in "".join(doubt.message for doubt in found.doubts)


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (("≥3座（30分）", "≥95%（30分）", "≥20万人次（20分）"), ("≥3.00(座)", "≥95.00(%)", "≥20.00(万人次)")),
        (("≥3座，分值30分", "≥95%；30分", "≥20万人次 [20分]"), ("≥3.00(座)", "≥95.00(%)", "≥20.00(万人次)")),
        (("≥90分（5分）", "≥95分", "≥20万人次"), ("≥90分（5分）", "≥95.00(分)", "≥20.00(万人次)")),
        (("≥90分", "≥95分", "≥85分"), ("≥90.00(分)", "≥95.00(分)", "≥85.00(分)")),
    ],
)
def test_a_score_behind_each_target_is_no_part_of_it(targets: tuple[str, ...], expected: tuple[str, ...]) -> None:
    rows = "\n".join(f"产出指标 | 数量指标 | 指标名称{'甲乙丙'[n]} | {target}" for n, target in enumerate(targets))
    found = one(HEAD, "年度资金总额（元） | 300000", GOALS, f"一级指标 | 二级指标 | 三级指标 | 指标值及分值\n{rows}")
    assert tuple(line.rpartition(" | ")[2] for line in lines(found)) == expected


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("2025年 | 2026年 | 2027年", ("2.00(座)", "90.00(%)", "18.00(万人次)")),
        ("2024 | 2025 | 2026", ("3.00(座)", "95.00(%)", "20.00(万人次)")),
        ("2023年 | 2024年 | 2025年", ("None", "None", "None")),
        ("2026年目标 | 2027年目标 | 2028年目标", ("1.00(座)", "85.00(%)", "16.00(万人次)")),
    ],
)
def test_of_targets_under_years_the_form_s_own_is_read(headings: str, expected: tuple[str, ...]) -> None:
    rows = "产出指标 | 数量指标 | 养护公园数量 | 1座 | 2座 | 3座\n产出指标 | 质量指标 | 设施完好率 | 85% | 90% | 95%"
    last = "效益指标 | 社会效益指标 | 游园人次 | 16万人次 | 18万人次 | 20万人次"
    found = one(HEAD, "年度资金总额（元） | 300000", GOALS, f"一级指标 | 二级指标 | 三级指标 | {headings}\n{rows}\n{last}")
    assert tuple(line.rpartition(" | ")[2] for line in lines(found)) == expected


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("300000（叁拾万元整）", "300000.00"),
        ("300000（大写：叁拾万元整）", "300000.00"),
        ("30（万元）", "300000.00"),
        ("300000（贰拾万元整）", None),
        ("30（万元左右）", None),
    ],
)
def test_an_amount_said_in_words_or_with_its_unit_in_brackets(written: str, amount: str | None) -> None:
    found = one(HEAD, f"年度资金总额 | {written}", GOALS, ROWS)
    assert (fields(found)["年度资金申请总额"], found["年度资金申请总额"].state == "text") == (amount, amount is None)


@pytest.mark.parametrize(
    ("period", "dates"),
    [
        ("项目实施期 | 起 | 2026-02-01 | 止 | 2026-11-30", ("2026-02-01", "2026-11-30")),
        ("起止时间 | 自： | 2026年2月1日 | 至： | 2026年11月30日", ("2026-02-01", "2026-11-30")),
        ("验收 | 起 | 2026-02-01 | 止 | 2026-11-30", (None, None)),
        ("项目实施期 | 起 | 2026-02-01 | 止 |", (None, None)),
    ],
)
def test_a_period_in_four_cells(period: str, dates: tuple[str | None, str | None]) -> None:
    found = one(HEAD, period, "年度资金总额（元） | 300000", GOALS, ROWS)
    assert (fields(found)["计划开始日期"], fields(found)["计划完成日期"]) == dates
