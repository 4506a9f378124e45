"""What the page says of itself, so that a test can tell in seconds whether it is current: all of it takes minutes to measure.

In: what was measured. Out: a line with two digests, of what is measured (rules, lists, truth) and of what was found of every eighth case.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from tests.shipped import shipped_form
from tests.truth.data import FOLDER, PARTS, indicators
from tests.truth.measure import Result, indicator_result

EVERY = 8


def stamp(rows: Mapping[str, Sequence[Result]]) -> str:
    """Return the line for the results of all indicators, by part."""
    return _line(result for part in PARTS for result in rows[part][::EVERY])


def stamp_of_sample() -> str:
    """Return the same line, measured of the sample alone."""
    return _line(indicator_result(each) for part in PARTS for each in indicators(part)[::EVERY])


def _line(sample: Iterable[Result]) -> str:
    form = shipped_form()
    rules = [(rule.id, rule.condition, rule.severity, rule.state, rule.sets) for rule in form.rules]
    data = [path.read_text("utf-8") for path in sorted(FOLDER.iterdir()) if path.suffix in (".csv", ".jsonl")]
    found = [(each.right, [(finding.rule, finding.severity, finding.cell) for finding in each.own]) for each in sample]
    return f"<!-- 规则、代码表和数据 {_digest((rules, sorted(form.lists.items()), data))}，每 {EVERY} 条取 1 条的结果 {_digest(found)} -->"


def _digest(what: object) -> str:
    return hashlib.sha256(repr(what).encode()).hexdigest()[:12]
