"""The truth as written down: single indicators (`*.csv`), whole declarations (`declarations_*.jsonl`), kinds of mistake (`kinds.csv`).

It was written by hand apart from the form's lists and rules and read a second time, row by row. By department a third is
held out: rules are made looking at `worked` alone. An indicator without a kind is clean in every respect.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from toolkit.values.words import SEVERITY_OF, Severity

FOLDER = Path(__file__).parent
PARTS = {"worked": "用来改规则的", "held_out": "留着不看的"}
COLUMNS = ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位")


@dataclass(frozen=True)
class Kind:
    """A kind of mistake: the columns where a finding is in its place, the best first, and how grave it is."""

    name: str
    columns: tuple[str, ...]
    severity: Severity
    why: str


@dataclass(frozen=True)
class Indicator:
    """One row of the indicator table; `cells` are its texts in the order of `COLUMNS`, `kind` is None where it is clean."""

    department: str
    project: str
    project_kind: str
    cells: tuple[str, ...]
    kind: Kind | None


@dataclass(frozen=True)
class Mistake:
    """A mistake in a declaration: `places` are fields, or `name of the indicator.column`."""

    name: str
    places: tuple[str, ...]
    severity: Severity


@dataclass(frozen=True)
class Whole:
    """A declaration; `paired` ones stand next to each other and are checked together, as two projects of a unit."""

    department: str
    paired: bool
    mistakes: tuple[Mistake, ...]
    head: Mapping[str, str | int]
    rows: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, Kind]:
    return {
        each["错误"]: Kind(each["错误"], tuple(each["错处"].split("、")), SEVERITY_OF[each["级别"]], each["理由"])
        for each in _records(FOLDER / "kinds.csv")
    }


@lru_cache(maxsize=2)
def indicators(part: str) -> tuple[Indicator, ...]:
    return tuple(
        Indicator(each["部门"], each["项目"], each["项目类别"], tuple(each[name] for name in COLUMNS), kinds().get(each["错误"]))
        for each in _records(FOLDER / f"{part}.csv")
    )


@lru_cache(maxsize=2)
def declarations(part: str) -> tuple[Whole, ...]:
    return tuple(_wholes(FOLDER / f"declarations_{part}.jsonl"))


def _wholes(path: Path) -> Iterator[Whole]:
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        head = dict(record["表"])
        rows = tuple(map(tuple, head.pop("绩效指标")))
        mistakes = tuple(Mistake(each["错误"], tuple(each["错处"]), SEVERITY_OF[each["级别"]]) for each in record["错误"])
        yield Whole(record["部门"], record.get("成对", False), mistakes, head, rows)


def _records(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
