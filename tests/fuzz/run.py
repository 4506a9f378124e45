"""Entries run: each in a process of its own, every case within its time, with what went wrong by its seeds.

Comes in: the name of an entry and the seeds. Goes out: a `Score`. Called by the command line and by the sample in the tests.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import signal
import time
import traceback
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import FrameType

from tests.fuzz import arrangements, direct, files, formulas
from tests.fuzz.model import Entry

try:
    import resource
except ImportError:  # Windows measures memory in ways of its own.
    resource = None  # type: ignore[assignment]

ENTRIES = {entry.name: entry for entry in (Entry("公式", formulas.case, formulas.run, share=105), arrangements.ENTRY, *files.ENTRIES)}

# MB that no case may need.
MEMORY = 500

# Of so many cases one goes through the whole command.
EVERY = 200

# After so many cases what nobody holds any more is let go; a command has one such document, or a few.
_SWEPT = 20

Work = tuple[str, int, int, float, int]


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


def run_apart(work: Work) -> tuple[str, Score]:
    """Run one entry in a process for it alone; should that die, the score says no more than so."""
    context = multiprocessing.get_context("spawn")
    mine, other = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(work, other))
    process.start()
    other.close()
    try:
        score = mine.recv()
    except EOFError:
        score = Score(troubles={"进程死了": [work[1]]})
    process.join()
    return work[0], score


def _measured(work: Work, answer: Connection) -> None:
    """Send the score of an entry; the memory is what this process and those it started took at most."""
    name, seed, count, seconds, every = work
    logging.disable()
    score = fuzz(ENTRIES[name], range(seed, seed + count), seconds, every)
    files.clear()
    score.memory = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) >> 10 if resource else 0
    )
    answer.send(score)


def fuzz(entry: Entry, seeds: range, seconds: float = 0, every: int = EVERY) -> Score:
    """Run a case for each seed, for no longer than `seconds` (0: to the end), of every so many the whole command."""
    score, begun = Score(), time.monotonic()
    for seed in seeds:
        if seconds and time.monotonic() - begun > seconds:
            break
        if seed % _SWEPT == 0:
            # Documents of Word hold themselves, and a collector that counts objects sees nothing of the megabytes below them.
            gc.collect()
        case = entry.make(source(entry, seed))
        run = entry.whole if entry.whole and seed % every == every - 1 else entry.run
        trouble, took = _trouble(run, case)
        if trouble.startswith(_Hangs.__name__):
            # On a machine with other work a process is charged for what others do: what hangs hangs again.
            trouble, took = _trouble(run, case)
        score.cases += 1
        score.slowest = max(score.slowest, (took, seed))
        if trouble:
            score.troubles[trouble].append(seed)
    score.seconds = time.monotonic() - begun
    return score


def source(entry: Entry, seed: int) -> Random:
    return Random(f"{entry.name} {seed}")


def _trouble(run: Callable[[object], None], case: object) -> tuple[str, float]:
    """Return what goes wrong with a case, "" when nothing does, and the seconds of computing it took."""
    start = time.process_time()
    limited = hasattr(signal, "ITIMER_VIRTUAL")
    if limited:
        signal.signal(signal.SIGVTALRM, _ring)
        signal.setitimer(signal.ITIMER_VIRTUAL, direct.HANG)
    try:
        run(case)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "toolkit" in frame.filename]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        return f"{type(error).__name__} {where} {str(error)[:160]}".replace("\n", " "), time.process_time() - start
    finally:
        if limited:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return "", time.process_time() - start


def _ring(number: int, frame: FrameType | None) -> None:
    raise _Hangs
