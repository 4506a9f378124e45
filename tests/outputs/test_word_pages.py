"""Summaries of several pages: labels printed anew where a page begins, the contents list, what is left out when blank."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.outputs.word_samples import ROWS, TEMPLATE, UNIT, grid, make_declaration, make_form, make_rows, merges, opened, summary
from toolkit.errors import FormError
from toolkit.outputs.word import compile_template, dropped_characters, write_summary

pytestmark = pytest.mark.slow

GROUPS = (("成本指标", "经济成本指标", 2), ("产出指标", "数量指标", 30), ("产出指标", "质量指标", 3), ("效益指标", "社会效益指标", 25))


def many(groups: Sequence[tuple[str, str, int]] = GROUPS) -> list[tuple[str | None, ...]]:
    return [(one, two, f"{two}{n}", "≥", str(n), "%") for one, two, count in groups for n in range(1, count + 1)]


def page_starts(document: DocumentType, table: int = 1) -> list[int]:
    """Return the rows of a table (header 0) that begin a page."""
    rows = document.tables[table]._tbl.tr_lst
    return [index for index, row in enumerate(rows) if row.find(f".//{qn('w:pageBreakBefore')}") is not None]


def test_labels_are_printed_anew_on_every_page() -> None:
    document = opened(summary([make_declaration(make_rows(many()))]))
    table, starts = document.tables[1], page_starts(document)
    assert 2 <= len(starts) <= 4
    cells, states = grid(table), [row[0] for row in merges(table)]
    for start in starts:
        assert cells[start][:3] == ["绩效\n指标", *(table.rows[start].cells[n].text for n in (1, 2))]
        assert "c" not in states[start] and cells[start][1] and cells[start][2]
    labels = [[cell.text for cell in row.cells[1:3]] for row in table.rows[1:]]
    assert labels == [list(row[:2]) for row in many()]
    assert [row[3] for row in cells[1:]] == [row[2] for row in many()]


def test_every_merged_region_is_one_group_of_one_page() -> None:
    document = opened(summary([make_declaration(make_rows(many()))]))
    starts = {1, *page_starts(document)}
    rows = many()
    expected = []
    for index in range(1, len(rows) + 1):
        parts = [True, *(rows[index - 1][: n + 1] == rows[index - 2][: n + 1] for n in (0, 1))]
        below = index < len(rows) and index + 1 not in starts
        nexts = [True, *(below and rows[index - 1][: n + 1] == rows[index][: n + 1] for n in (0, 1))]
        up = [index not in starts and part for part in parts]
        down = [below and part for part in nexts]
        expected.append(["".join("c" if u else "r" if d else "-" for u, d in zip(up, down, strict=True)) + "--"])
    assert merges(document.tables[1])[1:] == expected


def test_the_rows_of_a_page_stay_together_and_a_short_group_moves_whole() -> None:
    document = opened(summary([make_declaration(make_rows(many()))]))
    starts = page_starts(document)
    rows = document.tables[1]._tbl.tr_lst
    kept = [all(p.pPr.find(qn("w:keepNext")) is not None for p in row.iter(qn("w:p"))) for row in rows]
    assert [index + 1 for index, keep in enumerate(kept) if not keep] == [*starts, len(rows)]
    for count in range(10, 60):
        made = opened(summary([make_declaration(make_rows(many((("产出", "数量", count), ("产出", "质量", 3), ("效益", "", 20)))))]))
        assert not {count + 2, count + 3} & set(page_starts(made))


def test_a_row_taller_than_a_page_may_part() -> None:
    rows = [("产出指标", "数量指标", "长" * 3000, "≥", "1", "个"), *many()[:3]]
    document = opened(summary([make_declaration(make_rows(rows))]))
    whole = [row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in document.tables[1]._tbl.tr_lst]
    assert whole == [True, False, True, True, True]
    assert page_starts(document) == [2]


def test_the_contents_list_is_one_field_of_links() -> None:
    names = ["甲\n项目", "乙（二期）<&>", "丙" * 60]
    document = opened(summary([make_declaration(make_rows(many()) if n == 1 else None, 项目名称=name) for n, name in enumerate(names)]))
    entries = [p for p in document.paragraphs if p.style and p.style.name == "toc 2"]
    texts = [[node.text or "" for node in p._p.iter(qn("w:t"))] for p in entries]
    assert texts == [["甲 项目", "2"], ["乙（二期）<&>", "3"], ["丙" * 60, str(3 + 1 + len(page_starts(document, 3)))]]
    codes = [[node.text for node in p._p.iter(qn("w:instrText"))] for p in entries]
    marks = ["项目1_甲项目", "项目2_乙二期", "项目3_" + "丙" * 36]
    assert codes[0][0] == ' TOC \\o "2-2" \\h \\z \\u '
    assert [code[-1] for code in codes] == [f" PAGEREF {mark} \\h " for mark in marks]
    assert [p._p.find(qn("w:hyperlink")).get(qn("w:anchor")) for p in entries] == marks
    assert [b.get(qn("w:name")) for b in document.element.body.iter(qn("w:bookmarkStart"))] == marks
    levels = [e.get(qn("w:val")) for e in document.element.body.iter(qn("w:outlineLvl"))]
    named = [document.tables[n].rows[0].cells[2].paragraphs[0]._p for n in (0, 2, 4)]
    assert levels == ["1"] * 3 and all(p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is not None for p in named)


def test_one_project_has_no_contents_list() -> None:
    document = opened(summary([make_declaration()]))
    assert [p.text for p in document.paragraphs if p.text] == [
        f"{UNIT}\n2024年度项目绩效目标汇总表",
        "财政项目支出绩效目标申报表",
        "（2024年度）",
    ]


def edited(tmp_path: Path, name: str, *changes: tuple[str, str]) -> Path:
    """Write the shipped template with texts replaced, the first time each."""
    document = Document(str(TEMPLATE))
    texts = list(document.element.body.iter(qn("w:t")))
    for old, new in changes:
        next(text for text in texts if text.text == old).text = new
    path = tmp_path / name
    document.save(str(path))
    return path


def test_rows_and_blocks_are_left_out_where_fields_are_blank(tmp_path: Path) -> None:
    document = Document(str(TEMPLATE))
    for text in document.element.body.iter(qn("w:t")):
        text.text = {"计划开始日期": "计划开始日期{{?计划开始日期、计划完成日期}}"}.get(text.text or "", text.text)
    head, indicators = document.tables
    for place, word in ((head._tbl.addprevious, "{{#项目类别}}"), (head._tbl.addnext, "{{/项目类别}}")):
        paragraph = document.add_paragraph(word)
        place(paragraph._p)
    note = document.add_paragraph("{{?项目总目标}}总目标：{{项目总目标}}")
    indicators._tbl.addnext(note._p)
    path = tmp_path / "可省略.docx"
    document.save(str(path))
    full = make_declaration(项目总目标="三年建成。")
    dateless = make_declaration(计划开始日期=None, 计划完成日期=None)
    bare = make_declaration(项目类别=None)
    made = opened(summary([full, dateless, bare], path=path))
    tables = [grid(table) for table in made.tables]
    assert [table[0][0] for table in tables] == ["项目名称", "", "项目名称", "", ""]
    assert [len(table) for table in tables] == [9, 7, 8, 7, 7]
    assert [row[0] for row in tables[2][:3]] == ["项目名称", "主管部门", "项目\n资金\n（元）"]
    assert [p.text for p in made.paragraphs if "总目标：" in p.text] == ["总目标：三年建成。"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("项目名称", "项目名称{{?名称}}")], "第 1 个表格第 1 行：{{?名称}} 里的名称不是表样里的单个字段。请写成 {{?字段名}}"),
        ([("{{三级指标}}", "{{三级指标}}{{?项目名称}}")], "第 2 个表格第 2 行：{{?项目名称}} 不能放在指标样行里，请删去"),
        (
            [("{{年度资金申请总额}}", "{{年度资金申请总额}}{{?项目资金总额}}")],
            "第 1 个表格第 4 行：{{?项目资金总额}} 所在的行是竖向合并的首行，省略后下面的单元格会散开。请取消合并，或把它放到下面的行",
        ),
        (
            [("{{页码}}", "页")],
            "正文：目录里要有且只有一段含 {{页码}}。在 {{#目录}} 与 {{/目录}} 之间留一段，写上字段和 {{页码}}，"
            "例如 {{项目名称}}、制表符、{{页码}}",
        ),
        ([("{{/目录}}", "目录完")], "正文：{{#目录}} 和 {{/目录}} 要各有一段，先起后止；现在是 {{#目录}}"),
        (
            [("{{项目名称}}", "{{页码}}"), ("{{主管部门}}", "{{页码}}")],
            "第 1 个表格第 2 行：{{页码}} 不是表样里的字段。请改成表样“字段”工作表里的字段名",
        ),
    ],
)
def test_mistakes_in_marks_are_named(tmp_path: Path, changes: list[tuple[str, str]], expected: str) -> None:
    with pytest.raises(FormError) as caught:
        compile_template(edited(tmp_path, "错.docx", *changes), make_form())
    assert f"错.docx › {expected}" in caught.value.mistakes


def test_page_breaks_follow_the_template_s_own_sizes(tmp_path: Path) -> None:
    document = Document(str(TEMPLATE))
    section = document.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["表内文字"].font.size = Pt(22)
    path = tmp_path / "横大.docx"
    document.save(str(path))
    wide = page_starts(opened(summary([make_declaration(make_rows(many()))], path=path)))
    plain = page_starts(opened(summary([make_declaration(make_rows(many()))])))
    assert len(wide) > len(plain)


def test_what_word_cannot_hold_is_told() -> None:
    rows = make_rows([("产出指标", "数量指标", "培训\x01场次\x01", "≥", "1", "场\ud800"), *ROWS[:1]])
    made = make_declaration(rows, 年度总体目标="目标\x00一\ufffe", 项目名称="名称")
    assert [str(each) for each in dropped_characters(make_form(), made)] == [
        "甲.xlsx › 名称 › A1：年度总体目标里有 Word 不能保存的字符 U+0000、U+FFFE，已去掉。",
        "甲.xlsx › 名称 › A1：三级指标里有 Word 不能保存的字符 U+0001，已去掉。",
        "甲.xlsx › 名称 › A1：计量单位里有 Word 不能保存的字符 U+D800，已去掉。",
    ]
    assert dropped_characters(make_form(), make_declaration()) == ()


def test_the_time_of_writing_is_that_of_the_clock() -> None:
    stream = BytesIO()
    before = datetime.now(timezone.utc).replace(microsecond=0)
    write_summary(compile_template(TEMPLATE, make_form()), [make_declaration()], stream)
    created = Document(stream).core_properties.created
    assert created is not None and before <= created <= datetime.now(timezone.utc)
