"""The reviewer's own word: 处理意见, 理由 and 人工意见 read back out of an 审核报告.xlsx and applied to a new check.

Comes in: a report somebody wrote in, the findings of a check. Goes out: the findings as they now stand, each with what was
decided, and notes about decisions that could not be used. A finding kept with a reason becomes a hint whose message begins
`已说明（原为错误；理由：…）：`: programs that count errors see one less, and the contract's keys stay as they are. A
remark becomes a finding of its own, `人工-意见`: an error where 处理意见 is 退回, else a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from toolkit.checking.model import Finding
from toolkit.errors import SourceError, UsageError
from toolkit.intake.batch import Batch
from toolkit.intake.subjects import Subjects
from toolkit.outputs.review import model as columns
from toolkit.outputs.review.model import KEEP, RETURN
from toolkit.reading.entries import shown
from toolkit.season.remarks import REMARK_RULE, Target, absent, target_key, targets
from toolkit.sources.grid import Grid, Uncached
from toolkit.sources.open import open_source
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text, label_key, squeeze
from toolkit.values.words import ERROR, FILE, HINT, REPAIR, SEVERITY_WORDS, WARNING, Severity

_NEEDED = (columns.ACTION, columns.REASON, columns.REMARK)
_READ = (
    *(columns.UNIT, columns.PROJECT, columns.SHEET, columns.CELL, columns.FIELD, columns.VALUE, columns.MESSAGE),
    columns.RULE,
    *(*_NEEDED, columns.KEY),
)


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
            notes.append(_at(decision, f"处理意见“{decision.action}”不认识，没有采用。请从下拉列表选择“保留”或“退回”。"))
            decision = replace(decision, cells={**cells, columns.ACTION: ""})
        if decision.action == KEEP and not decision.reason:
            notes.append(_at(decision, "“保留”没有写理由，没有采用。请在“理由”列写明后重新审核。"))
        if not decision.key and cells[columns.RULE] not in ("", REMARK_RULE):
            notes.append(_at(decision, "隐藏的“标识”列是空的，找不到对应的问题，没有采用。请在新的审核报告里重新填写。"))
        elif decision.is_remark and not decision.remark:
            notes.append(_at(decision, "这一行没有写人工意见，没有采用。请填写“人工意见”列，或删除这一行。"))
        else:
            decisions.append(decision)
    return Decisions(tuple(decisions), tuple(notes))


def _text(grid: Grid, row: int, column: int | None) -> str:
    value = grid.cells.get((row, column)) if column else None
    return "" if value is None or isinstance(value, (ErrorValue, Uncached)) else clean_text(shown(value))


def apply_decisions(findings: Sequence[Finding], batch: Batch, decisions: Decisions) -> Decided:
    """Return `findings` in their order with the decisions applied; a remark comes right behind what it is about.

    A decision holds as long as its key does, that is as long as the content it was made on is unchanged. Of several
    rows with one key, 退回 outweighs 保留.
    """
    subjects = Subjects(batch)
    by_key: dict[str, Decision] = {}
    for decision in decisions.rows:
        if not decision.is_remark and (decision.action == RETURN or decision.key not in by_key):
            by_key[decision.key] = decision
    reviewed: list[Reviewed] = []
    notes = list(decisions.notes)
    places: set[str] = set()
    readable = {declaration.file for declaration in batch.declarations}
    for finding in findings:
        if finding.family == REPAIR:
            reviewed.append(Reviewed(finding, finding, ""))
            continue
        key = subjects.key(finding)
        places.add(key.place)
        found = by_key.get(str(key))
        if found is not None and found.keeps and finding.family == FILE and finding.file not in readable:
            notes.append(_at(found, "这个文件没有可以审核的内容，不能保留，没有采用。请该单位重新报送。"))
            found = replace(found, cells={**found.cells, columns.ACTION: "", columns.REASON: ""})
        reviewed.append(Reviewed(_kept(finding, found), finding, str(key), found))
        if found is not None and found.remark:
            reviewed.append(_on_finding(finding, found))
    used = {each.key for each in reviewed}
    is_absent = absent(batch)
    unused = [d for d in decisions.rows if not d.is_remark and d.key not in used]
    carried = [d for d in unused if d.key.partition("-")[0] not in places and is_absent(*d.subject)]
    notes += _unused((d for d in unused if d not in carried), places)
    for decision in decisions.rows:
        if decision.is_remark:
            added, why = _own(decision, batch)
            reviewed += added
            away = not added and any(decision.subject) and is_absent(*decision.subject)
            notes += [] if away and decision.key else why
            carried += [decision] if away else []
    if carried:
        notes.append(
            f"有 {len(carried)} 条原来的意见，所属单位或项目不在这次审核的文件里；新的审核报告（check -o）把它们留在“{columns.EARLIER}”表，"
            "以后审核时照样采用。"
        )
    return Decided(tuple(reviewed), tuple(notes), tuple(carried))


def _kept(finding: Finding, decision: Decision | None) -> Finding:
    if decision is None or not decision.keeps:
        return finding
    reason = " ".join(decision.reason.split())
    message = f"已说明（原为{SEVERITY_WORDS[finding.severity]}；理由：{reason}）：{finding.message}"
    return replace(finding, severity=HINT, message=message)


def _on_finding(finding: Finding, decision: Decision) -> Reviewed:
    """The remark written beside a finding; it points where the finding points and lives as long as it does."""
    return _reviewed(replace(finding, expected=None), decision, "")


def _own(decision: Decision, batch: Batch) -> tuple[list[Reviewed], list[str]]:
    """The findings of a remark in a row of its own: one for each declaration it fits, or the note why there is none."""
    cells = decision.cells
    of_unit = not cells[columns.PROJECT]
    found = [
        target
        for declaration in _candidates(cells, batch)
        for target in targets(declaration, batch.forms[declaration.form], cells[columns.FIELD], of_unit=of_unit)
    ]
    if decision.key:
        place, _, value = decision.key.partition("-")
        found = [target for target in found if target_key(target).place == place]
        same = [target for target in found if target_key(target).value == value]
        if found and not same:
            return [], [_at(decision, "填报内容已变化，原来的人工意见不再适用，请重新审核。")]
        found = same
    else:
        found = _best(found, cells)
    if not found:
        where = "" if cells[columns.UNIT] or cells[columns.PROJECT] else "单位和项目都是空的，"
        return [], [_at(decision, f"人工意见没有对应的填报内容，没有采用。{where}请核对单位、项目和字段的名称。")]
    made = found[:1] if of_unit else found
    return [_reviewed(target.finding(), decision, str(target_key(target))) for target in made], []


def _candidates(cells: Mapping[str, str], batch: Batch) -> Iterator:
    unit, project = label_key(cells[columns.UNIT]), label_key(cells[columns.PROJECT])
    for declaration in batch.declarations if unit or project else ():
        if unit in ("", label_key(declaration.unit or "")) and project in ("", label_key(declaration.project or "")):
            yield declaration


def _best(found: Sequence[Target], cells: Mapping[str, str]) -> list[Target]:
    """Of the places a new remark could mean: the cell it names, else the content it names, else the whole field."""
    at_cell = [t for t in found if cells[columns.CELL] and t.cell == cells[columns.CELL].upper()]
    if cells[columns.SHEET]:
        at_cell = [t for t in at_cell if t.declaration.sheet == cells[columns.SHEET]]
    value = squeeze(cells[columns.VALUE])
    with_value = [t for t in found if value and t.row is not None and value in t.contents()]
    return at_cell[:1] or with_value or [t for t in found if t.row is None]


def _reviewed(finding: Finding, decision: Decision, key: str) -> Reviewed:
    severity: Severity = ERROR if decision.action == RETURN else WARNING
    remark = " ".join(decision.remark.split())
    message = f"审核意见：{remark if remark.endswith(('。', '！', '？')) else f'{remark}。'}"
    cure = "请按审核意见修改后重新报送。" if severity == ERROR else "请核对，需要修改的修改后重新报送。"
    made = replace(finding, rule=REMARK_RULE, severity=severity, message=message, suggestion=cure)
    return Reviewed(made, made, key, decision if key else None)


def _unused(decisions: Iterator[Decision], places: set[str]) -> list[str]:
    notes, gone = [], 0
    for decision in decisions:
        if decision.key.partition("-")[0] in places:
            notes.append(_at(decision, f"填报内容已变化，原来的意见“{decision.action or decision.remark}”不再适用，请重新审核。"))
        else:
            gone += 1
    if gone:
        notes.append(f"有 {gone} 条原来的意见没有对应的问题，看来已经改正。")
    return notes


def _at(decision: Decision, text: str) -> str:
    where = " › ".join(decision.cells[name] for name in (columns.UNIT, columns.PROJECT, columns.FIELD) if decision.cells[name])
    return f"{decision.sheet} 第 {decision.row} 行{f'（{where}）' if where else ''}：{text}"
