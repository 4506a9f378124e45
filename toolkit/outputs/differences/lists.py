"""字段变动 and 指标变动, the lists of 对比.xlsx, and the workbook's colours: put in green, taken out red, changed yellow.

Comes in: a `Comparison`. Called by `differences`. Long texts show what was taken out and put in within the text itself.
"""

from __future__ import annotations

from typing import Any

from toolkit.comparing.model import (
    ADDED,
    CHANGED,
    DROPPED,
    MOVED,
    RENAMED,
    SAME,
    STATES,
    Change,
    Comparison,
    ProjectPair,
    RowPair,
    UnitPair,
)
from toolkit.comparing.wording import INSERTED, KEPT, REMOVED, Part, excerpt, text_parts
from toolkit.forms.model import LONG_TEXT
from toolkit.outputs.differences.records import indicator_words, row_tables, shown
from toolkit.outputs.fit import list_height
from toolkit.outputs.review.cells import Looks, open_sheet
from toolkit.outputs.sheets import A3, FONT, MONEY, MOST_TEXT, fitting, write_figure
from toolkit.reading.model import Declaration
from toolkit.reading.shown import plain_text

# So much of an unchanged passage is shown beside a change.
_CONTEXT = 20

_GREEN, _RED = "#1B5E20", "#B71C1C"
_ADDED_FILL, _DROPPED_FILL, _CHANGED_FILL, _RENAMED_FILL = "#E2F0D9", "#FBE5E5", "#FFF2CC", "#DDEBF7"

_CHANGES = (
    *(("单位", 20), ("项目", 24), ("字段", 16), ("原值", 30), ("现值", 30), ("差额", 15), ("增减", 9)),
    *(("逐字对照", 46), ("说明", 14), ("原位置", 20), ("现位置", 20)),
)
_ROWS = (
    *(("单位", 20), ("项目", 24), ("状态", 7), ("原层级", 18), ("现层级", 18), ("原指标", 24), ("现指标", 24)),
    *(("原指标值", 18), ("现指标值", 18), ("变动内容", 36), ("原行", 6), ("现行", 6)),
)


class Shades:
    """The formats of 对比.xlsx beside those of every list of ours."""

    def __init__(self, book: Any) -> None:
        self.looks = Looks(book)
        cell = {**FONT, "border": 1, "border_color": "#BFBFBF"}

        def add(**more: object) -> Any:
            return book.add_format({**cell, **more})

        green, red = {"font_color": _GREEN, "bg_color": _ADDED_FILL}, {"font_color": _RED, "bg_color": _DROPPED_FILL}
        yellow, blue = {"bg_color": _CHANGED_FILL}, {"bg_color": _RENAMED_FILL}
        self.title = book.add_format({"font_name": "黑体", "font_size": 14, "bold": True, "valign": "vcenter", "text_wrap": True})
        self.added = add(**green, text_wrap=True)
        self.removed = add(**red, font_strikeout=True, text_wrap=True)
        self.changed = add(**yellow, text_wrap=True)
        centre = {"align": "center"}
        self.states = {
            ADDED: add(**green, **centre),
            DROPPED: add(**red, **centre, font_strikeout=True),
            RENAMED: add(**blue, **centre),
            MOVED: add(**blue, **centre),
            CHANGED: add(**yellow, **centre),
            SAME: add(font_color="#7F7F7F", **centre),
        }
        number = {"num_format": "0", "align": "center"}
        self.counts = {
            ADDED: add(**green, **number),
            DROPPED: add(**red, **number),
            RENAMED: add(**blue, **number),
            CHANGED: add(**yellow, **number),
        }
        self.money = add(num_format=MONEY)
        self.gap = add(num_format="+#,##0.00;-#,##0.00;0.00")
        self.share = add(num_format="+0.00%;-0.00%;0.00%", align="right")
        self.total_money = add(num_format=MONEY, bold=True, bg_color="#F2F2F2")
        font = {"font_name": "宋体", "font_size": 10}
        self.within = {
            KEPT: book.add_format(font),
            REMOVED: book.add_format({**font, "font_color": _RED, "font_strikeout": True}),
            INSERTED: book.add_format({**font, "font_color": _GREEN, "bold": True}),
        }


def write_changes(sheet: Any, shades: Shades, comparison: Comparison, *, everything: bool) -> None:
    """Write 字段变动: a row per field that differs."""
    open_sheet(sheet, shades.looks, _CHANGES, 0, frozen=3)
    sheet.set_paper(A3)
    sheet.set_row(0, 24)
    projects = [(unit, project) for unit in comparison.units for project in unit.projects]
    rows = [(unit, project, change) for unit, project in projects for change in (project.changes if everything else project.real_changes)]
    for row, each in enumerate(rows, start=1):
        _change(sheet, shades, row, *each)
    sheet.autofilter(0, 0, max(len(rows), 1), len(_CHANGES) - 1)


def _change(sheet: Any, shades: Shades, row: int, unit: UnitPair, project: ProjectPair, change: Change) -> None:
    looks, kind = shades.looks, change.field.type
    old, new = shown(change.before, kind), shown(change.after, kind)
    looks.write(sheet, row, 0, unit.name)
    looks.write(sheet, row, 1, project.name)
    looks.write(sheet, row, 2, change.field.name)
    looks.write(sheet, row, 3, old, shades.removed if not plain_text(change.after) else None)
    looks.write(sheet, row, 4, new, shades.added if not plain_text(change.before) else shades.changed)
    write_figure(sheet, row, 5, change.difference, shades.gap, looks.text)
    write_figure(sheet, row, 6, None if change.percent is None else float(change.percent) / 100, shades.share, looks.text)
    parts: tuple[Part, ...] = ()
    if kind == LONG_TEXT:
        parts = excerpt(text_parts(plain_text(change.before), plain_text(change.after)), _CONTEXT)
    _marked(sheet, shades, row, 7, parts)
    looks.write(sheet, row, 8, "随年度顺延" if change.routine else "")
    for column, side, entry in ((9, project.before, change.before), (10, project.after, change.after)):
        looks.write(sheet, row, column, place_words(side, entry.cell))
    marked = "".join(text for _, text in parts)
    places = [(place_words(project.before, change.before.cell), 20), (place_words(project.after, change.after.cell), 20)]
    sheet.set_row(row, list_height([(unit.name, 20), (project.name, 24), (old, 30), (new, 30), (marked, 46), *places]))


def _marked(sheet: Any, shades: Shades, row: int, column: int, parts: tuple[Part, ...]) -> None:
    """Write a text with what was taken out struck through and what was put in bold."""
    cleaned = [(kind, fitting(text)) for kind, text in parts if fitting(text)]
    if len(cleaned) < 2 or sum(len(text) for _, text in cleaned) * 2 > MOST_TEXT:
        kinds = {kind for kind, _ in cleaned}
        look = shades.removed if kinds == {REMOVED} else shades.added if kinds == {INSERTED} else None
        shades.looks.write(sheet, row, column, "".join(text for _, text in cleaned), look)
        return
    pieces = [piece for kind, text in cleaned for piece in (shades.within[kind], text)]
    sheet.write_rich_string(row, column, *pieces, shades.looks.text)


def place_words(side: Declaration | None, cell: str | None = None) -> str:
    """Return where a declaration, or a cell of it, is: file › sheet › cell; "" where there is none."""
    return " › ".join(part for part in (side.file, side.sheet, cell) if part) if side else ""


def write_rows(sheet: Any, shades: Shades, comparison: Comparison, *, everything: bool) -> None:
    """Write 指标变动: a row per indicator that is new, gone, renamed, moved or has other values."""
    open_sheet(sheet, shades.looks, _ROWS, 0, frozen=3)
    sheet.set_paper(A3)
    sheet.set_row(0, 24)
    projects = [(unit, project) for unit in comparison.units for project in unit.projects]
    rows = [(unit, project, pair) for unit, project in projects for pair in (project.rows if everything else project.changed_rows)]
    for row, each in enumerate(rows, start=1):
        _row(sheet, shades, comparison, row, *each)
    sheet.autofilter(0, 0, max(len(rows), 1), len(_ROWS) - 1)


def _row(sheet: Any, shades: Shades, comparison: Comparison, row: int, unit: UnitPair, project: ProjectPair, pair: RowPair) -> None:
    tables = row_tables(pair, project, comparison)
    old, new = indicator_words(pair.before, tables[0]), indicator_words(pair.after, tables[1])
    sheet.write_string(row, 2, STATES[pair.state], shades.states[pair.state])
    told = changes_words(pair)
    texts = [unit.name, project.name, "", old[0], new[0], old[1], new[1], old[2], new[2], told]
    for column, text in enumerate(texts):
        if column == 2:
            continue
        look = None
        if pair.state == DROPPED and column in (3, 5, 7):
            look = shades.removed
        elif pair.state == ADDED and column in (4, 6, 8):
            look = shades.added
        elif column in (4, 6, 8) and old[column // 2 - 2] != new[column // 2 - 2]:
            look = shades.changed
        shades.looks.write(sheet, row, column, text, look)
    for column, side in ((10, pair.before), (11, pair.after)):
        write_figure(sheet, row, column, side.row if side else None, shades.looks.number)
    widths = [width for _, width in _ROWS]
    sheet.set_row(row, list_height(zip(texts, widths, strict=False)))


def changes_words(pair: RowPair) -> str:
    """Return what changed in an indicator, cell by cell."""
    return "；".join(
        f"{change.field.name}：{shown(change.before, change.field.type)} → {shown(change.after, change.field.type)}"
        for change in pair.changes
    )
