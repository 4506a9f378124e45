"""Two folders of outputs → what differs: files, the parts of packages, the tables of ledgers.

A PDF is left out: the program that makes it signs it with the moment. What names a line of the program's own source, or a
log of it, is the same wherever that line is: those texts tell the maintainers where a bug is, and move with the code.
"""

from __future__ import annotations

import difflib
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msoffcrypto
from msoffcrypto.exceptions import DecryptionError, EncryptionError, FileFormatError, ParseError

from benchmarks.same.jobs import PASSWORD

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MOVES_WITH_THE_CODE = (
    (re.compile(r"\w+\.py 第 \d+ 行".encode()), "（源码某行）".encode()),
    (re.compile(rb"jixiao-\w{8}\.log"), b"jixiao-xxxxxxxx.log"),
)

# Columns of a ledger that hold a digest of the program's own source, by which it tells what an older program remembers.
_OF_THE_PROGRAM = {"epochs": {"epoch"}, "readings": {"key", "epoch"}, "blocks": {"key", "epoch"}}

_CONTEXT, _WIDTH = 2, 160


@dataclass(frozen=True)
class Difference:
    """A part that differs, `file › part`, and lines that show where."""

    place: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """How many files and parts were looked at, and what differs."""

    files: int
    parts: int
    differences: tuple[Difference, ...]


def compare(before: Path, after: Path) -> Comparison:
    """Return what differs between two folders, in the order of their files' names.

    What only one of them holds is a difference.
    """
    old, new = _files(before), _files(after)
    parts, found = 0, []
    for name in sorted({*old, *new}):
        if name not in new or name not in old:
            found.append(Difference(name, (f"只有{'改前' if name in old else '改后'}有这个文件",)))
            continue
        mine, theirs = _parts(old[name]), _parts(new[name])
        parts += len(mine)
        found += _differences(name, mine, theirs)
    return Comparison(len({*old, *new}), parts, tuple(found))


def _files(folder: Path) -> dict[str, Path]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path for name, path in found.items() if path.suffix.lower() != ".pdf"}


def _differences(name: str, old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Difference]:
    found = []
    for part in dict.fromkeys((*old, *new)):
        place = f"{name} › {part}" if part else name
        if part not in new or part not in old:
            found.append(Difference(place, (f"只有{'改前' if part in old else '改后'}有这个部件",)))
        elif old[part] != new[part]:
            found.append(Difference(place, shown(old[part], new[part])))
    return found


def _parts(path: Path) -> dict[str, bytes]:
    """The comparable contents of a file by the names of its parts; one nameless part where it has none."""
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3\0"):
        return _tables(path)
    if data.startswith(_OLE):
        data = _decrypted(data)
    if data.startswith(b"PK") and zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            about = [
                f"{each.filename} {each.date_time} {each.compress_type} {each.flag_bits} {each.external_attr}"
                for each in archive.infolist()
            ]
            contents = {f"{number}:{each.filename}": archive.read(each) for number, each in enumerate(archive.infolist(), 1)}
        names = [each.partition(":")[2] for each in contents]
        unique = {name if names.count(name) == 1 else key: contents[key] for key, name in zip(contents, names, strict=True)}
        return {"（部件次序）": "\n".join(about).encode(), **{name: _settled(part) for name, part in unique.items()}}
    return {"": _settled(data)}


def _settled(data: bytes) -> bytes:
    for pattern, replacement in _MOVES_WITH_THE_CODE:
        data = pattern.sub(replacement, data)
    return data


def _decrypted(data: bytes) -> bytes:
    """The package inside an encrypted one (its salt is chance); the bytes as they are where there is none."""
    clear = io.BytesIO()
    try:
        locked = msoffcrypto.OfficeFile(io.BytesIO(data))
        locked.load_key(password=PASSWORD)
        locked.decrypt(clear)
    except (FileFormatError, ParseError, DecryptionError, EncryptionError, OSError):
        return data
    return clear.getvalue()


def _tables(path: Path) -> dict[str, bytes]:
    """Every table of a database, a line a row, in the rows' own order: reading apart stores in no certain order."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        schema = database.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        found = {"（结构）": "\n".join(map(repr, schema)).encode()}
        for kind, name, _ in schema:
            if kind != "table":
                continue
            rows = database.execute(f'SELECT * FROM "{name}"')
            columns = [each[0] for each in rows.description]
            skipped = _OF_THE_PROGRAM.get(name, set())
            lines = sorted(
                " | ".join(f"{column}={_cell(value)}" for column, value in zip(columns, row, strict=True) if column not in skipped)
                for row in rows
            )
            found[name] = _settled("\n".join(lines).encode("utf-8", "surrogatepass"))
    return found


def _cell(value: object) -> str:
    if not isinstance(value, bytes):
        return repr(value)
    try:
        return zlib.decompress(value).decode("utf-8")
    except (zlib.error, UnicodeDecodeError):
        return value.hex()


def shown(old: bytes, new: bytes) -> tuple[str, ...]:
    """Return a short unified diff of the text around the first difference; markup counts as a line an element.

    >>> shown(b"<a><b>1</b></a>", b"<a><b>2</b></a>")[2:]
    (' <a>', '-<b>1', '+<b>2', ' </b>', ' </a>')
    """
    try:
        mine, theirs = _lines(old.decode("utf-8")), _lines(new.decode("utf-8"))
    except UnicodeDecodeError:
        return (f"二进制内容不同：{len(old)} 字节，{len(new)} 字节",)
    pairs = enumerate(zip(mine, theirs, strict=False))
    at = next((number for number, (a, b) in pairs if a != b), min(len(mine), len(theirs)))
    start, end = max(at - _CONTEXT, 0), at + _CONTEXT + 1
    first = zip(mine[at] if at < len(mine) else "", theirs[at] if at < len(theirs) else "", strict=False)
    column = next((number for number, (a, b) in enumerate(first) if a != b), 0)
    lines = difflib.unified_diff(mine[start:end], theirs[start:end], f"改前，第 {at + 1} 行", "改后", lineterm="", n=_CONTEXT)
    return tuple(_cut(line, column) for line in lines if not line.startswith("@@"))


def _lines(text: str) -> list[str]:
    return text.replace("<", "\n<").lstrip("\n").split("\n") if text.startswith("<") else text.split("\n")


def _cut(line: str, column: int) -> str:
    start = max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0
    return line[0] + ("…" if start else "") + line[1 + start : 1 + start + _WIDTH] if line else line
