"""A few cases of every entry point of the fuzzer; `make fuzz` goes on, from any seed."""

from __future__ import annotations

import pytest

from tests.fuzz.run import ENTRIES, fuzz

pytestmark = pytest.mark.slow

OFFICE = ("xls", "ods", "html", "csv", "pdf")


@pytest.mark.parametrize("name", [name for name in ENTRIES if name not in OFFICE])
def test_entry(name: str) -> None:
    score = fuzz(ENTRIES[name], range(400 if name == "公式" else 20), every=10)
    assert (score.cases > 0, dict(score.troubles)) == (True, {})


@pytest.mark.office
@pytest.mark.parametrize("name", OFFICE)
def test_entry_that_libreoffice_makes(name: str) -> None:
    assert dict(fuzz(ENTRIES[name], range(20), every=10).troubles) == {}
