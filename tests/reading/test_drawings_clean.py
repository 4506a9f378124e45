"""The generator of arrangements is fair: what it declares is clean, and every drawing shows all that it declares, once.

`test_drawings` lets the readers loose on its drawings; here the drawings themselves are judged, by the checks of our own
template and by counting.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.drawings.choices import random_style
from tests.drawings.declarations import FIELDS, GOALS, contents, plain
from tests.drawings.drawing import random_drawing
from tests.drawings.fixed import FIXED
from tests.drawings.model import Cell, Drawing, Sheet
from tests.drawings.otherforms import OTHER_FORMS, other_form
from tests.drawings.score import result, score
from tests.rules.kit import declaration
from tests.shipped import shipped_form
from toolkit.outputs.filled.workbook import fill_workbook

SEEDS = range(24)


@pytest.mark.parametrize("drawn", [False, True], ids=["contents", "as drawn"])
def test_what_is_declared_is_clean_and_read_back_from_our_own_template(drawn: bool, tmp_path: Path) -> None:
    """The same contents in our own template: every check passes, but for fields that a drawing has no place for."""
    drawings = [
        replace(random_drawing(seed), sheets=()) if drawn else Drawing(f"{seed:06d}", (), contents(seed, 1 + seed % 4)) for seed in SEEDS
    ]
    for drawing in drawings:
        declared = [declaration(content.draft()) for content in drawing.contents]
        (tmp_path / f"{drawing.name}.xlsx").write_bytes(fill_workbook(shipped_form(), declared))
    results = score(tmp_path, drawings)
    wrong = [mark.explain() for each in results for mark in each.marks if mark.kind not in ("exact", "blank")]
    assert (wrong, [text for each in results for text in each.false_findings]) == ([], [])


def test_a_seed_always_gives_the_same_drawing() -> None:
    assert [random_drawing(seed) for seed in SEEDS] == [random_drawing(seed) for seed in SEEDS]


@pytest.mark.parametrize("drawing", [*map(random_drawing, SEEDS), *(draw(contents(7)) for draw in FIXED.values())])
def test_a_drawing_shows_each_value_once_and_its_cells_do_not_overlap(drawing: Drawing) -> None:
    shown = Counter(
        (cell.project, cell.field, cell.line)
        for _, cell in drawing.cells()
        if cell.role == "value" and cell.value is not None and cell.field not in LEVELS
    )
    declared = Counter(
        (project, name, None)
        for project, content in enumerate(drawing.contents)
        for name in FIELDS
        if content.head[name] is not None and not (name == "年度" or name in drawing.omitted)
    )
    # A goal may be drawn with each of its lines in a row of its own.
    alone = Counter({key: 1 if key[1] in GOALS else count for key, count in shown.items() if key[2] is None and key[1] != "年度"})
    assert alone == declared

    names = Counter((project, line) for project, name, line in shown.elements() if name == "三级指标")
    assert names == Counter((p, n) for p, each in enumerate(drawing.contents) for n in range(len(each.rows)))
    years = {cell.project for _, cell in drawing.cells() if cell.field and str(plain(_year(drawing, cell.project))) in cell.text}
    assert years == set(range(len(drawing.contents)))
    _assert_apart(drawing)


@pytest.mark.parametrize("name", OTHER_FORMS)
def test_another_form_declares_nothing_and_its_cells_do_not_overlap(name: str) -> None:
    drawing = other_form(name, 3)
    assert drawing.contents == ()
    _assert_apart(drawing)


def test_the_drawings_cover_every_way_of_arranging() -> None:
    """No choice of a dimension is so rare that a thousand drawings would hardly meet it."""
    seen = Counter(trait for seed in range(1000) for trait in random_style(random.Random(seed)).traits().items())
    values = Counter(name for name, _ in seen)
    assert len(values) >= 20 and min(values.values()) >= 2
    assert min(seen.values()) >= 10, seen.most_common()[-5:]


def test_a_reading_is_judged_by_what_became_of_each_value() -> None:
    """Exact, missed, another's value, a label's text, a changed one, an invented row: each has its own name."""
    drawing = Drawing("甲", (OTHER,), contents(11))
    right = drawing.contents[0].record()
    assert {mark.kind for mark in result(drawing, [right]).marks} == {"exact", "blank"}
    assert {mark.kind for mark in result(drawing, []).marks} == {"missed", "blank"}

    rows = right["绩效指标"]
    assert isinstance(rows, list)
    glued = {**rows[0], "数值": f"{rows[0]['数值']}约束性指标"}
    wrong = {
        **right,
        "项目名称": right["实施单位"],
        "主管部门": "项目负责人",
        "年度资金申请总额": "1.00",
        "项目性质": None,
        "绩效指标": [glued, {**rows[1], "数值": "7654321"}, *rows[3:], {**rows[2], "三级指标": "合计"}],
    }
    marks = {mark.name: mark.kind for mark in result(drawing, [wrong]).marks if mark.kind not in ("exact", "blank")}
    assert marks == {
        "项目名称": "invented",
        "主管部门": "invented",
        "年度资金申请总额": "wrong",
        "项目性质": "missed",
        "第1行": "invented",
        "第2行": "wrong",
        "第3行": "missed",
        "多出的行1": "invented",
    }


OTHER = Sheet("表", (Cell(1, 1, "项目负责人", role="strange"), Cell(2, 1, "约束性指标", role="strange")), (20.0,))
LEVELS = ("一级指标", "二级指标")


def _year(drawing: Drawing, project: int) -> int:
    year = drawing.contents[project].head["年度"]
    assert isinstance(year, int)
    return year


def _assert_apart(drawing: Drawing) -> None:
    for sheet in drawing.sheets:
        taken = Counter(
            (row, column)
            for cell in sheet.cells
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        )
        assert max(taken.values()) == 1
        assert max(column for _, column in taken) <= len(sheet.widths)
