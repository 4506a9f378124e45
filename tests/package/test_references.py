"""Formulas whose references move: strings, functions, names and other workbooks stay as they are."""

from __future__ import annotations

import pytest
from openpyxl.formula.translate import Translator

from toolkit.spreadsheet.references import insert_rows, map_names, rename_sheet, sheets_in, translate


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("申报表!$C$3+1", "项目1!$C$3+1"),
        ("'申报表'!A1:B2&\"申报表!A1\"", '项目1!A1:B2&"申报表!A1"'),
        ("SUM(申报表!$A:$A,申报表!1:3)", "SUM(项目1!$A:$A,项目1!1:3)"),
        ("申报表!项目名称&项目名称", "项目1!项目名称&项目名称"),
        ("代码表!A1+旧申报表!A1", "代码表!A1+旧申报表!A1"),
        ("[1]申报表!A1+'[旧.xlsx]申报表'!A1", "[1]申报表!A1+'[旧.xlsx]申报表'!A1"),
        ("LOG10(A1)+A1", "LOG10(A1)+A1"),
    ],
)
def test_a_sheet_gets_another_name(formula: str, expected: str) -> None:
    assert rename_sheet(formula, "申报表", "项目1") == expected


def test_a_name_that_needs_quotes_gets_them() -> None:
    assert rename_sheet("'它''s 表'!A1", "它's 表", "新 's") == "'新 ''s'!A1"


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("SUM(B22:B81)", "SUM(B22:B86)"),
        ("B81+B80", "B86+B80"),
        ("$B$81:$B$81", "$B$86:$B$86"),
        ("B22:B80", "B22:B80"),
        ("COUNTA(B:B)+SUM(82:83)", "COUNTA(B:B)+SUM(87:88)"),
        ('代码表!B81&"B81"', '代码表!B81&"B81"'),
        ("申报表!B81", "申报表!B86"),
        ("指标81", "指标81"),
    ],
)
def test_rows_inserted_inside_a_table(formula: str, expected: str) -> None:
    assert insert_rows(formula, 80, 5, "申报表", True, grow=False) == expected


def test_rows_below_the_only_row_of_a_table_join_the_ranges_that_end_there() -> None:
    formula = "SUM(A10:A15)+SUM(A15:A15)+SUM(A15:C15)+A15"
    assert insert_rows(formula, 15, 2, "申报表", True) == "SUM(A10:A17)+SUM(A15:A17)+SUM(A15:C15)+A15"


def test_references_without_a_sheet_belong_to_the_formulas_own() -> None:
    assert insert_rows("B81+申报表!B81", 80, 5, "申报表", False) == "B81+申报表!B86"


@pytest.mark.parametrize("formula", ["A1+$B$2+C$3+$D4", "SUM(A1:B$2)", 'IF(A1="A1",B1,"")', "SUM(A:A)+SUM($1:2)"])
def test_copying_agrees_with_openpyxl(formula: str) -> None:
    expected = Translator("=" + formula, origin="F6").translate_formula("H9")[1:]
    assert translate(formula, 3, 2) == expected


def test_a_reference_that_leaves_the_sheet_is_lost() -> None:
    assert translate("A1+B5", -2, 0) == "#REF!+B3"


def test_sheets_and_names_of_a_formula() -> None:
    formula = "INDEX(代码表!$A$2:$C$9,0,MATCH('申报表'!$B22,表头,0))&\"其他!A1\""
    assert sheets_in(formula) == {"代码表", "申报表"}
    assert map_names(formula, lambda name: f"<{name}>") == formula.replace("表头", "<表头>")
