"""A run of `check` with a ledger, killed again and again: `python -m tests.workflow.ledger_jobs FOLDER LEDGER TIMES SEED`.

A first run comes to its end. Before each of the others one more return comes into the folder: by turns a new unit, and a
new version of an old one. Each run is a forked process that is killed (SIGKILL) at a random moment. Prints how many of
those runs came to their end all the same.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from tests.shipped import declaration, shipped_form
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value
from toolkit.season.ledger import open_ledger
from toolkit.season.run import Season
from toolkit.workflow.check import check_returns
from toolkit.workflow.request import Request

# Two rules are enough, and quicker to evaluate.
RULES = ("资金-F1", "重复-项目")


def main(folder: Path, ledger: Path, times: int, seed: int) -> int:
    chance, finished, longest = random.Random(seed), 0, 0.1
    put(folder, 0)
    run(folder, ledger)
    for number in range(1, times + 1):
        put(folder, number)
        child = os.fork()
        if not child:
            run(folder, ledger)
            os._exit(0)
        time.sleep(chance.random() * longest)
        os.kill(child, signal.SIGKILL)
        _, code = os.waitpid(child, 0)
        finished += code == 0

        # So that on any machine kills fall before, in and after what a run does.
        longest *= 0.8 if code == 0 else 1.25
    print(finished)
    return 0


def form() -> Form:
    return replace(shipped_form(), rules=tuple(rule for rule in shipped_form().rules if rule.id in RULES))


def put(folder: Path, number: int) -> None:
    """Write return `number`: version 1 of a unit, and with the next number its version 2."""
    unit, version = f"第{number // 2}小学", number % 2 + 1
    changes: dict[str, Value] = {"实施单位": unit, "项目资金总额": Decimal(1_200_000), "财政资金": Decimal(1_200_000 - version)}
    data = fill_workbook(shipped_form(), [declaration(changes)])
    (folder / f"{unit}-{version}.xlsx").write_bytes(data)


def run(folder: Path, ledger: Path) -> None:
    """Check the folder once, with the ledger."""
    with open_ledger(ledger) as opened:
        check_returns(Request([str(folder)], [form()]), season=Season(opened))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
