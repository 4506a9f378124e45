"""A folder → one archive whose bytes depend on its contents only, with a list of sizes and hashes inside."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
import zipfile
from pathlib import Path

LIST = "清单.txt"
HEADER = "文件清单：每行依次是 SHA-256、字节数、文件，以制表符分隔。\n\n"
EXECUTABLE = (".sh",)


def write_list(folder: Path, newline: str = "\n") -> None:
    """Write 清单.txt: a line for each file of `folder` with its SHA-256, its size in bytes and its path."""
    lines = [f"{digest(path)}\t{path.stat().st_size}\t{name}\n" for name, path in _files(folder)]
    (folder / LIST).write_text(HEADER + "".join(lines), encoding="utf-8", newline=newline)


def write_zip(folder: Path, output: Path) -> None:
    """Write `folder`, with its own name at the top, as a zip; no time of day is kept."""
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in _files(folder):
            info = zipfile.ZipInfo(f"{folder.name}/{name}", (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, path.read_bytes())


def write_tar(folder: Path, output: Path) -> None:
    """Write `folder`, with its own name at the top, as a .tar.gz; no time of day and no owner is kept.

    In GNU's format the bytes of a Chinese name are taken as they are, whatever the locale of the machine that unpacks.
    """
    with (
        output.open("wb") as raw,
        gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for name, path in _files(folder):
            info = tarfile.TarInfo(f"{folder.name}/{name}")
            info.size = path.stat().st_size
            info.mode = 0o755 if path.suffix in EXECUTABLE else 0o644
            with path.open("rb") as stream:
                archive.addfile(info, stream)


def digest(path: Path) -> str:
    """Return the file's SHA-256 in lower-case hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _files(folder: Path) -> list[tuple[str, Path]]:
    """Return the files under `folder` by their path in it, sorted."""
    return sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
