"""Word templates other than the shipped one: restyled, drawn anew, for other forms; and those with mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt

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
from toolkit.errors import FormError
from toolkit.outputs.word import compile_template

HEADS = ("一级指标", "二级指标", "三级指标", "指标值")


def draw(path: Path, heads: Sequence[str] = HEADS, change: Callable[[DocumentType], None] | None = None) -> Path:
    """Write a plain template with one table of these columns, changed by `change`; return its path."""
    document = Document()
    document.add_paragraph("{{实施单位}}项目汇总")
    document.add_paragraph("{{#项目}}")
    document.add_paragraph("项目：{{项目名称}}，金额 {{年度资金申请总额}} 元")
    if heads:
        table = document.add_table(2, len(heads))
        for column, name in enumerate(heads):
            table.cell(0, column).text = name
            table.cell(1, column).text = f"{{{{{name}}}}}"
    document.add_paragraph("{{/项目}}")
    if change:
        change(document)
    document.save(str(path))
    return path


def mistakes(path: Path, **form: object) -> tuple[str, ...]:
    with pytest.raises(FormError) as caught:
        compile_template(path, make_form(**form))  # type: ignore[arg-type]
    assert caught.value.mistakes == () or caught.value.mistakes[0] in str(caught.value)
    return caught.value.mistakes or (str(caught.value),)


def test_a_restyled_template_restyles_the_summary(tmp_path: Path) -> None:
    def restyle(document: DocumentType) -> None:
        section = document.sections[0]
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
        section.header.paragraphs[0].text = "{{主管部门}}（{{年度}}）"
        run = document.tables[0].rows[1].cells[0].paragraphs[0].runs[0]
        run.font.name, run.font.size = "楷体", Pt(9)
        run._r.rPr.rFonts.set(qn("w:eastAsia"), "楷体")

    path = draw(tmp_path / "横版.docx", (*HEADS, "完成时限", "项目类别"), restyle)
    form = make_form(("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位", "完成时限"))
    rows = make_rows([(*row, f"{n} 月") for n, row in enumerate(ROWS, 1)], [c.name for c in form.table.columns])  # type: ignore[union-attr]
    document = opened(summary([make_declaration(rows)], path=path, form=form))
    section, table = document.sections[0], document.tables[0]
    assert (section.page_width or 0) > (section.page_height or 0)
    assert section.header.paragraphs[0].text == "某市教育局（2024）"
    months = [[f"{n} 月", "特定目标类"] for n in range(1, 7)]
    assert [row[4:] for row in grid(table)] == [["完成时限", "项目类别"], *months]
    fonts = [row.cells[0].paragraphs[0].runs[0].font for row in table.rows[1:] if row.cells[0].paragraphs[0].runs]
    assert {(font.name, font.size) for font in fonts} == {("楷体", Pt(9))}
    assert merges(table)[1:] == [["rr----"], ["cc----"], ["c-----"], ["r-----"], ["c-----"], ["------"]]


def test_a_placeholder_may_be_spread_over_runs(tmp_path: Path) -> None:
    def split(document: DocumentType) -> None:
        paragraph = document.paragraphs[2]
        paragraph.text = ""
        for text in ("名称：{{项", "目名", "称}", "}（{", "{年度}}）"):
            paragraph.add_run(text).bold = text == "目名"
            paragraph._p.append(parse_xml(f"<w:proofErr {nsdecls('w')} w:type='spellStart'/>"))
        cell = document.tables[0].cell(1, 2).paragraphs[0]
        cell.text = ""
        for text in ("｛｛", "三级指标", "｝｝"):
            cell.add_run(text)

    document = opened(summary([make_declaration(make_rows(ROWS[:1]))], path=draw(tmp_path / "分段.docx", change=split)))
    assert document.paragraphs[1].text == "名称：业务培训经费（2024）"
    assert grid(document.tables[0])[1][2] == "培训场次"


def test_without_marks_the_block_follows_the_first_paragraph(tmp_path: Path) -> None:
    def unmark(document: DocumentType) -> None:
        for index in (3, 1):
            paragraph = document.paragraphs[index]._p
            paragraph.getparent().remove(paragraph)

    path = draw(tmp_path / "无标记.docx", change=unmark)
    document = opened(summary([make_declaration(), make_declaration(项目名称="乙")], path=path))
    assert [p.text for p in document.paragraphs if p.text] == [
        f"{UNIT}项目汇总",
        "项目：业务培训经费，金额 1,234,567.50 元",
        "项目：乙，金额 1,234,567.50 元",
    ]
    assert len(document.tables) == 2


def test_a_block_that_is_only_a_table(tmp_path: Path) -> None:
    def bare(document: DocumentType) -> None:
        paragraph = document.paragraphs[2]._p
        paragraph.getparent().remove(paragraph)

    document = opened(summary([make_declaration()] * 2, path=draw(tmp_path / "表.docx", change=bare)))
    kinds = [child.tag.partition("}")[2] for child in document.element.body]
    assert kinds == ["p", "p", "tbl", "p", "tbl", "p", "sectPr"]
    breaks = [paragraph.paragraph_format.page_break_before for paragraph in document.paragraphs]
    assert breaks == [None, None, True, None]


def test_a_form_with_another_tree_of_levels(tmp_path: Path) -> None:
    columns = ("方面", "类别", "小类", "名称", "目标")
    form = make_form(columns, levels=3)
    path = draw(tmp_path / "三级.docx", columns)
    rows = [tuple(line.split()) for line in ("甲 子 一 a 1", "甲 子 一 b 2", "甲 子 二 c 3", "甲 丑 二 d 4")]
    document = opened(summary([make_declaration(make_rows(rows, columns))], path=path, form=form))
    table = document.tables[0]
    assert merges(table)[1:] == [["rrr--"], ["ccc--"], ["cc---"], ["c----"]]
    assert [[cell.text for cell in row.cells] for row in table.rows][1:] == [list(row) for row in rows]


def test_a_form_without_rows_or_levels(tmp_path: Path) -> None:
    document = opened(summary([make_declaration()], path=draw(tmp_path / "单.docx", ()), form=make_form(())))
    assert [p.text for p in document.paragraphs if p.text][1] == "项目：业务培训经费，金额 1,234,567.50 元"
    assert document.tables == []
    flat = make_form(("名称", "目标"), levels=0)
    rows = make_rows([("a", "1"), ("a", "1")], ("名称", "目标"))
    made = opened(summary([make_declaration(rows)], path=draw(tmp_path / "平.docx", ("名称", "目标")), form=flat))
    assert grid(made.tables[0])[1:] == [["a", "1"], ["a", "1"]]
    assert merges(made.tables[0]) == [["--"]] * 3


def test_what_may_stand_only_once_is_not_repeated(tmp_path: Path) -> None:
    def mark(document: DocumentType) -> None:
        w14 = "http://schemas.microsoft.com/office/word/2010/wordml"
        for paragraph in document.paragraphs[:3]:
            number = len(paragraph.text)
            start, end = (f"<w:bookmark{word} {nsdecls('w')} w:id='{number}'" for word in ("Start", "End"))
            paragraph._p.insert(0, parse_xml(f"{start} w:name='_B{number}'/>"))
            paragraph._p.append(parse_xml(f"{end}/>"))
            paragraph._p.set(f"{{{w14}}}paraId", f"0000000{number % 9}")

    path = draw(tmp_path / "书签.docx", change=mark)
    document = opened(summary([make_declaration()] * 3, path=path))
    body = document.element.body
    names = [b.get(qn("w:name")) for b in body.iter(qn("w:bookmarkStart"))]
    assert names == ["_B12", "项目1", "项目2", "项目3"]
    assert len(re.findall("paraId", body.xml)) == 1


def test_first_page_and_even_page_headers_are_marked_too(tmp_path: Path) -> None:
    def headers(document: DocumentType) -> None:
        document.sections[0].different_first_page_header_footer = True
        document.settings.odd_and_even_pages_header_footer = True
        document.sections[0].even_page_header.paragraphs[0].text = "双页"

    data = summary([make_declaration()], path=draw(tmp_path / "页眉.docx", change=headers), draft=True)
    section = opened(data).sections[0]
    headers_made = (section.header, section.first_page_header, section.even_page_header)
    texts = [[p.text for p in header.paragraphs if p.text] for header in headers_made]
    assert texts == [["草稿"], ["草稿"], ["草稿", "双页"]]


def test_the_shipped_template_prints_every_field() -> None:
    assert compile_template(TEMPLATE, make_form()).unused == ()
    assert compile_template(TEMPLATE, make_form(备注="文本")).unused == ("备注",)


def test_unknown_names_are_listed_with_their_place(tmp_path: Path) -> None:
    def spoil(document: DocumentType) -> None:
        document.sections[0].footer.paragraphs[0].text = "{{填报人}}"
        document.tables[0].cell(1, 0).text = "{{一级指标}}{{权重}}"
        document.paragraphs[2].text = "{{项目名成}}"

    assert mistakes(draw(tmp_path / "错.docx", change=spoil)) == (
        "错.docx › 正文：{{项目名成}} 不是表样里的字段，是不是项目名称。请改成表样“字段”工作表里的字段名",
        "错.docx › 第 1 个表格第 2 行：{{权重}} 不是表样里的字段。请改成表样“字段”工作表里的字段名",
        "错.docx › 页脚：{{填报人}} 不是表样里的字段。请改成表样“字段”工作表里的字段名",
    )


def test_rows_in_the_wrong_place(tmp_path: Path) -> None:
    assert mistakes(draw(tmp_path / "无行.docx", ())) == ("无行.docx › 正文：没有指标样行。请在指标表里留一行，写上 {{一级指标}} 等占位符",)

    def outside(document: DocumentType) -> None:
        document.paragraphs[0].text = "{{三级指标}}"
        row = document.tables[0].add_row()  # type: ignore[no-untyped-call]
        row.cells[0].text = "{{二级指标}}"

    assert mistakes(draw(tmp_path / "乱.docx", change=outside)) == (
        "乱.docx › 正文：{{三级指标}} 是指标表的列，只能放在正文表格的样行里",
        "乱.docx › 第 1 个表格第 3 行：同一个表格里有两行指标样行，只能留一行",
    )

    def after(document: DocumentType) -> None:
        mark = document.paragraphs[3]._p
        document.paragraphs[2]._p.addnext(mark)

    assert mistakes(draw(tmp_path / "后.docx", change=after)) == ("后.docx › 第 1 个表格第 2 行：指标样行不在 {{#项目}} 与 {{/项目}} 之间",)


@pytest.mark.parametrize(
    ("index", "text", "expected"),
    [
        (1, "", "正文：{{#项目}} 和 {{/项目}} 要各有一段，先起后止；现在是 {{/项目}}"),
        (3, "{{#项目}}", "正文：{{#项目}} 和 {{/项目}} 要各有一段，先起后止；现在是 {{#项目}}、{{#项目}}"),
        (2, "{{项目名称}", "正文：花括号不成对：{{项目名称}。占位符写成 {{字段名}}，放在同一段里"),
    ],
)
def test_broken_marks_and_braces(tmp_path: Path, index: int, text: str, expected: str) -> None:
    def spoil(document: DocumentType) -> None:
        document.paragraphs[index].text = text

    assert mistakes(draw(tmp_path / "坏.docx", change=spoil)) == (f"坏.docx › {expected}",)


def test_marks_inside_a_table(tmp_path: Path) -> None:
    def spoil(document: DocumentType) -> None:
        document.tables[0].cell(0, 0).text = "{{#项目}}"

    expected = "表内.docx › 第 1 个表格第 1 行：{{#项目}} 和 {{/项目}} 要在表格外单独成段"
    assert mistakes(draw(tmp_path / "表内.docx", change=spoil)) == (expected,)


def test_not_a_word_document(tmp_path: Path) -> None:
    missing, text, workbook = tmp_path / "无.docx", tmp_path / "文本.docx", tmp_path / "表.docx"
    text.write_text("{{项目名称}}", encoding="utf-8")
    workbook.write_bytes((TEMPLATE.parent / "绩效目标申报表.xlsx").read_bytes())
    assert all(str(path.name) in mistakes(path)[0] for path in (missing, text, workbook))
    assert mistakes(workbook) == ("表.docx：不是普通的 Word 文档。请在 Word 中另存为“Word 文档（*.docx）”后再用",)
