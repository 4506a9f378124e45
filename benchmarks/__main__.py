"""Runs every benchmark, or those named: `python -m benchmarks [startup clerk batch …] [--scale 0.1] [--json FILE] [--docs]`.

`--json` keeps all figures, `--docs` writes docs/性能.md. Exit code 1 where a ratio falls short of what is required, and names it.
"""

from __future__ import annotations

import argparse
import gc
import inspect
import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import (
    annotate_bench,
    arrangements,
    batch_bench,
    clerk_bench,
    formulas_bench,
    ledger_bench,
    page,
    results_bench,
    startup,
    timing,
    word_bench,
    workbooks,
)
from toolkit import COLLECTIONS

BENCHMARKS = {
    "startup": startup.run,
    "formulas": formulas_bench.run,
    "workbooks": workbooks.run,
    "clerk": clerk_bench.run,
    "arrangements": arrangements.run,
    "word": word_bench.run,
    "results": results_bench.run,
    "annotate": annotate_bench.run,
    "ledger": ledger_bench.run,
    "batch": batch_bench.run,
}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="python -m benchmarks", description="性能测试；看比值，不看绝对时间。")
    arguments.add_argument("names", nargs="*", metavar="名称", help="、".join(BENCHMARKS))
    arguments.add_argument("--scale", type=float, default=1.0, help="batch、clerk、results、ledger 的份数乘以它；不是 1 时只试跑，不算数")
    arguments.add_argument("--json", type=Path, metavar="文件", help="把全部数字写成 JSON")
    arguments.add_argument("--docs", action="store_true", help="改写 docs/性能.md")
    given = arguments.parse_args()
    unknown = [name for name in given.names if name not in BENCHMARKS]
    if unknown:
        print(f"没有名为 {'、'.join(unknown)} 的性能测试。可用的：{'、'.join(BENCHMARKS)}。", file=sys.stderr)
        return 2
    gc.set_threshold(*COLLECTIONS)  # as in the program's own processes
    seconds = {}
    for name in given.names or BENCHMARKS:
        start = time.monotonic()
        _run(name, given.scale)
        seconds[name] = round(time.monotonic() - start, 1)
    found = {
        "machine": f"{platform.platform()}，Python {platform.python_version()}",
        "scale": given.scale,
        "seconds": seconds,
        "ratios": timing.RATIOS,
        "samples": timing.SECONDS,
        "reports": timing.REPORTS,
    }
    if given.json:
        given.json.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    if given.docs:
        page.write(found)
    short = [each for each in timing.RATIOS if not each["held"]]
    for each in short:
        print(f"没有达到：{each['title']} › {each['name']} {each['ratio']:.2f}×（要求 {each['limit']}×）", file=sys.stderr)
    return 1 if short else 0


def _run(name: str, scale: float) -> None:
    run: Any = BENCHMARKS[name]
    parameters = inspect.signature(run).parameters
    given = {"scale": scale} if "scale" in parameters else {}
    given |= {each: max(int(parameters[each].default * scale), 4) for each in ("files", "units") if each in parameters}
    run(**given)


sys.exit(main())
