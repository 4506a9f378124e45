"""What must hold of any drawing: a label gone costs at most its own field, and what is exchanged is read the same.

In: seeds and a folder to write into. Out: what is not as it should be, a line each; `make drawings` asks it of hundreds, the suite
of a sample. Where a drawing has nothing to change, it is left out, and counted.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tests.drawings import changes
from tests.drawings.declarations import FUNDS, GOALS
from tests.drawings.drawing import random_drawing
from tests.drawings.files import write
from tests.drawings.model import Drawing
from tests.drawings.score import Result, score

WRITER = "openpyxl合并"
RENAMED = "另行登记事项"
EXCHANGES = ("pairs", "rows", "columns")


def labels_gone(every: Iterable[int], one: Iterable[int], text: str | None, folder: Path) -> tuple[int, list[str]]:
    """Try every label of the drawings `every`, and a label each of `one`: gone (None) or saying `text`; return how many, and what is wrong."""
    lost: dict[str, tuple[str, ...]] = {}
    drawings = []
    for seed, all_of_it in [*((seed, True) for seed in every), *((seed, False) for seed in one)]:
        drawing = random_drawing(seed)
        names = [name for name in (*changes.HEAD_FIELDS, *FUNDS, *GOALS) if changes.labels_of(drawing, name)]
        for name in names if all_of_it else random.Random(seed).sample(names, 1):
            changed = replace(changes.relabelled(drawing, name, text), name=f"{drawing.name}-{name}")
            drawings.append(changed)
            lost[changed.name] = changes.fields_of(drawing, name)
    wrong = []
    for each in _read(drawings, folder):
        own = lost[each.drawing.name]
        for mark in each.marks:
            fine = mark.kind in ("exact", "blank") or (mark.name in own and mark.kind == "missed" and mark.said)
            wrong += [] if fine else [f"{each.drawing.name} {mark.explain()}"]
    return len(drawings), wrong


def exchanged(seeds: Iterable[int], change: str, folder: Path) -> tuple[int, list[str]]:
    """Exchange two pairs, rows or columns of each drawing, where it has such; return how many, and what is read differently."""
    drawings = []
    for seed in seeds:
        drawing = random_drawing(seed)
        rng = random.Random(seed)
        pair = rng.sample(changes.exchangeable(drawing), 1) if changes.exchangeable(drawing) else [("", "")]
        made = {
            "pairs": partial(changes.exchanged, drawing, *pair[0]),
            "rows": partial(changes.exchanged_rows, drawing),
            "columns": partial(changes.exchanged_columns, drawing),
        }[change]()
        drawings += [made] if made != drawing else []
    return len(drawings), mistakes(_read(drawings, folder))


def mistakes(results: Sequence[Result]) -> list[str]:
    """All that is not as it should be, a line each."""
    lines = []
    for each in results:
        name = each.drawing.name
        lines += [f"{name} {mark.explain()}" for mark in each.marks if mark.kind not in ("exact", "blank")]
        lines += [f"{name} 误报 {text}" for text in each.false_findings]
    return lines


def _read(drawings: Sequence[Drawing], folder: Path) -> list[Result]:
    write(drawings, WRITER, folder)
    return score(folder, drawings)
