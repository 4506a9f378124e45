"""What a sheet says beside its cells: hidden parts, comments, text boxes, pictures, another version of the form; every doubt whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reading.clean_grid import clean
from tests.shipped import HEAD, at, line, shipped_form
from toolkit.reading.model import Doubt
from toolkit.reading.sheet import read_sheet
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import cell_name, column_number, parse_cell

__all__ = ["clean"]


def told(grid: Grid) -> list[Doubt]:
    made = read_sheet(grid, shipped_form(), "甲.xlsx")
    assert made is not None and made.value("项目名称") == HEAD["项目名称"]
    return list(made.doubts)


def doubt(rule: str, cell: str | None, value: str | None, message: str, cure: str) -> Doubt:
    return Doubt(rule, "warning", None, cell, value, message, cure)


def test_a_clean_sheet_leaves_none(clean: Grid) -> None:
    assert told(clean) == []


def test_a_hidden_sheet(clean: Grid) -> None:
    cure = "请确认这张表是否应报送；应报送请取消隐藏，不报送请删除。"
    assert told(replace(clean, hidden=True)) == [
        doubt("格式-隐藏", None, None, "工作表“项目1”是隐藏的，里面有填报内容，已照常读取。", cure)
    ]


@pytest.mark.parametrize(
    ("rows", "columns", "filtered", "what"),
    [
        ({line(2)}, "", False, f"第 {line(2)} 行是隐藏的"),
        ({line(2), line(3), line(5)}, "", False, f"第 {line(2)}–{line(3)} 行、第 {line(5)} 行是隐藏的"),
        ({line(1)}, "EF", False, f"第 {line(1)} 行、E–F 列是隐藏的"),
        (set(), "D", True, "设有筛选，D 列是隐藏的"),
        (set(), "", True, "设有筛选"),
        ({500}, "", False, None),
    ],
)
def test_hidden_rows_and_columns_that_hold_something(clean: Grid, rows: set[int], columns: str, filtered: bool, what: str | None) -> None:
    hidden = clean.hidden_columns | {column_number(letter) for letter in columns}
    grid = replace(clean, hidden_rows=frozenset(rows), hidden_columns=hidden, filtered=filtered)
    cure = "请取消隐藏和筛选，核对这些内容是否应报送。"
    assert told(grid) == ([doubt("格式-隐藏", None, None, f"表中{what}，隐藏的内容已照常读取。", cure)] if what else [])


def test_comments_text_boxes_and_pictures(clean: Grid) -> None:
    long = "以批复 为准" * 12
    cell = at("当年财政拨款")
    row, column = parse_cell(cell)
    comments = {(row + 1, column): long, (row, column): "其中 20 万元\n待批复", (row, 200): "别处"}
    grid = replace(clean, comments=comments, shapes=("盖章 处", long), pictures=2)
    cut = f"{long[:60]}……"
    below = at("上年结转资金")
    assert told(grid) == [
        doubt(
            "格式-批注",
            cell,
            "其中 20 万元 待批复",
            "单元格有批注“其中 20 万元 待批复”，批注里的内容不会被读取。",
            "如批注是填报内容，请写进单元格。",
        ),
        doubt("格式-批注", below, cut, f"单元格有批注“{cut}”，批注里的内容不会被读取。", "如批注是填报内容，请写进单元格。"),
        doubt("格式-文本框", None, "盖章 处", "表中有文本框“盖章 处”，文本框里的内容不会被读取。", "如是填报内容，请写进单元格。"),
        doubt("格式-文本框", None, cut, f"表中有文本框“{cut}”，文本框里的内容不会被读取。", "如是填报内容，请写进单元格。"),
        doubt("格式-图片", None, None, "表中有 2 张图片，图片里的内容不会被读取。", "如图片里有填报内容，请写进单元格。"),
    ]


@pytest.mark.parametrize(
    ("version", "form", "what", "cure"),
    [
        ("0.9", None, "旧", "现行表样的各项都已读到，不用重填；以后请用现行表样。"),
        ("9999", None, "另一", "请核对所用表样是否为最新版，或用 --form 指定对应的表样。"),
        ("0.9", "别的表样", None, ""),
        (None, None, None, ""),
    ],
)
def test_another_version_of_the_form(clean: Grid, version: str | None, form: str | None, what: str | None, cure: str) -> None:
    current = shipped_form().version
    message = f"用的是{what}版表样（{version} 版），现行的是 {current} 版，已按现行表样读取。"
    wanted = [doubt("文件-旧版表样", None, version, message, cure)] if what else []
    assert told(replace(clean, version=version, form=form)) == wanted


def test_an_older_version_without_a_field_of_this_one_is_to_be_filled_in_again(clean: Grid) -> None:
    row = parse_cell(at("上年结转资金"))[0]
    cells = {(r - (r > row), c): value for (r, c), value in clean.cells.items() if r != row}
    older = replace(clean, version="0.9", cells=cells, merges=(), names=None)
    cures = [each.suggestion for each in told(older) if each.rule == "文件-旧版表样"]
    assert cures == ["请核对两版不同之处；有出入请用现行表样重新填报。"]


def moved(clean: Grid, name: str, text: str, *, kept: bool) -> tuple[Grid, str]:
    """The sheet with a text in the middle of a field's merged area, and its cell; what stood in the field is `kept` or gone."""
    row, column = parse_cell(at(name))
    inside = row + 1, column + 1
    cells = {place: value for place, value in clean.cells.items() if kept or place != (row, column)}
    return replace(clean, cells={**cells, inside: text}), cell_name(*inside)


def test_what_stands_elsewhere_in_a_merged_area(clean: Grid) -> None:
    text, label = "完成改造，" * 10, "年度总体目标"
    grid, cell = moved(clean, label, text, kept=False)
    printed = shipped_form().by_name[label].label
    message = f"{printed}“{text[:40]}”没有填在 {at(label)}，而在同一区域的 {cell}，已按内容读取。"
    cure = f"请把内容填在 {at(label)}（合并单元格的左上角）。"
    assert told(grid) == [Doubt("格式-合并单元格", "warning", label, cell, text, message, cure)]
    made = read_sheet(grid, shipped_form(), "甲.xlsx")
    assert made is not None and made[label].value == text
    grid, cell = moved(clean, label, text, kept=True)
    message = f"{printed}的区域里 {cell} 还有内容“{text[:40]}”，没有读取。"
    cure = f"请核对这些内容是否属于{printed}；属于的请并入 {at(label)}。"
    assert told(grid) == [Doubt("格式-合并单元格", "warning", label, cell, text, message, cure)]
    made = read_sheet(grid, shipped_form(), "甲.xlsx")
    assert made is not None and made[label].value == HEAD[label]
    same, _ = moved(clean, label, f" {HEAD[label]}", kept=True)
    assert told(same) == []
