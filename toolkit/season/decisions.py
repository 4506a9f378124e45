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
from toolkit.outputs.review.model import ASKED, KEEP, PRINTED
from toolkit.season.answers import Answers, answers_of, asked_in, cell_text
from toolkit.season.codec import cells_of
from toolkit.season.remarks import REMARK_RULE
from toolkit.season.tables import DECISIONS, FORGET_DECISION, KEEP_DECISION
from toolkit.sources.grid import Grid
from toolkit.sources.open import open_source
from toolkit.values.text import label_key
from toolkit.values.words import REPAIR

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

_NEEDED = (columns.ACTION, columns.REASON, columns.REMARK)
_READ = (
    *(columns.UNIT, columns.PROJECT, columns.SHEET, columns.CELL, columns.FIELD, columns.VALUE, columns.MESSAGE),
    columns.RULE,
    *(*_NEEDED, columns.KEY),
)

# Where a decision stands that comes from the ledger.
LEDGER = "台账"
_ABOUT = (columns.UNIT, columns.PROJECT, columns.FIELD)
REMARK_NAME = "人工意见 "

# In the ledger, of an opinion that was withdrawn: another ledger that still holds it must not bring it back in silence.
WITHDRAWN = "已撤回"


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
    """What a report says, row by row; `notes` name what could not be understood; `path` is the report.

    `withdrawn` names opinions that the report was printed with and whose cells somebody has emptied; `unusable` are rows that
    somebody wrote in and that nothing can be made of.
    """

    rows: tuple[Decision, ...] = ()
    notes: tuple[str, ...] = ()
    path: Path | None = None
    withdrawn: frozenset[str] = frozenset()
    unusable: tuple[Decision, ...] = ()


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
    answers = answers_of(grids, wanted)
    found = [_rows(grid, *head, answers) for grid, head in (*wanted, *(each for each in heads if each[0].name == columns.EARLIER))]
    if found:
        columns_ = zip(*((each.rows, each.notes, each.withdrawn, each.unusable) for each in found), strict=True)
        rows, notes, withdrawn, unusable = (tuple(chain.from_iterable(parts)) for parts in columns_)
        return Decisions(rows, notes, path, frozenset(withdrawn), unusable)
    raise UsageError(f"{path}：没有找到“{'”“'.join(_NEEDED)}”三列，不是审核报告。请用 jixiao check -o 生成的审核报告.xlsx。")


def _head(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and the column of each; None for a sheet without those that are needed."""
    by_row: dict[int, dict[str, int]] = {}
    for (row, column), value in grid.cells.items():
        if isinstance(value, str) and value.strip() in _READ:
            by_row.setdefault(row, {})[value.strip()] = column
    heads = [(row, found) for row, found in sorted(by_row.items()) if set(_NEEDED) <= set(found)]
    return heads[0] if heads else None


def _rows(grid: Grid, head: int, places: Mapping[str, int], answers: Answers) -> Decisions:
    decisions, notes, unusable = [], [], []
    withdrawn: set[str] = set()
    for row in sorted({row for row, _ in grid.cells if row > head}):
        cells = {name: cell_text(grid, row, places.get(name)) for name in _READ}
        printed = cells[columns.KEY].endswith(PRINTED)
        cells[columns.ACTION], cells[columns.REASON] = answers.opinion(asked_in(grid, row, places))
        cells[columns.KEY], _, cells[columns.QUESTION] = cells[columns.KEY].rstrip(PRINTED).partition(ASKED)
        decision = Decision(row, cells, columns.EARLIER if grid.name == columns.EARLIER else columns.ISSUES)
        if not any(cells[name] for name in _NEEDED):
            withdrawn |= {_name(decision)} if printed else set()
            continue
        if decision.action not in ("", *columns.ACTIONS):
            notes.append(note_on(decision, f"处理意见“{decision.action}”不认识，没有采用。请从下拉列表选择“保留”或“退回”。"))
            decision = replace(decision, cells={**cells, columns.ACTION: ""})
        if decision.action == KEEP and not decision.reason:
            notes.append(note_on(decision, "“保留”没有写理由，没有采用。请在“理由”列写明后重新审核。"))
        if not decision.key and cells[columns.RULE] not in ("", REMARK_RULE):
            notes.append(note_on(decision, "隐藏的“标识”列是空的，找不到对应的问题，没有采用。请在新的审核报告里重新填写。"))
            unusable.append(decision)
        elif decision.is_remark and not decision.remark:
            notes.append(note_on(decision, "这一行没有写人工意见，没有采用。请填写“人工意见”列，或删除这一行。"))
            unusable.append(decision)
        else:
            decisions.append(decision)
    return Decisions(tuple(decisions), tuple(notes), None, frozenset(withdrawn), tuple(unusable))


def note_on(decision: Decision, text: str) -> str:
    """Return a note for the reviewer on a row of the report."""
    where = " › ".join(decision.cells[name] for name in _ABOUT if decision.cells[name])
    return f"{decision.sheet} 第 {decision.row} 行{f'（{where}）' if where else ''}：{text}"


def kept_decisions(ledger: Ledger, given: Decisions | None, findings: Sequence[Finding], batch: Batch) -> Decisions | None:
    """Return `given` with what the ledger holds about these findings and units; None where there is neither."""
    rows = given.rows if given else ()
    taken = {_name(decision) for decision in rows} | (given.withdrawn if given else frozenset())
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
    return replace(given or Decisions(), rows=(*rows, *stored))


def keep_decisions(ledger: Ledger, given: Decisions | None, decided: Decided | None, seen: str) -> None:
    """Write down what a report decided, those about units outside this run too, and forget what it withdraws; inside `writing`."""
    if given is None:
        return
    found = {_name(decision): decision.cells for decision in given.rows if decision.key and decision.sheet != LEDGER}
    written: dict[str, list[dict[str, str]]] = {}
    for each in decided.reviewed if decided else ():
        if each.decision is not None and each.key and each.decision.sheet != LEDGER:
            cells = {**each.decision.cells, columns.KEY: each.key}
            if each.decision.is_remark:
                cells |= {columns.RULE: REMARK_RULE}
                written.setdefault(REMARK_NAME + each.key, []).append(cells)
            else:
                found[each.key] = cells
    found |= {f"{name} {number}" if number else name: cells for name, each in written.items() for number, cells in enumerate(each)}
    gone = given.withdrawn | written.keys()
    dropped = [row for row in ledger.rows(DECISIONS) if plain_name(row.key) in gone]
    found = {plain_name(row.key): _withdrawn(row.cells) for row in dropped if plain_name(row.key) in given.withdrawn} | found
    ledger.run_many(FORGET_DECISION, [{"key": row.key} for row in dropped])
    rows = [{"key": name, "cells": json.dumps(dict(cells), ensure_ascii=False), "seen": seen} for name, cells in found.items()]
    ledger.run_many(KEEP_DECISION, rows)


def _withdrawn(text: str) -> dict[str, str]:
    """What stays of an opinion that was withdrawn: what it was about."""
    return {**dict.fromkeys(_NEEDED, ""), **{name: cell for name, cell in cells_of(text).items() if name not in _NEEDED}, WITHDRAWN: "是"}


def plain_name(name: str) -> str:
    """Return the name of an opinion as `_name` has it: several remarks on one place are numbered in the ledger."""
    head, mark, rest = name.partition(REMARK_NAME)
    return f"{mark}{rest.partition(' ')[0]}" if mark and not head else name


def unread_opinions(report: Path, given: Decisions | None, ledger: Ledger | None) -> tuple[Decision, ...]:
    """Return the rows of the report at `report` in which somebody wrote what neither `given` nor the ledger has.

    None are in a file that is no report. Whoever replaces the report would lose them.
    """
    try:
        found = read_decisions(report)
    except UsageError:
        return ()
    known = {_said(each) for each in (*(given.rows if given else ()), *(_stored(ledger) if ledger else ()))}
    return (*(each for each in found.rows if _said(each) not in known), *found.unusable)


def _said(decision: Decision) -> tuple[str, ...]:
    """What tells one opinion from another: what it is about, and what it says."""
    about = (decision.key,) if decision.key else tuple(decision.cells[name] for name in (*_ABOUT, columns.VALUE))
    return (*about, decision.action, decision.reason, decision.remark)


def _stored(ledger: Ledger) -> list[Decision]:
    found = []
    for row in ledger.rows(DECISIONS):
        texts = cells_of(row.cells)
        if texts and not texts[WITHDRAWN]:
            if row.key.startswith(REMARK_NAME):
                texts |= {columns.RULE: REMARK_RULE, columns.KEY: plain_name(row.key).removeprefix(REMARK_NAME)}
            found.append(Decision(row.id, texts, LEDGER))
    return found


def _name(decision: Decision) -> str:
    return REMARK_NAME + decision.key if decision.is_remark else decision.key


def _place(decision: Decision) -> str:
    return decision.key.partition("-")[0]
