"""`python -m benchmarks.same [--base COMMIT] [--only WORD]… [--input WORD]… [--fresh]`: exit 0 nothing differs, 1 something does.

The corpus and the outputs of BASE are kept in `.same/` beside the code and used again as long as BASE and this tool stay
as they are; `--fresh` makes them anew.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from benchmarks.same.compare import Comparison, compare
from benchmarks.same.corpus import build
from benchmarks.same.jobs import CORPUS, Job, jobs
from benchmarks.same.runs import ROOT, checkout, commit_of, run_jobs

KEPT = ROOT / ".same"
RUN = KEPT / "run"

# So many differences of a job are shown; the others are counted.
_SHOWN = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same", description="工作区与某个提交的全部输出是否逐字节相同。")
    parser.add_argument("--base", default="HEAD", help="与哪个提交比较，默认 HEAD")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="文字",
        help="只运行名称含这段文字的任务，如 check、'check 回收'；可写多次",
    )
    parser.add_argument("--input", action="append", default=[], metavar="文字", help="只用路径含这段文字的输入；可写多次")
    parser.add_argument("--fresh", action="store_true", help="输入和改前的输出都重新生成")
    given = parser.parse_args()
    started = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    try:
        commit = commit_of(given.base)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    run = _kept(commit, fresh=given.fresh)
    chosen = _before(run, commit, given.only, given.input)
    if not chosen:
        print("没有符合 --only、--input 的任务。", file=sys.stderr)
        return 2
    run_jobs(ROOT, run, chosen, run / "after")
    print((run / "缺少.txt").read_text(encoding="utf-8"), end="")
    found = [(job, compare(run / _before_folder(job), run / "after" / job.folder)) for job in chosen]
    different = _tell(found)
    inputs = sum(path.is_file() for path in (run / CORPUS).rglob("*"))
    print(f"改前 {commit[:10]}，输入 {inputs} 个文件，用时 {time.monotonic() - started:.0f} 秒。")
    return 1 if different else 0


def _kept(commit: str, *, fresh: bool) -> Path:
    """The folder of the runs; emptied where what it holds is of another commit or another state of the inputs and the jobs."""
    state = hashlib.sha256(f"{commit}{sys.version}{sys.prefix}".encode())
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        if path.name not in ("__main__.py", "compare.py"):
            state.update(path.read_bytes())
    named = KEPT / state.hexdigest()
    if fresh or not named.exists():
        shutil.rmtree(KEPT, ignore_errors=True)
    RUN.mkdir(parents=True, exist_ok=True)
    named.touch()
    return RUN


def _before(run: Path, commit: str, only: list[str], inputs: list[str]) -> list[Job]:
    """Make the corpus and the outputs of BASE where they are not there yet; return the jobs that were chosen."""
    complete = run / "缺少.txt"
    if complete.exists():
        chosen = jobs(run, only, inputs)
        waiting = [job for job in chosen if not (run / _before_folder(job)).is_dir()]
        if not waiting:
            return chosen
    with checkout(commit) as base:
        if not complete.exists():
            shutil.rmtree(run)
            run.mkdir()
            started = time.monotonic()
            complete.write_text("".join(f"{line}\n" for line in build(run, base)), encoding="utf-8")
            print(f"输入已生成，用时 {time.monotonic() - started:.0f} 秒。", file=sys.stderr)
        chosen = jobs(run, only, inputs)
        run_jobs(base, run, [job for job in chosen if not (run / _before_folder(job)).is_dir()], run / "before")
    return chosen


def _before_folder(job: Job) -> str:
    return f"before/{job.folder}"


def _tell(found: list[tuple[Job, Comparison]]) -> bool:
    """Print a line a job, then what differs; return whether anything does."""
    print(f"{'命令':<10}{'输入':<24}{'文件':>6}{'部件':>8}{'不同':>6}")
    total: Counter[str] = Counter()
    for job, each in found:
        print(f"{job.command:<12}{job.inputs:<26}{each.files:>8}{each.parts:>10}{len(each.differences):>8}")
        total.update(files=each.files, parts=each.parts, differences=len(each.differences))
    print(f"共 {len(found)} 项，文件 {total['files']}，部件 {total['parts']}，不同 {total['differences']}。")
    for job, each in found:
        for difference in each.differences[:_SHOWN]:
            print(f"\n{job.name}：{difference.place}")
            print("\n".join(f"  {line}" for line in difference.lines))
        if len(each.differences) > _SHOWN:
            print(f"\n{job.name}：另有 {len(each.differences) - _SHOWN} 处不同")
    return total["differences"] > 0


if __name__ == "__main__":
    sys.exit(main())
