"""What Excel makes of what was typed is named with its likely cause: 1-3 as a date, a long code without its last digits."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run, put, run
from tests.shipped import at

__all__ = ["run"]


def cell(path: Path, name: str, value: object, number_format: str = "General") -> None:
    book = openpyxl.load_workbook(path)
    book["项目1"][at(name)] = value
    book["项目1"][at(name)].number_format = number_format
    book.save(path)


def slips(run: Run, path: Path) -> list[tuple[str, str, str]]:
    found = run("check", path, "--json").json["findings"]
    return [(each["rule"], each["severity"], each["cell"]) for each in found if each["rule"] in ("格式-变成日期", "格式-位数")]


def test_a_range_that_became_a_date(run: Run) -> None:
    path = put("甲.xlsx", {})
    cell(path, "数值", datetime(2026, 1, 3), 'm"月"d"日"')
    assert slips(run, path) == [("格式-变成日期", "error", at("数值"))]
    [told] = [each for each in run("check", path, "--json").json["findings"] if each["rule"] == "格式-变成日期"]
    assert "“1-3”" in told["message"]
    cell(path, "符号", "定性")
    assert slips(run, path) == []


@pytest.mark.parametrize("name", ["项目名称", "三级指标"])
def test_a_long_code_whose_last_digits_are_gone(run: Run, name: str) -> None:
    path = put("甲.xlsx", {})
    cell(path, name, 330105202600012345)
    assert slips(run, path) == [("格式-位数", "warning", at(name))]
    cell(path, name, "330105202600012300")
    assert slips(run, path) == []
    cell(path, name, 123456789012345)
    assert slips(run, path) == []
