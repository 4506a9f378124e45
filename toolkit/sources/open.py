"""A returned file → its grids, by what its content is; the one door of `sources`.

Comes in: a path (and the way into archives) with the name it is shown by. Goes out: the grids, the kind our own programs
stamped on the file, what is to be said of the file itself, and for an archive its members, which are opened in their turn.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from toolkit.errors import SourceError
from toolkit.package import signature
from toolkit.package.limits import COLUMNS, PART_SIZE
from toolkit.package.opc import open_package
from toolkit.package.parts import CONTENT_TYPES, DAMAGED, RESEND, unsafe_error
from toolkit.sources.archive import Member, member_bytes, members
from toolkit.sources.grid import Grid
from toolkit.sources.page import SCAN

XLSX, XLSB, XLS, ODS, CSV, TEXT, HTML, XML, DOCX, ODT, PDF, ZIP = (
    "Excel 工作簿（.xlsx）",
    "Excel 二进制工作簿（.xlsb）",
    "旧版 Excel 工作簿（.xls）",
    "OpenDocument 表格（.ods）",
    "文本表格（CSV）",
    "文本文件",
    "网页（HTML）",
    "XML 表格 2003",
    "Word 文档（.docx）",
    "OpenDocument 文档（.odt）",
    "PDF 文件",
    "压缩包（.zip）",
)

# What a file of this name may be without its name lying; WPS writes .et in both ways.
_HONEST: dict[str, tuple[str, ...]] = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xltx", ".xltm"), (XLSX,)),
    **dict.fromkeys((".et", ".ett"), (XLS, XLSX)),
    **dict.fromkeys((".txt", ".md"), (TEXT,)),
    **dict.fromkeys((".html", ".htm"), (HTML,)),
    **{".xls": (XLS,), ".xlt": (XLS,), ".xlsb": (XLSB,), ".ods": (ODS,), ".csv": (CSV,), ".xml": (XML,)},
    **{".docx": (DOCX,), ".odt": (ODT,), ".doc": (), ".wps": (), ".pdf": (PDF,), ".zip": (ZIP,)},
}
EXTENSION, LINKS = "修复-扩展名", "文件-外部链接"

# What a file may have, packed and unpacked, to be read without a process of its own: a return of twenty projects.
_SMALL_FILE, _SMALL_CONTENT = 4 << 20, 48 << 20

Alive = Callable[[], None]


class NoDocumentError(SourceError):
    """A file that no program for documents makes: whoever looks for returns may pass it over."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say of a file that was read: a repair (its name lies), or a warning."""

    rule: str
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's sheets, and what `jixiao.kind` says it is (None for a file not made by us); an archive has `members`."""

    grids: tuple[Grid, ...]
    kind: str | None = None
    remarks: tuple[Remark, ...] = ()
    members: tuple[Member, ...] | None = None


def open_source(
    path: Path,
    display: str,
    inner: tuple[int, ...] = (),
    passwords: Sequence[str] = (),
    alive: Alive = lambda: None,
) -> Opened:
    """Return what is in the file at `path`, or in the member that `inner` leads to, through one archive after another.

    `alive` is called between the steps of long work. Raises SourceError, with reason and cure, when it cannot be read.
    """
    return open_content(load(path, display, inner, tuple(passwords)), display, passwords, alive)


def load(path: Path, display: str, inner: tuple[int, ...] = (), passwords: tuple[str, ...] = ()) -> bytes:
    """Return the bytes of the file itself; the archive around it is kept for its next member."""
    if inner:
        around = display.rpartition("!/")[0]
        return member_bytes(_archive(path, _state(path), around, inner[:-1], passwords), inner[-1], display, passwords)
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise SourceError("文件-无法打开", f"{display}：{_what(path)}，没有打开", "请换成真正的文件后再试")
        if path.stat().st_size > PART_SIZE.most:
            raise SourceError("文件-过大", f"{display}：{PART_SIZE.exceeded(path.stat().st_size)}", "请确认报送的是申报表")
        return path.read_bytes()
    except OSError as error:
        cure = "请确认文件存在、有读取权限且未被独占打开"
        raise SourceError("文件-无法打开", f"{display}：打不开（{error.strerror or error}）", cure) from error


def _what(path: Path) -> str:
    """What stands at `path` instead of a file: reading it might never end."""
    mode = path.stat().st_mode
    kinds = ((stat.S_ISDIR, "文件夹"), (stat.S_ISFIFO, "管道"), (stat.S_ISSOCK, "套接字"), (stat.S_ISCHR, "设备"), (stat.S_ISBLK, "设备"))
    return f"这是{next((word for is_kind, word in kinds if is_kind(mode)), '特殊文件')}，不是文件"


def _state(path: Path) -> tuple[int, int]:
    """What is another when the file was replaced: its size and the time of its last change."""
    try:
        return path.stat().st_size, path.stat().st_mtime_ns
    except OSError:
        return 0, 0


@lru_cache(maxsize=1)
def _archive(path: Path, state: tuple[int, int], display: str, inner: tuple[int, ...], passwords: tuple[str, ...]) -> bytes:
    return load(path, display, inner, passwords)


def is_harmless(path: Path) -> bool:
    """Return whether a file is so small an office document, or text, that reading it can neither hang nor eat the memory.

    What is no file at all is not opened, and so as harmless.

    A cheap look at declared sizes; the gate in `package` still stands before every parser.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return True
        if path.stat().st_size > _SMALL_FILE:
            return False
        with path.open("rb") as stream:
            head = stream.read(8)
            if signature.container(head) is None:
                return path.suffix.lower() in (".txt", ".md") and not head.startswith(b"%PDF")
            with zipfile.ZipFile(stream) as archive:
                infos = archive.infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError, IndexError, struct.error):
        return False
    names = {info.filename for info in infos}
    sizes = sum(info.file_size for info in infos)
    return CONTENT_TYPES in names and "xl/workbook.bin" not in names and len(infos) < 1_000 and sizes <= _SMALL_CONTENT


def open_content(data: bytes, display: str, passwords: Sequence[str], alive: Alive) -> Opened:
    """Return what is in the bytes of a file. Raises SourceError, with reason and cure, when they cannot be read."""
    container = signature.container(data[:8])
    if container == signature.OLE:
        if signature.encrypted(data) or _protected_xls(data):
            from toolkit.sources.decrypt import unlock

            plain, _ = unlock(data, display, passwords, alive)
            container = signature.container(plain[:8])
            if container == signature.ZIP:
                return _zip(plain, display)
            return _workbook(plain, display)
        return _workbook(data, display)
    if container == signature.ZIP:
        return _zip(data, display)
    if data[:1024].lstrip().startswith(b"%PDF"):
        from toolkit.sources.pdf import read_pdf

        return _told(display, PDF, read_pdf(data, display, passwords, alive))
    return _text(data, display)


def _protected_xls(data: bytes) -> bool:
    """Whether an old workbook is encrypted: its first record after the beginning is FILEPASS (0x002F)."""
    place = data.find(b"\x09\x08\x10\x00\x00\x06\x05\x00")
    return place >= 0 and data[place + 20 : place + 22] == b"\x2f\x00"


def _zip(data: bytes, display: str) -> Opened:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.lower().replace("\\", "/").lstrip("/") for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, IndexError) as error:
        raise SourceError(DAMAGED, f"{display}：文件已损坏或不完整，打不开", RESEND) from error
    if CONTENT_TYPES.lower() in names or (names and all(name.startswith(("xl/", "docprops/", "_rels/")) for name in names)):
        return _office(data, display, names)
    if "mimetype" in names and "content.xml" in names:
        from toolkit.sources.odt import read_opendocument

        is_text, grids = read_opendocument(data, display)
        return _told(display, ODT if is_text else ODS, grids)
    if "ofd.xml" in names:
        raise SourceError("文件-格式", f"{display}：是 OFD 版式文件，无法读取", "请报送可编辑的申报表（.xlsx）；只有 OFD 的，请另存为 PDF")
    return Opened((), None, _remarks(display, ZIP), members(data, display))


def _office(data: bytes, display: str, names: set[str]) -> Opened:
    if "xl/workbook.bin" in names:
        from toolkit.sources.xls import read_xlsb

        return _told(display, XLSB, read_xlsb(data, display))
    from toolkit.sources.xlsx import external_links, kind_of, read_xlsx

    if any(name.startswith("word/") for name in names) and "xl/workbook.xml" not in names:
        from toolkit.sources.docx import read_docx

        with open_package(data, display) as package:
            kind = kind_of(package)
            part = package.related("", "officeDocument")
            if part is None:
                return Opened((), kind)
            return replace(_told(display, DOCX, read_docx(package, part)), kind=kind)
    grids, kind = read_xlsx(data, display)
    remarks = _remarks(display, XLSX)
    if any(name.startswith("xl/externallinks/") for name in names) and (links := external_links(data, display)):
        message = f"工作簿引用了其他文件的内容：{'、'.join(links)}。那些文件没有一起报送，引用的数值可能已经过时。"
        remarks += (Remark(LINKS, message, "请把引用的单元格改成数值后重新报送。"),)
    return Opened(grids, kind, remarks)


def _workbook(data: bytes, display: str) -> Opened:
    """What an OLE file is: an old workbook, or something of its age that is not read."""
    found = signature.describe(data)
    if "Excel" not in found:
        raise _refused(display, found)
    from toolkit.sources.xls import read_xls

    return _told(display, XLS, read_xls(data, display))


def _refused(display: str, found: str) -> SourceError:
    """Why a file of a known kind is not read, and what to do about it."""
    if found in signature.WORD_LIKE:
        return SourceError("文件-格式", f"{display}：是{found}，无法直接读取", "请用 Word 或 WPS 打开后另存为 .docx，再重新报送")
    if "压缩" in found:
        return SourceError("文件-格式", f"{display}：是{found}，无法读取", "请解压后重新报送，或改用 .zip 压缩")
    cure = "如果它是申报表，请用原来的程序打开，另存为 .xlsx 或 .docx 后重新报送"
    return NoDocumentError("文件-格式", f"{display}：不是申报表，实际是{found}", cure)


def _text(data: bytes, display: str) -> Opened:
    """What is no container at all: a table in disguise, a document saved as text, or nothing that can be read."""
    if not data:
        raise SourceError("文件-空", f"{display}：文件是空的（0 字节）", RESEND)
    if not data.strip(b"\0"):
        raise SourceError(DAMAGED, f"{display}：文件内容全部是空字节", RESEND)
    found = signature.describe(data)
    if "图片" in found:
        cure = "请报送可编辑的申报表（.xlsx）；照片、扫描件可与它放在一起，作为附件"
        raise SourceError(SCAN, f"{display}：是{found}，没有可读的文字", cure)
    if found == signature.XML_2003:
        from toolkit.sources.markup import read_xml_2003

        return _told(display, XML, read_xml_2003(data, display))
    if found == signature.HTML:
        from toolkit.sources.markup import read_html
        from toolkit.sources.text import decode_text

        return _told(display, HTML, read_html(decode_text(data, display), display))
    if found != signature.PLAIN_TEXT:
        raise _refused(display, found)
    from toolkit.sources.text import decode_text, read_text

    if _suffix(display) in _TABLES:
        from toolkit.sources.delimited import read_delimited

        return _told(display, CSV, read_delimited(decode_text(data, display), display))
    return _told(display, TEXT, read_text(data, display))


# Text under such a name is a table.
_TABLES = frozenset((".csv", ".xls", ".xlsx", ".xlsm", ".et", ".ods"))


def _told(display: str, found: str, grids: tuple[Grid, ...]) -> Opened:
    """What was found. Raises SourceError for cells that no sheet has: pages and texts know no last column."""
    columns = max((column for grid in grids for _, column in grid.cells), default=0)
    columns = max((columns, *(right for grid in grids for _, _, _, right in grid.merges)))
    if columns > COLUMNS.most:
        raise unsafe_error(display, COLUMNS.exceeded(columns))
    return Opened(grids, None, _remarks(display, found))


def _remarks(display: str, found: str) -> tuple[Remark, ...]:
    suffix = _suffix(display)
    honest = _HONEST.get(suffix)
    if honest is None or found in honest:
        return ()
    message = f"扩展名是 {suffix}，实际是{found}，已按实际内容读取。"
    return (Remark(EXTENSION, message, "下次请另存为 .xlsx 后报送。"),)


def _suffix(display: str) -> str:
    return PurePosixPath(display.replace("\\", "/")).suffix.lower()
