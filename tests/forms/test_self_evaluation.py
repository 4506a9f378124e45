"""The shipped form 项目支出绩效自评表: its example, its rules, its way through all commands, and how other offices draw it."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from tests import office
from tests.command import Run
from tests.drawings.otherforms import other_form
from tests.forms.test_grids import marks_of
from tests.forms.typed import as_three_write_it
from tests.shipped import declaration as plan
from tests.shipped import entry, shipped_form
from tests.workflow.roster_samples import write_roster
from toolkit.forms import Form, lint_form, load_form
from toolkit.forms.drawing import drawing_mistakes
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.reading.model import Declaration, Row, Value
from toolkit.reading.sheet import read_sheets
from toolkit.resources import examples_dir, templates_dir
from toolkit.sources.open import open_source
from toolkit.spreadsheet.a1 import parse_cell
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.values.text import squeeze

TEMPLATE = templates_dir() / "项目支出绩效自评表.xlsx"
EXAMPLE = examples_dir() / "自评表" / "青溪区公路养护中心.xlsx"


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(TEMPLATE)


def read(path: Path, form: Form) -> Declaration:
    (found,) = [d for grid in open_source(path, path.name).grids for d in read_sheets(grid, form, path.name)]
    return found


def changed(declaration: Declaration, changes: Mapping[tuple[int, str] | str, Value]) -> Declaration:
    """The declaration with other values: of a field by its name, of a row by its number from 1 and the column."""
    entries, rows = dict(declaration.entries), [dict(row.entries) for row in declaration.rows]
    for place, value in changes.items():
        own, name = (entries, place) if isinstance(place, str) else (rows[place[0] - 1], place[1])
        own[name] = entry(value)
    return replace(declaration, entries=entries, rows=tuple(Row(row.row, own) for row, own in zip(declaration.rows, rows, strict=True)))


def records(run: Run, *paths: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = run("export", *paths, "--json").json
    return found


def test_the_template_is_sound_and_every_rule_is_tried(form: Form) -> None:
    assert lint_form(TEMPLATE)[1] == ()
    assert drawing_mistakes(TEMPLATE, form) == ()
    assert {rule.id for rule in form.rules if rule.row and not (rule.holds and rule.breaks)} == set()


def test_the_example_passes_and_says_what_it_shows(form: Form, run: Run) -> None:
    checked = run("check", EXAMPLE, "--json").json
    assert (checked["findings"], checked["unread"], checked["files"][0]["status"]) == ([], [], "passed")
    (record,) = records(run, EXAMPLE)
    assert (record["表样"], record["年度"], record["自评总分"]) == ("项目支出绩效自评表", 2025, "96.55")
    assert record["资金"]["年度资金总额"] == {
        **{"年初预算数": "860000.00", "全年预算数": "900000.00", "全年执行数": "859500.00"},
        **{"分值": "10.00", "执行率": "95.50", "得分": "9.55"},
    }
    assert record["资金"]["其他资金"] == dict.fromkeys(("年初预算数", "全年预算数", "全年执行数", "执行率"))
    assert record["绩效指标"][2] == {
        **{"一级指标": "产出指标", "二级指标": "时效指标", "三级指标": "水毁路段修复天数", "年度指标值": "≤30天", "实际完成值": "45天"},
        **{"年度指标值.符号": "≤", "年度指标值.数值": "30", "年度指标值.计量单位": "天"},
        **{"分值": "10.00", "得分": "7.00", "偏差原因及改进措施": "汛期连续降雨，材料运不进；已在两个乡镇预存材料。"},
    }


MISTAKES: dict[str, tuple[dict[tuple[int, str] | str, Value], list[tuple[str, str]]]] = {
    "一列合计不符": ({"资金.当年财政拨款.全年执行数": Decimal("799400")}, [("资金-合计", "F6")]),
    "执行多于预算": (
        {"资金.上年结转资金.全年执行数": Decimal("60001"), "资金.年度资金总额.全年执行数": Decimal("859501")},
        [("资金-超预算", "F8")],
    ),
    "得分不按执行率": ({"资金.年度资金总额.得分": Decimal("10")}, [("资金-得分", "I6")]),
    "得分超过分值": ({"资金.年度资金总额.得分": Decimal("11")}, [("资金-得分", "I6"), ("资金-得分范围", "I6")]),
    "分值不足": ({(1, "分值"): Decimal("19"), (1, "得分"): Decimal("19")}, [("分值-合计", "G18")]),
    "未达标没有原因": ({(3, "偏差原因及改进措施"): None}, [("原因-未达标", "I20")]),
    "等于的没有做到": (
        {(1, "实际完成值"): "300公里"},
        [("原因-未达标", "I18"), ("得分-比例", "H18")],
    ),
    "扣分没有原因": ({(5, "得分"): Decimal("18")}, [("原因-扣分", "I22")]),
    "未达标给满分": (
        {(2, "实际完成值"): "81%", (2, "偏差原因及改进措施"): "一段路面沉陷，明年列入大修。"},
        [("得分-比例", "H19")],
    ),
    "照抄目标": ({"实际完成情况": "修路。", "预期目标": "修路。"}, [("目标-照抄", "F11")]),
    "没有完成值": ({(4, "实际完成值"): None}, [("必填-实际完成值", "F21")]),
    "完成值不是数": ({(6, "实际完成值"): "群众满意"}, [("完成-不是数", "F23")]),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_each_mistake_is_found_at_its_cell_and_nothing_else(case: str, form: Form, tmp_path: Path, run: Run) -> None:
    changes, expected = MISTAKES[case]
    path = tmp_path / "甲.xlsx"
    path.write_bytes(fill_workbook(form, [changed(read(EXAMPLE, form), changes)]))
    found = run("check", path, "--json").json["findings"]
    assert sorted((f["rule"], f["cell"]) for f in found) == sorted(expected)


@pytest.mark.office
def test_the_live_list_says_the_same(form: Form, tmp_path: Path) -> None:
    paths, base = [], read(EXAMPLE, form)
    assert form.table is not None
    columns = {column.name: column.index for column in form.table.columns}
    for case, (changes, _) in MISTAKES.items():
        book = FilledBook(form, [base])
        book.add_self_checks()
        for place, value in changes.items():
            at = (
                parse_cell(form.by_name[place].cell) if isinstance(place, str) else (form.table.first_row + place[0] - 1, columns[place[1]])
            )
            book.projects[0].patch.put(*at, CellContent(value))
        paths.append(tmp_path / f"{case}.xlsx")
        paths[-1].write_bytes(book.to_bytes())
    found = [{rule for rule, _ in marks_of(path)} for path in office.convert_all(paths, "xlsx", tmp_path / "算")]
    assert found == [{rule for rule, _ in expected} for _, expected in MISTAKES.values()]


@pytest.mark.office
def test_what_is_printed_reads_back(form: Form, tmp_path: Path, run: Run) -> None:
    """Word and its PDF, and the workbook as PDF and .ods."""
    (record,) = records(run, EXAMPLE)
    assert run("merge", EXAMPLE, "-o", tmp_path / "汇总").code == 0
    word = tmp_path / "汇总" / "青溪区公路养护中心2025年度项目支出绩效自评表.docx"
    copies = [word, *office.convert_all([word], "pdf", tmp_path / "印")]
    copies += [office.convert_all([EXAMPLE], kind, tmp_path / kind)[0] for kind in ("pdf", "ods")]
    for copy in copies:
        (found,) = records(run, copy)
        assert {**found, "file": None, "sheet": None} == {**record, "file": None, "sheet": None}, copy


def test_a_total_that_a_text_does_not_print_is_worked_out(tmp_path: Path, run: Run) -> None:
    run("merge", EXAMPLE, "-o", tmp_path / "汇总")
    (document,) = (tmp_path / "汇总").glob("*.docx")
    lines = ["项目支出绩效自评表", "（2025年度）"]
    for table in Document(str(document)).tables:
        for row in table.rows:
            texts = [next(same).text.replace("\n", "") for _, same in groupby(row.cells, key=lambda cell: cell._tc)]
            lines.append("\t".join(texts))
    text = tmp_path / "甲.txt"
    totals = [line for line in lines if line.startswith("总分")]
    text.write_text("\n".join(line for line in lines if line not in totals), encoding="utf-8")
    (record,) = records(run, text)
    assert (len(totals), record["自评总分"]) == (1, "96.55")
    assert not {"计算-自评总分"} & {f["rule"] for f in run("check", text, "--json").json["findings"]}


def test_it_is_told_from_the_plan_it_evaluates(form: Form, tmp_path: Path, run: Run) -> None:
    (tmp_path / "自评.xlsx").write_bytes(EXAMPLE.read_bytes())
    (tmp_path / "申报.xlsx").write_bytes(fill_workbook(shipped_form(), [plan()]))
    found = {Path(record["file"]).stem: record["表样"] for record in records(run, tmp_path)}
    assert found == {"自评": "项目支出绩效自评表", "申报": "绩效目标申报表"}


def test_the_plan_is_issued_unless_the_evaluation_is_named(tmp_path: Path, run: Run) -> None:
    names = write_roster(tmp_path / "名单.xlsx", [{"单位": "青溪区第一小学"}], [{"单位": "青溪区第一小学", "项目名称": "食堂改造"}])
    for option, sheet in (((), "申报表"), (("--form", "项目支出绩效自评表"), "自评表")):
        output = tmp_path / sheet
        assert run("issue", names, *option, "--year", "2025", "-o", output).code == 0
        checked = run("check", output, "--json").json
        assert checked["files"][0]["status"] == "not_filled"
        (issued,) = output.glob("*.xlsx")
        assert (
            openpyxl.load_workbook(issued)["项目1"]["A1"].value
            == load_form(TEMPLATE if option else templates_dir() / "绩效目标申报表.xlsx").title
        )


def test_rows_of_money_in_another_order_are_read_by_their_names(form: Form, tmp_path: Path) -> None:
    expected = {name: each.value for name, each in read(EXAMPLE, form).entries.items()}
    for seed in range(6):
        book = openpyxl.load_workbook(EXAMPLE)
        sheet = book["项目1"]
        order = random.Random(seed).sample((6, 7, 8, 9), 4)
        lines = {row: {c: sheet.cell(row, c).value for c in (2, 4, 5, 6, 7, 8, 9)} for row in (6, 7, 8, 9)}
        for row, source in zip((6, 7, 8, 9), order, strict=True):
            for column, value in lines[source].items():
                sheet.cell(row, column).value = value if not str(value).startswith("=") else None
        path = tmp_path / f"{seed}.xlsx"
        book.save(path)
        found = read(path, form)
        assert {name: each.value for name, each in found.entries.items()} == expected, order


@pytest.mark.parametrize("seed", range(5))
def test_as_other_offices_draw_it(seed: int, form: Form, tmp_path: Path, run: Run) -> None:
    """Twelve columns, 万元, a percent sign in the rate, marks printed in every row: the same from merged, plain and HTML sheets."""
    drawing = other_form("自评表", seed)
    told = as_three_write_it(drawing, run, tmp_path, "预期目标")
    texts = {squeeze(str(cell.value)) for cell in drawing.sheets[0].cells}
    assert told[0] == told[1] == told[2]
    assert {squeeze(told[0][name]) for name in ("项目名称", "实施单位", "主管部门", "预期目标")} <= texts
    for row in told[0]["资金"].values():
        for column in ("年初预算数", "全年预算数", "全年执行数"):
            printed = None if row[column] is None else Decimal(row[column]) / 10_000
            assert printed is None or printed in {Decimal(str(text).replace(",", "")) for text in texts if _is_number(text)}
    assert [row["分值"] for row in told[0]["绩效指标"]] == ["10.00"] * len(told[0]["绩效指标"])
    assert json.dumps(told[0], ensure_ascii=False).count("各项任务均已完成") == 1


def _is_number(text: object) -> bool:
    return str(text).replace(",", "").replace(".", "", 1).isdigit()


def test_a_return_on_the_form_as_it_is_lacks_no_names(run: Run) -> None:
    checked = run("check", EXAMPLE)
    assert (checked.code, "不在现行表样上" in checked.out + checked.err) == (0, False)
