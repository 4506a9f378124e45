"""Large batches: how the time of a workbook and the memory of the process grow, what copies cost, what hostile files cost the others."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from benchmarks import corpus
from benchmarks.timing import command_line, report, verdict

FEW, MANY, COPIES, MIXED, EACH, OF_ONE = 1000, 10_000, 1500, 2000, 20, 800


def run(scale: float = 1.0) -> None:
    few, many, copies, mixed = (max(int(count * scale), 40) for count in (FEW, MANY, COPIES, MIXED))
    made = corpus.distinct(corpus.plain())
    with tempfile.TemporaryDirectory() as scratch:
        folder = corpus.folder(Path(scratch, "回收"), many, made)
        _growth(folder, few, many, Path(scratch))
        _copies(folder, copies, made(0), Path(scratch))
        _hostile(folder, mixed, Path(scratch))
        _one_unit(Path(scratch), max(int(OF_ONE * scale), 40))


def _some(folder: Path, count: int, place: Path) -> Path:
    """A folder with the first of the workbooks."""
    place.mkdir()
    for path in sorted(folder.iterdir())[:count]:
        shutil.copyfile(path, place / path.name)
    return place


def _check(folder: Path) -> tuple[float, float]:
    return command_line("check", str(folder), "--json")


def _growth(folder: Path, few: int, many: int, scratch: Path) -> None:
    small = [_check(_some(folder, few, scratch / f"少{turn}")) for turn in range(2)]
    seconds, peak = min(small)
    whole, most = _check(folder)
    rows = [
        (f"{few} 份", f"{seconds * 1000 / few:8.2f} ms/份，主进程最多 {peak:.0f} MB"),
        (f"{many} 份", f"{whole * 1000 / many:8.2f} ms/份，主进程最多 {most:.0f} MB"),
        (f"每份的时间：{many} 份 ÷ {few} 份", verdict(whole / many / (seconds / few), 1.1)),
        (f"主进程的内存：{many} 份 ÷ {few} 份", verdict(most / peak, 1.3)),
    ]
    report("整批审核的增长（各不相同的工作簿，处理器时间）", rows)


def _copies(folder: Path, count: int, data: bytes, scratch: Path) -> None:
    distinct, _ = _check(_some(folder, count, scratch / "不同"))
    same, peak = _check(corpus.folder(scratch / "相同", count, lambda _: data))
    rows = [
        (f"{count} 份各不相同的", f"{distinct:8.2f} s"),
        (f"{count} 份一样的", f"{same:8.2f} s，主进程最多 {peak:.0f} MB"),
        ("一样的 ÷ 各不相同的", verdict(same / distinct, 2)),
    ]
    report("同一份报送的副本", rows)


def _hostile(folder: Path, count: int, scratch: Path) -> None:
    """The speed is that of the workbooks that can be read; a bad one in twenty."""
    clean = _some(folder, count, scratch / "干净")
    alone, _ = _check(clean)
    bad = corpus.hostile()
    for number in range(count // EACH):
        (clean / f"坏{number:05d}.xlsx").write_bytes(bad[number % len(bad)])
    mixed, _ = _check(clean)
    rows = [
        (f"{count} 份都能读的", f"{count / alone:8.1f} 份/秒"),
        (f"再加 {count // EACH} 份坏的", f"{count / mixed:8.1f} 份/秒"),
        ("有坏文件时的速度 ÷ 没有时", verdict(alone / mixed, 0.8, at_least=True)),
    ]
    report("夹着坏文件的一批（空的、截断的、不是工作簿的、解开极大的）", rows)


def _one_unit(scratch: Path, projects: int) -> None:
    """Projects of one unit, each in a workbook of its own: rules that look at all of a unit's projects must not grow with the square."""
    seconds = {}
    for count in (projects // 4, projects):
        made = corpus.distinct(corpus.plain(), units=False)
        seconds[count] = _check(corpus.folder(scratch / f"一个单位{count}", count, made))[0]
    (fewer, less), (more, most) = seconds.items()
    rows = [(f"{count} 个项目", f"{found * 1000 / count:8.2f} ms/项目") for count, found in seconds.items()]
    report("一个单位的许多项目", [*rows, (f"每个项目：{more} 个 ÷ {fewer} 个", verdict(most / more / (less / fewer), 1.2))])
