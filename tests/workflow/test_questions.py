"""A doubt that many returns share is asked once, answered once for all of them, and kept until what a unit filled in changes."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.command import Run, put
from tests.reading.test_old_drawing import old_return
from tests.shipped import label_at

REPORT = Path("结果/审核报告.xlsx")
UNITS = tuple(f"青溪区第{n}中学" for n in range(1, 5))


def in_wan(name: str, unit: str, *, own: str = "项目资金（万元）") -> None:
    """A return whose label says 万元, and whose amounts are."""
    path = put(name, {"实施单位": unit})
    book = openpyxl.load_workbook(path)
    sheet = book["项目1"]
    sheet[label_at("项目资金（元）")].value = own
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, (int, float)) and cell.value > 10_000:
                cell.value = cell.value / 10_000
    book.save(path)


def asked() -> list[tuple[object, ...]]:
    """The lines of 合并提问: units, files, answered, rule, answer, reason."""
    book = openpyxl.load_workbook(REPORT)
    if "合并提问" not in book.sheetnames:
        return []
    return [(*row[1:4], *row[6:9]) for row in list(book["合并提问"].values)[1:]]


def answer(action: str | None, reason: str | None, *, line: int = 1) -> None:
    book = openpyxl.load_workbook(REPORT)
    sheet = book["合并提问"]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(line + 1, heads.index("处理意见") + 1).value = action
    sheet.cell(line + 1, heads.index("理由") + 1).value = reason
    book.save(REPORT)


def check(run: Run, *more: str) -> list[tuple[str, str]]:
    """Check with the report's opinions adopted; return the unit and severity of each finding about 万元."""
    found = run("check", "回收", "-o", "结果", "--force", "--json", *more).json["findings"]
    return sorted((f["unit"], f["severity"]) for f in found if f["rule"] == "金额-万元")


ADOPT = ("--decisions", str(REPORT))
YES = ("保留", "各单位确认以万元填报")


def test_one_answer_counts_for_all_and_a_later_unit_is_asked_again(run: Run) -> None:
    for number, unit in enumerate(UNITS[:3]):
        in_wan(f"回收/{number}.xlsx", unit)
    in_wan("回收/别的写法.xlsx", "青溪区别样小学", own="项目资金（单位：万元）")
    done = run("check", "回收", "-o", "结果")
    (line,) = [line for line in done.out.splitlines() if "同样的疑问" in line]
    assert line.startswith("3 份报送（3 家单位）有同样的疑问：表上写着“项目资金（万元）”") and line.endswith(
        "见审核报告的“合并提问”（check -o），答一次即可。"
    )
    assert asked() == [(3, 3, 0, "金额-万元", None, None)]
    assert run("merge", "回收", "-o", "汇总").code == 3
    assert "还没有答" in REPORT.with_suffix(".html").read_text(encoding="utf-8")

    answer(*YES)
    kept = [(unit, "hint") for unit in UNITS[:3]]
    assert check(run, *ADOPT) == sorted([*kept, ("青溪区别样小学", "warning")])
    assert asked() == [(3, 3, 3, "金额-万元", *YES)]
    assert "：".join(YES) in REPORT.with_suffix(".html").read_text(encoding="utf-8")
    (question,) = run("check", "回收", "--ledger", "结果/台账.sqlite", "--json").json["questions"]
    assert (question["units"], question["answer"], question["reason"]) == (list(UNITS[:3]), *YES)

    # It holds without being said again; who comes later with the same doubt is asked about.
    in_wan("回收/4.xlsx", UNITS[3])
    assert check(run) == sorted([*kept, (UNITS[3], "warning"), ("青溪区别样小学", "warning")])
    assert asked() == [(4, 4, 3, "金额-万元", None, None)]
    answer(*YES)
    assert check(run, *ADOPT) == sorted([*kept, (UNITS[3], "hint"), ("青溪区别样小学", "warning")])

    # Where the unit changes what it prints, its answer is over.
    in_wan("回收/0.xlsx", UNITS[0], own="项目资金（单位：万元）")
    assert check(run) == sorted([(UNITS[0], "warning"), *((u, "hint") for u in UNITS[1:]), ("青溪区别样小学", "warning")])


def test_an_answer_can_be_changed_and_taken_back_and_one_row_can_say_otherwise(run: Run) -> None:
    for number, unit in enumerate(UNITS[:3]):
        in_wan(f"回收/{number}.xlsx", unit)
    run("check", "回收", "-o", "结果")
    answer(*YES)
    book = openpyxl.load_workbook(REPORT)
    heads = {cell.value: cell.column for cell in book["问题清单"][1]}
    row = next(r for r in book["问题清单"].iter_rows(min_row=2) if (r[1].value, r[heads["编号"] - 1].value) == (UNITS[1], "金额-万元"))
    row[heads["处理意见"] - 1].value, row[heads["理由"] - 1].value = "保留", "电话问过"
    book.save(REPORT)
    check(run, *ADOPT)
    rows = [(r[1], r[heads["理由"] - 1]) for r in openpyxl.load_workbook(REPORT)["问题清单"].values if r[heads["编号"] - 1] == "金额-万元"]
    assert rows == [(UNITS[0], YES[1]), (UNITS[1], "电话问过"), (UNITS[2], YES[1])]
    assert asked() == [(3, 3, 3, "金额-万元", None, None)], "not all say the same"

    answer("保留", "按单位确认单")
    check(run, *ADOPT)
    assert check(run) == [(unit, "hint") for unit in UNITS[:3]]


def test_an_answer_is_changed_and_withdrawn_for_all(run: Run) -> None:
    for number, unit in enumerate(UNITS[:2]):
        in_wan(f"回收/{number}.xlsx", unit)
    run("check", "回收", "-o", "结果")
    answer(*YES)
    assert check(run, *ADOPT) == [(UNITS[0], "hint"), (UNITS[1], "hint")]
    answer("保留", "换一个理由")
    check(run, *ADOPT)
    assert asked() == [(2, 2, 2, "金额-万元", "保留", "换一个理由")]
    answer(None, None)
    assert check(run, *ADOPT) == [(UNITS[0], "warning"), (UNITS[1], "warning")]
    assert asked() == [(2, 2, 0, "金额-万元", None, None)]
    assert check(run) == [(UNITS[0], "warning"), (UNITS[1], "warning")]


def test_versions_renamed_units_and_years_are_questions_too(run: Run) -> None:
    for number in (1, 2):
        Path("回收").mkdir(exist_ok=True)
        Path(f"回收/旧{number}.xlsx").write_bytes(old_return(**{"实施单位": f"旧版{number}"}))
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "单位"
    sheet.append(["单位", "主管部门"])
    sheet.append(["青溪区中心小学", "青溪区教育局"])
    book.save("名单.xlsx")
    put("回收/改名.xlsx", {"实施单位": "青溪区实验小学"}, {"实施单位": "青溪区实验小学"})
    put("回收/改名二.xlsx", {"实施单位": "青溪区实验小学", "项目名称": "又一个"})
    done = run("check", "回收", "--roster", "名单.xlsx", "--year", "2026", "-o", "结果", "--json")
    told = {(q["rule"], tuple(Path(file).name for file in q["files"])) for q in done.json["questions"]}
    assert told == {
        ("文件-旧版表样", ("旧1.xlsx", "旧2.xlsx")),
        ("单位-不在名单", ("改名.xlsx", "改名二.xlsx")),
        ("年度-不符", ("改名.xlsx", "改名二.xlsx", "旧1.xlsx", "旧2.xlsx")),
    }
