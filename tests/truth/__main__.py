"""`python -m tests.truth`: measure the rules on the truth and write docs/规则的把握.md anew (`make truth`).

`--list` prints what is missed and what is wrongly flagged on the worked part, for who changes the rules; it writes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.truth.data import PARTS
from tests.truth.measure import Result, measure_declarations, measure_indicators
from tests.truth.report import lists, tables
from tests.truth.stamp import stamp

PAGE = Path(__file__).resolve().parents[2] / "docs" / "规则的把握.md"
START = "<!-- 以下由 make truth 写成 -->\n\n"


def main(arguments: Sequence[str]) -> int:
    with ProcessPoolExecutor(2) as pool:
        wholes = {part: pool.submit(measure_declarations, part) for part in PARTS}
        rows = {part: pool.submit(measure_indicators, part) for part in PARTS}
    found = {part: each.result() for part, each in rows.items()}, {part: each.result() for part, each in wholes.items()}
    if "--list" in arguments:
        print(lists([*found[0]["worked"], *found[1]["worked"]]))
        return 0
    PAGE.write_text(page(*found), encoding="utf-8")
    print(f"写好了 {PAGE}")
    return 0


def page(rows: dict[str, list[Result]], wholes: dict[str, list[Result]]) -> str:
    """Return the page with its tables as measured; what stands above the mark stays."""
    text = PAGE.read_text(encoding="utf-8")
    return text[: text.index(START)] + START + tables(rows, wholes) + "\n" + stamp(rows) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
