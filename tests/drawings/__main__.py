"""`python -m tests.drawings`: draw, write, read, compare; exits 1 below the acceptance of issue I.

In: how many drawings, from which seed, by which writers. Out: tables on stdout, progress on stderr. A chunk of files is
written and read by one process; only one LibreOffice runs at a time. `--only SEED --keep DIR` writes one drawing to look at.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import tempfile
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Lock
from pathlib import Path

from tests.drawings import properties, report
from tests.drawings.drawing import random_drawing
from tests.drawings.files import WRITERS, write
from tests.drawings.score import Result, score

CHUNK = 40
_OFFICE: list[Lock] = []


def main() -> int:
    """Run and return the exit code."""
    options = _options()
    if options.only is not None:
        return _keep(options.only, options.keep or Path("."), options.writers)
    seeds = range(options.seed, options.seed + options.count)
    chunks = [(writer, seeds[at : at + CHUNK]) for writer in options.writers for at in range(0, len(seeds), CHUNK)]
    results: dict[str, list[Result]] = defaultdict(list)
    lock = multiprocessing.Lock()
    with ProcessPoolExecutor(options.jobs, initializer=_OFFICE.append, initargs=(lock,)) as pool:
        for done, (writer, found) in enumerate(pool.map(_chunk, *zip(*chunks, strict=True)), 1):
            results[writer] += found
            print(f"\r{done}/{len(chunks)} 批", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    failed = report.failures(results)
    for text in (
        report.by_writer(results),
        report.by_trait(results),
        report.worst(results),
        report.common_findings(results),
    ):
        print(text, end="\n\n")
    if options.changes:
        failed += _changes(range(options.seed, options.seed + options.changes))
    print("\n".join(failed) if failed else "达到要求。")
    return 1 if failed else 0


def _chunk(writer: str, seeds: range) -> tuple[str, list[Result]]:
    drawings = [random_drawing(seed) for seed in seeds]
    with tempfile.TemporaryDirectory(prefix="jixiao-drawings-") as scratch:
        folder = Path(scratch) / "回收"
        if WRITERS[writer].converted:
            with _OFFICE[0]:
                write(drawings, writer, folder)
        else:
            write(drawings, writer, folder)
        return writer, score(folder, drawings, printed=WRITERS[writer].printed)


def _changes(seeds: range) -> list[str]:
    """Take labels away and exchange what may be exchanged; print how much was tried and return what is wrong."""
    wrong = []
    with tempfile.TemporaryDirectory(prefix="jixiao-drawings-") as scratch:
        for text in (None, properties.RENAMED):
            tried, found = properties.labels_gone((), seeds, text, Path(scratch) / (text or "去掉"))
            print(f"标签{'改名' if text else '去掉'}：{tried} 种，不对 {len(found)} 处")
            wrong += found
        for change in properties.EXCHANGES:
            tried, found = properties.exchanged(seeds, change, Path(scratch) / change)
            print(f"对调 {change}：{tried} 种，不对 {len(found)} 处")
            wrong += found
    return wrong


def _keep(seed: int, folder: Path, writers: list[str]) -> int:
    """Write one drawing by each writer into `folder`, read it there, and print all that is not exact."""
    drawing = random_drawing(seed)
    print("、".join(f"{name} {value}" for name, value in drawing.traits.items()))
    for writer in writers:
        place = folder / writer
        (path,) = write([drawing], writer, place)
        (found,) = score(place, [drawing], printed=WRITERS[writer].printed)
        print(f"{path}  正确 {report.rate([found]):.1%}")
        print("\n".join(f"    {mark.explain()}" for mark in found.marks if mark.kind not in ("exact", "blank")))
        print("\n".join(f"    误报：{text}" for text in found.false_findings))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.drawings", description="画各种版式的申报表，读回来比较")
    parser.add_argument("--count", type=int, default=1000, help="画多少种（默认 1000）")
    parser.add_argument("--seed", type=int, default=1, help="从哪个种子起")
    parser.add_argument("--changes", type=int, default=200, help="多少种再去掉、改名一个标签，对调两处（默认 200）")
    parser.add_argument("--writers", nargs="*", choices=list(WRITERS), default=list(WRITERS), help="用哪些写法")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="几个进程")
    parser.add_argument("--only", type=int, metavar="SEED", help="只画这一种，写到 --keep 的文件夹里看")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="与 --only 同用：文件放在哪里")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
