"""Sheets of an arrangement never seen before, against the same contents in our own drawing; and the memory that a thousand take."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.samples import form
from benchmarks.timing import interleaved, report, verdict
from benchmarks.workbooks import without_formulas
from tests.drawings.drawing import random_drawing
from tests.drawings.model import Drawing
from tests.drawings.writers import xlsx_merged, xlsx_plain
from tests.rules.kit import declaration
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.read import read_grid
from toolkit.sources.grid import Grid
from toolkit.sources.xlsx import read_xlsx

DRAWINGS, FEW, MANY = range(70_000, 70_030), 100, 1000

# Reads the workbooks of a folder one after the other and tells the most memory that it took, in KB.
_READ = """
import resource, sys
from pathlib import Path
from benchmarks.samples import form
from toolkit.reading.read import read_grid
from toolkit.sources.open import open_source
for path in sorted(Path(sys.argv[1]).iterdir()):
    for grid in open_source(path, path.name).grids:
        assert read_grid(grid, [form()], path.name)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""

# Runs a command and tells the most memory that any process of it took, in KB.
_EXPORT = """
import resource, subprocess, sys
command = [sys.executable, "-m", "toolkit", "export", sys.argv[1], "-o", sys.argv[1] + ".csv", "-q"]
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def run() -> None:
    drawings = [random_drawing(seed) for seed in DRAWINGS]
    plain = replace(form(), rules=())
    ours = [without_formulas(fill_workbook(plain, [declaration(content.draft()) for content in each.contents])) for each in drawings]
    books = {
        "本表样，没有改动": ours,
        "没见过的版式，合并": [xlsx_merged(each) for each in drawings],
        "没见过的版式，不合并": [xlsx_plain(each) for each in drawings],
    }
    grids = {name: [grid for data in each for grid in read_xlsx(data, "样例.xlsx")[0]] for name, each in books.items()}
    records = sum(len(each.contents) for each in drawings)
    times = {
        "读出表格和记录": _times({name: [lambda data=data: _read(data) for data in each] for name, each in books.items()}),  # type: ignore[misc]
        "其中从表格读出记录": _times({name: [lambda grid=grid: _records(grid) for grid in each] for name, each in grids.items()}),  # type: ignore[misc]
    }
    for title, found in times.items():
        known = found["本表样，没有改动"]
        rows = [(name, f"{seconds / records * 1000:8.2f} ms") for name, seconds in found.items()]
        rows += [
            (f"{name} ÷ 没有改动", verdict(s / known, 4) if title == "读出表格和记录" else f"{s / known:8.2f}×")
            for name, s in found.items()
            if s != known
        ]
        report(f"{title}，每份申报表（{len(drawings)} 种版式，{records} 份）", rows)
    _memory(drawings)


def _times(actions: dict[str, list[Callable[[], object]]]) -> dict[str, float]:
    return interleaved({name: lambda each=each: [action() for action in each] for name, each in actions.items()}, rounds=5)  # type: ignore[misc]


def _read(data: bytes) -> None:
    for grid in read_xlsx(data, "样例.xlsx")[0]:
        _records(grid)


def _records(grid: Grid) -> None:
    read_grid(grid, [form()], "样例.xlsx")


def _memory(drawings: Sequence[Drawing]) -> None:
    """The most memory of one process for a hundred strange workbooks, and for a thousand."""
    with tempfile.TemporaryDirectory() as scratch:
        made = [xlsx_merged(each) for each in drawings if each.traits.get("说明页") != "有"]
        peaks: dict[str, dict[int, float]] = {"只读": {}, "整批导出": {}}
        for count in (FEW, MANY):
            folder = Path(scratch, str(count))
            folder.mkdir()
            for number in range(count):
                (folder / f"{number:04d}.xlsx").write_bytes(made[number % len(made)])
            for name, program in (("只读", _READ), ("整批导出", _EXPORT)):
                done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
                peaks[name][count] = int(done.stdout) / 1024
    rows = [(f"{name} {count} 份工作簿", f"{peak:8.0f} MB") for name, each in peaks.items() for count, peak in each.items()]
    rows.append(("只读 1000 份 ÷ 100 份", verdict(peaks["只读"][MANY] / peaks["只读"][FEW], 1.2)))
    each = (peaks["整批导出"][MANY] - peaks["整批导出"][FEW]) / (MANY - FEW)
    rows.append(("整批导出每份记录", f"{each * 1024:8.0f} KB"))
    report("没见过的版式，一个进程最多用的内存", rows)
