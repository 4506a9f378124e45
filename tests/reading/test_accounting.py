"""Every cell of a form has exactly one fate, and what became a value was nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.beside import CASES, REAL, needs_shared
from tests.drawings.declarations import contents
from tests.drawings.drawing import random_drawing
from tests.drawings.files import write
from tests.drawings.fixed import FIXED
from tests.drawings.otherforms import OTHER_FORMS, other_form
from tests.reading.drawn import FUNDS, GOALS, HEAD, ROWS, grid
from tests.reading.messes import NOTED, SILENT, Mess
from tests.reading.messy import edited, grids
from tests.shipped import ROOT, shipped_form
from toolkit.errors import SourceError
from toolkit.intake.guard import Lost, attempt
from toolkit.intake.inputs import RETURN_SUFFIXES
from toolkit.reading.arranged.account import Fate, fates
from toolkit.reading.arranged.cells import Cells
from toolkit.reading.arranged.hits import find_hits
from toolkit.reading.arranged.layout import lay_out
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.flow.labels import lexicon_of
from toolkit.reading.model import Declaration, Entry
from toolkit.reading.money import unit_in
from toolkit.reading.plan import plan_of
from toolkit.reading.read import read_grid
from toolkit.reading.recognise import without_own_pages
from toolkit.reading.sheet import laid_out, read_sheets
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source
from toolkit.spreadsheet.a1 import parse_cell
from toolkit.values.text import is_blank, label_key, squeeze


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


def test_what_stands_with_a_heading_that_a_page_repeats_is_not_lost_in_silence() -> None:
    """The end of a cell that a page break cut, glued to the heading that comes again on the next page."""
    heading = "绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度(/项目)指标值"
    first, *rest = ROWS.strip().split("\n")[1:]
    for end, told in (("", []), ("其中儿童不少于三成", ["年度(/项目)指标值其中儿童不少于三成"])):
        page = grid(HEAD, FUNDS, GOALS, "\n".join((heading, first.replace("^", ""), heading + end, *rest)))
        (found,) = read_sheets(page, shipped_form(), "甲")
        assert ([text for _, text in found.unread], len(found.rows)) == (told, 4)


@pytest.mark.parametrize(
    ("above", "below", "told"),
    [
        ("填表说明：项目名称应与预算批复一致，绩效指标按产出、效益、满意度填写，可按需", "增加行数。", []),
        ("填表说明：项目名称应与预算批复一致，绩效指标按产出、效益、满意度填写。", "另需安排审计费。", ["另需安排审计费。"]),
    ],
    ids=["over two lines", "ended"],
)
def test_a_remark_goes_on_where_its_line_was_full(above: str, below: str, told: list[str]) -> None:
    (found,) = read_sheets(grid(HEAD, FUNDS, GOALS, ROWS, above, below), shipped_form(), "甲")
    assert [text for _, text in found.unread] == told


def account(page: Grid) -> dict[str, int]:
    """How many cells of a page's forms met each fate; every cell has exactly one, and what is told as not understood is just what is not."""
    form = shipped_form()
    page = without_own_pages(page, plan_of(form)) if page.flow else page
    found = read_grid(page, [form], "甲")
    counts: Counter[str] = Counter(forms=len(found))
    if found != read_sheets(page, form, "甲"):
        counts["unread"] = sum(len(each.unread) for each in found)
        counts["lost"] = len(_lost_words(page, found)) if found else 0
        return counts
    for (part, placement, _), declaration in zip(laid_out(page, form), found, strict=True):
        unread = {parse_cell(cell) for cell, _ in declaration.unread}
        values = {parse_cell(entry.cell) for entry in _entries(declaration) if entry.cell and entry.text}
        assert not values & unread
        if placement.exact:
            labels = {position for position, _, _ in plan_of(form).drawn}
            rest = {place for place, value in part.cells.items() if place[1] <= placement.last_column and not is_blank(str(value))}
            counts["lost"] += len({place for place in rest - labels - values - unread if not _is_beside(part, place)})
            continue
        cells, table = placement.cells, placement.table
        assert cells is not None and table is not None
        columns = [place.index for place in table.places if place.index is not None]
        read = {cell.place for row in declaration.rows for column in columns if (cell := cells.at(row.row, column)) is not None}
        here = {cell.place for cell in cells}
        all_fates = fates(placement, values & here | read, {row.row for row in declaration.rows})
        assert here <= set(all_fates)
        assert {place for place, fate in all_fates.items() if fate == Fate.UNKNOWN} == unread
        counts.update(fate.name.lower() for fate in all_fates.values())
    return counts


def _entries(declaration: Declaration) -> list[Entry]:
    return [*declaration.entries.values(), *(entry for row in declaration.rows for entry in row.entries.values())]


def _is_beside(page: Grid, place: tuple[int, int]) -> bool:
    """Whether a cell repeats a label, or stands in a row that only signs or remarks."""
    line = [value for (row, _), value in page.cells.items() if row == place[0]]
    return plan_of(shipped_form()).key(page.cells[place]) in plan_of(shipped_form()).vocabulary or any(map(is_note, line))


def _lost_words(page: Grid, found: list[Declaration]) -> set[str]:
    """Words of a text, from the form's title on, that are in no value, no label, no unit of money, no note and not told as unread either."""
    said = "".join(squeeze(f"{entry.text}{entry.value or ''}") for each in found for entry in _entries(each))
    said += "".join(squeeze(f"{text}") for each in found for _, text in each.unread)
    said += "".join(squeeze(repair.before) for each in found for repair in each.repairs)
    said += "".join(plan_of(shipped_form()).vocabulary) + "".join(lexicon_of(shipped_form()).signs)
    title = squeeze(shipped_form().title)
    lines: dict[int, list[str]] = {}
    for (row, _), value in sorted(page.cells.items()):
        lines.setdefault(row, []).append(str(value))
    first = next(row for row, texts in lines.items() if title in squeeze("".join(texts)))
    texts = [text for row, line in lines.items() if row >= first and not is_note(" ".join(line)) for text in line]
    words = {squeeze(word) for text in texts for word in text.split() if len(squeeze(word)) > 1}
    lost = {word for word in words if word not in said and label_key(word) not in said and title not in word}
    return {word for word in lost if unit_in(word, label=True) is None}


def pages(path: Path) -> tuple[Grid, ...]:
    """The pages of a file, none where it cannot be read."""
    try:
        opened = attempt(open_source, path, path.name)
    except SourceError:
        return ()
    return () if isinstance(opened, Lost) else opened.grids


WRITTEN = ("openpyxl合并", "openpyxl不合并", "docx题在表内", "docx题在表外", "HTML存为xls")


FOLDERS = (ROOT / "examples", ROOT / "tests/data")
# Save the printed form that 新表 is made from: it is nobody's return.
OURS = sorted(path for folder in FOLDERS for path in folder.rglob("*.*") if path.suffix in RETURN_SUFFIXES and path.parent.name != "新表")


@pytest.mark.parametrize("writer", WRITTEN)
def test_every_cell_of_any_drawing_has_one_fate(writer: str, tmp_path: Path) -> None:
    drawings = [random_drawing(seed) for seed in range(12)]
    for path in write(drawings, writer, tmp_path / "回收"):
        for page in pages(path):
            assert account(page)["lost"] == 0


@pytest.mark.parametrize("name", FIXED)
def test_every_cell_of_the_layouts_of_public_documents_has_one_fate(name: str, tmp_path: Path) -> None:
    drawing = FIXED[name](contents(900, 2))
    for writer in WRITTEN:
        for path in write([drawing], writer, tmp_path / writer):
            for page in pages(path):
                assert account(page)["lost"] == 0


@pytest.mark.parametrize("name", OTHER_FORMS)
def test_no_cell_of_another_form_has_a_fate(name: str, tmp_path: Path) -> None:
    for path in write([other_form(name, 3)], "openpyxl合并", tmp_path / "回收"):
        assert [account(page)["forms"] for page in pages(path)] == [0]


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_cell_of_our_own_inputs_has_one_fate(path: Path) -> None:
    for page in pages(path):
        assert account(page)["lost"] == 0


@pytest.mark.parametrize("mess", (*SILENT, *NOTED), ids=lambda mess: mess.name)
def test_every_cell_of_a_messy_sheet_has_one_fate(mess: Mess) -> None:
    for page in grids(edited(mess.change)):
        assert account(page)["lost"] == 0


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("A30", "另有说明未列入", ("A30", "另有说明未列入")),
        ("A24", "甲", ("A24", "甲")),
        ("C90", 100, ("C90", "100")),
        ("A90", "填报人：王敏", None),
        ("H10", "旁边的话", None),
    ],
)
def test_what_stands_beside_the_rows_of_an_unchanged_sheet_is_told(cell: str, value: object, said: tuple[str, str] | None) -> None:
    def write_there(sheet: Worksheet) -> None:
        sheet[cell] = value

    page = grids(edited(write_there))[0]
    (found,) = read_sheets(page, shipped_form(), "甲")
    assert [(doubt.rule, doubt.cell) for doubt in found.doubts] == ([("格式-未读懂", said[0])] if said else [])
    assert found.unread == ((said,) if said else ())
    assert account(page)["lost"] == 0


def test_every_line_of_the_examples_has_one_fate() -> None:
    counts = Counter[str]()
    for path in sorted((ROOT / "examples").rglob("*.txt")):
        for page in pages(path):
            counts.update(account(page))
    assert (counts["forms"], counts["unread"], counts["lost"]) == (18, 0, 0)


@needs_shared
@pytest.mark.parametrize(
    "path", sorted(p for folder in (CASES, REAL) for p in folder.rglob("*.*") if p.is_file()), ids=lambda path: path.name
)
def test_every_cell_of_the_small_inputs_has_one_fate(path: Path) -> None:
    for page in pages(path):
        assert account(page)["lost"] == 0
