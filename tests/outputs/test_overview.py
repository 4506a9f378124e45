"""总表.xlsx: every figure is the sum of the records, cached and recalculated alike, to the cent."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from tests.office import convert, soffice
from tests.shipped import ROWS, declaration, shipped_form
from toolkit.outputs.overview import overview_workbook
from toolkit.reading.model import Declaration

AMOUNTS = ("项目资金总额", "年度资金申请总额", "财政资金", "当年财政拨款", "上年结转资金", "其他资金", "年度其他资金")


def batch() -> list[Declaration]:
    changes: list[dict] = [
        {},
        {"项目名称": "=cmd|'/c calc'!A1", "年度资金申请总额": Decimal("0.10"), "上年结转资金": None},
        {"实施单位": "青溪区第二小学", "年度资金申请总额": Decimal("1234567.89"), "项目资金总额": Decimal("9999999.99")},
        {"实施单位": "*", "年度资金申请总额": Decimal("0.20")},
    ]
    return [declaration(each) for each in changes]


def totals(declarations: list[Declaration], name: str) -> Decimal:
    values = (declaration.value(name) for declaration in declarations)
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))


def test_detail_and_indicators_are_the_records() -> None:
    book = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), batch())), data_only=True)
    assert book.sheetnames == ["项目明细", "指标明细", "按单位"]
    rows = list(book["项目明细"].iter_rows(min_row=2, values_only=True))
    heads = rows[0]
    assert heads[:3] == ("序号", "实施单位", "项目名称")
    assert [row[2] for row in rows[1:-1]] == ["校园食堂改造", "=cmd|'/c calc'!A1", "校园食堂改造", "校园食堂改造"]
    assert book["项目明细"]["C4"].data_type == "s"
    column = heads.index("上年结转资金")
    assert [row[column] for row in rows[1:-1]] == [150000.5, None, 150000.5, 150000.5]
    assert book["指标明细"].max_row == 2 + 4 * len(ROWS)
    assert [cell.value for cell in book["指标明细"][3]][1:] == ["青溪区第一小学", "校园食堂改造", *ROWS[0], "≤3000.00(元/平方米)"]


@pytest.mark.parametrize("recalculated", [False, True])
def test_totals_are_right_to_the_cent(tmp_path: Path, recalculated: bool) -> None:
    if recalculated and soffice() is None:
        pytest.skip("需要 LibreOffice")
    path = tmp_path / "总表.xlsx"
    path.write_bytes(overview_workbook(shipped_form(), batch()))
    if recalculated:
        path = convert(path, "xlsx", tmp_path / "重算")
    book = openpyxl.load_workbook(path, data_only=True)
    detail = list(book["项目明细"].iter_rows(min_row=2, values_only=True))
    by_unit = list(book["按单位"].iter_rows(min_row=2, values_only=True))
    units = {row[0]: row for row in by_unit[1:]}
    for name in AMOUNTS:
        head = next(h for h in (name, {"财政资金": "其中：财政资金", "当年财政拨款": "其中：当年财政拨款"}.get(name)) if h in detail[0])
        assert round(Decimal(repr(detail[-1][detail[0].index(head)])), 2) == totals(batch(), name), name
        for unit in ("青溪区第一小学", "青溪区第二小学"):
            mine = [d for d in batch() if d.unit == unit]
            assert round(Decimal(repr(units[unit][by_unit[0].index(head)])), 2) == totals(mine, name), (name, unit)
        assert round(Decimal(repr(units["合计"][by_unit[0].index(head)])), 2) == totals(batch(), name)
    assert (units["青溪区第一小学"][1], units["青溪区第二小学"][1], units["合计"][1]) == (2, 1, 4)
    assert units["*"][1] == 1


def test_draft_says_so_on_every_sheet() -> None:
    book = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), batch(), draft=True)))
    assert all("草稿" in sheet.oddHeader.center.text and "草稿" in str(sheet["A1"].value) for sheet in book)
