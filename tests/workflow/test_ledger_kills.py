"""The ledger under what happens in offices: runs that are ended at any moment, and two at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shipped import ROOT
from tests.workflow.ledger_jobs import put, run
from toolkit.season.history import returns
from toolkit.season.ledger import open_ledger

pytestmark = pytest.mark.slow

# `JIXIAO_LEDGER_KILLS=200` for the long run.
KILLS = int(os.environ.get("JIXIAO_LEDGER_KILLS", "24"))


def sound(path: Path) -> bool:
    with sqlite3.connect(path) as connection:
        ok = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return ok and connection.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="需要 os.fork（Linux、macOS）")
def test_killed_runs_lose_and_double_nothing(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "回收", tmp_path / "台账.sqlite"
    folder.mkdir()
    job = [sys.executable, "-m", "tests.workflow.ledger_jobs", str(folder), str(ledger), str(KILLS), "6"]
    done = subprocess.run(job, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 0 < int(done.stdout) < KILLS, "the kills are to fall before the end of some runs and after that of others"
    assert sound(ledger)
    run(folder, ledger)
    assert sound(ledger)
    with open_ledger(ledger) as opened:
        found = returns(opened)
    assert sorted((each.unit, each.version) for each in found) == sorted(
        (f"第{number // 2}小学", number % 2 + 1) for number in range(KILLS + 1)
    )
    assert {(each.file, each.version) for each in found} == {
        (str(folder / f"第{number // 2}小学-{number % 2 + 1}.xlsx"), number % 2 + 1) for number in range(KILLS + 1)
    }


def test_two_runs_at_once_finish_and_agree(tmp_path: Path) -> None:
    folder, ledger = tmp_path / "回收", tmp_path / "台账.sqlite"
    folder.mkdir()
    for number in range(6):
        put(folder, number)
    command = [sys.executable, "-m", "toolkit", "check", str(folder), "--ledger", str(ledger), "--json"]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    outputs = [process.communicate() for process in both]
    assert [(process.returncode, error) for process, (_, error) in zip(both, outputs, strict=True)] == [(3, b"")] * 2
    assert outputs[0][0] == outputs[1][0]
    plain = subprocess.run([*command[:5], "--json"], cwd=ROOT, capture_output=True, check=False)
    assert outputs[0][0] == plain.stdout and len(json.loads(plain.stdout)["files"]) == 6
    assert sound(ledger)
    with open_ledger(ledger) as opened:
        assert sorted((each.unit, each.version) for each in returns(opened)) == sorted(
            (f"第{number // 2}小学", number % 2 + 1) for number in range(6)
        )
