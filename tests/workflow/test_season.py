"""A season between the files: what was adopted holds, what is missing is named, versions and rounds are told right."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.command import WRONG_SUM, Done, Run, decide, hashes, put, run

__all__ = ["run"]


def test_what_was_adopted_holds_in_every_later_run_until_it_is_withdrawn(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    check = ("check", "回收", "-o", "结果", "--force", "--json")
    run(*check)
    remark(单位="青溪区第一小学", 项目="项目1", 字段="年度总体目标", 处理意见="退回", 人工意见="目标没有写明效益")
    remark(单位="青溪区第一小学", 项目="项目1", 字段="年度总体目标", 人工意见="口径不明")
    decide("结果", "资金-F1", 处理意见="保留", 理由="已核对")

    # A report with opinions that nobody has read yet is never replaced.
    before = hashes("结果")
    refused = run(*check)
    assert (refused.code, hashes("结果")) == (5, before)
    assert refused.err == (
        "错误：结果/审核报告.xlsx：里面有 3 条还没有采用的意见（第 2 行），没有覆盖。请加 --decisions 结果/审核报告.xlsx 采用，"
        "或把它移到别处、换一个输出位置。\n"
    )

    def opinions(result: Done) -> list[tuple[str, str]]:
        found = [
            (f["severity"], f["message"].partition("）：")[0]) for f in result.json["findings"] if f["rule"] in ("人工-意见", "资金-F1")
        ]
        return sorted(found)

    held = [
        ("error", "审核意见：目标没有写明效益。"),
        ("hint", "已说明（原为错误；理由：已核对"),
        ("warning", "审核意见：口径不明。"),
    ]
    assert opinions(run(*check, "--decisions", "结果/审核报告.xlsx")) == held
    assert [opinions(run(*check)), opinions(run(*check))] == [held, held]
    assert opinions(run("check", "回收", "--ledger", "结果/台账.sqlite", "--json")) == held
    assert opinions(run("check", "回收", "--decisions", "结果/审核报告.xlsx", "--json")) == held

    # Emptied in the report that was printed with it, an opinion is withdrawn; the others hold.
    empty("结果", "目标没有写明效益")
    left = run(*check, "--decisions", "结果/审核报告.xlsx")
    assert opinions(left) == opinions(run(*check)) == held[1:]

    # What it was made on has changed: it lapses.
    put("回收/甲.xlsx", {**WRONG_SUM, "年度总体目标": "另写的目标，说明完成多少、达到什么质量、在什么时候完成、有什么效益。"})
    assert opinions(run(*check)) == held[1:2]


def remark(**cells: str) -> None:
    """Add a row of the reviewer's own below the list of the report."""
    path = Path("结果/审核报告.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    heads = [cell.value for cell in sheet[1]]
    row = sheet.max_row + 1
    for name, text in cells.items():
        sheet.cell(row, heads.index(name) + 1).value = text
    book.save(path)


def empty(report: str, text: str) -> None:
    """Empty the reviewer's own cells in the row of a remark."""
    path = Path(report) / "审核报告.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    heads = [cell.value for cell in sheet[1]]
    column = heads.index("人工意见") + 1
    row = next(cell.row for cell in sheet[chr(64 + column)] if cell.value == text)
    for name in ("处理意见", "理由", "人工意见"):
        sheet.cell(row, heads.index(name) + 1).value = None
    book.save(path)
