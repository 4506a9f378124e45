"""The levels of rows, and rows that hold several: what was carried down, renamed, taken apart, with every repair and doubt whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from tests.reading.clean_grid import clean
from tests.shipped import ROWS, at, line, shipped_form
from toolkit.reading.model import Declaration, Doubt, Repair
from toolkit.reading.sheet import read_sheet
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import parse_cell

__all__ = ["clean"]

Cells = Mapping[tuple[str, int], str | None]


def read(clean: Grid, changes: Cells, merged: Sequence[tuple[str, int, int]] = ()) -> Declaration:
    """The sheet with other texts in its rows (by column and number), and cells merged from one number to another."""
    cells = dict(clean.cells)
    for (name, number), text in changes.items():
        place = parse_cell(at(name, number))
        if text is None:
            cells.pop(place, None)
        else:
            cells[place] = text
    merges = [(*parse_cell(at(name, first)), *parse_cell(at(name, last))) for name, first, last in merged]
    found = read_sheet(replace(clean, cells=cells, merges=(*clean.merges, *merges)), shipped_form(), "甲.xlsx")
    assert found is not None
    return found


def rows(found: Declaration) -> list[tuple[object, ...]]:
    names = shipped_form().table_of["数值"].names
    return [tuple(row[name].value for name in names) for row in found.rows]


def repair(rule: str, name: str, number: int, before: str, after: str, message: str) -> Repair:
    return Repair(f"修复-{rule}", name, at(name, number), before, after, message, after, safe=True)


def filled(name: str, number: int, word: str) -> Repair:
    return repair("层级补全", name, number, "", word, f"第 {line(number)} 行{name}为空，已按上一行补为“{word}”。")


def test_a_clean_sheet_has_its_rows_and_nothing_was_repaired(clean: Grid) -> None:
    found = read(clean, {})
    assert (rows(found), found.repairs, found.doubts) == (list(ROWS), (), ())


@pytest.mark.parametrize(
    ("changes", "repairs"),
    [
        ({("一级指标", 3): None}, [filled("一级指标", 3, "产出指标")]),
        ({("一级指标", 3): None, ("一级指标", 4): None}, [filled("一级指标", 3, "产出指标"), filled("一级指标", 4, "产出指标")]),
        ({("一级指标", 3): "同上", ("一级指标", 4): "〃"}, []),
        (
            {("一级指标", 1): "成本"},
            [repair("别名", "一级指标", 1, "成本", "成本指标", "一级指标“成本”是“成本指标”的别名，已按标准名称读取。")],
        ),
        (
            {("二级指标", 2): "1.数量指标"},
            [repair("别名", "二级指标", 2, "1.数量指标", "数量指标", "二级指标“1.数量指标”带有编号，是“数量指标”，已按标准名称读取。")],
        ),
        (
            {("一级指标", 5): "效 益指标"},
            [
                repair(
                    "列表用词", "一级指标", 5, "效 益指标", "效益指标",
                    "一级指标“效 益指标”与列表里的“效益指标”只差空格或全角、半角，已按列表里的词读取。",
                )
            ],
        ),
    ],
)  # fmt: skip
def test_levels_that_come_to_the_same_rows(clean: Grid, changes: Cells, repairs: list[Repair]) -> None:
    found = read(clean, changes)
    assert (rows(found), list(found.repairs), found.doubts) == (list(ROWS), repairs, ())


def test_a_blank_level_takes_the_one_above_even_of_another_block_and_none_in_the_first_row(clean: Grid) -> None:
    found = read(clean, {("一级指标", 5): None, ("二级指标", 5): None})
    assert rows(found)[4] == ("产出指标", "时效指标", *ROWS[4][2:])
    assert list(found.repairs) == [filled("一级指标", 5, "产出指标"), filled("二级指标", 5, "时效指标")]
    found = read(clean, {("一级指标", 1): None})
    assert (rows(found)[0], found.repairs) == ((None, *ROWS[0][1:]), ())
    found = read(clean, {("二级指标", 5): None})
    assert (rows(found)[4][:2], found.repairs) == (("效益指标", None), ())


def test_merged_levels(clean: Grid) -> None:
    merged = [("一级指标", 2, 4)]
    found = read(clean, {("一级指标", 3): None, ("一级指标", 4): None}, merged)
    assert (rows(found), found.repairs, found.doubts) == (list(ROWS), (), ())
    found = read(clean, {("一级指标", 2): None, ("一级指标", 4): None}, merged)
    message = f"一级指标“产出指标”不在合并单元格 {at('一级指标', 2)} 的左上角，表面上看不到，已按内容读取。"
    doubt = Doubt("格式-合并单元格", "warning", "一级指标", at("一级指标", 3), "产出指标", message, "请取消合并后把内容填在左上角。")
    assert (rows(found), found.repairs, found.doubts) == (list(ROWS), (), (doubt,))


TWO = {("三级指标", 2): "甲面积\n乙面积", ("数值", 2): "400\n500", ("符号", 2): "=\n≥"}


@pytest.mark.parametrize(("unit", "units"), [("平方米", ("平方米", "平方米")), ("平方米\n亩", ("平方米", "亩"))])
def test_a_row_that_holds_two(clean: Grid, unit: str, units: tuple[str, str]) -> None:
    found = read(clean, {**TWO, ("计量单位", 2): unit})
    assert rows(found)[1:3] == [
        ("产出指标", "数量指标", "甲面积", "=", "400", units[0]),
        ("产出指标", "数量指标", "乙面积", "≥", "500", units[1]),
    ]
    number = line(2)
    assert [row.row for row in found.rows[:4]] == [line(1), number, number, line(3)]
    message = f"第 {number} 行写了 2 条指标，已按 2 条分别读取。"
    assert found.doubts == (
        Doubt("格式-一行多条", "warning", "三级指标", at("三级指标", 2), "甲面积\n乙面积", message, "请一行只填一条指标。"),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {("三级指标", 2): "甲面积\n乙面积"},
        {("三级指标", 2): "甲面积\n乙面积\n丙面积", ("数值", 2): "400\n500", ("符号", 2): "="},
        {("三级指标", 2): "甲面积\n乙面积", ("数值", 2): "合格\n良好", ("符号", 2): "定性"},
    ],
)
def test_a_long_name_is_not_taken_apart(clean: Grid, changes: Cells) -> None:
    found = read(clean, changes)
    assert (len(found.rows), rows(found)[1][2]) == (len(ROWS), changes["三级指标", 2])
    assert "格式-一行多条" not in [each.rule for each in found.doubts]
