"""Every cell of a form has exactly one fate, and what became a value was nothing else."""

from __future__ import annotations

import pytest

from tests.drawings.drawing import random_drawing
from tests.drawings.files import write
from tests.reading.drawn import FUNDS, GOALS, HEAD, ROWS, grid
from tests.shipped import shipped_form
from toolkit.reading.arranged.account import Fate, fates
from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.hits import find_hits
from toolkit.reading.arranged.layout import lay_out
from toolkit.reading.plan import plan_of
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source


def accounted(sheet: Grid) -> tuple[Cells, dict[tuple[int, int], Fate]]:
    """The cells of a sheet that holds one form, and their fates when every value found is read."""
    plan = plan_of(shipped_form())
    cells = Cells(sheet)
    placement = lay_out(cells, find_hits(cells, plan), plan)
    assert placement.table is not None
    columns = [place.index for place in placement.table.places if place.index is not None]
    used = {cell.place for cell in (placement.found or {}).values() if cell is not None}
    used |= {cell.place for row in placement.table.rows for column in columns if (cell := cells.at(row, column)) is not None}
    return cells, fates(placement, used, set(placement.table.rows))


def test_each_kind_of_cell() -> None:
    odd = FUNDS.replace("200000", "200000 | 其中含追加部分，依据批复文件另行办理手续")
    foot = "填报人：王敏 | | 联系电话：021-62330000\n注：指标值应尽量量化。"
    head = HEAD.replace("特定目标类", "特定目标类\n项目负责人 | 李伟")
    cells, found = accounted(grid(head, odd, GOALS, ROWS, foot))
    by_text = {cell.text: found[cell.place] for cell in cells}
    assert {text: by_text[text] for text in ("项目名称", "公园养护", "财政项目支出绩效目标申报表", "项目负责人", "李伟", "绩效指标")} == {
        "项目名称": Fate.LABEL,
        "公园养护": Fate.VALUE,
        "财政项目支出绩效目标申报表": Fate.LABEL,
        "项目负责人": Fate.STRANGE,
        "李伟": Fate.STRANGE,
        "绩效指标": Fate.LABEL,
    }
    assert [text for text, fate in by_text.items() if fate == Fate.UNKNOWN] == ["其中含追加部分，依据批复文件另行办理手续"]
    assert {by_text[text] for text in ("填报人：王敏", "联系电话：021-62330000", "注：指标值应尽量量化。")} == {Fate.NOTE}


@pytest.mark.parametrize("seed", range(12))
def test_every_cell_of_any_drawing_has_one_fate(seed: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    drawing = random_drawing(seed)
    (path,) = write([drawing], "openpyxl合并", tmp_path_factory.mktemp("画") / "回收")
    for sheet in open_source(path, path.name).grids:
        if len(drawing.contents) == len(drawing.sheets):
            cells, found = accounted(sheet)
            assert set(found) == {cell.place for cell in cells}
