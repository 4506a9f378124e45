"""Forms of kinds that no earlier file has, each a text file in `offices/sixth/`; prints without lines, whose cells only the places of texts show.

Drawn by hand and read over, as those of `offices/third`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.text.paragraph import Paragraph
from openpyxl import Workbook
from openpyxl.styles import Alignment

from tests.office import convert_all
from tests.reading.test_offices_fourth import unruled
from tests.reading.test_offices_further import got
from tests.reading.test_offices_third import drawn, is_as_drawn, is_read, read_file, sheet
from toolkit.errors import SourceError
from toolkit.intake.batch import read_batch
from toolkit.reading.read import read_grid
from toolkit.workflow.forms import load_forms

HERE = Path(__file__).parent / "offices"
OFFICES = sorted((HERE / "sixth").glob("*.txt"))

# What a print without lines may tear apart: names broken over lines, upright labels, headings over two columns, levels beside several rows.
LEFT = ("third/黑龙江_标签带说明", "fifth/乡镇_竖排标签", "fourth/江苏_上年栏未删")
MIDDLE = ("fifth/消防_标签拆两格", "fifth/供销社_季度目标", "fourth/江苏_上年栏未删", "fifth/卫健_年度中期并排")


@pytest.mark.parametrize("path", OFFICES, ids=[path.stem for path in OFFICES])
def test_an_office_s_form_of_a_new_kind_is_read(path: Path) -> None:
    is_read(path)


FILLED, BLANK = (
    f"""
项目支出绩效目标申报表（2026年度） | < | < | <
项目名称 | {name} | 项目类别 | {kind}
主管部门 | {office} | 实施单位 | {unit}
年度资金总额（元） | {amount} | 其中：财政拨款（元） | {amount}
年度目标 | {goal} | < | <
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | {names[0]} | {targets[0]}
效益指标 | 经济效益指标 | {names[1]} | {targets[1]}
 |  |  | 
"""
    for name, kind, office, unit, amount, goal, names, targets in (
        (
            "冷库改造",
            "特定目标类",
            "云溪县商务局",
            "云溪县物流中心",
            "500000",
            "改造冷库2座。",
            ("改造冷库数", "新增库容"),
            ("2座", "≥800吨"),
        ),
        ("", "", "", "", "", "", ("", ""), ("", "")),
    )
)


def test_blank_copies_under_a_filled_form_are_told_as_such_and_are_no_declarations(tmp_path: Path) -> None:
    path = workbook("\n".join(part.strip("\n") for part in (FILLED, BLANK, BLANK)), tmp_path / "云溪县物流中心.xlsx", 16)
    batch = read_batch([str(tmp_path)], load_forms(None))
    (file,) = batch.files
    assert [each.project for each in file.declarations] == ["冷库改造"]
    (said,) = (finding for finding in file.findings if finding.rule == "文件-空白表")
    assert (said.severity, "另有 2 份空白的申报表" in said.message) == ("hint", True)
    workbook(BLANK.strip("\n"), path, 16)
    (file,) = read_batch([str(tmp_path)], load_forms(None)).files
    assert (file.status, [finding.rule for finding in file.findings]) == ("not_filled", ["文件-未填报"])


AMOUNTS_BESIDE_INDICATORS = """
云溪大学专项资金绩效目标申报表（2026年度） |  |  |  |  |
项目名称 | 基础课实验平台 |  |  | 实施单位 | 云溪大学物理学院
年度目标 | 建成基础物理实验平台1个。 |  |  |  |
一级指标 | 二级指标 | 三级指标 | 指标值 | 资金来源 | 金额（万元）
产出指标 | 数量指标 | 建成实验平台数 | 1个 | 年度资金总额 | 150
 |  | 开出实验项目数 | ≥45个 | 其中：财政拨款 | 120
 | 质量指标 | 设备验收合格率 | 100% | 上年结转资金 | 0
效益指标 | 社会效益指标 | 受益学生数 | ≥2600人 | 其他资金 | 30
"""


def test_a_unit_over_a_column_of_amounts_is_heeded_where_labels_stand_among_indicators() -> None:
    for found in read_grid(sheet(AMOUNTS_BESIDE_INDICATORS), load_forms(None), "甲"):
        read = got(found)
        assert (read["当年财政拨款"], read["年度其他资金"]) == ("1200000.00", "300000.00")
        assert read.get("年度资金申请总额") in (None, "1500000.00")


def in_the_middle(path: Path) -> Path:
    """The same document with every text in the middle of its cell."""
    word = Document(str(path))
    for paragraph in word.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}p"):
        Paragraph(paragraph, word).alignment = WD_ALIGN_PARAGRAPH.CENTER
    word.save(str(path))
    return path


def workbook(drawing: str, path: Path, width: float) -> Path:
    """The drawing as a sheet without lines whose texts stand in the middle of their cells."""
    book = Workbook()
    page = book.active
    assert page is not None
    part = sheet(drawing)
    for (row, column), value in part.cells.items():
        cell = page.cell(row, column, value)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        page.row_dimensions[row].height = 36
        page.column_dimensions[cell.column_letter].width = width
    for top, left, bottom, right in part.merges:
        page.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    book.save(path)
    return path


LEVELS_BESIDE_TWO_ROWS = """
项目支出绩效目标申报表（2026年度） | < | < | <
项目名称 | 河道清淤 | 实施单位 | 云溪河道所
年度资金总额（元） | 300000 | 其中：财政拨款（元） | 300000
年度目标 | 清淤河道12公里。 | < | <
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 清淤长度 | ≥12公里
效益指标 | 社会效益指标 | 受益人口 | ≥2万人
^ | 生态效益指标 | 水质达标率 | ≥90%
"""


@pytest.mark.office
def test_prints_without_lines_are_read_by_the_places_of_their_texts_or_not_at_all(tmp_path: Path) -> None:
    names = [*LEFT, *MIDDLE]
    documents = [unruled([drawn(HERE / f"{name}.txt")[0]], tmp_path / f"{number}.docx") for number, name in enumerate(names)]
    for path in documents[len(LEFT) :]:
        in_the_middle(path)
    documents.append(workbook(LEVELS_BESIDE_TWO_ROWS, tmp_path / "跨行.xlsx", 16))
    *printed, doubtful = convert_all(documents, "pdf", tmp_path)
    for path, name in zip(printed, names, strict=True):
        is_as_drawn(read_file(path), drawn(HERE / f"{name}.txt")[1], name)
    with pytest.raises(SourceError, match="没有框线，各行各列分不清"):
        read_file(doubtful)
