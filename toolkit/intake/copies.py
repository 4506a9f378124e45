"""Copies of what was returned: where one goes below the output folder, and files with a password opened and locked again.

Names of files, paths and bytes come in and go out; nothing is written here. Called by `annotate` and `tidy`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path, PurePath

from toolkit.intake.batch import FileResult
from toolkit.package import signature
from toolkit.package.atomic import safe_name, unused_name
from toolkit.sources.decrypt import DEFAULT_PASSWORD, unlock
from toolkit.sources.open import load


def relative_place(display: str, paths: Sequence[str]) -> Path:
    """Return the path a copy has below the output folder: as below the folder given, or the bare name of a file given.

    An archive becomes a folder of its name. Every name is one that any file system can hold, and none leads upwards.

    >>> relative_place("回收/一批.zip!/../某镇/甲:乙.xlsx", ["回收/一批.zip"]).as_posix()
    '一批.zip/某镇/甲：乙.xlsx'
    """
    outer, mark, inner = display.partition("!/")
    for given in paths:
        if Path(given).is_dir() and (Path(given) == Path(outer) or Path(given) in Path(outer).parents):
            outer = os.path.relpath(outer, given)
            break
    else:
        outer = PurePath(outer).name
    parts = [*PurePath(outer).parts, *(part for part in inner.replace("!/", "/").split("/") if mark)]
    return Path(*(safe_name(part) for part in parts if part not in ("", os.curdir, os.pardir, os.sep)))


def content_of(file: FileResult, passwords: Sequence[str]) -> bytes:
    """Return the bytes of a file that was read; b"" for one that came from nowhere. Raises SourceError when it has gone meanwhile."""
    source = file.source
    return b"" if source is None else load(source.path, source.display, source.inner, tuple(passwords))


def unused(path: Path, taken: set[str]) -> Path:
    """Return `path`, numbered where another file of this run has its name already; it is added to `taken`."""
    folder = str(path)[: -len(path.name)]
    candidate = unused_name(folder, path.name, taken)
    taken.add(candidate.casefold())
    return Path(candidate)


def unlocked(data: bytes, display: str, passwords: Sequence[str]) -> tuple[bytes, str | None]:
    """Return a file without its password to open, and that password; the very same bytes and None where it has none.

    A password that Excel never asks for counts as none, though the bytes are others then. Raises SourceError where none of
    `passwords` fits.
    """
    if signature.container(data[:8]) != signature.OLE or not signature.encrypted(data):
        return data, None
    plain, password = unlock(data, display, passwords)
    return plain, None if password == DEFAULT_PASSWORD else password


def locked(data: bytes, password: str) -> bytes:
    """Return a workbook encrypted as Excel does it (agile encryption), to be opened with `password`."""
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, stream)
    return stream.getvalue()
