"""Any three messes of the F and N rows together leave the record as it was, with the repairs of each and no doubt."""

from __future__ import annotations

import io
import random
from itertools import combinations

import openpyxl
import pytest

from tests.reading.messes import NOTED, SILENT, Mess
from tests.reading.messy import SHEET, Outcome, clean_record, plain, read, saved

pytestmark = pytest.mark.slow

COMBINATIONS, CHUNKS = 120, 8


def apart(chosen: tuple[Mess, ...]) -> bool:
    """Whether no two of the messes make the same cell, or the same rows and columns, differently."""
    return all(not (a.touches & b.touches) for a, b in combinations(chosen, 2))


def drawn() -> list[tuple[Mess, ...]]:
    """So many different combinations, the same in every run; every mess is in several."""
    every = [chosen for chosen in combinations((*SILENT, *NOTED), 3) if apart(chosen)]
    return random.Random(20240101).sample(every, COMBINATIONS)


CHOSEN = drawn()


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_three_messes_at_once(chunk: int) -> None:
    for chosen in CHOSEN[chunk::CHUNKS]:
        book = openpyxl.load_workbook(io.BytesIO(plain()))
        sheet = book[SHEET]
        for mess in sorted(chosen, key=lambda mess: mess.last):
            mess.change(sheet)
        found = Outcome(read(saved(book)), [])
        names = "＋".join(mess.name for mess in chosen)
        assert found.records == [clean_record()], names
        due = sorted((rule, before, after) for mess in chosen for rule, _, before, after in mess.log if rule != "修复-列移位")
        made = sorted((rule, before, after) for rule, _, before, after in found.log if rule != "修复-列移位")
        assert made == due, names
        moved = any(log[0] == "修复-列移位" for mess in chosen for log in mess.log)
        assert any(log[0] == "修复-列移位" for log in found.log) == moved, names
        assert [each.doubts for each in found.declarations] == [()], names


def test_every_mess_is_drawn() -> None:
    assert {mess.name for chosen in CHOSEN for mess in chosen} == {mess.name for mess in (*SILENT, *NOTED)}
