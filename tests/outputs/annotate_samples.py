"""Workbooks as units return them, with all that a careless program loses: the raw material of the tests of marking."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import xlsxwriter

from toolkit.checking.model import Finding
from toolkit.package.rezip import rezip

SHEET, OTHER = "申报表", "说明"

_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MICROSOFT = "http://schemas.microsoft.com/office/2017/10/relationships"
_IDENTITY = "{A0000000-0000-4000-8000-000000000001}"

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)


def finding(
    cell: str | None, severity: str = "error", sheet: str | None = SHEET, message: str = "金额不对。", **changes: str | None
) -> Finding:
    """A finding on the sample's sheet."""
    values: dict[str, str | None] = {
        "rule": "资金-F1", "unit": "青溪区第一小学", "project": "食堂改造", "field": "金额", "value": "100", "expected": None,
        "suggestion": "请核对。", "family": "declaration", "file": "甲.xlsx",
    }  # fmt: skip
    values.update(changes)
    return Finding(severity=severity, sheet=sheet, cell=cell, message=message, **values)  # type: ignore[arg-type]


def rich_workbook(folder: Path, *, macros: bool = False) -> bytes:
    """A workbook with picture, text box, chart, button, note, validations, conditional formats, formulas with results.

    With `macros` it is an .xlsm. The notes stand on B2 and D9, the button's drawing is that of the notes.
    """
    path = folder / ("原.xlsm" if macros else "原.xlsx")
    picture = folder / "图.png"
    picture.write_bytes(PNG)
    book = xlsxwriter.Workbook(path)
    if macros:
        project = folder / "vbaProject.bin"
        project.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8)
        book.add_vba_project(str(project))
    sheet, other = book.add_worksheet(SHEET), book.add_worksheet(OTHER)
    coloured = book.add_format({"bg_color": "#FFF2CC", "border": 1, "locked": False})
    merged = book.add_format({"border": 1, "text_wrap": True, "valign": "top", "bg_color": "#E2EFDA"})
    money = book.add_format({"num_format": "#,##0.00", "locked": False})
    sheet.set_column("A:A", 14)
    sheet.set_column("B:D", 18, money)
    sheet.set_row(5, 30, coloured)
    sheet.write("A1", "标题")
    sheet.write("A2", "金额")
    sheet.write_number("B2", 350000.5, money)
    sheet.write_string("C2", "文本", coloured)
    sheet.write_formula("D2", "=B2*2", money, 700001)
    sheet.merge_range("A3:C4", "年度总体目标：按期完成。", merged)
    sheet.write_string("A8", "末行")
    sheet.data_validation("B2", {"validate": "decimal", "criteria": ">=", "value": 0})
    sheet.data_validation("C2", {"validate": "list", "source": ["甲", "乙>丙"]})
    sheet.conditional_format("B2:D2", {"type": "cell", "criteria": ">", "value": 500000, "format": coloured})
    sheet.conditional_format("B8:D8", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("B2", "单位自己的批注", {"author": "张三"})
    sheet.write_comment("D9", "另一条批注", {"author": "李四"})
    sheet.insert_image("F2", str(picture))
    sheet.insert_textbox("F8", "文本框")
    sheet.insert_button("F14", {"caption": "按钮"})
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": f"={SHEET}!$B$2:$D$2"})
    sheet.insert_chart("J2", chart)
    sheet.protect("", {"objects": False})
    sheet.autofilter("A1:D2")
    sheet.print_area("A1:H20")
    sheet.set_header("&L&G", {"image_left": str(picture)})
    other.write("A1", "说明文字")
    other.write_comment("A1", "说明的批注")
    other.repeat_rows(0)
    other.set_first_sheet()
    book.define_name("金额", f"={SHEET}!$B$2")
    book.set_custom_property("来源", "甲")
    book.close()
    return path.read_bytes()


def threaded_workbook(folder: Path) -> bytes:
    """The workbook above with a threaded comment on C2, as Excel writes one: a part of its own, and a placeholder note."""
    data = rich_workbook(folder)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        comments = archive.read("xl/comments1.xml").decode()
        links = archive.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
        book_links = archive.read("xl/_rels/workbook.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
    note = '<comment ref="C2" authorId="9" shapeId="0"><text><t>[Threaded comment] 请确认</t></text></comment>'
    authors = comments.count("<author>")
    comments = comments.replace("</authors>", f"<author>tc={_IDENTITY}</author></authors>")
    comments = comments.replace("</commentList>", note.replace('"9"', f'"{authors}"') + "</commentList>")
    thread = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<ThreadedComments xmlns="{_THREADS}">'
        f'<threadedComment ref="C2" dT="2025-01-01T00:00:00.00" personId="{_IDENTITY}" id="{_IDENTITY}">'
        "<text>请确认</text></threadedComment></ThreadedComments>"
    )
    people = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<personList xmlns="{_THREADS}">'
        f'<person displayName="王五" id="{_IDENTITY}" userId="王五" providerId="None"/></personList>'
    )
    link = '<Relationship Id="rId90" Type="{}" Target="{}"/></Relationships>'
    thread_link = link.format(f"{_MICROSOFT}/threadedComment", "../threadedComments/threadedComment1.xml")
    people_link = link.format(f"{_MICROSOFT}/person", "persons/person.xml")
    override = '<Override PartName="/xl/{}" ContentType="application/vnd.ms-excel.{}+xml"/>'
    added = override.format("threadedComments/threadedComment1.xml", "threadedcomments")
    added += override.format("persons/person.xml", "person")
    changed = {
        "xl/comments1.xml": comments,
        "xl/worksheets/_rels/sheet1.xml.rels": links.replace("</Relationships>", thread_link),
        "xl/_rels/workbook.xml.rels": book_links.replace("</Relationships>", people_link),
        "[Content_Types].xml": types.replace("</Types>", added + "</Types>"),
        "xl/threadedComments/threadedComment1.xml": thread,
        "xl/persons/person.xml": people,
    }
    return rezip(data, {name: text.encode() for name, text in changed.items()})


def parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of a package in their order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(data: bytes) -> dict[str, tuple[int, int, int]]:
    """Return of every member its compressed size, its size and its checksum."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: (info.compress_size, info.file_size, info.CRC) for info in archive.infolist()}
