"""The fast way of reading a sheet and the raw one agree: random sheets by three writers give the same grid both ways."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.office import convert
from toolkit.errors import SourceError
from toolkit.outputs.filled.selfcheck import read_cells
from toolkit.package.opc import open_package
from toolkit.sources.grid import Grid, Position, RawLook, Uncached
from toolkit.sources.xlsx import raw_look, read_xlsx
from toolkit.spreadsheet.a1 import parse_area, range_name
from toolkit.spreadsheet.scan import parsed_cells
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
            sheet.write_number(*place, value, formats[code])
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
                parsed_cells(parts, ref).cells,
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
    assert (grid.percents, grid.merges) == (frozenset({(1, 2)}), ((1, 5, 3, 6),))


def with_sheet(data: bytes, change: Callable[[str], bytes]) -> bytes:
    """The workbook with the text of its first sheet changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content.decode()) if name == "xl/worksheets/sheet1.xml" else content)
    return stream.getvalue()


def sample() -> bytes:
    """A sheet of all that its XML says: texts, a date, a percentage, a formula, a merge, a hidden row and column."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet["A1"], sheet["B1"], sheet["C1"], sheet["D1"] = "甲&乙", 0.95, date(2024, 1, 1), "=1+1"
    sheet["B1"].number_format = "0%"
    sheet.merge_cells("E1:F3")
    sheet.row_dimensions[2].hidden = sheet.column_dimensions["C"].hidden = True
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_sheet_in_utf16_reads_the_same() -> None:
    plain = sample()
    wide = with_sheet(plain, lambda xml: ('<?xml version="1.0" encoding="UTF-16"?>' + xml).encode("utf-16"))
    assert read_xlsx(wide, "甲.xlsx") == read_xlsx(plain, "甲.xlsx")
    grid = read_xlsx(wide, "甲.xlsx")[0][0]
    assert (grid.cells[1, 3], grid.percents, grid.merges) == (date(2024, 1, 1), frozenset({(1, 2)}), ((1, 5, 3, 6),))
    assert (grid.hidden_rows, grid.hidden_columns, grid.look(1, 4)) == (frozenset({2}), frozenset({3}), RawLook(Uncached("1+1"), "1+1"))


@pytest.mark.parametrize("quote", ['"', "'"], ids=["searched", "parsed"])
def test_yes_is_written_in_several_ways(quote: str) -> None:
    """One meaning of a boolean cell (`1`, `true`), whoever reads it: a returned sheet, a template, the self-check."""
    written = {"1": True, "true": True, "TRUE": True, "0": False, "false": False}
    cells = "".join(f'<c r="A{row}" t="b"><v>{text}</v></c>' for row, text in enumerate(written, 1))
    rows = f'<row r="1">{cells}</row>'.replace('"', quote)
    data = with_sheet(sample(), lambda xml: re.sub(r"<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>", xml).encode())
    expected = {(row, 1): said for row, said in enumerate(written.values(), 1)}
    assert dict(read_xlsx(data, "甲.xlsx")[0][0].cells) == expected
    with open_package(data, "甲.xlsx") as package:
        parts = read_workbook(package)
        assert {place: cell.value for place, cell in parts.cells(parts.sheets[0]).items()} == expected
        assert read_cells(package.xml(parts.sheets[0].part), expected, tuple) == expected


@pytest.mark.parametrize("index", ["99", "-1", "1_0", "x"])
def test_a_shared_string_that_is_not_there_is_damage(index: str) -> None:
    row = f'<sheetData><row r="1"><c r="A1" t="s"><v>{index}</v></c></row></sheetData>'
    data = with_sheet(sample(), lambda xml: re.sub(r"<sheetData>.*</sheetData>", row, xml).encode())
    with pytest.raises(SourceError, match="甲.xlsx：文件已损坏，工作表“Sheet”") as caught:
        read_xlsx(data, "甲.xlsx")
    assert caught.value.rule == "文件-损坏"
