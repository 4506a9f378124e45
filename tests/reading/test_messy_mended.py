"""F and N rows of "Messy returns": each mess alone leaves the record as it was, with the repairs due and no finding."""

from __future__ import annotations

import pytest

from tests.reading.messes import NOTED, SILENT, Mess
from tests.reading.messy import clean_record, edited, outcome, plain

pytestmark = pytest.mark.slow


def test_clean_return_has_no_repairs_and_no_findings() -> None:
    found = outcome(plain())
    assert (found.records, found.log, found.told) == ([clean_record()], [], [])


@pytest.mark.parametrize("mess", SILENT, ids=lambda mess: mess.name)
def test_fixed_silently(mess: Mess) -> None:
    found = outcome(edited(mess.change))
    assert found.records == [clean_record()]
    assert (found.log, found.told) == ([], [])


@pytest.mark.parametrize("mess", NOTED, ids=lambda mess: mess.name)
def test_fixed_and_logged(mess: Mess) -> None:
    found = outcome(edited(mess.change))
    assert found.records == [clean_record()]
    assert found.log == list(mess.log)
    assert found.told == []
    assert all(repair.message.endswith("。") for repair in found.repairs)
