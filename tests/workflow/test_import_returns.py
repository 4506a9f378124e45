"""Returns that are not on the current template, moved into it: `check` names them, `import` moves them and says what became of each value."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from tests.command import UNIT, Run, put
from tests.office import convert
from tests.reading.test_old_drawing import old_return
from tests.shipped import HEAD, ROWS, at
from toolkit.workflow.imports import LOG_NAME

# As another office draws it: labels in other places and words, rows with columns between, a note, a line nobody understands.
OTHER_DRAWING = (
    ("项目支出绩效目标申报表（2025年度）",),
    ("项目名称", HEAD["项目名称"], None, "项目类别", HEAD["项目类别"], "项目性质", HEAD["项目性质"]),
    ("主管部门", HEAD["主管部门"], None, "实施单位", HEAD["实施单位"]),
    ("计划开始日期", "2025-01-01", None, "计划完成日期", "2025-12-31"),
    ("年度资金申请总额", 1200000, "当年财政拨款", 1000000, "上年结转资金", 150000.5, "年度其他资金", 49999.5),
    ("年度总体目标", HEAD["年度总体目标"]),
    ("序号", "一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位", "备注"),
    *((number, *row[:4], float(row[4] or 0), row[5], None) for number, row in enumerate(ROWS, start=1)),
)


def drawn_elsewhere(name: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in OTHER_DRAWING:
        sheet.append(row)
    sheet["C8"].comment = Comment("按审计意见改过", "张三")
    Path(name).parent.mkdir(exist_ok=True)
    book.save(name)


def renamed(source: Path, name: str) -> None:
    """The workbook as a web office leaves it: the same cells, no name left."""
    book = openpyxl.load_workbook(source)
    for sheet in book:
        for each in [name for name in sheet.defined_names if not name.startswith("_xlnm")]:
            del sheet.defined_names[each]
    book.save(name)


def returns() -> None:
    put("回收/现行.xlsx", {"实施单位": "青溪区第一中学"})
    Path("回收/旧版.xlsx").write_bytes(old_return(**UNIT))
    drawn_elsewhere("回收/别处.xlsx")
    renamed(put("网页.xlsx", {"实施单位": "青溪区第三小学"}), "回收/网页.xlsx")


WHY = {
    "回收/别处.xlsx": "版面与现行表样不同",
    "回收/旧版.xlsx": "旧版表样（2024.1 版）",
    "回收/网页.xlsx": "表样的名称已丢失或损坏（多半是用别的软件另存过）",
}


def test_the_report_says_which_returns_are_not_on_the_template(run: Run) -> None:
    returns()
    done = run("check", "回收", "-o", "结果")
    told = "、".join(f"{file}（{why}）" for file, why in WHY.items())
    assert f"不在现行表样上 3 份：{told}。可用 jixiao import 转入。" in done.out.splitlines()
    again = run("check", "回收", "-o", "结果", "--force", "--json")
    assert {each["file"]: each["reasons"] for each in again.json["outdated"]} == {file: [why] for file, why in WHY.items()}
    sheet = openpyxl.load_workbook("结果/审核报告.xlsx")["要转入现行表样"]
    assert list(sheet.values)[1:] == [
        ("回收/别处.xlsx", "青溪区第一小学", WHY["回收/别处.xlsx"]),
        ("回收/旧版.xlsx", "青溪区第二小学", WHY["回收/旧版.xlsx"]),
        ("回收/网页.xlsx", "青溪区第三小学", WHY["回收/网页.xlsx"]),
    ]
    assert "版面与现行表样不同" in Path("结果/审核报告.html").read_text(encoding="utf-8")


def test_they_move_into_the_template_and_every_move_is_on_record(run: Run) -> None:
    returns()
    done = run("import", "回收", "-o", "规范", "--json")
    assert done.code == 0 and done.json["log"] == "规范/转入记录.xlsx"
    units = ("青溪区第一中学", "青溪区第一小学", "青溪区第二小学", "青溪区第三小学")
    assert {path.name for path in Path("规范").iterdir()} == {LOG_NAME, *(f"{unit}.xlsx" for unit in units)}
    before, after = run("export", "回收").json, run("export", "规范").json

    def content(records: list[dict[str, object]]) -> list[dict[str, object]]:
        told = [{name: value for name, value in each.items() if name not in ("file", "sheet")} for each in records]
        return sorted(told, key=lambda each: (str(each["实施单位"]), str(each["项目名称"]), str(each["项目资金总额"])))

    assert content(after) == content(before)
    assert "outdated" not in run("check", "规范", "--json").json

    moved = [(m["file"], m["cell"], m["field"], m["text"], m["to"], m["to_cell"]) for m in done.json["moved"]]
    assert ("回收/别处.xlsx", "B5", "年度资金申请总额", "1200000", "青溪区第一小学.xlsx", at("年度资金申请总额")) in moved
    row = ("绩效指标第 1 行", "成本指标 经济成本指标 单位面积改造成本 ≤ 3000 元/平方米")
    assert ("回收/别处.xlsx", "B8", *row, "青溪区第一小学.xlsx", at("一级指标")) in moved
    assert {m[0] for m in moved} == {"回收/别处.xlsx", "回收/旧版.xlsx"}, "what stands where it stood did not move"
    assert done.json["left"] == [
        {
            "file": "回收/别处.xlsx",
            "sheet": "Sheet",
            "cell": "C8",
            "field": None,
            "text": "按审计意见改过",
            "reason": "单元格有批注“按审计意见改过”，批注里的内容不会被读取。",
        }
    ]
    book = openpyxl.load_workbook("规范/转入记录.xlsx")
    assert book.sheetnames == ["去向", "移动", "没有位置", "需要核对"]
    assert {line[0]: line[2:] for line in list(book["去向"].values)[1:]} == {
        "回收/现行.xlsx": ("青溪区第一中学.xlsx", "已在现行表样上"),
        "回收/别处.xlsx": ("青溪区第一小学.xlsx", WHY["回收/别处.xlsx"]),
        "回收/旧版.xlsx": ("青溪区第一小学.xlsx、青溪区第二小学.xlsx", WHY["回收/旧版.xlsx"]),
        "回收/网页.xlsx": ("青溪区第三小学.xlsx", WHY["回收/网页.xlsx"]),
    }
    assert book["移动"].max_row == len(moved) + 1 and book["没有位置"].max_row == 2


def test_of_two_returns_the_one_that_was_chosen_moves(run: Run) -> None:
    put("回收/一.xlsx", {})
    put("回收/二.xlsx", {"项目类别": "其他运转类"})
    run("import", "回收", "-o", "规范", "--use", "回收/一.xlsx")
    assert [(each["项目名称"], each["项目类别"]) for each in run("export", "规范").json] == [("项目1", "特定目标类")]


@pytest.mark.office
def test_another_kind_of_file_moves_too(run: Run) -> None:
    put("甲.xlsx", {"项目资金总额": None})
    convert("甲.xlsx", "xls", "回收")
    (outdated,) = run("check", "回收", "--json").json["outdated"]
    assert outdated["reasons"] == ["不是 .xlsx 工作簿（.xls）"]
    assert run("import", "回收", "-o", "规范").code == 0
    assert [each["项目名称"] for each in run("export", "规范").json] == ["项目1"]
