"""A season between the files: what was adopted holds, what is missing is named, versions and rounds are told right."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.command import WRONG_SUM, Done, Run, decide, hashes, put, run
from tests.office import convert
from tests.shipped import ROWS, at
from tests.workflow.roster_samples import write_roster
from toolkit.reading.model import Value

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


# Three schools and a hospital; the second school has three projects, the last sends nothing.
FIRST, SECOND, THIRD, ABSENT = "青溪区第一小学", "青溪区第二小学", "青溪区第三小学", "青溪区人民医院"


def roster() -> Path:
    projects = [(FIRST, "项目1"), (SECOND, "项目1"), (SECOND, "项目2"), (SECOND, "项目3"), (THIRD, "项目1"), (ABSENT, "门诊楼维修")]
    units = [{"单位": name, "主管部门": "青溪区教育局"} for name in (SECOND, ABSENT, FIRST, THIRD)]
    return write_roster(Path("名单.xlsx"), units, [{"单位": unit, "项目名称": name} for unit, name in projects])


def table(sheet: str, first: int = 3) -> list[list[object]]:
    book = openpyxl.load_workbook("汇总/总表.xlsx", data_only=True)
    return [list(row) for row in book[sheet].iter_rows(min_row=first, values_only=True)]


def test_what_is_missing_is_an_error_and_stands_with_the_totals(run: Run) -> None:
    names = roster()
    put("回收/一小.xlsx", {"实施单位": FIRST})
    put("回收/二小.xlsx", {"实施单位": SECOND})
    put("回收/三小.xlsx", {"实施单位": THIRD, **WRONG_SUM})
    done = run("check", "回收", "--roster", names, "-o", "结果", "--json")
    assert done.code == 3
    missing = [f for f in done.json["findings"] if f["rule"] == "项目-未报"]
    assert [(f["severity"], f["unit"], f["project"]) for f in missing] == [("error", SECOND, "项目2"), ("error", SECOND, "项目3")]
    assert {f["unit"]: f["status"] for f in done.json["files"]}[SECOND] == "needs_changes"

    status = run("status", "回收", "--roster", names, "--json")
    told = [(u["unit"], u["status"], u["reason"], u["projects"], u["missing"]) for u in status.json["units"]]
    assert told == [
        (SECOND, "需修改", "漏报 2 个项目：项目2、项目3。", 1, ["项目2", "项目3"]),
        (ABSENT, "未报", "没有收到报送。", 0, []),
        (FIRST, "已报", "", 1, []),
        (THIRD, "需修改", "有 1 处错误（三小.xlsx）。", 1, []),
    ]
    assert run("status", "--ledger", "结果/台账.sqlite", "--roster", names, "--json").json["units"] == status.json["units"]

    merged = run("merge", "回收", "--roster", names, "-o", "汇总", "--json")
    assert [Path(path).name for path in merged.json["written"]] == [f"{FIRST}2025年度项目绩效目标汇总表.docx", "总表.xlsx"]
    assert [(e["unit"], e["reason"]) for e in merged.json["left_out"]] == [
        (SECOND, "漏报 2 个项目：项目2、项目3"),
        (THIRD, "有 1 处错误"),
    ]
    assert [(e["unit"], e["project"]) for e in merged.json["missing"]] == [
        (SECOND, "项目2"), (SECOND, "项目3"), (ABSENT, None), (ABSENT, "门诊楼维修"),
    ]  # fmt: skip
    line = "年度：2025　共 4 家，已汇总 1 家　1 个项目，另有 5 个未汇总（见“未汇总清单”）"
    summed = ("项目明细", "指标明细", "按单位", "按类别与性质", "资金构成")
    assert {sheet: table(sheet, 2)[0][0] for sheet in summed} == dict.fromkeys(summed, line)
    assert [row[1:6] for row in table("未汇总清单")][1:] == [
        [
            "单位",
            SECOND,
            None,
            "漏报 2 个项目：项目2、项目3",
            "补报后再汇总；确不申报的，在审核报告里填“保留”和理由，汇总时加 --decisions 审核报告。",
        ],
        ["单位", THIRD, None, "有 1 处错误", "改正后再汇总，或加 --draft 生成草稿。"],
        ["项目", SECOND, "项目2", "没有报送", "请补报。"],
        ["项目", SECOND, "项目3", "没有报送", "请补报。"],
        ["单位", ABSENT, None, "没有报送", "请催报。"],
        ["项目", ABSENT, "门诊楼维修", "没有报送", "请催报。"],
    ]

    # Overruled with a reason the unit passes and is published, and the list still names what is not in it.
    for number in (1, 2):
        decide("结果", "项目-未报", number=number, 处理意见="保留", 理由="已取消")
    run("check", "回收", "--roster", names, "-o", "结果", "--decisions", "结果/审核报告.xlsx", "--force")
    merged = run("merge", "回收", "--roster", names, "-o", "汇总", "--ledger", "结果/台账.sqlite", "--force", "--json")
    assert [Path(path).name[:7] for path in merged.json["written"]] == [SECOND, FIRST, "总表.xlsx"]
    assert [e["reason"] for e in merged.json["missing"]][:2] == ["没有报送（已说明：已取消）"] * 2
    assert table("项目明细", 2)[0][0] == "年度：2025　共 4 家，已汇总 2 家　2 个项目，另有 4 个未汇总（见“未汇总清单”）"
    after = run("status", "--ledger", "结果/台账.sqlite", "--roster", names, "--json").json["units"]
    assert [(u["unit"], u["status"], u["missing"]) for u in after if u["unit"] == SECOND] == [(SECOND, "已报", [])]


def test_another_year_is_an_error_wherever_the_season_gets_its_year_from(run: Run) -> None:
    put("回收/一小.xlsx", {"实施单位": FIRST})
    put("回收/二小去年.xlsx", {"实施单位": SECOND, "年度": 2024, "计划开始日期": date(2024, 1, 1), "计划完成日期": date(2024, 12, 31)})

    def wrong(*more: object) -> list[tuple[str, ...]]:
        done = run("check", "回收", "--json", *more)
        assert done.code == (3 if done.json["findings"] else 0)
        return [tuple(f[name] for name in ("severity", "unit", "cell", "value", "expected", "message")) for f in done.json["findings"]]

    def said(year: int, unit: str, found: int) -> tuple[str, ...]:
        return ("error", unit, at("年度"), str(found), str(year), f"年度是 {found}，这次申报的是 {year} 年度。")

    assert wrong() == []
    assert wrong("--year", 2025) == [said(2025, SECOND, 2024)]

    # The roster may say it in a column, or in a title above the headings; what is said on the command line comes first.
    write_roster(Path("名单.xlsx"), [{"单位": FIRST}, {"单位": SECOND}])
    book = openpyxl.load_workbook("名单.xlsx")
    book["单位"]["H1"], book["单位"]["H2"], book["单位"]["H3"] = "年度", 2025, "2025年度"
    book.save("有年度.xlsx")
    assert wrong("--roster", "有年度.xlsx") == [said(2025, SECOND, 2024)]
    book["单位"]["H3"] = 2024
    book.save("两个年度.xlsx")
    assert "有 2 个不同的年度（2025、2024）" in run("check", "回收", "--roster", "两个年度.xlsx").err
    del book["单位"]["H1"], book["单位"]["H2"], book["单位"]["H3"]
    book["单位"].insert_rows(1)
    book["单位"]["A1"] = "青溪区2024年度项目支出绩效目标申报单位名单"
    book.save("有标题.xlsx")
    assert wrong("--roster", "有标题.xlsx") == [said(2024, FIRST, 2025)]
    assert wrong("--roster", "有标题.xlsx", "--year", 2025) == [said(2025, SECOND, 2024)]

    # The ledger keeps what was said once; what is of another year is not published.
    run("check", "回收", "-o", "结果", "--year", 2025)
    assert wrong("--ledger", "结果/台账.sqlite") == [said(2025, SECOND, 2024)]
    merged = run("merge", "回收", "-o", "汇总", "--ledger", "结果/台账.sqlite", "--json")
    assert (merged.code, [e["unit"] for e in merged.json["left_out"]]) == (3, [SECOND])
    status = run("status", "回收", "--year", 2025, "--json").json["units"]
    assert [(u["unit"], u["status"]) for u in status] == [(FIRST, "已报"), (SECOND, "需修改")]

    # Workbooks are issued for the roster's year.
    assert run("issue", "有标题.xlsx", "-o", "下发").code == 0
    issued = openpyxl.load_workbook(f"下发/{FIRST}.xlsx")
    assert issued["项目1"][at("年度")].value == 2024


def corrected(copy: str, returned: str, **fields: object) -> None:
    """Send a marked copy back under another name, with fields of its first project corrected by a program that keeps no marks' record."""
    book = openpyxl.load_workbook(copy)
    for name, value in fields.items():
        book["项目1"][at(name)] = value
    book.save(returned)
    os.utime(returned, (1_600_000_000,) * 2)


def test_a_marked_copy_come_back_is_the_newer_version_of_what_it_was_made_from(run: Run) -> None:
    put("回收/二小.xlsx", {"实施单位": SECOND, **WRONG_SUM}, {"实施单位": SECOND})
    run("annotate", "回收", "-o", "退改")
    corrected(
        "退改/二小.xlsx",
        "回收/a 改好了.xlsx",
        年度资金申请总额=1_200_000,
        年度总体目标="改过一次的目标，写明完成多少、什么质量、什么时候完成、有什么效益。",
    )

    def told(command: str, *more: object) -> list[tuple[str, ...]]:
        found = run(command, "回收", "--json", *more).json["findings"]
        return [(f["file"], f["severity"], f["message"]) for f in found if f["rule"] == "文件-多份报送"]

    old = ("回收/二小.xlsx", "hint", "同一单位另有由这一份退改后改好的新一版“回收/a 改好了.xlsx”，以那一份为准，这一份没有计入。")
    assert told("check") == [old]
    assert run("check", "回收").code == 0
    assert [(u["status"], u["projects"], u["versions"]) for u in run("status", "回收", "--json").json["units"]] == [("已报", 2, 2)]
    assert run("annotate", "回收", "-o", "再退", "--json").json["marked"] == []

    # What came of it a second time is newer still; two different copies of one return are for the clerk to choose from.
    corrected("退改/二小.xlsx", "回收/b 也改了.xlsx", 年度资金申请总额=1_200_000)
    assert run("status", "回收", "--json").json["units"][0]["status"] == "重复报送"
    assert run("status", "回收", "--use", "回收/b 也改了.xlsx", "--json").json["units"][0]["status"] == "已报"
    assert run("status", "回收", "--latest", "--json").json["units"][0]["status"] == "已报"
    assert [file for file, *_ in told("check", "--use", "回收/二小.xlsx")] == ["回收/a 改好了.xlsx", "回收/b 也改了.xlsx"]
    assert run("annotate", "回收", "--use", "回收/二小.xlsx", "-o", "三退", "--json").json["marked"][0]["file"] == "回收/二小.xlsx"


@pytest.mark.office
@pytest.mark.parametrize(("sent", "returned"), [("xls", "xlsx"), ("ods", "xls"), ("pdf", "ods")])
def test_it_is_known_whatever_kinds_of_files_it_went_through(run: Run, sent: str, returned: str) -> None:
    original = convert(put("二小.xlsx", {"实施单位": SECOND, **WRONG_SUM}), sent, Path("回收"))
    run("annotate", "回收", "-o", "退改")
    corrected("退改/二小.xlsx", "改好了.xlsx", 年度资金申请总额=1_200_000)
    convert(Path("改好了.xlsx"), returned, Path("回收"))
    done = run("check", "回收", "--json")
    assert [(f["file"], f["severity"]) for f in done.json["findings"] if f["rule"] == "文件-多份报送"] == [
        (f"回收/{original.name}", "hint")
    ]
    assert done.code == 0, done.json["findings"]


def one_each(numbers: str, **changes: Value) -> None:
    """Send each of the second school's projects of these numbers in a workbook of its own."""
    for number in numbers:
        put(f"回收/二小-{number}.xlsx", {"实施单位": SECOND, "项目名称": f"项目{number}", **changes})


def test_a_file_for_each_project_is_one_return(run: Run) -> None:
    names = roster()
    one_each("123")
    check = ("check", "回收", "--roster", names, "-o", "结果", "--force", "--json")

    def standing() -> list[tuple[object, ...]]:
        units = run("status", "--ledger", "结果/台账.sqlite", "--roster", names, "--json").json["units"]
        return [(u["status"], u["versions"], u["projects"], u["missing"]) for u in units if u["unit"] == SECOND]

    assert run(*check).json["summary"]["declarations"] == 3
    assert standing() == [("已报", 1, 3, [])]
    assert "只有 1 个版本" in run("diff", "--ledger", "结果/台账.sqlite", "--unit", SECOND).err
    text = run("status", "--ledger", "结果/台账.sqlite", "--roster", names).out
    assert "第 3 版" not in text and "3 个项目" in text

    # Two of them are sent again: together they are the second version, and the third project stands as it was.
    one_each("13", 项目类别="其他运转类")
    run(*check)
    assert standing() == [("已报", 2, 3, [])]
    changed = run("diff", "--ledger", "结果/台账.sqlite", "--unit", SECOND, "--json").json
    (unit,) = changed["units"]
    changes = [(each["before"]["project"], each["state"]) for each in unit["projects"] if each["state"] != "same"]
    assert changes == [("项目1", "changed"), ("项目3", "changed")]
    assert unit["state"] == "changed" and {each["state"] for each in unit["projects"]} <= {"changed", "same"}
    assert "共 2 版" in run("diff", "--ledger", "结果/台账.sqlite", "--unit", SECOND, "--versions", "1", "3").err


def test_everything_follows_the_roster_and_a_units_findings_go_by_project(run: Run) -> None:
    units = [{"单位": name} for name in (THIRD, SECOND, FIRST)]
    codes = {SECOND: ("A-1", "A-2"), FIRST: ("B-1",), THIRD: ("C-1",)}
    lines = [{"单位": u, "项目名称": f"项目{n}", "项目代码": code} for u, each in codes.items() for n, code in enumerate(each, start=1)]
    names = write_roster(Path("名单.xlsx"), units, lines)
    put("回收/1.xlsx", {"实施单位": FIRST})
    put(
        "回收/2.xlsx",
        {"实施单位": SECOND, "年度总体目标": "按期完成"},
        {"实施单位": SECOND, **WRONG_SUM, "项目资金总额": Decimal("1210000")},
    )
    put("回收/3.xlsx", {"实施单位": THIRD, "年度总体目标": "按期完成"})
    put("回收/4.xlsx", {"实施单位": "外单位"})

    done = run("check", "回收", "--roster", names, "-o", "结果", "--json")
    assert [file["unit"] for file in done.json["files"]] == [THIRD, SECOND, FIRST, "外单位"]
    ranks = [(f["project"], ("error", "warning", "hint").index(f["severity"])) for f in done.json["findings"] if f["file"] == "回收/2.xlsx"]
    assert ranks == sorted(ranks, key=lambda pair: pair) and {project for project, _ in ranks} == {"项目1", "项目2"}
    book = openpyxl.load_workbook("结果/审核报告.xlsx")
    assert [row[0] for row in book["概览"].iter_rows(min_row=5, max_row=8, values_only=True)] == [THIRD, SECOND, FIRST, "外单位"]
    assert list(dict.fromkeys(row[1] for row in book["问题清单"].iter_rows(min_row=2, values_only=True)))[:2] == [THIRD, SECOND]
    status = run("status", "回收", "--roster", names, "--json").json["units"]
    assert [unit["unit"] for unit in status] == [THIRD, SECOND, FIRST, "外单位"]

    merged = run("merge", "回收", "--roster", names, "-o", "汇总", "--draft", "--json")
    assert [Path(path).name[:3] for path in merged.json["written"][:-1]] == [THIRD[:3]] * 3 + ["外单位"]
    heads, *rows, total = [row[:4] for row in table("项目明细", 4)]
    assert heads == ["序号", "实施单位", "项目名称", "项目代码"]
    assert [row[1:] for row in rows] == [
        [THIRD, "项目1", "C-1"], [SECOND, "项目1", "A-1"], [SECOND, "项目2", "A-2"], [FIRST, "项目1", "B-1"], ["外单位", "项目1", None],
    ]  # fmt: skip
    assert str(table("项目明细", 2)[0][0]).endswith("合计不含空白：项目资金总额 4 个")
    assert "合计不含空白" not in str(table("指标明细", 2)[0][0])

    # The roster's codes go into what is exported too; without a roster nothing changes.
    assert [r.get("项目代码") for r in run("export", "回收", "--roster", names, "--json").json] == ["B-1", "A-1", "A-2", "C-1", None]
    assert not any("项目代码" in record for record in run("export", "回收", "--json").json)
    run("export", "回收", "--roster", names, "-o", "数据.xlsx")
    heads, first, *_ = openpyxl.load_workbook("数据.xlsx")["项目"].iter_rows(values_only=True)
    assert first[heads.index("项目代码")] == "B-1"


def test_one_cause_is_one_finding_and_an_empty_sheet_is_not_filled(run: Run) -> None:
    names = write_roster(Path("名单.xlsx"), [{"单位": SECOND}], [{"单位": SECOND, "项目名称": f"项目{n}"} for n in (1, 2)])
    bad_cells = (at("当年财政拨款"), at("上年结转资金"), at("数值", 1))
    run("issue", names, "-o", "下发", "--year", 2025)
    put("填好.xlsx", {"实施单位": SECOND})
    filled, issued = openpyxl.load_workbook("填好.xlsx")["项目1"], openpyxl.load_workbook(f"下发/{SECOND}.xlsx")
    for row in filled.iter_rows():
        for cell in row:
            if cell.value is not None and not issued["项目1"][cell.coordinate].protection.locked:
                issued["项目1"][cell.coordinate].value = cell.value
    for cell, text in zip(bad_cells, ("五十万", "待定", "#REF!"), strict=True):
        issued["项目1"][cell] = text
    Path("回收").mkdir()
    issued.save("回收/二小.xlsx")
    done = run("check", "回收", "--roster", names, "--json")
    found = [f for f in done.json["findings"] if f["family"] == "declaration"]
    assert {f["rule"] for f in found if f["project"] == "项目2"} == {"项目-未填报"}
    (empty,) = [f for f in found if f["project"] == "项目2"]
    assert (empty["severity"], empty["sheet"], empty["message"]) == ("error", "项目2", "项目“项目2”的申报表是空的，还没有填报。")
    bad = [f for f in found if f["project"] == "项目1" and f["severity"] == "error"]
    assert {f["cell"] for f in bad} == set(bad_cells) and len(bad) == 3
    stopped = {f["cell"]: f["message"].partition("受它影响，规则无法计算：")[2] for f in bad}
    assert "资金-F1" in stopped[bad_cells[0]] and "资金-F1" in stopped[bad_cells[1]] and all(stopped.values())
    assert not [f for f in found if f["message"].startswith("规则无法计算")]


def test_each_version_says_what_was_set_right_what_stands_and_what_is_new(run: Run) -> None:
    rows = [list(row) for row in ROWS]
    rows[1][5] = None
    put("回收/二小.xlsx", {"实施单位": SECOND, **WRONG_SUM}, rows=rows)
    put("回收/一小.xlsx", {"实施单位": FIRST})
    check = ("check", "回收", "-o", "结果", "--force", "--json")
    first = run(*check).json
    assert {f["rule"] for f in first["findings"]} == {"资金-F1", "指标-单位"} and "changes" not in first
    decide("结果", "指标-单位", 处理意见="保留", 理由="合同约定不计单位")
    run(*check, "--decisions", "结果/审核报告.xlsx")

    # A row is put in above, the sum is right, and the goal is cut short: the opinion holds, and one finding is new.
    rows.insert(0, ["产出指标", "数量指标", "改造操作间面积", "=", "120", "平方米"])
    put("回收/二小.xlsx", {"实施单位": SECOND, "年度总体目标": "按期完成"}, rows=rows)
    second = run(*check).json
    assert {f["rule"]: f["severity"] for f in second["findings"]} == {"指标-单位": "hint", "目标-过短-年度总体目标": "warning"}
    assert second["changes"] == [{"unit": SECOND, "fixed": 1, "open": 0, "new": 1}]
    line = "已改 1 处，仍未改 0 处，新增 1 处"
    assert f"{SECOND}：与上一版比，{line}。" in run("check", "回收", "--ledger", "结果/台账.sqlite").out
    overview = openpyxl.load_workbook("结果/审核报告.xlsx")["概览"]
    assert [row[0] for row in overview.iter_rows(min_row=5, max_row=6, values_only=True)] == [FIRST, f"{SECOND}\n与上一版比：{line}"]
    units = {u["unit"]: u["changes"] for u in run("status", "--ledger", "结果/台账.sqlite", "--json").json["units"]}
    assert units == {FIRST: None, SECOND: {"fixed": 1, "open": 0, "new": 1}}
    run("annotate", "回收", "-o", "退改", "--all", "--ledger", "结果/台账.sqlite")
    letter = "\n".join(p.text for p in docx.Document(f"退改/{SECOND}退改通知.docx").paragraphs)
    assert f"与上一版比：{line}" in letter

    # The value that the opinion was about changes: it lapses, and the finding counts as one again.
    rows[2][4] = "401"
    put("回收/二小.xlsx", {"实施单位": SECOND, "年度总体目标": "按期完成"}, rows=rows)
    third = run(*check).json
    assert {f["rule"]: f["severity"] for f in third["findings"]} == {"指标-单位": "error", "目标-过短-年度总体目标": "warning"}
    assert third["changes"] == [{"unit": SECOND, "fixed": 0, "open": 1, "new": 1}]


def test_a_unit_reads_what_a_unit_can_do_and_the_clerk_what_the_clerk_can(run: Run) -> None:
    lines = [{"单位": FIRST, "项目名称": name, "批复金额": 5} for name in ("“双减”课后服务补助", "项目1")]
    names = write_roster(Path("名单.xlsx"), [{"单位": FIRST}], lines)
    upper = [(*row[:3], "≤", *row[4:]) if row[2] == "就餐师生满意度" else row for row in ROWS]
    put("回收/一小.xlsx", {"实施单位": FIRST}, {"实施单位": FIRST, "项目名称": "图书购置"}, rows=upper)
    put("回收/外单位.xlsx", {"实施单位": "外单位", **WRONG_SUM})
    found = run("check", "回收", "--roster", names, "--json").json["findings"]
    assert [f["message"] for f in found if f["rule"] == "项目-未报"] == ["名单中的项目“‘双减’课后服务补助”没有报送。"]
    assert {f["expected"] for f in found if f["rule"] == "指标-方向-正"} == {"≥"}
    clerks = ("补进名单", "从名单的“项目”表删去", "先更新名单", "填进名单")
    assert all(any(words in f["suggestion"] for f in found) for words in clerks)

    run("annotate", "回收", "--roster", names, "-o", "退改")
    told = []
    for path in Path("退改").glob("*.docx"):
        told += [cell.text for table in docx.Document(str(path)).tables for row in table.rows for cell in row.cells]
    for path in Path("退改").glob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            told += [
                text for row in sheet.iter_rows() for cell in row for text in (str(cell.value), cell.comment.text if cell.comment else "")
            ]
    assert not [text for text in told if any(words in text for words in clerks)]
    assert any("请补报该项目；名单需要更正的，请告诉下发本表的单位。" in text for text in told)
    assert any("应等于名单中该项目的批复金额；名单需要更正的，请告诉下发本表的单位。" in text for text in told)


def test_a_unit_whose_only_mistakes_the_roster_shows_gets_its_copy_and_its_letter(run: Run) -> None:
    book = openpyxl.Workbook()
    book.active.title = "单位"
    for line in (["2025年度申报单位名单"], ["截止日期：2025-03-20　联系人：王科员　电话：0000-00000001"], ["单位"], [FIRST]):
        book["单位"].append(line)
    for line in (["单位", "项目名称"], [FIRST, "门诊楼维修"], [FIRST, "项目2"], [FIRST, "项目1"]):
        (book["项目"] if "项目" in book.sheetnames else book.create_sheet("项目")).append(line)
    book.save("名单.xlsx")
    put("回收/一小.xlsx", {"实施单位": FIRST}, {"实施单位": FIRST, **WRONG_SUM})
    put("回收/二小.xlsx", {"实施单位": SECOND})
    assert run("annotate", "回收/二小.xlsx", "-o", "空").out.startswith("没有需要退改的工作簿。")
    assert run("annotate", "回收", "--roster", "名单.xlsx", "-o", "退改").code == 3
    assert sorted(path.name for path in Path("退改").iterdir()) == ["一小.xlsx", f"{FIRST}退改通知.docx"]
    letter = docx.Document(f"退改/{FIRST}退改通知.docx")
    rows = [[cell.text for cell in row.cells][1:4] for row in letter.tables[0].rows]
    assert rows[1:] and [row[1] for row in rows[1:]] == sorted((row[1] for row in rows[1:]), key=["项目1", "项目2", "门诊楼维修"].index)
    assert rows[-1] == ["错误", "门诊楼维修", "项目名称"]
    assert letter.paragraphs[3].text.endswith(
        "请于2025年3月20日前重新报送，标色和批注不必清除。有疑问请联系：王科员（电话 0000-00000001）。"
    )
    run("annotate", "回收", "--roster", "名单.xlsx", "-o", "退改", "--force", "--deadline", "下周五", "--telephone", "114")
    text = docx.Document(f"退改/{FIRST}退改通知.docx").paragraphs[3].text
    assert "请于下周五前重新报送" in text and text.endswith("王科员（电话 114）。")


def test_files_in_the_list_are_told_apart_and_long_names_stay_readable(run: Run) -> None:
    long = "附件2：" + "项目支出绩效目标申报表" * 6 + "（最终稿盖章版）.xlsx"
    for name in ("教育局/申报表.xlsx", "卫健委/申报表.xlsx", f"教育局/{long}"):
        put(f"回收/{name}", {"实施单位": name[:8], **WRONG_SUM})
    run("check", "回收", "-o", "结果")
    rows = list(openpyxl.load_workbook("结果/审核报告.xlsx")["问题清单"].iter_rows(values_only=True))
    column = rows[0].index("文件")
    shown = {str(row[column]) for row in rows[1:] if row[column]}
    assert shown == {"教育局/申报表.xlsx", "卫健委/申报表.xlsx", f"{long[:20]}……{long[-14:]}"}
