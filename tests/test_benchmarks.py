"""What `make bench` measures with: workbooks that differ, a clerk's scripts that agree, ratios that are named where they fall short."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import clerk_bench, corpus, timing
from benchmarks.clerk import checks
from tests.shipped import shipped_form
from toolkit.intake.batch import read_batch
from toolkit.workflow.check import check_returns
from toolkit.workflow.request import Request

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.parametrize("made", [corpus.plain(2, 6), corpus.issued(2, 6)], ids=["plain", "issued"])
def test_workbooks_of_the_corpus_differ_and_the_clerks_scripts_agree(tmp_path: Path, made: bytes) -> None:
    folder = corpus.folder(tmp_path / "回收", 4, corpus.distinct(made))
    found = read_batch([str(folder)], [shipped_form()]).declarations
    assert len({(d.unit, d.project, d.value("年度资金申请总额")) for d in found}) == len(found) == 8
    assert len({d.unit for d in found}) == 4
    places = tmp_path / "places.json"
    places.write_text(json.dumps(clerk_bench.places(), ensure_ascii=False), encoding="utf-8")
    told = [
        subprocess.run(
            [sys.executable, str(ROOT / "benchmarks/clerk.py"), kind, str(folder), str(places)], capture_output=True, text=True, check=True
        ).stdout
        for kind in ("openpyxl", "pandas")
    ]
    assert told[0] == told[1] == "".join(f"{path.name}\n" for path in sorted(folder.iterdir()))


@pytest.mark.slow
def test_one_unit_keeps_its_name_and_its_projects_differ(tmp_path: Path) -> None:
    folder = corpus.folder(tmp_path / "回收", 4, corpus.distinct(corpus.plain(), units=False))
    found = read_batch([str(folder)], [shipped_form()]).declarations
    assert (len({d.unit for d in found}), len({d.project for d in found})) == (1, 4)


@pytest.mark.slow
def test_no_hostile_file_of_the_corpus_is_a_return(tmp_path: Path) -> None:
    folder = corpus.folder(tmp_path / "回收", 1, corpus.distinct(corpus.plain()))
    for number, data in enumerate(corpus.hostile()):
        (folder / f"坏{number}.xlsx").write_bytes(data)
    files = check_returns(Request([str(folder)], [shipped_form()])).files
    assert [file.status in ("unreadable", "wrong_form") for file in files] == [False] + [True] * len(corpus.hostile())


def test_the_clerks_checks_find_what_is_wrong() -> None:
    head = dict.fromkeys(("项目资金总额", "财政资金", "其他资金", "上年结转资金", "年度其他资金", "项目总目标"))
    head |= {"年度": 2025, "年度资金申请总额": 100, "当年财政拨款": 90, "项目名称": " 甲", "实施单位": "乙", "主管部门": "丙"}
    head |= {"项目性质": "丁", "项目类别": None, "计划开始日期": None, "计划完成日期": None, "年度总体目标": "短"}
    row = {"一级指标": "产出指标", "二级指标": "质量指标", "三级指标": "合格率", "符号": "≤", "数值": 120, "计量单位": "%"}
    assert checks(head, [row, row]) == [
        "F1",
        "名称空格",
        "类别",
        "开始",
        "完成",
        "目标短",
        "满意度",
        "百分数",
        "方向",
        "百分数",
        "方向",
        "重复",
    ]


def test_a_ratio_that_falls_short_is_named_with_its_limit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(timing, "RATIOS", [])
    monkeypatch.setattr(timing, "REPORTS", {})
    timing.report("甲", [("快", timing.verdict(3, 2)), ("慢", timing.verdict(3, 2, at_least=True)), ("别的", "1 ms")])
    assert timing.RATIOS == [
        {"title": "甲", "name": "快", "ratio": 3, "limit": 2, "at_least": False, "held": False},
        {"title": "甲", "name": "慢", "ratio": 3, "limit": 2, "at_least": True, "held": True},
    ]
    assert "快" in capsys.readouterr().out
