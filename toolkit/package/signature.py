"""What a file really is, told from its first bytes and not from its name.

`opc` refuses with these words; `sources` may use them to pick a reader.
"""

from __future__ import annotations

ZIP, OLE = "zip", "ole"
HTML, XML_2003, PLAIN_TEXT = "网页（HTML）", "XML 表格 2003", "文本文件（如 CSV）"

# Documents of a word processor, or of a browser, that are not read as they are.
WORD_LIKE = ("旧版 Word 文档（.doc）", "RTF 文档", "Word 2003 XML 文档", "Word XML 文档", "OpenDocument XML 文档", "网页存档（MHTML）")
_OLD_WORD, _RTF, _WORD_2003, _FLAT_WORD, _FLAT_ODF, _MHTML = WORD_LIKE
_FLAT = (
    ("schemas.microsoft.com/office/word/2003/wordml", _WORD_2003),
    ("schemas.microsoft.com/office/2006/xmlpackage", _FLAT_WORD),
    ("urn:oasis:names:tc:opendocument:xmlns:office:1.0", _FLAT_ODF),
)

_HTML_STARTS = ("<!doctype html", "<table", "<meta", "<head", "<body", "<style", "<div")

_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF 文件"),
    (b"{\\rtf", _RTF),
    (b"7z\xbc\xaf\x27\x1c", "7z 压缩包"),
    (b"Rar!", "RAR 压缩包"),
    (b"\x1f\x8b", "gzip 压缩文件"),
    (b"\x89PNG", "图片（PNG）"),
    (b"\xff\xd8\xff", "图片（JPEG）"),
    (b"GIF8", "图片（GIF）"),
    (b"BM", "图片（BMP）"),
    (b"II*\x00", "图片（TIFF）"),
    (b"MM\x00*", "图片（TIFF）"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"SQLite format 3", "数据库文件"),
    (b"\x09\x00\x04\x00", "旧版 Excel 工作簿（.xls）"),
    (b"\x09\x02\x06\x00", "旧版 Excel 工作簿（.xls）"),
    (b"\x09\x04\x06\x00", "旧版 Excel 工作簿（.xls）"),
    (b"\x09\x08", "旧版 Excel 工作簿（.xls）"),
)

# Brands of HEIF under which phones save photos.
_PHOTOS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")

# Names in the directory of an OLE file, in the order they are looked for.
_OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("WordDocument", _OLD_WORD),
    ("PowerPoint Document", "旧版演示文稿（.ppt）"),
    ("Workbook", "旧版 Excel 工作簿（.xls 或 .et）"),
    ("Book", "旧版 Excel 工作簿（.xls）"),
)


def container(head: bytes) -> str | None:
    """Return ZIP or OLE where the first bytes say so, else None."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return ZIP
    return OLE if head.startswith(_OLE_SIGNATURE) else None


def encrypted(data: bytes) -> bool:
    """Return whether an OLE file holds an encrypted OOXML package, that is, needs a password to open."""
    return "EncryptedPackage".encode("utf-16-le") in data


def describe(data: bytes) -> str:
    """Return in Chinese what a file that is no zip really is; `data` is the file, or its first megabytes.

    >>> describe(b"%PDF-1.7"), describe("名称,金额\\n甲,1".encode("gbk"))
    ('PDF 文件', '文本文件（如 CSV）')
    """
    if container(data) == OLE:
        for stream, name in _OLE_STREAMS:
            if (stream + "\0").encode("utf-16-le") in data:
                return name
        return "旧版 Office 文件"
    head = _text(data[:4096])
    if head is not None:
        found = _markup(head.lstrip("\ufeff \t\r\n").lower())
        if found is not None:
            return found
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return name
    if data[4:8] == b"ftyp":
        return "图片（HEIC）" if data[8:12] in _PHOTOS else "视频"
    if data.startswith(b"RIFF"):
        return "图片（WebP）" if data[8:12] == b"WEBP" else "音频或视频"
    return PLAIN_TEXT if head is not None else "无法识别的文件"


def _markup(head: str) -> str | None:
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return XML_2003
    flat = next((found for namespace, found in _FLAT if namespace in head and head.startswith("<")), None)
    if flat is not None or (head.startswith("<?xml") and "<html" not in head):
        return flat or "XML 文件"
    if "<html" in head or head.startswith(_HTML_STARTS):
        return HTML
    return _MHTML if head.startswith(("mime-version:", "from: ")) and "mime-version:" in head else None


def _text(data: bytes) -> str | None:
    """Return `data` as text, or None where it is in no usual encoding; a character cut at the end is no matter."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "ignore")
    if any(byte < 32 and byte not in b"\t\n\x0b\x0c\r\x1a\x1b" for byte in data):
        return None
    for encoding in ("utf-8", "gb18030"):
        for cut in range(4):
            try:
                return data[: len(data) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None
