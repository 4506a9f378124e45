"""`python -m tests.faults [--count N] [--seed N]`: disturb every command N times in every way; exits 1 where anything was harmed.

After each disturbance what was read is as it was, no result is torn, and the next run gives what an undisturbed one gives.
"""

from __future__ import annotations

import argparse
import atexit
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from random import Random

from tests.faults.faults import FAULTS
from tests.faults.model import COMMANDS, Command, broken, finish, inputs, outputs, prepare, start

_CODES = (None, 0, 2, 3, 4, 5)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--count", type=int, default=6, help="每个命令、每种故障多少次")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=0, help="最多多少分钟")
    parser.add_argument("--commands", nargs="*", default=list(COMMANDS))
    parser.add_argument("--faults", nargs="*", default=list(FAULTS))
    options = parser.parse_args()
    print(f"种子 {options.seed} 至 {options.seed + options.count - 1}", flush=True)
    done: Counter[str] = Counter()
    harmed = 0
    until = time.monotonic() + options.minutes * 60
    for seed in range(options.seed, options.seed + options.count):
        for command in options.commands:
            for fault in options.faults:
                if options.minutes and time.monotonic() > until:
                    break
                done[fault] += 1
                for trouble in disturb(command, fault, seed):
                    harmed += 1
                    print(f"{command}，{fault}，种子 {seed}：{trouble}", flush=True)
    print("、".join(f"{fault} {number}" for fault, number in done.items()))
    print(f"共 {done.total()} 次故障，{harmed} 次有损害。")
    return 1 if harmed else 0


@cache
def _undisturbed(name: str) -> tuple[Path, int | None, list[str]]:
    """Return a folder in which a command has run as it should, with its exit code and what it made: each disturbance gets a copy."""
    command, folder = COMMANDS[name], Path(tempfile.mkdtemp(prefix="jixiao-faults-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    prepare(folder)
    if command.after:
        finish(start(folder, Command(command.after, "")))
        shutil.copy(folder / "台账.sqlite", folder / "乙" / "台账.sqlite")
    code = finish(start(folder, command))[0]
    return folder, code, outputs(folder, command)


def disturb(name: str, fault: str, seed: int) -> Iterable[str]:
    """Yield what a disturbance harmed."""
    command, chance = COMMANDS[name], Random(f"{name} {fault} {seed}")
    origin, sound, made = _undisturbed(name)
    with tempfile.TemporaryDirectory(prefix="jixiao-faults-") as scratch:
        folder = Path(scratch) / "一季"
        shutil.copytree(origin, folder)
        before = inputs(folder)
        if chance.random() < 0.5:
            for each in made:
                (folder / each).unlink()
        code, told = FAULTS[fault](folder, command, chance)
        if code not in _CODES or "程序的缺陷" in told:
            yield f"退出码 {code}：{told.strip()[-300:]}"
        if inputs(folder) != before:
            yield "读取的文件变了"
        yield from broken(folder, command)
        if command.whole and fault != "文件在变" and outputs(folder, command) not in ([], made):
            yield f"只有一部分结果：{sorted(set(made) ^ set(outputs(folder, command)))}"
        again = finish(start(folder, command, "--force"))

        # What a return said in the meantime was rightly answered; nothing of a user's folder is taken away again.
        meantime = set(outputs(folder, command)) - set(made) if fault == "文件在变" else set()
        if (again[0], [each for each in outputs(folder, command) if each not in meantime]) != (sound, made):
            yield f"下一次正常运行：退出码 {again[0]}，应为 {sound}；{sorted(set(made) ^ set(outputs(folder, command)))} {again[1][-200:]}"
        yield from broken(folder, command)


if __name__ == "__main__":
    sys.exit(main())
