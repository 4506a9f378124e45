"""A wrong command line: said in Chinese, and nothing is left behind."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command import Run, put


@pytest.mark.parametrize(
    "words",
    [
        "check 没有 -o 出",
        "check 没有 -o 出 --ledger 账/台账.sqlite",
        "annotate 没有 -o 出",
        "merge 没有 -o 出",
        "tidy 没有 -o 出",
        "import 没有 -o 出",
        "export 没有 -o 出/数据.xlsx",
        "status 没有 -o 出/催报.xlsx",
        "diff 甲.xlsx 没有 -o 出/对比.xlsx",
    ],
)
def test_a_wrong_path_leaves_no_folder(words: str, run: Run) -> None:
    put("甲.xlsx", {})
    done = run(*words.split())
    assert (done.code, done.err) == (2, "错误：没有：找不到这个文件或文件夹。请核对路径。\n")
    assert [path.name for path in Path().iterdir()] == ["甲.xlsx"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("issue 名单.xlsx -o 出 --year 26", "选项 --year 的值不对（要写 1900 到 2199 的整数）。"),
        ("issue 名单.xlsx -o 出 --year 二六", "选项 --year 的值不对（要写 1900 到 2199 的整数）。"),
        ("issue 名单.xlsx -o 出 --blank 三", "选项 --blank 的值不对（要写 0 到 200 的整数）。"),
        ("issue 名单.xlsx -o 出 --by 科", "选项 --by 的值不对（只能是 主管部门、归口科室）。"),
        ("diff --ledger 台账.sqlite --unit 甲 --versions 一 2", "选项 --versions 的值不对（看不懂，整数只写数字）。"),
    ],
)
def test_a_wrong_value_is_said_in_chinese(words: str, said: str, run: Run) -> None:
    done = run(*words.split())
    assert done.code == 2 and done.err.startswith(f"错误：{said}用 jixiao ")
    assert set(re.findall("[A-Za-z]+", done.err)) <= {"jixiao", "help", "issue", "diff", "year", "blank", "by", "versions"}


def test_the_round_that_was_never_named_can_be_compared(run: Run) -> None:
    put("回收/甲.xlsx", {})
    run("check", "回收", "-o", "结果")
    put("二/甲.xlsx", {"年度总体目标": "按期完成"})
    run("check", "二", "-o", "结果二", "--ledger", "结果/台账.sqlite", "--round", "二上")
    told = run("diff", "--ledger", "结果/台账.sqlite", "--rounds", "没写过", "二上")
    assert told.code == 2 and "已有：未写轮次、二上" in told.err
    assert run("diff", "--ledger", "结果/台账.sqlite", "--rounds", "未写轮次", "二上").out.count("[变动] 项目1") == 1
