"""The sheet 表样: what form a workbook is, whatever it was copied from; and several forms side by side, one of them broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run
from tests.shipped import ROOT, TEMPLATE, declaration, shipped_form
from tests.workflow.roster_samples import card_template, write_roster
from toolkit.forms import lint_form, load_form
from toolkit.forms.tables import RowLimit
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.opc import open_package
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.amounts import Money
from toolkit.workflow.forms import load_forms

UNIT = "青溪区第一小学"


def copied(path: Path, said: Mapping[str, object], more: Callable[[openpyxl.Workbook], object] = lambda book: None) -> Path:
    """A copy of the shipped template whose sheet 表样 says something else; without anything said the sheet is gone."""
    book = openpyxl.load_workbook(TEMPLATE)
    if not said:
        del book["表样"]
    else:
        rows = {row[0].value: row[1] for row in book["表样"].iter_rows(min_row=2)}
        for item, text in said.items():
            if item in rows:
                rows[item].value = text
            else:
                book["表样"].append([item, text])
    more(book)
    path.parent.mkdir(exist_ok=True)
    book.save(path)
    return path


def stamped() -> Mapping[str, str]:
    """The shipped template's hidden properties."""
    with open_package(TEMPLATE, TEMPLATE.name) as package:
        return read_workbook(package).properties


def test_the_shipped_form_says_what_it_is() -> None:
    form = shipped_form()
    assert (form.name, form.version, form.title) == ("绩效目标申报表", stamped()["jixiao.version"], "财政项目支出绩效目标申报表")
    assert (form.money, form.sheets, form.limits) == (Money("元", 1, 2), "项目", ())
    assert form.file_name == "{实施单位}{年度}年度项目绩效目标汇总表"


def test_a_template_without_the_sheet_is_what_its_hidden_properties_say(tmp_path: Path) -> None:
    form, mistakes = lint_form(copied(tmp_path / "旧表样.xlsx", {}))
    assert (mistakes, form and (form.name, form.version, form.file_name)) == ((), ("绩效目标申报表", stamped()["jixiao.version"], ""))


def test_what_the_sheet_says_is_taken_and_carried_by_what_is_issued(tmp_path: Path) -> None:
    said = {"名称": "整体表", "版本": "2026.2", "标题": "部门整体支出绩效目标表", "金额单位": "万元", "金额小数位": 4, "一张一份": "单位"}
    form = load_form(copied(tmp_path / "副本.xlsx", {**said, "行数": "绩效指标 3..60", "Word文件名": "{实施单位}整体支出"}))
    assert (form.name, form.version, form.title) == ("整体表", "2026.2", "部门整体支出绩效目标表")
    assert (form.money, form.sheets, form.limits) == (Money("万元", 10_000, 4), "单位", (RowLimit("绩效指标", 3, 60),))
    filled = tmp_path / "填报.xlsx"
    filled.write_bytes(fill_workbook(form, []))
    with open_package(filled, filled.name) as package:
        book = read_workbook(package)
        assert (book.properties["jixiao.form"], book.properties["jixiao.version"]) == ("整体表", "2026.2")
        assert "表样" not in [sheet.name for sheet in book.sheets]


MISTAKES: dict[str, tuple[Mapping[str, object], str]] = {
    "不认识的项目": ({"颜色": "红"}, "不认识“颜色”"),
    "未知的金额单位": ({"金额单位": "角"}, "未知的金额单位“角”"),
    "小数位太多": ({"金额小数位": 9}, "金额小数位“9”看不懂"),
    "一张一份看不懂": ({"一张一份": "部门"}, "一张一份“部门”看不懂"),
    "行数看不懂": ({"行数": "很多"}, "行数“很多”看不懂"),
    "没有的行表": ({"行数": "任务 1..3"}, "没有行表“任务”"),
    "没有的字段": ({"Word文件名": "{部门}汇总表"}, "“{部门}”不是字段"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_the_sheet_is_named(case: str, tmp_path: Path) -> None:
    said, words = MISTAKES[case]
    (mistake,) = lint_form(copied(tmp_path / "副本.xlsx", said))[1]
    assert (mistake.sheet, words in mistake.text, bool(mistake.cell and mistake.cure)) == ("表样", True, True)


def test_the_number_of_rows_is_checked(tmp_path: Path, run: Run) -> None:
    template = copied(tmp_path / "副本.xlsx", {"名称": "限行表", "行数": "绩效指标 7..8"})
    form = load_form(template)
    (tmp_path / "甲.xlsx").write_bytes(fill_workbook(form, [declaration()]))
    found = run("check", tmp_path / "甲.xlsx", "--form", template, "--json").json["findings"]
    told = {f["rule"]: (f["field"], f["message"]) for f in found}
    assert told["行数-绩效指标"] == ("三级指标", "绩效指标填了 6 行，应不少于 7 行、不超过 8 行。")


def test_four_forms_and_a_broken_one_in_a_folder(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each file is told by its own form, a copy nobody renamed and one drawn alike included; the broken template costs only itself."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "templates"
    copied(folder / "整体表.xlsx", {"名称": "整体表", "一张一份": "单位", "Word文件名": "{实施单位}整体支出{年度}年度"})
    shutil.copy(TEMPLATE, folder / "没改名的副本.xlsx")
    card_template(folder / "登记卡.xlsx")
    copied(folder / "坏表.xlsx", {"名称": "坏表", "金额单位": "角"})
    for name in ("整体表", "没改名的副本"):
        shutil.copy(ROOT / "templates" / "绩效目标汇总表.docx", folder / f"{name}.docx")

    listed = run("form", "list", "--json")
    shipped = sorted(path.stem for path in (ROOT / "templates").glob("*.xlsx") if path.stem != "名单")
    assert [row["name"] for row in listed.json] == [*shipped, "整体表", "没改名的副本", "登记卡"]
    assert "表样“坏表”有误" in listed.err and "未知的金额单位“角”" in listed.err

    back = tmp_path / "回收"
    back.mkdir()
    for name in ("整体表", "没改名的副本", "绩效目标申报表"):
        (form,) = load_forms(name)
        (back / f"{name}.xlsx").write_bytes(fill_workbook(form, [declaration()]))
    exported = run("export", back, "--json")
    assert {Path(record["file"]).name: record["表样"] for record in exported.json} == {
        f"{name}.xlsx": name for name in ("整体表", "没改名的副本", "绩效目标申报表")
    }
    assert exported.err.count("坏表") >= 1 and exported.code == 0

    assert run("merge", back, "-o", "汇总", "--draft").code in (0, 3)
    assert f"{UNIT}整体支出2025年度.docx" in {path.name for path in (tmp_path / "汇总").iterdir()}

    names = write_roster(tmp_path / "名单.xlsx", [{"单位": UNIT}], [{"单位": UNIT, "项目名称": name} for name in ("甲", "乙")])
    assert run("issue", names, "--form", "整体表", "-o", "下发").code == 0
    assert [s for s in openpyxl.load_workbook(tmp_path / "下发" / f"{UNIT}.xlsx").sheetnames if s.startswith("项目")] == ["项目1"]
    assert run("check", back, "--form", "坏表").code == 2
