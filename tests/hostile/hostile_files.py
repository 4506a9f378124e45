"""Files that hurt those who read them, made quickly: every kind of FACTS, and what Office and archives can be twisted into.

A bomb's body is one compressed block said again and again (after a full flush blocks stand for themselves), so a gigabyte
takes a moment and a megabyte of memory. `hostile` is the list: name of the file → its bytes, the 编号 and words of the finding.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import lru_cache

import openpyxl
from msoffcrypto.format.ooxml import OOXMLFile

from tests.shipped import declaration, shipped_form
from tests.sources.messy_files import scanned_pdf
from toolkit.outputs.filled.workbook import fill_workbook

MIB = 1 << 20
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@lru_cache(maxsize=4)
def sound(unit: str = "青溪区第一小学") -> bytes:
    """A return without a mistake."""
    return fill_workbook(shipped_form(), [declaration({"实施单位": unit, "项目名称": f"{unit}食堂改造"})])


def repeated(piece: bytes, times: int) -> tuple[bytes, int, int]:
    """`piece` said `times` times: deflated, its CRC, its size."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(piece, crc)
    return block * times + zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS).flush(), crc, len(piece) * times


def raw_zip(parts: Mapping[str, bytes | tuple[bytes, int, int]], *, lie: Mapping[str, int] | None = None, names: str = "utf-8") -> bytes:
    """A zip whose parts are bytes, or (deflated, CRC, size); `lie` declares other sizes, `names` is their encoding."""
    body, directory = io.BytesIO(), io.BytesIO()
    for name, part in parts.items():
        if isinstance(part, bytes):
            packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed, crc, size = packer.compress(part) + packer.flush(), zlib.crc32(part), len(part)
        else:
            packed, crc, size = part
        size = (lie or {}).get(name, size)
        raw, offset = name.encode(names), body.tell()
        common = struct.pack("<HHHHHIIIHH", 20, 0x800 if names == "utf-8" else 0, 8, 0, 33, crc, len(packed), size, len(raw), 0)
        body.write(b"PK\x03\x04" + common + raw + packed)
        directory.write(b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, offset) + raw)
    start, entries = body.tell(), directory.getvalue()
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(parts), len(parts), len(entries), start, 0)
    return body.getvalue() + entries + end


def parts_of(data: bytes) -> dict[str, bytes | tuple[bytes, int, int]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@lru_cache(maxsize=1)
def _small() -> bytes:
    """A workbook of one sheet, with a text in A1."""
    book = openpyxl.Workbook()
    book.active["A1"] = "财政项目支出绩效目标申报表"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_sheet(sheet: bytes | tuple[bytes, int, int], **others: bytes) -> bytes:
    """A small workbook whose one sheet is `sheet`."""
    return raw_zip({**parts_of(_small()), "xl/worksheets/sheet1.xml": sheet, **others})


def worksheet(rows: str, after: str = "", before: str = "") -> bytes:
    return f'{before}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def merged(ranges: list[str]) -> bytes:
    areas = "".join(f'<mergeCell ref="{area}"/>' for area in ranges)
    return worksheet('<row r="1"><c r="A1"><v>1</v></c></row>', f'<mergeCells count="{len(ranges)}">{areas}</mergeCells>')


def many_rows(count: int) -> tuple[bytes, int, int]:
    """A worksheet of `count` tiny rows with a cell each, numbers going on from row to row."""
    text = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, count + 1))
    whole = f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + text + b"</sheetData></worksheet>"
    packer = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(whole) + packer.flush(), zlib.crc32(whole), len(whole)


def shared_strings(count: int) -> bytes:
    strings = "".join(f"<si><t>{n}</t></si>" for n in range(count))
    text = f'<sst xmlns="{MAIN}" count="{count}" uniqueCount="{count}">{strings}</sst>'
    parts = parts_of(_small())
    types = parts["[Content_Types].xml"]
    assert isinstance(types, bytes)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    parts["[Content_Types].xml"] = types if b"sharedStrings" in types else types.replace(b"</Types>", override)
    return raw_zip({**parts, "xl/sharedStrings.xml": text.encode()})


def encrypted(data: bytes, password: str) -> bytes:
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, stream)
    return stream.getvalue()


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


_LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
_WORD = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>{}</w:t>'
    "</w:r></w:p></w:body></w:document>"
)


def word(text: str, before: str = "") -> bytes:
    relationship = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Override PartName="/word/document.xml" ContentType="{kind}"/>'
    return zipped(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="rels" ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="r1" Type="{relationship}" Target="word/document.xml"/></Relationships>',
            "word/document.xml": before + _WORD.format(text),
        }
    )


def ods(content: str) -> bytes:
    namespaces = " ".join(f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    text = f"<office:document-content {namespaces}><office:body><office:spreadsheet>{content}"
    return zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"{text}</office:spreadsheet></office:body></office:document-content>".encode(),
        }
    )


# Name → (how it is made, 编号, words of the message).
hostile: Mapping[str, tuple[Callable[[], bytes], str, str]] = {
    "一吉空格.xlsx": (lambda: with_sheet(repeated(b" " * MIB, 1024)), "文件-不安全", "单个部件解压后 1,024 MB，超过上限 256 MB"),
    "两百兆空格.xlsx": (lambda: with_sheet(repeated(b" " * MIB, 200)), "文件-不安全", "部件压缩比"),
    "一吉小行.xlsx": (lambda: with_sheet(repeated(b"<row/>" * 100_000, 1790)), "文件-不安全", "单个部件解压后 1,025 MB"),
    "两百万行.xlsx": (lambda: with_sheet(many_rows(2_000_000)), "文件-不安全", "写出的行 2,000,000 行，超过上限 1,048,576 行"),
    "谎报大小.xlsx": (
        lambda: raw_zip(
            {**parts_of(_small()), "xl/worksheets/sheet1.xml": repeated(b" " * MIB, 1024)},
            lie={"xl/worksheets/sheet1.xml": 5000},
        ),
        "文件-损坏",
        "部件 xl/worksheets/sheet1.xml 读不出来",
    ),
    "整表合并.xlsx": (lambda: with_sheet(merged(["A1:XFD1048576"])), "文件-不安全", "一个合并区域覆盖 17,179,869,184 格，超过上限"),
    "十万合并.xlsx": (
        lambda: with_sheet(merged([f"A{n}:B{n}" for n in range(1, 100_001)])),
        "文件-不安全",
        "一张工作表的合并区域 100,000 个，超过上限 20,000 个",
    ),
    "百万共享字符串.xlsx": (lambda: shared_strings(1_000_000), "文件-不安全", "共享字符串 1,000,000 个，超过上限"),
    "远端单元格.xlsx": (
        lambda: with_sheet(worksheet('<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
        "文件-不安全",
        "工作表使用区域 17,179,869,184 格，超过上限",
    ),
    "无址单元格.xlsx": (
        lambda: with_sheet(worksheet(f'<row r="1">{"<c><v>1</v></c>" * 20_000}</row><row r="1048576"><c><v>1</v></c></row>')),
        "文件-不安全",
        "列号超过上限",
    ),
    "实体炸弹.xlsx": (lambda: with_sheet(worksheet("", before=_LAUGHS)), "文件-不安全", "DOCTYPE"),
    "外部实体.xlsx": (
        lambda: with_sheet(
            worksheet(
                '<row r="1"><c r="A1" t="str"><v>&x;</v></c></row>',
                before='<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
            )
        ),
        "文件-不安全",
        "DOCTYPE",
    ),
    "外部实体.docx": (
        lambda: word("&x;", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "文件-不安全",
        "DOCTYPE",
    ),
    "跨格无数.xls": (
        lambda: b"<table><tr>" + b'<td rowspan="1000" colspan="1000">1</td>' * 50 + b"</table>",
        "文件-不安全",
        "一张工作表的单元格超过上限",
    ),
    "列数过多.xls": (lambda: b"<table><tr>" + b'<td colspan="1000">1</td>' * 17 + b"</table>", "文件-不安全", "列号 17,000 列，超过上限"),
    "列数过多.txt": (lambda: b"\t".join([b"1"] * 16_385), "文件-不安全", "列号 16,385 列，超过上限"),
    "页面无边.pdf": (lambda: scanned_pdf().replace(b"[0 0 595 842]", b"[1 0 R 1 0 R]"), "文件-损坏", "PDF 已损坏或不完整"),
    "部件重名.xlsx": (
        lambda: raw_zip({**parts_of(_small()), "xl/Worksheets/sheet1.xml": b"<a/>"}),
        "文件-不安全",
        "出现了两次",
    ),
    "部件在外.xlsx": (lambda: raw_zip({**parts_of(_small()), "../../x.xml": b"<a/>"}), "文件-不安全", "指向文件之外"),
    "截断.xlsx": (lambda: sound()[: len(sound()) // 2], "文件-损坏", "文件已损坏或不完整"),
    "改了一字节.xlsx": (lambda: _changed(sound()), "文件-损坏", "文件已损坏"),
    "空文件.xlsx": (lambda: b"", "文件-空", "文件是空的（0 字节）"),
    "全零.xlsx": (lambda: bytes(50_000), "文件-损坏", "全部是空字节"),
    "加密.xlsx": (lambda: encrypted(sound(), "密码"), "文件-需密码", "设有打开密码"),
    "图片.xlsx": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "文件-扫描件", "图片（PNG）"),
    "程序.xlsx": (lambda: b"MZ\x90\0\3\0\0\0\4\0" + bytes(5000), "文件-格式", "可执行程序"),
    "压缩包.rar": (lambda: b"Rar!\x1a\x07\x00" + bytes(range(256)) * 4, "文件-格式", "RAR 压缩包"),
    "旧版文档.wps": (lambda: ole("WordDocument"), "文件-格式", "旧版 Word 文档（.doc）"),
    "坏表.xls": (lambda: ole("Workbook"), "文件-损坏", "文件已损坏"),
    "坏文档.pdf": (lambda: b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\n", "文件-损坏", "PDF 已损坏"),
    "重复格.ods": (
        lambda: ods(
            '<table:table table:name="表"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
            'office:value-type="float" office:value="1" table:number-columns-repeated="16384"><text:p>1</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        ),
        "文件-不安全",
        "一张工作表的单元格超过上限 1,000,000 个",
    ),
    "炸弹.zip": (
        lambda: raw_zip({f"{n}.xlsx": repeated(b" " * MIB, 1024) for n in range(3)}),
        "文件-不安全",
        "压缩包全部内容解压后 3,072 MB，超过上限 2,048 MB",
    ),
    "套娃.zip": (
        lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.xlsx": b"x"})})})}),
        "文件-格式",
        "压缩包套了太多层",
    ),
    "坏压缩包.zip": (lambda: zipped({"甲.xlsx": sound()})[:3000], "文件-损坏", "文件已损坏或不完整"),
}


def _changed(data: bytes) -> bytes:
    """One byte of the first sheet's packed content changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = next(info for info in archive.infolist() if info.filename.startswith("xl/worksheets/sheet"))
    changed = bytearray(data)
    changed[info.header_offset + 30 + len(info.filename) + info.compress_size // 2] ^= 0xFF
    return bytes(changed)


def ole(*streams: str) -> bytes:
    """What begins like an OLE file with these streams, and is none."""
    directory = b"".join((name + "\0").encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + directory
