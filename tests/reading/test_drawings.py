"""Arrangements never seen before, read through the command line: everything exact, nothing invented, what is missed is said.

A sample of what `make drawings` does by the thousand, the layouts of public documents, the two published documents drawn as
they are printed, other forms, and small changes to a drawing whose effect is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.drawings import properties, report
from tests.drawings.declarations import contents
from tests.drawings.drawing import random_drawing
from tests.drawings.files import TEXT, WORKBOOKS, WRITERS, write
from tests.drawings.fixed import FIXED, official
from tests.drawings.model import Drawing
from tests.drawings.otherforms import OTHER_FORMS, other_form
from tests.drawings.properties import mistakes
from tests.drawings.real import ABSENT, documents, real_contents
from tests.drawings.score import Result, command, score

OFFICE = tuple(name for name, writer in WRITERS.items() if writer.converted)
DIRECT = tuple(name for name in WRITERS if name not in OFFICE)
SAVED = tuple(name for name in OFFICE if not WRITERS[name].printed)
PRINTED = tuple(name for name in OFFICE if WRITERS[name].printed)

pytestmark = pytest.mark.slow

SAMPLE = range(1, 7)
FEW = range(26, 29)


def read(drawings: Sequence[Drawing], writer: str, folder: Path, *, checked: bool = True) -> list[Result]:
    """Write the drawings into `folder`, read them, and return how they were read."""
    place = folder / "回收"
    write(drawings, writer, place)
    return score(place, drawings, printed=WRITERS[writer].printed, checked=checked)


@pytest.mark.parametrize("writer", DIRECT)
def test_a_sample_of_arrangements_is_read_exactly(writer: str, tmp_path: Path) -> None:
    seeds = SAMPLE if writer in WORKBOOKS else FEW
    assert mistakes(read([random_drawing(seed) for seed in seeds], writer, tmp_path)) == []


@pytest.mark.office
@pytest.mark.parametrize("writer", SAVED)
def test_a_few_arrangements_are_read_exactly_after_libreoffice(writer: str, tmp_path: Path) -> None:
    results = read([random_drawing(seed) for seed in FEW], writer, tmp_path)
    assert mistakes(results) == []
    assert report.failures({writer: results}) == []


@pytest.mark.office
@pytest.mark.parametrize("writer", PRINTED)
def test_a_few_arrangements_are_read_from_prints(writer: str, tmp_path: Path) -> None:
    """Where lines and pages break depends on the fonts: a cell torn in a new way may be missed, and said."""
    results = read([random_drawing(seed) for seed in FEW], writer, tmp_path)
    assert report.rate(results) >= 0.99
    assert [mark.explain() for each in results for mark in each.marks if mark.kind == "invented" or not mark.said] == []


@pytest.mark.parametrize("writer", ["openpyxl合并", "openpyxl不合并", "docx题在表外"])
def test_the_layouts_of_public_documents_are_read_exactly(writer: str, tmp_path: Path) -> None:
    drawings = [replace(draw(contents(900 + number, 2)), name=name) for number, (name, draw) in enumerate(FIXED.items())]
    assert mistakes(read(drawings, writer, tmp_path)) == []


@pytest.mark.skipif(not documents(), reason=ABSENT)
@pytest.mark.parametrize(
    "writer",
    [
        "openpyxl合并",
        "openpyxl不合并",
        "docx题在表内",
        pytest.param("LibreOffice另存ods", marks=pytest.mark.office),
    ],
)
def test_the_published_documents_drawn_as_printed_are_read_exactly(writer: str, tmp_path: Path) -> None:
    sources = documents()
    drawings = [replace(official(real_contents(path)), name=path.stem) for path in sources]
    results = read(drawings, writer, tmp_path, checked=False)
    assert [mark.explain() for each in results for mark in each.marks if mark.kind not in ("exact", "blank")] == []
    assert [len(each.drawing.contents) for each in results] == [10, 4]
    assert sum(mark.name.startswith("第") for each in results for mark in each.marks) == 104
    assert _told(tmp_path / "回收") == _told(sources[0].parent)


def _told(folder: Path) -> Counter[tuple[str, ...]]:
    """The errors, warnings and hints of a folder, without where they stand."""
    answer = command("check", folder)
    assert isinstance(answer, dict)
    keys = ("rule", "severity", "unit", "project", "field")
    return Counter(tuple(str(f[key]) for key in keys) for f in answer["findings"] if f["family"] == "declaration")


@pytest.mark.parametrize("writer", [*DIRECT, TEXT, *(pytest.param(name, marks=pytest.mark.office) for name in OFFICE)])
def test_other_forms_are_never_taken_for_this_one(writer: str, tmp_path: Path) -> None:
    """Save those that are forms of ours by now: `tests/forms/test_self_evaluation.py`, `test_department.py`."""
    place = tmp_path / "回收"
    names = [name for name in OTHER_FORMS if name not in ("自评表", "部门整体支出绩效目标表")]
    drawings = [other_form(name, seed) for name in names for seed in ((1, 2) if writer in WORKBOOKS else (1,))]
    write(drawings, writer, place)
    assert command("export", place) == []
    answer = command("check", place)
    assert isinstance(answer, dict)
    statuses = {Path(file["file"]).stem: file["status"] for file in answer["files"]}
    assert statuses == {drawing.name: "wrong_form" for drawing in drawings}
    told = Counter(finding["rule"] for finding in answer["findings"] if finding["family"] != "repair")
    assert told == {"文件-表样不符": len(drawings)}


@pytest.mark.parametrize("text", [None, properties.RENAMED], ids=["removed", "renamed"])
def test_a_label_gone_loses_at_most_its_own_field_and_says_so(text: str | None, tmp_path: Path) -> None:
    """Every label of two drawings, and one label each of others; `make drawings` tries hundreds."""
    count, wrong = properties.labels_gone(range(40, 42), range(1000, 1010), text, tmp_path / "回收")
    assert count > 20
    assert wrong == []


@pytest.mark.parametrize("change", properties.EXCHANGES)
def test_what_is_exchanged_is_read_the_same(change: str, tmp_path: Path) -> None:
    count, wrong = properties.exchanged(range(2000, 2025), change, tmp_path / "回收")
    assert count >= 10
    assert wrong == []
