"""字段 › 公式: computed cells and helpers, alike in `check` and in the live 自检; and 必填 as a formula."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.oracle.selfcheck import verdicts
from tests.rules.small import Cells, filled, judged, listed, read, template
from toolkit.checking.check import check_declarations
from toolkit.forms import Form, lint_form, load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.values.words import REPAIR

FIELDS = {
    "金额": {"公式": "=单价*件数"},
    "合计": {"公式": "SUM(全部.金额)"},
    "备注": {"必填": "乙款>0"},
    "简称": {"公式": "IF(LEN(品名)>2,LEFT(品名,2),品名)", "类型": "文本"},
    "贵": {"公式": "单价>100"},
    "贵的行": {"公式": "SUMPRODUCT(--(全部.贵=TRUE))", "类型": "整数"},
    "比例": {"公式": 'IF(合计=0,"",甲款/合计)', "类型": "小数"},
}
RULES = [
    {"编号": "比例", "条件": 'IF(比例="",TRUE,比例<=0.5)', "提示": "比例 {比例}。"},
    {"编号": "贵", "条件": "贵的行<=1", "提示": "有 {贵的行} 行单价超过 100。"},
    {"编号": "简称", "范围": "行", "条件": '等于任一(简称,{"电脑","桌子"})', "提示": "{简称} 不在其中。"},
    {"编号": "贵而多", "范围": "行", "前提": "贵", "条件": "件数<=2"},
    {"编号": "同名", "范围": "行", "条件": "SUMPRODUCT(--(全部.简称=简称))=1"},
]
GOOD: Cells = {"B2": "设备更新", "D2": "甲中心", "D3": 40, "A7": "电脑", "B7": 50, "C7": 2}
CASES: list[Cells] = [
    {},
    {"D3": 90},
    {"B4": 5},
    {"B4": 5, "D4": "另有来源"},
    {"A7": "电脑桌"},
    {"A7": None},
    {"A8": "桌子", "B8": 150, "C8": 1},
    {"A8": "桌子", "B8": 150, "C8": 3, "A9": "电脑", "B9": 120, "C9": 1},
    {"B7": None},
    {"B7": "五十"},
    {"B7": 0},
    {"A7": None, "B7": None, "C7": None},
    {"B3": 99},
    {"D7": 101, "B3": 101},
]


@pytest.fixture
def form(tmp_path: Path) -> Form:
    return load_form(template(tmp_path, RULES, FIELDS))


@pytest.mark.office
def test_check_and_the_live_list_judge_alike(form: Form, tmp_path: Path) -> None:
    paths = [filled(form, tmp_path / f"{number}.xlsx", {**GOOD, **cells}) for number, cells in enumerate(CASES)]
    recalculated = office.convert_all(paths, "xlsx", tmp_path / "recalculated")
    theirs = listed(form, paths, tmp_path / "again")
    assert theirs == [judged(form, read(form, path)) for path in recalculated]
    found = [{rule for rule, mark in one.items() if mark == "✘"} for one in theirs]
    assert (found[0], found[1], found[2], found[3]) == (set(), {"比例"}, {"必填-备注"}, set())
    assert "计算-合计" in found[12] and {"计算-金额"} <= found[13]
    over = [{rule for rule, mark in one.items() if mark == "不适用"} for one in theirs]
    assert over[0] == {"必填-备注", "贵而多"}


@pytest.mark.office
def test_stored_results_are_those_of_a_recalculation(form: Form, tmp_path: Path) -> None:
    typed = [{k: v for k, v in cells.items() if k not in ("B3", "D7")} for cells in CASES]
    paths = [filled(form, tmp_path / f"{n}.xlsx", {**GOOD, **cells}, checked_first=False) for n, cells in enumerate(typed)]
    rules = {rule["编号"] for rule in RULES} | {"必填-备注", "计算-金额", "计算-合计"}
    stored = [{k: v for k, v in verdicts(path).items() if k in rules or v != "✔"} for path in paths]
    assert stored == listed(form, paths, tmp_path / "recalculated")


def test_computed_cells_are_written_locked_and_read_without_a_word(form: Form, tmp_path: Path) -> None:
    path = filled(form, tmp_path / "甲.xlsx", GOOD, checked_first=False)
    sheet = openpyxl.load_workbook(path)["项目1"]
    assert all(sheet[cell].protection.locked and str(sheet[cell].value).startswith("=") for cell in ("B3", "D7", "D12"))
    assert not str(sheet["B7"].value).startswith("=")
    declared = read(form, path)
    assert (declared.value("合计"), declared.rows[0]["金额"].value, len(declared.rows)) == (Decimal(100), Decimal(100), 1)
    assert check_declarations([declared], form) == []


def test_another_value_is_a_finding_and_no_repair(form: Form, tmp_path: Path) -> None:
    declared = read(form, filled(form, tmp_path / "甲.xlsx", {**GOOD, "B3": 99}))
    found = check_declarations([declared], form)
    assert [(f.rule, f.severity, f.cell, f.message) for f in found if f.rule == "计算-合计"] == [
        ("计算-合计", "error", "B3", "合计应为 100.00，表中是 99.00。")
    ]
    assert [f for f in found if f.family == REPAIR] == []


def test_a_result_that_was_not_saved_is_worked_out(form: Form, tmp_path: Path) -> None:
    path = filled(form, tmp_path / "甲.xlsx", GOOD, checked_first=False)
    openpyxl.load_workbook(path).save(path)
    declared = read(form, path)
    assert (declared.value("合计"), declared.rows[0]["金额"].value) == (Decimal(100), Decimal(100))
    assert check_declarations([declared], form) == []


def test_filling_again_writes_the_formula_for_whatever_was_read(form: Form, tmp_path: Path) -> None:
    declared = read(form, filled(form, tmp_path / "甲.xlsx", {**GOOD, "B3": 99}))
    path = tmp_path / "乙.xlsx"
    path.write_bytes(fill_workbook(form, [declared]))
    assert read(form, path).value("合计") == Decimal(100)


@pytest.mark.parametrize(
    ("fields", "mistakes"),
    [
        (
            {"甲": {"公式": "乙+1"}, "乙": {"公式": "甲+1"}},
            ["“甲”的公式绕回到它自己（甲 → 乙 → 甲）", "“乙”的公式绕回到它自己（乙 → 甲 → 乙）"],
        ),
        ({"合计": {"公式": "合计+甲款"}}, ["“合计”的公式绕回到它自己（合计 → 合计）"]),
        ({"甲": {"公式": "实施单为&1"}}, ["第 1 个字符“实施单为”：没有这个字段或名称，是不是 实施单位？"]),
        ({"合计": {"公式": "SUM(单位.甲款)"}}, ["第 5 个字符“单位.甲款”：没有这个字段或名称"]),
        ({"备注": {"必填": "合计>"}}, ["第 4 个字符（公式末尾）：公式不完整，后面缺少内容"]),
        ({"备注": {"必填": "是"}}, []),
    ],
)
def test_lint_names_what_is_wrong_with_a_formula(tmp_path: Path, fields: dict[str, dict[str, str]], mistakes: list[str]) -> None:
    _, found = lint_form(template(tmp_path, [{"编号": "规则", "条件": "甲款>=0"}], fields))
    assert [m.text for m in found] == mistakes


def test_what_only_bulk_rules_read_stays_out_of_the_workbook(tmp_path: Path) -> None:
    """A helper and the words of a list that no live rule reads: `check` uses them, the issued workbook does not hold them."""
    rules = [
        {"编号": "大批", "范围": "行", "条件": "NOT(含任一(缩写,列表.大词))", "仅批量审核": "是"},
        {"编号": "贵", "范围": "行", "条件": "单价<=100"},
    ]
    fields = {"缩写": {"公式": "MID(品名,1,97)", "类型": "文本"}, "贵": {"公式": "单价>100"}}
    form = load_form(template(tmp_path, rules, fields, {"大词": ("卡车", "货轮")}))
    path = filled(form, tmp_path / "填报.xlsx", {**GOOD, "A7": "卡车头"})
    assert judged(form, read(form, path))["大批"] == "✘"
    blank = tmp_path / "空白.xlsx"
    blank.write_bytes(fill_workbook(form, []))
    cells = [str(cell.value) for sheet in openpyxl.load_workbook(blank) for row in sheet.iter_rows() for cell in row]
    assert [text for text in cells if "卡车" in text or ",97)" in text] == []
