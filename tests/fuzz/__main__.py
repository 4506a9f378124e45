"""`python -m tests.fuzz [ENTRY…] [--count N] [--seed N] [--jobs N]`: draw cases, feed them, say what went wrong; exits 1 where anything did.

A case follows from the name of its entry and one number; every `--every`-th goes through the whole command. Each entry has a process
of its own, whose memory is measured. `--only SEED --keep FILE` writes a single case and runs it, so that the traceback can be read.
"""

from __future__ import annotations

import argparse
import math
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.run import ENTRIES, EVERY, MEMORY, run_apart, source


def main() -> int:
    options = _options()
    chosen = [ENTRIES[name] for name in options.entries]
    if options.only is not None:
        case = chosen[0].make(source(chosen[0], options.only))
        if options.keep:
            options.keep.write_bytes(case if isinstance(case, bytes) else str(case).encode("utf-8", "surrogatepass"))
        for run in (chosen[0].run, chosen[0].whole):
            if run:
                run(case)
        return 0
    bad = 0
    print(
        f"{'入口':<8}{'用例':>8}{'失败':>6}{'秒':>8}{'最慢':>8}{'内存':>8}   种子从 {options.seed} 起",
        flush=True,
    )
    work = [(entry.name, options.seed, math.ceil(options.count * entry.share), options.minutes * 60, options.every) for entry in chosen]
    with ThreadPoolExecutor(options.jobs) as pool:
        for name, score in pool.map(run_apart, work):
            if score.memory > MEMORY:
                score.troubles[f"内存 {score.memory} MB"] = [options.seed]
            found = sum(map(len, score.troubles.values()))
            bad += found
            slowest, seed = score.slowest
            print(
                f"{name:<8}{score.cases:>8}{found:>6}{score.seconds:>8.0f}{slowest:>8.2f}{score.memory:>5} MB   最慢的种子 {seed}",
                flush=True,
            )
            for text, seeds in sorted(score.troubles.items(), key=lambda item: -len(item[1])):
                print(f"    {len(seeds)} 次，种子 {'、'.join(map(str, seeds[:5]))}：{text}", flush=True)
    return 1 if bad else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=f"入口：{'、'.join(ENTRIES)}")
    parser.add_argument("entries", nargs="*", default=list(ENTRIES), metavar="入口")
    parser.add_argument("--count", type=int, default=1000, help="每个入口多少个用例；公式多得多，慢的入口少些，见 share")
    parser.add_argument("--minutes", type=float, default=0, help="每个入口最多多少分钟")
    parser.add_argument("--seed", type=int, default=0, help="第一个用例的种子")
    parser.add_argument("--every", type=int, default=EVERY, help="每多少个用例有一个走完整的命令")
    parser.add_argument("--jobs", type=int, default=1, help="几个入口同时进行")
    parser.add_argument("--only", type=int, help="只运行这个种子")
    parser.add_argument("--keep", type=Path, help="把用例写到这个文件")
    options = parser.parse_args()
    if unknown := [name for name in options.entries if name not in ENTRIES]:
        parser.error(f"没有这样的入口：{'、'.join(unknown)}")
    return options


if __name__ == "__main__":
    sys.exit(main())
