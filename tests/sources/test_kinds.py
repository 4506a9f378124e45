"""Each kind of file: four things that look blank, percentages, dates, merges, what is hidden, told alike wherever they are kept."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest
import xlsxwriter
from docx.enum.text import WD_BREAK
from openpyxl.comments import Comment

from tests.hostile.hostile_files import hostile, ods, with_sheet, worksheet
from tests.office import convert
from toolkit.errors import SourceError
from toolkit.sources.grid import Grid, RawLook, Uncached
from toolkit.sources.open import open_source
from toolkit.sources.xls import read_xls
from toolkit.values.errors import DIV0, NA, REF


def opened(folder: Path, name: str, data: bytes) -> tuple[Grid, ...]:
    path = folder / name
    path.write_bytes(data)
    return open_source(path, name).grids


def sample(*, date_1904: bool = False) -> bytes:
    """By XlsxWriter: an error, formulas with and without a result, a percentage, a date, a merge, hidden rows and sheets."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": date_1904})
    sheet, hidden = book.add_worksheet("申报表"), book.add_worksheet("藏")
    sheet.write("A1", "标题")
    sheet.merge_range("B1:C3", "合并")
    sheet.write_formula("A2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("A3", "=SUM(A8:A9)", None, 7)
    sheet.write_number("A4", 0.95, book.add_format({"num_format": "0%"}))
    sheet.write_number("A5", 43831 if not date_1904 else 43831 - 1462, book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_boolean("A6", True)
    sheet.write("A8", 3)
    sheet.write("A9", 4)
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.set_column("D:E", None, None, {"hidden": True})
    hidden.write("A1", "见不得人")
    hidden.hide()
    book.close()
    return stream.getvalue()


EXPECTED = {
    (1, 1): "标题",
    (1, 2): "合并",
    (3, 1): 7.0,
    (4, 1): 0.95,
    (5, 1): date(2020, 1, 1),
    (6, 1): True,
    (8, 1): 3.0,
    (9, 1): 4.0,
}


def assert_as_expected(grids: tuple[Grid, ...], formulas: tuple[str | None, str | None]) -> None:
    grid = grids[0]
    assert dict(grid.cells) == EXPECTED
    assert grid.at(2, 1) == DIV0
    assert (grid.formula(2, 1), grid.formula(3, 1)) == formulas
    assert (grid.formula(8, 1), grid.at(7, 1), grid.formula(7, 1)) == (None, None, None)
    assert grid.percents == {(4, 1)}
    assert grid.merges == ((1, 2, 3, 3),)
    assert (grid.hidden, grids[1].hidden, grids[1].cells[1, 1]) == (False, True, "见不得人")
    assert grid.hidden_rows == {8}
    assert {4, 5} <= grid.hidden_columns


def test_xlsx(tmp_path: Path) -> None:
    assert_as_expected(opened(tmp_path, "甲.xlsx", sample()), ("1/0", "SUM(A8:A9)"))


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
@pytest.mark.office
def test_kinds_saved_by_libreoffice_say_the_same(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "甲.xlsx"
    source.write_bytes(sample())
    data = convert(source, suffix, tmp_path / "出").read_bytes()
    formulas = ("", "") if suffix == "xls" else ("1/0", "SUM(A8:A9)")
    assert_as_expected(opened(tmp_path, f"乙.{suffix}", data), formulas)


def test_dates_of_the_1904_system(tmp_path: Path) -> None:
    (grid, _) = opened(tmp_path, "甲.xlsx", sample(date_1904=True))
    assert (grid.cells[5, 1], grid.date1904) == (date(2020, 1, 1), True)


def test_a_formula_without_a_result_is_neither_blank_nor_zero(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "=B1+1", '=""'
    book.active["B1"] = "#REF!"
    book.active["B1"].data_type = "e"
    stream = io.BytesIO()
    book.save(stream)
    (grid,) = opened(tmp_path, "甲.xlsx", stream.getvalue())
    assert [grid.at(1, 1), grid.at(2, 1), grid.at(1, 2), grid.at(2, 2)] == [Uncached("B1+1"), Uncached('""'), REF, None]
    assert dict(grid.cells) == {}


@pytest.mark.parametrize(
    ("rows", "place", "look"),
    [
        ('<row r="3"><c r="B3" t=\'e\'><v>#N/A</v></c></row>', (3, 2), RawLook(NA)),
        ('<row><c t="e"><v>#N/A</v></c><c><f>A1</f></c></row>', (1, 2), RawLook(Uncached("A1"), "A1")),
        ('<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="0">B2*2</f><v>4</v></c></row>'
         '<row r="3"><c r="A3"><f t="shared" si="0"/></c></row>', (3, 1), RawLook(Uncached("B3*2"), "B3*2")),
        ('<row r="1"><!-- <c r="A1"><f>假</f></c> --><c r="A1"><f>真&amp;"&lt;"</f><v>1</v></c></row>', (1, 1),
         RawLook(None, '真&"<"')),
        ('<row r="1"><c r="A1" t="str"><f>A2</f><v></v></c></row>', (1, 1), RawLook(None, "A2")),
        ('<row r="1"><c r="A1" t="s" s="1"/><c r="B1" t="n"></c></row>', (1, 2), RawLook()),
    ],
)  # fmt: skip
def test_the_raw_look(rows: str, place: tuple[int, int], look: RawLook, tmp_path: Path) -> None:
    (grid,) = opened(tmp_path, "甲.xlsx", with_sheet(worksheet(rows)))
    assert grid.look(*place) == look


def test_prefixed_elements_are_read_all_the_same(tmp_path: Path) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1"><x:c r="A1" t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c>'
        '<x:c r="B1"><x:v>5</x:v></x:c></x:row></x:sheetData><x:mergeCells><x:mergeCell ref="C1:D2"/></x:mergeCells>'
        "</x:worksheet>"
    )
    (grid,) = opened(tmp_path, "甲.xlsx", with_sheet(xml.encode()))
    assert (grid.at(1, 1), grid.formula(1, 1), dict(grid.cells), grid.merges) == (DIV0, "1/0", {(1, 2): 5.0}, ((1, 3, 2, 4),))


def test_comments_text_boxes_and_pictures(tmp_path: Path) -> None:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_comment("B2", "金额以财政局批复为准")
    sheet.insert_textbox("D4", "另有说明")
    sheet.autofilter("A1:B9")
    sheet.filter_column(0, "x == 甲")
    book.close()
    (grid,) = opened(tmp_path, "甲.xlsx", stream.getvalue())
    assert (grid.comments, grid.shapes, grid.filtered) == ({(2, 2): "金额以财政局批复为准"}, ("另有说明",), True)

    plain = openpyxl.Workbook()
    plain.active["C3"].comment = Comment("请核对", "甲")
    stream = io.BytesIO()
    plain.save(stream)
    assert opened(tmp_path, "乙.xlsx", stream.getvalue())[0].comments == {(3, 3): "请核对"}


def test_ods_repeats_merges_and_words(tmp_path: Path) -> None:
    content = (
        '<table:table table:name="表"><table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>甲<text:s '
        'text:c="2"/>乙</text:p><text:p>丙</text:p></table:table-cell><table:table-cell table:number-columns-spanned="2" '
        'table:number-rows-spanned="2" office:value-type="date" office:date-value="2025-01-31"><text:p>一月</text:p>'
        '</table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048572"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    (grid,) = opened(tmp_path, "甲.ods", ods(content))
    assert dict(grid.cells) == {(4, 1): "甲  乙\n丙", (4, 2): "甲  乙\n丙", (4, 3): date(2025, 1, 31)}
    assert grid.merges == ((4, 3, 5, 4),)


def test_ods_formula_without_a_result(tmp_path: Path) -> None:
    row = '<table:table-cell table:formula="of:=SUM([.B1:.B3];1)"/><table:table-cell/>'
    (grid,) = opened(tmp_path, "甲.ods", ods(f'<table:table table:name="表"><table:table-row>{row}</table:table-row></table:table>'))
    assert (grid.at(1, 1), grid.at(1, 2)) == (Uncached("SUM(B1:B3,1)"), None)


def test_ods_with_a_password_is_named(tmp_path: Path) -> None:
    stream = io.BytesIO(ods(""))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(SourceError, match="设有打开密码") as caught:
        opened(tmp_path, "甲.ods", stream.getvalue())
    assert caught.value.rule == "文件-需密码"


def test_html_tables_as_exported(tmp_path: Path) -> None:
    page = (
        '<html><head><meta charset="gbk"><title>导出</title></head><body><h1>绩效目标申报表</h1><table>'
        "<tr><th rowspan=2>项目<br>名称</th><td colspan=2>甲 &amp; 乙</td></tr><tr><td>1200000.00</td>"
        "<td style='mso-number-format:\"\\@\"'>0012</td></tr><tr style='display:none'><td>不见</td></tr></table>"
        "<p>填表人：张三</p><script>var a = '<td>';</script></body></html>"
    )
    (grid,) = opened(tmp_path, "甲.xls", page.encode("gbk"))
    assert dict(grid.cells) == {
        (1, 1): "绩效目标申报表",
        (2, 1): "项目\n名称",
        (2, 2): "甲 & 乙",
        (3, 2): 1200000.0,
        (3, 3): "0012",
        (4, 1): "填表人：张三",
    }
    assert grid.merges == ((2, 1, 3, 1), (2, 2, 2, 3))


def test_xml_2003_errors_percentages_and_hidden_sheets(tmp_path: Path) -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="表"><Table>'
        '<Row ss:Index="3"><Cell ss:StyleID="p"><Data ss:Type="Number">0.95</Data></Cell>'
        '<Cell ss:Formula="=1/0"><Data ss:Type="Error">#DIV/0!</Data></Cell><Cell ss:Index="5" ss:Formula="=RC[-1]"/></Row>'
        '<Row ss:Hidden="1"><Cell><Data ss:Type="DateTime">2025-01-31T00:00:00.000</Data></Cell></Row></Table></Worksheet>'
        '<Worksheet ss:Name="藏"><Table/><x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions>'
        "</Worksheet></Workbook>"
    )
    grid, hidden = opened(tmp_path, "甲.xls", text.encode())
    assert dict(grid.cells) == {(3, 1): 0.95, (4, 1): date(2025, 1, 31)}
    assert (grid.percents, grid.hidden_rows, hidden.hidden) == (frozenset({(3, 1)}), frozenset({4}), True)
    assert (grid.at(3, 2), grid.at(3, 5), grid.at(3, 4)) == (DIV0, Uncached("RC[-1]"), None)


def record(kind: int, body: bytes) -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def test_biff_formula_that_was_never_calculated() -> None:
    """xlwt stores 0 and the wish to be calculated on loading; the record is made as it makes it."""
    from toolkit.sources.xls import _look

    flags = {3: RawLook(Uncached(""), ""), 0: RawLook(None, "")}
    for flag, look in flags.items():
        assert _look(0x0006, struct.pack("<HHH", 0, 0, 15) + bytes(8) + struct.pack("<HI", flag, 0)) == look


def test_damaged_biff_is_refused() -> None:
    with pytest.raises(SourceError) as caught:
        read_xls(hostile["坏表.xls"][0](), "坏表.xls")
    assert (caught.value.rule, bool(caught.value.suggestion)) == ("文件-损坏", True)


def test_word_tables_paragraphs_and_what_is_left_out(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("绩效目标申报表\t（2025年度）")
    table = document.add_table(2, 3)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "指标"
    table.cell(0, 1).merge(table.cell(0, 2)).text = "第一行\n第二行"
    table.cell(1, 2).text = "≥90"
    run = document.add_paragraph("看得见").add_run("看不见")
    run.font.hidden = True
    stream = io.BytesIO()
    document.save(stream)
    (grid,) = opened(tmp_path, "甲.docx", stream.getvalue())
    assert grid.flow
    assert dict(grid.cells) == {
        (1, 1): "绩效目标申报表",
        (1, 2): "（2025年度）",
        (2, 1): "指标",
        (2, 2): "第一行\n第二行",
        (3, 3): "≥90",
        (4, 1): "看得见",
    }


@pytest.mark.office
def test_pdf_tables_lines_and_pages(tmp_path: Path) -> None:
    """What runs along the margin of every page is no content."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "草稿"
    document.add_paragraph("绩效目标申报表")
    table = document.add_table(2, 2, style="Table Grid")
    for row, texts in enumerate((("项目名称", "食堂改造"), ("金额", "1,200.00"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("第二页")
    source = tmp_path / "甲.docx"
    document.save(str(source))
    (grid,) = opened(tmp_path, "乙.pdf", convert(source, "pdf", tmp_path / "出").read_bytes())
    pieces = [value for _, value in sorted(grid.cells.items())]
    assert pieces == ["绩效目标申报表", "项目名称", "食堂改造", "金额", "1,200.00", "\f", "第二页"]
    assert grid.flow
