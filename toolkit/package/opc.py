"""Opening an Office file as a package of parts, with everything that can harm looked at before anything is parsed.

A path, bytes or a binary file comes in, a `Package` of bounded, checked parts goes out; a file that cannot be taken
raises `SourceError` with one Chinese line. Called by sources, forms and outputs, for workbooks and Word documents.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from toolkit.errors import SourceError
from toolkit.package import limits, signature
from toolkit.package.parts import CONTENT_TYPES, DAMAGED, RESAVE, RESEND, Package, unsafe_error

LOCKED, FORMAT, EMPTY, UNREADABLE = "文件-需密码", "文件-格式", "文件-空", "文件-无法打开"


def open_package(source: Path | bytes | BinaryIO, display: str) -> Package:
    """Return `source` as a package; `display` is the file's name as the user knows it.

    A path is kept open until the package closes. Raises SourceError for anything but a sound, unencrypted package
    within the limits: empty, another format (named), damaged, needing a password, or unsafe to open.
    """
    package = open_container(source, display)
    if CONTENT_TYPES not in package:
        with package:
            raise SourceError(FORMAT, f"{display}：不是 .xlsx 或 .docx，实际是{_other_zip(package)}", RESAVE)
    return package


def open_container(source: Path | bytes | BinaryIO, display: str) -> Package:
    """Return what `open_package` does for any document kept in a zip, OpenDocument too."""
    try:
        stream = _stream(source)
    except OSError as error:
        cure = "请确认文件存在、有读取权限且未被独占打开"
        raise SourceError(UNREADABLE, f"{display}：打不开（{_cause(error)}）", cure) from error
    archive: zipfile.ZipFile | None = None
    try:
        _check_signature(stream, display)
        archive = zipfile.ZipFile(stream)
        return Package(archive, _checked_members(archive, display), display)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError, OSError) as error:
        stream.close()
        raise SourceError(DAMAGED, f"{display}：文件已损坏或不完整，打不开", RESEND) from error
    except SourceError:
        stream.close()
        raise


def _stream(source: Path | bytes | BinaryIO) -> BinaryIO:
    if isinstance(source, bytes):
        return BytesIO(source)
    return source.open("rb") if isinstance(source, Path) else source


def _check_signature(stream: BinaryIO, display: str) -> None:
    stream.seek(0)
    head = stream.read(8)
    if not head:
        raise SourceError(EMPTY, f"{display}：文件是空的（0 字节）", RESEND)
    found = signature.container(head)
    if found != signature.ZIP:
        data = head + stream.read(limits.PART_SIZE.most if found == signature.OLE else limits.MIB)
        if found == signature.OLE and signature.encrypted(data):
            cure = "请去掉打开密码后重新报送，或用 --password 给出密码"
            raise SourceError(LOCKED, f"{display}：文件设有打开密码", cure)
        if not data.strip(b"\0"):
            raise SourceError(DAMAGED, f"{display}：文件内容全部是空字节", RESEND)
        raise SourceError(FORMAT, f"{display}：不是 .xlsx 或 .docx，实际是{signature.describe(data)}", RESAVE)
    stream.seek(0)


def _checked_members(archive: zipfile.ZipFile, display: str) -> dict[str, zipfile.ZipInfo]:
    """Return the parts by name after looking at names, numbers and declared sizes; nothing is inflated."""
    infos = archive.infolist()
    if len(infos) > limits.PARTS.most:
        raise unsafe_error(display, limits.PARTS.exceeded(len(infos)))
    members: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for info in infos:
        name = info.filename.replace("\\", "/")
        if name.startswith("/") or re.match(r"[A-Za-z]:", name) or ".." in name.split("/"):
            raise unsafe_error(display, f"部件名 {name[:80]} 指向文件之外")
        if name.endswith("/"):
            continue
        if name.lower() in seen:
            raise unsafe_error(display, f"部件 {name[:80]} 出现了两次")
        if info.flag_bits & 1:
            raise SourceError(LOCKED, f"{display}：压缩内容设有密码", "请去掉密码后重新报送")
        _check_size(info, display)
        seen.add(name.lower())
        members[name] = info
    total = sum(info.file_size for info in members.values())
    if total > limits.TOTAL_SIZE.most:
        raise unsafe_error(display, limits.TOTAL_SIZE.exceeded(total))
    return members


def _check_size(info: zipfile.ZipInfo, display: str) -> None:
    if info.file_size > limits.PART_SIZE.most:
        raise unsafe_error(display, f"{info.filename[:80]} {limits.PART_SIZE.exceeded(info.file_size)}")
    if info.file_size > limits.RATIO_FROM:
        ratio = info.file_size // max(info.compress_size, 1)
        if ratio > limits.RATIO.most:
            raise unsafe_error(display, f"{info.filename[:80]} {limits.RATIO.exceeded(ratio)}")


def _other_zip(package: Package) -> str:
    if not package.names:
        return "空的压缩包"
    kind = package.read("mimetype")[:100] if "mimetype" in package else b""
    if b"opendocument" in kind:
        return "OpenDocument 表格（.ods）" if b"spreadsheet" in kind else "OpenDocument 文档"
    return "普通压缩包（.zip）"


def _cause(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在"
    if isinstance(error, PermissionError):
        return "没有读取权限，或正被其他程序打开"
    return "是文件夹" if isinstance(error, IsADirectoryError) else error.strerror or "系统错误"
