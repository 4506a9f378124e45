"""A returned file → its grids, by what its content is; the one door of `sources`.

Comes in: a path and the name it is shown by. Goes out: the grids and the kind our own programs stamped on it, if any.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.errors import SourceError
from toolkit.package.limits import PART_SIZE
from toolkit.sources.grid import Grid

TEXT_SUFFIXES = (".txt", ".md")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file's sheets, and what `jixiao.kind` says it is (None for a file not made by us)."""

    grids: tuple[Grid, ...]
    kind: str | None = None


def open_source(path: Path, display: str) -> Opened:
    """Return what is in the file at `path`. Raises SourceError, with reason and cure, when it cannot be read."""
    try:
        if path.stat().st_size > PART_SIZE.most:
            raise SourceError("文件-过大", f"{display}：{PART_SIZE.exceeded(path.stat().st_size)}", "请确认报送的是申报表")
        data = path.read_bytes()
    except OSError as error:
        cure = "请确认文件存在、有读取权限且未被独占打开"
        raise SourceError("文件-无法打开", f"{display}：打不开（{error.strerror or error}）", cure) from error
    if path.suffix.lower() in TEXT_SUFFIXES and not data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")):
        from toolkit.sources.text import read_text

        return Opened(read_text(data, display))
    from toolkit.sources.xlsx import read_xlsx

    grids, kind = read_xlsx(data, display)
    return Opened(grids, kind)
