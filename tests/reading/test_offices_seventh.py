"""Forms of yet other kinds, each a text file in `offices/seventh/`: amounts of unknown names, the head beside or under the indicators.

Drawn by hand and read over, as those of `offices/third`. Amounts and goals whose names the form does not know are told, each with its name.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from openpyxl import load_workbook

from tests.office import convert_all
from tests.reading.drawn import bare, lines
from tests.reading.test_offices_further import got
from tests.reading.test_offices_sixth import workbook
from tests.reading.test_offices_third import document, drawn, is_read, read_file, sheet
from toolkit.intake.batch import read_batch
from toolkit.reading.read import read_grid
from toolkit.workflow.forms import load_forms

HERE = Path(__file__).parent / "offices"
OFFICES = sorted((HERE / "seventh").glob("*.txt"))

# What is told as not understood of the forms that print amounts, or the goal, under names of their own: none may go unsaid.
TOLD = {
    "渔政_合计自筹不识": {"B4": "合计 860000", "D4": "一般公共预算 500000", "B5": "政府性基金 200000"},
    "园林_编号总额不识": {"B4": "(5.1)总额（万元） 32", "D5": "(5.4)自筹（万元） 2"},
    "建设_资金按年带说明": {
        **{"B5": "资金总额 120", "C5": "财政拨款 120", "B6": "资金总额 150", "C6": "财政拨款 140", "D6": "其他资金 10"},
        **{"B7": "资金总额 90", "C7": "财政拨款 90"},
    },
    "渣土_必填星号": {"B5": "*申报金额 2180000元"},
    "桥下_意见栏": {"B9": "核定金额 480000"},
    "档案_各年资金与合计单位": {
        **{"B6": "总预算 30", "C6": "自筹 10", "D6": "10", "B7": "总预算 630", "C7": "合计（万元） 210", "D7": "260"},
    },
    "文明_目标与指标交错": {
        **{"A4": "目标1：开展实践活动120场。", "A6": "目标2：参与群众2万人次。", "A8": "目标3：群众满意度90%以上。"},
        **{"A5": "指标", "A7": "指标", "A9": "指标"},
    },
    "教育_一行一项清单": {"A4": "操场改造", "B4": "云溪县第二小学", "C4": "特定目标类", "D4": "改造操场1个，惠及学生1200人。"},
    "蚕桑_目标在指标表左栏": {"E3": "资金（万元） 36", "A6": "年度绩效目标 稳定蚕桑生产，补贴蚕种1.2万张。"},
    "林业_资金横排不识": {"B5": "合计 92", "C5": "一般公共预算 80", "E5": "自有资金 12"},
    "文化_绩效总目标不识": {"C4": "总额 58", "C5": "非财政资金 8", "B6": "绩效总目标 巡演80场，惠及群众6万人次。"},
    "司法_评审核定金额": {"D3": "评审金额（元） 730000", "B4": "申报金额（元） 780000", "D4": "核定金额（元） 720000"},
}


@pytest.mark.parametrize("path", [path for path in OFFICES if path.stem not in TOLD], ids=lambda path: path.stem)
def test_an_office_s_form_of_yet_another_kind_is_read(path: Path) -> None:
    is_read(path)


@pytest.mark.parametrize("name", TOLD)
def test_amounts_and_goals_under_names_of_their_own_are_told(name: str) -> None:
    drawing, expected = drawn(HERE / "seventh" / f"{name}.txt")
    (found,) = read_grid(sheet(drawing), load_forms(None), "甲")
    assert [(got(found), lines(found))] == expected
    (said,) = (doubt for doubt in found.doubts if doubt.rule == "格式-未读懂")
    assert dict(said.unread) == TOLD[name]


def test_a_line_that_is_a_pair_of_its_own_is_not_glued_to_the_value_above_it() -> None:
    drawing, _ = drawn(HERE / "seventh" / "港航_逐行写在一列.txt")
    text = replace(sheet(drawing.replace("数量指标：更新渡船数：6艘", "数量指标：更新渡船六艘")), flow=True, name=None)
    (found,) = read_grid(text, load_forms(None), "甲")
    assert found["实施单位"].value == "云溪县港航中心"
    assert any("项目起止时间" in line for doubt in found.doubts for _, line in doubt.unread)


BOX = (
    '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml">'
    "<w:pict><v:shape><v:textbox><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
)


def test_text_boxes_and_comments_of_word_are_told_and_glued_to_no_value(tmp_path: Path) -> None:
    drawing, ((values, rows),) = drawn(HERE / "seventh" / "动检_子项目明细.txt")
    path = document(drawing, tmp_path / "甲.docx")
    word = Document(str(path))
    table = word.tables[0]
    for row, column, text in ((1, 1, "此处盖章"), (2, 4, "12")):
        table.cell(row, column).paragraphs[0]._p.append(parse_xml(BOX.format(text)))
    word.add_comment(table.cell(1, 4).paragraphs[0].runs[0], text="应为县畜牧中心", author="甲", initials="甲")
    word.save(str(path))
    (found,) = read_file(path)
    assert (got(found), lines(found)) == (values, rows)
    told = [(doubt.rule, doubt.cell, doubt.value) for doubt in found.doubts]
    assert {("格式-批注", "E2", "应为县畜牧中心"), ("格式-文本框", None, "此处盖章"), ("格式-文本框", None, "12")} <= {*told}


def test_a_title_in_a_text_box_is_a_line_of_the_document(tmp_path: Path) -> None:
    drawing, ((values, rows),) = drawn(HERE / "seventh" / "动检_子项目明细.txt")
    path = document(drawing.partition("\n")[2], tmp_path / "甲.docx")
    word = Document(str(path))
    word.tables[0]._tbl.addprevious(
        parse_xml(BOX.format("项目支出绩效目标申报表（2026年度）").replace("<w:r ", "<w:p ", 1)[:-6] + "</w:p>")
    )
    word.save(str(path))
    (found,) = read_file(path)
    assert (got(found), lines(found)) == (values, rows)


def test_a_unit_of_money_printed_over_every_page_of_word_is_heeded(tmp_path: Path) -> None:
    drawing, ((values, rows),) = drawn(HERE / "seventh" / "文物_表头在指标下.txt")
    path = document(drawing.replace("（元）", "").replace("0000 ", " ").replace("0000\n", "\n"), tmp_path / "甲.docx")
    word = Document(str(path))
    word.sections[0].header.paragraphs[0].text = "云溪县财政局\t\t金额单位：万元"
    word.save(str(path))
    (found,) = read_file(path)
    assert (got(found), lines(found)) == (values, rows)
    assert "金额-万元" in {doubt.rule for doubt in found.doubts}


# What Word and a print might tear apart: amounts side by side without labels of the form's, headings of three storeys, the head beside the table.
PRINTED = ("林业_资金横排不识", "市政_三层表头年度通栏", "体育_表头在指标右", "老干_分块表头与满意度", "桥下_意见栏", "城管_两个项目无空列")


@pytest.mark.office
def test_the_same_in_word_and_printed(tmp_path: Path) -> None:
    documents = [document(drawn(HERE / "seventh" / f"{name}.txt")[0], tmp_path / f"{name}.docx") for name in PRINTED]
    printed = convert_all(documents, "pdf", tmp_path)
    for paths in (documents, printed):
        for path, name in zip(paths, PRINTED, strict=True):
            for each, (values, rows) in zip(read_file(path), drawn(HERE / "seventh" / f"{name}.txt")[1], strict=True):
                assert {key: bare(value) for key, value in got(each).items()} == {key: bare(value) for key, value in values.items()}, name
                assert [bare(line) for line in lines(each)] == [bare(line) for line in rows], name
                assert ("格式-未读懂" in {doubt.rule for doubt in each.doubts}) == (name in TOLD), name


def test_a_refused_file_says_that_its_parts_are_on_two_sheets_or_twice(tmp_path: Path) -> None:
    drawing, _ = drawn(HERE / "seventh" / "渔政_合计自筹不识.txt")
    top, _, rows = drawing.partition("一级指标")
    book = load_workbook(workbook(top, tmp_path / "甲.xlsx", 16))
    book.active.title = "基本信息"
    for line in f"一级指标{rows}".strip().splitlines():
        (book["指标"] if "指标" in book.sheetnames else book.create_sheet("指标")).append([text.strip() for text in line.split("|")])
    book.save(tmp_path / "甲.xlsx")
    workbook(drawing.replace("指标值", "调整前指标值 | 调整后指标值").replace("米\n", "米 | 400米\n"), tmp_path / "乙.xlsx", 16)
    said = [finding.message for file in read_batch([str(tmp_path)], load_forms(None)).files for finding in file.findings]
    assert "表里有“调整前”“调整后”两套内容，请只留要申报的一套。" in said[0]
    assert "基本情况在工作表“基本信息”，指标在工作表“指标”，要放在同一张工作表里才能读。" in said[1]
