"""Timing for all benchmarks: the best of several rounds, because a machine can only be slower than it is."""

from __future__ import annotations

import time
from collections.abc import Callable

ROUNDS = 7


def best(action: Callable[[], object], *, number: int = 1, rounds: int = ROUNDS) -> float:
    """Return the seconds one call of `action` takes: the best of `rounds` rounds of `number` calls."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(number):
            action()
        times.append((time.perf_counter() - start) / number)
    return min(times)


def interleaved(actions: dict[str, Callable[[], object]], *, rounds: int = ROUNDS, number: int = 1) -> dict[str, float]:
    """Return the best seconds of each action, measured in turns, so that a noisy moment hits all alike."""
    times: dict[str, float] = {}
    for _ in range(rounds):
        for name, action in actions.items():
            seconds = best(action, number=number, rounds=1)
            times[name] = min(seconds, times.get(name, seconds))
    return times


def report(title: str, rows: list[tuple[str, str]]) -> None:
    """Print a small table under a title."""
    print(f"\n## {title}")
    for name, figure in rows:
        print(f"  {name:<40} {figure}")


def verdict(ratio: float, limit: float, *, at_least: bool = False) -> str:
    """Return a ratio with its limit, and whether it holds."""
    held = ratio >= limit if at_least else ratio <= limit
    return f"{ratio:8.2f}×  （要求{'不低于' if at_least else '不高于'} {limit}×：{'达到' if held else '未达到'}）"
