"""Excel as `xlwings_host` sees it: the dozen things it asks of xlwings and Excel's objects, over an openpyxl workbook.

What Excel would refuse is refused here with `ComError`: questions about a theme's colour where there is none, a second note on
a cell, changes on a protected sheet, a wrong password, showing a hidden sheet.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter, range_boundaries

NONE, SOLID, VISIBLE = -4142, 1, -1


class ComError(Exception):
    """What pywin32 raises when Excel refuses."""


@dataclass
class Interior:
    """A cell's fill. Colours are numbers, blue first; a plain colour ends a theme's, as in Excel."""

    guard: Any
    kept: dict[str, Any] = field(default_factory=lambda: {"Pattern": NONE, "Color": 0xFFFFFF, "PatternColorIndex": -4105})

    def __getattr__(self, name: str) -> Any:
        if name == "ThemeColor" and name not in self.kept:
            raise ComError("ThemeColor")
        return self.kept[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("guard", "kept"):
            object.__setattr__(self, name, value)
            return
        self.guard()
        if name == "Pattern" and value == NONE:
            self.kept = {"Pattern": NONE, "Color": 0xFFFFFF, "PatternColorIndex": -4105}
        if name == "Color":
            self.kept.pop("ThemeColor", None)
            self.kept.pop("TintAndShade", None)
        self.kept[name] = value


class Comment:
    """A note: `Text` as Excel has it, with a start (from 1) to insert at."""

    def __init__(self, cell: CellApi, text: str) -> None:
        self.cell, self.text = cell, text
        self.Shape = SimpleNamespace(TextFrame=SimpleNamespace(AutoSize=False, Characters=self._characters))

    def Text(self, text: str | None = None, start: int | None = None, overwrite: bool = True) -> str:
        if text is not None:
            at = 0 if start is None else start - 1
            self.text = text if overwrite else self.text[:at] + text + self.text[at:]
        return self.text

    def Delete(self) -> None:
        self.cell.Comment = None

    def _characters(self, start: int, length: int) -> SimpleNamespace:
        def delete() -> None:
            self.text = self.text[: start - 1] + self.text[start - 1 + length :]

        return SimpleNamespace(Delete=delete)


class CellApi:
    """A cell's own Excel object."""

    def __init__(self, guard: Any) -> None:
        self.guard = guard
        self.Interior = Interior(guard)
        self.Comment: Comment | None = None
        self.CommentThreaded: object | None = None
        self.WrapText = False

    def AddComment(self, text: str) -> Comment:
        self.guard()
        if self.Comment is not None or self.CommentThreaded is not None:
            raise ComError("AddComment")
        self.Comment = Comment(self, text)
        return self.Comment


class SheetApi:
    """A sheet's own Excel object: whether it shows, and its protection."""

    def __init__(self, password: str | None) -> None:
        self.Visible = VISIBLE
        self.password = password
        self.ProtectContents = self.ProtectDrawingObjects = self.ProtectScenarios = password is not None
        self.Protection = SimpleNamespace(**dict.fromkeys(_ALLOWED, False))
        self.EnableSelection = 0

    def Unprotect(self, password: str) -> None:
        if password != self.password:
            raise ComError("Unprotect")
        self.ProtectContents = self.ProtectDrawingObjects = self.ProtectScenarios = False

    def Protect(self, **options: bool) -> None:
        self.password = ""
        self.ProtectDrawingObjects = options.pop("DrawingObjects")
        self.ProtectContents, self.ProtectScenarios = options.pop("Contents"), options.pop("Scenarios")
        self.Protection = SimpleNamespace(**options)


_ALLOWED = [
    f"Allow{what}{which}"
    for what, kinds in {
        "Formatting": ("Cells", "Columns", "Rows"),
        "Inserting": ("Columns", "Rows", "Hyperlinks"),
        "Deleting": ("Columns", "Rows"),
        "": ("Sorting", "Filtering"),
        "Using": ("PivotTables",),
    }.items()
    for which in kinds
]


class Range:
    """A range of a sheet, by A1 or by (row, column) pairs."""

    def __init__(self, sheet: Sheet, *places: Any) -> None:
        if isinstance(places[0], str):
            left, top, right, bottom = range_boundaries(places[0])
            self.box = (top, left, bottom, right)
        else:
            self.box = (*places[0], *(places[1] if len(places) > 1 else places[0]))
        self.sheet = sheet
        self.row, self.column = self.box[2], self.box[3]
        self.font = SimpleNamespace(bold=False)

    @property
    def api(self) -> CellApi:
        return self.sheet.cells.setdefault(self.box[:2], CellApi(self.sheet.guard))

    def resize(self, rows: int, columns: int) -> Range:
        return Range(self.sheet, self.box[:2], (self.box[0] + rows - 1, self.box[1] + columns - 1))

    def options(self, *, ndim: int) -> SimpleNamespace:
        assert ndim == 2
        return SimpleNamespace(value=self._rows(shown=True))

    @property
    def formula(self) -> Any:
        return self._rows(shown=False)

    @formula.setter
    def formula(self, rows: list[list[str]]) -> None:
        assert len(rows) == self.box[2] - self.box[0] + 1 and {len(row) for row in rows} == {self.box[3] - self.box[1] + 1}
        for r, row in enumerate(rows, self.box[0]):
            for c, text in enumerate(row, self.box[1]):
                cell = self.sheet.own.cell(r, c)
                cell.value = (text[1:] if text.startswith("'") else text) or None
                cell.data_type = "f" if text.startswith("=") else "s"

    @property
    def merge_area(self) -> Range:
        name = f"{get_column_letter(self.box[1])}{self.box[0]}"
        merged = (area.coord for area in self.sheet.own.merged_cells.ranges if name in area)
        return Range(self.sheet, next(merged, name))

    @property
    def column_width(self) -> float:
        raise AssertionError("only set")

    @column_width.setter
    def column_width(self, width: float) -> None:
        self.sheet.own.column_dimensions[get_column_letter(self.box[1])].width = width

    def get_address(self, row_absolute: bool, column_absolute: bool) -> str:
        assert not row_absolute and not column_absolute
        first, last = (f"{get_column_letter(c)}{r}" for r, c in (self.box[:2], self.box[2:]))
        return first if first == last else f"{first}:{last}"

    def select(self) -> None:
        self.sheet.book.selected = (self.sheet.name, self.get_address(False, False))

    def _rows(self, *, shown: bool) -> tuple[tuple[object, ...], ...]:
        top, left, bottom, right = self.box
        rows = self.sheet.own.iter_rows(top, bottom, left, right, values_only=True)
        return tuple(tuple(_linked(cell) if shown else "" if cell is None else cell for cell in row) for row in rows)


class Sheet:
    """A sheet of the workbook."""

    def __init__(self, book: Book, own: Any, password: str | None = None) -> None:
        self.book, self.own, self.name = book, own, own.title
        self.cells: dict[tuple[int, ...], CellApi] = {}
        self.api = SheetApi(password)

    def guard(self) -> None:
        if self.api.ProtectContents:
            raise ComError(self.name)

    def range(self, *places: Any) -> Range:
        return Range(self, *places)

    @property
    def used_range(self) -> SimpleNamespace:
        return SimpleNamespace(last_cell=Range(self, (self.own.max_row, self.own.max_column)))

    def activate(self) -> None:
        if self.api.Visible != VISIBLE:
            raise ComError("Activate")

    def delete(self) -> None:
        if self.api.Visible != VISIBLE:
            raise ComError("Delete")
        self.book.own.remove(self.own)
        self.book.sheets.remove(self)


class Sheets(list[Sheet]):
    """The sheets, by place or by name."""

    book: Book

    def __getitem__(self, key: Any) -> Any:
        return next(sheet for sheet in self if sheet.name == key) if isinstance(key, str) else super().__getitem__(key)

    def add(self, name: str, before: Sheet | None = None, after: Sheet | None = None) -> Sheet:
        place = self.index(before) if before is not None else self.index(after or self[-1]) + 1
        made = Sheet(self.book, self.book.own.create_sheet(name, place))
        self.insert(place, made)
        return made


class Book:
    """The workbook; every sheet protected as our own are, `locked` names one with a password."""

    def __init__(self, path: Path, locked: str | None = None, *, structure: bool = False) -> None:
        self.name, self.own = path.name, openpyxl.load_workbook(path)
        self.sheets = Sheets(Sheet(self, each, "口令" if each.title == locked else "") for each in self.own)
        self.sheets.book = self
        self.selected: tuple[str, str] | None = None
        self.api = SimpleNamespace(SaveCopyAs=self.own.save, ProtectStructure=structure)


class App:
    """Excel with one workbook open, or none."""

    def __init__(self, book: Book | None, picked: Path | Sequence[Path] | None = None) -> None:
        opened: list[str] = []
        count = [] if book is None else [book]
        self.books = type("Books", (list,), {"active": book, "open": lambda _, path: opened.append(path)})(count)
        self.opened, self.told, self.asked = opened, list[str](), list[str]()
        self.picker, self.picked = list[int](), picked
        self.api = SimpleNamespace(FileDialog=self._dialog)
        self._book = book

    @property
    def selection(self) -> Range | None:
        if self._book is None or self._book.selected is None:
            return None
        sheet, cell = self._book.selected
        found: Range = self._book.sheets[sheet].range(cell)
        return found

    def alert(self, prompt: str, title: str, buttons: str = "ok") -> str:
        assert title == "绩效工具"
        (self.told if buttons == "ok" else self.asked).append(prompt)
        return "ok" if buttons == "ok" else "yes"

    def _dialog(self, kind: int) -> SimpleNamespace:
        self.picker.append(kind)
        picked = self.picked if isinstance(self.picked, Path | None) else self.picked[(len(self.picker) - 1) % len(self.picked)]
        return SimpleNamespace(Show=lambda: -1 if picked else 0, SelectedItems=lambda number: str(picked))


def installed(monkeypatch: Any, app: App) -> None:
    """Make `import xlwings` and `import pywintypes` give this Excel."""
    xlwings, pywintypes = ModuleType("xlwings"), ModuleType("pywintypes")
    xlwings.Book = SimpleNamespace(caller=lambda: SimpleNamespace(app=app))  # type: ignore[attr-defined]
    pywintypes.com_error = ComError  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "xlwings", xlwings)
    monkeypatch.setitem(sys.modules, "pywintypes", pywintypes)


def _linked(value: Any) -> Any:
    """What a cell shows: of a link its text."""
    return value.split('","')[1][:-2] if isinstance(value, str) and value.startswith("=HYPERLINK(") else value
