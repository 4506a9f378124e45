"""What a finished season left, as a printable list 归档目录.xlsx and a list of checksums that `sha256sum -c` understands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from toolkit.outputs.sheets import log_bytes
from toolkit.values.words import YEAR_ROLE

KIND = "归档目录"
CATALOGUE, CHECKSUMS = f"{KIND}.xlsx", "校验和.sha256"
FINDINGS, OPINIONS, VERSIONS, FILES = "审核结果", "处理意见", "报送版本", "文件清单"

_COLUMNS: Mapping[str, Sequence[tuple[str, float]]] = {
    KIND: (
        *(("序号", 5), ("单位", 24), ("项目", 26), ("项目代码", 14), ("轮次", 8), ("版本", 6), ("状态", 9), ("错误", 6), ("警告", 6)),
        *(("定稿文件", 28), ("SHA-256", 34)),
    ),
    FINDINGS: (("单位", 22), ("项目", 22), ("级别", 7), ("编号", 14), ("字段", 16), ("填报内容", 26), ("问题", 50)),
    OPINIONS: (
        *(("单位", 20), ("项目", 20), ("字段", 15), ("编号", 13), ("填报内容", 22), ("处理意见", 9), ("理由", 28), ("人工意见", 26)),
        ("采用时间", 12),
    ),
    VERSIONS: (
        *(("单位", 22), (YEAR_ROLE, 7), ("轮次", 8), ("版本", 6), ("状态", 9), ("错误", 6), ("警告", 6), ("文件", 28), ("文件时间", 12)),
        *(("首次审核", 12), ("SHA-256", 34)),
    ),
    FILES: (("文件", 60), ("字节", 12), ("SHA-256", 68)),
}

# How `sha256sum` writes a line; a name with a line break or a backslash has a backslash before all.
_LINE = re.compile(r"\\?([0-9a-f]{64}) [ *](.+)")


def catalogue(lists: Mapping[str, Sequence[Sequence[str]]], above: Sequence[str]) -> bytes:
    """Return 归档目录.xlsx with these lists by the names of their sheets; `above` stands over the first, its title first."""
    return log_bytes(KIND, [(name, columns, lists[name]) for name, columns in _COLUMNS.items()], {KIND: above})


def checksums(digests: Mapping[str, str]) -> bytes:
    """Return the list of checksums of files by their names below the folder.

    >>> checksums({"定稿/甲.xlsx": "0" * 64}).decode().split()
    ['0000000000000000000000000000000000000000000000000000000000000000', '定稿/甲.xlsx']
    """
    return "".join(f"{_escaped(digest, name)}\n" for name, digest in sorted(digests.items())).encode("utf-8", "surrogateescape")


def _escaped(digest: str, name: str) -> str:
    plain = name.replace("\\", "\\\\").replace("\n", "\\n")
    return f"{'' if plain == name else chr(92)}{digest}  {plain}"


def read_checksums(data: bytes) -> tuple[dict[str, str], list[str]]:
    """Return the checksums by name, and the lines that are none.

    >>> read_checksums(checksums({"a\\\\b": "0" * 64}))[0] == {"a\\\\b": "0" * 64}
    True
    """
    found: dict[str, str] = {}
    wrong = []
    for line in data.decode("utf-8-sig", "surrogateescape").splitlines():
        read = _LINE.fullmatch(line)
        if read is None:
            wrong += [line] if line.strip() else []
            continue
        name = read[2]
        if line.startswith("\\"):
            name = re.sub(r"\\([\\n])", lambda met: "\n" if met[1] == "n" else "\\", name)
        found[name] = read[1]
    return found, wrong
