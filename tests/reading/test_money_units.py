"""The unit of money as it is printed: converted and told, never in silence, never on a suspicion."""

from __future__ import annotations

import pytest

from tests.reading.drawn import FIELDS, FUNDS, GOALS, HEAD, ROWS, fields, one, read
from tests.shipped import shipped_form
from toolkit.reading.flow import read_flow
from toolkit.reading.model import Declaration, Doubt
from toolkit.sources.text import read_text
from toolkit.spreadsheet.number_formats import IN_WAN, PLAIN, meaning

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
        (IN_TEN_THOUSANDS.replace("（元）", "").replace("资金申请总额", "资金申请总额（万元）"), "", None),
    ],
    ids=["分组标题", "分组标题换行", "单位行", "一个标签"],
)
def test_printed_once_for_all(funds: str, above: str, cell: str | None) -> None:
    title, rest = HEAD.strip().split("\n", 1)
    found = one(f"{title}\n{above}{rest}", funds, GOALS, ROWS)
    if cell is None:
        assert fields(found)["年度资金申请总额"] == "300000.00"
        assert fields(found)["当年财政拨款"] == "20.00"
        return
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


@pytest.mark.parametrize(
    ("code", "means"),
    [
        ('#,##0.00"万元"', IN_WAN),
        ('0.0"万"', IN_WAN),
        ('0!.0000"万元"', PLAIN),
        ('0!.0,"万"', PLAIN),
        ('#,##0.00"元"', PLAIN),
        ("#,##0.00", PLAIN),
    ],
)
def test_number_formats_that_print_a_unit(code: str, means: str) -> None:
    assert meaning(code) == means
