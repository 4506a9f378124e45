"""The results of a season: filling against zipping the same bytes; 汇总表 and 总表 of 200 units and the review report, as whole commands."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import corpus
from benchmarks.samples import declarations, form
from benchmarks.timing import command_line, interleaved, report, verdict
from toolkit.outputs.filled.workbook import fill_workbook

UNITS, PROJECTS = 200, 4


def run(units: int = UNITS) -> None:
    _filling()
    with tempfile.TemporaryDirectory() as scratch:
        folder = corpus.folder(Path(scratch, "回收"), units, corpus.distinct(corpus.plain(PROJECTS, 15)))
        export = command_line("export", str(folder), "--json")[0]
        for title, words in (
            ("merge --draft：每个单位一份 Word，一份总表", ("merge", "--draft")),
            ("check -o：审核报告、台账", ("check",)),
        ):
            place = Path(scratch, words[0])
            seconds, peak = command_line(*words, str(folder), "-o", str(place), "-q")
            floor = interleaved({"压缩": partial(_zip, _parts(place))}, rounds=3)["压缩"]
            rows = [
                (title, f"{seconds:8.2f} s，{seconds * 1000 / units:.1f} ms/份，主进程最多 {peak:.0f} MB"),
                ("其中只读取（export --json）", f"{export:8.2f} s"),
                ("压缩同样的结果", f"{floor:8.2f} s"),
                ("（整个命令 - 读取）÷ 压缩", f"{(seconds - export) / floor:8.2f}×"),
            ]
            report(f"{units} 个单位的结果：{words[0]}", rows)


def _filling() -> None:
    made = declarations(PROJECTS)
    data = fill_workbook(form(), made)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    actions: dict[str, Callable[[], object]] = {"填写": lambda: fill_workbook(form(), made), "压缩": lambda: _zip(parts)}
    times = interleaved(actions, rounds=7)
    rows = [(f"{name}一份工作簿", f"{seconds * 1000:8.1f} ms") for name, seconds in times.items()]
    rows.append(("填写 ÷ 压缩同样的内容", verdict(times["填写"] / times["压缩"], 12)))
    rows.append((f"下发的工作簿，{PROJECTS} 个项目，KB ÷ 90", verdict(len(data) / 1024 / 90, 1)))
    report(f"填写（{PROJECTS} 个项目、各 30 条指标，{len(data) // 1024} KB）", rows)


def _parts(folder: Path) -> list[bytes]:
    """What stands in the office files of a folder, unzipped, and all other files."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if not zipfile.is_zipfile(path):
            found.append(path.read_bytes())
            continue
        with zipfile.ZipFile(path) as archive:
            found += [archive.read(name) for name in archive.namelist()]
    return found


def _zip(parts: list[bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as out:
        for number, data in enumerate(parts):
            out.writestr(str(number), data)
