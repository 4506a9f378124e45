"""`jixiao excel`: what macros run without xlwings, and the results file they read."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.command import UNIT, Done, put
from tests.shipped import ROOT, at
from tests.workflow.roster_samples import write_roster

Run = Callable[..., Done]

RETURNS = Path("回收")


def lines(path: str = "结果.txt") -> list[list[str]]:
    data = Path(path).read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\n") and b"\r" not in data
    return [line.split("\t") for line in data.decode("utf-8").removesuffix("\n").split("\n")]


def test_audit_workbook(run: Run) -> None:
    put("甲.xlsx", {"年度资金申请总额": Decimal("1210000.00"), "项目性质": "常年性\n项目"})
    done = run("excel", "audit_workbook", "--workbook", "甲.xlsx", "--results", "结果.txt")
    assert (done.code, done.out, done.err) == (3, "甲.xlsx：1 个项目，错误 2 处。\n", "")
    assert lines() == [
        ["", "", "needs_changes", "甲.xlsx：1 个项目，错误 2 处。", "2 0 0"],
        ["项目1", at("项目性质"), "错误", "项目性质“常年性 项目”不在可选范围内。", "请从下拉列表重新选择，不要自行录入或粘贴。"],
        [
            *("项目1", at("年度资金申请总额"), "错误"),
            "年度资金申请总额 1,210,000.00 元，分项合计 1,200,000.00 元，相差 10,000.00 元。"
            f"年度资金申请总额 1,210,000.00（{at('年度资金申请总额')}）应等于 当年财政拨款 1,000,000.00（{at('当年财政拨款')}）"
            f"＋ 上年结转资金 150,000.50（{at('上年结转资金')}）＋ 年度其他资金 49,999.50（{at('年度其他资金')}）。",
            "请核对当年财政拨款、上年结转资金、其他资金三项，其和应等于年度资金申请总额。",
        ],
    ]

    put("甲.xlsx", {})
    done = run("excel", "audit_workbook", "--workbook", "甲.xlsx", "--results", "结果.txt")
    assert (done.code, lines()) == (0, [["", "", "passed", "甲.xlsx：1 个项目，没有问题。", "0 0 0"]])


def test_audit_of_what_is_no_return(run: Run) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    book.save("乙.xlsx")
    done = run("excel", "audit_workbook", "--workbook", "乙.xlsx", "--results", "结果.txt")
    said = run("check", "乙.xlsx", "--json").json["findings"][0]
    assert (done.code, lines()) == (3, [["", "", "wrong_form", f"乙.xlsx：{said['message']}{said['suggestion']}", "1 0 0"]])

    Path("丙.xlsx").write_bytes(b"PK\x03\x04")
    done = run("excel", "audit_workbook", "--workbook", "丙.xlsx", "--results", "结果.txt")
    assert (done.code, [line[2] for line in lines()]) == (4, ["unreadable"])


def test_what_cannot_be_done_is_in_the_results_too(run: Run) -> None:
    done = run("excel", "audit_workbook", "--workbook", "没有.xlsx", "--results", "结果.txt")
    assert (done.code, done.err) == (2, "错误：没有.xlsx：找不到这个文件或文件夹。请核对路径。\n")
    assert lines() == [["", "", "failed", "没有.xlsx：找不到这个文件或文件夹。请核对路径。", "0 0 0"]]
    done = run("excel", "remind", "--results", "结果.txt")
    assert (done.code, lines()) == (2, [["", "", "failed", "remind 要用 --folder 说明对哪个文件夹做。", "0 0 0"]])
    done = run("excel", "audit_folder", "--folder", "/", "--results", "结果.txt")
    assert (done.code, lines()[0][3]) == (2, "/：不能选整个磁盘。请选放着申报表的文件夹。")
    done = run("excel", "audit_workbook", "--workbook", "没有.xlsx", "--results", "没有/的/../..")
    assert done.code == 5


def test_the_jobs_of_a_folder(run: Run) -> None:
    """Audit, merge and remind; results go beside the folder, are kept without --force, and the folder stays as it was."""
    put("回收/甲.xlsx", {})
    put("回收/乙.xlsx", {**UNIT, "项目性质": "常年性项目"})
    before = {path: path.read_bytes() for path in RETURNS.iterdir()}
    results = ("--folder", "回收", "--results", "结果.txt")

    done = run("excel", "audit_folder", *results)
    assert done.code == 3
    assert lines()[0] == [
        *("", "", "done"),
        "共 2 个文件、2 个项目：通过 1，需修改 1；错误 1，警告 0，提示 0，自动修复 0。 审核报告在 回收-审核结果。",
        "1 0 0",
    ]
    assert [line[4] for line in lines()[1:]] == [str(Path("回收-审核结果", f"审核报告.{kind}")) for kind in ("html", "xlsx")]
    done = run("excel", "audit_folder", *results)
    assert (done.code, lines()[0][2]) == (5, "failed")
    assert run("excel", "audit_folder", *results, "--force").code == 3

    done = run("excel", "make_summary", *results)
    assert done.code == 3
    assert sorted(path.name for path in Path("回收-汇总").iterdir()) == ["总表.xlsx", "青溪区第一小学2025年度项目绩效目标汇总表.docx"]
    assert [line[2] for line in lines()] == ["done", "file", "file"]
    assert "已生成 2 个文件，在 回收-汇总。 未生成 青溪区第二小学：" in lines()[0][3]

    done = run("excel", "remind", *results)
    assert (done.code, lines()[0][2]) == (2, "failed")
    write_roster(Path("名单.xlsx"), [{"单位": f"青溪区第{number}小学"} for number in "一二三"])
    done = run("excel", "remind", *results)
    assert done.code == 3
    assert "青溪区第三小学：未报" in lines()[0][3]
    assert [line[4] for line in lines()[1:]] == [str(Path("回收-审核结果", "催报名单.xlsx"))]
    assert {path: path.read_bytes() for path in RETURNS.iterdir()} == before


def test_decisions_of_the_last_report_count(run: Run) -> None:
    put("回收/甲.xlsx", {"项目性质": "常年性项目"})
    results = ("--folder", "回收", "--results", "结果.txt")
    assert run("excel", "audit_folder", *results).code == 3
    report = Path("回收-审核结果", "审核报告.xlsx")
    book = openpyxl.load_workbook(report)
    sheet = book["问题清单"]
    heads = {cell.value: cell for row in sheet.iter_rows(max_row=10) for cell in row}
    row = heads["处理意见"].row + 1
    sheet.cell(row, heads["处理意见"].column, "保留")
    sheet.cell(row, heads["理由"].column, "经局长办公会同意")
    book.save(report)
    assert run("excel", "audit_folder", *results, "--force").code == 0


def test_import_last_year(run: Run) -> None:
    source = sorted(path for path in (ROOT / "examples").rglob("*.txt"))[0]
    shutil.copy(source, "公布.txt")
    done = run("excel", "import_last_year", "--file", "公布.txt", "--results", "结果.txt")
    assert done.code == 0
    written = [Path(line[4]) for line in lines()[1:]]
    assert written and {path.parent for path in written} == {Path("公布-填报")} and all(path.is_file() for path in written)
    assert lines()[0][3].endswith("已生成在 公布-填报。")
