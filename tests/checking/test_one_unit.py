"""Rules that look at all projects of a unit: what they cost grows as the projects do, whatever is alike in them. Calls are counted, not time."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.samples import declarations, form
from toolkit.checking.check import check_declarations
from toolkit.reading.model import Declaration, Entry

FEW, MANY = 60, 240


def _number_alone(number: int) -> str:
    return f"完成第{number}号设施的日常维护，保障设施全年安全运行，及时排除故障，服务周边居民。"


def _other_words(number: int) -> str:
    return "".join(random.Random(number).choices([chr(code) for code in range(0x4E00, 0x5E00)], k=60))


def _four_fifths(number: int) -> str:
    return _number_alone(0) + _other_words(number)[:12]


def _copies(number: int) -> str:
    return _other_words(number % 5)


def _calls(goal: Callable[[int], str], projects: int) -> tuple[int, dict[str, int]]:
    """How many calls checking that many projects with such goals takes, and how often each rule is found."""
    unit = [_with_goal(each, goal(number)) for number, each in enumerate(declarations(projects, 1))]
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        found = check_declarations(unit, form())
    finally:
        sys.setprofile(None)
    rules: dict[str, int] = {}
    for each in found:
        rules[each.rule] = rules.get(each.rule, 0) + 1
    return calls, rules


def _with_goal(declaration: Declaration, goal: str) -> Declaration:
    return replace(declaration, entries={**declaration.entries, "年度总体目标": Entry(goal, goal, None)})


@pytest.mark.parametrize(
    ("goal", "near", "same"),
    [(_number_alone, True, False), (_other_words, False, False), (_four_fifths, False, False), (_copies, False, True)],
)
def test_each_project_costs_the_same(goal: Callable[[int], str], near: bool, same: bool) -> None:
    _calls(goal, 10)  # rules are written when they are first asked for
    few, _ = _calls(goal, FEW)
    many, rules = _calls(goal, MANY)
    assert (rules.get("目标-近似-单位", 0), rules.get("目标-照抄-单位", 0)) == (near * MANY, same * MANY)
    assert many / MANY <= 1.1 * few / FEW
