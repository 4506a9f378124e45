"""The Word summary from the shipped template: its content read back, its merges, pages, properties and draft marks."""

from __future__ import annotations

import tracemalloc
import zipfile
from datetime import datetime, timezone
from decimal import Decimal
from io import BytesIO
from tempfile import TemporaryFile

import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.outputs.word_samples import (
    ROWS,
    TEMPLATE,
    UNIT,
    grid,
    make_declaration,
    make_form,
    make_rows,
    merges,
    opened,
    summary,
)
from toolkit.outputs.word import compile_template, write_summary
from toolkit.outputs.word.pieces import legal_text
from toolkit.reading.model import ERROR, NOT_OF_TYPE, UNCACHED, Declaration, Entry


def test_every_cell_holds_the_record() -> None:
    goal = make_declaration(项目资金总额=Decimal("3000000"), 财政资金=Decimal("3000000"), 项目总目标="三年轮训一遍。")
    document = opened(summary([make_declaration(), goal]))
    first, indicators, second, more = document.tables
    assert grid(first) == [
        ["项目名称", "业务培训经费", "项目性质", "经常性专项业务费", "项目类别", "特定目标类"],
        ["主管部门", "某市教育局", "实施单位", UNIT],
        ["计划开始日期", "2024-01-01", "计划完成日期", "2024-12-31"],
        ["项目\n资金\n（元）", "项目资金总额", "", "年度资金申请总额", "1,234,567.50"],
        ["", "其中：财政资金", "", "其中：当年财政拨款", "1,000,000.00"],
        ["", "", "", "上年结转资金", "0.00"],
        ["", "其他资金", "", "其他资金", "234,567.50"],
        ["项目\n绩效\n目标", "项目总目标", "年度总体目标"],
        ["", "", "组织全年业务培训，提升队伍能力。"],
    ]
    assert (
        grid(indicators)
        == grid(more)
        == [
            ["", "一级指标", "二级指标", "三级指标", "年度(/项目)指标值"],
            ["绩效\n指标", "产出指标", "数量指标", "培训场次", "≥12.00(场)"],
            ["", "", "", "参训人数", "≥985.50(人次)"],
            ["", "", "质量指标", "合格率", "≥95.00(%)"],
            ["", "效益指标", "社会效益指标", "知晓率", "≥80.00(%)"],
            ["", "", "可持续影响指标", "机制建设", "基本健全"],
            ["", "满意度指标", "服务对象满意度指标", "学员满意度", "≥90.00(%)"],
        ]
    )
    assert [row[2] for row in grid(second)[3:5]] == ["3,000,000.00", "3,000,000.00"]
    assert grid(second)[8][1] == "三年轮训一遍。"


def test_paragraphs_and_page_breaks() -> None:
    document = opened(summary([make_declaration(), make_declaration(年度=2025), make_declaration()]))
    heading = f"{UNIT}\n2024年度项目绩效目标汇总表"
    form_title = "财政项目支出绩效目标申报表"
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.text]
    years = ["（2024年度）", "（2025年度）", "（2024年度）"]
    listed = ["目　录", *(f"业务培训经费\t{page}" for page in (2, 3, 4))]
    assert texts == [heading, *listed, *(text for year in years for text in (form_title, year))]
    titles = [paragraph for paragraph in document.paragraphs if paragraph.text == form_title]
    assert [title.paragraph_format.page_break_before for title in titles] == [True, True, True]
    assert {title._p.style for title in titles} == {"Heading1"}


def test_merges_follow_the_groups() -> None:
    rows = [
        ("产出指标", "数量指标", "一", None, "1", "个"),
        ("产出指标", "数量指标", "二", None, "2", "个"),
        ("效益指标", "数量指标", "三", None, "3", "个"),
        ("效益指标", "数量指标", "四", None, "4", "个"),
        ("产出指标", "质量指标", "五", None, "5", "个"),
        (None, None, "六", None, "6", "个"),
        (None, None, "七", None, "7", "个"),
    ]
    table = opened(summary([make_declaration(make_rows(rows))])).tables[1]
    assert merges(table) == [["-----"], ["rrr--"], ["ccc--"], ["crr--"], ["ccc--"], ["c----"], ["c----"], ["c----"]]
    assert [[cell.text for cell in row.cells][1:3] for row in table.rows][1:5] == [[*row[:2]] for row in rows[:4]]


def test_one_row_is_not_merged() -> None:
    table = opened(summary([make_declaration(make_rows(ROWS[:1]))])).tables[1]
    assert merges(table) == [["-----"], ["-----"]]
    assert grid(table)[1] == ["绩效\n指标", "产出指标", "数量指标", "培训场次", "≥12.00(场)"]


def test_without_indicators_one_blank_row() -> None:
    table = opened(summary([make_declaration([])])).tables[1]
    assert grid(table)[1:] == [["绩效\n指标", "", "", "", ""]]


def test_what_did_not_read_prints_as_found() -> None:
    found = make_declaration(
        年度资金申请总额=Entry(None, "约100万", "D8", NOT_OF_TYPE),
        当年财政拨款=Entry(None, "#REF!", "D9", ERROR),
        上年结转资金=Entry(None, "", "D10", UNCACHED),
        计划开始日期=Entry(None, "年初", "B6", NOT_OF_TYPE),
        年度其他资金=None,
    )
    cells = grid(opened(summary([found])).tables[0])
    assert [row[-1] for row in cells[3:7]] == ["约100万", "#REF!", "", ""]
    assert cells[2][1] == "年初"


def test_rows_and_tables_are_laid_out_as_word_wants() -> None:
    document = opened(summary([make_declaration()]))
    header, *rows = document.tables[1]._tbl.tr_lst
    kinds = [[child.tag for child in row.get_or_add_trPr()] for row in (header, *rows)]
    assert kinds[0] == [qn("w:cantSplit"), qn("w:trHeight"), qn("w:tblHeader"), qn("w:jc")]
    assert all(kind[0] == qn("w:cantSplit") for kind in kinds) and len(kinds) == 7
    goals = document.tables[0]._tbl.tr_lst[-1]
    assert goals.get_or_add_trPr().find(qn("w:cantSplit")) is None
    for table in document.tables:
        widths: list[int] = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid]
        assert table._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        assert sum(widths) == int(table._tbl.tblPr.find(qn("w:tblW")).get(qn("w:w")))
        for row in table._tbl.tr_lst:
            cells = [cell.get_or_add_tcPr().find(qn("w:tcW")) for cell in row.tc_lst]
            assert sum(int(cell.get(qn("w:w"))) for cell in cells) == sum(widths)


def test_labels_stay_with_their_rows() -> None:
    rows = [("产出指标", "数量指标", str(n), None, "1", "个") for n in range(7)]
    rows += [("产出指标", "质量指标", str(n), None, "1", "个") for n in range(3)]
    table = opened(summary([make_declaration(make_rows(rows))])).tables[1]
    kept = [all(p.pPr.find(qn("w:keepNext")) is not None for p in row.iter(qn("w:p"))) for row in table._tbl.tr_lst]
    long_group = [True, False, False, False, False, True, False]
    assert kept == [True, *long_group, True, True, False]


def test_page_numbers_are_whole_fields() -> None:
    footer = opened(summary([make_declaration()])).sections[0].footer._element
    texts = [node.text or node.get(qn("w:fldCharType")) for node in footer.iter(*map(qn, _FIELD_PARTS))]
    field = ["begin", None, "separate", "1", "end"]
    expected = ["第 ", *field, " 页 共 ", *field, " 页"]
    expected[2], expected[8] = " PAGE ", " NUMPAGES "
    assert texts == expected


_FIELD_PARTS = ("w:t", "w:instrText", "w:fldChar")


HOSTILE = (
    "A & B < C > D \"'",
    "控制\x00字\x0b符\x1f \ud800孤\udfff\ufffe\uffff",
    "😀𠮷 العربية שלום",
    "]]> <?xml?> <!--  --> &amp; {{项目名称}} 100% %s",
    "  前后空格  ",
    "一\n二\r\n三\r四\n\n六",
    "制表\t符",
    "长" * 30_000,
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_back(text: str) -> None:
    row = ("产出指标", text, text, "定性", text, None)
    document = opened(summary([make_declaration(make_rows([row]), 项目名称=text, 年度总体目标=text, 实施单位=text)]))
    expected = legal_text(text).replace("\r\n", "\n").replace("\r", "\n")
    first, indicators = document.tables
    assert grid(first)[0][1] == grid(first)[1][3] == grid(first)[8][2] == expected
    assert grid(indicators)[1][2:] == [expected] * 3
    heading = f"{expected}2024年度项目绩效目标汇总表"
    assert document.paragraphs[0].text.replace("\n", "") == heading.replace("\n", "")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_text_comes_back(text: str) -> None:
    cells = grid(opened(summary([make_declaration(年度总体目标=text)])).tables[0])
    assert cells[8][2] == legal_text(text).replace("\r\n", "\n").replace("\r", "\n")


def test_line_breaks_of_a_goal_are_paragraphs() -> None:
    document = opened(summary([make_declaration(年度总体目标="一、培训\n二、考核")]))
    paragraphs = document.tables[0].rows[8].cells[-1].paragraphs
    assert [(p.text, p.style.name) for p in paragraphs] == [("一、培训", "绩效目标正文"), ("二、考核", "绩效目标正文")]


def test_properties_tell_what_it_is() -> None:
    data = summary([make_declaration()])
    core = opened(data).core_properties
    assert (core.title, core.subject) == (f"{UNIT}2024年度项目绩效目标汇总表", "项目申报表")
    assert (core.author, core.last_modified_by) == (UNIT, UNIT)
    assert core.created == core.modified == datetime(2025, 3, 1, 8, 30, tzinfo=timezone.utc)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("docProps/custom.xml"))
        assert [(p.get("name"), "".join(p.itertext())) for p in root] == [("jixiao.kind", "汇总表")]
        assert "/docProps/custom.xml" in archive.read("[Content_Types].xml").decode()
        assert archive.read("_rels/.rels").decode().count("docProps/custom.xml") == 1


def test_other_parts_are_the_template_s_own() -> None:
    with zipfile.ZipFile(TEMPLATE) as template, zipfile.ZipFile(BytesIO(summary([make_declaration()]))) as made:
        changed = {name for name in template.namelist() if template.read(name) != made.read(name)}
        assert changed - {name for name in changed if name.endswith(".rels")} == {
            "[Content_Types].xml",
            "word/document.xml",
            "docProps/core.xml",
        }
        assert set(made.namelist()) - set(template.namelist()) == {"docProps/custom.xml"}


def test_draft_marks_every_page() -> None:
    declarations = [make_declaration(), make_declaration()]
    headers = [opened(summary(declarations, draft=draft)).sections[0].header for draft in (True, False)]
    assert [[p.text for p in header.paragraphs if p.text] for header in headers] == [["草稿"], []]
    marks = [header._element.findall(".//{urn:schemas-microsoft-com:vml}textpath[@string]") for header in headers]
    assert [[mark.get("string") for mark in found] for found in marks] == [["草稿"], []]


def test_same_input_same_bytes() -> None:
    declarations = [make_declaration(), make_declaration([])]
    assert summary(declarations) == summary(declarations)


def test_memory_is_that_of_one_project() -> None:
    template, declaration = compile_template(TEMPLATE, make_form()), make_declaration()

    def peak(projects: int) -> int:
        tracemalloc.start()
        with TemporaryFile() as sink:
            write_summary(template, [declaration] * projects, sink)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    one, many = len(_document([declaration])), len(_document([declaration] * 300))
    assert many > 100 * one
    assert peak(300) < many / 4
    assert peak(400) <= 1.3 * peak(40)


def _document(declarations: list[Declaration]) -> bytes:
    with zipfile.ZipFile(BytesIO(summary(declarations))) as archive:
        return archive.read("word/document.xml")
