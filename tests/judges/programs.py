"""The judges: programs that recalculate a workbook, each given as the cells it shows afterwards.

LibreOffice and Gnumeric write a recalculated workbook; IronCalc and formualizer are Python packages (extra `judges`) that
keep the results. A judge that is not installed says what it needs. What a program cannot calculate shows as `MISSING`.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

from tests import office
from tests.formula.oracle import unescaped
from toolkit.package.opc import open_package
from toolkit.spreadsheet.a1 import column_number
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.errors import ErrorValue

Cell = tuple[str, int, int]

# A formula with names of ours, and its row; a reference to a cell of the same row in such a name; an array formula of several cells.
WORDS = re.compile("_jxl[0-9]+")
USED = re.compile(r'(<c r="[A-Z]+(\d+)"[^>]*><f[^>]*>)([^<]*_jx\d[^<]*)</f>')
OWN = re.compile(r"_jx\d+")
RELATIVE = re.compile(r"(\$[A-Z]{1,3})1(?!\d)")
SEVERAL = re.compile(r'<f t="array" ref="([A-Z]+)(\d+):\1(\d+)">([^<]*)</f>')
COLUMN = re.compile(r"\$([A-Z]{1,3}):\$\1(?![A-Z$])")

# Of more than 245 files on one command line soffice converts 245 and exits 0 (measured).
BATCH = 130


@dataclass(frozen=True)
class Missing:
    """A result that says that the program does not know a function, or cannot take it as an array; `said` is its own word."""

    said: str


@dataclass(frozen=True)
class Values:
    """The values of a recalculated workbook; `at` gives that of a cell, None where it is blank."""

    at: Callable[[str, int, int], object]


@dataclass(frozen=True)
class Judge:
    """`recalculated` gives the values of each workbook, in order; `needs` says what is not installed, None where all is there."""

    name: str
    needs: Callable[[], str | None]
    recalculated: Callable[[Sequence[Path], Path], Iterator[Values]]


def _libreoffice(paths: Sequence[Path], folder: Path) -> Iterator[Values]:
    for start in range(0, len(paths), BATCH):
        for made in office.convert_all(paths[start : start + BATCH], "xlsx", folder / "libreoffice", timeout=3600):
            yield _stored(made)


def _gnumeric(paths: Sequence[Path], folder: Path) -> Iterator[Values]:
    (folder / "gnumeric").mkdir(parents=True, exist_ok=True)
    for path in paths:
        made = folder / "gnumeric" / path.name
        command = ["ssconvert", "--recalc", str(path), str(made)]
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(command, capture_output=True, timeout=600, env=environment, check=True)
        yield _stored(made)


def _stored(path: Path) -> Values:
    """The values of all formulas as saved; what a program could not name is an error it wrote."""
    found: dict[Cell, object] = {}
    with open_package(path, path.name) as package:
        book = read_workbook(package)
        for ref in book.sheets:
            for (row, column), cell in book.cells(ref).items():
                found[ref.name, row, column] = _error(cell.value) if isinstance(cell.value, ErrorValue) else unescaped(cell.value)
    return _known(found)


def _known(found: Mapping[Cell, object]) -> Values:
    return Values(lambda *cell: found.get(cell))


def _error(value: ErrorValue) -> object:
    return Missing(value.code) if value.code == "#NAME?" else value


def spelled_out(path: Path, folder: Path, *, rows: int = 0) -> Path:
    """Return a workbook with what our own names stand for in the cells that use them, whole columns as so many `rows`.

    IronCalc and formualizer know names of cells only, and array formulas of one cell; the row of a relative name is 1. formualizer ends
    a whole column with the last cell that holds anything. A workbook without names of ours keeps its array formulas.
    """
    with open_package(path, path.name) as package:
        sheets = read_workbook(package).sheets
        names = [
            e for e in package.xml(read_workbook(package).part).iter(f"{{{MAIN_NS}}}definedName") if e.get("name", "").startswith("_jx")
        ]
    texts = {(sheets[int(e.get("localSheetId", "0"))].part.lstrip("/"), e.get("name", "")): e.text or "" for e in names}
    words = {e.get("name", ""): escape(e.text or "") for e in names if e.get("localSheetId") is None}
    made = folder / "写开" / path.name
    made.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():

            def text_of(found: re.Match[str], part: str = part) -> str:
                def of_name(name: re.Match[str]) -> str:
                    text = escape(RELATIVE.sub(rf"\g<1>{found[2]}", texts[part, name[0]]))
                    return text if name[0] == found[3] else f"({text})"

                return f"{found[1]}{OWN.sub(of_name, found[3])}</f>"

            data = old.read(part)
            if part.startswith("xl/worksheets/sheet"):
                text = _cell_by_cell(data.decode()) if names else data.decode()
                text = WORDS.sub(lambda found: words[found[0]], USED.sub(text_of, text))
                data = (COLUMN.sub(rf"$\1$1:$\1${rows}", text) if rows else text).encode()
            new.writestr(part, data)
    return made


def _cell_by_cell(sheet: str) -> str:
    """Return the sheet with each cell of an array formula of several cells, of which it has the first alone, calculating its own value."""
    for column, first, last, text in SEVERAL.findall(sheet):
        sheet = sheet.replace(f'ref="{column}{first}:{column}{last}"', f'ref="{column}{first}"')
        for row in range(int(first) + 1, int(last) + 1):
            place = f"{column}{row}"
            cell = f'<c r="{place}"><f t="array" ref="{place}">INDEX({text},{row - int(first) + 1})</f></c>'
            start = sheet.index(f'<row r="{row}"')
            end = sheet.index("</row>", start)
            later = (c.start() for c in re.finditer('<c r="([A-Z]+)', sheet[start:end]) if column_number(c[1]) > column_number(column))
            seat = start + next(later, end - start)
            sheet = sheet[:seat] + cell + sheet[seat:]
    return sheet


def _ironcalc(paths: Sequence[Path], folder: Path) -> Iterator[Values]:
    import ironcalc

    for path in paths:
        model = ironcalc.load_from_xlsx(str(spelled_out(path, folder)), "en", "Asia/Shanghai", "en")
        model.evaluate()
        found: dict[Cell, object] = {}
        for sheet, properties in enumerate(model.get_worksheets_properties()):
            first_row, last_row, first_column, last_column = model.get_sheet_dimensions(sheet)
            for row in range(first_row, last_row + 1):
                for column in range(first_column, last_column + 1):
                    value: object = model.get_cell_value(sheet, row, column)
                    if value is not None and model.get_cell_type(sheet, row, column) == ironcalc.CellType.ErrorValue:
                        value = ErrorValue(str(value)) if value in KNOWN else Missing(str(value))
                    found[properties["name"], row, column] = value
        yield _known(found)


def _formualizer(paths: Sequence[Path], folder: Path) -> Iterator[Values]:
    import formualizer

    for path in paths:
        book = formualizer.load_workbook(str(spelled_out(path, folder, rows=70_000)))
        book.evaluate_all()
        yield Values(partial(_formualized, book.get_value))


def _formualized(get: Callable[[str, int, int], object], sheet: str, row: int, column: int) -> object:
    value = get(sheet, row, column)
    if not isinstance(value, dict):
        return value
    code = KINDS.get(str(value.get("kind")))
    return ErrorValue(code) if code else Missing(str(value.get("kind")))


KNOWN = {"#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "#REF!", "#NULL!"}
KINDS = {"Value": "#VALUE!", "Div": "#DIV/0!", "Na": "#N/A", "Num": "#NUM!", "Ref": "#REF!", "Null": "#NULL!"}


def _program(name: str, package: str) -> str | None:
    return None if shutil.which(name) else f"需要 {name}：apt install {package}"


def _module(name: str) -> str | None:
    return None if importlib.util.find_spec(name) else f"需要 {name}：pip install -e '.[judges]'"


JUDGES = (
    Judge("LibreOffice", lambda: None if office.soffice() else office.MISSING["office"], _libreoffice),
    Judge("Gnumeric", lambda: _program("ssconvert", "gnumeric"), _gnumeric),
    Judge("IronCalc", lambda: _module("ironcalc"), _ironcalc),
    Judge("formualizer", lambda: _module("formualizer"), _formualizer),
)
