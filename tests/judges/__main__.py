"""`python -m tests.judges`: all judges that are installed on all formulas, rules and workbooks; exits 1 with anything unexplained.

`make judges`. `--workbooks N` says how many (300 by default).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.formula.oracle import NO_EXPANSION
from tests.formula.oracle_cases import cases
from tests.judges.engine import judge_engine, judge_rules
from tests.judges.programs import JUDGES, Judge
from tests.judges.selfcheck import judge_workbooks
from tests.judges.verdict import Tally
from tests.oracle.selfcheck_mutations import cases as workbook_cases

RANDOM_ONES = 170
WORKBOOKS = 300


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.judges")
    parser.add_argument("--workbooks", type=int, default=WORKBOOKS)
    wanted = parser.parse_args().workbooks
    judges = [judge for judge in JUDGES if judge.needs() is None]
    for judge in JUDGES:
        if judge not in judges:
            print(f"没有 {judge.name}：{judge.needs()}")
    with tempfile.TemporaryDirectory(prefix="jixiao-judges-") as scratch:
        folders = [Path(scratch) / name for name in ("公式", "规则", "自检")]
        for folder in folders:
            folder.mkdir()
        engine = judge_engine([text for text in cases() if text not in NO_EXPANSION], judges, folders[0])
        rules = judge_rules(judges, folders[1])
        made = list(workbook_cases(RANDOM_ONES))[:wanted]
        books = judge_workbooks(made, judges, folders[2])
    for title, tally in (("公式", engine), ("规则", rules)):
        print(f"\n{title}：{tally.formulas} 条公式，{tally.cells} 个结果")
        _print(tally, judges)
    print(f"\n自检：{books.workbooks} 个工作簿，{books.cells} 个结果，{len(books.formulas)} 条不同的公式")
    for judge in judges:
        print(
            f"  {judge.name}：相同 {books.agreed[judge.name]}，只有它不同 {books.otherwise[judge.name]}，算不了：{_listed(judge, books.beyond)}"
        )
    print(f"  有解释的不同：{books.explained} 处")
    print(f"\n重算的公式共 {engine.formulas + rules.formulas + books.cells} 条")
    unexplained = [*engine.unexplained, *rules.unexplained, *books.unexplained]
    print("\n".join(["", f"没有解释的不同：{len(unexplained)} 处", *unexplained]))
    return 1 if unexplained else 0


def _print(tally: Tally, judges: Iterable[Judge]) -> None:
    for judge in judges:
        print(f"  {judge.name}：相同 {tally.agreed[judge.name]}")
        print(f"    不同：{_listed(judge, tally.otherwise)}")
        print(f"    算不了：{_listed(judge, tally.missing)}")
    for reason, count in tally.explained.most_common():
        print(f"  {count} 处：{reason}")


def _listed(judge: Judge, counted: Counter[tuple[str, str]]) -> str:
    return "、".join(f"{what} {count}" for (name, what), count in counted.most_common() if name == judge.name) or "无"


if __name__ == "__main__":
    sys.exit(main())
