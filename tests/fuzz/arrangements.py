"""Drawings of the form as other offices print it, written as a workbook, with some of its cells changed to what nobody expects."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from tests.drawings.drawing import random_drawing
from tests.drawings.files import write
from tests.fuzz import damage, files

WRITER = "openpyxl合并"


def case(chance: random.Random) -> bytes:
    with tempfile.TemporaryDirectory(prefix="jixiao-fuzz-") as scratch:
        (path,) = write([random_drawing(chance.getrandbits(30))], WRITER, Path(scratch) / "画")
        drawn = path.read_bytes()
    return damage.package(drawn, chance)


ENTRY = files.entry("版式", "来/画.xlsx", case, "check 来/画.xlsx --json")
