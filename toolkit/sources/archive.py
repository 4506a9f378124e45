"""Archives of returns (.zip): which files are in them, under readable names, and one of them at a time.

Comes in: the archive's bytes. Goes out: members by their number, and their bytes. Names written by Windows in GBK are read as
such. Nothing is inflated before its declared size has been held against the limits, and never beyond it.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.opc import LOCKED
from toolkit.package.parts import DAMAGED, RESEND, unsafe_error

_UTF8_NAME = 0x800
_UNICODE_PATH = 0x7075
_ENCRYPTED = 1

# Far above any office file in an archive, far below a bomb: 1 GB of spaces has a thousand.
_RATIO = 400


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its number there, and its name as people read it."""

    number: int
    name: str


def members(data: bytes, display: str) -> tuple[Member, ...]:
    """Return the files of an archive. Raises SourceError for one that is damaged or beyond the limits."""
    infos = _opened(data, display).infolist()
    if len(infos) > limits.MEMBERS.most:
        raise unsafe_error(display, limits.MEMBERS.exceeded(len(infos)))
    total = sum(info.file_size for info in infos)
    if total > limits.ARCHIVE_SIZE.most:
        raise unsafe_error(display, limits.ARCHIVE_SIZE.exceeded(total))
    found: dict[str, Member] = {}
    for number, info in enumerate(infos):
        if not info.filename.endswith("/"):
            name = _unused(safe_name(_name(info)), found)
            found[name] = Member(number, name)
    return tuple(found.values())


def member_bytes(data: bytes, number: int, display: str, passwords: Sequence[str] = ()) -> bytes:
    """Return one file of an archive; `display` names that file. Raises SourceError as `members` does, or for a password."""
    archive = _opened(data, display)
    infos = archive.infolist()
    if number >= len(infos):
        raise SourceError(DAMAGED, f"{display}：读取期间压缩包被换掉了，里面没有这个文件", "请等它写完后重新运行")
    info = infos[number]
    if info.file_size > limits.MEMBER_SIZE.most:
        raise unsafe_error(display, limits.MEMBER_SIZE.exceeded(info.file_size))
    if info.file_size > limits.RATIO_FROM and info.file_size // max(info.compress_size, 1) > _RATIO:
        found = info.file_size // max(info.compress_size, 1)
        raise unsafe_error(display, limits.Limit(limits.RATIO.name, _RATIO, limits.RATIO.unit).exceeded(found))
    for password in passwords if info.flag_bits & _ENCRYPTED else (None,):
        # Other programs take the password in the bytes of their own system.
        for code in ("utf-8", "gbk"):
            try:
                return archive.read(info, None if password is None else password.encode(code, "replace"))
            except (RuntimeError, NotImplementedError, zlib.error, zipfile.BadZipFile) as error:
                if not info.flag_bits & _ENCRYPTED:
                    raise _broken(display) from error
            except (EOFError, struct.error, OSError, ValueError) as error:
                raise _broken(display) from error
    raise SourceError(LOCKED, f"{display}：压缩包设有密码", "请解压后重新报送，或用 --password 给出密码")


def _opened(data: bytes, display: str) -> zipfile.ZipFile:
    try:
        return _listed(data)
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, OSError) as error:
        raise _broken(display) from error


@lru_cache(maxsize=2)
def _listed(data: bytes) -> zipfile.ZipFile:
    """The archive with its list of members, which is read once: its members are asked for one by one."""
    return zipfile.ZipFile(io.BytesIO(data))


def _broken(display: str) -> SourceError:
    return SourceError(DAMAGED, f"{display}：压缩包已损坏或不完整，解不开", RESEND)


def _name(info: zipfile.ZipInfo) -> str:
    r"""Return a member's name with `/` between folders; without its flag for UTF-8 it is in GBK, or in UTF-8 all the same.

    >>> info = zipfile.ZipInfo("甲中心.xlsx".encode("gbk").decode("cp437")); _name(info)
    '甲中心.xlsx'
    """
    name = _unicode_path(info.extra) or info.orig_filename
    if not info.flag_bits & _UTF8_NAME and name == info.orig_filename:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            return name.replace("\\", "/")
        for code in ("utf-8", "gb18030"):
            try:
                return raw.decode(code).replace("\\", "/")
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def safe_name(name: str) -> str:
    r"""Return a member's name as a path below the archive, on one line: nothing in it leads outside.

    >>> safe_name("../../甲.xlsx"), safe_name("C:/乙\n/丙.xlsx"), safe_name("/丁.xlsx")
    ('甲.xlsx', '乙_/丙.xlsx', '丁.xlsx')
    """
    pieces = ("".join(c if c.isprintable() else "_" for c in piece) for piece in name.split("/"))
    return "/".join(p for p in pieces if p.strip(" .") and not re.fullmatch(r"[A-Za-z]:", p)) or "_"


def _unused(name: str, taken: Mapping[str, Member]) -> str:
    stem, dot, suffix = name.rpartition(".")
    number, candidate = 2, name
    while candidate in taken:
        candidate = f"{stem}（{number}）{dot}{suffix}"
        number += 1
    return candidate


def _unicode_path(extra: bytes) -> str | None:
    """The name in UTF-8 that Info-ZIP and 7-Zip put beside an unreadable one."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _UNICODE_PATH and size > 5:
            return extra[9 : 4 + size].decode("utf-8", "replace")
        extra = extra[4 + size :]
    return None
