"""Runs every benchmark, or those named: `python -m benchmarks [startup formulas workbooks arrangements word annotate ledger]`."""

from __future__ import annotations

import sys

from benchmarks import annotate_bench, arrangements, formulas_bench, ledger_bench, startup, word_bench, workbooks

BENCHMARKS = {
    "startup": startup.run,
    "formulas": formulas_bench.run,
    "workbooks": workbooks.run,
    "arrangements": arrangements.run,
    "word": word_bench.run,
    "annotate": annotate_bench.run,
    "ledger": ledger_bench.run,
}


def main() -> int:
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"没有名为 {'、'.join(unknown)} 的性能测试。可用的：{'、'.join(BENCHMARKS)}。", file=sys.stderr)
        return 2
    for name in names:
        BENCHMARKS[name]()
    return 0


sys.exit(main())
