"""Forms as further provinces and offices print them, each a text file in `offices/`: the drawing, the fields, the rows.

Drawn by hand after the usual layouts and read over; the same fields and rows come out, as a sheet, as a table of Word and printed.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.office import convert_all
from tests.reading.drawn import fields, grid, lines
from tests.reading.test_offices import as_document, bare
from toolkit.reading.model import Declaration
from toolkit.reading.read import read_grid
from toolkit.sources.open import open_source
from toolkit.workflow.forms import load_forms

OFFICES = sorted((Path(__file__).parent / "offices").glob("*.txt"))


def drawn(path: Path) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """The drawing of a file, the fields and the rows that it stands for."""
    drawing, _, expected = path.read_text(encoding="utf-8").partition("====\n")
    head, _, rows = expected.partition("----\n")
    pairs = (line.partition("：") for line in head.splitlines())
    return drawing, {name: value.replace("\\n", "\n") for name, _, value in pairs}, tuple(rows.splitlines())


def got(found: Declaration) -> dict[str, str]:
    """What was read, without what is blank."""
    return {name: str(value) for name, value in fields(found).items() if value is not None}


@pytest.mark.parametrize("ruled", [False, True])
@pytest.mark.parametrize("path", OFFICES, ids=[path.stem for path in OFFICES])
def test_a_further_office_s_form_is_read(path: Path, ruled: bool) -> None:
    drawing, expected, rows = drawn(path)
    (found,) = read_grid(replace(grid(drawing), ruled=ruled, flow=ruled, name=None if ruled else "表一"), load_forms(None), "甲")
    assert got(found) == expected
    assert lines(found) == rows
    assert "格式-未读懂" not in {doubt.rule for doubt in found.doubts}


@pytest.mark.office
def test_the_same_further_forms_in_word_and_printed(tmp_path: Path) -> None:
    documents = [as_document(grid(drawn(path)[0]), tmp_path / f"{path.stem}.docx") for path in OFFICES]
    printed = convert_all(documents, "pdf", tmp_path)
    for paths in (documents, printed):
        for path, drawing in zip(paths, OFFICES, strict=True):
            _, expected, rows = drawn(drawing)
            (found,) = (each for page in open_source(path, path.name).grids for each in read_grid(page, load_forms(None), "甲"))
            assert {name: bare(value) for name, value in got(found).items()} == {name: bare(value) for name, value in expected.items()}, (
                path.name
            )
            assert [bare(line) for line in lines(found)] == [bare(line) for line in rows], path.name
            assert "格式-未读懂" not in {doubt.rule for doubt in found.doubts}, path.name
