"""What reviewers decided: 处理意见, 理由 and 人工意见 read out of an 审核报告.xlsx, and kept in the ledger for later checks.

Comes in: a report somebody wrote in, a ledger. Goes out: `Decisions` row by row, with notes about what could not be understood. Of
both together a report's own word comes first; what was decided on units outside a run stays untouched. A decision stands until
the content it was made on changes, or a report says otherwise (退回 instead of 保留). Called by the commands and `check`; `applying`
applies them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.checking.model import Finding
from toolkit.errors import SourceError, UsageError
from toolkit.intake.model import Batch
from toolkit.intake.subjects import Subjects
from toolkit.outputs.review import model as columns
from toolkit.outputs.review.model import KEEP
from toolkit.reading.entries import shown
from toolkit.season.remarks import REMARK_RULE
from toolkit.season.tables import DECISIONS, KEEP_DECISION
from toolkit.sources.grid import Grid, Uncached
from toolkit.sources.open import open_source
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text, label_key
from toolkit.values.words import REPAIR

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

_NEEDED = (columns.ACTION, columns.REASON, columns.REMARK)
_READ = (
    *(columns.UNIT, columns.PROJECT, columns.SHEET, columns.CELL, columns.FIELD, columns.VALUE, columns.MESSAGE),
    columns.RULE,
    *(*_NEEDED, columns.KEY),
)

_SHEET = "台账"
_REMARK = "人工意见 "


@dataclass(frozen=True, slots=True)
class Decision:
    """A row of 问题清单 in which somebody wrote: its 1-based row, and its cells by heading as texts, "" for a blank.

    It may stand in 以往意见 too, where a report keeps what was decided on units it did not see; `sheet` says where.
    """

    row: int
    cells: Mapping[str, str]
    sheet: str = columns.ISSUES

    @property
    def action(self) -> str:
        return self.cells[columns.ACTION]

    @property
    def reason(self) -> str:
        return self.cells[columns.REASON]

    @property
    def remark(self) -> str:
        return self.cells[columns.REMARK]

    @property
    def key(self) -> str:
        return self.cells[columns.KEY]

    @property
    def subject(self) -> tuple[str, str]:
        """The unit and the project as written."""
        return self.cells[columns.UNIT], self.cells[columns.PROJECT]

    @property
    def is_remark(self) -> bool:
        """Whether the row is a reviewer's own: added by hand, or such a row in a later report."""
        return self.cells[columns.RULE] == REMARK_RULE or not (self.key or self.cells[columns.RULE])

    @property
    def keeps(self) -> bool:
        return self.action == KEEP and bool(self.reason)


@dataclass(frozen=True)
class Decisions:
    """What a report says, row by row; `notes` name what could not be understood; `path` is the report."""

    rows: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A finding as it stands after the decisions, as the rules made it (`original`), and what was decided on it."""

    finding: Finding
    original: Finding
    key: str
    decision: Decision | None = None

    @property
    def kept(self) -> bool:
        return self.finding is not self.original


@dataclass(frozen=True)
class Decided:
    """All findings of a check after the decisions; `notes` are for the reviewer, each a complete line.

    `carried` are the decisions on units and projects that were not in this run: they hold when those come again.
    """

    reviewed: tuple[Reviewed, ...]
    notes: tuple[str, ...] = ()
    carried: tuple[Decision, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(each.finding for each in self.reviewed)


def read_decisions(path: Path) -> Decisions:
    """Return what was written in the report at `path`. Raises UsageError when it is no 审核报告 or cannot be read."""
    if not path.is_file():
        raise UsageError(f"{path}：找不到这个审核报告。请核对路径。")
    try:
        grids = open_source(path, str(path)).grids
    except SourceError as error:
        raise UsageError(f"{str(error).rstrip('。')}。{error.suggestion}") from error
    heads = [(grid, head) for grid in grids if (head := _head(grid)) is not None]
    wanted = [each for each in heads if each[0].name != columns.EARLIER][:1]
    found = [_rows(grid, *head) for grid, head in (*wanted, *(each for each in heads if each[0].name == columns.EARLIER))]
    if found:
        rows, notes = (tuple(chain.from_iterable(parts)) for parts in zip(*((each.rows, each.notes) for each in found), strict=True))
        return Decisions(rows, notes, path)
    raise UsageError(f"{path}：没有找到“{'”“'.join(_NEEDED)}”三列，不是审核报告。请用 jixiao check -o 生成的审核报告.xlsx。")


def _head(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and the column of each; None for a sheet without those that are needed."""
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), value in grid.cells.items():
        if isinstance(value, str) and value.strip() in _READ:
            by_row.setdefault(row, {})[value.strip()] = column
    heads = [(row, found) for row, found in sorted(by_row.items()) if set(_NEEDED) <= set(found)]
    return heads[0] if heads else None


def _rows(grid: Grid, head: int, places: Mapping[str, int]) -> Decisions:
    decisions, notes = [], []
    for row in sorted({row for row, _ in grid.cells if row > head}):
        cells = {name: _text(grid, row, places.get(name)) for name in _READ}
        if not any(cells[name] for name in _NEEDED):
            continue
        decision = Decision(row, cells, columns.EARLIER if grid.name == columns.EARLIER else columns.ISSUES)
        if decision.action not in ("", *columns.ACTIONS):
            notes.append(note_on(decision, f"处理意见“{decision.action}”不认识，没有采用。请从下拉列表选择“保留”或“退回”。"))
            decision = replace(decision, cells={**cells, columns.ACTION: ""})
        if decision.action == KEEP and not decision.reason:
            notes.append(note_on(decision, "“保留”没有写理由，没有采用。请在“理由”列写明后重新审核。"))
        if not decision.key and cells[columns.RULE] not in ("", REMARK_RULE):
            notes.append(note_on(decision, "隐藏的“标识”列是空的，找不到对应的问题，没有采用。请在新的审核报告里重新填写。"))
        elif decision.is_remark and not decision.remark:
            notes.append(note_on(decision, "这一行没有写人工意见，没有采用。请填写“人工意见”列，或删除这一行。"))
        else:
            decisions.append(decision)
    return Decisions(tuple(decisions), tuple(notes))


def _text(grid: Grid, row: int, column: int | None) -> str:
    value = grid.cells.get((row, column)) if column else None
    return "" if value is None or isinstance(value, (ErrorValue, Uncached)) else clean_text(shown(value))


def note_on(decision: Decision, text: str) -> str:
    """Return a note for the reviewer on a row of the report."""
    where = " › ".join(decision.cells[name] for name in (columns.UNIT, columns.PROJECT, columns.FIELD) if decision.cells[name])
    return f"{decision.sheet} 第 {decision.row} 行{f'（{where}）' if where else ''}：{text}"


def kept_decisions(ledger: Ledger, given: Decisions | None, findings: Sequence[Finding], batch: Batch) -> Decisions | None:
    """Return `given` with what the ledger holds about these findings and units; None where there is neither."""
    rows = given.rows if given else ()
    taken = {_name(decision) for decision in rows}
    stored = [decision for decision in _stored(ledger) if _name(decision) not in taken]
    if stored:
        subjects = Subjects(batch)
        places = {subjects.key(finding).place for finding in findings if finding.family != REPAIR}
        units = {label_key(declaration.unit or "") for declaration in batch.declarations}
        stored = [
            decision
            for decision in stored
            if (label_key(decision.cells[columns.UNIT]) in units if decision.is_remark else _place(decision) in places)
        ]
    if not stored:
        return given
    return Decisions((*rows, *stored), given.notes if given else ())


def keep_decisions(ledger: Ledger, given: Decisions | None, decided: Decided | None, seen: str) -> None:
    """Write down what a report decided, those about units outside this run too; inside `writing`."""
    if given is None:
        return
    found = {_name(decision): decision.cells for decision in given.rows if decision.key and decision.sheet != _SHEET}
    for each in decided.reviewed if decided else ():
        if each.decision is not None and each.key and each.decision.sheet != _SHEET:
            name = _REMARK + each.key if each.decision.is_remark else each.key
            found[name] = {**each.decision.cells, columns.KEY: each.key}
    rows = [{"key": name, "cells": json.dumps(dict(cells), ensure_ascii=False), "seen": seen} for name, cells in found.items()]
    ledger.run_many(KEEP_DECISION, rows)


def _stored(ledger: Ledger) -> list[Decision]:
    found = []
    for row in ledger.rows(DECISIONS):
        try:
            cells = json.loads(row.cells)
        except ValueError:
            continue
        if isinstance(cells, dict):
            found.append(Decision(row.id, _Cells({str(k): str(v) for k, v in cells.items()}), _SHEET))
    return found


class _Cells(dict[str, str]):
    """Cells by heading; a heading that an older program did not know is blank."""

    def __missing__(self, heading: str) -> str:
        return ""


def _name(decision: Decision) -> str:
    return _REMARK + decision.key if decision.is_remark else decision.key


def _place(decision: Decision) -> str:
    return decision.key.partition("-")[0]
