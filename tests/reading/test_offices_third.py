"""Forms unlike those of `offices` in kind, each a text file in `offices/third/`: the drawing, then the fields and rows of each project.

Drawn by hand and read over. A line that begins with ¶ is a paragraph of Word between two tables; on a sheet it is a line of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Word

from tests.office import convert_all
from tests.reading.drawn import grid, lines
from tests.reading.test_offices import bare
from tests.reading.test_offices_further import got
from toolkit.reading.model import Declaration
from toolkit.reading.read import read_grid
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source
from toolkit.workflow.forms import load_forms

OFFICES = sorted((Path(__file__).parent / "offices" / "third").glob("*.txt"))

Expected = list[tuple[dict[str, str], tuple[str, ...]]]


def drawn(path: Path) -> tuple[str, Expected]:
    """The drawing of a file, and the fields and the rows of each project that it declares."""
    drawing, *projects = path.read_text(encoding="utf-8").split("====\n")
    parts = [project.partition("----\n") for project in projects]
    pairs = [(line.partition("：") for line in head.splitlines()) for head, _, _ in parts]
    fields = [{name: value.replace("\\n", "\n") for name, _, value in each} for each in pairs]
    return drawing, list(zip(fields, [tuple(rows.splitlines()) for _, _, rows in parts], strict=True))


def sheet(drawing: str) -> Grid:
    return grid(drawing.replace("¶", ""))


def document(drawing: str, path: Path) -> Path:
    """The drawing as a document of Word: tables with paragraphs between them."""
    word = Document()
    for is_text, block in groupby(drawing.strip("\n").split("\n"), key=lambda line: line.startswith("¶")):
        for line in block if is_text else ():
            word.add_paragraph(line[1:])
        if not is_text:
            put_table(word, grid("\n".join(block)))
    word.save(str(path))
    return path


def put_table(word: Word, part: Grid) -> None:
    rows = max(*(row for row, _ in part.cells), *(area[2] for area in part.merges), 1)
    columns = max(*(column for _, column in part.cells), *(area[3] for area in part.merges), 1)
    table = word.add_table(rows, columns)
    table.style = "Table Grid"
    for top, left, bottom, right in part.merges:
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1))
    for (row, column), value in part.cells.items():
        table.cell(row - 1, column - 1).text = f"{value:.15g}" if isinstance(value, float) else str(value)


def read_file(path: Path) -> list[Declaration]:
    return [found for page in open_source(path, path.name).grids for found in read_grid(page, load_forms(None), "甲")]


def is_as_drawn(found: Sequence[Declaration], expected: Expected, name: str) -> None:
    """A print breaks lines anywhere; what is said of each value is that it was read."""
    for each, (fields, rows) in zip(found, expected, strict=True):
        assert {name: bare(value) for name, value in got(each).items()} == {name: bare(value) for name, value in fields.items()}, name
        assert [bare(line) for line in lines(each)] == [bare(line) for line in rows], name
        assert "格式-未读懂" not in {doubt.rule for doubt in each.doubts}, name


# What is parted by tabs is a text's.
SHEETS = [path for path in OFFICES if "\t" not in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", SHEETS, ids=[path.stem for path in SHEETS])
def test_an_office_s_form_of_another_kind_is_read(path: Path) -> None:
    drawing, expected = drawn(path)
    found = read_grid(sheet(drawing), load_forms(None), "甲")
    assert [(got(each), lines(each)) for each in found] == expected
    assert "格式-未读懂" not in {doubt.rule for each in found for doubt in each.doubts}


@pytest.mark.office
def test_the_same_forms_of_other_kinds_in_word_and_printed(tmp_path: Path) -> None:
    written = [document(drawn(path)[0], tmp_path / f"{path.stem}.docx") for path in OFFICES]
    for paths in (written, convert_all(written, "pdf", tmp_path)):
        for path, drawing in zip(paths, OFFICES, strict=True):
            is_as_drawn(read_file(path), drawn(drawing)[1], path.name)
