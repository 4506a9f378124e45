"""The fast way of reading a sheet and the raw one agree: random sheets by three writers give the same grid both ways."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office import convert
from toolkit.package.opc import open_package
from toolkit.sources.grid import Grid, Position
from toolkit.sources.raw_sheet import raw_look
from toolkit.sources.sparse import sparse_cells
from toolkit.sources.xlsx import read_xlsx
from toolkit.spreadsheet.a1 import parse_area, range_name
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.errors import ERROR_VALUES, ErrorValue


class Formula(str):
    """A formula; with `cached`, the result that the writer saves."""

    cached: object = None

    @classmethod
    def of(cls, text: str, cached: object) -> Formula:
        made = cls(text)
        made.cached = cached
        return made


FORMATS = (
    "General", "0.00", "#,##0.00", "0%", "0.00%", "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[$-804]yyyy/m/d;@", "yyyy/m/d h:mm",
    "[h]:mm", "h:mm", "0.00E+00", '0"day"', '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "[Red]0;[Blue]-0", "@",
)  # fmt: skip

words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=8) | st.sampled_from(
    (" 前后 ", "_x000D_", "a\nb", "=1+1不是公式", "全角１２", "#REF!", "　", "0012", "<b>&amp;</b>", "TRUE")
)
numbers = st.sampled_from((0.0, 1.0, 0.1, 0.95, 45292.0, 45292.5, 43830.0, 1e15, 123456789.12, 2.675)) | st.integers(-99999, 99999)
formulas = st.sampled_from(
    (
        Formula.of("1+1", 2.0),
        Formula.of('A1&"<乙>"', "甲<乙>"),
        Formula.of("1/0", ErrorValue("#DIV/0!")),
        Formula.of('""', ""),
        Formula.of("1=1", True),
        Formula.of("SUM(B1:B9)", None),
    )
)
values = words | numbers | st.booleans() | formulas | st.sampled_from(sorted(ERROR_VALUES)).map(ErrorValue)
places = st.tuples(st.integers(1, 12), st.integers(1, 30)) | st.sampled_from(((200, 3), (3, 200), (1000, 1)))
sheets = st.dictionaries(places, st.tuples(values, st.sampled_from(FORMATS)), max_size=25)
areas = st.lists(st.tuples(st.integers(20, 40), st.integers(1, 9), st.integers(0, 3), st.integers(0, 3)), max_size=4)

Cells = dict[Position, tuple[object, str]]


def by_openpyxl(cells: Cells, merges: list[str]) -> bytes:
    """openpyxl saves no results of formulas."""
    book = openpyxl.Workbook()
    sheet = book.active
    for (row, column), (value, code) in cells.items():
        cell = sheet.cell(row, column)
        if isinstance(value, ErrorValue):
            cell.value, cell.data_type = value.code, "e"
        elif isinstance(value, Formula):
            cell.value = f"={value}"
        else:
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
        cell.number_format = code
    for area in merges:
        sheet.merge_cells(area)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter(cells: Cells, merges: list[str]) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("表")
    formats = {code: book.add_format({"num_format": code}) for code in FORMATS}
    for (row, column), (value, code) in cells.items():
        place = row - 1, column - 1
        if isinstance(value, ErrorValue):
            sheet.write_formula(*place, "=NA()", formats[code], value.code)
        elif isinstance(value, Formula):
            cached = value.cached.code if isinstance(value.cached, ErrorValue) else value.cached
            sheet.write_formula(*place, f"={value}", formats[code], "" if cached is None else cached)
        elif isinstance(value, bool):
            sheet.write_boolean(*place, value, formats[code])
        elif isinstance(value, str):
            sheet.write_string(*place, value, formats[code])
        else:
            sheet.write_number(*place, value, formats[code])  # type: ignore[arg-type]
    for area in merges:
        sheet.merge_range(area, "")
    book.close()
    return stream.getvalue()


def apart(found: list[tuple[int, int, int, int]]) -> list[str]:
    """Merges that do not overlap, two cells at least."""
    kept: list[str] = []
    for row, column, height, width in found:
        area = (row, column, row + height, column + width)
        others = [parse_area(each) for each in kept]
        clash = any(a[0] <= area[2] and area[0] <= a[2] and a[1] <= area[3] and area[1] <= a[3] for a in others)
        if height + width and not clash:
            kept.append(range_name(area))
    return kept


def raw_grids(data: bytes) -> list[Grid]:
    """The sheets by the full reader alone."""
    with open_package(data, "甲.xlsx") as package:
        parts = read_workbook(package)
        return [
            Grid(
                ref.name,
                sparse_cells(parts, ref),
                parts.merges(ref),
                raw={place: raw_look(cell) for place, cell in parts.cells(ref).items()}.get,
            )
            for ref in parts.sheets
        ]


def assert_both_ways_agree(data: bytes, cells: Cells) -> None:
    fast, _ = read_xlsx(data, "甲.xlsx")
    slow = raw_grids(data)
    assert [grid.name for grid in fast] == [grid.name for grid in slow]
    for ours, theirs in zip(fast, slow, strict=True):
        assert dict(ours.cells) == dict(theirs.cells)
        assert {place: type(value) for place, value in ours.cells.items()} == {p: type(v) for p, v in theirs.cells.items()}
        assert sorted(ours.merges) == sorted(theirs.merges)
        assert {place: ours.look(*place) for place in cells} == {place: theirs.look(*place) for place in cells}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sheets, areas)
@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_both_ways_give_the_same_grid(
    write: Callable[[Cells, list[str]], bytes], cells: Cells, merges: list[tuple[int, int, int, int]]
) -> None:
    assert_both_ways_agree(write(cells, apart(merges)), cells)


@pytest.mark.office
@settings(max_examples=1, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(sheets, min_size=25, max_size=25), areas)
def test_both_ways_give_the_same_grid_of_libreoffice(many: list[Cells], merges: list[tuple[int, int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for number, cells in enumerate(many):
            source = Path(folder, f"{number}.xlsx")
            source.write_bytes(by_xlsxwriter(cells, apart(merges)))
            if number < 5:
                assert_both_ways_agree(convert(source, "xlsx", Path(folder, "出")).read_bytes(), cells)


def test_what_the_fast_way_reads_is_what_was_written() -> None:
    cells: Cells = {
        (1, 1): ("甲", "@"),
        (1, 2): (0.95, "0%"),
        (2, 1): (45292, "yyyy-mm-dd"),
        (2, 2): (45292.5, "yyyy/m/d h:mm"),
        (3, 1): (Formula.of("1/0", ErrorValue("#DIV/0!")), "General"),
        (3, 2): (Formula.of("SUM(A1:A2)", 12.5), "0.00"),
        (3, 3): (True, "General"),
    }
    grid = read_xlsx(by_xlsxwriter(cells, ["E1:F3"]), "甲.xlsx")[0][0]
    assert dict(grid.cells) == {
        (1, 1): "甲",
        (1, 2): 0.95,
        (2, 1): date(2024, 1, 1),
        (2, 2): datetime(2024, 1, 1, 12),
        (3, 2): 12.5,
        (3, 3): True,
    }
    assert (grid.at(3, 1), grid.formula(3, 1)) == (ErrorValue("#DIV/0!"), "1/0")
    assert (grid.formula(3, 2), grid.formula(1, 1), grid.at(9, 9)) == ("SUM(A1:A2)", None, None)
    assert (grid.percents, grid.merges) == ({(1, 2)}, ((1, 5, 3, 6),))
