"""Packages of strangers: what is refused, by which 编号 and with which words, and what is read."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import open_package
from toolkit.spreadsheet.workbook import read_workbook

TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)


def zipped(*parts: tuple[str, bytes | str], types: str | None = TYPES) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in ([("[Content_Types].xml", types)] if types else []) + list(parts):
            archive.writestr(name, data)
    return stream.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active["A1"] = "甲"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def ole(*streams: str) -> bytes:
    directory = b"".join((name + "\0").encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory


def refused(data: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        open_package(data, "回收/甲.xlsx")
    return caught.value


@pytest.mark.parametrize(
    ("data", "rule", "words"),
    [
        (b"", "文件-空", "文件是空的（0 字节）"),
        (b"\0" * 4096, "文件-损坏", "全部是空字节"),
        (workbook()[:2000], "文件-损坏", "已损坏或不完整"),
        (ole("EncryptionInfo", "EncryptedPackage"), "文件-需密码", "设有打开密码"),
        (ole("Workbook"), "文件-格式", "旧版 Excel 工作簿（.xls 或 .et）"),
        (ole("WordDocument"), "文件-格式", "旧版 Word 文档（.doc）"),
        (b"<html><body><table><tr><td>1</td></tr></table>", "文件-格式", "网页（HTML）"),
        ("项目名称,金额\n设备,1\n".encode("gbk"), "文件-格式", "文本文件（如 CSV）"),
        (b"%PDF-1.7\n%\xe2\xe3", "文件-格式", "PDF 文件"),
        (b"\x89PNG\r\n\x1a\n\0\0", "文件-格式", "图片（PNG）"),
        (zipped(("甲.xlsx", b"1"), types=None), "文件-格式", "普通压缩包（.zip）"),
        (
            zipped(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), types=None),
            "文件-格式",
            "OpenDocument 表格（.ods）",
        ),
        (zipped(("../evil.xml", "<a/>")), "文件-不安全", "指向文件之外"),
        (zipped(("/xl/a.xml", "<a/>")), "文件-不安全", "指向文件之外"),
        (zipped(("xl/..\\..\\a.xml", "<a/>")), "文件-不安全", "指向文件之外"),
        (zipped(("xl/a.xml", "<a/>"), ("XL/A.xml", "<b/>")), "文件-不安全", "出现了两次"),
        (zipped(("xl/a.xml", b" " * 4_000_000)), "文件-不安全", "部件压缩比"),
        (zipped(*((f"xl/{n}.xml", "") for n in range(5001))), "文件-不安全", "内部部件 5,002 个，超过上限 5,000 个"),
    ],
)
def test_what_is_refused_before_anything_is_parsed(data: bytes, rule: str, words: str) -> None:
    error = refused(data)
    assert error.rule == rule
    assert str(error).startswith("回收/甲.xlsx：")
    assert words in str(error)
    assert "\n" not in str(error)
    assert error.suggestion


def test_a_part_that_declares_too_much_is_refused() -> None:
    data = bytearray(zipped(("xl/a.xml", b"<a/>")))
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, limits.PART_SIZE.most + 1)
    assert "单个部件解压后 257 MB，超过上限 256 MB" in str(refused(bytes(data)))


def test_a_part_whose_declared_size_lies_is_damaged_not_believed() -> None:
    data = bytearray(zipped(("xl/a.xml", b"<a>" + b"x" * 50_000 + b"</a>")))
    entry = data.rfind(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 24, 10)
    with open_package(bytes(data), "甲.xlsx") as package, pytest.raises(SourceError) as caught:
        package.read("xl/a.xml")
    assert caught.value.rule == "文件-损坏"


def test_the_whole_may_not_inflate_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    data = zipped(("xl/a.xml", b"<a/>" * 300), ("xl/b.xml", b"<b/>" * 300))
    with open_package(data, "甲.xlsx") as package:
        monkeypatch.setattr(limits, "TOTAL_SIZE", limits.Limit("全部内容解压后", 2000, "MiB"))
        package.read("xl/a.xml")
        package.read("xl/a.xml")
        with pytest.raises(SourceError, match="全部内容解压后超过上限"):
            package.read("xl/b.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_is_refused_in_any_encoding(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    with open_package(zipped(("xl/a.xml", text.encode(encoding))), "甲.xlsx") as package:
        with pytest.raises(SourceError, match="DOCTYPE") as caught:
            package.xml("xl/a.xml")
        assert caught.value.rule == "文件-不安全"
        with pytest.raises(SourceError, match="DOCTYPE"):
            list(package.iterate("xl/a.xml", "a"))


@pytest.mark.parametrize("before", ["", "\n<!-- <a> -->\n", "\ufeff", "<?x <a>?><!---->"])
def test_a_doctype_is_refused_whatever_stands_before_it(before: str) -> None:
    with open_package(
        zipped(("xl/a.xml", f"{before}<!DOCTYPE a []><a>x</a>"), ("xl/b.xml", f"{before}<a>&lt;!DOCTYPE</a>")), "甲"
    ) as found:
        with pytest.raises(SourceError, match="DOCTYPE"):
            found.markup("xl/a.xml")
        assert found.markup("xl/b.xml").endswith(b"</a>")


@pytest.mark.parametrize("name", ["xl/a.xml", "xl/none.xml"])
def test_a_broken_or_missing_part_is_damage(name: str) -> None:
    data = zipped(("xl/a.xml", "<a><b></a>"))
    with open_package(data, "甲.xlsx") as package, pytest.raises(SourceError) as caught:
        package.xml(name)
    assert caught.value.rule == "文件-损坏"
    assert name in str(caught.value)


def test_a_changed_byte_in_a_part_is_damage() -> None:
    data = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    data[info.header_offset + 30 + len(info.filename) + 20] ^= 0xFF
    with open_package(bytes(data), "甲.xlsx") as package, pytest.raises(SourceError) as caught:
        read_workbook(package).cells(read_workbook(package).sheets[0])
    assert caught.value.rule == "文件-损坏"


def test_relationships_are_resolved_from_their_part() -> None:
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="a" Type="http://x/image" Target="../media/%E5%9B%BE%201.png"/>'
        '<Relationship Id="b" Type="http://x/sheet" Target="/xl/S.xml"/>'
        '<Relationship Id="c" Type="http://x/hyperlink" Target="https://example.com/a#b" TargetMode="External"/>'
        '<Relationship Id="d" Type="http://x/hyperlink" Target="#申报表!A1"/></Relationships>'
    )
    data = zipped(("xl/d/d1.xml", "<a/>"), ("xl/d/_rels/d1.xml.rels", links), ("xl/s.xml", "<a/>"))
    with open_package(data, "甲.xlsx") as package:
        links_found = package.relationships("xl/d/d1.xml").values()
    found = {link.id: (link.kind, link.target, link.external) for link in links_found}
    assert found == {
        "a": ("image", "xl/media/图 1.png", False),
        "b": ("sheet", "xl/s.xml", False),
        "c": ("hyperlink", "https://example.com/a#b", True),
        "d": ("hyperlink", "#申报表!A1", False),
    }


def test_a_path_is_closed_with_its_package(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(workbook())
    with open_package(path, "甲.xlsx") as package:
        assert "xl/workbook.xml" in package
    with pytest.raises(SourceError, match="读不出来") as caught:
        package.read("xl/workbook.xml")
    assert "closed" in str(caught.value.__cause__)


def test_a_path_that_cannot_be_opened_is_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="甲.xlsx：打不开（文件不存在）") as caught:
        open_package(tmp_path / "甲.xlsx", "甲.xlsx")
    assert caught.value.rule == "文件-无法打开"


def test_a_word_document_is_named_when_a_workbook_is_wanted() -> None:
    import docx

    stream = io.BytesIO()
    docx.Document().save(stream)
    with open_package(stream.getvalue(), "甲.xlsx") as package, pytest.raises(SourceError, match="实际是Word 文档"):
        read_workbook(package)
