"""The commands that are disturbed, and what has to hold of a folder afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from tests.command import UNIT, WRONG_SUM
from tests.shipped import ROOT, declaration, shipped_form
from tests.workflow.roster_samples import write_roster
from toolkit.outputs.filled.workbook import fill_workbook

# A run that takes longer hangs.
PATIENCE = 120

_RETURNS = ("甲", "乙", "丙", "丁", "戊")


@dataclass(frozen=True)
class Command:
    """What is typed, and where its results go: all of them or none where the folder only counts `whole`; `after` is typed before."""

    words: tuple[str, ...]
    output: str
    whole: bool = False
    after: tuple[str, ...] = ()


COMMANDS = {
    "issue": Command(("issue", "名单.xlsx", "-o", "下发"), "下发"),
    "check": Command(("check", "回收", "-o", "审核"), "审核"),
    "annotate": Command(("annotate", "回收", "-o", "退改"), "退改"),
    "status": Command(("status", "回收", "--roster", "名单.xlsx", "-o", "状态"), "状态"),
    "tidy": Command(("tidy", "回收", "-o", "整理"), "整理"),
    "merge": Command(("merge", "回收", "-o", "汇总", "--draft"), "汇总"),
    "export": Command(("export", "回收", "-o", "数据/数据.xlsx"), "数据"),
    "export json": Command(("export", "回收", "-o", "数据/数据.json"), "数据"),
    "export csv": Command(("export", "回收", "-o", "数据/数据.csv"), "数据"),
    "import": Command(("import", "公布.txt", "-o", "填报"), "填报"),
    "season join": Command(("season", "join", "甲", "乙", "-o", "合并"), "合并", True, ("check", "回收", "--ledger", "台账.sqlite", "-q")),
    "diff": Command(("diff", "去年", "回收", "-o", "对比/对比.xlsx"), "对比"),
}


def prepare(folder: Path) -> None:
    """Put small returns, a roster and a published text into `folder`."""
    form = shipped_form()
    for number, name in enumerate(_RETURNS):
        wrong = WRONG_SUM if number % 2 else {}
        made = [declaration({**UNIT, "实施单位": f"青溪区第{number}小学", "项目名称": f"项目{n}", **wrong}) for n in range(2)]
        for place in ("回收", "去年"):
            (folder / place).mkdir(exist_ok=True)
            (folder / place / f"{name}.xlsx").write_bytes(fill_workbook(form, made))
    write_roster(folder / "名单.xlsx", [{"单位": f"青溪区第{number}小学"} for number in range(7)])
    shutil.copy(next(iter(sorted((ROOT / "examples").rglob("*.txt")))), folder / "公布.txt")
    for hand in ("甲", "乙"):
        (folder / hand).mkdir()
        (folder / hand / "本季.txt").write_text(
            "台账：../台账.sqlite\n回收：../回收\n" if hand == "甲" else "台账：台账.sqlite\n", encoding="utf-8"
        )


def start(folder: Path, command: Command, *more: str, **options: Any) -> subprocess.Popen[str]:
    """Start a command in `folder`; `options` are those of Popen."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **options.pop("variables", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    words = [sys.executable, "-m", "toolkit", *command.words, *more]
    return subprocess.Popen(words, cwd=folder, env=environment, text=True, encoding="utf-8", errors="replace", **streams)


def finish(run: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for a command; its exit code and what it said. A hang is killed and comes out as a code of its own."""
    try:
        out, told = run.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        run.kill()
        run.communicate()
        return 99, "超时"
    return run.returncode, (out or "") + (told or "")


def inputs(folder: Path) -> dict[str, str]:
    """Return what is read, by name, as digests."""
    files = [each for place in ("回收", "去年") for each in sorted((folder / place).rglob("*"))] + [
        folder / "名单.xlsx",
        folder / "公布.txt",
    ]
    return {str(each.relative_to(folder)): hashlib.sha256(each.read_bytes()).hexdigest() for each in files if each.is_file()}


def outputs(folder: Path, command: Command) -> list[str]:
    """Return the names of what a command made."""
    return sorted(str(each.relative_to(folder)) for each in (folder / command.output).rglob("*") if each.is_file())


def broken(folder: Path, command: Command) -> list[str]:
    """Return the results that are not whole; temporary files are no results, and copies of returns are as they were sent."""
    found = []
    for name in outputs(folder, command):
        path = folder / name
        if "回收" in path.parts or path.name.startswith(".jixiao-") or path.name.endswith(("-journal", "-wal", "-shm")):
            continue
        try:
            if path.suffix in _LOOKS:
                _LOOKS[path.suffix](path)
        except (OSError, ValueError, zipfile.BadZipFile, SyntaxError, sqlite3.Error, AssertionError) as error:
            found.append(f"{name}：{type(error).__name__} {error}")
    return found


def _package(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))


def _ledger(path: Path) -> None:
    connection = sqlite3.connect(path)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        connection.close()


def _page(path: Path) -> None:
    assert path.read_text("utf-8").rstrip().endswith("</html>")


_LOOKS: dict[str, Callable[[Path], object]] = {
    ".xlsx": _package,
    ".docx": _package,
    ".sqlite": _ledger,
    ".html": _page,
    ".json": lambda path: json.loads(path.read_text("utf-8")),
    ".csv": lambda path: path.read_text("utf-8-sig"),
}
