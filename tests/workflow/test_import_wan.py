"""A return printed in 万元 that is moved into the current template still says so: it is asked about, and waits, until somebody confirms."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.command import Run, decide
from tests.shipped import HEAD, ROWS
from tests.workflow.test_questions import in_wan

UNIT = "青溪区第三中学"
AMOUNTS = {"年度资金申请总额": 120, "当年财政拨款": 100, "上年结转资金": 15.00005, "年度其他资金": 4.99995}

# As another office prints it, its unit of money above the table.
LINES = (
    ("项目支出绩效目标申报表（2025年度）",),
    ("单位：万元",),
    ("项目名称", HEAD["项目名称"], "项目类别", HEAD["项目类别"], "项目性质", HEAD["项目性质"]),
    ("主管部门", HEAD["主管部门"], "实施单位", UNIT),
    ("计划开始日期", "2025-01-01", "计划完成日期", "2025-12-31"),
    tuple(word for name, amount in AMOUNTS.items() for word in (name, amount)),
    ("年度总体目标", HEAD["年度总体目标"]),
    ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位"),
    *ROWS,
)


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append(line)
    book.save(path)


def document(path: Path) -> None:
    made = docx.Document()
    made.add_paragraph(str(LINES[0][0]))
    made.add_paragraph(str(LINES[1][0]))
    table = made.add_table(0, 8)
    for line in LINES[2:]:
        cells = table.add_row().cells
        for cell, word in zip(cells, line, strict=False):
            cell.text = "" if word is None else str(word)
    made.save(str(path))


def text(path: Path) -> None:
    """As published documents print it."""
    head = ("财政项目支出绩效目标申报表", "（2025年度）")
    field = HEAD.__getitem__
    named = (f"项目名称\t{field('项目名称')}\t项目性质\t{field('项目性质')}\t项目类别\t{field('项目类别')}",)
    units = (f"主管部门\t{field('主管部门')}\t实施单位\t{UNIT}", "计划开始日期\t2025-01-01\t计划完成日期\t2025-12-31")
    total, current, carried, other = AMOUNTS.values()
    funds = (
        f"项目资金（万元）\t项目资金总额\t\t年度资金申请总额\t{total}",
        f"\t其中：财政资金\t\t其中：当年财政拨款\t{current}",
        f"\t\t\t上年结转资金\t{carried}",
        f"\t其他资金\t\t其他资金\t{other}",
    )
    goals = ("项目绩效目标\t项目总目标\t\t年度总体目标\t", f"\t\t\t{field('年度总体目标')}\t")
    rows = ("绩效指标\t一级指标\t二级指标\t三级指标\t年度(/项目)指标值", *("\t" + "\t".join(line) for line in published_rows()))
    path.write_text("\n".join((*head, *named, *units, *funds, *goals, *rows)), encoding="utf-8")


def published_rows() -> list[tuple[str, str, str, str]]:
    return [(str(a), str(b), str(c), f"{symbol or ''}{number}({unit})") for a, b, c, symbol, number, unit in ROWS]


SOURCES: dict[str, Callable[[Path], None]] = {
    "单位.xlsx": workbook,
    "单位.docx": document,
    "公布.txt": text,
    "标签.xlsx": lambda path: in_wan(str(path), UNIT),
}


@pytest.mark.parametrize("name", SOURCES)
def test_the_warning_goes_along(run: Run, name: str) -> None:
    Path("回收").mkdir()
    SOURCES[name](Path("回收") / name)
    before = run("check", "回收", "--json").json["findings"]
    assert [f["severity"] for f in before if f["rule"] == "金额-万元"] == ["warning"]
    assert run("import", "回收", "-o", "规范").code == 0

    found = run("check", "规范", "-o", "结果", "--json").json["findings"]
    told = [f for f in found if f["rule"] == "金额-万元"]
    assert [(f["severity"], f["unit"], f["message"].partition("（")[2].partition("）")[0][-2:]) for f in told] == [
        ("warning", UNIT, "万元")
    ]
    (record,) = run("export", "规范", "--json").json
    assert {field: record[field] for field in AMOUNTS} == {
        "年度资金申请总额": "1200000.00",
        "当年财政拨款": "1000000.00",
        "上年结转资金": "150000.50",
        "年度其他资金": "49999.50",
    }
    held = run("merge", "规范", "-o", "汇总", "--json")
    assert (held.code, [each["reason"] for each in held.json["left_out"]]) == (3, ["有 1 处金额单位待核对"])
    decide("结果", "金额-万元", number=1, 处理意见="保留", 理由="单位确认以万元填报")
    assert run("merge", "规范", "-o", "汇总", "--force", "--decisions", "结果/审核报告.xlsx").code == 0


def test_what_was_in_yuan_stays_numbers(run: Run) -> None:
    in_wan("回收/甲.xlsx", UNIT, own="项目资金（元）")
    book = openpyxl.load_workbook("回收/甲.xlsx")
    book["项目1"].title = "申报"
    book.save("回收/甲.xlsx")
    run("import", "回收", "-o", "规范")
    values = [cell.value for row in openpyxl.load_workbook(f"规范/{UNIT}.xlsx")["项目1"].iter_rows(max_col=8) for cell in row]
    assert [value for value in values if isinstance(value, str) and value.endswith("万元")] == []
