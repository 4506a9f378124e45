"""The same messes by other writers: XlsxWriter (shared strings, cached results), LibreOffice, and the XML by hand."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.office import convert
from tests.reading.messes import NOTED, SILENT, Mess
from tests.reading.messy import FILE, clean_record, edited, filled, outcome, plain, raw_edited, record, saved, written
from tests.shipped import at, declaration, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.sheet import read_sheets
from toolkit.sources.open import open_source

# Messes that touch cells of their own, so that all of them fit into one workbook.
APART = (
    "同上", "计量单位写同上", "全角数字", "项目类别夹空格", "数值写成 1 350", "零宽字符", "标签改写（别名）", "标签去掉限定",
    "金额写成 1，000，000", "金额全角", "日期 2025年1月1日", "符号 >=", "Excel 把 =400 当成公式", "0.905 显示为 90.5%", "层级用别名",
)  # fmt: skip


def chosen() -> list[Mess]:
    by_name = {mess.name: mess for mess in (*SILENT, *NOTED)}
    return [by_name[name] for name in APART]


def test_xlsxwriter_return_is_read_without_repairs() -> None:
    found = outcome(written())
    assert (found.records, found.log, found.told) == ([clean_record()], [], [])


def test_formula_in_an_amount_keeps_its_value_and_is_logged() -> None:
    found = outcome(
        written(
            {
                at("年度资金申请总额"): (f"=SUM({at('当年财政拨款')}:{at('年度其他资金')})", 1200000),
                at("上年结转资金"): ("=100000+50000.5", 150000.5),
            }
        )
    )
    assert found.records == [clean_record()]
    assert found.log == [
        ("修复-公式取值", at("年度资金申请总额"), f"=SUM({at('当年财政拨款')}:{at('年度其他资金')})", "1200000.00"),
        ("修复-公式取值", at("上年结转资金"), "=100000+50000.5", "150000.50"),
    ]
    assert found.told == []


def test_formula_in_a_target_keeps_its_value_and_is_logged() -> None:
    found = outcome(written({at("数值", 2): ("=200*2", 400)}))
    assert (found.records, found.log) == ([clean_record()], [("修复-公式取值", at("数值", 2), "=200*2", "400")])


@pytest.mark.parametrize("cached", [400, ""], ids=["有结果", "没有结果"])
def test_equals_sign_taken_for_a_formula(cached: object) -> None:
    found = outcome(written({at("符号", 2): None, at("数值", 2): ("=400", cached)}))
    assert found.records == [clean_record()]
    assert found.log == [("修复-等号还原", at("符号", 2), "", "="), ("修复-等号还原", at("数值", 2), "=400", "400")]
    assert found.told == []


def test_equals_sign_taken_for_a_formula_beside_another_symbol() -> None:
    found = outcome(written({at("符号", 5): "≥", at("数值", 5): ("=1350", 1350)}))
    assert (found.records, found.log) == ([clean_record()], [("修复-等号还原", at("数值", 5), "=1350", "1350")])


def test_percent_formula() -> None:
    found = outcome(written({at("数值", 3): ("=100%", 1)}, number_format={at("数值", 3): "0%"}))
    assert found.records == [clean_record()]
    assert [log[0] for log in found.log] == ["修复-等号还原"]


@pytest.mark.parametrize("unit", ["%", "百分数", None])
def test_percentage_by_number_format(unit: str | None) -> None:
    found = outcome(written({at("数值", 6): 0.905, at("计量单位", 6): unit}, number_format={at("数值", 6): "0.0%"}))
    row = found.declarations[0].rows[5]
    assert (row["数值"].value, row["计量单位"].value) == ("90.5", unit or "%")
    assert found.log[0] == ("修复-百分比", at("数值", 6), "0.905", "90.5")


def test_a_plain_fraction_is_no_percentage() -> None:
    found = outcome(written({at("数值", 6): 0.905}))
    assert (found.declarations[0].rows[5]["数值"].value, found.log) == ("0.905", [])


def test_link_to_another_file_is_named() -> None:
    found = outcome(written({at("当年财政拨款"): ("='[预算.xlsx]汇总'!B2", 1000000)}))
    assert found.records == [clean_record()]
    mine = [f for f in found.findings if f.rule == "格式-外部链接"]
    assert [(f.severity, f.cell) for f in mine] == [("warning", at("当年财政拨款"))] and "其他文件" in mine[0].message


def test_1904_system() -> None:
    book = openpyxl.load_workbook(io.BytesIO(plain()))
    sheet = book["项目1"]
    book.epoch = CALENDAR_MAC_1904
    sheet[at("计划开始日期")], sheet[at("计划完成日期")] = 44196, 44560
    for cell in (at("计划开始日期"), at("计划完成日期")):
        sheet[cell].number_format = "General"
    found = outcome(saved(book))
    assert found.records == [clean_record()]
    assert found.log == [
        ("修复-数字日期", at("计划开始日期"), "44196", "2025-01-01"),
        ("修复-数字日期", at("计划完成日期"), "44560", "2025-12-31"),
    ]


def test_dates_of_a_1904_workbook_shown_as_dates() -> None:
    book = openpyxl.load_workbook(io.BytesIO(plain()))
    book.epoch = CALENDAR_MAC_1904
    found = outcome(saved(book))
    assert (found.records, found.log) == ([clean_record()], [])


def test_iso_date_cell() -> None:
    found = outcome(
        raw_edited(
            (rf'<c r="{at("计划开始日期")}"([^>]*?) t="[a-z]+">.*?</c>', rf'<c r="{at("计划开始日期")}"\1 t="d"><v>2025-01-01</v></c>')
        )
    )
    assert (found.records, found.log) == ([clean_record()], [])


def test_issued_workbook_with_its_live_checks_and_a_mess() -> None:
    mess = next(each for each in NOTED if each.name == "金额写成 1，000，000")
    found = outcome(edited(mess.change, data=filled()))
    assert (found.records, found.log) == ([clean_record()], list(mess.log))


def test_several_projects_a_sheet_each() -> None:
    data = fill_workbook(shipped_form(), [declaration(), declaration({"项目名称": "校车更新"})])
    found = outcome(data)
    assert found.records == [clean_record(), clean_record({"项目名称": "校车更新"})]
    assert [each.sheet for each in found.declarations] == ["项目1", "项目2"] and found.log == []


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_issued_workbook_saved_again_by_libreoffice(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "原件" / FILE
    source.parent.mkdir()
    source.write_bytes(filled())
    made = convert(source, suffix, tmp_path / "另存")
    grids = open_source(made, made.name).grids
    (found,) = (each for grid in grids for each in read_sheets(grid, shipped_form(), FILE))
    assert (record(found), found.repairs, found.doubts) == (clean_record(), (), ())


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_saved_again_by_libreoffice(suffix: str, tmp_path: Path) -> None:
    """Many messes in one workbook, saved by LibreOffice in its own way and in two other formats."""
    # An .xls does not tell the text of a formula, so what was typed as =400 cannot be told from a calculated 400.
    messes = [mess for mess in chosen() if suffix != "xls" or mess.name != "Excel 把 =400 当成公式"]
    source = tmp_path / "原件" / FILE
    source.parent.mkdir()
    source.write_bytes(edited(*(mess.change for mess in messes)))
    made = convert(source, suffix, tmp_path / "另存")
    opened = open_source(made, made.name)
    declarations = [found for grid in opened.grids for found in read_sheets(grid, shipped_form(), FILE)]
    assert [record(each) for each in declarations] == [clean_record()]
    made_repairs = {(repair.rule, repair.cell) for repair in declarations[0].repairs}
    assert {(rule, cell) for mess in messes for rule, cell, *_ in mess.log} == made_repairs
