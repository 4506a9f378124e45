"""Checking again with a ledger: a folder of unchanged returns, the first time against the next; reports are not written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.samples import declarations, form
from benchmarks.timing import report, verdict
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Entry
from toolkit.season.ledger import open_ledger
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.request import Request, Season

FILES, PROJECTS, INDICATORS = 200, 2, 15


def run(files: int = FILES) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, ledger = Path(place, "回收"), Path(place, "台账.sqlite")
        _fill(folder, files)
        first, found = _timed(lambda: _check(folder, ledger))
        again, same = min((_timed(lambda: _check(folder, ledger)) for _ in range(3)), key=lambda pair: pair[0])
        assert same.as_json() == found.as_json()
        _change(folder)
        one, _ = _timed(lambda: _check(folder, ledger))
    rows = [
        ("第一次读取并审核", f"{first * 1000:8.0f} ms"),
        ("没有变化，再审核一次", f"{again * 1000:8.0f} ms"),
        ("变了一份，再审核一次", f"{one * 1000:8.0f} ms"),
        ("第一次 ÷ 再一次", verdict(first / again, 10, at_least=True)),
    ]
    report(f"台账（{files} 个工作簿，各 {PROJECTS} 个项目、每个项目 {INDICATORS} 条指标，不含写报告）", rows)


def _fill(folder: Path, files: int) -> None:
    folder.mkdir()
    for number in range(files):
        _put(folder, number, "")


def _put(folder: Path, number: int, mark: str) -> None:
    unit = Entry(f"青溪区第{number}小学", f"青溪区第{number}小学", None)
    name = Entry(f"设施维护{mark}", f"设施维护{mark}", None)
    made = declarations(PROJECTS, INDICATORS)
    made = [replace(each, entries={**each.entries, "实施单位": unit}) for each in made]
    made[0] = replace(made[0], entries={**made[0].entries, "项目名称": name})
    (folder / f"青溪区第{number}小学.xlsx").write_bytes(fill_workbook(form(), made))


def _change(folder: Path) -> None:
    _put(folder, 0, "（改）")


def _check(folder: Path, ledger: Path) -> CheckResult:
    with open_ledger(ledger) as opened:
        return check_returns(Request([str(folder)], [form()]), season=Season(opened))


def _timed(action: Callable[[], CheckResult]) -> tuple[float, CheckResult]:
    start = _processor()
    result = action()
    return _processor() - start, result


def _processor() -> float:
    """The processor time of this process and those that it ended."""
    times = os.times()
    return sum(times[:4])
