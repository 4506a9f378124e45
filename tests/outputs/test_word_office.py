"""The Word summary as other programs see it: LibreOffice opens and prints it, Microsoft's validator finds no error."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from office import convert, soffice
from validator import needs_validator, validate
from word_samples import ROWS, TEMPLATE, UNIT, make_declaration, make_rows, opened, summary

from toolkit.outputs.word_pieces import legal_text
from toolkit.reading.model import Declaration

needs_office = pytest.mark.skipif(soffice() is None, reason="需要 LibreOffice（soffice）")
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="需要 poppler-utils（pdftotext）")

LONG_GROUP = make_rows([("产出指标", "数量指标", f"第{n}项任务完成数量", "≥", str(n), "项") for n in range(1, 61)])
HOSTILE = "A&B<C>\"D\" \x00\x0b😀𠮷 שלום  前后\n第二行\t制表"


def pages(declarations: list[Declaration], folder: Path, *, draft: bool = False) -> list[str]:
    """Return the text of every page as LibreOffice prints the summary."""
    source = folder / "汇总.docx"
    source.write_bytes(summary(declarations, draft=draft))
    made = convert(source, "pdf", folder / "pdf")
    done = subprocess.run(["pdftotext", "-layout", str(made), "-"], capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\f").split("\f")


@needs_office
@needs_poppler
def test_each_project_on_its_page_with_page_numbers(tmp_path: Path) -> None:
    found = pages([make_declaration(), make_declaration([]), make_declaration(项目名称="丙")], tmp_path)
    assert [_squeezed(page).count("财政项目支出绩效目标申报表") for page in found] == [1, 1, 1]
    assert [_squeezed(page)[-6:] for page in found] == ["第1页共3页", "第2页共3页", "第3页共3页"]
    assert f"{UNIT}2024年度项目绩效目标汇总表" in _squeezed(found[0])
    for row in ROWS:
        assert row[2] in _squeezed(found[0])


@needs_office
@needs_poppler
def test_a_long_table_goes_on_under_its_header(tmp_path: Path) -> None:
    found = [_squeezed(page) for page in pages([make_declaration(LONG_GROUP)], tmp_path)]
    assert len(found) > 2
    assert all("一级指标二级指标三级指标" in page for page in found)
    assert all(re.search("第[0-9]+项任务完成数量", page) for page in found)
    assert sum(len(re.findall("第[0-9]+项任务完成数量", page)) for page in found) == 60


@needs_office
@needs_poppler
def test_a_goal_longer_than_a_page_is_printed_whole(tmp_path: Path) -> None:
    goal = "".join(f"目标{n:04}，" for n in range(1500))
    found = "".join(_squeezed(page) for page in pages([make_declaration(年度总体目标=goal)], tmp_path))
    assert re.findall(r"目标(\d{4})", re.sub(r"第\d+页共\d+页", "", found)) == [f"{n:04}" for n in range(1500)]


@needs_office
@needs_poppler
def test_draft_shows_on_every_page(tmp_path: Path) -> None:
    found = pages([make_declaration(), make_declaration(LONG_GROUP)], tmp_path, draft=True)
    assert len(found) > 3 and all("草稿" in page for page in found)


@needs_office
def test_hostile_text_survives_libreoffice(tmp_path: Path) -> None:
    source = tmp_path / "原.docx"
    rows = make_rows([("产出指标", "数量指标", HOSTILE, "定性", HOSTILE, None)])
    source.write_bytes(summary([make_declaration(rows, 年度总体目标=HOSTILE)]))
    document = opened(convert(source, "docx", tmp_path / "转").read_bytes())
    expected = legal_text(HOSTILE)
    first, indicators = document.tables[:2]
    assert first.rows[8].cells[-1].text == expected
    assert [cell.text for cell in indicators.rows[1].cells[-2:]] == [expected, expected]


@needs_validator
@pytest.mark.parametrize("draft", [False, True])
def test_validator_finds_no_error(tmp_path: Path, draft: bool) -> None:
    declarations = [make_declaration(), make_declaration([], 年度总体目标=HOSTILE), make_declaration(LONG_GROUP)]
    made = tmp_path / "汇总.docx"
    made.write_bytes(summary(declarations, draft=draft))
    assert validate(made) == validate(TEMPLATE) == []


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
