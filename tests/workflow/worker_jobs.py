"""What the processes of `test_workers` are asked to do; each task is a word."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


def job(task: str, shared: str, alive: Callable[[], None]) -> object:
    if task == "hang":
        if "HANGING" in os.environ:
            Path(os.environ["HANGING"]).touch()
        time.sleep(600)
    if task == "spin":
        while True:
            pass
    if task == "wait":
        time.sleep(2.5)
    if task == "die":
        os._exit(9)
    if task == "abort":
        os.abort()
    if task == "eat":
        return len([bytearray(8 << 20) for _ in range(100)])
    if task == "bug":
        raise KeyError(task)
    if task == "talk":
        print("说给谁听")
        os.write(1, b"noise")
        sys.stderr.write("noise")
    if task == "slow":
        for _ in range(10):
            time.sleep(0.3)
            alive()
    if task.startswith("box"):
        return tuple(f"{task[3:]}{n}" for n in range(3))
    return f"{shared}{task}"
