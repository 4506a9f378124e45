"""Text files as grids: encodings, pieces of a line, and what is no text."""

from __future__ import annotations

import pytest

from toolkit.errors import SourceError
from toolkit.sources.grid import CellValue, Uncached
from toolkit.sources.text import PAGE_BREAK, read_text


def cells(text: str) -> dict[tuple[int, int], CellValue | Uncached]:
    (grid,) = read_text(text.encode(), "a.txt")
    assert grid.flow and grid.name is None
    return dict(grid.cells)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    (grid,) = read_text("项目名称\t维修 经费\r\n数量 ≥2".encode(encoding), "a.txt")
    assert grid.cells == {(1, 1): "项目名称", (1, 2): "维修 经费", (2, 1): "数量 ≥2"}


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("甲\t\t乙  丙\t", {1: "甲", 3: "乙  丙"}),
        ("甲 乙   丙\u3000\u3000丁", {1: "甲 乙", 2: "丙", 3: "丁"}),
        ("      上年结转 0.00", {2: "上年结转 0.00"}),
        ("| 甲 | | 乙\\|丙 |", {1: "甲", 3: "乙|丙"}),
        ("甲 | ≤ | 30", {1: "甲", 2: "≤", 3: "30"}),
        ("│甲│乙│", {1: "甲", 2: "乙"}),
        ("甲|乙", {1: "甲|乙"}),
        ("## **甲** 乙", {1: "甲 乙"}),
        ("甲\t**", {1: "甲", 2: "**"}),
        ("| 甲<br/>乙 | ** |", {1: "甲\n乙", 2: "**"}),
        ("甲\ufeff\u200b\u00a0乙", {1: "甲 乙"}),
        ("-------\t-----", {}),
        ("|---|:--:|", {}),
        ("+=====+--+", {}),
        ("├──┼──┤", {}),
        ("| - | -- |", {1: "-", 2: "--"}),
        ("—", {1: "—"}),
    ],
)
def test_pieces(line: str, pieces: dict[int, str]) -> None:
    assert cells(f"题\n{line}") == {(1, 1): "题"} | {(2, column): text for column, text in pieces.items()}


def test_page_breaks_keep_line_numbers() -> None:
    assert cells("甲\n\f乙\n丙") == {(1, 1): "甲", (2, 2): PAGE_BREAK, (2, 3): "乙", (3, 1): "丙"}


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", "\n \u3000\f\n".encode()])
def test_nothing_in_it(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_text(data, "空.txt")
    assert (caught.value.rule, str(caught.value)) == ("文件-空", "空.txt：文件里没有文字。")


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"%PDF-1.7\n", b"\xd0\xcf\x11\xe0text", bytes(range(256)) * 4, b"a\0\0\0b\0\xff"])
def test_no_text(data: bytes) -> None:
    with pytest.raises(SourceError) as caught:
        read_text(data, "图.txt")
    assert caught.value.rule == "文件-格式"
    assert str(caught.value).startswith("图.txt：") and "UTF-8" in caught.value.suggestion
