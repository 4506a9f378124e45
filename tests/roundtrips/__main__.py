"""`python -m tests.roundtrips` (`make roundtrips`): 200 declarations of each shipped form there and back; exits 1 below 100 % (PDF 99.5 %).

`--count 20`, `--seed 1000`, `--forms 名称 …`, `--ways 工作簿 Word PDF` for less; `--show 20` prints so many places that differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.roundtrips.generate import made_up
from tests.roundtrips.measure import PDF, WAYS, compared, read, written
from toolkit.resources import templates_dir
from toolkit.workflow.forms import list_forms

# PDF has no cells: what is printed side by side may be read as one.
LEAST = dict.fromkeys(WAYS, 1.0) | {PDF: 0.995}


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.roundtrips")
    options.add_argument("--count", type=int, default=200)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--forms", nargs="*")
    options.add_argument("--ways", nargs="*", choices=WAYS, default=list(WAYS))
    options.add_argument("--show", type=int, default=5)
    chosen = options.parse_args()
    forms = [form for form in list_forms()[0] if form.path.resolve().parent == templates_dir().resolve()]
    failed = False
    with tempfile.TemporaryDirectory(prefix="jixiao-roundtrips-") as scratch:
        for form in forms:
            if chosen.forms and form.name not in chosen.forms:
                continue
            declarations = {seed: made_up(form, seed) for seed in range(chosen.seed, chosen.seed + chosen.count)}
            for way in chosen.ways:
                folder = Path(scratch) / f"{form.name}-{way}"
                written(form, declarations, way, folder)
                score = compared(form, declarations, read(folder, forms), way)
                failed |= score.share < LEAST[way]
                print(f"{form.name}  {way}  {len(declarations)} 份  {score}", flush=True)
                for seed, place, mine, theirs in score.wrong[: chosen.show]:
                    print(f"    {seed} {place}：{mine!r} → {theirs!r}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
