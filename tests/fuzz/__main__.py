"""`python -m tests.fuzz [ENTRY…] [--count N] [--seed N] [--jobs N]`: draw cases, feed them, say what went wrong; exits 1 where anything did.

A case follows from the name of its entry and one number; every `--every`-th goes through the whole command. Each entry has a process
of its own, whose memory is measured. `--only SEED --keep FILE` writes a single case and runs it, so that the traceback can be read.
"""

from __future__ import annotations

import argparse
import logging
import math
import multiprocessing
import signal
import sys
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz import arrangements, files, formulas
from tests.fuzz.model import Entry

try:
    import resource
except ImportError:  # Windows measures memory in ways of its own.
    resource = None  # type: ignore[assignment]

ENTRIES = {entry.name: entry for entry in (Entry("公式", formulas.case, formulas.run, share=105), arrangements.ENTRY, *files.ENTRIES)}

# Seconds of computing that no case may take, and MB that none may need.
HANG, MEMORY = 5.0, 500

# Of so many cases one goes through the whole command.
EVERY = 200


class _Hangs(BaseException):
    """A case took longer than any may."""


@dataclass
class Score:
    """What the cases of one entry came to; `memory` is in MB, 0 where nobody measured, `troubles` by what went wrong, each with the seeds that show it."""

    cases: int = 0
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, 0)
    memory: int = 0
    troubles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def main() -> int:
    options = _options()
    chosen = [ENTRIES[name] for name in options.entries]
    if options.only is not None:
        case = chosen[0].make(_source(chosen[0], options.only))
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
    with multiprocessing.Pool(options.jobs, maxtasksperchild=1) as pool:
        for name, score in pool.imap_unordered(_alone, work, chunksize=1):
            if score.memory > MEMORY:
                score.troubles[f"内存 {score.memory} MB"].append(options.seed)
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


def _alone(work: tuple[str, int, int, float, int]) -> tuple[str, Score]:
    """Run one entry, in a process for it alone: what the process and those it started took at most is its memory."""
    name, seed, count, seconds, every = work
    logging.disable()
    score = fuzz(ENTRIES[name], range(seed, seed + count), seconds, every)
    files.clear()
    score.memory = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10 if resource else 0
    )
    return name, score


def fuzz(entry: Entry, seeds: range, seconds: float = 0, every: int = EVERY) -> Score:
    """Run a case for each seed, for no longer than `seconds` (0: to the end), of every so many the whole command."""
    score, begun = Score(), time.monotonic()
    for seed in seeds:
        if seconds and time.monotonic() - begun > seconds:
            break
        case = entry.make(_source(entry, seed))
        start = time.process_time()
        trouble = _trouble(entry.whole if entry.whole and seed % every == every - 1 else entry.run, case)
        took = time.process_time() - start
        score.cases += 1
        score.slowest = max(score.slowest, (took, seed))
        if trouble:
            score.troubles[trouble].append(seed)
    score.seconds = time.monotonic() - begun
    return score


def _source(entry: Entry, seed: int) -> Random:
    return Random(f"{entry.name} {seed}")


def _trouble(run: Callable[[object], None], case: object) -> str:
    """Return what goes wrong with a case, "" when nothing does."""
    limited = hasattr(signal, "ITIMER_VIRTUAL")
    if limited:
        signal.signal(signal.SIGVTALRM, _ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        run(case)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "toolkit" in frame.filename]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return f"{type(error).__name__} {where} {str(error)[:160]}".replace("\n", " ")
    finally:
        if limited:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return ""


def _ring(number: int, frame: FrameType | None) -> None:
    raise _Hangs


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
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
