"""Arrangements never seen before, read in this process: what a line of the readers does wrong is seen at once.

`test_drawings` reads others through the command line, as users do; these are many, and small.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.drawings.drawing import random_drawing
from tests.drawings.files import write
from tests.drawings.properties import mistakes
from tests.drawings.score import result
from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.outputs.records import declaration_record
from toolkit.reading.explanations import with_explanations
from toolkit.reading.read import read_grid
from toolkit.sources.open import open_source

# By writer; no other sample has these.
SEEDS = {
    "openpyxl合并": range(5000, 5030),
    "openpyxl不合并": range(5100, 5130),
    "docx题在表内": range(5200, 5215),
    "docx题在表外": range(5300, 5315),
}


@pytest.mark.parametrize(("writer", "seed"), [(writer, seed) for writer, seeds in SEEDS.items() for seed in seeds])
def test_a_drawing_is_read_exactly(writer: str, seed: int, tmp_path: Path) -> None:
    drawing, form = random_drawing(seed), shipped_form()
    (path,) = write([drawing], writer, tmp_path)
    grids = open_source(path, path.name).grids
    declarations = with_explanations([each for grid in grids for each in read_grid(grid, (form,), path.name)], grids)
    findings = [finding.record() for finding in check_declarations(declarations, form)]
    assert mistakes([result(drawing, [declaration_record(each, form) for each in declarations], findings)]) == []
