"""Grids through the whole year: declared, drawn, filled, read however they come back, checked, marked, printed, exported, compared."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from docx import Document

from tests import office
from tests.command import Run
from tests.forms import gridded
from tests.oracle.selfcheck import texts
from tests.workflow.roster_samples import write_roster
from toolkit.forms import Form, lint_form, load_form
from toolkit.forms.drawing import drawing_mistakes
from toolkit.outputs.filled.workbook import FilledBook, fill_workbook
from toolkit.package.opc import open_package
from toolkit.reading.model import Declaration, Value
from toolkit.reading.read import read_grid
from toolkit.reading.sheet import read_sheets
from toolkit.sources.open import open_source
from toolkit.sources.text import read_text
from toolkit.spreadsheet.a1 import cell_name, parse_cell
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.spreadsheet.workbook import read_workbook

Cells = Mapping[tuple[int, int], Any]


@pytest.fixture
def form(tmp_path: Path) -> Form:
    gridded.word(tmp_path / "经费执行表.docx")
    return load_form(gridded.template(tmp_path / "经费执行表.xlsx"))


def filled(folder: Path, form: Form, changes: Mapping[str, Value] | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "甲.xlsx"
    path.write_bytes(fill_workbook(form, [gridded.declaration(form, changes)]))
    return path


RECORD = {
    **{"sheet": "项目1", "表样": "经费执行表", "年度": 2026, "课题": "智慧养老示范", "承办机构": "青溪区第一小学", "年份": 2026},
    "经费": {
        "总额": {"年初数": "1234567.89", "调整数": "1000000.00", "支出数": "955000.50", "支出率": "95.50", "得分": "9.55"},
        "本级": {"年初数": "1234567.89", "调整数": "900000.00", "支出数": "855000.50", "支出率": "95.00"},
        "转移支付": {"年初数": None, "调整数": "100000.00", "支出数": "100000.00", "支出率": "100.00"},
    },
    "人员": {"高级": {"男": 3, "女": 4, "合计": 7}, "中级": {"男": 2, "女": None, "合计": 2}},
    "结论": "经费使用合规，完成全部研究任务。",
}


def exported(run: Run, path: Path, form: Form) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = run("export", path, "--form", form.path, "--json").json
    return [{name: value for name, value in record.items() if name != "file"} for record in records]


def values_of(declaration: Declaration, form: Form) -> dict[str, Value]:
    return {field.name: declaration[field.name].value for field in form.fields if declaration[field.name].value is not None}


def test_the_drawing_is_as_declared(form: Form) -> None:
    money, people = form.grids
    assert [(h.part, h.text) for h in money.rows] == list(zip(gridded.ROWS, gridded.ROW_TEXTS, strict=True))
    assert [h.part for h in people.columns] == ["男", "女", "合计"]
    assert {name for name in form.by_name if name.endswith("得分")} == {"经费.总额.得分"}
    assert form.by_name["人员.中级.女"].area == "F14:G14"
    assert lint_form(form.path)[1] == ()
    assert drawing_mistakes(form.path, form) == ()


# What is changed in the template, and every mistake that is told of it.
WRONG: dict[str, tuple[tuple[str, str, object], list[tuple[str, str, str]]]] = {
    "列数": (("字段", "J6", "年初数、调整数、支出数、支出率"), [("字段", "A9", "方格没有名为“得分”的列"), ("执行表", "D7:H9", "方格“经费”画了 3 行 5 列，“字段”表写的是 3 行 4 列")]),
    "重名": (("字段", "I6", "总额、总额、转移支付"), [("字段", "I6", "方格行里的“总额”重复")]),
    "不合法": (("字段", "I6", "总额、2026年、转移支付"), [("字段", "I6", "方格行里的“2026年”不能作名称")]),
    "没有的行": (("字段", "A8", "经费.合计.*"), [("字段", "A8", "方格没有名为“合计”的行")]),
    "没有的格": (("字段", "H7", "得分*1"), [("字段", "H7", "“本级”没有“得分”这一格（类型是“无”）"), ("字段", "H7", "“转移支付”没有“得分”这一格（类型是“无”）")]),
    "没有的方格": (("审核规则", "C2", "方格行:经肥"), [("审核规则", "C2", "没有方格“经肥”")]),
    "没有的部分": (("审核规则", "C3", "方格列:经费(期初数)"), [("审核规则", "C3", "方格“经费”没有“期初数”")]),
    "写了字的空格": (("执行表", "H8", "5"), [("执行表", "H8", "方格“经费”没有这一格，却写着“5”")]),
    "同名的行": (("执行表", "B9", "其中：本级安排"), [("执行表", "B8", "方格“经费”有两个标题印的都是“其中：本级安排”")]),
    "没印的列": (("执行表", "F6", None), [("执行表", "F7", "方格的“支出数”没有印列名")]),
    "反例": (("审核规则", "H2", "支出数=5；调整数=6"), [("审核规则", "H2", "反例“经费.总额.支出数=5；经费.总额.调整数=6”没有被查出")]),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_with_a_grid_is_told_with_its_cell(case: str, form: Form) -> None:
    (sheet, cell, value), expected = WRONG[case]
    book = openpyxl.load_workbook(form.path)
    book[sheet][cell] = value
    book.save(form.path)
    found = [(mistake.sheet, mistake.cell, mistake.text) for mistake in lint_form(form.path)[1]]
    assert {(s, c) for s, c, _ in expected} <= {(s, c) for s, c, _ in found}, found
    for place in expected:
        assert any(each[:2] == place[:2] and each[2].startswith(place[2]) for each in found), found


def test_what_is_filled_comes_back_and_passes(tmp_path: Path, form: Form, run: Run) -> None:
    path = filled(tmp_path / "回收", form)
    assert exported(run, path, form) == [RECORD]
    checked = run("check", path, "--form", form.path, "--json").json
    assert (checked["findings"], checked["files"][0]["status"]) == ([], "passed")


def cells_of(form: Form, folder: Path) -> dict[tuple[int, int], Any]:
    """The cells of a filled form as another office's system prints them: without merges and formulas."""
    sheet = openpyxl.load_workbook(filled(folder, form))["项目1"]
    rows = sheet.iter_rows(max_col=8, max_row=16)
    cells = {(c.row, c.column): c.value for row in rows for c in row if c.value is not None and not str(c.value).startswith("=")}
    computed = {name: value for name, value in gridded.VALUES.items() if form.known[name].formula and value is not None}
    return cells | {parse_cell(form.by_name[name].cell): float(str(value)) for name, value in computed.items()}


def read_cells(cells: Cells, form: Form, folder: Path) -> Declaration:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "项目1"
    for (row, column), value in cells.items():
        sheet.cell(row, column, value)
    path = folder / "改.xlsx"
    book.save(path)
    (found,) = [d for grid in open_source(path, path.name).grids for d in read_sheets(grid, form, path.name)]
    return found


def swapped(cells: Cells, one: int, other: int, *, columns: bool = False) -> dict[tuple[int, int], Any]:
    """The grid of money with two of its lines changed, headings and all."""
    turn = {one: other, other: one}
    if columns:
        return {(row, turn.get(column, column) if 6 <= row <= 9 else column): value for (row, column), value in cells.items()}
    return {(turn.get(row, row), column): value for (row, column), value in cells.items()}


def turned(cells: Cells) -> dict[tuple[int, int], Any]:
    """The grid of money below the form, rows for columns."""
    return {
        (row, column) if not 6 <= row <= 9 else (18 + column, row - 4): value
        for (row, column), value in cells.items()
        if (row, column) != (6, 1)
    }


ARRANGED: dict[str, Callable[[Cells], Cells]] = {
    "没有合并": lambda cells: cells,
    "两行对调": lambda cells: swapped(cells, 8, 9),
    "三行轮换": lambda cells: swapped(swapped(cells, 8, 9), 7, 8),
    "两列对调": lambda cells: swapped(cells, 5, 6, columns=True),
    "移位": lambda cells: {(row + 2, column + 1): value for (row, column), value in cells.items()},
    "行列转置": turned,
    "夹了一列": lambda cells: {
        **{(row, column + (column > 5 and 6 <= row <= 9)): value for (row, column), value in cells.items()},
        **{(6, 6): "调整说明", (7, 6): "压减"},
    },
    "夹了一行": lambda cells: {
        **{(row + (row > 8), column): value for (row, column), value in cells.items()},
        **{(9, 2): "捐赠", (9, 4): 12},
    },
    "标题改写": lambda cells: {**cells, (9, 2): "上级转移支付资金", (6, 5): "调整后的预算"},
}


@pytest.mark.parametrize("case", ARRANGED)
def test_every_value_is_found_between_its_headings(case: str, form: Form, tmp_path: Path) -> None:
    found = read_cells(ARRANGED[case](cells_of(form, tmp_path / "回收")), form, tmp_path)
    expected = {name: value for name, value in gridded.VALUES.items() if value is not None}
    assert values_of(found, form) == expected
    assert [doubt.message for doubt in found.doubts] == []


# What is done to the sheet, the fields that are then not there, and what is told.
DAMAGED: dict[str, tuple[Callable[[Cells], Cells], set[str], list[tuple[str, str | None]]]] = {
    "删了一行": (
        lambda cells: {(row - (row > 9), column): value for (row, column), value in cells.items() if row != 9},
        {"经费.转移支付.调整数", "经费.转移支付.支出数", "经费.转移支付.支出率"},
        [("格式-缺项", None)],
    ),
    "抹了行名": (lambda cells: {place: value for place, value in cells.items() if place != (9, 2)}, set(), [("格式-标签不符", "B9")]),
    "对调又抹了行名": (
        lambda cells: {place: value for place, value in swapped(cells, 8, 9).items() if place != (8, 2)},
        {"经费.转移支付.调整数", "经费.转移支付.支出数", "经费.转移支付.支出率"},
        [("格式-缺项", None), ("格式-未读懂", "E8")],
    ),
    "不该有的格": (lambda cells: {**cells, (8, 8): 5}, set(), [("格式-未读懂", "H8")]),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_what_cannot_be_located_is_told_and_never_guessed(case: str, form: Form, tmp_path: Path) -> None:
    damage, gone, told = DAMAGED[case]
    found = read_cells(damage(cells_of(form, tmp_path / "回收")), form, tmp_path)
    expected = {name: value for name, value in gridded.VALUES.items() if value is not None and name not in gone}
    assert values_of(found, form) == expected
    assert [(doubt.rule, doubt.cell) for doubt in found.doubts] == told


def test_any_order_of_rows_and_columns_reads_the_same(form: Form, tmp_path: Path) -> None:
    cells = cells_of(form, tmp_path / "回收")
    for seed in range(25):
        chance = random.Random(seed)
        rows, columns = chance.sample((7, 8, 9), 3), chance.sample((4, 5, 6, 7, 8), 5)
        to_row, to_column = dict(zip((7, 8, 9), rows, strict=True)), dict(zip((4, 5, 6, 7, 8), columns, strict=True))
        moved = {(to_row.get(r, r), to_column.get(c, c) if 6 <= r <= 9 else c): value for (r, c), value in cells.items()}
        found = read_cells(moved, form, tmp_path)
        assert values_of(found, form) == {name: value for name, value in gridded.VALUES.items() if value is not None}, seed


def lines_of(run: Run, form: Form, folder: Path) -> list[str]:
    assert run("merge", filled(folder / "回收", form), "--form", form.path, "-o", folder / "汇总").code == 0
    document = Document(str(next((folder / "汇总").glob("*.docx"))))
    return ["课题经费执行情况表", *("\t".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows)]


def test_texts_are_read_line_by_line(form: Form, tmp_path: Path, run: Run) -> None:
    lines = lines_of(run, form, tmp_path)
    other = next(number for number, line in enumerate(lines) if line.startswith("其中"))
    exchanged = [*lines[:other], lines[other + 1], lines[other], *lines[other + 2 :]]
    expected = {name: value for name, value in gridded.VALUES.items() if value is not None}
    piped = ["| " + line.replace("\t", " | ") + " |" for line in lines]
    for written in (lines, exchanged, piped):
        (found,) = (d for grid in read_text("\n".join(written).encode(), "甲.txt") for d in read_grid(grid, [form], "甲.txt"))
        assert (values_of(found, form), found.doubts) == (expected, ())


def test_a_line_of_a_text_that_lost_its_blanks_is_told(form: Form, tmp_path: Path, run: Run) -> None:
    lines = ["   ".join(filter(None, line.split("\t"))) for line in lines_of(run, form, tmp_path)]
    (found,) = (d for grid in read_text("\n".join(lines).encode(), "甲.txt") for d in read_grid(grid, [form], "甲.txt"))
    gone = ("经费.转移支付.", "人员.中级.")
    expected = {name: value for name, value in gridded.VALUES.items() if value is not None and not name.startswith(gone)}
    assert values_of(found, form) == expected
    assert [text for _, text in found.unread] == ["上级转移支付 100,000.00 100,000.00 100 —", "中级职称 2 2"]


MISTAKES: dict[str, tuple[dict[str, Value], list[tuple[str, str]]]] = {
    "一行里": (
        {"经费.本级.支出数": Decimal("900001"), "经费.总额.支出数": Decimal("1000001")},
        [("支出-不超", "F7"), ("支出-不超", "F8"), ("得分-比例", "H7")],
    ),
    "一列里": ({"经费.本级.年初数": Decimal("1234567.88")}, [("来源-合计", "D7")]),
    "缺必填": ({"经费.总额.年初数": None}, [("必填-经费.总额.年初数", "D7"), ("来源-合计", "D7")]),
    "不是数": ({"人员.高级.男": Decimal("2.5")}, [("格式-数字", "D13"), ("格式-错误值", "H13")]),
}


def marks_of(path: Path) -> list[tuple[str, str]]:
    """The 编号 and place of each line of a recalculated 自检 that is ✘."""
    with open_package(path, path.name) as package:
        cells = texts(read_workbook(package), "自检")
    head = next(row for (row, _), text in cells.items() if text == "编号")
    columns = {str(cells.get((head, column))): column for column in range(1, 20)}
    lines = [row for row, column in cells if column == columns["编号"] and row > head]
    assert {cells[row, columns["结果"]] for row in lines} <= {"✔", "✘", "不适用"}
    return sorted(
        (str(cells[row, columns["编号"]]), str(cells[row, columns["位置"]])) for row in lines if cells[row, columns["结果"]] == "✘"
    )


@pytest.mark.parametrize("case", MISTAKES)
def test_each_mistake_is_found_at_its_cell(case: str, tmp_path: Path, form: Form, run: Run) -> None:
    changes, expected = MISTAKES[case]
    path = filled(tmp_path / "回收", form, changes)
    found = run("check", path, "--form", form.path, "--json").json["findings"]
    assert sorted((f["rule"], f["cell"]) for f in found) == sorted(expected)
    assert run("annotate", path, "--form", form.path, "-o", tmp_path / "退改").code == 3
    marked = openpyxl.load_workbook(next((tmp_path / "退改").glob("*.xlsx")))["项目1"]
    assert all(marked[cell].comment is not None for _, cell in expected)


@pytest.mark.office
def test_the_live_list_says_the_same(tmp_path: Path, form: Form) -> None:
    """Save of a cell that is no number: the list says it of all cells together."""
    paths = []
    cases = {case: each for case, each in MISTAKES.items() if case != "不是数"}
    for case, (changes, _) in cases.items():
        book = FilledBook(form, [gridded.declaration(form)])
        book.add_self_checks()
        for name, value in changes.items():
            row, column = parse_cell(form.by_name[name].cell)
            book.projects[0].patch.put(row, column, CellContent(None if value is None else Decimal(str(value))))
        paths.append(tmp_path / f"{case}.xlsx")
        paths[-1].write_bytes(book.to_bytes())
    found = [marks_of(path) for path in office.convert_all(paths, "xlsx", tmp_path / "算")]
    assert found == [sorted(expected) for _, expected in cases.values()]


def test_a_message_says_which_row_it_is_about(tmp_path: Path, form: Form, run: Run) -> None:
    path = filled(tmp_path / "回收", form, {"经费.本级.支出数": Decimal("900001"), "经费.转移支付.支出数": Decimal("54999.5")})
    (finding,) = run("check", path, "--form", form.path, "--json").json["findings"]
    assert (finding["field"], finding["message"]) == ("经费.本级.支出数", "本级：支出 900,001.00 大于预算 900,000.00。")


def test_every_output_has_the_cells(tmp_path: Path, form: Form, run: Run) -> None:
    path = filled(tmp_path / "回收", form)
    assert run("merge", path, "--form", form.path, "-o", tmp_path / "汇总").code == 0
    word = next((tmp_path / "汇总").glob("*.docx"))
    lines = [[cell.text for cell in row.cells] for row in Document(str(word)).tables[1].rows]
    assert lines == [
        ["", *gridded.COLUMN_TEXTS],
        ["经费总额", "1,234,567.89", "1,000,000.00", "955,000.50", "95.5", "9.55"],
        ["其中：本级安排", "1,234,567.89", "900,000.00", "855,000.50", "95", "—"],
        ["上级转移支付", "", "100,000.00", "100,000.00", "100", "—"],
    ]
    assert exported(run, word, form) == [{**RECORD, "sheet": None}]
    overview = openpyxl.load_workbook(tmp_path / "汇总" / "总表.xlsx", data_only=True)
    assert "总额·年初数" in {cell.value for row in overview["项目明细"].iter_rows() for cell in row}
    for name in ("数据.xlsx", "数据.csv", "数据.json"):
        assert run("export", path, "--form", form.path, "-o", tmp_path / name).code == 0
    sheet = openpyxl.load_workbook(tmp_path / "数据.xlsx")["项目"]
    flat = dict(zip(*(row for row in sheet.iter_rows(values_only=True)), strict=True))
    assert (flat["经费.总额.年初数"], flat["经费.转移支付.年初数"], flat["人员.高级.合计"]) == (1234567.89, None, 7)
    assert "经费.本级.支出率" in (tmp_path / "数据.csv").read_text(encoding="utf-8-sig")
    assert json.loads((tmp_path / "数据.json").read_text(encoding="utf-8"))[0]["经费"] == RECORD["经费"]


def test_two_years_are_compared_cell_by_cell(tmp_path: Path, form: Form, run: Run) -> None:
    before = filled(tmp_path / "去年", form)
    after = filled(tmp_path / "今年", form, {"经费.总额.年初数": Decimal("1300000"), "经费.本级.年初数": Decimal("1300000")})
    compared = run("diff", before, after, "--form", form.path, "--json").json
    (project,) = compared["units"][0]["projects"]
    assert [(each["field"], each["before"], each["after"]) for each in project["fields"]] == [
        ("经费.总额.年初数", "1234567.89", "1300000.00"),
        ("经费.本级.年初数", "1234567.89", "1300000.00"),
    ]


def test_amounts_are_in_the_forms_unit(tmp_path: Path, run: Run) -> None:
    form = load_form(gridded.template(tmp_path / "经费执行表.xlsx", {"金额单位": "万元", "金额小数位": 6}))
    path = filled(tmp_path / "回收", form)
    assert openpyxl.load_workbook(path)["项目1"]["D7"].value == 123.456789
    assert exported(run, path, form) == [RECORD]


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xls", "ods", "html", "pdf"])
def test_other_kinds_of_file_read_the_same(kind: str, tmp_path: Path, form: Form, run: Run) -> None:
    (path,) = office.convert_all([filled(tmp_path / "回收", form)], kind, tmp_path / "另存")
    (record,) = exported(run, path, form)
    assert {**record, "sheet": "项目1"} == RECORD


def rows_below(form: Form) -> Sequence[str]:
    return [cell_name(heading.row, heading.column) for grid in form.grids for heading in grid.rows]


def test_the_headings_are_labels_that_stay_locked(form: Form) -> None:
    assert set(rows_below(form)) <= {label.cell for label in form.labels}


def test_a_blank_issued_form_is_not_filled(tmp_path: Path, form: Form, run: Run) -> None:
    """Sums of blank cells come to 0: that is nothing a unit filled in."""
    names = write_roster(tmp_path / "名单.xlsx", [{"单位": "青溪区第一小学"}], [{"单位": "青溪区第一小学", "项目名称": "智慧养老示范"}])
    assert run("issue", names, "--form", form.path, "--year", "2026", "-o", tmp_path / "下发").code == 0
    sheet = openpyxl.load_workbook(next((tmp_path / "下发").glob("*.xlsx")))["项目1"]
    assert str(sheet["H13"].value).startswith("=N(")
    assert sheet["H13"].protection.locked
    assert (sheet["H8"].value, sheet["D13"].protection.locked) == ("—", False)
    assert run("check", tmp_path / "下发", "--form", form.path, "--json").json["files"][0]["status"] == "not_filled"
