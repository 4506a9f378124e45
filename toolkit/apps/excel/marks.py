"""Marks in an open workbook: put in from an audit, taken out again so that every fill and note is what it was.

What was before is kept in a hidden sheet of the workbook, a row per marked cell: a formula that points at the cell (it moves
along when rows are inserted), the colour given, the fill that was there, the text added to its note. It is written
before anything is marked. Called by `actions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from toolkit.apps.excel.host import Host
from toolkit.errors import UsageError
from toolkit.values.words import Severity
from toolkit.workflow.live import (
    COLORS,
    COLUMNS,
    HEADING_ROW,
    REVIEW_SHEET,
    Finding,
    LiveAudit,
    cells_of,
    gravest,
    list_name,
    note_text,
    our_part,
    reference,
    referred,
)

RECORD_SHEET = "jixiao_marks"

# The record's first cell, by which a sheet of that name is known to be ours.
_SIGNATURE = "jixiao.marks 1"


@dataclass
class Cell:
    """A cell to mark: the fill it has, the findings that colour it, and those that its note tells."""

    sheet: str
    cell: str
    fill: str | None
    severities: list[Severity] = field(default_factory=list)
    noted: list[Finding] = field(default_factory=list)

    @property
    def color(self) -> str:
        """The mark's fill, "" for a cell that cannot get one."""
        return "" if self.fill is None else f"#{COLORS[gravest(self.severities)]}"

    @property
    def note(self) -> str:
        return note_text(self.noted) if self.noted else ""


def list_sheet(host: Host) -> str | None:
    """Return the sheet with the list of the last audit, that of a marked copy where none was made here; None without one."""
    record = _record(host)
    sheets = host.sheets()
    if record and record[0][1] in sheets:
        return record[0][1]
    for name in sheets:
        if name.startswith(REVIEW_SHEET):
            rows = host.read(name)
            if len(rows) >= HEADING_ROW and rows[HEADING_ROW - 1][: len(COLUMNS)] == list(COLUMNS):
                return name
    return None


def mark(host: Host, audit: LiveAudit) -> list[str]:
    """Mark the findings in the workbook, which has no marks, and add the list; return sheets whose password prevents it.

    Raises UsageError, before anything is marked, where no sheet can be added.
    """
    locked: list[str] = []
    cells: list[Cell] = []
    for sheet in audit.names:
        found = audit.on(sheet)
        if found:
            with host.unlocked(sheet) as free:
                cells += _cells(host, sheet, found) if free else []
                locked += [] if free else [sheet]
    listed = list_name(host.sheets())
    host.add_sheet(RECORD_SHEET, hidden=True)
    host.write(RECORD_SHEET, [[f"'{_SIGNATURE}", f"'{listed}"], *map(_kept, cells)])
    for sheet in dict.fromkeys(cell.sheet for cell in cells):
        with host.unlocked(sheet):
            for cell in cells:
                if cell.sheet == sheet:
                    _mark_cell(host, cell)
    host.add_sheet(listed, hidden=False)
    host.write(listed, audit.rows())
    host.dress(listed, list(COLUMNS.values()), HEADING_ROW, audit.fills())
    return locked


def unmark(host: Host) -> int:
    """Take all marks and the list out of the workbook; return how many cells were marked.

    A fill that somebody changed since stays; of a note only what an audit wrote goes. Raises UsageError, and keeps what is
    known of the marks, where a sheet got a password since.
    """
    rows = _record(host)
    if not rows:
        return 0
    known = set(host.sheets())
    kept: dict[str, list[tuple[str, Sequence[str]]]] = {}
    for row in rows[1:]:
        place = referred(row[0])
        if place is not None and place[0] in known:
            kept.setdefault(place[0], []).append((place[1], row[1:]))
    for sheet, cells in kept.items():
        with host.unlocked(sheet) as free:
            if not free:
                raise UsageError(f"工作表“{sheet}”设有保护密码，不能清除上面的审核标记。请先在“审阅”里撤销工作表保护，再试一次。")
            for cell, (color, fill, note) in cells:
                if color and host.fill(sheet, cell) == color:
                    host.paint(sheet, cell, fill)
                text = host.note(sheet, cell) or ""
                part = our_part(text, note) if note else None
                if part is not None:
                    host.cut_note(sheet, cell, *part)
    for name in (rows[0][1], RECORD_SHEET):
        if name in known:
            host.remove_sheet(name)
    return len(rows) - 1


def _cells(host: Host, sheet: str, findings: Sequence[Finding]) -> Iterator[Cell]:
    """Return the cells to mark on a sheet; a merged area is marked at its first cell, the note stands where a finding begins."""
    cells: dict[str, Cell] = {}
    for finding in findings:
        firsts = list(dict.fromkeys(cells_of(host.area(sheet, cell))[0] for cell in cells_of(finding.cell or "A1")))
        for first in firsts:
            found = cells.setdefault(first, Cell(sheet, first, host.fill(sheet, first)))
            found.severities.append(finding.severity)
        cells[firsts[0]].noted.append(finding)
    yield from cells.values()


def _mark_cell(host: Host, cell: Cell) -> None:
    if cell.color:
        host.paint(cell.sheet, cell.cell, cell.color)
    if cell.note:
        before = host.note(cell.sheet, cell.cell)
        host.add_note(cell.sheet, cell.cell, f"\n\n{cell.note}" if before else cell.note)


def _kept(cell: Cell) -> list[str]:
    return [reference(cell.sheet, cell.cell), f"'{cell.color}", f"'{cell.fill or ''}", f"'{cell.note}"]


def _record(host: Host) -> list[list[str]]:
    """Return the rows of the record, four texts each; none where the workbook has no marks."""
    if RECORD_SHEET not in host.sheets():
        return []
    rows = [(row + [""] * 4)[:4] for row in host.read(RECORD_SHEET, formulas=True)]
    return rows if rows and rows[0][0] == _SIGNATURE else []
