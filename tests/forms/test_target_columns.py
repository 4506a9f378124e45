"""Targets by column and in one cell, through the whole way: linted, issued, self-checked, read by labels, checked, merged, exported, compared."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.command import Run
from tests.forms import three_targets as county
from tests.office import convert
from tests.oracle.selfcheck import failing_rules
from toolkit.forms import Form, lint_form, load_form
from toolkit.outputs.filled.workbook import fill_workbook


@pytest.fixture
def form(run: Run) -> Form:
    county.word(Path("县级绩效表.docx"))
    return load_form(county.template(Path("县级绩效表.xlsx")))


def returned(form: Form, *changes: tuple[int, str, object], name: str = "回收/甲.xlsx") -> Path:
    """A filled workbook with `changes` made to it as a unit would: row (from 1), column's 字段名, value."""
    path = Path(name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(fill_workbook(form, [county.declaration(form)]))
    if changes:
        book = openpyxl.load_workbook(path)
        for row, column, value in changes:
            letter = next(letter for column_name, *_, letter in county.COLUMNS if column_name == column)
            book["项目1"][f"{letter}{county.FIRST + row - 1}"] = value
        book.save(path)
    return path


def texts(row: dict[str, object]) -> tuple[object, ...]:
    return tuple(row[name] for name in ("上年实际值", "本年目标值", "远期值", "远期值.符号", "远期值.数值", "远期值.计量单位"))


EXPECTED = [
    ("=1200.00(人)", "≥1300.00(人)", "≥1500人", "≥", "1500", "人"),
    ("≤7.00(天)", "≤7.00(天)", "≤5.50（天）", "≤", "5.5", "天"),
    ("=88.50(%)", "≥90.00(%)", "≥95%", "≥", "95", "%"),
    ("较好", "好", "很好", "定性", "很好", None),
]


def test_lint_and_records(run: Run, form: Form) -> None:
    assert lint_form(form.path)[1] == ()
    returned(form)
    (record,) = run("export", "回收", "--form", form.path, "--json").json
    assert [texts(row) for row in record["绩效指标"]] == EXPECTED
    first = record["绩效指标"][0]
    assert list(first)[:10] == [name for name, *_ in county.COLUMNS]
    assert {name: first[name] for name in first if name.startswith("本年目标值")} == {
        **{"本年目标值.符号": "≥", "本年目标值.数值": "1300", "本年目标值.计量单位": "人"},
        "本年目标值": "≥1300.00(人)",
    }
    assert run("export", "回收", "--form", form.path, "-o", "数据.csv").code == 0
    assert Path("数据.csv").read_text("utf-8-sig").splitlines()[0].split(",")[-13:] == list(first)[-13:]


def found(run: Run, form: Form) -> list[tuple[str, str | None, str | None]]:
    return [(f["rule"], f["cell"], f["field"]) for f in run("check", "回收", "--form", form.path, "--json").json["findings"]]


def test_rules_reach_the_parts(run: Run, form: Form) -> None:
    returned(form, (1, "今年数", 1100), (2, "远期值", "≤5小时"), (3, "远期值", "≤95%"))
    assert found(run, form) == [
        ("目标-不低于上年", "G6", "今年数"),
        ("目标-远期单位", "I7", "远期值"),
        ("目标-远期方向", "I8", "远期值"),
        ("目标-远期合计", "I6", "远期值"),
    ]


def test_other_spellings_are_repairs_and_what_cannot_be_read_is_told(run: Run, form: Form) -> None:
    returned(
        form, (1, "远期值", "不少于1500人"), (2, "远期值", "≤3-5天"), (3, "远期值", "95%以上"), (1, "今年符", ">="), (2, "今年数", "≤7天")
    )
    result = run("check", "回收", "--form", form.path, "--json").json
    told = [f for f in result["findings"] if f["family"] == "repair" or f["rule"].startswith("写法")]
    assert sorted((f["rule"], f["cell"], f["field"], f["value"], f["expected"]) for f in told) == [
        ("修复-指标值", "F6", "今年符", ">=", "≥"),
        ("修复-指标值", "G7", "今年数", "≤7天", "7"),
        ("修复-指标值", "I6", "远期值", "不少于1500人", "≥1500人"),
        ("修复-指标值", "I8", "远期值", "95%以上", "≥95%"),
        ("写法-远期值", "I7", "远期值", "≤3-5天", None),
    ]
    assert run("tidy", "回收", "--form", form.path, "-o", "整理").code == 0
    sheet = openpyxl.load_workbook("整理/甲.xlsx")["项目1"]
    assert [sheet[cell].value for cell in ("I6", "I8", "F6", "G7", "I7")] == ["≥1500人", "≥95%", "≥", "7", "≤3-5天"]


@pytest.mark.office
def test_the_self_check_says_the_same(run: Run, form: Form) -> None:
    cases = {
        "甲": (),
        "乙": ((1, "今年数", 1100), (2, "远期值", "≤5小时"), (3, "远期值", "≤95%")),
        "丙": ((1, "远期值", "不少于1500人"), (3, "远期值", "≥95.5（%）")),
        "丁": ((1, "远期值", "≥1500.5人"), (4, "远期值", None), (2, "远期值", "≤3-5天")),
    }
    said = {}
    for name, changes in cases.items():
        path = convert(returned(form, *changes, name=f"回收/{name}.xlsx"), "xlsx", "重算")
        said[name] = sorted(failing_rules(path))
    assert said == {
        "甲": ["目标-远期合计"],
        "乙": ["目标-不低于上年", "目标-远期单位", "目标-远期合计", "目标-远期方向"],
        "丙": ["写法-远期值"],
        "丁": ["写法-远期值", "目标-远期合计"],
    }


def test_word_and_its_way_back(run: Run, form: Form) -> None:
    returned(form)
    done = run("merge", "回收", "--form", form.path, "-o", "汇总", "--draft")
    assert done.code == 0, done.err
    (document,) = Path("汇总").glob("*.docx")
    assert [[cell.text for cell in row.cells][2:] for row in Document(str(document)).tables[-1].rows][1:] == [
        [*texts[:3], share] for texts, share in zip(EXPECTED, ("", "", "25.6%", ""), strict=True)
    ]
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook("汇总/总表.xlsx")["指标明细"].iter_rows(min_row=3)]
    assert rows[0][3:] == [
        *(name for name, *_ in county.COLUMNS),
        "上年实际值",
        "本年目标值",
        "远期值.符号",
        "远期值.数值",
        "远期值.计量单位",
    ]
    assert rows[3][3:] == ["效益", "重点人群覆盖率", "=", 88.5, "%", "≥", 90, "%", "≥95%", 0.256, "=88.50(%)", "≥90.00(%)", "≥", 95, "%"]
    shutil.copy(document, "印发.docx")
    (record,) = run("export", "印发.docx", "--form", form.path, "--json").json
    assert [texts(row) for row in record["绩效指标"]] == EXPECTED


def test_text_of_another_office_is_read(run: Run, form: Form) -> None:
    lines = [
        *("县级项目绩效目标表", "事项名称  健康体检  填表单位  甲县卫生健康局", "年度  2026"),
        "维度  指标内容  上年实际值  本年目标值  远期值",
        "产出  体检人数  =1200(人)  ≥1300(人)  ≥1500人",
        "      报告出具天数  ≤7(天)  ≤7(天)  不超过5.5天",
        "效益  重点人群覆盖率  =88.5(%)  ≥90(%)  ≥95%",
    ]
    Path("印发.txt").write_text("\n".join(lines), encoding="utf-8")
    (record,) = run("export", "印发.txt", "--form", form.path, "--json").json
    expected = [*EXPECTED[:1], (*EXPECTED[1][:2], "≤5.5天", *EXPECTED[1][3:]), EXPECTED[2]]
    assert [texts(row) for row in record["绩效指标"]] == expected


def test_a_sheet_drawn_otherwise_is_read_by_its_labels(run: Run, form: Form) -> None:
    """This year before last year, each target in one cell; the aim in front."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = "县级项目绩效目标表"
    for row in (
        ("填表单位", "甲县卫生健康局", "事项名称", "健康体检"),
        ("年度", 2026),
        ("维度", "指标内容", "远期值", "本年目标值", "上年实际值"),
    ):
        sheet.append(row)
    for level, line in zip(("产出", None, "效益", "满意度"), county.LINES, strict=True):
        _, name, s1, n1, u1, s2, n2, u2, aim, _ = line
        sheet.append((level, name, aim, f"{s2}{n2}{u2 or ''}".removeprefix("定性"), f"{s1}{n1}({u1})" if u1 else n1))
    sheet.merge_cells("A5:A6")
    for cell in sheet["E"]:
        cell.data_type = "s" if cell.data_type == "f" else cell.data_type
    Path("回收").mkdir()
    book.save("回收/乙.xlsx")
    (record,) = run("export", "回收", "--form", form.path, "--json").json
    assert [texts(row) for row in record["绩效指标"]] == EXPECTED


def test_differences_name_the_target(run: Run, form: Form) -> None:
    returned(form, name="去年/甲.xlsx")
    returned(form, (1, "今年数", 1400), (3, "远期值", "≥95.00%"), (2, "远期值", "≤5天"), name="今年/甲.xlsx")
    done = run("diff", "去年", "今年", "--form", form.path, "--json")
    changed = [
        (row["after"]["指标"], [name for name in row["after"] if row["before"][name] != row["after"][name]])
        for unit in done.json["units"]
        for project in unit["projects"]
        for row in project["indicators"]
        if row["before"] and row["after"]
    ]
    assert [name for name, _ in changed] == ["体检人数", "报告出具天数"]
