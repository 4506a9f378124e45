"""The `Host` protocol over xlwings, for Excel on Windows: each method is a line or two of Excel's own object model.

No decisions are taken here. Colours are Excel's: numbers with blue in the high byte. Called by `toolkit.apps.excel.main`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from toolkit.errors import UsageError

_TITLE = "绩效工具"

# Excel's constants: xlNone, xlSolid, xlAutomatic, the two gradients, xlSheetVisible, xlSheetVeryHidden; and Office's pickers.
_NONE, _SOLID, _AUTOMATIC, _GRADIENTS = -4142, 1, -4105, (4000, 4001)
_VISIBLE, _VERY_HIDDEN = -1, 2
_PICK_FILE, _PICK_FOLDER, _PICKED = 3, 4, -1

# What a protected sheet may allow, by the names that both `Protection` and `Protect` know.
_ALLOWED = (
    *("AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows"),
    *("AllowInsertingColumns", "AllowInsertingRows", "AllowInsertingHyperlinks"),
    *("AllowDeletingColumns", "AllowDeletingRows", "AllowSorting", "AllowFiltering", "AllowUsingPivotTables"),
)
_PROTECTED = {"DrawingObjects": "ProtectDrawingObjects", "Contents": "ProtectContents", "Scenarios": "ProtectScenarios"}


class XlwingsHost:
    """The workbook in front in an Excel application."""

    def __init__(self, app: Any, refusal: type[Exception]) -> None:
        """`refusal` is what Excel's refusals are raised as."""
        self._app, self._book, self._refusal = app, app.books.active, refusal

    @classmethod
    def in_front(cls) -> XlwingsHost:
        """Return the workbook in front in the Excel whose button was pressed. Raises UsageError where none is open."""
        import pywintypes
        import xlwings

        app = xlwings.Book.caller().app
        if not len(app.books):
            raise UsageError("没有打开的工作簿。请先打开申报表。")
        return cls(app, pywintypes.com_error)

    def tell(self, message: str) -> None:
        self._app.alert(message, _TITLE)

    def confirm(self, question: str) -> bool:
        return bool(self._app.alert(question, _TITLE, buttons="yes_no") == "yes")

    def choose(self, title: str, *, folder: bool) -> Path | None:
        dialog = self._app.api.FileDialog(_PICK_FOLDER if folder else _PICK_FILE)
        dialog.Title, dialog.AllowMultiSelect = title, False
        return Path(dialog.SelectedItems(1)) if dialog.Show() == _PICKED else None

    def show(self, path: Path) -> None:
        self._app.books.open(str(path))

    def name(self) -> str:
        return str(self._book.name)

    def save_copy(self, path: Path) -> None:
        self._book.api.SaveCopyAs(str(path))

    def sheets(self) -> list[str]:
        return [sheet.name for sheet in self._book.sheets]

    def add_sheet(self, name: str, *, hidden: bool) -> None:
        if self._book.api.ProtectStructure:
            raise UsageError("工作簿的结构设有保护，不能添加“审核意见”表。请先在“审阅”里撤销“保护工作簿”，再审核一次。")
        sheets = self._book.sheets
        made = sheets.add(name, after=sheets[-1]) if hidden else sheets.add(name, before=sheets[0])
        made.api.Visible = _VERY_HIDDEN if hidden else _VISIBLE

    def remove_sheet(self, name: str) -> None:
        sheet = self._book.sheets[name]
        sheet.api.Visible = _VISIBLE
        sheet.delete()

    def read(self, sheet: str, *, formulas: bool = False) -> list[list[str]]:
        every = self._book.sheets[sheet]
        last = every.used_range.last_cell
        used = every.range((1, 1), (last.row, max(last.column, 2)))
        rows = used.formula if formulas else used.options(ndim=2).value
        return [["" if cell is None else str(cell) for cell in row] for row in rows]

    def write(self, sheet: str, rows: Sequence[Sequence[str]], *, at: str = "A1") -> None:
        width = max(len(row) for row in rows)
        place = self._book.sheets[sheet].range(at).resize(len(rows), width)
        place.formula = [[*row, *[""] * (width - len(row))] for row in rows]

    def dress(self, sheet: str, widths: Sequence[float], heading: int, fills: Mapping[str, str]) -> None:
        every = self._book.sheets[sheet]
        for number, width in enumerate(widths, start=1):
            every.range((1, number)).column_width = width
        every.range((heading, 1), (heading, len(widths))).font.bold = True
        every.range((heading, 1), (heading + len(fills), len(widths))).api.WrapText = True
        for cell, fill in fills.items():
            self.paint(sheet, cell, fill)

    def area(self, sheet: str, cell: str) -> str:
        return str(self._cell(sheet, cell).merge_area.get_address(False, False))

    def fill(self, sheet: str, cell: str) -> str | None:
        interior = self._cell(sheet, cell).api.Interior
        pattern, theme = interior.Pattern, None
        if pattern == _NONE:
            return ""
        if pattern in _GRADIENTS:
            return None

        # Excel refuses the question for a colour that is not the theme's.
        with suppress(self._refusal):
            theme = interior.ThemeColor
        color = int(interior.Color)
        if pattern == _SOLID and not _is_theme(theme):
            return f"#{color & 255:02X}{color >> 8 & 255:02X}{color >> 16:02X}"
        kept = {"Pattern": pattern, "Color": color}
        if _is_theme(theme):
            kept |= {"ThemeColor": theme, "TintAndShade": interior.TintAndShade}
        if pattern != _SOLID:
            automatic = interior.PatternColorIndex == _AUTOMATIC
            kept |= {"PatternColorIndex": _AUTOMATIC} if automatic else {"PatternColor": interior.PatternColor}
        return json.dumps(kept)

    def paint(self, sheet: str, cell: str, fill: str) -> None:
        interior = self._cell(sheet, cell).api.Interior
        if fill.startswith("#"):
            red, green, blue = bytes.fromhex(fill[1:])
            interior.Pattern, interior.Color = _SOLID, red | green << 8 | blue << 16
        else:
            for name, value in (json.loads(fill) if fill else {"Pattern": _NONE}).items():
                setattr(interior, name, value)

    def note(self, sheet: str, cell: str) -> str | None:
        comment = self._cell(sheet, cell).api.Comment
        return None if comment is None else str(comment.Text())

    def add_note(self, sheet: str, cell: str, text: str) -> bool:
        place = self._cell(sheet, cell).api
        if place.Comment is not None:
            place.Comment.Text(text, len(place.Comment.Text()) + 1, False)
        elif getattr(place, "CommentThreaded", None) is None:
            place.AddComment(text).Shape.TextFrame.AutoSize = True
        else:
            return False
        return True

    def cut_note(self, sheet: str, cell: str, start: int, length: int) -> None:
        comment = self._cell(sheet, cell).api.Comment
        whole = comment.Text()
        if (whole[:start] + whole[start + length :]).strip():
            comment.Shape.TextFrame.Characters(start + 1, length).Delete()
        else:
            comment.Delete()

    @contextmanager
    def unlocked(self, sheet: str) -> Iterator[bool]:
        api = self._book.sheets[sheet].api
        was = {name: getattr(api, said) for name, said in _PROTECTED.items()}
        if not any(was.values()):
            yield True
            return
        was |= {name: getattr(api.Protection, name) for name in _ALLOWED}
        selection = api.EnableSelection
        with suppress(self._refusal):
            api.Unprotect("")
        if any(getattr(api, said) for said in _PROTECTED.values()):
            yield False
            return
        try:
            yield True
        finally:
            api.Protect(**was)
            api.EnableSelection = selection

    def select(self, sheet: str, cell: str) -> bool:
        found = self._book.sheets[sheet]
        if found.api.Visible != _VISIBLE:
            return False
        found.activate()
        found.range(cell).select()
        return True

    def selected(self) -> tuple[str, str]:
        chosen = self._app.selection
        if chosen is None:
            raise UsageError("没有选中单元格。请先选中一个有问题的单元格，再点这个按钮。")
        first = chosen.sheet.range((chosen.row, chosen.column))
        return str(chosen.sheet.name), str(first.get_address(False, False))

    def _cell(self, sheet: str, cell: str) -> Any:
        return self._book.sheets[sheet].range(cell)


def _is_theme(theme: object) -> bool:
    return isinstance(theme, int) and theme > 0
