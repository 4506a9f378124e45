"""A few cases of every entry point of the fuzzer; `make fuzz` goes on, from any seed."""

from __future__ import annotations

import pytest

from tests.fuzz import direct
from tests.fuzz.run import ENTRIES, fuzz

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _no_timings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes its time is for `make fuzz` to say; here only what never ends is stopped, however slow the machine."""
    monkeypatch.setattr(direct, "HANG", 300.0)


OFFICE = ("xls", "ods", "html", "csv", "pdf")


@pytest.mark.parametrize("name", [name for name in ENTRIES if name not in OFFICE])
def test_entry(name: str) -> None:
    score = fuzz(ENTRIES[name], range(200 if name == "公式" else 5), every=5)
    assert (score.cases > 0, dict(score.troubles)) == (True, {})


@pytest.mark.office
@pytest.mark.parametrize("name", OFFICE)
def test_entry_that_libreoffice_makes(name: str) -> None:
    assert dict(fuzz(ENTRIES[name], range(5), every=5).troubles) == {}


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        *(("工作簿", 9000704), ("工作簿", 9000988), ("台账", 9000606), ("汇总模板", 9000444), ("汇总模板", 9000912)),
        *(("表样", 9000013), ("表样", 9000023), ("表样", 9000035), ("表样", 9000132)),
    ],
)
def test_what_was_found_once(name: str, seed: int) -> None:
    """A row without its end, a ledger that lost when a content came, a row of a Word template outside of any table;
    of a template a part that is no XML, a word in the last row, a number that is none."""
    assert dict(fuzz(ENTRIES[name], range(seed, seed + 1)).troubles) == {}
