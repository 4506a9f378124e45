"""The Word summary as other programs see it: LibreOffice opens and prints it, Microsoft's validator finds no error."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from random import Random

import pytest
from docx.shared import Cm

from tests.office import convert
from tests.outputs.word_samples import ROWS, TEMPLATE, UNIT, grid, make_declaration, make_form, make_rows, opened, summary
from tests.validator import needs_validator, validate
from toolkit.outputs.word import dropped_characters
from toolkit.outputs.word.pieces import legal_text
from toolkit.reading.model import Declaration

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="需要 poppler-utils（pdftotext）")

LONG_GROUP = make_rows([("产出指标", "数量指标", f"第{n}项任务完成数量", "≥", str(n), "项") for n in range(1, 61)])
HOSTILE = 'A&B<C>"D" \x00\x0b😀𠮷 שלום  前后\n第二行\t制表'


def pages(declarations: list[Declaration], folder: Path, *, draft: bool = False, order: str = "-layout") -> list[str]:
    """Return the text of every page as LibreOffice prints the summary: by place, or (`-raw`) cell by cell as it is drawn."""
    source = folder / "汇总.docx"
    source.write_bytes(summary(declarations, draft=draft))
    made = convert(source, "pdf", folder / "pdf")
    done = subprocess.run(["pdftotext", order, str(made), "-"], capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\f").split("\f")


@pytest.mark.office
@needs_poppler
def test_each_project_on_its_page_with_page_numbers(tmp_path: Path) -> None:
    found = pages([make_declaration(), make_declaration([]), make_declaration(项目名称="丙")], tmp_path)
    assert [_squeezed(page).count("财政项目支出绩效目标申报表") for page in found] == [0, 1, 1, 1]
    assert [_squeezed(page)[-6:] for page in found] == [f"第{number}页共4页" for number in (1, 2, 3, 4)]
    assert f"{UNIT}2024年度项目绩效目标汇总表" in _squeezed(found[0])
    for row in ROWS:
        assert row[2] in _squeezed(found[1])


@pytest.mark.office
@needs_poppler
def test_a_long_table_goes_on_under_its_header(tmp_path: Path) -> None:
    found = [_squeezed(page) for page in pages([make_declaration(LONG_GROUP)], tmp_path)]
    assert len(found) > 2
    assert all("一级指标二级指标三级指标" in page for page in found)
    assert all(re.search("第[0-9]+项任务完成数量", page) for page in found)
    assert sum(len(re.findall("第[0-9]+项任务完成数量", page)) for page in found) == 60


@pytest.mark.office
@needs_poppler
def test_a_goal_longer_than_a_page_is_printed_whole(tmp_path: Path) -> None:
    goal = "".join(f"目标{n:04}，" for n in range(1500))
    found = pages([make_declaration(年度总体目标=goal)], tmp_path, order="-raw")

    # Where lines and pages break depends on the fonts, and the label beside the goal may be drawn between two pages of it.
    printed = re.sub(r"第\d+页共\d+页", "", "".join(map(_squeezed, found)))
    assert len(found) > 2 and sorted(re.findall(r"目标(\d{4})，", printed)) == [f"{n:04}" for n in range(1500)]


@pytest.mark.office
@needs_poppler
def test_draft_shows_on_every_page(tmp_path: Path) -> None:
    found = pages([make_declaration(), make_declaration(LONG_GROUP)], tmp_path, draft=True)
    assert len(found) > 3 and all("草稿" in page for page in found)


@pytest.mark.office
def test_hostile_text_survives_libreoffice(tmp_path: Path) -> None:
    source = tmp_path / "原.docx"
    rows = make_rows([("产出指标", "数量指标", HOSTILE, "定性", HOSTILE, None)])
    source.write_bytes(summary([make_declaration(rows, 年度总体目标=HOSTILE)]))
    document = opened(convert(source, "docx", tmp_path / "转").read_bytes())
    expected = legal_text(HOSTILE)
    first, indicators = document.tables[:2]
    assert first.rows[8].cells[-1].text == expected
    assert [cell.text for cell in indicators.rows[1].cells[-2:]] == [expected, expected]


@pytest.mark.office
@needs_poppler
def test_every_page_of_a_long_table_has_its_labels_and_the_contents_list_is_right(tmp_path: Path) -> None:
    names = ["甲项目", "乙项目", "丙项目"]
    declarations = [make_declaration(LONG_GROUP, 项目名称=name) for name in names]
    declarations[1] = make_declaration(LONG_GROUP, 项目名称="乙项目", 年度总体目标="按季完成各项任务。" * 120)
    found = [_squeezed(page) for page in pages(declarations, tmp_path)]
    starts = [number for number, page in enumerate(found, 1) if "财政项目支出绩效目标申报表" in page]
    assert found[0].startswith(f"{UNIT}2024年度项目绩效目标汇总表目录")
    assert [re.search(rf"{name}\.*(\d+)", found[0])[1] for name in names] == [str(start) for start in starts]  # type: ignore[index]
    for page in found[1:]:
        assert page.count("数量指标") == page.count("产出指标") == ("任务完成数量" in page)


@pytest.mark.office
def test_a_template_saved_by_another_program_works_restyled(tmp_path: Path) -> None:
    document = opened(TEMPLATE.read_bytes())
    section = document.sections[0]
    section.page_width, section.page_height = section.page_height, section.page_width
    document.styles["表内文字"].font.name = "楷体"
    table = document.tables[1]
    table.add_column(Cm(2))
    for row, text in zip(table.rows, ("责任单位", "{{主管部门}}"), strict=True):
        row.cells[-1].text = ""
        for piece in (text[:1], text[1:4], text[4:]):
            row.cells[-1].paragraphs[0].add_run(piece).bold = True
    source = tmp_path / "改样.docx"
    document.save(str(source))
    saved = convert(source, "docx", tmp_path / "另存")
    made = opened(summary([make_declaration(), make_declaration(项目名称="乙")], path=saved))
    assert (made.sections[0].page_width or 0) > (made.sections[0].page_height or 0)
    assert made.styles["表内文字"].font.name == "楷体"
    assert [row[-1] for row in grid(made.tables[1])] == ["责任单位", *["某市教育局"] * 6]
    assert [row[3:5] for row in grid(made.tables[1])[1:3]] == [["培训场次", "≥12.00(场)"], ["参训人数", "≥985.50(人次)"]]
    entries = [p.text for p in made.paragraphs if p.text.endswith(("\t2", "\t4"))]
    assert entries == ["业务培训经费\t2", "乙\t4"]


# Each kind of text that breaks programs; what LibreOffice keeps as characters of its own (soft hyphens …) is not in it.
TROUBLE = (
    *("&", "<", ">", '"', "'", "&amp;", "]]>", "<w:p/>", "<!--", "_x0041_", "_x000D_", "{{项目名称}}", "%s", "100%", "\\"),
    *("\x00", "\x01", "\x0b", "\x0c", "\x1f", "\x7f", "\ud800", "\udfff", "\ufffe", "\uffff"),
    *("😀", "👩‍👩‍👧", "𠮷", "שלום", "العربية", "é", "ﷺ", "\u00a0", "\u3000", "\u200b", "\u202e反\u202c", "\ufeff"),
    *(" ", "  ", "\t", "\n", "\r\n", "\r", "\n\n", "甲乙丙", "指标", "，", "（一）", "A1", "１２３", "≥90%", "=SUM(A1)", "-"),
)


def _hostile(random: Random, length: int | None = None) -> str:
    text = "".join(random.choices(TROUBLE, k=random.randint(1, 15)))
    return text if length is None else (text * length)[:length]


@pytest.mark.office
def test_hostile_declarations_come_back_from_libreoffice(tmp_path: Path) -> None:
    random = Random(7)
    made = []
    for number in range(16):
        texts = [_hostile(random) for _ in range(5)]
        texts[3] = _hostile(random, 6_000) if number == 9 else texts[3]
        row = (None, None, texts[0], "定性", texts[1], None)
        fields = {"项目名称": f"{number}{texts[2]}", "年度总体目标": texts[3], "主管部门": texts[4]}
        made.append((texts, make_declaration(make_rows([row]), **fields)))
    source = tmp_path / "汇总.docx"
    source.write_bytes(summary([declaration for _, declaration in made]))
    tables = opened(convert(source, "docx", tmp_path / "转").read_bytes()).tables
    assert len(tables) == 32
    for number, (texts, declaration) in enumerate(made):
        head, indicators = grid(tables[2 * number]), grid(tables[2 * number + 1])
        cells = [indicators[1][3], indicators[1][4], head[0][1], head[8][2], head[1][1]]

        # LibreOffice escapes what looks like an escape when it writes.
        found = [text.replace("_x005F_", "_") for text in cells]
        expected = [*texts[:2], f"{number}{texts[2]}", *texts[3:]]
        assert found == [legal_text(text).replace("\r\n", "\n").replace("\r", "\n") for text in expected]
        illegal = {f"U+{ord(char):04X}" for text in texts for char in text if char not in legal_text(text)}
        told = {char for each in dropped_characters(make_form(), declaration) for char in each.characters}
        assert told == illegal


@needs_validator
@pytest.mark.parametrize("draft", [False, True])
def test_validator_finds_no_error(tmp_path: Path, draft: bool) -> None:
    declarations = [make_declaration(), make_declaration([], 年度总体目标=HOSTILE), make_declaration(LONG_GROUP)]
    made = tmp_path / "汇总.docx"
    made.write_bytes(summary(declarations, draft=draft))
    assert validate(made) == validate(TEMPLATE) == []


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)
