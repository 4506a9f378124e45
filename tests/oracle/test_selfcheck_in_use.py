"""What users do to a filled workbook and clerks to the template, with the live self-check: seen in LibreOffice."""

from __future__ import annotations

from dataclasses import replace
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


@pytest.mark.office
@pytest.mark.parametrize("rows", [1, 11], ids=["all alike", "one with more rows"])
def test_each_line_says_what_is_on_its_own_sheet(rows: int, tmp_path: Path) -> None:
    """The lines of a check have one formula, which finds each line's own sheet; where sheets are not alike each has its own."""
    drafts = [DRAFTS[0], replace(DRAFTS[1], rows=DRAFTS[1].rows * rows), DRAFTS[2]]
    changed = [
        drafts[0].row(1, 计量单位=None).put(年度资金申请总额=Decimal(80)),
        drafts[1].row(0, 三级指标="XX").row(2, 三级指标="X个试点").put(项目名称=None),
        drafts[2].row(3, 计量单位=None).row(4, 计量单位=None, 三级指标="XXX"),
    ]
    path = tmp_path / "甲.xlsx"
    path.write_bytes(fill_workbook(shipped_form(), [declaration(draft, sheet=f"项目{n}") for n, draft in enumerate(drafts, 1)]))
    expected = fill_workbook(shipped_form(), [declaration(draft, sheet=f"项目{n}") for n, draft in enumerate(changed, 1)])
    book = openpyxl.load_workbook(path)
    book["项目1"][at("计量单位", 2)] = None
    book["项目1"][at("年度资金申请总额")] = 80
    book["项目2"][at("三级指标", 1)] = "XX"
    book["项目2"][at("三级指标", 3)] = "X个试点"
    book["项目2"][at("项目名称")] = None
    book["项目3"][at("计量单位", 4)] = book["项目3"][at("计量单位", 5)] = None
    book["项目3"][at("三级指标", 5)] = "XXX"
    book.save(path)
    listed = []
    for source in (office.convert(path, "xlsx", tmp_path / "recalculated").read_bytes(), expected):
        cells = texts(read_workbook(open_package(source, "甲.xlsx")), "自检")
        listed.append([[cells.get((row, column)) for column in range(1, 9)] for row in range(1, max(row for row, _ in cells) + 1)])
    assert listed[0] == listed[1]
    said = {(line[0], line[2]): str(line[5]) for line in listed[0] if line[4] == "✘"}
    assert {sheet for sheet, _ in said} == {"项目1", "项目2", "项目3"}
    assert said["项目1", "指标-单位"].startswith(f"第 {line(2)} 行：") and said["项目3", "指标-单位"].startswith(f"第 {line(4)} 行：")
    assert said["项目3", "指标-单位"].endswith("（共 2 行）") and "X个试点" not in said["项目3", "指标-占位-名称"]
