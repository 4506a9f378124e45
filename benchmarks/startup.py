"""How long `jixiao --version` takes against `python -c "import click"`, in turns."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

from benchmarks.timing import interleaved, report, verdict

ROOT = Path(__file__).resolve().parent.parent


def run() -> None:
    times = interleaved(
        {
            "python -c pass": partial(_start, "-c", "pass"),
            "python -c 'import click'": partial(_start, "-c", "import click"),
            "python -m toolkit --version": partial(_start, "-m", "toolkit", "--version"),
        },
        rounds=21,
    )
    rows = [(name, f"{seconds * 1000:8.1f} ms") for name, seconds in times.items()]
    ratio = times["python -m toolkit --version"] / times["python -c 'import click'"]
    report("启动", [*rows, ("jixiao --version ÷ import click", verdict(ratio, 1.3))])


def _start(*arguments: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, check=True)
