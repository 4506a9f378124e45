"""Two trees and how a job runs in one of them: as a subprocess, in one folder, at one moment, with the tree's own files."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks.same.jobs import OUT, Job

ROOT = Path(__file__).resolve().parents[2]
FROZEN = Path(__file__).resolve().parent / "frozen"
SCREEN = "屏幕"
_WRONG_TREE = 97

# How long one run of the command line may take, in seconds.
_PATIENCE = 600


class WrongTree(RuntimeError):
    """A run did not use the toolkit, the templates or the examples of its tree."""


def commit_of(base: str) -> str:
    """Return the full name of a commit. Raises ValueError where there is none of that name."""
    done = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{base}^{{commit}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ValueError(f"没有这个提交：{base}")
    return done.stdout.strip()


@contextmanager
def checkout(commit: str) -> Iterator[Path]:
    """The files of a commit in a folder that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="jixiao-same-"))
    tree = folder / "base"
    try:
        subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(tree), commit], cwd=ROOT, check=True)
        yield tree
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=ROOT, capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def call(tree: Path, run: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line of `tree` in the folder `run`. Raises WrongTree."""
    temporary = run / "tmp"
    temporary.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "JIXIAO", "SAME_"))}
    environment = {
        **kept,
        "PYTHONPATH": os.pathsep.join((str(FROZEN), str(tree))),
        "PYTHONHASHSEED": os.environ.get("SAME_HASH_SEED", "0"),
        "SAME_TREE": str(tree),
        "TMPDIR": str(temporary),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        # A busy machine must not make a slow file an unreadable one.
        "JIXIAO_FILE_SECONDS": "50",
        **more,
    }
    command = [sys.executable, "-m", "toolkit", *arguments]
    done = subprocess.run(command, cwd=run, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE, check=False)
    if done.returncode == _WRONG_TREE:
        raise WrongTree(done.stderr.decode("utf-8", "replace"))
    if done.returncode in (-signal.SIGKILL, -signal.SIGTERM):
        raise RuntimeError(f"ended from outside: {' '.join(arguments)}")
    return done


def prove_tree(tree: Path, run: Path) -> None:
    """Make sure that templates and examples come from `tree`, too. Raises WrongTree."""
    log = run / "opened.txt"
    log.unlink(missing_ok=True)
    call(tree, run, "form", "show", "绩效目标申报表", SAME_OPENED=str(log))
    call(tree, run, "demo", "-o", "tmp/demo", SAME_OPENED=str(log))
    opened = set(log.read_text(encoding="utf-8").splitlines())
    log.unlink()
    shutil.rmtree(run / "tmp" / "demo", ignore_errors=True)
    for folder in ("templates", "examples"):
        used = [name for name in opened if f"{os.sep}{folder}{os.sep}" in name and not name.startswith(str(run))]
        wrong = [name for name in used if not name.startswith(f"{tree.resolve()}{os.sep}")]
        mine = [name for name in used if name.startswith(f"{tree.resolve()}{os.sep}{folder}{os.sep}")]
        if wrong or not mine:
            raise WrongTree(f"{tree}: {folder}: {wrong or 'never opened'}")


def run_jobs(tree: Path, run: Path, chosen: list[Job], results: Path) -> None:
    """Run each job in `tree` and leave what it wrote, and what it said, in `results/<job>`."""
    prove_tree(tree, run)
    shutil.rmtree(run / OUT, ignore_errors=True)
    results.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        list(pool.map(lambda job: _run(tree, run, job, results), chosen))


def _run(tree: Path, run: Path, job: Job, results: Path) -> None:
    started = time.monotonic()
    out = run / OUT / job.folder
    screen = out / SCREEN
    screen.mkdir(parents=True)
    for number, arguments in enumerate(job.runs, 1):
        done = call(tree, run, *(each.replace("{out}", f"{OUT}/{job.folder}") for each in arguments))
        for name, text in (("stdout", done.stdout), ("stderr", done.stderr), ("exit", b"%d\n" % done.returncode)):
            (screen / f"{number}-{arguments[0].strip('-')}.{name}").write_bytes(_without_places(text, run, tree))
    print(f"{job.name}：{time.monotonic() - started:.0f} 秒", file=sys.stderr)
    shutil.rmtree(results / job.folder, ignore_errors=True)
    os.replace(out, results / job.folder)


def _without_places(text: bytes, run: Path, tree: Path) -> bytes:
    """The working tree holds the folder of the runs, so that folder's name goes first."""
    return text.replace(os.fsencode(run.resolve()), b"{run}").replace(os.fsencode(tree.resolve()), b"{tree}")
