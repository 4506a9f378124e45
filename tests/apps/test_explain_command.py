"""`jixiao explain`: where a rule fails and why, for people and for programs; what to type where the 编号 is not known."""

from __future__ import annotations

from tests.command import UNIT, WRONG_SUM, Run, put, run
from tests.shipped import at

__all__ = ["run"]


def test_a_failing_rule_is_explained_from_the_condition_on(run: Run) -> None:
    put("回收/甲.xlsx", {}, WRONG_SUM)
    done = run("explain", "资金-F1", "回收")
    assert done.code == 0
    first, *lines = done.out.splitlines()
    assert first == "回收/甲.xlsx › 项目2 › 项目2：不通过（资金-F1，错误，按表）"
    assert lines[0] == "  条件  ROUND(年度资金申请总额-当年财政拨款-上年结转资金-年度其他资金,2)=0"
    assert f"  取值  年度资金申请总额 = 1,210,000.00（{at('年度资金申请总额')}）" in lines
    assert lines[1].startswith("  算式  ") and lines[1].endswith("，相差 10,000.00。")
    assert lines[-1] == "规则“资金-F1”：不通过 1 处，通过 1 处。"
    assert run("explain", "资金-F1", "回收", "--all").out.count("条件") == 2


def test_programs_get_the_same(run: Run) -> None:
    put("甲.xlsx", WRONG_SUM)
    [told] = run("explain", "资金-F1", "甲.xlsx", "--json").json
    assert (told["verdict"], told["file"], told["sheet"]) == ("不通过", "甲.xlsx", "项目1")
    assert {each["name"]: each["value"] for each in told["names"]}["年度资金申请总额"] == "1,210,000.00"
    assert told["steps"][0]["value"] == "FALSE"


def test_a_rule_nobody_knows_and_one_that_needs_the_roster(run: Run) -> None:
    put("甲.xlsx", UNIT)
    wrong = run("explain", "资金-F01", "甲.xlsx")
    assert (wrong.code, wrong.out) == (2, "")
    assert "是不是 资金-F1" in wrong.err
    assert run("explain", "文件-损坏", "甲.xlsx").code == 2
    needs = run("explain", "资金-F6", "甲.xlsx")
    assert needs.code == 2
    assert "--roster 名单.xlsx" in needs.err


def test_the_report_has_the_same_lines_behind_a_click(run: Run) -> None:
    put("甲.xlsx", WRONG_SUM)
    told = run("explain", "资金-F1", "甲.xlsx").out.splitlines()
    assert run("check", "甲.xlsx", "-o", "结果").code == 3
    with open("结果/审核报告.html", encoding="utf-8") as page:
        text = page.read()
    for line in told[1:-2]:
        assert line.strip().replace('"', '\\"').replace("<", "\\u003c") in text
