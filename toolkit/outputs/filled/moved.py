"""What moved when a return was put into the current template, and what found no place there; 转入记录.xlsx, the log of it.

Comes in: a declaration as it was read and as it reads in the new workbook. Goes out: `Moves`, and the log's bytes. What the new sheet says
is compared with what was read, so that nothing is lost without a line. Called by `workflow.imports`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from toolkit.forms import Form
from toolkit.forms.model import IndicatorTable
from toolkit.outputs.sheets import log_bytes
from toolkit.reading.model import BLANK, MISSING, MISSING_ENTRY, NOTE, OK, PICTURE, TEXT_BOX, UNREAD, Declaration, Doubt, Entry, Row
from toolkit.reading.shown import plain_text
from toolkit.spreadsheet.properties import MOVES
from toolkit.values.text import squeeze

# What stands on a sheet beside its cells is not read.
_BESIDE = (NOTE, TEXT_BOX, PICTURE)

_NEED = (("文件", 40), ("单位", 30), ("转入", 36), ("为什么", 44))
_MOVED = (
    *(("文件", 32), ("工作表", 11), ("单元格", 9), ("字段", 16), ("原内容", 34)),
    *(("转入", 32), ("工作表", 9), ("单元格", 9), ("内容", 34)),
)
_LEFT = (("文件", 36), ("工作表", 12), ("位置", 9), ("字段", 16), ("内容", 50), ("说明", 44))
_DOUBTED = (("文件", 36), ("项目", 28), ("位置", 9), ("说明", 70), ("怎么办", 44))


@dataclass(frozen=True, slots=True)
class Move:
    """A value, or a row of a table, with where it stood and where it stands; `note` says what is the matter where it found no place."""

    file: str
    sheet: str
    cell: str
    field: str
    before: str
    workbook: str = ""
    new_sheet: str = ""
    new_cell: str = ""
    after: str = ""
    note: str = ""

    def record(self) -> dict[str, str | None]:
        """Return the line for programs."""
        values = {"file": self.file, "sheet": self.sheet, "cell": self.cell, "field": self.field, "text": self.before}
        to = {"to": self.workbook, "to_sheet": self.new_sheet, "to_cell": self.new_cell} if self.new_cell else {"reason": self.note}
        return {name: value or None for name, value in (values | to).items()}


@dataclass(frozen=True)
class Moves:
    """What stands in another cell, or is written in another way, than before; and what could not be put anywhere."""

    moved: tuple[Move, ...] = ()
    left: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """A file, the workbook it went into, and why."""

    file: str
    unit: str
    workbook: str
    reason: str


def moves_between(old: Declaration, new: Declaration | None, form: Form, workbook: str) -> Moves:
    """Return what became of each value of `old` in the sheet that reads as `new`; that is None where it does not read at all."""
    moved, left = list[Move](), list[Move]()
    pairs = [(field.name, old[field.name], new[field.name] if new else MISSING_ENTRY) for field in form.fields if field.cell]
    for name, before, after in pairs:
        if before.state in (BLANK, MISSING):
            continue
        made = _move(old, new, workbook, (name, before.cell, before.text.strip()), (after.cell, _said(after)))
        if squeeze(_said(before)) != squeeze(_said(after)):
            left.append(made)
        elif before.cell != after.cell or squeeze(before.text) != squeeze(after.text):
            moved.append(made)
    for table in form.tables:
        for number, row in enumerate(old.rows_of(table)):
            there = new.rows_of(table)[number] if new and number < len(new.rows_of(table)) else None
            made = _move(
                old, new, workbook, (f"{table.name}第 {number + 1} 行", _place(row, table), _texts(row, table)), _row(there, table)
            )
            if there is None or squeeze(_values(row, table)) != squeeze(_values(there, table)):
                left.append(made)
            elif made.cell != made.new_cell or squeeze(_texts(row, table)) != squeeze(_texts(there, table)):
                moved.append(made)
    return Moves(tuple(moved), (*left, *_beside(old)))


def _move(old: Declaration, new: Declaration | None, workbook: str, was: tuple[str, str | None, str], now: tuple[str | None, str]) -> Move:
    name, cell, text = was
    note = f"转入后读作“{now[1]}”，请核对。" if now[1] else "现行表样里没有放它的地方。"
    sheet = new.sheet if new else ""
    return Move(old.file, old.sheet or "", cell or "", name, text, workbook, sheet or "", now[0] or "", now[1], note)


def _said(entry: Entry) -> str:
    """What an entry says, however it is written."""
    return plain_text(entry) if entry.state == OK else entry.text


def _place(row: Row, table: IndicatorTable) -> str:
    cells = [row[name].cell for name in table.names if row[name].cell and row[name].state not in (BLANK, MISSING)]
    return next((cell for cell in cells if cell), "")


def _texts(row: Row, table: IndicatorTable) -> str:
    return " ".join(text for name in table.names if (text := row[name].text.strip()))


def _values(row: Row, table: IndicatorTable) -> str:
    return " ".join(_said(row[name]) for name in table.names)


def _row(row: Row | None, table: IndicatorTable) -> tuple[str | None, str]:
    return (_place(row, table), " ".join(_values(row, table).split())) if row else (None, "")


def _beside(old: Declaration) -> Iterator[Move]:
    """What stands on the sheet and is no value of the form: cells nobody understood, comments, text boxes, pictures."""
    for cell, text in old.unread:
        yield Move(old.file, old.sheet or "", cell, "", text, note="没有读懂，没有算作任何一项。")
    for doubt in old.doubts:
        if doubt.rule in _BESIDE:
            yield Move(old.file, old.sheet or "", doubt.cell or "", "", doubt.value or "", note=doubt.message)


def moves_log(moves: Moves, needs: Sequence[Need], doubted: Iterable[tuple[Declaration, Doubt]]) -> bytes:
    """Return 转入记录.xlsx: where each file went and why, what moved, what found no place, what a person has to look at."""
    told = [
        (each.file, each.project or "", doubt.cell or "", doubt.message, doubt.suggestion)
        for each, doubt in doubted
        if doubt.rule not in (*_BESIDE, UNREAD)
    ]
    moved = [(m.file, m.sheet, m.cell, m.field, m.before, m.workbook, m.new_sheet, m.new_cell, m.after) for m in moves.moved]
    return log_bytes(
        MOVES,
        [
            ("去向", _NEED, [(need.file, need.unit, need.workbook, need.reason) for need in needs]),
            ("移动", _MOVED, moved),
            ("没有位置", _LEFT, [(m.file, m.sheet, m.cell, m.field, m.before, m.note) for m in moves.left]),
            ("需要核对", _DOUBTED, told),
        ],
    )
