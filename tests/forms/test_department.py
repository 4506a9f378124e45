"""The form 部门整体支出绩效目标表 (one a unit, in 万元, a table of tasks with their total beside the indicators) through the whole way."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests import office
from tests.command import Run
from tests.drawings.otherforms import other_form
from tests.forms.typed import Change, as_three_write_it, place, typed
from tests.oracle.selfcheck import failing_rules
from tests.shipped import ROOT
from tests.workflow.roster_samples import write_roster
from toolkit.forms import Form, lint_form, load_form
from toolkit.forms.drawing import drawing_mistakes
from toolkit.values.text import squeeze

TEMPLATE = ROOT / "templates" / "部门整体支出绩效目标表.xlsx"
EXAMPLE = ROOT / "examples" / "部门整体支出绩效目标表" / "青溪区城市管理局.xlsx"

# What is typed wrong (字段名, row of its table or 0, value), and what finds it where: 编号, 字段名, row.
MISTAKES: Sequence[tuple[Sequence[Change], Sequence[tuple[str, str, int]]]] = (
    ([("任务总额", 3, 478), ("任务财政拨款", 3, 403)], []),
    ([("任务总额", 2, 1367)], [("任务-合计", "任务总额", 2)]),
    ([("任务其他资金", 4, -1), ("任务财政拨款", 4, 301)], [("任务-为负", "任务总额", 4)]),
    ([("任务名称", 2, "基本支出")], [("任务-重名", "任务名称", 1), ("任务-重名", "任务名称", 2)]),
    ([("任务名称", 3, "任务3")], [("任务-占位", "任务名称", 3)]),
    ([("主要内容", 3, "市政设施养护")], [("任务-照抄", "主要内容", 3)]),
    ([("主要内容", 1, None)], [("必填-主要内容", "主要内容", 1)]),
    ([("总额合计", 0, 4800)], [("计算-总额合计", "总额合计", 0)]),
    ([("填表人电话", 0, "8601")], [("电话-写法", "填表人电话", 0)]),
    ([("填表人", 0, None)], [("必填-填表人", "填表人", 0)]),
    ([("年度总体目标", 0, "做好城市管理。")], [("目标-过短", "年度总体目标", 0)]),
    ([("分值", 2, 20)], [("分值-合计", "分值", 1)]),
    ([("分值", 8, None)], [("分值-漏填", "分值", 8)]),
    ([("分值", number, None) for number in range(1, 9)], []),
    ([("年度指标值", 8, "多数市民满意")], [("指标-满意度", "年度指标值", 8)]),
    ([("年度指标值", 5, "≥12元/年")], [("指标-成本方向", "年度指标值", 5)]),
    ([("年度指标值", 3, "≤95%")], [("指标-正向用上限", "年度指标值", 3)]),
    ([("年度指标值", 1, "≥320")], [("指标-缺单位", "年度指标值", 1)]),
    ([("三级指标", 2, "养护道路里程")], [("指标-重名", "三级指标", 1), ("指标-重名", "三级指标", 2)]),
)


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(TEMPLATE)


def test_sound_and_every_rule_with_its_examples(form: Form) -> None:
    assert (lint_form(TEMPLATE)[1], drawing_mistakes(TEMPLATE, form)) == ((), ())
    written = [rule for rule in form.rules if rule.row]
    assert {rule.id for rule in written if not (rule.holds and rule.breaks)} == set()
    assert sum(len(rule.condition) <= 200 for rule in written) >= 0.95 * len(written)
    assert (form.sheets, form.money.unit, [table.name for table in form.tables]) == ("单位", "万元", ["绩效指标", "任务"])


def test_the_example_there_and_back(run: Run) -> None:
    checked = run("check", EXAMPLE, "--json").json
    assert (checked["findings"], checked["unread"], checked["files"][0]["status"]) == ([], [], "passed")
    (record,) = run("export", EXAMPLE, "--json").json
    assert (record["表样"], record["年度"], record["总额合计"], record["其他资金合计"]) == (
        *("部门整体支出绩效目标表", 2026),
        *("48263500.00", "750000.00"),
    )
    assert record["任务"][2] == {
        **{"任务名称": "市政设施养护", "主要内容": "城区 320 公里道路日常养护，12 座桥梁定期检测"},
        **{"任务总额": "4788500.00", "任务财政拨款": "4038500.00", "任务其他资金": "750000.00"},
    }
    assert record["绩效指标"][4]["年度指标值"] == "≤12元/年"
    assert run("merge", EXAMPLE, "-o", "汇总").code == 0
    (document,) = Path("汇总").glob("*.docx")
    assert document.name == "青溪区城市管理局2026年度部门整体支出绩效目标.docx"
    tasks = [[cell.text for cell in row.cells] for row in Document(str(document)).tables[1].rows]
    assert tasks[4] == ["市政设施养护", "城区 320 公里道路日常养护，12 座桥梁定期检测", "478.85", "403.85", "75.00"]
    assert tasks[-1] == ["金额合计", "金额合计", "4,826.35", "4,751.35", "75.00"]
    (printed,) = run("export", document, "--json").json
    assert {name for name in record if record[name] != printed[name]} == {"file", "sheet"}
    assert run("import", document, "-o", "填报").code == 0
    (again,) = run("export", "填报", "--json").json
    assert {name for name in record if record[name] != again[name]} == {"file"}
    assert run("diff", EXAMPLE, "填报", "--json").json["summary"]["changed"] == 0


def test_every_planted_mistake_is_found_at_its_cell(run: Run, form: Form) -> None:
    for number, (changes, expected) in enumerate(MISTAKES):
        typed(form, EXAMPLE, changes, Path(f"回收{number}/甲.xlsx"))
        found = run("check", f"回收{number}", "--json").json["findings"]
        told = sorted((f["rule"], f["cell"]) for f in found if f["family"] == "declaration")
        assert told == sorted((rule, place(form, name, row)) for rule, name, row in expected), changes


def test_what_is_wrong_is_marked_and_tidied(run: Run, form: Form) -> None:
    path = typed(form, EXAMPLE, [("任务总额", 2, 1367), ("任务财政拨款", 1, "２６８１．５"), ("分值", 2, 20)], Path("回收/甲.xlsx"))
    assert run("annotate", path, "-o", "退改").code == 3
    marked = openpyxl.load_workbook("退改/甲.xlsx")["项目1"]
    assert {cell.coordinate for row in marked.iter_rows() for cell in row if cell.comment is not None} == {
        place(form, name, row) for name, row in (("任务总额", 2), ("分值", 1))
    }
    assert run("tidy", path, "-o", "整理").code in (0, 3)
    assert openpyxl.load_workbook("整理/甲.xlsx")["项目1"][place(form, "任务财政拨款", 1)].value == 2681.5


@pytest.mark.office
def test_the_self_check_finds_the_same(form: Form, tmp_path: Path) -> None:
    """Save the rules of the rows of tasks, which are checked by `check`."""
    of_tasks = {rule.id for rule in form.rules if rule.table == "任务"}
    cases = [(changes, expected) for changes, expected in MISTAKES if not {rule for rule, *_ in expected} & of_tasks]
    paths = [typed(form, EXAMPLE, changes, tmp_path / "回收" / f"{number:02}.xlsx") for number, (changes, _) in enumerate(cases)]
    for (changes, expected), path in zip(cases, office.convert_all(paths, "xlsx", tmp_path / "重算"), strict=True):
        assert failing_rules(path) == {rule for rule, *_ in expected}, changes


@pytest.mark.office
def test_what_is_printed_reads_back(tmp_path: Path, run: Run) -> None:
    """Word's PDF, and the workbook as PDF, .ods and .xls."""
    (record,) = run("export", EXAMPLE, "--json").json
    assert run("merge", EXAMPLE, "-o", tmp_path / "汇总").code == 0
    copies = office.convert_all(list((tmp_path / "汇总").glob("*.docx")), "pdf", tmp_path / "印")
    copies += [office.convert_all([EXAMPLE], kind, tmp_path / kind)[0] for kind in ("pdf", "ods", "xls")]
    for copy in copies:
        (found,) = run("export", copy, "--json").json
        goal = "年度总体目标"
        assert {**found, "file": None, "sheet": None, goal: squeeze(found[goal])} == {
            **{**record, "file": None, "sheet": None},
            goal: squeeze(record[goal]),
        }, copy


def test_a_roster_of_units_without_projects(tmp_path: Path, run: Run, form: Form) -> None:
    """One sheet a unit, its control figure held against the total; who sent nothing is chased."""
    units = [{"单位": "青溪区城市管理局", "控制数": 48263000, "联系人": "沈立群"}, {"单位": "青溪区图书馆", "控制数": 100}]
    roster = write_roster(tmp_path / "名单.xlsx", units, [])
    assert run("issue", roster, "--form", form.name, "--year", "2026", "-o", tmp_path / "下发").code == 0
    issued = openpyxl.load_workbook(tmp_path / "下发" / "青溪区城市管理局.xlsx")
    assert issued.sheetnames == ["项目1", "自检", "填报说明", "代码表"]
    told = [issued["项目1"][form.by_name[name].cell].value for name in ("部门名称", "年度", "填表人")]
    assert told == ["青溪区城市管理局", 2026, "沈立群"]

    returned = tmp_path / "回收"
    returned.mkdir()
    shutil.copy(EXAMPLE, returned / "甲.xlsx")
    (finding,) = run("check", returned, "--roster", roster, "--json").json["findings"]
    assert (finding["rule"], finding["message"].partition("万元，")[0]) == ("资金-控制数", "金额合计 4,826.350000 ")
    status = run("status", returned, "--roster", roster, "--json").json
    assert {unit["unit"]: unit["status"] for unit in status["units"]} == {"青溪区城市管理局": "需修改", "青溪区图书馆": "未报"}
    assert run("merge", returned, "-o", tmp_path / "汇总").code == 0
    overview = openpyxl.load_workbook(tmp_path / "汇总" / "总表.xlsx")
    assert {"项目明细", "指标明细", "任务明细", "按单位", "资金构成"} <= set(overview.sheetnames)
    assert [cell.value for cell in overview["任务明细"][4]][:3] == [1, "青溪区城市管理局", "基本支出"]
    assert len(overview["资金构成"]._charts) == 1


@pytest.mark.parametrize("seed", range(5))
def test_as_other_offices_draw_it(seed: int, tmp_path: Path, run: Run) -> None:
    """Ten columns, no 联系人 and no 分值, one label for the three totals: the same from merged, plain and HTML sheets."""
    drawing = other_form("部门整体支出绩效目标表", seed)
    told = as_three_write_it(drawing, run, tmp_path, "年度总体目标")
    assert told[0] == told[1] == told[2]
    (record, *_), cells = told, drawing.sheets[0].cells
    texts = {squeeze(str(cell.value)) for cell in cells}
    assert record["表样"] == "部门整体支出绩效目标表"
    assert {squeeze(record[name]) for name in ("部门名称", "年度总体目标")} <= texts
    rows = {cell.row: {each.column: each.value for each in cells if each.row == cell.row} for cell in cells if cell.value == "任务1"}
    ((_, first),) = rows.items()
    assert [row["任务名称"] for row in record["任务"]] == [f"任务{n}" for n in range(1, len(record["任务"]) + 1)]
    task = record["任务"][0]
    assert [Decimal(task[name] or 0) / 10_000 for name in ("任务总额", "任务财政拨款", "任务其他资金")] == [
        value for _, value in sorted(first.items())[-3:]
    ]
    assert (record["总额合计"], record["财政拨款合计"], record["其他资金合计"]) == ("40000.00", "40000.00", "0.00")
    heads = [cell.row for cell in cells if cell.value == "指标值"]
    assert len(record["绩效指标"]) == len({cell.row for cell in cells if cell.row > heads[0]})
