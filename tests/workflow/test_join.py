"""`jixiao season join`: what several hands did of one season is one season, and what contradicts is named and never chosen."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest

from tests.command import WRONG_SUM, Done, Run, decide, hashes, put, run
from tests.workflow.roster_samples import write_roster
from toolkit.reading.model import Value

__all__ = ["hand", "run"]

FIRST, SECOND, THIRD = "青溪区第一小学", "青溪区第二小学", "青溪区第三小学"
UNITS = {"一": FIRST, "二": SECOND, "三": THIRD}
NEW = {"年度资金申请总额": Decimal("1230000.00")}

Hand = Callable[..., Done]


@pytest.fixture
def hand(run: Run, tmp_path: Path) -> Hand:
    """One clerk at work: `hand("甲", {"一": {…}}, …)` puts returns into that season's folder and checks them."""
    write_roster(
        Path("名单.xlsx"), [{"单位": unit} for unit in UNITS.values()], [{"单位": unit, "项目名称": "项目1"} for unit in UNITS.values()]
    )

    def work(name: str, returns: Mapping[str, Mapping[str, Value]] | None = None, *words: str) -> Done:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        os.chdir(folder)
        try:
            if not Path("本季.txt").exists():
                shutil.copy(tmp_path / "名单.xlsx", ".")
                run("season", "--start", "--year", "2025")
            for file, changes in (returns or {}).items():
                put(f"回收/{file}.xlsx", {"实施单位": UNITS[file[0]], **changes})
            return run("check", "-o", "审核结果", "--force", *words)
        finally:
            os.chdir(tmp_path)

    return work


def adopt(hand: Hand, name: str, rule: str, **cells: str) -> None:
    decide(f"{name}/审核结果", rule, number=1, **cells)
    hand(name, None, "--decisions", "审核结果/审核报告.xlsx")


def known(folder: str) -> object:
    """What the ledger of a season holds, up to the order of returns and to where the season lies; what only saves time is not in it."""
    with sqlite3.connect(Path(folder) / "审核结果/台账.sqlite") as ledger:
        sent = ledger.execute(
            "SELECT unit_key, unit, year, round, form, content, file, modified, seen, status, errors, warnings, hints, projects,"
            " declarations, (SELECT records FROM findings WHERE return_id = returns.id) FROM returns ORDER BY id"
        ).fetchall()
        lying = ledger.execute(
            "SELECT place, file, content, unit, status, attached_to, rivals, instead, reason, modified, seen, round FROM places"
        )
        return {
            "returns": [sorted(row for row in sent if row[0] == unit) for unit in sorted({row[0] for row in sent})],
            "versions": {unit: [row[5] for row in sent if row[0] == unit] for unit in {row[0] for row in sent}},
            "places": sorted((os.path.relpath(place, os.path.abspath(folder)), *rest) for place, *rest in lying.fetchall()),
            "opinions": sorted(
                (key, json.dumps(json.loads(c), sort_keys=True), s) for key, c, s in ledger.execute("SELECT * FROM decisions")
            ),
            "settings": sorted(row for row in ledger.execute("SELECT * FROM settings") if row[0] != "joined"),
            "files": {str(Path(name).relative_to(folder)): digest for name, digest in hashes(folder).items() if "/回收/" in name},
        }


def test_two_clerks_make_one_season(run: Run, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand("甲", {"一": WRONG_SUM}, "--round", "一上")
    adopt(hand, "甲", "资金-F1", 处理意见="保留", 理由="已核对")
    hand("乙", {"二": {}, "三/三": WRONG_SUM}, "--round", "一上")
    before = hashes("甲") | hashes("乙")
    done = run("season", "join", "甲/", "乙/", "-o", "合并/")
    assert (done.code, done.out) == (
        0,
        "已合并到 合并：报送 3 份（文件 3 个），意见 1 条。\n接着在 合并 里运行 jixiao season 看下一步。\n",
    )
    assert hashes("甲") | hashes("乙") == before
    assert sorted(str(Path(name).relative_to("合并")) for name in hashes("合并")) == [
        "名单.xlsx",
        "回收/一.xlsx",
        "回收/三/三.xlsx",
        "回收/二.xlsx",
        "审核结果/台账.sqlite",
        "本季.txt",
    ]

    monkeypatch.chdir("合并")
    now = run("season", "--json").json
    assert (now["states"], now["rounds"]) == (
        {"需修改": [THIRD], "已报": [FIRST, SECOND]},
        [{"name": "一上", "returns": 3}],
    )
    assert now["next"][0] == {"why": "刚合并好，几边的意见放在一起再审核一次", "command": "jixiao check -o 审核结果 --force"}
    checked = run("check", "-o", "审核结果", "--force", "--json").json
    kept = [f["message"] for f in checked["findings"] if f["rule"] == "资金-F1" and f["severity"] == "hint"]
    assert [text.partition("）：")[0] for text in kept] == ["已说明（原为错误；理由：已核对"]
    after = run("season", "--json").json
    assert (after["states"], [step["command"].split()[1] for step in after["next"]]) == (now["states"], ["annotate", "merge"])
    assert [row["unit"] for row in run("merge", "-o", "汇总", "--json").json["left_out"]] == [THIRD]


def test_joining_is_the_same_in_any_order_and_with_oneself(run: Run, hand: Hand) -> None:
    hand("甲", {"一": WRONG_SUM}, "--round", "一上")
    adopt(hand, "甲", "资金-F1", 处理意见="保留", 理由="已核对")
    shutil.copytree("甲", "乙")
    hand("乙", {"一": NEW, "二": WRONG_SUM}, "--round", "二上")
    adopt(hand, "乙", "资金-F1", 处理意见="退回", 理由="", 人工意见="请改正")
    hand("丙", {"三": {}}, "--round", "一上")
    assert run("season", "join", "甲", "甲", "-o", "一家").code == 0 and known("一家") == known("甲")
    shutil.copytree("甲", "又一份甲")
    assert run("season", "join", "甲", "又一份甲", "-o", "两份").code == 0 and known("两份") == known("甲")

    for number, order in enumerate(permutations(("甲", "乙", "丙"))):
        assert run("season", "join", *order, "-o", f"次序{number}").code == 0
        assert known(f"次序{number}") == known("次序0")
    for name, (one, other, third) in {"先甲乙": ("甲", "乙", "丙"), "先乙丙": ("乙", "丙", "甲"), "先甲丙": ("甲", "丙", "乙")}.items():
        assert run("season", "join", one, other, "-o", name).code == 0
        assert run("season", "join", name, third, "-o", f"{name}再").code == 0
        assert known(f"{name}再") == known("次序0")
    assert run("season", "join", "次序0", "甲", "-o", "再加").code == 0 and known("再加") == known("次序0")


def test_a_side_that_has_not_seen_the_correction_gives_way(run: Run, hand: Hand) -> None:
    hand("甲", {"一": WRONG_SUM, "二": {}})
    shutil.copytree("甲", "乙")
    hand("乙", {"一": {}})
    done = run("season", "join", "甲", "乙", "-o", "合并")
    assert done.code == 0
    assert "甲的 一.xlsx 是旧的一版，乙已经换成新的，没有带过来（台账里的记录保留）。" in done.out
    assert {name for name in hashes("合并") if "回收" in name} == {"合并/回收/一.xlsx", "合并/回收/二.xlsx"}
    assert hashes("合并")["合并/回收/一.xlsx"] == hashes("乙")["乙/回收/一.xlsx"]
    hand("合并")
    compared = run("diff", "--ledger", "合并/审核结果/台账.sqlite", "--unit", FIRST)
    assert compared.code == 0 and "年度资金申请总额" in compared.out


def test_an_archive_whose_returns_were_replaced_stays_behind(run: Run, hand: Hand) -> None:
    Path("甲/回收").mkdir(parents=True)
    put("一.xlsx", {"实施单位": FIRST, **WRONG_SUM})
    with zipfile.ZipFile("甲/回收/一.zip", "w") as archive:
        archive.write("一.xlsx")
    Path("一.xlsx").unlink()
    hand("甲", {"二": {}})
    shutil.copytree("甲", "乙")
    Path("乙/回收/一.zip").unlink()
    hand("乙", {"一": {}})
    done = run("season", "join", "甲", "乙", "-o", "合并")
    assert (done.code, sorted(name for name in hashes("合并") if "回收" in name)) == (0, ["合并/回收/一.xlsx", "合并/回收/二.xlsx"])
    assert [file["status"] for file in hand("合并", None, "--json").json["files"]] == ["passed", "passed"]


def test_an_opinion_each_way_is_named_and_settled_by_either(run: Run, hand: Hand) -> None:
    hand("甲", {"一": WRONG_SUM})
    shutil.copytree("甲", "乙")
    adopt(hand, "甲", "资金-F1", 处理意见="保留", 理由="已核对")
    adopt(hand, "乙", "资金-F1", 处理意见="退回")
    done = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert (done.code, done.json["written"], Path("合并").exists()) == (3, None, False)
    assert done.json["contradictions"] == [
        {
            "kind": "同一处两边意见不同",
            "about": f"{FIRST} › 项目1 › 年度资金申请总额 › 资金-F1",
            "said": {"甲": "保留（已核对）", "乙": "退回"},
            "cure": "请在其中一边的审核报告里改成一致（要撤回的清空），用 check --decisions 采用，再重新合并；或加 --prefer 写明以哪一边为准。",
        }
    ]
    preferred = run("season", "join", "甲", "乙", "-o", "照甲的", "--prefer", "甲/")
    assert preferred.code == 0 and "（已按 --prefer 处理）同一处两边意见不同" in preferred.out
    assert known("照甲的")["opinions"] == known("甲")["opinions"]  # type: ignore[index]
    assert run("season", "join", "甲", "乙", "-o", "照谁的", "--prefer", "丙").code == 2

    # Withdrawn on one side, it is still held on the other: it does not come back in silence.
    adopt(hand, "乙", "资金-F1", 处理意见="", 理由="")
    withdrawn = run("season", "join", "乙", "甲", "-o", "合并", "--json")
    assert (withdrawn.code, withdrawn.json["contradictions"][0]["said"]) == (3, {"甲": "保留（已核对）", "乙": "已撤回"})
    adopt(hand, "甲", "资金-F1", 处理意见="", 理由="")
    settled = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert (settled.code, settled.json["opinions"], settled.json["contradictions"]) == (0, 0, [])


def test_two_newest_returns_of_a_unit(run: Run, hand: Hand) -> None:
    hand("甲", {"一": WRONG_SUM})
    hand("乙", {"一": {}})
    done = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert (done.code, Path("合并").exists()) == (3, False)
    assert [(c["kind"], c["about"], sorted(c["said"])) for c in done.json["contradictions"]] == [
        ("两边最新的报送不是同一份", f"{FIRST}（未写轮次）", ["乙", "甲"])
    ]
    # As it is told: the one that counts takes the place of the other, which is then the older version.
    shutil.copy2("乙/回收/一.xlsx", "甲/回收/一.xlsx")
    hand("甲")
    assert run("season", "join", "甲", "乙", "-o", "合并").code == 0
    assert hashes("合并")["合并/回收/一.xlsx"] == hashes("乙")["乙/回收/一.xlsx"]


def test_what_the_seasons_go_by_has_to_be_the_same(run: Run, hand: Hand) -> None:
    hand("甲", {"一": {}}, "--round", "一上")
    hand("乙", {"二": {}})
    write_roster(Path("乙/名单.xlsx"), [{"单位": FIRST, "控制数": 5}, {"单位": SECOND}])
    settings = Path("乙/本季.txt")
    settings.write_text(settings.read_text(encoding="utf-8-sig").replace("2025", "2026"), encoding="utf-8")
    done = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert (done.code, [c["kind"] for c in done.json["contradictions"]]) == (3, ["名单不同", "年度不同", "轮次不同"])
    assert done.json["contradictions"][0]["about"] == (
        f"“{THIRD}”只在甲的名单里；“{FIRST}”的内容不同（控制数、主管部门、别名、联系人等）；"
        f"“{FIRST}”的项目不同（项目1）；“{SECOND}”的项目不同（项目1）"
    )
    settings.write_text(settings.read_text(encoding="utf-8-sig").replace("2026", "2025"), encoding="utf-8")
    os.chdir("乙")
    run("season", "--name-round", "未写轮次", "一上")
    os.chdir("..")
    assert run("season", "join", "甲", "乙", "-o", "合并", "--roster", "名单.xlsx").code == 0
    assert hashes("合并")["合并/名单.xlsx"] == hashes("甲")["甲/名单.xlsx"]


def test_opinions_that_nobody_adopted_yet_are_not_lost(run: Run, hand: Hand) -> None:
    hand("甲", {"一": WRONG_SUM})
    hand("乙", {"二": {}})
    decide("甲/审核结果", "资金-F1", 处理意见="保留", 理由="已核对")
    done = run("season", "join", "甲", "乙", "-o", "合并")
    assert (done.code, done.out.splitlines()[0]) == (
        3,
        "审核报告里有还没有采用的意见：甲：甲/审核结果/审核报告.xlsx 里有 1 条（第 2 行）。请先在那一边用 check --decisions 采用，再合并。",
    )


def test_ledgers_alone_are_joined_and_nothing_is_replaced(run: Run, hand: Hand) -> None:
    hand("甲", {"一": {}})
    hand("乙", {"二": {}})
    ledgers = ("甲/审核结果/台账.sqlite", "乙/审核结果/台账.sqlite")
    assert run("season", "join", *ledgers, "-o", "合并").code == 0
    before = hashes("合并")
    again = run("season", "join", *ledgers, "-o", "合并")
    assert (again.code, hashes("合并")) == (5, before)
    assert again.err == "错误：合并：已经有了，未改动；要重做请加 --force（原来的改名为 合并（上一份）），或换一个输出位置。\n"
    assert run("season", "join", *ledgers, "-o", "合并", "--force").code == 0
    assert {name.replace("（上一份）", ""): digest for name, digest in hashes("合并（上一份）").items()} == before
    for wrong in (("甲",), ("甲", "没有")):
        assert run("season", "join", *wrong, "-o", "别处").code == 2
    assert run("season", "join", "甲", "乙", "-o", "甲/合并").code == 2
    assert {path.name for path in Path().iterdir()} == {"甲", "乙", "合并", "合并（上一份）", "名单.xlsx"}


def test_answers_for_a_batch_go_along_and_other_answers_are_told(run: Run, hand: Hand) -> None:
    def asked(name: str, files: str, action: str, reason: str) -> None:
        hand(name, {file: {"年度": 2024} for file in files})
        report = Path(name) / "审核结果/审核报告.xlsx"
        book = openpyxl.load_workbook(report)
        sheet = book["合并提问"]
        heads = [cell.value for cell in sheet[1]]
        sheet.cell(2, heads.index("处理意见") + 1).value = action
        sheet.cell(2, heads.index("理由") + 1).value = reason
        book.save(report)
        hand(name, None, "--decisions", "审核结果/审核报告.xlsx")

    asked("甲", "一二", "保留", "补报上年度的")
    hand("乙", {"三": {"年度": 2024}, "三甲": {"年度": 2024, "项目名称": "项目2"}})
    done = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert (done.code, done.json["opinions"], done.json["notes"]) == (0, 2, [])
    found = [f for f in hand("合并", None, "--json").json["findings"] if f["rule"] == "年度-不符"]
    assert sorted((f["unit"], f["severity"]) for f in found) == [(FIRST, "hint"), (THIRD, "error"), (THIRD, "error"), (SECOND, "hint")]

    asked("乙", "", "退回", "")
    done = run("season", "join", "甲", "乙", "-o", "再合并", "--json")
    assert (done.code, done.json["opinions"]) == (0, 4)
    assert done.json["notes"] == [
        "合并提问（年度-不符）两边答得不同：乙：退回；甲：保留。各单位照自己那一边的；要一致的，合并后在审核报告里改。"
    ]


def test_a_unit_goes_by_the_name_that_the_roster_gives_it(run: Run, hand: Hand) -> None:
    Path("甲").mkdir()
    Path("甲/本季.txt").write_text("年度：2025\n台账：审核结果/台账.sqlite\n回收：回收\n", encoding="utf-8")
    hand("甲", {"一": {**WRONG_SUM, "实施单位": "一小"}})
    write_roster(Path("名单.xlsx"), [{"单位": FIRST, "别名": "一小"}], [{"单位": FIRST, "项目名称": "项目1"}])
    hand("乙", {"一": {}})
    done = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert (done.code, [c["kind"] for c in done.json["contradictions"]]) == (3, ["两边最新的报送不是同一份"])


def test_a_side_that_is_a_round_behind_comes_up_to_it(run: Run, hand: Hand) -> None:
    hand("甲", {"一": {}}, "--round", "一上")
    hand("乙", {"二": {}}, "--round", "二上")
    done = run("season", "join", "甲", "乙", "-o", "合并", "--json")
    assert [(c["kind"], c["said"]) for c in done.json["contradictions"]] == [
        ("轮次不同", {"乙": "最近一次是二上（台账里有 二上）", "甲": "最近一次是一上（台账里有 一上）"})
    ]
    hand("甲", None, "--round", "二上")
    assert run("season", "join", "甲", "乙", "-o", "合并").code == 0
    os.chdir("合并")
    assert run("season", "--json").json["rounds"] == [{"name": "一上", "returns": 1}, {"name": "二上", "returns": 2}]


def test_which_return_counts_is_known_after_joining_too(run: Run, hand: Hand) -> None:
    """`--use` of one hand holds; two hands that say the opposite are asked."""
    hand("甲", {"一": {}, "一（改）": NEW}, "--use", "回收/一.xlsx")
    hand("乙", {"二": {}})
    assert run("season", "join", "甲", "乙", "-o", "合并").code == 0
    os.chdir("合并")
    checked = run("check", "-o", "审核结果", "--force", "--json").json
    os.chdir("..")
    (told,) = [f for f in checked["findings"] if f["unit"] == FIRST and f["family"] == "file"]
    assert (told["rule"], told["severity"], Path(told["file"]).name) == ("文件-多份报送", "hint", "一（改）.xlsx")

    hand("丙", {"一": {}, "一（改）": NEW}, "--use", "回收/一（改）.xlsx")
    opposed = run("season", "join", "甲", "丙", "-o", "再合并")
    assert (opposed.code, Path("再合并").exists()) == (3, False)
    assert "以 一.xlsx 为准" in opposed.out + opposed.err
