"""Drawings of the form as other offices print it, written as a workbook, with some of its cells changed to what nobody expects."""

from __future__ import annotations

import random
import tempfile
from functools import lru_cache
from pathlib import Path

from tests.drawings.drawing import random_drawing
from tests.drawings.files import write
from tests.fuzz import damage, direct, files

WRITER = "openpyxl合并"


# So many drawings, each damaged in many ways.
DRAWINGS = 400


def case(chance: random.Random) -> bytes:
    return damage.package(_drawn(chance.randrange(DRAWINGS)), chance)


@lru_cache(maxsize=DRAWINGS)
def _drawn(number: int) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jixiao-fuzz-") as scratch:
        (path,) = write([random_drawing(number)], WRITER, Path(scratch) / "画")
        return path.read_bytes()


ENTRY = files.entry("版式", "来/画.xlsx", case, direct.returned, "check 来/画.xlsx --json")
