"""How long every command takes to start, and a cold check of one workbook, against `python -c "import click"`: processor time of processes."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import corpus
from benchmarks.timing import processes, report, verdict
from toolkit.apps.cli import COMMANDS

ROUNDS, FLOOR = 15, "python -c 'import click'"

# What no program can do without that has a command line in Chinese and reads the workbook with what reads it fastest; it says nothing of it.
LEAST = "底线：click，用 calamine 读同一份的格子，lxml 认它的样式"
_LEAST = """
import sys, zipfile
import click
from lxml import etree
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
rows = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
etree.fromstring(zipfile.ZipFile(sys.argv[1]).read("xl/styles.xml"))
"""


def run() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        one = Path(scratch, "一份.xlsx")
        one.write_bytes(corpus.issued())
        jixiao = [sys.executable, "-m", "toolkit"]
        times = processes(
            {
                "python -c pass": [sys.executable, "-c", "pass"],
                FLOOR: [sys.executable, "-c", "import click"],
                LEAST: [sys.executable, "-c", _LEAST, str(one)],
                "jixiao --version": [*jixiao, "--version"],
                "jixiao check 一份.xlsx（4 个项目）": [*jixiao, "check", str(one)],
            },
            rounds=ROUNDS,
        )
        times |= processes({f"jixiao {name} --help": [*jixiao, name, "--help"] for name in COMMANDS}, rounds=3)
    rows = [(name, f"{seconds * 1000:8.1f} ms，÷ import click {seconds / times[FLOOR]:5.2f}×") for name, seconds in times.items()]
    rows.append(("jixiao --version ÷ import click", verdict(times["jixiao --version"] / times[FLOOR], 1.3)))
    rows.append(("jixiao check 一份.xlsx ÷ import click", verdict(times["jixiao check 一份.xlsx（4 个项目）"] / times[FLOOR], 4)))
    report("启动", rows)
