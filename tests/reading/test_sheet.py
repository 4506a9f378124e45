"""Returned workbooks read back: what was filled in comes out, wherever rows and columns have moved, with every state told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.shipped import ROWS, at, declaration, label_at, line, row_of, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.records import declaration_record
from toolkit.reading.model import Declaration
from toolkit.reading.sheet import read_sheet
from toolkit.sources.xlsx import read_xlsx


def read(data: bytes) -> list[Declaration]:
    grids, kind = read_xlsx(data, "甲.xlsx")
    assert kind == "填报"
    return [found for grid in grids if (found := read_sheet(grid, shipped_form(), "甲.xlsx"))]


def filled(*declarations: Declaration) -> bytes:
    return fill_workbook(shipped_form(), declarations)


def edited(change: Callable[[Worksheet], object], *declarations: Declaration) -> Declaration:
    """The first sheet of a filled workbook, changed by a unit with openpyxl, read back."""
    book = openpyxl.load_workbook(BytesIO(filled(*(declarations or (declaration(),)))))
    change(book["项目1"])
    buffer = BytesIO()
    book.save(buffer)
    return read(buffer.getvalue())[0]


def record(found: Declaration) -> dict[str, object]:
    return {**declaration_record(found, shipped_form()), "sheet": None}


def test_filled_workbook_reads_back_as_it_was() -> None:
    first, second = declaration(), declaration({"项目名称": "校车更新", "上年结转资金": None, "项目总目标": "一\n二"})
    assert [record(found) for found in read(filled(first, second))] == [record(first), record(second)]


def test_reading_our_own_workbook_needs_no_repair() -> None:
    assert read(filled(declaration()))[0].repairs == ()


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.insert_rows(3, 2),
        lambda sheet: sheet.insert_cols(1),
        lambda sheet: sheet.insert_rows(1),
        lambda sheet: setattr(sheet, "title", "改了名的表"),
        lambda sheet: sheet.__setitem__(label_at("项目名称"), "项 目 名\n称"),
        lambda sheet: sheet.__setitem__(label_at("年度总体目标"), "年度目标"),
    ],
    ids=["插入两行", "插入一列", "顶部插入一行", "工作表改名", "标签带空格换行", "标签改写"],
)
def test_moved_and_reworded_labels(change: Callable[[Worksheet], object]) -> None:
    assert record(edited(change)) == record(declaration())


def test_deleted_row_is_missing_not_zero() -> None:
    found = edited(lambda sheet: sheet.delete_rows(row_of("上年结转资金")))
    assert found["上年结转资金"].state == "missing"
    assert found.value("上年结转资金") is None
    assert found.value("年度其他资金") == Decimal("49999.50")
    assert len(found.rows) == len(ROWS)


def test_blank_error_uncached_and_text_are_four_things() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[at("年度资金申请总额")] = "#REF!"
        sheet[at("年度资金申请总额")].data_type = "e"
        sheet[at("当年财政拨款")] = "=E7-E9"
        sheet[at("上年结转资金")] = "五十万左右"
        sheet[at("年度其他资金")] = None

    found = edited(change)
    states = {name: (found[name].state, found[name].text) for name in ("年度资金申请总额", "当年财政拨款", "上年结转资金")}
    assert states == {
        "年度资金申请总额": ("error", "#REF!"),
        "当年财政拨款": ("uncached", "=E7-E9"),
        "上年结转资金": ("text", "五十万左右"),
    }
    assert found["年度其他资金"].state == "blank"


def test_text_numbers_and_dates_are_repaired_and_logged() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[at("当年财政拨款")] = "1，000，000.00"
        sheet[at("计划开始日期")] = "2025年1月1日"

    found = edited(change)
    assert (found.value("当年财政拨款"), found.value("计划开始日期")) == (Decimal("1000000.00"), date(2025, 1, 1))
    assert [(repair.rule, repair.cell) for repair in found.repairs] == [
        ("修复-文本日期", at("计划开始日期")),
        ("修复-文本数字", at("当年财政拨款")),
    ]


def test_targets_are_brought_into_one_way_of_writing() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[at("符号")], sheet[at("数值")] = None, "不超过3，000"
        sheet[at("符号", 6)], sheet[at("数值", 6)], sheet[at("计量单位", 6)] = ">=", "90.50", "％"

    found = edited(change)
    rows = [{name: row[name].value for name in ("符号", "数值", "计量单位")} for row in found.rows]
    assert rows[0] == {"符号": "≤", "数值": "3000", "计量单位": "元/平方米"}
    assert rows[5] == {"符号": "≥", "数值": "90.5", "计量单位": "%"}
    assert {repair.rule for repair in found.repairs} == {"修复-指标值"}


def test_a_target_of_zero_is_a_number() -> None:
    rows = [("产出指标", "质量指标", "安全事故次数", "=", "0", "次")]
    assert read(filled(declaration(rows=rows)))[0].rows[0]["数值"].value == "0"


def test_levels_left_blank_or_merged_are_filled_down() -> None:
    def change(sheet: Worksheet) -> None:
        sheet[at("一级指标", 3)], sheet[at("一级指标", 4)] = None, "同上"

    found = edited(change)
    assert [row["一级指标"].value for row in found.rows] == [row[0] for row in ROWS]
    assert [repair.cell for repair in found.repairs] == [at("一级指标", 3)]

    merged = edited(lambda sheet: sheet.merge_cells(f"{at('一级指标', 2)}:{at('一级指标', 4)}"))
    assert [row["一级指标"].value for row in merged.rows] == [row[0] for row in ROWS]
    assert merged.repairs == ()


def test_level_two_is_not_carried_over_into_the_next_block() -> None:
    found = edited(lambda sheet: sheet.__setitem__(at("二级指标", 5), None))
    assert found.rows[4]["二级指标"].value is None


def test_rows_beyond_the_drawn_ones_are_read() -> None:
    rows = [("产出指标", "数量指标", f"第{n}类设备台数", "≥", str(n), "台") for n in range(1, 76)]
    found = read(filled(declaration(rows=rows)))[0]
    assert [row["三级指标"].value for row in found.rows] == [row[2] for row in rows]


def test_blank_rows_between_keep_true_row_numbers() -> None:
    def change(sheet: Worksheet) -> None:
        for right in range(6):
            sheet[at("一级指标", 3, right=right)] = None

    assert [row.row for row in edited(change).rows] == [line(number) for number in (1, 2, 4, 5, 6)]


def test_another_form_is_not_read_as_this_one() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    book.active["A2"] = "项目名称"
    buffer = BytesIO()
    book.save(buffer)
    grids, kind = read_xlsx(buffer.getvalue(), "乙.xlsx")
    assert kind is None
    assert [read_sheet(grid, shipped_form(), "乙.xlsx") for grid in grids] == [None]
