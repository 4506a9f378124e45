"""The issued workbook filled in, as a grid: what tests change a cell of that need no file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.shipped import declaration, shipped_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.sheet import read_sheet
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Grid:
    path = tmp_path_factory.mktemp("清") / "甲.xlsx"
    path.write_bytes(fill_workbook(shipped_form(), [declaration()]))
    [grid] = [each for each in open_source(path, path.name).grids if read_sheet(each, shipped_form(), "甲.xlsx") is not None]
    return replace(grid, version=shipped_form().version, form=shipped_form().name)
