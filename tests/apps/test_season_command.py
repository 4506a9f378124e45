"""`jixiao season`: a folder that says once what every command else is told, and one screen with what to do next."""

from __future__ import annotations

import os
from pathlib import Path

import openpyxl
import pytest

from tests.command import WRONG_SUM, Run, put

FIRST, SECOND, THIRD = "青溪区第一小学", "青溪区第二小学", "青溪区第三小学"


def roster(year: int | None = None) -> None:
    book = openpyxl.Workbook()
    units, projects = book.active, book.create_sheet("项目")
    units.title = "单位"
    units.append(["单位", "主管部门"])
    projects.append(["单位", "项目名称"])
    for unit in (FIRST, SECOND, THIRD):
        units.append([unit, "青溪区教育局"])
        projects.append([unit, "项目1"])
    book.save("名单.xlsx")


def steps(run: Run) -> list[str]:
    return [step["command"] for step in run("season", "--json").json["next"]]


def test_the_season_goes_from_issue_to_summary(run: Run) -> None:
    roster()
    assert run("season").code == 2
    assert run("season", "--start", "--year", "2025").code == 0
    assert Path("本季.txt").read_text(encoding="utf-8-sig").splitlines()[1:] == [
        "年度：2025",
        "名单：名单.xlsx",
        "台账：审核结果/台账.sqlite",
        "回收：回收",
    ]
    assert steps(run) == ["jixiao issue 名单.xlsx -o 下发"]

    put("回收/一.xlsx", {"实施单位": FIRST})
    put("回收/二.xlsx", {"实施单位": SECOND, **WRONG_SUM})
    assert steps(run) == ["jixiao check -o 审核结果 --force"]
    assert run("check", "-o", "审核结果", "--force", "--round", "一上").code == 3
    shown = run("season").out.splitlines()
    assert shown[:2] == ["2025 年度，表样：绩效目标申报表", "名单 名单.xlsx：3 家单位，3 个项目"]
    assert shown[2].startswith("台账 审核结果/台账.sqlite：最近一次审核 ") and shown[2].endswith("；轮次：一上 2 份")
    assert shown[3:] == [
        f"  未报 1 家：{THIRD}",
        f"  需修改 1 家：{SECOND}",
        "  已报 1 家",
        "下一步：",
        "  1 家需修改，退回去：",
        "    jixiao annotate -o 退改 --force",
        "  1 家还没有报来能用的，催一催：",
        "    jixiao status -o 催报名单.xlsx --force",
        "  1 家已通过，可以先出汇总表：",
        "    jixiao merge -o 汇总 --force",
    ]

    # The commands it names do what they say, and need to be told no more.
    assert run("annotate", "-o", "退改", "--force").code == 3 and Path("退改/二.xlsx").is_file()
    assert run("status", "-o", "催报名单.xlsx", "--force", "--json").json["summary"]["未报"] == 1
    merged = run("merge", "-o", "汇总", "--force", "--json")
    assert [Path(path).name[:7] for path in merged.json["written"]] == [FIRST, "总表.xlsx"]

    put("回收/二.xlsx", {"实施单位": SECOND})
    put("回收/三.xlsx", {"实施单位": THIRD})
    assert run("season", "--json").json["waiting"] == ["回收/三.xlsx", "回收/二.xlsx"]
    run("check", "-o", "审核结果", "--force")
    assert steps(run) == ["jixiao merge -o 汇总 --force", "jixiao season archive"]
    assert run("season", "archive").code == 0
    assert steps(run) == ["jixiao merge -o 汇总 --force"]


def test_what_is_said_counts_and_a_folder_below_is_in_the_season_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    roster()
    run("season", "--start", "--year", "2026")
    put("回收/一.xlsx", {"实施单位": FIRST})
    years = [f["message"] for f in run("check", "--json").json["findings"] if f["rule"] == "年度-不符"]
    assert years == ["年度是 2025，这次申报的是 2026 年度。"]
    assert [f for f in run("check", "--year", "2025", "--json").json["findings"] if f["rule"] == "年度-不符"] == []
    Path("工作").mkdir()
    monkeypatch.chdir("工作")
    assert run("season", "--json").json["next"] == [
        {"why": "有 1 个文件还没有审核（或又改过）", "command": f"jixiao check -o {os.path.join('..', '审核结果')} --force"}
    ]
    assert run("export", "--json").json[0]["file"] == os.path.join("..", "回收", "一.xlsx")


def test_a_round_gets_its_name_afterwards(run: Run) -> None:
    roster()
    run("season", "--start", "--year", "2025")
    put("回收/一.xlsx", {"实施单位": FIRST})
    run("check", "-o", "审核结果")
    done = run("season", "--name-round", "未写轮次", "一上")
    assert done.out.splitlines()[0] == "轮次“未写轮次”已改名为“一上”，共 1 份报送。"
    put("回收/一.xlsx", {"实施单位": FIRST, "项目类别": "其他运转类"})
    run("check", "-o", "审核结果", "--force", "--round", "二上")
    assert run("season", "--json").json["rounds"] == [{"name": "一上", "returns": 1}, {"name": "二上", "returns": 1}]
    compared = run("diff", "--rounds", "一上", "二上")
    assert compared.code == 0 and "项目类别" in compared.out
    assert run("season", "--name-round", "一上", "二上").code == 2
    assert "没有轮次“三上”" in run("season", "--name-round", "三上", "终").err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("年度：二〇二六".encode(), "年度“二〇二六”不是四位年份"),
        ("名单 名单.xlsx".encode("gbk"), "第 1 行“名单 名单.xlsx”看不懂"),
        (b"\xff\xff\xff", "不是文本文件"),
    ],
)
def test_mistakes_in_the_file_are_told(run: Run, text: bytes, told: str) -> None:
    Path("本季.txt").write_bytes(text)
    done = run("season")
    assert done.code == 2 and told in done.err


def test_a_file_saved_by_notepad_as_ansi_is_read(run: Run) -> None:
    roster()
    Path("本季.txt").write_bytes("年度:2025\r\n名单：名单.xlsx\r\n".encode("gbk"))
    assert run("season", "--json").json["year"] == 2025


def test_what_was_approved_is_remembered(run: Run) -> None:
    """批复 is said once, for as many places as there are; a path that is gone is told."""
    roster()
    put("批复/一.xlsx", {"实施单位": FIRST, "项目名称": "别的项目"})
    put("补批/二.xlsx", {"实施单位": SECOND, "项目名称": "再别的项目"})
    put("回收/一.xlsx", {"实施单位": FIRST})
    usual = ("check", "回收", "--json", "--roster", "名单.xlsx", "--year", "2025")
    held, alone = run(*usual, "--against", "批复", "--against", "补批").json, run(*usual).json
    assert held != alone
    assert run("season", "--start", "--year", "2025", "--against", "批复", "--against", "补批").code == 0
    assert Path("本季.txt").read_text(encoding="utf-8-sig").splitlines()[-2:] == ["批复：批复", "批复：补批"]
    assert run("check", "--json").json == held
    assert run("check", "--json", "--against", "批复").json == run(*usual, "--against", "批复").json
    Path("补批").rename("补批2")
    assert run("check", "--json").err == "错误：补批：找不到这个文件或文件夹。请核对路径。\n"
