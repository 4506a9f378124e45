"""Workbooks as parts: what openpyxl, XlsxWriter and hand-written XML put in comes out, with formulas and kinds."""

from __future__ import annotations

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter
from openpyxl.workbook.defined_name import DefinedName

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import open_package
from toolkit.spreadsheet.workbook import WorkbookParts, read_workbook
from toolkit.values.errors import DIV0, REF

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def opened(data: bytes) -> WorkbookParts:
    return read_workbook(open_package(data, "甲.xlsx"))


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(data: bytes, name: str, change: str | bytes | None = None, **more: str) -> bytes:
    """Return a workbook with one part replaced and others added."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, change if info.filename == name and change is not None else old.read(info))
        for extra, text in more.items():
            new.writestr(extra, text)
    return stream.getvalue()


def with_sheet(rows: str, after: str = "") -> WorkbookParts:
    sheet = f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'
    return opened(with_part(saved(openpyxl.Workbook()), "xl/worksheets/sheet1.xml", sheet))


def cells(book: WorkbookParts) -> dict[tuple[int, int], tuple[object, str | None, str]]:
    found = book.cells(book.sheets[0])
    return {place: (cell.value, cell.formula, cell.kind) for place, cell in found.items()}


def test_every_kind_of_cell_as_excel_writes_it() -> None:
    book = with_sheet(
        '<row r="2"><c r="B2" t="inlineStr"><is><r><t>绩</t></r><r><t xml:space="preserve"> 效</t></r>'
        '<rPh sb="0" eb="1"><t>ji</t></rPh></is></c><c><v>1.5E3</v></c><c t="b"><v>1</v></c><c t="e"><v>#DIV/0!</v></c>'
        '<c t="d"><v>2024-01-01</v></c><c t="str"><f>A1&amp;"x"</f><v>a_x000D_b</v></c></row>'
        '<row><c><f>SUM(A1:A2)</f></c><c><f>A1</f><v></v></c><c t="str"><f>""</f><v></v></c><c s="0"/>'
        '<c t="e"><f>#REF!+1</f><v>#REF!</v></c></row>'
        '<row r="7"><c r="A7"><f t="shared" ref="A7:A8" si="0">B7*$C$1</f><v>1</v></c></row>'
        '<row r="8"><c r="A8"><f t="shared" si="0"/><v>2</v></c></row>'
    )
    assert cells(book) == {
        (2, 2): ("绩 效", None, "text"),
        (2, 3): (1500.0, None, "number"),
        (2, 4): (True, None, "bool"),
        (2, 5): (DIV0, None, "error"),
        (2, 6): ("2024-01-01", None, "date"),
        (2, 7): ("a\rb", 'A1&"x"', "text"),
        (3, 1): (None, "SUM(A1:A2)", "uncached"),
        (3, 2): (None, "A1", "uncached"),
        (3, 3): ("", '""', "text"),
        (3, 4): (None, None, "blank"),
        (3, 5): (REF, "#REF!+1", "error"),
        (7, 1): (1.0, "B7*$C$1", "number"),
        (8, 1): (2.0, "B8*$C$1", "number"),
    }


def test_openpyxl_book_names_states_formats_and_properties() -> None:
    source = openpyxl.Workbook()
    sheet = source.active
    sheet.title = "申报表"
    sheet["B2"], sheet["C2"] = datetime.date(2024, 1, 1), 0.5
    sheet["C2"].number_format = "0.00%"
    sheet.merge_cells("D4:E6")
    sheet.print_area = "A1:H9"
    source.create_sheet("代 码'表").sheet_state = "veryHidden"
    source.defined_names["项目名称"] = DefinedName("项目名称", attr_text="申报表!$B$2", hidden=True)
    sheet.defined_names["局部"] = DefinedName("局部", attr_text="申报表!$A$1:$A$3")
    source.custom_doc_props.append(openpyxl.packaging.custom.StringProperty("jixiao.kind", "填报"))
    book = opened(saved(source))
    sheets = [(s.name, s.state, s.index) for s in book.sheets]
    assert sheets == [("申报表", "visible", 0), ("代 码'表", "veryHidden", 1)]
    assert {(n.name, n.text, n.sheet_index, n.hidden) for n in book.defined_names} == {
        ("项目名称", "申报表!$B$2", None, True),
        ("局部", "申报表!$A$1:$A$3", 0, False),
        ("_xlnm.Print_Area", "'申报表'!$A$1:$H$9", 0, False),
    }
    found = book.cells(book.sheets[0])
    assert book.number_formats[found[2, 2].style] == "yyyy-mm-dd"
    assert book.number_formats[found[2, 3].style] == "0.00%"
    assert (found[2, 2].value, book.date1904) == (45292.0, False)
    assert book.merges(book.sheets[0]) == ((4, 4, 6, 5),)
    assert (book.print_area(book.sheets[0]), book.print_area(book.sheets[1])) == ((1, 1, 9, 8), None)
    assert book.properties == {"jixiao.kind": "填报"}
    assert book.sheet("申报表") == book.sheets[0]
    assert book.sheet("没有") is None


def test_xlsxwriter_book_shared_strings_and_1904() -> None:
    stream = io.BytesIO()
    source = xlsxwriter.Workbook(stream, {"date_1904": True, "in_memory": True})
    sheet = source.add_worksheet("表")
    sheet.write_rich_string("A1", "绩", source.add_format({"bold": True}), "效", "目标")
    sheet.write_string("A2", "_x000D_ 原样")
    sheet.write_string("A3", "  空格  ")
    sheet.write_formula("A4", "=1+1", None, 2)
    sheet.write_datetime("A5", datetime.datetime(2024, 1, 1), source.add_format({"num_format": 14}))
    source.close()
    book = opened(stream.getvalue())
    found = book.cells(book.sheets[0])
    assert [found[row, 1].value for row in range(1, 6)] == ["绩效目标", "_x000D_ 原样", "  空格  ", 2.0, 43830.0]
    assert (found[4, 1].formula, book.date1904, book.number_formats[found[5, 1].style]) == ("1+1", True, "yyyy/m/d")


def test_the_strict_variant_reads_the_same() -> None:
    plain = saved_with_text()
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            data = old.read(info).decode("utf-8")
            data = data.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
            data = re.sub(
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
                "http://purl.oclc.org/ooxml/officeDocument/relationships",
                data,
            )
            new.writestr(info.filename, data)
    strict, transitional = opened(stream.getvalue()), opened(plain)
    assert strict.package.strict
    assert not transitional.package.strict
    assert cells(strict) == cells(transitional) == {(1, 1): ("甲", None, "text")}


def saved_with_text() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    return saved(book)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ('<row r="1"><c r="XFE1"><v>1</v></c></row>', "单元格地址 XFE1 无法识别"),
        ('<row r="1048577"><c><v>1</v></c></row>', "结构无法识别"),
        ('<row r="1"><c r="A1" t="s"><v>99</v></c></row>', "不存在的共享字符串"),
        ('<row r="1"><c r="A1"><v>abc</v></c></row>', "不是数值"),
        ('<row r="1"><c r="A1"><v>1_0</v></c></row>', "不是数值"),
        ('<row r="1"><c r="A1" s="-1"><v>1</v></c></row>', "结构无法识别"),
    ],
)
def test_a_sheet_that_makes_no_sense_is_damaged(rows: str, words: str) -> None:
    book = with_sheet(rows)
    with pytest.raises(SourceError, match=words) as caught:
        book.cells(book.sheets[0])
    assert caught.value.rule == "文件-损坏"
    assert "工作表“Sheet”" in str(caught.value)


def test_too_many_cells_and_merges_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELLS", limits.Limit("一张工作表的单元格", 3, "个"))
    monkeypatch.setattr(limits, "MERGES", limits.Limit("一张工作表的合并区域", 2, "个"))
    many = with_sheet("<row><c><v>1</v></c><c><v>1</v></c></row>" * 2)
    with pytest.raises(SourceError, match="一张工作表的单元格超过上限 3 个") as caught:
        many.cells(many.sheets[0])
    assert caught.value.rule == "文件-不安全"
    areas = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 5))
    merged = with_sheet("", f"<mergeCells>{areas}</mergeCells>")
    with pytest.raises(SourceError, match="一张工作表的合并区域超过上限 2 个"):
        merged.merges(merged.sheets[0])


def test_a_sheet_without_its_part_is_damage() -> None:
    data = saved(openpyxl.Workbook())
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for info in old.infolist():
            if info.filename != "xl/worksheets/sheet1.xml":
                new.writestr(info.filename, old.read(info))
    with pytest.raises(SourceError, match="工作表“Sheet”没有内容部件"):
        opened(stream.getvalue()).sheet("Sheet")
