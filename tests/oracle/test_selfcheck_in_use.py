"""What users do to a filled workbook and clerks to the template, with the live self-check: seen in LibreOffice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests import office
from tests.oracle.copy_sheet import copied
from tests.oracle.selfcheck import failing_rules, texts
from tests.rules.changed_form import NEW_RULE, edited, rule_cells, word
from tests.rules.clean import DRAFTS
from tests.rules.kit import Draft, declaration
from tests.shipped import at, line, shipped_form
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.opc import open_package
from toolkit.spreadsheet.workbook import read_workbook


def written(folder: Path, draft: Draft, form: Form | None = None) -> Path:
    path = folder / "甲.xlsx"
    path.write_bytes(fill_workbook(form or shipped_form(), [declaration(draft)]))
    return path


def recalculated(path: Path) -> frozenset[str]:
    return failing_rules(office.convert(path, "xlsx", path.parent / "recalculated"))


@pytest.mark.uno
def test_a_copy_of_a_sheet_checks_itself(tmp_path: Path) -> None:
    source, target = written(tmp_path, DRAFTS[0].row(1, 计量单位=None)), tmp_path / "copied.xlsx"
    row = line()
    copied(source, target, "项目1", "项目1 (2)", {at("当年财政拨款"): 1.0, at("计量单位", 2): "个", at("三级指标", 3): "XX"})
    with open_package(target, target.name) as package:
        book = read_workbook(package)
        first, second, listing = (texts(book, sheet) for sheet in ("项目1", "项目1 (2)", "自检"))
    assert (first[1, 8], first[row + 1, 8]) == ("✘ 还有 1 项未通过", "✘指标-单位")
    assert (row + 1, 8) not in second and (row + 2, 8) not in first
    assert "✘指标-占位-名称" in str(second[row + 2, 8])
    assert second[1, 8] not in (first[1, 8], "✔ 全部通过")
    assert listing[1, 1] == "✘ 还有 1 项未通过"
    assert {value for (_, column), value in listing.items() if column == 1} & {"项目1", "项目1 (2)"} == {"项目1"}


@pytest.mark.office
def test_a_word_added_in_the_workbook_counts(tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0].put(项目性质="应急项目"))
    before = recalculated(path)
    book = openpyxl.load_workbook(path)
    word("项目性质", "应急项目")(book)
    book.save(path)
    assert before - recalculated(path) == {"列表-项目性质"}


@pytest.mark.office
def test_a_rule_and_a_list_added_to_the_template_are_live(tmp_path: Path) -> None:
    form = edited(tmp_path, rule_cells(**NEW_RULE), word("重大项目词", "高标准农田"))
    big = DRAFTS[0].put(年度资金申请总额=Decimal("65000000"), 当年财政拨款=Decimal("65000000"))
    assert recalculated(written(tmp_path, big, form)) == {"本区-单笔上限"}
    assert recalculated(written(tmp_path, big.put(项目名称="丰收镇高标准农田示范片工程"), form)) == set()


@pytest.mark.office
def test_rows_filled_in_later_are_checked_down_to_the_last(tmp_path: Path) -> None:
    path = written(tmp_path, DRAFTS[0])
    book = openpyxl.load_workbook(path)
    for right, value in enumerate(("产出指标", "数量指标", "X个智慧应用", "≥", 3, "个")):
        book["项目1"][at("一级指标", 60, right=right)] = value
    book.save(path)
    done = office.convert(path, "xlsx", tmp_path / "recalculated")
    assert "指标-占位-名称" in failing_rules(done)
    with open_package(done, done.name) as package:
        assert "✘指标-占位-名称" in str(texts(read_workbook(package), "项目1")[line(60), 8])
