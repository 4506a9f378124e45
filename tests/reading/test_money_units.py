"""The unit of money as it is printed: converted and told, never in silence, never on a suspicion."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.office import convert_all
from tests.reading.drawn import FIELDS, FUNDS, GOALS, HEAD, ROWS, fields, one, read
from tests.shipped import shipped_form
from toolkit.reading.flow import read_flow
from toolkit.reading.model import Declaration, Doubt
from toolkit.reading.targets import TargetCells, read_target
from toolkit.sources.open import open_source
from toolkit.sources.text import read_text
from toolkit.spreadsheet.cells import Scaled
from toolkit.spreadsheet.number_formats import IN_WAN, PLAIN, SCALED, meaning
from toolkit.values.words import NUMBER, SYMBOL, UNIT

IN_TEN_THOUSANDS = FUNDS.replace("0000", "")


def doubt(found: Declaration) -> Doubt:
    (mine,) = (each for each in found.doubts if each.rule == "金额-万元")
    return mine


@pytest.mark.parametrize(
    ("funds", "above", "cell"),
    [
        (IN_TEN_THOUSANDS.replace("（元）", "（万元）"), "", "A6"),
        (IN_TEN_THOUSANDS.replace("（元）", r"\n（单位：万元）"), "", "A6"),
        (IN_TEN_THOUSANDS.replace("（元）", ""), " | | 单位：万元\n", "C2"),
        (IN_TEN_THOUSANDS.replace("（元）", "").replace("资金申请总额", "资金申请总额（万元）"), "", "D6"),
    ],
    ids=["分组标题", "分组标题换行", "单位行", "一个标签"],
)
def test_printed_once_for_all(funds: str, above: str, cell: str) -> None:
    title, rest = HEAD.strip().split("\n", 1)
    found = one(f"{title}\n{above}{rest}", funds, GOALS, ROWS)
    assert fields(found) == FIELDS
    assert (doubt(found).severity, doubt(found).cell) == ("warning", cell)
    assert "30 万元读作 300,000.00 元" in doubt(found).message


def test_all_digits_of_a_small_amount_count() -> None:
    funds = (
        FUNDS.replace("（元）", "（万元）")
        .replace("300000", "30.12345")
        .replace("200000", "20.12345")
        .replace("60000", "6")
        .replace("40000", "4")
    )
    assert fields(one(HEAD, funds, GOALS, ROWS))["年度资金申请总额"] == "301234.50"


def test_an_amount_with_its_own_unit_keeps_it() -> None:
    funds = IN_TEN_THOUSANDS.replace("（元）", "（万元）").replace("| 30", "| 300000元")
    assert fields(one(HEAD, funds, GOALS, ROWS)) == FIELDS


def test_nothing_is_multiplied_on_a_suspicion() -> None:
    found = one(HEAD, IN_TEN_THOUSANDS.replace("（元）", ""), GOALS, ROWS)
    assert fields(found)["年度资金申请总额"] == "30.00"
    assert "金额-万元" not in [each.rule for each in found.doubts]


def test_a_unit_that_stands_once_above_several_forms_is_asked_about() -> None:
    title, rest = HEAD.strip().split("\n", 1)
    bare = IN_TEN_THOUSANDS.replace("（元）", "")
    first, second = read(f"{title}\n | | 单位：万元\n{rest}", bare, GOALS, ROWS, HEAD, bare, GOALS, ROWS)
    assert (fields(first)["年度资金申请总额"], fields(second)["年度资金申请总额"]) == ("300000.00", "30.00")
    assert "30 万元读作 300,000.00 元" in doubt(first).message
    assert doubt(second).message.endswith("已按元原样读取（30），没有换算。")


def test_in_yuan_nothing_is_said() -> None:
    assert [each.rule for each in one(HEAD, FUNDS, GOALS, ROWS).doubts] == []


def test_printed_in_a_text() -> None:
    text = "\n".join(part.strip() for part in (HEAD, IN_TEN_THOUSANDS.replace("（元）", "（万元）"), GOALS, ROWS))
    text = text.replace("^", "").replace("<", "").replace(" | ", "\t").replace("| ", "\t")
    (sheet,) = read_text(text.encode(), "甲.txt")
    (found,) = read_flow(sheet, shipped_form(), "甲.txt")
    assert fields(found)["年度资金申请总额"] == "300000.00"
    assert doubt(found).severity == "warning"


def test_printed_above_the_first_label_of_a_text_under_a_title_nobody_knows() -> None:
    """The unit is not lost with the title; of several forms below it the others are asked about, not converted."""
    parts = (
        HEAD.replace("财政项目支出绩效目标申报表", "申报表（单位上报）\n单位：万元"),
        IN_TEN_THOUSANDS.replace("（元）", ""),
        GOALS,
        ROWS,
    )
    text = "\n".join(part.strip() for part in parts).replace("^", "").replace("<", "").replace(" | ", "\t").replace("| ", "\t")
    second = text.replace("单位：万元", "").replace("公园养护", "绿道养护").replace("申报表（单位上报）", "财政项目支出绩效目标申报表")
    (sheet,) = read_text(f"{text}\n{second}".encode(), "甲.txt")
    found = read_flow(sheet, shipped_form(), "甲.txt")
    assert [fields(each)["年度资金申请总额"] for each in found] == ["300000.00", "30.00"]
    assert [doubt(each).message.partition("，")[0] for each in found] == ["表上写着“单位：万元”", "同一张表里别的申报表以万元为单位"]


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ('#,##0.00"万元"', IN_WAN),
        ('0.0"万"', IN_WAN),
        ('0!.0000"万元"', SCALED),
        ('0!.0,"万"', SCALED),
        ('0!.00"万"', PLAIN),
        ('#,##0.00"元"', PLAIN),
        ("#,##0.00", PLAIN),
    ],
)
def test_number_formats_that_print_a_unit(code: str, means: str) -> None:
    assert meaning(code) == means


FORMATTED = [(1200.0, '#,##0.00"万元"'), (960000.0, '0!.0000"万元"'), (960000.0, "0.00"), (0.95, "0%")]


def workbook(folder: Path) -> Path:
    """A workbook with numbers in the formats of `FORMATTED`, one under the other."""
    book = openpyxl.Workbook()
    for row, (number, code) in enumerate(FORMATTED, 1):
        cell = book.worksheets[0].cell(row, 1, number)
        cell.number_format = code
    path = folder / "甲.xlsx"
    book.save(path)
    return path


def as_seen(path: Path) -> list[object]:
    """What the first column of a workbook holds; a number in 元 that is shown as 万元 with a mark."""
    (grid, *_) = open_source(path, path.name).grids
    values = [grid.cells[row, 1] for row in range(1, len(FORMATTED) + 1)]
    assert grid.percents == {(4, 1)}
    return [f"{value}元" if isinstance(value, Scaled) else value for value in values]


SEEN = ["1200万元", "960000.0元", 960000.0, 0.95]


def test_a_unit_in_the_number_format_is_seen_in_a_workbook(tmp_path: Path) -> None:
    assert as_seen(workbook(tmp_path)) == SEEN


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_a_unit_in_the_number_format_is_seen_in_what_libreoffice_saves(kind: str, tmp_path: Path) -> None:
    (path,) = convert_all([workbook(tmp_path)], kind, tmp_path / "另存")

    # In .ods LibreOffice keeps what it shows, and it shows the point put in by hand as `!.`.
    assert as_seen(path) == (SEEN if kind == "xls" else [SEEN[0], 960000.0, *SEEN[2:]])


def test_a_unit_in_the_number_format_is_seen_in_xml_of_2003(tmp_path: Path) -> None:
    codes = [code.replace('"', "&quot;") for _, code in FORMATTED]
    styles = "".join(f'<Style ss:ID="s{n}"><NumberFormat ss:Format="{code}"/></Style>' for n, code in enumerate(codes))
    rows = "".join(
        f'<Row><Cell ss:StyleID="s{n}"><Data ss:Type="Number">{number}</Data></Cell></Row>' for n, (number, _) in enumerate(FORMATTED)
    )
    path = tmp_path / "甲.xls"
    path.write_text(
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        f' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles>{styles}</Styles>'
        f'<Worksheet ss:Name="表"><Table>{rows}</Table></Worksheet></Workbook>',
        encoding="utf-8",
    )
    assert as_seen(path) == SEEN


@pytest.mark.parametrize(
    ("unit", "read"),
    [("万元", ("96", "万元")), (None, ("96", "万元")), ("元", ("960000", "元"))],
)
def test_a_target_is_read_as_its_format_shows_it(unit: str | None, read: tuple[str, str]) -> None:
    found = read_target(TargetCells({SYMBOL: "≤", NUMBER: Scaled(960000.0), UNIT: unit}, {SYMBOL: "A1", NUMBER: "B1", UNIT: "C1"}))
    assert found is not None
    assert (found.entries[NUMBER].value, found.entries[UNIT].value) == read
