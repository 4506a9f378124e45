"""Marked copies: nothing but the marks changes, the marks are where they should be, and they come off without a trace."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.office import convert
from tests.outputs.annotate_samples import OTHER, SHEET, finding, packed, parts, rich_workbook, threaded_workbook
from tests.validator import needs_validator, validate
from toolkit.checking.model import Finding
from toolkit.errors import SourceError
from toolkit.outputs.marked.workbook import annotate_workbook, unmark_workbook
from toolkit.package.rezip import rezip

pytestmark = pytest.mark.slow

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# Cells of the sample that are marked and were not there.
MADE = ("C6", "E7")
RED, AMBER, BLUE = "FFB", "FFD", "C0E"
FINDINGS = (
    finding("B2", message="年度资金申请总额与分项合计相差 10,000.00 元。"),
    finding("B2", "warning", message="金额与上年相同。"),
    finding("A3:C4", "hint", message="目标太短。"),
    finding("C2", "warning", message="单位不规范。"),
    finding("E7", "hint", message="这一格还没有。"),
    finding("C6", "error", message="这一行没有单元格。"),
    finding(None, sheet=None, project=None, field="控制数", message="单位合计超过控制数。"),
    finding("B9", family="repair", message="修复不应出现。"),
)
HOSTILE = ("=cmd|' /C calc'!A0", "+1", "@x", "-2+3", "<script>alert(1)</script>", "../..\\x", "长" * 300, "😀𠮷", "a\x00b\x0b]]>&")

# What the marks need, in a workbook that has notes and custom properties; every other part must stay as it is.
NEEDED = {
    "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/worksheets/sheet1.xml",
    "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml", "docProps/custom.xml",
}  # fmt: skip
ADDED = {"xl/worksheets/sheet3.xml", "customXml/item1.xml", "customXml/itemProps1.xml", "customXml/_rels/item1.xml.rels"}


@pytest.fixture(params=["xlsx", "xlsm", "threads"])
def original(request: pytest.FixtureRequest, tmp_path: Path) -> bytes:
    if request.param == "threads":
        return threaded_workbook(tmp_path)
    return rich_workbook(tmp_path, macros=request.param == "xlsm")


def mark(data: bytes, findings: tuple[Finding, ...] = FINDINGS) -> bytes:
    return annotate_workbook(data, "甲.xlsx", findings)


def opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def fills(data: bytes) -> dict[str, str | None]:
    """Return the colour of every cell of the sample's sheet, of covered ones in merged areas too; None for no fill."""
    kept = parts(data)
    styles = etree.fromstring(kept["xl/styles.xml"])
    colours = [(p[0].get("rgb") or "")[2:] if p.get("patternType") == "solid" else None for p in styles.iter(f"{{{MAIN}}}patternFill")
               if p.getparent().getparent().tag == f"{{{MAIN}}}fills"]  # fmt: skip
    xfs = [colours[int(xf.get("fillId", "0"))] for xf in styles.find(f"{{{MAIN}}}cellXfs")]
    cells = etree.fromstring(kept["xl/worksheets/sheet1.xml"]).iter(f"{{{MAIN}}}c")
    return {cell.get("r", ""): xfs[int(cell.get("s", "0"))] for cell in cells}


def canonical(data: dict[str, bytes]) -> dict[str, str]:
    """Return the XML parts in canonical form."""
    return {name: canonicalize(text.decode()) for name, text in data.items() if name.endswith((".xml", ".rels"))}


def test_parts_the_marks_do_not_need_keep_their_bytes(original: bytes) -> None:
    marked = mark(original)
    before, after = packed(original), packed(marked)
    assert {name for name in before if after.get(name) != before[name]} == NEEDED
    assert set(after) - set(before) == ADDED
    assert [name for name in after if name in before] == list(before)
    kinds = (".png", ".bin", "chart1.xml", "drawing1.xml", "threadedComment1.xml", "person.xml", "comments2.xml")
    for name in before:
        if name.endswith(kinds):
            assert name not in NEEDED
    with zipfile.ZipFile(io.BytesIO(marked)) as archive:
        assert archive.testzip() is None


def test_only_fills_change_in_the_sheet(original: bytes) -> None:
    marked = mark(original)
    before, after = opened(original)[SHEET], opened(marked)[SHEET]
    for row in after.iter_rows():
        for cell in row:
            old = before[cell.coordinate]
            assert cell.value == old.value
            if old.coordinate not in MADE:
                assert (cell.number_format, cell.protection.locked) == (old.number_format, old.protection.locked)
                looks = [[repr(look) for look in (one.font, one.border, one.alignment)] for one in (cell, old)]
                assert looks[0] == looks[1]
    merged = {f"{column}{row}": BLUE for column in "ABC" for row in (3, 4)}
    old_fills, new_fills = fills(original), fills(marked)
    changed = {cell: color for cell, color in new_fills.items() if color != old_fills.get(cell)}
    assert {cell: str(color)[:3] for cell, color in changed.items()} == {
        **merged, "B2": RED, "C2": AMBER, "E7": BLUE, "C6": RED,
    }  # fmt: skip
    assert after["C6"].border.left.style == "thin", "a new cell looks like its row"
    assert after.protection.sheet
    assert [str(each.sqref) for each in after.conditional_formatting] == [str(each.sqref) for each in before.conditional_formatting]


def test_notes_say_what_and_how_and_keep_what_was_there(tmp_path: Path) -> None:
    sheet = opened(mark(threaded_workbook(tmp_path)))[SHEET]
    notes = {cell.coordinate: cell.comment for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(notes) == {"B2", "C2", "D9", "A3", "E7", "C6"}
    assert notes["B2"].text == (
        "单位自己的批注\n\n【审核意见】\n1. 错误：年度资金申请总额与分项合计相差 10,000.00 元。\n建议：请核对。\n"
        "2. 警告：金额与上年相同。\n建议：请核对。"
    )
    assert notes["B2"].author == "张三"
    assert (notes["A3"].text, notes["A3"].author) == ("【审核意见】\n提示：目标太短。\n建议：请核对。", "审核")
    assert (notes["D9"].text, notes["D9"].author) == ("另一条批注", "李四")
    assert notes["C2"].text == "[Threaded comment] 请确认"


def test_the_list_goes_project_by_project_then_by_severity(tmp_path: Path) -> None:
    told = (
        finding("A1", sheet=OTHER, project="第二个"),
        finding("B2", "warning", project="同一张表的乙"),
        finding("B9", "warning", project="同一张表的甲"),
        finding("C2", project="同一张表的乙"),
        finding(None, "warning", sheet=None, project="没有报的"),
    )
    rows = list(opened(mark(rich_workbook(tmp_path), told))["审核意见"].iter_rows(min_row=4, values_only=True))
    assert [row[1:5] for row in rows] == [
        ("错误", "同一张表的乙", SHEET, "C2"),
        ("警告", "同一张表的乙", SHEET, "B2"),
        ("警告", "同一张表的甲", SHEET, "B9"),
        ("错误", "第二个", OTHER, "A1"),
        ("警告", "没有报的", None, None),
    ]


def test_the_list_comes_first_with_links(original: bytes) -> None:
    book = opened(mark(original))
    assert book.sheetnames == ["审核意见", SHEET, OTHER]
    sheet = book["审核意见"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert rows[0] == ["编号", "级别", "项目", "工作表", "单元格", "字段", "填报内容", "问题", "建议"]
    assert [row[1] for row in rows[1:]] == ["错误", "错误", "警告", "警告", "提示", "提示", "错误"]
    assert [row[4] for row in rows[1:]] == ["B2", "C6", "B2", "C2", "A3:C4", "E7", None]
    assert rows[7] == ["资金-F1", "错误", "（整个单位）", None, None, "控制数", None, "单位合计超过控制数。", "请核对。"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    links = {cell.coordinate: cell.hyperlink.location for cell in cells}
    assert links == {
        "E4": f"'{SHEET}'!B2", "E5": f"'{SHEET}'!C6", "E6": f"'{SHEET}'!B2", "E7": f"'{SHEET}'!C2",
        "E8": f"'{SHEET}'!A3:C4", "E9": f"'{SHEET}'!E7",
    }  # fmt: skip
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:I10"
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$3:$3", "landscape")
    assert "错误 3 处，警告 2 处，提示 2 处" in sheet["A2"].value
    assert book.defined_names["金额"].attr_text == f"{SHEET}!$B$2"
    assert book[OTHER].print_title_rows == "$1:$1"
    assert book[SHEET].print_area == f"'{SHEET}'!$A$1:$H$20"


def test_marks_come_off_without_a_trace(original: bytes) -> None:
    before, after = parts(original), parts(unmark_workbook(mark(original), "甲.xlsx"))
    assert list(after) == list(before)
    rewritten = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/comments1.xml"}
    assert {name for name in before if after[name] != before[name]} <= rewritten | {"docProps/custom.xml"}
    assert canonical(after) == canonical(before)


def test_unmarking_leaves_other_workbooks_alone(original: bytes) -> None:
    assert unmark_workbook(original, "甲.xlsx") is original


def test_marking_again_is_marking_anew(original: bytes) -> None:
    marked = mark(original)
    assert mark(marked) == marked
    other = (finding("D2", "warning"), finding("A1", sheet=OTHER))
    anew = parts(mark(marked, other))
    fresh = parts(mark(original, other))
    assert set(anew) == set(fresh)
    assert anew["xl/worksheets/sheet1.xml"] == fresh["xl/worksheets/sheet1.xml"]
    assert anew["xl/worksheets/sheet2.xml"] == fresh["xl/worksheets/sheet2.xml"]
    assert opened(mark(marked, other)).sheetnames == ["审核意见", SHEET, OTHER]


def test_a_reply_in_our_note_stays(tmp_path: Path) -> None:
    marked = mark(rich_workbook(tmp_path))
    comments = parts(marked)["xl/comments1.xml"].decode()
    reply = "<r><t>已核对，合同附后</t></r></text>"
    place = comments.index("目标太短")
    end = comments.index("</text>", place)
    replied = rezip(marked, {"xl/comments1.xml": (comments[:end] + reply + comments[end + len("</text>") :]).encode()})
    sheet = opened(unmark_workbook(replied, "甲.xlsx"))[SHEET]
    assert sheet["A3"].comment.text == "已核对，合同附后"
    assert sheet["E7"].comment is None
    again = opened(mark(replied, (finding("A3", message="还是太短。"),)))[SHEET]
    assert again["A3"].comment.text == "已核对，合同附后\n\n【审核意见】\n错误：还是太短。\n建议：请核对。"


def test_hostile_texts_stay_texts() -> None:
    book = openpyxl.Workbook()
    book.active.title = SHEET
    book.active["B2"] = 1
    stream = io.BytesIO()
    book.save(stream)
    findings = tuple(finding("B2", project=text, value=text, message=text, suggestion=text, field=text, rule=text) for text in HOSTILE)
    data = mark(stream.getvalue(), findings)
    sheet = opened(data)["审核意见"]
    for row, text in enumerate(HOSTILE, start=4):
        expected = text.replace("\x00", "").replace("\x0b", "")
        cells = [sheet.cell(row, column) for column in (1, 3, 6, 8, 9)]
        assert [cell.value for cell in cells] == [expected] * 5
        assert "f" not in {cell.data_type for cell in cells}
    assert not re.search("<f[ >/]", parts(data)["xl/worksheets/sheet2.xml"].decode())
    note = opened(data)[SHEET]["B2"].comment.text
    assert all(" ".join(text.replace("\x00", "").split()) in note for text in HOSTILE)


def _with_sheet(markup: str) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = SHEET
    stream = io.BytesIO()
    book.save(stream)
    return rezip(stream.getvalue(), {"xl/worksheets/sheet1.xml": markup.encode()})


@pytest.mark.parametrize(
    "markup",
    [
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>',
        f'<worksheet xmlns="{MAIN}"><!-- r="A1" --><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row></sheetData></worksheet>',
        f"<worksheet xmlns=\"{MAIN}\"><sheetData><row r='1'><c r='A1'><v>1</v></c><c r=\"B1\"><v>2</v></c></row></sheetData></worksheet>",
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[<c r="B1">]]></t></is></c>'
        '<c r="B1"><v>2</v></c></row></sheetData></worksheet>',
    ],
    ids=["prefix, no addresses", "comment", "single quotes", "CDATA"],
)
def test_markup_that_excel_would_not_write(markup: str) -> None:
    original = _with_sheet(markup)
    marked = mark(original, (finding("B1"), finding("D1", "warning"), finding("C5", "hint")))
    sheet = opened(marked)[SHEET]
    fills = {c.coordinate: c.fill.fgColor.rgb[2:5] for row in sheet.iter_rows() for c in row if c.fill.patternType}
    assert fills == {"B1": RED, "D1": AMBER, "C5": BLUE}
    values = [[cell.value for cell in row] for row in opened(original)[SHEET].iter_rows()]
    assert [[cell.value for cell in row[:2]] for row in sheet.iter_rows(max_row=1)] == values
    bare = opened(unmark_workbook(marked, "甲.xlsx"))[SHEET]
    assert bare.dimensions == opened(original)[SHEET].dimensions


SPARSE = (
    f'<worksheet xmlns="{MAIN}"><cols><col min="3" max="4" width="9" style="0"/></cols><sheetData>'
    '<row r="2" spans="2:3" ht="20" customHeight="1"><c r="B2"><v>1</v></c><c r="C2" s="0"/></row>'
    '<row r="4" s="0" customFormat="1"/><row r="7"><c r="F7" t="str"><f>"a"</f><v>a</v></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="B8:D9"/></mergeCells><extLst><ext uri="x"><extLst/></ext></extLst></worksheet>'
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEFG"), st.integers(1, 10), st.sampled_from(("error", "warning", "hint"))), min_size=1))
def test_marks_anywhere_come_off_to_the_byte(places: list[tuple[str, int, str]]) -> None:
    original = _with_sheet(SPARSE)
    marked = mark(original, tuple(finding(f"{column}{row}", severity) for column, row, severity in places))
    rows = [int(row.get("r", "0")) for row in _rows(marked)]
    assert rows == sorted(set(rows))
    for row in _rows(marked):
        columns = [openpyxl.utils.column_index_from_string(c.get("r").rstrip("0123456789")) for c in row]
        assert columns == sorted(set(columns))
    assert parts(unmark_workbook(marked, "甲.xlsx"))["xl/worksheets/sheet1.xml"] == SPARSE.encode()


def _rows(data: bytes) -> list[etree._Element]:
    root = etree.fromstring(parts(data)["xl/worksheets/sheet1.xml"])
    return list(root.iter(f"{{{MAIN}}}row"))


def test_a_sheet_that_is_open_stays_open_unless_it_is_marked(tmp_path: Path) -> None:
    original = rich_workbook(tmp_path)
    book = opened(mark(original))
    assert book.active.title == "审核意见"
    elsewhere = mark(original, (finding("A1", sheet=OTHER),))
    assert parts(elsewhere)["xl/worksheets/sheet1.xml"] == parts(original)["xl/worksheets/sheet1.xml"]
    assert opened(elsewhere).active.title == SHEET
    chosen = [sheet.title for sheet in opened(elsewhere) if sheet.sheet_view.tabSelected]
    assert chosen == [SHEET]


def test_a_workbook_without_styles_gets_them() -> None:
    original = _with_sheet(SPARSE)
    kept = parts(original)
    types = kept["[Content_Types].xml"].decode()
    start = types.index('<Override PartName="/xl/styles.xml"')
    links = kept["xl/_rels/workbook.xml.rels"].decode()
    link = next(piece for piece in links.split("<") if "styles" in piece)
    bare = rezip(
        original,
        {
            "[Content_Types].xml": (types[:start] + types[types.index("/>", start) + 2 :]).encode(),
            "xl/_rels/workbook.xml.rels": links.replace("<" + link, "").encode(),
        },
        ["xl/styles.xml"],
    )
    assert opened(mark(bare, (finding("B2"),)))[SHEET]["B2"].fill.fgColor.rgb[2:5] == RED


@pytest.mark.parametrize("data", [b"", b"not a workbook", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_workbook_is_refused(data: bytes) -> None:
    with pytest.raises(SourceError):
        mark(data)


@needs_validator
def test_validator_finds_nothing_new(original: bytes, tmp_path: Path) -> None:
    before, after, bare = tmp_path / "前.xlsx", tmp_path / "后.xlsx", tmp_path / "去.xlsx"
    before.write_bytes(original)
    after.write_bytes(mark(original))
    bare.write_bytes(unmark_workbook(mark(original), "甲.xlsx"))
    known = validate(before)
    assert [error for error in validate(after) if error not in known] == []
    assert [error for error in validate(bare) if error not in known] == []


TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def seen(path: Path, folder: Path) -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    """Return what LibreOffice shows of a workbook: values and notes, by sheet and cell."""
    with zipfile.ZipFile(convert(path, "ods", folder, recalc=False)) as archive:
        root = etree.fromstring(archive.read("content.xml"))
    values: dict[str, dict[str, str]] = {}
    notes: dict[str, dict[str, str]] = {}
    for table in root.iter(f"{TABLE}table"):
        mine = values.setdefault(table.get(f"{TABLE}name", ""), {})
        noted = notes.setdefault(table.get(f"{TABLE}name", ""), {})
        number = 1
        for row in table.iter(f"{TABLE}table-row"):
            column = 1
            for cell in row:
                place = f"{openpyxl.utils.get_column_letter(min(column, 16384))}{number}"
                text = cell.get(f"{OFFICE}value") or "\n".join("".join(p.itertext()) for p in cell.findall(f"{TEXT}p"))
                if text:
                    mine[place] = text
                for note in cell.findall(f"{OFFICE}annotation"):
                    noted[place] = "\n".join("".join(p.itertext()) for p in note.findall(f"{TEXT}p"))
                column += int(cell.get(f"{TABLE}number-columns-repeated", "1"))
            number += int(row.get(f"{TABLE}number-rows-repeated", "1"))
    return values, notes


@pytest.mark.office
def test_libreoffice_shows_the_notes_at_their_cells_and_the_same_values(tmp_path: Path) -> None:
    original = threaded_workbook(tmp_path)
    before, after = tmp_path / "前.xlsx", tmp_path / "后.xlsx"
    before.write_bytes(original)
    after.write_bytes(mark(original))
    old_values, _ = seen(before, tmp_path / "前")
    values, notes = seen(after, tmp_path / "后")
    assert {name: values[name] for name in old_values} == old_values
    assert set(notes[SHEET]) == {"B2", "C2", "D9", "A3", "E7", "C6"}
    assert notes[SHEET]["A3"] == "【审核意见】\n提示：目标太短。\n建议：请核对。"
    assert notes[SHEET]["B2"].startswith("单位自己的批注") and "相差 10,000.00 元" in notes[SHEET]["B2"]
    assert notes[OTHER] == {"A1": "说明的批注"}
    assert values["审核意见"]["A4"] == "资金-F1"


@pytest.mark.office
def test_a_copy_that_libreoffice_saved_loses_its_marks_too(tmp_path: Path) -> None:
    original = rich_workbook(tmp_path)
    source = tmp_path / "退.xlsx"
    source.write_bytes(mark(original))
    saved = convert(source, "xlsx", tmp_path / "存", recalc=False).read_bytes()
    bare, before = opened(unmark_workbook(saved, "甲.xlsx")), opened(original)
    assert bare.sheetnames == [SHEET, OTHER]
    for row in before[SHEET].iter_rows():
        for cell in row:
            now = bare[SHEET][cell.coordinate]
            assert now.value == cell.value
            if not cell.has_style:
                continue
            assert (now.fill.patternType, now.fill.fgColor.rgb) == (cell.fill.patternType, cell.fill.fgColor.rgb)
    notes = {cell.coordinate: cell.comment.text for row in bare[SHEET].iter_rows() for cell in row if cell.comment}
    assert notes == {"B2": "单位自己的批注", "D9": "另一条批注"}


@pytest.mark.office
def test_without_its_record_a_copy_is_still_bare_again(tmp_path: Path) -> None:
    marked = mark(rich_workbook(tmp_path))
    links = parts(marked)["xl/_rels/workbook.xml.rels"].decode()
    link = next(piece for piece in links.split("<") if "customXml" in piece)
    lost = rezip(
        marked,
        {"xl/_rels/workbook.xml.rels": links.replace("<" + link, "").encode()},
        ["customXml/item1.xml", "customXml/itemProps1.xml", "customXml/_rels/item1.xml.rels"],
    )
    bare = opened(unmark_workbook(lost, "甲.xlsx"))
    assert bare.sheetnames == [SHEET, OTHER]
    sheet, before = bare[SHEET], opened(rich_workbook(tmp_path))[SHEET]
    for cell in ("B2", "C2", "A3"):
        assert sheet[cell].fill.fgColor.rgb == before[cell].fill.fgColor.rgb
    assert sheet["C6"].fill.fgColor.rgb == "FFFFF2CC", "as its row"
    assert {c.coordinate: c.comment.text for row in sheet.iter_rows() for c in row if c.comment} == {
        "B2": "单位自己的批注",
        "D9": "另一条批注",
    }
