"""The truth is as large and as tidy as it says, and the page about it shows what the rules do today."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.shipped import shipped_form
from tests.truth.__main__ import PAGE
from tests.truth.data import PARTS, declarations, indicators, kinds
from tests.truth.stamp import stamp_of_sample

ALL = [each for part in PARTS for each in indicators(part)]


def test_it_is_large_and_a_third_is_held_out() -> None:
    clean = [each for each in ALL if each.kind is None]
    wrong = Counter(each.kind.name for each in ALL if each.kind is not None)
    assert len(clean) >= 900
    assert wrong.total() >= 600
    assert len(wrong) >= 60
    assert set(wrong) == set(kinds())
    assert len({each.department for each in ALL}) >= 40
    assert 0.3 < len(indicators("held_out")) / len(ALL) < 0.36
    assert sum(len(declarations(part)) for part in PARTS) >= 60


def test_no_department_is_in_both_parts_and_no_indicator_twice() -> None:
    departments = [{each.department for each in indicators(part)} for part in PARTS]
    assert departments[0] & departments[1] == set()
    assert [each for each, count in Counter((one.department, *one.cells) for one in ALL).items() if count > 1] == []


def test_clean_indicators_stand_where_the_form_allows() -> None:
    lists = shipped_form().lists
    wrong = [each.cells for each in ALL if each.kind is None and each.cells[1] not in lists[each.cells[0]]]
    assert wrong == []


@pytest.mark.slow
def test_the_page_is_current() -> None:
    """Its digests are those of the rules, the lists and the data, and of what is found today of every eighth indicator."""
    assert PAGE.read_text(encoding="utf-8").endswith(f"\n{stamp_of_sample()}\n"), "运行 make truth"
