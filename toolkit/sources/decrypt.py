"""Workbooks and documents with a password to open: the same file without it, where a password fits.

Comes in: the bytes of an OLE file and the passwords to try. Goes out: the bytes behind it, or the error that asks for one.
Excel itself opens workbooks with its well-known default password without asking; so is done here.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from xml.parsers.expat import ExpatError

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError as NotDecrypted
from msoffcrypto.exceptions import FileFormatError, InvalidKeyError, ParseError

from toolkit.errors import SourceError
from toolkit.package.opc import LOCKED
from toolkit.package.parts import DAMAGED, RESEND

# What Excel encrypts with when a workbook is only protected against changes ([MS-OFFCRYPTO] 2.4.2.3).
DEFAULT_PASSWORD = "VelvetSweatshop"

_BREAKS = (
    FileFormatError, ParseError, NotDecrypted, ValueError, TypeError, KeyError, IndexError,
    AttributeError, OSError, EOFError, struct.error, zlib.error, AssertionError, ArithmeticError, ExpatError,
)  # fmt: skip


def unlock(data: bytes, display: str, passwords: Sequence[str] = (), alive: Callable[[], None] = lambda: None) -> tuple[bytes, str]:
    """Return the file that `data` encrypts, and the password that fitted: Excel's own where it never asks for one.

    `alive` is called before each try, which takes a while. Raises SourceError 文件-需密码 where no password fits, 文件-损坏
    otherwise.
    """
    for password in (DEFAULT_PASSWORD, *passwords):
        alive()
        try:
            office = msoffcrypto.OfficeFile(io.BytesIO(data))
            if office.format == "ooxml":
                office.load_key(password=password, verify_password=True)
            else:
                office.load_key(password=password)
            plain = io.BytesIO()
            office.decrypt(plain)
            return plain.getvalue(), password
        except InvalidKeyError:
            continue
        except _BREAKS as error:
            raise SourceError(DAMAGED, f"{display}：文件已加密且已损坏，或加密方式无法识别", RESEND) from error
    if passwords:
        cure = "请核对密码后用 --password 给出，或请对方去掉打开密码后重新报送"
        raise SourceError(LOCKED, f"{display}：文件设有打开密码，给出的 {len(passwords)} 个密码都不对", cure)
    cure = "请去掉打开密码后重新报送，或用 --password 给出密码"
    raise SourceError(LOCKED, f"{display}：文件设有打开密码", cure)
