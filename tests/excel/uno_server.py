"""LibreOffice as the program that shows the workbook: run by the system's Python, which has `uno`.

`python3 uno_server.py SOFFICE PROFILE`; a request per line on stdin, `["paint", "项目1", "D8", "#FFB0A0"]`, an answer per line on
stdout, `{"is": …}` or `{"error": "…"}`. The requests are the methods of `Book`; `uno_host` is the other end.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.desktop import opened, option, save, start

# What a cell's looks are compared by.
_LOOKS = ("CellBackColor", "CharColor", "CharHeight", "CharWeight", "IsCellBackgroundTransparent", "IsTextWrapped", "NumberFormat")


class Book:
    """The workbook that is open, and what can be asked of it."""

    def __init__(self, program: str, profile: str) -> None:
        import uno  # type: ignore[import-not-found,unused-ignore]

        self.uno, self.refusal = uno, uno.getClass("com.sun.star.lang.IllegalArgumentException")
        self.document: Any = None
        self.process, self.desktop = start(program, profile)

    def open(self, path: str) -> None:
        self.document = opened(self.desktop, Path(path).resolve())

    def open_with_macros(self, path: str) -> None:
        """Open a workbook whose macros may run; its formulas wait to be recalculated."""
        self.document = opened(self.desktop, Path(path).resolve(), option("MacroExecutionMode", 4))
        self.document.enableAutomaticCalculation(False)

    def run_macro(self, name: str) -> None:
        """Run `Module.Sub`. One that does not compile does nothing, and nobody is told."""
        place = f"vnd.sun.star.script:VBAProject.{name}?language=Basic&location=document"
        self.document.getScriptProvider().getScript(place).invoke((), (), ())

    def close(self) -> None:
        self.document.close(True)

    def quit(self) -> None:
        self.desktop.terminate()
        self.process.wait(30)

    def name(self) -> str:
        return Path(self.uno.fileUrlToSystemPath(self.document.URL)).name

    def save_copy(self, path: str) -> None:
        save(self.document, Path(path).resolve())

    def sheets(self) -> list[str]:
        return list(self.document.Sheets.ElementNames)

    def add_sheet(self, name: str, hidden: bool) -> None:
        sheets = self.document.Sheets
        sheets.insertNewByName(name, len(sheets.ElementNames) if hidden else 0)
        sheets.getByName(name).IsVisible = not hidden

    def remove_sheet(self, name: str) -> None:
        self.document.Sheets.removeByName(name)

    def rename_sheet(self, name: str, new: str) -> None:
        self._sheet(name).Name = new

    def clear(self, name: str, at: str) -> None:
        """Empty cells of all they hold."""
        self._sheet(name).getCellRangeByName(at).clearContents(1023)

    def recalculate(self) -> None:
        self.document.calculateAll()

    def visible(self, name: str) -> bool:
        return bool(self._sheet(name).IsVisible)

    def read(self, name: str, formulas: bool) -> list[list[str]]:
        used = self._used(name)
        rows = used.getFormulaArray() if formulas else used.getDataArray()
        return [[_excel(_shown(cell)) if formulas else _shown(cell) for cell in row] for row in rows]

    def write(self, name: str, rows: Sequence[Sequence[str]], at: str) -> None:
        first = self._cell(name, at).CellAddress
        sheet = self._sheet(name)
        for r, row in enumerate(rows, first.Row):
            for c, text in enumerate(row, first.Column):
                cell = sheet.getCellByPosition(c, r)
                if text.startswith("'"):
                    cell.setString(text[1:])
                else:
                    cell.setFormula(_calc(text))

    def put(self, name: str, at: str, value: str | float) -> None:
        """What a user types."""
        cell = self._cell(name, at)
        if isinstance(value, str):
            cell.setString(value)
        else:
            cell.setValue(value)

    def insert_row(self, name: str, row: int) -> None:
        self._sheet(name).Rows.insertByIndex(row - 1, 1)

    def delete_row(self, name: str, row: int) -> None:
        self._sheet(name).Rows.removeByIndex(row - 1, 1)

    def insert_column(self, name: str, column: int) -> None:
        self._sheet(name).Columns.insertByIndex(column - 1, 1)

    def delete_columns(self, name: str, first: int, last: int) -> None:
        self._sheet(name).Columns.removeByIndex(first - 1, last - first + 1)

    def dress(self, name: str, widths: Sequence[float], heading: int, fills: dict[str, str]) -> None:
        sheet = self._sheet(name)
        for index, width in enumerate(widths):
            sheet.Columns.getByIndex(index).Width = int(width * 200)
        end = self._used(name).RangeAddress
        sheet.getCellRangeByPosition(0, heading - 1, end.EndColumn, end.EndRow).IsTextWrapped = True
        sheet.Rows.getByIndex(heading - 1).CharWeight = 150.0
        for cell, fill in fills.items():
            self.paint(name, cell, fill)

    def area(self, name: str, at: str) -> str:
        cursor = self._sheet(name).createCursorByRange(self._cell(name, at))
        cursor.collapseToMergedArea()
        return str(cursor.AbsoluteName).rpartition(".")[2].replace("$", "") if ":" in cursor.AbsoluteName else at

    def fill(self, name: str, at: str) -> str:
        color = self._cell(name, at).CellBackColor
        return "" if color == -1 else f"#{color:06X}"

    def paint(self, name: str, at: str, fill: str) -> None:
        self._cell(name, at).CellBackColor = int(fill[1:], 16) if fill else -1

    def note(self, name: str, at: str) -> str | None:
        return self._cell(name, at).Annotation.String or None

    def add_note(self, name: str, at: str, text: str) -> bool:
        cell = self._cell(name, at)
        if cell.Annotation.String:
            note = cell.Annotation
            note.insertString(note.getEnd(), text, False)
        else:
            self._sheet(name).Annotations.insertNew(cell.CellAddress, text)
        return True

    def cut_note(self, name: str, at: str, start: int, length: int) -> None:
        cell = self._cell(name, at)
        text = cell.Annotation.String
        if not (text[:start] + text[start + length :]).strip():
            notes, place = self._sheet(name).Annotations, cell.CellAddress
            numbers = [n for n in range(notes.Count) if _same(notes.getByIndex(n).Position, place)]
            notes.removeByIndex(numbers[0])
            return
        cursor = cell.Annotation.createTextCursor()
        cursor.gotoStart(False)
        cursor.goRight(start, False)
        cursor.goRight(length, True)
        cursor.setString("")

    def unlock(self, name: str) -> str:
        """Lift the protection; say how it was: open, locked, or password, which stays."""
        sheet = self._sheet(name)
        if not sheet.isProtected():
            return "open"
        with suppress(self.refusal):
            sheet.unprotect("")
        return "password" if sheet.isProtected() else "locked"

    def lock(self, name: str, password: str) -> None:
        self._sheet(name).protect(password)

    def select(self, name: str, at: str) -> bool:
        self.document.CurrentController.select(self._cell(name, at))
        return True

    def selected(self) -> list[str]:
        address = self.document.CurrentSelection.RangeAddress
        sheet = self.document.Sheets.getByIndex(address.Sheet)
        cell = sheet.getCellByPosition(address.StartColumn, address.StartRow)
        return [sheet.Name, cell.AbsoluteName.rpartition(".")[2].replace("$", "")]

    def snapshot(self) -> dict[str, object]:
        """Return all of the workbook that marking could change: by sheet its formulas, looks, notes and protection."""
        found: dict[str, object] = {}
        for name in self.sheets():
            sheet, used = self._sheet(name), self._used(name)
            notes = [sheet.Annotations.getByIndex(n) for n in range(sheet.Annotations.Count)]
            found[name] = {
                "formulas": hashlib.sha256(repr(used.getFormulaArray()).encode()).hexdigest(),
                "looks": sorted(_looks(sheet)),
                "notes": sorted([n.Position.Row, n.Position.Column, n.String, n.Author, n.IsVisible] for n in notes),
                "protected": sheet.isProtected(),
                "visible": sheet.IsVisible,
            }
        return found

    def _sheet(self, name: str) -> Any:
        return self.document.Sheets.getByName(name)

    def _cell(self, name: str, at: str) -> Any:
        return self._sheet(name).getCellRangeByName(at).getCellByPosition(0, 0)

    def _used(self, name: str) -> Any:
        cursor = self._sheet(name).createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return self._sheet(name).getCellRangeByPosition(0, 0, end.EndColumn, end.EndRow)


def _looks(sheet: Any) -> Iterator[list[object]]:
    """Yield each look that cells of the sheet have, with the areas that have it."""
    groups = sheet.getUniqueCellFormatRanges()
    for number in range(groups.Count):
        ranges = groups.getByIndex(number)
        yield [ranges.RangeAddressesAsString, *map(str, ranges.getPropertyValues(_LOOKS))]


def _same(one: Any, other: Any) -> bool:
    return bool(one.Row == other.Row and one.Column == other.Column)


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _calc(formula: str) -> str:
    """A formula as Excel writes it → as LibreOffice does; the two kinds that are typed."""
    if formula.startswith("=HYPERLINK("):
        return formula.replace('","', '";"')
    return re.sub(r"^=('.*')!", r"=$\1.", formula)


def _excel(formula: str) -> str:
    """The other way round, for references to a cell."""
    return re.sub(r"^=\$?('.*'|[^.']+)\.(\$?[A-Z]+\$?[0-9]+)$", r"=\1!\2", formula)


def main() -> None:
    book = Book(*sys.argv[1:3])
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        try:
            answer = {"is": getattr(book, name)(*arguments)}
        except Exception as error:
            answer = {"error": f"{name}{arguments}: {error!r}"}
        print(json.dumps(answer), flush=True)
        if name == "quit":
            return


if __name__ == "__main__":
    main()
