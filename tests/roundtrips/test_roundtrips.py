"""A sample of the round trips that `make roundtrips` makes by the hundred: every shipped form, every way it is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.roundtrips.generate import made_up
from tests.roundtrips.measure import PDF, WAYS, WORD, WORKBOOK, compared, read, written
from toolkit.forms import Form, load_form
from toolkit.forms.book import sheet_names
from toolkit.forms.roster import is_roster
from toolkit.resources import templates_dir

pytestmark = pytest.mark.slow

FORMS = [path.stem for path in sorted(templates_dir().glob("*.xlsx")) if not is_roster(sheet_names(path))]

# The last of five is a long one: full tables, goals of many lines.
SEEDS = (1001, 1002, 1004)


@pytest.fixture(scope="module")
def forms() -> dict[str, Form]:
    return {name: load_form(templates_dir() / f"{name}.xlsx") for name in FORMS}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("way", [WORKBOOK, WORD, pytest.param(PDF, marks=pytest.mark.office)])
def test_what_is_written_comes_back(way: str, name: str, forms: dict[str, Form], tmp_path: Path) -> None:
    form = forms[name]
    declarations = {seed: made_up(form, seed) for seed in SEEDS}
    written(form, declarations, way, tmp_path / "件")
    score = compared(form, declarations, read(tmp_path / "件", list(forms.values())), way)
    assert score.wrong == [] or (way == PDF and score.share >= 0.995)
    assert score.same > 100 * len(SEEDS) / 2


def test_what_is_made_up_is_long_and_short_and_of_all_kinds(forms: dict[str, Form]) -> None:
    """Full tables and short ones, texts of several lines, blanks, amounts to the last decimal of the form."""
    assert set(WAYS) == {WORKBOOK, WORD, PDF}
    for form in forms.values():
        made = [made_up(form, seed) for seed in range(20)]
        counts = [len(each.rows) for each in made]
        assert form.table is not None
        assert min(counts) < 15 < 25 <= max(counts) <= form.table.size
        assert [made_up(form, seed) for seed in range(20)] == made
        texts = [str(entry.value) for each in made for entry in each.entries.values() if entry.value is not None]
        assert any("\n" in text for text in texts) and max(map(len, texts)) > 600
        cells = [entry for each in made for entries in (each.entries, *(row.entries for row in each.rows)) for entry in entries.values()]
        assert any(cell.value is None for cell in cells)
