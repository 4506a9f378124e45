"""Rounds told right: what only lay there is no new version, an old copy sent on is no newer, and nothing is counted twice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl

from tests.command import WRONG_SUM, Run, put
from tests.workflow.roster_samples import write_roster
from tests.workflow.test_season import corrected
from toolkit.reading.model import Value

FIRST, SECOND, THIRD = "青溪区第一小学", "青溪区第二小学", "青溪区第三小学"
LAST_YEAR: dict[str, Value] = {"年度": 2024, "计划开始日期": date(2024, 1, 1), "计划完成日期": date(2024, 12, 31)}


def roster(*units: str, projects: tuple[str, ...] = ("项目1",)) -> Path:
    lines = [{"单位": unit, "项目名称": name} for unit in units for name in projects]
    return write_roster(Path("名单.xlsx"), [{"单位": unit} for unit in units], lines)


def test_two_units_of_the_roster_in_one_workbook_are_two(run: Run) -> None:
    put("回收/两家.xlsx", {"实施单位": FIRST}, {"实施单位": SECOND, "项目名称": "项目1"})
    names = roster(FIRST, SECOND)
    assert run("check", "回收", "--roster", names, "--json").json["findings"] == []
    alone = roster(FIRST)
    assert "单位-名称不一" in {f["rule"] for f in run("check", "回收", "--roster", alone, "--json").json["findings"]}


def test_a_marked_copy_with_the_right_year_takes_the_place_of_last_years(run: Run) -> None:
    put("回收/一小.xlsx", {"实施单位": FIRST, **LAST_YEAR})
    run("annotate", "回收", "--year", 2025, "-o", "退改")
    right = {"年度": 2025, "计划开始日期": date(2025, 1, 1), "计划完成日期": date(2025, 12, 31)}
    corrected("退改/一小.xlsx", "回收/改好.xlsx", **right)
    done = run("check", "回收", "--year", 2025, "--json")
    assert [(f["file"], f["rule"], f["severity"]) for f in done.json["findings"]] == [("回收/一小.xlsx", "文件-多份报送", "hint")]
    merged = run("merge", "回收", "--year", 2025, "-o", "汇总", "--json")
    assert (done.code, merged.code, merged.json["left_out"]) == (0, 0, [])
    (unit,) = run("status", "回收", "--year", 2025, "--json").json["units"]
    assert (unit["status"], unit["errors"], [file["current"] for file in unit["files"]]) == ("已报", 0, [False, True])
    kept = run("check", "回收", "--year", 2025, "--use", "回收/一小.xlsx", "--json")
    assert {f["rule"] for f in kept.json["findings"]} == {"年度-不符"}


def rounds(run: Run) -> None:
    """First round: a right return and a wrong one. Second: the wrong one corrected on its marked copy. Third: the old one sent on."""
    run("season", "--start", "--year", 2025)
    put("回收/一小.xlsx", {"实施单位": FIRST})
    put("回收/二小.xlsx", {"实施单位": SECOND, **WRONG_SUM})
    put("回收/三小.xlsx", {"实施单位": THIRD, **WRONG_SUM})
    old = Path("回收/三小.xlsx").read_bytes()
    run("check", "-o", "结果", "--round", "一上")
    run("annotate", "-o", "退改")
    corrected("退改/二小.xlsx", "回收/改好.xlsx", 年度资金申请总额=1_200_000)
    put("回收/三小.xlsx", {"实施单位": THIRD})
    run("check", "-o", "结果", "--round", "二上", "--force")
    Path("回收/转发").mkdir()
    Path("回收/转发/Fw 三小.xlsx").write_bytes(old)


def test_what_only_lay_there_has_no_version_before_it(run: Run) -> None:
    roster(FIRST, SECOND, THIRD)
    rounds(run)
    changes = {each["unit"]: (each["fixed"], each["open"], each["new"]) for each in run("check", "--json").json["changes"]}
    assert changes == {SECOND: (1, 0, 0)}
    assert run("diff", "--unit", SECOND).out.splitlines()[1:3] == [
        "  [变动] 项目1",
        "      年度资金申请总额：1,210,000.00 → 1,200,000.00（-10,000.00，-0.83%）",
    ]
    same = run("diff", "--unit", FIRST)
    assert (same.code, same.err) == (
        2,
        f"错误：“{FIRST}”在轮次“二上”里只有 1 个版本，没有可以对比的。与别的轮次比，请写 --rounds 一上 二上。\n",
    )


def test_an_old_copy_sent_on_is_as_old_as_it_was(run: Run) -> None:
    roster(FIRST, SECOND, THIRD)
    rounds(run)
    run("check", "-o", "结果", "--round", "三上", "--force")
    (unit,) = [each for each in run("status", "--json").json["units"] if each["unit"] == THIRD]
    assert (unit["status"], unit["versions"], unit["projects"]) == ("重复报送", 2, 1)
    assert [file["file"] for file in unit["files"]] == ["回收/转发/Fw 三小.xlsx", "回收/三小.xlsx"]
    screen = run("season").out
    assert f"{THIRD}报了几份不同的，定下以哪一份为准：" in screen and "--use 回收/三小.xlsx" in screen
    done = run("check", "--latest", "--json")
    told = [(f["file"], f["severity"]) for f in done.json["findings"] if f["rule"] == "文件-多份报送"]
    assert (done.code, sorted(told)) == (0, [("回收/二小.xlsx", "hint"), ("回收/转发/Fw 三小.xlsx", "hint")])


def test_what_is_left_out_is_counted_once_and_called_by_the_rosters_name(run: Run) -> None:
    names = roster(FIRST, SECOND, THIRD, projects=("项目1", "门诊楼维修改造"))
    put("回收/一小.xlsx", {"实施单位": FIRST}, {"实施单位": FIRST, "项目名称": "门诊楼维修改造（一期）"})
    put("回收/二小.xlsx", {"实施单位": SECOND}, {"实施单位": SECOND, "项目名称": "门诊楼维修改造"})
    put("回收/二小改.xlsx", {"实施单位": SECOND, "项目类别": "其他运转类"}, {"实施单位": SECOND, "项目名称": "门诊楼维修改造"})
    put(f"回收/{THIRD}.xlsx", {"实施单位": THIRD})
    Path(f"回收/{THIRD}.xlsx").write_bytes(Path(f"回收/{THIRD}.xlsx").read_bytes()[:9_000])
    put("回收/外单位.xlsx", {"实施单位": "北山县医院"})
    put("回收/又一家.xlsx", *({"实施单位": "北山县小学", "项目名称": "同名"} for _ in range(2)))
    run("merge", "回收", "--roster", names, "-o", "汇总")
    book = openpyxl.load_workbook("汇总/总表.xlsx")
    head = str(book["项目明细"]["A2"].value)
    assert head.startswith("年度：2025　共 3 家，已汇总 0 家，名单外 1 家　1 个项目，另有 8 个未汇总（见“未汇总清单”）")
    rows = [row[1:5] for row in list(book["未汇总清单"].values)[3:]]
    bad = f"报来的文件不能用：回收/{THIRD}.xlsx"
    assert rows == [
        ("单位", FIRST, None, "漏报 1 个项目：门诊楼维修改造"),
        ("单位", SECOND, None, "同一项目有 2 份不同的报送，请用 --latest 取最后到的一份，或用 --use 指定"),
        ("单位", "北山县小学", None, "有 2 处错误"),
        ("项目", FIRST, "门诊楼维修改造", "没有报送"),
        ("项目", THIRD, "项目1", bad),
        ("项目", THIRD, "门诊楼维修改造", bad),
        ("文件", THIRD, None, "文件已损坏或不完整，打不开"),
    ]
    run("check", "回收", "--roster", names, "-o", "结果")
    units = {each["unit"]: each["projects"] for each in run("status", "回收", "--roster", names, "--json").json["units"]}
    assert units == {FIRST: 2, SECOND: 2, THIRD: 0, "北山县医院": 1, "北山县小学": 2}
    first = str(openpyxl.load_workbook("结果/审核报告.xlsx")["概览"]["A1"].value)
    assert first.startswith("需修改：通过 2 家，需修改 2 家，无法读取 1 个文件；")


def test_which_return_counts_is_said_once_and_holds_until_one_of_them_changes(run: Run) -> None:
    names = roster(FIRST)
    run("season", "--start", "--year", 2025)
    put("回收/a.xlsx", {"实施单位": FIRST})
    put("回收/b.xlsx", {"实施单位": FIRST, "项目类别": "其他运转类"})
    run("check", "-o", "结果")

    def counts(*more: object) -> list[str]:
        """The files that count, as check and status say and as merge publishes."""
        left = run("check", "--json", *more).json["findings"]
        status = run("status", "--json").json["units"][0]
        merged = run("merge", "-o", "汇总", "--force", "--json").json
        assert (status["status"] == "已报") == (merged["left_out"] == [])
        files = [file["file"] for file in status["files"] if file["current"]]
        assert {f["file"] for f in left if f["severity"] == "hint"}.isdisjoint(files)
        return files

    both = ["回收/a.xlsx", "回收/b.xlsx"]
    assert counts() == both
    run("merge", "-o", "草稿", "--draft")
    assert counts() == both, "a draft takes the last, and decides nothing"
    assert counts("--use", "回收/a.xlsx") == counts() == ["回收/a.xlsx"]
    assert run("season").out.count("定下以哪一份为准") == 0
    assert counts("--use", "回收/b.xlsx") == counts() == ["回收/b.xlsx"]
    put("回收/a.xlsx", {"实施单位": FIRST, "项目性质": "阶段性项目"})
    assert sorted(counts()) == both, names
