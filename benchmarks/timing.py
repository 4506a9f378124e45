"""Timing for all benchmarks: processor time, in shuffled turns, medians with their spread; and what came of it, for JSON and the exit code.

Processor time, and not that of the clock, because other programs run on the machine too; in turns, so that a noisy moment hits all alike.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 7

# What was measured: by title each line, and by name the median and the quartiles of its seconds.
REPORTS: dict[str, list[tuple[str, str]]] = {}
RATIOS: list[dict[str, Any]] = []
SECONDS: list[dict[str, Any]] = []

_ORDER = random.Random(1)

# Runs a command line of ours and tells the processor time of it and its processes, and the most memory of itself alone, in KB.
_RUN = """
import resource, sys
from toolkit.apps.cli import main
sys.argv = ["jixiao", *sys.argv[2:]]
code = main()
own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
try:
    # What getrusage tells counts the process that started this one.
    peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
except OSError:
    peak = own.ru_maxrss
open({place!r}, "w").write(f"{{code}} {{sum((own.ru_utime, own.ru_stime, others.ru_utime, others.ru_stime))}} {{peak}}")
"""


def interleaved(actions: dict[str, Callable[[], object]], *, rounds: int = ROUNDS, number: int = 1) -> dict[str, float]:
    """Return the median seconds of processor time of one call of each action, measured in shuffled turns."""
    samples: dict[str, list[float]] = {name: [] for name in actions}
    for _ in range(rounds):
        for name in _ORDER.sample(list(actions), len(actions)):
            start = time.process_time()
            for _ in range(number):
                actions[name]()
            samples[name].append((time.process_time() - start) / number)
    return {name: _median(name, found) for name, found in samples.items()}


def processes(commands: Mapping[str, Sequence[str]], *, rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median seconds of processor time of whole processes and all that they start, in shuffled turns; the first time does not count."""
    samples: dict[str, list[float]] = {name: [] for name in commands}
    for command in commands.values():
        _process(command)
    for _ in range(rounds):
        for name in _ORDER.sample(list(commands), len(commands)):
            samples[name].append(_process(commands[name]))
    return {name: _median(name, found) for name, found in samples.items()}


def _process(command: Sequence[str]) -> float:
    before = _ended()
    subprocess.run(command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return _ended() - before


def _ended() -> float:
    """The processor time of all processes that ended, finer than `os.times` tells it."""
    import resource

    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def command_line(*words: str, codes: Sequence[int] = (0, 3, 4)) -> tuple[float, float]:
    """Return the seconds of processor time that `jixiao` with these words takes, and the megabytes of the process itself."""
    place = ROOT / f".bench-{os.getpid()}"
    try:
        program = [sys.executable, "-c", _RUN.format(place=str(place)), "", *words]
        subprocess.run(program, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        code, seconds, peak = place.read_text().split()
    finally:
        place.unlink(missing_ok=True)
    if int(code) not in codes:
        raise RuntimeError(f"jixiao {' '.join(words)} ended with {code}")
    return float(seconds), int(peak) / 1024


def environment() -> dict[str, str]:
    """As users start the program: pip has compiled its modules, so Python may keep what it compiles."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _median(name: str, found: Sequence[float]) -> float:
    low, middle, high = statistics.quantiles(found, n=4, method="inclusive") if len(found) > 1 else (found[0],) * 3
    SECONDS.append({"name": name, "median": middle, "quartiles": [low, high], "rounds": len(found)})
    return middle


def report(title: str, rows: list[tuple[str, str]]) -> None:
    """Print a small table under a title."""
    REPORTS.setdefault(title, []).extend(rows)
    print(f"\n## {title}")
    for name, figure in rows:
        print(f"  {name:<40} {figure}", flush=True)
        if isinstance(figure, Verdict):
            RATIOS.append({"title": title, "name": name, **vars(figure)})


class Verdict(str):
    """A ratio with its limit, and whether it holds, as it is printed."""

    ratio: float
    limit: float
    at_least: bool
    held: bool


def verdict(ratio: float, limit: float, *, at_least: bool = False) -> Verdict:
    """Return a ratio with its limit, and whether it holds."""
    held = ratio >= limit if at_least else ratio <= limit
    made = Verdict(f"{ratio:8.2f}×  （要求{'不低于' if at_least else '不高于'} {limit}×：{'达到' if held else '未达到'}）")
    made.ratio, made.limit, made.at_least, made.held = ratio, limit, at_least, held
    return made
