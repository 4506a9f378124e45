"""`python -m tests.fuzz [ENTRY…] [--count N] [--seed N]`: draw cases, feed them, say what went wrong; exits 1 where anything did.

A case follows from the name of its entry and one number. `--only SEED --keep FILE` writes a single case and runs it, so that the
traceback can be read.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
import traceback
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz import arrangements, files, formulas
from tests.fuzz.model import Entry

ENTRIES = {entry.name: entry for entry in (Entry("公式", formulas.case, formulas.run), arrangements.ENTRY, *files.ENTRIES)}
HANG = 5.0


class _Hangs(BaseException):
    """A case took longer than any may."""


@dataclass
class Score:
    """What the cases of one entry came to; `troubles` by what went wrong, each with the seeds that show it."""

    cases: int = 0
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, 0)
    troubles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def main() -> int:
    options = _options()
    chosen = [ENTRIES[name] for name in options.entries]
    if options.only is not None:
        case = chosen[0].make(_source(chosen[0], options.only))
        if options.keep:
            options.keep.write_bytes(case if isinstance(case, bytes) else str(case).encode("utf-8", "surrogatepass"))
        chosen[0].run(case)
        return 0
    bad = 0
    print(f"{'入口':<8}{'用例':>8}{'失败':>6}{'秒':>8}{'最慢':>8}   种子 {options.seed} 至 {options.seed + options.count - 1}")
    for entry in chosen:
        score = fuzz(entry, range(options.seed, options.seed + options.count), options.minutes * 60)
        found = sum(map(len, score.troubles.values()))
        bad += found
        print(f"{entry.name:<8}{score.cases:>8}{found:>6}{score.seconds:>8.0f}{score.slowest[0]:>8.2f}（{score.slowest[1]}）", flush=True)
        for text, seeds in sorted(score.troubles.items(), key=lambda item: -len(item[1])):
            print(f"    {len(seeds)} 次，种子 {'、'.join(map(str, seeds[:5]))}：{text}", flush=True)
    return 1 if bad else 0


def fuzz(entry: Entry, seeds: range, seconds: float = 0) -> Score:
    """Run a case for each seed, for no longer than `seconds` (0: to the end)."""
    score, begun = Score(), time.monotonic()
    for seed in seeds:
        if seconds and time.monotonic() - begun > seconds:
            break
        case = entry.make(_source(entry, seed))
        start = time.process_time()
        trouble = _trouble(entry, case)
        took = time.process_time() - start
        score.cases += 1
        score.slowest = max(score.slowest, (took, seed))
        if trouble:
            score.troubles[trouble].append(seed)
    score.seconds = time.monotonic() - begun
    return score


def _source(entry: Entry, seed: int) -> Random:
    return Random(f"{entry.name} {seed}")


def _trouble(entry: Entry, case: object) -> str:
    """Return what goes wrong with a case, "" when nothing does."""
    limited = hasattr(signal, "ITIMER_VIRTUAL")
    if limited:
        signal.signal(signal.SIGVTALRM, _ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        entry.run(case)
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
    parser.add_argument("--count", type=int, default=1000, help="每个入口多少个用例")
    parser.add_argument("--minutes", type=float, default=0, help="每个入口最多多少分钟")
    parser.add_argument("--seed", type=int, default=0, help="第一个用例的种子")
    parser.add_argument("--only", type=int, help="只运行这个种子")
    parser.add_argument("--keep", type=Path, help="把用例写到这个文件")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
